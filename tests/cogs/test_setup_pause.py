"""Pausing people: who may, what stops, what goes on, and what everybody is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
import simcord
from sqlalchemy import select

from bot.actor import Actor, Standing
from bot.errors import AlreadyDecided, Invalid, NotAllowed, NotFound, Paused, TextStopped
from bot.guard.model import Where
from bot.members.model import PAUSE_REASON_LIMIT, Reach
from bot.members.pause_store import pauses
from tests import simhelp
from tests.cogs.pressing import answers_faults, forged, seen_by_one
from tests.members.joining import saved
from tests.world import World


async def pause(world: World, reason: str = "") -> None:
    """Ada pauses Anna."""
    await world.services.pauses.pause(world.actor(world.ada, Standing.ADMIN), world.anna.id, reason)


async def test_pausing_somebody_from_the_command_to_the_history(world: World) -> None:
    await saved(world, world.anna)
    shown = await world.ada.slash(world.somewhere, "setup people")
    assert "Nobody is paused" in simhelp.texts(shown)
    shown = await simhelp.pick(world.ada, shown, [world.anna], "pause.who")
    assert f"<@{world.anna.id}> is not paused" in simhelp.texts(shown)
    form = await simhelp.press(world.ada, shown, "Pause …")
    shown = await simhelp.submit(world.ada, form, {"reason": "Adverts in every note"})
    said = simhelp.texts(shown)
    assert f"<@{world.anna.id}> is paused" in said
    assert "Adverts in every note" in said
    assert f"by <@{world.ada.id}>" in said
    assert seen_by_one(shown)
    listed = await simhelp.press(world.ada, shown, "Everybody who's paused")
    assert "Adverts in every note" in simhelp.texts(listed)
    shown = await simhelp.press(world.ada, listed, "Resume")
    said = simhelp.texts(shown)
    assert f"<@{world.anna.id}> is not paused" in said
    assert "resumed" in said
    assert "Nobody is paused" in simhelp.texts(await world.ada.slash(world.somewhere, "setup people"))


async def test_the_command_takes_a_person(world: World) -> None:
    shown = await world.ada.slash(world.somewhere, "setup people", person=world.anna)
    assert f"<@{world.anna.id}> is not paused" in simhelp.texts(shown)


async def test_a_reason_is_not_needed(world: World) -> None:
    form = await forged(world, world.ada, "press", "pause.ask", world.anna.id)
    assert "no reason given" in simhelp.texts(await simhelp.submit(world.ada, form))


async def test_the_person_is_told_with_the_reason_and_told_when_it_is_over(world: World) -> None:
    await saved(world, world.anna)
    await world.services.members.choose_reach(world.actor(world.anna), Reach.DM)
    await pause(world, "Adverts in every note")
    await world.settle()
    told = [simhelp.texts(message) for message in simhelp.dms(world.env, world.anna)]
    assert "paused your posts" in told[-1]
    assert "Adverts in every note" in told[-1]
    await world.services.pauses.resume(world.actor(world.ada, Standing.ADMIN), world.anna.id)
    await world.settle()
    assert "The pause is over" in simhelp.texts(simhelp.dms(world.env, world.anna)[-1])


async def test_whoever_did_not_choose_to_be_reached_reads_it_in_the_profile(world: World) -> None:
    await saved(world, world.anna)
    await pause(world, "Adverts in every note")
    await world.settle()
    assert simhelp.dms(world.env, world.anna) == []
    said = simhelp.texts(await world.anna.slash(world.somewhere, "profile"))
    assert "paused your posts" in said
    assert "Adverts in every note" in said


# What stops, and what goes on.


async def test_the_paused_submit_no_text(world: World) -> None:
    """Each way a member or organiser has to hand in text, by hand or with a form that was open before."""
    await saved(world, world.anna)
    question = await forged(world, world.anna, "press", "faq.hand", "none")
    await pause(world)
    answers = {
        "join": await world.anna.slash(world.somewhere, "join"),
        "pledge": await world.anna.slash(world.somewhere, "pledge make"),
    }
    assert question.modal is not None
    answers["question"] = await simhelp.submit(world.anna, question, {"question": "How do schools begin?"})
    for what, answer in answers.items():
        if answer.modal is not None:
            answer = await simhelp.submit(world.anna, answer)
        assert "paused your posts here" in simhelp.texts(answer), what


async def test_no_text_of_the_paused_passes_the_gate_but_help_comes_first(world: World) -> None:
    paused = replace(world.actor(world.anna), paused=True)
    gate = world.services.gate
    gate.admit(paused, Where.NOTE, note="")
    with pytest.raises(Paused):
        gate.admit(paused, Where.NOTE, note="We translated the leaflet.")
    with pytest.raises(TextStopped):
        gate.admit(paused, Where.NOTE, note="see http://abcdefghijklmnop234567.onion/x")
    reply = await world.services.faqs.ask(paused, "How do schools begin?")
    assert not reply.noted, "looking up works, and nothing is written down"


async def test_help_report_profile_and_one_s_data_go_on(world: World) -> None:
    await saved(world, world.anna)
    await pause(world)
    for command in ("help", "report", "profile", "wheel", "events", "faq"):
        answer = await world.anna.slash(world.somewhere, command)
        assert "paused your posts here. `/report`" not in simhelp.texts(answer), command
        assert seen_by_one(answer)
    assert await world.services.privacy.held(world.actor(world.anna))


@pytest.mark.parametrize("way", ["leave", "erase"])
async def test_leaving_and_erasing_go_on(world: World, way: str) -> None:
    await saved(world, world.anna)
    await pause(world)
    asked = await forged(world, world.anna, "press", f"profile.{way}")
    answer = await simhelp.press(world.anna, asked, "Leave" if way == "leave" else "Erase me for good")
    assert "paused" not in simhelp.texts(answer)
    assert await world.services.members.find(world.guild.id, world.anna.id) is None
    async with world.services.database.reading() as reading:
        kept = [row["user_id"] for row in await reading.all(select(pauses))]
    assert kept == ([world.anna.id] if way == "leave" else [])
    if way == "leave":
        assert (await world.services.members.brief(world.guild.id, world.anna.id)).paused, "leaving lifts no pause"


async def test_an_erased_admin_leaves_the_pause_without_their_name(world: World) -> None:
    await pause(world)
    await world.services.privacy.erase(world.guild.id, world.ada.id)
    (found,) = await world.services.pauses.history(world.actor(world.olga, Standing.ADMIN), world.anna.id)
    assert found.paused_by is None
    shown = await world.ada.slash(world.somewhere, "setup people")
    assert "somebody who has been erased" in simhelp.texts(shown)


# Who may.


@pytest.mark.parametrize("who", ["anna", "mo", "olga"])
async def test_only_admins_pause(world: World, who: str) -> None:
    person = getattr(world, who)
    for kind, door, ids in (
        ("press", "pause.list", (0,)),
        ("press", "pause.before", (1,)),
        ("pick", "pause.who", ()),
        ("press", "pause.show", (world.ben.id,)),
        ("press", "pause.ask", (world.ben.id,)),
        ("press", "pause.end", (world.ben.id,)),
    ):
        answer = await forged(world, person, kind, door, *ids, values=(str(world.ben.id),))
        assert "Manage Server" in simhelp.texts(answer), door
    actor = world.actor(person, Standing.ORGANISER, Standing.MODERATOR)
    with pytest.raises(NotAllowed):
        await world.services.pauses.pause(actor, world.ben.id, "")
    with pytest.raises(NotAllowed):
        await world.services.pauses.resume(actor, world.ben.id)


async def test_nobody_pauses_themselves_an_admin_or_a_bot(world: World) -> None:
    bot = world.bot.user
    assert bot is not None
    other = world.guild.add_member(world.env.create_user("eve", global_name="Eve"), roles=[world.guild.roles["Admins"]])
    for user_id, words in (
        (world.ada.id, "can't pause yourself"),
        (other.id, "admin of this server"),
        (bot.id, "That is a bot"),
    ):
        shown = await forged(world, world.ada, "press", "pause.show", user_id)
        assert words in simhelp.texts(shown)
        assert "Pause …" not in simhelp.buttons(shown)
        form = await forged(world, world.ada, "press", "pause.ask", user_id)
        assert words in simhelp.texts(await simhelp.submit(world.ada, form))
        assert not (await world.services.members.brief(world.guild.id, user_id)).paused


async def test_somebody_who_is_not_here_can_not_be_paused_but_a_pause_of_theirs_ends(world: World) -> None:
    await pause(world)
    world.env.backend.remove_member(world.guild.id, world.anna.id)
    shown = await forged(world, world.ada, "press", "pause.show", world.anna.id)
    assert "is not in this server" in simhelp.texts(shown)
    shown = await simhelp.press(world.ada, shown, "Resume")
    assert f"<@{world.anna.id}> is not paused" in simhelp.texts(shown)
    form = await forged(world, world.ada, "press", "pause.ask", 42)
    assert "is not in this server" in simhelp.texts(await simhelp.submit(world.ada, form))


async def test_two_admins_at_once(world: World) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    await pause(world)
    with pytest.raises(AlreadyDecided) as caught:
        await world.services.pauses.pause(world.actor(world.olga, Standing.ADMIN), world.anna.id, "me too")
    assert caught.value.by == world.ada.id
    await world.services.pauses.resume(boss, world.anna.id)
    with pytest.raises(NotFound):
        await world.services.pauses.resume(boss, world.anna.id)
    assert len(await world.services.pauses.history(boss, world.anna.id)) == 1


async def test_another_server_is_untouched(world: World) -> None:
    await pause(world)
    elsewhere = Actor(world.ada.id, 7, frozenset(Standing))
    assert (await world.services.pauses.page(elsewhere)).pauses == ()
    with pytest.raises(NotFound):
        await world.services.pauses.resume(elsewhere, world.anna.id)
    assert not (await world.services.members.brief(7, world.anna.id)).paused


async def test_a_reason_passes_the_guard_and_has_a_limit(world: World) -> None:
    with pytest.raises(Invalid):
        await pause(world, "x" * (PAUSE_REASON_LIMIT + 1))
    with pytest.raises(TextStopped):
        await pause(world, "see http://abcdefghijklmnop234567.onion/x")
    form = await forged(world, world.ada, "press", "pause.ask", world.anna.id)
    answer = await simhelp.submit(world.ada, form, {"reason": "@everyone [x](https://x.org) *loud*"})
    said = simhelp.texts(answer)
    assert "@everyone" not in said.replace("@\u200beveryone", "")


async def test_lists_show_five_a_page(world: World) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    people = [world.guild.add_member(world.env.create_user(f"p{n}", global_name=f"P{n}")) for n in range(7)]
    for who in people:
        await world.services.pauses.pause(boss, who.id, "")
    shown = await world.ada.slash(world.somewhere, "setup people")
    assert sum(f"<@{who.id}>" in simhelp.texts(shown) for who in people) == 5
    shown = await simhelp.press(world.ada, shown, "Next")
    assert sum(f"<@{who.id}>" in simhelp.texts(shown) for who in people) == 2
    await world.restart()
    shown = await simhelp.press(world.ada, shown, "Previous")
    assert [f"<@{who.id}>" in simhelp.texts(shown) for who in people] == [True] * 5 + [False] * 2
    assert "Previous" not in simhelp.buttons(shown)
    shown = await simhelp.press(world.ada, shown, "Next")
    assert [f"<@{who.id}>" in simhelp.texts(shown) for who in people] == [False] * 5 + [True] * 2


async def test_a_pause_holds_at_the_moment_of_the_click(world: World) -> None:
    """A form that was open before the pause is refused after it."""
    await saved(world, world.anna)
    form = await world.anna.slash(world.somewhere, "join")
    await pause(world)
    answer = await simhelp.submit(world.anna, form, {"sectors": ["schools"]})
    assert "paused your posts here" in simhelp.texts(answer)


@pytest.mark.parametrize(
    ("target", "door", "ids"),
    [
        ("pauses.page", "pause.list", (0,)),
        ("pauses.page", "pause.before", (1,)),
        ("pauses.history", "pause.show", ("ANNA",)),
        ("pauses.resume", "pause.end", ("ANNA",)),
    ],
)
async def test_a_fault_is_answered(world: World, target: str, door: str, ids: tuple[object, ...]) -> None:
    filled = tuple(world.anna.id if part == "ANNA" else part for part in ids)
    await answers_faults(world, target, lambda: forged(world, world.ada, "press", door, *filled))


async def test_a_fault_behind_the_command_the_select_and_the_form_is_answered(world: World) -> None:
    who = str(world.anna.id)
    await answers_faults(world, "pauses.page", lambda: world.ada.slash(world.somewhere, "setup people"))
    await answers_faults(world, "pauses.history", lambda: forged(world, world.ada, "pick", "pause.who", values=(who,)))

    async def hand_in() -> simcord.InteractionResult:
        form = await forged(world, world.ada, "press", "pause.ask", world.anna.id)
        return await simhelp.submit(world.ada, form, {"reason": "x"})

    await answers_faults(world, "pauses.pause", hand_in)
