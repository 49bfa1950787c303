"""What the doorways of announcing share: the preview as an answer, and whether a channel can be posted to."""

from __future__ import annotations

import discord

from bot.errors import Invalid
from bot.events import announce_cards
from bot.events.service import Changed
from bot.servers.checkup import place
from bot.servers.model import Channel
from bot.ui.context import Interaction, actor, services
from bot.ui.reply import move_on

_NEEDED = ("view_channel", "send_messages", "embed_links")


async def show(interaction: Interaction, done: Changed) -> None:
    """Answer with the preview of an event, in place on a card of one's own."""
    here = services(interaction)
    settings = await here.servers.settings(actor(interaction).guild_id)
    channel = settings.channel(Channel.ANNOUNCEMENTS)
    await move_on(interaction, announce_cards.changed(done, here.content, settings.zone, channel, here.clock()))


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
