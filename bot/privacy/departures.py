"""Servers that removed the bot: what they had is kept for a while, in case it was a mistake, and then forgotten."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.clock import Clock
from bot.privacy import departure_store as store
from bot.privacy import presence_store
from bot.storage.database import Database, Transaction

KEPT = timedelta(days=30)

Here = Callable[[int], bool | None]
"""guild_id -> whether the bot is in that server; None where this process can not tell."""


class Departures:
    """Marks servers when the bot is removed, unmarks those it comes back to, forgets the rest."""

    def __init__(self, database: Database, clock: Clock, forget: Callable[[int], Awaitable[int]]) -> None:
        self._database = database
        self._clock = clock
        self._forget = forget
        self._everywhere = presence_store.everywhere()
        self.here: Here = lambda _guild_id: None
        """How to tell whether the bot is in a server; the running bot puts itself here."""

    async def gone(self, guild_id: int) -> None:
        """The bot was removed from a server."""

        async def work(tx: Transaction) -> None:
            await store.mark(tx, guild_id, self._clock())

        await self._database.write(work)

    async def back(self, guild_id: int) -> None:
        """The bot is in a server: whatever is kept of it stays."""

        async def work(tx: Transaction) -> None:
            await store.unmark(tx, guild_id)

        await self._database.write(work)

    async def compare(self) -> None:
        """Mark and unmark by where the bot is now; what happened while it was not running is noticed here."""
        async with self._database.reading() as reading:
            servers = await presence_store.servers(reading, self._everywhere)
            marked = await store.marked(reading)
        for guild_id in servers:
            here = self.here(guild_id)
            if here is False and guild_id not in marked:
                await self.gone(guild_id)
            elif here and guild_id in marked:
                await self.back(guild_id)

    async def sweep(self) -> None:
        """Forget servers that removed the bot 30 days ago or earlier, unless it is there after all."""
        await self.compare()
        until = self._clock() - KEPT
        async with self._database.reading() as reading:
            due = [guild_id for guild_id, gone in (await store.marked(reading)).items() if gone <= until]
        for guild_id in due:
            if self.here(guild_id) is False:
                await self._forget(guild_id)
