"""`run.py forget-server`: delete everything that is held of one server, at once, where the bot does not run.

Exit codes: 0 when it is done or there was nothing, 1 when nothing was changed.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import bindparam, func, select

from bot import tables
from bot.errors import StorageUnavailable
from bot.privacy.store import server_statements
from bot.settings import SettingsError, load
from bot.storage.database import Database, Transaction, explain
from bot.storage.triggers import erasing
from bot.storage.upgrade import head, revision

_FAULTS = {
    "locked": "is in use: the bot (or a copy of this command) runs on it. End it first, then try again.",
    "missing": "is not there. DATABASE_URL says which file it is; is this the right folder?",
    "read-only": "can not be written. Check its place and rights.",
    "full": "has no room left on its disk. Free some space.",
}


def main(server_id: int, *, yes: bool, ask: Callable[[str], str] = input) -> int:
    """Say what is held of a server and delete it once its id was typed again, or at once with ``yes``."""
    try:
        settings = load()
    except SettingsError as error:
        print("Settings that have to change first:", *(f"- {fault}" for fault in error.faults), sep="\n")
        return 1
    path = settings.database_path
    try:
        if not path.exists():
            raise StorageUnavailable("missing")
        if revision(path) != head():
            print(f"The database {path} belongs to another version of Cogwheel. Start the bot of this version once.")
            return 1
        return asyncio.run(_forget(settings.database_url, path, server_id, None if yes else ask))
    except StorageUnavailable as error:
        print(f"The database {path} {_FAULTS.get(error.why, 'can not be used: python run.py check tells more.')}")
        return 1


async def _forget(url: str, path: Path, server_id: int, ask: Callable[[str], str] | None) -> int:
    database = await Database.open(url)
    try:
        held = await counts(database, server_id)
        if not held:
            print(f"Nothing is held of the server {server_id}.")
            return 0
        print(f"Of the server {server_id} there are {sum(held.values())} rows:")
        print(*(f"- {table}: {rows}" for table, rows in held.items()), sep="\n")
        if ask is not None and not _confirmed(ask, server_id):
            print("That is not the same id. Nothing was changed.")
            return 1
        await forget(database, server_id)
    finally:
        await database.close()
    _rewrite(path)
    print("They are deleted, and the file is rewritten without them. What the bot posted on Discord stays there.")
    copies = sorted(copy.name for copy in path.parent.glob(f"{path.stem}-before-*{path.suffix}"))
    print(f"Copies still hold them: {', '.join(copies) or 'backups, if you made any'}.")
    return 0


async def counts(database: Database, server_id: int) -> dict[str, int]:
    """Return table -> rows of a server, for tables that have any."""
    found: dict[str, int] = {}
    async with database.reading() as reading:
        for table in tables.metadata.sorted_tables:
            if "guild_id" in table.c:
                here = table.c.guild_id == bindparam("guild_id")
                found[table.name] = await reading.scalar(
                    select(func.count()).select_from(table).where(here), guild_id=server_id
                )
    return {name: rows for name, rows in sorted(found.items()) if rows}


async def forget(database: Database, server_id: int) -> None:
    """Delete every row of a server in one unit of work."""

    async def work(tx: Transaction) -> None:
        async with erasing(tx, server_id):
            for statement in server_statements():
                await tx.run(statement, in_guild=server_id)

    await database.write(work)


def _confirmed(ask: Callable[[str], str], server_id: int) -> bool:
    try:
        return ask("This can not be undone. Type the server's id again: ").strip() == str(server_id)
    except EOFError:
        return False


def _rewrite(path: Path) -> None:
    """Write the file anew: deleted rows would stay in its free pages. Raises StorageUnavailable."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise explain(error) from error
