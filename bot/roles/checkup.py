"""Looks over the sector roles of a server, and over a role that an admin would like to use."""

from __future__ import annotations

from collections.abc import Iterator

import discord

from bot.roles.model import Candidate, RoleBook, SectorRole, State
from bot.sectors.model import ServerSectors
from bot.servers.model import Finding, ServerSettings

_HARMLESS = frozenset({"role renamed"})


def allows_more(role: discord.Role) -> bool:
    """Whether a role allows something that not everybody in the server may: such a role is never given."""
    return bool(role.permissions.value & ~role.guild.default_role.permissions.value)


def candidate(role: discord.Role, settings: ServerSettings) -> Candidate:
    """Return what may stand against using a role for a sector."""
    chosen = settings.moderator_roles | settings.organiser_roles
    return Candidate(
        role.id,
        staff=role.is_default() or role.managed or role.id in chosen,
        above=not role.is_assignable(),
        powers=allows_more(role),
        opens=any(role in channel.overwrites for channel in role.guild.channels),
    )


def missing(home: discord.Guild, book: RoleBook) -> list[int]:
    """Return the roles that were deleted by hand."""
    return [role.role_id for role in book.roles if role.role_id is not None and home.get_role(role.role_id) is None]


def look(
    home: discord.Guild, settings: ServerSettings, book: RoleBook, sectors: ServerSectors, locale: str
) -> Iterator[Finding]:
    """Return what is in order and what is not; nothing where sector roles are off."""
    if not settings.sector_roles:
        return
    if not home.me.guild_permissions.manage_roles:
        yield Finding(False, "roles no right")
    found: dict[str, list[str]] = {}
    given = [role for role in book.roles if role.state is State.GIVEN]
    for role in given:
        what = _one(home, role)
        if what is not None:
            found.setdefault(what, []).append(sectors.name(role.sector, locale))
    for what, names in found.items():
        yield Finding(what in _HARMLESS, what, {"names": tuple(names)})
    wrong = sum(len(names) for what, names in found.items() if what not in _HARMLESS)
    yield Finding(True, "roles", {"count": len(given) - wrong})


def _one(home: discord.Guild, role: SectorRole) -> str | None:
    there = home.get_role(role.role_id) if role.role_id is not None else None
    if role.role_id is None:
        return "role unmade"
    if there is None:
        return "role deleted"
    if there >= home.me.top_role:
        return "role too high"
    if allows_more(there):
        return "role allows"
    return "role renamed" if role.made and there.name != role.name else None
