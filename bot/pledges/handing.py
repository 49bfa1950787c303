"""Handing over what was imported: somebody is asked, and becomes its maker by saying yes."""

from __future__ import annotations

from dataclasses import replace

from bot.actor import Action, Actor
from bot.errors import Invalid, NotFound, WrongState
from bot.members.model import Visibility as MemberVisibility
from bot.pledges import company_store, followup_store, history_store, store
from bot.pledges.acting import PledgeActs
from bot.pledges.model import Act, Entry, Part, Pledge, Visibility
from bot.storage.database import Reading, Transaction

HANDED = "pledge.handed"
"""The kind of news; it goes once it is answered."""

_OPEN_FIRST = tuple(Visibility)


class Handing(PledgeActs):
    """Use cases of organisers who look for somebody, and of those whom they ask."""

    async def to_hand_over(self, actor: Actor, pledge_id: int) -> Pledge:
        """Return a pledge that somebody can be asked to take on. Raises NotAllowed, NotFound, WrongState."""
        actor.check(Action.REVIEW)
        async with self._database.reading() as reading:
            return await self._with_names(reading, await self._without_maker(reading, actor, pledge_id))

    async def hand_over(self, actor: Actor, pledge_id: int, user_id: int) -> Pledge:
        """Ask somebody who is registered to take a pledge on; who was asked before is not asked any more.

        Raises NotAllowed, NotFound, WrongState, Invalid.
        """
        actor.check(Action.REVIEW)

        async def work(tx: Transaction) -> Pledge:
            pledge = await self._without_maker(tx, actor, pledge_id)
            if await self._members.find_in(tx, actor.guild_id, user_id) is None:
                raise Invalid("person", "not registered")
            asked = {one.user_id for one in await company_store.company(tx, actor.guild_id, pledge_id)}
            await company_store.drop(tx, actor.guild_id, pledge_id, asked - {user_id})
            await company_store.put(tx, actor.guild_id, pledge_id, user_id, Part.INVITED, self._clock())
            if user_id != actor.user_id:
                await self._members.tell(tx, actor.guild_id, user_id, HANDED, pledge_id)
            return await self._with_names(tx, pledge)

        return await self._database.write(work)

    async def _without_maker(self, reading: Reading, actor: Actor, pledge_id: int) -> Pledge:
        pledge = await self._found(reading, actor.guild_id, pledge_id)
        if pledge.import_id is None:
            raise NotFound("pledge")
        if not pledge.waits_for_maker:
            raise WrongState(pledge.status.value, Act.TAKE_ON.value)
        return pledge

    async def _taken_on(self, tx: Transaction, actor: Actor, pledge: Pledge) -> Pledge:
        """Make somebody who was asked the maker; it is shown no more openly than they want to be seen."""
        now = self._clock()
        member = await self._members.find_in(tx, actor.guild_id, actor.user_id)
        wanted = Visibility((member.visibility if member is not None else MemberVisibility.HIDDEN).value)
        shown = max(pledge.visibility, wanted, key=_OPEN_FIRST.index)
        if not await store.take_on(tx, pledge, actor.user_id, shown, now):
            raise WrongState(pledge.status.value, Act.TAKE_ON.value)
        await company_store.drop(tx, pledge.guild_id, pledge.id, [actor.user_id])
        after = replace(pledge, maker_id=actor.user_id, visibility=shown, changed_at=now)
        await followup_store.begin(tx, after, now)
        entry = Entry(Act.TAKE_ON, actor.user_id, now, pledge.status, pledge.status, "")
        await history_store.record(tx, after, entry)
        await self._consequences(tx, pledge, after, entry)
        return after
