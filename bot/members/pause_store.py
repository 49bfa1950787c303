"""The table of pauses: who may post nothing for a while, since when, why, and who decided."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Table, and_, bindparam, delete, select, update

from bot.members.model import Pause
from bot.members.store import know, preferences
from bot.storage.database import Reading, Row, Transaction
from bot.storage.schema import (
    from_micros,
    identity,
    instant,
    maybe_instant,
    metadata,
    snowflake,
    to_micros,
    words,
)

pauses = Table(
    "pauses",
    metadata,
    identity(),
    snowflake("guild_id"),
    snowflake("user_id"),
    words("reason"),
    snowflake("paused_by_id", nullable=True),
    instant("paused_at"),
    snowflake("resumed_by_id", nullable=True),
    instant("resumed_at", nullable=True),
    Index("ix_pauses_guild_id_user_id", "guild_id", "user_id", "id"),
    Index("ix_pauses_guild_id_resumed_at", "guild_id", "resumed_at", "id"),
    sqlite_autoincrement=True,
)

_here = pauses.c.guild_id == bindparam("guild_id")
_of = select(pauses).where(_here, pauses.c.user_id == bindparam("user_id")).order_by(pauses.c.id.desc())
_history = _of.limit(bindparam("most"))
_standing = _of.where(pauses.c.resumed_at.is_(None)).limit(1)
_all_under_way = select(pauses).where(_here, pauses.c.resumed_at.is_(None)).limit(bindparam("most"))
_under_way = _all_under_way.where(pauses.c.id > bindparam("after")).order_by(pauses.c.id)
_under_way_back = _all_under_way.where(pauses.c.id <= bindparam("after")).order_by(pauses.c.id.desc())
_end = (
    update(pauses)
    .where(
        pauses.c.guild_id == bindparam("in_guild"),
        pauses.c.user_id == bindparam("of_user"),
        pauses.c.resumed_at.is_(None),
    )
    .values(resumed_by_id=bindparam("by"), resumed_at=bindparam("now"))
)
_flag = (
    update(preferences)
    .where(and_(preferences.c.guild_id == bindparam("in_guild"), preferences.c.user_id == bindparam("of_user")))
    .values(paused=bindparam("new_paused"))
)
_drop = delete(pauses).where(pauses.c.guild_id == bindparam("in_guild"), pauses.c.user_id == bindparam("of_user"))
_unname = tuple(
    update(pauses)
    .where(pauses.c.guild_id == bindparam("in_guild"), column == bindparam("of_user"))
    .values({column: None})
    for column in (pauses.c.paused_by_id, pauses.c.resumed_by_id)
)


def _pause(row: Row) -> Pause:
    return Pause(
        id=row["id"],
        user_id=row["user_id"],
        reason=row["reason"],
        paused_by=row["paused_by_id"],
        paused_at=from_micros(row["paused_at"]),
        resumed_by=row["resumed_by_id"],
        resumed_at=maybe_instant(row["resumed_at"]),
    )


async def standing(reading: Reading, guild_id: int, user_id: int) -> Pause | None:
    """Return the pause of a person that has not ended."""
    row = await reading.one(_standing, guild_id=guild_id, user_id=user_id)
    return None if row is None else _pause(row)


async def history(reading: Reading, guild_id: int, user_id: int, most: int) -> list[Pause]:
    """Return a person's pauses, newest first."""
    return [_pause(row) for row in await reading.all(_history, guild_id=guild_id, user_id=user_id, most=most)]


async def under_way(reading: Reading, guild_id: int, after: int, most: int, *, back: bool = False) -> list[Pause]:
    """Return pauses that have not ended, oldest first, from the one after a key on; ``back``: from it, newest first."""
    query = _under_way_back if back else _under_way
    return [_pause(row) for row in await reading.all(query, guild_id=guild_id, after=after, most=most)]


async def begin(tx: Transaction, guild_id: int, user_id: int, reason: str, by: int, at: datetime) -> int:
    """Write a new pause and return its id."""
    await know(tx, guild_id, user_id)
    await tx.run(_flag, in_guild=guild_id, of_user=user_id, new_paused=1)
    return await tx.insert(
        pauses, guild_id=guild_id, user_id=user_id, reason=reason, paused_by_id=by, paused_at=to_micros(at)
    )


async def end(tx: Transaction, guild_id: int, user_id: int, by: int, at: datetime) -> None:
    """Write that a pause is over."""
    await tx.run(_flag, in_guild=guild_id, of_user=user_id, new_paused=0)
    await tx.run(_end, in_guild=guild_id, of_user=user_id, by=by, now=to_micros(at))


async def forget(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Forget a person's pauses, and their name on those they decided."""
    await tx.run(_drop, in_guild=guild_id, of_user=user_id)
    for statement in _unname:
        await tx.run(statement, in_guild=guild_id, of_user=user_id)
