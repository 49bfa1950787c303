"""Answers, waiting lists and reminders: what anybody may do with an event that is out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.actor import Actor
from bot.clock import Clock
from bot.delivery.outbox import Outbox, Post
from bot.delivery.schedule import gently
from bot.errors import Invalid, NotFound, WrongState
from bot.events import recount_store, signup_store, store
from bot.events.model import (
    STRANGERS_KEPT,
    Answer,
    Event,
    Moved,
    Reminder,
    Seen,
    SignUp,
    State,
    is_full,
)
from bot.events.views import _NOT_OUT, _TAKEN, EventViews, _counts
from bot.members.model import Reach, Visibility
from bot.members.service import Members
from bot.servers.service import Servers
from bot.storage import counters
from bot.storage.database import Database, Transaction

_COUNTED = (_TAKEN, *(f"events.{answer}" for answer in Answer if answer is not Answer.NO))
_PAGE = 50
"""Events counted again in one unit of work: a few milliseconds."""
_CARD_RESTS = timedelta(seconds=60)
"""A clicked card is brought up to date by the answer to the click; the post itself follows, for stragglers."""


@dataclass(frozen=True, slots=True)
class Reminded:
    """What came of *Remind me*: when, and whether the person's way of being reached carries it."""

    seen: Seen
    at: tuple[datetime, ...]
    reachable: bool


class SignUps(EventViews):
    """Use cases of everybody."""

    def __init__(self, database: Database, outbox: Outbox, members: Members, servers: Servers, clock: Clock) -> None:
        super().__init__(database, servers, clock)
        self._outbox = outbox
        self._members = members

    async def sign_up(self, actor: Actor, event_id: int, answer: Answer, *, on_card: bool = False) -> Seen:
        """Record an answer; the same one twice changes nothing. GOING becomes WAITING while there is no room.

        ``on_card``: the click was on the public card, which its answer updates. Raises NotFound, WrongState
        once it is over or cancelled, Invalid("sign_up") after the last moment to say yes.
        """
        if answer is Answer.WAITING:
            answer = Answer.GOING
        if answer is not Answer.NO:
            await self._members.check_consent(actor)

        async def work(tx: Transaction) -> Seen:
            now = self._clock()
            event = await self._open(tx, actor, event_id, now)
            before = await signup_store.signup(tx, actor.guild_id, event.id, actor.user_id)
            given = answer
            if answer is Answer.GOING:
                if before is not None and before.answer in (Answer.GOING, Answer.WAITING):
                    given = before.answer
                elif event.until is not None and event.until <= now:
                    raise Invalid("sign_up", "sign-up closed", at=event.until)
                elif is_full(event, await _counts(tx, event.guild_id, event.id)):
                    given = Answer.WAITING
            if before is None or before.answer is not given:
                counted = await self._is_counted(tx, actor.guild_id, actor.user_id)
                after = SignUp(actor.guild_id, event.id, actor.user_id, given, counted, now)
                await self._replace(tx, before, after)
                await self._fill(tx, event)
                due = now + _CARD_RESTS if on_card else None
                await self._outbox.put(tx, event.guild_id, "event.card", event.id, due=due)
            return await self._seen(tx, actor, event)

        return await self._database.write(work)

    async def remind(self, actor: Actor, event_id: int) -> Reminded:
        """Set the reminders that the event offers and that still lie ahead. Twice changes nothing.

        Raises NotFound, WrongState, Invalid("reminder") where it starts too soon or offers none.
        """

        async def work(tx: Transaction) -> Reminded:
            now = self._clock()
            event = await self._open(tx, actor, event_id, now)
            ahead = [hours for hours in event.reminders if event.starts - timedelta(hours=hours) > now]
            if not ahead:
                raise Invalid("reminder", "too soon to remind")
            wishes = await signup_store.reminders_for(tx, actor.guild_id, actor.user_id)
            known = {wish.hours for wish in wishes if wish.event_id == event.id}
            for hours in ahead:
                if hours not in known:
                    await self._add_reminder(tx, event, actor.user_id, hours)
            seen = await self._seen(tx, actor, event)
            return Reminded(seen, tuple(event.starts - timedelta(hours=hours) for hours in sorted(ahead)[::-1]), True)

        reminded = await self._database.write(work)
        reach, _, _ = await self._members.reach(actor.guild_id, actor.user_id)
        return replace(reminded, reachable=reach is not Reach.PROFILE)

    async def unremind(self, actor: Actor, event_id: int) -> Seen:
        """Take the person's reminders of an event back. Raises NotFound."""

        async def work(tx: Transaction) -> Seen:
            event = await self._found(tx, actor.guild_id, event_id)
            for wish in await signup_store.reminders_for(tx, actor.guild_id, actor.user_id):
                if wish.event_id == event.id:
                    await self._drop_reminder(tx, wish)
            return await self._seen(tx, actor, event)

        return await self._database.write(work)

    async def jump(self, guild_id: int, event_id: int) -> str | None:
        """Return the address of the announcement, None while there is none."""
        for kind in ("event.card", "event.notice"):
            post = await self._outbox.find_post(guild_id, kind, event_id)
            if post is not None:
                return post.url(guild_id)
        return None

    async def notice_of(self, guild_id: int, event_id: int) -> Post | None:
        """Return the message that is published to followers, None while there is none."""
        return await self._outbox.find_post(guild_id, "event.notice", event_id)

    async def show_again(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Count a person's answers anew after they changed what others may see of them."""
        counted = await self._is_counted(tx, guild_id, user_id)
        for given in await signup_store.of_person(tx, guild_id, user_id):
            event = await store.find(tx, guild_id, given.event_id)
            if event is None or given.counted == counted:
                continue
            await self._replace(tx, given, replace(given, counted=counted))
            await self._render_coming(tx, event)

    async def forget(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Erase a person: answers, reminders, and their name on what they announced. A place they held is given on."""
        for wish in await signup_store.reminders_for(tx, guild_id, user_id):
            await self._drop_reminder(tx, wish)
        for given in await signup_store.of_person(tx, guild_id, user_id):
            event = await store.find(tx, guild_id, given.event_id)
            await self._count(tx, given, -1)
            await signup_store.take_back(tx, guild_id, given.event_id, user_id)
            if event is not None and event.ends > self._clock():
                await self._fill(tx, event)
                await self._render_coming(tx, event)
        await store.forget_author(tx, guild_id, user_id)

    async def recount(self) -> int:
        """Set every counter of sign-ups to what the answers say; returns how many were wrong.

        Left out are events whose strangers were forgotten: of those only the figures are kept.
        """

        wrong = 0
        after: int | None = 0
        while after is not None:
            async with gently():
                found, after = await self._database.write(partial(self._recount, after=after))
            wrong += found
        return wrong

    async def _recount(self, tx: Transaction, after: int) -> tuple[int, int | None]:
        """Count the events behind an id again; returns how many counters were wrong, and where to go on."""
        page = await recount_store.kept_whole(tx, after, _PAGE)
        true: Counter[tuple[int, str, str]] = Counter()
        for (guild_id, event_id), answers in zip(page, await recount_store.tally(tx, page), strict=True):
            for answer, counted, people in answers:
                if answer is Answer.GOING:
                    true[guild_id, _TAKEN, str(event_id)] += people
                if counted and answer is not Answer.NO:
                    true[guild_id, f"events.{answer}", str(event_id)] += people
        wrong = 0
        keys = [(guild_id, name, str(event_id)) for guild_id, event_id in page for name in _COUNTED]
        for key, kept in zip(keys, await counters.values(tx, keys), strict=True):
            by = true[key] - kept
            wrong += by != 0
            await counters.add(tx, *key, by)
        return wrong, page[-1][1] if len(page) == _PAGE else None

    # Inside a unit of work.

    async def _open(self, tx: Transaction, actor: Actor, event_id: int, now: datetime) -> Event:
        event = await self._found(tx, actor.guild_id, event_id)
        if event.state(now) in _NOT_OUT:
            raise NotFound("event")
        if not event.may(Moved.SIGN_UP, now):
            raise WrongState(event.state(now).value, Moved.SIGN_UP.value)
        return event

    async def _is_counted(self, tx: Transaction, guild_id: int, user_id: int) -> bool:
        member = await self._members.find_in(tx, guild_id, user_id)
        return member is None or member.visibility is not Visibility.HIDDEN

    async def _replace(self, tx: Transaction, before: SignUp | None, after: SignUp) -> None:
        if before is not None:
            await self._count(tx, before, -1)
        await self._count(tx, after, +1)
        await signup_store.answer(tx, after)

    async def _count(self, tx: Transaction, given: SignUp, by: int) -> None:
        subject = str(given.event_id)
        if given.answer is Answer.GOING:
            await counters.add(tx, given.guild_id, _TAKEN, subject, by)
        if given.counted and given.answer is not Answer.NO:
            await counters.add(tx, given.guild_id, f"events.{given.answer}", subject, by)

    async def _fill(self, tx: Transaction, event: Event) -> None:
        """Give free places to the first of the waiting list, and tell them."""
        counts = await _counts(tx, event.guild_id, event.id)
        free = 10_000 if event.capacity is None else event.capacity - counts.taken
        if free <= 0 or event.state(self._clock()) is not State.ANNOUNCED:
            return
        for waiting in await signup_store.queue(tx, event, free):
            await self._replace(tx, waiting, replace(waiting, answer=Answer.GOING))
            await self._members.tell(tx, event.guild_id, waiting.user_id, "event.place", event.id)

    async def _render_coming(self, tx: Transaction, event: Event) -> None:
        if event.state(self._clock()) is State.ANNOUNCED:
            await self._outbox.put(tx, event.guild_id, "event.card", event.id)

    async def _add_reminder(self, tx: Transaction, event: Event, user_id: int, hours: int) -> None:
        number = await signup_store.add_reminder(tx, event.guild_id, event.id, user_id, hours)
        due = event.starts - timedelta(hours=hours)
        await self._outbox.put(tx, event.guild_id, "event.reminder", number, person_id=user_id, due=due)

    async def _drop_reminder(self, tx: Transaction, wish: Reminder) -> None:
        await self._outbox.cancel(tx, wish.guild_id, "event.reminder", wish.id)
        await signup_store.drop_reminder(tx, wish)

    async def _move_reminders(self, tx: Transaction, event: Event) -> None:
        """Set everybody's reminders anew, as new ones: a reminder already sent for the old time is sent again."""
        now = self._clock()
        for wish in await signup_store.reminders_of(tx, event):
            await self._drop_reminder(tx, wish)
            if wish.hours in event.reminders and event.starts - timedelta(hours=wish.hours) > now:
                await self._add_reminder(tx, event, wish.user_id, wish.hours)

    async def _drop_reminders(self, tx: Transaction, event: Event) -> None:
        for wish in await signup_store.reminders_of(tx, event):
            await self._drop_reminder(tx, wish)

    async def _tell_everybody(self, tx: Transaction, event: Event, kind: str, detail: str | None = None) -> int:
        """Tell those who are coming, may come, wait, or asked to be reminded; returns how many that is."""
        people = {given.user_id for given in await signup_store.everybody(tx, event) if given.answer is not Answer.NO}
        people |= {wish.user_id for wish in await signup_store.reminders_of(tx, event)}
        for user_id in sorted(people):
            await self._members.tell(tx, event.guild_id, user_id, kind, event.id, detail)
        return len(people)

    async def _drop_strangers(self, now: datetime) -> None:
        """Forget who came to an event 30 days ago, unless they registered; the figures stay."""
        async with self._database.reading() as reading:
            found = await store.unswept(reading, now - STRANGERS_KEPT)
        for event in found:

            async def work(tx: Transaction, event: Event = event) -> None:
                for given in await signup_store.everybody(tx, event):
                    if await self._members.find_in(tx, event.guild_id, given.user_id) is None:
                        await signup_store.take_back(tx, event.guild_id, event.id, given.user_id)
                await self._drop_reminders(tx, event)
                await store.mark_swept(tx, event)

            await self._database.write(work)
