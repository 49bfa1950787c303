"""Find partners through real dispatch: what is seen at each step, who may not, and what happens when things fail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import discord
import pytest
import simcord

from bot.app import PERMISSIONS
from bot.introductions.model import MOST_CONTACTS, Status
from bot.members.model import Visibility
from tests import simhelp
from tests.cogs.pressing import Result, answers_faults, displays, forged, seen_by_one
from tests.introductions.introducing import (
    ACME,
    TELIA,
    asked,
    both,
    closed,
    introduced,
    joined,
    opened,
    settle,
    status,
    threads,
)
from tests.introductions.test_matching import fill
from tests.members.joining import saved
from tests.world import World


async def partners(world: World, who: simcord.MemberActor) -> Result:
    """Press *Find partners* on one's profile."""
    return await simhelp.press(who, await who.slash(world.somewhere, "profile"), "Find partners")


async def test_the_whole_way(world: World) -> None:
    await joined(world, world.anna, "Acme", "schools", offers=ACME)
    await opened(world, world.ben, "Telia", "telecom", "schools", offers=TELIA)
    board = await partners(world, world.anna)
    assert "Open to introductions: off" in simhelp.texts(board)
    board = await simhelp.pick(world.anna, board, ["telecom"], "introductions.wishes")
    board = await simhelp.press(world.anna, board, "Open to introductions")
    assert "Open to introductions: on" in simhelp.texts(board)
    fits = await simhelp.press(world.anna, board, "See possible partners")
    for part in ("Telia · each of you looks for the other", "They offer: know-how on blocking", "fits the words"):
        assert part in simhelp.texts(fits)
    preview = await simhelp.pick(world.anna, fits, "Telia")
    for part in ("They will see", "rooms for meetings", "whoever says yes at Telia", "14 days"):
        assert part in simhelp.texts(preview)
    done = await simhelp.press(world.anna, preview, "Introduce us")
    assert "Telia has your request" in simhelp.texts(done)
    profile = await world.ben.slash(world.somewhere, "profile")
    assert "Acme asks to be introduced to your organisation" in simhelp.texts(profile)
    board = await simhelp.press(world.ben, profile, "Find partners")
    assert "Acme asks for an introduction" in simhelp.texts(board)
    answer = await simhelp.press(world.ben, board, "Yes, introduce us")
    (thread,) = threads(world)
    assert f"<#{thread.id}>" in simhelp.texts(answer)
    profile = await world.anna.slash(world.somewhere, "profile")
    assert "Telia said yes" in simhelp.texts(profile)
    board = await simhelp.press(world.anna, profile, "Find partners")
    assert f"<#{thread.id}>" in simhelp.texts(board)
    for shown in (fits, preview, done, answer, board):
        assert seen_by_one(shown)


async def test_the_saved_card_leads_there_for_those_who_speak_for_somebody(world: World) -> None:
    for organisation, there in (("", False), ("Acme", True)):
        form = await world.anna.slash(world.somewhere, "join")
        consent = {} if organisation else {"consent": ["yes"]}
        answers = {"sectors": ["schools"], "organisation": organisation, **consent}
        card = await simhelp.submit(world.anna, form, answers)
        after = await simhelp.press(world.anna, card, "Save")
        assert ("Find partners" in simhelp.buttons(after)) is there


async def test_closing_in_the_thread_changes_its_card_for_everybody_and_locks_it(world: World) -> None:
    number = await introduced(world)
    (thread,) = threads(world)
    answer = await simhelp.press(world.ben, thread.history()[-1], "Close")
    assert answer.acknowledged
    assert "This introduction is closed" in simhelp.texts(thread.history()[-1])
    await settle(world)
    assert closed(world, thread)
    assert await status(world, number) is Status.CLOSED


async def test_an_organiser_closes_a_thread_and_one_elsewhere_reads_that_it_is_done(world: World) -> None:
    number = await introduced(world)
    answer = await forged(world, world.olga, "press", "introductions.close", number)
    assert "Closed. The thread is being locked" in simhelp.texts(answer)
    answer = await forged(world, world.anna, "press", "introductions.close", number)
    assert "Already *ended*" in simhelp.texts(answer)
    assert f"<@{world.olga.id}>" in simhelp.texts(answer)


async def test_old_buttons_work_after_a_restart(world: World) -> None:
    await both(world)
    board = await partners(world, world.anna)
    await world.restart()
    fits = await simhelp.press(world.anna, board, "See possible partners")
    await world.restart()
    preview = await simhelp.pick(world.anna, fits, "Telia")
    await world.restart()
    assert "Asked" in simhelp.texts(await simhelp.press(world.anna, preview, "Introduce us"))


async def test_a_second_click_and_a_second_colleague_hear_how_it_stands(world: World) -> None:
    number = await asked(world)
    await joined(world, world.mo, "Telia", "telecom")
    await world.services.introductions.switch(world.actor(world.mo), True)
    await simhelp.press(world.ben, await partners(world, world.ben), "Yes, introduce us")
    for who in (world.ben, world.mo):
        answer = simhelp.texts(await forged(world, who, "press", "introductions.yes", number))
        assert "Already *accepted*" in answer
        assert f"<@{world.ben.id}>" in answer
    await settle(world)
    assert len(threads(world)) == 1


async def test_who_may_not_hears_in_one_sentence_what_to_do(world: World) -> None:
    async def hears(who: simcord.MemberActor, *parts: str) -> None:
        answer = await forged(world, who, "press", "introductions.open")
        said = simhelp.texts(answer)
        assert all(part in said for part in parts), said
        assert seen_by_one(answer)

    await hears(world.anna, "Register first")
    await saved(world, world.anna)
    await hears(world.anna, "between organisations", "/join")
    await saved(world, world.anna, organisation="Acme")
    await hears(world.anna, "choose *Named*")
    await saved(world, world.anna, organisation="Acme", visibility=Visibility.NAMED)
    await hears(world.anna, "confirmed your organisation")
    await joined(world, world.anna, "Acme", "schools")
    answer = await forged(world, world.anna, "press", "introductions.fits", 4, 0, 1, 1000, 0)
    assert "Switch on *Open to introductions*" in simhelp.texts(answer)


async def test_not_now_and_taking_back_leave_the_board_in_order(world: World) -> None:
    await asked(world)
    board = await simhelp.press(world.ben, await partners(world, world.ben), "Not now")
    assert "asks for an introduction" not in simhelp.texts(board)
    profile = simhelp.texts(await world.anna.slash(world.somewhere, "profile"))
    assert "Telia can't take up an introduction just now" in profile
    acme = (await world.services.introductions.board(world.actor(world.anna))).mine.organisation.id
    await world.services.introductions.ask(world.actor(world.ben), acme)
    board = await partners(world, world.ben)
    assert "asked, no answer yet" in simhelp.texts(board)
    board = await simhelp.press(world.ben, board, "Take back")
    assert "asked, no answer yet" not in simhelp.texts(board)
    board = await simhelp.press(world.ben, board, "Switch off for me")
    assert "Open to introductions: off" in simhelp.texts(board)


async def test_a_thread_that_could_not_be_made_is_said_to_both(world: World) -> None:
    await asked(world)
    await simhelp.restrict_bot(world.env, world.guild, PERMISSIONS & ~discord.Permissions(create_private_threads=True))
    answer = await simhelp.press(world.ben, await partners(world, world.ben), "Yes, introduce us")
    assert "the thread couldn't be made yet" in simhelp.texts(answer)
    assert "The thread could not be made yet" in simhelp.texts(await partners(world, world.anna))


async def test_pages_lead_on_and_back(world: World) -> None:
    await opened(world, world.anna, "Acme", "schools", "telecom")
    await fill(world, 12)
    first = await simhelp.press(world.anna, await partners(world, world.anna), "See possible partners")
    assert simhelp.texts(first).count("### ") == 5
    second = await simhelp.press(world.anna, first, "Next")
    third = await simhelp.press(world.anna, second, "Next")
    assert simhelp.texts(third).count("### ") == 2
    assert "Next" not in simhelp.buttons(third)
    again = await simhelp.press(world.anna, third, "From the start")
    assert simhelp.texts(again) == simhelp.texts(first)


async def test_nobody_fits_is_said_with_what_to_do(world: World) -> None:
    await opened(world, world.anna, "Acme", "schools", "telecom")
    fits = await simhelp.press(world.anna, await partners(world, world.anna), "See possible partners")
    assert "No match yet" in simhelp.texts(fits)
    assert "Find partners for Acme" in simhelp.texts(await simhelp.press(world.anna, fits, "Back"))


async def test_three_open_ones_are_all_that_fit(world: World) -> None:
    acme, telia = await both(world)
    await opened(world, world.mo, "Bank", "telecom", "schools")
    await opened(world, world.otto, "Net", "telecom", "schools")
    introductions = world.services.introductions
    await introductions.ask(world.actor(world.anna), telia)
    for who in (world.mo, world.otto):
        await introductions.ask(world.actor(who), acme)
    await opened(world, world.olga, "Fourth", "telecom", "schools")
    fits = await simhelp.press(world.anna, await partners(world, world.anna), "See possible partners")
    assert "the limit" in simhelp.texts(fits)
    assert simhelp.selects(fits) == {}
    answer = await forged(world, world.olga, "press", "introductions.ask", acme)
    assert "no room for another introduction" in simhelp.texts(answer)
    answer = await forged(world, world.anna, "press", "introductions.ask", telia)
    assert "Telia has your request" in simhelp.texts(answer), "what is asked already stays one request"


async def test_text_from_people_does_nothing(world: World) -> None:
    hostile = "We offer:\n@everyone [free](https://example.com) <@&1> **now** discord.gg/abcdef"
    await opened(world, world.anna, "*Acme* _x_ ~~y~~", "schools", "telecom", offers=hostile)
    await opened(world, world.ben, "Telia", "telecom", "schools", offers=TELIA)
    fits = await simhelp.press(world.ben, await partners(world, world.ben), "See possible partners")
    preview = await simhelp.pick(world.ben, fits, "*Acme* _x_ ~~y~~")
    acme = (await world.services.introductions.board(world.actor(world.anna))).mine.organisation.id
    known, _ = await world.services.introductions.ask(world.actor(world.ben), acme)
    board = await partners(world, world.anna)
    await world.services.introductions.accept(world.actor(world.anna), known.id)
    await settle(world)
    (thread,) = threads(world)
    for shown in (fits, preview, board, thread.history()[-1]):
        for text in displays(shown):
            assert "@everyone" not in text
            assert "<@&1>" not in text
            assert "](" not in text.replace("\\](", "")
            assert "discord.gg" not in text


@pytest.mark.parametrize("picked", ["x", "-1", "9" * 30, "١", "0"])
async def test_what_nobody_offered_is_refused(world: World, picked: str) -> None:
    await both(world)
    answer = await forged(world, world.anna, "pick", "introductions.pick", values=(picked,))
    assert "no longer works" in simhelp.texts(answer) or "isn't in this server" in simhelp.texts(answer)


async def test_forged_wishes_are_refused_and_nothing_is_stored(world: World) -> None:
    await both(world)
    answer = await forged(world, world.anna, "pick", "introductions.wishes", values=("nowhere",))
    assert "not in the list" in simhelp.texts(answer)
    assert (await world.services.introductions.board(world.actor(world.anna))).mine.wishes == ("telecom",)


async def test_enough_people_speak(world: World) -> None:
    for who in (world.anna, world.ben, world.mo, world.olga, world.otto):
        await opened(world, who, "Acme", "schools")
    await joined(world, world.ada, "Acme", "schools")
    answer = await forged(world, world.ada, "press", "introductions.on")
    assert f"{MOST_CONTACTS} people speak for your organisation already" in simhelp.texts(answer)


async def test_organisers_see_numbers_from_their_queue_and_members_do_not(world: World) -> None:
    await introduced(world)
    queue = await world.olga.slash(world.somewhere, "review organisations")
    shown = simhelp.texts(await simhelp.press(world.olga, queue, "Introductions"))
    assert "**1** is open now" in shown
    assert "Acme" not in shown
    answer = await forged(world, world.anna, "press", "introductions.numbers")
    assert "Only organisers can review" in simhelp.texts(answer)


async def test_every_step_answers_when_its_service_fails(world: World) -> None:
    number = await asked(world)
    telia = (await world.services.introductions.board(world.actor(world.ben))).mine.organisation.id
    press = partial(forged, world, world.anna, "press")
    picking = partial(forged, world, world.anna, "pick")
    steps: dict[str, Callable[[], Awaitable[Result]]] = {
        "board": partial(press, "introductions.open"),
        "wish": partial(picking, "introductions.wishes", values=("telecom",)),
        "switch": partial(press, "introductions.on"),
        "suggestions": partial(press, "introductions.fits", 4, 0, 1, 1000, 0),
        "preview": partial(picking, "introductions.pick", values=(str(telia),)),
        "ask": partial(press, "introductions.ask", telia),
        "accept": partial(press, "introductions.yes", number),
        "decline": partial(press, "introductions.no", number),
        "withdraw": partial(press, "introductions.withdraw", number),
        "close": partial(press, "introductions.close", number),
        "numbers": partial(forged, world, world.olga, "press", "introductions.numbers"),
    }
    for method, attempt in steps.items():
        await answers_faults(world, f"introductions.{method}", attempt)
    await answers_faults(world, "introductions.switch", partial(press, "introductions.off"))


async def test_nothing_of_somebody_who_hides_reaches_the_other_side(world: World) -> None:
    """Counted and organisers-only colleagues are in the same organisation; every request the bot sends is read."""
    secrets = {world.mo: "XQMO", world.otto: "XQOTTO"}
    for who, visibility in ((world.mo, Visibility.COUNTED), (world.otto, Visibility.HIDDEN)):
        words = f"We offer:\n{secrets[who]} blocking\n\nWe look for:\n{secrets[who]} rooms"
        await saved(world, who, "telecom", organisation="Telia", visibility=visibility, offers=words)
    await both(world)
    before = len(world.watch.requests)
    fits = await simhelp.press(world.anna, await partners(world, world.anna), "See possible partners")
    preview = await simhelp.pick(world.anna, fits, "Telia")
    await simhelp.press(world.anna, preview, "Introduce us")
    await simhelp.press(world.ben, await partners(world, world.ben), "Yes, introduce us")
    await settle(world)
    sent = [str(request.body) for request in world.watch.requests[before:]]
    assert len(sent) > 10
    for body in sent:
        assert "XQ" not in body
        assert str(world.mo.id) not in body
        assert str(world.otto.id) not in body
