"""`run.py start`: from settings to a running bot, and to a clean end within ten seconds of being asked to.

Exit codes: 0 after a clean end, 1 when something outside failed (network, database), 2 when a setting has to change.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator
from typing import Any

import aiohttp
import discord

from bot import __version__, logs
from bot.app import PERMISSIONS, Cogwheel
from bot.bootstrap import build
from bot.content.load import ContentError
from bot.errors import StorageUnavailable
from bot.settings import Settings, SettingsError, hints, load

FAILED = 1
UNUSABLE = 2
CLOSING_SECONDS = 7.5
"""How long closing may take before what is left is cancelled."""
LAST_SECONDS = 9.5
"""When the process ends whatever happens: Docker, for one, kills after ten."""

NO_TOKEN = """\
Cogwheel needs a bot token from Discord. It takes about three minutes:
1. Open https://discord.com/developers/applications and sign in.
2. Choose New Application, give it a name, and agree to the terms.
3. Open the page Bot; leave all three Privileged Gateway Intents off.
4. Choose Reset Token, confirm, and copy the token. Show it to nobody.
5. Copy the file .env.example to a new file named .env, beside run.py.
6. In .env, write the token behind DISCORD_TOKEN= and save the file.
7. Run: python run.py start - it prints the link that invites the bot to your server."""

UNAVAILABLE = {
    "locked": "is in use by another process: stop the other Cogwheel, then start this one",
    "read-only": "cannot be written to: give this user the right to write the file and its folder",
    "missing": "cannot be opened: check that DATABASE_URL names the right file",
    "corrupt": "is damaged: put a backup in its place; python run.py check tells more",
    "full": "has no room left on its disk: free some space",
    "closed": "was closed too early: start again",
}

_log = logging.getLogger(__name__)


def main() -> int:
    """Run the bot until it is told to stop; return the exit code."""
    try:
        settings = load()
    except SettingsError as error:
        _say("Settings that have to change first:", *(f"- {fault}" for fault in error.faults))
        return UNUSABLE
    if settings.discord_token is None:
        _say(NO_TOKEN, *(f"Note: {hint}" for hint in hints()))
        return UNUSABLE
    token = settings.discord_token.get_secret_value()
    logs.configure(settings.log_level, settings.log_format, token=token)
    return asyncio.run(_guarded(settings, token))


def invite(application_id: int) -> str:
    """Return the link that invites the bot with exactly the permissions it uses."""
    return discord.utils.oauth_url(application_id, permissions=PERMISSIONS, scopes=("bot", "applications.commands"))


async def _guarded(settings: Settings, token: str) -> int:
    """Run, and turn every failure that a host can do something about into a sentence and an exit code."""
    asyncio.get_running_loop().set_exception_handler(logs.loop_error)
    try:
        await run(settings, token)
    except ContentError as error:
        _say(f"Content in {error.folder} that has to change first:", *(f"- {fault}" for fault in error.faults))
        return UNUSABLE
    except StorageUnavailable as error:
        _say(f"The database {settings.database_path} {UNAVAILABLE.get(error.why, 'cannot be used: ' + error.why)}.")
        return FAILED
    except discord.LoginFailure:
        _say("Discord does not accept the token: choose Reset Token on the Bot page and put the new one in its place.")
        return UNUSABLE
    except discord.PrivilegedIntentsRequired:
        _say("Discord refuses an intent that the bot asked for: this version was changed to need a privileged one.")
        return UNUSABLE
    except (aiohttp.ClientError, discord.GatewayNotFound, ConnectionError, TimeoutError) as error:
        _say(f"Discord cannot be reached ({type(error).__name__}): check the network connection and start again.")
        return FAILED
    except discord.HTTPException as error:
        _say(f"Discord answered with an error ({error.status}): wait a few minutes and start again.")
        return FAILED
    except OSError as error:
        _say(f"A file cannot be used ({error.strerror or error}): {error.filename}. Check its place and rights.")
        return FAILED
    except Exception:
        _log.exception("ended by an error of its own")
        _say("Cogwheel met an error of its own and ended; the log names the place. Nothing acknowledged is lost.")
        return FAILED
    return 0


async def run(settings: Settings, token: str) -> None:
    """Build the bot, which upgrades the database, and run it until a signal asks it to end.

    Raises what the parts raise: ContentError, StorageUnavailable, discord.py's and aiohttp's errors.
    """
    stop = asyncio.Event()
    with _signals(stop.set):
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # voice is not used
        bot = await build(settings)
        try:
            _greet(bot)
            await _until(stop, bot.start(token))
        finally:
            await _close(bot)


async def _until(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Run `work` until it ends, raising what it raises, or until `stop` is set, which cancels it."""
    running = asyncio.create_task(work, name="bot")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        stopping.cancel()
        running.result()
    else:
        running.cancel()
        await asyncio.wait({running}, timeout=1)


async def _close(bot: Cogwheel) -> None:
    try:
        async with asyncio.timeout(CLOSING_SECONDS):
            await bot.close()
    except TimeoutError:
        _log.warning("closing took longer than %.1f s and was cut short", CLOSING_SECONDS)


def _greet(bot: Cogwheel) -> None:
    """Once connected, tell the host the invite link and how many servers there are; later reconnects stay quiet."""

    async def ready() -> None:
        bot.remove_listener(ready, "on_ready")
        application = bot.application_id
        if application is not None:
            _say(
                f"Cogwheel {__version__} is connected as {bot.user}, in {len(bot.guilds)} server(s). Ctrl-C ends it.",
                f"Invite it with exactly the permissions it uses: {invite(application)}",
            )

    bot.add_listener(ready, "on_ready")


@contextlib.contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` in the loop on the first SIGINT or SIGTERM; a second one, or `LAST_SECONDS`, ends the process."""
    loop = asyncio.get_running_loop()
    deadline = threading.Timer(LAST_SECONDS, _end_now)
    deadline.daemon = True  # a clean end need not wait for it

    def asked(number: int, _: object) -> None:
        if deadline.is_alive():
            _end_now()
        else:
            deadline.start()
            _log.info("asked to end by %s", signal.Signals(number).name)
            loop.call_soon_threadsafe(stop)

    before = {number: signal.signal(number, asked) for number in _stop_signals()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        # The timer stays: if Python itself hangs at exit (a thread that does not end), it still ends the process.


def _stop_signals() -> Iterable[signal.Signals]:
    names = ("SIGINT", "SIGTERM", "SIGBREAK")  # the last one is what Windows sends a process group
    return [getattr(signal, name) for name in names if hasattr(signal, name)]


def _end_now() -> None:
    """End without waiting for anything: what was acknowledged is in the database, which survives this."""
    os._exit(FAILED)


def _say(*lines: str) -> None:
    print(*lines, sep="\n", file=sys.stdout, flush=True)
