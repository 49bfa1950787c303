"""Everything the demo does to the offline Discord beyond its public interface, in one place.

Pinned to simcord 3.2.1; the browser's side of it is in ``preview.py``.
"""

from __future__ import annotations

import asyncio
import io
import math
import pickle
from collections.abc import Coroutine, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

import discord
import simcord
import simcord.interactions
from simcord import _settlement
from simcord.backend import Backend

from bot.app import Cogwheel
from bot.delivery.outbox import Outbox

T = TypeVar("T")

SETTLE_SECONDS = 30.0
"""Longest real time that one step of the simulation may take."""

_LOCALES = "cogwheel_locales"
_FORGOTTEN = ("subscribers", "http_requests", "transcript")
"""What is not kept: who listens now, and logs that only grow."""
_DATA = ("simcord.", "datetime.", "collections.")
"""Modules whose classes only hold data."""
_ENUMS = ("bot.", "discord.")
"""Modules of which only enumerations are read: the bot leaves values of them in what it posts."""
_BUILTINS = frozenset({"set", "frozenset", "bytearray", "object"})


_PINNED = discord.MessageType.pins_add.value


class NotAWorld(Exception):
    """The bytes are no world that this version kept."""


class Simulator:
    """An offline Discord with one bot on it. The world may be built or restored before :meth:`start`."""

    def __init__(self, bot: Cogwheel) -> None:
        _prepare()
        self.bot = bot
        self.env = simcord.Env(bot, check_errors=False, strict_sync=False, settle_timeout=SETTLE_SECONDS)
        self._let_wait(bot.services.outbox)

    def _let_wait(self, outbox: Outbox) -> None:
        """Let doorways wait a moment for a post: only time ends that, so the simulator must not wait for them."""
        settled = outbox.settled

        async def waiting(row_id: int, seconds: float = 2.0) -> str:
            state: str = await self.env.external_wait(settled(row_id, seconds), reason="a post that is on its way")
            return state

        vars(outbox)["settled"] = waiting

    @property
    def now(self) -> datetime:
        """The simulated instant, UTC."""
        return self.env.now()

    def begin_at(self, moment: datetime) -> None:
        """Let time start at this instant. Only before :meth:`start`."""
        self.env.backend.clock._epoch = moment

    def jump(self, moment: datetime) -> None:
        """Move the clock ahead to an instant without stopping at what is due on the way."""
        ahead = (moment - self.now).total_seconds()
        if ahead > 0:
            self.env.backend.advance_clock(ahead)

    @property
    def started(self) -> bool:
        """Whether the bot has been logged in."""
        return bool(self.env._generation)

    async def start(self) -> None:
        """Log the bot in and let it settle."""
        self._leave_for_later()
        await self.env.start()
        await self.env.settle()

    async def stop(self) -> None:
        """Take the bot off. Does not close it."""
        await self.env.shutdown()
        vars(_settlement)["_callback_fire_time"] = self._fires

    def _leave_for_later(self) -> None:
        """Answer a click at once, and leave what is due later to the clock.

        Settling would otherwise sit out, in real time, every timer that ends before its own time limit.
        """
        self._fires = _settlement._callback_fire_time
        vars(_settlement)["_callback_fire_time"] = _never

    async def inside(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something as the bot's own work: on its clock, and waited for when it settles."""
        with self.env._bot_scope():
            task = asyncio.create_task(work)
        result = await task
        await self.env.settle()
        return result

    async def pass_time(self, seconds: float) -> None:
        """Let time pass, with everything that is due on the way."""
        await self.env.advance_time(seconds)

    # The world.

    @property
    def guild(self) -> simcord.GuildHandle:
        """The one server."""
        return simcord.GuildHandle(self.env, next(iter(self.env.backend.guilds.values())))

    def member(self, username: str) -> simcord.MemberActor:
        """The person with this user name. Raises KeyError for one who is not there."""
        guild = self.guild
        for user_id in guild.member_ids():
            user = self.env.backend.users[user_id]
            if user.name == username:
                return simcord.MemberActor(self.env, guild, simcord.UserHandle(self.env, user))
        raise KeyError(username)

    def name_bot(self, name: str) -> None:
        """Give the bot its name. Its role in a server that is made afterwards has the same."""
        self.env.backend.bot_user.name = name

    def drop_pin_notices(self) -> None:
        """Delete the lines "pinned a message": here they would stand between a card and the people who come for it."""
        for messages in self.env.backend.messages.values():
            for number in [number for number, message in messages.items() if message.type == _PINNED]:
                del messages[number]

    def permit(self, role: simcord.RoleHandle, permissions: discord.Permissions) -> None:
        """Leave a role exactly these permissions."""
        self.env.backend.edit_role(self.guild.id, role.id, {"permissions": permissions.value})

    def speak(self, user_id: int, locale: str) -> None:
        """From now on this person uses Discord in this language, such as "sv-SE"."""
        locales: Mapping[int, str] = getattr(self.env.backend, _LOCALES, {})
        setattr(self.env.backend, _LOCALES, {**locales, user_id: locale})

    @property
    def requests(self) -> int:
        """How many requests the bot has made; a change means that there may be something new to see."""
        return len(self.env.http_requests)

    @property
    def has_commands(self) -> bool:
        """Whether this Discord knows any command of the bot."""
        return any(self.env.backend.commands.values())

    def message_menus(self) -> list[str]:
        """The names of the bot's menus on messages, as Discord knows them."""
        wanted = discord.AppCommandType.message.value
        return sorted({name for known in self.env.backend.commands.values() for name, kind in known if kind == wanted})

    # Keeping it.

    def state(self) -> bytes:
        """Return the whole world, to be given to :meth:`restore` later."""
        kept = {name: value for name, value in self.env.backend.__dict__.items() if name not in _FORGOTTEN}
        return pickle.dumps(kept, protocol=5)

    def restore(self, data: bytes) -> None:
        """Go on in a world that was kept. Only before :meth:`start`. Raises NotAWorld."""
        try:
            kept = _Reader(io.BytesIO(data)).load()
        except Exception as error:
            raise NotAWorld from error
        if not isinstance(kept, dict) or not kept.get("guilds"):
            raise NotAWorld
        self.env.backend.__dict__.update(kept)


class _Reader(pickle.Unpickler):
    """Reads kept worlds and nothing that could run code of somebody else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class that holds data; anything else is refused."""
        found = super().find_class(module, name)
        plain = module == "builtins" and name in _BUILTINS
        data = f"{module}.".startswith(_DATA) and isinstance(found, type)
        enum = module.startswith(_ENUMS) and isinstance(found, type) and issubclass(found, Enum)
        if not (plain or data or enum):
            raise pickle.UnpicklingError(f"{module}.{name}")
        return found


def _prepare() -> None:
    """Make the simulator quick and complete enough for a person; doing it again changes nothing."""
    # Settling looks again after 1 ms instead of 50 ms.
    settle: Any = simcord.Env._settle_internal
    settle.__kwdefaults__["idle"] = 0.001
    _localise()


def _never(state: Any, record: Any) -> float:
    return 0.0 if record.when is None or record.when <= state.virtual_time else math.inf


def _localise() -> None:
    """Let interactions carry the language of each person; the simulator has everybody in American English."""
    original = simcord.interactions.base_payload
    if hasattr(original, _LOCALES):
        return

    def base_payload(backend: Backend, **arguments: Any) -> Any:
        record, payload = original(backend, **arguments)
        locales: Mapping[int, str] = getattr(backend, _LOCALES, {})
        payload["locale"] = locales.get(arguments["user_id"], payload["locale"])
        return record, payload

    setattr(base_payload, _LOCALES, True)
    simcord.interactions.base_payload = base_payload
