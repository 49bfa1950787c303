"""The organisers' desk through the services: the queue, taking, many at once, taking back, reminders."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import AlreadyDecided, Invalid, NotAllowed, NotFound, Paused, TextStopped
from bot.pledges.desk_model import Kind, morning, nudges
from bot.pledges.model import Act, Pledge, Review, Status, Visibility
from tests.pledges.room import ADA, ANNA, BEN, CARL, GUILD, OLGA, OTTO, Room, room


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Room]:
    async with room(tmp_path) as made:
        yield made


async def pages(desk: Room, **narrowed: object) -> list[int]:
    """Every id of the queue, page by page."""
    seen: list[int] = []
    after = None
    while True:
        page = await desk.pledges.queue(desk.person(OLGA), after, **narrowed)
        assert len(page.pledges) <= 5
        seen += [pledge.id for pledge in page.pledges]
        after = page.after
        if after is None:
            return seen


async def test_what_waits_longest_comes_first_whenever_it_was_made(desk: Room) -> None:
    """Entering the desk is what counts: a claim of yesterday comes before a new one, an old number or not."""
    anna, otto = desk.person(ANNA), desk.person(OTTO)
    first, second = await desk.active(ANNA), await desk.active(ANNA, Review.AFTER)
    fresh = [(await desk.handed_in(ANNA)).id for _ in range(5)]
    desk.pass_time(hours=1)
    await desk.pledges.done(anna, second.id)
    desk.pass_time(hours=1)
    await desk.pledges.change(anna, first.id, desk.draft(Review.BEFORE, what="Teach thirty people"))
    assert await pages(desk) == [*fresh, second.id, first.id]
    assert await pages(desk, kind=Kind.NEW) == fresh
    assert await pages(desk, kind=Kind.DONE) == [second.id]
    assert await pages(desk, kind=Kind.CHANGED) == [first.id]
    here, *_, other = desk.services.content.sectors
    assert await pages(desk, sector=here) == [*fresh, second.id, first.id]
    assert await pages(desk, sector=other) == []
    await desk.pledges.ask_changes(otto, fresh[0], "By when?")
    desk.pass_time(hours=1)
    await desk.pledges.submit(anna, fresh[0])
    assert await pages(desk) == [*fresh[1:], second.id, first.id, fresh[0]], "it begins to wait anew"
    assert await desk.pledges.waiting(GUILD) == 7


async def test_taking_warns_others_and_runs_out(desk: Room) -> None:
    pledge = await desk.handed_in(ANNA)
    other = await desk.handed_in(BEN)
    olga, otto = desk.person(OLGA), desk.person(OTTO)
    taken = await desk.pledges.take(olga, pledge.id)
    assert taken.take is not None
    assert (taken.take.by, taken.take.until) == (OLGA, desk.now + timedelta(hours=24))
    with pytest.raises(AlreadyDecided) as late:
        await desk.pledges.take(otto, pledge.id)
    assert (late.value.status, late.value.by, late.value.at) == ("taken", OLGA, desk.now)
    with pytest.raises(AlreadyDecided):
        await desk.pledges.let_go(otto, pledge.id)
    assert [p.id for p in (await desk.pledges.queue(olga, kind=Kind.MINE)).pledges] == [pledge.id]
    assert (await desk.pledges.queue(otto, kind=Kind.MINE)).pledges == ()
    assert set((await desk.pledges.queue(otto)).takes) == {pledge.id}
    desk.pass_time(hours=24)
    assert (await desk.pledges.queue(otto)).takes == {}
    assert (await desk.pledges.take(otto, pledge.id)).take.by == OTTO
    assert (await desk.pledges.approve(olga, pledge.id)).status is Status.ACTIVE, "who is first decides, taken or not"
    assert (await desk.pledges.queue(otto, kind=Kind.MINE)).pledges == ()
    with pytest.raises(AlreadyDecided, match="active"):
        await desk.pledges.take(otto, pledge.id)
    await desk.pledges.take(otto, other.id)
    assert (await desk.pledges.let_go(otto, other.id)).take is None


async def test_all_of_an_action_at_once_leaves_out_ones_own_and_other_words(desk: Room) -> None:
    house = await desk.organisation("The House")
    await desk.register(OLGA, organisation=house)
    await desk.register(CARL, organisation=house)
    theirs = [(await desk.handed_in(who)).id for who in (ANNA, ANNA, BEN)]
    own = await desk.handed_in(OLGA)
    ours = await desk.handed_in(CARL, for_organisation=True)
    reworded = await desk.handed_in(ANNA, what="Something like it, in other words")
    olga = desk.person(OLGA)
    lot = await desk.pledges.lot(olga, theirs[0])
    assert ([p.id for p in lot.pledges], lot.reworded) == ([*theirs, own.id, ours.id], 1)
    until, seen = desk.pledges.key_of(lot.pledges[-1]), len(lot.pledges)
    later = await desk.handed_in(BEN)
    await desk.pledges.decline(desk.person(OTTO), theirs[2], "Too late for that")
    outcome = await desk.pledges.approve_lot(olga, theirs[0], until, seen)
    assert (outcome.approved, outcome.own, outcome.gone) == (2, 2, 1)
    for number in theirs[:2]:
        acts = [entry.act for entry in await desk.pledges.history(olga, number)]
        assert acts.count(Act.APPROVE) == 1, "each is a decision of its own"
    for waits in (own, ours, reworded, later):
        assert (await desk.pledges.any(GUILD, waits.id)).status is Status.SUBMITTED
    with pytest.raises(NotAllowed):
        await desk.pledges.approve_lot(desk.person(ANNA), theirs[0], until, seen)


async def test_two_organisers_approve_the_same_lot_at_once(desk: Room) -> None:
    ids = [(await desk.handed_in(ANNA)).id for _ in range(8)]
    until = desk.pledges.key_of(await desk.pledges.any(GUILD, ids[-1]))
    both = await asyncio.gather(*(desk.pledges.approve_lot(desk.person(who), ids[0], until, 8) for who in (OLGA, OTTO)))
    assert sum(one.approved for one in both) == 8
    for one in both:
        assert one.approved + len(one.decided) + one.gone == 8
        assert {by for _, by in one.decided} <= {OLGA, OTTO}
    assert await desk.figure("pledges.active") == 8


async def entered(desk: Room, pledge: Pledge) -> list[Act]:
    return [entry.act for entry in await desk.pledges.history(desk.person(ADA), pledge.id)]


async def test_taking_back_is_a_new_decision_with_a_reason(desk: Room) -> None:
    pledge = await desk.active(ANNA)
    olga = desk.person(OLGA)
    with pytest.raises(Invalid):
        await desk.pledges.take_back(olga, pledge.id, Act.UNAPPROVE, " ")
    back = await desk.pledges.take_back(olga, pledge.id, Act.UNAPPROVE, "We overlooked the date")
    assert (back.status, back.queued_at) == (Status.SUBMITTED, desk.now)
    assert await desk.figure("pledges.active") == 0
    declined = await desk.pledges.decline(olga, pledge.id, "The date has passed")
    assert declined.status is Status.DECLINED
    again = await desk.pledges.take_back(desk.person(OTTO), pledge.id, Act.UNDECLINE, "It has not")
    assert again.status is Status.SUBMITTED
    await desk.pledges.approve(olga, pledge.id)
    await desk.pledges.done(desk.person(ANNA), pledge.id)
    await desk.pledges.confirm(olga, pledge.id)
    assert await desk.figure("pledges.kept") == 1
    claimed = await desk.pledges.take_back(olga, pledge.id, Act.UNCONFIRM, "The link is another one's")
    assert claimed.status is Status.DONE_CLAIMED
    assert (await desk.figure("pledges.kept"), await desk.figure("pledges.active")) == (0, 1)
    assert [kind for kind in await desk.news(ANNA) if "take back" in kind] == [
        "pledge.take back approval", "pledge.take back decline", "pledge.take back confirmation",
    ]  # fmt: skip
    assert [act for act in await entered(desk, pledge) if act.value.startswith("take back")] == [
        Act.UNAPPROVE, Act.UNDECLINE, Act.UNCONFIRM,
    ]  # fmt: skip


async def test_nothing_is_taken_back_that_somebody_built_on(desk: Room) -> None:
    olga, anna = desk.person(OLGA), desk.person(ANNA)
    reported = await desk.active(ANNA)
    await desk.pledges.progress(anna, reported.id, progress=25)
    unasked = await desk.active(ANNA, Review.AFTER)
    gone = await desk.active(BEN)
    await desk.services.privacy.erase(GUILD, BEN)
    for pledge in (reported, unasked, gone):
        with pytest.raises(AlreadyDecided):
            await desk.pledges.take_back(olga, pledge.id, Act.UNAPPROVE, "Too late")
        assert (await desk.pledges.any(GUILD, pledge.id)).status is Status.ACTIVE
    await desk.register(OLGA)
    own = await desk.active(OLGA)
    with pytest.raises(NotAllowed, match="own"):
        await desk.pledges.take_back(olga, own.id, Act.UNAPPROVE, "My own")


async def test_own_reviews_are_recorded_where_a_server_allows_them(desk: Room) -> None:
    await desk.register(OLGA)
    pledge = await desk.handed_in(OLGA)
    await desk.services.servers.choose(desk.person(ADA), own_review=True)
    await desk.pledges.approve(desk.person(OLGA), pledge.id)
    assert [entry.own for entry in await desk.pledges.history(desk.person(OLGA), pledge.id)] == [False, False, True]


async def test_who_makes_it_too_does_not_review_it(desk: Room) -> None:
    await desk.register(OLGA)
    pledge = await desk.active(ANNA, Review.AFTER)
    await desk.pledges.join(desk.person(OLGA), pledge.id)
    await desk.pledges.done(desk.person(ANNA), pledge.id)
    with pytest.raises(NotAllowed, match="own"):
        await desk.pledges.confirm(desk.person(OLGA), pledge.id)
    assert (await desk.pledges.confirm(desk.person(OTTO), pledge.id)).status is Status.KEPT


async def test_a_merged_organisation_stays_ones_own(desk: Room) -> None:
    """While the pledge is under review its organisation becomes part of another."""
    house, mill = await desk.organisation("The House"), await desk.organisation("The Mill")
    await desk.register(CARL, organisation=house)
    await desk.register(OLGA, organisation=mill)
    pledge = await desk.handed_in(CARL, for_organisation=True)
    await desk.pledges.check_reviewer(desk.person(OLGA), pledge.id, Act.APPROVE)
    plan = await desk.services.organisations.plan(desk.person(OTTO), house, mill)
    await desk.services.organisations.merge(desk.person(OTTO), house, mill, plan.seen)
    with pytest.raises(NotAllowed, match="own organisation"):
        await desk.pledges.approve(desk.person(OLGA), pledge.id)
    assert (await desk.pledges.approve(desk.person(OTTO), pledge.id)).organisation == "The Mill"


async def test_withdrawn_a_second_earlier(desk: Room) -> None:
    pledge = await desk.handed_in(ANNA)
    await desk.pledges.withdraw(desk.person(ANNA), pledge.id)
    for attempt in (
        desk.pledges.approve(desk.person(OLGA), pledge.id),
        desk.pledges.take(desk.person(OLGA), pledge.id),
        desk.pledges.check_reviewer(desk.person(OLGA), pledge.id, Act.DECLINE),
    ):
        with pytest.raises(AlreadyDecided) as late:
            await attempt
        assert (late.value.status, late.value.by) == ("withdrawn", ANNA)
    assert await pages(desk) == []


async def test_who_lost_the_role_between_opening_and_clicking(desk: Room) -> None:
    pledge = await desk.handed_in(ANNA)
    await desk.pledges.on_desk(desk.person(OLGA), pledge.id)
    now_a_member = desk.person(BEN)
    for attempt in (
        desk.pledges.on_desk(now_a_member, pledge.id),
        desk.pledges.take(now_a_member, pledge.id),
        desk.pledges.lot(now_a_member, pledge.id),
        desk.pledges.take_back(now_a_member, pledge.id, Act.UNAPPROVE, "No"),
        desk.pledges.accept_change(now_a_member, pledge.id, 0),
        desk.pledges.ready_reasons(now_a_member),
        desk.pledges.add_reason(now_a_member, "decline", "No"),
        desk.pledges.drop_reason(now_a_member, 1),
    ):
        with pytest.raises(NotAllowed):
            await attempt


async def test_of_two_at_once_the_loser_hears_who_though_the_maker_went_on(desk: Room) -> None:
    pledge = await desk.active(ANNA)
    desk.pass_time(hours=1)
    await desk.pledges.progress(desk.person(ANNA), pledge.id, progress=50)
    with pytest.raises(AlreadyDecided) as late:
        await desk.pledges.decline(desk.person(OLGA), pledge.id, "Too vague")
    assert (late.value.status, late.value.by) == ("active", OTTO)


# ------------------------------------------------------------------------------------------------ reasons


async def test_reasons_kept_ready(desk: Room) -> None:
    olga = desk.person(OLGA)
    for number in range(10):
        await desk.pledges.add_reason(olga, "decline", f"Reason number {number}")
    known = await desk.pledges.ready_reasons(olga)
    assert len(known) == 10
    assert len(await desk.pledges.add_reason(olga, "decline", "Reason number 3")) == 10, "the same is there already"
    for act, text, why in (
        ("decline", "One too many", "too many"), ("approve", "Fine", "unknown choice"), ("decline", "", "empty"),
        ("decline", "x" * 101, "too long"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            await desk.pledges.add_reason(olga, act, text)
        assert refused.value.why == why
    with pytest.raises(TextStopped):
        await desk.pledges.add_reason(olga, "decline", "http://" + "a2" * 28 + ".onion/x")
    assert len(await desk.pledges.drop_reason(olga, known[0].id)) == 9
    assert len(await desk.pledges.drop_reason(olga, known[0].id)) == 9
    pledge = await desk.handed_in(ANNA)
    assert len((await desk.pledges.on_desk(olga, pledge.id)).reasons) == 9
    with pytest.raises(Paused):
        await desk.pledges.add_reason(replace(olga, paused=True), "decline", "No")


# ---------------------------------------------------------------------------------------------- reminders


def test_reminders_come_in_the_morning_after_three_and_after_five_days() -> None:
    queued = datetime(2026, 3, 2, 10, tzinfo=UTC)
    stockholm = [at for _, at in nudges(queued, "Europe/Stockholm")]
    assert stockholm == [datetime(2026, 3, 6, 8, tzinfo=UTC), datetime(2026, 3, 8, 8, tzinfo=UTC)]
    for zone in ("Europe/Stockholm", "Pacific/Auckland", "America/Los_Angeles", "UTC"):
        for day, at in nudges(queued, zone):
            assert morning(day, zone) == at
            assert timedelta(days=3) <= at - queued < timedelta(days=6, hours=1)
    over_the_change = nudges(datetime(2026, 3, 26, 10, tzinfo=UTC), "Europe/Stockholm")
    assert [at.hour for _, at in over_the_change] == [7, 7], "nine o'clock stays nine o'clock"


async def test_ten_that_wait_are_one_reminder_a_day(desk: Room) -> None:
    ids = [(await desk.handed_in(ANNA)).id for _ in range(10)]
    first = await desk.queued("pledge.nudge")
    assert [at for _, at in first] == [datetime(2026, 3, 6, 8, tzinfo=UTC), datetime(2026, 3, 8, 8, tzinfo=UTC)]
    desk.pass_time(days=1)
    await desk.handed_in(BEN)
    assert len(await desk.queued("pledge.nudge")) == 4, "another day, another reminder"
    assert await desk.pledges.late(GUILD) == (0, 0)
    desk.now = first[0][1]
    assert await desk.pledges.late(GUILD, desk.now) == (10, 0)
    for number in ids[:9]:
        await desk.pledges.approve(desk.person(OTTO), number)
    desk.now = first[1][1]
    assert await desk.pledges.late(GUILD, desk.now) == (2, 1)
    await desk.pledges.decline(desk.person(OTTO), ids[9], "Too vague")
    desk.pass_time(days=30)
    assert await desk.pledges.late(GUILD) == (1, 1)
    (waits,) = (await desk.pledges.queue(desk.person(OLGA))).pledges
    assert waits.status is Status.SUBMITTED, "time decides nothing"


async def test_what_is_hidden_is_on_the_desk_and_nowhere_else(desk: Room) -> None:
    pledge = await desk.handed_in(ANNA, visibility=Visibility.HIDDEN)
    assert await pages(desk) == [pledge.id]
    for who in (BEN, CARL):
        with pytest.raises(NotFound):
            await desk.pledges.show(desk.person(who), pledge.id)
