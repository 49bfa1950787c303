"""Check-ins, support, offers, joining, the link and the list, as people meet them on Discord."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.actor import Standing
from bot.members.model import Reach
from bot.pledges.model import Status
from bot.servers.model import Channel
from tests import simhelp
from tests.cogs.pledging import action, active, desk_card, pledge, public_cards
from tests.cogs.pressing import Result, answers_faults, displays, forged, seen_by_one
from tests.world import World
from tests.world import world as make

LINK = "https://example.org/report"
PAGE = "//example.org/report"
"""The link as it is shown: nothing that could be clicked."""
PROFILE = "profile"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with make(tmp_path) as made:
        await made.register(made.anna)
        await made.register(made.ben)
        yield made


async def asked(world: World, reach: Reach | None = None, review: str = "after") -> int:
    """A pledge of Anna's that she has been asked about; returns its number."""
    if reach is not None:
        where = world.somewhere.id if reach is Reach.MENTION else None
        await world.services.members.choose_reach(world.actor(world.anna), reach, where)
    number = await active(world, world.anna, review, due="in 40 days")
    await world.pass_days(22)
    await world.settle()
    return number


def card_of(world: World, number: int):  # type: ignore[no-untyped-def]
    """The public card of a pledge."""
    return next(m for m in public_cards(world) if f":{number}" in str(simhelp.buttons(m)))


# Check-ins.


async def test_going_well_in_a_direct_message(world: World) -> None:
    number = await asked(world, Reach.DM)
    message = simhelp.dms(world.env, world.anna)[-1]
    assert "How's it going?" in simhelp.texts(message)
    assert list(simhelp.buttons(message)) == ["Going well", "Done", "Need help", "Not any more"]
    before = (await pledge(world, number)).changed_at
    said = await simhelp.press(world.anna.user, message, "Going well")
    assert "Thank you, noted" in simhelp.texts(said)
    assert (await pledge(world, number)).changed_at > before


@pytest.mark.parametrize(("label", "status"), [("Done", Status.DONE_CLAIMED), ("Need help", Status.ACTIVE)])
async def test_the_other_answers(world: World, label: str, status: Status) -> None:
    number = await asked(world, Reach.DM)
    await simhelp.press(world.anna.user, simhelp.dms(world.env, world.anna)[-1], label)
    found = await pledge(world, number)
    assert found.status is status
    assert found.needs_help is (label == "Need help")
    await world.settle()
    if label == "Need help":
        said = [simhelp.texts(message) for message in world.channels[Channel.ORGANISERS].history()]
        assert any("Help is wanted with 1 pledge" in text for text in said)


async def test_not_any_more_asks_once(world: World) -> None:
    number = await asked(world, Reach.DM)
    sure = await simhelp.press(world.anna.user, simhelp.dms(world.env, world.anna)[-1], "Not any more")
    assert "can't be reopened" in simhelp.texts(sure)
    assert (await pledge(world, number)).status is Status.ACTIVE
    said = await simhelp.press(world.anna.user, sure, "Yes, close it")
    assert "Closed with honour" in simhelp.texts(said)
    assert (await pledge(world, number)).status is Status.CLOSED
    late = await forged(world, world.anna, "press", "checkin.well", world.guild.id, number)
    assert "closed with honour" in simhelp.texts(late)


async def test_in_the_profile_it_is_a_line_with_buttons(world: World) -> None:
    number = await asked(world)
    assert simhelp.dms(world.env, world.anna) == []
    shown = await world.anna.slash(world.somewhere, PROFILE)
    assert "How's it going?" in simhelp.texts(shown)
    said = await simhelp.press(world.anna, shown, "Going well")
    assert "Thank you, noted" in simhelp.texts(said)
    again = await world.anna.slash(world.somewhere, PROFILE)
    assert "How's it going?" not in simhelp.texts(again)
    assert "Going well" not in simhelp.buttons(again)
    assert (await pledge(world, number)).status is Status.ACTIVE


async def test_a_mention_says_no_more_than_that_there_is_news(world: World) -> None:
    await asked(world, Reach.MENTION)
    messages = [simhelp.texts(message) for message in world.somewhere.history()]
    [said] = [text for text in messages if "there is news for you" in text]
    assert f"<@{world.anna.id}>" in said
    assert "How's it going?" not in said


async def test_somebody_elses_question_is_not_answered(world: World) -> None:
    number = await asked(world)
    for door in ("well", "done", "help", "leave", "close"):
        said = await forged(world, world.ben, "press", f"checkin.{door}", world.guild.id, number)
        assert "isn't in this server" in simhelp.texts(said) or "somebody else's" in simhelp.texts(said), door
        elsewhere = await forged(world, world.anna, "press", f"checkin.{door}", world.guild.id + 1, number)
        assert "isn't in this server" in simhelp.texts(elsewhere), door
    found = await pledge(world, number)
    assert (found.status, found.needs_help) == (Status.ACTIVE, False)


async def test_faults_while_answering(world: World) -> None:
    number = await active(world, world.anna, "after")
    for door, method in {
        "well": "going_well", "done": "done", "help": "progress", "leave": "own", "close": "cannot",
    }.items():  # fmt: skip

        async def attempt(door: str = door):  # type: ignore[no-untyped-def]
            return await forged(world, world.anna, "press", f"checkin.{door}", world.guild.id, number)

        await answers_faults(world, f"pledges.{method}", attempt)


# Others.


async def test_support_is_counted_on_the_card(world: World) -> None:
    number = await active(world, world.anna, "after")
    for double in range(2):
        thanks = await simhelp.press(world.ben, card_of(world, number), "Support")
        assert "You support this" in simhelp.texts(thanks), double
        assert seen_by_one(thanks)
    await world.settle()
    assert "Supporters:** a few" in simhelp.texts(card_of(world, number))
    shown = await world.ben.slash(world.somewhere, "pledge show", pledge=str(number))
    gone = await simhelp.press(world.ben, shown, "Take my support back")
    assert "no longer support it" in simhelp.texts(gone)
    await world.settle()
    assert "Supporters" not in simhelp.texts(card_of(world, number))
    own = await simhelp.press(world.anna, card_of(world, number), "Support")
    assert "your own" in simhelp.texts(own)


async def test_an_offer_says_first_who_reads_it(world: World) -> None:
    number = await active(world, world.anna, "after")
    ask = await simhelp.press(world.ben, card_of(world, number), "Offer help")
    assert "sees that the offer is yours" in simhelp.texts(ask)
    assert await world.services.pledges.offerers(world.guild.id, number) == []
    done = await simhelp.press(world.ben, ask, "Yes, tell them it is me")
    assert "is told that you offer help" in simhelp.texts(done)
    hers = simhelp.texts(await world.anna.slash(world.somewhere, PROFILE))
    assert "Somebody offers help" in hers
    assert f"<@{world.ben.id}>" in hers
    shown = await world.ben.slash(world.somewhere, "pledge show", pledge=str(number))
    assert "Offer help" not in simhelp.buttons(shown)


async def test_joining_and_leaving_from_the_card(world: World) -> None:
    number = await active(world, world.anna, "after")
    joined = await simhelp.press(world.ben, card_of(world, number), "Join")
    assert "You're in" in simhelp.texts(joined)
    await world.settle()
    assert f"<@{world.ben.id}>" in simhelp.texts(card_of(world, number))
    shown = await world.ben.slash(world.somewhere, "pledge show", pledge=str(number))
    assert "Join" not in simhelp.buttons(shown)
    left = await simhelp.press(world.ben, shown, "Leave this pledge")
    assert "no longer part of it" in simhelp.texts(left)
    await world.settle()
    assert f"<@{world.ben.id}>" not in simhelp.texts(card_of(world, number))


async def test_whoever_is_not_registered_is_shown_the_way(world: World) -> None:
    number = await active(world, world.anna, "after")
    for label in ("Support", "Offer help", "Join"):
        said = await simhelp.press(world.mo, card_of(world, number), label)
        assert "Register first" in simhelp.texts(said), label


async def test_a_partner_hears_of_a_call_for_help_if_they_want_to(world: World) -> None:
    reach = await forged(world, world.ben, "press", "profile.reach")
    assert "you aren't told about them" in simhelp.texts(reach)
    on = await simhelp.press(world.ben, reach, "Tell me when a partner needs help")
    assert "From now on you'll be told" in simhelp.texts(on)
    number = await active(world, world.anna, "after")
    await world.services.pledges.progress(world.actor(world.anna), number, needs_help=True)
    assert "needs help; see it in" in simhelp.texts(await world.ben.slash(world.somewhere, PROFILE))
    await world.services.pledges.progress(world.actor(world.anna), number, needs_help=False)
    assert "it is no longer needed" in simhelp.texts(await world.ben.slash(world.somewhere, PROFILE))
    off = await simhelp.press(world.ben, await forged(world, world.ben, "press", "profile.reach"), "Stop telling me")
    assert "won't be told about calls" in simhelp.texts(off)


async def test_faults_of_others(world: World) -> None:
    number = await active(world, world.anna, "after")
    for door, method in {
        "pledge.support": "support", "pledge.unsupport": "take_support_back", "pledge.offer": "to_offer",
        "pledge.offered": "offer", "pledge.join": "join", "pledge.out": "leave_join", "pledge.unlink": "remove_link",
    }.items():  # fmt: skip

        async def attempt(door: str = door):  # type: ignore[no-untyped-def]
            return await forged(world, world.ben, "press", door, number)

        await answers_faults(world, f"pledges.{method}", attempt)

    async def listen():  # type: ignore[no-untyped-def]
        return await forged(world, world.ben, "press", "profile.listen", 1)

    await answers_faults(world, "pledges.listen", listen)

    async def unlink():  # type: ignore[no-untyped-def]
        return await forged(world, world.olga, "press", "review.unlink", number)

    await answers_faults(world, "pledges.remove_link", unlink)


# The link.


async def test_a_link_shows_its_host_and_can_be_removed(world: World) -> None:
    number = await active(world, world.anna, "after")
    await world.services.pledges.done(world.actor(world.anna), number, "", LINK)
    await world.settle()
    card = desk_card(world, number)
    assert "example.org - " in simhelp.texts(card)
    assert PAGE in simhelp.texts(card)
    assert LINK not in str(simhelp.buttons(card_of(world, number)))
    await world.services.pledges.confirm(world.actor(world.olga, Standing.ORGANISER), number)
    await world.settle()
    shown = next(m for m in public_cards(world) if "Teach" in simhelp.texts(m) or LINK in str(simhelp.buttons(m)))
    assert simhelp.buttons(shown)["Evidence: example.org"] == LINK
    gone = await simhelp.press(world.olga, desk_card(world, number), "Remove this link")
    assert PAGE not in simhelp.texts(gone)
    await world.settle()
    assert all(LINK not in str(simhelp.buttons(message)) for message in public_cards(world))
    assert PAGE not in simhelp.texts(desk_card(world, number))


async def test_a_link_of_ones_own_word_is_never_a_link_for_others(world: World) -> None:
    number = await active(world, world.anna, "none")
    await world.services.pledges.done(world.actor(world.anna), number, "", LINK)
    await world.settle()
    assert all(LINK not in str(simhelp.buttons(message)) for message in public_cards(world))
    own = await world.anna.slash(world.somewhere, "pledge show", pledge=str(number))
    assert PAGE in simhelp.texts(own)
    assert PAGE not in simhelp.texts(await simhelp.press(world.anna, own, "Remove this link"))
    assert (await pledge(world, number)).evidence == ""


async def test_a_link_elsewhere_is_marked_for_organisers(world: World) -> None:
    from sqlalchemy import update

    from bot.members.organisation_tables import organisations

    organisation = await world.organisation("Telia")
    await world.services.database.write(
        lambda tx: tx.run(
            update(organisations).where(organisations.c.id == organisation).values(confirmed=1, domain="telia.example")
        )
    )
    await world.register(world.mo, organisation=organisation)
    form = await world.mo.slash(
        world.somewhere, "pledge make", **{"action": action(world, "after").slug, "for": "organisation"}
    )
    draft = await simhelp.submit(world.mo, form)
    number = next(int(i.split(":")[-1]) for i in simhelp.buttons(draft).values() if ":pledge.submit:" in i)
    me = world.actor(world.mo)
    await world.services.pledges.submit(me, number)
    for link, marked in ((LINK, True), ("https://www.telia.example/x", False)):
        await world.services.pledges.done(me, number, "", link)
        await world.settle()
        assert ("outside the organisation's own site" in simhelp.texts(desk_card(world, number))) is marked
        await world.services.pledges.not_yet(world.actor(world.olga, Standing.ORGANISER), number, "Not yet")


# The list.


async def test_the_list_narrows_and_pages(world: World) -> None:
    for number in range(7):
        await active(world, world.anna, "after", what=f"Effort {number} of ours")
    shown = await world.ben.slash(world.somewhere, "pledge list", words="effort")
    text = simhelp.texts(shown)
    assert text.count("🟢 updated within 90 days") == 5
    assert "With the words:** effort" in text
    second = await simhelp.press(world.ben, shown, "Next")
    assert simhelp.texts(second).count("🟢 updated within 90 days") == 2
    assert "Previous" in simhelp.buttons(second)
    kept = await simhelp.pick(world.ben, second, "kept", menu="Status")
    assert "Nothing matches" in simhelp.texts(kept)
    everything = await simhelp.press(world.ben, kept, "Show all")
    assert simhelp.texts(everything).count("🟢 updated within 90 days") == 5
    sector = next(iter(world.services.content.sectors.values()))
    there = await simhelp.pick(world.ben, everything, sector.slug, menu="Sector")
    assert sector.name.text("en") in simhelp.texts(there)
    quiet = await simhelp.pick(world.ben, there, "quiet", menu="Freshness")
    assert "Nothing matches" in simhelp.texts(quiet)
    back = await simhelp.pick(world.ben, quiet, "any", menu="Freshness")
    first = simhelp.selects(back)["Open …"]["options"][0]["value"]
    opened = await simhelp.pick(world.ben, back, first, "Open")
    assert "Done when" in simhelp.texts(opened)


async def test_the_list_speaks_the_readers_language(world: World) -> None:
    chosen = action(world, "after")
    await active(world, world.anna, "after")
    simhelp.set_locale(world.ben, "sv-SE")
    shown = simhelp.texts(await world.ben.slash(world.somewhere, "pledge list"))
    assert chosen.title.text("sv")[:40] in shown
    assert chosen.title.text("en")[:40] not in shown


async def test_an_organisation_is_picked_and_mine_are_mine(world: World) -> None:
    await active(world, world.anna, "after", what="Effort of Anna")
    await active(world, world.ben, "after", what="Effort of Ben")
    mine = simhelp.texts(await world.ben.slash(world.somewhere, "pledge list", mine=True))
    assert "Effort of Ben" in mine
    assert "Effort of Anna" not in mine
    unknown = await world.ben.slash(world.somewhere, "pledge list", organisation="No such company")
    assert "not in the list" in simhelp.texts(unknown)
    found = await world.ben.slash(world.somewhere, "pledge list", freshness="fresh", status="active")
    assert "Effort of Anna" in simhelp.texts(found)
    choices = await world.ben.autocomplete(world.somewhere, "pledge list", "organisation", "tel")
    assert choices is not None


@pytest.mark.parametrize(
    "options", [{}, {"words": "effort"}, {"freshness": "fresh", "status": "active"}, {"mine": True}, {"sector": "own"}]
)
async def test_a_list_goes_back_as_it_went_on(world: World, options: dict[str, object]) -> None:
    numbers = [await active(world, world.anna, "after", what=f"Effort {number:02}") for number in range(12)]
    if "sector" in options:
        options = {"sector": (await pledge(world, numbers[0])).sector}
    shown = await world.anna.slash(world.somewhere, "pledge list", **options)
    first = looks(shown)
    shown = await simhelp.press(world.anna, shown, "Next")
    second = looks(shown)
    shown = await simhelp.press(world.anna, shown, "Next")
    assert efforts(first) == ["11", "10", "09", "08", "07"]
    assert efforts(looks(shown)) == ["01", "00"]
    assert "Previous" not in first
    await world.restart()
    shown = await simhelp.press(world.anna, shown, "Previous")
    assert looks(shown) == second
    shown = await simhelp.press(world.anna, shown, "Previous")
    assert looks(shown) == first
    shown = await simhelp.press(world.anna, shown, "Next")
    assert looks(shown) == second


async def test_a_list_goes_back_though_others_came_or_went(world: World) -> None:
    numbers = [await active(world, world.anna, "after", what=f"Effort {number:02}") for number in range(7)]
    shown = await world.ben.slash(world.somewhere, "pledge list")
    shown = await simhelp.press(world.ben, shown, "Next")
    for number in (7, 8):
        numbers.append(await active(world, world.anna, "after", what=f"Effort {number:02}"))
    shown = await simhelp.press(world.ben, shown, "Previous")
    assert efforts(looks(shown)) == ["06", "05", "04", "03", "02"]
    shown = await simhelp.press(world.ben, shown, "Previous")
    assert efforts(looks(shown)) == ["08", "07", "06", "05", "04"], "less than a page before is the first page"
    assert "Previous" not in simhelp.buttons(shown)
    for number in numbers[:4]:
        await world.services.pledges.withdraw(world.actor(world.anna), number)
    shown = await simhelp.press(world.ben, shown, "Next")
    assert efforts(looks(shown)) == ["08", "07", "06", "05", "04"], "nothing is left behind it: the first page"
    assert not {"Previous", "Next"} & set(simhelp.buttons(shown))


def looks(answer: Result) -> str:
    """The lines and the buttons as they stand now: the next press puts others in their place."""
    return "\n".join([*displays(answer), *simhelp.buttons(answer)])


def efforts(looks: str) -> list[str]:
    return re.findall(r"Effort (\d\d)", looks)


async def test_what_is_forged_narrows_nothing(world: World) -> None:
    await active(world, world.anna, "after", what="Effort of Anna")
    for ids in (("", "zzzzzz", "ÅÄ", "", "x.y.z"), ("", "", "zzzzzzzzzzzzzzz", "", "1"), ("", "---", "0", "", "zz.zz")):
        for door in ("in", "before"):
            said = await forged(world, world.ben, "press", f"pledge.{door}", *ids)
            assert "## Pledges" in simhelp.texts(said), (door, ids)
    for door in ("bystatus", "byfresh"):
        said = await forged(world, world.ben, "pick", f"pledge.{door}", "", "---", "0", "", values=("draft?",))
        assert "not in the list" in simhelp.texts(said)
    said = await forged(world, world.ben, "pick", "pledge.bysector", "---", "0", "", values=("nowhere",))
    assert "not in the list" in simhelp.texts(said)


async def test_faults_of_the_list(world: World) -> None:
    async def command():  # type: ignore[no-untyped-def]
        return await world.ben.slash(world.somewhere, "pledge list")

    await answers_faults(world, "pledges.listed", command)
    forgeries = {
        "pledge.list": ("", 0), "pledge.mine": (0,), "pledge.in": ("", "---", "0", "", ""),
        "pledge.before": ("", "---", "0", "", "0.7"),
    }  # fmt: skip
    for door, ids in forgeries.items():

        async def attempt(door: str = door, ids: tuple[object, ...] = ids):  # type: ignore[no-untyped-def]
            return await forged(world, world.ben, "press", door, *ids)

        await answers_faults(world, "pledges.listed", attempt)
    for door, ids, picked in (
        ("bysector", ("---", "0", ""), "any"),
        ("bystatus", ("", "---", "0", ""), "kept"),
        ("byfresh", ("", "---", "0", ""), "stale"),
    ):

        async def narrow(door: str = door, ids: tuple[str, ...] = ids, picked: str = picked):  # type: ignore[no-untyped-def]
            return await forged(world, world.ben, "pick", f"pledge.{door}", *ids, values=(picked,))

        await answers_faults(world, "pledges.listed", narrow)
