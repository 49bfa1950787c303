"""Registering, changing, being reached."""

from __future__ import annotations

from collections.abc import Collection

from bot.actor import Actor
from bot.clock import Clock
from bot.content.model import Content
from bot.delivery.outbox import Outbox
from bot.errors import NotJoined, Paused
from bot.guard.gate import Gate
from bot.members import store
from bot.members.model import Brief, Member, Notice, Reach
from bot.storage.database import Database, Reading, Transaction


class Members:
    """Use cases around one person in one server."""

    def __init__(self, database: Database, outbox: Outbox, gate: Gate, content: Content, clock: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._gate = gate
        self._content = content
        self._clock = clock

    async def brief(self, guild_id: int, user_id: int) -> Brief:
        """Return language, pause and unseen news of a person. Raises StorageUnavailable."""
        async with self._database.reading() as reading:
            return await store.brief(reading, guild_id, user_id)

    async def find(self, guild_id: int, user_id: int) -> Member | None:
        """Return a member, None for somebody who has not registered. Raises StorageUnavailable."""
        async with self._database.reading() as reading:
            return await store.find(reading, guild_id, user_id)

    async def find_in(self, reading: Reading, guild_id: int, user_id: int) -> Member | None:
        """Like :meth:`find`, inside the caller's unit of work."""
        return await store.find(reading, guild_id, user_id)

    async def require(self, actor: Actor) -> Member:
        """Return the acting member. Raises NotJoined, Paused, StorageUnavailable."""
        if actor.paused:
            raise Paused
        member = await self.find(actor.guild_id, actor.user_id)
        if member is None:
            raise NotJoined
        return member

    async def organisation_names(self, reading: Reading, guild_id: int, ids: Collection[int]) -> dict[int, str]:
        """Return id -> name for organisations of a server."""
        return await store.organisation_names(reading, guild_id, ids)

    async def tell(
        self, tx: Transaction, guild_id: int, user_id: int, kind: str, subject_id: int, detail: str | None = None
    ) -> None:
        """Note news for a person in the caller's unit of work, and queue it in the way they chose.

        With *Only in /profile* nothing is sent: it waits there, and the next reply they get says so.
        """
        notice_id = await store.add_notice(tx, guild_id, user_id, kind, subject_id, detail, self._clock())
        reach, _, _ = await store.reach_of(tx, guild_id, user_id)
        if reach is not Reach.PROFILE:
            await self._outbox.put(tx, guild_id, "member.notice", notice_id, person_id=user_id)

    async def notice(self, guild_id: int, notice_id: int) -> Notice | None:
        """Return a piece of news, None where it is gone."""
        async with self._database.reading() as reading:
            return await store.find_notice(reading, guild_id, notice_id)

    async def reach(self, guild_id: int, user_id: int) -> tuple[Reach, int | None, str | None]:
        """Return how a person wants to be reached, the channel for a mention, and their language."""
        async with self._database.reading() as reading:
            return await store.reach_of(reading, guild_id, user_id)

    async def news(self, actor: Actor, most: int = 5) -> list[Notice]:
        """Return the person's newest news and mark all of it as seen."""
        async with self._database.reading() as reading:
            found = await store.notices_of(reading, actor.guild_id, actor.user_id, most)
        if any(not notice.seen for notice in found):

            async def work(tx: Transaction) -> None:
                await store.see_notices(tx, actor.guild_id, actor.user_id, self._clock())

            await self._database.write(work)
        return found
