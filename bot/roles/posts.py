"""What is done on Discord about sector roles. Each act does what is missing, so doing it again does nothing."""

from __future__ import annotations

from datetime import timedelta

import discord

from bot.delivery.kinds import Kind
from bot.roles.checkup import allows_more
from bot.roles.model import (
    ABOVE,
    FULL,
    GONE,
    NAME_LIMIT,
    NO_RIGHT,
    NOT_HERE,
    NOT_TAKEN,
    PERSON,
    ROUND,
    SECTOR,
    SERVER,
    SectorRole,
    State,
)
from bot.roles.service import Roles
from bot.sectors.service import Sectors
from bot.servers.service import Servers
from bot.ui.words import _, speaking

_CLOCKS_DIFFER = timedelta(seconds=10)
_MOST_ROLES = 30005
"""Discord's code for a server that has as many roles as there may be (250)."""
_UNKNOWN_ROLE = 10011


def kinds(roles: Roles, sectors: Sectors, servers: Servers) -> list[Kind]:
    """Return the acts on a server, on one role, on one person, and on everybody page by page."""

    async def server(_client: discord.Client, guild_id: int, _subject: int) -> str | None:
        await roles.arrange(guild_id)
        return None

    async def everybody(_client: discord.Client, guild_id: int, after: int) -> str | None:
        await roles.step(guild_id, after)
        return None

    async def sector(client: discord.Client, guild_id: int, row_id: int) -> str | None:
        role = await roles.find(guild_id, row_id)
        if role is None or role.state is State.PLANNED:
            return None
        home = _home(client, guild_id)
        if home is None:
            return NOT_HERE
        if role.state is State.GOING:
            return await take_down(home, role)
        language = (await servers.settings(guild_id)).locale
        name = (await sectors.of(guild_id)).name(role.sector, language)[:NAME_LIMIT]
        with speaking(language):
            return await put_up(home, role, name)

    async def put_up(home: discord.Guild, role: SectorRole, name: str) -> str | None:
        there = home.get_role(role.role_id) if role.role_id is not None else None
        if role.role_id is not None and there is None:
            return GONE
        if there is not None and (not role.made or there.name == name or there.name != role.name):
            return None
        if not home.me.guild_permissions.manage_roles:
            return NO_RIGHT
        if there is not None:
            if not there.is_assignable():
                return ABOVE
            await there.edit(name=name, reason=_("The sector has another name now"))
        else:
            taken = (await roles.book(home.id)).ours
            there = _made_before(home, role, name, taken) or await _make(home, name)
            if there is None:
                return FULL
        await roles.bind(role, there.id, name)
        return None

    async def take_down(home: discord.Guild, role: SectorRole) -> str | None:
        there = home.get_role(role.role_id) if role.role_id is not None else None
        if there is not None:
            if not home.me.guild_permissions.manage_roles:
                return NO_RIGHT
            if not there.is_assignable():
                return ABOVE
            if role.made:
                with speaking((await servers.settings(home.id)).locale):
                    await there.delete(reason=_("Sector roles changed"))
            elif await roles.hand_back(role):
                return None  # it is looked at again after the people
        await roles.gone(role)
        return None

    async def person(client: discord.Client, guild_id: int, user_id: int) -> str | None:
        home = _home(client, guild_id)
        if home is None:
            return NOT_HERE
        try:
            member = await home.fetch_member(user_id)
        except discord.NotFound:
            await roles.hold(guild_id, user_id, frozenset())
            return None
        wanted = await roles.wanted(guild_id, user_id)
        has = {role.id for role in member.roles} & (await roles.book(guild_id)).ours
        with speaking((await servers.settings(guild_id)).locale):
            kept = {role_id for role_id in has - wanted if not await _take(member, role_id)}
            given = {role_id for role_id in wanted - has if await _give(member, role_id)}
        await roles.hold(guild_id, user_id, frozenset(has & wanted | kept | given))
        return NOT_TAKEN if kept else None

    return [
        Kind(SERVER, act=server),
        Kind(SECTOR, act=sector),
        Kind(PERSON, act=person, personal=True),
        Kind(ROUND, act=everybody, personal=True),
    ]


def _home(client: discord.Client, guild_id: int) -> discord.Guild | None:
    """Return the server, None where the bot is not in it. Raises TimeoutError while Discord has an outage there."""
    home = client.get_guild(guild_id)
    if home is not None and (home.unavailable or home.me is None):
        raise TimeoutError("server unavailable")
    return home


async def _make(home: discord.Guild, name: str) -> discord.Role | None:
    """Make a role that allows nothing and that nobody can mention; None where the server is full of roles."""
    try:
        return await home.create_role(
            name=name, permissions=discord.Permissions.none(), mentionable=False, reason=_("A sector role")
        )
    except discord.HTTPException as error:
        if error.code == _MOST_ROLES:
            return None
        raise


def _made_before(home: discord.Guild, role: SectorRole, name: str, taken: frozenset[int]) -> discord.Role | None:
    """Return the role that a run before this one made and had no time to note; never one that people made before."""
    assert role.asked_at is not None, "a stored role has it"
    since = role.asked_at - _CLOCKS_DIFFER
    for there in home.roles:
        plain = there.name == name and not there.permissions.value and there.is_assignable()
        if plain and there.id not in taken and there.created_at >= since:
            return there
    return None


async def _give(member: discord.Member, role_id: int) -> bool:
    """Give a role where that is possible; where it is not, the check of the server says why."""
    role = member.guild.get_role(role_id)
    if role is None or not _within_reach(role) or allows_more(role):
        return False
    await member.add_roles(role, reason=_("Chose to be named in this sector"))
    return True


async def _take(member: discord.Member, role_id: int) -> bool:
    """Take a role back; False where the person still has it."""
    role = member.guild.get_role(role_id)
    if role is None:
        return True
    if not _within_reach(role):
        return False
    try:
        await member.remove_roles(role, reason=_("No longer named in this sector"))
    except discord.NotFound as error:
        if error.code != _UNKNOWN_ROLE:
            raise
    return True


def _within_reach(role: discord.Role) -> bool:
    return role.guild.me.guild_permissions.manage_roles and role.is_assignable()
