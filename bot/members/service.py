"""Registering, changing, being reached."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace

from bot.actor import Actor
from bot.clock import Clock
from bot.delivery.outbox import Outbox
from bot.errors import ConsentNeeded, Invalid, NotFound, Paused
from bot.guard.gate import Gate
from bot.guard.model import Where
from bot.members import draft_store, names, notice_store, roll_store, store
from bot.members.consent import Consents
from bot.members.model import (
    COUNTERS,
    DRAFT_KEPT,
    MOST_SECTORS,
    OFFERS_LIMIT,
    ORGANISATION_LIMIT,
    Brief,
    JoinDraft,
    Member,
    NamedPage,
    Notice,
    Organisation,
    Reach,
    Registration,
    Visibility,
)
from bot.members.organisations import Organisations
from bot.privacy.notices import Notices
from bot.sectors.service import Sectors
from bot.storage import counters
from bot.storage.database import Database, Reading, Transaction

_NOTICE = "member.notice"
_NEWS_SHOWN = 5

Follower = Callable[[Transaction, int, int], Awaitable[None]]


class Members(Consents):
    """Use cases around one person in one server."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        gate: Gate,
        sectors: Sectors,
        notices: Notices,
        organisations: Organisations,
        clock: Clock,
    ) -> None:
        super().__init__(database, notices, clock)
        self._outbox = outbox
        self._gate = gate
        self._sectors = sectors
        self._organisations = organisations
        self._followers: list[Follower] = []

    def follow(self, follower: Follower) -> None:
        """Call back, in the same unit of work, when what others see of somebody changes (tx, guild_id, user_id)."""
        self._followers.append(follower)

    # Who somebody is.

    async def brief(self, guild_id: int, user_id: int) -> Brief:
        """Return language, pause, and how much news a person has not heard of. Raises StorageUnavailable."""
        async with self._database.reading() as reading:
            return await roll_store.brief(reading, guild_id, user_id, _NOTICE, _NEWS_SHOWN)

    async def find_in(self, reading: Reading, guild_id: int, user_id: int) -> Member | None:
        """Like :meth:`find`, inside the caller's unit of work."""
        return await store.find(reading, guild_id, user_id)

    async def standing_in(self, reading: Reading, guild_id: int, sector: str, user_ids: Collection[int]) -> set[int]:
        """Return those of some people who stand in a sector, whatever others see of them."""
        return await store.standing_in(reading, guild_id, sector, user_ids)

    async def named_sectors(
        self, reading: Reading, guild_id: int, after: int, most: int
    ) -> list[tuple[int, tuple[str, ...]]]:
        """Return people above an id who chose to be named, with their sectors, in the caller's unit of work."""
        return await roll_store.named_sectors(reading, guild_id, after, most)

    async def named(self, guild_id: int, sector: str, after: int, most: int) -> NamedPage:
        """Return a page of those who count in a sector and chose to be named."""
        async with self._database.reading() as reading:
            found = await store.named(reading, guild_id, sector, after, most + 1)
        return NamedPage(tuple(found[:most]), found[most - 1].user_id if len(found) > most else None)

    # Registering: a form, a card, Save.

    async def prepare(self, actor: Actor, registration: Registration) -> JoinDraft:
        """Store what the form gave until it is saved, for at most 24 hours.

        Somebody registered under the present notice need not consent again.
        Raises ConsentNeeded (before anything else is looked at), Paused, Invalid, TextStopped.
        """
        now_valid = await self._notices.version(actor.guild_id)
        if registration.consent_version != now_valid:
            member = await self.find(actor.guild_id, actor.user_id)
            if member is None or member.consent_version != now_valid:
                raise ConsentNeeded(now_valid if member else "")
            registration = replace(registration, consent_version=now_valid)
        self._check(actor, registration)
        await self._check_sectors(actor, registration)

        async def work(tx: Transaction) -> JoinDraft:
            way, channel_id, _ = await store.reach_of(tx, actor.guild_id, actor.user_id)
            draft = registration
            if registration.reach is Reach.PROFILE:
                draft = replace(registration, reach=way, reach_channel_id=channel_id)
            number = await draft_store.put(tx, actor.guild_id, actor.user_id, draft, self._clock())
            return await self._with_meant(tx, actor, number, draft)

        return await self._database.write(work)

    async def draft(self, actor: Actor) -> JoinDraft | None:
        """Return the form that this person has not saved yet."""
        async with self._database.reading() as reading:
            found = await draft_store.of(reading, actor.guild_id, actor.user_id)
            return None if found is None else await self._with_meant(reading, actor, *found)

    async def adjust(
        self,
        actor: Actor,
        draft_id: int,
        *,
        primary: str | None = None,
        organisation_id: int | None = None,
        visibility: Visibility | None = None,
        reach: tuple[Reach, int | None] | None = None,
    ) -> JoinDraft:
        """Complete a draft from its card; None leaves a choice as it is.

        ``organisation_id`` takes the name of an organisation that was suggested, ``reach`` is the way
        and the channel for a mention. Raises NotFound where the draft was replaced, saved or forgotten.
        """

        async def work(tx: Transaction) -> JoinDraft:
            registration = await self._own_draft(tx, actor, draft_id)
            if primary is not None:
                registration = replace(registration, sectors=registration.led_by(primary))
            if organisation_id is not None:
                known = await self._organisations.suggested(tx, actor.guild_id, organisation_id)
                registration = replace(registration, organisation=known.name)
            if visibility is not None:
                registration = replace(registration, visibility=visibility)
            if reach is not None:
                registration = replace(registration, reach=reach[0], reach_channel_id=reach[1])
            await draft_store.change(tx, actor.guild_id, draft_id, registration, self._clock())
            return await self._with_meant(tx, actor, draft_id, registration)

        return await self._database.write(work)

    async def save(self, actor: Actor, draft_id: int) -> Member:
        """Register with a draft, or change the registration there is, and return it.

        Raises Paused, Invalid (a sector that was retired meanwhile), NotFound.
        """

        async def work(tx: Transaction) -> Member:
            registration = await self._own_draft(tx, actor, draft_id)
            self._check(replace(actor, vouched=True), registration)
            await self._check_sectors(actor, registration)
            before = await store.find(tx, actor.guild_id, actor.user_id)
            organisation_id = None
            if registration.organisation:
                organisation_id = await self._organisations.take_in(tx, actor.guild_id, registration.organisation)
            await store.put(tx, actor.guild_id, actor.user_id, registration, organisation_id, self._clock())
            if before is None or before.consent_version != registration.consent_version:
                await store.consent(tx, actor.guild_id, actor.user_id, registration.consent_version, self._clock())
            await draft_store.drop(tx, actor.guild_id, actor.user_id)
            after = await store.find(tx, actor.guild_id, actor.user_id)
            assert after is not None, "the row was just written"
            await self._organisations.switched(
                tx, actor.guild_id, before.organisation if before else None, after.organisation
            )
            await self._count(tx, before, -1)
            await self._count(tx, after, +1)
            if before is None or _seen(before) != _seen(after):
                for follow in self._followers:
                    await follow(tx, actor.guild_id, actor.user_id)
            return after

        return await self._database.write(work)

    async def discard(self, actor: Actor, draft_id: int) -> None:
        """Drop what was not saved. Raises NotFound where it is gone already."""

        async def work(tx: Transaction) -> None:
            await self._own_draft(tx, actor, draft_id)
            await draft_store.drop(tx, actor.guild_id, actor.user_id)

        await self._database.write(work)

    def _check(self, actor: Actor, registration: Registration) -> None:
        if actor.paused:
            raise Paused
        if not registration.sectors:
            raise Invalid("sectors", "empty")
        if len(registration.sectors) > MOST_SECTORS or len(set(registration.sectors)) < len(registration.sectors):
            raise Invalid("sectors", "too many", most=MOST_SECTORS)
        if len(registration.organisation) > ORGANISATION_LIMIT:
            raise Invalid("organisation", "too long", limit=ORGANISATION_LIMIT)
        if registration.organisation:
            names.check_name(registration.organisation)
        if len(registration.offers) > OFFERS_LIMIT:
            raise Invalid("offers", "too long", limit=OFFERS_LIMIT)
        self._gate.admit(actor, Where.ORGANISATION, organisation=registration.organisation)
        self._gate.admit(actor, Where.OFFER, offers=registration.offers)

    async def _check_sectors(self, actor: Actor, registration: Registration) -> None:
        """Pass what is on the server's list, and what this person stands in already."""
        here = await self._sectors.of(actor.guild_id)
        if not here.slugs.issuperset(registration.sectors):
            member = await self.find(actor.guild_id, actor.user_id)
            here.check_choice(registration.sectors, member.sectors if member else (), actor.locale)

    async def _own_draft(self, reading: Reading, actor: Actor, draft_id: int) -> Registration:
        found = await draft_store.of(reading, actor.guild_id, actor.user_id)
        if found is None or found[0] != draft_id:
            raise NotFound("draft")
        return found[1]

    async def _with_meant(self, reading: Reading, actor: Actor, number: int, registration: Registration) -> JoinDraft:
        if not registration.organisation:
            return JoinDraft(number, registration)
        meant = await self._organisations.meant(reading, actor.guild_id, registration.organisation)
        return JoinDraft(number, registration, meant)

    async def _count(self, tx: Transaction, member: Member | None, by: int) -> None:
        if member is not None:
            await counters.add(tx, member.guild_id, COUNTERS[member.visibility], member.primary, by)
            await self._outbox.put(tx, member.guild_id, "server.welcome", 0)

    async def organisations(self, reading: Reading, guild_id: int, ids: Collection[int]) -> dict[int, Organisation]:
        """Return id -> organisation for some of a server."""
        return await self._organisations.some(reading, guild_id, ids)

    # Being reached.

    async def choose_reach(self, actor: Actor, reach: Reach, channel_id: int | None = None) -> None:
        """Set the one way to reach this person; ``channel_id`` is where to mention them."""

        async def work(tx: Transaction) -> None:
            await store.set_reach(tx, actor.guild_id, actor.user_id, reach, channel_id)

        await self._database.write(work)

    async def choose_locale(self, actor: Actor, locale: str | None) -> None:
        """Set the language this person is answered in here, None for that of their Discord."""

        async def work(tx: Transaction) -> None:
            await store.set_locale(tx, actor.guild_id, actor.user_id, locale)

        await self._database.write(work)

    async def tell(
        self, tx: Transaction, guild_id: int, user_id: int, kind: str, subject_id: int, detail: str | None = None
    ) -> None:
        """Note news for a person in the caller's unit of work, and queue it in the way they chose.

        With *Only in /profile* nothing is sent: it waits there, and the next reply they get says so.
        """
        notice_id = await notice_store.add_notice(tx, guild_id, user_id, kind, subject_id, detail, self._clock())
        reach, _, _ = await store.reach_of(tx, guild_id, user_id)
        if reach is not Reach.PROFILE:
            await self._outbox.put(tx, guild_id, _NOTICE, notice_id, person_id=user_id)

    async def hinted(self, guild_id: int, user_id: int) -> None:
        """Note that a reply told somebody of their news: one line is enough until there is more."""
        await self._database.write(lambda tx: notice_store.hinted(tx, guild_id, user_id))

    async def cut_news(self, tx: Transaction, guild_id: int, user_id: int, pledge_id: int, text: str) -> None:
        """Take a text out of what a person was told about a pledge, in the caller's unit of work."""
        await notice_store.cut(tx, guild_id, user_id, pledge_id, text)

    async def notice(self, guild_id: int, notice_id: int) -> Notice | None:
        """Return a piece of news, None where it is gone."""
        async with self._database.reading() as reading:
            return await notice_store.find_notice(reading, guild_id, notice_id)

    async def reach(self, guild_id: int, user_id: int) -> tuple[Reach, int | None, str | None]:
        """Return how a person wants to be reached, the channel for a mention, and their language."""
        async with self._database.reading() as reading:
            return await store.reach_of(reading, guild_id, user_id)

    async def news(self, actor: Actor, most: int = _NEWS_SHOWN) -> list[Notice]:
        """Return the person's newest news and mark all of it as seen."""
        async with self._database.reading() as reading:
            found = await notice_store.notices_of(reading, actor.guild_id, actor.user_id, most)
        if any(not notice.seen for notice in found):

            async def work(tx: Transaction) -> None:
                await notice_store.see_notices(tx, actor.guild_id, actor.user_id, self._clock())

            await self._database.write(work)
        return found

    # Going.

    async def leave(self, tx: Transaction, guild_id: int, user_id: int) -> bool:
        """Take somebody out of the register in the caller's unit of work; False where they were not in it.

        What they chose of language and pause stays, and so does news that they have not read.
        """
        member = await store.find(tx, guild_id, user_id)
        await self._count(tx, member, -1)
        await store.drop(tx, guild_id, user_id)
        await self._organisations.switched(tx, guild_id, member.organisation if member else None, None)
        await draft_store.drop(tx, guild_id, user_id)
        return member is not None

    async def forget(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Erase everything of a person in one server, news that waits to be sent included."""
        await self.leave(tx, guild_id, user_id)
        for notice_id in await notice_store.ids_of(tx, guild_id, user_id):
            await self._outbox.cancel(tx, guild_id, _NOTICE, notice_id)
        await notice_store.drop(tx, guild_id, user_id)
        await store.drop_preferences(tx, guild_id, user_id)

    # Coming round.

    async def sweep(self) -> None:
        """Forget forms that were not saved for 24 hours."""

        async def work(tx: Transaction) -> None:
            await draft_store.drop_before(tx, self._clock() - DRAFT_KEPT)

        await self._database.write(work)

    async def recount(self) -> int:
        """Set every counter of members to what the rows say; returns how many were wrong.

        Both are read at one moment and the difference is added, so what happens meanwhile is not lost.
        """
        wrong: list[tuple[int, str, str, int]] = []
        async with self._database.snapshot() as reading:
            found = await store.tally(reading)
            for guild_id in {guild for guild, _, _ in found} | await store.counted_guilds(reading):
                for visibility, name in COUNTERS.items():
                    kept = await counters.read(reading, guild_id, name)
                    true = {s: n for (g, s, v), n in found.items() if g == guild_id and v is visibility}
                    for sector in kept.keys() | true.keys():
                        if by := true.get(sector, 0) - kept.get(sector, 0):
                            wrong.append((guild_id, name, sector, by))

        async def work(tx: Transaction) -> None:
            for guild_id, name, sector, by in wrong:
                await counters.add(tx, guild_id, name, sector, by)

        if wrong:
            await self._database.write(work)
        return len(wrong)


def _seen(member: Member) -> tuple[object, ...]:
    return member.visibility, member.sectors, member.organisation, member.offers
