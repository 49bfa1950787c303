"""The grammar of typed times: a text to its pieces (`Reading`), before any clock or zone is looked at.

Each step takes what it knows out of the text; what is left must be filler words or name a zone, else the text is not
understood. Order matters and is the order of the steps in `read`: a date in figures must not eat a time, nor a bare
hour the day of a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import time, timedelta
from enum import Enum

from bot.events import words, zones

MAX_TEXT = 100
"""Longest text read, in characters; an autocomplete choice holds no more (Discord's limit)."""
MAX_DURATION = timedelta(days=7)


class Note(Enum):
    """Why a second reading exists."""

    DAY_FIRST = "day first"
    NEXT_WEEK = "next week"
    MORNING = "morning"


@dataclass(frozen=True, slots=True)
class Reading:
    """The pieces found in a text. `other` is a second usual reading and why it exists."""

    unix: int | None = None
    delta: timedelta | None = None  # an exact time from now
    shift: tuple[int, int] | None = None  # months and days from today
    year: int | None = None
    month: int | None = None
    dom: int | None = None
    weekday: int | None = None
    week: int | None = None
    next_week: bool = False
    clock: time | None = None
    offset: timedelta | None = None
    zone: str | None = None
    unknown: str = ""
    other: tuple[Note, Reading] | None = None


class _NotUnderstood(Exception):
    """Ends a reading; never leaves this module."""


def _any(names: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


_WEEKDAY = _any(words.WEEKDAYS)
_MONTH = _any(words.MONTHS)
_NUMBER = rf"[0-9]{{1,4}}(?:[.,][0-9]{{1,2}})?|(?:{_any(words.NUMBERS)})(?= )"
_UNIT = _any([*words.MINUTE_UNITS, *words.DAY_UNITS, *words.MONTH_UNITS])
_HOUR_MINUTES = r"[0-9]{1,3} ?[ht] ?[0-9]{1,2}(?![0-9:.,])(?! ?[a-z])"  # 1h30
_AMOUNT = rf"(?:{_HOUR_MINUTES}|(?:{_NUMBER}) ?(?:{_UNIT})(?![a-z]))"
_AMOUNTS = rf"{_AMOUNT}(?: ?(?:,|and|och)? ?{_AMOUNT})*"
_NTH = r"(?:st|nd|rd|th|:[ea])"
_MERIDIEM = r"(?:([apfe])\.? ?m\.?(?![a-z]))"  # am, pm; Swedish fm, em


class _Text:
    """What is left of a text while pieces are taken out of it."""

    def __init__(self, text: str) -> None:
        self.rest = text

    def take(self, pattern: str) -> re.Match[str] | None:
        found = re.search(pattern, self.rest)
        if found:
            self.rest = f"{self.rest[: found.start()]} {self.rest[found.end() :]}"
        return found


def read(text: str) -> Reading | None:
    """The pieces of `text`, or None when something in it is not understood. Never raises."""
    if len(text) > MAX_TEXT:
        return None
    stamp = re.fullmatch(r"<t:(-?[0-9]{1,15})(?::[a-zA-Z])?>|([0-9]{9,11})", text.strip())
    if stamp:
        return Reading(unix=int(stamp[1] or stamp[2]))
    left = _Text(re.sub(r"([0-9])z\b", r"\1 utc", zones.fold(text).replace("halvtimme", "halv timme")))
    reading = Reading()
    try:
        for step in (_zone, _iso, _relative, _week, _day_word, _weekday, _named_month, _figures, _clock, _leftover):
            reading = step(left, reading)
        return _whole(reading)
    except _NotUnderstood:
        return None


def duration(text: str) -> timedelta | None:
    """How long: `90`, `1h30`, `1:30`, `2 h`, `45 min`, `1,5 timmar`, `en halvtimme`; None if not understood.

    A bare number below 10 means hours, from 10 on minutes. More than nothing, at most `MAX_DURATION`, whole minutes.
    """
    plain = zones.fold(text[: MAX_TEXT + 1]).replace("halvtimme", "halv timme")
    if len(plain) > MAX_TEXT:
        return None
    minutes: float | None = None
    if bare := re.fullmatch(r"[0-9]{1,5}", plain):
        minutes = int(bare[0]) * (60 if int(bare[0]) < 10 else 1)
    elif clock := re.fullmatch(r"([0-9]{1,3}):([0-5][0-9])", plain):
        minutes = int(clock[1]) * 60 + int(clock[2])
    elif re.fullmatch(_AMOUNTS, plain):
        exact, days, months = _sum(plain)
        minutes = exact + days * 1440 if not months else None
    length = timedelta(minutes=round(minutes)) if minutes is not None else timedelta()
    return length if timedelta() < length <= MAX_DURATION else None


# --- steps, in the order they are taken ---------------------------------------------------------------------------


def _zone(left: _Text, reading: Reading) -> Reading:
    if found := left.take(r"\b(?:utc|gmt) ?([+-]) ?([0-9]{1,2})(?::?([0-9]{2}))?(?![0-9:])"):
        reading = replace(reading, offset=_offset(*found.groups()))
    if found := re.search(r"\b[a-z]+(?:/[a-z0-9_+-]+)+((?: [a-z]+){0,2})", left.rest):
        named = found[0]
        for _ in range(3):  # "america/new york" first, then without the words behind it
            if key := zones.lookup(named):
                left.rest = left.rest.replace(named, " ", 1)
                return replace(reading, zone=key)
            if named.count(" ") == 0:
                break
            named = named.rpartition(" ")[0]
        left.rest = left.rest.replace(named, " ", 1)
        reading = replace(reading, unknown=named)
    return reading


def _iso(left: _Text, reading: Reading) -> Reading:
    figures = r"\b([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})"
    stamp = r"t([0-9]{2}):?([0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?(?:([+-])([0-9]{2}):?([0-9]{2}))?(?![0-9])"
    if not (found := left.take(rf"{figures}(?:{stamp})?(?![0-9a-z])")):
        return reading
    reading = _dated(reading, int(found[1]), int(found[3]), int(found[4]))
    if found[5]:
        reading = replace(reading, clock=_time(int(found[5]), int(found[6])))
    return replace(reading, offset=_offset(*found.groups()[6:])) if found[7] else reading


def _relative(left: _Text, reading: Reading) -> Reading:
    found = left.take(rf"\b(?:in|om) ({_AMOUNTS})(?![a-z0-9])") or left.take(rf"\b({_AMOUNTS}) from now\b")
    if not found:
        return reading
    minutes, days, months = _sum(found[1])
    if months and minutes:
        raise _NotUnderstood
    if minutes or days != int(days):
        return replace(reading, delta=timedelta(minutes=round(minutes + days * 1440)))
    return replace(reading, shift=(months, int(days)))


def _week(left: _Text, reading: Reading) -> Reading:
    if found := left.take(r"\b(?:v|vecka|week|wk)\.? ?([0-9]{1,2})(?![0-9:.]?[0-9])"):
        if not 1 <= int(found[1]) <= 53:
            raise _NotUnderstood
        reading = replace(reading, week=int(found[1]))
    if left.take(r"\b(?:next week|nasta vecka)\b"):
        reading = replace(reading, next_week=True)
    left.take(r"\b(?:this week|denna vecka)\b")
    return reading


def _day_word(left: _Text, reading: Reading) -> Reading:
    # The word stays for the part of the day it may also name ("tonight").
    found = re.search(rf"\b({_any(words.DAYS_FROM_TODAY)})\b", left.rest)
    if not found:
        return reading
    if found[1] not in words.EVENING + words.MORNING:
        left.take(rf"\b{found[1]}\b")
    return _dated(reading, shift=(0, words.DAYS_FROM_TODAY[found[1]]))


def _weekday(left: _Text, reading: Reading) -> Reading:
    found = left.take(rf"\b(?:(next|nasta) )?({_WEEKDAY})(?:en|s)?\b(?!\.?[0-9])")
    if not found:
        return reading
    reading = replace(reading, weekday=words.WEEKDAYS[found[2]])
    if found[1] and not reading.next_week:
        return replace(reading, next_week=True, other=(Note.NEXT_WEEK, reading))
    return reading


def _named_month(left: _Text, reading: Reading) -> Reading:
    year = r"(?:,? ([0-9]{4})\b(?!:))?"
    if found := left.take(rf"\b([0-9]{{1,2}}){_NTH}? ?(?:of )?({_MONTH})\b\.?{year}"):
        dom, month = found[1], found[2]
    elif found := left.take(rf"\b({_MONTH})\b\.? ([0-9]{{1,2}}){_NTH}?(?![0-9]| ?[:.][0-9]| ?[apfe]\.?m){year}"):
        dom, month = found[2], found[1]
    else:
        return reading
    return _dated(reading, int(found[3]) if found[3] else None, words.MONTHS[month], int(dom))


def _figures(left: _Text, reading: Reading) -> Reading:
    if found := left.take(r"(?<![0-9/])([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{4}|[0-9]{2}))?(?![0-9/])"):
        first, second, year = int(found[1]), int(found[2]), _year(found[3])
        if second > 12:  # only one reading is a date: 11/24
            return _dated(reading, year, first, second)
        day_first = _dated(reading, year, second, first)
        if first > 12 or first == second:
            return day_first
        return replace(day_first, other=(Note.DAY_FIRST, replace(day_first, month=first, dom=second)))
    if found := left.take(r"(?<![0-9.-])([0-9]{1,2})([.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?![0-9.-])"):
        return _dated(reading, _year(found[4]), int(found[3]), int(found[1]))
    if found := left.take(r"(?<![0-9.])([0-9]{1,2})\.([0-9]{1,2})\.?(?= (?:(?:kl|at)\.? ?)?[0-9])"):
        return _dated(reading, None, int(found[2]), int(found[1]))
    if found := left.take(rf"\b(?:den|the) ([0-9]{{1,2}}){_NTH}?(?![0-9:.])|\b([0-9]{{1,2}}){_NTH}(?![a-z])"):
        return _dated(reading, dom=int(found[1] or found[2]))
    return reading


def _clock(left: _Text, reading: Reading) -> Reading:
    evening = left.take(rf"\b(?:{_any(words.EVENING)})\b")
    morning = left.take(rf"\b(?:{_any(words.MORNING)})\b")
    if left.take(rf"\b(?:{_any(words.NOON)})\b"):
        return _at(reading, time(12))
    found = (
        left.take(rf"(?<![0-9:.+-])([0-9]{{1,2}})[:.]([0-9]{{2}})(?::[0-9]{{2}})?(?![0-9]) ?{_MERIDIEM}?")
        or left.take(rf"(?<![0-9:.+-])([0-9]{{1,2}})()(?![0-9]) ?{_MERIDIEM}")
        or left.take(r"(?<![0-9:.+-])([01][0-9]|2[0-3])([0-5][0-9])(?![0-9])()")
        or left.take(r"(?<![0-9:.+-])([0-9]{1,2})h([0-5][0-9])?(?![0-9a-z])()")
        or left.take(r"(?<![0-9:.+-])([0-9]{1,2})()(?![0-9:/-])()")
    )
    if not found:
        return reading
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        if not 1 <= hour <= 12:
            raise _NotUnderstood
        hour = hour % 12 + (12 if half in "pe" else 0)
    elif evening and hour <= 12:
        if hour in (0, 12):  # "tonight 12": midnight or noon, and of which day
            raise _NotUnderstood
        hour += 12
    at = _at(reading, _time(hour, minute))
    if not (half or evening or morning or at.other) and 1 <= hour <= 7 and found[1] == str(hour):
        return replace(at, other=(Note.MORNING, replace(at, clock=time(hour + 12, minute))))
    return at


def _leftover(left: _Text, reading: Reading) -> Reading:
    kept = [word for word in re.split(r"[\s,;()|·–—]+", left.rest) if word.strip(".-") not in words.FILLERS | {""}]
    name = " ".join(word.strip(".") for word in kept)
    if not name:
        return reading
    if reading.zone or reading.unknown:
        raise _NotUnderstood
    if key := zones.lookup(name):
        pair = reading.other
        return replace(reading, zone=key, other=(pair[0], replace(pair[1], zone=key)) if pair else None)
    if any(c.isdigit() for c in name) or not zones.close(name):
        raise _NotUnderstood
    return replace(reading, unknown=name)


# --- shared by the steps ------------------------------------------------------------------------------------------


def _whole(reading: Reading) -> Reading:
    """The reading if its pieces make one time; a zone alone or half a week does not."""
    dated = reading.shift is not None or reading.dom is not None
    week = reading.week is not None or reading.next_week
    loose_week = week and (dated or reading.weekday is None)
    two_weeks = reading.week is not None and reading.next_week
    some = dated or reading.weekday is not None or reading.clock is not None
    if loose_week or two_weeks or some == (reading.delta is not None):
        raise _NotUnderstood
    return reading


def _dated(
    reading: Reading,
    year: int | None = None,
    month: int | None = None,
    dom: int | None = None,
    shift: tuple[int, int] | None = None,
) -> Reading:
    """The reading with its one date; a second one, or a month or day that no year has, ends it."""
    if reading.dom is not None or reading.shift is not None:
        raise _NotUnderstood
    if (month is not None and not 1 <= month <= 12) or (dom is not None and not 1 <= dom <= 31):
        raise _NotUnderstood
    return replace(reading, year=year, month=month, dom=dom, shift=shift)


def _at(reading: Reading, clock: time) -> Reading:
    if reading.clock:
        raise _NotUnderstood
    pair = reading.other
    return replace(reading, clock=clock, other=(pair[0], replace(pair[1], clock=clock)) if pair else None)


def _time(hour: int, minute: int) -> time:
    if hour > 23 or minute > 59:
        raise _NotUnderstood
    return time(hour, minute)


def _year(figures: str | None) -> int | None:
    return None if figures is None else int(figures) + (2000 if len(figures) == 2 else 0)


def _offset(sign: str, hours: str, minutes: str | None) -> timedelta:
    size = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if size > timedelta(hours=14) or int(minutes or 0) > 59:
        raise _NotUnderstood
    return -size if sign == "-" else size


def _sum(amounts: str) -> tuple[float, float, int]:
    """Minutes, days and months in a text that `_AMOUNTS` matches."""
    minutes, days, months = 0.0, 0.0, 0
    for part in re.finditer(_AMOUNT, amounts):
        if both := re.fullmatch(r"([0-9]+) ?[ht] ?([0-9]+)", part[0]):
            minutes += int(both[1]) * 60 + int(both[2])
            continue
        split = re.fullmatch(rf"({_NUMBER}) ?({_UNIT})", part[0])
        if split is None:
            raise _NotUnderstood
        number, unit = split[1], split[2]
        count = words.NUMBERS[number] if number in words.NUMBERS else float(number.replace(",", "."))
        minutes += count * words.MINUTE_UNITS.get(unit, 0)
        days += count * words.DAY_UNITS.get(unit, 0)
        months += int(count) if unit in words.MONTH_UNITS else 0
    return minutes, days, months
