"""The thread on Discord: made once, opened with a card, locked at the end, whatever breaks in between.

The offline Discord knows private threads, their members, locking and the permissions; it does not let a role's people
in when the role is named in one, as Discord does, and it lets a message in an archived thread be changed, which
Discord refuses: what is asserted here for these two is what the bot sends.
"""

from __future__ import annotations

from typing import Any

import discord
import pytest
import simcord

from bot.actor import Standing
from bot.app import PERMISSIONS
from bot.introductions import cards
from bot.introductions.model import GONE, NO_PLACE, NO_RIGHT, NO_ROLE, Introduction, Status
from bot.members.model import Visibility
from bot.servers.model import Channel
from tests import simhelp
from tests.introductions.introducing import (
    ACME,
    asked,
    closed,
    confirm,
    found,
    inside,
    introduced,
    settle,
    status,
    stuck,
    threads,
)
from tests.members.joining import saved
from tests.world import World


async def accept(world: World, number: int) -> None:
    await world.services.introductions.accept(world.actor(world.ben), number)
    await settle(world)


async def close(world: World, number: int) -> None:
    await world.services.introductions.close(world.actor(world.anna), number)
    await settle(world)


def opening(thread: simcord.ChannelHandle) -> str:
    """The words of the one card in a thread."""
    (message,) = [message for message in thread.history() if simhelp.texts(message)]
    return simhelp.texts(message)


def organisers(world: World) -> int:
    return int(world.guild.roles["Organisers"].id)


async def test_a_yes_opens_one_private_thread_for_the_two_and_the_organisers(world: World) -> None:
    number = await introduced(world)
    (thread,) = threads(world)
    known = await found(world, number)
    assert (known.thread_id, known.channel_id) == (thread.id, world.channels[Channel.IDEAS].id)
    assert inside(world, thread) == {world.anna.id, world.ben.id}
    (made,) = world.watch.sent("POST", "/threads")
    assert made.body is not None
    assert isinstance(made.body, dict)
    assert made.body["type"] == discord.ChannelType.private_thread.value
    assert made.body["invitable"] is False
    assert made.body["name"] == f"Acme × Telia · {number}"
    words = opening(thread)
    for part in ("Acme, meet Telia", "rooms for meetings", "know-how on blocking", f"<@&{organisers(world)}>", "Close"):
        assert part in words
    (posted,) = world.watch.sent("POST", f"/channels/{thread.id}/messages")
    assert isinstance(posted.body, dict)
    mentions = posted.body["allowed_mentions"]
    assert mentions["roles"] == [organisers(world)]
    assert not mentions.get("users")
    assert not mentions.get("parse")


async def test_a_process_that_ends_before_the_thread_is_stored_makes_no_second_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await asked(world)
    world.faults_expected = True

    async def killed(*_: object) -> Introduction:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(world.services.introductions, "bind", killed)
        await world.services.introductions.accept(world.actor(world.ben), number)
        await world.bot.worker.idle()
    assert len(threads(world)) == 1
    assert (await found(world, number)).thread_id is None
    await world.restart()
    for _ in range(4):
        await settle(world)
    (thread,) = threads(world)
    assert (await found(world, number)).thread_id == thread.id
    assert inside(world, thread) == {world.anna.id, world.ben.id}
    assert "Acme, meet Telia" in opening(thread)


async def test_a_thread_that_was_archived_before_it_was_stored_is_found_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await asked(world)
    world.faults_expected = True

    async def killed(*_: object) -> Introduction:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(world.services.introductions, "bind", killed)
        await world.services.introductions.accept(world.actor(world.ben), number)
        await world.bot.worker.idle()
    (thread,) = threads(world)
    world.env.backend.edit_channel(thread.id, {}, thread_metadata={"archived": True})
    for _ in range(4):
        await settle(world)
    assert len(threads(world)) == 1
    assert (await found(world, number)).thread_id == thread.id


async def test_people_are_let_in_by_the_next_process_if_the_first_one_did_not_get_to_it(world: World) -> None:
    number = await asked(world)
    world.env.inject_error("PUT", "/channels/*/thread-members/*", status=503, times=1)
    await world.services.introductions.accept(world.actor(world.ben), number)
    await world.bot.worker.idle()
    await world.restart()
    for _ in range(3):
        await settle(world)
    (thread,) = threads(world)
    assert inside(world, thread) == {world.anna.id, world.ben.id}


async def test_somebody_who_left_the_server_is_left_out(world: World) -> None:
    number = await asked(world)
    path = f"/channels/*/thread-members/{world.anna.id}"
    world.env.inject_error("PUT", path, status=404, code=10007, message="Unknown Member", times=None)
    await accept(world, number)
    (thread,) = threads(world)
    assert inside(world, thread) == {world.ben.id}
    assert await stuck(world) == []


async def test_closing_locks_it_and_leaves_nobodys_words_or_name(world: World) -> None:
    number = await introduced(world)
    (thread,) = threads(world)
    await close(world, number)
    assert closed(world, thread)
    words = opening(thread)
    assert "This introduction is closed" in words
    for part in ("rooms for meetings", "blocking", f"<@{world.anna.id}>", f"<@{world.ben.id}>"):
        assert part not in words
    assert "Close" not in simhelp.buttons(thread.history()[-1])
    sent = len(world.watch.requests)
    await settle(world)
    assert len(world.watch.requests) == sent, "and nothing more is done about it"


async def test_a_thread_that_fell_asleep_is_woken_to_be_closed(world: World) -> None:
    number = await introduced(world)
    (thread,) = threads(world)
    world.env.backend.edit_channel(thread.id, {}, thread_metadata={"archived": True})
    await world.env.settle()
    before = len(world.watch.requests)
    await close(world, number)
    assert closed(world, thread)
    changes = [r for r in world.watch.requests[before:] if r.method == "PATCH" and f"/channels/{thread.id}" in r.path]
    assert [r.path.endswith(f"/channels/{thread.id}") for r in changes] == [True, False, True], "wake, edit, lock"


async def test_what_is_closed_before_there_is_a_thread_gets_none(world: World) -> None:
    number = await asked(world)
    await world.bot.worker.stop()
    await world.services.introductions.accept(world.actor(world.ben), number)
    await world.services.introductions.close(world.actor(world.anna), number)
    await world.restart()
    await settle(world)
    assert threads(world) == []


async def test_what_is_closed_while_its_thread_is_made_is_locked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    number = await asked(world)
    introductions = world.services.introductions
    original = introductions.bind

    async def meanwhile(*arguments: Any) -> Introduction:
        await introductions.close(world.actor(world.anna), number)
        return await original(*arguments)

    monkeypatch.setattr(introductions, "bind", meanwhile)
    await accept(world, number)
    (thread,) = threads(world)
    assert closed(world, thread)
    assert await stuck(world) == []


@pytest.mark.parametrize("lacking", ["create_private_threads", "send_messages_in_threads", "manage_threads"])
async def test_a_missing_permission_is_said_in_the_check_and_can_be_put_right(world: World, lacking: str) -> None:
    number = await asked(world)
    without = PERMISSIONS & ~discord.Permissions(**{lacking: True})
    await simhelp.restrict_bot(world.env, world.guild, without)
    await accept(world, number)
    assert threads(world) == []
    assert await stuck(world) == [NO_RIGHT]
    check = await world.ada.slash(world.somewhere, "setup check")
    assert "The thread of an introduction" in simhelp.texts(check)
    assert "Create Private Threads" in simhelp.texts(check)
    await simhelp.restrict_bot(world.env, world.guild, PERMISSIONS)
    check = await world.ada.slash(world.somewhere, "setup check")
    await simhelp.press(world.ada, check, "Try again")
    await settle(world)
    assert len(threads(world)) == 1
    assert (await found(world, number)).status is Status.ACCEPTED


async def test_the_check_names_what_is_lacking_before_anybody_is_introduced(world: World) -> None:
    await simhelp.restrict_bot(world.env, world.guild, PERMISSIONS & ~discord.Permissions(manage_threads=True))
    check = simhelp.texts(await world.ada.slash(world.somewhere, "setup check"))
    assert "I lack *Manage Threads*" in check


async def test_without_a_text_channel_there_is_no_thread_and_the_next_one_chosen_will_do(world: World) -> None:
    number = await asked(world)
    admin, servers = world.actor(world.ada, Standing.ADMIN), world.services.servers
    news = world.channels[Channel.ANNOUNCEMENTS].id
    others = (Channel.IDEAS, Channel.WELCOME, Channel.QUESTIONS, Channel.PLEDGES)
    await servers.choose_channels(admin, dict.fromkeys(others, news))
    await accept(world, number)
    assert await stuck(world) == [NO_PLACE]
    await servers.choose_channels(admin, {Channel.WELCOME: world.channels[Channel.WELCOME].id})
    (row,) = await world.services.outbox.stuck(world.guild.id)
    await world.services.outbox.retry(world.guild.id, row.id)
    await settle(world)
    assert len(threads(world, Channel.WELCOME)) == 1


async def test_without_the_organisers_there_is_no_thread(world: World) -> None:
    number = await asked(world)
    world.env.backend.delete_role(world.guild.id, organisers(world))
    await world.env.settle()
    await accept(world, number)
    assert threads(world) == []
    assert await stuck(world) == [NO_ROLE]


async def test_a_thread_deleted_by_hand_is_closed_without_a_complaint(world: World) -> None:
    number = await introduced(world)
    (thread,) = threads(world)
    world.env.backend.delete_channel(thread.id)
    await world.env.settle()
    await close(world, number)
    assert await status(world, number) is Status.CLOSED
    assert await stuck(world) == []


async def test_every_obstacle_has_words(world: World) -> None:
    for reason in (NO_PLACE, NO_RIGHT, NO_ROLE, GONE):
        assert cards.why(reason)
    assert cards.why("403/50013") is None


async def test_whoever_hides_is_named_no_more_in_the_thread(world: World) -> None:
    await introduced(world)
    (thread,) = threads(world)
    assert f"<@{world.anna.id}>" in opening(thread)
    await saved(world, world.anna, "schools", organisation="Acme", visibility=Visibility.COUNTED, offers=ACME)
    await settle(world)
    assert closed(world, thread)
    assert f"<@{world.anna.id}>" not in opening(thread)
    assert "rooms for meetings" not in opening(thread)


async def test_an_erased_person_is_in_no_card_and_no_row(world: World) -> None:
    number = await introduced(world)
    (thread,) = threads(world)
    await world.services.privacy.erase(world.guild.id, world.ben.id)
    await settle(world)
    assert closed(world, thread)
    assert f"<@{world.ben.id}>" not in opening(thread)
    assert "know-how" not in opening(thread)
    assert (await found(world, number)).people == (world.anna.id,)


async def test_an_open_card_follows_what_is_offered_and_what_an_organisation_is_called(world: World) -> None:
    number = await introduced(world)
    (thread,) = threads(world)
    await saved(world, world.anna, "schools", organisation="Acme", visibility=Visibility.NAMED, offers="a new stage")
    await settle(world)
    assert "a new stage" in opening(thread)
    assert "rooms for meetings" not in opening(thread)
    known, olga = await found(world, number), world.actor(world.olga, Standing.ORGANISER)
    desk = await world.services.organisations.desk(olga, known.asked)
    await world.services.organisations.rename(olga, known.asked, desk.revision, "Telia Sverige")
    await settle(world)
    assert "Acme, meet Telia Sverige" in opening(thread)
    await confirm(world, known.asked, confirmed=False)
    await settle(world)
    assert closed(world, thread)
