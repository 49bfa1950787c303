"""The organisers' desk through real dispatch: narrowing the queue, taking, many at once, taking back, reminders."""

from __future__ import annotations

import re

import pytest

from bot.actor import Standing
from bot.pledges.model import Status
from bot.servers.model import Channel
from tests import simhelp
from tests.cogs.pledging import action, active, desk_card, handed_in, pledge, public_cards
from tests.cogs.pressing import Result, displays, forged
from tests.world import World


async def test_the_queue_is_narrowed_by_kind_and_sector(world: World) -> None:
    here, other, *_ = world.services.content.sectors
    await world.register(world.anna, here)
    await world.register(world.ben, other)
    await handed_in(world, world.anna, what="New from Anna")
    await handed_in(world, world.ben, what="New from Ben")
    done = await active(world, world.anna, "after", what="Marked done")
    await world.services.pledges.done(world.actor(world.anna), done)
    everything = await world.olga.slash(world.somewhere, "review queue")
    for words in ("New from Anna", "New from Ben", "Marked done"):
        assert words in simhelp.texts(everything)
    fresh = await simhelp.pick(world.olga, everything, "New pledges", menu="Which pledges")
    assert "Marked done" not in "".join(displays(fresh)[2:])
    bens = await simhelp.pick(world.olga, fresh, other, menu="Which sector")
    assert "New from Ben" in simhelp.texts(bens)
    assert "New from Anna" not in simhelp.texts(bens)
    name = world.services.content.sectors[other].name.text("en")
    typed = await world.olga.slash(world.somewhere, "review queue", sector=name, kind="done")
    assert "Nothing is waiting here" in simhelp.texts(typed)
    back = await simhelp.pick(world.olga, typed, "All sectors", menu="Which sector")
    assert "Marked done" in simhelp.texts(back)
    offered = await world.olga.autocomplete(world.somewhere, "review queue", "sector", name[:5])
    assert other in [choice["value"] for choice in offered]
    for answer in (
        await world.olga.slash(world.somewhere, "review queue", sector="no such sector"),
        await forged(world, world.olga, "pick", "review.kind", "", values=("everything",)),
    ):
        assert "pick again" in simhelp.texts(answer)


@pytest.mark.parametrize("narrowed", [{}, {"kind": "new"}, {"kind": "mine"}, {"sector": True}])
async def test_the_queue_goes_back_as_it_went_on(world: World, narrowed: dict[str, object]) -> None:
    here, *_ = world.services.content.sectors
    await world.register(world.anna, here)
    for number in range(12):
        _, made = await handed_in(world, world.anna, what=f"Effort {number:02}")
        await world.services.pledges.take(world.actor(world.olga, Standing.ORGANISER), made)
    if "sector" in narrowed:
        narrowed = {"sector": here}
    shown = await world.olga.slash(world.somewhere, "review queue", **narrowed)
    first = looks(shown)
    shown = await simhelp.press(world.olga, shown, "Next")
    second = looks(shown)
    shown = await simhelp.press(world.olga, shown, "Next")
    assert efforts(first) == ["00", "01", "02", "03", "04"]
    assert efforts(looks(shown)) == ["10", "11"]
    assert "Previous" not in first
    await world.restart()
    shown = await simhelp.press(world.olga, shown, "Previous")
    assert looks(shown) == second
    shown = await simhelp.press(world.olga, shown, "Previous")
    assert looks(shown) == first
    shown = await simhelp.press(world.olga, shown, "Next")
    assert looks(shown) == second


async def test_the_queue_goes_back_though_others_were_decided(world: World) -> None:
    await world.register(world.anna)
    made = [(await handed_in(world, world.anna, what=f"Effort {number:02}"))[1] for number in range(12)]
    shown = await world.olga.slash(world.somewhere, "review queue")
    for _ in range(2):
        shown = await simhelp.press(world.olga, shown, "Next")
    otto = world.actor(world.otto, Standing.ORGANISER)
    for number in made[4:7]:
        await world.services.pledges.approve(otto, number)
    shown = await simhelp.press(world.olga, shown, "Previous")
    assert efforts(looks(shown)) == ["02", "03", "07", "08", "09"], "the five before, though some are gone"
    for number in (*made[:4], *made[7:10]):
        await world.services.pledges.approve(otto, number)
    shown = await simhelp.press(world.olga, shown, "Previous")
    assert efforts(looks(shown)) == ["10", "11"], "nothing is left before it: the first page"
    assert not {"Previous", "Next"} & set(simhelp.buttons(shown))


def looks(answer: Result) -> str:
    """The lines and the buttons as they stand now: the next press puts others in their place."""
    return "\n".join([*displays(answer), *simhelp.buttons(answer)])


def efforts(looks: str) -> list[str]:
    return re.findall(r"Effort (\d\d)", looks)


async def test_two_who_pledge_the_same_are_told_apart_in_the_queue(world: World) -> None:
    for person in (world.anna, world.ben):
        await world.register(person)
        await handed_in(world, person, what="The same for both")
    listed = displays(await world.olga.slash(world.somewhere, "review queue"))
    for person in (world.anna, world.ben):
        assert any("The same for both" in line and f"<@{person.id}>" in line for line in "\n".join(listed).split("\n"))


async def test_how_long_each_has_waited_is_said(world: World) -> None:
    await world.register(world.anna)
    await handed_in(world, world.anna, what="The first")
    await world.pass_days(4)
    await handed_in(world, world.anna, what="The second")
    listed = simhelp.texts(await world.olga.slash(world.somewhere, "review queue"))
    assert "waiting 4 days" in listed
    assert "since today" in listed
    assert listed.index("The first") < listed.index("The second")
    card = simhelp.texts(desk_card(world, 1))
    assert card.count("waiting for review") == 1, "its state is said once"
    assert card.startswith("### ⏳ The first"), "what it is comes first, its number is small"
    assert "-# waiting for review, submitted <t:" in card
    assert "pledge 1" in card


async def test_the_date_is_that_of_the_last_time_it_was_handed_in(world: World) -> None:
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna)
    form = await simhelp.press(world.olga, desk_card(world, number), "Ask for changes")
    await simhelp.submit(world.olga, form, {"reason": "By when exactly?"})
    await world.pass_days(3)
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    assert "**The organisers say:** By when exactly?" in simhelp.texts(own)
    await simhelp.press(world.anna, own, "Submit")
    await world.settle()
    found = await pledge(world, number)
    assert found.queued_at is not None
    assert (found.queued_at - found.created_at).days == 3
    assert f"<t:{int(found.queued_at.timestamp())}:D>" in simhelp.texts(desk_card(world, number))


async def test_taking_is_seen_by_the_others(world: World) -> None:
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna)
    taken = await simhelp.press(world.olga, desk_card(world, number), "Take")
    assert f"<@{world.olga.id}>** is on it until <t:" in simhelp.texts(taken)
    await world.settle()
    late = await forged(world, world.otto, "press", "review.take", number)
    assert f"Already *taken* by <@{world.olga.id}>" in simhelp.texts(late)
    assert "taken by you" in simhelp.texts(await world.olga.slash(world.somewhere, "review queue"))
    assert f"taken by <@{world.olga.id}>" in simhelp.texts(await world.otto.slash(world.somewhere, "review queue"))
    mine = await world.olga.slash(world.somewhere, "review queue", kind="mine")
    opened = await simhelp.pick(world.olga, mine, str(number), menu="review.open")
    free = await simhelp.press(world.olga, opened, "Release")
    assert "is on it until" not in simhelp.texts(free)
    await simhelp.press(world.otto, desk_card(world, number), "Take")
    assert "active" in simhelp.texts(await simhelp.press(world.olga, desk_card(world, number), "Approve"))


async def test_all_of_one_action_are_approved_in_two_taps(world: World) -> None:
    await world.register(world.anna)
    await world.register(world.ben)
    await world.register(world.olga)
    numbers = [(await handed_in(world, who))[1] for who in (world.anna, world.ben, world.ben, world.olga)]
    await handed_in(world, world.anna, what="Begin with our own house")
    listed = await world.olga.slash(world.somewhere, "review queue")
    opened = await simhelp.pick(world.olga, listed, str(numbers[0]), menu="review.open")
    asked = await simhelp.press(world.olga, opened, "Approve all for this action (4)")
    said = simhelp.texts(asked)
    assert action(world, "before").title.text("en") in said
    assert "1 more was reworded" in said
    await simhelp.press(world.otto, desk_card(world, numbers[1]), "Approve")
    done = await simhelp.press(world.olga, asked, "Approve 4")
    assert "2 approved, 1 was yours or your organisation's, 1 was decided in the meantime." in simhelp.texts(done)
    await world.settle(20)
    assert len(public_cards(world)) == 3
    assert [(await pledge(world, number)).status for number in numbers] == [*[Status.ACTIVE] * 3, Status.SUBMITTED]
    again = await forged(world, world.olga, "press", "review.all", numbers[3], 2**62, 1)
    assert "0 approved, 1 was yours" in simhelp.texts(again)
    for who in (world.ben, world.mo):
        answer = await forged(world, who, "press", "review.all", numbers[3], 2**62, 1)
        assert "Only organisers can review" in simhelp.texts(answer)


async def test_a_lot_that_has_gone(world: World) -> None:
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna, what="In my own words")
    assert "0 approved" in simhelp.texts(await forged(world, world.olga, "press", "review.lot", number))
    assert "isn't in this server" in simhelp.texts(await forged(world, world.olga, "press", "review.lot", 999))


async def test_taking_back_an_approval_asks_why_and_tells_the_maker(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna, what="Go on too fast")
    form = await simhelp.press(world.otto, desk_card(world, number), "Take back the approval")
    back = await simhelp.submit(world.otto, form, {"reason": "The date is missing"})
    assert "waiting for review" in simhelp.texts(back)
    await world.settle()
    assert public_cards(world) == []
    profile = simhelp.texts(await world.anna.slash(world.somewhere, "profile"))
    assert "took back the approval" in profile
    assert "The date is missing" in profile
    form = await simhelp.press(world.olga, desk_card(world, number), "Decline")
    await simhelp.submit(world.olga, form, {"reason": "No date came"})
    form = await simhelp.press(world.otto, desk_card(world, number), "Take back the decline")
    await simhelp.submit(world.otto, form, {"reason": "It did"})
    await world.settle()
    await simhelp.press(world.olga, desk_card(world, number), "Approve")
    await world.services.pledges.done(world.actor(world.anna), number)
    await world.settle()
    await simhelp.press(world.olga, desk_card(world, number), "Confirm done")
    form = await simhelp.press(world.otto, desk_card(world, number), "Take back the confirmation")
    late = await simhelp.submit(world.otto, form, {"reason": "Not all of it"})
    assert "marked done" in simhelp.texts(late)
    told = simhelp.texts(await forged(world, world.anna, "press", "review.history", number))
    for words in ("took back the approval", "took back the decline", "took back the confirmation"):
        assert words in told


async def test_a_form_for_taking_back_that_comes_too_late(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna)
    form = await simhelp.press(world.otto, desk_card(world, number), "Take back the approval")
    await world.services.pledges.progress(world.actor(world.anna), number, progress=50)
    late = await simhelp.submit(world.otto, form, {"reason": "Too late"})
    assert "changed nothing" in simhelp.texts(late)
    assert (await pledge(world, number)).status is Status.ACTIVE
    await world.settle()
    assert not [label for label in simhelp.buttons(desk_card(world, number)) if "Take back" in label]
    nonsense = await forged(world, world.olga, "press", "review.back", "everything", number)
    assert "isn't in this server" in simhelp.texts(nonsense)


async def test_a_changed_pledge_is_approved_again_before_others_see_it(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna, what="Teach twenty")
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    form = await simhelp.press(world.anna, own, "Change the wording")
    after = await simhelp.submit(world.anna, form, {"what": "Teach thirty"})
    assert "Waiting for an organiser:** Teach thirty" in simhelp.texts(after)
    await world.settle()
    assert "Teach twenty" in simhelp.texts(public_cards(world)[0])
    card = desk_card(world, number)
    assert "New wording" in simhelp.texts(card)
    assert "Teach thirty" in simhelp.texts(card)
    await simhelp.press(world.olga, card, "Approve the change")
    await world.settle()
    assert "Teach thirty" in simhelp.texts(public_cards(world)[0])
    form = await forged(world, world.anna, "press", "pledge.change", number)
    await simhelp.submit(world.anna, form, {"what": "Teach nobody"})
    await world.settle()
    form = await simhelp.press(world.olga, desk_card(world, number), "Leave it as it is")
    left = await simhelp.submit(world.olga, form, {"reason": "Thirty is fine"})
    assert "Teach nobody" not in simhelp.texts(left)
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    assert "**The organisers say:** Thirty is fine" in simhelp.texts(own)
    assert "Teach thirty" in simhelp.texts(own)


async def test_a_reason_kept_ready_fills_the_form(world: World) -> None:
    await world.register(world.anna)
    listed = await world.olga.slash(world.somewhere, "review queue")
    ready = await simhelp.press(world.olga, listed, "Reasons")
    assert "None yet" in simhelp.texts(ready)
    form = await simhelp.press(world.olga, ready, "Add one")
    text = "Please add by when, @everyone"
    added = await simhelp.submit(world.olga, form, {"For which decision?": "Ask for changes", "reason": text})
    assert "Please add by when" in simhelp.texts(added)
    assert "@everyone" not in "".join(displays(added))
    _, number = await handed_in(world, world.anna)
    opened = await forged(world, world.olga, "pick", "review.open", values=(str(number),))
    form = await simhelp.pick(world.olga, opened, text, menu="aved reason")
    assert simhelp.fields(form.modal)["Reason (the maker reads it)"]["value"] == text
    sent = await simhelp.submit(world.olga, form)
    assert "changes asked for" in simhelp.texts(sent)
    dropped = await simhelp.pick(world.olga, added, text, menu="Delete one")
    assert "None yet" in simhelp.texts(dropped)
    gone = await forged(world, world.olga, "pick", "review.pick", number, values=("1",))
    assert "isn't in this server" in simhelp.texts(gone)


async def test_reminders_are_one_message_and_ping_only_where_admins_want_it(world: World) -> None:
    await world.register(world.anna)
    for _ in range(3):
        await handed_in(world, world.anna)
    place = world.channels[Channel.ORGANISERS]
    await world.pass_days(5)
    await world.settle()
    (first,) = [m for m in place.history() if "longer than 3 days" in simhelp.texts(m)]
    assert "**3 pledges have waited longer than 3 days**" in simhelp.texts(first)
    asked = await forged(world, world.olga, "press", "review.ping", 1)
    assert "Manage Server" in simhelp.texts(asked), "whom the bot pings is for admins to choose"
    ready = await forged(world, world.ada, "press", "review.ready")
    ready = await simhelp.press(world.ada, ready, "Ping the organisers' role")
    assert "ping the organisers' role" in simhelp.texts(ready)
    await world.pass_days(2)
    await world.settle()
    reminders = [m for m in place.history() if "longer than 3 days" in simhelp.texts(m)]
    assert len(reminders) == 2
    role = world.guild.roles["Organisers"].id
    newest = max(reminders, key=lambda message: message.id)
    assert f"<@&{role}>" in simhelp.texts(newest)
    assert "3 of them longer than 5 days" in simhelp.texts(newest)
    pings = [
        request.body["allowed_mentions"]
        for request in world.watch.sent("POST", f"/channels/{place.id}/messages")
        if isinstance(request.body, dict) and "longer than 3 days" in str(request.body)
    ]
    assert [[str(one) for one in p.get("roles", [])] for p in pings] == [[], [str(role)]]
    check = await world.ada.slash(world.somewhere, "setup check")
    assert "3 pledges have waited longer than 5 days" in simhelp.texts(check)
    for number in (1, 2, 3):
        await simhelp.press(world.otto, desk_card(world, number), "Approve")
    await world.settle(20)
    assert not [m for m in place.history() if "longer than 3 days" in simhelp.texts(m)], "gone with what it was about"
    assert (await pledge(world, 1)).status is Status.ACTIVE


async def test_what_was_decided_in_time_reminds_nobody(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna)
    await world.pass_days(8)
    await world.settle()
    assert not [m for m in world.channels[Channel.ORGANISERS].history() if "longer than" in simhelp.texts(m)]
    check = await world.ada.slash(world.somewhere, "setup check")
    assert "have waited longer" not in simhelp.texts(check)
    assert (await pledge(world, number)).status is Status.ACTIVE


async def test_the_longest_texts_fit_on_the_desk(world: World) -> None:
    await world.register(world.anna)
    organiser = world.actor(world.olga, Standing.ORGANISER)
    for number in range(10):
        await world.services.pledges.add_reason(organiser, "decline", f"{number}" + "*" * 99)
    number = await active(world, world.anna, what="*" * 1000, done_when="_" * 300, help_wanted="~" * 300)
    form = await forged(world, world.anna, "press", "pledge.change", number)
    await simhelp.submit(world.anna, form, {"what": "|" * 1000, "done_when": "#" * 300, "help_wanted": "`" * 300})
    await world.settle()
    opened = await forged(world, world.olga, "pick", "review.open", values=(str(number),))
    assert "Approve the change" in simhelp.buttons(opened)
    assert [row for row in await world.services.outbox.stuck(world.guild.id) if row.kind == "pledge.review"] == []
    ready = await forged(world, world.olga, "press", "review.ready")
    assert "Add one" not in simhelp.buttons(ready)
