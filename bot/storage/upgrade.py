"""Bring a database file to the newest schema, after a verified copy of it."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from bot.errors import StorageUnavailable
from bot.storage.database import database_path, explain

_MIGRATIONS = Path(__file__).parent / "migrations"


def _config(path: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["path"] = path
    return config


def head() -> str:
    """Return the newest revision this code knows."""
    found = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
    assert found is not None, "a migration always exists"
    return found


def revision(path: Path) -> str | None:
    """Return the revision the file stands at, None for an empty or absent one. Raises StorageUnavailable."""
    if not path.exists():
        return None
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except Exception as error:
        origin = getattr(error, "orig", error)
        raise explain(origin) if isinstance(origin, sqlite3.Error) else StorageUnavailable("corrupt") from error
    finally:
        engine.dispose()


def copy_verified(source: Path, target: Path) -> None:
    """Copy a live database in one step, check the copy, then give it its name. Raises StorageUnavailable.

    ``pages=-1`` copies everything at once, so a busy writer can not make the copy start over.
    """
    part = target.with_name(target.name + ".part")
    try:
        origin, copy = sqlite3.connect(source), sqlite3.connect(part)
        try:
            origin.backup(copy, pages=-1)
            verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
        finally:
            copy.close()
            origin.close()
    except sqlite3.Error as error:
        part.unlink(missing_ok=True)
        raise explain(error) from error
    if verdict != "ok":
        part.unlink(missing_ok=True)
        raise StorageUnavailable("corrupt")
    part.replace(target)


def _upgrade(path: Path) -> Path | None:
    path.parent.mkdir(parents=True, exist_ok=True)
    now = revision(path)
    if now == head():
        return None
    saved: Path | None = None
    if now is not None:
        saved = path.with_name(f"{path.stem}-before-{head()}{path.suffix}")
        copy_verified(path, saved)
    command.upgrade(_config(path), "head")
    return saved


async def upgrade(url: str) -> Path | None:
    """Upgrade the database behind the URL, creating it where it is absent.

    Returns the verified copy made beforehand, or None where nothing had to be kept. Raises
    StorageUnavailable when the file can not be read, copied or changed.
    """
    path = database_path(url)
    try:
        return await asyncio.to_thread(_upgrade, path)
    except StorageUnavailable:
        raise
    except OSError as error:
        raise StorageUnavailable("read-only") from error
    except Exception as error:
        origin = getattr(error, "orig", error)
        if isinstance(origin, sqlite3.Error):
            raise explain(origin) from error
        raise
