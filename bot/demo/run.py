"""`run.py demo`: the bot of `run.py start` on an offline Discord, in the browser. No token, no network."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from bot import logs
from bot.bootstrap import build
from bot.content.load import ContentError
from bot.demo.clock import Clock
from bot.demo.home import Home
from bot.demo.keep import Kept
from bot.demo.preview import Views
from bot.demo.simulator import NotAWorld, Simulator
from bot.demo.story import Story, read
from bot.demo.world import World
from bot.errors import StorageUnavailable
from bot.servers.model import Channel
from bot.settings import ROOT, Settings

HOST = "127.0.0.1"
"""This machine only: whoever reaches the demo can be anybody in it."""
_NEAR = 50
_OFFERED = 3


class CannotStart(Exception):
    """The demo can not start; the text is a sentence for the person at the terminal."""


def main(port: int, keep: Path | None, no_browser: bool) -> int:
    """Run the demo until Ctrl-C and return the exit code: 0, or 1 with a sentence on what to do instead.

    ``keep`` is a folder to keep everything in and to go on from; without it everything is forgotten at the end.
    """
    logs.configure("WARNING")
    try:
        listener = listen(port)
        with listener, _folder(keep) as folder:
            asyncio.run(_serve(listener, Kept(folder), no_browser))
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def listen(port: int) -> socket.socket:
    """Return a socket that is bound to the port. Raises CannotStart where it is taken, naming free ones nearby."""
    try:
        return _bound(port)
    except OSError as error:
        free = [str(other) for other in range(port + 1, min(port + _NEAR, 65535) + 1) if _is_free(other)][:_OFFERED]
        why = "needs more rights than you have" if error.errno == errno.EACCES else "is in use"
        advice = (
            f"these are free: {', '.join(free)}. Try: python run.py demo --port {free[0]}" if free else "choose another"
        )
        raise CannotStart(f"Port {port} {why}; {advice}") from None


def _bound(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there it would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def _is_free(port: int) -> bool:
    try:
        _bound(port).close()
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="cogwheel-demo-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


async def _serve(listener: socket.socket, kept: Kept, no_browser: bool) -> None:
    stop = asyncio.Event()
    _on_signals(stop)
    port = int(listener.getsockname()[1])
    async with open_demo(kept, port) as home:
        runner = web.AppRunner(home.app(), access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.SockSite(runner, listener).start()
            url = f"http://{HOST}:{port}/"
            print(f"Cogwheel demo: {url}\nCtrl-C ends it.", flush=True)
            if not no_browser:
                await asyncio.to_thread(webbrowser.open, url)
            await stop.wait()
        finally:
            await runner.cleanup()
    print("\nThe demo has ended.", flush=True)


@contextlib.asynccontextmanager
async def open_demo(kept: Kept, port: int) -> AsyncIterator[Home]:
    """Start the bot on its offline Discord, as it was kept or with the story told anew, and give its home page.

    Time passes inside the block. Raises CannotStart.
    """
    story = read(ROOT / "data" / "demo.toml")
    try:
        world = kept.load()
        bot = await build(Settings(database_url=kept.database_url, content_dir=ROOT / "data"), shard_count=1)
    except OSError as error:
        raise CannotStart(f"The folder {kept.folder} cannot be used: {error.strerror or error}.") from None
    except StorageUnavailable as error:
        raise CannotStart(
            f"The database in {kept.folder} cannot be used ({error}): end the other demo that runs in this folder, or "
            "give --keep another one."
        ) from None
    except ContentError as error:
        raise CannotStart(str(error)) from None
    simulator = Simulator(bot)
    try:
        await _begin(simulator, story, kept, world)
        views = Views(simulator, port)

        async def changed() -> None:
            kept.save(simulator.state())
            await views.refresh()

        clock = Clock(simulator, changed)
        await _show(simulator, story, views)
        running = asyncio.create_task(clock.run(), name="demo clock")
        try:
            yield Home(simulator, story, views, clock, port)
        finally:
            running.cancel()
            await asyncio.wait({running})
            kept.save(simulator.state())
            await views.close()
            await simulator.stop()
    finally:
        if not bot.is_closed():
            await (bot.close() if simulator.started else bot.services.database.close())


async def _begin(simulator: Simulator, story: Story, kept: Kept, world: bytes | None) -> None:
    now = datetime.now(UTC)
    if world is None:
        await World(simulator, story, now).tell()
        kept.save(simulator.state())
        return
    try:
        simulator.restore(world)
    except NotAWorld:
        raise CannotStart(
            f"What is in {kept.folder} was kept by another version of the demo: give --keep another folder."
        ) from None
    simulator.jump(now)
    if not simulator.has_commands:
        await simulator.bot.services.servers.remember("commands", "")
    await simulator.start()


async def _show(simulator: Simulator, story: Story, views: Views) -> None:
    people = [simulator.member(person.key) for person in story.visitors]
    channels = simulator.guild.channels
    for purpose in Channel:
        await views.open(purpose.value, f"#{purpose.value}", channels[purpose.value], people, story.server.zone)
    for person, member in zip(story.visitors, people, strict=True):
        await views.open(f"dm-{person.key}", f"Messages to {person.name}", member.user.dm_channel, [member.user],
                         story.server.zone)  # fmt: skip


def _on_signals(stop: asyncio.Event) -> None:
    """End in good order on Ctrl-C and on being asked to; a second Ctrl-C ends at once."""
    loop = asyncio.get_running_loop()

    def asked(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        loop.call_soon_threadsafe(stop.set)

    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if (number := getattr(signal, name, None)) is not None:
            signal.signal(number, asked)
