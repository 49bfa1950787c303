"""Units of work on a real file: all or nothing, one after another, whatever happens to the caller."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path

import pytest
import pytest_asyncio
from alembic import command
from sqlalchemy import text

from bot.errors import StorageUnavailable
from bot.storage import counters
from bot.storage.database import Database, Transaction
from bot.storage.upgrade import _config, copy_verified, head, revision, upgrade

URL = "sqlite+aiosqlite:///{}/test.db"


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    await upgrade(URL.format(tmp_path))
    opened = await Database.open(URL.format(tmp_path))
    yield opened
    await opened.close()


async def count(database: Database) -> int:
    async with database.reading() as reading:
        return await counters.value(reading, 1, "n", "x")


async def test_concurrent_changes_are_all_kept(database: Database) -> None:
    async def work(tx: Transaction) -> None:
        before = await counters.value(tx, 1, "n", "x")
        await asyncio.sleep(0)
        await counters.add(tx, 1, "n", "x", before + 1 - before)

    await asyncio.gather(*(database.write(work) for _ in range(50)))
    assert await count(database) == 50


async def test_a_failed_unit_writes_nothing(database: Database) -> None:
    async def work(tx: Transaction) -> None:
        await counters.add(tx, 1, "n", "x", 5)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await database.write(work)
    assert await count(database) == 0


async def test_a_fault_of_the_work_itself_is_not_taken_for_one_of_the_file(database: Database) -> None:
    async def work(tx: Transaction) -> None:
        await counters.add(tx, 1, "n", "x", 5)
        raise ValueError("not a number")

    with pytest.raises(ValueError, match="not a number"):
        await database.write(work)
    assert await count(database) == 0


async def test_a_cancelled_caller_leaves_whole_units(database: Database) -> None:
    """Cancel at many different moments: each unit adds one to both counters, or to neither."""

    async def work(tx: Transaction) -> None:
        await counters.add(tx, 1, "n", "x", 1)
        await asyncio.sleep(0)
        await counters.add(tx, 1, "n", "y", 1)

    for steps in range(40):
        task = asyncio.create_task(database.write(work))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await database.write(work)
    async with database.reading() as reading:
        found = await counters.read(reading, 1, "n")
    assert found["x"] == found["y"] >= 1


async def test_callbacks_run_only_after_a_commit(database: Database) -> None:
    heard: list[str] = []

    async def good(tx: Transaction) -> None:
        tx.afterwards(lambda: heard.append("good"))

    async def bad(tx: Transaction) -> None:
        tx.afterwards(lambda: heard.append("bad"))
        raise RuntimeError

    await database.write(good)
    with pytest.raises(RuntimeError):
        await database.write(bad)
    assert heard == ["good"]


async def test_a_second_process_is_refused(database: Database, tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable) as refused:
        await Database.open(URL.format(tmp_path))
    assert refused.value.why == "locked"


async def test_readers_can_not_write(database: Database) -> None:
    async with database.reading() as reading:
        with pytest.raises(StorageUnavailable) as refused:
            await reading.all(text("DELETE FROM counters"))
    assert refused.value.why == "read-only"


async def turns_while(work: Awaitable[object]) -> int:
    """Return how many turns somebody else had while this was awaited."""
    had = 0

    async def other() -> None:
        nonlocal had
        while True:
            await asyncio.sleep(0)
            had += 1

    task = asyncio.create_task(other())
    await work
    task.cancel()
    return had


async def test_a_long_query_holds_up_nobody(database: Database) -> None:
    numbers = text(
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 300000) SELECT max(x) FROM n"
    )

    async def read() -> None:
        async with database.reading() as reading:
            assert await reading.scalar(numbers) == 300_000
            assert [len(rows) for rows in await reading.together((numbers, {}), (numbers, {}))] == [1, 1]

    assert await turns_while(read()) > 10


async def test_nor_do_many_short_ones_on_end(database: Database) -> None:
    async def read() -> None:
        for _ in range(200):
            await count(database)

    assert await turns_while(read()) >= 5


async def test_a_snapshot_is_of_one_moment(database: Database) -> None:
    async with database.snapshot() as reading:
        assert await counters.value(reading, 1, "n", "x") == 0
        await database.write(lambda tx: counters.add(tx, 1, "n", "x", 1))
        assert await counters.value(reading, 1, "n", "x") == 0
        assert await counters.values(reading, [(1, "n", "x"), (1, "n", "y")]) == [0, 0]
        assert await count(database) == 1
    async with database.reading() as after:
        assert await counters.values(after, [(1, "n", "x"), (1, "n", "y")]) == [1, 0]


async def test_a_locked_file_says_so(database: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StorageUnavailable) as refused:
            await database.write(lambda tx: counters.add(tx, 1, "n", "x", 1))
        assert refused.value.why == "locked"
    finally:
        other.execute("ROLLBACK")
        other.close()
    await database.write(lambda tx: counters.add(tx, 1, "n", "x", 1))
    assert await count(database) == 1


async def test_missing_and_corrupt_files_say_so(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable) as missing:
        await Database.open(URL.format(tmp_path))
    assert missing.value.why == "missing"
    (tmp_path / "test.db").write_bytes(b"this is no database, it only looks like one" * 50)
    with pytest.raises(StorageUnavailable) as corrupt:
        await upgrade(URL.format(tmp_path))
    assert corrupt.value.why == "corrupt"


async def test_closed_is_closed(database: Database) -> None:
    await database.close()
    with pytest.raises(StorageUnavailable):
        await count(database)
    with pytest.raises(StorageUnavailable):
        await database.write(lambda tx: counters.add(tx, 1, "n", "x", 1))


async def test_upgrading_twice_changes_nothing_and_a_copy_is_whole(tmp_path: Path) -> None:
    assert await upgrade(URL.format(tmp_path)) is None
    assert revision(tmp_path / "test.db") == head()
    assert await upgrade(URL.format(tmp_path)) is None
    copy_verified(tmp_path / "test.db", tmp_path / "copy.db")
    assert revision(tmp_path / "copy.db") == head()
    assert not (tmp_path / "copy.db.part").exists()


async def test_the_migrations_make_just_the_tables_of_the_rooms(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy import create_engine

    from bot.tables import metadata

    await upgrade(URL.format(tmp_path))
    engine = create_engine(f"sqlite:///{tmp_path}/test.db")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_every_table_is_found_by_server() -> None:
    """guild_id stands first in the key or in an index, so that no query walks other servers' rows."""
    from bot.tables import metadata

    missing = []
    for table in metadata.sorted_tables:
        if "guild_id" not in table.c:
            continue
        keys = [[c.name for c in table.primary_key.columns], *([c.name for c in i.columns] for i in table.indexes)]
        if not any(key and key[0] == "guild_id" for key in keys):
            missing.append(table.name)
    assert not missing


async def test_several_queries_in_one_trip_keep_their_order(database: Database) -> None:
    async def work(tx: Transaction) -> list[dict[str, int]]:
        await counters.add(tx, 1, "sowed", "x", 2)
        await counters.add(tx, 1, "reaped", "y", 3)
        await counters.add(tx, 2, "sowed", "x", 9)
        return await counters.read_all(tx, 1, "reaped", "never", "sowed")

    expected: list[dict[str, int]] = [{"y": 3}, {}, {"x": 2}]
    assert await database.write(work) == expected
    async with database.reading() as reading:
        assert await counters.read_all(reading, 1, "reaped", "never", "sowed") == expected
    await database.close()
    with pytest.raises(StorageUnavailable):
        await counters.read_all(reading, 1, "sowed")


@pytest.mark.parametrize("begun", ["0001", "0002"])
async def test_an_upgrade_keeps_every_row_of_an_earlier_schema(tmp_path: Path, begun: str) -> None:
    """One row in each table as the earlier schema had it; all of them are there afterwards, as they were."""
    path = tmp_path / "test.db"
    command.upgrade(_config(path), begun)
    old = sqlite3.connect(path)
    tables = [name for (name,) in old.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    kept = {}
    for table in sorted(set(tables) - {"alembic_version", "sqlite_sequence"}):
        columns = [(name, kind) for _, name, kind, *_ in old.execute(f"PRAGMA table_info({table})")]
        row = {name: 7 if "INT" in kind else f"the {name}" for name, kind in columns}
        names = ", ".join(f'"{name}"' for name in row)
        old.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
        kept[table] = row
    old.commit()
    old.close()
    assert len(kept) > 15
    saved = await upgrade(URL.format(tmp_path))
    assert saved is not None
    assert revision(saved) == begun
    new = sqlite3.connect(path)
    new.row_factory = sqlite3.Row
    for table, row in kept.items():
        found = [{name: line[name] for name in row} for line in new.execute(f"SELECT * FROM {table}")]
        assert found == [row], table
    new.close()
