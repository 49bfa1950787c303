"""What the doorways of announcing share: the preview as an answer, and whether a channel can be posted to."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

import discord

from bot.errors import Invalid
from bot.events import announce_cards, clash_cards
from bot.events.service import Changed, Overtaken
from bot.servers.checkup import place
from bot.servers.model import Channel
from bot.ui.context import Interaction, actor, services
from bot.ui.forms import Values
from bot.ui.layout import custom_id
from bot.ui.reply import move_on, reply

T = TypeVar("T")
AGAIN = {"fix": "starts", "schedule": "post_at", "text": "", "options": "until"}
"""The forms that can be sent again with one button, and the field of each that holds a time."""
_SEVERAL = ("skipped", "doubled", "no time")
_NEEDED = ("view_channel", "send_messages", "embed_links")


async def show(interaction: Interaction, done: Changed) -> None:
    """Answer with the preview of an event, in place on a card of one's own."""
    here = services(interaction)
    settings = await here.servers.settings(actor(interaction).guild_id)
    channel = settings.channel(Channel.ANNOUNCEMENTS)
    sectors = await here.sectors.of(settings.guild_id)
    view = announce_cards.changed(done, here.content, sectors, settings.zone, channel, here.clock())
    await move_on(interaction, view)


async def attempt(
    interaction: Interaction, form: str, values: Values, event_id: int, seen: int, work: Awaitable[T]
) -> T | None:
    """Do what a form asks for; None where the person was given a choice instead: theirs or mine, this time or that.

    ``form`` is one of :data:`AGAIN`. Raises what the work raises else.
    """
    try:
        return await work
    except Overtaken as late:
        key = await _kept(interaction, form, values, event_id, seen)
        content = services(interaction).content
        await move_on(interaction, clash_cards.overtaken(late.theirs, late.mine, content, form, key))
    except Invalid as error:
        typed = [str(each) for each in error.facts.get("typed", ())]
        if error.why not in _SEVERAL or error.field != AGAIN[form] or not typed:
            raise
        choices = []
        for text in typed[:3]:
            with_it = Values({**values.fields, error.field: text})
            choices.append((text, await _kept(interaction, form, with_it, event_id, seen)))
        fix = await _kept(interaction, form, values, event_id, seen)
        await reply(interaction, clash_cards.which_time(error, form, event_id, seen, choices, fix))
    return None


async def _kept(interaction: Interaction, form: str, values: Values, event_id: int, seen: int) -> str:
    me = actor(interaction)
    name = custom_id(f"announce.{form}", *again_ids(form, event_id, seen))
    return await services(interaction).forms.keep(me.guild_id, me.user_id, name, values.fields)


def again_ids(form: str, event_id: int, seen: int) -> tuple[int, ...]:
    """Return the ids of a form: when to post changes nothing of what the event says."""
    return (event_id,) if form == "schedule" else (event_id, seen)


def lacking(guild: discord.Guild | None, channel_id: int) -> tuple[str, ...] | None:
    """Return the permissions that posting in a channel still needs, None where the channel is gone."""
    channel = place(guild, channel_id) if guild is not None else None
    if channel is None:
        return None
    has = channel.permissions_for(channel.guild.me)
    return tuple(name for name in _NEEDED if not getattr(has, name))


def publishes(guild: discord.Guild | None, channel_id: int) -> bool:
    """Return whether a channel is an announcement channel, whose messages are published."""
    channel = place(guild, channel_id) if guild is not None else None
    return channel is not None and channel.is_news()


def unpingable(guild: discord.Guild | None, channel_id: int | None, role_ids: list[int]) -> str | None:
    """Return the name of the first role that the bot can not ping there, None where it can ping all.

    Raises Invalid("roles") for a role that is not of this server.
    """
    channel = place(guild, channel_id) if guild is not None else None
    for role_id in role_ids:
        role = guild.get_role(role_id) if guild is not None else None
        if guild is None or role is None:
            raise Invalid("roles", "unknown choice")
        mine = channel.permissions_for(guild.me) if channel is not None else guild.me.guild_permissions
        if role.is_default() or not (role.mentionable or mine.mention_everyone):
            return role.name
    return None
