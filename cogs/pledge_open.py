"""One pledge, opened from a list, a card or a command; and the answer of somebody who was asked to do it too."""

from __future__ import annotations

from discord import ui

from bot.actor import Action
from bot.app import Cogwheel
from bot.pledges import cards, due, living_cards, making_cards
from bot.pledges.imports import cards as import_cards
from bot.pledges.model import Pledge
from bot.ui.context import Interaction, actor, actor_at, services
from bot.ui.doors import Doorway, pick, press
from bot.ui.layout import button
from bot.ui.reply import move_on, replace
from bot.ui.words import _, locale


class PledgeOpenDoors(Doorway):
    """Looking at one pledge."""

    @pick("pledge.open")
    async def opened(self, interaction: Interaction, picked: list[str]) -> None:
        """Open a pledge from a list."""
        await self.open(interaction, due.number(picked[0]))

    @press("pledge.update")
    async def open(self, interaction: Interaction, pledge_id: int) -> None:
        """Open a pledge: one's own with all that one can do, anybody else's as one may see it."""
        pledge = await services(interaction).pledges.show(actor(interaction), pledge_id)
        if pledge.maker_id == actor(interaction).user_id:
            await move_on(interaction, await self._own(interaction, pledge))
        else:
            await move_on(interaction, await self._other(interaction, pledge))

    async def _own(self, interaction: Interaction, pledge: Pledge) -> ui.LayoutView:
        here = services(interaction)
        said = await here.pledges.sent_back(pledge)
        change = await here.pledges.proposed(pledge)
        company = await here.pledges.company(pledge.guild_id, pledge.id)
        return cards.own_card(pledge, here.clock(), said, change, company)

    async def _other(self, interaction: Interaction, pledge: Pledge) -> ui.LayoutView:
        here, me = services(interaction), actor(interaction).user_id
        name = (await here.sectors.of(pledge.guild_id)).name(pledge.sector, locale())
        company = await here.pledges.company(pledge.guild_id, pledge.id)
        standing = await here.pledges.standing(pledge.guild_id, pledge.id, me)
        doors = living_cards.doors(pledge, standing)
        reviewer = actor(interaction).may(Action.REVIEW)
        if reviewer:
            doors += import_cards.doors(pledge)
            doors += [button(_("Remove this link"), "pledge.unlink", pledge.id)] if pledge.evidence else []
        supporters = cards.figure(standing.count, standing.small)
        return cards.shown_card(pledge, name, company, standing.part, supporters, doors, reviewer=reviewer)

    @press("pledge.accept")
    async def accept(self, interaction: Interaction, guild_id: int, pledge_id: int) -> None:
        """Do it too; also from a direct message."""
        me = await actor_at(interaction, guild_id)
        pledge = await services(interaction).pledges.answer(me, pledge_id, True)
        mine = pledge.maker_id == me.user_id
        await replace(interaction, making_cards.taken_on(pledge) if mine else making_cards.answered(pledge, True))

    @press("pledge.refuse")
    async def refuse(self, interaction: Interaction, guild_id: int, pledge_id: int) -> None:
        """Do it not, or no longer; also from a direct message."""
        me = await actor_at(interaction, guild_id)
        pledge = await services(interaction).pledges.answer(me, pledge_id, False)
        await replace(interaction, making_cards.answered(pledge, False))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(PledgeOpenDoors(bot.doors))
