"""What others do for a pledge without making it too: support it, offer help, ask to hear when help is needed."""

from __future__ import annotations

from dataclasses import dataclass

from bot.actor import Actor
from bot.errors import NotAllowed, NotFound, WrongState
from bot.members.model import Visibility as MemberVisibility
from bot.pledges import company_store, store, support_store
from bot.pledges.acting import PledgeActs
from bot.pledges.followup_model import HELP_OFFERED
from bot.pledges.model import JOINABLE, Companion, Part, Pledge, Status
from bot.storage.database import Reading, Transaction

SUPPORTABLE = JOINABLE | {Status.DONE_CLAIMED}
_MOST_OFFERERS = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """What one person has to do with somebody else's pledge, and how many support it.

    ``count`` is as many as may be counted; below the server's ``small`` figure people read "a few".
    """

    count: int
    small: int
    supports: bool = False
    offered: bool = False
    part: Part | None = None


class Supporting(PledgeActs):
    """Use cases of supporters and helpers."""

    async def standing(self, guild_id: int, pledge_id: int, user_id: int = 0) -> Standing:
        """Return how many support a pledge, and what this person has to do with it (nobody for 0)."""
        small = (await self._servers.settings(guild_id)).small_figure
        async with self._database.reading() as reading:
            count = await support_store.supporters(reading, guild_id, pledge_id)
            if not user_id:
                return Standing(count, small)
            supports, offered = await support_store.part_of(reading, guild_id, pledge_id, user_id)
            found: Companion | None = await company_store.companion(reading, guild_id, pledge_id, user_id)
        return Standing(count, small, supports, offered, found.part if found is not None else None)

    async def support(self, actor: Actor, pledge_id: int) -> Pledge:
        """Support somebody's pledge. Asking again changes nothing.

        Raises NotJoined, Paused, NotFound (also: not for this person to see), NotAllowed("yours"), WrongState.
        """
        counted = (await self._members.require(actor)).visibility is not MemberVisibility.HIDDEN

        async def work(tx: Transaction) -> Pledge:
            pledge = await self._others(tx, actor, pledge_id)
            if pledge.status not in SUPPORTABLE:
                raise WrongState(pledge.status.value, "support")
            now = self._clock()
            if await support_store.support(tx, actor.guild_id, pledge_id, actor.user_id, now, counted=counted):
                await self._show_support(tx, pledge)
            return await self._with_names(tx, pledge)

        return await self._database.write(work)

    async def take_support_back(self, actor: Actor, pledge_id: int) -> Pledge:
        """Support it no longer, whatever has become of it. Raises NotFound."""

        async def work(tx: Transaction) -> Pledge:
            pledge = await self._found(tx, actor.guild_id, pledge_id)
            supports, _offered = await support_store.part_of(tx, actor.guild_id, pledge_id, actor.user_id)
            if not supports and not await self._may_see(tx, actor, pledge):
                raise NotFound("pledge")
            if await support_store.unsupport(tx, actor.guild_id, pledge_id, actor.user_id):
                await self._show_support(tx, pledge)
            return await self._with_names(tx, pledge)

        return await self._database.write(work)

    async def to_offer(self, actor: Actor, pledge_id: int) -> Pledge:
        """Return a pledge that this person may offer help with. Raises as :meth:`offer` does."""
        await self._members.require(actor)
        async with self._database.reading() as reading:
            pledge = await self._others(reading, actor, pledge_id)
            self._check_offer(pledge)
            return await self._with_names(reading, pledge)

    async def offer(self, actor: Actor, pledge_id: int) -> Pledge:
        """Tell the maker of a pledge who offers help; once per person and pledge, asking again changes nothing.

        The caller has said that the maker will read their name. Raises as :meth:`support` does.
        """
        await self._members.require(actor)

        async def work(tx: Transaction) -> Pledge:
            pledge = await self._others(tx, actor, pledge_id)
            maker_id = self._check_offer(pledge)
            if await support_store.offer(tx, actor.guild_id, pledge_id, actor.user_id, self._clock()):
                await self._members.tell(tx, actor.guild_id, maker_id, HELP_OFFERED, pledge_id)
            return await self._with_names(tx, pledge)

        return await self._database.write(work)

    def _check_offer(self, pledge: Pledge) -> int:
        if pledge.maker_id is None:
            raise NotFound("pledge")
        if pledge.status not in JOINABLE:
            raise WrongState(pledge.status.value, "offer")
        return pledge.maker_id

    async def _others(self, reading: Reading, actor: Actor, pledge_id: int) -> Pledge:
        """Return somebody else's pledge that this person may see."""
        pledge = await self._found(reading, actor.guild_id, pledge_id)
        if not await self._may_see(reading, actor, pledge):
            raise NotFound("pledge")
        if pledge.maker_id == actor.user_id:
            raise NotAllowed("yours")
        return pledge

    async def offerers(self, guild_id: int, pledge_id: int) -> list[int]:
        """Return up to five people who offered help with a pledge, newest first, for its maker alone."""
        async with self._database.reading() as reading:
            return await support_store.offerers(reading, guild_id, pledge_id, _MOST_OFFERERS)

    async def _show_support(self, tx: Transaction, pledge: Pledge) -> None:
        if await self._outbox.post_of(tx, pledge.guild_id, "pledge.card", pledge.id) is not None:
            await self._outbox.put(tx, pledge.guild_id, "pledge.card", pledge.id, person_id=pledge.maker_id)

    async def show_support_again(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Count again where somebody supports, once what others see of them has changed."""
        member = await self._members.find_in(tx, guild_id, user_id)
        counted = member is not None and member.visibility is not MemberVisibility.HIDDEN
        await support_store.count_in(tx, guild_id, user_id, counted=counted)
        for pledge_id in await support_store.supported_by(tx, guild_id, user_id):
            pledge = await store.find(tx, guild_id, pledge_id)
            if pledge is not None:
                await self._show_support(tx, pledge)

    async def _support_no_more(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Take a person out of everything that they supported or offered."""
        await self.show_support_again(tx, guild_id, user_id)
        await support_store.forget_person(tx, guild_id, user_id)

    # Wanting to hear.

    async def listens(self, actor: Actor) -> bool:
        """Return whether the person wants to hear when a partner in their sectors needs help."""
        async with self._database.reading() as reading:
            return await support_store.listens(reading, actor.guild_id, actor.user_id)

    async def listen(self, actor: Actor, yes: bool) -> None:
        """Choose whether to hear when a partner in one's sectors needs help. Raises NotJoined for yes."""
        if yes:
            await self._members.require(actor)

        async def work(tx: Transaction) -> None:
            if yes:
                await support_store.listen(tx, actor.guild_id, actor.user_id, self._clock())
            else:
                await support_store.listen_no_more(tx, actor.guild_id, actor.user_id)

        await self._database.write(work)
