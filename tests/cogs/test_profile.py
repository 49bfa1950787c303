"""/profile: everything in words, the choices, the file, the two ways out."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import discord
import pytest
import simcord

from bot.actor import Standing
from bot.errors import StorageUnavailable
from bot.events.model import Answer, Basics
from bot.members.model import Reach, Visibility
from bot.pledges.model import Draft
from bot.pledges.model import Visibility as Shown
from tests import simhelp
from tests.members.joining import figures, registration, saved
from tests.world import World

Result = simcord.InteractionResult


async def everything(world: World, who: simcord.MemberActor | None = None) -> Result:
    return await simhelp.press(who or world.anna, await profile(world, who), "1:profile.held")


async def profile(world: World, who: simcord.MemberActor | None = None) -> Result:
    return await (who or world.anna).slash(world.somewhere, "profile")


async def pledged(world: World, who: simcord.MemberActor, what: str = "Hold a briefing") -> int:
    """A pledge that was handed in."""
    pledges, actor = world.services.pledges, world.actor(who)
    draft = Draft(what, "It was held", world.services.clock() + timedelta(days=9), "", Shown.NAMED)
    return (await pledges.submit(actor, (await pledges.save_draft(actor, draft)).id)).id


async def declined(world: World, reason: str = "Too vague, please say more") -> int:
    """A pledge of Anna's that an organiser declined: there is news."""
    number = await pledged(world, world.anna)
    await world.services.pledges.decline(world.actor(world.olga, Standing.ORGANISER), number, reason)
    return number


async def test_of_a_stranger_nothing_is_held(world: World) -> None:
    shown = await profile(world)
    assert "Nothing is held about you" in simhelp.texts(shown)
    assert shown.ephemeral
    form = await simhelp.press(world.anna, shown, "Join")
    assert "Your sectors (1 to 3)" in simhelp.fields(form.modal)


async def test_everything_is_told_in_words(world: World) -> None:
    await saved(world, world.anna, "schools", "judiciary", organisation="Acme", offers="rooms", reach=Reach.DM)
    await declined(world)
    first = await profile(world)
    brief = simhelp.texts(first)
    shown = await simhelp.press(world.anna, first, "All my data")
    said = simhelp.texts(shown)
    content = world.services.content
    for words in (content.sectors["schools"].name.text("en"), "Acme", "Counted only", "➖ declined: 1", "> Too vague"):
        assert words in brief, "a line each on the first screen"
    assert "rooms" not in brief
    assert "Waiting for you" not in brief, "what was declined waits for nobody"
    for words in (
        content.sectors["schools"].name.text("en"),
        content.sectors["judiciary"].name.text("en"),
        "Acme",
        "rooms",
        "Counted only",
        "Send me a direct message",
        content.coalition.notice_version,
        "Your pledge was declined: Hold a briefing",
        "> Too vague, please say more",
        "declined",
        "1 pledge",
    ):
        assert words in said
    back = await simhelp.press(world.anna, shown, "Back to my profile")
    assert "1:profile.held" in simhelp.buttons(back).values()


async def test_news_is_told_once_on_the_next_reply_and_waits_in_the_profile(world: World) -> None:
    await saved(world, world.anna)
    await declined(world)
    line = "There is news about"
    assert line in simhelp.texts(await world.anna.slash(world.somewhere, "help"))
    assert line not in simhelp.texts(await world.anna.slash(world.somewhere, "help"))
    assert line not in simhelp.texts(await profile(world))
    assert line not in simhelp.texts(await world.anna.slash(world.somewhere, "help"))
    await world.settle()
    assert simhelp.dms(world.env, world.anna) == []


async def test_news_goes_the_way_that_was_chosen(world: World) -> None:
    await saved(world, world.anna)
    shown = await simhelp.press(world.anna, await profile(world), "How to reach me")
    assert "direct message" in simhelp.texts(await simhelp.pick(world.anna, shown, "dm", menu="profile.reach"))
    await declined(world)
    await world.settle()
    assert "Too vague" in simhelp.texts(simhelp.dms(world.env, world.anna)[-1])
    shown = await simhelp.press(world.anna, await profile(world), "How to reach me")
    await simhelp.pick(world.anna, shown, "mention", menu="profile.reach")
    await declined(world)
    await world.settle()
    public = simhelp.post(world.somewhere, f"<@{world.anna.id}>")
    assert "Too vague" not in simhelp.texts(public)
    sent = world.watch.sent("POST", f"/channels/{world.somewhere.id}/messages")[-1].body
    assert isinstance(sent, dict)
    assert sent["allowed_mentions"]["users"] == [world.anna.id]


async def test_a_mention_is_refused_where_the_bot_may_not_write(world: World) -> None:
    await saved(world, world.anna)
    shown = await simhelp.press(world.anna, await profile(world), "How to reach me")
    await simhelp.restrict_bot(world.env, world.guild, discord.Permissions(view_channel=True))
    refused = await simhelp.pick(world.anna, shown, "mention", menu="profile.reach")
    assert "can't write in this channel" in simhelp.texts(refused)


async def test_a_language_is_spoken_from_the_choice_on(world: World) -> None:
    await saved(world, world.anna)
    content = world.services.content
    shown = await simhelp.press(world.anna, await profile(world), "Language")
    await simhelp.pick(world.anna, shown, "sv", menu="profile.language")
    assert content.sectors["schools"].name.text("sv") in simhelp.texts(await profile(world))
    shown = await simhelp.press(world.anna, await profile(world), "1:profile.language")
    await simhelp.pick(world.anna, shown, "discord", menu="profile.language")
    assert content.sectors["schools"].name.text("en") in simhelp.texts(await profile(world))


async def test_the_download_is_a_json_file_with_everything(world: World) -> None:
    await saved(world, world.anna, offers="rooms for fifty people")
    shown = await simhelp.press(world.anna, await profile(world), "Download my data")
    assert shown.ephemeral or shown.followups
    assert "my-data.json" in simhelp.texts(shown)
    data: Any = await world.services.privacy.export(world.actor(world.anna))
    assert data["tables"]["members"][0]["offers"] == "rooms for fifty people"
    assert json.dumps(data)


async def test_erasing_is_previewed_and_then_done(world: World) -> None:
    await saved(world, world.anna, organisation="Acme", visibility=Visibility.NAMED)
    await declined(world)
    asked = await simhelp.press(world.anna, await profile(world), "Erase me")
    said = simhelp.texts(asked)
    for words in ("your registration", "1 pledge", "What can't be taken back", "in this server only", "Manage Server"):
        assert words in said
    assert "What stays" not in said, "nothing of hers was ever seen by others"
    back = await simhelp.press(world.anna, asked, "Keep everything")
    assert "Acme" in simhelp.texts(back)
    asked = await simhelp.press(world.anna, back, "Erase me")
    done = await simhelp.press(world.anna, asked, "Erase me for good")
    assert "You've been erased" in simhelp.texts(done)
    assert await figures(world) == {}
    assert "Nothing is held about you" in simhelp.texts(await profile(world))


async def test_the_preview_names_what_stays_without_a_name(world: World) -> None:
    await saved(world, world.anna, visibility=Visibility.NAMED)
    number = await pledged(world, world.anna)
    await world.services.pledges.approve(world.actor(world.olga, Standing.ORGANISER), number)
    said = simhelp.texts(await simhelp.press(world.anna, await profile(world), "Erase me"))
    assert "1 pledge that others could see" in said
    said = simhelp.texts(await simhelp.press(world.olga, await profile(world, world.olga), "Erase me"))
    assert "no longer by whom" in said


async def test_what_waits_for_whom_and_why_a_pledge_came_back(world: World) -> None:
    await saved(world, world.anna)
    olga, pledges = world.actor(world.olga, Standing.ORGANISER), world.services.pledges
    returned, waiting, active = [await pledged(world, world.anna, f"Number {n}") for n in range(3)]
    await pledges.ask_changes(olga, returned, "Please name a *day*")
    await pledges.approve(olga, active)
    assert waiting
    shown = await profile(world)
    said = simhelp.texts(shown)
    yours, coming, theirs = (said.index(f"### {head}") for head in ("👉 Waiting for you", "Next", "Your pledges"))
    assert yours < said.index("Number 0") < said.index("They ask: Please name a \\*day\\*") < coming
    assert coming < said.index("⚙️ Number 2") < theirs, "what is due next"
    assert "Your pledge is approved: Number 2" in said
    assert "The organisers ask for a change" not in said, "that is said above"
    assert "⏳ waiting for review: 1 · ↩️ changes asked for: 1 · ⚙️ active: 1" in said[theirs:]
    menu = next(one for one in simhelp.selects(shown).values() if ":pledge.open" in one["custom_id"])
    assert [one["value"] for one in menu["options"]] == [str(one) for one in (returned, active, waiting)]
    one = await simhelp.pick(world.anna, shown, str(returned), menu="pledge.open")
    assert f"1:pledge.change:{returned}" in simhelp.buttons(one).values(), "one tap to what waits"
    listed = await simhelp.press(world.anna, await profile(world), "My pledges")
    back = await simhelp.press(world.anna, listed, "Back to my profile")
    assert "Who you are here" in simhelp.texts(back)


async def test_of_many_things_the_first_screen_shows_the_next(world: World) -> None:
    await saved(world, world.anna)
    moderator, events, anna = world.actor(world.mo, Standing.MODERATOR), world.services.events, world.actor(world.anna)
    for day in (9, 3, 6, 12):
        event = await events.plan(moderator, Basics(f"Day {day}", f"in {day} days 18:00"))
        await events.post(moderator, event.id, split=True)
        await events.sign_up(anna, event.id, Answer.NO if day == 12 else Answer.GOING)
    said = simhelp.texts(await profile(world))
    assert "Day 3" in said
    assert "Day 6" not in said
    assert "and 2 more sign-ups, under *All my data*" in said
    said = simhelp.texts(await everything(world))
    for day in (3, 6, 9, 12):
        assert f"Day {day}" in said


async def test_who_is_asked_to_do_it_too_finds_that_first(world: World) -> None:
    await saved(world, world.anna, visibility=Visibility.NAMED)
    await saved(world, world.ben)
    pledges, anna = world.services.pledges, world.actor(world.anna)
    draft = Draft("Hold a briefing", "It was held", None, "", Shown.NAMED)
    number = (await pledges.save_draft(anna, draft)).id
    await pledges.invite(anna, number, [world.ben.id])
    await pledges.submit(anna, number)
    shown = await profile(world, world.ben)
    said = simhelp.texts(shown)
    assert said.index("Waiting for you") < said.index("You've been asked to do a pledge too")
    assert "### News" not in said, "it is said once"
    one = await simhelp.pick(world.ben, shown, str(number), menu="pledge.open")
    done = await simhelp.press(world.ben, one, "Yes, I'll do it too")
    assert "You're in" in simhelp.texts(done)
    assert "Waiting for you" not in simhelp.texts(await profile(world, world.ben))


async def test_what_is_over_waits_for_no_answer(world: World) -> None:
    await saved(world, world.anna, visibility=Visibility.NAMED)
    await saved(world, world.ben)
    pledges, anna = world.services.pledges, world.actor(world.anna)
    number = (await pledges.save_draft(anna, Draft("Hold a briefing", "It was held", None, "", Shown.NAMED))).id
    await pledges.invite(anna, number, [world.ben.id])
    await pledges.submit(anna, number)
    await pledges.approve(world.actor(world.olga, Standing.ORGANISER), number)
    assert "Waiting for you" in simhelp.texts(await profile(world, world.ben))
    await pledges.cannot(anna, number, "")
    assert "Waiting for you" not in simhelp.texts(await profile(world, world.ben))


async def test_a_cancelled_event_is_not_called_coming(world: World) -> None:
    await saved(world, world.anna)
    moderator, events = world.actor(world.mo, Standing.MODERATOR), world.services.events
    event = await events.plan(moderator, Basics("Open evening", "in 3 days 18:00"))
    await events.post(moderator, event.id, split=True)
    await events.sign_up(world.actor(world.anna), event.id, Answer.GOING)
    assert "You're going" in simhelp.texts(await profile(world))
    await events.cancel(moderator, event.id, "The hall is closed")
    said = simhelp.texts(await profile(world))
    assert "You're going" not in said
    assert "🚫 **cancelled**" in said


async def test_offers_are_shown_as_they_were_meant(world: World) -> None:
    await saved(world, world.anna, offers="We offer:\nrooms *and* chairs\n**Looks for:** a @everyone")
    said = simhelp.texts(await everything(world))
    assert "**We offer:**\nrooms \\*and\\* chairs\n**Looks for:** a @\u200beveryone" in said
    assert "\\*\\*" not in said


async def test_questions_stand_with_what_became_of_them(world: World) -> None:
    faqs, olga = world.services.faqs, world.actor(world.olga, Standing.ORGANISER)
    await saved(world, world.anna)
    first = await faqs.hand_over(world.actor(world.anna), "Who can lend us a room?", named=False)
    await faqs.hand_over(world.actor(world.anna), "Who can lend us chairs?", named=False)
    await faqs.answer(olga, first.id, "The library can.")
    said = simhelp.texts(await everything(world))
    assert "Who can lend us a room? · answered" in said
    assert "Who can lend us chairs? · waiting for the organisers" in said


async def test_who_was_sent_the_news_is_not_told_of_it_again(world: World) -> None:
    await saved(world, world.anna, reach=Reach.DM)
    await declined(world)
    await world.settle()
    assert simhelp.dms(world.env, world.anna)
    assert "There is news" not in simhelp.texts(await world.anna.slash(world.somewhere, "help"))
    simhelp.close_dms(world.env, world.anna)
    await declined(world)
    await world.settle()
    assert "There is news" in simhelp.texts(await world.anna.slash(world.somewhere, "help")), (
        "the message did not arrive"
    )


async def test_leaving_is_asked_and_then_done(world: World) -> None:
    await saved(world, world.anna)
    asked = await simhelp.press(world.anna, await profile(world), "Leave")
    assert "Stop taking part?" in simhelp.texts(asked)
    done = await simhelp.press(world.anna, asked, "Leave")
    assert "You no longer take part" in simhelp.texts(done)
    said = simhelp.texts(await everything(world))
    assert "You are not registered." in said
    assert "your registration" not in said
    assert "Erase everything" in simhelp.texts(await simhelp.press(world.anna, done, "Erase the rest too"))


async def test_an_unsaved_form_is_offered_again(world: World) -> None:
    await world.services.members.prepare(world.actor(world.anna), registration(world, organisation="Acme"))
    shown = await profile(world)
    assert "still needs *Save*" in simhelp.texts(shown)
    form = await simhelp.press(world.anna, shown, "Join")
    assert simhelp.fields(form.modal)["Organisation, if any"]["value"] == "Acme"


async def test_one_sees_oneself_only(world: World) -> None:
    await saved(world, world.anna, organisation="Acme")
    assert "Nothing is held about you" in simhelp.texts(await profile(world, world.ben))


async def test_old_buttons_work_after_a_restart(world: World) -> None:
    await saved(world, world.anna)
    shown = await profile(world)
    await world.restart()
    asked = await simhelp.press(world.anna, shown, "Erase me")
    await world.restart()
    assert "You've been erased" in simhelp.texts(await simhelp.press(world.anna, asked, "Erase me for good"))


Act = Callable[[World, dict[str, Result]], Awaitable[Result]]
DOORS: dict[str, tuple[str, str, Act]] = {
    "command": ("privacy", "held", lambda w, s: profile(w)),
    "news": ("members", "news", lambda w, s: profile(w)),
    "held": ("privacy", "held", lambda w, s: simhelp.press(w.anna, s["again"], "All my data")),
    "held news": ("members", "news", lambda w, s: simhelp.press(w.anna, s["again"], "All my data")),
    "download": ("privacy", "export", lambda w, s: simhelp.press(w.anna, s["profile"], "Download my data")),
    "erase": ("privacy", "held", lambda w, s: simhelp.press(w.anna, s["again"], "Erase me")),
    "erase now": ("privacy", "erase", lambda w, s: simhelp.press(w.anna, s["erase"], "Erase me for good")),
    "leave now": ("privacy", "leave", lambda w, s: simhelp.press(w.anna, s["leave"], "Leave")),
    "reach": ("members", "reach", lambda w, s: simhelp.press(w.anna, s["again"], "How to reach me")),
    "reach pick": ("members", "choose_reach", lambda w, s: simhelp.pick(w.anna, s["reach"], "dm")),
    "language": ("members", "reach", lambda w, s: simhelp.press(w.anna, s["again"], "Language")),
    "language pick": ("members", "choose_locale", lambda w, s: simhelp.pick(w.anna, s["language"], "sv")),
}
FAULTS = [(RuntimeError("inner words"), "this reference:"), (StorageUnavailable("locked"), "try again")]


@pytest.mark.parametrize(("fault", "words"), FAULTS, ids=["broken", "locked"])
async def test_every_door_answers_when_its_service_fails(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception, words: str
) -> None:
    world.faults_expected = True
    await saved(world, world.anna)
    shown = {"profile": await profile(world), "again": await profile(world)}
    for name, label in (
        ("erase", "Erase me"),
        ("leave", "Leave"),
        ("reach", "How to reach me"),
        ("language", "Language"),
    ):
        shown[name] = await simhelp.press(world.anna, await profile(world), label)

    async def broken(*_: object, **__: object) -> None:
        raise fault

    for door, (room, method, act) in DOORS.items():
        with monkeypatch.context() as patch:
            patch.setattr(getattr(world.services, room), method, broken)
            said = simhelp.texts(await act(world, shown))
        assert words in said, door
        assert "inner words" not in said
    assert await world.services.members.find(world.guild.id, world.anna.id) is not None


async def test_a_forged_choice_is_refused(world: World) -> None:
    await saved(world, world.anna)
    shown = await simhelp.press(world.anna, await profile(world), "Language")
    menu = simhelp.selects(shown)["Language"]
    assert {option["value"] for option in menu["options"]} == {"discord", "en", "sv"}


@pytest.mark.parametrize("language", ["en-GB", "sv-SE"])
async def test_the_longest_values_fit(world: World, language: str) -> None:
    simhelp.set_locale(world.anna, language)
    sectors = sorted(world.services.content.core_sectors(), key=lambda s: -len(s.name.text(language)))[:3]
    await saved(world, world.anna, *(s.slug for s in sectors), organisation="W" * 80, offers="*" * 1000)
    for _ in range(6):
        await declined(world, "*" * 500)
    shown = await profile(world)
    assert "W" * 80 in simhelp.texts(shown)
    assert "W" * 80 in simhelp.texts(await simhelp.press(world.anna, shown, "1:profile.held"))
    asked = await simhelp.press(world.anna, await profile(world), "1:profile.erase")
    assert "1:profile.erase.now" in simhelp.buttons(asked).values()
