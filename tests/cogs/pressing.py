"""Pressing what nobody showed, and letting services fail: what the tests of any doorway can use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import discord
import pytest
import simcord
from discord import ui

from bot.errors import StorageUnavailable
from bot.ui.layout import button, card, option, row, select
from tests import payloads, simhelp
from tests.world import World

Result = simcord.InteractionResult
SECRET = "the inner detail"


async def forged(
    world: World,
    who: simcord.MemberActor,
    kind: str,
    door: str,
    *ids: object,
    values: tuple[str, ...] = (),
    channel: int | None = None,
) -> Result:
    """Press a button or pick in a select that nobody ever showed to this person."""
    values = values or ("1",)
    item: ui.Item[Any] | None
    if kind == "press":
        item = row(button("Forged", door, *ids))
    else:
        item = select(door, *ids, options=[option(v, v) for v in values], placeholder="Forged")
    place = world.bot.get_channel(channel or world.somewhere.id)
    assert isinstance(place, discord.TextChannel)
    message = await place.send(view=card("forged", item), allowed_mentions=discord.AllowedMentions.none())
    if kind == "press":
        return await simhelp.press(who, message, "Forged")
    return await simhelp.pick(who, message, values[0], "Forged")


def breaking(patch: pytest.MonkeyPatch, world: World, target: str, fault: Exception) -> None:
    """Let a method of a service raise; ``target`` is like "events.see"."""

    async def raises(*_arguments: object, **_named: object) -> None:
        raise fault

    service, method = target.split(".")
    patch.setattr(getattr(world.services, service), method, raises)


async def answers_faults(world: World, target: str, attempt: Callable[[], Awaitable[Result]]) -> None:
    """The person hears of a fault with the reference that the log has; of a busy database what to do."""
    world.faults_expected = True
    with pytest.MonkeyPatch.context() as patch:
        breaking(patch, world, target, RuntimeError(SECRET))
        answer = await attempt()
    said = simhelp.texts(answer)
    assert "went wrong on our side" in said, (target, said)
    assert SECRET not in said
    code = said.split("**")[1]
    assert any(code in record.getMessage() for record in world.logged.records)
    assert seen_by_one(answer)
    with pytest.MonkeyPatch.context() as patch:
        breaking(patch, world, target, StorageUnavailable("locked"))
        answer = await attempt()
    assert "busy right now" in simhelp.texts(answer), target
    assert seen_by_one(answer)


def seen_by_one(answer: Result) -> bool:
    """Whether every reply is seen by one person alone."""
    replies = [message for message in (answer.response, *answer.followups) if message is not None]
    return bool(replies) and all(message.ephemeral for message in replies)


def displays(shown: Result | discord.Message) -> list[str]:
    """The texts in which Discord would bring markdown, mentions and links to life; labels are not among them."""
    messages = [shown] if isinstance(shown, discord.Message) else [shown.response, *shown.followups]
    found: list[str] = []
    for message in messages:
        if message is not None:
            components = [c if isinstance(c, dict) else c.to_dict() for c in message.components]
            found += [part["content"] for part in simhelp.walk(components) if part["type"] == payloads.TEXT]
    return found
