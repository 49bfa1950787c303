"""The organisers' desk: what waits there in which order, who has taken it, and reasons kept ready."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import Index, PrimaryKeyConstraint, Select, Table, and_, bindparam, delete, func, or_, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.sql import ColumnElement

from bot.delivery.outbox import posts
from bot.pledges.desk_model import Kind, Reason, Take
from bot.pledges.model import Act, Pledge, Status
from bot.pledges.store import from_row, pledges
from bot.storage.database import Reading, Transaction
from bot.storage.schema import (
    from_micros,
    identity,
    instant,
    maybe_instant,
    metadata,
    number,
    snowflake,
    to_micros,
    words,
)

takes = Table(
    "pledge_takes",
    metadata,
    snowflake("guild_id"),
    number("pledge_id"),
    snowflake("taker_id"),
    instant("until_at"),
    PrimaryKeyConstraint("guild_id", "pledge_id"),
    Index("ix_pledge_takes_guild_id_taker_id", "guild_id", "taker_id"),
)

reasons = Table(
    "review_reasons",
    metadata,
    identity(),
    snowflake("guild_id"),
    words("act"),
    words("text"),
    Index("ix_review_reasons_guild_id", "guild_id", "id"),
    sqlite_autoincrement=True,
)

STATUSES = {
    Kind.NEW: (Status.SUBMITTED,),
    Kind.DONE: (Status.DONE_CLAIMED,),
    Kind.CHANGED: (Status.ACTIVE,),  # with a change that waits: nothing else that is active has come to the desk
}
_ALL = (Status.SUBMITTED, Status.DONE_CLAIMED, Status.ACTIVE)

NUDGE = "pledge.nudge"
"""The kind of outbox row for a reminder; its subject is the number of the day."""

_here = pledges.c.guild_id == bindparam("guild_id")
_in_order = (pledges.c.queued_at, pledges.c.id)


def _query(mine: bool, sector: bool, back: bool) -> Select[Any]:
    at, number = _in_order
    key: ColumnElement[int] = bindparam("key_at")
    last: ColumnElement[int] = bindparam("key_id")
    made = select(pledges).where(_here)
    if back:
        made = made.where(at <= key, or_(at < key, and_(at == key, number <= last))).order_by(at.desc(), number.desc())
    else:
        made = made.where(at >= key, or_(at > key, and_(at == key, number > last))).order_by(at, number)
    if mine:
        made = made.join(takes, and_(takes.c.guild_id == pledges.c.guild_id, takes.c.pledge_id == number))
        made = made.where(takes.c.taker_id == bindparam("taker_id"), takes.c.until_at > bindparam("now"))
    else:
        made = made.where(pledges.c.status == bindparam("status"))
    if sector:
        made = made.where(pledges.c.sector == bindparam("sector"))
    return made.limit(bindparam("most"))


_QUERIES = {key: _query(*key) for key in product((False, True), repeat=3)}
"""By whether they are only what somebody has taken, of one sector, and before a key instead of behind it."""

_on_desk = (_here, pledges.c.queued_at.is_not(None), pledges.c.status == bindparam("status"))
_oldest = select(func.min(pledges.c.queued_at)).where(*_on_desk)
_late = select(func.count()).select_from(pledges).where(*_on_desk, pledges.c.queued_at <= bindparam("before"))
_alike = (
    select(pledges)
    .where(_here, pledges.c.status == Status.SUBMITTED.value, pledges.c.action == bindparam("action"))
    .order_by(*_in_order)
    .limit(bindparam("most"))
)
_standing = select(posts.c.subject_id).where(posts.c.guild_id == bindparam("guild_id"), posts.c.kind == NUDGE)

_take_of = select(takes).where(takes.c.guild_id == bindparam("guild_id"), takes.c.pledge_id == bindparam("pledge_id"))
_put_take = upsert(takes).values({name: bindparam(name) for name in ("guild_id", "pledge_id", "taker_id", "until_at")})
_put_take = _put_take.on_conflict_do_update(
    index_elements=["guild_id", "pledge_id"],
    set_={"taker_id": _put_take.excluded.taker_id, "until_at": _put_take.excluded.until_at},
)
_drop_take = delete(takes).where(takes.c.guild_id == bindparam("guild_id"), takes.c.pledge_id == bindparam("pledge_id"))
_taken_by = select(takes.c.pledge_id).where(
    takes.c.guild_id == bindparam("guild_id"), takes.c.taker_id == bindparam("user_id")
)
_forget_taker = delete(takes).where(
    takes.c.guild_id == bindparam("guild_id"), takes.c.taker_id == bindparam("user_gone")
)

_reasons = select(reasons).where(reasons.c.guild_id == bindparam("guild_id")).order_by(reasons.c.id)
_drop_reason = delete(reasons).where(
    reasons.c.guild_id == bindparam("guild_id"), reasons.c.id == bindparam("reason_id")
)


async def queue(
    reading: Reading,
    guild_id: int,
    kind: Kind | None,
    sector: str | None,
    after: tuple[int, int],
    most: int,
    *,
    back: bool = False,
    taker_id: int = 0,
    now: datetime | None = None,
) -> list[Pledge]:
    """Return what waits on the desk behind a key (microseconds, id), longest waiting first.

    With ``back`` what waits as long as the key or longer, the nearest to it first.
    """
    query = _QUERIES[kind is Kind.MINE, sector is not None, back]
    shared: dict[str, Any] = {"guild_id": guild_id, "key_at": after[0], "key_id": after[1], "most": most}
    if sector is not None:
        shared["sector"] = sector
    if kind is Kind.MINE:
        rows = await reading.all(query, **shared, taker_id=taker_id, now=to_micros(now) if now else 0)
        return [from_row(row) for row in rows]
    statuses = _ALL if kind is None else STATUSES[kind]
    pages = await reading.together(*((query, {**shared, "status": status.value}) for status in statuses))
    found = sorted((row for rows in pages for row in rows), key=lambda row: (row["queued_at"], row["id"]), reverse=back)
    return [from_row(row) for row in found[:most]]


async def late(reading: Reading, guild_id: int, before: Iterable[datetime]) -> tuple[int, ...]:
    """Return how many have waited on the desk since each of these instants."""
    wanted = [(status, to_micros(at)) for at in before for status in _ALL]
    pages = await reading.together(
        *((_late, {"guild_id": guild_id, "status": status.value, "before": at}) for status, at in wanted)
    )
    counts = [int(rows[0][0]) for rows in pages]
    return tuple(sum(counts[at : at + len(_ALL)]) for at in range(0, len(counts), len(_ALL)))


async def standing_nudges(reading: Reading, guild_id: int) -> list[int]:
    """Return the days whose reminders stand in the organisers' channel."""
    return [row["subject_id"] for row in await reading.all(_standing, guild_id=guild_id)]


async def oldest(reading: Reading, guild_id: int) -> datetime | None:
    """Return since when the first in the queue waits."""
    pages = await reading.together(*((_oldest, {"guild_id": guild_id, "status": s.value}) for s in _ALL))
    found = [rows[0][0] for rows in pages if rows[0][0] is not None]
    return maybe_instant(min(found)) if found else None


async def alike(reading: Reading, guild_id: int, action: str, most: int) -> list[Pledge]:
    """Return pledges of one action that wait to be approved, longest waiting first."""
    return [from_row(row) for row in await reading.all(_alike, guild_id=guild_id, action=action, most=most)]


# Who has taken what.


async def take_of(reading: Reading, guild_id: int, pledge_id: int, now: datetime) -> Take | None:
    """Return who has taken a pledge, None where nobody has or it has run out."""
    row = await reading.one(_take_of, guild_id=guild_id, pledge_id=pledge_id)
    if row is None or row["until_at"] <= to_micros(now):
        return None
    return Take(row["taker_id"], from_micros(row["until_at"]))


async def takes_of(reading: Reading, guild_id: int, ids: Collection[int], now: datetime) -> dict[int, Take]:
    """Return pledge -> who has taken it."""
    found = {number: await take_of(reading, guild_id, number, now) for number in ids}
    return {number: take for number, take in found.items() if take is not None}


async def put_take(tx: Transaction, guild_id: int, pledge_id: int, take: Take) -> None:
    """Write who has taken a pledge."""
    await tx.run(_put_take, guild_id=guild_id, pledge_id=pledge_id, taker_id=take.by, until_at=to_micros(take.until))


async def drop_take(tx: Transaction, guild_id: int, pledge_id: int) -> None:
    """Nobody has it any more."""
    await tx.run(_drop_take, guild_id=guild_id, pledge_id=pledge_id)


async def taken_by(reading: Reading, guild_id: int, user_id: int) -> list[int]:
    """Return the id of every pledge that a person has taken, run out or not."""
    return [row["pledge_id"] for row in await reading.all(_taken_by, guild_id=guild_id, user_id=user_id)]


async def forget_person(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Let go of everything a person has taken."""
    await tx.run(_forget_taker, guild_id=guild_id, user_gone=user_id)


# Reasons kept ready.


async def ready_reasons(reading: Reading, guild_id: int) -> tuple[Reason, ...]:
    """Return a server's ready-made reasons, oldest first."""
    rows = await reading.all(_reasons, guild_id=guild_id)
    return tuple(Reason(row["id"], Act(row["act"]), row["text"]) for row in rows)


async def add_reason(tx: Transaction, guild_id: int, act: Act, text: str) -> int:
    """Store a ready-made reason and return its id."""
    return await tx.insert(reasons, guild_id=guild_id, act=act.value, text=text)


async def drop_reason(tx: Transaction, guild_id: int, reason_id: int) -> bool:
    """Delete a ready-made reason; False where there is none."""
    return await tx.run(_drop_reason, guild_id=guild_id, reason_id=reason_id) == 1


def key(queued_at: datetime) -> int:
    """Return an instant as the key of a page has it."""
    return to_micros(queued_at)
