"""Typed times: what people write, in two languages, and what the clocks of four zones do to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.events import zones
from bot.events.moment import MAX_AHEAD, Fault, FaultKind, Moment, Note, duration, label, parse, plain, suggest

STOCKHOLM = "Europe/Stockholm"
ZONES = (STOCKHOLM, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
NOW = datetime(2026, 11, 23, 10, 45, 30, tzinfo=UTC)  # a Monday, 11:45 in Stockholm


def understood(text: str, zone: str = STOCKHOLM, now: datetime = NOW) -> Moment:
    found = parse(text, zone, now)
    assert isinstance(found, Moment), found
    return found


def fault(text: str, zone: str = STOCKHOLM, now: datetime = NOW) -> Fault:
    found = parse(text, zone, now)
    assert isinstance(found, Fault), found
    return found


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("fri 18", "2026-11-27 18:00"),
        ("friday 18:00", "2026-11-27 18:00"),
        ("Fri, 6pm", "2026-11-27 18:00"),
        ("fri 1800", "2026-11-27 18:00"),
        ("18h30 fri", "2026-11-27 18:30"),
        ("this friday at 6:30 p.m.", "2026-11-27 18:30"),
        ("monday 11:00", "2026-11-30 11:00"),
        ("mon 12", "2026-11-23 12:00"),
        ("mån 18", "2026-11-23 18:00"),
        ("nu på lördag kl. 10", "2026-11-28 10:00"),
        ("sön 9.30", "2026-11-29 09:30"),
        ("tomorrow 6pm", "2026-11-24 18:00"),
        ("day after tomorrow 18", "2026-11-25 18:00"),
        ("imorgon kl 18", "2026-11-24 18:00"),
        ("i övermorgon 8.15", "2026-11-25 08:15"),
        ("i morgon förmiddag 10", "2026-11-24 10:00"),
        ("tonight 8", "2026-11-23 20:00"),
        ("ikväll kl 7", "2026-11-23 19:00"),
        ("onsdag kl 6 e.m.", "2026-11-25 18:00"),
        ("wednesday afternoon 4", "2026-11-25 16:00"),
        ("nästa tisdag 9.30", "2026-12-01 09:30"),
        ("next week tue 9", "2026-12-01 09:00"),
        ("tisdag nästa vecka kl 9", "2026-12-01 09:00"),
        ("tisdag v. 50 kl 9.30", "2026-12-08 09:30"),
        ("week 2 thursday 14:00", "2027-01-14 14:00"),
        ("24 nov 18:00", "2026-11-24 18:00"),
        ("tisdagen den 24:e november klockan 18.00", "2026-11-24 18:00"),
        ("nov 24th at noon", "2026-11-24 12:00"),
        ("January 15, 2027 6:30pm", "2027-01-15 18:30"),
        ("18.30 den 3 mars", "2027-03-03 18:30"),
        ("the 1st at 18", "2026-12-01 18:00"),
        ("2026-12-01 18:00", "2026-12-01 18:00"),
        ("2026-12-01T18:00", "2026-12-01 18:00"),
        ("1/12 18:00", "2026-12-01 18:00"),
        ("1/12-2026 18:00".replace("-", "/"), "2026-12-01 18:00"),
        ("1.12. 18:00", "2026-12-01 18:00"),
        ("24.11 kl 18.30", "2026-11-24 18:30"),
        ("24.11.2026 18", "2026-11-24 18:00"),
        ("11/24 18:00", "2026-11-24 18:00"),
        ("9.30", "2026-11-24 09:30"),
        ("18:00", "2026-11-23 18:00"),
        ("11:45", "2026-11-24 11:45"),
        ("in 2 hours", "2026-11-23 13:46"),
        ("in 1h30", "2026-11-23 13:16"),
        ("om en halvtimme", "2026-11-23 12:16"),
        ("om 3 dagar kl 17", "2026-11-26 17:00"),
        ("om två veckor kl 18", "2026-12-07 18:00"),
        ("in a month at 18:00", "2026-12-23 18:00"),
        ("<t:1796144400:F>", "2026-12-01 18:00"),
        ("1796144400", "2026-12-01 18:00"),
        ("12:00 UTC-05:00", "2026-11-23 18:00"),
        ("2026-12-01T18:00:00+02:00", "2026-12-01 17:00"),
        ("ｆｒｉ １８：００", "2026-11-27 18:00"),
    ],
)
def test_what_people_type(text: str, local: str) -> None:
    found = understood(text)
    assert f"{found.instant.astimezone(ZoneInfo(STOCKHOLM)):%Y-%m-%d %H:%M}" == local
    assert found.zone == STOCKHOLM
    assert found.text == f"{local} {STOCKHOLM}"


@pytest.mark.parametrize(
    ("text", "zone", "utc_hour"),
    [
        ("18:00 Europe/London", "Europe/London", 18),
        ("18:00 america/new york", "America/New_York", 23),
        ("fri 18:00 New York", "America/New_York", 23),
        ("fredag 18 svensk tid", STOCKHOLM, 17),
        ("18:00 UTC", "UTC", 18),
        ("2026-12-01T18:00Z", "UTC", 18),
    ],
)
def test_a_zone_in_the_text_wins_over_the_plans(text: str, zone: str, utc_hour: int) -> None:
    found = understood(text, "Asia/Kolkata")
    assert (found.zone, found.instant.hour) == (zone, utc_hour)


@pytest.mark.parametrize(
    ("text", "note", "other"),
    [
        ("1/12 18:00", Note.DAY_FIRST, "2027-01-12 18:00"),
        ("next friday 18", Note.NEXT_WEEK, "2026-11-27 18:00"),
        ("nästa fredag 18", Note.NEXT_WEEK, "2026-11-27 18:00"),
        ("fri 6", Note.MORNING, "2026-11-27 18:00"),
        ("fri 6:30", Note.MORNING, "2026-11-27 18:30"),
    ],
)
def test_a_second_reading_is_named(text: str, note: Note, other: str) -> None:
    found = understood(text)
    assert found.note is note
    assert found.other is not None
    assert plain(found.other, STOCKHOLM).startswith(other)
    assert found.other in [choice.instant for choice in suggest(text, STOCKHOLM, NOW, "en")]


@pytest.mark.parametrize("text", ["fri 06", "fri 9", "12/12 18:00", "13/12 18:00", "fri 6am", "next week fri 18"])
def test_what_has_one_reading_has_no_note(text: str) -> None:
    assert understood(text).note is None


@pytest.mark.parametrize(
    "text",
    ["", "pizza", "fri 18 pizza", "18-20", "fri 18-20", "soon", "25:00", "18:60", "13pm", "tonight 12", "halv sju",
     "1/12 2/12 18:00", "tomorrow 3 dec 18:00", "next week 18:00", "fri 18 19", "18:00 19:00", "2026-13-01 18:00",
     "in 2 hours at 18:00", "18:00 UTC+99", "<t:99:F> x", "fri 18:00 London Paris", "x" * 101, "\x00", "½/½"],
)  # fmt: skip
def test_what_is_not_understood_is_not_guessed(text: str) -> None:
    assert fault(text).kind is FaultKind.UNPARSEABLE


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("today 9", FaultKind.PAST),
        ("22 nov 18:00", FaultKind.PAST),
        ("2025-01-01 18:00", FaultKind.PAST),
        ("<t:1764007200:F>", FaultKind.PAST),
        ("2028-01-01 18:00", FaultKind.TOO_FAR),
        ("23 nov 2027 18:00", FaultKind.TOO_FAR),
        ("in 9999 weeks 18:00", FaultKind.TOO_FAR),
        ("<t:999999999999999:F>", FaultKind.TOO_FAR),
        ("31 nov 18:00", FaultKind.NO_SUCH_DATE),
        ("29/2/2027 18:00", FaultKind.NO_SUCH_DATE),
        ("fri", FaultKind.NO_TIME),
        ("1 december", FaultKind.NO_TIME),
        ("om 3 dagar", FaultKind.NO_TIME),
        ("fri 24 nov 18:00", FaultKind.WRONG_WEEKDAY),
        ("imorgon onsdag 18:00", FaultKind.WRONG_WEEKDAY),
        ("18:00 Mars/Olympus", FaultKind.UNKNOWN_ZONE),
    ],
)
def test_each_fault_has_its_name(text: str, kind: FaultKind) -> None:
    assert fault(text).kind is kind


def test_a_passed_date_carries_what_was_meant_and_offers_next_year() -> None:
    assert plain(fault("22 nov 18:00").instants[0], STOCKHOLM).startswith("2026-11-22 18:00")
    assert [c.value for c in suggest("22 nov 18:00", STOCKHOLM, NOW, "en")] == [f"2027-11-22 18:00 {STOCKHOLM}"]


def test_an_unknown_zone_carries_near_ones_and_offers_the_time_there() -> None:
    assert fault("18:00 Europe/Stokholm").zones == (STOCKHOLM,)
    assert fault("18:00 EST").zones[0] == "America/New_York"
    assert fault("18:00 EST").word == "est"
    assert suggest("18:00 stokholm", "UTC", NOW, "en")[0].value == f"2026-11-23 18:00 {STOCKHOLM}"
    assert fault("18:00", "Mars/Olympus").kind is FaultKind.UNKNOWN_ZONE
    assert suggest("18:00", "Mars/Olympus", NOW, "en") == []


@pytest.mark.parametrize(
    ("zone", "wall", "before", "after"),
    [
        (STOCKHOLM, "2027-03-28 02:30", "2027-03-28 01:30", "2027-03-28 03:30"),
        ("America/New_York", "2027-03-14 02:00", "2027-03-14 01:00", "2027-03-14 03:00"),
        ("Australia/Lord_Howe", "2027-10-03 02:15", "2027-10-03 01:45", "2027-10-03 02:45"),
    ],
)
def test_a_skipped_local_time_carries_its_neighbours(zone: str, wall: str, before: str, after: str) -> None:
    found = fault(wall, zone)
    assert found.kind is FaultKind.SKIPPED
    assert [plain(i, zone) for i in found.instants] == [f"{before} {zone}", f"{after} {zone}"]
    assert [c.instant for c in suggest(wall, zone, NOW, "en")] == list(found.instants)


@pytest.mark.parametrize(
    ("zone", "wall", "offsets", "apart"),
    [
        (STOCKHOLM, "2027-10-31 02:30", ("+02:00", "+01:00"), 60),
        ("America/New_York", "2027-11-07 01:30", ("-04:00", "-05:00"), 60),
        ("Australia/Lord_Howe", "2027-04-04 01:45", ("+11:00", "+10:30"), 30),
    ],
)
def test_a_doubled_local_time_carries_both(zone: str, wall: str, offsets: tuple[str, str], apart: int) -> None:
    found = fault(wall, zone)
    assert found.kind is FaultKind.DOUBLED
    first, second = found.instants
    assert second - first == timedelta(minutes=apart)
    choices = suggest(wall, zone, NOW, "sv-SE")
    assert [c.value for c in choices] == [f"{wall} UTC{offset} {zone}" for offset in offsets]
    assert [understood(c.value, "Asia/Kolkata").instant for c in choices] == [first, second]
    assert [understood(c.label, "Asia/Kolkata").instant for c in choices] == [first, second]


def test_between_the_two_only_the_second_is_left() -> None:
    between = datetime(2027, 10, 31, 0, 45, tzinfo=UTC)
    assert understood("today 2:30", now=between).instant == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


def test_eighteen_stays_eighteen_over_a_clock_change() -> None:
    before_change = datetime(2027, 3, 26, 12, tzinfo=UTC)
    assert understood("in 1 day 18:00", now=before_change).instant.hour == 17
    assert understood("in 3 days 18:00", now=before_change).instant.hour == 16
    assert understood("in 72 hours", now=before_change).instant == before_change + timedelta(hours=72)


def test_kolkata_never_skips_or_doubles() -> None:
    assert understood("2027-03-28 02:30", "Asia/Kolkata").instant == datetime(2027, 3, 27, 21, 0, tzinfo=UTC)


def test_an_empty_field_offers_the_coming_slots_in_the_readers_words() -> None:
    english = [choice.label for choice in suggest("", STOCKHOLM, NOW, "en-GB")]
    assert english[0] == "Mon 23 Nov 2026 18:00 (Europe/Stockholm)"
    assert len(english) == len(set(english)) == 5
    assert suggest("  ", STOCKHOLM, NOW, "sv-SE")[0].label == "mån 23 nov 2026 18:00 (Europe/Stockholm)"
    late = NOW.replace(hour=20)
    assert suggest("", STOCKHOLM, late, "en")[0].label.startswith("Tue 24 Nov 2026 12:00")


def test_an_unfinished_text_is_completed() -> None:
    assert suggest("tomo", STOCKHOLM, NOW, "en")[0].value == f"2026-11-24 18:00 {STOCKHOLM}"
    assert suggest("imorg", STOCKHOLM, NOW, "sv")[0].value == f"2026-11-24 18:00 {STOCKHOLM}"
    assert suggest("18:00 1 dec", STOCKHOLM, NOW, "en")[0].value == f"2026-12-01 18:00 {STOCKHOLM}"
    assert {c.value[11:16] for c in suggest("fredag", STOCKHOLM, NOW, "sv")} == {
        "09:00",
        "12:00",
        "15:00",
        "18:00",
        "20:00",
    }


_pieces = st.sampled_from((
    "fri", "fredag", "next", "nästa", "tomorrow", "imorgon", "18", "18:00", "9.30", "6pm", "1/12", "24", "nov", "mars",
    "2026", "2026-12-01", "in", "om", "2", "3", "timmar", "days", "v", "48", "kl", "at", "UTC", "+02:00", "UTC+2",
    "Europe/London", "new", "york", "cet", "<t:1796144400:F>", "den", "31", "feb", "th", ":e", ".", ",", "-", "0", "99",
    "month", "year", "T", "Z",
))  # fmt: skip
_typed = st.one_of(
    st.text(max_size=60), st.lists(_pieces, max_size=7).map(" ".join), st.lists(_pieces, max_size=7).map("".join)
)
_nows = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(_typed, st.sampled_from(ZONES), _nows)
def test_anything_typed_is_a_moment_ahead_or_a_fault(text: str, zone: str, now: datetime) -> None:
    found = parse(text, zone, now)
    if isinstance(found, Moment):
        assert now < found.instant <= now + MAX_AHEAD
        assert found.instant.utcoffset() == timedelta()
        again = understood(found.text, "Asia/Tokyo", now)
        assert (again.instant, again.zone, again.text, again.note) == (found.instant, found.zone, found.text, None)


@given(_typed, st.sampled_from(ZONES), _nows, st.sampled_from(["en", "en-US", "sv-SE", "de", ""]))
def test_every_suggestion_fits_discord_and_reads_back(text: str, zone: str, now: datetime, locale: str) -> None:
    choices = suggest(text, zone, now, locale)
    assert len(choices) <= 5
    assert len({choice.value for choice in choices}) == len(choices)
    for choice in choices:
        assert max(len(choice.label), len(choice.value)) <= 100
        assert understood(choice.value, "UTC", now).instant == choice.instant
        assert understood(choice.label, "UTC", now).instant == choice.instant


@given(_nows, st.sampled_from(ZONES), st.integers(1, 360 * 24 * 60), st.sampled_from(["en", "sv"]))
def test_any_instant_survives_its_plain_form_and_its_label(now: datetime, zone: str, ahead: int, locale: str) -> None:
    instant = now.replace(second=0, microsecond=0) + timedelta(minutes=ahead)
    assert understood(plain(instant, zone), "UTC", now).instant == instant
    assert understood(label(instant, zone, locale), "UTC", now).instant == instant


@given(st.sampled_from(ZONES), _nows, st.integers(0, 23), st.integers(0, 59), st.integers(1, 300))
def test_clock_changes_follow_the_zone(zone: str, now: datetime, hour: int, minute: int, days: int) -> None:
    """Against a second way of counting: how many instants of that day and the next show the wall time."""
    day = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    wall = f"{day} {hour:02}:{minute:02}"
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    around = (noon + timedelta(minutes=30 * step + minute % 30) for step in range(-54, 55))
    shows = [i for i in around if f"{i.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" == wall]
    found = parse(wall, zone, now)
    if len(shows) == 1:
        assert isinstance(found, Moment)
        assert found.instant == shows[0]
    else:
        assert isinstance(found, Fault)
        assert found.kind is (FaultKind.DOUBLED if shows else FaultKind.SKIPPED)
        assert len(found.instants) == 2
        assert not shows or list(found.instants) == shows


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("90", 90), ("2", 120), ("1h30", 90), ("1:30", 90), ("2 h", 120), ("45 min", 45), ("1,5 timmar", 90), ("1.5h", 90),
     ("2 h 15 min", 135), ("1 h 30", 90), ("en timme", 60), ("en halvtimme", 30), ("half an hour", 30),
     ("en och en halv timme", 90), ("2 timmar och 30 minuter", 150), ("1 day", 1440), ("1 vecka", 10080)],
)  # fmt: skip
def test_durations(text: str, minutes: int) -> None:
    assert duration(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "0", "-5", "8 days", "soon", "1:75", "2 months", "1h30 pizza", "9" * 200, "½"])
def test_durations_not_understood(text: str) -> None:
    assert duration(text) is None


@given(_typed)
def test_a_duration_is_positive_and_bounded(text: str) -> None:
    length = duration(text)
    assert length is None or timedelta() < length <= timedelta(days=7)


@pytest.mark.parametrize(
    ("text", "key"),
    [("europe/stockholm", STOCKHOLM), ("Stockholm", STOCKHOLM), ("new york", "America/New_York"),
     ("Göteborg", STOCKHOLM), ("sverige", STOCKHOLM), ("utc", "UTC"), ("São Paulo", "America/Sao_Paulo"),
     ("buenos aires", "America/Argentina/Buenos_Aires")],
)  # fmt: skip
def test_zones_by_the_names_people_use(text: str, key: str) -> None:
    assert zones.lookup(text) == key
    assert key in zones.suggest(text)


def test_zone_suggestions() -> None:
    assert zones.suggest("stock")[0] == STOCKHOLM
    assert zones.suggest("stokholm") == [STOCKHOLM]
    assert len(zones.suggest("")) == 25
    assert len(zones.suggest("a", limit=7)) == 7
    assert zones.suggest("qqqqqq") == []
    assert zones.suggest("cet")[0] == STOCKHOLM
    assert all(zones.known(key) for key in zones.suggest("america"))
    assert zones.lookup("../../etc/passwd") is None


@given(st.text(max_size=120))
def test_zone_suggestions_are_real_zones(text: str) -> None:
    found = zones.suggest(text)
    assert len(found) <= 25
    assert all(zones.known(key) and ZoneInfo(key) for key in found)
