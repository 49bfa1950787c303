"""Forms of people who register, until they are saved: the table, and its queries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Table, bindparam, delete, select, update

from bot.members.model import Reach, Registration, Visibility
from bot.storage.database import Reading, Transaction
from bot.storage.schema import identity, instant, metadata, snowflake, to_micros, words

join_drafts = Table(
    "join_drafts",
    metadata,
    identity(),
    snowflake("guild_id"),
    snowflake("user_id"),
    words("sectors"),
    words("organisation"),
    words("offers"),
    words("visibility"),
    words("consent_version"),
    words("reach"),
    snowflake("reach_channel_id", nullable=True),
    instant("changed_at"),
    Index("uq_join_drafts_guild_id_user_id", "guild_id", "user_id", unique=True),
    Index("ix_join_drafts_changed_at", "changed_at"),
    sqlite_autoincrement=True,
)

_of = select(join_drafts).where(
    join_drafts.c.guild_id == bindparam("guild_id"), join_drafts.c.user_id == bindparam("user_id")
)
_drop = delete(join_drafts).where(
    join_drafts.c.guild_id == bindparam("in_guild"), join_drafts.c.user_id == bindparam("of_user")
)
_drop_old = delete(join_drafts).where(join_drafts.c.changed_at < bindparam("before"))
_change = (
    update(join_drafts)
    .where(join_drafts.c.guild_id == bindparam("in_guild"), join_drafts.c.id == bindparam("draft_id"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in (
                "sectors",
                "organisation",
                "offers",
                "visibility",
                "consent_version",
                "reach",
                "reach_channel_id",
                "changed_at",
            )
        }
    )
)


def _values(registration: Registration, at: datetime) -> dict[str, object]:
    return {
        "sectors": ",".join(registration.sectors),
        "organisation": registration.organisation,
        "offers": registration.offers,
        "visibility": registration.visibility.value,
        "consent_version": registration.consent_version,
        "reach": registration.reach.value,
        "reach_channel_id": registration.reach_channel_id,
        "changed_at": to_micros(at),
    }


async def put(tx: Transaction, guild_id: int, user_id: int, registration: Registration, at: datetime) -> int:
    """Store a person's one draft in place of an earlier one; returns its id, which is never given out again."""
    await drop(tx, guild_id, user_id)
    return await tx.insert(join_drafts, guild_id=guild_id, user_id=user_id, **_values(registration, at))


async def change(tx: Transaction, guild_id: int, draft_id: int, registration: Registration, at: datetime) -> None:
    """Write over a draft."""
    values = {f"new_{name}": value for name, value in _values(registration, at).items()}
    await tx.run(_change, in_guild=guild_id, draft_id=draft_id, **values)


async def of(reading: Reading, guild_id: int, user_id: int) -> tuple[int, Registration] | None:
    """Return id and content of a person's draft."""
    row = await reading.one(_of, guild_id=guild_id, user_id=user_id)
    if row is None:
        return None
    return row["id"], Registration(
        sectors=tuple(row["sectors"].split(",")),
        organisation=row["organisation"],
        offers=row["offers"],
        visibility=Visibility(row["visibility"]),
        reach=Reach(row["reach"]),
        reach_channel_id=row["reach_channel_id"],
        consent_version=row["consent_version"],
    )


async def drop(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Delete a person's draft."""
    await tx.run(_drop, in_guild=guild_id, of_user=user_id)


async def drop_before(tx: Transaction, before: datetime) -> None:
    """Delete drafts untouched since an instant."""
    await tx.run(_drop_old, before=to_micros(before))
