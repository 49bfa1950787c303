"""This server's data as a file, for an admin who says what it is for."""

from __future__ import annotations

import discord

from bot.actor import Action
from bot.app import Cogwheel
from bot.privacy import setup_cards as cards
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, press, submit
from bot.ui.escape import clean_line
from bot.ui.forms import Form, Values
from bot.ui.reply import reply, thinking


class SetupDataDoors(Doorway):
    """Asking why, and handing over."""

    @press("setup.data")
    async def ask(self, interaction: Interaction) -> None:
        """Ask what the data is for."""
        await self.doors.open(interaction, "setup.data")

    @form("setup.data")
    async def data_form(self, interaction: Interaction, values: Values) -> Form:
        """Build the form."""
        actor(interaction).check(Action.SET_UP)
        return cards.data_form(values)

    @submit("setup.data")
    async def data(self, interaction: Interaction, values: Values) -> None:
        """Hand the data over, to this person alone."""
        await thinking(interaction)
        privacy, reason = services(interaction).privacy, clean_line(values.text("reason"))
        made = await privacy.download(actor(interaction), reason, interaction.filesize_limit)
        with made.file:
            await reply(interaction, cards.data_card(made.name, made.rows), files=[discord.File(made.file, made.name)])


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(SetupDataDoors(bot.doors))
