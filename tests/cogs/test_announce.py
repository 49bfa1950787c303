"""/announce through real dispatch: every command, autocomplete, button, select and form."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import pytest
import simcord

from bot.actor import Standing
from bot.delivery.outbox import QUEUED
from bot.errors import StorageUnavailable
from bot.events.model import Event, State
from bot.servers.model import Channel
from tests import simhelp
from tests.cogs.pressing import Result, answers_faults, breaking, displays, forged
from tests.events.planning import announced, planned, stored
from tests.world import World


async def drafted(world: World, starts: str = "in 3 days 18:00", **answers: str) -> Result:
    """The command and its form, filled in."""
    form = await world.mo.slash(world.somewhere, "announce event", title="Open evening", starts=starts)
    return await simhelp.submit(world.mo, form, {"Text": "With cake", **answers})


def board(world: World) -> list[discord.Message]:
    """What stands in the channel for announcements, oldest first."""
    return sorted(world.channels[Channel.ANNOUNCEMENTS].history(), key=lambda message: message.id)


async def only_event(world: World) -> Event:
    """The one event there is."""
    found = await world.services.events.any(world.guild.id, 1)
    assert found is not None
    return found


async def test_announcing_is_three_interactions_and_two_typed_words(world: World) -> None:
    """The budget is four interactions and two typed fields."""
    form = await world.mo.slash(world.somewhere, "announce event", title="Open evening", starts="in 3 days 18:00")  # 1
    assert not any(field["required"] for field in simhelp.fields(form.modal).values()), "title and start are enough"
    preview = await simhelp.submit(world.mo, form)  # 2
    said = simhelp.texts(preview)
    assert preview.ephemeral
    assert board(world) == []
    for zone in ("Europe/Stockholm", "UTC", "America/New_York"):
        assert re.search(rf"\d\d:\d\d \({zone}\)", said), zone
    assert f"<t:{int((await only_event(world)).starts.timestamp())}:F>" in said
    done = await simhelp.press(world.mo, preview, "Post now")  # 3
    assert "Announced" in simhelp.texts(done)
    notice, card = board(world)
    assert simhelp.buttons(done)["View it"].endswith(str(card.id))
    assert "Open evening" in notice.content
    assert notice.embeds
    assert simhelp.buttons(notice) == {}
    assert [label for label, door in simhelp.buttons(card).items() if door.startswith("1:events.")] == [
        "Going", "Maybe", "Can't", "Remind me", "Add to calendar",
    ]  # fmt: skip


async def test_an_ordinary_channel_gets_one_card_with_the_pings_in_it(world: World) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    await world.services.servers.choose_channels(boss, {Channel.ANNOUNCEMENTS: world.channels[Channel.IDEAS].id})
    preview = await drafted(world)
    role = world.guild.roles["Organisers"]
    preview = await simhelp.pick(world.mo, preview, [role], menu="announce.roles")
    assert f"Pings the members of <@&{role.id}>" in simhelp.texts(preview)
    await simhelp.press(world.mo, preview, "Post now")
    (card,) = world.channels[Channel.IDEAS].history()
    assert f"<@&{role.id}>" in simhelp.texts(card)
    assert "With cake" in simhelp.texts(card)
    (sent,) = world.watch.sent("POST", f"/channels/{world.channels[Channel.IDEAS].id}/messages")
    assert isinstance(sent.body, dict)
    assert [int(pinged) for pinged in sent.body["allowed_mentions"]["roles"]] == [role.id]
    assert sent.body["allowed_mentions"].get("parse") == []


async def test_a_notice_pings_and_is_never_edited_for_a_figure(world: World) -> None:
    preview = await drafted(world)
    role = world.guild.roles["Organisers"]
    preview = await simhelp.pick(world.mo, preview, [role], menu="announce.roles")
    await simhelp.press(world.mo, preview, "Post now")
    notice, card = board(world)
    posts = world.watch.sent("POST", f"/channels/{world.channels[Channel.ANNOUNCEMENTS].id}/messages")
    bodies = [post.body for post in posts if isinstance(post.body, dict)]
    assert [bool(body["allowed_mentions"].get("roles")) for body in bodies] == [True, False]
    for who in (world.anna, world.ben, world.otto):
        await simhelp.press(who, card, "Going")
    await world.settle(90)
    assert "3" in simhelp.texts(simhelp.post(world.channels[Channel.ANNOUNCEMENTS], "Going"))
    assert world.watch.sent("PATCH", f"messages/{notice.id}") == []


async def test_start_and_kind_are_suggested_as_they_are_understood(world: World) -> None:
    offered = await world.mo.autocomplete(world.somewhere, "announce event", "starts", "fri 18", title="x")
    assert offered
    assert all("Fri" in choice["name"] and "Europe/Stockholm" in choice["name"] for choice in offered)
    form = await world.mo.slash(world.somewhere, "announce event", title="x", starts=offered[0]["value"])
    assert "Fri" in simhelp.texts(await simhelp.submit(world.mo, form))
    kinds = await world.mo.autocomplete(world.somewhere, "announce event", "type", "")
    slug = kinds[0]["value"]
    assert slug in world.services.content.event_types
    name = world.services.content.event_types[slug].name.text("en")
    form = await world.mo.slash(world.somewhere, "announce event", title="x", starts="in 3 days 12:00", type=slug)
    assert name in simhelp.texts(await simhelp.submit(world.mo, form))


BAD_STARTS = [
    ("soonish", "could not read"),
    ("yesterday 18:00", "could not read"),
    ("2020-01-01 18:00", "has passed"),
    ("2031-01-01 18:00", "more than a year away"),
    ("fri 18 CET", "do not know the time zone"),
    ("2026-03-29 02:30", "does not exist"),
    ("2026-10-25 02:30", "happens twice"),
    ("31 nov 18:00", "no such date"),
    ("fri", "At what time"),
]


async def test_a_bad_start_is_put_right_and_nothing_is_lost(world: World) -> None:
    form = None
    for starts, sentence in BAD_STARTS:
        refused = await world.mo.slash(
            world.somewhere, "announce event", title="Open evening", starts=starts, where="Hall 1", duration="2 h"
        )
        assert sentence in simhelp.texts(refused), starts
        assert refused.ephemeral
        form = await simhelp.press(world.mo, refused, "Fix it")
        fields = simhelp.fields(form.modal)
        kept = {name: fields[name].get("value") for name in ("Title", "Starts", "Where", "How long")}
        assert kept == {"Title": "Open evening", "Starts": starts, "Where": "Hall 1", "How long": "2 h"}
    assert await world.services.events.any(world.guild.id, 1) is None
    assert form is not None
    preview = await simhelp.submit(world.mo, form, {"Starts": "in 3 days 18:00", "Text": "With cake"})
    for said in ("Open evening", "Hall 1", "With cake", "2 h"):
        assert said in simhelp.texts(preview)
    assert "Post now" in simhelp.buttons(preview)


async def test_what_the_second_form_refuses_can_be_fixed(world: World) -> None:
    refused = await drafted(world, **{"Address of a picture": "https://example.org/hall.png"})
    assert "Description of the picture" in simhelp.texts(refused)
    form = await simhelp.press(world.mo, refused, "Fix it")
    preview = await simhelp.submit(world.mo, form, {"What the picture shows": "A hall full of people"})
    assert "A hall full of people" in simhelp.texts(preview)
    await simhelp.press(world.mo, preview, "Post now")
    notice, _ = board(world)
    assert notice.embeds[0].image.url == "https://example.org/hall.png"
    assert "A hall full of people" in simhelp.texts(notice), "embeds drop it, so the words stand in the text"


async def test_two_people_with_the_same_form_open_keep_their_own(world: World) -> None:
    one = await world.mo.slash(world.somewhere, "announce event", title="Of Mo", starts="in 3 days 18:00")
    mia = world.guild.add_member(world.env.create_user("mia"), roles=[world.guild.roles["Moderators"]])
    two = await mia.slash(world.somewhere, "announce event", title="Of Mia", starts="in 4 days 18:00")
    first = await simhelp.submit(world.mo, one, {"Text": "Mo writes"})
    second = await simhelp.submit(mia, two, {"Text": "Mia writes"})
    for shown, title, text in ((first, "Of Mo", "Mo writes"), (second, "Of Mia", "Mia writes")):
        assert title in simhelp.texts(shown)
        assert text in simhelp.texts(shown)


async def test_sectors_roles_and_options_are_chosen_in_the_preview(world: World) -> None:
    preview = await drafted(world)
    slug, sector = next(iter(world.services.content.sectors.items()))
    preview = await simhelp.pick(world.mo, preview, [slug], menu="announce.sectors")
    assert f"Especially for: {sector.name.text('en')}" in simhelp.texts(preview)
    form = await simhelp.press(world.mo, preview, "More options")
    kind = list(world.services.content.event_types)[1]
    preview = await simhelp.submit(
        world.mo, form,
        {"Places": "20", "Sign up until": "in 2 days 12:00", "reminders": "24", "closed": "closed", "type": kind},
    )  # fmt: skip
    for said in ("20 places", "sign-up until", "only to those who are going", "24 h"):
        assert said in simhelp.texts(preview), said
    event = await only_event(world)
    assert (event.capacity, event.reminders, event.closed, event.type) == (20, (24,), True, kind)
    again = await simhelp.press(world.mo, preview, "More options")
    kept = await simhelp.submit(world.mo, again)
    assert "20 places" in simhelp.texts(kept)
    assert (await only_event(world)).closed
    refused = await simhelp.submit(world.mo, await simhelp.press(world.mo, kept, "More options"), {"Places": "two"})
    assert "Write a number from 3 to" in simhelp.texts(refused)
    assert simhelp.fields((await simhelp.press(world.mo, refused, "Fix it")).modal)["Places"]["value"] == "two"


async def test_only_roles_that_can_be_pinged_are_taken(world: World) -> None:
    preview = await drafted(world)
    everyone = await forged(world, world.mo, "pick", "announce.roles", 1, values=(str(world.guild.id),))
    assert "can not ping" in simhelp.texts(everyone)
    elsewhere = await forged(world, world.mo, "pick", "announce.roles", 1, values=("123456789012345678",))
    assert "pick again" in simhelp.texts(elsewhere)
    least = discord.Permissions(view_channel=True, send_messages=True, embed_links=True, read_message_history=True)
    await simhelp.restrict_bot(world.env, world.guild, least)
    refused = await simhelp.pick(world.mo, preview, [world.guild.roles["Organisers"]], menu="announce.roles")
    assert "can not ping Organisers" in simhelp.texts(refused)
    assert (await only_event(world)).roles == ()


async def test_a_channel_that_can_not_be_posted_to_is_named(world: World) -> None:
    preview = await drafted(world)
    least = discord.Permissions(view_channel=True)
    await simhelp.restrict_bot(world.env, world.guild, least)
    refused = await simhelp.press(world.mo, preview, "Post now")
    assert f"<#{world.channels[Channel.ANNOUNCEMENTS].id}>" in simhelp.texts(refused)
    assert "Send Messages" in simhelp.texts(refused)
    boss = world.actor(world.ada, Standing.ADMIN)
    await world.services.servers.choose_channels(boss, {Channel.ANNOUNCEMENTS: 1})
    gone = await simhelp.press(world.mo, preview, "Post now")
    assert "is gone" in simhelp.texts(gone)
    await world.services.servers.choose_channels(boss, {Channel.ANNOUNCEMENTS: None})
    none = await simhelp.press(world.mo, preview, "Post now")
    assert "/setup start" in simhelp.texts(none)
    assert (await only_event(world)).stored is State.DRAFT


async def test_discord_being_slow_or_refusing_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def not_yet(*_arguments: object) -> str:
        return QUEUED

    with monkeypatch.context() as patch:
        patch.setattr(world.services.outbox, "settled", not_yet)
        queued = await simhelp.press(world.mo, await drafted(world), "Post now")
    assert f"queued and will appear in <#{world.channels[Channel.ANNOUNCEMENTS].id}>" in simhelp.texts(queued)
    await world.settle()
    assert len(board(world)) == 2
    world.faults_expected = True
    place = f"/channels/{world.channels[Channel.ANNOUNCEMENTS].id}/messages"
    world.env.inject_error("POST", place, status=403, code=50013, message="Missing Permissions", times=2)
    refused = await simhelp.press(world.mo, await drafted(world), "Post now")
    assert "could not be posted" in simhelp.texts(refused)
    assert "/setup check" in simhelp.texts(refused)


async def test_a_double_click_posts_once(world: World) -> None:
    preview = await drafted(world)
    await simhelp.press(world.mo, preview, "Post now")
    again = await forged(world, world.mo, "press", "announce.post", 1)
    assert "announced" in simhelp.texts(again)
    await world.settle()
    assert len(board(world)) == 2


async def test_schedule_back_and_discard(world: World) -> None:
    preview = await drafted(world)
    form = await simhelp.press(world.mo, preview, "Schedule")
    refused = await simhelp.submit(world.mo, form, {"Post it when?": "in 4 days 12:00"})
    assert "after the event has started" in simhelp.texts(refused)
    form = await simhelp.press(world.mo, refused, "Fix it")
    scheduled = await simhelp.submit(world.mo, form, {"Post it when?": "in 2 days 12:00"})
    assert "Scheduled" in simhelp.texts(scheduled)
    back = await simhelp.press(world.mo, scheduled, "Back to draft")
    assert "Preview" in simhelp.texts(back)
    gone = await simhelp.press(world.mo, back, "Discard")
    assert "Nothing of it was posted" in simhelp.texts(gone)
    await world.pass_days(3)
    assert board(world) == []


async def test_edit_reopens_the_form_and_every_post_follows(world: World) -> None:
    event = await announced(world)
    await world.settle()
    await simhelp.press(world.anna, board(world)[1], "Going")
    (choice,) = await world.mo.autocomplete(world.somewhere, "announce edit", "event", "open")
    form = await world.mo.slash(world.somewhere, "announce edit", event=choice["value"])
    same = await simhelp.submit(world.mo, form, {"Title": "Closed evening"})
    assert "Every post of it is updated" in simhelp.texts(same)
    assert "Moved" not in simhelp.texts(same)
    form = await simhelp.press(world.mo, same, "Edit")
    moved = await simhelp.submit(world.mo, form, {"Starts": "in 5 days 12:00"})
    after = await stored(world, event)
    for said in (f"<t:{int(event.starts.timestamp())}:F>", f"<t:{int(after.starts.timestamp())}:F>", "is told"):
        assert said in simhelp.texts(moved)
    await world.settle(90)
    for message in board(world):
        assert "Closed evening" in simhelp.texts(message)
        assert f"<t:{int(after.starts.timestamp())}:F>" in simhelp.texts(message)
    assert len(board(world)) == 2


async def test_cancel_asks_why_and_says_so_everywhere(world: World) -> None:
    await announced(world)
    draft = await planned(world, "Only a draft")
    await world.settle()
    await simhelp.press(world.anna, board(world)[1], "Going")
    offered = await world.mo.autocomplete(world.somewhere, "announce cancel", "event", "")
    assert [choice["value"] for choice in offered] == ["1"], "a draft is discarded, not cancelled"
    refused = await world.mo.slash(world.somewhere, "announce cancel", event=str(draft.id))
    assert "draft" in simhelp.texts(refused)
    form = await world.mo.slash(world.somewhere, "announce cancel", event="1")
    done = await simhelp.submit(world.mo, form, {"reason": "The hall is flooded"})
    assert "Cancelled" in simhelp.texts(done)
    await world.settle(90)
    for message in board(world):
        assert "The hall is flooded" in simhelp.texts(message)
        assert simhelp.buttons(message) == {}
    late = await forged(world, world.ben, "press", "events.going", 1)
    assert "cancelled" in simhelp.texts(late)


async def test_everything_answers_after_a_restart(world: World) -> None:
    form = await world.mo.slash(world.somewhere, "announce event", title="Open evening", starts="in 3 days 18:00")
    await world.restart()
    preview = await simhelp.submit(world.mo, form, {"Text": "With cake"})
    await world.restart()
    more = await simhelp.press(world.mo, preview, "More options")
    await world.restart()
    preview = await simhelp.submit(world.mo, more, {"Places": "20"})
    await world.restart()
    assert "nnounced" in simhelp.texts(await simhelp.press(world.mo, preview, "Post now")) or board(world)
    await world.settle()
    await world.restart()
    card = board(world)[1]
    assert "You're going" in simhelp.texts(await simhelp.press(world.anna, card, "Going"))


async def test_who_does_not_announce_gets_nowhere(world: World) -> None:
    await planned(world)
    for who in (world.anna, world.olga):
        for name in DOORS:
            kind, door = name
            answer = await forged(world, who, kind, door, *DOORS[name][1], values=DOORS[name][2])
            assert answer.modal is None, door
            assert "Only moderators can announce" in simhelp.texts(answer), door
    assert (await only_event(world)).stored is State.DRAFT


async def test_another_server_has_no_way_in(world: World) -> None:
    await announced(world, "Ours alone")
    await world.settle()
    other = world.env.create_guild("Elsewhere")
    await simhelp.restrict_bot(world.env, other, world.bot.get_guild(other.id).me.guild_permissions)  # type: ignore[union-attr]
    channel = other.create_text_channel("general")
    boss = other.create_role("Boss", permissions=discord.Permissions(manage_guild=True, manage_events=True))
    stranger = other.add_member(world.env.create_user("stranger"), roles=[boss])
    for command in ("announce edit", "announce cancel"):
        answer = await stranger.slash(channel, command, event="1")
        assert "isn't in this server" in simhelp.texts(answer)
        assert await stranger.autocomplete(channel, command, "event", "") == []
    assert "Ours" not in simhelp.texts(await stranger.slash(channel, "events"))
    for (kind, door), (_, ids, values) in DOORS.items():
        if ids:
            answer = await forged(world, stranger, kind, door, *ids, values=values, channel=channel.id)
            assert "Ours" not in simhelp.texts(answer), door
            assert answer.modal is None, door
    assert (await only_event(world)).stored is State.ANNOUNCED


async def test_ids_that_are_none(world: World) -> None:
    for typed in ("x", "-1", "9" * 40, "²"):
        for command in ("announce edit", "announce cancel"):
            assert "isn't in this server" in simhelp.texts(await world.mo.slash(world.somewhere, command, event=typed))


HOSTILE = (
    "@everyone <@&{role}> <@{person}> [click](https://evil.partners.org) https://evil.partners.org discord.gg/abc "
    "\u202egnp\u202c a\u200bb **bold** ||spoiler|| `code`\n# Big\n> quote"
)


ALIVE = ("](https:/", "@everyone", "https://evil", "discord.gg", "**bold", "\u202e", "\n# Big", "\n> quote")


async def test_hostile_text_is_inert_wherever_it_is_shown(world: World) -> None:
    text = HOSTILE.format(role=world.guild.default_role.id, person=world.ben.id)
    line = text.replace("\n", " ")[:95]

    async def vouched(answer: Any) -> Any:
        """So much that looks like a lure may make the guard ask; whoever means well goes on."""
        again = "Continue, this is not about a case"
        asked = answer.modal is None and again in simhelp.buttons(answer)
        return await simhelp.press(world.mo, answer, again) if asked else answer

    form = await world.mo.slash(world.somewhere, "announce event", title=line, starts="in 3 days 18:00", where=line)
    preview = await vouched(form)
    form = await simhelp.press(world.mo, preview, "Edit") if preview.modal is None else preview
    shown = [await vouched(await simhelp.submit(world.mo, form, {"Text": text}))]
    shown.append(await simhelp.press(world.mo, shown[0], "Post now"))
    await world.settle()
    shown.append(await simhelp.press(world.anna, board(world)[1], "Going"))
    shown.append(await simhelp.press(world.anna, shown[-1], "Remind me"))
    shown.append(await world.anna.slash(world.somewhere, "events"))
    form = await world.mo.slash(world.somewhere, "announce cancel", event="1")
    shown.append(await vouched(await simhelp.submit(world.mo, form, {"reason": text})))
    await world.settle(90)
    seen = [text for one in shown for text in displays(one)] + [t for m in board(world) for t in displays(m)]
    seen += [message.content for message in board(world)] + [board(world)[0].embeds[0].description or ""]
    assert sum("Big" in said for said in seen) >= 3, "the text is shown, or this test reads nothing"
    for said in seen:
        alive = [bad for bad in ALIVE if bad in said]
        assert alive == [], said
    for request in world.watch.requests:
        if isinstance(request.body, dict) and "allowed_mentions" in request.body:
            assert request.body["allowed_mentions"].get("parse") == []
            assert not request.body["allowed_mentions"].get("users")
            assert not request.body["allowed_mentions"].get("roles")


@pytest.mark.parametrize("locale", ["en-GB", "sv-SE"])
async def test_the_longest_of_everything_fits(world: World, locale: str) -> None:
    simhelp.set_locale(world.env, locale)
    boss = world.actor(world.ada, Standing.ADMIN)
    await world.services.servers.choose(boss, locale=locale[:2])
    roles = [world.guild.create_role(f"role {n}" * 10) for n in range(5)]
    form = await world.mo.slash(
        world.somewhere, "announce event", title="*" * 100, starts="in 90 days 18:00", where="_" * 100,
        type=next(iter(world.services.content.event_types)),
    )  # fmt: skip
    preview = await simhelp.submit(
        world.mo, form,
        {"text": "*" * 2500, "link": "https://example.org/" + "a" * 370, "image": "https://example.org/" + "b" * 370,
         "alt": "~" * 300},
    )  # fmt: skip
    slugs = [sector.slug for sector in (await world.services.sectors.of(world.guild.id)).active]
    preview = await simhelp.pick(world.mo, preview, slugs, menu="announce.sectors")
    preview = await simhelp.pick(world.mo, preview, roles, menu="announce.roles")
    more = await forged(world, world.mo, "press", "announce.more", 1)
    await simhelp.submit(world.mo, more, {"capacity": "10000", "until": "in 80 days 12:00", "reminders": "24"})
    await forged(world, world.mo, "press", "announce.post", 1)
    await world.settle()
    notice, card = board(world)
    for who, door in ((world.anna, "going"), (world.anna, "remind"), (world.anna, "calendar"), (world.mo, "show")):
        answer = await forged(world, who, "press", f"events.{door}", 1)
        assert answer.response is not None
    form = await world.mo.slash(world.somewhere, "announce edit", event="1")
    await simhelp.submit(world.mo, form, {"starts": "in 89 days 18:00"})
    form = await world.mo.slash(world.somewhere, "announce cancel", event="1")
    await simhelp.submit(world.mo, form, {"reason": "|" * 500})
    await world.settle(90)
    assert [message.id for message in board(world)] == [notice.id, card.id]
    assert await world.services.outbox.stuck(world.guild.id) == []


# ----------------------------------------------------------------------------- when somebody else was quicker


async def test_of_two_who_edit_at_once_the_second_hears_it_and_chooses(world: World) -> None:
    await world.mo.slash(world.somewhere, "announce event", title="Open evening", starts="in 3 days 18:00")
    mine = await forged(world, world.mo, "press", "announce.edit", 1)
    theirs = await forged(world, world.ada, "press", "announce.edit", 1)
    await simhelp.submit(world.ada, theirs, {"title": "Open *night*", "where": "The library"})
    asked = await simhelp.submit(world.mo, mine, {"title": "Coffee evening"})
    said = simhelp.texts(asked)
    assert "Somebody else saved first" in said
    assert f"<@{world.ada.id}> changed this event" in said
    assert "now: Open \\*night\\*" in said
    assert "yours: Coffee evening" in said
    assert "The library" in said, "an empty field of the form would empty it"
    assert "**Starts**" not in said, "nobody changed that"
    assert (await only_event(world)).title == "Open *night*"
    _, door, *ids = simhelp.buttons(asked)["Use mine"].split(":")
    kept = await simhelp.press(world.mo, asked, "Keep theirs")
    assert "Open \\*night\\*" in simhelp.texts(kept)
    await forged(world, world.mo, "press", door, *ids)  # from another window, where the question still stands
    event = await only_event(world)
    assert (event.title, event.where, event.editor_id) == ("Coffee evening", "", world.mo.id)


async def test_who_is_overtaken_twice_is_asked_twice(world: World) -> None:
    await world.mo.slash(world.somewhere, "announce event", title="Open evening", starts="in 3 days 18:00")
    mine = await forged(world, world.mo, "press", "announce.extras", 1)
    for text in ("First", "Second"):
        theirs = await forged(world, world.ada, "press", "announce.extras", 1)
        await simhelp.submit(world.ada, theirs, {"text": text})
    asked = await simhelp.submit(world.mo, mine, {"text": "Mine"})
    theirs = await forged(world, world.ada, "press", "announce.extras", 1)
    await simhelp.submit(world.ada, theirs, {"text": "Third"})
    again = await simhelp.press(world.mo, asked, "Use mine")
    assert "now: Third" in simhelp.texts(again)
    await simhelp.press(world.mo, again, "Use mine")
    assert (await only_event(world)).text == "Mine"


async def test_the_same_change_made_twice_is_no_conflict(world: World) -> None:
    await world.mo.slash(world.somewhere, "announce event", title="Open evening", starts="in 3 days 18:00")
    forms = [await forged(world, who, "press", "announce.more", 1) for who in (world.mo, world.ada)]
    for who, form in zip((world.mo, world.ada), forms, strict=True):
        assert "30 places" in simhelp.texts(await simhelp.submit(who, form, {"capacity": "30"}))


async def test_choosing_after_the_form_was_forgotten_says_so(world: World) -> None:
    await planned(world)
    for which in ("fix", "no-such"):
        answer = await forged(world, world.mo, "press", "announce.again", which, 1, 0, "999")
        assert "no longer works" in simhelp.texts(answer)


# ------------------------------------------------------------------------------ the nights the clocks change


@pytest.mark.parametrize(
    ("typed", "first", "second"),
    [
        ("2026-03-29 02:30", "2026-03-29 01:30 Europe/Stockholm", "2026-03-29 03:30 Europe/Stockholm"),
        ("2026-10-25 02:30", "2026-10-25 02:30 UTC+02:00", "2026-10-25 02:30 UTC+01:00"),
    ],
)
async def test_a_missing_or_doubled_hour_has_a_button_for_each_instant(
    world: World, typed: str, first: str, second: str
) -> None:
    asked = await world.mo.slash(world.somewhere, "announce event", title="Night shift", starts=typed)
    assert "The clocks change that night" in simhelp.texts(asked)
    labels = list(simhelp.buttons(asked))
    assert len(labels) == 3
    assert labels[0].startswith(first)
    assert labels[1].startswith(second)
    preview = await simhelp.press(world.mo, asked, labels[1])
    assert "Night shift" in simhelp.texts(preview)
    one = (await only_event(world)).starts
    asked = await world.mo.slash(world.somewhere, "announce event", title="Night shift", starts=typed)
    await simhelp.press(world.mo, asked, labels[0])
    other = await world.services.events.any(world.guild.id, 2)
    assert other is not None
    assert other.starts < one


async def test_the_doubled_hour_of_an_edit_and_of_a_schedule_too(world: World) -> None:
    await world.mo.slash(world.somewhere, "announce event", title="Night shift", starts="2026-11-02 18:00")
    form = await forged(world, world.mo, "press", "announce.edit", 1)
    asked = await simhelp.submit(world.mo, form, {"starts": "2026-10-25 02:30", "title": "Late shift"})
    again = await simhelp.press(world.mo, asked, "Fix it")
    assert "Late shift" in [field.get("value") for field in simhelp.fields(again.modal).values()]
    later = next(label for label in simhelp.buttons(asked) if "UTC+01:00" in label)
    await simhelp.press(world.mo, asked, later)
    event = await only_event(world)
    assert (event.title, event.starts.isoformat()) == ("Late shift", "2026-10-25T01:30:00+00:00")
    form = await forged(world, world.mo, "press", "announce.schedule", 1)
    asked = await simhelp.submit(world.mo, form, {"post_at": "2026-10-25 02:10"})
    sooner = next(label for label in simhelp.buttons(asked) if "UTC+02:00" in label)
    await simhelp.press(world.mo, asked, sooner)
    scheduled = await only_event(world)
    assert scheduled.stored is State.SCHEDULED
    assert scheduled.post_at is not None
    assert scheduled.post_at.isoformat() == "2026-10-25T00:10:00+00:00"


# --------------------------------------------------------------------------------------- a form that was closed


async def test_a_draft_whose_form_was_closed_is_shown_as_not_finished_and_goes_after_a_day(world: World) -> None:
    await world.mo.slash(world.somewhere, "announce event", title="Half a plan", starts="in 3 days 18:00")
    await drafted(world)
    listed = await world.mo.slash(world.somewhere, "events")
    said = simhelp.texts(listed)
    assert said.count("not finished") == 1
    assert "Half a plan" in said.split("not finished")[0]
    opened = await simhelp.pick(world.mo, listed, "Half a plan", "Open")
    assert "left like this, it's discarded" in simhelp.texts(opened)
    assert "Discard" in simhelp.buttons(opened)
    await world.pass_days(1)
    await world.env.advance_time(3600)
    await world.services.events.sweep()
    assert await world.services.events.any(world.guild.id, 1) is None
    assert await world.services.events.any(world.guild.id, 2) is not None


# --------------------------------------------------------------------------------------------- when it fails

DOORS: dict[tuple[str, str], tuple[str, tuple[Any, ...], tuple[str, ...]]] = {
    ("press", "announce.open"): ("", (), ()),
    ("press", "announce.again"): ("forms.take", ("fix", 1, 0, "1"), ()),
    ("press", "announce.edit"): ("events.manage", (1,), ()),
    ("press", "announce.extras"): ("events.manage", (1,), ()),
    ("press", "announce.manage"): ("events.manage", (1,), ()),
    ("press", "announce.more"): ("events.manage", (1,), ()),
    ("press", "announce.post"): ("events.post", (1,), ()),
    ("press", "announce.schedule"): ("events.manage", (1,), ()),
    ("press", "announce.unschedule"): ("events.unschedule", (1,), ()),
    ("press", "announce.discard"): ("events.discard", (1,), ()),
    ("press", "announce.cancel"): ("events.manage", (1,), ()),
    ("pick", "announce.sectors"): ("events.choose_sectors", (1,), ("x",)),
    ("pick", "announce.roles"): ("events.choose_roles", (1,), ()),
}
SUBMITS = {
    "announce.fix": ("announce.edit", "title", "change_basics"),
    "announce.text": ("announce.extras", "text", "change_extras"),
    "announce.options": ("announce.more", "until", "change_options"),
    "announce.schedule": ("announce.schedule", "post_at", "schedule"),
    "announce.cancel": ("announce.cancel", "reason", "cancel"),
}


def test_no_door_is_left_out(world: World) -> None:
    mine = {(kind, name) for kind, name in world.bot.doors.names if name.startswith("announce.")}
    assert mine == set(DOORS) | {(kind, name) for name in SUBMITS for kind in ("form", "submit")}


@pytest.mark.parametrize(("kind", "name"), [door for door, (target, *_) in DOORS.items() if target])
async def test_every_button_and_select_answers_when_it_fails(world: World, kind: str, name: str) -> None:
    target, ids, values = DOORS[kind, name]
    if name == "announce.roles":
        values = (str(world.guild.roles["Organisers"].id),)
    await planned(world)
    await answers_faults(world, target, lambda: forged(world, world.mo, kind, name, *ids, values=values))


@pytest.mark.parametrize("name", SUBMITS)
async def test_every_form_answers_when_it_fails_and_keeps_what_was_typed(world: World, name: str) -> None:
    opened_by, field, method = SUBMITS[name]
    await (announced(world) if name == "announce.cancel" else planned(world))

    async def attempt() -> Result:
        form = await forged(world, world.mo, "press", opened_by, 1)
        return await simhelp.submit(world.mo, form, {field: "Not to be lost"})

    await answers_faults(world, f"events.{method}", attempt)
    with pytest.MonkeyPatch.context() as patch:
        breaking(patch, world, f"events.{method}", RuntimeError())
        refused = await attempt()
    again = await simhelp.press(world.mo, refused, "Open the form again")
    assert "Not to be lost" in [control.get("value") for control in simhelp.fields(again.modal).values()]


COMMANDS: dict[str, tuple[str, dict[str, str]]] = {
    "announce event": ("plan", {"title": "x", "starts": "in 2 days 18:00"}),
    "announce edit": ("manage", {"event": "1"}),
    "announce cancel": ("manage", {"event": "1"}),
}


@pytest.mark.parametrize("command", COMMANDS)
async def test_every_command_answers_when_it_fails(world: World, command: str) -> None:
    method, options = COMMANDS[command]
    attempt: Callable[[], Awaitable[Result]] = lambda: world.mo.slash(world.somewhere, command, **options)  # noqa: E731
    await answers_faults(world, f"events.{method}", attempt)


async def test_a_suggestion_that_fails_is_an_empty_list(world: World) -> None:
    world.faults_expected = True
    for command, option, target in (
        ("announce event", "starts", "servers.settings"),
        ("announce edit", "event", "events.editable"),
        ("announce cancel", "event", "events.cancellable"),
    ):
        for fault in (RuntimeError("inner"), StorageUnavailable("locked")):
            with pytest.MonkeyPatch.context() as patch:
                breaking(patch, world, target, fault)
                assert await world.mo.autocomplete(world.somewhere, command, option, "a") == []


async def test_the_guard_holds_every_text_back_before_it_is_stored(world: World) -> None:
    def told(answer: simcord.InteractionResult) -> bool:
        return "Nothing of what you wrote was stored" in simhelp.texts(answer)

    case = "A child I know is being abused right now at home, please help"
    slash = world.mo.slash
    assert told(await slash(world.somewhere, "announce event", title=case, starts="in 2 days 18:00"))
    assert told(await slash(world.somewhere, "announce event", title="x", starts="in 2 days 18:00", where=case))
    assert await world.services.events.any(world.guild.id, 1) is None
    for field in ("Text", "What the picture shows"):
        form = await slash(world.somewhere, "announce event", title="x", starts="in 2 days 18:00")
        assert told(await simhelp.submit(world.mo, form, {field: case}))
    event = await announced(world)
    form = await slash(world.somewhere, "announce cancel", event=str(event.id))
    assert told(await simhelp.submit(world.mo, form, {"reason": case}))
    assert case not in repr([record.getMessage() for record in world.logged.records])
    assert case.encode() not in (world.folder / "test.db").read_bytes()
    assert all(case not in repr(request.body) for request in world.watch.requests)
    stopped = await slash(world.somewhere, "announce event", title=case, starts="in 2 days 18:00")
    preview = await simhelp.press(world.mo, stopped, "Continue, this is not about a case")
    assert "Post now" in simhelp.buttons(preview)
