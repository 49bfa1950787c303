"""Counters per day behind the digest, and what only the rows themselves can say.

A counter is named ``pledges.day.2026-11-23.made`` with the sector as its subject, so that any period is one range of
the key. 400 days of 24 busy sectors are at most 77,000 short rows a server; usually there are a few hundred.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Index, and_, bindparam, case, delete, func, select

from bot.pledges.digest.model import DECISIONS, Flow, Move, Numbers
from bot.pledges.history_store import history
from bot.pledges.model import COUNTS_AS_ACTIVE, Act, Review, Status, Visibility
from bot.pledges.store import pledges
from bot.storage import counters
from bot.storage.counters import counters as table
from bot.storage.database import Reading, Row, Transaction
from bot.storage.schema import from_micros, to_micros

Index("ix_pledge_history_guild_id_act", history.c.guild_id, history.c.act, history.c.at)
Index(
    "ix_pledges_guild_id_fresh",
    *(pledges.c.guild_id, pledges.c.status, pledges.c.sector, pledges.c.visibility, pledges.c.changed_at),
)

_DAY = "pledges.day."
_MONTH_AT, _FLOW_AT = len(_DAY) + 1, len(_DAY) + len("2026-11-23.") + 1
_MOST_DECISIONS = 1000
"""Newest decisions of each kind that the median is taken from."""
_LOOKED_UP = 100
"""Pledges looked up in one trip to the database, about 3 ms."""

_flow = func.substr(table.c.name, _FLOW_AT)
_month = func.substr(table.c.name, _MONTH_AT, len("2026-11"))
_range = (
    table.c.guild_id == bindparam("guild_id"),
    table.c.name >= bindparam("first"),
    table.c.name < bindparam("end"),
)
_by_month = (
    select(_month.label("month"), _flow.label("flow"), table.c.subject, func.sum(table.c.value).label("number"))
    .where(*_range)
    .group_by(_month, _flow, table.c.subject)
)
_in_period = (
    select(_flow.label("flow"), table.c.subject, func.sum(table.c.value).label("number"))
    .where(*_range)
    .group_by(_flow, table.c.subject)
)
_of_days = select(table.c.name, table.c.subject, table.c.value).where(*_range)
_drop_old = delete(table).where(*_range)

_seen = pledges.c.visibility != Visibility.HIDDEN
_freshness = (
    select(
        pledges.c.sector,
        func.sum(case((pledges.c.changed_at > bindparam("fresh"), 1), else_=0)).label("fresh"),
        func.sum(case((pledges.c.changed_at < bindparam("stale"), 1), else_=0)).label("stale"),
        func.count().label("number"),
    )
    .where(pledges.c.guild_id == bindparam("guild_id"), pledges.c.status == bindparam("status"), _seen)
    .group_by(pledges.c.sector)
)

_of_pledge = and_(history.c.guild_id == bindparam("guild_id"), history.c.pledge_id == bindparam("pledge_id"))
_moves = (
    select(history.c.act, history.c.source, history.c.target, history.c.at)
    .where(_of_pledge, history.c.source != history.c.target)
    .order_by(history.c.id)
)
_decided = (
    select(history.c.pledge_id)
    .where(history.c.guild_id == bindparam("guild_id"), history.c.act == bindparam("act"))
    .where(history.c.at >= bindparam("since"))
    .order_by(history.c.at.desc())
    .limit(_MOST_DECISIONS)
)
_steps = select(history.c.act, history.c.at).where(_of_pledge).order_by(history.c.id)
_visibility = select(pledges.c.visibility).where(
    pledges.c.id == bindparam("pledge_id"), pledges.c.guild_id == bindparam("guild_id")
)
_page = (
    select(pledges.c.id, pledges.c.guild_id, pledges.c.sector, pledges.c.review)
    .where(
        pledges.c.id > bindparam("after"),
        pledges.c.changed_at >= bindparam("since"),
        pledges.c.status != Status.DRAFT.value,
        _seen,
    )
    .order_by(pledges.c.id)
    .limit(bindparam("most"))
)
_standing = (
    select(pledges.c.guild_id, pledges.c.status, pledges.c.review, pledges.c.sector, func.count().label("number"))
    .where(
        pledges.c.id > bindparam("after"),
        pledges.c.id <= bindparam("until"),
        _seen,
        pledges.c.status.in_([status.value for status in (*sorted(COUNTS_AS_ACTIVE), Status.KEPT)]),
    )
    .group_by(pledges.c.guild_id, pledges.c.status, pledges.c.review, pledges.c.sector)
)
_newest = select(func.max(pledges.c.id))
_guilds = select(table.c.guild_id).distinct()

Key = tuple[int, str, str]
"""Server, name and subject of a counter."""


def name_of(day: date, flow: Flow) -> str:
    """Return the name of a day's counter."""
    return f"{_DAY}{day.isoformat()}.{flow.value}"


def _between(first: date, until: date) -> dict[str, str]:
    return {"first": f"{_DAY}{first.isoformat()}", "end": f"{_DAY}{(until + timedelta(days=1)).isoformat()}"}


async def add(tx: Transaction, guild_id: int, sector: str, found: Mapping[tuple[date, Flow], int]) -> None:
    """Change a sector's counters by signed amounts."""
    for (day, flow), number in sorted(found.items()):
        await counters.add(tx, guild_id, name_of(day, flow), sector, number)


async def flows(
    reading: Reading, guild_id: int, first: date, since: date, until: date
) -> tuple[dict[tuple[date, Flow], Numbers], dict[Flow, Numbers]]:
    """Return what was counted from ``first`` on by month (its first day), and since ``since`` altogether."""
    monthly, period = await reading.together(
        (_by_month, {"guild_id": guild_id, **_between(first, until)}),
        (_in_period, {"guild_id": guild_id, **_between(since, until)}),
    )
    by_month: dict[tuple[date, Flow], dict[str, int]] = defaultdict(dict)
    for row in monthly:
        by_month[date.fromisoformat(f"{row['month']}-01"), Flow(row["flow"])][row["subject"]] = row["number"]
    whole: dict[Flow, dict[str, int]] = defaultdict(dict)
    for row in period:
        whole[Flow(row["flow"])][row["subject"]] = row["number"]
    return dict(by_month), dict(whole)


@dataclass(frozen=True, slots=True)
class Ages:
    """Active pledges by the time since they were last heard of, by sector."""

    fresh: Numbers
    quiet: Numbers
    stale: Numbers


async def ages(reading: Reading, guild_id: int, fresh: datetime, stale: datetime) -> Ages:
    """Return how many active pledges changed after ``fresh``, before ``stale``, and in between, by sector."""
    shared = {"guild_id": guild_id, "fresh": to_micros(fresh), "stale": to_micros(stale)}
    pages = await reading.together(
        *((_freshness, {**shared, "status": status.value}) for status in sorted(COUNTS_AS_ACTIVE))
    )
    new, old, whole = Counter[str](), Counter[str](), Counter[str]()
    for row in (row for rows in pages for row in rows):
        new[row["sector"]] += row["fresh"]
        old[row["sector"]] += row["stale"]
        whole[row["sector"]] += row["number"]
    return Ages(new, {slug: whole[slug] - new[slug] - old[slug] for slug in whole}, old)


async def waits(reading: Reading, guild_id: int, since: datetime) -> list[timedelta]:
    """Return how long pledges waited for their first decision, of those that got it since an instant.

    Looks at the newest 1,000 decisions of each kind.
    """
    shared = {"guild_id": guild_id, "since": to_micros(since)}
    pages = await reading.together(*((_decided, {**shared, "act": act.value}) for act in DECISIONS))
    # One pledge after another by its own key: a join let SQLite read the whole history for each of them.
    decided = sorted({row["pledge_id"] for rows in pages for row in rows})
    found = []
    for at in range(0, len(decided), _LOOKED_UP):
        keys = [{"guild_id": guild_id, "pledge_id": pledge_id} for pledge_id in decided[at : at + _LOOKED_UP]]
        answers = await reading.together(*((query, key) for key in keys for query in (_steps, _visibility)))
        for steps, visible in zip(answers[::2], answers[1::2], strict=True):
            wait = _first_wait(steps, to_micros(since)) if visible else None
            if wait is not None and visible[0]["visibility"] != Visibility.HIDDEN:
                found.append(wait)
    return found


def _first_wait(steps: Sequence[Row], since: int) -> timedelta | None:
    """Return the time from handing in to the first decision, if that came since an instant."""
    begun = next((row["at"] for row in steps if row["act"] == Act.SUBMIT), None)
    first = next((row["at"] for row in steps if row["act"] in DECISIONS), None)
    if begun is None or first is None or first < since:
        return None
    return from_micros(first) - from_micros(begun)


async def moves(reading: Reading, guild_id: int, pledge_id: int, zone: ZoneInfo) -> list[Move]:
    """Return every change of a pledge's state, oldest first."""
    return (await moves_of(reading, [(guild_id, pledge_id, zone)]))[0]


async def moves_of(reading: Reading, wanted: Iterable[tuple[int, int, ZoneInfo]]) -> list[list[Move]]:
    """Return the moves of several pledges (server, id, zone), in their order, in one trip to the database."""
    asked = list(wanted)
    pages = await reading.together(
        *((_moves, {"guild_id": guild_id, "pledge_id": pledge_id}) for guild_id, pledge_id, _zone in asked)
    )
    return [
        [
            Move(
                Act(row["act"]),
                Status(row["source"]),
                Status(row["target"]),
                from_micros(row["at"]).astimezone(zone).date(),
            )
            for row in rows
        ]
        for rows, (_guild, _pledge, zone) in zip(pages, asked, strict=True)
    ]


# Counting again.


async def page(reading: Reading, since: datetime, after: int, most: int) -> list[tuple[int, int, str, Review]]:
    """Return (id, server, sector, review) of pledges of all servers above an id that changed since an instant."""
    rows = await reading.all(_page, since=to_micros(since), after=after, most=most)
    return [(row["id"], row["guild_id"], row["sector"], Review(row["review"])) for row in rows]


async def newest(reading: Reading) -> int:
    """Return the highest id of a pledge, 0 where there is none."""
    return int(await reading.scalar(_newest) or 0)


async def standing(reading: Reading, after: int, until: int) -> dict[Key, int]:
    """Return the counters of what is active and kept as the rows have it, of all servers' pledges between two ids."""
    found = Counter[Key]()
    for row in await reading.all(_standing, after=after, until=until):
        kept = "pledges.declared" if row["review"] == Review.NONE else "pledges.kept"
        name = kept if row["status"] == Status.KEPT else "pledges.active"
        found[row["guild_id"], name, row["sector"]] += row["number"]
    return found


async def counted(reading: Reading, guild_id: int, first: date, until: date) -> dict[Key, int]:
    """Return the counters of a server as they stand: of the days from ``first`` on, and of what is active and kept."""
    names = ("pledges.active", "pledges.kept", "pledges.declared")
    days = await reading.all(_of_days, guild_id=guild_id, **_between(first, until))
    found = {(guild_id, row["name"], row["subject"]): int(row["value"]) for row in days}
    for name, numbers in zip(names, await counters.read_all(reading, guild_id, *names), strict=True):
        found |= {(guild_id, name, subject): number for subject, number in numbers.items()}
    return found


async def guilds(reading: Reading) -> list[int]:
    """Return every server that has a counter."""
    return [row["guild_id"] for row in await reading.all(_guilds)]


async def correct(tx: Transaction, differences: Sequence[tuple[Key, int]]) -> None:
    """Change counters by what they were wrong; what was counted meanwhile stays counted."""
    for (guild_id, name, subject), by in differences:
        await counters.add(tx, guild_id, name, subject, by)


async def drop_old(tx: Transaction, guild_id: int, before: date) -> None:
    """Delete the counters of a server's days before one."""
    await tx.run(_drop_old, guild_id=guild_id, first=_DAY, end=f"{_DAY}{before.isoformat()}")
