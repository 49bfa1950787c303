"""`run.py check`: is everything in order to start? Looks at settings, content and database and changes none of them.

Exit codes: 0 when the bot could start, 1 when something has to be put right first.
"""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from alembic.script import ScriptDirectory

from bot import __version__
from bot.content.load import ContentError
from bot.content.load import load as load_content
from bot.content.model import ROUTE_VALID_DAYS, Content
from bot.settings import Settings, SettingsError, hints, load
from bot.storage.upgrade import head

SHOWN = 10
"""How many names a list shows before it only counts."""


def main() -> int:
    """Print what was found, faults first in each part; return the exit code."""
    print(versions())
    try:
        settings = load()
    except SettingsError as error:
        _part("Settings", [str(fault) for fault in error.faults], [])
        return 1
    notes = [f"Note: {hint}" for hint in hints()]
    if settings.discord_token is None:
        notes.append("DISCORD_TOKEN is not set: start needs it, demo does not.")
    _part("Settings", [], notes)
    faults = check_content(settings) + check_database(settings)
    print("All in order." if not faults else f"{faults} to put right before the bot can start.")
    return 1 if faults else 0


def versions() -> str:
    """Return the versions that a report of a problem should name, in one line."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("discord.py", "SQLAlchemy", "aiosqlite", "alembic"))
    system = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    return f"Cogwheel {__version__}, {system}, {packages}, SQLite {sqlite3.sqlite_version}"


def check_content(settings: Settings) -> int:
    """Print what the content pack holds and what in it waits for a person; return the number of faults."""
    try:
        content = load_content(settings.content_dir)
    except ContentError as error:
        return _part(f"Content in {settings.content_dir}", [str(fault) for fault in error.faults], [])
    holds = (
        f"{len(content.sectors)} sectors, {len(content.actions)} actions, {len(content.faqs)} answers, "
        f"{len(content.routes)} routes, {len(content.event_types)} event types; version {content.version[:12]}"
    )
    return _part(f"Content in {settings.content_dir}", [], [holds, *waiting(content, datetime.now(UTC).date())])


def waiting(content: Content, today: date) -> list[str]:
    """Return a line for each kind of content that waits for a person to review it, with how many and which."""
    unreviewed = [faq.slug for faq in content.faqs.values() if not faq.speaks_in_full]
    stale = [faq.slug for faq in content.faqs.values() if faq.is_stale(today)]
    fresh = [route.slug for route in content.routes.values() if not route.reviewed_by]
    expired = [r.slug for r in content.routes.values() if r.reviewed_by and not r.is_reviewed(today)]
    kinds = (
        ("routes no person has reviewed (only their home pages are shown)", fresh),
        (f"routes last reviewed more than {ROUTE_VALID_DAYS} days ago (only their home pages are shown)", expired),
        ("sensitive answers no person has reviewed (a stand-in is shown)", unreviewed),
        ("answers past the day by which they were to be looked at again", stale),
    )
    return [f"Waits for a person: {len(slugs)} {kind}: {_names(slugs)}" for kind, slugs in kinds if slugs]


def check_database(settings: Settings) -> int:
    """Print the state of the database file; return the number of faults."""
    path = settings.database_path
    faults, notes = database_state(path)
    return _part(f"Database {path}", faults, notes)


def database_state(path: Path) -> tuple[list[str], list[str]]:
    """Return (faults, notes) about a database file, which is read and never written.

    An absent file is no fault where it could be made; neither is an older schema, which start upgrades.
    """
    if not path.exists():
        folder = next((each for each in path.parents if each.exists()), path.parent)
        if folder.is_dir() and os.access(folder, os.W_OK):
            return [], ["is not there yet; start makes it."]
        return [f"cannot be made: {folder} is no folder this user may write to."], []
    faults = []
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        faults.append("cannot be written to: give this user the right to write the file and its folder.")
    try:
        with closing(_open_unchanged(path)) as connection:
            damage = [row[0] for row in connection.execute(f"PRAGMA integrity_check({SHOWN})")]
            if damage != ["ok"]:
                return [*faults, f"is damaged: put a backup in its place. SQLite says: {damage[0]}"], []
            orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
            found = _schema(connection)
    except sqlite3.DatabaseError as error:
        kind = "is busy" if "locked" in str(error) else "cannot be read; if it is damaged, put a backup in its place"
        return [*faults, f"{kind} (SQLite says: {error})."], []
    if orphans:
        tables = ", ".join(sorted({str(row[0]) for row in orphans}))
        faults.append(f"has {len(orphans)} rows whose parent is missing, in: {tables}. Put a backup in its place.")
    newest = head()
    if found == newest:
        return faults, [f"is whole, schema {found}."]
    if found is None:
        return faults, ["is whole and has no schema yet; start makes it."]
    if found not in known_revisions():
        faults.append(f"has schema {found}, which this version does not know: run the newer Cogwheel that made it.")
        return faults, []
    return faults, [f"is whole, schema {found}; start upgrades it to {newest} after keeping a copy."]


def known_revisions() -> set[str]:
    """Return every schema revision that this code can upgrade from."""
    folder = Path(__file__).parent / "storage" / "migrations"
    return {script.revision for script in ScriptDirectory(str(folder)).walk_revisions()}


def _open_unchanged(path: Path) -> sqlite3.Connection:
    """Open for reading in a way that leaves no file behind.

    Without a write-ahead log nobody has the file open, and `immutable` keeps SQLite from making one; with it a bot may
    be running (or was killed), and an ordinary reader sees what the log holds. https://sqlite.org/wal.html#readonly
    """
    live = path.with_name(path.name + "-wal").exists()
    how = "mode=ro" if live else "mode=ro&immutable=1"
    return sqlite3.connect(f"file:{quote(path.as_posix())}?{how}", uri=True, timeout=2)


def _schema(connection: sqlite3.Connection) -> str | None:
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if there else None
    return None if row is None else str(row[0])


def _names(slugs: list[str]) -> str:
    more = len(slugs) - SHOWN
    return ", ".join(slugs[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def _part(title: str, faults: Iterable[str], notes: Iterable[str]) -> int:
    """Print one part of the report; return how many faults it has."""
    faults = list(faults)
    print(f"{title}: {'in order' if not faults else 'NOT in order'}")
    for line in (*faults, *notes):
        print(f"  - {line}")
    return len(faults)
