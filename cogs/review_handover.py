"""Handing over what was imported: an organiser asks somebody to take a pledge on, or takes it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.app import Cogwheel
from bot.errors import Invalid
from bot.pledges.imports import cards
from bot.pledges.model import Act
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, pick, press, submit
from bot.ui.forms import Form, Values
from bot.ui.reply import move_on, replace
from bot.ui.words import _


class ReviewHandoverDoors(Doorway):
    """Finding a maker for what has none."""

    @press("handover.ask")
    async def ask(self, interaction: Interaction, pledge_id: int) -> None:
        """Ask whom to ask."""
        pledges = services(interaction).pledges
        pledge = await pledges.to_hand_over(actor(interaction), pledge_id)
        await move_on(interaction, cards.ask_whom(pledge, await pledges.company(pledge.guild_id, pledge_id)))

    @pick("handover.pick")
    async def asked(self, interaction: Interaction, picked: list[str], pledge_id: int) -> None:
        """Ask somebody. A bot keeps no promises."""
        data: Mapping[str, Any] = interaction.data or {}
        chosen = picked[0] if picked and picked[0].isascii() and picked[0].isdigit() else "0"
        if data.get("resolved", {}).get("users", {}).get(chosen, {}).get("bot"):
            raise Invalid("person", "not registered")
        pledge = await services(interaction).pledges.hand_over(actor(interaction), pledge_id, int(chosen))
        await replace(interaction, cards.asked_to_take_on(pledge, int(chosen)))

    @press("handover.back")
    async def back(self, interaction: Interaction, pledge_id: int) -> None:
        """Ask why it is taken back."""
        await self.doors.open(interaction, "handover.back", pledge_id)

    @form("handover.back")
    async def back_form(self, interaction: Interaction, values: Values, pledge_id: int) -> Form:
        """Build the form, while nobody has taken it on."""
        await services(interaction).pledges.check_reviewer(actor(interaction), pledge_id, Act.UNIMPORT)
        return cards.back_form(_("Take it back"), "handover.back", pledge_id, values)

    @submit("handover.back")
    async def taken_back(self, interaction: Interaction, values: Values, pledge_id: int) -> None:
        """Withdraw it."""
        imports = services(interaction).imports
        pledge = await imports.take_back_one(actor(interaction), pledge_id, values.text("reason"))
        await replace(interaction, cards.one_taken_back(pledge))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(ReviewHandoverDoors(bot.doors))
