"""What happens to introductions when people and organisations change: they follow, or end."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from bot.clock import Clock
from bot.delivery.outbox import Outbox
from bot.errors import NotFound
from bot.introductions import contact_store, store
from bot.introductions.model import CARD, MOST_WISHES, THREAD, Introduction, Status
from bot.members.model import Visibility
from bot.members.organisations import Organisations
from bot.members.service import Members
from bot.storage.database import Reading, Transaction

_ANSWER_FIRST = timedelta(seconds=3)
"""Whoever pressed *Close* in a thread reads the answer there before it is locked."""


class Following:
    """The half of :class:`bot.introductions.service.Introductions` that other rooms call, in their unit of work."""

    def __init__(self, outbox: Outbox, members: Members, organisations: Organisations, clock: Clock) -> None:
        self._outbox = outbox
        self._members = members
        self._organisations = organisations
        self._clock = clock

    # People.

    async def follow(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Somebody changed what others see of them: who hides, or changed organisation, speaks for none any more."""
        member = await self._members.find_in(tx, guild_id, user_id)
        shown = member.organisation if member is not None and member.visibility is Visibility.NAMED else None
        for known in await store.open_with(tx, guild_id, user_id):
            side = known.asking if known.asker == user_id else known.asked
            if shown is None or shown.id != side:
                await self._over(tx, known)
        speaks_for = await contact_store.organisation_of(tx, guild_id, user_id)
        if speaks_for is None:
            return
        if shown is None or shown.id != speaks_for:
            await self._silence(tx, guild_id, user_id)
        else:
            await self._redraw(tx, guild_id, speaks_for)

    async def forget(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Erase a person, who may have left the register: what they asked and agreed to ends, without a name."""
        for known in await store.open_with(tx, guild_id, user_id):
            await self._over(tx, known)
        await self._silence(tx, guild_id, user_id)
        await store.forget_person(tx, guild_id, user_id)

    async def _silence(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Let a person speak for nobody: their requests go, and those to an organisation that nobody speaks for."""
        organisation_id = await contact_store.organisation_of(tx, guild_id, user_id)
        if organisation_id is None:
            return
        await contact_store.drop_speaker(tx, guild_id, user_id)
        left = await contact_store.speakers(tx, guild_id, organisation_id)
        for known in await store.open_of(tx, guild_id, organisation_id):
            if known.status is Status.ASKED and (not left or known.asker == user_id):
                await self._end(tx, known, Status.WITHDRAWN, None)
        await self._redraw(tx, guild_id, organisation_id)

    # Organisations: what bot.members.organisations asks of a room that follows.

    async def count(self, reading: Reading, guild_id: int, organisation_id: int) -> int:
        """Return 0: introductions are the organisation's own, not among what organisers count in its name."""
        return 0

    async def used(self, reading: Reading, guild_id: int, ids: Collection[int]) -> set[int]:
        """Return those with an open introduction; what is over needs no name."""
        return set(await store.open_counts(reading, guild_id, ids))

    async def moved(self, tx: Transaction, guild_id: int, gone: int, stays: int) -> int:
        """Let everything of one organisation be another's; of two with the same other side the further one stays."""
        wishes = [await contact_store.wishes_of(tx, guild_id, one) for one in (stays, gone)]
        await contact_store.set_wishes(tx, guild_id, stays, list(dict.fromkeys(sum(wishes, ())))[:MOST_WISHES])
        await contact_store.set_wishes(tx, guild_id, gone, ())
        await contact_store.move_speakers(tx, guild_id, gone, stays)
        for known in await store.open_of(tx, guild_id, gone):
            await self._move(tx, known, gone, stays)
        for number, asking, asked in await store.past_of(tx, guild_id, gone):
            sides = [stays if side == gone else side for side in (asking, asked)]
            await store.set_sides(tx, guild_id, number, *sides, open=False)
        await self.changed(tx, guild_id, stays)
        return 0

    async def _move(self, tx: Transaction, known: Introduction, gone: int, stays: int) -> None:
        other = known.other(gone)
        if other == stays:
            await self._over(tx, known)
            return
        rival = await store.of_pair(tx, known.guild_id, stays, other)
        if rival is not None:
            lesser = max(known, rival, key=lambda one: (one.status is Status.ASKED, one.id))
            await self._over(tx, lesser)
            if lesser is known:
                return
        sides = [stays if side == gone else side for side in (known.asking, known.asked)]
        await store.set_sides(tx, known.guild_id, known.id, *sides, open=True)

    async def changed(self, tx: Transaction, guild_id: int, organisation_id: int) -> None:
        """An organisation has another name, or organisers no longer confirm it: then all of it ends."""
        found = (await self._organisations.some(tx, guild_id, {organisation_id})).get(organisation_id)
        if found is not None and found.confirmed:
            await self._redraw(tx, guild_id, organisation_id)
            return
        for known in await store.open_of(tx, guild_id, organisation_id):
            await self._over(tx, known)
        await contact_store.drop_organisation(tx, guild_id, organisation_id)

    # Ending.

    async def _over(self, tx: Transaction, known: Introduction) -> None:
        """End an introduction that nobody decided to end."""
        await self._end(tx, known, Status.CLOSED if known.status is Status.ACCEPTED else Status.WITHDRAWN, None)

    async def _end(self, tx: Transaction, known: Introduction, status: Status, by: int | None) -> bool:
        """End an introduction; its thread is closed after it. False where somebody was first."""
        if not await store.move(tx, known, status, self._clock(), answerer=known.answerer, ender=by):
            return False
        if known.status is Status.ACCEPTED:
            await self._outbox.put(tx, known.guild_id, THREAD, known.id, due=self._clock() + _ANSWER_FIRST)
        return True

    async def _redraw(self, tx: Transaction, guild_id: int, organisation_id: int) -> None:
        """Queue the opening cards that show an organisation."""
        for known in await store.open_of(tx, guild_id, organisation_id):
            if known.thread_id is not None:
                await self._outbox.put(tx, guild_id, CARD, known.id)

    async def _found(self, reading: Reading, guild_id: int, introduction_id: int) -> Introduction:
        known = await store.find(reading, guild_id, introduction_id)
        if known is None:
            raise NotFound("introduction")
        return known
