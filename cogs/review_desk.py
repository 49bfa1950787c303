"""The organisers' buttons on a pledge's card: decide without a reason, take it on, look back, many at once."""

from __future__ import annotations

from bot.app import Cogwheel
from bot.pledges import due, lot_cards, review_cards
from bot.pledges.desk_model import Outcome
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, pick, press
from bot.ui.reply import move_on, replace, reply, thinking


class ReviewDeskDoors(Doorway):
    """One pledge on the organisers' desk."""

    @pick("review.open")
    async def opened(self, interaction: Interaction, picked: list[str]) -> None:
        """Open one pledge of the queue."""
        desk = await services(interaction).pledges.on_desk(actor(interaction), due.number(picked[0]))
        await reply(interaction, review_cards.review_card(desk, exact=True))

    @press("review.approve")
    async def approve(self, interaction: Interaction, pledge_id: int) -> None:
        """Approve; the clicked card shows who did."""
        await services(interaction).pledges.approve(actor(interaction), pledge_id)
        await self.show(interaction, pledge_id)

    @press("review.confirm")
    async def confirm(self, interaction: Interaction, pledge_id: int) -> None:
        """Confirm that it is done."""
        await services(interaction).pledges.confirm(actor(interaction), pledge_id)
        await self.show(interaction, pledge_id)

    @press("review.accept")
    async def accept(self, interaction: Interaction, pledge_id: int, seen: int) -> None:
        """Let it have its new words, if they are still those on the card."""
        await services(interaction).pledges.accept_change(actor(interaction), pledge_id, seen)
        await self.show(interaction, pledge_id)

    @press("review.take")
    async def take(self, interaction: Interaction, pledge_id: int) -> None:
        """Say that one looks at it."""
        await services(interaction).pledges.take(actor(interaction), pledge_id)
        await self.show(interaction, pledge_id)

    @press("review.letgo")
    async def let_go(self, interaction: Interaction, pledge_id: int) -> None:
        """Say that one looks at it no longer."""
        await services(interaction).pledges.let_go(actor(interaction), pledge_id)
        await self.show(interaction, pledge_id)

    @press("review.card")
    async def show(self, interaction: Interaction, pledge_id: int) -> None:
        """Show on the clicked card how it stands now."""
        desk = await services(interaction).pledges.on_desk(actor(interaction), pledge_id)
        alone = interaction.message is None or interaction.message.flags.ephemeral
        await replace(interaction, review_cards.review_card(desk, exact=alone))

    @press("review.history")
    async def history(self, interaction: Interaction, pledge_id: int) -> None:
        """Show who did what, when and why."""
        entries = await services(interaction).pledges.history(actor(interaction), pledge_id)
        await reply(interaction, review_cards.history(pledge_id, entries))

    # Many at once.

    @press("review.lot")
    async def lot(self, interaction: Interaction, pledge_id: int) -> None:
        """Show which pledges wait for the same action, and ask."""
        here = services(interaction)
        lot = await here.pledges.lot(actor(interaction), pledge_id)
        action = here.content.actions.get(lot.pledges[0].action or "") if lot.pledges else None
        if action is None:
            await move_on(interaction, lot_cards.outcome_card(Outcome()))
        else:
            await move_on(interaction, lot_cards.lot_card(lot, action, pledge_id, here.pledges.key_of(lot.pledges[-1])))

    @press("review.all")
    async def approve_all(self, interaction: Interaction, pledge_id: int, until: int, seen: int) -> None:
        """Approve those that were shown: what came later was not looked at."""
        if interaction.message is not None and interaction.message.flags.ephemeral:
            await interaction.response.defer()
        else:
            await thinking(interaction)
        outcome = await services(interaction).pledges.approve_lot(actor(interaction), pledge_id, until, seen)
        await replace(interaction, lot_cards.outcome_card(outcome))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(ReviewDeskDoors(bot.doors))
