"""The wrong person, the wrong moment, the wrong number: a pledge stays as it is, and whoever tapped hears why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actor import Standing
from bot.members.model import Reach
from bot.pledges import store
from bot.pledges.model import Status
from bot.storage.database import Transaction
from tests import simhelp
from tests.cogs.pledging import action, active, desk_card, drafted, handed_in, number_of, pledge
from tests.cogs.pressing import Result, forged, seen_by_one
from tests.pledges.test_bad_input import kept
from tests.world import World

MAKERS = (
    "submit", "change", "discard", "withdraw", "ask", "onlyif", "resume", "update", "done", "note", "partly", "cant",
    "reopen", "unlink",
)  # fmt: skip
OTHERS = ("support", "unsupport", "offer", "offered", "join", "out")
DESK = (
    "card", "approve", "changes", "decline", "take", "letgo", "lot", "accept", "refuse", "confirm", "notyet", "unlink",
    "history",
)  # fmt: skip
FORMS = {"Done": "done", "Note or link": "note", "Partly kept": "partly", "Can't any more": "cant"}


async def elsewhere(world: World) -> World:
    """Another server with the same bot, set up, and its own people."""
    guild = world.env.create_guild("Elsewhere")
    room = guild.create_text_channel("all")
    organiser = guild.create_role("Organisers")
    anna = guild.add_member(world.env.create_user("anna2"))
    olga = guild.add_member(world.env.create_user("olga2"), roles=[organiser])
    other = replace(world, guild=guild, channels=dict.fromkeys(world.channels, room), anna=anna, olga=olga)
    boss = other.actor(world.ada, Standing.ADMIN)
    await world.services.servers.choose_channels(boss, dict.fromkeys(other.channels, room.id))
    await world.services.servers.choose_roles(boss, Standing.ORGANISER, [organiser.id])
    await world.services.servers.choose(boss, zone="Europe/Stockholm", set_up=True)
    return other


def says(answer: Result, *words: str) -> str:
    """Check that the person reads something, with these words in it, and return it."""
    said = simhelp.texts(answer)
    assert len(said) > 20, said
    assert "went wrong" not in said
    assert all(word in said for word in words), said
    return said


def refuses(answer: Result) -> str:
    """Check that the person alone reads why nothing happens."""
    assert answer.modal is None
    assert seen_by_one(answer)
    return says(answer)


# ----------------------------------------------------------------------------------------------- forged numbers


async def test_numbers_of_others_read_and_change_nothing(world: World) -> None:
    """Another server's, another person's draft, and what is no number at all, on every button."""
    other = await elsewhere(world)
    await other.register(other.anna)
    secret = await active(other, other.anna, what="Only known elsewhere", due="in 6 weeks")
    for who in (world.anna, world.ben, world.olga):
        await world.register(who)
    draft = number_of(await drafted(world, world.ben, what="Not yet for others"))
    before, seen = await kept(world), len(world.watch.requests)
    for number in (secret, draft, -1, 0, 10**30, "text", "1.5", "\u0661"):
        for door in (*MAKERS, *OTHERS):
            refuses(await forged(world, world.anna, "press", f"pledge.{door}", number))
        for door in DESK:
            refuses(await forged(world, world.olga, "press", f"review.{door}", number))
        for decision in ("approval", "decline", "confirmation", "x"):
            refuses(await forged(world, world.olga, "press", "review.back", decision, number))
        for door, more in (("step", 25), ("step", "x"), ("help", 1)):
            refuses(await forged(world, world.anna, "press", f"pledge.{door}", number, more))
        for who, door in ((world.anna, "pledge.open"), (world.olga, "review.open")):
            refuses(await forged(world, who, "pick", door, values=(str(number),)))
        for command in ("pledge show", "pledge update"):
            refuses(await world.anna.slash(world.somewhere, command, pledge=str(number)))
    assert await kept(world) == before
    said = str([request.body for request in world.watch.requests[seen:]])
    assert "Only known elsewhere" not in said
    assert "Not yet for others" not in said


async def test_forged_forms(world: World) -> None:
    """Of somebody else's pledge, of another server's, and of the desk sent by a member."""
    other = await elsewhere(world)
    await other.register(other.anna)
    _, theirs = await handed_in(other, other.anna, what="Only known elsewhere", due="in 6 weeks")
    for who in (world.anna, world.ben):
        await world.register(who)
    his = await active(world, world.ben, what="What Ben does", due="in 6 weeks", visibility="Organisers only")
    mine = await active(world, world.anna)
    _, waiting = await handed_in(world, world.ben)
    before = await kept(world)
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(mine))
    for number in (his, theirs, -1, 10**30, "x"):
        for label, door in FORMS.items():
            form = simhelp.forge(await simhelp.press(world.anna, own, label), f"1:pledge.{door}:{number}~00000000")
            said = refuses(await simhelp.submit(world.anna, form, {"note": "It was me"}))
            assert "What Ben does" not in said
        form = await simhelp.press(world.anna, own, "Change the wording")
        form = simhelp.forge(form, f"1:pledge.change:{number}~00000000")
        assert "What Ben does" not in refuses(await simhelp.submit(world.anna, form, {"what": "It was me"}))
    for door in ("changes", "decline", "notyet", "refuse", "back:approval"):
        form = await simhelp.press(world.anna, own, "Partly kept")
        refuses(await simhelp.submit(world.anna, simhelp.forge(form, f"1:review.{door}:{waiting}~00000000")))
        form = await simhelp.press(world.olga, desk_card(world, waiting), "Decline")
        form = simhelp.forge(form, f"1:review.{door}:{theirs}~00000000")
        said = refuses(await simhelp.submit(world.olga, form, {"reason": "Not ours"}))
        assert "Only known elsewhere" not in said
    assert await kept(world) == before


async def test_steps_that_no_button_has(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna)
    before = await kept(world)
    for step in (0, 1, 33, 99, 100, 101, -25, 10**12, "x"):
        refuses(await forged(world, world.anna, "press", "pledge.step", number, step))
    assert await kept(world) == before


async def test_an_export_is_for_organisers_when_it_is_taken(world: World) -> None:
    for who in (world.anna, world.ben):
        await world.register(who)
    await active(world, world.anna)
    form = await world.olga.slash(world.somewhere, "review export", **{"for": "internal", "file": "csv"})
    assert form.modal is not None
    mine = await world.ben.slash(world.somewhere, "pledge make", action="Something of my own")
    stolen = simhelp.forge(mine, form.modal["custom_id"])
    world.env.backend.remove_member_role(world.guild.id, world.olga.id, world.guild.roles["Organisers"].id)
    sent = len(world.watch.requests)
    for answer in (
        await simhelp.submit(world.ben, stolen),
        await simhelp.submit(world.olga, form, {"reason": "For the board"}),
    ):
        refuses(answer)
    assert not [request for request in world.watch.requests[sent:] if request.files]
    assert (await kept(world))["pledge_exports"] == []


# -------------------------------------------------------------------------------------------- a moment too late


async def test_done_handed_in_twice_and_progress_after_it(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna)
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    forms = [await simhelp.press(world.anna, own, label) for label in ("Done", "Done", "Note or link", "Partly kept")]
    await simhelp.submit(world.anna, forms[0], {"note": "All there"})
    before = await kept(world)
    for form in forms[1:]:
        assert "All there" not in refuses(await simhelp.submit(world.anna, form, {"note": "Again"}))
    for door, more in (("step", 25), ("help", 1)):
        refuses(await forged(world, world.anna, "press", f"pledge.{door}", number, more))
    assert await kept(world) == before
    assert [row["act"] for row in before["pledge_history"]].count("done") == 1


async def test_what_was_read_before_somebody_else_moved_it_moves_nothing(world: World) -> None:
    """Where units of work overlap, as on a database with several writers, the row itself says who was first."""
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna)
    read, now = await pledge(world, number), world.services.clock()

    async def both(tx: Transaction) -> list[bool]:
        return [await store.move(tx, read, target, now, None) for target in (Status.ACTIVE, Status.DECLINED)]

    assert await world.services.database.write(both) == [True, False]
    assert (await pledge(world, number)).status is Status.ACTIVE


async def test_a_word_in_the_second_before_it_lapses(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna)
    silent = await pledge(world, number)
    await world.services.pledges.progress(world.actor(world.anna), number, progress=25)
    await world.services.pledges._lapse(silent, world.services.clock())
    assert (await pledge(world, number)).status is Status.ACTIVE


async def test_who_took_it_once_has_not_taken_what_comes_back(world: World) -> None:
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna)
    await simhelp.press(world.olga, desk_card(world, number), "Take")
    await simhelp.press(world.otto, desk_card(world, number), "Approve")
    await world.services.pledges.done(world.actor(world.anna), number)
    await world.settle()
    assert "Take" in simhelp.buttons(desk_card(world, number))


async def test_what_was_sent_back_comes_back_to_be_read_whatever_it_has_become(world: World) -> None:
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna)
    service, tick_box = world.services.pledges, action(world, "none")
    await service.ask_changes(world.actor(world.olga, Standing.ORGANISER), number, "Which laws?")
    words = replace((await pledge(world, number)).draft(), what=tick_box.title.text("en"), action=tick_box.slug)
    await service.save_draft(world.actor(world.anna), words, number)
    assert (await service.submit(world.actor(world.anna), number)).status is Status.SUBMITTED


async def test_words_that_change_under_the_eyes_of_an_organiser(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna)
    await reworded(world, number, "Teach thirty")
    opened = await forged(world, world.olga, "pick", "review.open", values=(str(number),))
    assert "Teach thirty" in simhelp.texts(opened)
    await reworded(world, number, "Teach nobody at all")
    before = await kept(world)
    assert "moved on" in refuses(await simhelp.press(world.olga, opened, "Approve the change"))
    assert await kept(world) == before, "nobody approves what they have not read"
    again = await forged(world, world.olga, "pick", "review.open", values=(str(number),))
    await simhelp.press(world.olga, again, "Approve the change")
    assert (await pledge(world, number)).what == "Teach nobody at all"


async def reworded(world: World, number: int, words: str) -> None:
    """Anna asks for other words of a pledge that was approved."""
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    await simhelp.submit(world.anna, await simhelp.press(world.anna, own, "Change the wording"), {"what": words})


@pytest.mark.parametrize("end", [Status.WITHDRAWN, Status.CLOSED, Status.LAPSED])
async def test_nobody_joins_or_helps_with_what_is_over(world: World, end: Status) -> None:
    for who in (world.anna, world.ben):
        await world.register(who)
    number = await lapsed(world) if end is Status.LAPSED else await active(world, world.anna)
    if end is Status.WITHDRAWN:
        await forged(world, world.anna, "press", "pledge.withdraw", number)
    elif end is Status.CLOSED:
        await world.services.pledges.cannot(world.actor(world.anna), number, "")
    stood = await pledge(world, number)
    assert stood.status is end
    before = await kept(world)
    for door in ("join", "offer", "offered", "support"):
        said = refuses(await forged(world, world.ben, "press", f"pledge.{door}", number))
        assert end is not Status.WITHDRAWN or stood.what not in said, "nothing of it is shown any more"
    assert await kept(world) == before


async def lapsed(world: World) -> int:
    """A pledge of Anna's that found too few others in time."""
    number = number_of(await drafted(world, world.anna, action(world, "after").slug))
    anna, service = world.actor(world.anna), world.services.pledges
    await service.set_condition(anna, number, 2, world.services.clock() + timedelta(days=1))
    await service.submit(anna, number)
    await world.pass_days(8)
    await service.sweep()
    return number


async def test_a_maker_who_is_erased_meanwhile(world: World) -> None:
    for who in (world.anna, world.ben):
        await world.register(who)
    draft = await drafted(world, world.anna, what="Words to forget")
    _, waiting = await handed_in(world, world.anna)
    number = await active(world, world.anna)
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    forms = [await simhelp.press(world.anna, own, label) for label in ("Done", "Change the wording")]
    making = await world.anna.slash(world.somewhere, "pledge make", action="Something of my own")
    deciding = await forged(world, world.olga, "press", "review.decline", waiting)
    await world.services.privacy.erase(world.guild.id, world.anna.id)
    await world.settle()
    before = await kept(world)
    for form in forms:
        refuses(await simhelp.submit(world.anna, form))
    says(await simhelp.submit(world.anna, making, {"what": "Back again", "done_when": "Here"}), "/join")
    says(await simhelp.press(world.anna, draft, "Submit"))
    refuses(await simhelp.submit(world.olga, deciding, {"reason": "Too late"}))
    refuses(await forged(world, world.olga, "press", "review.approve", waiting))
    for door in ("join", "support", "offer"):
        refuses(await forged(world, world.ben, "press", f"pledge.{door}", waiting))
    assert await kept(world) == before
    assert "Words to forget" not in str(before)
    assert str(world.anna.id) not in str(before)


# ------------------------------------------------------------------------------------------------ co-pledgers


async def asked(world: World, *others: object) -> int:
    """A pledge of Anna's that was handed in, in which she asks others."""
    draft = await drafted(world, world.anna)
    number = number_of(draft)
    asking = await simhelp.press(world.anna, draft, "Ask others to do it too")
    await simhelp.pick(world.anna, asking, list(others), menu="Who's doing it with you?")
    await forged(world, world.anna, "press", "pledge.submit", number)
    await world.settle()
    return number


async def test_one_who_left_before_saying_yes(world: World) -> None:
    for who in (world.anna, world.ben):
        await world.register(who)
    await world.services.members.choose_reach(world.actor(world.ben), Reach.DM)
    number = await asked(world, world.ben)
    (message,) = simhelp.dms(world.env, world.ben)
    world.guild.remove_member(world.ben)
    before = await kept(world)
    said = says(await simhelp.press(world.ben.user, message, "Yes, I'll do it too"))
    assert (await pledge(world, number)).what not in said
    assert await kept(world) == before
    await simhelp.press(world.olga, desk_card(world, number), "Approve")
    assert (await pledge(world, number)).status is Status.ACTIVE, "it goes on without them"


async def test_one_who_never_registered(world: World) -> None:
    await world.register(world.anna)
    number = await asked(world, world.mo)
    shown = await world.mo.slash(world.somewhere, "pledge show", pledge=str(number))
    says(await simhelp.press(world.mo, shown, "Yes, I'll do it too"), "/join")
    assert (await pledge(world, number)).joined == 0
    await world.register(world.mo)
    await simhelp.press(world.mo, shown, "Yes, I'll do it too")
    assert (await pledge(world, number)).joined == 1


async def test_oneself_and_bots_are_not_asked(world: World) -> None:
    await world.register(world.anna)
    robot = world.guild.add_member(world.env.create_user("helper", bot=True))
    number = await asked(world, world.anna, robot)
    assert list(await world.services.pledges.company(world.guild.id, number)) == []


async def test_a_maker_hears_a_yes_once(world: World) -> None:
    """Said, taken back and said again, by old buttons, it is no way to write to somebody again and again."""
    for who in (world.anna, world.ben):
        await world.register(who)
    await world.services.members.choose_reach(world.actor(world.anna), Reach.DM)
    number = await asked(world, world.ben)
    for _ in range(5):
        for door in ("accept", "refuse"):
            says(await forged(world, world.ben, "press", f"pledge.{door}", world.guild.id, number))
    await world.settle()
    told = [text for text in map(simhelp.texts, simhelp.dms(world.env, world.anna)) if "Teach" in text]
    assert len(told) <= 1, told


# -------------------------------------------------------------------------------------------------- check-ins


async def test_a_check_in_of_a_server_that_one_has_left_and_of_what_is_withdrawn(world: World) -> None:
    await world.register(world.anna)
    await world.services.members.choose_reach(world.actor(world.anna), Reach.DM)
    number = await active(world, world.anna, due="in 5 weeks")
    await world.pass_days(19)
    await world.settle()
    message = simhelp.dms(world.env, world.anna)[-1]
    words = (await pledge(world, number)).what
    assert words in simhelp.texts(message)
    doors = tuple(simhelp.buttons(message).values())
    assert len(doors) == 4
    world.guild.remove_member(world.anna)
    before = await kept(world)
    for custom_id in doors:
        answer = await simhelp.press(world.anna.user, message, custom_id)
        assert words not in says(answer)
        assert answer.modal is None
    assert await kept(world) == before
    anna = world.guild.add_member(world.anna.user)
    await forged(world, anna, "press", "pledge.withdraw", number)
    before = await kept(world)
    for custom_id in doors:
        says(await simhelp.press(anna.user, message, custom_id))
    assert await kept(world) == before
