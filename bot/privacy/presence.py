"""Finding out who has left a server, without being told: once a day everybody of whom something is held is looked for.

Without a privileged intent nothing says that somebody left. Asking the gateway about at most 100 ids at a
time works for every bot; whoever is not in the answer is missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.clock import Clock
from bot.privacy import presence_store as store
from bot.privacy.model import Absence
from bot.servers.service import Servers
from bot.storage.database import Database, Transaction

PAGE = 99
"""People asked about at a time: with the bot itself, who has to be in every answer, the 100 that Discord takes."""

ROUND_EVERY = timedelta(days=1)
MOST_PAGES = 150
"""Pages in one run; with a run an hour 350,000 people a day, and at most one question in ``PAUSE``."""
PAUSE = 2.0
"""Seconds between two questions: the gateway takes 120 messages a minute of a bot, everything together."""

Found = Mapping[int, frozenset[int]]
Look = Callable[[int, Sequence[int]], Awaitable[Found | None]]
"""(guild_id, user_ids) -> those who are in the server with their roles; None where Discord did not say."""


async def _nobody_knows(_guild_id: int, _user_ids: Sequence[int]) -> Found | None:
    return None


class Presence:
    """Marks whoever was missing twice, a day or more apart, and erases them when the server's time has passed."""

    def __init__(
        self, database: Database, servers: Servers, clock: Clock, erase: Callable[[int, int], Awaitable[None]]
    ) -> None:
        self._database = database
        self._servers = servers
        self._clock = clock
        self._erase = erase
        self._followers: list[Callable[[int, Found], Awaitable[object]]] = []
        self._everywhere = store.everywhere()
        self.look: Look = _nobody_knows
        """How to ask Discord; the running bot puts itself here."""

    def follow(self, follower: Callable[[int, Found], Awaitable[object]]) -> None:
        """Call back with everybody who was found and the roles they have (guild_id, person -> roles)."""
        self._followers.append(follower)

    async def sweep(self) -> None:
        """Go on with the rounds that are due, page by page, then erase those who have been gone for long enough.

        Where a run ends, or the process, the next one goes on. A question without an answer changes
        nothing, and is asked again in the next run.
        """
        left = MOST_PAGES
        for guild_id, place, began in await self._due():
            left = await self._go_on(guild_id, place, began, left)
            if left <= 0:
                break
        await self._purge()

    async def _due(self) -> list[tuple[int, int, datetime]]:
        """Return the servers to look at with their place and the begin of the round, interrupted ones first."""
        now = self._clock()
        async with self._database.reading() as reading:
            known, servers = await store.rounds(reading), await store.servers(reading, self._everywhere)
        under_way, fresh = [], []
        for guild_id in servers:
            began, ended, place = known.get(guild_id, (None, True, 0))
            if not ended and began is not None:
                under_way.append((guild_id, place, began))
            elif began is None or now - began >= ROUND_EVERY:
                fresh.append((guild_id, 0, now))
        return under_way + fresh

    async def _go_on(self, guild_id: int, place: int, began: datetime, left: int) -> int:
        while left > 0:
            async with self._database.reading() as reading:
                people = await store.people(reading, self._everywhere, guild_id, place, PAGE)
            found: Found | None = {}
            if people:
                if left < MOST_PAGES:
                    await asyncio.sleep(PAUSE)
                found = await self.look(guild_id, people)
                left -= 1
            if found is None:
                return left
            last = len(people) < PAGE
            await self._note(guild_id, place, people, found, began, last)
            for follow in self._followers:
                await follow(guild_id, found)
            if last:
                return left
            place = people[-1]
        return left

    async def _note(
        self, guild_id: int, place: int, people: Sequence[int], found: Found, began: datetime, last: bool
    ) -> None:
        now = self._clock()

        async def work(tx: Transaction) -> None:
            before = await store.missing(tx, guild_id, place, people[-1]) if people else {}
            for user_id in people:
                absence = before.get(user_id)
                if user_id in found:
                    if absence is not None:
                        await store.note(tx, guild_id, user_id, None)
                elif absence is None:
                    await store.note(tx, guild_id, user_id, Absence(now))
                elif absence.gone is None and now - absence.missed >= ROUND_EVERY:
                    await store.note(tx, guild_id, user_id, Absence(absence.missed, now))
            await store.note_round(tx, guild_id, began, now if last else None, 0 if last else people[-1])

        await self._database.write(work)

    async def _purge(self) -> None:
        """Erase those whose time has passed, after one last look that nobody has come back."""
        now = self._clock()
        async with self._database.reading() as reading:
            servers = await store.gone_servers(reading, now)
        for guild_id in servers:
            kept = (await self._servers.settings(guild_id)).retention
            async with self._database.reading() as reading:
                people = await store.gone(reading, guild_id, now - kept, PAGE)
            found = await self.look(guild_id, people) if people else None
            if found is not None:
                await self._settle(guild_id, people, found)

    async def _settle(self, guild_id: int, people: Collection[int], found: Found) -> None:
        for user_id in people:
            if user_id in found:
                await self._database.write(partial(store.note, guild_id=guild_id, user_id=user_id, absence=None))
            else:
                await self._erase(guild_id, user_id)
