"""Looking at pledges: one, mine, everybody's, the queue; each through what the person may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.actor import Action, Actor
from bot.content.model import Content
from bot.errors import NotFound
from bot.members.model import Organisation
from bot.members.service import Members
from bot.pledges import company_store, history_store, store
from bot.pledges.model import PUBLIC, Change, Entry, Page, Part, Pledge, Status, Visibility
from bot.storage.database import Database, Reading

PAGE = 5
_ANSWERED = frozenset({Status.CHANGES_ASKED, Status.DECLINED, Status.ACTIVE, Status.SUBMITTED, Status.DONE_CLAIMED})
_FIRST = 2**62
_SEARCHED = 500
_OFFERED = 25
_CLOSED_TO_COMPANY = frozenset({Status.DRAFT, Status.DECLINED, Status.WITHDRAWN})
_LISTED = (Status.WAITING, Status.ACTIVE, Status.DONE_CLAIMED, Status.KEPT, Status.PARTLY_KEPT)


class PledgeViews:
    """The reading half of :class:`bot.pledges.service.Pledges`."""

    def __init__(self, database: Database, members: Members, content: Content) -> None:
        self._database = database
        self._members = members
        self._content = content

    async def show(self, actor: Actor, pledge_id: int) -> Pledge:
        """Return a pledge if this person may see it. Raises NotFound as much for "not yours" as for "no such"."""
        async with self._database.reading() as reading:
            pledge = await self._found(reading, actor.guild_id, pledge_id)
            if not await self._may_see(reading, actor, pledge):
                raise NotFound("pledge")
            return await self._with_names(reading, pledge)

    async def own(self, actor: Actor, pledge_id: int) -> Pledge:
        """Return one's own pledge, whatever its state, for a form about it. Raises NotFound."""
        async with self._database.reading() as reading:
            return await self._with_names(reading, await self._own(reading, actor, pledge_id))

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
            return await history_store.entries(reading, actor.guild_id, pledge_id)

    async def last_entry(self, guild_id: int, pledge_id: int) -> Entry | None:
        """Return the newest line of the history, for the card that says who decided."""
        async with self._database.reading() as reading:
            return await history_store.last_entry(reading, guild_id, pledge_id)

    async def seen_by_others(self, actor: Actor) -> int:
        """Return how many of the person's pledges others could see: those stay, without a name, when they go."""
        async with self._database.reading() as reading:
            mine = await store.ids_of(reading, actor.guild_id, actor.user_id)
        return sum(status in PUBLIC for _number, status in mine)

    async def sent_back(self, pledge: Pledge) -> str:
        """Return the reason an organiser gave with the newest line of the history, "" where the maker went on since."""
        if pledge.status not in _ANSWERED:
            return ""
        last = await self.last_entry(pledge.guild_id, pledge.id)
        return last.reason if last is not None else ""

    async def proposed(self, pledge: Pledge) -> Change | None:
        """Return the words that an active pledge shall have and that wait for an organiser."""
        if pledge.status is not Status.ACTIVE or pledge.queued_at is None:
            return None
        async with self._database.reading() as reading:
            return await company_store.change_of(reading, pledge.guild_id, pledge.id)

    async def unfinished(self, actor: Actor) -> Pledge | None:
        """Return the person's newest draft, to go on with."""
        async with self._database.reading() as reading:
            found = await store.draft_of(reading, actor.guild_id, actor.user_id)
        return None if found is None else self._worded(found)

    async def matching(self, actor: Actor, typed: str, *, mine: bool) -> list[Pledge]:
        """Return up to 25 pledges that hold what was typed, newest first, for an autocomplete.

        Looks at the newest 500 of one's own, or of what everybody may see and what one was asked to do too; where
        nothing was typed there is nothing to look for. The catalogue's words are found in every language.
        """
        wanted = typed.casefold().strip()
        most = _SEARCHED if wanted else _OFFERED
        async with self._database.reading() as reading:
            if mine:
                found = await store.of_maker(reading, actor.guild_id, actor.user_id, _FIRST, most)
            else:
                asked = await company_store.asked(reading, actor.guild_id, actor.user_id, PAGE)
                found = [await self._found(reading, actor.guild_id, pledge_id) for pledge_id in asked]
                found += await store.public(reading, actor.guild_id, _LISTED, None, _FIRST, most)
        return [pledge for pledge in map(self._worded, found) if _holds(pledge, wanted)][:_OFFERED]

    async def public(
        self, actor: Actor, *, sector: str | None = None, statuses: Iterable[Status] = (), after: int | None = None
    ) -> Page:
        """Return what everybody may see, five a page, newest first."""
        wanted = tuple(statuses) or _LISTED
        async with self._database.reading() as reading:
            found = await store.public(reading, actor.guild_id, wanted, sector, after or _FIRST, PAGE + 1)
            return await self._page(reading, found)

    async def _page(self, reading: Reading, found: Sequence[Pledge]) -> Page:
        shown = found[:PAGE]
        known = await self._members.organisations(
            reading, shown[0].guild_id if shown else 0, {p.organisation_id for p in shown if p.organisation_id}
        )
        named = tuple(_named(self._worded(pledge), known) for pledge in shown)
        return Page(named, shown[-1].id if len(found) > PAGE else None)

    async def _found(self, reading: Reading, guild_id: int, pledge_id: int) -> Pledge:
        pledge = await store.find(reading, guild_id, pledge_id)
        if pledge is None:
            raise NotFound("pledge")
        return pledge

    async def _may_see(self, reading: Reading, actor: Actor, pledge: Pledge) -> bool:
        if _sees(actor, pledge):
            return True
        if pledge.status in _CLOSED_TO_COMPANY:
            return False
        companion = await company_store.companion(reading, pledge.guild_id, pledge.id, actor.user_id)
        return companion is not None and companion.part is not Part.DECLINED

    async def _own(self, reading: Reading, actor: Actor, pledge_id: int) -> Pledge:
        pledge = await self._found(reading, actor.guild_id, pledge_id)
        if pledge.maker_id != actor.user_id:
            raise NotFound("pledge")
        return pledge

    def _worded(self, pledge: Pledge) -> Pledge:
        """Return a pledge that can be read in every language its words exist in."""
        action = self._content.actions.get(pledge.action or "")
        return pledge if action is None else replace(pledge, catalogue=(action.title, action.done_when))

    async def _with_names(self, reading: Reading, pledge: Pledge) -> Pledge:
        pledge = self._worded(pledge)
        if pledge.organisation_id is None:
            return pledge
        return _named(pledge, await self._members.organisations(reading, pledge.guild_id, {pledge.organisation_id}))


def _named(pledge: Pledge, known: Mapping[int, Organisation]) -> Pledge:
    found = known.get(pledge.organisation_id or 0)
    if found is None:
        return pledge
    domain = found.domain if found.confirmed else ""
    return replace(pledge, organisation=found.name, organisation_confirmed=found.confirmed, organisation_domain=domain)


def _holds(pledge: Pledge, wanted: str) -> bool:
    texts = next((one.texts.values() for one in pledge.catalogue if pledge.what in one.texts.values()), (pledge.what,))
    return any(wanted in text.casefold() for text in texts)


def _sees(actor: Actor, pledge: Pledge) -> bool:
    if pledge.maker_id == actor.user_id:
        return True
    if actor.may(Action.REVIEW) and pledge.status is not Status.DRAFT:
        return True
    return pledge.status in PUBLIC and pledge.visibility is not Visibility.HIDDEN
