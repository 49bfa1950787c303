"""Two organisers decide the same pledge at the same instant: ``python -m tests.contest FOLDER [--times N]``.

FOLDER holds the server that ``tests.loopback`` runs against. The bot is a real process; for each pledge one organiser
presses *Approve* while another hands in *Decline* with a reason. Printed is who won how often, what the losers heard,
and what the database holds afterwards; ends with 1 unless every pledge was decided exactly once.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.content.load import load
from bot.storage.database import database_path
from bot.storage.upgrade import upgrade

ROOT = Path(__file__).resolve().parent.parent


def filled(path: Path, guild: int, organisers: int, pledges: int) -> None:
    """Write pledges that wait for a decision straight into the file."""
    now = time.time_ns() // 1000
    sector = load(ROOT / "data").core_sectors()[0].slug
    with closing(sqlite3.connect(path)) as connection:
        choices = {"set_up": "1", "roles.organiser": str(organisers)}
        connection.executemany(
            "INSERT INTO server_settings (guild_id, name, value) VALUES (?, ?, ?)",
            [(guild, name, value) for name, value in choices.items()],
        )
        connection.executemany(
            "INSERT INTO pledges (id, guild_id, maker_id, sector, what, done_when, help_wanted, visibility, status,"
            " review, progress, note, evidence, needs_help, created_at, changed_at, queued_at)"
            " VALUES (?, ?, ?, ?, ?, 'It is done', '', 'named', 'submitted', 'before', 0, '', '', 0, ?, ?, ?)",
            [
                (n, guild, 10**17 + n, sector, f"Pledge number {n}", now + n, now + n, now + n)
                for n in range(1, pledges + 1)
            ],
        )
        connection.commit()


def decided(path: Path) -> tuple[Counter[str], Counter[int]]:
    """Return how many pledges stand in each status, and how many have how many decisions."""
    with closing(sqlite3.connect(path)) as connection:
        statuses = Counter(status for (status,) in connection.execute("SELECT status FROM pledges"))
        decisions = Counter(
            number
            for (number,) in connection.execute(
                "SELECT (SELECT count(*) FROM pledge_history h WHERE h.pledge_id = p.id"
                " AND h.act IN ('approve', 'decline')) FROM pledges p"
            )
        )
    return statuses, decisions


async def contest(room: Any, olga: Any, otto: Any) -> tuple[str, str]:
    """Decide what waits longest, both at once; returns who won and what the other heard."""

    async def opened(who: Any) -> Any:
        queue = await who.slash(room, "review queue")
        menu = next(c for c in queue.components if str(c.get("custom_id", "")).startswith("1:review.open"))
        return await who.select(queue, menu["custom_id"], [menu["options"][0]["value"]])

    hers, his = await asyncio.gather(opened(olga), opened(otto))
    form = await otto.click(his, "Decline")
    approved, declined = await asyncio.gather(
        olga.click(hers, "Approve"), otto.submit_modal(form, reason="Another time")
    )
    lost = [answer for answer in (approved, declined) if "Already" in answer.all_text]
    if len(lost) != 1:
        return "nobody or both", repr((approved.all_text, declined.all_text))
    return ("Approve" if lost[0] is declined else "Decline"), lost[0].all_text.splitlines()[0].split("<@")[0]


async def main() -> int:
    """Run, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tools", type=Path)
    parser.add_argument("--times", type=int, default=1_000)
    given = parser.parse_args()
    tools = given.tools.resolve()
    sys.path.insert(0, str(tools))
    for spec in tools.parent.glob("*/openapi.json"):
        os.environ.setdefault("DISCORD_SPEC", str(spec))
    from client import Wire  # type: ignore[import-not-found]
    from launch import Bot  # type: ignore[import-not-found]
    from server import Server  # type: ignore[import-not-found]

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/contest.db"
        server = await Server(rate_limits=False).start()
        wire = Wire(server.control)
        owner = await wire.user("owner")
        guild = await wire.guild(name="Harbour", owner=owner)
        room = await wire.channel(guild=guild, name="organisers")
        role = await wire.role(guild=guild, name="Organisers", permissions=["manage_messages"])
        olga = await wire.user("olga", guild=guild, roles=[role])
        otto = await wire.user("otto", guild=guild, roles=[role])
        await upgrade(url)
        filled(database_path(url), int(guild["id"]), int(role["id"]), given.times)
        bot = Bot(server, [sys.executable, "run.py", "start"], env={"DATABASE_URL": url}, cwd=str(ROOT))
        try:
            await bot.start()
            await bot.ready(60)
            outcomes = Counter([await contest(room, olga, otto) for _ in range(given.times)])
            violations = await server.control.violations()
        finally:
            await bot.term()
            await wire.close()
            await server.stop()
        statuses, decisions = decided(database_path(url))
    for (winner, heard), number in outcomes.most_common():
        print(f"{number:6}  {winner} won; the other heard: {heard}")
    print(
        f"statuses: {dict(statuses)}; pledges by number of decisions: {dict(decisions)}; violations: {len(violations)}"
    )
    return 0 if set(decisions) == {1} and not violations else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
