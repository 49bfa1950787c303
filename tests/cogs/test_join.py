"""/join as people use it: every door, every refusal, within the budget of taps."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord
import pytest
import simcord

from bot.actor import Standing
from bot.errors import StorageUnavailable
from bot.members.model import Reach, Visibility
from bot.pledges.model import Draft
from bot.pledges.model import Visibility as Shown
from tests import simhelp
from tests.members.joining import FORM, card, figures, saved
from tests.world import World

Result = simcord.InteractionResult
DANGER = "please someone is live with a little kid on this app right now what do i do"
POINTER = "see http://abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwx.onion/zebra"


async def test_joining_takes_three_interactions_and_no_typing(world: World) -> None:
    form = await world.anna.slash(world.somewhere, "join")
    asked = await simhelp.submit(world.anna, form, FORM)
    assert "Is this right?" in simhelp.texts(asked)
    assert asked.ephemeral
    done = await simhelp.press(world.anna, asked, "Save")
    assert "Welcome, you're in" in simhelp.texts(done)
    member = await world.services.members.find(world.guild.id, world.anna.id)
    assert member is not None
    assert (member.sectors, member.offers, member.organisation) == (("schools",), "", None)
    assert (member.visibility, member.reach) == (Visibility.COUNTED, Reach.PROFILE)


async def test_after_saving_an_easy_action_is_one_tap_from_its_form(world: World) -> None:
    done = await simhelp.press(world.anna, await card(world, world.anna), "Save")
    easy = world.services.content.easiest_actions(["schools"])
    labels = [action.title.text("en") for action in easy]
    assert len(labels) == 3
    assert set(labels) <= set(simhelp.buttons(done))
    form = await simhelp.press(world.anna, done, labels[0])
    assert simhelp.fields(form.modal)["What will you do?"]["value"] == labels[0]
    draft = await simhelp.submit(world.anna, form, {})
    assert "Submit" in simhelp.buttons(draft)


async def test_after_saving_somebody_like_me_is_shown_without_a_name(world: World) -> None:
    await saved(world, world.ben, "schools", visibility=Visibility.NAMED)
    pledges, ben = world.services.pledges, world.actor(world.ben)
    draft = Draft("Hold a briefing", "It was held", world.services.clock() + timedelta(days=9), "", Shown.NAMED)
    made = await pledges.submit(ben, (await pledges.save_draft(ben, draft)).id)
    await pledges.approve(world.actor(world.olga, Standing.ORGANISER), made.id)
    said = simhelp.texts(await simhelp.press(world.anna, await card(world, world.anna), "Save"))
    assert "Somebody in your sector" in said
    assert "Hold a briefing" in said
    assert str(world.ben.id) not in said


async def test_the_form_holds_five_and_explains_each_choice(world: World) -> None:
    form = await world.anna.slash(world.somewhere, "join", organisation="Acme AB")
    fields = simhelp.fields(form.modal)
    assert len(fields) == 5
    assert form.modal is not None
    said = simhelp.texts(form.modal)
    assert "Everybody in this server sees your name with it." in said
    assert world.services.content.coalition.consent.text("en") in said
    assert fields["Organisation, if any"]["value"] == "Acme AB"
    sectors = fields["Your sectors (1 to 3)"]
    assert (sectors["min_values"], sectors["max_values"]) == (1, 3)
    assert len(sectors["options"]) == len(world.services.content.core_sectors())


@pytest.mark.parametrize("consent", [[], None])
async def test_without_the_tick_there_is_help_and_nothing_is_stored(world: World, consent: list[str] | None) -> None:
    form = await world.anna.slash(world.somewhere, "join")
    answers: dict[str, Any] = {"sectors": ["schools"], "organisation": "Zebra House", "offers": "zebra"}
    shown = await simhelp.submit(world.anna, form, answers if consent is None else {**answers, "consent": consent})
    said = simhelp.texts(shown)
    assert world.services.content.coalition.young_person.text("en").strip()[:60] in said
    assert next(iter(simhelp.buttons(shown))) == "Where to get help"
    assert await world.services.privacy.held(world.actor(world.anna)) == {}
    assert b"ebra" not in database(world)
    assert "Where to report" in simhelp.texts(await simhelp.press(world.anna, shown, "Where to get help"))


async def test_an_adult_who_missed_the_tick_loses_nothing(world: World) -> None:
    form = await world.anna.slash(world.somewhere, "join")
    answers = {"sectors": ["schools"], "organisation": "Zebra House", "offers": "rooms", "visibility": "named"}
    shown = await simhelp.submit(world.anna, form, answers)
    back = "I am 18 or older, back to the form"
    again = await simhelp.press(world.anna, shown, back)
    fields = simhelp.fields(again.modal)
    assert fields["Organisation, if any"]["value"] == "Zebra House"
    assert [o["value"] for o in fields["Your sectors (1 to 3)"]["options"] if o.get("default")] == ["schools"]
    assert not [o for o in fields["Your consent"]["options"] if o.get("default")], "nobody ticks it for them"
    asked = await simhelp.submit(world.anna, again, {"consent": ["yes"]})
    assert "Zebra House" in simhelp.texts(asked)
    assert "rooms" in simhelp.texts(asked)


async def test_what_a_young_person_typed_is_gone_after_a_few_minutes(world: World) -> None:
    form = await world.anna.slash(world.somewhere, "join")
    shown = await simhelp.submit(world.anna, form, {"sectors": ["schools"], "offers": "rooms"})
    await world.env.advance_time(16 * 60)
    again = await simhelp.press(world.anna, shown, "I am 18 or older, back to the form")
    assert simhelp.fields(again.modal)["What you offer and look for, if you like"]["value"] != "rooms"
    world.services.forms.hold(world.guild.id, world.ben.id, "1:x", {})
    assert len(world.services.forms._held) == 1


async def test_joining_again_changes_without_asking_for_consent_twice(world: World) -> None:
    first = await card(world, world.anna, organisation="Acme", offers="We offer:\n- rooms\n\nWe look for:\n")
    await simhelp.press(world.anna, first, "Save")
    form = await world.anna.slash(world.somewhere, "join")
    fields = simhelp.fields(form.modal)
    assert "Your consent" not in fields
    assert fields["Organisation, if any"]["value"] == "Acme"
    assert fields["What you offer and look for, if you like"]["value"] == "We offer:\n- rooms"
    again = await simhelp.submit(world.anna, form, {"sectors": ["judiciary"], "visibility": "named"})
    done = await simhelp.press(world.anna, again, "Save")
    assert "## Saved" in simhelp.texts(done)
    assert await figures(world) == {"named": {"judiciary": 1}}


async def test_the_card_asks_what_the_form_could_not(world: World) -> None:
    asked = await card(world, world.anna, sectors=["schools", "judiciary"], visibility="named")
    assert world.services.content.coalition.careful_hint.text("en") in simhelp.texts(asked)
    asked = await simhelp.pick(world.anna, asked, "judiciary", menu="join.primary")
    asked = await simhelp.pick(world.anna, asked, "counted", menu="join.visibility")
    assert world.services.content.coalition.careful_hint.text("en") not in simhelp.texts(asked)
    asked = await simhelp.pick(world.anna, asked, "mention", menu="join.reach")
    await simhelp.press(world.anna, asked, "Save")
    assert await figures(world) == {"counted": {"judiciary": 1}}
    assert await world.services.members.reach(world.guild.id, world.anna.id) == (
        Reach.MENTION, world.somewhere.id, None,
    )  # fmt: skip


async def test_a_mention_is_refused_where_the_bot_may_not_write(world: World) -> None:
    asked = await card(world, world.anna)
    await simhelp.restrict_bot(world.env, world.guild, discord.Permissions(view_channel=True))
    refused = await simhelp.pick(world.anna, asked, "mention", menu="join.reach")
    assert "can't write in this channel" in simhelp.texts(refused)


async def test_did_you_mean(world: World) -> None:
    await saved(world, world.ben, organisation="Nordic Telecom", visibility=Visibility.NAMED)
    asked = await card(world, world.anna, organisation="Nordik Telecom")
    assert "Did you mean **Nordic Telecom**?" in simhelp.texts(asked)
    kept = await simhelp.pick(world.anna, asked, "keep", menu="join.meant")
    assert "Nordik Telecom" in simhelp.texts(kept)
    taken = await simhelp.pick(world.anna, asked, "Nordic Telecom", menu="join.meant")
    assert "Did you mean" not in simhelp.texts(taken)
    await simhelp.press(world.anna, taken, "Save")
    member = await world.services.members.find(world.guild.id, world.anna.id)
    assert member is not None
    assert member.organisation is not None
    assert member.organisation.name == "Nordic Telecom"


async def test_organisations_are_suggested_while_typing(world: World) -> None:
    await saved(world, world.ben, organisation="Nordic Telecom", visibility=Visibility.NAMED)
    offered = await world.anna.autocomplete(world.somewhere, "join", "organisation", "nord")
    assert [choice["value"] for choice in offered] == ["Nordic Telecom"]
    assert await world.anna.autocomplete(world.somewhere, "join", "organisation", "zzz") == []


async def test_change_and_cancel(world: World) -> None:
    asked = await card(world, world.anna, sectors=["schools", "judiciary"], organisation="Acme")
    form = await simhelp.press(world.anna, asked, "Change")
    assert simhelp.fields(form.modal)["Organisation, if any"]["value"] == "Acme"
    asked = await simhelp.submit(world.anna, form, {"organisation": "Acme House", "consent": ["yes"]})
    assert "Acme House" in simhelp.texts(asked)
    assert "form is gone" in simhelp.texts(await simhelp.press(world.anna, asked, "Cancel"))
    assert await world.services.privacy.held(world.actor(world.anna)) == {}


async def test_everything_works_after_a_restart(world: World) -> None:
    form = await world.anna.slash(world.somewhere, "join")
    await world.restart()
    asked = await simhelp.submit(world.anna, form, FORM)
    await world.restart()
    assert "Welcome" in simhelp.texts(await simhelp.press(world.anna, asked, "Save"))


async def test_somebody_elses_card_can_not_be_saved(world: World) -> None:
    asked = await card(world, world.anna)
    forged = await world.ben.slash(world.somewhere, "profile")
    assert forged.response is not None
    with pytest.raises(LookupError):
        await simhelp.press(world.ben, forged, simhelp.buttons(asked)["Save"])
    assert await world.services.members.find(world.guild.id, world.ben.id) is None


async def test_a_refused_form_opens_again_with_everything_typed(world: World) -> None:
    form = await world.anna.slash(world.somewhere, "join")
    refused = await simhelp.submit(world.anna, form, {**FORM, "organisation": "!!!", "offers": "rooms"})
    assert "needs at least one letter" in simhelp.texts(refused)
    again = await simhelp.press(world.anna, refused, "Fix it")
    assert simhelp.fields(again.modal)["Organisation, if any"]["value"] == "!!!"
    asked = await simhelp.submit(world.anna, again, {"organisation": "Acme", "consent": ["yes"]})
    assert "rooms" in simhelp.texts(asked)


TRICKS = ["@everyone", "<@&123>", "**bold** [a](https://x.example)", "\u202egnp.exe", "a\u200bb discord.gg/abc"]


async def test_a_name_does_nothing_but_show(world: World) -> None:
    for name in TRICKS:
        calls = name.startswith(("@", "<"))
        said = simhelp.texts(await card(world, world.anna, organisation=name, offers=name))
        assert ("A name can't ping people" if calls else "Is this right?") in said
        said += simhelp.texts(await card(world, world.anna, offers=name))
        for live in ("@everyone", "<@&", "](https://x", "\u202e", "discord.gg/abc"):
            assert live not in said


async def test_the_paused_are_told_before_they_type(world: World) -> None:
    brief = world.services.members.brief

    async def paused(guild_id: int, user_id: int) -> Any:
        return replace(await brief(guild_id, user_id), paused=True)

    world.services.members.brief = paused  # type: ignore[method-assign]
    assert "paused your posts" in simhelp.texts(await world.anna.slash(world.somewhere, "join"))


# The guard.


def database(world: World) -> bytes:
    return b"".join(path.read_bytes() for path in world.folder.glob("test.db*"))


@pytest.mark.parametrize("field", ["organisation", "offers"])
@pytest.mark.parametrize(("text", "mark"), [(DANGER, "little kid"), (POINTER, "zebra")])
async def test_a_case_reaches_neither_database_nor_log_nor_discord(
    world: World, caplog: pytest.LogCaptureFixture, field: str, text: str, mark: str
) -> None:
    text = text[:80] if field == "organisation" else text
    mark = mark if mark in text else text[-12:]
    form = await world.anna.slash(world.somewhere, "join")
    with caplog.at_level(logging.DEBUG):
        stopped = await simhelp.submit(world.anna, form, {**FORM, field: text})
    assert simhelp.texts(stopped).startswith("Thank you")
    assert "112" in simhelp.texts(stopped)
    assert mark.encode() not in database(world)
    assert mark not in "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith(("bot", "cogs"))
    )
    assert mark not in str(world.watch.requests)
    assert await world.services.privacy.held(world.actor(world.anna)) == {}


async def test_who_says_it_is_no_case_goes_on(world: World) -> None:
    form = await world.anna.slash(world.somewhere, "join")
    stopped = await simhelp.submit(world.anna, form, {**FORM, "offers": DANGER})
    asked = await simhelp.press(world.anna, stopped, "Continue, this is not about a case")
    assert "Is this right?" in simhelp.texts(asked)
    assert "Welcome" in simhelp.texts(await simhelp.press(world.anna, asked, "Save"))


# When something is broken.

DOORS: dict[str, tuple[str, Callable[[World, Result], Awaitable[Result]]]] = {
    "save": ("save", lambda w, c: simhelp.press(w.anna, c, "Save")),
    "cancel": ("discard", lambda w, c: simhelp.press(w.anna, c, "Cancel")),
    "change": ("draft", lambda w, c: simhelp.press(w.anna, c, "Change")),
    "primary": ("adjust", lambda w, c: simhelp.pick(w.anna, c, "judiciary", menu="join.primary")),
    "visibility": ("adjust", lambda w, c: simhelp.pick(w.anna, c, "counted", menu="join.visibility")),
    "reach": ("adjust", lambda w, c: simhelp.pick(w.anna, c, "dm", menu="join.reach")),
    "meant": ("adjust", lambda w, c: simhelp.pick(w.anna, c, "keep", menu="join.meant")),
    "command": ("find", lambda w, c: w.anna.slash(w.somewhere, "join")),
}
FAULTS = [(RuntimeError("inner words"), "this reference:"), (StorageUnavailable("locked"), "try again")]


@pytest.mark.parametrize(("fault", "words"), FAULTS, ids=["broken", "locked"])
async def test_every_door_answers_when_its_service_fails(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception, words: str
) -> None:
    world.faults_expected = True
    await saved(world, world.ben, organisation="Nordic Telecom", visibility=Visibility.NAMED)
    asked = await card(
        world, world.anna, sectors=["schools", "judiciary"], visibility="named", organisation="Nordik Telecom"
    )

    async def broken(*_: object, **__: object) -> None:
        raise fault

    for door, (method, act) in DOORS.items():
        with monkeypatch.context() as patch:
            patch.setattr(world.services.members, method, broken)
            said = simhelp.texts(await act(world, asked))
        assert words in said, door
        assert "inner words" not in said
    assert "Welcome" in simhelp.texts(await simhelp.press(world.anna, asked, "Save"))


@pytest.mark.parametrize(("fault", "words"), FAULTS, ids=["broken", "locked"])
async def test_a_form_that_can_not_be_kept_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception, words: str
) -> None:
    world.faults_expected = True
    form = await world.anna.slash(world.somewhere, "join")

    async def broken(*_: object, **__: object) -> None:
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(world.services.members, "prepare", broken)
        refused = await simhelp.submit(world.anna, form, {**FORM, "organisation": "Acme"})
    assert words in simhelp.texts(refused)
    again = await simhelp.press(world.anna, refused, "Open the form again")
    assert simhelp.fields(again.modal)["Organisation, if any"]["value"] == "Acme"


async def test_suggestions_fail_quietly(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.faults_expected = True

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(world.services.organisations, "shown_like", broken)
    assert await world.anna.autocomplete(world.somewhere, "join", "organisation", "n") == []


async def test_the_button_of_an_easy_action_answers_when_pledges_fail(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.faults_expected = True
    done = await simhelp.press(world.anna, await card(world, world.anna), "Save")
    label = world.services.content.easiest_actions(["schools"])[0].title.text("en")

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(world.services.members, "require", broken)
    assert "this reference:" in simhelp.texts(await simhelp.press(world.anna, done, label))


@pytest.mark.parametrize("language", ["en-GB", "sv-SE"])
async def test_the_longest_values_fit(world: World, language: str) -> None:
    simhelp.set_locale(world.anna, language)
    sectors = sorted(
        world.services.content.core_sectors(), key=lambda s: -len(s.name.text(language)) - 100 * s.careful
    )[:3]
    asked = await card(
        world,
        world.anna,
        sectors=[sector.slug for sector in sectors],
        organisation="W" * 80,
        offers="*" * 1000,
        visibility="named",
    )
    done = await simhelp.press(world.anna, asked, "1:join.save:1")
    assert "W" * 80 in simhelp.texts(done)
