"""What a command costs beside a bot that only knows its answer by heart: ``python -m tests.bench FOLDER``.

FOLDER holds the server that ``tests.loopback`` runs against. Both bots are real processes on it in the same run, and
take turns: for each reading command a block of ours, a block of the bare bot that sends the very same card
(``tests/bare_bot.py``), and a block of its ``/ping``, five rounds. Printed are the middle of the rounds for processor
time a command and for the wait until the answer, and the ratio of ours to the same card sent bare. The database holds
as many pledges as ``--rows`` says, a tenth as many members, a hundredth as many events, and their sign-ups.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.content.load import load
from bot.content.model import Content
from bot.storage.database import database_path
from bot.storage.upgrade import upgrade
from bot.tables import metadata

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
DAY = 86_400_000_000
COMMANDS: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("help", "help", {}),
    ("report", "report", {}),
    ("faq", "faq", {}),
    ("faq question", "faq", {"question": "how do I get involved?"}),
    ("events", "events", {}),
    ("wheel", "wheel", {}),
    ("profile", "profile", {}),
    ("pledge list", "pledge list", {}),
    ("pledge list sector", "pledge list", {"sector": "?"}),
    ("pledge list mine", "pledge list", {"mine": True}),
    ("pledge show", "pledge show", {"pledge": "1"}),
    ("review queue", "review queue", {}),
)


def filled(path: Path, guild: int, me: int, rows: int, content: Content) -> None:
    """Write the rows straight into the file: a coalition of ``rows`` pledges in which ``me`` takes part."""
    now = time.time_ns() // 1000
    sectors = [sector.slug for sector in content.core_sectors()]
    member = [(me if n == 0 else 10**17 + n) for n in range(max(10, rows // 10))]
    states = (
        "active",
        "kept",
        "active",
        "partly kept",
        "done claimed",
        "submitted",
        "active",
        "kept",
        "closed",
        "lapsed",
    )
    shown = ("named", "counted", "named", "organisers")

    def pledges() -> Iterator[dict[str, object]]:
        for n in range(rows):
            yield {
                "id": n + 1, "guild_id": guild, "maker_id": member[n % len(member)],
                "sector": sectors[n % len(sectors)], "visibility": shown[n % 4], "status": states[n % 10],
                "what": f"Hold a briefing for all staff at site {n}", "done_when": "Everybody has been to one",
                "due_at": now + (n % 300) * DAY, "help_wanted": "",
                "review": "before", "progress": n % 4 * 25, "note": "", "evidence": "", "needs_help": 0,
                "created_at": now - n % 500 * DAY, "changed_at": now - n % 200 * DAY,
            }  # fmt: skip

    def members() -> Iterator[dict[str, object]]:
        for n, user in enumerate(member):
            yield {
                "guild_id": guild, "user_id": user, "offers": "", "visibility": shown[n % 4],
                "consent_version": content.coalition.notice_version, "joined_at": now, "changed_at": now,
            }  # fmt: skip

    def standing() -> Iterator[dict[str, object]]:
        for n, user in enumerate(member):
            yield {
                "guild_id": guild, "user_id": user, "position": 0, "sector": sectors[n % len(sectors)],
                "visibility": shown[n % 4],
            }  # fmt: skip

    def events() -> Iterator[dict[str, object]]:
        for n in range(max(10, rows // 100)):
            starts = now + (n % 720 - 360) * DAY // 2 + DAY // 3
            yield {
                "id": n + 1, "guild_id": guild, "state": "announced" if starts > now else "held",
                "title": f"Meeting {n}", "text": "Come and meet the others", "zone": "UTC", "starts_at": starts,
                "ends_at": starts + DAY // 24, "where": "Online", "created_at": now, "capacity": None, "sequence": 0,
                "split": 1, "swept": 0, "closed": 0,
            }  # fmt: skip

    def signups() -> Iterator[dict[str, object]]:
        for n in range(rows // 2):
            yield {
                "guild_id": guild, "event_id": n % max(10, rows // 100) + 1,
                "user_id": member[n % len(member)] + n // 5000, "answer": "going", "counted": 1, "answered_at": now,
            }  # fmt: skip

    def numbers() -> Iterator[dict[str, object]]:
        for n, slug in enumerate(sectors):
            for name in ("members.named", "members.counted", "pledges.active", "pledges.kept"):
                yield {"guild_id": guild, "name": name, "subject": slug, "value": rows // 100 + n}

    settings = (
        {"guild_id": guild, "name": name, "value": value} for name, value in {"set_up": "1", "name": "Bench"}.items()
    )
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=OFF")
    for table, made in (
        ("pledges", pledges()), ("members", members()), ("member_sectors", standing()), ("events", events()),
        ("signups", signups()), ("counters", numbers()), ("server_settings", settings),
    ):  # fmt: skip
        columns = metadata.tables[table].columns
        empty = {
            c.name: None if c.nullable or c.server_default is not None else (0 if "INT" in str(c.type) else "")
            for c in columns
        }
        first = next(made)
        names = [name for name in empty if name in first or columns[name].server_default is None]
        marks = ", ".join(f":{name}" for name in names)
        quoted = ", ".join(f'"{name}"' for name in names)
        sql = f"INSERT OR IGNORE INTO {table} ({quoted}) VALUES ({marks})"
        connection.execute(sql, empty | first)
        connection.executemany(sql, ({**empty, **row} for row in made))
    connection.commit()
    connection.execute("ANALYZE")
    connection.close()


def used(pid: int) -> float:
    """Return the processor time of a process so far, in milliseconds (Linux's own count in nanoseconds)."""
    return sum(int(path.read_text().split()[0]) for path in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e6


class Side:
    """One bot process on a loopback server of its own."""

    def __init__(self, server: Any, wire: Any, bot: Any, people: list[Any], room: Any) -> None:
        self.server, self.wire, self.bot, self.people, self.room = server, wire, bot, people, room

    async def block(self, command: str, options: dict[str, object], times: int) -> tuple[float, float]:
        """Run a command so many times; returns milliseconds of processor time each, and the middle wait."""
        cmd, words = await self.people[0]._find(self.room, command, 1, False)
        given = await self.people[0]._options(cmd, words, options)
        data = self.people[0]._scoped(cmd, {"id": cmd["id"], "name": cmd["name"], "type": 1, "options": given})
        before, waits = used(self.bot.proc.pid), []
        for _ in range(times):
            result = await self.people[0]._go(self.room, 2, json.loads(json.dumps(data)), None, "ack")
            if not result.ok:
                raise RuntimeError(f"/{command} gave no answer: {result.raw}")
            waits.append(result.ms)
        self.server.w.interactions.clear()
        self.server.w.tokens.clear()
        return (used(self.bot.proc.pid) - before) / times, statistics.median(waits)


async def run(tools: Path, rows: int, times: int, folder: Path) -> None:
    """Compare both bots over a database of so many rows, and print the table."""
    from client import Wire  # type: ignore[import-not-found]
    from launch import Bot  # type: ignore[import-not-found]
    from server import Server  # type: ignore[import-not-found]

    content = load(ROOT / "data")
    url = f"sqlite+aiosqlite:///{folder}/bench-{rows}.db"
    sides: list[Side] = []
    try:
        for ours in (True, False):
            server = await Server(rate_limits=False).start()
            wire = Wire(server.control)
            owner = await wire.user("owner")
            guild = await wire.guild(name="Bench", owner=owner)
            room = await wire.channel(guild=guild, name="bench")
            people = [owner]
            if ours:
                await upgrade(url)
                filled(database_path(url), int(guild["id"]), int(owner.id), rows, content)
                bot = Bot(server, [sys.executable, "run.py", "start"], env={"DATABASE_URL": url}, cwd=str(ROOT))
            else:
                answers = await known(sides[0], content, folder)
                bot = Bot(server, [sys.executable, "-m", "tests.bare_bot", str(answers)], cwd=str(ROOT))
            sides.append(Side(server, wire, bot, people, room))
            await bot.start()
            await bot.ready(60)
        await compare(sides[0], sides[1], content, rows, times)
    finally:
        for side in sides:
            await side.bot.kill9()
            await side.wire.close()
            await side.server.stop()


def options_of(given: dict[str, object], content: Content) -> dict[str, object]:
    """Return the options with the first sector's name in the place that is open."""
    return {name: next(iter(content.sectors)) if value == "?" else value for name, value in given.items()}


async def known(side: Side, content: Content, folder: Path) -> Path:
    """Ask ours everything once and write the answers down for the bare bot; returns the file."""
    answers: dict[str, Any] = {"ping": {"components": [], "files": []}}
    for label, command, given in COMMANDS:
        await side.people[0].slash(side.room, command, enforce=False, **options_of(given, content))
        answer = await side.people[0].slash(side.room, command, enforce=False, **options_of(given, content))
        message = answer.message or {}
        files = []
        for attached in message.get("attachments", ()):
            path = folder / f"{label.replace(' ', '_')}-{attached['filename']}"
            path.write_bytes(os.urandom(attached["size"]))
            files.append((attached["filename"], str(path)))
        answers[label.replace(" ", "-")] = {"components": message["components"], "files": files}
    path = folder / "answers.json"
    path.write_text(json.dumps(answers))
    return path


async def compare(ours: Side, bare: Side, content: Content, rows: int, times: int) -> None:
    """Print, for each command, ours beside the bare one."""
    print(f"\n{rows:,} pledges; {times} x {ROUNDS} calls each; milliseconds a command", flush=True)
    print(f"{'':20} {'processor time':^34}   {'until the answer (p50)':^28}")
    print(f"{'':20} {'ping':>8} {'bare':>8} {'ours':>8} {'ratio':>7}   {'ping':>8} {'bare':>8} {'ours':>8}", flush=True)
    for label, command, given in COMMANDS:
        figures: list[tuple[float, ...]] = []
        for side, name, options in (
            (ours, command, options_of(given, content)), (bare, label.replace(" ", "-"), {}), (bare, "ping", {})
        ):  # fmt: skip
            await side.block(name, options, 20)
        for _ in range(ROUNDS):
            mine = await ours.block(command, options_of(given, content), times)
            card = await bare.block(label.replace(" ", "-"), {}, times)
            ping = await bare.block("ping", {}, times)
            figures.append((ping[0], card[0], mine[0], mine[0] / card[0], ping[1], card[1], mine[1]))
        p, c, m, ratio, wp, wc, wm = (statistics.median(column) for column in zip(*figures, strict=True))
        print(f"{label:20} {p:8.2f} {c:8.2f} {m:8.2f} {ratio:6.2f}x   {wp:8.2f} {wc:8.2f} {wm:8.2f}", flush=True)


async def main() -> None:
    """Read the arguments and run for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tools", type=Path)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 1_000_000])
    parser.add_argument("--times", type=int, default=40)
    given = parser.parse_args()
    tools = given.tools.resolve()
    sys.path.insert(0, str(tools))
    for spec in tools.parent.glob("*/openapi.json"):
        os.environ.setdefault("DISCORD_SPEC", str(spec))
    for rows in given.rows:
        with tempfile.TemporaryDirectory() as folder:
            await run(tools, rows, given.times, Path(folder))


if __name__ == "__main__":
    asyncio.run(main())
