"""/pledge with others through real dispatch: asking, answering, only if enough join, drafts that wait, hints."""

from __future__ import annotations

import dataclasses
from functools import partial

import pytest

from bot.members.model import Reach
from bot.pledges.model import MOST_OPEN, Draft, Status, Visibility
from tests import simhelp
from tests.cogs.pledging import action, active, desk_card, drafted, number_of, pledge, public_cards
from tests.cogs.pressing import Result, answers_faults, forged
from tests.world import World


async def together(world: World, *others: object, **options: object) -> tuple[Result, int]:
    """A draft of Anna's for several, in which she names others."""
    form = await world.anna.slash(
        world.somewhere, "pledge make", action="Something together", **{"for": "several", **options}
    )
    draft = await simhelp.submit(world.anna, form, {"done_when": "Both have done it"})
    named = await simhelp.pick(world.anna, draft, list(others), menu="Who's doing it with you?")
    return named, number_of(named)


async def test_who_never_registered_is_named_as_not_told(world: World) -> None:
    for who in (world.anna, world.ben):
        await world.register(who)
    draft, _ = await together(world, world.ben, world.mo)
    thanks = simhelp.texts(await simhelp.press(world.anna, draft, "Submit"))
    assert f"Asked, no answer yet:** <@{world.ben.id}>\n" in thanks
    assert f"Not registered here, so not told:** <@{world.mo.id}>" in thanks


async def test_several_pledge_together_each_by_their_own_yes(world: World) -> None:
    for who in (world.anna, world.ben):
        await world.register(who)
    await world.register(world.olga, visibility="counted")
    draft, number = await together(world, world.ben, world.olga)
    assert "asked once you submit it" in simhelp.texts(draft)
    thanks = simhelp.texts(await simhelp.press(world.anna, draft, "Submit"))
    assert f"Asked, no answer yet:** <@{world.ben.id}>, <@{world.olga.id}>" in thanks
    assert "Not registered" not in thanks
    await world.settle()
    card = simhelp.texts(desk_card(world, number))
    assert "Asked, no answer yet" in card
    news = simhelp.texts(await world.ben.slash(world.somewhere, "profile"))
    assert "You've been asked to do a pledge too" in news
    (choice,) = await world.ben.autocomplete(world.somewhere, "pledge show", "pledge", "")
    asked = await world.ben.slash(world.somewhere, "pledge show", pledge=choice["value"])
    yes = await simhelp.press(world.ben, asked, "Yes, I'll do it too")
    assert "You're in" in simhelp.texts(yes)
    shown = await world.olga.slash(world.somewhere, "pledge show", pledge=str(number))
    await simhelp.press(world.olga, shown, "Yes, I'll do it too")
    refused = await forged(world, world.olga, "press", "review.approve", number)
    assert "Nobody reviews their own" in simhelp.texts(refused)
    await world.settle()
    await simhelp.press(world.otto, desk_card(world, number), "Approve")
    await world.settle()
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    assert f"**Together with:** <@{world.ben.id}>" in simhelp.texts(own)
    seen = await world.mo.slash(world.somewhere, "pledge show", pledge=str(number))
    assert f"**Together with:** <@{world.ben.id}>" in simhelp.texts(seen)
    assert str(world.olga.id) not in simhelp.texts(seen), "who is only counted is not named"
    shown = await world.ben.slash(world.somewhere, "pledge show", pledge=str(number))
    out = await simhelp.press(world.ben, shown, "Leave this pledge")
    assert "not part of it" in simhelp.texts(out)
    assert (await pledge(world, number)).joined == 1


async def test_a_question_by_direct_message_is_answered_there(world: World) -> None:
    for who in (world.anna, world.ben):
        await world.register(who)
    await world.services.members.choose_reach(world.actor(world.ben), Reach.DM)
    draft, number = await together(world, world.ben)
    await simhelp.press(world.anna, draft, "Submit")
    await world.settle()
    (message,) = simhelp.dms(world.env, world.ben)
    assert f"<@{world.anna.id}> asks if you'll do this too" in simhelp.texts(message)
    assert "Something together" in simhelp.texts(message)
    yes = await simhelp.press(world.ben.user, message, "Yes, I'll do it too")
    assert "You're in" in simhelp.texts(yes)
    assert (await pledge(world, number)).joined == 1


async def test_an_answer_from_elsewhere_or_by_somebody_else(world: World) -> None:
    for who in (world.anna, world.ben):
        await world.register(who)
    draft, number = await together(world, world.ben)
    await simhelp.press(world.anna, draft, "Submit")
    for server in (world.guild.id + 1, 1):
        answer = await forged(world, world.ben, "press", "pledge.accept", server, number)
        assert "isn't in this server" in simhelp.texts(answer)
    for door in ("pledge.accept", "pledge.refuse"):
        answer = await forged(world, world.mo, "press", door, world.guild.id, number)
        assert "/join" in simhelp.texts(answer) or "isn't in this server" in simhelp.texts(answer)
    assert (await pledge(world, number)).joined == 0
    for door in ("pledge.accept", "pledge.refuse"):
        attempt = partial(forged, world, world.ben, "press", door, world.guild.id, number)
        await answers_faults(world, "pledges.answer", attempt)


async def test_a_draft_names_others_later_and_bots_are_left_out(world: World) -> None:
    await world.register(world.anna)
    draft = await drafted(world, world.anna)
    asking = await simhelp.press(world.anna, draft, "Ask others to do it too")
    named = await simhelp.pick(world.anna, asking, [world.ben], menu="Who's doing it with you?")
    number = number_of(named)
    company = await world.services.pledges.company(world.guild.id, number)
    assert [one.user_id for one in company] == [world.ben.id]
    await simhelp.press(world.anna, named, "Submit")
    late = await forged(world, world.anna, "pick", "pledge.invite", number, values=(str(world.mo.id),))
    assert "moved on" in simhelp.texts(late)


async def test_only_if_by_command_and_on_the_card(world: World) -> None:
    for who in (world.anna, world.ben):
        await world.register(who)
    slug = action(world, "after").slug
    form = await world.anna.slash(world.somewhere, "pledge make", action=slug, only_if=2)
    draft = await simhelp.submit(world.anna, form)
    assert "**Only if** 2 others join by" in simhelp.texts(draft)
    form = await simhelp.press(world.anna, draft, "Only if others join")
    assert simhelp.fields(form.modal)["How many others?"]["value"] == "2"
    late = ("2030-01-01", "before it is due")
    for field, typed, said in (
        ("only_if", "many", "Write a number"),
        ("only_if", "-1", "Write a number"),
        ("only_if", "2000", "Write a number"),
        ("join_by", "yesterday", "has passed"),
        ("join_by", "2026-02-30", "no such date"),
        ("join_by", *late),
    ):
        refused = await simhelp.submit(world.anna, form, {"only_if": "2", "join_by": "", field: typed})
        assert said in simhelp.texts(refused), typed
        form = await simhelp.press(world.anna, refused, "Fix it")
    draft = await simhelp.submit(world.anna, form, {"only_if": "1", "join_by": "in 2 days"})
    assert "**Only if** 1 other joins by" in simhelp.texts(draft)
    number = number_of(draft)
    done = await simhelp.press(world.anna, draft, "Submit")
    assert "once enough others have joined" in simhelp.texts(done)
    await world.settle()
    assert "waiting for others to join" in simhelp.texts(public_cards(world)[0])
    await world.services.pledges.join(world.actor(world.ben), number)
    await world.settle()
    assert (await pledge(world, number)).status is Status.ACTIVE
    assert "waiting for others" not in simhelp.texts(public_cards(world)[0])
    shown = simhelp.texts(await world.anna.slash(world.somewhere, "profile"))
    assert "your pledge has begun" in shown


async def test_a_draft_waits_where_one_begins_again(world: World) -> None:
    await world.register(world.anna)
    draft = await drafted(world, world.anna, what="Half written")
    again = await world.anna.slash(world.somewhere, "pledge make")
    assert "Not submitted yet:** Half written" in simhelp.texts(again)
    back = await simhelp.press(world.anna, again, "Continue my draft")
    assert number_of(back) == number_of(draft)
    await world.pass_days(2)
    await world.services.pledges.sweep()
    assert "There is news" in simhelp.texts(await world.anna.slash(world.somewhere, "help"))
    said = simhelp.texts(await world.anna.slash(world.somewhere, "profile"))
    assert "Waiting for you\n- ✏️ Half written · draft" in said


async def test_a_hint_helps_and_holds_nothing_up(world: World) -> None:
    await world.register(world.anna)
    vague = await drafted(world, world.anna, what="Support the schools", done_when="They are better off")
    assert "what exactly will you do?" in simhelp.texts(vague)
    assert "Thank you!" in simhelp.texts(await simhelp.press(world.anna, vague, "Submit"))
    for slug in (action(world, "before").slug, action(world, "after").slug):
        assert "💡" not in simhelp.texts(await drafted(world, world.anna, slug)), "the catalogue needs no advice"
    fine = await drafted(world, world.anna, what="Teach 20 colleagues", due="in 6 weeks")
    assert "💡" not in simhelp.texts(fine)


async def test_a_retired_action_is_refused_kindly(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.register(world.anna)
    chosen = action(world, "before")
    form = await world.anna.slash(world.somewhere, "pledge make", action=chosen.slug)
    number = await active(world, world.anna)
    content = world.services.content
    later = dataclasses.replace(
        content, actions={**content.actions, chosen.slug: dataclasses.replace(chosen, retired=True)}
    )
    monkeypatch.setattr(world.services.pledges, "_content", later)
    refused = await simhelp.submit(world.anna, form)
    assert "no longer offered" in simhelp.texts(refused)
    assert (await pledge(world, number)).status is Status.ACTIVE


async def test_too_many_at_once_says_what_to_do(world: World) -> None:
    await world.register(world.anna)
    for number in range(MOST_OPEN):
        draft = Draft(f"Effort {number}", "It is done", None, "", Visibility.NAMED)
        await world.services.pledges.save_draft(world.actor(world.anna), draft)
    refused = await drafted(world, world.anna)
    assert "Submit or discard a draft first" in simhelp.texts(refused)
    assert "20 pledges" in simhelp.texts(refused)
