"""Events for people's own calendars: an .ics file (RFC 5545) and links that open Google's or Outlook's form.

Times are written in UTC: each event is one occurrence (a series is a list of them), and a UTC instant is read alike by
every calendar without a VTIMEZONE block, which several ignore. The zone goes where it helps a reader: into Google's
form and, as a comment on the file, into `X-WR-TIMEZONE`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode, urlsplit

from icalendar import Calendar, Event

MAX_LINK = 512
"""Longest URL of a Discord link button, in characters (Discord's limit)."""
_GOOGLE = "https://calendar.google.com/calendar/render"
# The work and school host: most partners come with an organisation's account.
_OUTLOOK = "https://outlook.office.com/calendar/0/deeplink/compose"


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One occurrence as a calendar shows it.

    `uid` never changes for one occurrence; `sequence` rises with every change of it, or calendars keep the old one.
    `starts` and `ends` are aware, `zone` is the IANA zone of the plan. `url` is https, or is left out.
    """

    uid: str
    starts: datetime
    ends: datetime
    zone: str
    title: str
    text: str = ""
    where: str = ""
    url: str = ""
    sequence: int = 0
    cancelled: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError for naive times and for an end before the start: a bug in the caller, not in the input."""
        if self.starts.utcoffset() is None or self.ends.utcoffset() is None:
            raise ValueError("calendar times must be aware")
        if self.ends < self.starts:
            raise ValueError("an entry cannot end before it starts")


def calendar(entries: Iterable[CalendarEntry], now: datetime) -> bytes:
    """An .ics file with every entry in it: UTF-8, CRLF, lines folded at 75 octets.

    A file with a cancelled entry and the same uid takes the event out of, or strikes it in, the reader's calendar.
    """
    listed = list(entries)
    file = Calendar()
    file.add("prodid", "-//Cogwheel//Events//EN")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    zones = {entry.zone for entry in listed}
    if len(zones) == 1:
        file.add("x-wr-timezone", _line(zones.pop()))
    for entry in listed:
        file.add_component(_event(entry, now))
    written: bytes = file.to_ical()
    return written


def google_link(entry: CalendarEntry) -> str:
    """A link that opens Google Calendar's form with the entry filled in; at most `MAX_LINK` characters."""
    dates = "/".join(f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}" for moment in (entry.starts, entry.ends))
    fixed = {"action": "TEMPLATE", "dates": dates, "ctz": entry.zone}
    return _link(
        _GOOGLE, fixed, {"text": _line(entry.title), "location": _line(entry.where), "details": _details(entry)}
    )


def outlook_link(entry: CalendarEntry) -> str:
    """A link that opens Outlook's form on the web with the entry filled in; at most `MAX_LINK` characters."""
    start, end = (f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for moment in (entry.starts, entry.ends))
    fixed = {"path": "/calendar/action/compose", "rru": "addevent", "startdt": start, "enddt": end}
    return _link(
        _OUTLOOK, fixed, {"subject": _line(entry.title), "location": _line(entry.where), "body": _details(entry)}
    )


def _event(entry: CalendarEntry, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{_line(entry.uid)}@cogwheel")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", entry.starts.astimezone(UTC))
    event.add("dtend", entry.ends.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("summary", _line(entry.title))
    for name, value in (
        ("description", _clean(entry.text)),
        ("location", _line(entry.where)),
        ("url", _url(entry.url)),
    ):
        if value:
            event.add(name, value)
    return event


def _details(entry: CalendarEntry) -> str:
    return "\n\n".join(part for part in (_url(entry.url), _clean(entry.text)) if part)


def _clean(text: str) -> str:
    """Text without control and direction characters, which could end a line of the file or mirror its display."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    # Joiners (U+200C, U+200D) stay: emoji and several scripts are written with them.
    kept = (c for c in lines if c in "\n\t\u200c\u200d" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return "".join(kept).strip()


def _line(text: str) -> str:
    return " ".join(_clean(text).split())


def _url(text: str) -> str:
    """The address if it is plain https, else nothing: a URL property is not escaped as text is."""
    try:
        parts = urlsplit(text)
        sound = parts.scheme == "https" and bool(parts.hostname) and text == _line(text) and " " not in text
    except ValueError:  # "https://[": not an address
        return ""
    return text if sound and text.isascii() and not set(text) & set('<>"\\^`{|}') else ""


def _link(base: str, fixed: dict[str, str], texts: dict[str, str]) -> str:
    """`base` with all parameters; texts are cut from the last to the first until the whole fits."""
    kept = {name: text for name, text in texts.items() if text}
    for name in reversed(list(kept)):
        link = f"{base}?{_query(fixed | kept)}"
        if len(link) <= MAX_LINK:
            return link
        room = MAX_LINK - len(link) + len(quote(kept[name], safe=""))
        kept[name] = _cut(kept[name], room)
        if not kept[name]:
            del kept[name]
    return f"{base}?{_query(fixed | kept)}"


def _query(values: dict[str, str]) -> str:
    return urlencode(values, quote_via=quote, safe="")


def _cut(text: str, room: int) -> str:
    """As much of `text` as fits `room` characters of a query, with an ellipsis; empty if next to nothing fits."""
    room -= len(quote("…"))
    used = 0
    for index, character in enumerate(text):
        used += len(quote(character, safe=""))
        if used > room:
            return f"{text[:index].rstrip()}…" if index else ""
    return text
