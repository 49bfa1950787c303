"""What time brings to pledges: those that too few joined, and drafts that are offered again or go."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select, update

from bot.pledges.model import Pledge, Status
from bot.pledges.store import from_row, pledges
from bot.storage.database import Reading, Transaction
from bot.storage.schema import to_micros

_old_drafts = (
    select(pledges.c.id, pledges.c.guild_id)
    .where(pledges.c.status == Status.DRAFT, pledges.c.changed_at < bindparam("before"))
    .limit(500)
)
_unfilled = (
    select(pledges).where(pledges.c.status == Status.WAITING, pledges.c.join_by_at <= bindparam("before")).limit(100)
)
_to_offer = (
    select(pledges.c.id, pledges.c.guild_id, pledges.c.maker_id)
    .where(pledges.c.status == Status.DRAFT, pledges.c.changed_at < bindparam("before"), pledges.c.offered == 0)
    .limit(500)
)
_offered = (
    update(pledges)
    .where(
        pledges.c.guild_id == bindparam("guild_id"),
        pledges.c.id == bindparam("pledge_id"),
        pledges.c.offered == 0,
        pledges.c.status == Status.DRAFT,
    )
    .values(offered=1)
)


async def old_drafts(reading: Reading, before: datetime) -> list[tuple[int, int]]:
    """Return (guild, id) of up to 500 drafts untouched since an instant."""
    return [(row["guild_id"], row["id"]) for row in await reading.all(_old_drafts, before=to_micros(before))]


async def unfilled(reading: Reading, at: datetime) -> list[Pledge]:
    """Return up to 100 pledges that still lack others to join at their date."""
    return [from_row(row) for row in await reading.all(_unfilled, before=to_micros(at))]


async def to_offer(reading: Reading, before: datetime) -> list[tuple[int, int, int]]:
    """Return (guild, id, maker) of up to 500 drafts untouched since an instant that were not offered again yet."""
    rows = await reading.all(_to_offer, before=to_micros(before))
    return [(row["guild_id"], row["id"], row["maker_id"]) for row in rows]


async def mark_offered(tx: Transaction, guild_id: int, pledge_id: int) -> bool:
    """Note that a draft was offered again; False where it was already, or is a draft no more."""
    return await tx.run(_offered, guild_id=guild_id, pledge_id=pledge_id) == 1
