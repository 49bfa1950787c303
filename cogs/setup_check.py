"""/setup check, the posts that got stuck, and the routes that an admin opens and ticks."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.actor import Action
from bot.app import Cogwheel
from bot.content.model import Country
from bot.errors import Invalid
from bot.pledges.checkup import look as look_at_pledges
from bot.roles.checkup import look as look_at_roles
from bot.servers import cards, check_cards
from bot.servers.checkup import STAFF_COMMANDS, look
from bot.ui.context import Interaction, actor, guild, services
from bot.ui.doors import Doors, Doorway, pick, press
from bot.ui.reply import move_on, thinking
from bot.ui.words import locale


class SetupCheckDoors(Doorway):
    """What is wrong, and how to put it right."""

    def __init__(self, doors: Doors, tree: app_commands.CommandTree[Cogwheel]) -> None:
        super().__init__(doors)
        self.tree = tree

    @press("setup.check")
    async def check(self, interaction: Interaction) -> None:
        """Look over everything, and show it. Asks Discord who sees which command, so it takes a moment."""
        here, home = services(interaction), guild(interaction)
        here.servers.check_caretaker(actor(interaction))
        if interaction.message is not None and interaction.message.flags.ephemeral:
            await interaction.response.defer()
        else:
            await thinking(interaction)
        await self._show(interaction, home)

    async def _show(self, interaction: Interaction, home: discord.Guild) -> None:
        here = services(interaction)
        settings = await here.servers.settings(home.id)
        stuck, held = await here.servers.stuck(actor(interaction))
        found = look(home, settings, here.content, await self._allowed(home), here.clock().date())
        book, sectors = await here.roles.book(home.id), await here.sectors.of(home.id)
        found += look_at_roles(home, settings, book, sectors, actor(interaction).locale)
        found += await here.sectors.findings(home.id, locale())
        found += look_at_pledges(await here.pledges.late(home.id))
        may = actor(interaction).may(Action.SET_UP)
        await move_on(interaction, check_cards.check_card(here.content, found, stuck, held, may_set_up=may))

    async def _allowed(self, home: discord.Guild) -> dict[str, list[int]]:
        """Return which roles an admin let see our staff's commands; nothing where Discord does not tell."""
        names = {command for command, _bit in STAFF_COMMANDS.values()}
        found: dict[str, list[int]] = {}
        try:
            for command in await self.tree.fetch_commands():
                if command.name in names:
                    found[command.name] = await _roles_of(command, home)
        except discord.HTTPException:
            pass
        return found

    @press("setup.again")
    async def again(self, interaction: Interaction, row_id: int) -> None:
        """Post a stuck row again."""
        await services(interaction).servers.try_again(actor(interaction), row_id)
        await services(interaction).outbox.settled(row_id, 1.0)
        await self.check(interaction)

    @press("setup.there")
    async def there(self, interaction: Interaction, row_id: int) -> None:
        """Leave a stuck row: somebody looked, and it is there or no longer wanted."""
        await services(interaction).servers.leave_be(actor(interaction), row_id)
        await self.check(interaction)

    # Routes.

    @press("setup.routes")
    async def routes(self, interaction: Interaction) -> None:
        """Show the routes of the server's country."""
        await self._routes(interaction, (await services(interaction).servers.settings(guild(interaction).id)).country)

    @pick("setup.country")
    async def country(self, interaction: Interaction, picked: list[str]) -> None:
        """Save the server's country, and show its routes."""
        if picked[0] not in {country.code for country in self._countries(interaction)}:
            raise Invalid("country", "unknown choice")
        await services(interaction).servers.choose(actor(interaction), country=picked[0])
        await self._routes(interaction, picked[0])

    @press("setup.ticked")
    async def ticked(self, interaction: Interaction, code: str) -> None:
        """Record that this admin opened and checked them today."""
        if code not in {country.code for country in self._countries(interaction)}:
            raise Invalid("country", "unknown choice")
        await services(interaction).servers.tick_routes(actor(interaction), code)
        await self._routes(interaction, code)

    async def _routes(self, interaction: Interaction, code: str) -> None:
        actor(interaction).check(Action.SET_UP)
        here = services(interaction)
        settings = await here.servers.settings(guild(interaction).id)
        countries = self._countries(interaction)
        chosen = next((country for country in countries if country.code == code), None)
        check = settings.routes_checked(code, here.clock().date())
        await move_on(interaction, cards.routes_page(here.content, chosen, countries, check))

    def _countries(self, interaction: Interaction) -> list[Country]:
        content = services(interaction).content
        present = {route.country for route in content.routes.values()}
        return [country for country in content.countries.values() if country.code in present]


async def _roles_of(command: app_commands.AppCommand, home: discord.Guild) -> list[int]:
    try:
        found = await command.fetch_permissions(home)
    except discord.NotFound:  # never changed from its default
        return []
    return [each.id for each in found.permissions if each.permission]


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(SetupCheckDoors(bot.doors, bot.tree))
