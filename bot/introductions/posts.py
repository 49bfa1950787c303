"""The thread of an introduction: made, opened with a card, locked at the end.

The act does what is missing, so doing it again finds it done. A process that ends between making a thread and storing
its id leaves one that carries the introduction's number at the end of its name: it is looked for before one is made.
What remains: somebody who renames the thread in those seconds, or a hundred other private threads of the channel
archived in them, would hide it, and a second one is made.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import discord

from bot.delivery.kinds import Kind, Message
from bot.introductions import cards
from bot.introductions.model import CARD, GONE, NO_PLACE, NO_RIGHT, NO_ROLE, NOT_HERE, THREAD, Introduction, Status
from bot.introductions.service import Introductions
from bot.introductions.views import PLACES
from bot.sectors.service import Sectors
from bot.servers.model import ServerSettings
from bot.servers.service import Servers
from bot.ui.escape import plain
from bot.ui.words import speaking

NEEDED = (
    "view_channel",
    "read_message_history",
    "create_private_threads",
    "send_messages_in_threads",
    "manage_threads",
)
"""What the bot needs in the channel that the threads hang under; the last to lock them."""

_UNKNOWN_CHANNEL, _UNKNOWN_MEMBER, _UNKNOWN_USER = 10003, 10007, 10013
_NAME_LIMIT = 100
_A_WEEK: Literal[10080] = 10080
"""Minutes without a word after which Discord puts a thread out of sight; it comes back with the next one."""


def kinds(introductions: Introductions, servers: Servers, sectors: Sectors) -> list[Kind]:
    """Return what is done about a thread, and the card that opens it."""

    async def thread(client: discord.Client, guild_id: int, introduction_id: int) -> str | None:
        known = await introductions.any(guild_id, introduction_id)
        if known is None:
            return None
        guild = client.get_guild(guild_id)
        if guild is None:
            return NOT_HERE
        if known.status is Status.ACCEPTED and known.thread_id is None:
            settings = await servers.settings(guild_id)
            place = room(guild, settings)
            if (obstacle := _obstacle(guild, place, settings)) is not None or place is None:
                return obstacle or NO_PLACE
            made = await _standing(guild, place, known) or await _make(introductions, place, known)
            known = await introductions.bind(known, place.id, made.id)
        if known.thread_id is None:
            return None
        if known.status is Status.ACCEPTED:
            return await _fill(client, known)
        with speaking((await servers.settings(guild_id)).locale):
            await _lock(client, introductions, known)
        return None

    async def card(guild_id: int, introduction_id: int) -> Message | None:
        known = await introductions.any(guild_id, introduction_id)
        both = await introductions.both(known) if known is not None else None
        if known is None or known.thread_id is None or known.status is not Status.ACCEPTED or both is None:
            return None
        settings = await servers.settings(guild_id)
        here = await sectors.of(guild_id)
        with speaking(settings.locale):
            view = cards.opening(here, known, *both, settings.organiser_roles)
        # Naming a role in a private thread lets those who have it in. Nobody else is pinged: the two were told.
        return Message(channel_id=known.thread_id, view=view, pings=_roles(settings.organiser_roles))

    return [Kind(THREAD, act=thread), Kind(CARD, card, pace=0)]


def room(guild: discord.Guild, settings: ServerSettings) -> discord.TextChannel | None:
    """Return the channel that threads hang under: the first of those chosen that can have private ones."""
    for purpose in PLACES:
        channel = guild.get_channel(settings.channel(purpose) or 0)
        if isinstance(channel, discord.TextChannel) and not channel.is_news():
            return channel
    return None


def _obstacle(guild: discord.Guild, place: discord.TextChannel | None, settings: ServerSettings) -> str | None:
    if place is None:
        return NO_PLACE
    has = place.permissions_for(guild.me)
    if not all(getattr(has, name) for name in NEEDED):
        return NO_RIGHT
    if not any(guild.get_role(role) for role in settings.organiser_roles):
        return NO_ROLE
    return None


def _mark(known: Introduction) -> str:
    return f" · {known.id}"


async def _standing(guild: discord.Guild, place: discord.TextChannel, known: Introduction) -> discord.Thread | None:
    """Return the thread that an earlier process made and did not get to store."""

    def ours(thread: discord.Thread) -> bool:
        return thread.is_private() and thread.owner_id == guild.me.id and thread.name.endswith(_mark(known))

    for thread in await guild.active_threads():
        if ours(thread):
            return thread
    async for thread in place.archived_threads(private=True, limit=100):
        if ours(thread):
            return thread
    return None


async def _make(introductions: Introductions, place: discord.TextChannel, known: Introduction) -> discord.Thread:
    both = await introductions.both(known)
    names = " × ".join(party.organisation.name for party in both or ())
    name = plain(names, _NAME_LIMIT - len(_mark(known))) + _mark(known)
    return await place.create_thread(
        name=name, type=discord.ChannelType.private_thread, invitable=False, auto_archive_duration=_A_WEEK
    )


async def _thread(client: discord.Client, known: Introduction) -> discord.Thread | None:
    assert known.thread_id is not None, "asked for once it is known"
    try:  # never the cached one: whether it fell asleep has to be known
        found = await client.fetch_channel(known.thread_id)
    except discord.NotFound as error:
        if error.code != _UNKNOWN_CHANNEL:
            raise
        return None
    return found if isinstance(found, discord.Thread) else None


async def _fill(client: discord.Client, known: Introduction) -> str | None:
    """Let the two people in; one who has left the server meanwhile is left out."""
    thread = await _thread(client, known)
    if thread is None:
        return GONE
    for person in known.people:
        try:
            await thread.add_user(discord.Object(person))
        except discord.NotFound as error:
            if error.code not in (_UNKNOWN_MEMBER, _UNKNOWN_USER):
                raise
    return None


async def _lock(client: discord.Client, introductions: Introductions, known: Introduction) -> None:
    """Take people's names and words off the card, then lock the thread. One that was deleted by hand is closed too."""
    thread = await _thread(client, known)
    if thread is None or (thread.archived and thread.locked):
        return
    post = await introductions.card_of(known)
    if post is not None:
        if thread.archived:  # after a week without a word: nothing can be changed in it then
            thread = await thread.edit(archived=False)
        both = await introductions.both(known) or (None, None)
        try:
            await thread.get_partial_message(post.message_id).edit(
                view=cards.closed(*both), allowed_mentions=discord.AllowedMentions.none()
            )
        except discord.NotFound:
            pass
    await thread.edit(archived=True, locked=True)


def _roles(roles: Collection[int]) -> discord.AllowedMentions:
    return discord.AllowedMentions(
        everyone=False, users=False, replied_user=False, roles=[discord.Object(role) for role in sorted(roles)]
    )
