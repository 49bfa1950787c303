"""/review organisations through real dispatch: the queue, the search, every decision, and who may not take it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest
import simcord

from bot.actor import Standing
from bot.members.model import Organisation, Visibility
from bot.members.organisation_tables import organisations
from bot.servers.model import Channel
from bot.storage.database import Transaction
from tests import simhelp
from tests.cogs.pressing import Result, answers_faults, displays, forged, seen_by_one
from tests.members.joining import FORM, card, saved
from tests.world import World

PANEL: dict[str, Any] = {"kind": "server.panel", "subject_id": 0}


async def named(world: World, who: simcord.MemberActor, name: str, **facts: object) -> Organisation:
    """Register somebody with an organisation; the organisation."""
    member = await saved(world, who, organisation=name, **{"visibility": Visibility.NAMED, **facts})
    assert member.organisation is not None
    return member.organisation


async def opened(world: World, one: Organisation, who: simcord.MemberActor | None = None) -> Result:
    """The card of one, as an organiser gets it from the suggestions of the command."""
    return await (who or world.olga).slash(world.somewhere, "review organisations", name=f"#{one.id}")


async def stranger(world: World, name: str = "Elsewhere") -> int:
    """An organisation of another server."""

    async def work(tx: Transaction) -> int:
        values = {"name": name, "key": name.casefold(), "near": "", "created_at": 0, "people": 3}
        return await tx.insert(organisations, guild_id=world.guild.id + 1, **values)

    return await world.services.database.write(work)


# ------------------------------------------------------------------------------------------------ the queue


async def test_an_empty_queue_is_good_news(world: World) -> None:
    answer = await world.olga.slash(world.somewhere, "review organisations")
    assert "All caught up" in simhelp.texts(answer)
    assert answer.ephemeral


async def test_from_the_panel_to_a_confirmed_organisation_in_three_taps(world: World) -> None:
    await named(world, world.anna, "Acme")
    await world.services.database.write(partial(world.services.outbox.put, guild_id=world.guild.id, **PANEL))
    await world.settle()
    panel = simhelp.post(world.channels[Channel.ORGANISERS], "Organisers' panel")
    queue = await simhelp.press(world.olga, panel, "Organisations")  # 1
    assert "**Acme** · 1 person" in simhelp.texts(queue)
    assert queue.ephemeral
    desk = await simhelp.pick(world.olga, queue, "Acme", menu="organisations.open")  # 2
    assert "Not confirmed yet." in simhelp.texts(desk)
    done = await simhelp.press(world.olga, desk, "Confirm")  # 3
    said = simhelp.texts(done)
    assert "✓ confirmed by the organisers" in said
    assert f"<@{world.olga.id}>: confirmed Acme" in said
    assert "Take back confirmation" in simhelp.buttons(done)
    assert "All caught up" in simhelp.texts(await simhelp.press(world.olga, done, "Back to the list"))


async def test_the_queue_turns_its_pages(world: World) -> None:
    for number in (*range(7), 0, 0, 1):  # House 0 has three people, House 1 two
        who = world.guild.add_member(world.env.create_user(f"c{number}"), roles=[])
        await named(world, who, f"House {number}", visibility=Visibility.HIDDEN)
    first = await world.olga.slash(world.somewhere, "review organisations")
    assert "House 4" in simhelp.texts(first)
    assert "House 5" not in simhelp.texts(first)
    assert "Previous" not in simhelp.buttons(first)
    second = await simhelp.press(world.olga, first, "Next")
    assert "House 5" in simhelp.texts(second)
    assert "House 4" not in simhelp.texts(second)
    await world.restart()
    back = await simhelp.press(world.olga, second, "Previous")
    assert re.findall(r"\*\*House (\d)", simhelp.texts(back)) == list("01234")
    assert "Previous" not in simhelp.buttons(back)
    again = await simhelp.press(world.olga, back, "Next")
    assert re.findall(r"\*\*House (\d)", simhelp.texts(again)) == list("56")


async def test_the_queue_goes_back_over_organisations_of_any_size(world: World) -> None:
    for number in range(12):
        for which in range(1 + number % 3):
            who = world.guild.add_member(world.env.create_user(f"c{number}x{which}"), roles=[])
            await named(world, who, f"House {number:02}", visibility=Visibility.HIDDEN)
    shown, pages = await world.olga.slash(world.somewhere, "review organisations"), []
    for label in ("Next", "Next", "Previous", "Previous"):
        pages.append(re.findall(r"\*\*House (\d\d)", simhelp.texts(shown)))
        shown = await simhelp.press(world.olga, shown, label)
    pages.append(re.findall(r"\*\*House (\d\d)", simhelp.texts(shown)))
    assert pages[:3] == [["02", "05", "08", "11", "01"], ["04", "07", "10", "00", "03"], ["06", "09"]]
    assert pages[3:] == [pages[1], pages[0]]


async def test_suggestions_and_the_search_find_any_of_them(world: World) -> None:
    one = await named(world, world.anna, "Nordic Telecom", visibility=Visibility.HIDDEN)
    await named(world, world.ben, "Nordic Bank")
    offered = await world.olga.autocomplete(world.somewhere, "review organisations", "name", "nord")
    assert [choice["name"] for choice in offered] == ["Nordic Bank", "Nordic Telecom"]
    shown = await world.olga.slash(world.somewhere, "review organisations", name="nordic")
    assert "Nordic Telecom" in simhelp.texts(shown)
    assert "Pledges in its name" in simhelp.texts(await simhelp.pick(world.olga, shown, str(one.id)))
    shown = await world.olga.slash(world.somewhere, "review organisations", name="nordic")
    form = await simhelp.press(world.olga, shown, "Search again")
    found = await simhelp.submit(world.olga, form, {"name": "Nordik Telekom"})
    assert "## Nordic Telecom" in simhelp.texts(found)
    queue = await world.olga.slash(world.somewhere, "review organisations")
    form = await simhelp.press(world.olga, queue, "Search all")
    nothing = await simhelp.submit(world.olga, form, {"name": "@everyone zebra"})
    assert "No organisation here is called anything like" in simhelp.texts(nothing)
    assert "@everyone" not in "".join(displays(nothing))


async def test_the_card_tells_people_by_sector_pledges_look_alikes_and_history(world: World) -> None:
    one = await named(world, world.anna, "Nordic Telecom")
    await saved(world, world.ben, "judiciary", organisation="Nordic Telecom", visibility=Visibility.HIDDEN)
    await named(world, world.mo, "Nordik Telekom")
    shown = await opened(world, one)
    said = simhelp.texts(shown)
    sectors = world.services.content.sectors
    assert "**People:** 2" in said
    assert all(f"{sectors[slug].name.text('en')} 1" in said for slug in ("schools", "judiciary"))
    assert "**Looks like:** Nordik Telekom" in said
    nothing = await simhelp.press(world.olga, shown, "History")
    assert "Nobody has decided anything" in simhelp.texts(nothing)
    form = await simhelp.press(world.olga, await simhelp.press(world.olga, nothing, "Open"), "Rename")
    renamed = await simhelp.submit(world.olga, form, {"Name": "Nordic Telecom Group", "reason": "Their *new* name"})
    history = simhelp.texts(await simhelp.press(world.olga, renamed, "History"))
    assert "renamed Nordic Telecom to Nordic Telecom Group - Their \\*new\\* name" in history
    assert f"<@{world.olga.id}>" in history


# ------------------------------------------------------------------------------------------------ decisions


async def test_two_organisers_at_once(world: World) -> None:
    one = await named(world, world.anna, "Acme")
    first, second = await opened(world, one), await opened(world, one, world.otto)
    await simhelp.press(world.olga, first, "Confirm")
    late = await simhelp.press(world.otto, second, "Confirm")
    assert f"Already *confirmed* by <@{world.olga.id}>" in simhelp.texts(late)
    form = await simhelp.press(world.otto, second, "Rename")
    late = await simhelp.submit(world.otto, form, {"Name": "Other"})
    assert f"Already *confirmed* by <@{world.olga.id}>" in simhelp.texts(late)
    assert await world.services.organisations.of(world.guild.id, one.id) == Organisation(one.id, "Acme", True)


async def test_taking_the_confirmation_back_asks_why(world: World) -> None:
    one = await named(world, world.anna, "Acme")
    done = await simhelp.press(world.olga, await opened(world, one), "Confirm")
    form = await simhelp.press(world.olga, done, "Take back confirmation")
    empty = await simhelp.submit(world.olga, form, {"reason": "\u200b"})
    assert "Reason" in simhelp.texts(empty)
    again = await simhelp.press(world.olga, empty, "Fix it")
    back = await simhelp.submit(world.olga, again, {"reason": "It is somebody else's name"})
    assert "Not confirmed yet." in simhelp.texts(back)
    assert "somebody else's name" in simhelp.texts(back)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("@everyone", "can't ping people"),
        ("❤️", "at least one letter or digit"),
        ("Other AB", "with that name already: Other"),
        ("Acme", "already like that"),
    ],
)
async def test_a_name_that_does_not_do_can_be_fixed(world: World, typed: str, answer: str) -> None:
    one = await named(world, world.anna, "Acme")
    await named(world, world.ben, "Other")
    form = await simhelp.press(world.olga, await opened(world, one), "Rename")
    refused = await simhelp.submit(world.olga, form, {"Name": typed, "reason": "Because"})
    assert answer in simhelp.texts(refused)
    again = await simhelp.press(world.olga, refused, "Fix it")
    assert simhelp.fields(again.modal)["Name"]["value"] == typed
    done = await simhelp.submit(world.olga, again, {"Name": "РolarNet"})
    assert "## РolarNet" in simhelp.texts(done)


async def test_a_web_domain_is_set_fixed_and_removed(world: World) -> None:
    one = await named(world, world.anna, "Acme")
    form = await simhelp.press(world.olga, await opened(world, one), "Set web domain")
    for typed, answer in (
        ("https://example.org/", "host name alone"),
        ("co.uk", "organisations share that ending"),
    ):
        refused = await simhelp.submit(world.olga, form, {"domain": typed})
        assert answer in simhelp.texts(refused)
        form = await simhelp.press(world.olga, refused, "Fix it")
        assert simhelp.fields(form.modal)["Host name alone"]["value"] == typed
    done = await simhelp.submit(world.olga, form, {"domain": "Example.ORG"})
    assert "**Web domain:** `example.org`" in simhelp.texts(done)
    assert "Change web domain" in simhelp.buttons(done)
    gone = await simhelp.press(world.olga, done, "Remove domain")
    assert "**Web domain:** none" in simhelp.texts(gone)
    assert "removed the web domain example.org" in simhelp.texts(gone)


async def test_merging_says_what_it_will_do_and_does_it(world: World) -> None:
    gone = await named(world, world.anna, "Nordik Telekom")
    await named(world, world.mo, "nordik telekom", visibility=Visibility.HIDDEN)
    stays = await named(world, world.ben, "Nordic Telecom")
    await world.services.organisations.confirm(world.actor(world.otto, Standing.ORGANISER), stays.id, 0)
    choice = await simhelp.press(world.olga, await opened(world, gone), "Merge into")
    asked = await simhelp.pick(world.olga, choice, "Nordic Telecom", menu="organisations.into")
    said = simhelp.texts(asked)
    for line in (
        "Merge Nordik Telekom into Nordic Telecom?",
        "**2 people** move from Nordik Telekom to Nordic Telecom",
        "**0 pledges**",
        "From now on, anyone who types Nordik Telekom is in Nordic Telecom",
        "Nordic Telecom stays confirmed",
        "can't be undone",
    ):
        assert line in said
    assert (await world.services.organisations.of(world.guild.id, gone.id)) == gone, "nothing happened yet"
    ids = simhelp.buttons(asked)["Merge"].split(":")[2:]
    done = await simhelp.press(world.olga, asked, "Merge")
    assert "Moved: **2 people**, **0 pledges**" in simhelp.texts(done)
    again = await forged(world, world.olga, "press", "organisations.merged", *ids)
    assert f"Already *merged* by <@{world.olga.id}>" in simhelp.texts(again)
    desk = await simhelp.press(world.olga, done, "Open Nordic Telecom")
    assert "**People:** 3" in simhelp.texts(desk)
    assert "**Earlier names:** Nordik Telekom" in simhelp.texts(desk)
    joined = await simhelp.press(world.otto, await card(world, world.otto, organisation="NORDIK telekom"), "Save")
    assert "Nordic Telecom (✓ confirmed by the organisers)" in simhelp.texts(joined)


async def test_merging_with_one_that_does_not_look_alike(world: World) -> None:
    gone, stays = await named(world, world.anna, "Acme"), await named(world, world.ben, "Zenith Group")
    choice = await simhelp.press(world.olga, await opened(world, gone), "Merge into")
    assert "No similar organisation found." in simhelp.texts(choice)
    form = await simhelp.press(world.olga, choice, "Search by name")
    nothing = await simhelp.submit(world.olga, form, {"name": "acme"})
    assert "No other organisation" in simhelp.texts(nothing), "not into itself"
    form = await simhelp.press(world.olga, nothing, "Search again")
    found = await simhelp.submit(world.olga, form, {"name": "zen"})
    asked = await simhelp.pick(world.olga, found, str(stays.id))
    assert "Merged: Acme is part of Zenith Group now." in simhelp.texts(await simhelp.press(world.olga, asked, "Merge"))


async def test_there_is_a_way_back_from_every_step_of_merging(world: World) -> None:
    gone, stays = await named(world, world.anna, "Nordik Bank"), await named(world, world.ben, "Nordic Bank")
    choice = await simhelp.press(world.olga, await opened(world, gone), "Merge into")
    desk = await simhelp.press(world.olga, choice, "Back")
    assert "## Nordik Bank" in simhelp.texts(desk)
    asked = await simhelp.pick(world.olga, await simhelp.press(world.olga, desk, "Merge into"), str(stays.id))
    choice = await simhelp.press(world.olga, asked, "Pick another")
    assert "into which one?" in simhelp.texts(choice)
    asked = await simhelp.pick(world.olga, choice, str(stays.id))
    assert "## Nordik Bank" in simhelp.texts(await simhelp.press(world.olga, asked, "Cancel"))
    assert await world.services.organisations.of(world.guild.id, gone.id) == gone


async def test_what_was_decided_between_the_preview_and_the_merge_stops_it(world: World) -> None:
    gone, stays = await named(world, world.anna, "Nordik Bank"), await named(world, world.ben, "Nordic Bank")
    choice = await simhelp.press(world.olga, await opened(world, gone), "Merge into")
    asked = await simhelp.pick(world.olga, choice, "Nordic Bank")
    await simhelp.press(world.otto, await opened(world, stays, world.otto), "Confirm")
    late = await simhelp.press(world.olga, asked, "Merge")
    assert f"Already *confirmed* by <@{world.otto.id}>" in simhelp.texts(late)
    assert await world.services.organisations.of(world.guild.id, gone.id) == gone


# ------------------------------------------------------------------------------------- who may not, and forgeries


async def test_ones_own_is_for_others_to_decide(world: World) -> None:
    mine, other = await named(world, world.olga, "Acme"), await named(world, world.anna, "Acne")
    desk = await opened(world, mine)
    assert "your own organisation" in simhelp.texts(desk)
    assert list(simhelp.buttons(desk)) == ["History", "Back to the list"]
    attempts: list[tuple[str, tuple[int, ...]]] = [
        ("confirm", (mine.id, 0)), ("undomain", (mine.id, 0)), ("rename", (mine.id, 0)), ("domain", (mine.id, 0)),
        ("unconfirm", (mine.id, 0)), ("merge", (mine.id,)), ("merged", (mine.id, other.id, 0)),
        ("merged", (other.id, mine.id, 0)),
    ]  # fmt: skip
    for door, ids in attempts:
        answer = await forged(world, world.olga, "press", f"organisations.{door}", *ids)
        assert "another organiser decides" in simhelp.texts(answer), door
        assert answer.modal is None
    answer = await forged(world, world.olga, "pick", "organisations.into", other.id, values=(str(mine.id),))
    assert "another organiser decides" in simhelp.texts(answer)
    assert "✓ confirmed" in simhelp.texts(
        await simhelp.press(world.otto, await opened(world, mine, world.otto), "Confirm")
    )


DOORS: list[tuple[str, str, int]] = [
    ("press", "organisations.show", 1), ("press", "organisations.history", 1), ("press", "organisations.confirm", 2),
    ("press", "organisations.undomain", 2), ("press", "organisations.rename", 2), ("press", "organisations.domain", 2),
    ("press", "organisations.unconfirm", 2), ("press", "organisations.merge", 1), ("press", "organisations.merged", 3),
    ("pick", "organisations.open", 0), ("pick", "organisations.into", 1),
]  # fmt: skip
SEEN = "That isn't in this server (any more)"


@pytest.mark.parametrize(("kind", "door", "count"), DOORS)
async def test_forged_ids_of_another_server_and_of_nothing_change_nothing(
    world: World, kind: str, door: str, count: int
) -> None:
    theirs, own = await stranger(world), await named(world, world.anna, "Acme")
    for number in (theirs, 999_999):
        ids = {0: (), 1: (number,), 2: (number, 0), 3: (own.id, number, 0)}[count]
        ids = (own.id,) if door == "organisations.into" else ids
        answer = await forged(world, world.olga, kind, door, *ids, values=(str(number),))
        assert SEEN in simhelp.texts(answer)
        assert seen_by_one(answer)
    assert (await world.services.organisations.of(world.guild.id + 1, theirs)) == Organisation(theirs, "Elsewhere")


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "9" * 30, "١"])
async def test_a_choice_that_is_no_id_is_not_found(world: World, value: str) -> None:
    one = await named(world, world.anna, "Acme")
    for door, ids in (("organisations.open", ()), ("organisations.into", (one.id,))):
        assert SEEN in simhelp.texts(await forged(world, world.olga, "pick", door, *ids, values=(value,)))


async def test_others_than_organisers_get_nowhere(world: World) -> None:
    one = await named(world, world.anna, "Secret Unit", visibility=Visibility.HIDDEN)
    for who in (world.ben, world.mo):
        for kind, door, count in [*DOORS, ("press", "organisations.seek", 1), ("press", "organisations.find", 0)]:
            ids = {0: (), 1: (one.id,), 2: (one.id, 0), 3: (one.id, 2, 0)}[count]
            answer = await forged(world, who, kind, door, *ids, values=(str(one.id),))
            assert "Only organisers can review" in simhelp.texts(answer), door
            assert answer.modal is None
            assert "Secret" not in simhelp.texts(answer)
        for door in ("review.organisations", "organisations.before"):
            answer = await forged(world, who, "press", door, 0, 0)
            assert "Only organisers can review" in simhelp.texts(answer)


async def test_what_people_hide_stays_hidden_after_a_merge_and_another_name(world: World) -> None:
    gone = await named(world, world.anna, "Secret Branch", visibility=Visibility.HIDDEN)
    stays = await named(world, world.mo, "Secret Unit", visibility=Visibility.COUNTED)
    asked = await forged(world, world.olga, "pick", "organisations.into", gone.id, values=(str(stays.id),))
    done = await simhelp.press(world.olga, asked, "Merge")
    form = await simhelp.press(world.olga, await simhelp.press(world.olga, done, "Open"), "Rename")
    await simhelp.submit(world.olga, form, {"Name": "Quiet Bureau"})
    for typed in ("", "Secret", "Quiet"):
        assert await world.ben.autocomplete(world.somewhere, "join", "organisation", typed) == []
    said = ""
    for typed in ("Sekret Branch", "Secret Unit", "Quite Bureau"):
        said += simhelp.texts(await card(world, world.ben, organisation=typed)).replace(typed, "")
    for sector in ("schools", "judiciary"):
        said += simhelp.texts(await world.ben.slash(world.somewhere, "wheel", sector=sector))
    assert "Quiet Bureau" not in said
    assert "Did you mean" not in said


async def test_joining_offers_confirmed_ones_first_with_their_mark(world: World) -> None:
    await named(world, world.anna, "Nordic Telecom 1")
    known = await named(world, world.mo, "Nordic Telecom 2")
    await simhelp.press(world.olga, await opened(world, known), "Confirm")
    asked = await card(world, world.ben, organisation="Nordik Telecom")
    assert "Did you mean **Nordic Telecom 2 (✓ confirmed by the organisers)**?" in simhelp.texts(asked)
    (menu,) = [menu for menu in simhelp.selects(asked).values() if "join.meant" in menu["custom_id"]]
    assert [option["label"] for option in menu["options"]][:2] == ["Nordic Telecom 2", "Nordic Telecom 1"]
    taken = await simhelp.press(world.ben, await simhelp.pick(world.ben, asked, "Nordic Telecom 2"), "Save")
    assert "Nordic Telecom 2 (✓ confirmed by the organisers)" in simhelp.texts(taken)


@pytest.mark.parametrize("name", ["@everyone", "<@&123>", "＠here"])
async def test_joining_under_a_name_that_calls_people_is_refused_with_a_reason(world: World, name: str) -> None:
    refused = await card(world, world.ben, organisation=name)
    assert "A name can't ping people" in simhelp.texts(refused)
    form = await simhelp.press(world.ben, refused, "Fix it")
    answer = await simhelp.submit(world.ben, form, {**FORM, "organisation": "Acme"})
    assert "Is this right?" in simhelp.texts(answer)


# -------------------------------------------------------------------------------------------------- failures


async def test_every_control_answers_when_its_service_fails(world: World) -> None:
    one, other = await named(world, world.anna, "Acme"), await named(world, world.ben, "Acne")
    await simhelp.press(world.olga, await opened(world, one), "Confirm")
    press = partial(forged, world, world.olga, "press")
    pick = partial(forged, world, world.olga, "pick")
    attempts: list[tuple[str, Callable[[], Awaitable[Result]]]] = [
        ("queue", partial(world.olga.slash, world.somewhere, "review organisations")),
        ("found", partial(world.olga.slash, world.somewhere, "review organisations", name="acme")),
        ("queue", partial(press, "review.organisations", 0, 0)),
        ("queue", partial(press, "organisations.before", 1, 1)),
        ("desk", partial(press, "organisations.show", one.id)),
        ("desk", partial(pick, "organisations.open", values=(str(one.id),))),
        ("history", partial(press, "organisations.history", one.id)),
        ("confirm", partial(press, "organisations.confirm", other.id, 0)),
        ("remove_domain", partial(press, "organisations.undomain", one.id, 1)),
        ("open_for", partial(press, "organisations.unconfirm", one.id, 1)),
        ("open_for", partial(press, "organisations.rename", one.id, 1)),
        ("open_for", partial(press, "organisations.domain", one.id, 1)),
        ("open_for", partial(press, "organisations.merge", one.id)),
        ("plan", partial(pick, "organisations.into", one.id, values=(str(other.id),))),
        ("merge", partial(press, "organisations.merged", one.id, other.id, 1)),
    ]
    for method, attempt in attempts:
        await answers_faults(world, f"organisations.{method}", attempt)


async def test_every_form_answers_when_its_service_fails_and_keeps_what_was_typed(world: World) -> None:
    one = await named(world, world.anna, "Acme")
    await simhelp.press(world.olga, await opened(world, one), "Confirm")
    forms: list[tuple[str, str, tuple[int, ...], dict[str, str]]] = [
        ("found", "organisations.find", (), {"name": "zen"}),
        ("found", "organisations.seek", (one.id,), {"name": "zen"}),
        ("unconfirm", "organisations.unconfirm", (one.id, 1), {"reason": "Because"}),
        ("rename", "organisations.rename", (one.id, 1), {"organisation": "Zenith"}),
        ("set_domain", "organisations.domain", (one.id, 1), {"domain": "example.org"}),
    ]
    for method, door, ids, typed in forms:

        async def attempt(door: str = door, ids: tuple[int, ...] = ids, typed: dict[str, str] = typed) -> Result:
            return await simhelp.submit(world.olga, await forged(world, world.olga, "press", door, *ids), typed)

        await answers_faults(world, f"organisations.{method}", attempt)


async def test_a_suggestion_that_fails_is_an_empty_list(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.faults_expected = True

    async def broken(*_: object) -> list[Organisation]:
        raise RuntimeError

    monkeypatch.setattr(world.services.organisations, "search", broken)
    assert await world.olga.autocomplete(world.somewhere, "review organisations", "name", "a") == []


async def test_every_button_works_after_a_restart(world: World) -> None:
    one = await named(world, world.anna, "Acme")
    desk = await opened(world, one)
    await world.restart()
    assert "✓ confirmed" in simhelp.texts(await simhelp.press(world.olga, desk, "Confirm"))
