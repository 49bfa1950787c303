"""Due dates as people type them."""

from __future__ import annotations

import re
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.content.model import Action
from bot.errors import Invalid, NotFound
from bot.events.moment import Fault, FaultKind, Moment
from bot.events.moment import parse as parse_moment

_DAY_END = time(23, 59)
# A pledge may lie further ahead than an event, and an hour that a clock change takes or doubles is no matter.
_DAY_IS_MEANT = frozenset({FaultKind.TOO_FAR, FaultKind.SKIPPED, FaultKind.DOUBLED})
_WHY = {FaultKind.PAST: "past", FaultKind.TOO_FAR: "too far", FaultKind.NO_SUCH_DATE: "no such date"}
_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_GONE = re.compile(
    r"(?:the day before )?yesterday|(?:i ?förr|i ?)går|last \w+|(?:förra|i) \w+s|förra \w+|.* ago|för .* sedan",
    re.IGNORECASE,
)
"""Days that people name by how long they are gone; a plan for the future needs no reading of them."""


def parse(text: str, zone: str, now: datetime) -> datetime | None:
    """Return the end of the day that was typed, in the server's zone; None for an empty text (ongoing).

    Understands what events understand ("31 march", "in 6 weeks", "2027-03-31", also in Swedish), and
    ISO dates further away. Raises Invalid for what is no date, has passed or is too far.
    """
    text = text.strip()
    if not text:
        return None
    local = ZoneInfo(zone)
    try:
        return end_of(date.fromisoformat(text), local)
    except ValueError:
        if _ISO.fullmatch(text):
            raise Invalid("due", "no such date", text=text) from None
    if _GONE.fullmatch(text):
        raise Invalid("due", "past", text=text)
    found = parse_moment(text, zone, now)
    if isinstance(found, Fault) and found.kind is FaultKind.NO_TIME:
        found = parse_moment(f"{text} 23:59", zone, now)
    if isinstance(found, Moment):
        instant = found.instant
    elif found.kind in _DAY_IS_MEANT and found.instants:
        instant = found.instants[0]
    else:
        raise Invalid("due", _WHY.get(found.kind, "no date"), text=text)
    return end_of(instant.astimezone(local).date(), local)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day is over in a zone. Raises Invalid("due") for the first or the last day there is."""
    try:
        return datetime.combine(day, _DAY_END, tzinfo=zone).astimezone(UTC)
    except OverflowError:  # the first or the last day that can be counted at all
        raise Invalid("due", "past" if day.year < MAXYEAR else "too far") from None


def suggestion(action: Action | None, now: datetime) -> str:
    """Return the date an action is usually done by, as ``2027-03-31``; empty for an ongoing one."""
    if action is None:
        return (now + timedelta(days=60)).date().isoformat()
    if action.ongoing:
        return ""
    return (now + timedelta(days=action.days)).date().isoformat()


def written(due: datetime | None, zone: str) -> str:
    """Return a due date as it is typed, in the zone that it was read in."""
    return "" if due is None else due.astimezone(ZoneInfo(zone)).date().isoformat()


def number(text: str) -> int:
    """Return the id behind what was picked or typed. Raises NotFound for what is no id."""
    text = text.strip().lstrip("#")
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise NotFound("pledge")
    return int(text)
