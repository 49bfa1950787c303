"""The bot itself: loads the doorways, syncs commands when they changed, delivers, closes cleanly."""

from __future__ import annotations

import hashlib
import importlib
import json
import logging
import pkgutil
from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

import cogs
from bot.delivery.kinds import Registry
from bot.delivery.roster import Roster
from bot.delivery.schedule import Schedule, Sweep
from bot.delivery.worker import Worker
from bot.logs import reference
from bot.services import Services
from bot.ui.context import Interaction, enter
from bot.ui.doors import Doors, answer_error
from bot.ui.words import CommandWords

_log = logging.getLogger(__name__)

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    mention_everyone=True,
    pin_messages=True,
    manage_roles=True,
    create_private_threads=True,
    send_messages_in_threads=True,
    manage_threads=True,
)
"""Exactly what the bot uses: posting cards and pictures, finding its own posts again, pinging roles a
moderator confirmed, pinning its welcome card and panel, giving sector roles where a server switched them on,
and making, opening and locking the private threads of introductions."""

INTENTS = discord.Intents(guilds=True)
"""No privileged intent, and no message content."""


class Tree(app_commands.CommandTree["Cogwheel"]):
    """Commands and autocompletes: everybody who comes in is known first, and every failure answers."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Work out who is here. Never raises, so that help is shown even with the database down."""
        await enter(interaction)
        return True

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Answer the person with what went wrong."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await answer_error(interaction, cause)


class Cogwheel(commands.AutoShardedBot):
    """The Discord client of Cogwheel. Made by :func:`bot.bootstrap.build`, which hands everything over."""

    def __init__(
        self, services: Services, kinds: Registry, sweeps: Sequence[Sweep], doors: Doors, **options: Any
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=INTENTS,
            tree_cls=Tree,
            allowed_mentions=discord.AllowedMentions.none(),
            **options,
        )
        self.services = services
        self.doors = doors
        self.worker = Worker(self, services.outbox, kinds, services.clock)
        roster = Roster(self)
        services.presence.look, services.departures.here = roster.present, roster.here
        self.schedule = Schedule(services.database, sweeps, services.clock)

    async def setup_hook(self) -> None:
        """Load every cog, sync the commands if their definition changed, begin delivering."""
        await self.tree.set_translator(CommandWords())
        for module in sorted(info.name for info in pkgutil.iter_modules(cogs.__path__)):
            cog = importlib.import_module(f"cogs.{module}")
            await cog.setup(self)
        await self.sync_if_changed()
        self.worker.start()
        self.schedule.start()

    async def sync_if_changed(self) -> bool:
        """Send the command definitions to Discord unless they are the ones sent last. Returns whether it did."""
        definition = [
            await command.get_translated_payload(self.tree, self.tree.translator)  # type: ignore[arg-type]
            for command in self.tree.get_commands()
        ]
        application = self.application_id or 0
        text = json.dumps([application, definition], sort_keys=True, default=str)
        fingerprint = hashlib.sha256(text.encode()).hexdigest()
        if await self.services.servers.remembered("commands") == fingerprint:
            return False
        await self.tree.sync()
        await self.services.servers.remember("commands", fingerprint)
        _log.info("commands synced")
        return True

    async def on_ready(self) -> None:
        """Notice the servers that removed the bot, or took it back, while it was not running."""
        await self.services.departures.compare()

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note that a server removed the bot. discord.py calls an outage another name (on_guild_unavailable)."""
        await self.services.departures.gone(guild.id)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Keep what there is of a server that took the bot back."""
        await self.services.departures.back(guild.id)

    async def on_interaction(self, interaction: Interaction) -> None:
        """Hand buttons, selects and forms to the doors."""
        await self.doors.route(interaction)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log a fault in an event with a reference; nobody waits for an answer there."""
        _log.exception("event %s failed (%s)", event_method, reference())

    async def close(self) -> None:
        """Stop delivering, leave Discord, close the database. Safe to call twice."""
        try:
            await self.worker.stop()
            await self.schedule.stop()
            # Before the login there is no loop to leave by, and the library's own close fails.
            if hasattr(self.loop, "create_task"):
                await super().close()
        finally:
            await self.services.database.close()
