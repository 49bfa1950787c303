"""Making a pledge together: asking others, answering, joining, and pledges that begin only if enough join."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.actor import Actor
from bot.errors import Invalid, NotAllowed, NotFound, WrongState
from bot.members.model import Visibility as MemberVisibility
from bot.pledges import company_store, store
from bot.pledges.handing import Handing
from bot.pledges.model import (
    FARTHEST_DUE,
    JOINABLE,
    MOST_INVITED,
    MOST_OTHERS,
    TAKES_PART,
    TIME_TO_JOIN,
    Act,
    Companion,
    Entry,
    Part,
    Pledge,
    Status,
    rule_for,
)
from bot.storage.database import Reading, Transaction

_MOST_NAMED = 20
_ANSWERABLE = JOINABLE | {Status.SUBMITTED, Status.CHANGES_ASKED}


class Joining(Handing):
    """Use cases of everybody who makes a pledge with somebody else."""

    async def company(self, guild_id: int, pledge_id: int) -> tuple[Companion, ...]:
        """Return everybody with a part in a pledge, first come first.

        Only those who take part and chose to be named are marked as such (looked up for the first 20);
        nobody but the maker and organisers may see the others.
        """
        async with self._database.reading() as reading:
            return await self._company(reading, guild_id, pledge_id)

    async def _company(self, reading: Reading, guild_id: int, pledge_id: int) -> tuple[Companion, ...]:
        found = await company_store.company(reading, guild_id, pledge_id)
        shown: list[Companion] = []
        for at, one in enumerate(found):
            named = False
            if one.part in TAKES_PART and at < _MOST_NAMED:
                member = await self._members.find_in(reading, guild_id, one.user_id)
                named = member is not None and member.visibility is MemberVisibility.NAMED
            shown.append(replace(one, named=named))
        return tuple(shown)

    async def unknown(self, company: Sequence[Companion], pledge: Pledge) -> list[int]:
        """Return who of those asked has never registered in the pledge's server, so is not written to."""
        async with self._database.reading() as reading:
            asked = [one.user_id for one in company if one.part is Part.INVITED]
            return [one for one in asked if await self._members.find_in(reading, pledge.guild_id, one) is None]

    async def asked(self, actor: Actor, most: int = 25) -> list[Pledge]:
        """Return the pledges that this person was asked to make too and can still answer, newest first."""
        async with self._database.reading() as reading:
            ids = await company_store.asked(reading, actor.guild_id, actor.user_id, most)
            found = [await self._with_names(reading, await self._found(reading, actor.guild_id, one)) for one in ids]
        return [pledge for pledge in found if pledge.status in _ANSWERABLE]

    async def asked_of(self, guild_id: int, user_id: int, pledge_id: int) -> Pledge | None:
        """Return a pledge while somebody's answer to it is open, for the message that asks."""
        async with self._database.reading() as reading:
            companion = await company_store.companion(reading, guild_id, pledge_id, user_id)
            pledge = await store.find(reading, guild_id, pledge_id)
            if companion is None or companion.part is not Part.INVITED or pledge is None:
                return None
            return await self._with_names(reading, pledge) if pledge.status in _ANSWERABLE else None

    # The maker's side.

    async def invite(self, actor: Actor, pledge_id: int, user_ids: Collection[int]) -> Pledge:
        """Name in a draft who shall make the pledge too; they are asked once it is handed in.

        Replaces who was named before. Raises NotJoined, Paused, Invalid, NotFound, WrongState.
        """
        await self._members.require(actor)
        wanted = set(user_ids) - {actor.user_id}
        if len(wanted) > MOST_INVITED:
            raise Invalid("company", "too many", most=MOST_INVITED)

        async def work(tx: Transaction) -> Pledge:
            pledge = await self._own(tx, actor, pledge_id)
            if pledge.status is not Status.DRAFT:
                raise WrongState(pledge.status.value, Act.SAVE.value)
            before = {one.user_id for one in await company_store.company(tx, actor.guild_id, pledge_id)}
            await company_store.drop(tx, actor.guild_id, pledge_id, before - wanted)
            for user_id in sorted(wanted - before):
                await company_store.put(tx, actor.guild_id, pledge_id, user_id, Part.INVITED, self._clock())
            return await self._with_names(tx, await self._found(tx, actor.guild_id, pledge_id))

        return await self._database.write(work)

    async def set_condition(self, actor: Actor, pledge_id: int, only_if: int, join_by: datetime | None) -> Pledge:
        """Let a draft begin only if so many others join until an instant; 0 takes that back.

        Without an instant there are 30 days, or until it is due. Raises NotJoined, Paused, Invalid, NotFound,
        WrongState.
        """
        await self._members.require(actor)

        async def work(tx: Transaction) -> Pledge:
            pledge = await self._own(tx, actor, pledge_id)
            if pledge.status not in (Status.DRAFT, Status.CHANGES_ASKED):
                raise WrongState(pledge.status.value, Act.SAVE.value)
            until = self._time_to_join(only_if, join_by, pledge.due)
            await store.set_condition(tx, pledge, only_if if until else 0, until)
            return await self._with_names(tx, await self._found(tx, actor.guild_id, pledge_id))

        return await self._database.write(work)

    def _time_to_join(self, only_if: int, join_by: datetime | None, due: datetime | None) -> datetime | None:
        """Return until when others can join, None without a condition. Raises Invalid."""
        now = self._clock()
        if only_if == 0:
            return None
        if not 0 < only_if <= MOST_OTHERS:
            raise Invalid("only_if", "no number", least=1, most=MOST_OTHERS)
        if join_by is None:
            return min(now + TIME_TO_JOIN, due) if due is not None else now + TIME_TO_JOIN
        if join_by <= now:
            raise Invalid("join_by", "past")
        if join_by > now + FARTHEST_DUE:
            raise Invalid("join_by", "too far")
        if due is not None and join_by > due:
            raise Invalid("join_by", "after due")
        return join_by

    # The others' side.

    async def answer(self, actor: Actor, pledge_id: int, yes: bool) -> Pledge:
        """Say whether one makes a pledge too, having been asked. Raises NotJoined, Paused, NotFound, WrongState."""
        if yes:
            await self._members.require(actor)

        async def work(tx: Transaction) -> Pledge:
            pledge = await self._found(tx, actor.guild_id, pledge_id)
            companion = await company_store.companion(tx, actor.guild_id, pledge_id, actor.user_id)
            if companion is None or companion.part is Part.JOINED or pledge.status is Status.DRAFT:
                raise NotFound("pledge")
            handed = pledge.waits_for_maker and companion.part is Part.INVITED
            if pledge.status not in _ANSWERABLE or (pledge.maker_id is None and not handed):
                raise WrongState(pledge.status.value, "answer")
            if handed and yes:
                return await self._with_names(tx, await self._taken_on(tx, actor, pledge))
            if companion.part is Part.TOGETHER and not yes:  # as by leaving: a maker hears of nobody's yes twice
                return await self._left(tx, pledge, actor.user_id)
            part = Part.TOGETHER if yes else Part.DECLINED
            if companion.part is part:
                return await self._with_names(tx, pledge)
            if yes and pledge.maker_id is not None:
                await self._members.tell(tx, pledge.guild_id, pledge.maker_id, "pledge.together", pledge_id)
            return await self._with_names(tx, await self._part(tx, pledge, actor.user_id, part))

        return await self._database.write(work)

    async def join(self, actor: Actor, pledge_id: int) -> Pledge:
        """Make somebody's pledge too. Asking again changes nothing.

        The last one of "only if N others" starts it. Raises NotJoined, Paused, NotFound (also: not for this
        person to see), NotAllowed("yours"), WrongState.
        """
        await self._members.require(actor)

        async def work(tx: Transaction) -> Pledge:
            pledge = await self._found(tx, actor.guild_id, pledge_id)
            if pledge.maker_id == actor.user_id:
                raise NotAllowed("yours")
            if pledge.maker_id is None or not await self._may_see(tx, actor, pledge):
                raise NotFound("pledge")
            over = pledge.status is Status.WAITING and pledge.join_by is not None and pledge.join_by <= self._clock()
            if pledge.status not in JOINABLE or over:
                raise WrongState(Status.LAPSED.value if over else pledge.status.value, "join")
            companion = await company_store.companion(tx, actor.guild_id, pledge_id, actor.user_id)
            if companion is not None and companion.part in TAKES_PART:
                return await self._with_names(tx, pledge)
            asked = companion is not None and companion.part is Part.INVITED
            part = Part.TOGETHER if asked else Part.JOINED
            return await self._with_names(tx, await self._part(tx, pledge, actor.user_id, part))

        return await self._database.write(work)

    async def leave_join(self, actor: Actor, pledge_id: int) -> Pledge:
        """Make somebody's pledge no longer; what has begun goes on. Raises NotFound where one had no part in it."""

        async def work(tx: Transaction) -> Pledge:
            pledge = await self._found(tx, actor.guild_id, pledge_id)
            companion = await company_store.companion(tx, actor.guild_id, pledge_id, actor.user_id)
            if companion is None or companion.part not in TAKES_PART:
                raise NotFound("pledge")
            return await self._left(tx, pledge, actor.user_id)

        return await self._database.write(work)

    async def _left(self, tx: Transaction, pledge: Pledge, user_id: int) -> Pledge:
        await company_store.drop(tx, pledge.guild_id, pledge.id, [user_id])
        await self._show_company(tx, pledge)
        return await self._with_names(tx, await self._found(tx, pledge.guild_id, pledge.id))

    async def _part(self, tx: Transaction, pledge: Pledge, user_id: int, part: Part) -> Pledge:
        """Write somebody's part; with the last one that was missing the pledge begins."""
        now = self._clock()
        await company_store.put(tx, pledge.guild_id, pledge.id, user_id, part, now)
        await self._show_company(tx, pledge)
        after = await self._found(tx, pledge.guild_id, pledge.id)
        if after.status is not Status.WAITING or after.conditional:
            return after
        rule = rule_for(Act.ENOUGH, after.status, after.review)
        assert rule is not None, "the table lets what waits begin"
        return await self._moved(tx, after, rule, Entry(Act.ENOUGH, None, now, after.status, rule.target, ""))

    async def _show_company(self, tx: Transaction, pledge: Pledge) -> None:
        for kind in ("pledge.card", "pledge.review"):
            if await self._outbox.post_of(tx, pledge.guild_id, kind, pledge.id) is not None:
                await self._outbox.put(tx, pledge.guild_id, kind, pledge.id, person_id=pledge.maker_id)

    async def _leave_all(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Take a person out of the company of every pledge."""
        for pledge_id, part in (await company_store.of_person(tx, guild_id, user_id)).items():
            await company_store.drop(tx, guild_id, pledge_id, [user_id])
            if part in TAKES_PART:
                await self._show_company(tx, await self._found(tx, guild_id, pledge_id))
