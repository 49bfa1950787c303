"""A server's choices, and what happens to posts when a channel is chosen or changed."""

from __future__ import annotations

import pytest

from bot.actor import Actor, Standing
from bot.errors import Invalid, NotAllowed, NotFound
from bot.pledges.model import Draft, Pledge, Visibility
from bot.servers.model import Channel
from bot.servers.service import PANEL, WELCOME
from bot.storage.database import Transaction
from tests import simhelp
from tests.world import World


def boss(world: World) -> Actor:
    return world.actor(world.ada, Standing.ADMIN)


async def handed_in(world: World) -> Pledge:
    await world.register(world.anna)
    anna, pledges = world.actor(world.anna), world.services.pledges
    draft = Draft("Hold a briefing", "It was held", None, "", Visibility.NAMED)
    return await pledges.submit(anna, (await pledges.save_draft(anna, draft)).id)


async def test_what_waits_for_a_channel_is_posted_when_one_is_chosen(bare_world: World) -> None:
    world = bare_world
    pledge = await handed_in(world)
    await world.settle()
    assert world.watch.sent("POST", "/messages") == []
    desk = world.channels[Channel.ORGANISERS]
    await world.services.servers.choose_channels(boss(world), {Channel.ORGANISERS: desk.id})
    await world.settle()
    assert "Hold a briefing" in simhelp.texts(simhelp.post(desk))
    await world.services.pledges.approve(world.actor(world.olga, Standing.ORGANISER), pledge.id)
    await world.settle()
    board = world.channels[Channel.PLEDGES]
    assert list(board.history()) == []
    await world.services.servers.choose_channels(boss(world), {Channel.PLEDGES: board.id})
    await world.settle()
    assert "Hold a briefing" in simhelp.texts(simhelp.post(board))
    assert list(world.channels[Channel.WELCOME].history()) == []


async def test_ten_changes_before_a_channel_is_chosen_wait_as_one(bare_world: World) -> None:
    world = bare_world
    await handed_in(world)
    for _ in range(3):

        async def work(tx: Transaction) -> None:
            await world.services.outbox.put(tx, world.guild.id, "pledge.review", 1)

        await world.services.database.write(work)
        await world.settle()
    # The review card, the panel and the welcome card: one row each.
    assert (await world.services.servers.stuck(boss(world)))[1] == 3


async def test_posts_follow_into_a_new_channel_and_a_deleted_one_is_no_obstacle(world: World) -> None:
    await handed_in(world)
    await world.services.servers.finish(boss(world))
    await world.settle()
    old, new = world.channels[Channel.ORGANISERS], world.guild.create_text_channel("new-desk")
    assert len(list(old.history())) == 2
    await world.services.servers.choose_channels(boss(world), {Channel.ORGANISERS: new.id})
    await world.settle(10)
    assert list(old.history()) == []
    assert {"Queue", "Approve"} <= {label for m in new.history() for label in simhelp.buttons(m)}
    world.env.backend.delete_channel(new.id)
    await world.env.settle()
    await world.services.servers.choose_channels(boss(world), {Channel.ORGANISERS: old.id})
    await world.settle(10)
    assert {"Queue", "Approve"} <= {label for m in old.history() for label in simhelp.buttons(m)}


async def test_what_failed_for_want_of_a_channel_goes_out_with_the_next_choice(world: World) -> None:
    desk = world.channels[Channel.ORGANISERS]
    world.env.backend.delete_channel(desk.id)
    await world.env.settle()
    await handed_in(world)
    await world.settle()
    stuck, _held = await world.services.servers.stuck(boss(world))
    assert {row.kind for row in stuck} == {"pledge.review", PANEL}
    new = world.guild.create_text_channel("desk")
    await world.services.servers.choose_channels(boss(world), {Channel.ORGANISERS: new.id})
    await world.settle()
    assert "Approve" in simhelp.buttons(simhelp.post(new, "Hold a briefing"))
    assert (await world.services.servers.stuck(boss(world)))[0] == []


async def test_the_panel_says_how_many_wait(world: World) -> None:
    await world.services.servers.finish(boss(world))
    await world.settle()
    desk = world.channels[Channel.ORGANISERS]
    assert "Nothing is waiting" in simhelp.texts(simhelp.post(desk, "panel"))
    pledge = await handed_in(world)
    await world.settle(10)
    assert "1 pledge waits" in simhelp.texts(simhelp.post(desk, "panel"))
    await world.services.pledges.approve(world.actor(world.olga, Standing.ORGANISER), pledge.id)
    await world.settle(10)
    assert "Nothing is waiting" in simhelp.texts(simhelp.post(desk, "panel"))


async def test_finishing_twice_leaves_one_card_of_each(world: World) -> None:
    rows: dict[str, int] = {}
    for _ in range(2):
        rows = await world.services.servers.finish(boss(world))
        await world.settle(65)
    assert set(rows) == {WELCOME, PANEL}
    for purpose in (Channel.WELCOME, Channel.ORGANISERS):
        assert len([m for m in world.channels[purpose].history() if simhelp.buttons(m)]) == 1


async def test_nobody_but_an_admin_changes_anything(world: World) -> None:
    servers, before = world.services.servers, await world.services.servers.settings(world.guild.id)
    for standing in (Standing.MEMBER, Standing.MODERATOR, Standing.ORGANISER):
        who = world.actor(world.ben, standing)
        for attempt in (
            servers.begin(who, "x", locale=None, zone=None, guesses={}),
            servers.choose_channels(who, {Channel.WELCOME: 1}),
            servers.choose_roles(who, Standing.ORGANISER, [1]),
            servers.choose(who, zone="UTC"),
            servers.tick_routes(who, "SE"),
            servers.finish(who),
        ):
            with pytest.raises(NotAllowed):
                await attempt
    assert await servers.settings(world.guild.id) == before


async def test_choices_that_can_not_be_are_refused(world: World) -> None:
    servers = world.services.servers
    with pytest.raises(Invalid):
        await servers.choose_roles(boss(world), Standing.ORGANISER, [world.guild.id])
    with pytest.raises(NotFound):
        await servers.choose_roles(boss(world), Standing.ADMIN, [1])
    for zone in ("Mars/Olympus", "", "../etc/passwd", "Europe"):
        with pytest.raises(Invalid):
            await servers.choose(boss(world), zone=zone)


async def test_servers_are_sealed_off(world: World) -> None:
    servers = world.services.servers
    there = Actor(world.ada.id, 42, frozenset({Standing.ADMIN}))
    await servers.choose_channels(there, {Channel.WELCOME: 4711})
    await servers.tick_routes(there, "SE")
    here = await servers.settings(world.guild.id)
    assert here.channel(Channel.WELCOME) == world.channels[Channel.WELCOME].id
    assert here.route_checks == {}


async def test_erasing_an_admin_leaves_the_check_without_their_name(world: World) -> None:
    servers = world.services.servers
    await servers.tick_routes(boss(world), "SE")

    async def work(tx: Transaction) -> None:
        await servers.forget(tx, world.guild.id, world.ada.id)

    await world.services.database.write(work)
    check = (await servers.settings(world.guild.id)).routes_checked("SE", world.services.clock().date())
    assert check is not None
    assert check.by is None


async def test_settings_outlast_a_restart(world: World) -> None:
    await world.services.servers.tick_routes(boss(world), "SE")
    before = await world.services.servers.settings(world.guild.id)
    await world.restart()
    assert await world.services.servers.settings(world.guild.id) == before
