"""Looks over a server: everything that keeps the bot from doing its work, as findings that cards put into words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date

import discord

from bot.actor import Standing
from bot.content.model import Content
from bot.servers.matching import match_channels, match_roles
from bot.servers.model import Channel, Finding, ServerSettings

TextPlace = discord.TextChannel
"""Text and announcement channels: both are this class."""

_EVERYWHERE = ("view_channel", "send_messages", "embed_links", "read_message_history")
_BESIDES: dict[Channel, tuple[str, ...]] = {
    Channel.WELCOME: ("attach_files", "pin_messages"),
    Channel.ANNOUNCEMENTS: ("attach_files", "mention_everyone"),
    Channel.IDEAS: ("create_private_threads", "send_messages_in_threads", "manage_threads"),
    Channel.ORGANISERS: ("pin_messages",),
}
"""What the bot does in each place beyond posting cards."""

STAFF_COMMANDS: dict[Standing, tuple[str, str]] = {
    Standing.ORGANISER: ("review", "manage_messages"),
    Standing.MODERATOR: ("announce", "manage_events"),
}
"""The command a standing works with, and the permission that Discord shows it for by default."""

Allowed = Mapping[str, Collection[int]]
"""Command -> roles that an admin let see it in Server Settings > Integrations."""


def text_channels(guild: discord.Guild) -> dict[int, str]:
    """Return id -> name of the channels that can be chosen, top to bottom."""
    return {channel.id: channel.name for channel in guild.text_channels}


def place(guild: discord.Guild, channel_id: int | None) -> TextPlace | None:
    """Return a text or announcement channel of this server, None for anything else."""
    channel = guild.get_channel(channel_id) if channel_id is not None else None
    return channel if isinstance(channel, TextPlace) else None


def open_to_all(channel: TextPlace) -> bool:
    """Whether every member can read a channel."""
    return channel.permissions_for(channel.guild.default_role).view_channel


def proposals(guild: discord.Guild, settings: ServerSettings) -> tuple[dict[Channel, int], dict[Standing, int]]:
    """Return what the names suggest for everything that is open, or points at something that is gone."""
    channels = {
        purpose: channel
        for purpose, channel in match_channels(text_channels(guild)).items()
        if place(guild, settings.channel(purpose)) is None
    }
    names = {role.id: role.name for role in guild.roles if not role.is_default() and not role.managed}
    chosen = {Standing.ORGANISER: settings.organiser_roles, Standing.MODERATOR: settings.moderator_roles}
    roles = {s: role for s, role in match_roles(names).items() if not settings.set_up and not chosen[s]}
    return channels, roles


def look(
    guild: discord.Guild, settings: ServerSettings, content: Content, allowed: Allowed, today: date
) -> list[Finding]:
    """Return what is in order and what is not, in the order in which one would put it right."""
    return [
        *([] if settings.set_up else [Finding(False, "not finished")]),
        *_channels(guild, settings),
        *_roles(guild, settings, allowed),
        Finding(settings.contact is not None, "contact"),
        Finding(settings.zone != "UTC", "zone", {"zone": settings.zone}),
        Finding(True, "language", {"locale": settings.locale}),
        *_content(settings, content, today),
    ]


def _channels(guild: discord.Guild, settings: ServerSettings) -> Iterator[Finding]:
    for purpose in Channel:
        chosen = settings.channel(purpose)
        if chosen is None:
            yield Finding(False, "channel open", {"purpose": purpose})
            continue
        channel = place(guild, chosen)
        if channel is None:
            yield Finding(False, "channel gone", {"purpose": purpose})
            continue
        facts = {"purpose": purpose, "channel": channel.id}
        has = channel.permissions_for(guild.me)
        lacking = [name for name in (*_EVERYWHERE, *_BESIDES.get(purpose, ())) if not getattr(has, name)]
        yield Finding(not lacking, "channel", {**facts, "lacking": lacking})
        if purpose is Channel.ORGANISERS and open_to_all(channel):
            yield Finding(False, "organisers public", facts)


def _roles(guild: discord.Guild, settings: ServerSettings, allowed: Allowed) -> Iterator[Finding]:
    chosen = {Standing.ORGANISER: settings.organiser_roles, Standing.MODERATOR: settings.moderator_roles}
    for standing, (command, bit) in STAFF_COMMANDS.items():
        if not chosen[standing]:
            yield Finding(False, "no role", {"standing": standing})
        for role_id in sorted(chosen[standing]):
            role = guild.get_role(role_id)
            facts = {"standing": standing, "role": role_id, "command": command}
            if role is None:
                yield Finding(False, "role gone", facts)
            elif _sees(role, bit) or role_id in allowed.get(command, ()):
                yield Finding(True, "role above" if role > guild.me.top_role else "role", facts)
            else:
                yield Finding(False, "role sees nothing", facts)


def _sees(role: discord.Role, bit: str) -> bool:
    return role.permissions.administrator or bool(getattr(role.permissions, bit))


def _content(settings: ServerSettings, content: Content, today: date) -> Iterator[Finding]:
    countries = {route.country for route in content.routes.values()}
    if countries:
        country = settings.country if settings.country in countries else ""
        check = settings.routes_checked(country, today)
        if check is not None:
            yield Finding(True, "routes", {"country": country, "until": check.until})
        else:
            yield Finding(False, "routes unchecked", {"country": country})
        waiting = sum(not route.is_reviewed(today) for route in content.routes.values())
        if waiting:
            yield Finding(False, "routes waiting", {"count": waiting})
    answers = sum(not faq.speaks_in_full for faq in content.faqs.values())
    if answers:
        yield Finding(False, "answers waiting", {"count": answers})
    stale = sum(faq.is_stale(today) for faq in content.faqs.values())
    if stale:
        yield Finding(False, "answers stale", {"count": stale})
