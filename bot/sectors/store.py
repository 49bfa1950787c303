"""What servers changed about their sectors, a row for each; a server that changed nothing has none."""

from __future__ import annotations

from sqlalchemy import PrimaryKeyConstraint, Table, bindparam, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.sectors.model import Change, State
from bot.storage.database import Reading, Transaction
from bot.storage.schema import metadata, number, snowflake, words

server_sectors = Table(
    "server_sectors",
    metadata,
    snowflake("guild_id"),
    words("slug"),
    words("name", nullable=True),
    words("short", nullable=True),
    words("emoji", nullable=True),
    words("state", nullable=True),
    number("place", nullable=True),
    number("revision"),
    PrimaryKeyConstraint("guild_id", "slug"),
)

_VALUES = ("name", "short", "emoji", "state", "place", "revision")

# In the order in which they were made: the number of an own one ends its slug.
_of = select(server_sectors).where(server_sectors.c.guild_id == bindparam("guild_id")).order_by(server_sectors.c.slug)
_put = upsert(server_sectors).values({name: bindparam(name) for name in ("guild_id", "slug", *_VALUES)})
_put = _put.on_conflict_do_update(
    index_elements=["guild_id", "slug"], set_={name: _put.excluded[name] for name in _VALUES}
)


async def changes(reading: Reading, guild_id: int) -> list[Change]:
    """Return everything that a server changed, own sectors in the order in which they were added."""
    found = [
        Change(
            slug=row["slug"],
            name=row["name"],
            short=row["short"],
            emoji=row["emoji"],
            state=State(row["state"]) if row["state"] else None,
            place=row["place"],
            revision=row["revision"],
        )
        for row in await reading.all(_of, guild_id=guild_id)
    ]
    return sorted(found, key=lambda change: (len(change.slug), change.slug))


async def put(tx: Transaction, guild_id: int, change: Change) -> None:
    """Write what a server changed about one sector."""
    await tx.run(
        _put,
        guild_id=guild_id,
        slug=change.slug,
        name=change.name,
        short=change.short,
        emoji=change.emoji,
        state=change.state.value if change.state else None,
        place=change.place,
        revision=change.revision,
    )
