"""Who makes a pledge together with its maker, and the change of words that waits for an organiser."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Index, PrimaryKeyConstraint, Table, bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.pledges.model import TAKES_PART, Change, Companion, Part, Pledge, Status
from bot.pledges.store import pledges
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
    words,
)

joiners = Table(
    "pledge_joiners",
    metadata,
    snowflake("guild_id"),
    number("pledge_id"),
    snowflake("user_id"),
    words("part"),
    instant("since_at"),
    PrimaryKeyConstraint("guild_id", "pledge_id", "user_id"),
    Index("ix_pledge_joiners_guild_id_user_id", "guild_id", "user_id", "part"),
)

changes = Table(
    "pledge_changes",
    metadata,
    snowflake("guild_id"),
    number("pledge_id"),
    snowflake("maker_id"),
    words("what"),
    words("done_when"),
    instant("due_at", nullable=True),
    words("help_wanted"),
    instant("proposed_at"),
    PrimaryKeyConstraint("guild_id", "pledge_id"),
)

_of = (joiners.c.guild_id == bindparam("guild_id"), joiners.c.pledge_id == bindparam("pledge_id"))
_company = select(joiners).where(*_of).order_by(joiners.c.since_at, joiners.c.user_id)
_one = select(joiners).where(*_of, joiners.c.user_id == bindparam("user_id"))
_put = upsert(joiners).values(
    {name: bindparam(name) for name in ("guild_id", "pledge_id", "user_id", "part", "since_at")}
)
_put = _put.on_conflict_do_update(
    index_elements=["guild_id", "pledge_id", "user_id"],
    set_={"part": _put.excluded.part, "since_at": _put.excluded.since_at},
)
_drop_one = delete(joiners).where(
    joiners.c.guild_id == bindparam("guild_id"),
    joiners.c.pledge_id == bindparam("pledge_id"),
    joiners.c.user_id == bindparam("user_gone"),
)
_drop_all = delete(joiners).where(*_of)
_those_in = joiners.c.part.in_(sorted(part.value for part in TAKES_PART))
_count = (
    update(pledges)
    .where(pledges.c.guild_id == bindparam("guild_id"), pledges.c.id == bindparam("pledge_id"))
    .values(joined=select(func.count()).select_from(joiners).where(*_of, _those_in).scalar_subquery())
)
_of_person = select(joiners).where(
    joiners.c.guild_id == bindparam("guild_id"), joiners.c.user_id == bindparam("user_id")
)
_asked = (
    select(joiners.c.pledge_id)
    .join(pledges, pledges.c.id == joiners.c.pledge_id)
    .where(
        joiners.c.guild_id == bindparam("guild_id"),
        joiners.c.user_id == bindparam("user_id"),
        joiners.c.part == Part.INVITED.value,
        pledges.c.status.not_in([Status.DRAFT.value, Status.DECLINED.value, Status.WITHDRAWN.value]),
    )
    .order_by(joiners.c.pledge_id.desc())
    .limit(bindparam("most"))
)
_unanswered = delete(joiners).where(joiners.c.part == Part.INVITED.value, joiners.c.since_at < bindparam("before"))

_change_of = select(changes).where(
    changes.c.guild_id == bindparam("guild_id"), changes.c.pledge_id == bindparam("pledge_id")
)
_put_change = upsert(changes).values({column.name: bindparam(column.name) for column in changes.c})
_put_change = _put_change.on_conflict_do_update(
    index_elements=["guild_id", "pledge_id"],
    set_={name: _put_change.excluded[name] for name in ("what", "done_when", "due_at", "help_wanted", "proposed_at")},
)
_drop_change = delete(changes).where(
    changes.c.guild_id == bindparam("guild_id"), changes.c.pledge_id == bindparam("pledge_id")
)


async def company(reading: Reading, guild_id: int, pledge_id: int) -> list[Companion]:
    """Return everybody who was asked to make a pledge too or joined it, first come first."""
    return [_companion(row) for row in await reading.all(_company, guild_id=guild_id, pledge_id=pledge_id)]


async def companion(reading: Reading, guild_id: int, pledge_id: int, user_id: int) -> Companion | None:
    """Return what a person has to do with a pledge."""
    row = await reading.one(_one, guild_id=guild_id, pledge_id=pledge_id, user_id=user_id)
    return None if row is None else _companion(row)


async def put(tx: Transaction, guild_id: int, pledge_id: int, user_id: int, part: Part, at: datetime) -> None:
    """Write what a person has to do with a pledge, and count anew who joined."""
    await tx.run(_put, guild_id=guild_id, pledge_id=pledge_id, user_id=user_id, part=part.value, since_at=to_micros(at))
    await tx.run(_count, guild_id=guild_id, pledge_id=pledge_id)


async def drop(tx: Transaction, guild_id: int, pledge_id: int, users: Collection[int]) -> None:
    """Take people out of a pledge's company, and count anew who joined."""
    for user_id in users:
        await tx.run(_drop_one, guild_id=guild_id, pledge_id=pledge_id, user_gone=user_id)
    await tx.run(_count, guild_id=guild_id, pledge_id=pledge_id)


async def drop_pledge(tx: Transaction, guild_id: int, pledge_id: int) -> None:
    """Delete everything about a pledge that goes."""
    await tx.run(_drop_all, guild_id=guild_id, pledge_id=pledge_id)
    await tx.run(_drop_change, guild_id=guild_id, pledge_id=pledge_id)


async def of_person(reading: Reading, guild_id: int, user_id: int) -> dict[int, Part]:
    """Return pledge -> what a person has to do with it."""
    rows = await reading.all(_of_person, guild_id=guild_id, user_id=user_id)
    return {row["pledge_id"]: Part(row["part"]) for row in rows}


async def asked(reading: Reading, guild_id: int, user_id: int, most: int) -> list[int]:
    """Return the id of pledges that a person was asked to make too and has not answered, newest first."""
    return [row["pledge_id"] for row in await reading.all(_asked, guild_id=guild_id, user_id=user_id, most=most)]


async def drop_unanswered(tx: Transaction, before: datetime) -> None:
    """Forget whom somebody asked before an instant, where no answer came."""
    await tx.run(_unanswered, before=to_micros(before))


async def change_of(reading: Reading, guild_id: int, pledge_id: int) -> Change | None:
    """Return the change that waits for an organiser."""
    row = await reading.one(_change_of, guild_id=guild_id, pledge_id=pledge_id)
    if row is None:
        return None
    return Change(
        row["what"], row["done_when"], maybe_instant(row["due_at"]), row["help_wanted"], from_micros(row["proposed_at"])
    )


async def put_change(tx: Transaction, pledge: Pledge, maker_id: int, change: Change) -> None:
    """Write the change that waits, over an earlier one."""
    await tx.run(
        _put_change,
        guild_id=pledge.guild_id,
        pledge_id=pledge.id,
        maker_id=maker_id,
        what=change.what,
        done_when=change.done_when,
        due_at=maybe_micros(change.due),
        help_wanted=change.help_wanted,
        proposed_at=to_micros(change.at),
    )


async def drop_change(tx: Transaction, guild_id: int, pledge_id: int) -> None:
    """Drop the change that waited."""
    await tx.run(_drop_change, guild_id=guild_id, pledge_id=pledge_id)


def _companion(row: Row) -> Companion:
    return Companion(row["user_id"], Part(row["part"]), from_micros(row["since_at"]))
