"""Queries of introductions: the requests, what became of them, and their threads."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, update

from bot.introductions.model import OPEN, Introduction, Status
from bot.introductions.tables import introductions
from bot.storage.database import Reading, Row, Transaction
from bot.storage.schema import from_micros, to_micros

_one = and_(introductions.c.guild_id == bindparam("guild_id"), introductions.c.id == bindparam("introduction_id"))
_find = select(introductions).where(_one)
_of_pair = select(introductions).where(
    introductions.c.guild_id == bindparam("guild_id"), introductions.c.pair == bindparam("of_pair")
)

_is_open = introductions.c.pair.is_not(None)


def _open_of(side: ColumnElement[int]) -> Select[tuple[object, ...]]:
    return (
        select(introductions)
        .where(
            introductions.c.guild_id == bindparam("guild_id"),
            side == bindparam("organisation_id"),
            _is_open,
        )
        .order_by(introductions.c.id)
        .limit(bindparam("most"))
    )


_asked_by_us = _open_of(introductions.c.asking)
_asked_of_us = _open_of(introductions.c.asked)
_with = (
    select(introductions)
    .where(
        introductions.c.guild_id == bindparam("guild_id"),
        or_(introductions.c.asker_id == bindparam("user_id"), introductions.c.answerer_id == bindparam("user_id")),
        _is_open,
    )
    .order_by(introductions.c.id)
)
_last_answer = (
    select(introductions.c.changed_at)
    .where(
        introductions.c.guild_id == bindparam("guild_id"),
        introductions.c.asking == bindparam("asking"),
        introductions.c.asked == bindparam("asked"),
        or_(introductions.c.status == Status.DECLINED.value, introductions.c.status == Status.LAPSED.value),
    )
    .order_by(introductions.c.id.desc())
    .limit(1)
)
_numbers = (
    select(introductions.c.status, func.count().label("how_many"))
    .where(introductions.c.guild_id == bindparam("guild_id"))
    .group_by(introductions.c.status)
)
_unanswered = (
    select(introductions)
    .where(introductions.c.status == Status.ASKED.value, introductions.c.created_at < bindparam("before"))
    .order_by(introductions.c.created_at)
    .limit(bindparam("most"))
)
_this = and_(introductions.c.guild_id == bindparam("in_guild"), introductions.c.id == bindparam("this"))
_move = (
    update(introductions)
    .where(_this, introductions.c.status == bindparam("from_status"))
    .values({name: bindparam(f"new_{name}") for name in ("status", "pair", "answerer_id", "ender_id", "changed_at")})
)
_bind = (
    update(introductions)
    .where(_this, introductions.c.thread_id.is_(None))
    .values(channel_id=bindparam("new_channel"), thread_id=bindparam("new_thread"))
)
_set_sides = (
    update(introductions)
    .where(_this)
    .values(asking=bindparam("new_asking"), asked=bindparam("new_asked"), pair=bindparam("new_pair"))
)
_past_of = select(introductions.c.id, introductions.c.asking, introductions.c.asked).where(
    introductions.c.guild_id == bindparam("guild_id"),
    or_(introductions.c.asking == bindparam("organisation_id"), introductions.c.asked == bindparam("organisation_id")),
    introductions.c.pair.is_(None),
)
_PEOPLE = ("asker_id", "answerer_id", "ender_id")
_forget = [
    update(introductions)
    .where(introductions.c.guild_id == bindparam("in_guild"), introductions.c[name] == bindparam("user_gone"))
    .values({name: None})
    for name in _PEOPLE
]


def pair_of(one: int, other: int) -> str:
    """Return what two organisations have in common, whichever asked."""
    return f"{min(one, other)}-{max(one, other)}"


async def find(reading: Reading, guild_id: int, introduction_id: int) -> Introduction | None:
    """Return an introduction of this server."""
    row = await reading.one(_find, guild_id=guild_id, introduction_id=introduction_id)
    return None if row is None else _introduction(row)


async def of_pair(reading: Reading, guild_id: int, one: int, other: int) -> Introduction | None:
    """Return the open introduction between two organisations."""
    row = await reading.one(_of_pair, guild_id=guild_id, of_pair=pair_of(one, other))
    return None if row is None else _introduction(row)


async def open_of(reading: Reading, guild_id: int, organisation_id: int, most: int = 100) -> list[Introduction]:
    """Return the open introductions of an organisation, those it asked for first."""
    facts = {"guild_id": guild_id, "organisation_id": organisation_id, "most": most}
    ours, theirs = await reading.together((_asked_by_us, facts), (_asked_of_us, facts))
    return [_introduction(row) for row in (*ours, *theirs)]


async def open_counts(reading: Reading, guild_id: int, ids: Collection[int]) -> dict[int, int]:
    """Return organisation -> open introductions, whichever side asked, for those that have any."""
    found: dict[int, int] = {}
    for side in (introductions.c.asking, introductions.c.asked):
        counted = (
            select(side.label("organisation"), func.count().label("how_many"))
            .where(
                introductions.c.guild_id == guild_id,
                side.in_(sorted(ids)),
                _is_open,
            )
            .group_by(side)
        )
        for row in await reading.all(counted) if ids else ():
            found[row["organisation"]] = found.get(row["organisation"], 0) + row["how_many"]
    return found


async def numbers(reading: Reading, guild_id: int) -> dict[Status, int]:
    """Return status -> introductions of a server."""
    return {Status(row["status"]): row["how_many"] for row in await reading.all(_numbers, guild_id=guild_id)}


async def open_with(reading: Reading, guild_id: int, user_id: int) -> list[Introduction]:
    """Return the open introductions that a person asked for or agreed to."""
    return [_introduction(row) for row in await reading.all(_with, guild_id=guild_id, user_id=user_id)]


async def last_answer(reading: Reading, guild_id: int, asking: int, asked: int) -> datetime | None:
    """Return when one organisation last got *Not now*, or no answer, from the other."""
    value = await reading.scalar(_last_answer, guild_id=guild_id, asking=asking, asked=asked)
    return None if value is None else from_micros(value)


async def unanswered(reading: Reading, before: datetime, most: int) -> list[Introduction]:
    """Return requests of any server that nobody answered since an instant."""
    return [_introduction(row) for row in await reading.all(_unanswered, before=to_micros(before), most=most)]


async def add(tx: Transaction, guild_id: int, asking: int, asked: int, asker: int, at: datetime) -> int:
    """Insert a request and return its id. Raises sqlite3.IntegrityError where one is open between the two."""
    return await tx.insert(
        introductions,
        guild_id=guild_id,
        asking=asking,
        asked=asked,
        pair=pair_of(asking, asked),
        status=Status.ASKED.value,
        asker_id=asker,
        created_at=to_micros(at),
        changed_at=to_micros(at),
    )


async def move(
    tx: Transaction, known: Introduction, target: Status, at: datetime, *, answerer: int | None, ender: int | None
) -> bool:
    """Move an introduction on from the state it was read in; False when somebody else was first."""
    moved = await tx.run(
        _move,
        in_guild=known.guild_id,
        this=known.id,
        from_status=known.status.value,
        new_status=target.value,
        new_pair=pair_of(known.asking, known.asked) if target in OPEN else None,
        new_answerer_id=answerer,
        new_ender_id=ender,
        new_changed_at=to_micros(at),
    )
    return moved == 1


async def bind(tx: Transaction, known: Introduction, channel_id: int, thread_id: int) -> None:
    """Note the thread of an introduction that has none."""
    await tx.run(_bind, in_guild=known.guild_id, this=known.id, new_channel=channel_id, new_thread=thread_id)


async def set_sides(
    tx: Transaction, guild_id: int, introduction_id: int, asking: int, asked: int, *, open: bool
) -> None:
    """Write whom an introduction is between."""
    pair = pair_of(asking, asked) if open else None
    await tx.run(_set_sides, in_guild=guild_id, this=introduction_id, new_asking=asking, new_asked=asked, new_pair=pair)


async def past_of(reading: Reading, guild_id: int, organisation_id: int) -> list[tuple[int, int, int]]:
    """Return (id, asking, asked) of what is over and was with this organisation."""
    rows = await reading.all(_past_of, guild_id=guild_id, organisation_id=organisation_id)
    return [(row["id"], row["asking"], row["asked"]) for row in rows]


async def forget_person(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Take a person out of every introduction."""
    for statement in _forget:
        await tx.run(statement, in_guild=guild_id, user_gone=user_id)


def _introduction(row: Row) -> Introduction:
    return Introduction(
        id=row["id"],
        guild_id=row["guild_id"],
        asking=row["asking"],
        asked=row["asked"],
        status=Status(row["status"]),
        asker=row["asker_id"],
        answerer=row["answerer_id"],
        ended_by=row["ender_id"],
        channel_id=row["channel_id"],
        thread_id=row["thread_id"],
        created_at=from_micros(row["created_at"]),
        changed_at=from_micros(row["changed_at"]),
    )
