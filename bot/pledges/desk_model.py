"""The organisers' desk: what waits there, who has taken it, and when somebody is reminded of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.pledges.model import Act, Change, Companion, Entry, Pledge

TAKE_LASTS = timedelta(hours=24)
NUDGE_AFTER = timedelta(days=3)
ESCALATE_AFTER = timedelta(days=5)
SERVICE_TIMES = (NUDGE_AFTER, ESCALATE_AFTER)
MOST_REASONS = 10
READY_REASON_LIMIT = 100
"""A ready-made reason is shown whole as an option of a select, which takes 100 characters."""
MOST_AT_ONCE = 100
REASONED = (Act.ASK_CHANGES, Act.DECLINE, Act.NOT_YET)
"""Decisions for which a server keeps ready-made reasons."""

_MORNING = time(9)


class Kind(StrEnum):
    """A part of the queue."""

    NEW = "new"
    DONE = "done"
    CHANGED = "changed"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class Take:
    """An organiser looks at a pledge until an instant; others may decide all the same."""

    by: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason that a server keeps ready for a decision."""

    id: int
    act: Act
    text: str


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue, longest waiting first.

    The next one starts after the key (microseconds, id) ``after``, the one before ends with ``before``; None: no such.
    """

    pledges: tuple[Pledge, ...]
    takes: Mapping[int, Take] = field(default_factory=dict)
    after: tuple[int, int] | None = None
    before: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything organisers see of one pledge.

    ``last`` is the move that brought it where it is and ``newest`` the newest line of its history;
    ``alike`` is how many wait for the same catalogue action in its own words, this one included.
    """

    pledge: Pledge
    last: Entry | None = None
    newest: Entry | None = None
    take: Take | None = None
    change: Change | None = None
    alike: int = 0
    reasons: tuple[Reason, ...] = ()
    company: tuple[Companion, ...] = ()


@dataclass(frozen=True, slots=True)
class Lot:
    """What *Approve all of this action* is about: pledges in the action's own words, and how many have other words."""

    pledges: tuple[Pledge, ...]
    reworded: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of approving many: how many were approved, were one's own, and (status, by whom) of those decided."""

    approved: int = 0
    own: int = 0
    decided: tuple[tuple[str, int | None], ...] = ()
    gone: int = 0


def waited(pledge: Pledge, now: datetime) -> timedelta:
    """Return how long a pledge has been on the desk."""
    return now - pledge.queued_at if pledge.queued_at is not None else timedelta()


def morning_after(instant: datetime, zone: str) -> datetime:
    """Return nine o'clock in the zone at or after an instant: reminders of one day are one message, in the morning."""
    local = instant.astimezone(ZoneInfo(zone))
    at = datetime.combine(local.date(), _MORNING, tzinfo=local.tzinfo)
    if at < local:
        at = datetime.combine(local.date() + timedelta(days=1), _MORNING, tzinfo=local.tzinfo)
    return at.astimezone(instant.tzinfo)


def morning(day: int, zone: str) -> datetime:
    """Return nine o'clock in the zone on a day given by its number."""
    return datetime.combine(date.fromordinal(day), _MORNING, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def nudges(queued_at: datetime, zone: str) -> tuple[tuple[int, datetime], ...]:
    """Return (number of the day, instant) of the reminders about something that came to the desk at an instant."""
    found = [morning_after(queued_at + wait, zone) for wait in SERVICE_TIMES]
    return tuple((at.astimezone(ZoneInfo(zone)).date().toordinal(), at) for at in found)
