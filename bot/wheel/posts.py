"""The welcome card, which shows the wheel and follows every change of it; and the card of a milestone."""

from __future__ import annotations

from io import BytesIO

import discord

from bot.content.model import Content
from bot.delivery.kinds import Kind, Message
from bot.pledges.model import PUBLIC, Visibility
from bot.pledges.service import Pledges
from bot.sectors.service import Sectors
from bot.servers.model import Channel
from bot.servers.service import WELCOME, Servers
from bot.ui.words import locale, speaking
from bot.wheel import cards
from bot.wheel.milestones import MILESTONE
from bot.wheel.service import Wheel

_AT_MOST_ONE_EDIT_A_MINUTE = 60.0


def kinds(wheel: Wheel, servers: Servers, content: Content, pledges: Pledges, sectors: Sectors) -> list[Kind]:
    """Return the kinds of the welcome card, which waits until the set-up is finished, and of a milestone.

    A milestone goes where the pledges are: those who act read there, and it rings in no announcement.
    """

    async def welcome(guild_id: int, _subject: int) -> Message | None:
        settings = await servers.settings(guild_id)
        place = settings.channel(Channel.WELCOME) if settings.set_up else None
        if place is None:
            return Message()
        on_it, figures = await wheel.look(guild_id)
        with speaking(settings.locale):
            shown = cards.to_picture(content, on_it, figures, settings.name)
            view = cards.welcome_card(shown, content)
        image = await wheel.png(shown)
        return Message(channel_id=place, view=view, files=[discord.File(BytesIO(image), cards.FILENAME)], pin=True)

    async def milestone(guild_id: int, milestone_id: int) -> Message | None:
        settings = await servers.settings(guild_id)
        place = settings.channel(Channel.PLEDGES)
        found = await wheel.milestone(guild_id, milestone_id)
        if found is None or place is None:  # joy that waits for a channel would be old when it comes
            return None
        pledge = await pledges.any(guild_id, found.pledge_id)
        shows = pledge is not None and pledge.status in PUBLIC and pledge.visibility is not Visibility.HIDDEN
        if not shows and not await wheel.celebrated(guild_id, milestone_id):  # taken back before anybody heard of it
            return None
        named = pledge is not None and shows and pledge.visibility is Visibility.NAMED
        maker = found.maker_id if named and pledge is not None and pledge.maker_id == found.maker_id else None
        on_it, figures = await wheel.look(guild_id)
        with speaking(settings.locale):
            shown = cards.to_picture(content, on_it, figures, settings.name)
            name = (await sectors.of(guild_id)).name(found.sector, locale())
            view = cards.milestone_card(shown, found, name, maker)
        image = await wheel.png(shown)
        return Message(channel_id=place, view=view, files=[discord.File(BytesIO(image), cards.FILENAME)])

    return [
        Kind(WELCOME, welcome, revive=True, pace=_AT_MOST_ONE_EDIT_A_MINUTE),
        Kind(MILESTONE, milestone),
    ]
