"""Pledges as people make them, for the tests of /pledge and /review."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import discord
import pytest
import simcord
from discord import ui

from bot.content.model import Action
from bot.errors import StorageUnavailable
from bot.pledges.model import Pledge
from bot.servers.model import Channel
from bot.ui.layout import button, card, option, row, select
from tests import payloads, simhelp
from tests.world import World

Result = simcord.InteractionResult
SECRET = "the inner detail"


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
    result = await simhelp.press(who, draft, "Submit")
    await world.settle()
    return result, number


def number_of(draft: Result) -> int:
    """The number of the pledge on a draft's card."""
    return int(simhelp.buttons(draft)["Submit"].split(":")[-1])


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


async def post(world: World, channel: int, view: ui.LayoutView) -> discord.Message:
    """A message of the bot with anything in it: what somebody with a modified client can make one of."""
    place = world.bot.get_channel(channel)
    assert isinstance(place, discord.TextChannel)
    return await place.send(view=view, allowed_mentions=discord.AllowedMentions.none())


async def forged(
    world: World,
    who: simcord.MemberActor,
    kind: str,
    door: str,
    *ids: object,
    values: tuple[str, ...] = ("1",),
    channel: int | None = None,
) -> Result:
    """Press a button or pick in a select that nobody ever showed to this person."""
    item: ui.Item[Any] | None
    if kind == "press":
        item = row(button("Forged", door, *ids))
    else:
        item = select(door, *ids, options=[option(v, v) for v in values], placeholder="Forged")
    message = await post(world, channel or world.somewhere.id, card("forged", item))
    if kind == "press":
        return await simhelp.press(who, message, "Forged")
    return await simhelp.pick(who, message, values[0], "Forged")


def broken(patch: pytest.MonkeyPatch, world: World, target: str, fault: Exception) -> None:
    """Let a method of a service raise; ``target`` is "pledges.show"."""

    async def raises(*_arguments: object, **_named: object) -> None:
        raise fault

    service, method = target.split(".")
    patch.setattr(getattr(world.services, service), method, raises)


async def answers_every_fault(world: World, target: str, attempt: Callable[[], Awaitable[Result]]) -> None:
    """The person hears of a fault with the reference that the log has; of a busy database what to do."""
    world.faults_expected = True
    with pytest.MonkeyPatch.context() as patch:
        broken(patch, world, target, RuntimeError(SECRET))
        answer = await attempt()
    said = simhelp.texts(answer)
    assert "went wrong on our side" in said, (attempt, said)
    assert SECRET not in said
    code = said.split("**")[1]
    assert any(code in record.getMessage() for record in world.logged.records)
    assert is_private(answer)
    with pytest.MonkeyPatch.context() as patch:
        broken(patch, world, target, StorageUnavailable("locked"))
        answer = await attempt()
    assert "busy right now" in simhelp.texts(answer), attempt
    assert is_private(answer)


def displays(shown: Result | discord.Message) -> list[str]:
    """The texts in which Discord would bring markdown, mentions and links to life; labels are not among them."""
    messages = [shown] if isinstance(shown, discord.Message) else [shown.response, *shown.followups]
    found: list[str] = []
    for message in messages:
        if message is not None:
            components = [c if isinstance(c, dict) else c.to_dict() for c in message.components]
            found += [part["content"] for part in simhelp.walk(components) if part["type"] == payloads.TEXT]
    return found


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


def is_private(answer: Result) -> bool:
    """Whether every reply is seen by one person alone."""
    replies = [message for message in (answer.response, *answer.followups) if message is not None]
    return bool(replies) and all(message.ephemeral for message in replies)
