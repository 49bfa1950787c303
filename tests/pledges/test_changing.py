"""Changing what is active, drafts that are offered again, and limits that a hurried person meets."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import AlreadyDecided, Invalid, NotFound, WrongState
from bot.pledges.model import MOST_OPEN, Review, Status, Visibility
from tests.pledges.room import ANNA, BEN, GUILD, OLGA, OTTO, Room, room


@pytest.fixture
async def hers(tmp_path: Path) -> AsyncIterator[Room]:
    async with room(tmp_path) as made:
        yield made


async def test_approved_words_change_once_they_are_approved_again(hers: Room) -> None:
    anna = hers.person(ANNA)
    pledge = await hers.active(ANNA)
    hers.pass_time(hours=1)
    wish = hers.draft(Review.BEFORE, what="Teach thirty people", due=None)
    after = await hers.pledges.change(anna, pledge.id, wish)
    assert (after.status, after.what, after.queued_at) == (Status.ACTIVE, pledge.what, hers.now)
    proposed = await hers.pledges.proposed(after)
    assert (proposed.what, proposed.due) == ("Teach thirty people", None)
    hers.pass_time(hours=1)
    better = await hers.pledges.change(anna, pledge.id, hers.draft(Review.BEFORE, what="Teach forty people"))
    assert better.queued_at == after.queued_at, "a second thought does not go to the end of the queue"
    await hers.pledges.progress(anna, pledge.id, progress=25)
    assert (await hers.pledges.proposed(better)).what == "Teach forty people"
    with pytest.raises(WrongState):
        await hers.pledges.accept_change(hers.person(OTTO), pledge.id, proposed.version)
    assert (await hers.pledges.any(GUILD, pledge.id)).what == pledge.what, "nobody approves what they have not read"
    proposed = await hers.pledges.proposed(better)
    approved = await hers.pledges.accept_change(hers.person(OTTO), pledge.id, proposed.version)
    assert (approved.what, approved.progress, approved.queued_at) == ("Teach forty people", 25, None)
    assert await hers.pledges.proposed(approved) is None
    assert "pledge.accept change" in await hers.news(ANNA)
    with pytest.raises(AlreadyDecided) as late:
        await hers.pledges.refuse_change(hers.person(OLGA), pledge.id, "No")
    assert late.value.by == OTTO


async def test_a_change_that_is_refused_leaves_the_old_words(hers: Room) -> None:
    pledge = await hers.active(ANNA)
    await hers.pledges.change(hers.person(ANNA), pledge.id, hers.draft(Review.BEFORE, what="Something smaller"))
    with pytest.raises(Invalid):
        await hers.pledges.refuse_change(hers.person(OTTO), pledge.id, "")
    after = await hers.pledges.refuse_change(hers.person(OTTO), pledge.id, "The first one was better")
    assert (after.what, after.queued_at) == (pledge.what, None)
    assert await hers.pledges.sent_back(after) == "The first one was better"


async def test_two_decide_on_a_change_at_once(hers: Room) -> None:
    pledge = await hers.active(ANNA)
    changed = await hers.pledges.change(
        hers.person(ANNA), pledge.id, hers.draft(Review.BEFORE, what="Something smaller")
    )
    seen = await hers.pledges.proposed(changed)
    both = await asyncio.gather(
        hers.pledges.accept_change(hers.person(OLGA), pledge.id, seen.version),
        hers.pledges.refuse_change(hers.person(OTTO), pledge.id, "No"),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in both) == ["AlreadyDecided", "Pledge"]


async def test_a_change_goes_with_what_its_maker_does_next(hers: Room) -> None:
    pledge = await hers.active(ANNA)
    await hers.pledges.change(hers.person(ANNA), pledge.id, hers.draft(Review.BEFORE, what="Something smaller"))
    done = await hers.pledges.done(hers.person(ANNA), pledge.id)
    assert (done.status, done.what) == (Status.DONE_CLAIMED, pledge.what)
    back = await hers.pledges.not_yet(hers.person(OTTO), pledge.id, "Where?")
    assert (back.queued_at, await hers.pledges.proposed(back)) == (None, None)


async def test_words_that_nobody_approved_change_at_once(hers: Room) -> None:
    for review in (Review.AFTER, Review.NONE):
        pledge = await hers.active(ANNA, review)
        after = await hers.pledges.change(hers.person(ANNA), pledge.id, hers.draft(review, what="In my own words"))
        assert (after.what, after.queued_at, after.status) == ("In my own words", None, Status.ACTIVE)
        assert after.review is Review.AFTER, "one's own words are confirmed by somebody once they are done"
    assert await hers.figure("pledges.active") == 2


async def test_only_who_sees_it_changes_at_once(hers: Room) -> None:
    pledge = await hers.active(ANNA)
    same = hers.draft(
        Review.BEFORE, done_when=pledge.done_when, due=pledge.due, what=pledge.what, visibility=Visibility.HIDDEN
    )
    after = await hers.pledges.change(hers.person(ANNA), pledge.id, same)
    assert (after.visibility, after.queued_at) == (Visibility.HIDDEN, None)
    assert await hers.figure("pledges.active") == 0
    with pytest.raises(NotFound):
        await hers.pledges.show(hers.person(BEN), pledge.id)
    with pytest.raises(NotFound):
        await hers.pledges.change(hers.person(BEN), pledge.id, same)


async def test_only_what_is_active_is_changed_so(hers: Room) -> None:
    pledge = await hers.handed_in(ANNA)
    with pytest.raises(WrongState):
        await hers.pledges.change(hers.person(ANNA), pledge.id, hers.draft(Review.BEFORE, what="Other words"))
    with pytest.raises(WrongState):
        await hers.pledges.change(hers.person(ANNA), pledge.id, hers.draft(visibility=Visibility.HIDDEN))
    late = await hers.active(ANNA, Review.AFTER)
    hers.pass_time(days=40)
    words = hers.draft(Review.AFTER, what="A word more", due=late.due)
    assert (await hers.pledges.change(hers.person(ANNA), late.id, words)).due == late.due, "late is no fault"


async def test_a_draft_is_offered_once_and_then_goes(hers: Room) -> None:
    saved = await hers.pledges.save_draft(hers.person(ANNA), hers.draft())
    hers.pass_time(hours=23)
    await hers.pledges.sweep()
    assert await hers.news(ANNA) == []
    hers.pass_time(hours=2)
    for _ in range(3):
        await hers.pledges.sweep()
        hers.pass_time(days=1)
    assert await hers.news(ANNA) == ["pledge.draft"]
    assert (await hers.pledges.unfinished(hers.person(ANNA))).id == saved.id
    hers.pass_time(days=30)
    await hers.pledges.sweep()
    assert await hers.pledges.any(GUILD, saved.id) is None
    assert await hers.pledges.unfinished(hers.person(ANNA)) is None


async def test_a_hundred_in_an_hour_meet_a_gentle_limit(hers: Room) -> None:
    anna, refused = hers.person(ANNA), []
    for _ in range(100):
        try:
            await hers.pledges.save_draft(anna, hers.draft(None))
        except Invalid as error:
            refused.append(error.why)
    assert refused == ["too many open"] * (100 - MOST_OPEN)
    for _ in range(3):
        draft = await hers.pledges.unfinished(anna)
        await hers.pledges.submit(anna, draft.id)
        await hers.pledges.approve(hers.person(OTTO), draft.id)
    with pytest.raises(Invalid) as too_fast:
        await hers.pledges.save_draft(anna, hers.draft(None))
    assert too_fast.value.why == "too many at once"
    hers.pass_time(hours=1)
    await hers.pledges.save_draft(anna, hers.draft(None))
    await hers.pledges.save_draft(hers.person(BEN), hers.draft(None))


async def test_an_action_that_was_retired(hers: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    pledge = await hers.handed_in(ANNA)
    saved = await hers.pledges.save_draft(hers.person(ANNA), hers.draft())
    content = hers.services.content
    action = dataclasses.replace(content.actions[pledge.action or ""], retired=True)
    later = dataclasses.replace(content, actions={**content.actions, action.slug: action})
    monkeypatch.setattr(hers.pledges, "_content", later)
    with pytest.raises(Invalid) as refused:
        await hers.pledges.save_draft(hers.person(ANNA), hers.draft(what=action.title.text("en")))
    assert refused.value.why == "retired action"
    await hers.pledges.save_draft(hers.person(ANNA), hers.draft(None, action=action.slug), saved.id)
    assert (await hers.pledges.submit(hers.person(ANNA), saved.id)).status is Status.SUBMITTED
    assert (await hers.pledges.approve(hers.person(OTTO), pledge.id)).status is Status.ACTIVE


async def test_the_reason_stays_with_the_maker_until_they_go_on(hers: Room) -> None:
    pledge = await hers.handed_in(ANNA)
    back = await hers.pledges.ask_changes(hers.person(OTTO), pledge.id, "By when exactly?")
    assert await hers.pledges.sent_back(back) == "By when exactly?"
    await hers.pledges.save_draft(hers.person(ANNA), hers.draft(what="With a date"), pledge.id)
    assert await hers.pledges.sent_back(await hers.pledges.any(GUILD, pledge.id)) == "By when exactly?"
    again = await hers.pledges.submit(hers.person(ANNA), pledge.id)
    assert await hers.pledges.sent_back(again) == ""
    declined = await hers.pledges.decline(hers.person(OTTO), pledge.id, "It is not ours to do")
    assert await hers.pledges.sent_back(declined) == "It is not ours to do"
    assert declined.queued_at is None
    hers.pass_time(days=1)
    assert hers.now - declined.changed_at == timedelta(days=1)
