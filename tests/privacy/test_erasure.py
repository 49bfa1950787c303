"""One person in two servers, other people beside them: erased in one, and nothing else is touched."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bot.actor import Standing
from bot.delivery.outbox import CLAIMED, QUEUED
from bot.events.model import Answer, Basics
from bot.members.model import Reach, Visibility
from bot.pledges.model import Draft
from bot.pledges.model import Visibility as Shown
from bot.services import Services
from bot.storage.schema import from_micros
from bot.tables import metadata
from tests import simhelp
from tests.members.joining import saved
from tests.privacy.filling import (
    LISTED,
    OTHER_SERVER,
    PERSON,
    SOMEBODY_ELSE,
    everything,
    fill,
    found,
    people,
)
from tests.world import World

A_MINUTE = 60


async def test_erased_in_one_server_and_untouched_everywhere_else(world: World) -> None:
    able = {table.name for table in metadata.sorted_tables if people(table)}
    assert able == set(LISTED)
    await world.bot.worker.stop()  # so that nothing but the erasure changes a row
    here, there = world.guild.id, OTHER_SERVER
    await fill(world, here, 1000)
    await fill(world, there, 2000)
    await fill(world, here, 3000, SOMEBODY_ELSE)
    await fill(world, there, 4000, SOMEBODY_ELSE)
    assert set(await found(world, here)) == able, "every table that can hold them does"
    elsewhere, beside = await everything(world, there), await of_somebody_else(world)

    await world.services.privacy.erase(here, PERSON)

    assert await found(world, here) == {}, "no cell of any table of this server holds the id"
    assert await everything(world, there) == elsewhere, "the other server is as it was"
    assert await of_somebody_else(world) == beside, "other people's rows are as they were"
    print(f"{len(able)} tables covered: {', '.join(sorted(able))}")


async def of_somebody_else(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of this server that names the other person."""
    rows = await everything(world, world.guild.id)
    return {name: [row for row in found_ if SOMEBODY_ELSE in row] for name, found_ in rows.items() if name in LISTED}


async def test_within_a_minute_nothing_on_discord_names_them(world: World) -> None:
    services, anna, guild = world.services, world.actor(world.anna), world.guild.id
    await saved(world, world.anna, visibility=Visibility.NAMED, organisation="Quillfeather House", reach=Reach.MENTION,
                reach_channel_id=world.somewhere.id)  # fmt: skip
    await saved(world, world.ben, visibility=Visibility.NAMED, organisation="Acme", reach=Reach.DM)
    olga = world.actor(world.olga, Standing.ORGANISER)
    due = services.clock() + timedelta(days=30)
    mine = await services.pledges.save_draft(
        anna, Draft("Hold a briefing", "Held", due, "", Shown.NAMED, for_organisation=True)
    )
    await services.pledges.submit(anna, mine.id)
    await services.pledges.approve(olga, mine.id)
    waiting = await services.pledges.save_draft(anna, Draft("Write a guide", "Written", due, "", Shown.NAMED))
    await services.pledges.submit(anna, waiting.id)
    theirs = await services.pledges.save_draft(world.actor(world.ben), Draft("Ben's", "Done", due, "", Shown.NAMED))
    await services.pledges.submit(world.actor(world.ben), theirs.id)
    await services.faqs.hand_over(anna, "Who can lend us a room?", named=True)
    moderator = world.actor(world.mo, Standing.MODERATOR)
    event = await services.events.plan(moderator, Basics("Open evening", "in 3 days 18:00"))
    await services.events.post(moderator, event.id, split=True)
    await services.events.sign_up(anna, event.id, Answer.GOING)
    await services.events.remind(anna, event.id)
    await world.settle(90)
    before = shown(world)
    assert f"<@{world.anna.id}>" in before
    assert "Quillfeather House" in before
    key = services.forms.hold(guild, world.anna.id, "1:x", {"a": "b"})

    await services.privacy.erase(guild, world.anna.id)
    for _ in range(4):
        await world.settle(A_MINUTE / 4)

    after = shown(world)
    assert str(world.anna.id) not in after
    assert "Quillfeather House" not in after
    assert "Write a guide" not in after, "what nobody decided on is gone"
    assert "Hold a briefing" in after, "what others could see stays, without a name"
    assert "Ben's" in after
    assert await found(world, guild, world.anna.id) == {}
    queue = metadata.tables["outbox"]
    async with services.database.reading() as reading:
        rows = await reading.all(queue.select().where(queue.c.state.in_((QUEUED, CLAIMED))))
    now = services.clock()
    late = [(row["kind"], row["due_at"]) for row in rows if from_micros(row["due_at"]) <= now]
    assert late == [], "whatever had to be drawn anew is"
    assert not [row for row in rows if row["kind"] == "event.reminder"], "their reminder is gone"
    assert await services.forms.take(guild, world.anna.id, key) is None
    assert [key for key in keys_in_memory(services) if world.anna.id in key] == []


def shown(world: World) -> str:
    """Everything that stands in the channels, for whomever it is."""
    return "\n".join(simhelp.texts(m) for channel in world.channels.values() for m in channel.history())


def keys_in_memory(services: Services) -> Iterator[tuple[object, ...]]:
    """What the services keep in memory, each by its key; and by what the forms held say of their owner."""
    for field in dataclasses.fields(services):
        for value in (
            vars(getattr(services, field.name)).values() if hasattr(getattr(services, field.name), "__dict__") else ()
        ):
            if isinstance(value, dict):
                for key, kept in value.items():
                    yield (*(key if isinstance(key, tuple) else (key,)), *(kept[:2] if isinstance(kept, tuple) else ()))


async def test_a_forgotten_server_stays_in_nobodys_memory(world: World) -> None:
    services, guild = world.services, world.guild.id
    await saved(world, world.anna)
    services.forms.hold(guild, world.anna.id, "1:x", {"a": "b"})
    for command in ("wheel", "profile", "setup check"):
        await world.ada.slash(world.somewhere, command)
    await world.settle()
    await world.bot.worker.stop()
    assert [key for key in keys_in_memory(services) if guild in key], "the test sees what is kept"
    await services.privacy.forget_server(guild)
    assert [key for key in keys_in_memory(services) if guild in key] == []
    assert (await services.servers.settings(guild)).contact is None
    assert not (await services.servers.settings(guild)).set_up


async def test_roles_are_given_back_within_a_minute(world: World) -> None:
    await world.services.roles.switch(world.actor(world.ada, Standing.ADMIN), True)
    await saved(world, world.anna, visibility=Visibility.NAMED)
    for _ in range(4):
        await world.settle(5)
    home = world.env.backend.get_guild(world.guild.id)
    before = set(home.members[world.anna.id].role_ids)
    assert before - {world.guild.id}, "she holds the role of her sector"
    await world.services.privacy.erase(world.guild.id, world.anna.id)
    for _ in range(4):
        await world.settle(A_MINUTE / 4)
    assert set(home.members[world.anna.id].role_ids) <= {world.guild.id}
    assert await found(world, world.guild.id, world.anna.id) == {}
