"""/events and the buttons under every event, through real dispatch."""

from __future__ import annotations

from datetime import timedelta

import discord
import icalendar
import pytest
import simcord

from bot.events.model import Answer, Event
from bot.members.model import Reach
from bot.servers.model import Channel
from tests import simhelp
from tests.cogs.pressing import Result, answers_faults, breaking, forged, seen_by_one
from tests.events.planning import announced, counts, crowd, planned
from tests.world import World

LINK = "https://example.org/room"


def public(world: World) -> discord.Message:
    """The card that everybody sees."""
    return simhelp.post(world.channels[Channel.ANNOUNCEMENTS], "Maybe")


async def out(world: World, **options: object) -> Event:
    """An announced event whose posts stand."""
    event = await announced(world, **options)  # type: ignore[arg-type]
    await world.settle()
    return event


async def test_a_click_changes_the_card_and_tells_me_alone(world: World) -> None:
    event = await out(world)
    before = len(world.watch.sent("PATCH", "/messages/"))
    answer = await simhelp.press(world.anna, public(world), "Going")
    assert "a few" in simhelp.texts(public(world))
    (mine,) = answer.followups
    assert mine.ephemeral
    assert "You're going" in simhelp.texts(mine)
    assert len(world.watch.sent("PATCH", "/messages/")) == before, "the answer to the click is the update"
    await simhelp.press(world.anna, public(world), "Going")
    assert (await counts(world, event)).going == 1
    for label, said in (("Maybe", "You might come"), ("Can't", "can't come")):
        assert said in simhelp.texts((await simhelp.press(world.anna, public(world), label)).followups[0])
    assert (await counts(world, event)).taken == 0


async def test_figures_about_few_people_are_a_few(world: World) -> None:
    await out(world)
    assert "nobody yet" in simhelp.texts(public(world))
    seen = []
    for who in (world.anna, world.ben, world.otto, world.olga):
        await simhelp.press(who, public(world), "Going")
        seen.append(simhelp.texts(public(world)))
    assert ["a few" in text for text in seen] == [True, True, False, False]
    assert "**Going:** 4" in seen[-1]


async def test_a_full_event_has_a_waiting_list_and_gives_places_on(world: World) -> None:
    await out(world, capacity="3")
    first, *others = crowd(world, 4)
    await simhelp.press(first, public(world), "Going")
    for who in others[:-1]:
        await simhelp.press(who, public(world), "Going")
    assert "Full" in simhelp.texts(public(world))
    waiting = await simhelp.press(others[-1], public(world), "Waiting list")
    assert "waiting list" in simhelp.texts(waiting.followups[0])
    actor = world.actor(others[-1])
    await world.services.members.choose_reach(actor, Reach.DM)
    await simhelp.press(first, public(world), "Can't")
    await world.settle()
    assert "now a place for you" in simhelp.texts(simhelp.dms(world.env, others[-1])[-1])


async def test_a_closed_link_is_shown_only_to_those_who_are_going(world: World) -> None:
    event = await out(world, link=LINK, closed=True)
    await world.services.members.choose_reach(world.actor(world.ben), Reach.DM)
    others: list[Result] = [
        await simhelp.press(world.ben, public(world), "Maybe"),
        await simhelp.press(world.ben, public(world), "Remind me"),
        await world.ben.slash(world.somewhere, "events"),
        await forged(world, world.ben, "press", "events.show", event.id),
        await forged(world, world.ben, "press", "events.calendar", event.id),
    ]
    seen: list[Result | discord.Message] = [*others, *world.channels[Channel.ANNOUNCEMENTS].history()]
    for message in seen:
        assert "example.org" not in simhelp.texts(message)
        assert all("example.org" not in door for door in simhelp.buttons(message).values())
    assert b"example.org" not in await ics(others[-1])
    mine = await simhelp.press(world.anna, public(world), "Going")
    assert LINK in simhelp.buttons(mine.followups[0]).values()
    assert LINK.encode() in await ics(await simhelp.press(world.anna, public(world), "Add to calendar"))
    sent = [r for r in world.watch.requests if "/channels/" in r.path and "example.org" in repr(r.body)]
    assert sent == [], "nothing that others can read holds it"


async def ics(answer: Result) -> bytes:
    """The calendar file of an answer."""
    assert answer.response is not None
    (attached,) = answer.response.attachments
    return await attached.read()


async def test_the_calendar_file_says_what_the_card_says(world: World) -> None:
    event = await out(world, link=LINK)
    answer = await simhelp.press(world.anna, public(world), "Add to calendar")
    assert seen_by_one(answer)
    (found,) = icalendar.Calendar.from_ical(await ics(answer)).walk("VEVENT")
    assert found.decoded("dtstart") == event.starts
    assert found.decoded("dtend") == event.starts + timedelta(hours=1)
    assert str(found["summary"]) == event.title
    links = simhelp.buttons(answer)
    assert links["Google"].startswith("https://calendar.google.com/")
    assert links["Outlook"].startswith("https://outlook.office.com/")


async def test_lists_in_pages_and_one_opened(world: World) -> None:
    for number in range(7):
        await announced(world, f"Evening {number}", f"in {number + 2} days 18:00")
    shown = await world.anna.slash(world.somewhere, "events")
    assert shown.ephemeral
    assert [f"Evening {n}" in simhelp.texts(shown) for n in range(7)] == [True] * 5 + [False] * 2
    more = await simhelp.press(world.anna, shown, "Next")
    assert [f"Evening {n}" in simhelp.texts(more) for n in range(7)] == [False] * 5 + [True] * 2
    start = await simhelp.press(world.anna, more, "From the start")
    one = await simhelp.pick(world.anna, start, "Evening 3", menu="events.open")
    assert {"Going", "Maybe", "Can't", "Remind me", "Add to calendar"} <= set(simhelp.buttons(one))
    assert "Manage" not in simhelp.buttons(one)
    going = await simhelp.press(world.anna, one, "Going")
    assert "You're going" in simhelp.texts(going)
    mine = await world.anna.slash(world.somewhere, "events", when="mine")
    assert "Evening 3" in simhelp.texts(mine)
    assert "Evening 2" not in simhelp.texts(mine)
    past = await simhelp.pick(world.anna, mine, "Past", menu="events.when")
    assert "No past events yet" in simhelp.texts(past)
    sector = next(iter(world.services.content.sectors.values()))
    offered = await world.anna.autocomplete(world.somewhere, "events", "sector", sector.name.text("en")[:4])
    assert sector.slug in [choice["value"] for choice in offered]
    assert sector.name.text("en") in simhelp.texts(
        await world.anna.slash(world.somewhere, "events", sector=sector.slug)
    )
    odd = await world.anna.slash(world.somewhere, "events", sector="no-such", when="soon")
    assert "Evening 0" in simhelp.texts(odd)


async def test_a_sign_up_from_the_list_reaches_the_public_card(world: World) -> None:
    event = await out(world)
    for who in (world.anna, world.ben, world.otto):
        shown = await simhelp.pick(who, await world_events(world, who), str(event.id), menu="events.open")
        await simhelp.press(who, shown, "Going")
    await world.settle(10)
    assert "**Going:** 3" in simhelp.texts(public(world))


async def world_events(world: World, who: simcord.MemberActor) -> Result:
    """The first page."""
    return await who.slash(world.somewhere, "events")


async def test_drafts_are_for_those_who_announce(world: World) -> None:
    draft = await planned(world, "Not out yet")
    staff = await world.mo.slash(world.somewhere, "events")
    assert "Not out yet" in simhelp.texts(staff)
    assert "Post now" in simhelp.buttons(await simhelp.pick(world.mo, staff, "Not out yet", menu="events.open"))
    for who in (world.anna, world.olga):
        assert "Not out yet" not in simhelp.texts(await who.slash(world.somewhere, "events"))
        for door in ("show", "going", "remind", "calendar", "maybe", "no"):
            answer = await forged(world, who, "press", f"events.{door}", draft.id)
            assert "isn't in this server" in simhelp.texts(answer), door


async def test_remind_me_asks_how_where_nothing_would_arrive(world: World) -> None:
    event = await out(world)
    asked = await simhelp.press(world.anna, public(world), "Remind me")
    assert "How should the reminder reach you" in simhelp.texts(asked)
    set_ = await simhelp.pick(world.anna, asked, "dm", menu="events.reach")
    assert f"<t:{int((event.starts - timedelta(hours=24)).timestamp())}:F>" in simhelp.texts(set_)
    again = await simhelp.press(world.anna, public(world), "Remind me")
    assert "You will be reminded" in simhelp.texts(again)
    off = await simhelp.press(world.anna, again, "No reminder")
    assert "will not be reminded" in simhelp.texts(off)
    assert "You will be reminded" in simhelp.texts(await simhelp.press(world.anna, off, "Remind me"))
    while world.services.clock() < event.starts - timedelta(hours=23):
        await world.env.advance_time(3600)
    await world.settle()
    (reminder,) = simhelp.dms(world.env, world.anna)
    assert event.title in simhelp.texts(reminder)
    assert simhelp.buttons(reminder)["Open the announcement"].endswith(str(public(world).id))


async def test_a_mention_pings_one_person_and_says_no_more_than_when(world: World) -> None:
    event = await out(world)
    await world.services.members.choose_reach(world.actor(world.anna), Reach.MENTION, world.somewhere.id)
    await simhelp.press(world.anna, public(world), "Remind me")
    while world.services.clock() < event.starts - timedelta(hours=23):
        await world.env.advance_time(3600)
    await world.settle()
    reminder = simhelp.post(world.somewhere, "reminder")
    assert f"<@{world.anna.id}>" in simhelp.texts(reminder)
    assert event.title not in simhelp.texts(reminder)
    (sent,) = world.watch.sent("POST", f"/channels/{world.somewhere.id}/messages")
    assert isinstance(sent.body, dict)
    assert [int(who) for who in sent.body["allowed_mentions"]["users"]] == [world.anna.id]
    assert sent.body["allowed_mentions"].get("parse") == []


async def test_closed_dms_lose_a_reminder_and_nothing_else(world: World) -> None:
    event = await out(world)
    world.faults_expected = True
    await world.services.members.choose_reach(world.actor(world.anna), Reach.DM)
    await simhelp.press(world.anna, public(world), "Remind me")
    simhelp.close_dms(world.env, world.anna)
    while world.services.clock() < event.starts - timedelta(hours=23):
        await world.env.advance_time(3600)
    await world.settle()
    assert [row.kind for row in await world.services.outbox.stuck(world.guild.id)] == ["event.reminder"]
    assert "You're going" in simhelp.texts(await simhelp.press(world.anna, public(world), "Going"))


async def test_old_buttons_answer_after_a_restart(world: World) -> None:
    await out(world)
    card = public(world)
    listed = await world_events(world, world.anna)
    await world.restart()
    assert "You're going" in simhelp.texts(await simhelp.press(world.anna, card, "Going"))
    asked = await simhelp.press(world.anna, card, "Remind me")
    await world.restart()
    assert "reminded" in simhelp.texts(await simhelp.pick(world.anna, asked, "dm", menu="events.reach"))
    one = await simhelp.pick(world.anna, listed, "1", menu="events.open")
    assert "You're going" in simhelp.texts(one)


async def test_the_public_card_keeps_the_servers_language(world: World) -> None:
    await out(world)
    simhelp.set_locale(world.anna, "sv-SE")
    await simhelp.press(world.anna, public(world), "Going")
    assert "Going" in simhelp.buttons(public(world))


async def test_nothing_planned_is_said_kindly(world: World) -> None:
    for when, said in (("soon", "Nothing is planned"), ("month", "Nothing is planned"), ("mine", "haven't signed up")):
        assert said in simhelp.texts(await world.anna.slash(world.somewhere, "events", when=when))


async def test_another_servers_event_is_not_there(world: World) -> None:
    event = await out(world)
    other = world.env.create_guild("Elsewhere")
    await simhelp.restrict_bot(world.env, other, world.bot.get_guild(other.id).me.guild_permissions)  # type: ignore[union-attr]
    channel = other.create_text_channel("general")
    stranger = other.add_member(world.env.create_user("stranger"), roles=[])
    for (kind, door), (_, ids) in DOORS.items():
        if ids == (1,):
            values = ("dm",) if door == "events.reach" else (str(event.id),)
            answer = await forged(world, stranger, kind, door, event.id, values=values, channel=channel.id)
            assert "isn't in this server" in simhelp.texts(answer), door
    assert (await counts(world, event)).taken == 0


async def test_whom_only_organisers_see_leaves_no_trace_in_public(world: World) -> None:
    await world.register(world.anna, visibility="organisers")
    await out(world)
    before = simhelp.texts(public(world))
    await simhelp.press(world.anna, public(world), "Going")
    assert simhelp.texts(public(world)) == before


async def test_profile_and_join_tell_of_sign_ups(world: World) -> None:
    event = await out(world)
    await simhelp.press(world.anna, public(world), "Going")
    ((found, given),) = await world.services.events.signups_of(world.guild.id, world.anna.id)
    assert (found.id, given.answer) == (event.id, Answer.GOING)
    assert (await world.services.events.next_event(world.guild.id)) is not None
    profile = await world.anna.slash(world.somewhere, "profile")
    assert event.title in simhelp.texts(profile)


DOORS: dict[tuple[str, str], tuple[str, tuple[object, ...]]] = {
    ("press", "events.list"): ("events.coming", ("", "soon", "")),
    ("press", "events.open"): ("events.coming", ()),
    ("pick", "events.when"): ("events.coming", ("",)),
    ("pick", "events.open"): ("events.see", ()),
    ("press", "events.show"): ("events.see", (1,)),
    ("press", "events.going"): ("events.sign_up", (1,)),
    ("press", "events.maybe"): ("events.sign_up", (1,)),
    ("press", "events.no"): ("events.sign_up", (1,)),
    ("press", "events.remind"): ("events.remind", (1,)),
    ("press", "events.unremind"): ("events.unremind", (1,)),
    ("press", "events.calendar"): ("events.see", (1,)),
    ("pick", "events.reach"): ("events.remind", (1,)),
}


def test_no_door_is_left_out(world: World) -> None:
    assert {(kind, name) for kind, name in world.bot.doors.names if name.startswith("events.")} == set(DOORS)


async def test_everything_answers_when_it_fails(world: World) -> None:
    await announced(world)
    await answers_faults(world, "events.coming", lambda: world.anna.slash(world.somewhere, "events"))
    for (kind, name), (target, ids) in DOORS.items():
        values = {"events.reach": ("dm",), "events.when": ("mine",)}.get(name, ("1",))

        async def attempt(
            kind: str = kind, name: str = name, ids: tuple[object, ...] = ids, values: tuple[str, ...] = values
        ) -> Result:
            return await forged(world, world.anna, kind, name, *ids, values=values)

        await answers_faults(world, target, attempt)


async def test_numbers_in_a_forged_id_are_numbers_or_nothing(world: World) -> None:
    for door, ids in (("events.going", ("x",)), ("events.show", ("1.5",)), ("events.list", ("", "soon"))):
        assert "no longer works" in simhelp.texts(await forged(world, world.anna, "press", door, *ids))
    answer = await forged(world, world.anna, "pick", "events.open", values=("x",))
    assert "isn't in this server" in simhelp.texts(answer)


async def test_a_suggestion_that_fails_is_an_empty_list(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.faults_expected = True

    def fails(*_arguments: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("cogs.events.find_sectors", fails)
    assert await world.anna.autocomplete(world.somewhere, "events", "sector", "a") == []
    breaking(monkeypatch, world, "events.coming", RuntimeError())
