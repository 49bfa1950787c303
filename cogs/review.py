"""/review: every command of organisers, each the way into what its buttons go on with."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.app import Cogwheel
from bot.content.find import find_sectors
from bot.errors import Invalid
from bot.members.model import ORGANISATION_LIMIT
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway
from bot.ui.escape import plain
from bot.ui.forms import Values
from bot.ui.suggest import quietly
from bot.ui.words import N_, locale

_ANY = "any"


class ReviewDoors(Doorway):
    """The ways in."""

    group = app_commands.Group(
        name="review",
        description=N_("What's waiting for an organiser"),
        guild_only=True,
        default_permissions=discord.Permissions(manage_messages=True),
    )

    @group.command(name="queue", description=N_("Pledges waiting for a decision, longest waiting first"))
    @app_commands.describe(sector=N_("One sector only"), kind=N_("Which pledges to show"))
    @app_commands.choices(
        kind=[
            app_commands.Choice(name=N_("new"), value="new"),
            app_commands.Choice(name=N_("marked done"), value="done"),
            app_commands.Choice(name=N_("changed wording"), value="changed"),
            app_commands.Choice(name=N_("taken by me"), value="mine"),
        ]
    )
    async def queue(self, interaction: Interaction, sector: str | None = None, kind: str = _ANY) -> None:
        """Show the first page of the queue."""
        me = actor(interaction)
        sectors = await services(interaction).sectors.of(me.guild_id)
        meant = sectors.meant(sector, locale()) if sector else None
        if sector and meant is None:
            raise Invalid("sector", "unknown choice")
        await self.doors.go(interaction, "review.page", kind, meant.slug if meant else "", 0, 0)

    @queue.autocomplete("sector")
    @quietly
    async def _sectors(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        sectors = await services(interaction).sectors.of(actor(interaction).guild_id)
        found = find_sectors(sectors.every, typed, locale())
        return [app_commands.Choice(name=plain(one.name.text(locale()), 100), value=one.slug) for one in found[:25]]

    @group.command(name="export", description=N_("All pledges as a file: for the board, or everything"))
    @app_commands.rename(audience="for", kind="file")
    @app_commands.describe(audience=N_("Who will read it"), kind=N_("The kind of file"))
    @app_commands.choices(
        audience=[
            app_commands.Choice(name=N_("the board: names only of those who chose to be named"), value="board"),
            app_commands.Choice(name=N_("organisers: everything"), value="internal"),
        ],
        kind=[
            app_commands.Choice(name=N_("a spreadsheet (XLSX)"), value="xlsx"),
            app_commands.Choice(name=N_("plain rows (CSV)"), value="csv"),
            app_commands.Choice(name=N_("for programs (JSON)"), value="json"),
        ],
    )
    async def export(self, interaction: Interaction, audience: str = "board", kind: str = "xlsx") -> None:
        """Hand over a file."""
        await self.doors.go(interaction, "review.export", audience, kind)

    @group.command(name="import", description=N_("Import earlier pledges from a spreadsheet"))
    @app_commands.describe(file=N_("The table, saved as CSV; leave empty to see how it works"))
    async def import_(self, interaction: Interaction, file: discord.Attachment | None = None) -> None:
        """Look at a file, or say how it goes."""
        if file is None:
            await self.doors.go(interaction, "import.home")
        else:
            await self.doors.fill(interaction, "import.file", Values())

    @group.command(name="digest", description=N_("How the pledges are going: figures and a picture"))
    @app_commands.describe(period=N_("How far to look back"))
    @app_commands.choices(
        period=[
            app_commands.Choice(name=N_("the last 30 days"), value="month"),
            app_commands.Choice(name=N_("the last quarter"), value="quarter"),
            app_commands.Choice(name=N_("the last year"), value="year"),
        ]
    )
    async def digest(self, interaction: Interaction, period: str = "month") -> None:
        """Look back."""
        await self.doors.go(interaction, "review.digest", period)

    @group.command(name="organisations", description=N_("Organisations to confirm, or find any by name"))
    @app_commands.describe(name=N_("Open one by name"))
    async def organisations(
        self, interaction: Interaction, name: app_commands.Range[str, 1, ORGANISATION_LIMIT] | None = None
    ) -> None:
        """Show the first page of organisations that nobody confirmed, or one that is looked for."""
        if name is None:
            await self.doors.go(interaction, "review.organisations", 0, 0)
        else:
            await self.doors.fill(interaction, "organisations.find", Values({"name": name}))

    @organisations.autocomplete("name")
    @quietly
    async def _names(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = await services(interaction).organisations.search(actor(interaction), typed)
        return [app_commands.Choice(name=plain(one.name, 100), value=f"#{one.id}") for one in found]


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(ReviewDoors(bot.doors))
