"""What it costs to take pledges along as a file: ``python -m tests.bench_export [--rows N]``.

For each format, beside the least that writes a table at all (every column of every pledge straight from SQLite into the
same library, nothing looked up, cleaned or divided into pages): seconds, megabytes by which the peak of memory rose,
and the longest time for which nobody else in the bot had a turn. Each runs in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import xlsxwriter

from bot.bootstrap import make_services
from bot.clock import utcnow
from bot.content.load import load
from bot.pledges.exports.table import Audience, Format
from bot.storage.database import Database
from bot.storage.upgrade import upgrade
from tests.bench import ROOT, filled

GUILD, ME = 10**17, 10**17 + 1
TICK = 0.002
"""Seconds between two looks at the clock: a stall is what a look comes late by."""


async def ours(path: Path, folder: Path, kind: Format) -> float:
    """Write the internal export as organisers get it; returns the longest stall in seconds."""
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            began = time.perf_counter()
            await asyncio.sleep(TICK)
            longest = max(longest, time.perf_counter() - began - TICK)

    try:
        exports = make_services(database, load(ROOT / "data"), utcnow).exports
        watching = asyncio.create_task(watch())
        await exports.write(GUILD, Audience.INTERNAL, kind, folder)
        watching.cancel()
    finally:
        await database.close()
    return longest


def plainly(path: Path, folder: Path, kind: Format) -> float:
    """Write every column of every pledge as it stands; returns 0: there is nobody to stall."""
    rows = sqlite3.connect(path).execute("SELECT * FROM pledges WHERE guild_id = ? ORDER BY id", (GUILD,))
    names = [column[0] for column in rows.description]
    target = folder / f"plain.{kind}"
    if kind is Format.XLSX:
        book = xlsxwriter.Workbook(target, {"constant_memory": True})
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                sheet.write_string(number, place, "" if value is None else str(value))
        book.close()
        return 0.0
    with target.open("w", newline="") as file:
        if kind is Format.CSV:
            writer = csv.writer(file)
            writer.writerow(names)
            writer.writerows(rows)
        else:
            for row in rows:
                file.write(json.dumps(dict(zip(names, row, strict=True))) + "\n")
    return 0.0


def measured(work: Callable[[], float]) -> None:
    """Print seconds, megabytes and the longest stall of one piece of work as JSON."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    stall = work()
    seconds = time.perf_counter() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(json.dumps([seconds, grown, stall]))


def compare(rows: int) -> None:
    """Fill a database and print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "bench.db"
        asyncio.run(upgrade(f"sqlite+aiosqlite:///{path}"))
        filled(path, GUILD, ME, rows, load(ROOT / "data"))
        print(f"{rows:,} pledges\n{'':8}{'seconds':>20}{'MB more at the peak':>24}{'longest stall':>18}")
        print(f"{'':8}{'ours':>10}{'plain':>10}{'ours':>14}{'plain':>10}{'ours, ms':>18}", flush=True)
        for kind in Format:
            command = [sys.executable, "-m", "tests.bench_export", "--only", kind, "--database", str(path)]
            (s, m, stall), (plain_s, plain_m, _) = (
                json.loads(subprocess.run([*command, *how], cwd=ROOT, check=True, capture_output=True).stdout)
                for how in ([], ["--plain"])
            )
            print(f"{kind:8}{s:10.1f}{plain_s:10.1f}{m:14.0f}{plain_m:10.0f}{stall * 1000:18.0f}", flush=True)


def main() -> None:
    """Read the arguments; those of one measurement are for the processes that this starts itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", type=Format, help=argparse.SUPPRESS)
    parser.add_argument("--database", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only is None:
        compare(given.rows)
        return
    with tempfile.TemporaryDirectory() as name:
        path, folder, kind = given.database, Path(name), given.only
        measured(lambda: plainly(path, folder, kind) if given.plain else asyncio.run(ours(path, folder, kind)))


if __name__ == "__main__":
    main()
