"""Keeping what was typed until it can be accepted."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime

from bot.clock import Clock
from bot.forms import store
from bot.forms.model import HOLD, KEEP, Kept
from bot.guard.gate import Gate
from bot.storage.database import Database, Transaction

_MOST_HELD = 500


class Forms:
    """Two drawers: the database for what was merely wrong, memory for what must not be stored."""

    def __init__(self, database: Database, gate: Gate, clock: Clock) -> None:
        self._database = database
        self._gate = gate
        self._clock = clock
        self._held: OrderedDict[str, tuple[int, int, datetime, Kept]] = OrderedDict()

    async def keep(self, guild_id: int, user_id: int, custom_id: str, fields: Mapping[str, str | list[str]]) -> str:
        """Store a refused form for 24 hours; returns the key for :meth:`take`. Raises StorageUnavailable.

        A form may be refused for its date before anybody looked at its other texts, so the guard reads
        all of them here: what it would stop is held in memory only.
        """
        if self._gate.holds_back(text for text in fields.values() if isinstance(text, str)):
            return self.hold(guild_id, user_id, custom_id, fields)

        async def work(tx: Transaction) -> int:
            return await store.keep(tx, guild_id, user_id, custom_id, fields, self._clock())

        return str(await self._database.write(work))

    def hold(self, guild_id: int, user_id: int, custom_id: str, fields: Mapping[str, str | list[str]]) -> str:
        """Hold a stopped form in memory for 15 minutes; returns the key for :meth:`take`."""
        key = "m" + secrets.token_hex(6)
        self._held[key] = (guild_id, user_id, self._clock(), Kept(custom_id, dict(fields)))
        self._let_go()
        while len(self._held) > _MOST_HELD:
            self._held.popitem(last=False)
        return key

    def _let_go(self) -> None:
        """Forget what was held for 15 minutes: the oldest come first, so nobody else's are looked at."""
        now = self._clock()
        while self._held and now - next(iter(self._held.values()))[2] > HOLD:
            self._held.popitem(last=False)

    def drop(self, guild_id: int) -> None:
        """Forget what is held in memory of a whole server."""
        for key in [key for key, held in self._held.items() if held[0] == guild_id]:
            del self._held[key]

    async def take(self, guild_id: int, user_id: int, key: str) -> Kept | None:
        """Return a kept form, None unless it is this person's, in this server, and young enough."""
        if key.startswith("m"):
            held = self._held.get(key)
            if held is None or held[:2] != (guild_id, user_id) or self._clock() - held[2] > HOLD:
                return None
            return held[3]
        if not key.isdigit() or len(key) > 18:
            return None
        async with self._database.reading() as reading:
            return await store.find(reading, guild_id, user_id, int(key))

    async def sweep(self) -> None:
        """Forget what is too old to be reopened."""
        self._let_go()
        before = self._clock() - KEEP

        async def work(tx: Transaction) -> int:
            return await store.drop_before(tx, before)

        await self._database.write(work)

    async def erase(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Forget everything of one person in one server, in the caller's unit of work."""
        for key in [key for key, held in self._held.items() if held[:2] == (guild_id, user_id)]:
            del self._held[key]
        await store.erase(tx, guild_id, user_id)
