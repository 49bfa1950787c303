"""Organisations that find each other, for the tests around them."""

from __future__ import annotations

from typing import Any

import simcord
from sqlalchemy import select

from bot.actor import Standing
from bot.introductions.model import Introduction, Status
from bot.introductions.tables import introductions
from bot.members.model import Visibility
from bot.servers.model import Channel
from tests.members.joining import saved
from tests.world import World

ACME = "We offer:\nrooms for meetings\n\nWe look for:\nsomebody who knows blocking"
TELIA = "We offer:\nknow-how on blocking in networks\n\nWe look for:\nteachers to talk to"


async def confirm(world: World, organisation_id: int, *, confirmed: bool = True) -> None:
    """Let an organiser who is not in it confirm an organisation, or take that back."""
    organisations = world.services.organisations
    olga, otto = (world.actor(who, Standing.ORGANISER) for who in (world.olga, world.otto))
    desk = await organisations.desk(olga, organisation_id)
    organiser = otto if desk.barred else olga
    if desk.organisation.confirmed is not confirmed:
        if confirmed:
            await organisations.confirm(organiser, organisation_id, desk.revision)
        else:
            await organisations.unconfirm(organiser, organisation_id, desk.revision, "A mistake")


async def joined(world: World, who: simcord.MemberActor, organisation: str, *sectors: str, **facts: Any) -> int:
    """Register somebody who shows their name, in an organisation that organisers confirmed; its id."""
    facts.setdefault("visibility", Visibility.NAMED)
    member = await saved(world, who, *sectors, organisation=organisation, **facts)
    assert member.organisation is not None
    await confirm(world, member.organisation.id)
    return member.organisation.id


async def opened(
    world: World, who: simcord.MemberActor, organisation: str, sector: str, *wishes: str, **facts: Any
) -> int:
    """Let somebody open their organisation to introductions; its id."""
    number = await joined(world, who, organisation, sector, **facts)
    await world.services.introductions.wish(world.actor(who), wishes)
    await world.services.introductions.switch(world.actor(who), True)
    return number


async def both(world: World) -> tuple[int, int]:
    """Anna's Acme (a school) and Ben's Telia (a telecom), each looking for the other; their ids."""
    acme = await opened(world, world.anna, "Acme", "schools", "telecom", offers=ACME)
    telia = await opened(world, world.ben, "Telia", "telecom", "schools", offers=TELIA)
    return acme, telia


async def asked(world: World) -> int:
    """Let Acme ask Telia; the introduction's id."""
    _, telia = await both(world)
    known, _ = await world.services.introductions.ask(world.actor(world.anna), telia)
    return known.id


async def introduced(world: World) -> int:
    """Let Acme ask and Telia say yes, and everything be delivered; the introduction's id."""
    number = await asked(world)
    await world.services.introductions.accept(world.actor(world.ben), number)
    await settle(world)
    return number


async def settle(world: World) -> None:
    """Let the thread be made or locked, then its card be posted."""
    for _ in range(3):
        await world.settle(5)


async def found(world: World, number: int) -> Introduction:
    """An introduction as it is now."""
    known = await world.services.introductions.any(world.guild.id, number)
    assert known is not None
    return known


async def status(world: World, number: int) -> Status:
    """Where it stands."""
    return (await found(world, number)).status


async def rows(world: World) -> list[Any]:
    """Every introduction there is, as it is stored."""
    async with world.services.database.reading() as reading:
        return list(await reading.all(select(introductions).order_by(introductions.c.id)))


def threads(world: World, purpose: Channel = Channel.IDEAS) -> list[simcord.ChannelHandle]:
    """The threads under a channel."""
    return list(world.channels[purpose].threads)


def inside(world: World, thread: simcord.ChannelHandle) -> set[int]:
    """The people who were let into a thread, the bot left out."""
    return set(world.env.backend.channels[thread.id].thread_members) - {world.env.backend.bot_user.id}


def closed(world: World, thread: simcord.ChannelHandle) -> bool:
    """Whether a thread is locked and archived."""
    state = world.env.backend.channels[thread.id].thread_metadata
    assert state is not None
    assert state.archived is state.locked
    return bool(state.locked)


async def stuck(world: World) -> list[str]:
    """Why rows failed, as the check shows it."""
    return [row.reason or "" for row in await world.services.outbox.stuck(world.guild.id)]
