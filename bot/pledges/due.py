"""Due dates as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.content.model import Action
from bot.errors import Invalid, NotFound
from bot.events.moment import Fault, FaultKind
from bot.events.moment import parse as parse_moment

_DAY_END = time(23, 59)


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
        return datetime.combine(date.fromisoformat(text), _DAY_END, tzinfo=local).astimezone(UTC)
    except ValueError:
        pass
    found = parse_moment(text, zone, now)
    if isinstance(found, Fault) and found.kind is FaultKind.UNPARSEABLE:
        found = parse_moment(f"{text} 23:59", zone, now)
    if isinstance(found, Fault):
        raise Invalid("due", "past" if found.kind is FaultKind.PAST else "no date", text=text)
    return datetime.combine(found.instant.astimezone(local).date(), _DAY_END, tzinfo=local).astimezone(UTC)


def suggestion(action: Action | None, now: datetime) -> str:
    """Return the date an action is usually done by, as ``2027-03-31``; empty for an ongoing one."""
    if action is None:
        return (now + timedelta(days=60)).date().isoformat()
    if action.ongoing:
        return ""
    return (now + timedelta(days=action.days)).date().isoformat()


def written(due: datetime | None) -> str:
    """Return a due date as it is typed."""
    return "" if due is None else due.date().isoformat()


def number(text: str) -> int:
    """Return the id behind what was picked or typed. Raises NotFound for what is no id."""
    text = text.strip().lstrip("#")
    if not text.isdigit() or len(text) > 18:
        raise NotFound("pledge")
    return int(text)
