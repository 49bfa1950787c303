"""With whom a pledge is made and on which terms; and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.app import Cogwheel
from bot.errors import Invalid
from bot.pledges import due, making_cards
from bot.pledges.model import MOST_OTHERS, Status
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, pick, press, submit
from bot.ui.forms import Form, Values
from bot.ui.reply import move_on, replace


class PledgeTermsDoors(Doorway):
    """What else belongs to a draft, and the way back from a pledge."""

    @press("pledge.ask")
    async def ask(self, interaction: Interaction, pledge_id: int) -> None:
        """Show the menu of whom to ask."""
        pledge = await services(interaction).pledges.own(actor(interaction), pledge_id)
        await move_on(interaction, making_cards.draft_card(pledge, asking=True))

    @pick("pledge.invite")
    async def invite(self, interaction: Interaction, picked: list[str], pledge_id: int) -> None:
        """Name who shall do it too. Bots do nothing by themselves, so they are left out."""
        data: Mapping[str, Any] = interaction.data or {}
        people = data.get("resolved", {}).get("users", {})
        chosen = [int(one) for one in picked if one.isascii() and one.isdigit() and not people.get(one, {}).get("bot")]
        await services(interaction).pledges.invite(actor(interaction), pledge_id, chosen)
        await self.doors.go(interaction, "pledge.resume", pledge_id)

    @press("pledge.onlyif")
    async def only_if(self, interaction: Interaction, pledge_id: int) -> None:
        """Ask how many others it needs."""
        await self.doors.open(interaction, "pledge.onlyif", pledge_id)

    @form("pledge.onlyif")
    async def only_if_form(self, interaction: Interaction, values: Values, pledge_id: int) -> Form:
        """Build the form, as it stands in the draft."""
        here = services(interaction)
        pledge = await here.pledges.own(actor(interaction), pledge_id)
        zone = (await here.servers.settings(pledge.guild_id)).zone
        return making_cards.condition_form(pledge, values, due.written(pledge.join_by, zone))

    @submit("pledge.onlyif")
    async def only_if_set(self, interaction: Interaction, values: Values, pledge_id: int) -> None:
        """Store it with the draft."""
        here, me = services(interaction), actor(interaction)
        count = values.text("only_if")
        if count and not (count.isascii() and count.isdigit()):
            raise Invalid("only_if", "no number", least=1, most=MOST_OTHERS)
        zone = (await here.servers.settings(me.guild_id)).zone
        until = due.parse(values.text("join_by"), zone, here.clock())
        await here.pledges.set_condition(me, pledge_id, int(count or 0), until)
        await self.doors.go(interaction, "pledge.resume", pledge_id)

    @press("pledge.discard")
    async def discard(self, interaction: Interaction, pledge_id: int) -> None:
        """Drop a draft; ask once before anything else is taken back."""
        pledges = services(interaction).pledges
        pledge = await pledges.own(actor(interaction), pledge_id)
        if pledge.status is Status.DRAFT:
            await self.withdraw(interaction, pledge_id)
        else:
            await move_on(interaction, making_cards.ask_withdraw(pledge))

    @press("pledge.withdraw")
    async def withdraw(self, interaction: Interaction, pledge_id: int) -> None:
        """Take it back."""
        await services(interaction).pledges.withdraw(actor(interaction), pledge_id)
        await replace(interaction, making_cards.discarded())


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(PledgeTermsDoors(bot.doors))
