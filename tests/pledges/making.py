"""Pledges through the services, for the tests of this room."""

from __future__ import annotations

from datetime import timedelta

import simcord

from bot.actor import Actor, Standing
from bot.pledges.model import Draft, Pledge, Review, Visibility
from bot.storage import counters
from tests.world import World


def draft(world: World, action: str | None = None, **changes: object) -> Draft:
    """What a form gives."""
    facts: dict[str, object] = {
        "what": "Hold a briefing for our staff",
        "done_when": "Everybody has been to one",
        "due": world.services.clock() + timedelta(days=30),
        "help_wanted": "",
        "visibility": Visibility.NAMED,
        "action": action,
    }
    return Draft(**{**facts, **changes})  # type: ignore[arg-type]


def action_with(world: World, review: Review) -> str:
    """A ready-made action of this kind of review."""
    return next(a.slug for a in world.services.content.actions.values() if a.review.value == review.value)


async def made(world: World, who: simcord.MemberActor, review: Review = Review.BEFORE, **changes: object) -> Pledge:
    """A pledge that was handed in, in the words of a ready-made action unless others are given."""
    slug = action_with(world, review)
    if "what" not in changes:
        changes["what"] = world.services.content.actions[slug].title.text("en")
    saved = await world.services.pledges.save_draft(world.actor(who), draft(world, slug, **changes))
    return await world.services.pledges.submit(world.actor(who), saved.id)


async def figures(world: World, name: str) -> int:
    """A counter of the server over all sectors."""
    async with world.services.database.reading() as reading:
        return sum((await counters.read(reading, world.guild.id, name)).values())


def organiser(world: World, who: simcord.MemberActor) -> Actor:
    """The person with an organiser's standing."""
    return world.actor(who, Standing.ORGANISER)
