"""Looking at introductions: one's own, who fits, how many there are; and who may act for an organisation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

from bot.actor import Action, Actor
from bot.clock import Clock
from bot.delivery.outbox import Outbox, Post
from bot.errors import Invalid, NotAllowed, NotFound, NotJoined
from bot.introductions import contact_store, matching, store
from bot.introductions.follow import Following
from bot.introductions.model import (
    CARD,
    COMPARED,
    MOST_OPEN,
    PAGE,
    REST,
    START,
    Board,
    Contact,
    Cursor,
    FitPage,
    Introduction,
    Line,
    Numbers,
    Party,
    Status,
)
from bot.members.model import Member, Visibility
from bot.members.organisations import Organisations
from bot.members.service import Members
from bot.servers.model import Channel
from bot.servers.service import Servers
from bot.storage.database import Database, Reading

PLACES = (Channel.IDEAS, Channel.WELCOME, Channel.QUESTIONS, Channel.PLEDGES)
"""Whose channel the threads hang under, the first that is one for texts: ideas are where joint efforts begin, and the
organisers' channel is closed to those who are introduced. An announcement channel has no private threads."""

Split = Callable[[str], tuple[list[str], list[str]]]
"""A paragraph of /join -> lines of what it offers, lines of what it looks for."""


class IntroductionViews(Following):
    """The reading half of :class:`bot.introductions.service.Introductions`."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        members: Members,
        organisations: Organisations,
        servers: Servers,
        split: Split,
        clock: Clock,
    ) -> None:
        super().__init__(outbox, members, organisations, clock)
        self._database = database
        self._servers = servers
        self._split = split

    # Looking.

    async def board(self, actor: Actor) -> Board:
        """Return what somebody sees who may speak for their organisation.

        Raises NotJoined, and NotAllowed for somebody without an organisation, not named, or not confirmed.
        """
        async with self._database.reading() as reading:
            return await self._board(reading, actor)

    async def _board(self, reading: Reading, actor: Actor) -> Board:
        member, mine = await self._representative(reading, actor)
        found = await store.open_of(reading, actor.guild_id, mine)
        parties = await self._parties(reading, actor.guild_id, {mine, *(one.other(mine) for one in found)})
        lines = [Line(one, parties[one.other(mine)]) for one in found if one.other(mine) in parties]
        waiting = [line for line in lines if line.introduction.status is Status.ASKED]
        assert member.organisation is not None, "a representative has one"
        return Board(
            mine=parties.get(mine, Party(member.organisation)),
            speaks=await contact_store.organisation_of(reading, actor.guild_id, actor.user_id) == mine,
            waiting=tuple(line for line in waiting if line.introduction.asked == mine),
            asked=tuple(line for line in waiting if line.introduction.asking == mine),
            open=tuple(line for line in lines if line.introduction.status is Status.ACCEPTED),
        )

    async def suggestions(self, actor: Actor, cursor: Cursor = START) -> FitPage:
        """Return five organisations that fit, best first: each looks for the other, then whose words fit, then older.

        Words are compared among forty at a time, the best fitting by sector. Raises as :meth:`board`, and NotAllowed
        for somebody who has not switched introductions on.
        """
        guild_id = actor.guild_id
        async with self._database.reading() as reading:
            mine = await self._speaker(reading, actor)
            found = await contact_store.fits(reading, guild_id, mine, cursor, COMPARED + 1)
            compared = [organisation for organisation, _ in found[:COMPARED]]
            parties = await self._parties(reading, guild_id, {mine, *compared})
            counts = await store.open_counts(reading, guild_id, {mine, *compared})
        me = parties[mine]
        others = [parties[one] for one in compared if one in parties and _is_open(parties[one])]
        scores = await asyncio.to_thread(matching.scores, me.needs, others)
        made = [
            matching.fit(me, other, scores.get(number, 0), busy=counts.get(number, 0) >= MOST_OPEN)
            for other in others
            for number in (other.organisation.id,)
        ]
        left = matching.later(matching.ordered(made), cursor)
        after = None
        if len(left) > PAGE:
            last = left[PAGE - 1]
            after = Cursor(cursor.tier, cursor.after, int(last.mutual), last.score, last.party.organisation.id)
        elif len(found) > COMPARED:
            organisation, tier = found[COMPARED - 1]
            after = Cursor(tier, organisation)
        return FitPage(tuple(left[:PAGE]), after, counts.get(mine, 0) >= MOST_OPEN)

    async def preview(self, actor: Actor, organisation_id: int) -> tuple[Party, Party]:
        """Return both sides as the other will see them, before anything is asked. Raises as :meth:`ask`."""
        async with self._database.reading() as reading:
            mine, other, known = await self._ready(reading, actor, organisation_id)
            if known is not None:
                raise Invalid("organisation", "asked already")
            return mine, other

    async def numbers(self, actor: Actor) -> Numbers:
        """Return how many introductions there are, and nothing else about them. Raises NotAllowed."""
        actor.check(Action.REVIEW)
        async with self._database.reading() as reading:
            found = await store.numbers(reading, actor.guild_id)
        of = {status: found.get(status, 0) for status in Status}
        return Numbers(
            asked=of[Status.ASKED],
            open=of[Status.ACCEPTED],
            accepted=of[Status.ACCEPTED] + of[Status.CLOSED],
            closed=of[Status.CLOSED],
            declined=of[Status.DECLINED],
            lapsed=of[Status.LAPSED],
            withdrawn=of[Status.WITHDRAWN],
        )

    # For the posts.

    async def any(self, guild_id: int, introduction_id: int) -> Introduction | None:
        """Return an introduction as it is now."""
        async with self._database.reading() as reading:
            return await store.find(reading, guild_id, introduction_id)

    async def both(self, known: Introduction) -> tuple[Party, Party] | None:
        """Return the side that asked and the one that was asked, None where one of them is gone."""
        async with self._database.reading() as reading:
            parties = await self._parties(reading, known.guild_id, {known.asking, known.asked})
        if known.asking not in parties or known.asked not in parties:
            return None
        return parties[known.asking], parties[known.asked]

    async def other_name(self, guild_id: int, kind: str, introduction_id: int) -> str | None:
        """Return the name of the other side in a piece of news, as it is now."""
        async with self._database.reading() as reading:
            known = await store.find(reading, guild_id, introduction_id)
            if known is None:
                return None
            other = known.asking if kind == "introduction.asked" else known.asked
            found = (await self._organisations.some(reading, guild_id, {other})).get(other)
        return None if found is None else found.name

    async def card_of(self, known: Introduction) -> Post | None:
        """Return the card that opened the thread, if one stands."""
        return await self._outbox.find_post(known.guild_id, CARD, known.id)

    # Who is who.

    async def _representative(self, reading: Reading, actor: Actor) -> tuple[Member, int]:
        """Return the acting member and their confirmed organisation. Raises NotJoined, NotAllowed."""
        member = await self._members.find_in(reading, actor.guild_id, actor.user_id)
        if member is None:
            raise NotJoined
        if member.organisation is None:
            raise NotAllowed("introduce nobody")
        if member.visibility is not Visibility.NAMED:
            raise NotAllowed("introduce unnamed")
        if not member.organisation.confirmed:
            raise NotAllowed("introduce unconfirmed")
        return member, member.organisation.id

    async def _speaker(self, reading: Reading, actor: Actor) -> int:
        """Return the organisation that the acting member speaks for. Raises NotAllowed where they switched it off."""
        _, mine = await self._representative(reading, actor)
        if await contact_store.organisation_of(reading, actor.guild_id, actor.user_id) != mine:
            raise NotAllowed("introduce off")
        return mine

    async def _ready(
        self, reading: Reading, actor: Actor, organisation_id: int
    ) -> tuple[Party, Party, Introduction | None]:
        """Return both sides of a request that may be made, or the one that was made already."""
        mine = await self._speaker(reading, actor)
        if mine == organisation_id:
            raise Invalid("organisation", "introduce itself")
        parties = await self._parties(reading, actor.guild_id, {mine, organisation_id})
        other = parties.get(organisation_id)
        if other is None or not _is_open(other):
            raise NotFound("organisation")
        known = await store.of_pair(reading, actor.guild_id, mine, organisation_id)
        if known is not None:
            if known.status is Status.ACCEPTED or known.asking != mine:
                raise Invalid("organisation", "introduced" if known.status is Status.ACCEPTED else "they asked")
            return parties[mine], other, known
        await self._check_place(actor.guild_id)
        last = await store.last_answer(reading, actor.guild_id, mine, organisation_id)
        if last is not None and last + REST > self._clock():
            raise Invalid("organisation", "asked lately", at=last + REST)
        counts = await store.open_counts(reading, actor.guild_id, {mine, organisation_id})
        if counts.get(mine, 0) >= MOST_OPEN:
            raise Invalid("organisation", "we are full", most=MOST_OPEN)
        if counts.get(organisation_id, 0) >= MOST_OPEN:
            raise Invalid("organisation", "they are full", most=MOST_OPEN)
        return parties[mine], other, None

    async def _check_place(self, guild_id: int) -> None:
        settings = await self._servers.settings(guild_id)
        if not settings.organiser_roles:
            raise NotAllowed("introduce without organisers")
        if all(settings.channel(purpose) is None for purpose in PLACES):
            raise NotAllowed("introduce nowhere")

    async def _parties(self, reading: Reading, guild_id: int, ids: Collection[int]) -> dict[int, Party]:
        organisations = await self._organisations.some(reading, guild_id, ids)
        wishes = await contact_store.all_wishes(reading, guild_id, ids)
        spoken = await contact_store.spoken(reading, guild_id, ids)
        return {
            number: Party(
                organisation,
                wishes.get(number, ()),
                tuple(
                    Contact(user_id, tuple(sectors), *("\n".join(lines) for lines in self._split(offers)))
                    for user_id, offers, sectors in spoken.get(number, ())
                ),
            )
            for number, organisation in organisations.items()
        }


def _is_open(party: Party) -> bool:
    return party.organisation.confirmed and bool(party.contacts)
