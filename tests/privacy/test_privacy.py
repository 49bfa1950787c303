"""Nothing of an erased person is left anywhere, and no table escapes the list."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, select

from bot.actor import Standing
from bot.delivery.outbox import Post
from bot.errors import StorageUnavailable
from bot.members.model import Reach, Visibility
from bot.pledges.model import Draft
from bot.pledges.model import Visibility as Shown
from bot.privacy.model import HOLDINGS, Area
from bot.tables import metadata
from tests import simhelp
from tests.members.joining import figures, saved
from tests.privacy.filling import LISTED, OTHER_SERVER, PERSON, TABLES, fill, found, people
from tests.world import World


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_column_that_can_hold_a_person_is_on_the_list(table: Table) -> None:
    held = LISTED.get(table.name)
    assert people(table) == set(held.columns if held else ())


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_belongs_to_a_server(table: Table) -> None:
    assert "guild_id" in table.c or table.name == "sweeps"


def test_what_is_listed_exists_once() -> None:
    assert len(LISTED) == len(HOLDINGS)
    assert set(LISTED) <= set(metadata.tables)


async def test_no_table_keeps_an_erased_person(world: World) -> None:
    world.faults_expected = True  # invented rows point at messages that never were
    filled = await fill(world, world.guild.id, 1000)
    await fill(world, OTHER_SERVER, 2000)
    admin = replace(world.actor(world.ada, Standing.ADMIN), user_id=PERSON)
    await world.services.servers.tick_routes(admin, "SE")
    await world.services.forms.keep(world.guild.id, PERSON, "1:x", {"a": "b"})
    held = world.services.forms.hold(world.guild.id, PERSON, "1:x", {"a": "b"})
    before = await found(world, world.guild.id)
    assert set(LISTED) <= set(before)
    assert sum(map(len, before.values())) >= filled
    await world.services.privacy.erase(world.guild.id, PERSON)
    assert await found(world, world.guild.id) == {}
    assert await world.services.forms.take(world.guild.id, PERSON, held) is None
    assert set(await found(world, OTHER_SERVER)) == set(LISTED)
    await world.settle()
    assert await found(world, world.guild.id) == {}


async def test_erasing_is_all_or_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await saved(world, world.anna)
    privacy = world.services.privacy

    async def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(privacy, "_forgets", (*privacy._forgets, broken))
    with pytest.raises(RuntimeError):
        await privacy.erase(world.guild.id, world.anna.id)
    assert await world.services.members.find(world.guild.id, world.anna.id) is not None
    assert await figures(world) == {"counted": {"schools": 1}}


async def pledge(world: World, visibility: Shown = Shown.NAMED) -> int:
    draft = Draft(
        what="Hold a briefing", done_when="It was held", due=world.services.clock() + timedelta(days=30),
        help_wanted="", visibility=visibility,
    )  # fmt: skip
    made = await world.services.pledges.save_draft(world.actor(world.anna), draft)
    await world.services.pledges.submit(world.actor(world.anna), made.id)
    return made.id


def shown(world: World) -> str:
    """Everything that stands in the channels."""
    return "\n".join(simhelp.texts(m) for channel in world.channels.values() for m in channel.history())


async def test_standing_cards_lose_the_name_and_personal_messages_go(world: World) -> None:
    await saved(world, world.anna, visibility=Visibility.NAMED, organisation="Acme", reach=Reach.MENTION,
                reach_channel_id=world.somewhere.id)  # fmt: skip
    number = await pledge(world)
    await world.services.pledges.approve(world.actor(world.olga, Standing.ORGANISER), number)
    await world.settle()
    assert f"<@{world.anna.id}>, there is news" in shown(world)
    assert f"<@{world.olga.id}>" in shown(world)
    await world.services.privacy.erase(world.guild.id, world.anna.id)
    await world.settle()
    assert f"<@{world.anna.id}>" not in shown(world)
    assert "Hold a briefing" in simhelp.texts(
        simhelp.post(world.channels[next(c for c in world.channels if c == "pledges")], "Hold a briefing")
    )
    await world.services.privacy.erase(world.guild.id, world.olga.id)
    await world.settle()
    assert f"<@{world.olga.id}>" not in shown(world)


async def test_nothing_hidden_becomes_public_because_its_maker_goes(world: World) -> None:
    await saved(world, world.anna, visibility=Visibility.HIDDEN)
    number = await pledge(world, Shown.HIDDEN)
    await world.services.pledges.approve(world.actor(world.olga, Standing.ORGANISER), number)
    await world.settle()
    await world.services.privacy.erase(world.guild.id, world.anna.id)
    await world.settle()
    everybody = [world.channels[c] for c in world.channels if c != "organisers"]
    assert not [m for channel in everybody for m in channel.history() if "Hold a briefing" in simhelp.texts(m)]


async def test_news_that_waits_is_not_sent_to_an_erased_person(world: World) -> None:
    await saved(world, world.anna, reach=Reach.DM)
    number = await pledge(world)
    await world.settle()
    privacy, pledges = world.services.privacy, world.services.pledges
    await world.bot.worker.stop()
    await pledges.approve(world.actor(world.olga, Standing.ORGANISER), number)
    await privacy.erase(world.guild.id, world.anna.id)
    await world.restart()
    await world.settle()
    assert simhelp.dms(world.env, world.anna) == []


async def test_a_message_on_its_way_leaves_no_trace_of_an_erased_person(world: World) -> None:
    await saved(world, world.anna, visibility=Visibility.NAMED)
    await world.bot.worker.stop()
    await pledge(world)
    privacy, outbox, actor = world.services.privacy, world.services.outbox, world.actor(world.anna)
    row = next(row for row in await outbox.claim(20) if row.kind == "pledge.review")
    await privacy.erase(world.guild.id, world.anna.id)
    message = await world.bot.get_partial_messageable(world.somewhere.id).send(f"a card of <@{world.anna.id}>")
    await outbox.settle(row, "sent", post=Post(message.channel.id, message.id, world.services.clock()))
    assert await privacy.held(actor) == {}
    await world.restart()
    await world.settle()
    assert f"<@{world.anna.id}>" not in shown(world)


async def test_leaving_keeps_what_was_kept_without_a_name(world: World) -> None:
    await saved(world, world.anna, visibility=Visibility.NAMED)
    pledges, olga = world.services.pledges, world.actor(world.olga, Standing.ORGANISER)
    number = await pledge(world)
    await pledges.approve(olga, number)
    await pledges.done(world.actor(world.anna), number)
    await pledges.confirm(olga, number)
    waiting = await pledge(world)
    await world.services.members.choose_locale(world.actor(world.anna), "sv")
    await world.services.privacy.leave(world.actor(world.anna))
    kept = await pledges.any(world.guild.id, number)
    assert kept is not None
    assert (kept.maker_id, kept.status) == (None, "kept")
    assert await pledges.any(world.guild.id, waiting) is None
    assert (await world.services.members.brief(world.guild.id, world.anna.id)).locale == "sv"
    assert Area.REGISTRATION not in await world.services.privacy.held(world.actor(world.anna))


async def test_the_download_has_everything_and_nobody_else(world: World) -> None:
    await saved(world, world.anna, "schools", "judiciary", organisation="Acme", offers="rooms")
    number = await pledge(world)
    await world.services.pledges.decline(world.actor(world.olga, Standing.ORGANISER), number, "Too vague")
    data: Any = json.loads(json.dumps(await world.services.privacy.export(world.actor(world.anna))))
    assert (data["format"], data["version"]) == ("cogwheel.personal-data", 1)
    assert data["user_id"] == str(world.anna.id)
    assert data["tables"]["members"][0]["joined_at"].startswith("20")
    assert [row["sector"] for row in data["tables"]["member_sectors"]] == ["schools", "judiciary"]
    assert data["tables"]["pledges"][0]["what"] == "Hold a briefing"
    assert "Too vague" in [row["reason"] for row in data["tables"]["pledge_history"]]
    assert str(world.olga.id) not in json.dumps(data)
    for table, rows in data["tables"].items():
        assert set(rows[0]) == {column.name for column in metadata.tables[table].c}


async def test_a_stranger_downloads_an_empty_list(world: World) -> None:
    data = await world.services.privacy.export(world.actor(world.ben))
    assert data["tables"] == {}


async def test_one_server_is_forgotten_and_another_is_not(world: World) -> None:
    await fill(world, world.guild.id, 1000)
    await fill(world, OTHER_SERVER, 2000)
    assert await world.services.privacy.forget_server(OTHER_SERVER) == sum(len(held.columns) for held in HOLDINGS)
    async with world.services.database.reading() as reading:
        for table in TABLES:
            assert not await reading.all(select(table).where(table.c.guild_id == OTHER_SERVER))
    assert set(await found(world, world.guild.id)) == set(LISTED)
    with pytest.raises(ValueError, match="server"):
        await world.services.privacy.forget_server(0)


async def test_a_closed_database_is_said_so(world: World) -> None:
    world.faults_expected = True
    await world.services.database.close()
    with pytest.raises(StorageUnavailable):
        await world.services.privacy.held(world.actor(world.anna))
