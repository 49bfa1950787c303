"""What somebody means by "fri 18": typed times, in English and Swedish, to one instant or to a typed fault.

A small explicit grammar on purpose (`grammar.py`): it understands a text only if nothing but filler words is left over.
A guess would call people together at the wrong hour. Where two readings are usual it takes a documented one and names
the other (`Moment.note`, `Moment.other`), so a preview can say so. Nothing here holds sentences: faults carry facts.

Day first: "1/12" is 1 December for everybody. "next tuesday" is Tuesday of next week. "fri 6" is 06:00. A date without
a year is the coming one, unless it passed in the last 30 days: that is more likely a slip than a plan for next year.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import Enum
from zoneinfo import ZoneInfo

from bot.events import words, zones
from bot.events.grammar import MAX_DURATION, MAX_TEXT, Note, Reading, duration, read

__all__ = [
    "MAX_AHEAD", "MAX_DURATION", "MAX_TEXT", "Fault", "FaultKind", "Moment", "Note", "Suggestion", "duration", "label",
    "parse", "plain", "suggest",
]  # fmt: skip

MAX_AHEAD = timedelta(days=365)
"""How far ahead an event may lie. Discord answers a far future with an error; a year is the limit we allow."""
_SLIP = timedelta(days=30)
_HOURS_OFFERED = (18, 12, 9, 15, 20)


@dataclass(frozen=True, slots=True)
class Moment:
    """An understood start. `instant` is UTC to the minute; `text` is its plain form, which reads back as the same."""

    instant: datetime
    zone: str
    text: str
    note: Note | None = None
    other: datetime | None = None


class FaultKind(Enum):
    """Why a text gives no moment; behind each, what `Fault.instants` then holds."""

    UNPARSEABLE = "unparseable"  # nothing
    NO_TIME = "no time"  # that day at usual hours, where they lie ahead
    NO_SUCH_DATE = "no such date"  # nothing: 31 November
    PAST = "past"  # the one that was meant
    TOO_FAR = "too far"  # the one that was meant, if it can be counted at all
    SKIPPED = "skipped"  # the nearest before and after: the clocks jump over the local time
    DOUBLED = "doubled"  # both, earlier first: the clocks are set back over the local time
    WRONG_WEEKDAY = "wrong weekday"  # the date as typed, which falls on another day of the week
    UNKNOWN_ZONE = "unknown zone"  # nothing; `zones` holds close matches


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no moment. `zone` is the zone it was read in; `word` the word that stands for no zone."""

    kind: FaultKind
    zone: str
    instants: tuple[datetime, ...] = ()
    zones: tuple[str, ...] = ()
    word: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of an autocomplete: `label` is shown, `value` is sent, and reads back as `instant`."""

    label: str
    value: str
    instant: datetime


def parse(text: str, zone: str, now: datetime) -> Moment | Fault:
    """The moment that `text` means to somebody in the IANA `zone` at `now` (aware), or the fault in it.

    Never raises for any text. The moment lies after `now` and at most `MAX_AHEAD` after it.
    """
    if not zones.known(zone):
        return Fault(FaultKind.UNKNOWN_ZONE, zone, zones=zones.close(zone), word=zone)
    reading = read(text)
    return Fault(FaultKind.UNPARSEABLE, zone) if reading is None else _settle(reading, zone, now)


def suggest(text: str, zone: str, now: datetime, locale: str, limit: int = 5) -> list[Suggestion]:
    """Up to `limit` choices for what has been typed so far, the likeliest first; every value reads back.

    An empty text gives the next sensible slots; an unfinished word is completed; a date without a time gets usual
    hours; a doubled or skipped time gives its two neighbours; an unknown zone the same time in the near ones.
    """
    if not zones.known(zone):
        return []
    found: dict[tuple[datetime, str], None] = {}
    tries = [text] if text.strip() else list(_slots(zone, now))
    for attempt in [*tries, *words.completions(zones.fold(text)[:MAX_TEXT], locale)]:
        for instant, where in _offers(attempt, zone, now):
            if now < instant <= now + MAX_AHEAD:
                found[instant, where] = None
        if len(found) >= limit or (found and attempt == text):
            break
    return [Suggestion(label(i, z, locale), plain(i, z), i) for i, z in list(found)[:limit]]


def plain(instant: datetime, zone: str) -> str:
    """`2026-12-01 18:00 Europe/Stockholm`; with `UTC+01:00` before the zone where the local time happens twice."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M}{_offset_word(local)} {zone}"


def label(instant: datetime, zone: str, locale: str) -> str:
    """`Tue 1 Dec 2026 18:00 (Europe/Stockholm)` with the locale's short names; reads back as the same instant."""
    local = instant.astimezone(ZoneInfo(zone))
    day, month = words.weekday_name(local.weekday(), locale), words.month_name(local.month, locale)
    return f"{day} {local.day} {month} {local:%Y %H:%M}{_offset_word(local)} ({zone})"


def _offset_word(local: datetime) -> str:
    """` UTC+02:00` where the local time happens twice, else nothing."""
    if len(_instants(local.replace(tzinfo=None, fold=0), local.tzinfo or UTC)) < 2:
        return ""
    return f" UTC{local.isoformat()[-6:]}"


def _offers(text: str, zone: str, now: datetime) -> Iterator[tuple[datetime, str]]:
    """What one text may mean, as instants with the zone to show them in."""
    reading = read(text)
    while reading is not None:
        found = _settle(reading, zone, now)
        if isinstance(found, Moment):
            yield found.instant, found.zone
        elif found.kind is FaultKind.UNKNOWN_ZONE:
            for near in found.zones:
                there = _settle(replace(reading, unknown="", zone=near, other=None), zone, now)
                if isinstance(there, Moment):
                    yield there.instant, near
        else:
            yield from ((instant, found.zone) for instant in found.instants)
            if found.kind is FaultKind.PAST and reading.dom and reading.month and not reading.year:
                yield from _offers_next_year(reading, found, zone, now)
        reading = reading.other[1] if reading.other else None


def _offers_next_year(reading: Reading, fault: Fault, zone: str, now: datetime) -> Iterator[tuple[datetime, str]]:
    year = fault.instants[0].astimezone(ZoneInfo(fault.zone)).year + 1
    again = _settle(replace(reading, year=year, other=None), zone, now)
    if isinstance(again, Moment):
        yield again.instant, again.zone


def _slots(zone: str, now: datetime) -> Iterator[str]:
    """Texts for an empty field: the coming evenings and a lunch, when volunteers can meet."""
    if now.astimezone(ZoneInfo(zone)).hour < 16:
        yield "today 18:00"
    yield from ("tomorrow 12:00", "tomorrow 18:00", "in 2 days 18:00", "in 7 days 18:00", "in 14 days 18:00")


# --- from pieces to an instant ------------------------------------------------------------------------------------


def _settle(reading: Reading, zone: str, now: datetime) -> Moment | Fault:
    shown = reading.zone or zone
    if reading.unknown:
        return Fault(FaultKind.UNKNOWN_ZONE, shown, zones=zones.close(reading.unknown), word=reading.unknown)
    try:
        return _checked(reading, shown, now)
    except OverflowError:  # 9,999 months, or a year Python cannot count
        return Fault(FaultKind.TOO_FAR, shown)


def _checked(reading: Reading, zone: str, now: datetime) -> Moment | Fault:
    instants = _when(reading, zone, now)
    if isinstance(instants, Fault):
        return instants
    ahead = tuple(instant for instant in instants if instant > now)
    if not ahead:
        return Fault(FaultKind.PAST, zone, instants[-1:])
    if ahead[0] > now + MAX_AHEAD:
        return Fault(FaultKind.TOO_FAR, zone, ahead[:1])
    if len(ahead) > 1:
        return Fault(FaultKind.DOUBLED, zone, ahead)
    note, other = None, None
    if reading.other:
        second = _settle(reading.other[1], zone, now)
        if isinstance(second, Moment) and second.instant != ahead[0]:
            note, other = reading.other[0], second.instant
    return Moment(ahead[0], zone, plain(ahead[0], zone), note, other)


def _when(reading: Reading, zone: str, now: datetime) -> tuple[datetime, ...] | Fault:
    """One instant or two, in order, or a fault; whether they lie ahead is not yet asked."""
    if reading.unix is not None:
        return (_minute(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=reading.unix)),)
    if reading.delta is not None:
        return (_minute(now + reading.delta + timedelta(seconds=59)),)
    frame: tzinfo = ZoneInfo(zone) if reading.offset is None else timezone(reading.offset)
    days = list(_days(reading, now.astimezone(frame).date()))
    if not days:
        return Fault(FaultKind.NO_SUCH_DATE, zone)
    if reading.clock is None:
        usual = (_instants(datetime.combine(days[0], time(hour)), frame) for hour in _HOURS_OFFERED)
        return Fault(FaultKind.NO_TIME, zone, tuple(i for found in usual for i in found if i > now))
    instants: tuple[datetime, ...] = ()
    day = days[0]
    for day in days:
        wall = datetime.combine(day, reading.clock)
        instants = _instants(wall, frame)
        if not instants:
            before, after = _neighbours(wall, frame)
            if after > now:
                return Fault(FaultKind.SKIPPED, zone, (before, after))
            instants = (after,)
        slip = reading.month is not None and now - instants[-1] < _SLIP
        if slip or instants[-1] > now:
            break
    named = reading.shift is not None or reading.dom is not None
    if named and reading.weekday not in (None, day.weekday()):
        return Fault(FaultKind.WRONG_WEEKDAY, zone, instants[:1])
    return instants


def _days(reading: Reading, today: date) -> Iterator[date]:
    """The days that the reading may mean, soonest first; the first whose time lies ahead is taken."""
    week = timedelta(days=7)
    if reading.shift is not None:
        months = today.year * 12 + today.month - 1 + reading.shift[0]
        if months >= 12 * 9998:
            raise OverflowError
        year, month = months // 12, months % 12 + 1
        yield date(year, month, min(today.day, calendar.monthrange(year, month)[1])) + timedelta(reading.shift[1])
    elif reading.month and reading.dom:
        years = [reading.year] if reading.year else [today.year, today.year + 1]
        for year in years:
            if 1 <= year <= 9998 and reading.dom <= calendar.monthrange(year, reading.month)[1]:
                yield date(year, reading.month, reading.dom)
    elif reading.dom:
        first = today.replace(day=1)
        for _ in range(12):
            if (
                reading.dom <= calendar.monthrange(first.year, first.month)[1]
                and first.replace(day=reading.dom) >= today
            ):
                yield first.replace(day=reading.dom)
            first = (first + timedelta(days=31)).replace(day=1)
    elif reading.week and reading.weekday is not None:
        for year in (today.isocalendar().year, today.isocalendar().year + 1):
            if reading.week <= date(year, 12, 28).isocalendar().week:
                yield date.fromisocalendar(year, reading.week, reading.weekday + 1)
    elif reading.next_week and reading.weekday is not None:
        yield today - timedelta(days=today.weekday()) + week + timedelta(days=reading.weekday)
    elif reading.weekday is not None:
        coming = today + timedelta(days=(reading.weekday - today.weekday()) % 7)
        yield from (coming, coming + week)
    else:
        yield from (today, today + timedelta(days=1))


def _instants(wall: datetime, frame: tzinfo) -> tuple[datetime, ...]:
    """The instants (UTC, in order) at which clocks in `frame` show `wall`: none, one or two (PEP 495)."""
    found = {wall.replace(tzinfo=frame, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(i for i in found if i.astimezone(frame).replace(tzinfo=None, fold=0) == wall))


def _neighbours(wall: datetime, frame: tzinfo) -> tuple[datetime, datetime]:
    """For a skipped `wall`: as far before the jump and after it as the clocks jump (02:30 -> 01:30 and 03:30)."""
    after, before = (wall.replace(tzinfo=frame, fold=fold).astimezone(UTC) for fold in (0, 1))
    return before, after


def _minute(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(second=0, microsecond=0)
