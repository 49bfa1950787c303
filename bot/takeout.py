"""`run.py export`: all pledges of a server as a file, without a limit, also while the bot runs.

It works on a verified copy of the database, so nothing it does can reach the bot. Exit codes: 0 when the file is
written, 1 when something has to be put right first.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from bot.bootstrap import make_services
from bot.clock import utcnow
from bot.content.load import ContentError, load
from bot.errors import StorageUnavailable
from bot.pledges.exports.table import Audience, Format
from bot.settings import Settings, SettingsError
from bot.settings import load as load_settings
from bot.storage.database import Database, database_path
from bot.storage.upgrade import copy_verified, upgrade


def main(guild_id: int, audience: str, kind: str, folder: Path) -> int:
    """Write the file into a folder and print where it is; return the exit code."""
    try:
        settings = load_settings()
        folder.mkdir(parents=True, exist_ok=True)
        made, rows = asyncio.run(_write(settings, guild_id, Audience(audience), Format(kind), folder))
    except SettingsError as error:
        print(*error.faults, sep="\n", file=sys.stderr)
        return 1
    except ContentError as error:
        print(*error.faults, sep="\n", file=sys.stderr)
        return 1
    except StorageUnavailable as error:
        print(f"The database can not be read ({error.why}); `run.py check` says more.", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{folder} can not be written to ({error.strerror}).", file=sys.stderr)
        return 1
    print(f"{rows:,} {'pledge' if rows == 1 else 'pledges'}: {made}")
    return 0


async def _write(settings: Settings, guild_id: int, audience: Audience, kind: Format, folder: Path) -> tuple[Path, int]:
    content = load(Path(settings.content_dir))
    source = database_path(settings.database_url)
    if not source.exists():
        raise StorageUnavailable("missing")
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "copy.db"
        await asyncio.to_thread(copy_verified, source, copy)
        url = f"sqlite+aiosqlite:///{copy}"
        await upgrade(url)
        database = await Database.open(url)
        try:
            services = make_services(database, content, utcnow)
            made = await services.exports.write(guild_id, audience, kind, folder)
        finally:
            await database.close()
    return made.files[0], made.rows
