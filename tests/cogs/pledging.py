"""Pledges as people make them, for the tests of /pledge and /review."""

from __future__ import annotations

from typing import Any

import discord
import simcord

from bot.content.model import Action
from bot.pledges.model import Pledge
from bot.servers.model import Channel
from tests import simhelp
from tests.cogs.pressing import Result
from tests.world import World


def action(world: World, review: str, **facts: object) -> Action:
    """A ready-made action of this kind of review, from whatever the pack holds."""
    for found in world.services.content.actions.values():
        if (
            found.review.value == review
            and not found.ongoing
            and all(getattr(found, name) == wanted for name, wanted in facts.items())
        ):
            return found
    raise LookupError(f"no action with review {review} and {facts}")


async def drafted(world: World, who: simcord.MemberActor, slug: str = "", **answers: Any) -> Result:
    """Make a draft: command and form. Without a slug in the person's own words."""
    if slug:
        form = await who.slash(world.somewhere, "pledge make", action=slug)
    else:
        answers = {"what": "Teach twenty colleagues", "done_when": "They were all there", **answers}
        form = await who.slash(world.somewhere, "pledge make", action="Something of my own")
    return await simhelp.submit(who, form, answers)


async def handed_in(
    world: World, who: simcord.MemberActor, review: str = "before", **answers: Any
) -> tuple[Result, int]:
    """Make a pledge and submit it; returns the reply and the pledge's number."""
    draft = await drafted(world, who, action(world, review).slug, **answers)
    number = number_of(draft)
    result = await simhelp.press(who, draft, f"1:pledge.submit:{number}")  # whatever language the card speaks
    await world.settle()
    return result, number


def number_of(draft: Result) -> int:
    """The number of the pledge on a draft's card."""
    return next(int(i.split(":")[-1]) for i in simhelp.buttons(draft).values() if ":pledge.submit:" in i)


async def active(world: World, who: simcord.MemberActor, review: str = "before", **answers: Any) -> int:
    """An approved pledge; returns its number."""
    _, number = await handed_in(world, who, review, **answers)
    if review == "before":
        await simhelp.press(world.olga, desk_card(world, number), "Approve")
        await world.settle()
    return number


def desk_card(world: World, number: int) -> discord.Message:
    """The organisers' card of a pledge."""
    for message in world.channels[Channel.ORGANISERS].history():
        if any(f"review.history:{number}" in custom_id for custom_id in simhelp.buttons(message).values()):
            return message
    raise LookupError(f"no card for pledge {number}")


async def pledge(world: World, number: int) -> Pledge:
    """The pledge as it is stored."""
    found = await world.services.pledges.any(world.guild.id, number)
    assert found is not None
    return found


def public_cards(world: World) -> list[discord.Message]:
    """The pledges' cards that everybody sees, newest last; milestones stand in that channel too."""
    found = [m for m in world.channels[Channel.PLEDGES].history() if "Done when" in simhelp.texts(m)]
    return sorted(found, key=lambda message: message.id)


def desk_cards(world: World) -> list[discord.Message]:
    """The pledges' cards in the organisers' channel, newest last; the panel and other things stand there too."""
    return sorted(
        (
            message
            for message in world.channels[Channel.ORGANISERS].history()
            if any(":review.history:" in custom_id for custom_id in simhelp.buttons(message).values())
        ),
        key=lambda message: message.id,
    )
