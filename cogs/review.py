"""/review: the organisers' queue and their decisions."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.app import Cogwheel
from bot.content.find import find_sectors
from bot.errors import Invalid
from bot.members.model import ORGANISATION_LIMIT
from bot.pledges import queue_cards
from bot.pledges.desk_model import Kind
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, pick, press
from bot.ui.escape import plain
from bot.ui.forms import Values
from bot.ui.reply import move_on
from bot.ui.suggest import quietly
from bot.ui.words import N_, locale

_ANY = "any"


class ReviewDoors(Doorway):
    """Looking at pledges and deciding."""

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
        await self.page(interaction, kind, meant.slug if meant else "", 0, 0)

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
            app_commands.Choice(name=N_("the board: only people who chose to be named"), value="board"),
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

    @press("review.queue")
    async def begin(self, interaction: Interaction, _after: int) -> None:
        """Show the first page of the whole queue."""
        await self.page(interaction, _ANY, "", 0, 0)

    @pick("review.kind")
    async def narrow_kind(self, interaction: Interaction, picked: list[str], sector: str) -> None:
        """Show only some of them."""
        await self.page(interaction, picked[0], sector, 0, 0)

    @pick("review.sector")
    async def narrow_sector(self, interaction: Interaction, picked: list[str], kind: str) -> None:
        """Show one sector only."""
        await self.page(interaction, kind, "" if picked[0] == _ANY else picked[0], 0, 0)

    @press("review.page")
    async def page(self, interaction: Interaction, kind: str, sector: str, at: int, after: int) -> None:
        """Show a page: those that wait longer than the key (microseconds, id)."""
        here, me = services(interaction), actor(interaction)
        if kind not in (_ANY, *Kind):
            raise Invalid("kind", "unknown choice")
        chosen = None if kind == _ANY else Kind(kind)
        found = await here.pledges.queue(me, (at, after), kind=chosen, sector=sector or None)
        sectors = await here.sectors.of(me.guild_id)
        view = queue_cards.queue_card(found, sectors, chosen, sector, (at, after), here.clock(), me.user_id)
        await move_on(interaction, view)


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(ReviewDoors(bot.doors))
