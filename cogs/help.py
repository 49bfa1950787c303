"""/help: what I can do here, the privacy notice, who runs this."""

from __future__ import annotations

from discord import app_commands

from bot.app import Cogwheel
from bot.errors import NotAllowed, StorageUnavailable
from bot.privacy.cards import contact_words, notice_card
from bot.reporting import help_cards
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, press
from bot.ui.reply import reply
from bot.ui.words import N_, locale


class HelpDoors(Doorway):
    """The way back from anywhere."""

    def __init__(self, bot: Cogwheel) -> None:
        super().__init__(bot.doors)
        self._tree = bot.tree

    @app_commands.command(name="help", description=N_("What you can do here, the privacy notice, who runs this"))
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def help(self, interaction: Interaction) -> None:
        """Show what this person can do."""
        await self.open(interaction)

    @press("help.open")
    async def open(self, interaction: Interaction) -> None:
        """Show what this person can do; the short text in a direct message and while the register is away."""
        content = services(interaction).content
        if interaction.guild_id is None:
            await reply(interaction, help_cards.away(content))
            return
        try:
            me = actor(interaction)
            contact = contact_words((await services(interaction).privacy.notice(me.guild_id)).contact)
        except StorageUnavailable:
            await reply(interaction, help_cards.away(content))
            return
        commands = {command.name for command in self._tree.get_commands()}
        doors = {name for kind, name in self.doors.names if kind == "press"}
        await reply(interaction, help_cards.here(content, me, commands, doors, contact))

    @press("help.notice")
    async def notice(self, interaction: Interaction) -> None:
        """Show the privacy notice of this server; the content's own where the server can not be told."""
        privacy = services(interaction).privacy
        try:
            notice = await privacy.notice(actor(interaction).guild_id, locale())
        except (NotAllowed, StorageUnavailable):
            notice = privacy.shipped_notice(locale())
        await reply(interaction, notice_card(notice))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(HelpDoors(bot))
