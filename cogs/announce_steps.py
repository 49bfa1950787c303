"""The buttons of the preview: for whom, when, with which options, and out; and calling an event off."""

from __future__ import annotations

from bot.actor import Action
from bot.app import Cogwheel
from bot.errors import Invalid
from bot.events import announce_cards
from bot.events.announcing import attempt, lacking, publishes, show, unpingable
from bot.events.model import Moved, Options
from bot.events.service import Changed, Posted
from bot.servers.model import Channel
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, pick, press, submit
from bot.ui.escape import clean, quiet
from bot.ui.forms import Form, Values
from bot.ui.reply import move_on, replace, reply


class AnnounceStepsDoors(Doorway):
    """What happens to an event between its first form and its end."""

    @press("announce.manage")
    async def manage(self, interaction: Interaction, event_id: int) -> None:
        """Show an event with everything a moderator can do now."""
        await show(interaction, Changed(await services(interaction).events.manage(actor(interaction), event_id)))

    @pick("announce.sectors")
    async def sectors(self, interaction: Interaction, picked: list[str], event_id: int) -> None:
        """Choose whom it concerns."""
        event = await services(interaction).events.choose_sectors(actor(interaction), event_id, picked)
        await show(interaction, Changed(event))

    @pick("announce.roles")
    async def roles(self, interaction: Interaction, picked: list[str], event_id: int) -> None:
        """Choose the roles that are pinged, each of which the bot must be able to ping."""
        here, me = services(interaction), actor(interaction)
        me.check(Action.ANNOUNCE)
        channel = (await here.servers.settings(me.guild_id)).channel(Channel.ANNOUNCEMENTS)
        roles = [int(role) for role in picked]
        stuck = unpingable(interaction.guild, channel, roles)
        if stuck is not None:
            raise Invalid("roles", "not pingable", role=quiet(stuck))
        await show(interaction, Changed(await here.events.choose_roles(me, event_id, roles)))

    @press("announce.more")
    async def more(self, interaction: Interaction, event_id: int) -> None:
        """Open *More options*."""
        await self.doors.open(interaction, "announce.options", event_id, 0)

    @form("announce.options")
    async def options_form(self, interaction: Interaction, values: Values, event_id: int, seen: int) -> Form:
        """Build *More options*."""
        here = services(interaction)
        event = await here.events.manage(actor(interaction), event_id, Moved.EDIT)
        return announce_cards.options_form(values, event, here.content, seen if values else event.sequence)

    @submit("announce.options")
    async def options(self, interaction: Interaction, values: Values, event_id: int, seen: int) -> None:
        """Store them."""
        options = Options(
            capacity=values.text("capacity"),
            until=values.text("until"),
            reminders=announce_cards.reminders_picked(values.choice("reminders")),
            closed=values.choice("closed") == "closed",
            type=values.choice("type") or "",
        )
        change = services(interaction).events.change_options(actor(interaction), event_id, options, seen)
        done = await attempt(interaction, "options", values, event_id, seen, change)
        if done is not None:
            await show(interaction, done)

    @press("announce.post")
    async def post(self, interaction: Interaction, event_id: int) -> None:
        """Announce now, wait a moment for Discord, and answer with the link."""
        split = await self._way(interaction)
        if split is not None:
            posted = await services(interaction).events.post(actor(interaction), event_id, split=split)
            await interaction.response.defer()  # the wait for Discord may outlast the time there is to answer
            await self._out(interaction, posted)

    @press("announce.schedule")
    async def ask_when(self, interaction: Interaction, event_id: int) -> None:
        """Ask when to post."""
        await self.doors.open(interaction, "announce.schedule", event_id)

    @form("announce.schedule")
    async def when_form(self, interaction: Interaction, values: Values, event_id: int) -> Form:
        """Build the form that asks when."""
        event = await services(interaction).events.manage(actor(interaction), event_id, Moved.SCHEDULE)
        return announce_cards.when_form(values, event)

    @submit("announce.schedule")
    async def schedule(self, interaction: Interaction, values: Values, event_id: int) -> None:
        """Queue the announcement for its time."""
        split = await self._way(interaction)
        if split is not None:
            me, text = actor(interaction), values.text("post_at")
            way = services(interaction).events.schedule(me, event_id, text, split=split)
            done = await attempt(interaction, "schedule", values, event_id, 0, way)
            if done is not None:
                await show(interaction, Changed(done.event))

    @press("announce.unschedule")
    async def unschedule(self, interaction: Interaction, event_id: int) -> None:
        """Make it a draft again."""
        await show(interaction, Changed(await services(interaction).events.unschedule(actor(interaction), event_id)))

    @press("announce.discard")
    async def discard(self, interaction: Interaction, event_id: int) -> None:
        """Throw it away."""
        await services(interaction).events.discard(actor(interaction), event_id)
        await replace(interaction, announce_cards.discarded())

    @press("announce.cancel")
    async def ask_why(self, interaction: Interaction, event_id: int) -> None:
        """Ask why it is called off."""
        await self.doors.open(interaction, "announce.cancel", event_id)

    @form("announce.cancel")
    async def cancel_form(self, interaction: Interaction, values: Values, event_id: int) -> Form:
        """Build the form that asks why."""
        event = await services(interaction).events.manage(actor(interaction), event_id, Moved.CANCEL)
        return announce_cards.cancel_form(values, event)

    @submit("announce.cancel")
    async def cancel(self, interaction: Interaction, values: Values, event_id: int) -> None:
        """Call it off."""
        done = await services(interaction).events.cancel(actor(interaction), event_id, clean(values.text("reason")))
        await move_on(interaction, announce_cards.cancelled(done))

    async def _way(self, interaction: Interaction) -> bool | None:
        """Return whether the channel publishes; None, with the person told, where it can not be posted to."""
        channel = await services(interaction).events.target(actor(interaction))
        missing = lacking(interaction.guild, channel)
        if missing is None or missing:
            await reply(interaction, announce_cards.cannot_post(channel, missing))
            return None
        return publishes(interaction.guild, channel)

    async def _out(self, interaction: Interaction, posted: Posted) -> None:
        here = services(interaction)
        states = [await here.outbox.settled(row) for row in posted.rows]
        jump = await here.events.jump(posted.event.guild_id, posted.event.id)
        await replace(interaction, announce_cards.posted(posted.event, states, jump))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(AnnounceStepsDoors(bot.doors))
