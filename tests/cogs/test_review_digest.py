"""/review digest through real dispatch: looked at, posted, every month; and who may not have it."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from functools import partial
from typing import Any

import discord
import simcord

from bot.actor import Standing
from bot.pledges.digest.service import MONTHLY
from bot.pledges.model import Visibility
from bot.servers.model import Channel
from tests import simhelp
from tests.cogs import pledging
from tests.cogs.pressing import Result, answers_faults, forged
from tests.world import World

PANEL: dict[str, Any] = {"kind": "server.panel", "subject_id": 0}
DOORS = [
    ("press", "review.digest", ("month",), "month", "look"),
    ("pick", "digest.period", (), "year", "look"),
    ("press", "digest.post", ("month",), "month", "post"),
    ("press", "digest.monthly", (1, "month"), "month", "switch"),
    ("pick", "digest.freshness", ("month",), "30-90", "look"),
]


async def opened(world: World, who: simcord.MemberActor | None = None, **options: str) -> Result:
    """The digest as an organiser gets it from the command."""
    return await (who or world.olga).slash(world.somewhere, "review digest", **options)


def posted(world: World) -> list[discord.Message]:
    """The digests that stand in the organisers' channel."""
    return [m for m in world.channels[Channel.ORGANISERS].history() if "Digest: " in simhelp.texts(m)]


async def partners(world: World, visibility: Visibility = Visibility.NAMED) -> None:
    """Three people of one sector, so that its figures may be said."""
    for who in (world.anna, world.ben, world.mo):
        await world.register(who, visibility=visibility.value)
    await world.services.members.recount()


async def test_an_empty_coalition_is_greeted(world: World) -> None:
    answer = await opened(world)
    said = simhelp.texts(answer)
    assert "A small pledge is enough to begin." in said
    assert "No pledges yet. The first one starts the chart." in said, "the picture says it too"
    assert answer.ephemeral


async def test_figures_and_a_picture(world: World) -> None:
    await partners(world)
    number = await pledging.active(world, world.anna)
    await pledging.active(world, world.ben)
    await pledging.handed_in(world, world.mo)
    await world.services.pledges.done(world.actor(world.anna), number, "All of it", "")
    said = simhelp.texts(await opened(world))
    assert "3 made, 2 approved, 0 kept" in said
    assert "Active now: 2" in said
    assert "🟢 fresh, updated under 90 days ago: 2" in said
    assert "too few to say (2 decisions" in said
    assert "**Waiting for an organiser:** 2." in said
    assert "digest.png" in said
    assert "made 3, active now 2, kept by now 0" in said, "the description of the picture"
    assert "3 made, 2 active, 0 kept" in said


async def test_the_command_takes_a_period_and_the_card_another(world: World) -> None:
    await partners(world)
    await pledging.active(world, world.anna)
    answer = await opened(world, period="quarter")
    assert "The last quarter (91 days), " in simhelp.texts(answer)
    year = await simhelp.pick(world.olga, answer, "The last year", menu="digest.period")
    said = simhelp.texts(year)
    assert "The last year, " in said
    assert "digest.png" in said, "with a picture of its own"


async def test_what_counts_as_quiet_is_chosen_here_and_holds_everywhere(world: World) -> None:
    await partners(world)
    await pledging.active(world, world.anna)
    await world.pass_days(40)
    assert "🟢 fresh, updated under 90 days ago: 1" in simhelp.texts(await opened(world))
    answer = await simhelp.pick(world.olga, await opened(world), "30-90", menu="digest.freshness")
    said = simhelp.texts(answer)
    assert "Everywhere in this server from now on: quiet after 30 days, silent after 90." in said
    assert "🟡 quiet, updated up to 90 days ago: 1" in said
    assert "under 30 days ago" in said, "the description of the picture"
    listed = await world.ben.slash(world.somewhere, "pledge list")
    assert "🟡 quiet for 30 days" in simhelp.texts(listed)
    assert "silent for over 90 days" in str(simhelp.selects(listed)["Freshness"])
    odd = await forged(world, world.olga, "pick", "digest.freshness", "month", values=("1-2",))
    assert "not in the list" in simhelp.texts(odd)
    assert (await world.services.servers.settings(world.guild.id)).freshness.key == "30-90"


async def test_the_panel_opens_it(world: World) -> None:
    await world.services.database.write(partial(world.services.outbox.put, guild_id=world.guild.id, **PANEL))
    await world.settle()
    panel = simhelp.post(world.channels[Channel.ORGANISERS], "Organisers' panel")
    answer = await simhelp.press(world.olga, panel, "Digest")
    assert "The last 30 days, " in simhelp.texts(answer)
    assert answer.ephemeral
    assert "Digest" in simhelp.buttons(panel), "the panel stands as it was"


async def test_posted_once_however_often_it_is_pressed(world: World) -> None:
    await partners(world)
    await pledging.active(world, world.anna)
    answer = await opened(world)
    first = await simhelp.press(world.olga, answer, "Post it in the organisers' channel")
    assert f"<#{world.channels[Channel.ORGANISERS].id}>" in simhelp.texts(first)
    await simhelp.press(world.olga, first, "Post it in the organisers' channel")
    await world.settle()
    assert len(posted(world)) == 1
    said = simhelp.texts(posted(world)[0])
    assert "digest.png" in said
    assert "Post it in" not in said
    again = await simhelp.press(world.otto, posted(world)[0], "Refresh")
    assert again.ephemeral
    assert len(posted(world)) == 1


async def test_it_comes_every_month_also_after_a_restart(world: World) -> None:
    answer = await simhelp.press(world.olga, await opened(world), "Every month: off")
    said = simhelp.texts(answer)
    assert "on the first of every month" in said
    assert "Every month: on" in simhelp.buttons(answer)
    await world.restart()
    assert posted(world) == []
    days = 0
    while not posted(world) and days < 32:
        await world.pass_days(1)
        await world.settle()
        days += 1
    assert len(posted(world)) == 1
    assert world.services.clock().day in (1, 2)
    later = await simhelp.press(world.olga, posted(world)[0], "Refresh")
    off = await simhelp.press(world.olga, later, "Every month: on")
    assert "no longer posted automatically" in simhelp.texts(off)
    assert "Every month: off" in simhelp.buttons(off)


async def test_turned_off_what_was_planned_is_not_posted(world: World) -> None:
    on = await simhelp.press(world.olga, await opened(world), "Every month: off")
    await simhelp.press(world.olga, on, "Every month: on")

    async def overdue(tx: Any) -> None:
        due = world.services.clock() - timedelta(seconds=1)
        await world.services.outbox.put(tx, world.guild.id, MONTHLY, 740_000, due=due)

    await world.services.database.write(overdue)
    await world.settle()
    assert posted(world) == []


async def test_without_an_organisers_channel_it_says_where_to_choose_one(world: World) -> None:
    assert "Post it in the organisers' channel" in simhelp.buttons(await opened(world))
    admin = world.actor(world.ada, *Standing)
    await world.services.servers.choose_channels(admin, {Channel.ORGANISERS: None})
    answer = await opened(world)
    assert "No organisers' channel is chosen yet" in simhelp.texts(answer)
    assert "Post it in the organisers' channel" not in simhelp.buttons(answer)


async def test_what_only_organisers_see_is_not_in_it(world: World) -> None:
    await partners(world)
    await pledging.active(world, world.anna, visibility="Organisers only")
    said = simhelp.texts(await opened(world))
    assert "Active now: 0" in said or "A small pledge is enough to begin." in said


async def test_it_is_closed_to_others(world: World) -> None:
    for who in (world.ben, world.mo):
        for kind, door, ids, picked, _method in DOORS:
            answer = await forged(world, who, kind, door, *ids, values=(picked,))
            assert "Only organisers" in simhelp.texts(answer), door
    await world.settle()
    assert posted(world) == []
    assert not (await world.services.servers.settings(world.guild.id)).digest


async def test_an_unknown_period_is_said_to_be_one(world: World) -> None:
    answer = await forged(world, world.olga, "press", "review.digest", "century")
    assert answer.ephemeral
    assert "Digest: " not in simhelp.texts(answer)


async def test_everything_answers_when_it_fails(world: World) -> None:
    for kind, door, ids, picked, method in DOORS:
        attempt = partial(forged, world, world.olga, kind, door, *ids, values=(picked,))
        await answers_faults(world, f"digests.{method}", attempt)
    await answers_faults(world, "digests.look", partial(opened, world))
    choosing = partial(forged, world, world.olga, "pick", "digest.freshness", "month", values=("30-90",))
    await answers_faults(world, "servers.choose_freshness", choosing)


async def test_while_the_database_is_locked_looking_works_and_posting_says_what_to_do(world: World) -> None:
    world.faults_expected = True
    await partners(world)
    await pledging.active(world, world.anna)
    other = sqlite3.connect(world.folder / "test.db", timeout=0)
    other.execute("BEGIN IMMEDIATE")
    try:
        answer = await opened(world)
        assert "1 made" in simhelp.texts(answer), "reading goes on"
        refused = await simhelp.press(world.olga, answer, "Post it in the organisers' channel")
        assert "busy right now" in simhelp.texts(refused)
    finally:
        other.rollback()
        other.close()
    await world.settle()
    assert posted(world) == []
