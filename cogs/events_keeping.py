"""Not missing an event: reminders, and one's own calendar."""

from __future__ import annotations

import io

import discord

from bot.actor import Action
from bot.app import Cogwheel
from bot.errors import NotFound
from bot.events import calendar_file, cards
from bot.events.model import State
from bot.events.service import Reminded
from bot.members.cards import reach_picked
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, pick, press
from bot.ui.reply import move_on, reply


class EventKeepingDoors(Doorway):
    """Reminders and calendar files."""

    @press("events.remind")
    async def remind(self, interaction: Interaction, event_id: int) -> None:
        """Set reminders, and ask how they may reach somebody who has not said."""
        events, me = services(interaction).events, actor(interaction)
        await self._reminded(interaction, await events.remind(me, event_id))

    @pick("events.reach")
    async def reach(self, interaction: Interaction, picked: list[str], event_id: int) -> None:
        """Choose how to be reached, reminders included."""
        here, me = services(interaction), actor(interaction)
        reach, channel = reach_picked(picked[0], interaction.channel_id, interaction.permissions)
        await here.members.choose_reach(me, reach, channel)
        await self._reminded(interaction, await here.events.remind(me, event_id))

    async def _reminded(self, interaction: Interaction, reminded: Reminded) -> None:
        me = actor(interaction)
        reach, _, _ = await services(interaction).members.reach(me.guild_id, me.user_id)
        await move_on(interaction, cards.remind_card(reminded, reach))

    @press("events.unremind")
    async def unremind(self, interaction: Interaction, event_id: int) -> None:
        """Take the reminders back."""
        seen = await services(interaction).events.unremind(actor(interaction), event_id)
        await move_on(interaction, cards.not_reminded(seen))

    @press("events.calendar")
    async def calendar(self, interaction: Interaction, event_id: int) -> None:
        """Give the file and the links that put it into a calendar."""
        here, me = services(interaction), actor(interaction)
        seen = await here.events.see(me, event_id)
        if seen.event.state(here.clock()) in (State.DRAFT, State.SCHEDULED):
            raise NotFound("event")
        staff, name = me.may(Action.ANNOUNCE), f"event-{event_id}.ics"
        file = calendar_file.calendar([cards.entry(seen, staff=staff)], here.clock())
        attached = discord.File(io.BytesIO(file), filename=name)
        await reply(interaction, cards.calendar_card(seen, name, staff=staff), files=[attached])


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(EventKeepingDoors(bot.doors))
