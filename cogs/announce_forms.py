"""The two forms that hold what an event says."""

from __future__ import annotations

import discord

from bot.actor import Action
from bot.app import Cogwheel
from bot.events import announce_cards
from bot.events.announcing import show
from bot.events.model import LINK_LIMIT, Basics, Extras, Moved
from bot.events.service import Changed
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, submit
from bot.ui.escape import clean, clean_line
from bot.ui.forms import Form, Values


class AnnounceFormsDoors(Doorway):
    """Title, time, place and text; then text, link and picture."""

    @form("announce.fix")
    async def basics_form(self, interaction: Interaction, values: Values, event_id: int) -> Form:
        """Build the form of title, time, place and text; 0 stands for a new event."""
        events, me = services(interaction).events, actor(interaction)
        if not event_id:
            me.check(Action.ANNOUNCE)
        return announce_cards.basics_form(values, await events.manage(me, event_id, Moved.EDIT) if event_id else None)

    @submit("announce.fix")
    async def basics(self, interaction: Interaction, values: Values, event_id: int) -> None:
        """Store a new draft or the change of an event. After the command the second form follows."""
        events, me = services(interaction).events, actor(interaction)
        basics = Basics(
            title=clean_line(values.text("title")),
            starts=values.text("starts"),
            duration=values.text("duration"),
            where=clean_line(values.text("where")),
            text=clean(values.text("text")),
            type=values.choice("type"),
        )
        if event_id:
            await show(interaction, await events.change_basics(me, event_id, basics))
            return
        event = await events.plan(me, basics)
        if interaction.type is discord.InteractionType.application_command:
            await self.doors.open(interaction, "announce.text", event.id)
        else:
            await show(interaction, Changed(event))

    @form("announce.text")
    async def extras_form(self, interaction: Interaction, values: Values, event_id: int) -> Form:
        """Build the form of text, link and picture."""
        event = await services(interaction).events.manage(actor(interaction), event_id, Moved.EDIT)
        return announce_cards.extras_form(values, event)

    @submit("announce.text")
    async def text(self, interaction: Interaction, values: Values, event_id: int) -> None:
        """Store them, and show the preview."""
        extras = Extras(
            text=clean(values.text("text")),
            link=values.text("link")[: LINK_LIMIT + 1],
            image=values.text("image")[: LINK_LIMIT + 1],
            alt=clean_line(values.text("alt")),
        )
        await show(interaction, await services(interaction).events.change_extras(actor(interaction), event_id, extras))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(AnnounceFormsDoors(bot.doors))
