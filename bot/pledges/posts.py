"""The rows of the outbox that pledges own, and how each is rendered at delivery."""

from __future__ import annotations

import discord

from bot.delivery.kinds import Kind, Message
from bot.pledges import cards, living_cards, review_cards
from bot.pledges.checkins import HELP
from bot.pledges.desk_model import morning
from bot.pledges.followup_model import CHECK_IN
from bot.pledges.model import PUBLIC, Visibility
from bot.pledges.service import Pledges
from bot.sectors.service import Sectors
from bot.servers.model import Channel
from bot.servers.service import Servers
from bot.ui.words import locale, speaking


def kinds(pledges: Pledges, servers: Servers, sectors: Sectors) -> list[Kind]:
    """Return the organisers' card, the public card, a day's reminder, its calls for help, and asking a maker."""

    async def review(guild_id: int, pledge_id: int) -> Message | None:
        settings = await servers.settings(guild_id)
        desk = await pledges.desk(guild_id, pledge_id)
        if desk is None:
            return None
        with speaking(settings.locale):
            return Message(channel_id=settings.channel(Channel.ORGANISERS), view=review_cards.review_card(desk))

    async def nudge(guild_id: int, day: int) -> Message | None:
        settings = await servers.settings(guild_id)
        three, five = await pledges.late(guild_id, morning(day, settings.zone))
        if not three:
            return None
        roles = sorted(settings.organiser_roles) if settings.nudge_ping else []
        pings = discord.AllowedMentions(
            everyone=False, users=False, roles=[discord.Object(role) for role in roles], replied_user=False
        )
        with speaking(settings.locale):
            view = review_cards.nudge(three, five, roles)
        return Message(channel_id=settings.channel(Channel.ORGANISERS), view=view, pings=pings)

    async def public(guild_id: int, pledge_id: int) -> Message | None:
        settings = await servers.settings(guild_id)
        channel = settings.channel(Channel.PLEDGES)
        pledge = await pledges.any(guild_id, pledge_id)
        if pledge is None or pledge.status not in PUBLIC or pledge.visibility is Visibility.HIDDEN:
            return None
        with speaking(settings.locale):
            name = (await sectors.of(guild_id)).name(pledge.sector, locale())
            company = await pledges.company(guild_id, pledge_id)
            standing = await pledges.standing(guild_id, pledge_id)
            supporters = cards.figure(standing.count, standing.small)
            view = cards.public_card(pledge, name, company, supporters, living_cards.doors(pledge, standing))
            return Message(channel_id=channel, view=view)

    async def calls(guild_id: int, day: int) -> Message | None:
        settings = await servers.settings(guild_id)
        found = await pledges.calls(guild_id, day)
        if not found:
            return None
        with speaking(settings.locale):
            known = await sectors.of(guild_id)
            view = living_cards.calls([(one, known.name(one.sector, locale())) for one in found])
        return Message(channel_id=settings.channel(Channel.ORGANISERS), view=view)

    async def check_in(_client: discord.Client, guild_id: int, pledge_id: int) -> None:
        await pledges.ask(guild_id, pledge_id)

    return [
        Kind("pledge.review", review),
        Kind("pledge.card", public),
        Kind("pledge.nudge", nudge),
        Kind(HELP, calls),
        Kind(CHECK_IN, act=check_in),
    ]
