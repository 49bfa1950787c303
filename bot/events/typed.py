"""What is typed into the forms of events: read, or refused with facts that people can be told."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.errors import Invalid, NotFound
from bot.events import moment
from bot.events.model import DEFAULT_LENGTH, MOST_PLACES
from bot.events.moment import Fault, FaultKind

_WHY = {
    FaultKind.UNPARSEABLE: "unparseable",
    FaultKind.NO_TIME: "no time",
    FaultKind.NO_SUCH_DATE: "no such date",
    FaultKind.PAST: "past time",
    FaultKind.TOO_FAR: "too far time",
    FaultKind.SKIPPED: "skipped",
    FaultKind.DOUBLED: "doubled",
    FaultKind.WRONG_WEEKDAY: "wrong weekday",
    FaultKind.UNKNOWN_ZONE: "unknown zone",
}


def instant(text: str, zone: str, now: datetime, field: str = "starts") -> tuple[datetime, str]:
    """Return the UTC instant that was typed and the IANA zone it was meant in. Raises Invalid for every other text."""
    if not text.strip():
        raise Invalid(field, "empty")
    found = moment.parse(text, zone, now)
    if isinstance(found, Fault):
        raise Invalid(
            field,
            _WHY[found.kind],
            text=found.word if found.kind is FaultKind.UNKNOWN_ZONE else text,
            options=found.instants,
            # What to type for each option: the same time twice a night differs by its offset only.
            typed=tuple(moment.plain(option, found.zone) for option in found.instants),
            near=found.zones,
        )
    return found.instant, found.zone


def length(text: str) -> timedelta:
    """Return how long it lasts, an hour where nothing was typed. Raises Invalid("duration")."""
    if not text.strip():
        return DEFAULT_LENGTH
    found = moment.duration(text)
    if found is None:
        raise Invalid("duration", "bad duration")
    return found


def written(at: datetime, zone: str) -> str:
    """Return an instant as it can be typed."""
    return moment.plain(at, zone)


def written_length(lasts: timedelta) -> str:
    """Return a length as it can be typed: ``45 min``, ``2 h``, ``1h30``."""
    hours, minutes = divmod(round(lasts.total_seconds() / 60), 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours}h{minutes:02}" if minutes else f"{hours} h"


def within(field: str, text: str, limit: int) -> None:
    """Raise Invalid(field, "too long") for a text beyond its limit."""
    if len(text) > limit:
        raise Invalid(field, "too long", limit=limit)


def places(text: str, least: int) -> int | None:
    """Return how many places were typed, None for an empty text: as many as come. Raises Invalid("capacity")."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 5 or not least <= int(text) <= MOST_PLACES:
        raise Invalid("capacity", "no number", least=least, most=MOST_PLACES)
    return int(text)


def number(text: str) -> int:
    """Return the id behind what was picked or typed. Raises NotFound for what is no id."""
    text = text.strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise NotFound("event")
    return int(text)
