"""The digests that stand in the organisers' channel, rendered from what is true when they go."""

from __future__ import annotations

from io import BytesIO

import discord

from bot.content.model import Content
from bot.delivery.kinds import Kind, Message
from bot.pledges.digest import cards
from bot.pledges.digest.model import Period
from bot.pledges.digest.service import DIGEST, MONTHLY, Digests
from bot.sectors.service import Sectors
from bot.servers.model import Channel
from bot.servers.service import Servers
from bot.ui.words import speaking


def kinds(digests: Digests, servers: Servers, sectors: Sectors, content: Content) -> list[Kind]:
    """Return the kinds of a digest that somebody posted, and of the one that comes on the first of a month.

    Neither waits for a channel to be chosen: a digest is news of its day.
    """

    async def digest(guild_id: int, subject: int) -> Message | None:
        return await _message(guild_id, digests.period_of(subject))

    async def monthly(guild_id: int, subject: int) -> Message | None:
        wanted = (await servers.settings(guild_id)).digest
        if not wanted and not await digests.stands(guild_id, MONTHLY, subject):
            return None
        return await _message(guild_id, Period.MONTH)

    async def _message(guild_id: int, period: Period) -> Message | None:
        settings = await servers.settings(guild_id)
        desk = settings.channel(Channel.ORGANISERS)
        if desk is None:
            return None
        found, known = await digests.look(guild_id, period), await sectors.of(guild_id)
        with speaking(settings.locale):
            title = cards.title_of(settings.name, content)
            sheet = cards.to_sheet(found, known, title)
            view = cards.posted_card(found, known, title, small=settings.small_figure)
        image = await digests.png(sheet)
        return Message(channel_id=desk, view=view, files=[discord.File(BytesIO(image), cards.FILENAME)])

    return [Kind(DIGEST, digest), Kind(MONTHLY, monthly)]
