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
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
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


PURPOSES = ("welcome", "announcements", "questions", "ideas", "pledges", "organisers")


async def walk(run: Run, server: Any, wire: Any, bot: Any) -> None:
    """Set up, join, pledge, decide, announce, ask; kill and start again in the middle."""
    owner = await wire.user("owner")
    guild = await wire.guild(name="Harbour", owner=owner)
    rooms = {
        name: await wire.channel(guild=guild, name=name, type=5 if name == "announcements" else 0) for name in PURPOSES
    }
    organisers = await wire.role(guild=guild, name="Organisers", permissions=["manage_messages", "manage_events"])
    room = rooms["ideas"]
    anna = await wire.user("anna", guild=guild)
    olga = await wire.user("olga", guild=guild, roles=[organisers])
    otto = await wire.user("otto", guild=guild, roles=[organisers])
    await bot.start()
    print(f"ready after {await bot.ready():.1f} s", flush=True)

    async def posts(name: str, words: str) -> Any:
        async def look() -> Any:
            found = [m for m in await wire.messages(channel=rooms[name]) if words in str(m)]
            return found[-1] if found else None

        return await until(look)

    # A newcomer, and help for anyone.
    refused = await run.timed("pledge make (not joined)", lambda: anna.slash(room, "pledge make"), 20)
    run.check("a newcomer hears what to do first", "/join" in refused.all_text, refused.all_text)
    helped = await run.timed("report", lambda: anna.slash(room, "report"), 20)
    run.check("help is there before set-up", "112" in helped.all_text, helped.all_text)
    await run.timed("help", lambda: anna.slash(room, "help"), 20)

    # Set up.
    wizard = await run.timed("setup start", lambda: owner.slash(room, "setup start"))
    for label in ("Use these", "Go on", "Finish"):
        shown = [c.get("label") for c in wizard.components if c.get("type") == 2]
        if label in shown:
            wizard = await owner.click(wizard, label)
    print("set-up ended with:", wizard.all_text[:200].replace("\n", " / "), flush=True)
    await run.timed("setup check", lambda: owner.slash(room, "setup check"), 5)

    # Join: a form, a card, Save.
    form = await run.timed("join", lambda: anna.slash(room, "join"), 20)
    sector = next(c for c in form.components if c.get("custom_id") == "sectors")["options"][0]["value"]
    joined = await anna.submit_modal(form, sectors=[sector], consent=["yes"], visibility="named")
    saved = await anna.click(joined, "Save")
    run.check("joined", saved.ok, saved.raw)
    await run.timed("profile", lambda: anna.slash(room, "profile"), 20)

    # Pledge: browse, form, draft, submit; the organisers' card arrives by itself.
    browse = await run.timed("pledge make (browse)", lambda: anna.slash(room, "pledge make"), 20)
    form = await anna.click(browse, "Write my own")
    draft = await anna.submit_modal(form, what="Hold a briefing for all staff", done_when="All have been to one")
    handed = await run.timed("pledge submit", lambda: anna.click(draft, "Submit"))
    run.check("handed in", "organisers have it" in handed.all_text, handed.all_text)
    card = await posts("organisers", "Hold a briefing")
    run.check("the organisers' card arrived", card)

    # Kill without warning; the old button and a form that was open still answer.
    late = await anna.slash(room, "pledge make")
    late_form = await anna.click(late, "Write my own")
    await bot.kill9()
    await bot.start()
    print(f"ready again after {await bot.ready(commands=0):.1f} s", flush=True)
    after = await anna.submit_modal(late_form, what="Typed before the crash", done_when="It is there")
    run.check("a form open over the crash arrives", "Typed before the crash" in after.all_text, after.all_text)
    both = await asyncio.gather(olga.click(card, "Approve"), otto.click(card, "Approve"))
    said = [answer.all_text for answer in both]
    run.check("one approval, and the other hears who", sum("Already" in text for text in said) == 1, said)
    run.check("the public card arrived", await posts("pledges", "Hold a briefing"))
    await run.timed("pledge list", lambda: anna.slash(room, "pledge list"), 20)
    await run.timed("review queue", lambda: olga.slash(room, "review queue"), 20)
    await run.timed("wheel", lambda: anna.slash(room, "wheel"), 20)
    await run.timed("events", lambda: anna.slash(room, "events"), 20)
    await run.timed("faq (topics)", lambda: anna.slash(room, "faq"), 20)
    await run.timed("faq (question)", lambda: anna.slash(room, "faq", question="how do I get involved?"), 20)

    # Announce, and sign up.
    event = {"title": "Newcomers", "starts": "tomorrow 18:00"}
    form = await run.timed("announce event", lambda: olga.slash(rooms["organisers"], "announce event", **event))
    preview = await olga.submit_modal(form, text="Come and meet the others")
    posted = await run.timed("announce: post now", lambda: olga.click(preview, "Post now"))
    run.check("announced", posted.ok, posted.raw)
    event = await posts("announcements", "Going")
    run.check("the event stands in its channel", event)
    if event:
        going = await run.timed("sign up", lambda: anna.click(event, "Going"))
        run.check("signed up", going.ok, going.raw)

    # The remaining commands, each with what its own list offers.
    for command, option, who in (
        ("pledge show", "pledge", anna),
        ("pledge update", "pledge", anna),
        ("wheel", "sector", anna),
        ("report", "country", anna),
        ("announce edit", "event", olga),
        ("announce cancel", "event", olga),
    ):
        offered = await who.autocomplete(room, command, option)
        if offered.choices:
            picked = {option: offered.choices[0]["value"]}
            answer = await run.timed(f"{command} {option}:", partial(who.slash, room, command, **picked), 5)
            run.check(f"/{command} answers", answer.ok and "reference" not in answer.all_text, answer.all_text)
        else:
            run.check(f"/{command} offers something", False, offered.raw)
    mine = await run.timed("pledge list mine:", lambda: anna.slash(room, "pledge list", mine=True), 5)
    run.check("/pledge list mine answers", mine.ok, mine.raw)
    gaps = await run.timed("knowledge gaps", lambda: olga.slash(room, "knowledge gaps"), 5)
    run.check("/knowledge gaps answers", gaps.ok, gaps.raw)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(Path(sys.argv[1]).resolve())))
