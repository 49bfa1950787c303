"""Events as moderators make them, through the services."""

from __future__ import annotations

from typing import Any

import simcord

from bot.actor import Actor, Standing
from bot.events.model import Basics, Counts, Event, Extras, Options
from tests.world import World


def moderator(world: World) -> Actor:
    """Mo, who announces."""
    return world.actor(world.mo, Standing.MODERATOR)


async def planned(world: World, title: str = "Open evening", starts: str = "in 3 days 18:00", **facts: Any) -> Event:
    """A draft."""
    return await world.services.events.plan(moderator(world), Basics(title, starts, **facts))


async def announced(
    world: World, title: str = "Open evening", starts: str = "in 3 days 18:00", *, link: str = "", **options: Any
) -> Event:
    """An event that is out, with more options than usual where they are given."""
    events, me = world.services.events, moderator(world)
    event = await planned(world, title, starts)
    if link:
        await events.change_extras(me, event.id, Extras(link=link))
    if options:
        await events.change_options(me, event.id, Options(**options))
    return (await events.post(me, event.id, split=True)).event


async def stored(world: World, event: Event) -> Event:
    """The event as it is stored now."""
    found = await world.services.events.any(event.guild_id, event.id)
    assert found is not None
    return found


async def counts(world: World, event: Event) -> Counts:
    """The figures now."""
    return await world.services.events.counts(event.guild_id, event.id)


def crowd(world: World, size: int) -> list[simcord.MemberActor]:
    """More people than the five who are always there."""
    return [world.guild.add_member(world.env.create_user(f"guest{number}"), roles=[]) for number in range(size)]
