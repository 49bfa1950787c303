"""Looking at pledges: one, mine, everybody's, the queue; each through what the person may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.actor import Action, Actor
from bot.errors import NotFound
from bot.members.service import Members
from bot.pledges import store
from bot.pledges.model import PUBLIC, Entry, Page, Pledge, Status, Visibility
from bot.storage.database import Database, Reading

PAGE = 5
_FIRST = 2**62
_ON_THE_DESK = (Status.SUBMITTED, Status.DONE_CLAIMED)
_SEARCHED = 500
_LISTED = (Status.ACTIVE, Status.DONE_CLAIMED, Status.KEPT, Status.PARTLY_KEPT)


class PledgeViews:
    """The reading half of :class:`bot.pledges.service.Pledges`."""

    def __init__(self, database: Database, members: Members) -> None:
        self._database = database
        self._members = members

    async def show(self, actor: Actor, pledge_id: int) -> Pledge:
        """Return a pledge if this person may see it. Raises NotFound as much for "not yours" as for "no such"."""
        async with self._database.reading() as reading:
            pledge = await self._found(reading, actor.guild_id, pledge_id)
            if not _sees(actor, pledge):
                raise NotFound("pledge")
            return await self._with_names(reading, pledge)

    async def own(self, actor: Actor, pledge_id: int) -> Pledge:
        """Return one's own pledge, whatever its state, for a form about it. Raises NotFound."""
        async with self._database.reading() as reading:
            return await self._with_names(reading, await self._own(reading, actor, pledge_id))

    async def on_desk(self, actor: Actor, pledge_id: int) -> Pledge:
        """Return a pledge for the organisers' card, which shows more than others see. Raises NotAllowed, NotFound."""
        actor.check(Action.REVIEW)
        return await self.show(actor, pledge_id)

    async def any(self, guild_id: int, pledge_id: int) -> Pledge | None:
        """Return a pledge for rendering a post, None where it is gone."""
        async with self._database.reading() as reading:
            pledge = await store.find(reading, guild_id, pledge_id)
            return None if pledge is None else await self._with_names(reading, pledge)

    async def history(self, actor: Actor, pledge_id: int) -> list[Entry]:
        """Return who did what to a pledge when, for its maker and for organisers."""
        async with self._database.reading() as reading:
            pledge = await self._found(reading, actor.guild_id, pledge_id)
            if pledge.maker_id != actor.user_id:
                actor.check(Action.REVIEW)
            return await store.entries(reading, actor.guild_id, pledge_id)

    async def last_entry(self, guild_id: int, pledge_id: int) -> Entry | None:
        """Return the newest line of the history, for the card that says who decided."""
        async with self._database.reading() as reading:
            return await store.last_entry(reading, guild_id, pledge_id)

    async def mine(self, actor: Actor, after: int | None = None) -> Page:
        """Return the person's own pledges, five a page, newest first."""
        async with self._database.reading() as reading:
            found = await store.of_maker(reading, actor.guild_id, actor.user_id, after or _FIRST, PAGE + 1)
            return await self._page(reading, found)

    async def matching(self, actor: Actor, typed: str, *, mine: bool) -> list[Pledge]:
        """Return up to 25 pledges that hold what was typed, newest first, for an autocomplete.

        Looks at the newest 500 of one's own, or of what everybody may see.
        """
        async with self._database.reading() as reading:
            if mine:
                found = await store.of_maker(reading, actor.guild_id, actor.user_id, _FIRST, _SEARCHED)
            else:
                found = await store.public(reading, actor.guild_id, _LISTED, None, _FIRST, _SEARCHED)
        wanted = typed.casefold().strip()
        return [pledge for pledge in found if wanted in pledge.what.casefold()][:25]

    async def public(
        self, actor: Actor, *, sector: str | None = None, statuses: Iterable[Status] = (), after: int | None = None
    ) -> Page:
        """Return what everybody may see, five a page, newest first."""
        wanted = tuple(statuses) or _LISTED
        async with self._database.reading() as reading:
            found = await store.public(reading, actor.guild_id, wanted, sector, after or _FIRST, PAGE + 1)
            return await self._page(reading, found)

    async def queue(self, actor: Actor, after: int | None = None) -> Page:
        """Return what waits for an organiser, oldest first: handed in, then said to be done."""
        actor.check(Action.REVIEW)
        async with self._database.reading() as reading:
            found: list[Pledge] = []
            for status in _ON_THE_DESK:
                found += await store.queue(reading, actor.guild_id, status, after or 0, PAGE + 1)
            return await self._page(reading, sorted(found, key=lambda pledge: pledge.id))

    async def waiting(self, guild_id: int, most: int = 100) -> int:
        """Return how many pledges wait for an organiser; ``most`` means that many or more."""
        async with self._database.reading() as reading:
            found = [await store.queue(reading, guild_id, status, 0, most) for status in _ON_THE_DESK]
        return min(most, sum(map(len, found)))

    async def _page(self, reading: Reading, found: Sequence[Pledge]) -> Page:
        shown = found[:PAGE]
        names = await self._members.organisation_names(
            reading, shown[0].guild_id if shown else 0, {p.organisation_id for p in shown if p.organisation_id}
        )
        named = tuple(replace(p, organisation=names.get(p.organisation_id or 0)) for p in shown)
        return Page(named, shown[-1].id if len(found) > PAGE else None)

    async def _found(self, reading: Reading, guild_id: int, pledge_id: int) -> Pledge:
        pledge = await store.find(reading, guild_id, pledge_id)
        if pledge is None:
            raise NotFound("pledge")
        return pledge

    async def _own(self, reading: Reading, actor: Actor, pledge_id: int) -> Pledge:
        pledge = await self._found(reading, actor.guild_id, pledge_id)
        if pledge.maker_id != actor.user_id:
            raise NotFound("pledge")
        return pledge

    async def _with_names(self, reading: Reading, pledge: Pledge) -> Pledge:
        if pledge.organisation_id is None:
            return pledge
        names = await self._members.organisation_names(reading, pledge.guild_id, {pledge.organisation_id})
        return replace(pledge, organisation=names.get(pledge.organisation_id))


def _sees(actor: Actor, pledge: Pledge) -> bool:
    if pledge.maker_id == actor.user_id:
        return True
    if actor.may(Action.REVIEW) and pledge.status is not Status.DRAFT:
        return True
    return pledge.status in PUBLIC and pledge.visibility is not Visibility.HIDDEN
