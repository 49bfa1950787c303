"""What a digest says about a period, worked out from counters per day and a few bounded readings.

A month that is shown never holds a figure that gives a hidden or a small number of people away: see
:func:`shown` and :func:`summed`, which follow :mod:`bot.wheel.figures`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from statistics import median
from zoneinfo import ZoneInfo

from bot.pledges.model import COUNTS_AS_ACTIVE, Act, Review, Status
from bot.servers.model import USUAL_FRESHNESS, FreshnessLimits
from bot.wheel.figures import Figure, pledges_figure

MONTHS = 12
"""Months in the picture, the present one last."""
KEPT_DAYS = 400
"""Days for which counters are kept: a digest looks back a year, and a month begins before that."""
FEWEST_DECISIONS = 3
"""Fewer decisions have no median: it would be the time of one of them."""
DECISIONS = (Act.APPROVE, Act.DECLINE, Act.ASK_CHANGES)

_MORNING = time(9)


class Flow(StrEnum):
    """What is counted per day and sector; ``ACTIVE`` is what began less what ended."""

    MADE = "made"
    APPROVED = "approved"
    ACTIVE = "active"
    KEPT = "kept"
    DECLARED = "declared"
    PARTLY = "partly"
    CLOSED = "closed"
    LAPSED = "lapsed"


_ENDS = {
    (Status.KEPT, False): Flow.KEPT,
    (Status.KEPT, True): Flow.DECLARED,
    **{(Status.PARTLY_KEPT, own): Flow.PARTLY for own in (True, False)},
    **{(Status.CLOSED, own): Flow.CLOSED for own in (True, False)},
    **{(Status.LAPSED, own): Flow.LAPSED for own in (True, False)},
}


class Period(StrEnum):
    """How far a digest looks back."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def days(self) -> int:
        """Days, today among them."""
        return {Period.MONTH: 30, Period.QUARTER: 91, Period.YEAR: 365}[self]


@dataclass(frozen=True, slots=True)
class Move:
    """A line of a pledge's history that changed its state, on a day of the server's calendar."""

    act: Act
    source: Status
    target: Status
    day: date


def counted(moves: Sequence[Move], review: Review) -> Counter[tuple[date, Flow]]:
    """Return what a pledge with these moves adds to which day.

    What was taken back is not counted any more, on the day on which it was: an approval that was reversed, a pledge
    that is back with its maker, an end that was undone. So the difference that one more move makes is the difference
    of two results. What was imported is active from then on; it was neither made nor kept on that day.
    """
    found: Counter[tuple[date, Flow]] = Counter()
    made: date | None = None
    approved: date | None = None
    for move in moves:
        if move.act is Act.SUBMIT:
            made = move.day
        elif move.act is Act.ASK_CHANGES:
            made = None
        elif move.act is Act.APPROVE:
            approved = move.day
        elif move.act is Act.UNAPPROVE:
            approved = None
        step = (move.target in COUNTS_AS_ACTIVE) - (move.source in COUNTS_AS_ACTIVE)
        found[move.day, Flow.ACTIVE] += step
    if made is not None:
        found[made, Flow.MADE] += 1
    if approved is not None:
        found[approved, Flow.APPROVED] += 1
    if moves and moves[-1].act is not Act.IMPORT:  # what was kept before it came in was not kept now
        end = _ENDS.get((moves[-1].target, review is Review.NONE))
        if end is not None:
            found[moves[-1].day, end] += 1
    return Counter({key: number for key, number in found.items() if number})


def less(whole: Counter[tuple[date, Flow]], part: Counter[tuple[date, Flow]]) -> Counter[tuple[date, Flow]]:
    """Return the signed difference of two results of :func:`counted`."""
    found = Counter(whole)
    found.subtract(part)
    return Counter({key: number for key, number in found.items() if number})


def today(now: datetime, zone: str) -> date:
    """Return the day it is in a server."""
    return now.astimezone(ZoneInfo(zone)).date()


def since(day: date, period: Period) -> date:
    """Return the first day of a period that ends with a day."""
    return day - timedelta(days=period.days - 1)


def months(day: date) -> tuple[date, ...]:
    """Return the first days of the twelve months that end with this one, oldest first."""
    at = day.year * 12 + day.month - 1
    return tuple(date(number // 12, number % 12 + 1, 1) for number in range(at - MONTHS + 1, at + 1))


def next_first(now: datetime, zone: str) -> tuple[date, datetime]:
    """Return the first day of the next month and the instant of its morning, nine o'clock in the server's zone."""
    day = today(now, zone)
    first = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return first, datetime.combine(first, _MORNING, ZoneInfo(zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the picture; ``active`` is how many were active when it ended, or are now."""

    first: date
    made: Figure
    active: Figure
    kept: Figure


@dataclass(frozen=True, slots=True)
class SectorLine:
    """One sector: made and kept in the period, active now."""

    slug: str
    made: Figure
    active: Figure
    kept: Figure


@dataclass(frozen=True, slots=True)
class Freshness:
    """How long ago active pledges were heard of, by the server's limits."""

    fresh: Figure
    quiet: Figure
    stale: Figure
    limits: FreshnessLimits = USUAL_FRESHNESS


@dataclass(frozen=True, slots=True)
class Totals:
    """What happened in the period, over all sectors."""

    made: Figure
    approved: Figure
    kept: Figure
    declared: Figure
    partly: Figure
    closed: Figure
    lapsed: Figure


@dataclass(frozen=True, slots=True)
class Digest:
    """A coalition's pledges at an instant, and in a period that ends with it.

    ``decisions`` is how many pledges got their first decision in the period (at most the newest 3,000 are looked at),
    ``typical`` the median time they had waited for it, None for fewer than three. ``waiting`` counts up to
    ``most_waiting``. Nothing of pledges that only organisers see is in it but in what waits.
    """

    at: datetime
    period: Period
    since: date
    until: date
    totals: Totals
    active: Figure
    freshness: Freshness
    months: tuple[Month, ...]
    by_sector: tuple[SectorLine, ...]
    decisions: int
    typical: timedelta | None
    waiting: int
    most_waiting: int
    oldest: datetime | None

    @property
    def empty(self) -> bool:
        """Whether nobody has pledged anything for a year, and nothing waits."""
        nothing = Figure()
        quiet = all((month.made, month.active, month.kept) == (nothing,) * 3 for month in self.months)
        return quiet and not self.waiting


def typical(waits: Sequence[timedelta]) -> timedelta | None:
    """Return the median, None for fewer than :data:`FEWEST_DECISIONS`."""
    if len(waits) < FEWEST_DECISIONS:
        return None
    return timedelta(seconds=median(wait.total_seconds() for wait in waits))


Numbers = Mapping[str, int]
"""Sector -> number."""


def everybody(named: Numbers, others: Numbers) -> Numbers:
    """Return how many partners each sector has, of those who are named and those who are only counted."""
    return {slug: named.get(slug, 0) + others.get(slug, 0) for slug in {*named, *others}}


def shown(number: int, partners: int, small: int) -> Figure:
    """Return a sector's figure as it may be said; what a correction took below zero is zero."""
    return pledges_figure(max(0, number), partners, small)


def summed(numbers: Numbers, partners: Numbers, small: int) -> Figure:
    """Return the figure of all sectors together.

    Only what may be said of each sector is added up: a sum of everything less what is shown would say the rest.
    """
    figures = [shown(number, partners.get(slug, 0), small) for slug, number in numbers.items()]
    return Figure(sum(figure.at_least for figure in figures), any(figure.vague for figure in figures))


@dataclass(frozen=True, slots=True)
class Figures:
    """What the database gave: days are already summed up to months (by their first day) and to the period."""

    by_month: Mapping[tuple[date, Flow], Numbers]
    in_period: Mapping[Flow, Numbers]
    active: Numbers
    fresh: Numbers
    quiet: Numbers
    stale: Numbers
    partners: Numbers
    small: int

    def month(self, first: date, later: Iterable[date]) -> Month:
        """Return a month; ``later`` are the months after it, whose changes are taken off what is active now."""
        after = [self.by_month.get((one, Flow.ACTIVE), {}) for one in later]
        slugs = {*self.active, *(slug for numbers in after for slug in numbers)}
        level = {
            slug: self.active.get(slug, 0) - sum(numbers.get(slug, 0) for numbers in after) for slug in sorted(slugs)
        }
        return Month(
            first,
            self.sum(self.by_month.get((first, Flow.MADE), {})),
            self.sum(level),
            self.sum(self.by_month.get((first, Flow.KEPT), {})),
        )

    def sector(self, slug: str) -> SectorLine:
        """Return the line of a sector."""
        made, kept = (self.in_period.get(flow, {}).get(slug, 0) for flow in (Flow.MADE, Flow.KEPT))
        people = self.partners.get(slug, 0)
        return SectorLine(
            slug, *(shown(number, people, self.small) for number in (made, self.active.get(slug, 0), kept))
        )

    def totals(self) -> Totals:
        """Return what happened in the period."""
        of = {flow: self.sum(self.in_period.get(flow, {})) for flow in Flow}
        return Totals(
            *(of[flow] for flow in (Flow.MADE, Flow.APPROVED, Flow.KEPT, Flow.DECLARED)),
            *(of[flow] for flow in (Flow.PARTLY, Flow.CLOSED, Flow.LAPSED)),
        )

    def sum(self, numbers: Numbers) -> Figure:
        """Return a figure over all sectors."""
        return summed(numbers, self.partners, self.small)
