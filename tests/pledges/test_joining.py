"""Pledges that several make together, and those that begin only if enough others join."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import Invalid, NotAllowed, NotFound, NotJoined, WrongState
from bot.members.model import Reach
from bot.pledges.model import Act, Part, Review, Status, Visibility
from tests.pledges.room import ANNA, BEN, CARL, GUILD, OLGA, OTTO, Room, room

DORA = 104


@pytest.fixture
async def several(tmp_path: Path) -> AsyncIterator[Room]:
    async with room(tmp_path, (ANNA, BEN, CARL)) as made:
        await made.register(DORA, "organisers")
        yield made


async def asked(several: Room, *people: int, review: Review = Review.BEFORE, **changes: object) -> int:
    """A pledge of Anna's, handed in, with which she asked others."""
    saved = await several.pledges.save_draft(several.person(ANNA), several.draft(review, **changes))
    await several.pledges.invite(several.person(ANNA), saved.id, people)
    await several.pledges.submit(several.person(ANNA), saved.id)
    number: int = saved.id
    return number


async def parts(several: Room, number: int) -> dict[int, Part]:
    return {one.user_id: one.part for one in await several.pledges.company(GUILD, number)}


async def test_each_is_asked_once_it_is_handed_in_and_answers_for_themselves(several: Room) -> None:
    anna, pledges = several.person(ANNA), several.pledges
    saved = await pledges.save_draft(anna, several.draft())
    await pledges.invite(anna, saved.id, [BEN, CARL, ANNA])
    assert await several.news(BEN) == [], "a draft is nobody's business"
    with pytest.raises(NotFound):
        await pledges.show(several.person(BEN), saved.id)
    with pytest.raises(NotFound):
        await pledges.answer(several.person(BEN), saved.id, True)
    await pledges.invite(anna, saved.id, [BEN, CARL, DORA])
    await pledges.submit(anna, saved.id)
    for who in (BEN, CARL, DORA):
        assert await several.news(who) == ["pledge.invited"]
        assert [p.id for p in await pledges.asked(several.person(who))] == [saved.id]
    assert (await pledges.show(several.person(BEN), saved.id)).status is Status.SUBMITTED
    assert (await pledges.answer(several.person(BEN), saved.id, True)).joined == 1
    assert (await pledges.answer(several.person(CARL), saved.id, False)).joined == 1
    assert (await pledges.answer(several.person(DORA), saved.id, True)).joined == 2
    assert await several.news(ANNA) == ["pledge.together", "pledge.together"], "who says no need not explain"
    with pytest.raises(NotFound):
        await pledges.show(several.person(CARL), saved.id)
    named = {one.user_id: one.named for one in await pledges.company(GUILD, saved.id)}
    assert named == {BEN: True, CARL: False, DORA: False}, "shown only who chose to be named"
    await pledges.approve(several.person(OTTO), saved.id)
    await pledges.answer(several.person(BEN), saved.id, False)
    assert (await pledges.any(GUILD, saved.id)).joined == 1


async def test_whom_nobody_knows_is_not_written_to(several: Room) -> None:
    number = await asked(several, 999)
    assert await several.news(999) == []
    with pytest.raises(NotJoined):
        await several.pledges.answer(several.person(999), number, True)
    assert (await several.pledges.answer(several.person(999), number, False)).joined == 0


async def test_who_may_be_asked_and_when(several: Room) -> None:
    anna = several.person(ANNA)
    number = await asked(several, BEN)
    with pytest.raises(WrongState):
        await several.pledges.invite(anna, number, [CARL])
    saved = await several.pledges.save_draft(anna, several.draft())
    with pytest.raises(Invalid) as refused:
        await several.pledges.invite(anna, saved.id, range(1000, 1011))
    assert refused.value.why == "too many"
    with pytest.raises(NotFound):
        await several.pledges.invite(several.person(BEN), saved.id, [CARL])
    with pytest.raises(NotFound):
        await several.pledges.answer(several.person(CARL), number, True)
    await several.pledges.withdraw(anna, number)
    with pytest.raises(WrongState):
        await several.pledges.answer(several.person(BEN), number, True)
    assert await several.pledges.asked(several.person(BEN)) == []


async def test_it_begins_with_the_last_one_that_was_missing(several: Room) -> None:
    pledge = await several.handed_in(ANNA, only_if=2)
    assert pledge.join_by == several.now - timedelta(minutes=0) + timedelta(days=30)
    waits = await several.pledges.approve(several.person(OTTO), pledge.id)
    assert waits.status is Status.WAITING
    assert await several.figure("pledges.active") == 0
    for who in (BEN, BEN):
        assert (await several.pledges.join(several.person(who), pledge.id)).status is Status.WAITING
    with pytest.raises(NotAllowed, match="yours"):
        await several.pledges.join(several.person(ANNA), pledge.id)
    with pytest.raises(WrongState):
        await several.pledges.progress(several.person(ANNA), pledge.id, progress=25)
    await several.pledges.leave_join(several.person(BEN), pledge.id)
    await several.pledges.join(several.person(CARL), pledge.id)
    begun = await several.pledges.join(several.person(BEN), pledge.id)
    assert (begun.status, begun.joined) == (Status.ACTIVE, 2)
    assert await several.figure("pledges.active") == 1
    assert "pledge.enough joined" in await several.news(ANNA)
    assert await several.news(CARL) == ["pledge.others enough joined"]
    history = await several.pledges.history(several.person(ANNA), pledge.id)
    assert [(entry.act, entry.by) for entry in history][-1] == (Act.ENOUGH, None)
    assert (await several.pledges.leave_join(several.person(BEN), pledge.id)).status is Status.ACTIVE
    with pytest.raises(NotFound):
        await several.pledges.leave_join(several.person(BEN), pledge.id)


async def test_many_join_at_once_and_it_begins_once(several: Room) -> None:
    people = range(1001, 1007)
    for who in people:
        await several.register(who)
    pledge = await several.active(ANNA, only_if=4)
    await asyncio.gather(*(several.pledges.join(several.person(who), pledge.id) for who in people))
    after = await several.pledges.any(GUILD, pledge.id)
    assert (after.status, after.joined) == (Status.ACTIVE, 6)
    acts = [entry.act for entry in await several.pledges.history(several.person(ANNA), pledge.id)]
    assert acts.count(Act.ENOUGH) == 1


async def test_it_lapses_at_its_date_and_can_be_done_alone(several: Room) -> None:
    pledge = await several.active(ANNA, Review.AFTER, only_if=5, join_by=several.now + timedelta(days=10))
    assert pledge.status is Status.WAITING, "what nobody approves beforehand waits for others all the same"
    await several.pledges.join(several.person(BEN), pledge.id)
    several.pass_time(days=10)
    with pytest.raises(WrongState):
        await several.pledges.join(several.person(CARL), pledge.id)
    await several.pledges.sweep()
    assert (await several.pledges.any(GUILD, pledge.id)).status is Status.LAPSED
    assert await several.news(ANNA) == ["pledge.lapse"]
    assert await several.news(BEN) == ["pledge.others lapse"]
    alone = await several.pledges.reopen(several.person(ANNA), pledge.id)
    assert (alone.status, alone.only_if) == (Status.ACTIVE, 0)


async def test_enough_said_yes_while_it_was_reviewed(several: Room) -> None:
    number = await asked(several, BEN, CARL, only_if=2)
    for who in (BEN, CARL):
        await several.pledges.answer(several.person(who), number, True)
    assert (await several.pledges.approve(several.person(OTTO), number)).status is Status.ACTIVE


async def test_a_long_review_leaves_time_to_join(several: Room) -> None:
    pledge = await several.handed_in(ANNA, only_if=2, join_by=several.now + timedelta(days=5))
    several.pass_time(days=20)
    waits = await several.pledges.approve(several.person(OTTO), pledge.id)
    assert waits.join_by == several.now + timedelta(days=7)


async def test_terms_that_can_not_be(several: Room) -> None:
    anna = several.person(ANNA)
    saved = await several.pledges.save_draft(anna, several.draft())
    for count, days, field, why in (
        (0.5, 5, "only_if", "no number"), (1001, 5, "only_if", "no number"), (3, -1, "join_by", "past"),
        (3, 31, "join_by", "after due"), (3, 366 * 6, "join_by", "too far"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            await several.pledges.set_condition(anna, saved.id, int(count) or -1, several.now + timedelta(days=days))
        assert (refused.value.field, refused.value.why) == (field, why)
    with pytest.raises(NotFound):
        await several.pledges.set_condition(several.person(BEN), saved.id, 3, None)
    set_ = await several.pledges.set_condition(anna, saved.id, 3, None)
    assert (set_.only_if, set_.join_by) == (3, saved.due)
    changed = await several.pledges.save_draft(anna, several.draft(due=several.now + timedelta(days=9)), saved.id)
    assert (changed.only_if, changed.join_by) == (3, changed.due), "nobody joins what is over"
    assert (await several.pledges.set_condition(anna, saved.id, 0, None)).only_if == 0


async def test_who_is_erased_or_leaves_is_no_longer_part_of_it(several: Room) -> None:
    number = await asked(several, BEN, CARL)
    for who in (BEN, CARL):
        await several.pledges.answer(several.person(who), number, True)
    await several.services.privacy.leave(several.person(BEN))
    assert set(await parts(several, number)) == {CARL}
    await several.services.privacy.erase(GUILD, CARL)
    assert await parts(several, number) == {}
    assert (await several.pledges.any(GUILD, number)).joined == 0
    await several.services.privacy.erase(GUILD, ANNA)
    assert await several.pledges.any(GUILD, number) is None


async def test_what_is_not_for_all_to_see_is_not_for_all_to_join(several: Room) -> None:
    hidden = await several.active(ANNA, Review.AFTER, visibility=Visibility.HIDDEN)
    waiting = await several.handed_in(ANNA)
    for number in (hidden.id, waiting.id, 999):
        with pytest.raises(NotFound):
            await several.pledges.join(several.person(BEN), number)
    gone = await several.active(ANNA, Review.AFTER)
    await several.services.privacy.erase(GUILD, ANNA)
    with pytest.raises(NotFound):
        await several.pledges.join(several.person(BEN), gone.id)


async def test_a_question_that_nobody_answers_is_forgotten(several: Room) -> None:
    number = await asked(several, BEN, 999)
    several.pass_time(days=31)
    await several.pledges.sweep()
    assert await parts(several, number) == {}


async def test_a_message_asks_only_as_long_as_the_answer_is_open(several: Room) -> None:
    await several.services.members.choose_reach(several.person(BEN), Reach.DM)
    number = await asked(several, BEN)
    assert (await several.pledges.asked_of(GUILD, BEN, number)).id == number
    assert await several.pledges.asked_of(GUILD, CARL, number) is None
    await several.pledges.decline(several.person(OLGA), number, "Too vague")
    assert await several.pledges.asked_of(GUILD, BEN, number) is None
