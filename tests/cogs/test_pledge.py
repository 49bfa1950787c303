"""/pledge through real dispatch: every command, autocomplete, button, select and form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
import simcord

from bot.actor import Standing
from bot.errors import StorageUnavailable
from bot.pledges.model import Draft, Status, Visibility
from bot.servers.model import Channel
from bot.storage.database import Transaction
from bot.ui import words
from tests import payloads, simhelp
from tests.cogs.pledging import action, active, desk_cards, drafted, handed_in, number_of, pledge, public_cards
from tests.cogs.pressing import Result, answers_faults, breaking, forged
from tests.world import World

# ------------------------------------------------------------------------------------------------ making


async def test_who_has_not_registered_is_sent_to_join(world: World) -> None:
    for attempt in (
        world.anna.slash(world.somewhere, "pledge make"),
        world.anna.slash(world.somewhere, "pledge make", action=action(world, "before").slug),
        forged(world, world.anna, "press", "pledge.own"),
        forged(world, world.anna, "pick", "pledge.effort", values=("days",)),
    ):
        answer = await attempt
        assert "/join" in simhelp.texts(answer)
        assert answer.ephemeral


async def test_browse_shows_what_fits_my_sectors_and_filters_by_effort(world: World) -> None:
    content = world.services.content
    sector = action(world, "before").sector
    await world.register(world.anna, sector)
    shown = await world.anna.slash(world.somewhere, "pledge make")
    offered = simhelp.options(simhelp.selects(shown)["Pick an action …"])
    assert set(offered.values()) <= {a.slug for a in content.actions_for([sector])}
    effort = action(world, "before", sector=sector).effort.value
    fewer = await simhelp.pick(world.anna, shown, effort, menu="pledge.effort")
    offered = simhelp.options(simhelp.selects(fewer)["Pick an action …"])
    assert {content.actions[slug].effort.value for slug in offered.values()} == {effort}
    every = await simhelp.pick(world.anna, fewer, "any", menu="pledge.effort")
    assert len(simhelp.options(simhelp.selects(every)["Pick an action …"])) >= len(offered)


async def test_an_effort_that_nobody_offers_is_refused(world: World) -> None:
    await world.register(world.anna)
    answer = await forged(world, world.anna, "pick", "pledge.effort", values=("aeons",))
    assert "pick again" in simhelp.texts(answer)


async def test_ready_made_is_four_interactions_and_nothing_typed(world: World) -> None:
    """The budget is five interactions and one typed field."""
    await world.register(world.anna)
    shown = await world.anna.slash(world.somewhere, "pledge make")  # 1
    slug = next(iter(simhelp.options(simhelp.selects(shown)["Pick an action …"]).values()))
    form = await simhelp.pick(world.anna, shown, slug, menu="pledge.pick")  # 2
    fields = simhelp.fields(form.modal)
    assert len(fields) <= 5
    assert all(field.get("value") for label, field in fields.items() if field.get("required") and field["type"] == 4)
    draft = await simhelp.submit(world.anna, form)  # 3
    done = await simhelp.press(world.anna, draft, "Submit")  # 4
    assert "Thank you!" in simhelp.texts(done)


async def test_own_words_from_the_browser_and_from_the_command(world: World) -> None:
    await world.register(world.anna)
    shown = await world.anna.slash(world.somewhere, "pledge make")
    form = await simhelp.press(world.anna, shown, "Write my own")
    assert not simhelp.fields(form.modal)["What will you do?"].get("value")
    typed = await world.anna.slash(world.somewhere, "pledge make", action="Walk the talk")
    assert simhelp.fields(typed.modal)["What will you do?"]["value"] == "Walk the talk"
    draft = await simhelp.submit(world.anna, typed, {"done_when": "We have walked"})
    assert "We have walked" in simhelp.texts(draft)
    assert draft.ephemeral


async def test_for_my_organisation(world: World) -> None:
    house = await world.organisation("The House")
    await world.register(world.anna, organisation=house)
    form = await world.anna.slash(
        world.somewhere, "pledge make", action=action(world, "before").slug, **{"for": "organisation"}
    )
    draft = await simhelp.submit(world.anna, form)
    assert "The House" in simhelp.texts(draft)
    changed = await simhelp.submit(world.anna, await simhelp.press(world.anna, draft, "Change"))
    assert "The House" in simhelp.texts(changed)


async def test_for_an_organisation_one_does_not_have(world: World) -> None:
    await world.register(world.anna)
    form = await world.anna.slash(
        world.somewhere, "pledge make", action=action(world, "before").slug, **{"for": "organisation"}
    )
    answer = simhelp.texts(form) if form.modal is None else simhelp.texts(await simhelp.submit(world.anna, form))
    assert "/profile" in answer, "nobody finds out later that it was taken as their own"
    assert "organisation" in answer


async def test_the_actions_are_suggested_as_one_types(world: World) -> None:
    content = world.services.content
    sector = action(world, "before").sector
    await world.register(world.anna, sector)
    first = await world.anna.autocomplete(world.somewhere, "pledge make", "action", "")
    assert first
    assert {content.actions[c["value"]].sector for c in first} <= {sector, "any"}
    wanted = action(world, "before", sector=sector)
    word = wanted.title.text("en").split()[-1]
    found = await world.anna.autocomplete(world.somewhere, "pledge make", "action", word.upper())
    assert wanted.slug in [choice["value"] for choice in found]
    assert await world.anna.autocomplete(world.somewhere, "pledge make", "action", "zzzz zzzz") == []


async def test_a_bad_date_loses_nothing(world: World) -> None:
    await world.register(world.anna)
    typed = {
        "what": "Open the doors", "done_when": "They are open", "due": "when pigs fly", "help_wanted": "Two people",
        "visibility": "Organisers only",
    }  # fmt: skip
    refused = await drafted(world, world.anna, **typed)
    assert "when pigs fly" in simhelp.texts(refused)
    await world.restart()
    again = await simhelp.press(world.anna, refused, "Fix it")
    fields = {control["custom_id"]: control for control in simhelp.fields(again.modal).values()}
    assert {name: fields[name]["value"] for name in ("what", "done_when", "due", "help_wanted")} == {
        name: typed[name] for name in ("what", "done_when", "due", "help_wanted")
    }
    assert [o["label"] for o in fields["visibility"]["options"] if o.get("default")] == ["Organisers only"]
    draft = await simhelp.submit(world.anna, again, {"due": "in 6 weeks"})
    assert "ready to submit" in simhelp.texts(draft)
    assert "Two people" in simhelp.texts(draft)


BAD_DATES = {
    "2020-01-01": "has passed",
    "1 jan 2020": "has passed",
    "0001-01-01": "has passed",
    "9999-12-31": "too far",
    "2056-01-01": "too far",
    "1 jan 2056": "too far",
    "in 9999 months": "too far",
    "yesterday": "has passed",
    "i går": "has passed",
    "last friday": "has passed",
    "3 days ago": "has passed",
    "2027-02-30": "no such date",
    "2026-02-30": "no such date",
    "30 february 2027": "no such date",
    "@everyone": "could not read",
}


@pytest.mark.parametrize("zone", ["Europe/Stockholm", "America/New_York"])
async def test_dates_that_can_not_be(world: World, zone: str) -> None:
    await world.register(world.anna)
    await world.services.servers.choose(world.actor(world.ada, Standing.ADMIN), zone=zone)
    for due, said in BAD_DATES.items():
        refused = await drafted(world, world.anna, due=due)
        assert said in simhelp.texts(refused), due
        assert "@everyone" not in simhelp.texts(refused)
        assert "Fix it" in simhelp.buttons(refused)


async def test_dates_as_the_form_suggests_them(world: World) -> None:
    await world.register(world.anna)
    simhelp.set_locale(world.anna, "sv-SE")
    for due, day in {
        "2027-03-31": "2027-03-31",
        "31 March": "2026-03-31",
        "31 mars 2028": "2028-03-31",
        "in 6 weeks": "2026-02-12",
        "om 6 veckor": "2026-02-12",
        "tomorrow": "2026-01-02",
        "next friday": "2026-01-09",
        "31 march 14:00": "2026-03-31",
    }.items():
        draft = await drafted(world, world.anna, due=due)
        found = await pledge(world, number_of(draft))
        assert found.due is not None
        assert found.due.astimezone(ZoneInfo("Europe/Stockholm")).isoformat()[:16] == f"{day}T23:59", due


async def test_changing_a_draft_keeps_its_date(world: World) -> None:
    await world.register(world.anna)
    for zone in ("Europe/Stockholm", "America/Los_Angeles", "Pacific/Auckland", "UTC"):
        await world.services.servers.choose(world.actor(world.ada, Standing.ADMIN), zone=zone)
        draft = await drafted(world, world.anna, due="2027-03-31")
        for _ in range(2):
            form = await simhelp.press(world.anna, draft, "Change")
            assert simhelp.fields(form.modal)["By when?"]["value"] == "2027-03-31", zone
            draft = await simhelp.submit(world.anna, form)


async def test_what_one_empties_stays_empty(world: World) -> None:
    """An ongoing pledge with no wish for help is not filled up again when one comes back to it."""
    await world.register(world.anna)
    draft = await drafted(world, world.anna, due="", help_wanted="")
    assert "ongoing" in simhelp.texts(draft)
    form = await simhelp.press(world.anna, draft, "Change")
    assert not simhelp.fields(form.modal)["By when?"].get("value")


async def test_nothing_to_see_is_nothing_written(world: World) -> None:
    await world.register(world.anna)
    for blank in ["\u200b\u2060", "\u3164", "\u200d \ufe0f", "  \n "]:
        refused = await drafted(world, world.anna, what=blank)
        assert "What you will do" in simhelp.texts(refused)
        assert "Fix it" in simhelp.buttons(refused)


async def test_change_and_discard_a_draft(world: World) -> None:
    await world.register(world.anna)
    draft = await drafted(world, world.anna)
    form = await simhelp.press(world.anna, draft, "Change")
    changed = await simhelp.submit(world.anna, form, {"what": "Teach thirty colleagues " + "and more " * 15})
    assert "Teach thirty colleagues" in simhelp.texts(changed)
    gone = await simhelp.press(world.anna, changed, "Discard")
    assert "Withdrawn" in simhelp.texts(gone)
    assert "moved on" in simhelp.texts(await forged(world, world.anna, "press", "pledge.submit", 1))
    mine = await world.anna.slash(world.somewhere, "pledge list", mine=True)
    assert "not pledged anything" in simhelp.texts(mine)


async def test_changed_words_are_looked_at_again(world: World) -> None:
    """A self-declared action whose words were changed in a draft is no longer self-declared."""
    await world.register(world.anna)
    draft = await drafted(world, world.anna, action(world, "none").slug)
    assert "done when you say so" in simhelp.texts(draft)
    form = await simhelp.press(world.anna, draft, "Change")
    changed = await simhelp.submit(world.anna, form, {"what": "Something altogether different"})
    assert "done when you say so" not in simhelp.texts(changed)
    assert "An organiser confirms it" in simhelp.texts(changed)


async def test_a_double_click_on_submit_hands_in_once(world: World) -> None:
    await world.register(world.anna)
    draft = await drafted(world, world.anna)
    await simhelp.press(world.anna, draft, "Submit")
    second = await forged(world, world.anna, "press", "pledge.submit", 1)
    assert "waiting for review" in simhelp.texts(second)
    await world.settle()
    assert len(desk_cards(world)) == 1


async def test_kinds_of_review_say_what_comes_next(world: World) -> None:
    await world.register(world.anna)
    for review, said in (
        ("none", "done when you say so"),
        ("after", "active at once"),
        ("before", "organiser reviews"),
    ):
        draft = await drafted(world, world.anna, action(world, review).slug)
        assert said in simhelp.texts(draft)
        done = await simhelp.press(world.anna, draft, "Submit")
        assert ("Update" in simhelp.buttons(done)) == (review != "before")


# ----------------------------------------------------------------------------------------- looking and living


async def test_lists_have_pages_and_open_one(world: World) -> None:
    await world.register(world.anna)
    for number in range(7):
        await active(world, world.anna, "after", what=f"Effort number {number}")
    for command in ({}, {"mine": True}):
        first = await world.ben.slash(world.somewhere, "pledge list") if not command else None
        who = world.ben if first is not None else world.anna
        first = first or await world.anna.slash(world.somewhere, "pledge list", **command)
        assert simhelp.texts(first).count("Effort number") == 2 * 5  # in the list and in the menu
        second = await simhelp.press(who, first, "Next")
        assert "Effort number 0" in simhelp.texts(second)
        assert "Next" not in simhelp.buttons(second)
        again = await simhelp.press(who, second, "Previous")
        assert "Effort number 6" in simhelp.texts(again)
        assert "Previous" not in simhelp.buttons(again)
        opened = await simhelp.pick(who, again, "Effort number 5", menu="pledge.open")
        assert "Done when" in simhelp.texts(opened)
        assert ("Can't any more" in simhelp.buttons(opened)) == (who is world.anna)


async def test_a_list_of_one_sector(world: World) -> None:
    here, other, *_ = world.services.content.sectors.values()
    await world.register(world.anna, here.slug)
    await world.register(world.ben, other.slug)
    await active(world, world.anna, "after", what="Ours")
    await active(world, world.ben, "after", what="Theirs")
    for typed in (other.slug, other.name.text("en")):
        shown = simhelp.texts(await world.anna.slash(world.somewhere, "pledge list", sector=typed))
        assert "Theirs" in shown
        assert "Ours" not in shown
        assert other.name.text("en") in shown
    offered = await world.anna.autocomplete(world.somewhere, "pledge list", "sector", other.name.text("en")[:5])
    assert other.slug in [choice["value"] for choice in offered]


async def test_a_sector_that_there_is_not(world: World) -> None:
    await world.register(world.anna)
    for number in range(6):
        await active(world, world.anna, "after", what=f"Effort {number}")
    for typed in ("no such sector", "a:b~c", "x" * 500, "@everyone"):
        answer = await world.anna.slash(world.somewhere, "pledge list", sector=typed)
        assert "pick again" in simhelp.texts(answer)
        assert "@everyone" not in simhelp.texts(answer)


async def test_nobody_has_begun_yet(world: World) -> None:
    shown = await world.ben.slash(world.somewhere, "pledge list")
    assert "Be the first" in simhelp.texts(shown)
    assert "/join" in simhelp.texts(await simhelp.press(world.ben, shown, "Make a pledge"))


async def test_every_pledge_can_be_found_by_typing(world: World) -> None:
    """Also the oldest of many."""
    await world.register(world.anna)
    for number in range(8):
        await active(world, world.anna, "after", what=f"Effort number {number}")
    for command in ("pledge show", "pledge update"):
        everything = await world.anna.autocomplete(world.somewhere, command, "pledge", "")
        assert len(everything) == 8
        (found,) = await world.anna.autocomplete(world.somewhere, command, "pledge", "NUMBER 0")
        opened = await world.anna.slash(world.somewhere, command, pledge=found["value"])
        assert "Effort number 0" in simhelp.texts(opened)
        assert opened.ephemeral
    assert await world.ben.autocomplete(world.somewhere, "pledge update", "pledge", "") == []


@pytest.mark.parametrize(
    "typed", ["", "nonsense", "999", "-1", "²", "٣", "1e5", "9" * 30, "#", "1 OR 1=1", "@everyone"]
)
async def test_a_pledge_that_there_is_not(world: World, typed: str) -> None:
    for command in ("pledge show", "pledge update"):
        answer = await world.anna.slash(world.somewhere, command, pledge=typed)
        assert "isn't in this server" in simhelp.texts(answer)
        assert "went wrong" not in simhelp.texts(answer)


async def test_hidden_pledges_and_drafts_are_not_there_for_others(world: World) -> None:
    await world.register(world.anna)
    hidden = await active(world, world.anna, "after", what="Quietly done", visibility="Organisers only")
    draft = await drafted(world, world.anna, what="Not ready")
    for number in (hidden, number_of(draft)):
        answer = await world.ben.slash(world.somewhere, "pledge show", pledge=str(number))
        assert "isn't in this server" in simhelp.texts(answer)
    shown = simhelp.texts(await world.ben.slash(world.somewhere, "pledge list"))
    assert "Quietly" not in shown
    assert "Not ready" not in shown
    for choice in await world.ben.autocomplete(world.somewhere, "pledge show", "pledge", ""):
        assert "Quietly" not in choice["name"]
    assert "Quietly" in simhelp.texts(await world.olga.slash(world.somewhere, "pledge show", pledge=str(hidden)))


async def test_progress_help_note_and_link(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna, what="Move the wheel")
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    for step in ("25 %", "50 %", "75 %"):
        assert f"· {step}" in simhelp.texts(await simhelp.press(world.anna, own, step))
        await world.settle()
    wanted = await simhelp.press(world.anna, own, "Need help")
    assert "Help is welcome" in simhelp.texts(wanted)
    assert "Help is welcome" not in simhelp.texts(await simhelp.press(world.anna, wanted, "Help found"))
    await world.settle()
    form = await simhelp.press(world.anna, own, "Note or link")
    noted = await simhelp.submit(
        world.anna, form, {"note": "Half of it stands", "evidence": "https://example.org/half"}
    )
    assert "Half of it stands" in simhelp.texts(noted)
    await world.settle()
    public = simhelp.texts(simhelp.post(world.channels[Channel.PLEDGES], "Move the wheel"))
    assert "Half of it stands" in public
    assert "75 %" in public
    assert "example.org" not in public, "a link is for reviewers until it is confirmed"
    assert len(public_cards(world)) == 1


BAD_LINKS = {
    "javascript:alert(1)": "https://",
    "http://example.org": "https://",
    "not a link": "https://",
    "https://10.0.0.1/x": "none is kept here",
    "https://0x7f.1/": "none is kept here",
    "https://user:pass@example.org/": "none is kept here",
    "https://www.discord.gg/abc": "an invitation, not a page",
    "https://dsc.gg/abc": "an invitation, not a page",
    "https://exa\u202emple.org/": "ordinary public web page",
    "https://example.org/ two": "ordinary public web page",
}


async def test_links_that_are_refused(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna, "after")
    for link, said in BAD_LINKS.items():
        form = await forged(world, world.anna, "press", "pledge.done", number)
        refused = await simhelp.submit(world.anna, form, {"note": "It went well", "evidence": link})
        assert said in simhelp.texts(refused), link
        assert ((await pledge(world, number)).status, (await pledge(world, number)).evidence) == (Status.ACTIVE, "")
        again = await simhelp.press(world.anna, refused, "Fix it")
        assert simhelp.fields(again.modal)["A few words"]["value"] == "It went well"
    form = await forged(world, world.anna, "press", "pledge.done", number)
    done = await simhelp.submit(world.anna, form, {"evidence": "https://example.org/ok"})
    assert "waiting to be confirmed" in simhelp.texts(done)


@pytest.mark.parametrize(("label", "status"), [("Partly kept", Status.PARTLY_KEPT), ("Can't any more", Status.CLOSED)])
async def test_the_honourable_exits(world: World, label: str, status: Status) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna, "after", what="Too much for us")
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    form = await simhelp.press(world.anna, own, label)
    left = await simhelp.submit(world.anna, form, {"note": "We moved house"})
    assert "We moved house" in simhelp.texts(left)
    assert (await pledge(world, number)).status is status
    await world.settle()
    assert "We moved house" in simhelp.texts(simhelp.post(world.channels[Channel.PLEDGES], "Too much for us"))


async def test_self_declared_done_can_be_taken_back(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna, "none")
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    kept = await simhelp.submit(world.anna, await simhelp.press(world.anna, own, "Done"))
    assert "self-declared by its maker" in simhelp.texts(kept)
    again = await simhelp.press(world.anna, kept, "Reopen")
    assert (await pledge(world, number)).status is Status.ACTIVE
    assert "Done" in simhelp.buttons(again)
    await world.settle()
    assert desk_cards(world) == []


async def test_a_long_silence_lapses_and_can_be_taken_up_again(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna, "after", due="in 1 week")
    await world.pass_days(100)
    await world.services.pledges.sweep()
    assert (await pledge(world, number)).status is Status.LAPSED
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    assert "lapsed" in simhelp.texts(own)
    await simhelp.press(world.anna, own, "Reopen")
    assert (await pledge(world, number)).status is Status.ACTIVE


async def test_withdrawing_takes_the_posts_away(world: World) -> None:
    await world.register(world.anna)
    _, waiting = await handed_in(world, world.anna)
    number = await active(world, world.anna, "after")
    for one in (waiting, number):
        own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(one))
        asked = await simhelp.press(world.anna, own, "Withdraw")
        assert "Withdraw it?" in simhelp.texts(asked)
        assert (await pledge(world, one)).status is not Status.WITHDRAWN, "one slip takes nothing away"
        kept = await simhelp.press(world.anna, asked, "Keep it")
        asked = await simhelp.press(world.anna, kept, "Withdraw")
        assert "Nothing of it is shown" in simhelp.texts(await simhelp.press(world.anna, asked, "Take it back"))
        await world.settle()
    assert public_cards(world) == []
    assert desk_cards(world) == []


async def test_somebody_elses_pledge_is_not_mine_to_move(world: World) -> None:
    """Pressed by a modified client: nothing moves, and nothing that is not public comes out."""
    await world.register(world.anna)
    await world.register(world.ben)
    number = await active(world, world.anna, "after", visibility="Counted only")
    form = await forged(world, world.anna, "press", "pledge.note", number)
    await simhelp.submit(world.anna, form, {"evidence": "https://example.org/unseen"})
    assert (await pledge(world, number)).evidence
    for door, *ids in (
        ("pledge.submit", number), ("pledge.discard", number), ("pledge.step", number, 50), ("pledge.help", number, 1),
        ("pledge.reopen", number), ("pledge.done", number), ("pledge.note", number), ("pledge.partly", number),
        ("pledge.cant", number), ("pledge.change", number), ("pledge.withdraw", number), ("pledge.ask", number),
        ("pledge.resume", number), ("pledge.onlyif", number), ("pledge.accept", world.guild.id, number),
    ):  # fmt: skip
        answer = await forged(world, world.ben, "press", door, *ids)
        assert answer.modal is None, door
        assert "example.org" not in simhelp.texts(answer)
        assert str(world.anna.id) not in simhelp.texts(answer)
    after = await pledge(world, number)
    assert (after.status, after.progress, after.needs_help) == (Status.ACTIVE, 0, False)
    shown = await forged(world, world.ben, "press", "pledge.update", number)
    assert "example.org" not in simhelp.texts(shown)


async def test_a_pledge_of_another_server_is_not_there(world: World) -> None:
    await world.register(world.anna)
    await world.register(world.olga)
    number = await active(world, world.anna, "after", what="Ours alone")
    other = world.env.create_guild("Elsewhere")
    await simhelp.restrict_bot(world.env, other, world.bot.get_guild(other.id).me.guild_permissions)  # type: ignore[union-attr]
    channel = other.create_text_channel("general")
    stranger = other.add_member(world.env.create_user("stranger"), roles=[])
    for command in ("pledge show", "pledge update"):
        answer = await stranger.slash(channel, command, pledge=str(number))
        assert "isn't in this server" in simhelp.texts(answer)
    assert await stranger.autocomplete(channel, "pledge show", "pledge", "") == []
    assert "Ours" not in simhelp.texts(await stranger.slash(channel, "pledge list"))
    twin = other.add_member(world.anna.user if hasattr(world.anna, "user") else world.env.create_user("x"), roles=[])
    for kind, door, ids in (
        ("press", "pledge.step", (number, 50)), ("press", "pledge.discard", (number,)),
        ("press", "pledge.update", (number,)), ("pick", "pledge.open", ()), ("press", "pledge.change", (number,)),
        ("press", "review.approve", (number,)), ("press", "review.history", (number,)), ("pick", "review.open", ()),
    ):  # fmt: skip
        for who in (stranger, twin):
            answer = await forged(world, who, kind, door, *ids, values=(str(number),), channel=channel.id)
            assert "Ours alone" not in simhelp.texts(answer), door
            assert answer.modal is None, door
    assert (await pledge(world, number)).status is Status.ACTIVE


async def test_paused_people_send_no_text(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna, "after")
    await pause(world, world.anna)
    assert "paused" in simhelp.texts(await world.anna.slash(world.somewhere, "pledge make"))
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    form = await simhelp.press(world.anna, own, "Note or link")
    answer = form if form.modal is None else await simhelp.submit(world.anna, form, {"note": "Listen to me"})
    assert "paused" in simhelp.texts(answer)
    assert (await pledge(world, number)).note == ""
    asked = await simhelp.press(world.anna, own, "Withdraw")
    assert "Withdrawn" in simhelp.texts(await simhelp.press(world.anna, asked, "Take it back"))


async def pause(world: World, who: simcord.MemberActor) -> None:
    from sqlalchemy import update

    from bot.members.store import preferences

    async def work(tx: Transaction) -> None:
        statement = update(preferences).where(preferences.c.user_id == who.id).values(paused=1)
        assert await tx.run(statement) == 1

    await world.services.database.write(work)


# ------------------------------------------------------------------------------------------ hostile and odd


HOSTILE = (
    "@everyone <@&{role}> <@{person}> [click](https://elsewhere.example) https://elsewhere.example discord.gg/abc "
    "\u202egnp.exe\u202c a\u200bb **bold** ||spoiler|| `code`\n# Big\n- list\n> quote"
)


async def test_hostile_text_is_inert_in_everything_that_is_sent(world: World) -> None:
    house = await world.organisation("@everyone [x](https://elsewhere.example)")
    await world.register(world.anna, organisation=house)
    text = HOSTILE.format(role=world.guild.default_role.id, person=world.ben.id)
    form = await world.anna.slash(world.somewhere, "pledge make", action="x", **{"for": "organisation"})
    draft = await sent(world.anna, form, {"what": text, "done_when": text, "help_wanted": text})
    number = number_of(draft)
    await simhelp.press(world.anna, draft, "Submit")
    await world.settle()
    listed = await world.olga.slash(world.somewhere, "review queue")
    await simhelp.pick(world.olga, listed, str(number), menu="review.open")
    await simhelp.press(world.olga, desk_cards(world)[0], "Approve")
    await sent(world.anna, await forged(world, world.anna, "press", "pledge.done", number), {"note": text})
    await world.settle()
    form = await simhelp.press(world.olga, desk_cards(world)[0], "Not yet")
    await sent(world.olga, form, {"reason": text})
    await world.settle()
    await simhelp.press(world.olga, desk_cards(world)[0], "History")
    await world.ben.slash(world.somewhere, "pledge list")
    await world.ben.slash(world.somewhere, "pledge show", pledge=str(number))
    seen = [said for request in world.watch.requests for said in said_in(request.body)]
    assert sum("Big" in said for said in seen) >= 12, "the text is shown, or this test reads nothing"
    for said in seen:
        for alive in (
            "@everyone",
            "<@&",
            f"<@{world.ben.id}>",
            "https://elsewhere",
            "discord.gg",
            "\u202e",
            "**bold**",
        ):
            assert alive not in said, alive
        assert not re.search(r"(?<!\\)\]\(", said), "a link behind other words"
        assert not [line for line in said.splitlines() if line.startswith(("# Big", "- list", "> quote"))]
    bodies = [request.body for request in world.watch.requests if isinstance(request.body, dict)]
    allowed = [body["allowed_mentions"] for body in bodies if "allowed_mentions" in body]
    assert {str(mentions) for mentions in allowed} == {"{'parse': []}"}


async def sent(who: simcord.MemberActor, form: Result, answers: dict[str, str]) -> Result:
    """Send a form, and say that it is not about a case where the guard asks."""
    answer = await simhelp.submit(who, form, answers)
    vouch = "Continue, this is not about a case"
    return await simhelp.press(who, answer, vouch) if vouch in simhelp.buttons(answer) else answer


def said_in(body: object) -> Iterator[str]:
    """The texts of a request in which Discord would bring markdown and mentions to life; labels are not among them."""
    if isinstance(body, dict):
        if body.get("type") == payloads.TEXT and "content" in body:
            yield body["content"]
        for inner in body.values():
            yield from said_in(inner)
    elif isinstance(body, list):
        for inner in body:
            yield from said_in(inner)


async def test_the_longest_texts_fit_everywhere_and_news_fits_below(world: World) -> None:
    house = await world.organisation("Å" * 80)
    await world.register(world.anna, organisation=house)
    form = await world.anna.slash(world.somewhere, "pledge make", action="x", **{"for": "organisation"})
    draft = await simhelp.submit(
        world.anna, form, {"what": "*" * 1000, "done_when": "_" * 300, "help_wanted": "~" * 300}
    )
    await simhelp.press(world.anna, draft, "Submit")
    await world.settle()
    approved = await simhelp.press(world.olga, desk_cards(world)[0], "Approve")
    assert "active" in simhelp.texts(approved)
    await world.settle()
    own = await world.anna.slash(world.somewhere, "pledge update", pledge="1")
    assert "there is news" in simhelp.texts(own).casefold()
    form = await simhelp.press(world.anna, own, "Note or link")
    await simhelp.submit(world.anna, form, {"note": "|" * 500, "evidence": "https://example.org/" + "a" * 270})
    await world.settle()
    assert "went wrong" not in simhelp.texts(await world.olga.slash(world.somewhere, "pledge show", pledge="1"))
    assert [row for row in await world.services.outbox.stuck(world.guild.id) if row.kind.startswith("pledge.")] == []


async def test_swedes_are_answered_in_swedish(world: World) -> None:
    await world.register(world.anna)
    simhelp.set_locale(world.anna, "sv-SE")
    sentences = {"en": "", "sv": ""}
    for locale in sentences:
        with words.speaking(locale):
            sentences[locale] = words._("Pick something ready-made for your sectors, or write your own. "
                                        "Small is fine: one kept pledge moves the wheel.")  # fmt: skip
    if sentences["sv"] == sentences["en"]:
        return  # tests/test_words.py fails as long as a sentence waits for its translation
    shown = await world.anna.slash(world.somewhere, "pledge make")
    assert sentences["sv"] in simhelp.texts(shown)
    titles = {a.title.text("sv") for a in world.services.content.actions.values()}
    assert set(simhelp.options(next(iter(simhelp.selects(shown).values())))) <= titles
    shown = await world.ben.slash(world.somewhere, "pledge list")
    assert "Be the first" in simhelp.texts(shown), "everybody in their own language"


async def test_posts_speak_the_servers_language(world: World) -> None:
    await world.register(world.anna)
    await world.services.servers.choose(world.actor(world.ada, Standing.ADMIN), locale="sv")
    await active(world, world.anna, "after")
    sector = next(iter(world.services.content.sectors.values()))
    assert sector.name.text("sv") in simhelp.texts(simhelp.post(world.channels[Channel.PLEDGES]))


async def test_without_channels_nothing_breaks(bare_world: World) -> None:
    world = bare_world
    await world.register(world.anna)
    draft = await drafted(world, world.anna, action(world, "after").slug)
    assert "Your pledge is active" in simhelp.texts(await simhelp.press(world.anna, draft, "Submit"))
    await world.settle()
    assert [row.kind for row in await world.services.outbox.stuck(world.guild.id) if "pledge" in row.kind] == []


async def test_a_channel_that_is_gone_is_told_to_organisers_not_to_the_maker(world: World) -> None:
    await world.register(world.anna)
    world.env.backend.delete_channel(world.channels[Channel.PLEDGES].id)
    await world.env.settle()
    number = await active(world, world.anna, "after")
    assert (await pledge(world, number)).status is Status.ACTIVE
    stuck = [row for row in await world.services.outbox.stuck(world.guild.id) if row.kind == "pledge.card"]
    assert len(stuck) == 1
    assert (stuck[0].reason or "").startswith("404")


# ---------------------------------------------------------------------------------------- restarts and faults


async def test_the_whole_way_over_a_restart_at_every_step(world: World) -> None:
    await world.register(world.anna)
    form = await world.anna.slash(world.somewhere, "pledge make", action=action(world, "before").slug)
    await world.restart()
    draft = await simhelp.submit(world.anna, form)
    await world.restart()
    change = await simhelp.press(world.anna, draft, "Change")
    await world.restart()
    draft = await simhelp.submit(world.anna, change)
    await world.restart()
    assert "Thank you!" in simhelp.texts(await simhelp.press(world.anna, draft, "Submit"))
    await world.restart()
    await world.settle()
    (desk,) = desk_cards(world)
    await world.restart()
    assert "active" in simhelp.texts(await simhelp.press(world.olga, desk, "Approve"))
    await world.settle()
    listed = await world.anna.slash(world.somewhere, "pledge list")
    await world.restart()
    own = await simhelp.pick(world.anna, listed, "1", menu="pledge.open")
    done = await simhelp.press(world.anna, own, "Done")
    await world.restart()
    assert "waiting to be confirmed" in simhelp.texts(await simhelp.submit(world.anna, done))
    await world.settle()
    await world.restart()
    confirmed = await simhelp.press(world.olga, desk_cards(world)[0], "Confirm done")
    assert "kept" in simhelp.texts(confirmed)
    await world.settle()
    public = public_cards(world)
    assert len(public) == 1
    assert "kept" in simhelp.texts(public[0])


COMMANDS: dict[str, tuple[str, dict[str, str]]] = {
    "pledge make": ("members.known", {}),
    "pledge list": ("pledges.listed", {}),
    "pledge show": ("pledges.show", {"pledge": "1"}),
    "pledge update": ("pledges.show", {"pledge": "1"}),
}


async def test_every_command_answers_when_it_fails(world: World) -> None:
    for command, (target, options) in COMMANDS.items():
        await answers_faults(world, target, partial(world.anna.slash, world.somewhere, command, **options))


DOORS: dict[tuple[str, str], tuple[str, tuple[object, ...]]] = {
    ("press", "pledge.browse"): ("members.known", ()),
    ("press", "pledge.own"): ("members.require", ()),
    ("pick", "pledge.effort"): ("members.known", ()),
    ("pick", "pledge.pick"): ("members.require", ()),
    ("press", "pledge.change"): ("pledges.own", (1,)),
    ("press", "pledge.submit"): ("pledges.submit", (1,)),
    ("press", "pledge.discard"): ("pledges.own", (1,)),
    ("press", "pledge.withdraw"): ("pledges.withdraw", (1,)),
    ("press", "pledge.resume"): ("pledges.own", (1,)),
    ("press", "pledge.ask"): ("pledges.own", (1,)),
    ("pick", "pledge.invite"): ("pledges.invite", (1,)),
    ("press", "pledge.onlyif"): ("pledges.own", (1,)),
    ("press", "pledge.list"): ("pledges.listed", ("", 0)),
    ("press", "pledge.mine"): ("pledges.listed", (0,)),
    ("press", "pledge.in"): ("pledges.listed", ("", "---", "0", "", "")),
    ("press", "pledge.before"): ("pledges.listed", ("", "---", "0", "", "0.7")),
    ("press", "pledge.support"): ("pledges.support", (1,)),
    ("press", "pledge.unsupport"): ("pledges.take_support_back", (1,)),
    ("press", "pledge.offer"): ("pledges.to_offer", (1,)),
    ("press", "pledge.offered"): ("pledges.offer", (1,)),
    ("press", "pledge.join"): ("pledges.join", (1,)),
    ("press", "pledge.out"): ("pledges.leave_join", (1,)),
    ("press", "pledge.unlink"): ("pledges.remove_link", (1,)),
    ("pick", "pledge.open"): ("pledges.show", ()),
    ("press", "pledge.update"): ("pledges.show", (1,)),
    ("press", "pledge.step"): ("pledges.progress", (1, 25)),
    ("press", "pledge.help"): ("pledges.progress", (1, 1)),
    ("press", "pledge.reopen"): ("pledges.reopen", (1,)),
    ("press", "pledge.done"): ("pledges.own", (1,)),
    ("press", "pledge.note"): ("pledges.own", (1,)),
    ("press", "pledge.partly"): ("pledges.own", (1,)),
    ("press", "pledge.cant"): ("pledges.own", (1,)),
}
SUBMITS: dict[str, tuple[str, tuple[object, ...], str]] = {
    "pledge.make": ("pledge.own", (), "pledges.save_draft"),
    "pledge.change": ("pledge.change", (1,), "pledges.save_draft"),
    "pledge.onlyif": ("pledge.onlyif", (1,), "pledges.set_condition"),
    "pledge.done": ("pledge.done", (1,), "pledges.done"),
    "pledge.note": ("pledge.note", (1,), "pledges.progress"),
    "pledge.partly": ("pledge.partly", (1,), "pledges.partly"),
    "pledge.cant": ("pledge.cant", (1,), "pledges.cannot"),
}


def test_no_door_is_left_out(world: World) -> None:
    mine = {(kind, name) for kind, name in world.bot.doors.names if name.startswith("pledge.")}
    with_server = {("press", "pledge.accept"), ("press", "pledge.refuse")}  # see test_pledge_together
    filters = {("pick", f"pledge.{name}") for name in ("bysector", "bystatus", "byfresh")}  # see test_pledge_living
    driven = set(DOORS) | {(kind, name) for name in SUBMITS for kind in ("form", "submit")}
    assert mine - with_server - filters == driven


async def test_every_button_and_select_answers_when_it_fails(world: World) -> None:
    await world.register(world.anna)
    await drafted(world, world.anna)
    for (kind, name), (target, ids) in DOORS.items():
        await answers_faults(world, target, partial(forged, world, world.anna, kind, name, *ids))


async def test_every_form_answers_when_it_fails_and_keeps_what_was_typed(world: World) -> None:
    await world.register(world.anna)
    await drafted(world, world.anna)
    for name, (opened_by, ids, target) in SUBMITS.items():
        text = {"pledge.make": "what", "pledge.change": "what", "pledge.onlyif": "only_if"}.get(name, "note")
        lost = "77" if text == "only_if" else "Not to be lost"
        typed = {text: lost, **({"done_when": "Done"} if text == "what" else {})}
        attempt = partial(filled, world, opened_by, ids, typed)
        await answers_faults(world, target, attempt)
        with pytest.MonkeyPatch.context() as patch:
            breaking(patch, world, target, RuntimeError())
            refused = await attempt()
        again = await simhelp.press(world.anna, refused, "Open the form again")
        assert lost in [field.get("value") for field in simhelp.fields(again.modal).values()], name


async def filled(world: World, door: str, ids: tuple[object, ...], typed: dict[str, str]) -> Result:
    """Open a form and send it."""
    return await simhelp.submit(world.anna, await forged(world, world.anna, "press", door, *ids), typed)


async def test_a_suggestion_that_fails_is_an_empty_list(world: World) -> None:
    world.faults_expected = True
    for command, option, target in (
        ("pledge make", "action", "members.find"),
        ("pledge show", "pledge", "pledges.matching"),
        ("pledge update", "pledge", "pledges.matching"),
    ):
        for fault, logged in ((RuntimeError("inner"), 1), (StorageUnavailable("locked"), 0)):
            before = len(world.logged.records)
            with pytest.MonkeyPatch.context() as patch:
                breaking(patch, world, target, fault)
                assert await world.anna.autocomplete(world.somewhere, command, option, "a") == []
            assert len(world.logged.records) - before == logged


async def test_numbers_in_a_forged_id_are_numbers_or_nothing(world: World) -> None:
    await world.register(world.anna)
    for number in ("x", "²", "-1", "9" * 30, "1_0", "", " 1"):
        answer = await forged(world, world.anna, "press", "pledge.update", number)
        assert "no longer works" in simhelp.texts(answer), number


async def test_erasing_the_maker_shows_nothing_that_was_hidden(world: World) -> None:
    await world.register(world.anna)
    hidden = await active(world, world.anna, "after", what="For organisers only", visibility="Organisers only")
    named = await active(world, world.anna, "after", what="For everybody", visibility="Named")
    pledges = world.services.pledges

    async def work(tx: Transaction) -> None:
        await pledges.forget(tx, world.guild.id, world.anna.id)

    await world.services.database.write(work)
    await world.settle(10)
    shown = [simhelp.texts(message) for message in public_cards(world)]
    assert len(shown) == 1
    assert "For everybody" in shown[0]
    assert str(world.anna.id) not in shown[0]
    assert (await pledge(world, hidden)).visibility is Visibility.HIDDEN
    assert (await pledge(world, named)).maker_id is None
    assert "For organisers only" not in simhelp.texts(await world.ben.slash(world.somewhere, "pledge list"))


@pytest.mark.parametrize("visibility", [Visibility.COUNTED, Visibility.HIDDEN])
async def test_an_organisation_does_not_name_whom_its_member_hides(world: World, visibility: Visibility) -> None:
    """An organisation with one person in it is that person."""
    house = await world.organisation("The House of One")
    await world.register(world.anna, organisation=house)
    saved = await world.services.pledges.save_draft(
        world.actor(world.anna),
        Draft("Move", "Moved", world.services.clock() + timedelta(days=30), "", visibility,
              action(world, "after").slug, for_organisation=True),
    )  # fmt: skip
    await world.services.pledges.submit(world.actor(world.anna), saved.id)
    await world.settle()
    seen = [simhelp.texts(m) for m in world.channels[Channel.PLEDGES].history()]
    seen.append(simhelp.texts(await world.ben.slash(world.somewhere, "pledge list")))
    seen.append(simhelp.texts(await world.ben.slash(world.somewhere, "pledge show", pledge=str(saved.id))))
    assert "The House of One" not in "\n".join(seen)
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(saved.id))
    assert "The House of One" in simhelp.texts(own)
