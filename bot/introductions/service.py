"""Finding partners, asking for an introduction, answering, closing.

An introduction is between two organisations that organisers confirmed and in which somebody who shows their name
switched this on. What is done about its thread on Discord is in ``posts.py``.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.actor import Action, Actor
from bot.clock import Clock
from bot.delivery.outbox import Outbox
from bot.errors import AlreadyDecided, Invalid, NotFound
from bot.introductions import contact_store, store
from bot.introductions.model import (
    ANSWER_WITHIN,
    CARD,
    MOST_CONTACTS,
    MOST_WISHES,
    THREAD,
    Board,
    Introduction,
    Party,
    Status,
)
from bot.introductions.views import IntroductionViews, Split
from bot.members.organisations import Organisations
from bot.members.service import Members
from bot.sectors.service import Sectors
from bot.servers.service import Servers
from bot.storage.database import Database, Transaction


class Introductions(IntroductionViews):
    """Use cases of those who speak for an organisation, and of organisers."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        members: Members,
        organisations: Organisations,
        sectors: Sectors,
        servers: Servers,
        split: Split,
        clock: Clock,
    ) -> None:
        super().__init__(database, outbox, members, organisations, servers, split, clock)
        self._sectors = sectors

    # Choosing.

    async def wish(self, actor: Actor, sectors: Sequence[str]) -> Board:
        """Say which sectors the organisation looks for, none to three. Raises as :meth:`board`, Invalid, Paused."""
        chosen = tuple(dict.fromkeys(sectors))
        if len(chosen) > MOST_WISHES:
            raise Invalid("sectors", "too many", most=MOST_WISHES)
        await self._members.require(actor)
        here = await self._sectors.of(actor.guild_id)

        async def work(tx: Transaction) -> Board:
            _, mine = await self._representative(tx, actor)
            held = await contact_store.wishes_of(tx, actor.guild_id, mine)
            here.check_choice(chosen, held, actor.locale)
            await contact_store.set_wishes(tx, actor.guild_id, mine, chosen)
            await self._redraw(tx, actor.guild_id, mine)
            return await self._board(tx, actor)

        return await self._database.write(work)

    async def switch(self, actor: Actor, on: bool) -> Board:
        """Begin or end speaking for one's organisation; with the last one who does it is closed to introductions.

        Ending takes back what this person asked; threads stay until they are closed. Raises as :meth:`board`, and
        Paused, ConsentNeeded and Invalid (five speak already) to begin.
        """
        if on:
            await self._members.require(actor)

        async def work(tx: Transaction) -> Board:
            _, mine = await self._representative(tx, actor)
            speaking = await contact_store.speakers(tx, actor.guild_id, mine)
            if on and actor.user_id not in speaking:
                if len(speaking) >= MOST_CONTACTS:
                    raise Invalid("organisation", "enough contacts", most=MOST_CONTACTS)
                await contact_store.add_speaker(tx, actor.guild_id, actor.user_id, mine, self._clock())
            if not on:
                await self._silence(tx, actor.guild_id, actor.user_id)
            return await self._board(tx, actor)

        return await self._database.write(work)

    # Asking and answering.

    async def ask(self, actor: Actor, organisation_id: int) -> tuple[Introduction, Party]:
        """Ask another organisation; those who speak for it are told. Asked twice it is one request.

        Raises as :meth:`suggestions`, NotFound for one that is not open to introductions, and Invalid: oneself, one
        that asked or is introduced already, that said *Not now* lately, or no room on one of the sides.
        """
        await self._members.require(actor)

        async def work(tx: Transaction) -> tuple[Introduction, Party]:
            mine, other, known = await self._ready(tx, actor, organisation_id)
            if known is not None:
                return known, other
            here, there = mine.organisation.id, other.organisation.id
            number = await store.add(tx, actor.guild_id, here, there, actor.user_id, self._clock())
            for contact in other.contacts:
                await self._members.tell(tx, actor.guild_id, contact.user_id, "introduction.asked", number)
            return await self._found(tx, actor.guild_id, number), other

        return await self._database.write(work)

    async def accept(self, actor: Actor, introduction_id: int) -> tuple[Introduction, int]:
        """Say yes, and return the introduction with the outbox row that makes its thread.

        Raises as :meth:`suggestions`, NotFound for what was not asked of one's own organisation, AlreadyDecided.
        """
        await self._members.require(actor)

        async def work(tx: Transaction) -> tuple[Introduction, int]:
            known = await self._answerable(tx, actor, introduction_id)
            await self._check_place(actor.guild_id)
            await self._answer(tx, actor, known, Status.ACCEPTED)
            row = await self._outbox.put(tx, actor.guild_id, THREAD, known.id)
            return await self._found(tx, actor.guild_id, known.id), row

        return await self._database.write(work)

    async def decline(self, actor: Actor, introduction_id: int) -> Board:
        """Say not now. Raises as :meth:`accept`."""

        async def work(tx: Transaction) -> Board:
            await self._answer(tx, actor, await self._answerable(tx, actor, introduction_id), Status.DECLINED)
            return await self._board(tx, actor)

        return await self._database.write(work)

    async def withdraw(self, actor: Actor, introduction_id: int) -> Board:
        """Take one's organisation's request back. Raises as :meth:`accept`."""

        async def work(tx: Transaction) -> Board:
            known = await self._found(tx, actor.guild_id, introduction_id)
            if known.asking != await self._speaker(tx, actor):
                raise NotFound("introduction")
            if known.status is not Status.ASKED or not await self._end(tx, known, Status.WITHDRAWN, actor.user_id):
                raise self._too_late(await self._found(tx, actor.guild_id, introduction_id))
            return await self._board(tx, actor)

        return await self._database.write(work)

    async def close(self, actor: Actor, introduction_id: int) -> Introduction:
        """Close the thread: either side may, and organisers. Raises NotFound, AlreadyDecided."""

        async def work(tx: Transaction) -> Introduction:
            known = await self._found(tx, actor.guild_id, introduction_id)
            if not actor.may(Action.REVIEW) and actor.user_id not in known.people:
                _, mine = await self._representative(tx, actor)
                if mine not in (known.asking, known.asked):
                    raise NotFound("introduction")
            if known.status is not Status.ACCEPTED or not await self._end(tx, known, Status.CLOSED, actor.user_id):
                raise self._too_late(await self._found(tx, actor.guild_id, introduction_id))
            return await self._found(tx, actor.guild_id, introduction_id)

        return await self._database.write(work)

    async def _answerable(self, tx: Transaction, actor: Actor, introduction_id: int) -> Introduction:
        known = await self._found(tx, actor.guild_id, introduction_id)
        if known.asked != await self._speaker(tx, actor):
            raise NotFound("introduction")
        if known.status is not Status.ASKED:
            raise self._too_late(known)
        return known

    async def _answer(self, tx: Transaction, actor: Actor, known: Introduction, answer: Status) -> None:
        if not await store.move(tx, known, answer, self._clock(), answerer=actor.user_id, ender=None):
            raise self._too_late(await self._found(tx, actor.guild_id, known.id))
        if known.asker is not None:
            await self._members.tell(tx, actor.guild_id, known.asker, f"introduction.{answer.value}", known.id)

    def _too_late(self, known: Introduction) -> AlreadyDecided:
        by = known.ended_by if known.ended_by is not None else known.answerer
        return AlreadyDecided(f"introduction {known.status.value}", by, known.changed_at)

    # For the posts.

    async def bind(self, known: Introduction, channel_id: int, thread_id: int) -> Introduction:
        """Note the thread that was made or found, queue its first card, and return the introduction as it is now."""

        async def work(tx: Transaction) -> Introduction:
            await store.bind(tx, known, channel_id, thread_id)
            now = await self._found(tx, known.guild_id, known.id)
            if now.status is Status.ACCEPTED:
                await self._outbox.put(tx, known.guild_id, CARD, known.id)
            return now

        return await self._database.write(work)

    # Coming round.

    async def sweep(self) -> None:
        """Let requests lapse that nobody answered for 14 days; nobody is told."""
        while True:
            async with self._database.reading() as reading:
                silent = await store.unanswered(reading, self._clock() - ANSWER_WITHIN, 100)
            if not silent:
                return

            async def work(tx: Transaction, silent: Sequence[Introduction] = silent) -> None:
                for known in silent:
                    await self._end(tx, known, Status.LAPSED, None)

            await self._database.write(work)
