"""Pledges through the services on a real database, with several people."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.actor import Actor, Standing
from bot.errors import AlreadyDecided, CogwheelError, Invalid, NotAllowed, NotFound, NotJoined, Paused, WrongState
from bot.pledges.model import Pledge, Review, Status, Visibility
from tests.pledges.making import draft, figures, made, organiser
from tests.world import World


async def test_the_whole_way_from_form_to_kept(world: World) -> None:
    await world.register(world.anna)
    pledges = world.services.pledges
    pledge = await made(world, world.anna)
    assert pledge.status is Status.SUBMITTED
    assert await figures(world, "pledges.active") == 0
    assert (await pledges.approve(organiser(world, world.olga), pledge.id)).status is Status.ACTIVE
    assert await figures(world, "pledges.active") == 1
    claimed = await pledges.done(world.actor(world.anna), pledge.id, "It went well", "https://example.org/news")
    assert claimed.status is Status.DONE_CLAIMED
    kept = await pledges.confirm(organiser(world, world.otto), pledge.id)
    assert (kept.status, kept.progress, kept.evidence) == (Status.KEPT, 100, "https://example.org/news")
    assert await figures(world, "pledges.active") == 0
    assert await figures(world, "pledges.kept") == 1
    acts = [entry.act.value for entry in await pledges.history(world.actor(world.anna), pledge.id)]
    assert acts == ["save", "submit", "approve", "done", "confirm"]


async def test_self_declared_actions_need_nobody_and_count_apart(world: World) -> None:
    await world.register(world.anna)
    pledge = await made(world, world.anna, Review.NONE)
    assert pledge.status is Status.ACTIVE
    kept = await world.services.pledges.done(world.actor(world.anna), pledge.id)
    assert kept.status is Status.KEPT
    assert (await figures(world, "pledges.kept"), await figures(world, "pledges.declared")) == (0, 1)
    await world.services.pledges.reopen(world.actor(world.anna), pledge.id)
    assert (await figures(world, "pledges.declared"), await figures(world, "pledges.active")) == (0, 1)
    assert (await world.services.pledges.queue(organiser(world, world.olga))).pledges == ()


async def test_own_words_are_reviewed_beforehand(world: World) -> None:
    await world.register(world.anna)
    saved = await world.services.pledges.save_draft(world.actor(world.anna), draft(world))
    assert (await world.services.pledges.submit(world.actor(world.anna), saved.id)).status is Status.SUBMITTED


async def test_two_organisers_at_once_and_the_loser_hears_who(world: World) -> None:
    await world.register(world.anna)
    pledge = await made(world, world.anna)
    pledges = world.services.pledges
    results = await asyncio.gather(
        pledges.approve(organiser(world, world.olga), pledge.id),
        pledges.decline(organiser(world, world.otto), pledge.id, "Too vague"),
        return_exceptions=True,
    )
    (won,) = [r for r in results if isinstance(r, Pledge)]
    (lost,) = [r for r in results if isinstance(r, AlreadyDecided)]
    assert lost.status == won.status.value
    assert lost.by in (world.olga.id, world.otto.id)
    assert lost.at is not None
    decisions = [e for e in await pledges.history(organiser(world, world.olga), pledge.id) if e.act.value != "save"]
    assert len(decisions) == 2


async def test_nobody_reviews_their_own_or_their_organisations(world: World) -> None:
    house = await world.organisation("The House")
    await world.register(world.olga, organisation=house)
    await world.register(world.anna, organisation=house)
    pledges = world.services.pledges
    mine = await made(world, world.olga)
    with pytest.raises(NotAllowed, match="own"):
        await pledges.approve(organiser(world, world.olga), mine.id)
    ours = await made(world, world.anna, for_organisation=True)
    with pytest.raises(NotAllowed, match="own organisation"):
        await pledges.approve(organiser(world, world.olga), ours.id)
    assert (await pledges.approve(organiser(world, world.otto), ours.id)).organisation == "The House"
    await world.services.servers.choose(world.actor(world.ada, Standing.ADMIN), own_review=True)
    assert (await pledges.approve(organiser(world, world.olga), mine.id)).status is Status.ACTIVE


async def test_standing_is_checked_in_the_service(world: World) -> None:
    await world.register(world.anna)
    pledge = await made(world, world.anna)
    for stranger in (world.actor(world.ben), world.actor(world.mo, Standing.MODERATOR)):
        with pytest.raises(NotAllowed):
            await world.services.pledges.approve(stranger, pledge.id)
        with pytest.raises(NotAllowed):
            await world.services.pledges.queue(stranger)


async def test_another_server_reads_and_changes_nothing(world: World) -> None:
    await world.register(world.anna)
    pledge = await made(world, world.anna)
    intruder = Actor(world.olga.id, world.guild.id + 1, frozenset(Standing))
    pledges = world.services.pledges
    for attempt in (
        pledges.approve(intruder, pledge.id),
        pledges.show(intruder, pledge.id),
        pledges.history(intruder, pledge.id),
        pledges.withdraw(Actor(world.anna.id, world.guild.id + 1), pledge.id),
        pledges.check_reviewer(intruder, pledge.id),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await pledges.queue(intruder)).pledges == ()


async def test_others_drafts_do_not_exist(world: World) -> None:
    await world.register(world.anna)
    await world.register(world.ben)
    saved = await world.services.pledges.save_draft(world.actor(world.anna), draft(world))
    for who in (world.actor(world.ben), organiser(world, world.olga)):
        with pytest.raises(NotFound):
            await world.services.pledges.show(who, saved.id)
    with pytest.raises(NotFound):
        await world.services.pledges.submit(world.actor(world.ben), saved.id)
    with pytest.raises(NotFound):
        await world.services.pledges.save_draft(world.actor(world.ben), draft(world), saved.id)


async def test_a_change_asked_for_goes_round_again(world: World) -> None:
    await world.register(world.anna)
    pledges = world.services.pledges
    pledge = await made(world, world.anna)
    with pytest.raises(Invalid):
        await pledges.ask_changes(organiser(world, world.olga), pledge.id, "  ")
    await pledges.ask_changes(organiser(world, world.olga), pledge.id, "By when exactly?")
    news = await world.services.members.news(world.actor(world.anna))
    assert [(n.kind, n.detail) for n in news] == [("pledge.ask changes", "By when exactly?")]
    await pledges.save_draft(world.actor(world.anna), draft(world, what="Now with a date"), pledge.id)
    again = await pledges.submit(world.actor(world.anna), pledge.id)
    assert (again.status, again.what) == (Status.SUBMITTED, "Now with a date")


@pytest.mark.parametrize(
    ("changes", "field", "why"),
    [
        ({"what": ""}, "what", "empty"),
        ({"what": "x" * 1001}, "what", "too long"),
        ({"done_when": "x" * 301}, "done_when", "too long"),
        ({"due": timedelta(days=-1)}, "due", "past"),
        ({"due": timedelta(days=365 * 30)}, "due", "too far"),
    ],
)
async def test_bad_input_is_named(world: World, changes: dict[str, Any], field: str, why: str) -> None:
    await world.register(world.anna)
    if isinstance(changes.get("due"), timedelta):
        changes = {"due": world.services.clock() + changes["due"]}
    with pytest.raises(Invalid) as refused:
        await world.services.pledges.save_draft(world.actor(world.anna), draft(world, **changes))
    assert (refused.value.field, refused.value.why) == (field, why)


async def test_joining_comes_first_and_a_pause_holds(world: World) -> None:
    with pytest.raises(NotJoined):
        await world.services.pledges.save_draft(world.actor(world.anna), draft(world))
    await world.register(world.anna)
    paused = Actor(world.anna.id, world.guild.id, paused=True)
    with pytest.raises(Paused):
        await world.services.pledges.save_draft(paused, draft(world))


async def test_what_is_hidden_stays_hidden(world: World) -> None:
    await world.register(world.anna)
    hidden = await made(world, world.anna, Review.AFTER, visibility=Visibility.HIDDEN)
    assert hidden.status is Status.ACTIVE
    assert await figures(world, "pledges.active") == 0
    assert (await world.services.pledges.public(world.actor(world.ben))).pledges == ()
    with pytest.raises(NotFound):
        await world.services.pledges.show(world.actor(world.ben), hidden.id)
    assert (await world.services.pledges.show(organiser(world, world.olga), hidden.id)).id == hidden.id


async def test_pages_meet_without_gap_or_repeat(world: World) -> None:
    await world.register(world.anna)
    ids = [(await made(world, world.anna, Review.AFTER)).id for _ in range(12)]
    seen: list[int] = []
    after: int | None = None
    while True:
        page = await world.services.pledges.public(world.actor(world.ben), after=after)
        seen += [p.id for p in page.pledges]
        after = page.after
        if after is None:
            break
    assert seen == sorted(ids, reverse=True)


async def test_silence_lapses_late_and_can_be_taken_up_again(world: World) -> None:
    await world.register(world.anna)
    pledges = world.services.pledges
    pledge = await made(world, world.anna, Review.AFTER, due=world.services.clock() + timedelta(days=10))
    await world.pass_days(80)
    await pledges.sweep()
    assert (await pledges.show(world.actor(world.anna), pledge.id)).status is Status.ACTIVE
    await world.pass_days(30)
    await pledges.sweep()
    assert (await pledges.show(world.actor(world.anna), pledge.id)).status is Status.LAPSED
    assert await figures(world, "pledges.active") == 0
    assert (await pledges.reopen(world.actor(world.anna), pledge.id)).status is Status.ACTIVE


async def test_drafts_go_after_thirty_days(world: World) -> None:
    await world.register(world.anna)
    saved = await world.services.pledges.save_draft(world.actor(world.anna), draft(world))
    await world.pass_days(31)
    await world.services.pledges.sweep()
    with pytest.raises(NotFound):
        await world.services.pledges.show(world.actor(world.anna), saved.id)


async def test_a_withdrawn_pledge_can_not_be_approved(world: World) -> None:
    await world.register(world.anna)
    pledge = await made(world, world.anna)
    await world.services.pledges.withdraw(world.actor(world.anna), pledge.id)
    with pytest.raises(AlreadyDecided):
        await world.services.pledges.approve(organiser(world, world.olga), pledge.id)
    with pytest.raises(WrongState):
        await world.services.pledges.progress(world.actor(world.anna), pledge.id, progress=50)


@pytest.mark.parametrize(
    "link",
    [
        "http://example.org",
        "javascript:alert(1)",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://2130706433/",
        "https://user:secret@example.org/",
        "https://example.org:8443/",
        "https://discord.gg/abc",
        "https://discord.com/invite/abc",
        "https://localhost/x",
        "https://exa mple.org/",
        "https://" + "a" * 300 + ".org",
        "https://service.local/",
    ],
)
async def test_evidence_is_an_ordinary_public_page(world: World, link: str) -> None:
    await world.register(world.anna)
    pledge = await made(world, world.anna, Review.AFTER)
    with pytest.raises(CogwheelError):
        await world.services.pledges.done(world.actor(world.anna), pledge.id, "", link)
    assert (await world.services.pledges.show(world.actor(world.anna), pledge.id)).status is Status.ACTIVE
