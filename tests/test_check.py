"""`run.py check`: it tells what is wrong and what waits for a person, and changes nothing."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot import check
from bot.content.load import load as load_content
from bot.content.model import Content, Faq, Localised, LocalisedPhrases, Route
from bot.settings import VARIABLES, Settings
from bot.storage.upgrade import head

PACK = Path(__file__).parent / "content" / "road-safety"
TODAY = date(2030, 6, 1)


@pytest.fixture(autouse=True)
def _known_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(check, "head", lambda: "0002")
    monkeypatch.setattr(check, "known_revisions", lambda: {"0001", "0002"})


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return make(tmp_path / "keep" / "cogwheel.db")


def make(path: Path, schema: str = "0002") -> Path:
    """Make a database as the bot leaves it after a clean end."""
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            f"""
            PRAGMA journal_mode=WAL;
            CREATE TABLE alembic_version (version_num TEXT);
            INSERT INTO alembic_version VALUES ('{schema}');
            CREATE TABLE parent (id INTEGER PRIMARY KEY);
            CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent(id), filler TEXT);
            CREATE INDEX child_filler ON child (filler);
            """
        )
    return path


def everything_in(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_whole_database_is_in_order_and_nothing_beside_it_changes(database: Path) -> None:
    before = everything_in(database.parent)
    assert check.database_state(database) == ([], ["is whole, schema 0002."])
    assert everything_in(database.parent) == before


def test_a_database_in_use_is_read_with_what_its_log_holds(database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("UPDATE alembic_version SET version_num = '0001'")
        faults, notes = check.database_state(database)
    assert faults == []
    assert notes == ["is whole, schema 0001; start upgrades it to 0002 after keeping a copy."]


def test_an_absent_database_is_no_fault_where_it_can_be_made(tmp_path: Path) -> None:
    assert check.database_state(tmp_path / "new" / "cogwheel.db") == ([], ["is not there yet; start makes it."])
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    faults, _ = check.database_state(tmp_path / "file" / "cogwheel.db")
    assert len(faults) == 1
    assert "cannot be made" in faults[0]


def test_an_empty_file_has_no_schema_yet(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    assert check.database_state(tmp_path / "empty.db") == ([], ["is whole and has no schema yet; start makes it."])


def test_a_schema_from_the_future_is_a_fault(tmp_path: Path) -> None:
    faults, _ = check.database_state(make(tmp_path / "a.db", "0099"))
    assert faults == ["has schema 0099, which this version does not know: run the newer Cogwheel that made it."]


def test_a_file_that_is_no_database_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"a letter to the council, not a database at all" * 50)
    faults, _ = check.database_state(tmp_path / "a.db")
    assert len(faults) == 1
    assert "put a backup in its place" in faults[0]


def test_damage_is_found(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.executemany("INSERT INTO child (filler) VALUES (?)", [(f"{n:0200}",) for n in range(500)])
        connection.commit()
    content = bytearray(database.read_bytes())
    content[4096 * 5 : 4096 * 8] = bytes(4096 * 3)
    database.write_bytes(content)
    faults, _ = check.database_state(database)
    assert len(faults) == 1
    assert "put a backup in its place" in faults[0]


def test_rows_without_their_parent_are_found(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("INSERT INTO child (parent) VALUES (77)")
        connection.commit()
    faults, _ = check.database_state(database)
    assert faults == ["has 1 rows whose parent is missing, in: child. Put a backup in its place."]


def test_a_file_that_cannot_be_written_to_is_a_fault(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    faults, _ = check.database_state(database)
    assert faults == ["cannot be written to: give this user the right to write the file and its folder."]
    faults, _ = check.database_state(database.with_name("new.db"))
    assert "cannot be made" in faults[0]


def pack_with(faqs: list[Faq], routes: list[Route]) -> Content:
    return replace(
        load_content(PACK), faqs={each.slug: each for each in faqs}, routes={each.slug: each for each in routes}
    )


def test_what_waits_for_a_person_is_counted_and_named() -> None:
    words = Localised({"en": "words"})
    faq = Faq("plain", "start", words, LocalisedPhrases({}), words, (), TODAY, TODAY)
    careful = replace(faq, slug="careful", sensitive=True, until_reviewed=words)
    old = replace(faq, slug="old", review_by=date(2030, 5, 31))
    read = replace(careful, slug="read", reviewed_by="a person")
    route = Route("fresh", "SE", "police", "Police", words, "https://example.org")
    checked = replace(route, slug="checked", reviewed_by="a person", reviewed_on=date(2030, 5, 1))
    lapsed = replace(checked, slug="lapsed", reviewed_on=date(2029, 5, 1))
    lines = check.waiting(pack_with([faq, careful, old, read], [route, checked, lapsed]), TODAY)
    assert [line.split(": ")[1][:9] + "..." + line.split(": ")[2] for line in lines] == [
        "1 routes ...fresh",
        "1 routes ...lapsed",
        "1 sensiti...careful",
        "1 answers...old",
    ]
    assert check.waiting(pack_with([faq, read], [checked]), TODAY) == []


def test_long_lists_are_cut_with_how_many_more() -> None:
    words = Localised({"en": "words"})
    routes = [Route(f"r{n}", "SE", "police", "Police", words, "https://example.org") for n in range(14)]
    (line,) = check.waiting(pack_with([], routes), TODAY)
    assert "14 routes" in line
    assert line.endswith("r9 and 4 more")


def use(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(check, "load", lambda: settings)
    monkeypatch.setattr(check, "hints", list)


def test_everything_in_order_ends_with_zero(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database: Path
) -> None:
    use(monkeypatch, Settings(content_dir=PACK, database_url=f"sqlite+aiosqlite:///{database.as_posix()}"))
    assert check.main() == 0
    told = capsys.readouterr().out
    assert told.startswith("Cogwheel ")
    assert "discord.py 2." in told
    assert "SQLite 3." in told
    assert "DISCORD_TOKEN is not set" in told
    assert "5 sectors" in told
    assert told.endswith("All in order.\n")


def test_faults_of_content_and_database_are_told_together(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    database = make(tmp_path / "a.db", "0099")
    empty = tmp_path / "pack"
    empty.mkdir()
    use(monkeypatch, Settings(content_dir=empty, database_url=f"sqlite+aiosqlite:///{database.as_posix()}"))
    assert check.main() == 1
    told = capsys.readouterr().out
    assert f"Content in {empty}: NOT in order" in told
    assert "sectors.toml" in told
    assert "has schema 0099" in told
    assert "to put right before the bot can start." in told


def test_wrong_settings_are_told_all_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    monkeypatch.setenv("CONTENT_DIR", "no/such/folder")
    assert check.main() == 1
    told = capsys.readouterr().out
    assert "Settings: NOT in order" in told
    assert "LOG_LEVEL" in told
    assert "CONTENT_DIR" in told


def test_every_migration_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert head() in check.known_revisions()
