"""Who left a server is noticed without being told, kept for a while, and then erased; so are servers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
import simcord
from sqlalchemy import insert, select

from bot.actor import Standing
from bot.delivery.roster import Roster
from bot.members.model import Visibility
from bot.members.store import members, preferences
from bot.privacy import presence
from bot.privacy.departure_store import departures
from bot.privacy.presence_store import absences, presence_rounds
from bot.storage.database import Transaction
from bot.storage.schema import metadata
from tests.members.joining import saved
from tests.roles.test_roles import names_of, role, sector, settle, switch
from tests.world import World

DAY = 24 * 3600.0


async def rows(world: World, table: Any) -> list[dict[str, Any]]:
    """Everything in a table."""
    async with world.services.database.reading() as reading:
        return [dict(row) for row in await reading.all(select(table))]


async def missing(world: World) -> dict[int, bool]:
    """Person -> whether they count as gone (missed twice)."""
    return {row["user_id"]: row["gone_at"] is not None for row in await rows(world, absences)}


async def days(world: World, count: float) -> None:
    """Move the clock and look at everybody, as the hourly run does."""
    whole, rest = divmod(count, 1)
    for step in [1.0] * int(whole) + ([rest] if rest else []):
        await world.env.advance_time(step * DAY)
        await world.services.presence.sweep()


def go(world: World, who: simcord.MemberActor) -> None:
    """Leave the server."""
    world.env.backend.remove_member(world.guild.id, who.id)


async def registered(world: World) -> set[int]:
    """Who is in the register."""
    return {row["user_id"] for row in await rows(world, members)}


async def quiet_schedule(world: World) -> None:
    """Let the test alone say when a look is due."""
    await world.bot.schedule.stop()


@pytest.fixture
async def alone(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world in which nothing comes round by itself, and nothing waits between two questions."""
    monkeypatch.setattr(presence, "PAUSE", 0.0)
    await quiet_schedule(world)
    return world


async def test_who_is_there_is_never_marked(alone: World) -> None:
    await saved(alone, alone.anna)
    await days(alone, 3)
    assert await missing(alone) == {}


async def test_missing_twice_a_day_apart_is_gone_and_once_is_not(alone: World) -> None:
    await saved(alone, alone.anna)
    await saved(alone, alone.ben)
    go(alone, alone.anna)
    await days(alone, 1)
    assert await missing(alone) == {alone.anna.id: False}
    for _ in range(5):
        await days(alone, 0.1)
    assert await missing(alone) == {alone.anna.id: False}, "the second look is a day later"
    await days(alone, 1)
    assert await missing(alone) == {alone.anna.id: True}


async def test_who_comes_back_is_unmarked_and_nothing_is_lost(alone: World) -> None:
    await saved(alone, alone.anna)
    go(alone, alone.anna)
    await days(alone, 10)
    assert await missing(alone) == {alone.anna.id: True}
    alone.guild.add_member(alone.anna.user)
    await days(alone, 1)
    assert await missing(alone) == {}
    await days(alone, 40)
    assert alone.anna.id in await registered(alone)


@pytest.mark.parametrize("kept", [30, 90])
async def test_the_gone_are_erased_when_the_servers_time_has_passed_and_not_before(alone: World, kept: int) -> None:
    boss = alone.actor(alone.ada, Standing.ADMIN)
    await saved(alone, alone.anna)
    await saved(alone, alone.ben)
    if kept != 30:
        await alone.services.servers.choose_retention(boss, kept)
    go(alone, alone.anna)
    await days(alone, 2)
    assert (await missing(alone))[alone.anna.id]
    await alone.env.advance_time((kept - 1) * DAY)
    await alone.services.presence.sweep()
    assert alone.anna.id in await registered(alone)
    await days(alone, 1.1)
    assert await registered(alone) == {alone.ben.id}
    assert await missing(alone) == {}
    async with alone.services.database.reading() as reading:
        for table in metadata.sorted_tables:
            for row in await reading.all(select(table)):
                assert alone.anna.id not in dict(row).values(), table.name


async def test_one_person_gone_from_one_server_stays_in_another(alone: World) -> None:
    other = alone.env.create_guild("Other")
    other.add_member(alone.anna.user)
    await alone.env.settle()

    async def here_and_there(tx: Transaction) -> None:
        for guild_id in (alone.guild.id, other.id):
            await tx.insert(preferences, guild_id=guild_id, user_id=alone.anna.id, paused=0, news=0)

    await alone.services.database.write(here_and_there)
    go(alone, alone.anna)
    await days(alone, 2)
    await alone.env.advance_time(31 * DAY)
    await alone.services.presence.sweep()
    kept = {row["guild_id"] for row in await rows(alone, preferences) if row["user_id"] == alone.anna.id}
    assert kept == {other.id}


@pytest.mark.parametrize("trouble", ["timeout", "no connection", "outage", "an answer without the bot", "not in it"])
async def test_no_answer_means_nobody_knows(alone: World, monkeypatch: pytest.MonkeyPatch, trouble: str) -> None:
    await saved(alone, alone.anna)
    go(alone, alone.anna)
    home = alone.bot.get_guild(alone.guild.id)
    assert home is not None

    async def query_members(_self: object, **options: Any) -> list[Any]:
        if trouble == "timeout":
            raise TimeoutError
        if trouble == "no connection":
            raise RuntimeError
        return []

    if trouble == "outage":
        home.unavailable = True
    elif trouble == "not in it":
        monkeypatch.setattr(alone.bot, "get_guild", lambda _guild_id: None)
    else:
        monkeypatch.setattr(type(home), "query_members", query_members)
    await days(alone, 3)
    assert await missing(alone) == {}
    monkeypatch.undo()
    home.unavailable = False
    await days(alone, 1)
    assert await missing(alone) == {alone.anna.id: False}, "asked again as soon as there is an answer"


async def test_before_erasing_discord_is_asked_once_more(alone: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await saved(alone, alone.anna)
    go(alone, alone.anna)
    await days(alone, 2)

    async def silent(_guild_id: int, _user_ids: Sequence[int]) -> None:
        return None

    monkeypatch.setattr(alone.services.presence, "look", silent)
    await alone.env.advance_time(60 * DAY)
    await alone.services.presence.sweep()
    assert alone.anna.id in await registered(alone)


async def test_a_crowd_is_asked_about_page_by_page_and_a_restart_goes_on_where_it_was(
    alone: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1,000 people: pages of at most 99, an interrupted round is taken up, and everybody is asked about once."""
    asked: list[list[int]] = []

    async def look(_guild_id: int, user_ids: Sequence[int]) -> Mapping[int, frozenset[int]]:
        assert len(user_ids) <= 99
        asked.append(list(user_ids))
        return {user_id: frozenset() for user_id in user_ids if user_id % 10}

    async def crowd(tx: Transaction) -> None:
        for user_id in range(1, 1001):
            await tx.insert(preferences, guild_id=alone.guild.id, user_id=user_id, paused=0, news=0)

    await alone.services.database.write(crowd)
    monkeypatch.setattr(presence, "MOST_PAGES", 4)
    alone.services.presence.look = look
    await alone.services.presence.sweep()
    assert [len(page) for page in asked] == [99, 99, 99, 99]
    assert [row["ended_at"] for row in await rows(alone, presence_rounds)] == [None]
    await alone.restart()
    await quiet_schedule(alone)
    alone.services.presence.look = look
    for _ in range(3):
        await alone.services.presence.sweep()
    assert [user for page in asked for user in page if user <= 1000] == list(range(1, 1001))
    assert await missing(alone) == dict.fromkeys(range(10, 1001, 10), False)
    assert all(row["ended_at"] and not row["place"] for row in await rows(alone, presence_rounds))


async def test_the_look_puts_roles_right_that_were_changed_by_hand(alone: World) -> None:
    await switch(alone)
    await saved(alone, alone.anna, "schools", visibility=Visibility.NAMED)
    await saved(alone, alone.ben, "schools", visibility=Visibility.COUNTED)
    await settle(alone)
    schools = role(alone, sector(alone, "schools"))
    alone.env.backend.remove_member_role(alone.guild.id, alone.anna.id, schools.id)
    alone.env.backend.add_member_role(alone.guild.id, alone.ben.id, schools.id)
    await days(alone, 1)
    await settle(alone)
    assert names_of(alone, alone.anna) == {sector(alone, "schools")}
    assert names_of(alone, alone.ben) == set()


async def test_it_comes_round_by_itself(world: World) -> None:
    await saved(world, world.anna)
    go(world, world.anna)
    await world.pass_days(4)
    assert await missing(world) == {world.anna.id: True}


# Servers.


async def test_a_server_that_removed_the_bot_is_kept_for_thirty_days_and_then_forgotten(world: World) -> None:
    await saved(world, world.anna)
    services, guild_id = world.services, world.guild.id
    assert (await services.servers.settings(guild_id)).set_up
    world.env.backend.remove_guild(guild_id)
    await world.env.settle()
    assert [row["guild_id"] for row in await rows(world, departures)] == [guild_id]
    await world.pass_days(29)
    assert await registered(world) == {world.anna.id}
    await world.pass_days(3)
    async with services.database.reading() as reading:
        for table in metadata.sorted_tables:
            if "guild_id" in table.c:
                assert not await reading.all(select(table).where(table.c.guild_id == guild_id)), table.name
    assert not (await services.servers.settings(guild_id)).set_up, "nothing of it is left in memory either"


async def test_back_in_time_everything_is_still_there(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await saved(world, world.anna)
    await quiet_schedule(world)
    gone: list[bool] = [True]
    world.services.departures.here = lambda _guild_id: not gone[0]
    await world.services.departures.sweep()
    await world.env.advance_time(29 * DAY)
    gone[0] = False
    await world.services.departures.sweep()
    assert await rows(world, departures) == []
    gone[0] = True
    await world.services.departures.sweep()
    await world.env.advance_time(29 * DAY)
    await world.services.departures.sweep()
    assert await registered(world) == {world.anna.id}, "thirty days count from the last time"


async def test_what_happened_while_the_bot_did_not_run_is_noticed_at_the_start(world: World) -> None:
    lost = 7

    async def another(tx: Transaction) -> None:
        await tx.run(insert(preferences).values(guild_id=lost, user_id=1, paused=0, news=0))

    await world.services.database.write(another)
    await world.restart()
    await world.env.settle()
    assert [row["guild_id"] for row in await rows(world, departures)] == [lost]


async def test_another_processs_shard_is_none_of_ours(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    roster = Roster(world.bot)
    mine, theirs = 7 << 22, (7 << 22) + (1 << 22)
    assert roster.here(mine) is False
    monkeypatch.setattr(world.bot, "shard_count", 2)
    assert (theirs >> 22) % 2 == 0
    assert roster.here(theirs) is False
    assert roster.here(mine) is None
    monkeypatch.setattr(world.bot, "is_ready", lambda: False)
    assert roster.here(theirs) is None
    assert roster.here(world.guild.id) is True
    with pytest.raises(ValueError, match="100"):
        await roster.present(world.guild.id, list(range(100)))


async def test_an_outage_is_no_removal(alone: World) -> None:
    alone.services.departures.here = lambda _guild_id: True
    home = alone.bot.get_guild(alone.guild.id)
    assert home is not None
    home.unavailable = True
    await alone.services.departures.compare()
    assert Roster(alone.bot).here(alone.guild.id) is True
    await alone.env.advance_time(timedelta(days=31).total_seconds())
    await alone.services.departures.sweep()
    assert await rows(alone, departures) == []
