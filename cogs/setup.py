"""/setup: from an invited bot to a working server, one tap at a time. Every step is saved as it is taken."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.actor import Action
from bot.app import Cogwheel
from bot.errors import Invalid
from bot.events import zones
from bot.servers import cards
from bot.servers.checkup import open_to_all, place, proposals
from bot.servers.guesses import guesses
from bot.servers.model import Channel
from bot.ui.context import Interaction, actor, guild, services
from bot.ui.doors import Doorway, pick, press
from bot.ui.escape import plain
from bot.ui.reply import move_on
from bot.ui.suggest import quietly
from bot.ui.words import N_


class SetupDoors(Doorway):
    """The commands, and the wizard's first page: channels."""

    group = app_commands.Group(
        name="setup",
        description=N_("Set this server up, and see what needs fixing"),
        guild_only=True,
        default_permissions=discord.Permissions(manage_guild=True),
    )

    @group.command(name="start", description=N_("Choose channels, roles, time zone and language: six taps"))
    @app_commands.describe(
        zone=N_("Your time zone: type a city or a country"), language=N_("The language of what the bot posts")
    )
    @app_commands.choices(
        language=[app_commands.Choice(name=name, value=code) for code, name in cards.LANGUAGES.items()]
    )
    async def start(self, interaction: Interaction, zone: str | None = None, language: str | None = None) -> None:
        """Note what the command gives, and open the first page."""
        actor(interaction).check(Action.SET_UP)
        if zone is not None and (key := zones.lookup(zone)) is None:
            raise Invalid("zone", "unknown zone", text=zone, near=zones.close(zone))
        spoken = interaction.guild_locale
        await services(interaction).servers.begin(
            actor(interaction),
            plain(guild(interaction).name, 100),
            locale=language,
            zone=zone and key,
            guesses=guesses(services(interaction).content, spoken.value if spoken else None, zone and key),
        )
        await self.channels(interaction)

    @start.autocomplete("zone")
    @quietly
    async def _zones(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=zone.replace("_", " "), value=zone) for zone in zones.suggest(typed)]

    @group.command(name="check", description=N_("What's wrong here, and how to fix it"))
    async def check(self, interaction: Interaction) -> None:
        """Show the check."""
        await self.doors.go(interaction, "setup.check")

    @group.command(name="privacy", description=N_("Who is responsible, the notice, how long things stay, a download"))
    async def privacy(self, interaction: Interaction) -> None:
        """Show what an admin decides about privacy."""
        await self.doors.go(interaction, "setup.privacy")

    @group.command(name="sectors", description=N_("Manage the sectors: add, rename, retire, reorder"))
    async def sectors(self, interaction: Interaction) -> None:
        """Show the list of sectors."""
        await self.doors.go(interaction, "sectors.list", 0)

    @group.command(name="people", description=N_("Pause somebody, so they can't submit text, or end a pause"))
    @app_commands.describe(person=N_("Who to pause; leave empty to see who's paused"))
    async def people(self, interaction: Interaction, person: discord.Member | None = None) -> None:
        """Show who is paused, or one person."""
        if person is None:
            await self.doors.go(interaction, "pause.list", 0)
        else:
            await self.doors.go(interaction, "pause.show", person.id)

    # Channels.

    @press("setup.channels")
    async def channels(self, interaction: Interaction) -> None:
        """Show the first page: what is chosen, and what the names suggest for the rest."""
        actor(interaction).check(Action.SET_UP)
        home = guild(interaction)
        settings = await services(interaction).servers.settings(home.id)
        chosen = {purpose: i for purpose, i in settings.channels.items() if place(home, i) is not None}
        proposed, roles = proposals(home, settings)
        await move_on(interaction, cards.channels_page(chosen, proposed, roles))

    @pick("setup.channel")
    async def channel(self, interaction: Interaction, picked: list[str], purpose: Channel) -> None:
        """Save one channel."""
        await self._choose_channel(interaction, purpose, picked)
        await self.channels(interaction)

    @pick("setup.organisers")
    async def organisers(self, interaction: Interaction, picked: list[str]) -> None:
        """Save the organisers' channel, on the second page."""
        await self._choose_channel(interaction, Channel.ORGANISERS, picked)
        await self.doors.go(interaction, "setup.people")

    async def _choose_channel(self, interaction: Interaction, purpose: Channel, picked: list[str]) -> None:
        channel = place(guild(interaction), int(picked[0]) if picked and picked[0].isdecimal() else None)
        if channel is None:
            raise Invalid("channel", "no channel")
        await services(interaction).servers.choose_channels(actor(interaction), {purpose: channel.id})

    @press("setup.matches")
    async def matches(self, interaction: Interaction) -> None:
        """Take what the names suggest, and go on."""
        home, servers = guild(interaction), services(interaction).servers
        proposed, roles = proposals(home, await servers.settings(home.id))
        await servers.choose_channels(actor(interaction), dict(proposed))
        for standing, role in roles.items():
            await servers.choose_roles(actor(interaction), standing, [role])
        await self.doors.go(interaction, "setup.people")

    @press("setup.here")
    async def use_here(self, interaction: Interaction) -> None:
        """Use this channel for everything; for the organisers' work only where members can not read it."""
        home, servers = guild(interaction), services(interaction).servers
        here = place(home, interaction.channel_id)
        if here is None:
            raise Invalid("channel", "no channel")
        proposed, roles = proposals(home, await servers.settings(home.id))
        chosen: dict[Channel, int | None] = dict.fromkeys(Channel, here.id)
        if open_to_all(here):
            del chosen[Channel.ORGANISERS]
            room = place(home, proposed.get(Channel.ORGANISERS))
            if room is not None and not open_to_all(room):
                chosen[Channel.ORGANISERS] = room.id
        await servers.choose_channels(actor(interaction), chosen)
        for standing, role in roles.items():
            await servers.choose_roles(actor(interaction), standing, [role])
        await self.doors.go(interaction, "setup.people")


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(SetupDoors(bot.doors))
