"""The welcome card, which shows the wheel and follows every change of it."""

from __future__ import annotations

from io import BytesIO

import discord

from bot.content.model import Content
from bot.delivery.kinds import Kind, Message
from bot.servers.model import Channel
from bot.servers.service import WELCOME, Servers
from bot.ui.words import speaking
from bot.wheel import cards
from bot.wheel.service import Wheel

_AT_MOST_ONE_EDIT_A_MINUTE = 60.0


def kinds(wheel: Wheel, servers: Servers, content: Content) -> list[Kind]:
    """Return the welcome card's kind. Until the set-up is finished it waits."""

    async def welcome(guild_id: int, _subject: int) -> Message | None:
        settings = await servers.settings(guild_id)
        place = settings.channel(Channel.WELCOME) if settings.set_up else None
        if place is None:
            return Message()
        figures = await wheel.figures(guild_id)
        with speaking(settings.locale):
            shown = cards.to_picture(content, wheel.sectors(), figures, settings.name)
            view = cards.welcome_card(shown, content)
        image = await wheel.png(shown)
        return Message(channel_id=place, view=view, files=[discord.File(BytesIO(image), cards.FILENAME)], pin=True)

    return [Kind(WELCOME, welcome, revive=True, pace=_AT_MOST_ONE_EDIT_A_MINUTE)]
