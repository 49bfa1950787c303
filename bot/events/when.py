"""Typed starts, lengths and posting times, as facts that people can be told about when they do not fit."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.errors import Invalid
from bot.events import moment
from bot.events.model import DEFAULT_LENGTH
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
