"""/announce: an event from a title and a time to its preview; edit and cancel what is coming."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.app import Cogwheel
from bot.events import moment, typed
from bot.events.model import Event
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, press
from bot.ui.escape import plain
from bot.ui.forms import Values
from bot.ui.suggest import quietly
from bot.ui.words import N_, locale

Choice = app_commands.Choice[str]


class AnnounceDoors(Doorway):
    """The commands, and the buttons that open the same forms."""

    group = app_commands.Group(
        name="announce",
        description=N_("Announce an event, in everybody's own time zone"),
        guild_only=True,
        default_permissions=discord.Permissions(manage_events=True),
    )

    @group.command(name="event", description=N_("Announce an event: a title and a time are enough"))
    @app_commands.describe(
        title=N_("What it is called"),
        starts=N_("When it starts, as you would say it: fri 18:00, 24 nov 18:00, in 2 weeks 12:00"),
        duration=N_("How long: 45 min, 1h30, 2 h (one hour if left empty)"),
        where=N_("A place or a platform; the link to join comes next"),
        type=N_("What kind of event"),
    )
    async def event(
        self,
        interaction: Interaction,
        title: app_commands.Range[str, 1, 100],
        starts: app_commands.Range[str, 1, 100],
        duration: app_commands.Range[str, 1, 40] | None = None,
        where: app_commands.Range[str, 1, 100] | None = None,
        type: str | None = None,
    ) -> None:
        """Store a draft and ask for its text."""
        values = {
            "title": title,
            "starts": starts,
            "duration": duration or "",
            "where": where or "",
            "type": type or "",
        }
        await self.doors.fill(interaction, "announce.fix", Values(values), 0, 0)

    @event.autocomplete("starts")
    @quietly
    async def _starts(self, interaction: Interaction, so_far: str) -> list[Choice]:
        here = services(interaction)
        zone = (await here.servers.settings(actor(interaction).guild_id)).zone
        found = moment.suggest(so_far, zone, here.clock(), locale())
        return [app_commands.Choice(name=each.label[:100], value=each.value[:100]) for each in found]

    @event.autocomplete("type")
    @quietly
    async def _types(self, interaction: Interaction, so_far: str) -> list[Choice]:
        kinds = services(interaction).content.event_types.values()
        names = [(kind.name.text(locale()), kind) for kind in kinds]
        return [
            app_commands.Choice(name=plain(f"{kind.emoji} {name}", 100), value=kind.slug)
            for name, kind in names
            if so_far.casefold() in name.casefold()
        ]

    @group.command(name="edit", description=N_("Change an event; every post of it is updated"))
    @app_commands.describe(event=N_("Which one: start typing"))
    async def edit(self, interaction: Interaction, event: str) -> None:
        """Open the form with everything in it."""
        await self.doors.open(interaction, "announce.fix", typed.number(event), 0)

    @group.command(name="cancel", description=N_("Cancel an event; everybody who signed up is told"))
    @app_commands.describe(event=N_("Which one: start typing"))
    async def cancel(self, interaction: Interaction, event: str) -> None:
        """Ask why."""
        await self.doors.open(interaction, "announce.cancel", typed.number(event))

    @edit.autocomplete("event")
    @quietly
    async def _editable(self, interaction: Interaction, so_far: str) -> list[Choice]:
        return _choices(await services(interaction).events.editable(actor(interaction)), so_far)

    @cancel.autocomplete("event")
    @quietly
    async def _cancellable(self, interaction: Interaction, so_far: str) -> list[Choice]:
        return _choices(await services(interaction).events.cancellable(actor(interaction)), so_far)

    @press("announce.open")
    async def new(self, interaction: Interaction) -> None:
        """Open the form of a new event from a panel."""
        await self.doors.open(interaction, "announce.fix", 0, 0)

    @press("announce.edit")
    async def edit_from_card(self, interaction: Interaction, event_id: int) -> None:
        """Open the form with everything in it."""
        await self.doors.open(interaction, "announce.fix", event_id, 0)

    @press("announce.extras")
    async def extras(self, interaction: Interaction, event_id: int) -> None:
        """Open the form of text, link and picture."""
        await self.doors.open(interaction, "announce.text", event_id, 0)


def _choices(events: list[Event], so_far: str) -> list[Choice]:
    wanted = so_far.casefold()
    labelled = [(plain(f"{e.title} · {typed.written(e.starts, e.zone)}", 100), e) for e in events]
    return [app_commands.Choice(name=label, value=str(e.id)) for label, e in labelled if wanted in label.casefold()]


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(AnnounceDoors(bot.doors))
