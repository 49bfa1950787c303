"""The two forms that hold what an event says."""

from __future__ import annotations

import discord

from bot.actor import Action
from bot.app import Cogwheel
from bot.events import announce_cards
from bot.events.announcing import AGAIN, again_ids, attempt, show
from bot.events.model import LINK_LIMIT, Basics, Extras, Moved
from bot.events.service import Changed
from bot.ui import errors
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, press, submit
from bot.ui.escape import clean, clean_line
from bot.ui.forms import Form, Values
from bot.ui.reply import reply


class AnnounceFormsDoors(Doorway):
    """Title, time, place and text; then text, link and picture."""

    @form("announce.fix")
    async def basics_form(self, interaction: Interaction, values: Values, event_id: int, seen: int) -> Form:
        """Build the form of title, time, place and text; 0 stands for a new event."""
        events, me = services(interaction).events, actor(interaction)
        if not event_id:
            me.check(Action.ANNOUNCE)
            return announce_cards.basics_form(values, None, 0)
        event = await events.manage(me, event_id, Moved.EDIT)
        return announce_cards.basics_form(values, event, seen if values else event.sequence)

    @submit("announce.fix")
    async def basics(self, interaction: Interaction, values: Values, event_id: int, seen: int) -> None:
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
            change = events.change_basics(me, event_id, basics, seen)
            done = await attempt(interaction, "fix", values, event_id, seen, change)
            if done is not None:
                await show(interaction, done)
            return
        event = await attempt(interaction, "fix", values, 0, 0, events.plan(me, basics))
        if event is None:
            return
        if interaction.type is discord.InteractionType.application_command:
            await self.doors.open(interaction, "announce.text", event.id, event.sequence)
        else:
            await show(interaction, Changed(event))

    @form("announce.text")
    async def extras_form(self, interaction: Interaction, values: Values, event_id: int, seen: int) -> Form:
        """Build the form of text, link and picture."""
        event = await services(interaction).events.manage(actor(interaction), event_id, Moved.EDIT)
        return announce_cards.extras_form(values, event, seen if values else event.sequence)

    @submit("announce.text")
    async def text(self, interaction: Interaction, values: Values, event_id: int, seen: int) -> None:
        """Store them, and show the preview."""
        extras = Extras(
            text=clean(values.text("text")),
            link=values.text("link")[: LINK_LIMIT + 1],
            image=values.text("image")[: LINK_LIMIT + 1],
            alt=clean_line(values.text("alt")),
        )
        change = services(interaction).events.change_extras(actor(interaction), event_id, extras, seen)
        done = await attempt(interaction, "text", values, event_id, seen, change)
        if done is not None:
            await show(interaction, done)

    @press("announce.again")
    async def again(self, interaction: Interaction, which: str, event_id: int, seen: int, key: str) -> None:
        """Send a form again that could not simply be saved, as the person chose."""
        me = actor(interaction)
        me.check(Action.ANNOUNCE)
        kept = await services(interaction).forms.take(me.guild_id, me.user_id, key)
        if kept is None or which not in AGAIN:
            await reply(interaction, errors.stale())
            return
        await self.doors.fill(interaction, f"announce.{which}", Values(kept.values), *again_ids(which, event_id, seen))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(AnnounceFormsDoors(bot.doors))
