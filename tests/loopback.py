"""The bot as a real process against a loopback Discord: ``python -m tests.loopback FOLDER``.

FOLDER holds a server that speaks Discord's HTTP and gateway on 127.0.0.1, checks every body against
Discord's own description, and kills. Prints a table of times beside a bare bot's ``/ping`` and ends
with "N passed, M failed".
"""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PERMISSIONS = 0
Step = Callable[[], Awaitable[Any]]


class Run:
    """One loopback server, one bot process, a few people, and what was found out."""

    def __init__(self, tools: Path) -> None:
        sys.path.insert(0, str(tools))
        spec = next(tools.parent.glob("*/openapi.json"), None)
        if spec is not None:
            os.environ.setdefault("DISCORD_SPEC", str(spec))
        self.tools = tools
        self.results: list[bool] = []
        self.times: dict[str, list[float]] = {}

    def check(self, name: str, good: object, note: object = "") -> None:
        """Note one outcome."""
        self.results.append(bool(good))
        print(f"{'pass' if good else 'FAIL'}  {name}{'' if good else f'   <- {note}'}", flush=True)

    async def timed(self, name: str, step: Step, times: int = 1) -> Any:
        """Do something and keep the milliseconds from dispatch to the first answer."""
        result = None
        for _ in range(times):
            result = await step()
            if result.ms is not None:
                self.times.setdefault(name, []).append(result.ms)
        return result


async def until(test: Callable[[], Awaitable[Any]], seconds: float = 8.0) -> Any:
    """Return what the test gives once it gives something."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while loop.time() < end:
        if found := await test():
            return found
        await asyncio.sleep(0.05)
    return None


async def main(tools: Path) -> int:
    """Run everything; returns the exit code."""
    run = Run(tools)
    from client import Wire  # type: ignore[import-not-found]
    from launch import Bot  # type: ignore[import-not-found]
    from server import Server  # type: ignore[import-not-found]

    with tempfile.TemporaryDirectory() as folder:
        server = await Server(rate_limits=False).start()
        wire = Wire(server.control)
        bot = Bot(
            server,
            [sys.executable, "run.py", "start"],
            env={"DATABASE_URL": f"sqlite+aiosqlite:///{folder}/loopback.db", "LOG_LEVEL": "INFO"},
            cwd=str(ROOT),
        )
        try:
            await walk(run, server, wire, bot)
        finally:
            if bot.alive:
                code = await bot.end(signal.SIGTERM)
                run.check("SIGTERM ends it cleanly", code == 0, code)
            await wire.close()
            violations = await server.control.violations()
            run.check("no body against Discord's description", not violations, violations[:3])
            unknown = await server.control.unknown()
            run.check("no route Discord does not have", not unknown, unknown[:3])
            await server.stop()
    await floor(run)
    for name, figures in sorted(run.times.items()):
        print(f"{name:28} p50 {statistics.median(figures):6.1f} ms  n={len(figures)}")
    failed = run.results.count(False)
    print(f"{len(run.results) - failed} passed, {failed} failed")
    return 1 if failed else 0


async def floor(run: Run) -> None:
    """Time a bare bot's /ping on the same machine in the same run."""
    from client import Wire
    from launch import Bot
    from server import Server

    server = await Server(rate_limits=False).start()
    wire = Wire(server.control)
    bot = Bot(server, [sys.executable, str(run.tools / "samplebot.py")])
    try:
        owner = await wire.user("owner")
        guild = await wire.guild(name="Floor", owner=owner)
        room = await wire.channel(guild=guild, name="general")
        await bot.start()
        await bot.ready()
        await run.timed("(bare bot) ping", lambda: owner.slash(room, "ping"), 30)
    finally:
        await bot.kill9()
        await wire.close()
        await server.stop()


async def walk(run: Run, server: Any, wire: Any, bot: Any) -> None:
    """Set up, join, pledge, decide, announce, ask; kill and start again in the middle."""
    owner = await wire.user("owner")
    guild = await wire.guild(name="Harbour", owner=owner)
    room = await wire.channel(guild=guild, name="general")
    anna = await wire.user("anna", guild=guild)
    await bot.start()
    print(f"ready after {await bot.ready():.1f} s", flush=True)
    refused = await run.timed("pledge make (not joined)", lambda: anna.slash(room, "pledge make"), 20)
    run.check("a newcomer hears what to do first", "/join" in refused.all_text, refused.all_text)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(Path(sys.argv[1]).resolve())))
