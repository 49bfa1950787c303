"""The vocabulary of times in English and Swedish: tables only, folded as `zones.fold` folds what people type.

Both languages are read whatever the person's locale; the locale decides only how a choice is labelled.
"""

from __future__ import annotations

from collections.abc import Iterator

_WEEKDAY_LABELS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "sv": ("mån", "tis", "ons", "tors", "fre", "lör", "sön"),
}
_MONTH_LABELS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "sv": ("jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"),
}
_FULL_WEEKDAYS = {
    "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "sv": ("mandag", "tisdag", "onsdag", "torsdag", "fredag", "lordag", "sondag"),
}
_FULL_MONTHS = {
    "en": ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december"),
    "sv": ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober",
           "november", "december"),
}  # fmt: skip
_DAY_WORDS = {"en": ("today", "tonight", "tomorrow"), "sv": ("idag", "ikvall", "imorgon", "overmorgon")}

WEEKDAYS: dict[str, int] = {
    "mon": 0, "man": 0, "tue": 1, "tues": 1, "tis": 1, "tisd": 1, "wed": 2, "weds": 2, "ons": 2, "onsd": 2,
    "thu": 3, "thur": 3, "thurs": 3, "tor": 3, "tors": 3, "torsd": 3, "fri": 4, "fre": 4, "fred": 4,
    "sat": 5, "lor": 5, "lord": 5, "sun": 6, "son": 6, "sond": 6, "mand": 0,
} | {name: i for names in _FULL_WEEKDAYS.values() for i, name in enumerate(names)}  # fmt: skip
"""Folded weekday -> 0 (Monday) to 6."""

MONTHS: dict[str, int] = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "okt": 10,
    "nov": 11, "dec": 12,
} | {name: i for names in _FULL_MONTHS.values() for i, name in enumerate(names, 1)}  # fmt: skip
"""Folded month -> 1 to 12."""

DAYS_FROM_TODAY: dict[str, int] = {
    "day after tomorrow": 2, "i overmorgon": 2, "overmorgon": 2, "tomorrow": 1, "tmrw": 1, "tomorow": 1,
    "tommorow": 1, "tommorrow": 1, "i morgon": 1, "imorgon": 1, "i morron": 1, "imorron": 1, "today": 0, "i dag": 0,
    "idag": 0, "tonight": 0, "i kvall": 0, "ikvall": 0, "i eftermiddag": 0, "i formiddag": 0,
}  # fmt: skip

EVENING = ("tonight", "i kvall", "ikvall", "i eftermiddag", "afternoon", "eftermiddagen", "eftermiddag", "evening",
           "kvallen", "kvall")  # fmt: skip
"""Words after which the hours 1 to 11 are counted from noon."""
MORNING = ("morning", "morgonen", "formiddagen", "formiddag", "i formiddag", "bitti")
NOON = ("noon", "midday")

NUMBERS: dict[str, float] = {
    "en och en halv": 1.5, "half an": 0.5, "half a": 0.5, "en halv": 0.5, "halv": 0.5, "an": 1, "a": 1, "one": 1,
    "en": 1, "ett": 1, "two": 2, "tva": 2, "three": 3, "tre": 3, "four": 4, "fyra": 4, "five": 5, "fem": 5, "six": 6,
    "sex": 6, "seven": 7, "sju": 7, "eight": 8, "atta": 8, "nine": 9, "nio": 9, "ten": 10, "tio": 10,
}  # fmt: skip

_MINUTE, _HOUR = 1, 60
MINUTE_UNITS: dict[str, int] = dict.fromkeys(("minutes", "minute", "mins", "min", "minuter", "minut", "m"), _MINUTE)
MINUTE_UNITS |= dict.fromkeys(("hours", "hour", "hrs", "hr", "h", "timmar", "timme", "tim", "t"), _HOUR)
"""Unit -> minutes in it."""
DAY_UNITS: dict[str, int] = dict.fromkeys(("days", "day", "d", "dagar", "dag", "dygn"), 1)
DAY_UNITS |= dict.fromkeys(("weeks", "week", "wks", "wk", "w", "veckor", "vecka", "v"), 7)
"""Unit -> days in it."""
MONTH_UNITS = frozenset({"months", "month", "manader", "manad"})

FILLERS = frozenset({
    "at", "kl", "klockan", "on", "pa", "den", "the", "of", "av", "in", "i", "this", "denna", "detta", "coming", "nu",
    "kommande", "nastkommande", "from", "fran", "hrs", "sharp", "time", "tid", "local", "lokal", "start", "starts",
    "starting", "startar", "borjar", "o'clock", "oclock",
})  # fmt: skip
"""Words that change nothing; whatever else is left over makes a text not understood."""


def weekday_name(weekday: int, locale: str) -> str:
    """Short weekday name for a choice's label; Swedish for `sv` and `sv-SE`, else English."""
    return _WEEKDAY_LABELS[_language(locale)][weekday]


def month_name(month: int, locale: str) -> str:
    """Short month name, 1 to 12, as `weekday_name`."""
    return _MONTH_LABELS[_language(locale)][month - 1]


def completions(folded: str, locale: str) -> Iterator[str]:
    """The text with its last, unfinished word completed to each weekday, month or day word that it may begin."""
    head, _, last = folded.rpartition(" ")
    if len(last) < 2 or not last.isalpha():
        return
    first = _language(locale)
    for language in sorted(_FULL_MONTHS, key=lambda name: name != first):
        for word in (*_DAY_WORDS[language], *_FULL_WEEKDAYS[language], *_FULL_MONTHS[language]):
            if word.startswith(last) and word != last:
                yield f"{head} {word}".strip()


def _language(locale: str) -> str:
    return "sv" if locale.split("-")[0] == "sv" else "en"
