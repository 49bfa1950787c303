"""/report: where to report and get help. For anyone, anywhere, with the database down; it writes nothing."""

from __future__ import annotations

import logging

from discord import app_commands, ui

from bot.app import Cogwheel
from bot.logs import reference
from bot.reporting import cards
from bot.reporting.model import country_of, find_countries, home_country
from bot.ui.context import Interaction, services
from bot.ui.doors import Doorway, pick, press
from bot.ui.escape import plain
from bot.ui.reply import move_on, reply
from bot.ui.suggest import quietly
from bot.ui.words import N_, locale

_log = logging.getLogger(__name__)


class ReportDoors(Doorway):
    """Nothing here asks who somebody is, so nothing that keeps us from knowing it stands in the way."""

    @app_commands.command(name="report", description=N_("Where to report and get help (this bot takes no reports)"))
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    @app_commands.describe(country=N_("The country you are in: start typing"))
    async def report(self, interaction: Interaction, country: app_commands.Range[str, 1, 60] | None = None) -> None:
        """Show the routes of a country, emergency first."""
        if country is None:
            await self.open(interaction)
        else:
            await reply(interaction, await self._card(interaction, country_of(services(interaction).content, country)))

    @report.autocomplete("country")
    @quietly
    async def _countries(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = find_countries(services(interaction).content, typed)
        return [app_commands.Choice(name=plain(c.name.text(locale()), 100), value=c.code) for c in found]

    @press("report.open")
    async def open(self, interaction: Interaction) -> None:
        """Show the routes of the country that the person's language points to."""
        await reply(interaction, await self._guess(interaction, None))

    @press("report.about")
    async def about(self, interaction: Interaction, category: str) -> None:
        """Show the routes of one kind."""
        await reply(interaction, await self._guess(interaction, category))

    @pick("report.country")
    async def country(self, interaction: Interaction, picked: list[str], about: str) -> None:
        """Show another country."""
        await move_on(interaction, await self._card(interaction, picked[0], about))

    @pick("report.category")
    async def category(self, interaction: Interaction, picked: list[str], country: str) -> None:
        """Show another kind of routes."""
        await move_on(interaction, await self._card(interaction, country, picked[0]))

    async def _guess(self, interaction: Interaction, about: str | None) -> ui.LayoutView:
        country = home_country(services(interaction).content, interaction.locale.value)
        return await self._card(interaction, country, about, guessed=country is not None)

    async def _card(
        self, interaction: Interaction, country: str | None, about: str | None = None, *, guessed: bool = False
    ) -> ui.LayoutView:
        here = services(interaction)
        checked = await self._checked(interaction)
        today = here.clock().date()
        return cards.where_to_turn(here.content, today, country, about, guessed=guessed, checked=checked)

    async def _checked(self, interaction: Interaction) -> frozenset[str]:
        """Return the countries whose routes this server's admin has checked; none while that can not be told."""
        if interaction.guild_id is None:
            return frozenset()
        here = services(interaction)
        try:
            settings = await here.servers.settings(interaction.guild_id)
        except Exception:
            _log.warning("/report goes on without the server's own checks (%s)", reference())
            return frozenset()
        today = here.clock().date()
        return frozenset(code for code in settings.route_checks if settings.routes_checked(code, today))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(ReportDoors(bot.doors))
