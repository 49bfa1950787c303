"""Asking makers how it goes, hearing that they need help, and telling them before a pledge lapses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.actor import Actor
from bot.delivery.schedule import gently
from bot.pledges import followup_store, history_store, store, support_store
from bot.pledges.acting import PledgeActs, Report
from bot.pledges.desk_model import morning_after
from bot.pledges.followup_model import (
    CALLED_AGAIN,
    CHECK_IN,
    HELP_WANTED,
    LAPSING,
    MOST_HELPERS,
    MOST_LISTENERS,
    RECENT,
    TIMES_TOLD,
    TOLD_AGAIN,
    CheckIn,
    Followup,
    asked_by,
    next_question,
    times_told,
)
from bot.pledges.model import COUNTS_AS_ACTIVE, LAPSES_AFTER, PUBLIC, Act, Pledge, Status, Visibility
from bot.storage.database import Transaction

HELP = "pledge.help"
"""The kind of outbox row for the day's calls for help; its subject is the number of the day."""

_MOST_QUESTIONS = 3
_MOST_CALLS = 10
_A_MOMENT = timedelta(hours=1)
_PLANNED = 50
"""Pledges whose next question is planned in one unit of work."""


class CheckIns(PledgeActs):
    """Use cases around what a maker is asked."""

    # What follows a step.

    async def follow_up(self, tx: Transaction, before: Pledge, after: Pledge) -> None:
        """Plan the next question after each step of a pledge, and pass a call for help on."""
        if after.status is Status.ACTIVE:
            if before.status not in COUNTS_AS_ACTIVE:
                await followup_store.begin(tx, after, self._clock())
            await self._plan(tx, after)
        else:
            await self._outbox.cancel(tx, after.guild_id, CHECK_IN, after.id)
        called = after.needs_help and after.status is Status.ACTIVE
        if called and not before.needs_help:
            await self._call(tx, after)
        elif before.needs_help and (not called or before.visibility is not after.visibility):
            await self._show_call(tx, after)

    async def _plan(self, tx: Transaction, pledge: Pledge) -> None:
        at = next_question(pledge, await followup_store.known(tx, pledge))
        if at is None:
            await self._outbox.cancel(tx, pledge.guild_id, CHECK_IN, pledge.id)
            return
        due = morning_after(at, (await self._servers.settings(pledge.guild_id)).zone)
        await self._outbox.put(tx, pledge.guild_id, CHECK_IN, pledge.id, person_id=pledge.maker_id, due=due)

    # Asking.

    async def ask(self, guild_id: int, pledge_id: int) -> None:
        """Ask a maker how it goes, if that is still to be asked now; else plan when it is.

        Done again after a kill it asks nobody twice. Whoever is paused is asked a week later.
        """

        async def work(tx: Transaction) -> None:
            pledge = await store.find(tx, guild_id, pledge_id)
            if pledge is None or pledge.maker_id is None:
                return
            followup, now = await followup_store.known(tx, pledge), self._clock()
            at = next_question(pledge, followup)
            member = await self._members.find_in(tx, guild_id, pledge.maker_id)
            if at is None or member is None:
                return
            if member.paused:
                later = now + RECENT
                await self._outbox.put(tx, guild_id, CHECK_IN, pledge_id, person_id=pledge.maker_id, due=later)
                return
            if at <= now:
                asked = replace(followup, asked=asked_by(pledge, followup, now), asked_at=now)
                await followup_store.put(tx, pledge, asked)
                await self._members.tell(tx, guild_id, pledge.maker_id, CHECK_IN, pledge_id)
            await self._plan(tx, pledge)

        await self._database.write(work)

    async def plan_missing(self) -> None:
        """Plan the questions about active pledges that are not followed up yet."""
        async with self._database.reading() as reading:
            missing = await followup_store.unknown(reading, 500)
        for at in range(0, len(missing), _PLANNED):

            async def work(tx: Transaction, part: Sequence[Pledge] = missing[at : at + _PLANNED]) -> None:
                for pledge in part:
                    await followup_store.put(tx, pledge, Followup(pledge.created_at))
                    await self._plan(tx, pledge)

            async with gently():
                await self._database.write(work)

    async def questions(self, actor: Actor) -> list[CheckIn]:
        """Return up to three of the person's pledges that they were asked about and have not answered."""
        async with self._database.reading() as reading:
            found = await followup_store.asked_of(reading, actor.guild_id, actor.user_id, _MOST_QUESTIONS)
        return [CheckIn(self._worded(pledge), lapsing) for pledge, lapsing in found]

    async def question(self, guild_id: int, user_id: int, pledge_id: int, asked_at: datetime) -> Pledge | None:
        """Return the pledge that somebody was asked about, None once they answered or it has moved on."""
        async with self._database.reading() as reading:
            pledge = await store.find(reading, guild_id, pledge_id)
        if pledge is None or pledge.maker_id != user_id or pledge.status is not Status.ACTIVE:
            return None
        return self._worded(pledge) if pledge.changed_at < asked_at else None

    async def going_well(self, actor: Actor, pledge_id: int) -> Pledge:
        """Say that it goes on as planned; said twice within the hour it counts once. Raises as ``progress`` does."""
        async with self._database.reading() as reading:
            pledge = await self._own(reading, actor, pledge_id)
            last = await history_store.last_entry(reading, actor.guild_id, pledge_id)
        again = last is not None and last.act is Act.PROGRESS and self._clock() - last.at < _A_MOMENT
        if again and pledge.status is Status.ACTIVE:
            async with self._database.reading() as reading:
                return await self._with_names(reading, pledge)
        return await self._act(actor, pledge_id, Act.PROGRESS, report=Report())

    # Before it lapses.

    async def _may_lapse(self, seen: Pledge, now: datetime) -> bool:
        """Tell a maker that a pledge is about to lapse; True where they were told twice and it is time."""

        async def work(tx: Transaction) -> bool:
            pledge = await self._found(tx, seen.guild_id, seen.id)
            if (pledge.status, pledge.changed_at) != (seen.status, seen.changed_at) or pledge.due is None:
                return False
            over = max(pledge.due, pledge.changed_at) <= now - LAPSES_AFTER
            if pledge.maker_id is None:
                return over
            followup = await followup_store.known(tx, pledge)
            told = times_told(pledge, followup)
            if told and followup.told_at is not None and now - followup.told_at < TOLD_AGAIN:
                return False
            if told < TIMES_TOLD:
                await followup_store.put(tx, pledge, replace(followup, told=told + 1, told_at=now))
                await self._members.tell(tx, pledge.guild_id, pledge.maker_id, LAPSING, pledge.id)
                return False
            return over

        return await self._database.write(work)

    # Calls for help.

    async def _call(self, tx: Transaction, pledge: Pledge) -> None:
        """Tell organisers and the partners who want to hear, once within 30 days."""
        followup, now = await followup_store.known(tx, pledge), self._clock()
        if followup.help_at is not None and now - followup.help_at < CALLED_AGAIN:
            await self._show_call(tx, pledge)
            return
        await followup_store.put(tx, pledge, replace(followup, help_at=now))
        await self._outbox.put(tx, pledge.guild_id, HELP, await self._day(pledge.guild_id, now))
        if pledge.visibility is Visibility.HIDDEN:
            return
        listeners = await support_store.listeners(tx, pledge.guild_id, MOST_LISTENERS)
        near = await self._members.standing_in(tx, pledge.guild_id, pledge.sector, listeners)
        for user_id in [one for one in listeners if one in near and one != pledge.maker_id][:MOST_HELPERS]:
            await self._members.tell(tx, pledge.guild_id, user_id, HELP_WANTED, pledge.id)

    async def _show_call(self, tx: Transaction, pledge: Pledge) -> None:
        followup = await followup_store.find(tx, pledge)
        if followup is None or followup.help_at is None:
            return
        day = await self._day(pledge.guild_id, followup.help_at)
        if await self._outbox.post_of(tx, pledge.guild_id, HELP, day) is not None:
            await self._outbox.put(tx, pledge.guild_id, HELP, day)

    async def _day(self, guild_id: int, at: datetime) -> int:
        zone = (await self._servers.settings(guild_id)).zone
        return at.astimezone(ZoneInfo(zone)).date().toordinal()

    async def calls(self, guild_id: int, day: int) -> list[Pledge]:
        """Return up to ten pledges that called for help on a day and still need it."""
        zone = ZoneInfo((await self._servers.settings(guild_id)).zone)
        begin, end = (
            datetime.combine(date.fromordinal(one), time(), tzinfo=zone).astimezone(UTC) for one in (day, day + 1)
        )
        async with self._database.reading() as reading:
            found = await followup_store.called(reading, guild_id, begin, end, _MOST_CALLS)
            return [await self._with_names(reading, pledge) for pledge in found]

    async def call(self, guild_id: int, pledge_id: int) -> Pledge | None:
        """Return a pledge that others may see and that still needs help, for the news of it."""
        async with self._database.reading() as reading:
            pledge = await store.find(reading, guild_id, pledge_id)
        if pledge is None or not pledge.needs_help or pledge.status not in PUBLIC:
            return None
        return None if pledge.visibility is Visibility.HIDDEN else self._worded(pledge)
