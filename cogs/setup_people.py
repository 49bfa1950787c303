"""The second page of /setup start: roles, time zone, language; and its end."""

from __future__ import annotations

from bot.actor import Action, Standing
from bot.app import Cogwheel
from bot.errors import Invalid
from bot.events import zones
from bot.servers import cards, check_cards
from bot.servers.checkup import look
from bot.servers.model import Channel
from bot.ui.context import Interaction, actor, guild, services
from bot.ui.doors import Doorway, pick, press
from bot.ui.reply import move_on, replace
from bot.ui.words import LOCALES

_ZONES_SHOWN = 25
_PROBLEMS_SHOWN = 6


class SetupPeopleDoors(Doorway):
    """Who helps, and where and in which language."""

    @press("setup.people")
    async def people(self, interaction: Interaction) -> None:
        """Show the second page."""
        actor(interaction).check(Action.SET_UP)
        home = guild(interaction)
        settings = await services(interaction).servers.settings(home.id)
        offered = list(dict.fromkeys([settings.zone, *zones.suggest("")]))[:_ZONES_SHOWN]
        desk = settings.channel(Channel.ORGANISERS)
        await move_on(interaction, cards.people_page(settings, [role.id for role in home.roles], offered, desk=desk))

    @pick("setup.role")
    async def role(self, interaction: Interaction, picked: list[str], standing: Standing) -> None:
        """Save the roles of a standing; none picked takes the choice back."""
        chosen = [guild_role.id for guild_role in guild(interaction).roles if str(guild_role.id) in picked]
        if len(chosen) < len(picked):
            raise Invalid("roles", "unknown choice")
        await services(interaction).servers.choose_roles(actor(interaction), standing, chosen)
        await self.people(interaction)

    @pick("setup.zone")
    async def zone(self, interaction: Interaction, picked: list[str]) -> None:
        """Save the time zone."""
        await services(interaction).servers.choose(actor(interaction), zone=picked[0])
        await self.people(interaction)

    @pick("setup.language")
    async def language(self, interaction: Interaction, picked: list[str]) -> None:
        """Save the language of what the bot posts."""
        if picked[0] not in LOCALES:
            raise Invalid("language", "unknown choice")
        await services(interaction).servers.choose(actor(interaction), locale=picked[0])
        await self.people(interaction)

    @press("setup.finish")
    async def finish(self, interaction: Interaction) -> None:
        """Post the welcome card and the panel, and say what still needs a look."""
        here, home = services(interaction), guild(interaction)
        actor(interaction).check(Action.SET_UP)
        await interaction.response.defer()
        rows = await here.servers.finish(actor(interaction))
        for number in rows.values():
            await here.outbox.settled(number)
        settings = await here.servers.settings(home.id)
        posts = {kind: await here.outbox.find_post(home.id, kind, 0) for kind in rows}
        found = look(home, settings, here.content, {}, here.clock().date())
        lines = [check_cards.line(here.content, finding) for finding in found]
        problems = cards.problems(found, lines, _PROBLEMS_SHOWN)
        routes = bool(here.content.routes)
        await replace(interaction, cards.finished(home.id, settings, posts, problems, routes=routes))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(SetupPeopleDoors(bot.doors))
