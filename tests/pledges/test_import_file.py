"""Reading spreadsheets that were saved as CSV: letters, delimiters, headers, and what each cell may hold."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.load import load
from bot.content.model import Content
from bot.pledges.exports.table import inert
from bot.pledges.imports.file import Refused, bare, read
from bot.pledges.imports.model import EARLIEST, MOST_BYTES, MOST_ROWS, Encoding, Fault, Row, Unfit, Why
from bot.pledges.imports.rows import Rows, days_of
from bot.pledges.imports.words import faults_file, template_file, unfit_words, why_words
from bot.pledges.model import WHAT_LIMIT, Status, Visibility
from bot.sectors.model import Change, arranged
from bot.ui.escape import clean
from tests.world import ROOT

TODAY = date(2026, 11, 23)


@lru_cache
def content() -> Content:
    return load(ROOT / "data")


def reader(*changes: Change) -> Rows:
    return Rows(content(), arranged(7, content(), changes), TODAY, clean)


def sector(language: str = "en") -> str:
    return content().core_sectors()[0].name.text(language)


def cells(**given: str) -> dict[str, str]:
    return {"sector": sector(), "pledge": "Open the doors", **given}


def one(**given: str) -> tuple[Row, list[Fault]]:
    return reader().read(2, cells(**given), False)


def refusal(data: bytes) -> tuple[Unfit, int, tuple[str, ...]]:
    with pytest.raises(Refused) as caught:
        read(data)
    found = caught.value.refusal
    assert unfit_words(found)
    return found.why, found.row, found.columns


# Letters.


@pytest.mark.parametrize(
    ("encoded", "encoding"),
    [
        ("utf-8", Encoding.UTF_8),
        ("utf-8-sig", Encoding.UTF_8),
        ("utf-16", Encoding.UTF_16),
        ("cp1252", Encoding.WINDOWS),
        ("latin-1", Encoding.WINDOWS),
    ],
)
def test_letters_come_out_as_they_were(encoded: str, encoding: Encoding) -> None:
    found = read("sector,pledge\nBanker,Öppna – åtta ägg\n".replace("–", "och").encode(encoded))
    assert found.encoding is encoding
    assert found.rows[0][1] == {"sector": "Banker", "pledge": "Öppna och åtta ägg"}


def test_the_other_order_of_bytes_fits_too() -> None:
    data = codecs.BOM_UTF16_BE + "sector\tpledge\nBanker\tÅtta\n".encode("utf-16-be")
    assert read(data).rows[0][1]["pledge"] == "Åtta"


def test_the_dash_of_windows_is_a_dash() -> None:
    assert read("sector;pledge\nå;a – b\n".encode("cp1252")).rows[0][1]["pledge"] == "a – b"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", Unfit.EMPTY),
        (b" \n \n", Unfit.EMPTY),
        (b";;;\n;;;\n", Unfit.NO_COLUMN),
        (codecs.BOM_UTF8, Unfit.EMPTY),
        (b"PK\x03\x04zip", Unfit.SPREADSHEET),
        (b"\xd0\xcf\x11\xe0\xa1\xb1old", Unfit.SPREADSHEET),
        (b"%PDF-1.4", Unfit.NOT_TEXT),
        (b"\x89PNG\r\n", Unfit.NOT_TEXT),
        (b"sector,pledge\na,b\0c\n", Unfit.NOT_TEXT),
        ("sector,pledge\na,b\n".encode("utf-16-le"), Unfit.NOT_TEXT),
        (b"sector,pledge\n\x81,\x8d\n", Unfit.BROKEN_LETTERS),
        (codecs.BOM_UTF16_LE + b"s", Unfit.BROKEN_LETTERS),
        (b"x" * (MOST_BYTES + 1), Unfit.TOO_LARGE),
        (b"sector,pledge\n", Unfit.ONLY_HEADER),
        (b"sector,pledge\n,\n , \n", Unfit.ONLY_HEADER),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, why: Unfit) -> None:
    assert refusal(data)[0] is why


# Delimiters, quotes, headers.


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(mark: str, end: str) -> None:
    text = end.join(["", mark.join(["Sector", "PLEDGE", "done when"]), mark.join(["a", '"b, c; d""e"', "x"]), mark * 2])
    found = read(text.encode())
    assert found.delimiter == mark
    assert [row for _, row, _ in found.rows] == [{"sector": "a", "pledge": 'b, c; d"e', "done_when": "x"}]


def test_rows_count_as_the_spreadsheet_counts_them() -> None:
    found = read(b'sector,pledge\n"a","one\ntwo"\n\nb,three\n')
    assert [(number, row["pledge"]) for number, row, _ in found.rows] == [(2, "one\ntwo"), (4, "three")]


@pytest.mark.parametrize("header", ["Done_When", "done when", " DONE  WHEN ", "donewhen"])
def test_names_of_columns_are_matched_generously(header: str) -> None:
    assert read(f"Sector,Pledge,{header}\na,b,c\n".encode()).rows[0][1]["done_when"] == "c"


def test_columns_that_are_not_known_are_named() -> None:
    found = read(b"id,sector,pledge,last_change,\n1,a,b,2026-01-01,\n")
    assert found.ignored == ["id", "last_change"]


def test_a_header_that_does_not_fit_says_which_column() -> None:
    assert refusal(b"what,who\na,b\n") == (Unfit.NO_COLUMN, 1, ("sector", "pledge"))
    assert refusal(b"\nsector,pledge,Sec tor\na,b,c\n") == (Unfit.TWICE, 2, ("sector",))


@pytest.mark.parametrize("data", [b'sector,pledge\na,b\nc,"d\n', b'sector,pledge\na,b\nc,"d"e\n'])
def test_quotation_marks_that_do_not_fit_say_where(data: bytes) -> None:
    assert refusal(data)[:2] == (Unfit.QUOTES, 3)


def test_a_header_of_open_quotes_is_refused() -> None:
    assert refusal(b'"sector,pledge\na,b')[0] is Unfit.QUOTES


def test_as_many_rows_as_fit_and_no_more() -> None:
    rows = b"sector,pledge\n" + b"a,b\n" * MOST_ROWS
    assert len(read(rows).rows) == MOST_ROWS
    assert refusal(rows + b"a,b\n")[0] is Unfit.TOO_MANY


def test_more_cells_than_columns_are_a_fault_unless_they_are_empty() -> None:
    found = read(b"sector,pledge\na,b,,\na,b,c\n")
    assert [overflows for _, _, overflows in found.rows] == [False, True]
    _row, faults = reader().read(3, cells(), True)
    assert [fault.why for fault in faults] == [Why.TOO_MANY_CELLS]


# Cells.


def test_what_is_left_out_has_a_sensible_value() -> None:
    row, faults = one()
    assert faults == []
    assert (row.status, row.visibility, row.progress) == (Status.ACTIVE, Visibility.COUNTED, 0)
    assert (row.due, row.made, row.action, row.organisation, row.evidence) == (None, None, None, "", "")
    assert one(status="kept")[0].progress == 100


@pytest.mark.parametrize("language", ["en", "sv"])
def test_sectors_by_slug_and_by_name_in_any_language(language: str) -> None:
    for known in content().core_sectors():
        for words in (known.slug, known.name.text(language).upper(), f" {known.name.text(language)} "):
            assert one(sector=words)[0].sector == known.slug


def test_a_sector_by_the_name_that_the_server_gave_it() -> None:
    slug = content().core_sectors()[0].slug
    row, faults = reader(Change(slug, name="Our very own")).read(2, cells(sector="our very own"), False)
    assert (row.sector, faults) == (slug, [])


def test_an_unknown_sector_names_the_nearest_or_all() -> None:
    (fault,) = one(sector=sector()[:-1] + "x")[1]
    assert (fault.why, fault.near) == (Why.UNKNOWN_NEAR, sector())
    assert sector() in why_words(fault)
    (fault,) = one(sector="Qwertyuiop")[1]
    assert fault.why is Why.UNKNOWN
    assert "A, B" in why_words(fault, ["A", "B"])


def test_actions_by_slug_and_by_title() -> None:
    action = next(iter(content().actions.values()))
    for words in (action.slug, action.title.text("en").upper(), action.title.text("sv")):
        row, faults = one(catalogue_action=words)
        assert (row.action, faults) == (action.slug, [])
        assert row.done_when == action.done_when.text("en")
    (fault,) = one(catalogue_action="Nothing that is there")[1]
    assert (fault.column, fault.why) == ("catalogue_action", Why.UNKNOWN)
    assert "catalogue" in why_words(fault)


FAULTY = [
    ("sector", "", Why.MISSING),
    ("pledge", " \u200b ", Why.MISSING),
    ("pledge", "x" * (WHAT_LIMIT + 1), Why.TOO_LONG),
    ("done_when", "x" * 301, Why.TOO_LONG),
    ("help_wanted", "x" * 301, Why.TOO_LONG),
    ("note", "x" * 501, Why.TOO_LONG),
    ("organisation", "x" * 81, Why.TOO_LONG),
    ("organisation", "@everyone", Why.NO_NAME),
    ("organisation", "!!!", Why.NO_NAME),
    ("pledge", "=1+1", Why.FORMULA),
    ("sector", " =A2", Why.FORMULA),
    ("evidence", "=HYPERLINK()", Why.FORMULA),
    ("status", "withdrawn", Why.NO_STATUS),
    ("status", "waiting", Why.NO_STATUS),
    ("status", "done claimed", Why.NO_STATUS),
    ("visibility", "everybody", Why.NO_VISIBILITY),
    ("progress_percent", "101", Why.NO_NUMBER),
    ("progress_percent", "-1", Why.NO_NUMBER),
    ("progress_percent", "0.25", Why.NO_NUMBER),
    ("progress_percent", "half", Why.NO_NUMBER),
    ("due", "in June", Why.NO_DATE),
    ("due", "2027-02-30", Why.NO_DATE),
    ("due", "30.6.27", Why.NO_DATE),
    ("due", "46568", Why.NO_DATE),
    ("due", "05/06/2027", Why.WHICH_DATE),
    ("due", "2024-01-01", Why.LONG_PAST),
    ("due", "2056-01-01", Why.TOO_FAR),
    ("due", "0026-01-01", Why.LONG_PAST),
    ("made", "2026-11-24", Why.NOT_YET),
    ("made", "1999-12-31", Why.LONG_PAST),
    ("evidence", "http://example.org", Why.LINK),
    ("evidence", "javascript:alert(1)", Why.LINK),
    ("evidence", "https://127.0.0.1/x", Why.LINK),
    ("evidence", "https://discord.gg/abc", Why.LINK),
    ("evidence", "https://example.org/" + "x" * 300, Why.LINK),
]


@pytest.mark.parametrize(("column", "text", "why"), FAULTY)
def test_every_fault_of_a_cell_has_a_sentence(column: str, text: str, why: Why) -> None:
    (fault,) = one(**{column: text})[1]
    assert (fault.row, fault.column, fault.why) == (2, column, why)
    assert len(fault.text) <= 60
    assert why_words(fault, ["A"])
    assert f"{column}," in faults_file([fault], ["A"]).decode("utf-8-sig").splitlines()[1]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2027-06-30", date(2027, 6, 30)),
        ("2027/06/30", date(2027, 6, 30)),
        ("2027-06-30 00:00:00", date(2027, 6, 30)),
        ("30.06.2027", date(2027, 6, 30)),
        ("30/06/2027", date(2027, 6, 30)),
        ("6/30/2027", date(2027, 6, 30)),
        ("05/05/2027", date(2027, 5, 5)),
        ("29.02.2028", date(2028, 2, 29)),
    ],
)
def test_dates_that_mean_one_day(text: str, meant: date) -> None:
    assert set(days_of(text)) == {meant}
    assert one(due=text)[0].due == meant


def test_what_ended_may_have_been_due_long_ago_and_what_goes_on_a_year_ago() -> None:
    assert one(due="2019-05-01", status="kept")[1] == []
    assert one(due=(TODAY - timedelta(days=365)).isoformat())[1] == []
    assert [fault.why for fault in one(due=(TODAY - timedelta(days=366)).isoformat())[1]] == [Why.LONG_PAST]
    assert one(made=EARLIEST.isoformat())[1] == []


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("Active", Status.ACTIVE),
        ("pågår", Status.ACTIVE),
        ("IN PROGRESS", Status.ACTIVE),
        ("done", Status.KEPT),
        ("Klart", Status.KEPT),
        ("partly_kept", Status.PARTLY_KEPT),
        ("delvis", Status.PARTLY_KEPT),
        ("Closed with honour", Status.CLOSED),
        ("avslutat", Status.CLOSED),
    ],
)
def test_words_for_a_status(words: str, status: Status) -> None:
    assert one(status=words)[0].status is status


def test_every_fault_of_a_row_is_found_at_once() -> None:
    faults = one(pledge="", status="x", due="y", progress_percent="z", evidence="http://a.example")[1]
    assert {fault.column for fault in faults} == {"pledge", "status", "due", "progress_percent", "evidence"}


def test_an_export_for_organisers_names_its_organisations_elsewhere() -> None:
    assert one(organisation="", organisation_internal="House A")[0].organisation == "House A"
    assert one(organisation="House B", organisation_internal="House A")[0].organisation == "House B"


# There and back.


def saved(rows: Sequence[Sequence[str]], mark: str) -> bytes:
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=mark).writerows([inert(cell) for cell in row] for row in rows)
    return made.getvalue().encode("utf-8-sig")


texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200)


@given(st.lists(texts, min_size=1, max_size=5), st.sampled_from([",", ";", "\t"]))
def test_what_is_written_comes_back_letter_for_letter(words: list[str], mark: str) -> None:
    found = read(saved([("sector", "pledge"), *(("a", word) for word in words)], mark))
    assert [bare(row["pledge"]) for _, row, _ in found.rows] == words


@given(st.text(st.sampled_from("'=+-@ab\n\t"), max_size=8))
def test_an_apostrophe_comes_off_where_it_was_put_and_nowhere_else(text: str) -> None:
    assert bare(str(inert(text))) == text


@given(st.binary(max_size=300))
def test_no_bytes_break_it(data: bytes) -> None:
    for given_ in (data, b"sector,pledge\n" + data):
        try:
            table = read(given_)
        except Refused:
            continue
        for number, found, overflows in table.rows:
            reader().read(number, found, overflows)


def test_the_template_is_a_file_that_fits() -> None:
    table = read(template_file(sector()))
    (number, found, overflows), *rest = table.rows
    row, faults = reader().read(number, found, overflows)
    assert (faults, rest, table.ignored) == ([], [], [])
    assert row.due == date(2027, 6, 30)


def test_the_list_of_faults_runs_nowhere() -> None:
    faults = [Fault(2, "pledge", Why.FORMULA, "=HYPERLINK(1)"), Fault(3, "note", Why.TOO_LONG, "@SUM(1)", detail="500")]
    rows = list(csv.reader(io.StringIO(faults_file(faults, ()).decode("utf-8-sig"))))
    assert [row[3] for row in rows[1:]] == ["'=HYPERLINK(1)", "'@SUM(1)"]
