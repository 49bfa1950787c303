"""Sending a notice on to the servers that follow an announcement channel, as an act of its own in the outbox."""

from __future__ import annotations

from typing import Any

import discord

from bot.delivery.kinds import Act
from bot.events.service import Events

_ALREADY = 40033
"""Discord's JSON error code for "this message has already been crossposted"."""
_GONE = 10008
"""... and for a message that is not there (any more)."""


def publishing(events: Events) -> Act:
    """Return the act that publishes the notice of an event, once: done before, it finds it published.

    Where Discord refuses, the row fails with its reason, and the caretakers of the server see it.
    """

    async def publish(client: discord.Client, guild_id: int, event_id: int) -> str | None:
        post = await events.notice_of(guild_id, event_id)
        if post is None:
            return None
        channel: Any = client.get_partial_messageable(post.channel_id)
        try:
            await channel.get_partial_message(post.message_id).publish()
        except discord.HTTPException as error:
            if error.code not in (_ALREADY, _GONE):
                raise
        return None

    return publish
