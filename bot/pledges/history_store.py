"""The history of pledges: rows that are only ever added (see :mod:`bot.storage.triggers`)."""

from __future__ import annotations

from sqlalchemy import Index, Table, bindparam, delete, select, update

from bot.pledges.model import Act, Entry, Pledge, Status
from bot.storage.database import Reading, Row, Transaction
from bot.storage.schema import from_micros, identity, instant, metadata, number, snowflake, to_micros, words

history = Table(
    "pledge_history",
    metadata,
    identity(),
    snowflake("guild_id"),
    number("pledge_id"),
    words("act"),
    snowflake("by_id", nullable=True),
    instant("at"),
    words("source"),
    words("target"),
    words("reason"),
    number("own", server_default="0"),
    Index("ix_pledge_history_guild_id_pledge_id", "guild_id", "pledge_id", "id"),
    Index("ix_pledge_history_guild_id_by_id", "guild_id", "by_id"),
    sqlite_autoincrement=True,
)

_of = (history.c.guild_id == bindparam("guild_id"), history.c.pledge_id == bindparam("pledge_id"))
_newest_first = select(history).where(*_of).order_by(history.c.id.desc())
_newest = _newest_first.limit(bindparam("most"))
_last = _newest_first.where(history.c.act != Act.UNLINK.value).limit(1)
_last_move = _newest_first.where(history.c.source != history.c.target).limit(1)
_drop = delete(history).where(*_of)
_drop_line = delete(history).where(history.c.guild_id == bindparam("guild_id"), history.c.id == bindparam("line"))
_touched_by = (
    select(history.c.pledge_id)
    .where(history.c.guild_id == bindparam("guild_id"), history.c.by_id == bindparam("user_id"))
    .distinct()
)
_forget_person = (
    update(history)
    .where(history.c.guild_id == bindparam("guild_id"), history.c.by_id == bindparam("user_gone"))
    .values(by_id=None)
)


async def record(tx: Transaction, pledge: Pledge, entry: Entry) -> int:
    """Append to the history and return the entry's id."""
    return await tx.insert(
        history,
        guild_id=pledge.guild_id,
        pledge_id=pledge.id,
        act=entry.act.value,
        by_id=entry.by,
        at=to_micros(entry.at),
        source=entry.source.value,
        target=entry.target.value,
        reason=entry.reason,
        own=int(entry.own),
    )


async def entries(reading: Reading, guild_id: int, pledge_id: int, most: int = 100) -> list[Entry]:
    """Return the newest lines of a pledge's history, oldest first."""
    rows = await reading.all(_newest, guild_id=guild_id, pledge_id=pledge_id, most=most)
    return [_entry(row) for row in reversed(rows)]


async def last_entry(reading: Reading, guild_id: int, pledge_id: int) -> Entry | None:
    """Return the newest line of a pledge's history; a link that was removed says nothing of how it stands."""
    row = await reading.one(_last, guild_id=guild_id, pledge_id=pledge_id)
    return None if row is None else _entry(row)


async def last_move(reading: Reading, guild_id: int, pledge_id: int) -> Entry | None:
    """Return the line that brought a pledge into the state it is in."""
    row = await reading.one(_last_move, guild_id=guild_id, pledge_id=pledge_id)
    return None if row is None else _entry(row)


async def touched_by(reading: Reading, guild_id: int, user_id: int) -> list[int]:
    """Return the id of every pledge in whose history a person stands."""
    return [row["pledge_id"] for row in await reading.all(_touched_by, guild_id=guild_id, user_id=user_id)]


async def cut(tx: Transaction, guild_id: int, pledge_id: int, text: str) -> None:
    """Take a text out of every reason of a pledge's history; only while erasing.

    The rows are written anew under their own numbers, as no row is ever changed.
    """
    for row in await tx.all(_newest_first, guild_id=guild_id, pledge_id=pledge_id):
        if text in row["reason"]:
            await tx.run(_drop_line, guild_id=guild_id, line=row["id"])
            await tx.insert(history, **{**row, "reason": row["reason"].replace(text, "…")})


async def drop(tx: Transaction, guild_id: int, pledge_id: int) -> None:
    """Delete a pledge's history; only while erasing."""
    await tx.run(_drop, guild_id=guild_id, pledge_id=pledge_id)


async def forget_person(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Take a person's id out of the history; only while erasing."""
    await tx.run(_forget_person, guild_id=guild_id, user_gone=user_id)


def _entry(row: Row) -> Entry:
    return Entry(
        act=Act(row["act"]),
        by=row["by_id"],
        at=from_micros(row["at"]),
        source=Status(row["source"]),
        target=Status(row["target"]),
        reason=row["reason"],
        own=bool(row["own"]),
    )
