"""What an interaction brings: the services behind it, the person in front of it, their language."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot import actor as standing
from bot.actor import Actor
from bot.errors import CogwheelError, NotAllowed, NotFound
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
        await _compare_roles(interaction, brief.roles)
    except CogwheelError as error:
        interaction.extras[_FAULT] = error
    except Exception as error:
        _log.exception("could not tell who is here (%s)", reference())
        interaction.extras[_FAULT] = error


async def _compare_roles(interaction: Interaction, given: int) -> None:
    """Have sector roles put right that are not as we left them. Never raises: nobody came here for that."""
    person, home = interaction.user, interaction.guild
    if not isinstance(person, discord.Member) or home is None or home.unavailable:
        return
    try:
        await services(interaction).roles.notice(home.id, person.id, frozenset(role.id for role in person.roles), given)
    except Exception as error:
        _log.warning("could not compare roles: %s (%s)", type(error).__name__, reference())


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


async def actor_at(interaction: Interaction, guild_id: int) -> Actor:
    """Return the person for a server that a button names: news sent in a direct message has buttons too.

    Whoever is not in that server, or presses it in another one, is told NotFound, as if it were not there.
    In a direct message nobody has more standing than a member.
    """
    if interaction.guild_id is not None:
        here = actor(interaction)
        if here.guild_id != guild_id:
            raise NotFound("server")
        return here
    home = interaction.client.get_guild(guild_id)
    if home is None:
        raise NotFound("server")
    try:
        await home.fetch_member(interaction.user.id)
    except discord.NotFound:
        raise NotFound("server") from None
    brief = await services(interaction).members.brief(guild_id, interaction.user.id)
    if brief.locale:
        words.speak(brief.locale)
    return Actor(interaction.user.id, guild_id, locale=words.locale(), paused=brief.paused)


def guild(interaction: Interaction) -> discord.Guild:
    """Return the server. Raises NotAllowed(why="server only") in a direct message."""
    if interaction.guild is None:
        raise NotAllowed("server only")
    return interaction.guild


def vouch(interaction: Interaction) -> None:
    """Let this one submission through the disclosure check: the person says it is not about a case."""
    interaction.extras[_ACTOR] = replace(actor(interaction), vouched=True)


def has_news(interaction: Interaction) -> bool:
    """Return whether unseen news wait for this person, of which no reply has told them yet."""
    return bool(interaction.extras.get(_NEWS))


def news(interaction: Interaction) -> int:
    """Return how many unseen news items wait for this person, and 0 from then on: one line is enough."""
    count = interaction.extras.pop(_NEWS, 0)
    return int(count)
