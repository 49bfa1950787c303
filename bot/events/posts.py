"""The rows of the outbox that events own, and how each is rendered at delivery."""

from __future__ import annotations

import discord

from bot.clock import Clock
from bot.content.model import Content
from bot.delivery.kinds import Kind, Message
from bot.events import cards
from bot.events.model import Event, State
from bot.events.publishing import publishing
from bot.events.service import Events
from bot.members.model import Reach
from bot.members.service import Members
from bot.sectors.service import Sectors
from bot.servers.service import Servers
from bot.ui.words import speaking

_NOBODY = discord.AllowedMentions.none()


def kinds(
    events: Events, members: Members, servers: Servers, sectors: Sectors, content: Content, clock: Clock
) -> list[Kind]:
    """Return the notice and that it is published, the card with figures and buttons, and the reminder."""

    def pings(event: Event) -> discord.AllowedMentions:
        if event.state(clock()) is not State.ANNOUNCED or not event.roles:
            return _NOBODY
        roles = [discord.Object(role) for role in event.roles]
        return discord.AllowedMentions(everyone=False, users=False, replied_user=False, roles=roles)

    async def out(guild_id: int, event_id: int) -> Event | None:
        event = await events.any(guild_id, event_id)
        if event is None or event.channel_id is None or event.state(clock()) in (State.DRAFT, State.SCHEDULED):
            return None
        if event.state(clock()) is State.CANCELLED and await events.jump(guild_id, event_id) is None:
            return None  # called off before anything of it was posted
        return event

    async def notice(guild_id: int, event_id: int) -> Message | None:
        event = await out(guild_id, event_id)
        if event is None or not event.split:
            return None
        with speaking((await servers.settings(guild_id)).locale):
            words, embed = cards.notice(event, content, await sectors.of(guild_id), clock())
        return Message(channel_id=event.channel_id, content=words, embed=embed, pings=pings(event))

    async def card(guild_id: int, event_id: int) -> Message | None:
        event = await out(guild_id, event_id)
        if event is None:
            return None
        settings = await servers.settings(guild_id)
        counts, here = await events.counts(guild_id, event_id), await sectors.of(guild_id)
        with speaking(settings.locale):
            view = cards.public_card(event, counts, content, here, settings.small_figure, clock())
        return Message(channel_id=event.channel_id, view=view, pings=_NOBODY if event.split else pings(event))

    async def reminder(guild_id: int, reminder_id: int) -> Message | None:
        found = await events.reminder(guild_id, reminder_id)
        if found is None:
            return None
        wish, seen = found
        now = clock()
        if seen.event.state(now) is not State.ANNOUNCED or seen.event.starts <= now:
            return None
        reach, channel_id, language = await members.reach(guild_id, wish.user_id)
        settings = await servers.settings(guild_id)
        if reach is Reach.DM:
            with speaking(language or settings.locale):
                jump = await events.jump(guild_id, seen.event.id)
                return Message(user_id=wish.user_id, view=cards.reminder(seen, jump))
        if reach is Reach.MENTION and channel_id is not None:
            with speaking(settings.locale):
                return Message(
                    channel_id=channel_id,
                    view=cards.reminder(seen, None, mention=wish.user_id),
                    pings=discord.AllowedMentions(
                        everyone=False, roles=False, replied_user=False, users=[discord.Object(wish.user_id)]
                    ),
                )
        return None

    return [
        Kind("event.notice", notice, then="event.publish"),
        Kind("event.publish", act=publishing(events)),
        Kind("event.card", card),
        Kind("event.reminder", reminder),
    ]
