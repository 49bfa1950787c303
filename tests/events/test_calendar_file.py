"""Calendar files read back with the icalendar library, and the two links taken apart again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Component

from bot.events.calendar_file import MAX_LINK, CalendarEntry, calendar, google_link, outlook_link

NOW = datetime(2026, 11, 23, 10, 45, tzinfo=UTC)
STARTS = datetime(2026, 12, 1, 18, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
ENTRY = CalendarEntry(
    uid="1187-3",
    starts=STARTS,
    ends=STARTS + timedelta(minutes=90),
    zone="Europe/Stockholm",
    title="Frukost för nya; kom, lär känna oss",
    text="First line\nSecond line, with a comma; and \\ a backslash",
    where="https://meet.example/room?a=1&b=2",
    url="https://discord.com/events/1/2",
    sequence=4,
)


def read_back(*entries: CalendarEntry) -> list[Component]:
    return [part for part in Calendar.from_ical(calendar(entries, NOW)).walk() if part.name == "VEVENT"]


def test_an_entry_comes_back_as_it_went_in() -> None:
    (event,) = read_back(ENTRY)
    assert event["UID"] == "1187-3@cogwheel"
    assert event["SUMMARY"] == ENTRY.title
    assert event["DESCRIPTION"] == ENTRY.text
    assert event["LOCATION"] == ENTRY.where
    assert event["URL"] == ENTRY.url
    assert event["SEQUENCE"] == 4
    assert event["STATUS"] == "CONFIRMED"
    assert event.decoded("DTSTAMP") == NOW
    assert event.decoded("DTSTART") == STARTS
    assert event.decoded("DTEND") == STARTS + timedelta(minutes=90)


def test_times_are_utc_so_that_no_calendar_needs_a_zone_block() -> None:
    raw = calendar([ENTRY], NOW).decode()
    assert "DTSTART:20261201T170000Z\r\n" in raw
    assert "X-WR-TIMEZONE:Europe/Stockholm\r\n" in raw


def test_a_cancelled_entry_keeps_its_uid() -> None:
    before, after = read_back(ENTRY)[0], read_back(replace(ENTRY, cancelled=True, sequence=5))[0]
    assert before["UID"] == after["UID"]
    assert (after["STATUS"], after["SEQUENCE"]) == ("CANCELLED", 5)


def test_several_entries_and_none() -> None:
    assert [e["UID"] for e in read_back(ENTRY, replace(ENTRY, uid="2"))] == ["1187-3@cogwheel", "2@cogwheel"]
    assert read_back() == []


def test_lines_are_folded_and_end_as_the_standard_says() -> None:
    raw = calendar([replace(ENTRY, text="å" * 2500)], NOW)
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert read_back(replace(ENTRY, text="å" * 2500))[0]["DESCRIPTION"] == "å" * 2500


@pytest.mark.parametrize(
    "url",
    ["http://a.example", "javascript:alert(1)", "https://a.example\r\nATTACH:https://b.example", "https://", "https://[",
     "https://a.example/ b", "https://a.example/\u202e", "ftp://a.example", '"https://a.example"'],
)  # fmt: skip
def test_an_address_that_is_not_plain_https_is_left_out(url: str) -> None:
    (event,) = read_back(replace(ENTRY, url=url))
    assert "URL" not in event
    assert "ATTACH" not in event


def test_times_that_make_no_sense_are_a_bug_and_say_so() -> None:
    with pytest.raises(ValueError, match="aware"):
        replace(ENTRY, starts=datetime(2026, 12, 1, 18))  # noqa: DTZ001
    with pytest.raises(ValueError, match="end before"):
        replace(ENTRY, ends=STARTS - timedelta(minutes=1))


_hostile = st.one_of(
    st.text(max_size=120),
    st.sampled_from(["\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:x", "a\nATTENDEE:mailto:x@y.example", "\u202eabc", "\x85",
                     "\x00\x07", ";,:\\\"\\n", "&dates=1/2", "\ud800", "\u2028ATTACH:x", "=cmd|' /C calc'!A0",
                     "\U0001f469\u200d\U0001f692", "#frag%0d%0aX:1"]),
)  # fmt: skip


@given(_hostile, _hostile, _hostile, _hostile)
def test_hostile_text_stays_text(uid: str, title: str, text: str, where: str) -> None:
    (event,) = read_back(replace(ENTRY, uid=uid, title=title, text=text, where=where, url=text))
    allowed = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY", "DESCRIPTION", "LOCATION", "URL"}
    assert set(event.keys()) <= allowed
    assert event.subcomponents == []
    assert event.decoded("DTSTART") == STARTS
    for name in ("SUMMARY", "LOCATION", "UID"):
        assert "\n" not in event.get(name, "")
    assert not set("".join(map(str, event.values()))) & set("\x00\x07\u202e\u2028\x85")


@given(_hostile, st.text(max_size=3000), st.text(max_size=300))
def test_links_fit_a_button_and_keep_the_time(title: str, text: str, where: str) -> None:
    entry = replace(ENTRY, title=title, text=text, where=where)
    google, outlook = google_link(entry), outlook_link(entry)
    assert max(len(google), len(outlook)) <= MAX_LINK
    assert google.isascii()
    assert outlook.isascii()
    assert parse_qs(urlsplit(google).query)["dates"] == ["20261201T170000Z/20261201T183000Z"]
    outlook_fields = parse_qs(urlsplit(outlook).query)
    assert (outlook_fields["startdt"], outlook_fields["enddt"]) == (["2026-12-01T17:00:00Z"], ["2026-12-01T18:30:00Z"])


def test_a_link_carries_title_place_and_text() -> None:
    fields = parse_qs(urlsplit(google_link(ENTRY)).query)
    assert fields["text"] == [ENTRY.title]
    assert fields["location"] == [ENTRY.where]
    assert fields["ctz"] == ["Europe/Stockholm"]
    assert fields["details"] == [f"{ENTRY.url}\n\n{ENTRY.text}"]
    assert parse_qs(urlsplit(outlook_link(ENTRY)).query)["subject"] == [ENTRY.title]


def test_the_title_is_the_last_to_be_cut() -> None:
    long = replace(ENTRY, title="å" * 100, text="ö" * 500, where="ä" * 200)
    fields = parse_qs(urlsplit(google_link(long)).query)
    assert fields["text"][0].startswith("åååååå")
    assert fields["text"][0].endswith("…")
    assert "details" not in fields
