"""/review: the organisers' queue and their decisions."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.app import Cogwheel
from bot.pledges import cards, due, review_cards
from bot.pledges.model import Act, Pledge
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, pick, press, submit
from bot.ui.escape import clean
from bot.ui.forms import Form, Values
from bot.ui.reply import move_on, replace, reply
from bot.ui.words import N_, _


class ReviewDoors(Doorway):
    """Looking at pledges and deciding."""

    group = app_commands.Group(
        name="review",
        description=N_("What waits for an organiser"),
        guild_only=True,
        default_permissions=discord.Permissions(manage_messages=True),
    )

    @group.command(name="queue", description=N_("Pledges waiting for a decision, oldest first"))
    async def queue(self, interaction: Interaction) -> None:
        """Show the first page of the queue."""
        await self.page(interaction, 0)

    @press("review.queue")
    async def page(self, interaction: Interaction, after: int) -> None:
        """Show a page of the queue."""
        page = await services(interaction).pledges.queue(actor(interaction), after or None)
        empty = _("Nothing waits. Well done!")
        await move_on(
            interaction, cards.list_card(_("To review"), page, empty, ("review.open", "review.queue"), (), after)
        )

    @pick("review.open")
    async def opened(self, interaction: Interaction, picked: list[str]) -> None:
        """Open one pledge of the queue."""
        here = services(interaction)
        pledge = await here.pledges.on_desk(actor(interaction), due.number(picked[0]))
        await reply(interaction, await self._card(interaction, pledge))

    @press("review.approve")
    async def approve(self, interaction: Interaction, pledge_id: int) -> None:
        """Approve; the clicked card shows who did."""
        pledge = await services(interaction).pledges.approve(actor(interaction), pledge_id)
        await replace(interaction, await self._card(interaction, pledge))

    @press("review.confirm")
    async def confirm(self, interaction: Interaction, pledge_id: int) -> None:
        """Confirm that it is done."""
        pledge = await services(interaction).pledges.confirm(actor(interaction), pledge_id)
        await replace(interaction, await self._card(interaction, pledge))

    @press("review.changes")
    async def changes(self, interaction: Interaction, pledge_id: int) -> None:
        """Ask for the reason of a change."""
        await self.doors.open(interaction, "review.changes", pledge_id)

    @press("review.decline")
    async def decline(self, interaction: Interaction, pledge_id: int) -> None:
        """Ask for the reason of a decline."""
        await self.doors.open(interaction, "review.decline", pledge_id)

    @press("review.notyet")
    async def not_yet(self, interaction: Interaction, pledge_id: int) -> None:
        """Ask what is missing."""
        await self.doors.open(interaction, "review.notyet", pledge_id)

    @form("review.changes")
    async def changes_form(self, interaction: Interaction, values: Values, pledge_id: int) -> Form:
        """Build the reason form, for those who may review this one."""
        pledge = await services(interaction).pledges.check_reviewer(actor(interaction), pledge_id)
        return review_cards.reason_form(pledge, Act.ASK_CHANGES, values)

    @form("review.decline")
    async def decline_form(self, interaction: Interaction, values: Values, pledge_id: int) -> Form:
        """Build the reason form, for those who may review this one."""
        pledge = await services(interaction).pledges.check_reviewer(actor(interaction), pledge_id)
        return review_cards.reason_form(pledge, Act.DECLINE, values)

    @form("review.notyet")
    async def not_yet_form(self, interaction: Interaction, values: Values, pledge_id: int) -> Form:
        """Build the reason form, for those who may review this one."""
        pledge = await services(interaction).pledges.check_reviewer(actor(interaction), pledge_id)
        return review_cards.reason_form(pledge, Act.NOT_YET, values)

    @submit("review.changes")
    async def changes_asked(self, interaction: Interaction, values: Values, pledge_id: int) -> None:
        """Send it back."""
        pledges = services(interaction).pledges
        pledge = await pledges.ask_changes(actor(interaction), pledge_id, clean(values.text("reason")))
        await replace(interaction, await self._card(interaction, pledge))

    @submit("review.decline")
    async def declined(self, interaction: Interaction, values: Values, pledge_id: int) -> None:
        """Decline."""
        pledges = services(interaction).pledges
        pledge = await pledges.decline(actor(interaction), pledge_id, clean(values.text("reason")))
        await replace(interaction, await self._card(interaction, pledge))

    @submit("review.notyet")
    async def is_not_yet(self, interaction: Interaction, values: Values, pledge_id: int) -> None:
        """Say what is missing."""
        pledges = services(interaction).pledges
        pledge = await pledges.not_yet(actor(interaction), pledge_id, clean(values.text("reason")))
        await replace(interaction, await self._card(interaction, pledge))

    @press("review.history")
    async def history(self, interaction: Interaction, pledge_id: int) -> None:
        """Show who did what, when and why."""
        entries = await services(interaction).pledges.history(actor(interaction), pledge_id)
        await reply(interaction, review_cards.history(pledge_id, entries))

    async def _card(self, interaction: Interaction, pledge: Pledge) -> discord.ui.LayoutView:
        last = await services(interaction).pledges.last_entry(pledge.guild_id, pledge.id)
        return review_cards.review_card(pledge, last)


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(ReviewDoors(bot.doors))
