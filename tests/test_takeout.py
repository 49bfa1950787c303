"""`run.py export`: a file from a database, also while the bot holds it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from bot.cli import main
from bot.storage.database import Database, Transaction
from bot.storage.upgrade import upgrade
from bot.tables import metadata


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite+aiosqlite:///{tmp_path}/cogwheel.db"
    monkeypatch.setenv("DATABASE_URL", url)
    return url


async def pledged(database: Database, guild_id: int, what: str) -> None:
    async def work(tx: Transaction) -> None:
        await tx.insert(
            metadata.tables["pledges"], guild_id=guild_id, maker_id=7, sector="schools", what=what, done_when="It is",
            help_wanted="", visibility="named", status="active", review="before", progress=0, note="", evidence="",
            needs_help=0, created_at=0, changed_at=0,
        )  # fmt: skip

    await database.write(work)


async def test_it_writes_what_is_there_while_the_bot_runs(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import asyncio

    await upgrade(url)
    running = await Database.open(url)
    try:
        await pledged(running, 42, "Hold a briefing")
        await pledged(running, 43, "Somewhere else")
        code = await asyncio.to_thread(main, ["export", "42", "--file", "csv", "--into", str(tmp_path / "out")])
    finally:
        await running.close()
    said = capsys.readouterr().out
    assert code == 0
    assert said.startswith("1 pledge: ")
    (made,) = (tmp_path / "out").iterdir()
    assert str(made) in said
    assert [row["pledge"] for row in csv.DictReader(io.StringIO(made.read_text("utf-8-sig")))] == ["Hold a briefing"]


def test_without_a_database_it_says_what_to_do(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "42", "--into", str(tmp_path / "out")]) == 1
    assert "run.py check" in capsys.readouterr().err


@pytest.mark.parametrize("server", ["", "abc", "0", "9" * 30])
def test_what_is_no_id_is_refused(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["export", server])
    assert ended.value.code == 2
    assert "is not the id of a server" in capsys.readouterr().err
