"""Taking pledges along: what the files hold, what they never hold, and that nothing in them runs."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from bot.actor import Actor, Standing
from bot.content.load import load
from bot.errors import Invalid, NotAllowed, TextStopped
from bot.members.model import COUNTERS, Visibility
from bot.pledges.digest.model import Period
from bot.pledges.exports import table as export
from bot.pledges.exports.service import PAGE
from bot.pledges.exports.table import Audience, Format
from bot.pledges.imports import file as import_file
from bot.services import Services
from bot.storage import counters
from bot.storage.database import Database, Transaction
from bot.storage.schema import to_micros
from bot.tables import metadata
from bot.wheel.figures import Figure
from tests.world import ROOT, fresh, read_once

GUILD, OTHER = 10, 11
OLGA = Actor(5, GUILD, frozenset({Standing.MEMBER, Standing.ORGANISER}))


@pytest_asyncio.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    from bot import bootstrap
    from bot.clock import utcnow

    url = f"sqlite+aiosqlite:///{tmp_path}/test.db"
    await fresh(url)
    database = await Database.open(url)
    with read_once():
        yield bootstrap.make_services(database, load(ROOT / "data"), utcnow)
    await database.close()


async def pledged(services: Services, *rows: dict[str, Any]) -> None:
    """Put pledges into the database as they are."""
    sector = services.content.core_sectors()[0].slug

    async def work(tx: Transaction) -> None:
        for row in rows:
            made = {
                "guild_id": GUILD, "maker_id": 77, "sector": sector, "what": "Hold a briefing", "done_when": "All came",
                "help_wanted": "", "visibility": "named", "status": "active", "review": "before", "progress": 25,
                "note": "", "evidence": "", "needs_help": 0, "created_at": to_micros(services.clock()),
                "changed_at": to_micros(services.clock()),
            }  # fmt: skip
            await tx.insert(metadata.tables["pledges"], **(made | row))

    await services.database.write(work)


async def organisation(services: Services, name: str) -> int:
    async def work(tx: Transaction) -> int:
        table = metadata.tables["organisations"]
        return await tx.insert(table, guild_id=GUILD, name=name, key=name.casefold(), near="", created_at=0)

    return await services.database.write(work)


def read_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def read_cells(path: Path, sheet: int) -> list[dict[str, tuple[str, str]]]:
    """The cells of a sheet, row by row, by column: (type, value); strings are inline or shared."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as book:
        shared = []
        if "xl/sharedStrings.xml" in book.namelist():
            shared = ["".join(t.itertext()) for t in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
        found = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    assert not list(found.iter(f"{space}f")), "a formula"
    rows = []
    for row in found.iter(f"{space}row"):
        cells = {}
        for cell in row:
            text = "".join(cell.itertext())
            kind = cell.get("t", "n")
            cells["".join(c for c in cell.get("r", "") if c.isalpha())] = (
                kind,
                shared[int(text)] if kind == "s" else text,
            )
        rows.append(cells)
    return rows


def read_sheet(path: Path) -> list[dict[str, tuple[str, str]]]:
    """The cells of the first sheet by header."""
    rows = read_cells(path, 1)
    names = {place: name for place, (_, name) in rows[0].items()}
    return [{names[place]: cell for place, cell in row.items()} for row in rows[1:]]


async def test_the_board_sees_nobody_who_is_not_named(services: Services, tmp_path: Path) -> None:
    house = await organisation(services, "Harbour House")
    await pledged(
        services,
        {"what": "Seen", "organisation_id": house, "note": "for organisers", "evidence": "https://example.org/x"},
        {"what": "Counted", "organisation_id": house, "visibility": "counted"},
        {"what": "Hidden", "organisation_id": house, "visibility": "organisers"},
        {"what": "Waiting", "status": "submitted"},
        {"what": "Draft", "status": "draft"},
        {"what": "Elsewhere", "guild_id": OTHER},
    )
    made = await services.exports.take(OLGA, Audience.BOARD, Format.CSV, tmp_path)
    rows = read_csv(made.files[0])
    assert [(row["pledge"], row["organisation"]) for row in rows] == [("Seen", "Harbour House"), ("Counted", "")]
    assert not {"maker_id", "note", "evidence", "organisation_internal"} & rows[0].keys()
    assert "77" not in made.files[0].read_text("utf-8-sig")


async def test_organisers_get_everything_that_was_handed_in(services: Services, tmp_path: Path) -> None:
    await pledged(
        services,
        {"what": "Hidden", "visibility": "organisers", "note": "went well"},
        {"what": "Draft", "status": "draft"},
        {"what": "Elsewhere", "guild_id": OTHER},
    )
    made = await services.exports.take(OLGA, Audience.INTERNAL, Format.JSON, tmp_path, reason="Annual report")
    data = json.loads(made.files[0].read_text())
    assert (data["format"], data["version"]) == (export.FORMAT, export.VERSION)
    assert [(row["pledge"], row["note"], row["maker_id"]) for row in data["pledges"]] == [("Hidden", "went well", "77")]
    async with services.database.reading() as reading:
        recorded = await reading.all(metadata.tables["pledge_exports"].select())
    assert [(r["by_id"], r["audience"], r["format"], r["rows"], r["reason"]) for r in recorded] == [
        (OLGA.user_id, "internal", "json", 1, "Annual report")
    ]


async def test_a_sheet_has_typed_cells_and_no_formula(services: Services, tmp_path: Path) -> None:
    await pledged(services, {"what": '=HYPERLINK("https://example.org","click")', "done_when": "@SUM(1)"})
    made = await services.exports.take(OLGA, Audience.BOARD, Format.XLSX, tmp_path)
    (row,) = read_sheet(made.files[0])
    assert row["pledge"][1] == '=HYPERLINK("https://example.org","click")'
    assert row["done_when"][1] == "@SUM(1)"
    assert row["progress_percent"] == ("n", "25")
    assert row["made"][0] == "n"  # a date is a number with a format
    with zipfile.ZipFile(made.files[0]) as book:
        assert b'state="frozen"' in book.read("xl/worksheets/sheet1.xml")


@given(st.text())
def test_no_cell_of_a_csv_runs(text: str) -> None:
    cell = str(export.inert(text))
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert import_file.bare(cell) == text


async def partners(services: Services, **by_place: int) -> None:
    """Let so many people who are counted without a name stand in a sector; ``s0`` is the first of the content."""
    sectors = services.content.core_sectors()

    async def work(tx: Transaction) -> None:
        for place, number in by_place.items():
            await counters.add(tx, GUILD, COUNTERS[Visibility.COUNTED], sectors[int(place[1:])].slug, number)

    await services.database.write(work)


async def test_the_figures_are_those_of_the_digest(services: Services, tmp_path: Path) -> None:
    """Whether a figure is small is a matter of the sector's partners, as everywhere else, not of the pledges."""
    one, two, three = services.content.core_sectors()[:3]
    await partners(services, s0=3, s1=2)
    await pledged(services, *[{}] * 2, *[{"status": "kept"}] * 4, {"status": "done claimed"})
    await pledged(services, *[{"sector": two.slug, "visibility": "counted"}] * 5, {"visibility": "organisers"})
    assert await services.digests.recount() > 0
    made = await services.exports.take(OLGA, Audience.BOARD, Format.JSON, tmp_path)
    about = json.loads(made.files[0].read_text())["about"]
    lines = {line.pop("sector"): tuple(line.values()) for line in about["by_sector"]}
    assert lines[one.name.text("en")] == (7, 3, 4)
    assert lines[two.name.text("en")] == ("a few", "a few", 0)
    assert lines[three.name.text("en")] == (0, 0, 0)
    assert about["total"] == {"made": "7+", "active": "3+", "kept": 4}
    digest = await services.digests.look(GUILD, Period.MONTH)
    assert digest.active == Figure(3, True)
    said = {line.slug: line.active for line in digest.by_sector}
    assert (said[one.slug], said[two.slug], said[three.slug]) == (Figure(3), Figure(0, True), Figure())


@pytest.mark.parametrize("kind", list(Format))
async def test_no_row_says_what_a_small_figure_hides(services: Services, tmp_path: Path, kind: Format) -> None:
    one, two = services.content.core_sectors()[:2]
    action = next(a for a in services.content.actions.values() if a.sector == two.slug)
    await partners(services, s0=3, s1=2)
    house = await organisation(services, "Harbour House")
    await pledged(
        services,
        {"what": "Enough partners", "visibility": "counted"},
        {"what": "Named", "sector": two.slug, "action": action.slug, "organisation_id": house},
        {"what": "Few", "sector": two.slug, "action": action.slug, "organisation_id": house, "visibility": "counted"},
    )

    async def rows(audience: Audience, reason: str) -> list[tuple[str, str, str, str]]:
        made = await services.exports.take(OLGA, audience, kind, tmp_path, reason=reason)
        path = made.files[0]
        if kind is Format.XLSX:
            found = [{name: cell[1] for name, cell in row.items()} for row in read_sheet(path)]
        else:
            found = read_csv(path) if kind is Format.CSV else json.loads(path.read_text())["pledges"]
        names = ("pledge", "sector", "catalogue_action", "organisation")
        return [tuple(row.get(name, "") for name in names) for row in found]  # type: ignore[misc]

    first, second, title = one.name.text("en"), two.name.text("en"), action.title.text("en")
    assert await rows(Audience.BOARD, "") == [
        ("Enough partners", first, "", ""),
        ("Named", second, title, "Harbour House"),
        ("Few", "several sectors", "", ""),
    ]
    assert [row[1:3] for row in await rows(Audience.INTERNAL, "Report")] == [
        (first, ""),
        (second, title),
        (second, title),
    ]


async def test_a_board_reads_the_sheet_without_help(services: Services, tmp_path: Path) -> None:
    one, two = services.content.core_sectors()[:2]
    await partners(services, s0=3)
    await pledged(services, {}, {"sector": two.slug}, {"action": "gone-by-now"})
    made = await services.exports.take(OLGA, Audience.BOARD, Format.XLSX, tmp_path)
    with zipfile.ZipFile(made.files[0]) as book:
        assert re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode()) == ["Pledges", "About"]
    assert "review" not in read_sheet(made.files[0])[0]
    assert [row.get("catalogue_action", ("", ""))[1] for row in read_sheet(made.files[0])] == ["", "", "gone-by-now"]
    about = [[(cell[1], cell[0] == "n") for cell in row.values()] for row in read_cells(made.files[0], 2)]
    header = about.index([(name, False) for name in ("Sector", "Made", "Active", "Kept")])
    assert about[header + 1 : header + 3] == [
        [(one.name.text("en"), False), ("2", True), ("2", True), ("0", True)],
        [(two.name.text("en"), False), ("a few", False), ("a few", False), ("0", True)],
    ]
    assert about[-1] == [("All sectors", False), ("2+", False), ("2+", False), ("0", True)]
    facts = {row[0][0]: row[1][0] for row in about[:header]}
    assert list(facts) == ["Written on", "For", "Time zone", "Figures", "Sectors"]
    assert "several sectors" in facts["Sectors"]


async def test_organisers_see_who_reviews_what(services: Services, tmp_path: Path) -> None:
    await pledged(services, {"review": "none"})
    made = await services.exports.take(OLGA, Audience.INTERNAL, Format.CSV, tmp_path, reason="Report")
    assert [row["review"] for row in read_csv(made.files[0])] == ["none"]


def test_every_title_means_one_action() -> None:
    """A file names actions by their English title, and an import reads it back."""
    titles = [action.title.text("en").casefold() for action in load(ROOT / "data").actions.values()]
    assert len(set(titles)) == len(titles)


async def test_all_of_one_moment_while_everything_changes(services: Services, tmp_path: Path) -> None:
    """A thousand pledges change between two pages: the file has all of them as they stood at its beginning."""
    await pledged(services, *[{"what": f"Pledge {n}"} for n in range(3 * PAGE)])

    async def told(done: int, of: int) -> None:
        async def work(tx: Transaction) -> None:
            await tx.run(metadata.tables["pledges"].update().values(what="Changed", status="withdrawn"))
            await tx.run(metadata.tables["pledges"].delete().where(metadata.tables["pledges"].c.id % 2 == 0))

        await services.database.write(work)

    made = await services.exports.take(OLGA, Audience.BOARD, Format.CSV, tmp_path, told=told)
    assert [row["pledge"] for row in read_csv(made.files[0])] == [f"Pledge {n}" for n in range(3 * PAGE)]
    assert made.rows == 3 * PAGE


@pytest.mark.parametrize("kind", list(Format))
async def test_a_file_over_the_limit_is_packed_and_then_split(services: Services, tmp_path: Path, kind: Format) -> None:
    import random

    random.seed(1)
    words = ["".join(random.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=400)) for _ in range(2 * PAGE)]
    await pledged(services, *[{"what": word} for word in words])
    limit = 120_000
    made = await services.exports.take(OLGA, Audience.BOARD, kind, tmp_path, limit=limit)
    assert len(made.files) > 1
    assert all(path.stat().st_size <= limit for path in made.files)
    found: list[str] = []
    for path in made.files:
        opened = path
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                (inside,) = archive.namelist()
                archive.extract(inside, tmp_path / "out")
            opened = tmp_path / "out" / inside
        if kind is Format.CSV:
            found += [row["pledge"] for row in read_csv(opened)]
        elif kind is Format.XLSX:
            found += [row["pledge"][1] for row in read_sheet(opened)]
        else:
            found += [row["pledge"] for row in json.loads(opened.read_text())["pledges"]]
    assert found == words


@pytest.mark.parametrize("kind", list(Format))
async def test_nothing_pledged_gives_a_file_that_opens(services: Services, tmp_path: Path, kind: Format) -> None:
    made = await services.exports.take(OLGA, Audience.BOARD, kind, tmp_path)
    assert made.rows == 0
    if kind is Format.XLSX:
        assert read_sheet(made.files[0]) == []
    elif kind is Format.CSV:
        assert read_csv(made.files[0]) == []
    else:
        assert json.loads(made.files[0].read_text())["pledges"] == []


async def test_dates_are_those_of_the_servers_zone(services: Services, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    ada = Actor(6, GUILD, frozenset({Standing.MEMBER, Standing.ADMIN}))
    await services.servers.choose(ada, zone="Pacific/Auckland")
    await pledged(services, {"due_at": to_micros(datetime(2027, 3, 31, 20, 0, tzinfo=UTC))})
    made = await services.exports.take(OLGA, Audience.BOARD, Format.JSON, tmp_path)
    assert json.loads(made.files[0].read_text())["pledges"][0]["due"] == date(2027, 4, 1).isoformat()


async def test_who_may_and_what_for(services: Services, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        await services.exports.take(Actor(1, GUILD), Audience.BOARD, Format.CSV, tmp_path)
    for reason in ("", "   ", "x" * 501):
        with pytest.raises(Invalid):
            await services.exports.take(OLGA, Audience.INTERNAL, Format.CSV, tmp_path, reason=reason)
    with pytest.raises(TextStopped):
        services.exports.check(OLGA, Audience.INTERNAL, "It is all on hxabcdefghijklmnop234567.onion")
    assert not list(tmp_path.glob("pledges-*"))


async def test_an_erased_organiser_leaves_the_record_without_a_name(services: Services, tmp_path: Path) -> None:
    await services.exports.take(OLGA, Audience.BOARD, Format.CSV, tmp_path)
    await services.privacy.erase(GUILD, OLGA.user_id)
    async with services.database.reading() as reading:
        (row,) = await reading.all(metadata.tables["pledge_exports"].select())
    assert row["by_id"] is None
