"""News for one person, delivered in the way they chose."""

from __future__ import annotations

import discord

from bot.delivery.kinds import Kind, Message
from bot.members import cards
from bot.members.model import Reach
from bot.members.service import Members
from bot.pledges.service import Pledges
from bot.servers.service import Servers
from bot.ui.words import speaking


def kinds(members: Members, pledges: Pledges, servers: Servers) -> list[Kind]:
    """Return the notice kind: a direct message, or a mention that pings that person alone."""

    async def notice(guild_id: int, notice_id: int) -> Message | None:
        news = await members.notice(guild_id, notice_id)
        if news is None or news.seen:
            return None
        reach, channel_id, language = await members.reach(guild_id, news.user_id)
        settings = await servers.settings(guild_id)
        pledge = await pledges.any(guild_id, news.subject_id) if news.kind.startswith("pledge.") else None
        if reach is Reach.DM:
            with speaking(language or settings.locale):
                return Message(user_id=news.user_id, view=cards.notice(news, pledge, private=True))
        if reach is Reach.MENTION and channel_id is not None:
            with speaking(settings.locale):
                return Message(
                    channel_id=channel_id,
                    view=cards.notice(news, pledge, private=False),
                    pings=discord.AllowedMentions(users=[discord.Object(news.user_id)]),
                )
        return None

    return [Kind("member.notice", notice)]
