"""The pages of an export, and the record of who took one along."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Index, Table, and_, bindparam, func, or_, select, update

from bot.pledges.model import PUBLIC, Pledge, Status, Visibility
from bot.pledges.store import from_row, pledges
from bot.storage.database import Reading, Transaction
from bot.storage.schema import identity, instant, metadata, number, snowflake, to_micros, words

exports = Table(
    "pledge_exports",
    metadata,
    identity(),
    snowflake("guild_id"),
    snowflake("by_id", nullable=True),
    instant("at"),
    words("audience"),
    words("format"),
    number("rows"),
    words("reason"),
    Index("ix_pledge_exports_guild_id", "guild_id", "id"),
    Index("ix_pledge_exports_guild_id_by_id", "guild_id", "by_id"),
    sqlite_autoincrement=True,
)

_page = (
    select(pledges)
    .where(pledges.c.guild_id == bindparam("guild_id"), pledges.c.id > bindparam("after"))
    .order_by(pledges.c.id)
    .limit(bindparam("most"))
)
_seen = and_(
    or_(*(pledges.c.status == status.value for status in sorted(PUBLIC))),
    pledges.c.visibility != Visibility.HIDDEN.value,
)
_ready = pledges.c.status != Status.DRAFT.value
_all = _page.where(_ready)
_public = _page.where(_seen)
_how_many = select(func.count()).select_from(pledges).where(pledges.c.guild_id == bindparam("guild_id"))
_by_status = (
    select(pledges.c.sector, pledges.c.status, func.count().label("number"))
    .where(
        pledges.c.guild_id == bindparam("guild_id"),
        _seen,
    )
    .group_by(pledges.c.sector, pledges.c.status)
)
_forget = (
    update(exports)
    .where(exports.c.guild_id == bindparam("in_guild"), exports.c.by_id == bindparam("user_gone"))
    .values(by_id=None)
)


async def page(reading: Reading, guild_id: int, *, public: bool, after: int, most: int) -> list[Pledge]:
    """Return pledges above an id in its order: everything handed in, or what everybody may see."""
    rows = await reading.all(_public if public else _all, guild_id=guild_id, after=after, most=most)
    return [from_row(row) for row in rows]


async def how_many(reading: Reading, guild_id: int) -> int:
    """Return how many pledges a server has, drafts too; for the progress of an export."""
    return int(await reading.scalar(_how_many, guild_id=guild_id))


async def by_status(reading: Reading, guild_id: int) -> Mapping[tuple[str, Status], int]:
    """Return (sector, status) -> how many of those that everybody may see."""
    rows = await reading.all(_by_status, guild_id=guild_id)
    return {(row["sector"], Status(row["status"])): row["number"] for row in rows}


async def record(
    tx: Transaction, guild_id: int, by: int, at: datetime, audience: str, kind: str, rows: int, reason: str
) -> None:
    """Note who took what along, and why."""
    await tx.insert(
        exports, guild_id=guild_id, by_id=by, at=to_micros(at), audience=audience, format=kind, rows=rows, reason=reason
    )


async def forget(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Take a person's id out of the record."""
    await tx.run(_forget, in_guild=guild_id, user_gone=user_id)
