"""/review through real dispatch: the queue, the card, every decision, and who may not take it."""

from __future__ import annotations

from functools import partial

import discord
import pytest

from bot.actor import Standing
from bot.members.model import Reach
from bot.pledges.model import Status
from bot.servers.model import Channel
from tests import simhelp
from tests.cogs.pledging import active, desk_card, desk_cards, handed_in, pledge, public_cards
from tests.cogs.pressing import Result, answers_faults, breaking, forged
from tests.world import World

# ------------------------------------------------------------------------------------------------ the queue


async def test_an_empty_queue_is_good_news(world: World) -> None:
    answer = await world.olga.slash(world.somewhere, "review queue")
    assert "All caught up" in simhelp.texts(answer)
    assert answer.ephemeral


async def test_the_queue_shows_the_oldest_first_by_pages_of_five(world: World) -> None:
    await world.register(world.anna)
    for number in range(6):
        await handed_in(world, world.anna, what=f"Effort number {number}")
    first = await world.olga.slash(world.somewhere, "review queue")
    said = simhelp.texts(first)
    assert said.index("Effort number 0") < said.index("Effort number 4")
    assert "Effort number 5" not in said
    second = await simhelp.press(world.olga, first, "Next")
    assert "Effort number 5" in simhelp.texts(second)
    opened = await simhelp.pick(world.olga, second, "6", menu="review.open")
    assert {"Approve", "Ask for changes", "Decline", "History"} <= set(simhelp.buttons(opened))
    assert opened.ephemeral


async def test_one_decision_is_two_interactions_at_most(world: World) -> None:
    await world.register(world.anna)
    _, first = await handed_in(world, world.anna)
    _, second = await handed_in(world, world.anna)
    await simhelp.press(world.olga, desk_card(world, first), "Approve")  # 1
    assert (await pledge(world, first)).status is Status.ACTIVE
    form = await simhelp.press(world.olga, desk_card(world, second), "Decline")  # 1
    await simhelp.submit(world.olga, form, {"reason": "Too vague"})  # 2
    assert (await pledge(world, second)).status is Status.DECLINED


# ---------------------------------------------------------------------------------------------- decisions


async def test_from_handing_in_to_kept(world: World) -> None:
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna, what="Turn the wheel")
    card = desk_card(world, number)
    assert f"<@{world.anna.id}>" in simhelp.texts(card), "organisers see who it is"
    assert world.channels[Channel.PLEDGES].history() == []
    approved = await simhelp.press(world.olga, card, "Approve")
    assert f"<@{world.olga.id}>" in simhelp.texts(approved)
    assert "Approve" not in simhelp.buttons(approved)
    await world.settle()
    assert len(desk_cards(world)) == 1, "the clicked card is the one that is kept up to date"
    public = simhelp.post(world.channels[Channel.PLEDGES], "Turn the wheel")
    assert "active" in simhelp.texts(public)
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    form = await simhelp.press(world.anna, own, "Done")
    await simhelp.submit(world.anna, form, {"note": "It turns", "evidence": "https://example.org/wheel"})
    await world.settle()
    (card,) = desk_cards(world)
    assert "example.org - https:" in simhelp.texts(card), "as text with its host"
    assert "Confirm done" in simhelp.buttons(card)
    assert not [url for url in simhelp.buttons(card).values() if url.startswith("http")]
    confirmed = await simhelp.press(world.otto, card, "Confirm done")
    assert "kept" in simhelp.texts(confirmed)
    await world.settle()
    public = simhelp.post(world.channels[Channel.PLEDGES], "Turn the wheel")
    assert "https://example.org/wheel" in simhelp.buttons(public).values()
    history = simhelp.texts(await simhelp.press(world.olga, desk_card(world, number), "History"))
    for said in ("saved the draft", "submitted it", "approved", "marked it done", "confirmed it is done"):
        assert said in history
    assert f"<@{world.otto.id}>" in history


async def test_a_decline_comes_with_its_reason(world: World) -> None:
    await world.register(world.anna)
    await world.services.members.choose_reach(world.actor(world.anna), Reach.DM)
    _, number = await handed_in(world, world.anna)
    form = await simhelp.press(world.olga, desk_card(world, number), "Decline")
    empty = await simhelp.submit(world.olga, form, {"reason": "\u200b"})
    assert "Reason" in simhelp.texts(empty)
    again = await simhelp.press(world.olga, empty, "Fix it")
    declined = await simhelp.submit(world.olga, again, {"reason": "Not something we can *see* done"})
    assert "declined" in simhelp.texts(declined)
    await world.settle()
    assert "declined" in simhelp.texts(desk_card(world, number))
    assert "Approve" not in simhelp.buttons(desk_card(world, number))
    (message,) = simhelp.dms(world.env, world.anna)
    assert "was declined" in simhelp.texts(message)
    assert "Not something we can \\*see\\* done" in simhelp.texts(message)
    everywhere = [m for c in (Channel.PLEDGES, Channel.IDEAS, Channel.WELCOME) for m in world.channels[c].history()]
    assert not [m for m in everywhere if "declined" in simhelp.texts(m)], "nothing about it in public"


async def test_changes_asked_made_and_handed_in_again(world: World) -> None:
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna, what="Do something")
    form = await simhelp.press(world.olga, desk_card(world, number), "Ask for changes")
    await simhelp.submit(world.olga, form, {"reason": "Do what, exactly?"})
    await world.settle()
    assert not [b for b in simhelp.buttons(desk_card(world, number)) if b != "History"]
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    assert "there is news" in simhelp.texts(own).casefold()
    form = await simhelp.press(world.anna, own, "Change")
    changed = await simhelp.submit(world.anna, form, {"what": "Teach twenty people"})
    assert "changed" in simhelp.texts(changed)
    await simhelp.press(world.anna, changed, "Submit")
    await world.settle()
    card = desk_card(world, number)
    assert "Teach twenty people" in simhelp.texts(card)
    assert "Do something" not in simhelp.texts(card)
    assert len(desk_cards(world)) == 1
    assert "active" in simhelp.texts(await simhelp.press(world.otto, card, "Approve"))


async def test_not_yet_done(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna, "after")
    form = await forged(world, world.anna, "press", "pledge.done", number)
    await simhelp.submit(world.anna, form, {})
    await world.settle()
    form = await simhelp.press(world.olga, desk_card(world, number), "Not yet")
    answer = await simhelp.submit(world.olga, form, {"reason": "Half of it is missing"})
    assert "active" in simhelp.texts(answer)
    assert (await pledge(world, number)).status is Status.ACTIVE
    await world.settle()
    assert "waiting to be confirmed" not in simhelp.texts(simhelp.post(world.channels[Channel.PLEDGES]))


async def test_of_two_organisers_the_second_hears_who_and_when(world: World) -> None:
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna)
    card = desk_card(world, number)
    late = await simhelp.press(world.otto, card, "Decline")
    await simhelp.press(world.olga, card, "Approve")
    for answer in (
        await simhelp.submit(world.otto, late, {"reason": "Too late"}),
        await forged(world, world.otto, "press", "review.approve", number),
    ):
        said = simhelp.texts(answer)
        assert f"<@{world.olga.id}>" in said
        assert "<t:" in said
        assert "changed nothing" in said
        assert answer.ephemeral or not said
    assert (await pledge(world, number)).status is Status.ACTIVE


async def test_a_double_click_on_approve_decides_once(world: World) -> None:
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna)
    await forged(world, world.olga, "press", "review.approve", number)
    answer = await forged(world, world.olga, "press", "review.approve", number)
    assert "changed nothing" in simhelp.texts(answer)
    await world.settle()
    assert len(public_cards(world)) == 1


async def test_an_approval_a_second_after_it_was_withdrawn(world: World) -> None:
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna)
    await forged(world, world.anna, "press", "pledge.withdraw", number)
    answer = await forged(world, world.olga, "press", "review.approve", number)
    assert "withdrawn" in simhelp.texts(answer)
    assert (await pledge(world, number)).status is Status.WITHDRAWN


# ----------------------------------------------------------------------------------------- who may not


DOORS: dict[tuple[str, str], tuple[str, tuple[object, ...]]] = {
    ("press", "review.queue"): ("queue", (0,)),
    ("press", "review.page"): ("queue", ("any", "", 0, 0)),
    ("press", "review.before"): ("queue", ("any", "", 1, 1)),
    ("pick", "review.kind"): ("queue", ("",)),
    ("pick", "review.sector"): ("queue", ("new",)),
    ("pick", "review.open"): ("on_desk", ()),
    ("press", "review.card"): ("on_desk", (1,)),
    ("press", "review.approve"): ("approve", (1,)),
    ("press", "review.confirm"): ("confirm", (1,)),
    ("press", "review.accept"): ("accept_change", (1, 1)),
    ("press", "review.take"): ("take", (1,)),
    ("press", "review.letgo"): ("let_go", (1,)),
    ("press", "review.lot"): ("lot", (1,)),
    ("press", "review.all"): ("approve_lot", (1, 9, 1)),
    ("press", "review.changes"): ("check_reviewer", (1,)),
    ("press", "review.decline"): ("check_reviewer", (1,)),
    ("press", "review.notyet"): ("check_reviewer", (1,)),
    ("press", "review.refuse"): ("check_reviewer", (1,)),
    ("press", "review.back"): ("check_reviewer", ("approval", 1)),
    ("pick", "review.pick"): ("ready_reasons", (1,)),
    ("press", "review.history"): ("history", (1,)),
    ("press", "review.ready"): ("ready_reasons", ()),
    ("press", "review.add"): ("ready_reasons", ()),
    ("pick", "review.drop"): ("drop_reason", ()),
}
SUBMITS: dict[str, tuple[str, tuple[object, ...]]] = {
    "review.changes": ("ask_changes", (1,)),
    "review.decline": ("decline", (1,)),
    "review.notyet": ("not_yet", (2,)),
    "review.refuse": ("refuse_change", (3,)),
    "review.back": ("take_back", ("approval", 4)),
    "review.add": ("add_reason", ()),
}
ELSEWHERE = ("review.export", "review.organisations", "review.digest", "review.unlink")


async def test_the_organisers_doors_are_closed_to_others(world: World) -> None:
    """Pressed on the organisers' card itself or forged: standing is asked at the moment of the click."""
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna, visibility="Counted only")
    for who in (world.ben, world.mo):
        assert "Only organisers can review" in simhelp.texts(
            await simhelp.press(who, desk_card(world, number), "Approve")
        )
        for (kind, name), (_method, ids) in DOORS.items():
            picked = {"review.kind": "new", "review.sector": "any"}.get(name, str(number))
            answer = await forged(world, who, kind, name, *ids, values=(picked,))
            assert "Only organisers can review" in simhelp.texts(answer), name
            assert answer.modal is None
            assert str(world.anna.id) not in simhelp.texts(answer)
    assert (await pledge(world, number)).status is Status.SUBMITTED


async def test_the_desk_card_of_a_public_pledge_stays_with_organisers(world: World) -> None:
    """It names the maker and shows the link, whatever the maker chose for others."""
    await world.register(world.anna)
    number = await active(world, world.anna, "after", visibility="Counted only")
    form = await forged(world, world.anna, "press", "pledge.note", number)
    await simhelp.submit(world.anna, form, {"evidence": "https://example.org/unseen"})
    answer = await forged(world, world.ben, "pick", "review.open", values=(str(number),))
    assert "Only organisers can review" in simhelp.texts(answer)
    assert "example.org" not in simhelp.texts(answer)
    seen = await forged(world, world.olga, "pick", "review.open", values=(str(number),))
    assert "example.org" in simhelp.texts(seen)


async def test_a_form_opened_as_organiser_and_sent_as_none(world: World) -> None:
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna)
    form = await simhelp.press(world.olga, desk_card(world, number), "Decline")
    world.env.backend.remove_member_role(world.guild.id, world.olga.id, world.guild.roles["Organisers"].id)
    await world.env.settle()
    answer = await simhelp.submit(world.olga, form, {"reason": "I may not any more"})
    assert "Only organisers can review" in simhelp.texts(answer)
    assert (await pledge(world, number)).status is Status.SUBMITTED


async def test_nobody_reviews_their_own_not_even_an_admin(world: World) -> None:
    for who in (world.olga, world.ada):
        await world.register(who)
        _, number = await handed_in(world, who)
        assert "Nobody reviews their own" in simhelp.texts(
            await simhelp.press(who, desk_card(world, number), "Approve")
        )
        for name in ("review.changes", "review.decline", "review.confirm"):
            answer = await forged(world, who, "press", name, number)
            assert answer.modal is None
            assert "Nobody reviews their own" in simhelp.texts(answer)
        assert (await pledge(world, number)).status is Status.SUBMITTED


async def test_nor_their_organisations(world: World) -> None:
    house = await world.organisation("The House")
    await world.register(world.anna, organisation=house)
    await world.register(world.olga, organisation=house)
    form = await world.anna.slash(world.somewhere, "pledge make", action="Ours", **{"for": "organisation"})
    draft = await simhelp.submit(world.anna, form, {"done_when": "It is done"})
    await simhelp.press(world.anna, draft, "Submit")
    await world.settle()
    answer = await simhelp.press(world.olga, desk_card(world, 1), "Approve")
    assert "your own organisation" in simhelp.texts(answer)
    assert "active" in simhelp.texts(await simhelp.press(world.otto, desk_card(world, 1), "Approve"))


async def test_history_is_for_the_maker_and_organisers(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna, "after")
    for who in (world.anna, world.olga):
        assert "submitted it" in simhelp.texts(await forged(world, who, "press", "review.history", number))
    assert "submitted it" not in simhelp.texts(await forged(world, world.ben, "press", "review.history", number))


async def test_numbers_that_are_none(world: World) -> None:
    for typed in ("x", "²", "-1", "9" * 30, "999"):
        answer = await forged(world, world.olga, "pick", "review.open", values=(typed,))
        assert "isn't in this server" in simhelp.texts(answer), typed


# ------------------------------------------------------------------------------------------- telling the maker


async def test_news_waits_in_the_profile_by_default(world: World) -> None:
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna)
    await simhelp.press(world.olga, desk_card(world, number), "Approve")
    await world.settle()
    assert simhelp.dms(world.env, world.anna) == []
    shown = simhelp.texts(await world.anna.slash(world.somewhere, "pledge list"))
    assert "`/profile`" in shown


async def test_a_direct_message_to_who_asked_for_one(world: World) -> None:
    await world.register(world.anna)
    await world.services.members.choose_reach(world.actor(world.anna), Reach.DM)
    simhelp.set_locale(world.anna, "sv-SE")
    _, number = await handed_in(world, world.anna, what="Snurra hjulet")
    await simhelp.press(world.olga, desk_card(world, number), "Approve")
    await world.settle()
    (message,) = simhelp.dms(world.env, world.anna)
    assert "Snurra hjulet" in simhelp.texts(message)


async def test_a_mention_pings_that_person_alone_and_tells_no_outcome(world: World) -> None:
    await world.register(world.anna)
    place = world.channels[Channel.IDEAS]
    await world.services.members.choose_reach(world.actor(world.anna), Reach.MENTION, place.id)
    _, number = await handed_in(world, world.anna, what="Nobody else's business")
    form = await simhelp.press(world.olga, desk_card(world, number), "Decline")
    await simhelp.submit(world.olga, form, {"reason": "Too vague"})
    await world.settle()
    message = simhelp.post(place, f"<@{world.anna.id}>")
    for private in ("Nobody else's business", "declined", "Too vague"):
        assert private not in simhelp.texts(message)
    pings = [
        request.body["allowed_mentions"]
        for request in world.watch.sent("POST", f"/channels/{place.id}/messages")
        if isinstance(request.body, dict) and f"<@{world.anna.id}>" in str(request.body)
    ]
    assert [(p.get("parse"), [str(u) for u in p.get("users", [])], p.get("roles", [])) for p in pings] == [
        ([], [str(world.anna.id)], [])
    ]


async def test_closed_dms_are_kept_with_the_reason_and_break_nothing_else(world: World) -> None:
    await world.register(world.anna)
    await world.services.members.choose_reach(world.actor(world.anna), Reach.DM)
    simhelp.close_dms(world.env, world.anna)
    _, number = await handed_in(world, world.anna)
    await simhelp.press(world.olga, desk_card(world, number), "Approve")
    await world.settle(30)
    stuck = await world.services.outbox.stuck(world.guild.id)
    (failed,) = [row for row in stuck if row.kind == "member.notice"]
    assert (failed.reason or "").startswith("403/50007")
    assert len(public_cards(world)) == 1
    assert "`/profile`" in simhelp.texts(await world.anna.slash(world.somewhere, "pledge list"))


async def test_without_an_organisers_channel_the_queue_still_works(world: World) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    await world.services.servers.choose_channels(boss, {Channel.ORGANISERS: None})
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna)
    listed = await world.olga.slash(world.somewhere, "review queue")
    opened = await simhelp.pick(world.olga, listed, str(number), menu="review.open")
    assert "active" in simhelp.texts(await simhelp.press(world.olga, opened, "Approve"))
    await world.settle()
    assert [row for row in await world.services.outbox.stuck(world.guild.id) if row.kind == "pledge.review"] == []


async def test_old_buttons_and_open_forms_after_a_restart(world: World) -> None:
    await world.register(world.anna)
    _, first = await handed_in(world, world.anna)
    _, second = await handed_in(world, world.anna)
    listed = await world.olga.slash(world.somewhere, "review queue")
    form = await simhelp.press(world.olga, desk_card(world, second), "Ask for changes")
    await world.restart()
    await simhelp.submit(world.olga, form, {"reason": "Still the same reason"})
    assert (await pledge(world, second)).status is Status.CHANGES_ASKED
    opened = await simhelp.pick(world.olga, listed, str(first), menu="review.open")
    await world.restart()
    assert "active" in simhelp.texts(await simhelp.press(world.olga, opened, "Approve"))


# ---------------------------------------------------------------------------------------------- faults


async def test_the_command_answers_when_it_fails(world: World) -> None:
    attempt = partial(world.olga.slash, world.somewhere, "review queue")
    await answers_faults(world, "pledges.queue", attempt)


def test_no_door_is_left_out(world: World) -> None:
    mine = {
        (kind, name)
        for kind, name in world.bot.doors.names
        if name.startswith("review.") and not name.startswith(ELSEWHERE)
    }
    ping = {("press", "review.ping")}  # has a test of its own: it is the server's choice, not the pledges'
    assert mine == set(DOORS) | ping | {(kind, name) for name in SUBMITS for kind in ("form", "submit")}


async def test_every_button_and_select_answers_when_it_fails(world: World) -> None:
    for (kind, name), (method, ids) in DOORS.items():
        values = {"review.kind": ("new",), "review.sector": ("any",)}.get(name, ())
        attempt = partial(forged, world, world.olga, kind, name, *ids, values=values)
        await answers_faults(world, f"pledges.{method}", attempt)
    attempt = partial(forged, world, world.ada, "press", "review.ping", 1)
    await answers_faults(world, "servers.choose_nudge_ping", attempt)


async def test_every_form_answers_when_it_fails_and_keeps_the_reason(world: World) -> None:
    await world.register(world.anna)
    await handed_in(world, world.anna)
    await active(world, world.anna, "after")
    await forged(world, world.anna, "press", "pledge.done", 2)
    await world.services.pledges.done(world.actor(world.anna), 2)
    await active(world, world.anna)
    await active(world, world.anna)
    await change_words(world, 3)
    for name, (method, ids) in SUBMITS.items():
        attempt = partial(reasoned, world, name, ids)
        await answers_faults(world, f"pledges.{method}", attempt)
        with pytest.MonkeyPatch.context() as patch:
            breaking(patch, world, f"pledges.{method}", RuntimeError())
            refused = await attempt()
        again = await simhelp.press(world.olga, refused, "Open the form again")
        assert "A good reason" in [field.get("value") for field in simhelp.fields(again.modal).values()], name


async def change_words(world: World, number: int, words: str = "Other words altogether") -> Result:
    """Let Anna want other words for an active pledge."""
    form = await forged(world, world.anna, "press", "pledge.change", number)
    return await simhelp.submit(world.anna, form, {"what": words})


async def reasoned(world: World, door: str, ids: tuple[object, ...]) -> Result:
    """Open a reason form and send it."""
    form = await forged(world, world.olga, "press", door, *ids)
    return await simhelp.submit(world.olga, form, {"reason": "A good reason"})


async def test_a_reason_about_a_case_is_not_stored(world: World) -> None:
    """The guard's own tests say what it stops; here: what it stops goes nowhere."""
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna)
    text = "See http://abcdefghijklmnop234567abcdefghijklmnop234567abcdefghijklmnop.onion/page"
    form = await simhelp.press(world.olga, desk_card(world, number), "Decline")
    stopped = await simhelp.submit(world.olga, form, {"reason": text})
    assert "onion" not in simhelp.texts(stopped)
    assert (await pledge(world, number)).status is Status.SUBMITTED
    assert b".onion/page" not in b"".join(path.read_bytes() for path in world.folder.glob("test.db*"))
    sent = [str(request.body) for request in world.watch.requests if request.method in ("POST", "PATCH")]
    assert not [body for body in sent if "onion/page" in body and "'type': 9" not in body]


def test_the_command_is_shown_to_whom_it_is_for(world: World) -> None:
    group = world.bot.tree.get_command("review")
    assert group is not None
    assert group.default_permissions == discord.Permissions(manage_messages=True)
    assert group.guild_only
