"""Asking makers how it goes: when, how often, whom not; and telling them before a pledge lapses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import NotFound, WrongState
from bot.pledges.followup_model import CHECK_IN, LAPSING
from bot.pledges.model import Act, Review, Status
from tests.pledges.room import ADA, ANNA, BEN, GUILD, OTTO, Room, room


@pytest.fixture
async def hers(tmp_path: Path) -> AsyncIterator[Room]:
    async with room(tmp_path) as made:
        yield made


async def nights(hers: Room, days: int) -> list[int]:
    """Let days go by, with what is due delivered and the nightly round; the days on which Anna was asked."""
    asked: list[int] = []
    for day in range(1, days + 1):
        hers.pass_time(days=1)
        for number, due in await hers.queued(CHECK_IN):
            if due <= hers.now:
                await deliver(hers, number)
        await hers.pledges.sweep()
        asked += [day for kind in await fresh(hers) if kind == CHECK_IN]
    return asked


async def deliver(hers: Room, number: int) -> None:
    """What the worker does with a row whose time has come: it takes it, and acts."""
    await hers.services.database.write(lambda tx: hers.services.outbox.cancel(tx, GUILD, CHECK_IN, number))
    await hers.pledges.ask(GUILD, number)


async def fresh(hers: Room) -> list[str]:
    """The kinds of news that Anna has not read yet, which she reads now."""
    found = await hers.services.members.news(hers.person(ANNA), 50)
    return [one.kind for one in found if not one.seen]


async def test_half_of_the_time_and_ninety_per_cent(hers: Room) -> None:
    await hers.active(ANNA, Review.AFTER, due=hers.now + timedelta(days=40))
    assert await nights(hers, 50) == [21, 37], "in the morning after the 20th and the 36th day"


async def test_at_most_three_in_the_life_of_a_pledge(hers: Room) -> None:
    await hers.active(ANNA, Review.AFTER, due=hers.now + timedelta(days=40))
    asked = await nights(hers, 125)
    assert len(asked) == 3
    assert asked[2] == 61, "after 60 silent days"


async def test_who_reported_lately_is_not_asked(hers: Room) -> None:
    pledge = await hers.active(ANNA, Review.AFTER, due=hers.now + timedelta(days=40))
    assert await nights(hers, 17) == []
    await hers.pledges.progress(hers.person(ANNA), pledge.id, progress=50)
    assert await nights(hers, 18) == []
    assert await nights(hers, 3) == [2], "the one at 90 % comes all the same"


async def test_a_short_pledge_is_left_alone(hers: Room) -> None:
    await hers.active(ANNA, Review.AFTER, due=hers.now + timedelta(days=5))
    assert await nights(hers, 30) == []


async def test_the_question_moves_with_the_date(hers: Room) -> None:
    pledge = await hers.active(ANNA, Review.AFTER, due=hers.now + timedelta(days=40))
    before = await hers.queued(CHECK_IN)
    later = hers.draft(Review.AFTER, due=hers.now + timedelta(days=80))
    await hers.pledges.change(hers.person(ANNA), pledge.id, later)
    after = await hers.queued(CHECK_IN)
    assert [number for number, _due in after] == [pledge.id]
    assert timedelta(days=19) < after[0][1] - before[0][1] < timedelta(days=21)


@pytest.mark.parametrize("end", ["done", "cannot", "withdraw"])
async def test_what_is_over_is_never_asked_about(hers: Room, end: str) -> None:
    pledge = await hers.active(ANNA, Review.AFTER, due=hers.now + timedelta(days=40))
    arguments = ("",) if end == "cannot" else ()
    await getattr(hers.pledges, end)(hers.person(ANNA), pledge.id, *arguments)
    assert await hers.queued(CHECK_IN) == []
    await hers.pledges.ask(GUILD, pledge.id)
    assert CHECK_IN not in await fresh(hers)


async def test_what_is_not_done_yet_is_asked_about_again(hers: Room) -> None:
    pledge = await hers.active(ANNA, Review.AFTER, due=hers.now + timedelta(days=40))
    await hers.pledges.done(hers.person(ANNA), pledge.id)
    await hers.pledges.not_yet(hers.person(OTTO), pledge.id, "Which school was it?")
    assert [number for number, _due in await hers.queued(CHECK_IN)] == [pledge.id]


async def test_an_ongoing_pledge_is_asked_about_once_a_year(hers: Room) -> None:
    await hers.active(ANNA, Review.AFTER, due=None)
    asked = []
    for _year in range(2):
        hers.pass_time(days=364)
        [(number, due)] = await hers.queued(CHECK_IN)
        assert due > hers.now
        hers.pass_time(days=2)
        assert due <= hers.now
        await deliver(hers, number)
        asked += await fresh(hers)
    assert asked.count(CHECK_IN) == 2


async def test_a_kill_in_between_asks_nobody_twice(hers: Room) -> None:
    pledge = await hers.active(ANNA, Review.AFTER, due=hers.now + timedelta(days=40))
    hers.pass_time(days=21)
    await hers.pledges.ask(GUILD, pledge.id)
    await hers.pledges.ask(GUILD, pledge.id)
    assert (await fresh(hers)).count(CHECK_IN) == 1


async def test_whoever_is_paused_is_asked_later(hers: Room) -> None:
    pledge = await hers.active(ANNA, Review.AFTER, due=hers.now + timedelta(days=40))
    await hers.services.pauses.pause(hers.person(ADA), ANNA, "Let us talk first")
    hers.pass_time(days=21)
    await deliver(hers, pledge.id)
    assert CHECK_IN not in await fresh(hers)
    assert (await hers.queued(CHECK_IN))[0][1] == hers.now + timedelta(days=7)


async def test_pledges_from_before_are_asked_about_too(hers: Room) -> None:
    from bot.pledges import followup_store

    pledge = await hers.active(ANNA, Review.AFTER, due=hers.now + timedelta(days=40))
    await hers.services.database.write(lambda tx: followup_store.drop(tx, GUILD, pledge.id))
    await hers.services.database.write(lambda tx: hers.services.outbox.cancel(tx, GUILD, CHECK_IN, pledge.id))
    await hers.pledges.sweep()
    assert [number for number, _due in await hers.queued(CHECK_IN)] == [pledge.id]


async def test_a_question_is_open_until_it_is_answered(hers: Room) -> None:
    pledge = await hers.active(ANNA, Review.AFTER, due=hers.now + timedelta(days=40))
    hers.pass_time(days=21)
    await hers.pledges.ask(GUILD, pledge.id)
    asked_at = hers.now
    [open_one] = await hers.pledges.questions(hers.person(ANNA))
    assert open_one.pledge.id == pledge.id
    assert not open_one.lapsing
    assert await hers.pledges.questions(hers.person(BEN)) == []
    assert await hers.pledges.question(GUILD, BEN, pledge.id, asked_at) is None
    assert await hers.pledges.question(GUILD, ANNA, pledge.id, asked_at) is not None
    hers.pass_time(minutes=1)
    await hers.pledges.going_well(hers.person(ANNA), pledge.id)
    assert await hers.pledges.questions(hers.person(ANNA)) == []
    assert await hers.pledges.question(GUILD, ANNA, pledge.id, asked_at) is None


async def test_going_well_twice_counts_once(hers: Room) -> None:
    pledge = await hers.active(ANNA, Review.AFTER, due=hers.now + timedelta(days=40))
    hers.pass_time(days=21)
    for _click in range(2):
        await hers.pledges.going_well(hers.person(ANNA), pledge.id)
    history = await hers.pledges.history(hers.person(ANNA), pledge.id)
    assert [entry.act for entry in history].count(Act.PROGRESS) == 1
    with pytest.raises(NotFound):
        await hers.pledges.going_well(hers.person(BEN), pledge.id)
    await hers.pledges.withdraw(hers.person(ANNA), pledge.id)
    with pytest.raises(WrongState):
        await hers.pledges.going_well(hers.person(ANNA), pledge.id)


# Before it lapses.


async def lapses(hers: Room, days: int) -> list[tuple[int, str]]:
    """Let nights go by; (day, kind) of what Anna heard of lapsing."""
    heard: list[tuple[int, str]] = []
    for day in range(1, days + 1):
        hers.pass_time(days=1)
        await hers.pledges.sweep()
        heard += [(day, kind) for kind in await fresh(hers) if kind in (LAPSING, "pledge.lapse")]
    return heard


async def test_it_lapses_after_its_maker_was_told_twice(hers: Room) -> None:
    pledge = await hers.active(ANNA, Review.AFTER, due=hers.now + timedelta(days=1))
    heard = await lapses(hers, 100)
    assert [kind for _day, kind in heard] == [LAPSING, LAPSING, "pledge.lapse"]
    first, second, gone = (day for day, _kind in heard)
    assert second - first == gone - second == 7
    assert 90 <= gone - 1 <= 92
    assert (await hers.pledges.reopen(hers.person(ANNA), pledge.id)).status is Status.ACTIVE


async def test_a_word_in_between_begins_anew(hers: Room) -> None:
    pledge = await hers.active(ANNA, Review.AFTER, due=hers.now + timedelta(days=1))
    assert [kind for _day, kind in await lapses(hers, 80)] == [LAPSING]
    [asked] = await hers.pledges.questions(hers.person(ANNA))
    assert asked.lapsing
    await hers.pledges.going_well(hers.person(ANNA), pledge.id)
    assert await lapses(hers, 75) == []
    assert [kind for _day, kind in await lapses(hers, 20)] == [LAPSING, LAPSING, "pledge.lapse"]


async def test_after_a_long_stop_of_the_bot_nothing_lapses_untold(hers: Room) -> None:
    await hers.active(ANNA, Review.AFTER, due=hers.now + timedelta(days=1))
    hers.pass_time(days=200)
    assert await lapses(hers, 20) == [(1, LAPSING), (8, LAPSING), (15, "pledge.lapse")]
