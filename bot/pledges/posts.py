"""The rows of the outbox that pledges own, and how each is rendered at delivery."""

from __future__ import annotations

from bot.content.model import Content
from bot.delivery.kinds import Kind, Message
from bot.pledges import cards, review_cards
from bot.pledges.model import PUBLIC, Status, Visibility
from bot.pledges.service import Pledges
from bot.servers.model import Channel
from bot.servers.service import Servers
from bot.ui.words import locale, speaking

_ON_THE_DESK = frozenset({Status.SUBMITTED, Status.DONE_CLAIMED})


def kinds(pledges: Pledges, servers: Servers, content: Content) -> list[Kind]:
    """Return the organisers' card and the public card."""

    async def review(guild_id: int, pledge_id: int) -> Message | None:
        settings = await servers.settings(guild_id)
        channel = settings.channel(Channel.ORGANISERS)
        pledge = await pledges.any(guild_id, pledge_id)
        if pledge is None or pledge.status in (Status.DRAFT, Status.WITHDRAWN):
            return None
        last = await pledges.last_entry(guild_id, pledge_id)
        with speaking(settings.locale):
            return Message(channel_id=channel, view=review_cards.review_card(pledge, last))

    async def public(guild_id: int, pledge_id: int) -> Message | None:
        settings = await servers.settings(guild_id)
        channel = settings.channel(Channel.PLEDGES)
        pledge = await pledges.any(guild_id, pledge_id)
        if pledge is None or pledge.status not in PUBLIC or pledge.visibility is Visibility.HIDDEN:
            return None
        with speaking(settings.locale):
            sector = content.sectors.get(pledge.sector)
            name = sector.name.text(locale()) if sector else pledge.sector
            return Message(channel_id=channel, view=cards.public_card(pledge, name))

    return [Kind("pledge.review", review), Kind("pledge.card", public)]
