"""`run.py forget-server`: everything of one server, and nothing of another, is gone from the file."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot import forgetting, tables
from bot.settings import VARIABLES
from bot.storage.database import Database
from bot.storage.upgrade import upgrade

SERVER, OTHER = 1234567890123456, 1234567890123457
SECRET = "A sentence of theirs that must not stay in the file"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with two servers in every table, where the settings say it is."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    made = tmp_path / "keep" / "cogwheel.db"
    url = f"sqlite+aiosqlite:///{made}"
    monkeypatch.setenv("DATABASE_URL", url)
    asyncio.run(upgrade(url))
    with closing(sqlite3.connect(made)) as connection:
        for table in tables.metadata.sorted_tables:
            if "guild_id" not in table.c:
                continue
            for server in (SERVER, OTHER):
                named = [column for column in table.c if not column.autoincrement or column.name != "id"]
                values = [_value(column, server) for column in named]
                marks = ", ".join("?" * len(named))
                names = ", ".join(f'"{column.name}"' for column in named)
                connection.execute(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", values)
        connection.commit()
    return made


def _value(column: object, server: int) -> object:
    if column.name == "guild_id":  # type: ignore[attr-defined]
        return server
    if "TEXT" in str(column.type):  # type: ignore[attr-defined]
        return f"{SECRET} {server}"
    return server


def rows(path: Path, server: int) -> dict[str, int]:
    """Table -> rows of a server."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            table.name: connection.execute(
                f"SELECT count(*) FROM {table.name} WHERE guild_id = ?", (server,)
            ).fetchone()[0]
            for table in tables.metadata.sorted_tables
            if "guild_id" in table.c
        }


def types(answer: str) -> Callable[[str], str]:
    """Somebody who answers so, whatever is asked."""
    return lambda _question: answer


def run(server: int, *, yes: bool = False, answer: str = "") -> int:
    """The command, with somebody who types this answer."""
    return forgetting.main(server, yes=yes, ask=types(answer))


def test_everything_of_the_server_goes_even_from_free_pages_and_nothing_of_another(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = rows(path, OTHER)
    assert run(SERVER, answer=str(SERVER)) == 0
    assert set(rows(path, SERVER).values()) == {0}
    assert rows(path, OTHER) == before
    content = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert f"{SECRET} {SERVER}".encode() not in content
    assert f"{SECRET} {OTHER}".encode() in content
    said = capsys.readouterr().out
    assert f"there are {sum(before.values())} rows" in said
    assert "- members: 1" in said
    assert "They are deleted" in said


@pytest.mark.parametrize("answer", ["", "yes", str(OTHER), "y"])
def test_another_answer_than_the_id_changes_nothing(
    path: Path, answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = rows(path, SERVER)
    assert run(SERVER, answer=answer) == 1
    assert rows(path, SERVER) == before
    assert "Nothing was changed" in capsys.readouterr().out


def test_without_a_terminal_it_needs_yes(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def nobody(_question: str) -> str:
        raise EOFError

    assert forgetting.main(SERVER, yes=False, ask=nobody) == 1
    assert "Nothing was changed" in capsys.readouterr().out
    assert forgetting.main(SERVER, yes=True, ask=nobody) == 0
    assert set(rows(path, SERVER).values()) == {0}


def test_a_server_that_nothing_is_held_of_is_said_so(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(99, yes=True) == 0
    assert "Nothing is held of the server 99" in capsys.readouterr().out


def test_while_the_bot_runs_it_refuses(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def beside_the_bot() -> int:
        database = await Database.open(f"sqlite+aiosqlite:///{path}")
        try:
            return await asyncio.to_thread(run, SERVER, yes=True)
        finally:
            await database.close()

    before = rows(path, SERVER)
    assert asyncio.run(beside_the_bot()) == 1
    assert rows(path, SERVER) == before
    assert "is in use" in capsys.readouterr().out


def test_a_copy_made_before_an_upgrade_is_named(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (path.parent / "cogwheel-before-0002.db").write_bytes(b"")
    assert run(SERVER, yes=True) == 0
    assert "cogwheel-before-0002.db" in capsys.readouterr().out


def test_a_missing_or_older_database_is_explained(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        connection.commit()
    assert run(SERVER, yes=True) == 1
    assert "another version" in capsys.readouterr().out
    path.write_bytes(b"no database at all, only some bytes that somebody put here")
    assert run(SERVER, yes=True) == 1
    assert "can not be used" in capsys.readouterr().out
    path.unlink()
    assert run(SERVER, yes=True) == 1
    assert "is not there" in capsys.readouterr().out
    monkeypatch.setenv("DATABASE_URL", "mysql://nowhere")
    assert run(SERVER, yes=True) == 1
    assert "have to change first" in capsys.readouterr().out
