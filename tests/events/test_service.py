"""Announcing through the services on a real database: times, steps, consequences."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.actor import Standing
from bot.errors import CogwheelError, Invalid, NotAllowed, NotFound, NotSetUp, Paused, TextStopped, WrongState
from bot.events.model import Answer, Basics, Extras, Options, State
from bot.events.typed import written
from bot.storage import counters
from bot.storage.database import Transaction
from tests import simhelp
from tests.events.planning import announced, moderator, planned, stored
from tests.world import World


async def till(world: World, moment: datetime) -> None:
    """Let time go by, a day at a time."""
    while (left := (moment - world.services.clock()).total_seconds()) > 0:
        await world.env.advance_time(min(left, 24 * 3600))


async def test_only_who_announces_may_do_anything(world: World) -> None:
    events, event = world.services.events, await planned(world)
    for who in (world.actor(world.anna), world.actor(world.olga, Standing.ORGANISER)):
        for attempt in (
            events.plan(who, Basics("x", "in 2 days 18:00")),
            events.change_basics(who, event.id, Basics("x", "in 2 days 18:00")),
            events.change_extras(who, event.id, Extras()),
            events.change_options(who, event.id, Options()),
            events.choose_sectors(who, event.id, []),
            events.choose_roles(who, event.id, []),
            events.post(who, event.id, split=False),
            events.schedule(who, event.id, "in 1 day 12:00", split=False),
            events.unschedule(who, event.id),
            events.discard(who, event.id),
            events.cancel(who, event.id, "why"),
            events.manage(who, event.id),
            events.editable(who),
        ):
            with pytest.raises(NotAllowed):
                await attempt
        with pytest.raises(NotFound):
            await events.see(who, event.id)
    assert (await stored(world, event)) == event


CLOCKS = [
    ("2026-10-24 10:00", "sun 18:00", "2026-10-25 17:00"),
    ("2026-10-24 10:00", "sat 18:00", "2026-10-24 16:00"),
    ("2027-03-27 10:00", "sun 18:00", "2027-03-28 16:00"),
    ("2026-10-24 10:00", "sun 18:00 New York", "2026-10-25 22:00"),
    ("2026-10-24 10:00", "2026-10-25 02:30 UTC+01:00 Europe/Stockholm", "2026-10-25 01:30"),
]


async def test_six_stays_six_over_a_clock_change(world: World) -> None:
    events = world.services.events
    for now, typed, utc in CLOCKS:
        events._clock = lambda now=now: datetime.fromisoformat(now).replace(tzinfo=UTC)  # type: ignore[misc]
        event = await planned(world, starts=typed)
        assert f"{event.starts:%Y-%m-%d %H:%M}" == utc, typed
        again = await events.change_basics(moderator(world), event.id, Basics("x", written(event.starts, event.zone)))
        assert again.event.starts == event.starts


TIMES = [
    ("soonish", "unparseable"),
    ("", "empty"),
    ("2026-10-01 18:00", "past time"),
    ("2029-10-01 18:00", "too far time"),
    ("2027-03-28 02:30", "skipped"),
    ("2026-10-25 02:30", "doubled"),
    ("fri 18 Atlantis/Deep", "unknown zone"),
    ("31 nov 18:00", "no such date"),
    ("fri", "no time"),
    ("mon 25 oct 18:00", "wrong weekday"),
]


async def test_times_that_can_not_be_say_why(world: World) -> None:
    world.services.events._clock = lambda: datetime(2026, 10, 20, 10, tzinfo=UTC)
    for typed, why in TIMES:
        with pytest.raises(Invalid) as caught:
            await planned(world, starts=typed)
        assert (caught.value.field, caught.value.why) == ("starts", why)
        if why in ("skipped", "doubled"):
            typed_back = [await planned(world, starts=option) for option in caught.value.facts["typed"]]
            assert tuple(event.starts for event in typed_back) == caught.value.facts["options"]


TEXTS = [
    ({"title": ""}, "title"),
    ({"title": "x" * 101}, "title"),
    ({"where": "x" * 101}, "where"),
    ({"text": "x" * 2501}, "text"),
    ({"duration": "a while"}, "duration"),
    ({"type": "no-such"}, "type"),
]


async def test_texts_beyond_their_limits(world: World) -> None:
    for facts, field in TEXTS:
        with pytest.raises(Invalid) as caught:
            await planned(world, **facts)
        assert caught.value.field == field


EXTRAS = [
    (Extras(link="http://example.org"), "link"),
    (Extras(link="https://user:secret@example.org"), "link"),
    (Extras(link="https://example.org/a b"), "link"),
    (Extras(link="https://example.org/<@1>"), "link"),
    (Extras(link="https://discord.gg/abc"), "link"),
    (Extras(link="https://example.org/" + "x" * 400), "link"),
    (Extras(image="https://example.org/one.png"), "alt"),
    (Extras(image="ftp://example.org/one.png", alt="A door"), "image"),
    (Extras(text="x" * 2501), "text"),
    (Extras(alt="x" * 301), "alt"),
]


async def test_links_and_pictures_that_are_refused(world: World) -> None:
    event = await planned(world)
    for extras, field in EXTRAS:
        with pytest.raises(CogwheelError) as caught:
            await world.services.events.change_extras(moderator(world), event.id, extras)
        assert isinstance(caught.value, (Invalid, TextStopped))
        assert caught.value.field == field
    assert (await stored(world, event)) == event


OPTIONS = [
    (Options(capacity="many"), "capacity"),
    (Options(capacity="2"), "capacity"),
    (Options(capacity="10001"), "capacity"),
    (Options(capacity="²"), "capacity"),
    (Options(until="in 5 days 18:00"), "until"),
    (Options(until="some day"), "until"),
]


async def test_options_that_are_refused(world: World) -> None:
    event = await planned(world)
    for options, field in OPTIONS:
        with pytest.raises(Invalid) as caught:
            await world.services.events.change_options(moderator(world), event.id, options)
        assert caught.value.field == field
    assert (await stored(world, event)) == event


async def test_a_paused_moderator_announces_nothing(world: World) -> None:
    event = await planned(world)
    paused = replace(moderator(world), paused=True)
    with pytest.raises(Paused):
        await world.services.events.plan(paused, Basics("x", "in 2 days 18:00"))
    with pytest.raises(Paused):
        await world.services.events.post(paused, event.id, split=False)


async def test_two_moderators_announce_once(world: World) -> None:
    events, event = world.services.events, await planned(world)
    both = await asyncio.gather(
        *(events.post(moderator(world), event.id, split=True) for _ in range(2)), return_exceptions=True
    )
    assert sorted(isinstance(outcome, WrongState) for outcome in both) == [False, True]
    await world.settle()
    assert len(list(world.channels["announcements"].history())) == 2  # type: ignore[index]


async def test_without_a_channel_the_draft_stays(bare_world: World) -> None:
    event = await planned(bare_world)
    with pytest.raises(NotSetUp):
        await bare_world.services.events.post(moderator(bare_world), event.id, split=False)
    assert (await stored(bare_world, event)).stored is State.DRAFT


async def test_a_scheduled_event_goes_out_by_itself_and_not_before(world: World) -> None:
    events, me = world.services.events, moderator(world)
    event = await planned(world)
    await events.schedule(me, event.id, "in 1 day 12:00", split=True)
    await events.change_extras(me, event.id, Extras(text="With cake"))
    await world.settle()
    channel = world.channels["announcements"]  # type: ignore[index]
    assert list(channel.history()) == []
    with pytest.raises(NotFound):
        await events.see(world.actor(world.anna), event.id)
    with pytest.raises(NotFound):
        await events.sign_up(world.actor(world.anna), event.id, Answer.GOING)
    post_at = (await stored(world, event)).post_at
    assert post_at is not None
    await till(world, post_at + timedelta(seconds=10))
    await world.settle()
    assert "With cake" in simhelp.texts(simhelp.post(channel, "cake"))
    assert (await events.see(world.actor(world.anna), event.id)).event.id == event.id
    await events.sweep()
    assert (await stored(world, event)).stored is State.ANNOUNCED


async def test_a_scheduled_event_can_be_called_back(world: World) -> None:
    events, me = world.services.events, moderator(world)
    event, gone, off = await planned(world), await planned(world), await planned(world)
    for each in (event, gone, off):
        await events.schedule(me, each.id, "in 1 day 12:00", split=True)
    assert (await events.unschedule(me, event.id)).stored is State.DRAFT
    await events.discard(me, gone.id)
    await events.cancel(me, off.id, "Nobody can")
    await world.pass_days(2)
    await world.settle()
    assert list(world.channels["announcements"].history()) == []  # type: ignore[index]
    with pytest.raises(NotFound):
        await events.manage(me, gone.id)


async def test_an_event_called_off_before_it_was_posted_is_never_posted(world: World) -> None:
    events, me = world.services.events, moderator(world)
    event = await planned(world)
    await events.schedule(me, event.id, "in 1 day 12:00", split=True)
    await world.bot.worker.stop()
    await world.pass_days(2)  # its time comes and goes while nothing is delivered
    await events.cancel(me, event.id, "Nobody can")
    await world.restart()
    await world.settle()
    assert list(world.channels["announcements"].history()) == []  # type: ignore[index]


async def test_figures_that_went_wrong_are_counted_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.events.signups._PAGE", 1)
    events = world.services.events
    await announced(world)
    event = await announced(world)
    for who, answer in ((world.anna, Answer.GOING), (world.ben, Answer.GOING), (world.olga, Answer.MAYBE)):
        await events.sign_up(world.actor(who), event.id, answer)
    right = await events.counts(world.guild.id, event.id)
    assert await events.recount() == 0

    async def spoil(tx: Transaction) -> None:
        for name, by in (("events.taken", 7), ("events.going", -1), ("events.waiting", 3)):
            await counters.add(tx, world.guild.id, name, str(event.id), by)

    await world.services.database.write(spoil)
    assert await events.recount() == 3
    assert await events.counts(world.guild.id, event.id) == right


async def test_figures_of_long_ago_stay_though_the_strangers_are_forgotten(world: World) -> None:
    events = world.services.events
    event = await announced(world)
    await events.sign_up(world.actor(world.anna), event.id, Answer.GOING)
    await world.pass_days(40)
    await events.sweep()
    await events.sweep()
    assert await events.recount() == 0
    assert (await events.counts(world.guild.id, event.id)).going == 1


async def test_an_erased_editor_is_named_nowhere(world: World) -> None:
    events = world.services.events
    event = await planned(world)
    await events.change_extras(moderator(world), event.id, Extras(text="With cake"))
    assert (await stored(world, event)).editor_id == world.mo.id

    async def forget(tx: Transaction) -> None:
        await events.forget(tx, world.guild.id, world.mo.id)

    await world.services.database.write(forget)
    after = await stored(world, event)
    assert (after.author_id, after.editor_id) == (None, None)


async def test_posting_after_the_start_is_refused(world: World) -> None:
    events, me = world.services.events, moderator(world)
    event = await planned(world)
    with pytest.raises(Invalid) as caught:
        await events.schedule(me, event.id, "in 4 days 12:00", split=False)
    assert (caught.value.field, caught.value.why) == ("post_at", "after start")
    await events.schedule(me, event.id, "in 2 days 12:00", split=False)
    with pytest.raises(Invalid) as caught:
        await events.change_basics(me, event.id, Basics("x", "in 1 day 12:00"))
    assert caught.value.why == "before posting"
    stale = await planned(world, starts="in 2 hours")
    await world.env.advance_time(3 * 3600)
    with pytest.raises(Invalid) as caught:
        await events.post(me, stale.id, split=False)
    assert caught.value.why == "past time"


async def test_what_is_over_is_held_and_old_drafts_go(world: World) -> None:
    events = world.services.events
    event, draft = await announced(world), await planned(world, starts="in 60 days 12:00")
    await world.pass_days(4)
    await events.sweep()
    assert (await stored(world, event)).stored is State.HELD
    await world.settle()
    card = simhelp.post(world.channels["announcements"], "is over")  # type: ignore[index]
    assert simhelp.buttons(card) == {}
    with pytest.raises(WrongState):
        await events.change_basics(moderator(world), event.id, Basics("x", "in 9 days 12:00"))
    with pytest.raises(WrongState):
        await events.cancel(moderator(world), event.id, "Too late")
    await world.pass_days(27)
    await events.sweep()
    with pytest.raises(NotFound):
        await events.manage(moderator(world), draft.id)


async def test_another_server_has_no_way_in(world: World) -> None:
    events, event = world.services.events, await announced(world)
    there = replace(moderator(world), guild_id=event.guild_id + 1)
    for attempt in (
        events.see(there, event.id),
        events.manage(there, event.id),
        events.sign_up(there, event.id, Answer.GOING),
        events.remind(there, event.id),
        events.unremind(there, event.id),
        events.cancel(there, event.id, "why"),
        events.change_extras(there, event.id, Extras()),
        events.discard(there, event.id),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await events.coming(there)).events == ()
    assert await events.next_event(there.guild_id) is None
    await world.services.privacy.forget_server(there.guild_id)
    assert (await stored(world, event)) == event
