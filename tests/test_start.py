"""`run.py start`: what a host is told, and that the bot ends cleanly and in time."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest
from pydantic import SecretStr

from bot import logs, start
from bot.app import PERMISSIONS
from bot.content.fields import Fault
from bot.content.load import ContentError
from bot.errors import StorageUnavailable
from bot.settings import VARIABLES, Settings

TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAwMA.Fictio.nal-token-for-tests-0123456789abcdef"
Listener = Callable[[], Coroutine[Any, Any, None]]


class FakeBot:
    """The part of a bot that `start` touches. It connects at once and then runs until it is cancelled."""

    application_id = 4242
    user = "Cogwheel#0001"
    guilds = (object(), object())

    def __init__(self, fails: Exception | None = None, closing: float = 0) -> None:
        self.fails = fails
        self.closing = closing
        self.listeners: list[Listener] = []
        self.connected = asyncio.Event()
        self.closed = False
        self.token = ""

    def add_listener(self, listener: Listener, name: str) -> None:
        assert name == "on_ready"
        self.listeners.append(listener)

    def remove_listener(self, listener: Listener, name: str) -> None:
        self.listeners.remove(listener)

    async def start(self, token: str) -> None:
        self.token = token
        if self.fails is not None:
            raise self.fails
        for listener in list(self.listeners):
            await listener()
        self.connected.set()
        await asyncio.Event().wait()

    async def close(self) -> None:
        await asyncio.sleep(self.closing)
        self.closed = True


@pytest.fixture(autouse=True)
def _nothing_outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(logs, "configure", lambda *_, **__: None)
    before = signal.getsignal(signal.SIGTERM)
    yield
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record instead of ending the process."""
    calls: list[str] = []
    monkeypatch.setattr(start, "_end_now", lambda: calls.append("ended"))
    return calls


def use(monkeypatch: pytest.MonkeyPatch, bot: FakeBot | Exception) -> None:
    async def build(settings: Settings) -> FakeBot:
        if isinstance(bot, Exception):
            raise bot
        return bot

    monkeypatch.setattr(start, "build", build)


def test_without_a_token_eight_lines_lead_to_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(start, "load", Settings)
    monkeypatch.setattr(start, "hints", lambda: ["DISCORD_TOKN is not a setting: did you mean DISCORD_TOKEN?"])
    assert start.main() == 2
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 8 + 1
    assert "Reset Token" in lines[4]
    assert "run.py start" in lines[7]
    assert "did you mean DISCORD_TOKEN?" in lines[8]


def test_every_wrong_setting_is_told_and_nothing_starts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    monkeypatch.setenv("DISCORD_TOKEN", f"Bot {TOKEN}")
    assert start.main() == 2
    told = capsys.readouterr().out
    assert "- LOG_LEVEL is none of the choices" in told
    assert '- DISCORD_TOKEN starts with the word "Bot"' in told
    assert TOKEN not in told


def test_a_token_that_discord_refuses_ends_with_two_and_is_kept_out_of_the_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    configured: list[object] = []
    monkeypatch.setattr(logs, "configure", lambda *how, **named: configured.append((how, named)))
    monkeypatch.setattr(start, "load", lambda: Settings(discord_token=SecretStr(TOKEN), log_format="json"))
    use(monkeypatch, discord.LoginFailure())
    assert start.main() == 2
    assert configured == [(("INFO", "json"), {"token": TOKEN})]
    assert "does not accept the token" in capsys.readouterr().out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_closes_the_bot(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ended: list[str], number: signal.Signals
) -> None:
    bot = FakeBot()
    use(monkeypatch, bot)
    running = asyncio.create_task(start._guarded(Settings(), TOKEN))
    await bot.connected.wait()
    signal.raise_signal(number)
    assert await running == 0
    assert bot.closed
    assert bot.token == TOKEN
    assert ended == []
    assert TOKEN not in capsys.readouterr().out


async def test_once_connected_the_invite_link_asks_for_exactly_the_permissions_used(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ended: list[str]
) -> None:
    bot = FakeBot()
    use(monkeypatch, bot)
    running = asyncio.create_task(start._guarded(Settings(), TOKEN))
    await bot.connected.wait()
    told = capsys.readouterr().out
    assert "connected as Cogwheel#0001, in 2 server(s)" in told
    assert f"client_id=4242&scope=bot+applications.commands&permissions={PERMISSIONS.value}" in told
    assert bot.listeners == []  # a reconnect does not tell it again
    signal.raise_signal(signal.SIGTERM)
    await running


async def test_a_signal_during_start_up_is_not_lost(monkeypatch: pytest.MonkeyPatch, ended: list[str]) -> None:
    bot = FakeBot()

    async def build(settings: Settings) -> FakeBot:
        signal.raise_signal(signal.SIGTERM)
        return bot

    monkeypatch.setattr(start, "build", build)
    assert await start._guarded(Settings(), TOKEN) == 0
    assert bot.closed


async def test_closing_that_hangs_is_cut_short(monkeypatch: pytest.MonkeyPatch, ended: list[str]) -> None:
    bot = FakeBot(closing=3600)
    use(monkeypatch, bot)
    monkeypatch.setattr(start, "CLOSING_SECONDS", 0.0)
    running = asyncio.create_task(start._guarded(Settings(), TOKEN))
    await bot.connected.wait()
    signal.raise_signal(signal.SIGTERM)
    assert await running == 0
    assert not bot.closed
    assert start.LAST_SECONDS < 10


async def test_a_second_signal_ends_the_process_at_once(monkeypatch: pytest.MonkeyPatch, ended: list[str]) -> None:
    bot = FakeBot()
    use(monkeypatch, bot)
    running = asyncio.create_task(start._guarded(Settings(), TOKEN))
    await bot.connected.wait()
    signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGTERM)
    assert ended == ["ended"]
    await running


def http_error(kind: type[discord.HTTPException], status: int) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=status, reason="for a test")
    return kind(response, "for a test")


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (discord.LoginFailure("Improper token has been passed."), 2, "choose Reset Token"),
        (discord.PrivilegedIntentsRequired(None), 2, "refuses an intent"),
        (aiohttp.ClientConnectionError("no route"), 1, "check the network connection"),
        (discord.GatewayNotFound(), 1, "check the network connection"),  # type: ignore[no-untyped-call]
        (PermissionError(13, "Permission denied", "cogwheel.lock"), 1, "cogwheel.lock"),
        (TimeoutError(), 1, "check the network connection"),
        (http_error(discord.DiscordServerError, 503), 1, "answered with an error (503)"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
async def test_a_failed_connection_is_one_sentence_and_a_code(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    code: int,
    sentence: str,
) -> None:
    bot = FakeBot(fails=error)
    use(monkeypatch, bot)
    assert await start._guarded(Settings(), TOKEN) == code
    told = capsys.readouterr().out
    assert sentence in told
    assert told.count("\n") == 1
    assert bot.closed


@pytest.mark.parametrize("why", [*start.UNAVAILABLE, "something new"])
async def test_a_database_that_cannot_be_used_is_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], why: str
) -> None:
    use(monkeypatch, StorageUnavailable(why))
    assert await start._guarded(Settings(), TOKEN) == 1
    told = capsys.readouterr().out
    assert told.startswith(f"The database {Settings().database_path} ")
    assert start.UNAVAILABLE.get(why, why) in told


async def test_broken_content_is_told_fault_by_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    faults = [Fault("sectors.toml", "law", "name", "is empty"), Fault("faq.toml", "", "", "is missing")]
    use(monkeypatch, ContentError(Path("data"), faults))
    assert await start._guarded(Settings(), TOKEN) == 2
    told = capsys.readouterr().out.splitlines()
    assert told[1:] == [f"- {fault}" for fault in faults]


async def test_a_fault_of_our_own_is_logged_and_not_dressed_up_as_the_hosts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    bot = FakeBot(fails=ZeroDivisionError())
    use(monkeypatch, bot)
    assert await start._guarded(Settings(), TOKEN) == 1
    assert "an error of its own" in capsys.readouterr().out
    assert [record.exc_info is not None for record in caplog.records if record.name == "bot.start"] == [True]
    assert bot.closed
