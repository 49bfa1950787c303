"""What was asked about a pledge and when; it holds nobody's id."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Index, PrimaryKeyConstraint, Table, and_, bindparam, delete, or_, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.pledges.followup_model import Asked, Followup
from bot.pledges.model import Pledge, Status
from bot.pledges.store import from_row, pledges
from bot.storage.database import Reading, Row, Transaction
from bot.storage.schema import (
    from_micros,
    instant,
    maybe_instant,
    maybe_micros,
    metadata,
    number,
    snowflake,
    to_micros,
)

followups = Table(
    "pledge_followups",
    metadata,
    snowflake("guild_id"),
    number("pledge_id"),
    instant("begun_at"),
    number("asked"),
    instant("asked_at", nullable=True),
    number("told"),
    instant("told_at", nullable=True),
    instant("help_at", nullable=True),
    PrimaryKeyConstraint("guild_id", "pledge_id"),
    Index("ix_pledge_followups_guild_id_help_at", "guild_id", "help_at"),
)

_this = (followups.c.guild_id == bindparam("guild_id"), followups.c.pledge_id == bindparam("pledge_id"))
_find = select(followups).where(*_this)
_put = upsert(followups).values({column.name: bindparam(column.name) for column in followups.c})
_put = _put.on_conflict_do_update(
    index_elements=["guild_id", "pledge_id"],
    set_={name: _put.excluded[name] for name in ("begun_at", "asked", "asked_at", "told", "told_at", "help_at")},
)
_drop = delete(followups).where(*_this)
_same = and_(followups.c.guild_id == pledges.c.guild_id, followups.c.pledge_id == pledges.c.id)
_unknown = (
    select(pledges)
    .outerjoin(followups, _same)
    .where(pledges.c.status == Status.ACTIVE.value, followups.c.pledge_id.is_(None), pledges.c.maker_id.is_not(None))
    .limit(bindparam("most"))
)
_asked_of = (
    select(pledges, followups.c.asked_at, followups.c.told_at)
    .join(followups, _same)
    .where(
        pledges.c.guild_id == bindparam("guild_id"),
        pledges.c.maker_id == bindparam("maker_id"),
        pledges.c.status == Status.ACTIVE.value,
        or_(followups.c.asked_at > pledges.c.changed_at, followups.c.told_at > pledges.c.changed_at),
    )
    .order_by(pledges.c.id)
    .limit(bindparam("most"))
)
_called = (
    select(pledges)
    .join(followups, _same)
    .where(
        followups.c.guild_id == bindparam("guild_id"),
        followups.c.help_at >= bindparam("since"),
        followups.c.help_at < bindparam("until"),
        pledges.c.needs_help == 1,
        pledges.c.status == Status.ACTIVE.value,
    )
    .order_by(followups.c.help_at)
    .limit(bindparam("most"))
)
_lapsing = (
    select(pledges)
    .where(
        pledges.c.status == Status.ACTIVE.value,
        pledges.c.changed_at < bindparam("before"),
        pledges.c.due_at < bindparam("before"),
    )
    .order_by(pledges.c.changed_at)
    .limit(bindparam("most"))
)


async def find(reading: Reading, pledge: Pledge) -> Followup | None:
    """Return how a pledge is followed up, None where it is not yet."""
    row = await reading.one(_find, guild_id=pledge.guild_id, pledge_id=pledge.id)
    return None if row is None else _followup(row)


async def known(reading: Reading, pledge: Pledge) -> Followup:
    """Like :func:`find`; one that was active before it was followed up began when it was made."""
    return await find(reading, pledge) or Followup(pledge.created_at)


async def put(tx: Transaction, pledge: Pledge, followup: Followup) -> None:
    """Write how a pledge is followed up."""
    await tx.run(
        _put,
        guild_id=pledge.guild_id,
        pledge_id=pledge.id,
        begun_at=to_micros(followup.begun),
        asked=int(followup.asked),
        asked_at=maybe_micros(followup.asked_at),
        told=followup.told,
        told_at=maybe_micros(followup.told_at),
        help_at=maybe_micros(followup.help_at),
    )


async def begin(tx: Transaction, pledge: Pledge, at: datetime) -> Followup:
    """Note that a pledge goes on from an instant; what was asked before stays asked."""
    made = replace(await known(tx, pledge), begun=at)
    await put(tx, pledge, made)
    return made


async def drop(tx: Transaction, guild_id: int, pledge_id: int) -> None:
    """Delete what is kept of a pledge that goes."""
    await tx.run(_drop, guild_id=guild_id, pledge_id=pledge_id)


async def unknown(reading: Reading, most: int) -> list[Pledge]:
    """Return active pledges that have a maker and are not followed up yet."""
    return [from_row(row) for row in await reading.all(_unknown, most=most)]


async def asked_of(reading: Reading, guild_id: int, maker_id: int, most: int) -> list[tuple[Pledge, bool]]:
    """Return pledges whose maker was asked and has not answered; True where it is about to lapse."""
    rows = await reading.all(_asked_of, guild_id=guild_id, maker_id=maker_id, most=most)
    return [(from_row(row), (row["told_at"] or 0) > row["changed_at"]) for row in rows]


async def called(reading: Reading, guild_id: int, since: datetime, until: datetime, most: int) -> list[Pledge]:
    """Return active pledges that called for help between two instants and still need it, oldest call first."""
    rows = await reading.all(_called, guild_id=guild_id, since=to_micros(since), until=to_micros(until), most=most)
    return [from_row(row) for row in rows]


async def lapsing(reading: Reading, before: datetime, most: int) -> list[Pledge]:
    """Return active pledges whose date and last report both lie before an instant, longest silent first."""
    return [from_row(row) for row in await reading.all(_lapsing, before=to_micros(before), most=most)]


def _followup(row: Row) -> Followup:
    return Followup(
        begun=from_micros(row["begun_at"]),
        asked=Asked(row["asked"]),
        asked_at=maybe_instant(row["asked_at"]),
        told=row["told"],
        told_at=maybe_instant(row["told_at"]),
        help_at=maybe_instant(row["help_at"]),
    )
