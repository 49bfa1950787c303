"""Registering as people do it, for the tests around it."""

from __future__ import annotations

from typing import Any

import simcord

from bot.members.model import Member, Reach, Registration, Visibility
from bot.storage import counters
from tests import simhelp
from tests.world import World

FORM = {"sectors": ["schools"], "consent": ["yes"]}


def registration(world: World, *sectors: str, **facts: Any) -> Registration:
    """What a filled form gives."""
    facts.setdefault("consent_version", world.services.content.coalition.notice_version)
    return Registration(sectors or ("schools",), **facts)


async def saved(world: World, who: simcord.MemberActor, *sectors: str, **facts: Any) -> Member:
    """Register somebody through the service, counters and all."""
    members, actor = world.services.members, world.actor(who)
    draft = await members.prepare(actor, registration(world, *sectors, **facts))
    return await members.save(actor, draft.id)


async def card(world: World, who: simcord.MemberActor, **answers: Any) -> simcord.InteractionResult:
    """Fill in the form of ``/join``; the question whether it is right."""
    form = await who.slash(world.somewhere, "join")
    return await simhelp.submit(who, form, {**FORM, **answers})


async def figures(world: World) -> dict[str, dict[str, int]]:
    """Every counter of members that is not zero."""
    async with world.services.database.reading() as reading:
        read = {name: await counters.read(reading, world.guild.id, f"members.{name}") for name in
                ("named", "counted", "hidden")}  # fmt: skip
    return {name: left for name, found in read.items() if (left := {s: n for s, n in found.items() if n})}


__all__ = ["FORM", "Reach", "Visibility", "card", "figures", "registration", "saved"]
