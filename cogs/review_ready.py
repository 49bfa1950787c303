"""Reasons that a server keeps ready for its organisers, and whether reminders ping."""

from __future__ import annotations

from bot.app import Cogwheel
from bot.pledges import due, lot_cards
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, pick, press, submit
from bot.ui.escape import clean_line
from bot.ui.forms import Form, Values
from bot.ui.reply import move_on


class ReviewReadyDoors(Doorway):
    """What makes reviewing quicker."""

    @press("review.ready")
    async def ready(self, interaction: Interaction) -> None:
        """Show the reasons."""
        here, me = services(interaction), actor(interaction)
        reasons = await here.pledges.ready_reasons(me)
        ping = (await here.servers.settings(me.guild_id)).nudge_ping
        await move_on(interaction, lot_cards.ready_card(reasons, ping))

    @press("review.add")
    async def add(self, interaction: Interaction) -> None:
        """Ask for a reason."""
        await self.doors.open(interaction, "review.add")

    @form("review.add")
    async def add_form(self, interaction: Interaction, values: Values) -> Form:
        """Build the form, for organisers."""
        await services(interaction).pledges.ready_reasons(actor(interaction))
        return lot_cards.ready_form(values)

    @submit("review.add")
    async def added(self, interaction: Interaction, values: Values) -> None:
        """Keep it."""
        act, text = values.choice("act") or "", clean_line(values.text("reason"))
        await services(interaction).pledges.add_reason(actor(interaction), act, text)
        await self.ready(interaction)

    @pick("review.drop")
    async def drop(self, interaction: Interaction, picked: list[str]) -> None:
        """Keep one no longer."""
        await services(interaction).pledges.drop_reason(actor(interaction), due.number(picked[0]))
        await self.ready(interaction)

    @press("review.ping")
    async def ping(self, interaction: Interaction, wanted: int) -> None:
        """Choose whether reminders ping the organisers' role: a matter for admins."""
        await services(interaction).servers.choose_nudge_ping(actor(interaction), bool(wanted))
        await self.ready(interaction)


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(ReviewReadyDoors(bot.doors))
