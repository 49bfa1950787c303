"""Who is registered, and whether they have read the notice as it stands."""

from __future__ import annotations

from bot.actor import Actor
from bot.clock import Clock
from bot.errors import ConsentNeeded, NotJoined, Paused
from bot.members import store
from bot.members.model import Member
from bot.privacy.notices import Notices
from bot.storage.database import Database, Transaction


class Consents:
    """The part of :class:`bot.members.service.Members` that every act of a member begins with."""

    def __init__(self, database: Database, notices: Notices, clock: Clock) -> None:
        self._database = database
        self._notices = notices
        self._clock = clock

    async def find(self, guild_id: int, user_id: int) -> Member | None:
        """Return a member, None for somebody who has not registered. Raises StorageUnavailable."""
        async with self._database.reading() as reading:
            return await store.find(reading, guild_id, user_id)

    async def known(self, actor: Actor) -> Member:
        """Return the acting member, for what only reads. Raises NotJoined, Paused, StorageUnavailable."""
        if actor.paused:
            raise Paused
        member = await self.find(actor.guild_id, actor.user_id)
        if member is None:
            raise NotJoined
        return member

    async def require(self, actor: Actor) -> Member:
        """Return the acting member, for an act that stores something new of theirs.

        Raises NotJoined, Paused, ConsentNeeded where the notice has changed since they read it, StorageUnavailable.
        """
        member = await self.known(actor)
        await self._check_read(member)
        return member

    async def check_consent(self, actor: Actor) -> None:
        """Like :meth:`require` for acts that strangers may do too: they were never asked. Raises ConsentNeeded."""
        member = await self.find(actor.guild_id, actor.user_id)
        if member is not None:
            await self._check_read(member)

    async def _check_read(self, member: Member) -> None:
        version = await self._notices.version(member.guild_id)
        if member.consent_version != version:
            raise ConsentNeeded(version)

    async def agree(self, actor: Actor, version: str) -> None:
        """Record that this member has read the notice of this version; that they are grown up, they said before.

        Raises ConsentNeeded where the notice has changed once more meanwhile, NotJoined.
        """
        member = await self.find(actor.guild_id, actor.user_id)
        if member is None:
            raise NotJoined
        current = await self._notices.version(actor.guild_id)
        if version != current:
            raise ConsentNeeded(current)

        async def work(tx: Transaction) -> None:
            await store.consent(tx, actor.guild_id, actor.user_id, version, self._clock())

        await self._database.write(work)

    async def outdated(self, guild_id: int, version: str) -> int:
        """Return how many members have read another version of the notice than this one."""
        async with self._database.reading() as reading:
            return await store.outdated(reading, guild_id, version)
