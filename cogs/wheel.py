"""/wheel: the coalition at a glance, and sector by sector."""

from __future__ import annotations

from io import BytesIO

import discord
from discord import app_commands

from bot.app import Cogwheel
from bot.content.find import find_sectors
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, pick, press
from bot.ui.escape import plain
from bot.ui.reply import move_on, thinking
from bot.ui.suggest import quietly
from bot.ui.words import N_, locale
from bot.wheel import cards


class WheelDoors(Doorway):
    """The picture, and what is behind each cog."""

    @app_commands.command(name="wheel", description=N_("Who is in, who is moving, and which cogs still wait"))
    @app_commands.describe(sector=N_("One sector: start typing"))
    @app_commands.guild_only()
    async def wheel(self, interaction: Interaction, sector: str | None = None) -> None:
        """Show the wheel, or one sector of it."""
        if sector is None:
            await self.open(interaction)
        else:
            await self.partners(interaction, sector, 0)

    @wheel.autocomplete("sector")
    @quietly
    async def _sectors(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        here = services(interaction)
        found = find_sectors(await here.wheel.sectors(actor(interaction).guild_id), typed, locale())
        return [app_commands.Choice(name=plain(s.name.text(locale()), 100), value=s.slug) for s in found[:25]]

    @press("wheel.open")
    async def open(self, interaction: Interaction) -> None:
        """Show the picture and the same in words."""
        here = services(interaction)
        guild_id = actor(interaction).guild_id
        settings = await here.servers.settings(guild_id)
        sectors, figures = await here.wheel.look(guild_id)
        shown = cards.to_picture(here.content, sectors, figures, settings.name)
        if not here.wheel.is_drawn(shown):
            await thinking(interaction)
        image = discord.File(BytesIO(await here.wheel.png(shown)), cards.FILENAME)
        card = cards.wheel_card(shown, figures, registered=await self._registered(interaction))
        await move_on(interaction, card, files=[image])

    @pick("wheel.sector")
    async def sector(self, interaction: Interaction, picked: list[str]) -> None:
        """Show the sector that was picked under the picture."""
        await self.partners(interaction, picked[0], 0)

    @press("wheel.partners")
    async def partners(self, interaction: Interaction, sector: str, after: int) -> None:
        """Show a sector with a page of its named partners."""
        here = services(interaction)
        known, found = await here.wheel.one(actor(interaction).guild_id, sector)
        page = await here.wheel.partners(actor(interaction), sector, after)
        settings = await here.servers.settings(actor(interaction).guild_id)
        registered = await self._registered(interaction)
        card = cards.sector_card(here.content, known, found, page, settings.name, after, registered=registered)
        await move_on(interaction, card)

    async def _registered(self, interaction: Interaction) -> bool:
        """Whether this person has registered: they are not asked to do so again."""
        me = actor(interaction)
        return await services(interaction).members.find(me.guild_id, me.user_id) is not None


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(WheelDoors(bot.doors))
