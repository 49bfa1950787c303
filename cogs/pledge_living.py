"""The answers to a check-in, and what others do with a pledge: support it, offer help, join."""

from __future__ import annotations

from bot.app import Cogwheel
from bot.pledges import cards, living_cards, review_cards
from bot.ui.context import Interaction, actor, actor_at, services
from bot.ui.doors import Doorway, press
from bot.ui.reply import move_on, replace


class PledgeLivingDoors(Doorway):
    """One tap each. Check-ins are answered in direct messages too, so their buttons name the server."""

    @press("checkin.well")
    async def well(self, interaction: Interaction, guild_id: int, pledge_id: int) -> None:
        """It goes on as planned."""
        me = await actor_at(interaction, guild_id)
        pledge = await services(interaction).pledges.going_well(me, pledge_id)
        await replace(interaction, living_cards.went_well(pledge))

    @press("checkin.done")
    async def done(self, interaction: Interaction, guild_id: int, pledge_id: int) -> None:
        """It is done."""
        me = await actor_at(interaction, guild_id)
        pledge = await services(interaction).pledges.done(me, pledge_id)
        await replace(interaction, living_cards.done(pledge))

    @press("checkin.help")
    async def help_wanted(self, interaction: Interaction, guild_id: int, pledge_id: int) -> None:
        """Help is needed."""
        me = await actor_at(interaction, guild_id)
        pledge = await services(interaction).pledges.progress(me, pledge_id, needs_help=True)
        await replace(interaction, living_cards.help_called(pledge))

    @press("checkin.leave")
    async def leave(self, interaction: Interaction, guild_id: int, pledge_id: int) -> None:
        """Ask once: what is closed stays closed."""
        me = await actor_at(interaction, guild_id)
        pledge = await services(interaction).pledges.own(me, pledge_id)
        await replace(interaction, living_cards.ask_leave(pledge))

    @press("checkin.close")
    async def close(self, interaction: Interaction, guild_id: int, pledge_id: int) -> None:
        """Close it with honour."""
        me = await actor_at(interaction, guild_id)
        pledge = await services(interaction).pledges.cannot(me, pledge_id, "")
        await replace(interaction, living_cards.closed(pledge))

    # Others.

    @press("pledge.support")
    async def support(self, interaction: Interaction, pledge_id: int) -> None:
        """Support somebody's pledge."""
        pledge = await services(interaction).pledges.support(actor(interaction), pledge_id)
        await move_on(interaction, living_cards.supported(pledge))

    @press("pledge.unsupport")
    async def unsupport(self, interaction: Interaction, pledge_id: int) -> None:
        """Take it back."""
        pledge = await services(interaction).pledges.take_support_back(actor(interaction), pledge_id)
        await move_on(interaction, living_cards.unsupported(pledge))

    @press("pledge.offer")
    async def ask_offer(self, interaction: Interaction, pledge_id: int) -> None:
        """Say who will read it."""
        pledge = await services(interaction).pledges.to_offer(actor(interaction), pledge_id)
        await move_on(interaction, living_cards.ask_offer(pledge))

    @press("pledge.offered")
    async def offer(self, interaction: Interaction, pledge_id: int) -> None:
        """Tell the maker."""
        pledge = await services(interaction).pledges.offer(actor(interaction), pledge_id)
        await move_on(interaction, living_cards.offered(pledge))

    @press("pledge.join")
    async def join(self, interaction: Interaction, pledge_id: int) -> None:
        """Make it too."""
        pledge = await services(interaction).pledges.join(actor(interaction), pledge_id)
        await move_on(interaction, living_cards.joined(pledge))

    @press("pledge.out")
    async def out(self, interaction: Interaction, pledge_id: int) -> None:
        """Make it no longer."""
        pledge = await services(interaction).pledges.leave_join(actor(interaction), pledge_id)
        await move_on(interaction, living_cards.left(pledge))

    # The link.

    @press("pledge.unlink")
    async def unlink(self, interaction: Interaction, pledge_id: int) -> None:
        """Take one's own link away."""
        here = services(interaction)
        pledge = await here.pledges.remove_link(actor(interaction), pledge_id)
        if pledge.maker_id == actor(interaction).user_id:
            await move_on(interaction, cards.own_card(pledge, here.clock()))
        else:
            await move_on(interaction, living_cards.unlinked(pledge))

    @press("review.unlink")
    async def unlink_on_desk(self, interaction: Interaction, pledge_id: int) -> None:
        """Take a link away from the organisers' card."""
        here, me = services(interaction), actor(interaction)
        await here.pledges.remove_link(me, pledge_id)
        alone = interaction.message is None or interaction.message.flags.ephemeral
        desk = await here.pledges.on_desk(me, pledge_id)
        await replace(interaction, review_cards.review_card(desk, exact=alone))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(PledgeLivingDoors(bot.doors))
