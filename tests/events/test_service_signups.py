"""Answers, places, reminders and being forgotten, through the services on a real database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.errors import Invalid, WrongState
from bot.events.model import Answer, Basics, Counts, Options
from bot.events.signup_store import reminders, signups
from bot.members.model import Reach
from bot.storage.database import Transaction
from tests import simhelp
from tests.events.planning import announced, counts, crowd, moderator, stored
from tests.world import World


async def test_answers_are_counted_once_and_can_change(world: World) -> None:
    events, event, anna = world.services.events, await announced(world), world.actor(world.anna)
    for _ in range(3):
        assert (await events.sign_up(anna, event.id, Answer.GOING)).answer is Answer.GOING
    assert await counts(world, event) == Counts(taken=1, going=1)
    await events.sign_up(anna, event.id, Answer.MAYBE)
    assert await counts(world, event) == Counts(maybe=1)
    await events.sign_up(anna, event.id, Answer.NO)
    assert await counts(world, event) == Counts()
    assert [given.answer for _, given in await events.signups_of(event.guild_id, world.anna.id)] == [Answer.NO]


async def test_places_go_in_the_order_of_asking(world: World) -> None:
    events = world.services.events
    event = await announced(world, capacity="3")
    people = [world.actor(who) for who in crowd(world, 6)]
    answers = [(await events.sign_up(who, event.id, Answer.GOING)).answer for who in people]
    assert answers == [Answer.GOING] * 3 + [Answer.WAITING] * 3
    assert await counts(world, event) == Counts(taken=3, going=3, waiting=3)
    again = await events.sign_up(people[4], event.id, Answer.GOING)
    assert again.answer is Answer.WAITING
    await events.sign_up(people[0], event.id, Answer.NO)
    assert (await events.see(people[3], event.id)).answer is Answer.GOING
    assert (await events.see(people[4], event.id)).answer is Answer.WAITING
    news = await world.services.members.news(people[3])
    assert [item.kind for item in news] == ["event.place"]
    await events.change_options(moderator(world), event.id, Options(capacity=""))
    assert await counts(world, event) == Counts(taken=5, going=5)


async def test_the_last_place_is_given_once(world: World) -> None:
    events, event = world.services.events, await announced(world, capacity="3")
    people = [world.actor(who) for who in crowd(world, 12)]
    await asyncio.gather(*(events.sign_up(who, event.id, Answer.GOING) for who in people))
    assert await counts(world, event) == Counts(taken=3, going=3, waiting=9)


async def test_sign_up_closes_but_one_can_still_say_no(world: World) -> None:
    events = world.services.events
    event = await announced(world, until="in 1 day 12:00")
    await events.sign_up(world.actor(world.anna), event.id, Answer.GOING)
    await world.pass_days(2)
    with pytest.raises(Invalid) as caught:
        await events.sign_up(world.actor(world.ben), event.id, Answer.GOING)
    assert caught.value.why == "sign-up closed"
    assert (await events.sign_up(world.actor(world.anna), event.id, Answer.NO)).answer is Answer.NO


async def test_after_the_end_or_a_cancellation_nobody_signs_up(world: World) -> None:
    events = world.services.events
    over, off = await announced(world), await announced(world, starts="in 9 days 18:00")
    await events.cancel(moderator(world), off.id, "Ill")
    with pytest.raises(WrongState) as caught:
        await events.sign_up(world.actor(world.anna), off.id, Answer.GOING)
    assert caught.value.status == "cancelled"
    await world.pass_days(4)
    with pytest.raises(WrongState) as caught:
        await events.sign_up(world.actor(world.anna), over.id, Answer.GOING)
    assert caught.value.status == "held"


async def test_whom_only_organisers_see_is_in_no_public_figure_but_has_a_place(world: World) -> None:
    events, event = world.services.events, await announced(world, capacity="3")
    await world.register(world.anna, visibility="organisers")
    await events.sign_up(world.actor(world.anna), event.id, Answer.GOING)
    assert await counts(world, event) == Counts(taken=1, going=0)
    await events.sign_up(world.actor(world.anna), event.id, Answer.MAYBE)
    assert await counts(world, event) == Counts()
    await events.sign_up(world.actor(world.anna), event.id, Answer.GOING)

    async def now_named(tx: Transaction) -> None:
        await world.services.members.leave(tx, event.guild_id, world.anna.id)
        await events.show_again(tx, event.guild_id, world.anna.id)

    await world.services.database.write(now_named)
    assert await counts(world, event) == Counts(taken=1, going=1)


async def reminded(world: World) -> list[str]:
    await world.settle()
    return [text for text in map(simhelp.texts, simhelp.dms(world.env, world.anna)) if "🔔" in text]


async def test_reminders_come_when_they_are_due_and_move_with_the_event(world: World) -> None:
    events, anna = world.services.events, world.actor(world.anna)
    event = await announced(world, link="https://example.org/room", closed=True)
    assert not (await events.remind(anna, event.id)).reachable
    await world.services.members.choose_reach(anna, Reach.DM)
    twice = await events.remind(anna, event.id)
    assert twice.reachable
    assert twice.at == (event.starts - timedelta(hours=24), event.starts - timedelta(hours=1))
    later = "in 5 days 18:00"
    moved = await events.change_basics(moderator(world), event.id, Basics(event.title, later))
    assert (moved.moved_from, moved.told) == (event.starts, 1)
    while world.services.clock() < moved.event.starts - timedelta(hours=25):
        await world.env.advance_time(3600)
    assert await reminded(world) == []
    await world.env.advance_time(2 * 3600)
    assert len(await reminded(world)) == 1
    assert "example.org" not in "".join(map(str, simhelp.buttons(simhelp.dms(world.env, world.anna)[-1]).values()))
    await events.sign_up(anna, event.id, Answer.GOING)
    while world.services.clock() < moved.event.starts - timedelta(minutes=50):
        await world.env.advance_time(600)
    assert len(await reminded(world)) == 2
    assert "https://example.org/room" in simhelp.buttons(simhelp.dms(world.env, world.anna)[-1]).values()


async def test_no_reminder_of_what_is_called_off_or_not_wanted(world: World) -> None:
    events, anna = world.services.events, world.actor(world.anna)
    await world.services.members.choose_reach(anna, Reach.DM)
    off, unwanted = await announced(world, "off"), await announced(world, "unwanted")
    for event in (off, unwanted):
        await events.remind(anna, event.id)
    await events.cancel(moderator(world), off.id, "Ill")
    assert (await events.unremind(anna, unwanted.id)).reminded == ()
    await world.pass_days(4)
    assert await reminded(world) == []


async def test_too_late_for_a_reminder(world: World) -> None:
    event = await announced(world, starts="in 40 minutes")
    with pytest.raises(Invalid) as caught:
        await world.services.events.remind(world.actor(world.anna), event.id)
    assert caught.value.why == "too soon to remind"


async def test_everybody_who_said_something_but_no_is_told(world: World) -> None:
    events, event = world.services.events, await announced(world)
    for who, answer in ((world.anna, Answer.GOING), (world.ben, Answer.MAYBE), (world.otto, Answer.NO)):
        await events.sign_up(world.actor(who), event.id, answer)
    await events.remind(world.actor(world.olga), event.id)
    done = await events.cancel(moderator(world), event.id, "The hall is flooded")
    assert done.told == 3
    for who, told in ((world.anna, 1), (world.ben, 1), (world.olga, 1), (world.otto, 0)):
        news = await world.services.members.news(world.actor(who))
        assert [(item.kind, item.detail) for item in news] == [("event.cancelled", "The hall is flooded")] * told


async def rows(world: World, user_id: int) -> int:
    found = 0
    async with world.services.database.reading() as reading:
        for table in (signups, reminders):
            found += len(await reading.all(select(table).where(table.c.user_id == user_id)))
    return found


async def test_being_forgotten_frees_the_place(world: World) -> None:
    events, event = world.services.events, await announced(world, capacity="3")
    people = [world.actor(who) for who in crowd(world, 4)]
    for who in people:
        await events.sign_up(who, event.id, Answer.GOING)
    await events.remind(people[0], event.id)
    gone = people[0].user_id

    async def forget(tx: Transaction) -> None:
        await events.forget(tx, event.guild_id, gone)
        await events.forget(tx, event.guild_id, world.mo.id)

    await world.services.database.write(forget)
    assert await rows(world, gone) == 0
    assert (await events.see(people[3], event.id)).answer is Answer.GOING
    assert await counts(world, event) == Counts(taken=3, going=3)
    assert (await stored(world, event)).author_id is None


async def test_strangers_are_forgotten_a_month_after_and_members_are_not(world: World) -> None:
    events, event = world.services.events, await announced(world)
    await world.register(world.anna)
    for who in (world.anna, world.ben):
        await events.sign_up(world.actor(who), event.id, Answer.GOING)
    await world.pass_days(20)
    await events.sweep()
    assert await rows(world, world.ben.id) == 1
    await world.pass_days(15)
    await events.sweep()
    assert (await rows(world, world.ben.id), await rows(world, world.anna.id)) == (0, 1)


async def test_the_last_moment_to_sign_up_moves_along(world: World) -> None:
    events, event = world.services.events, await announced(world, until="in 2 days 12:00")
    before = await stored(world, event)
    assert before.until is not None
    moved = await events.change_basics(moderator(world), event.id, Basics("x", "in 10 days 18:00"))
    assert moved.event.until == before.until + (moved.event.starts - before.starts)
    assert replace(moved.event, starts=before.starts).sequence == before.sequence + 1
