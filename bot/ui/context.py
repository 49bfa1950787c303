"""What an interaction brings: the services behind it, the person in front of it, their language."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot import actor as standing
from bot.actor import Actor
from bot.errors import CogwheelError, NotAllowed
from bot.logs import reference
from bot.ui import words

if TYPE_CHECKING:
    from bot.app import Cogwheel
    from bot.services import Services

_log = logging.getLogger(__name__)
_ACTOR, _NEWS, _FAULT = "actor", "news", "fault"

Interaction = discord.Interaction[Any]


def services(interaction: Interaction) -> Services:
    """Return the services. The one place that touches ``interaction.client``."""
    client: Cogwheel = interaction.client
    return client.services


async def enter(interaction: Interaction) -> None:
    """Work out who is here and speak their language. Never raises: a fault is kept for :func:`actor`."""
    words.speak(interaction.locale.value)
    if interaction.guild_id is None:
        return
    try:
        here = services(interaction)
        settings = await here.servers.settings(interaction.guild_id)
        brief = await here.members.brief(interaction.guild_id, interaction.user.id)
        if brief.locale:
            words.speak(brief.locale)
        roles = [role.id for role in interaction.user.roles] if isinstance(interaction.user, discord.Member) else []
        permissions = interaction.permissions
        interaction.extras[_ACTOR] = Actor(
            user_id=interaction.user.id,
            guild_id=interaction.guild_id,
            standings=standing.standings(
                manage_guild=permissions.manage_guild,
                manage_events=permissions.manage_events,
                manage_messages=permissions.manage_messages,
                role_ids=roles,
                moderator_roles=settings.moderator_roles,
                organiser_roles=settings.organiser_roles,
            ),
            locale=words.locale(),
            paused=brief.paused,
        )
        interaction.extras[_NEWS] = brief.news
    except CogwheelError as error:
        interaction.extras[_FAULT] = error
    except Exception as error:
        _log.exception("could not tell who is here (%s)", reference())
        interaction.extras[_FAULT] = error


def actor(interaction: Interaction) -> Actor:
    """Return the person at this moment.

    Raises what kept us from telling (StorageUnavailable with the database down), and
    NotAllowed(why="server only") in a direct message.
    """
    found = interaction.extras.get(_ACTOR)
    if isinstance(found, Actor):
        return found
    fault = interaction.extras.get(_FAULT)
    if isinstance(fault, Exception):
        raise fault
    raise NotAllowed("server only")


def guild(interaction: Interaction) -> discord.Guild:
    """Return the server. Raises NotAllowed(why="server only") in a direct message."""
    if interaction.guild is None:
        raise NotAllowed("server only")
    return interaction.guild


def vouch(interaction: Interaction) -> None:
    """Let this one submission through the disclosure check: the person says it is not about a case."""
    interaction.extras[_ACTOR] = replace(actor(interaction), vouched=True)


def news(interaction: Interaction) -> int:
    """Return how many unseen news items wait for this person, and 0 from then on: one line is enough."""
    count = interaction.extras.pop(_NEWS, 0)
    return int(count)
