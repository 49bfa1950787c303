"""Tables and queries of sector roles and of who has one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Index, PrimaryKeyConstraint, Table, bindparam, delete, select, update

from bot.roles.model import RoleBook, SectorRole, State
from bot.storage.database import Reading, Row, Transaction
from bot.storage.schema import from_micros, identity, instant, metadata, number, snowflake, to_micros, words

sector_roles = Table(
    "sector_roles",
    metadata,
    identity(),
    snowflake("guild_id"),
    words("sector"),
    snowflake("role_id", nullable=True),
    number("made"),
    words("state"),
    words("name"),
    instant("asked_at"),
    Index("ix_sector_roles_guild_id_sector", "guild_id", "sector"),
    sqlite_autoincrement=True,
)

role_grants = Table(
    "role_grants",
    metadata,
    snowflake("guild_id"),
    snowflake("user_id"),
    snowflake("role_id"),
    PrimaryKeyConstraint("guild_id", "user_id", "role_id"),
    Index("ix_role_grants_guild_id_role_id", "guild_id", "role_id", "user_id"),
)

_here = sector_roles.c.guild_id == bindparam("in_guild")
_one = sector_roles.c.id == bindparam("row_id")
_book = select(sector_roles).where(_here).order_by(sector_roles.c.id)
_find = select(sector_roles).where(_here, _one)
_set_state = update(sector_roles).where(_here, _one).values(state=bindparam("new_state"))
_bind = update(sector_roles).where(_here, _one).values(role_id=bindparam("new_role"), name=bindparam("new_name"))
_drop = delete(sector_roles).where(_here, _one)

_of_person = select(role_grants.c.role_id).where(
    role_grants.c.guild_id == bindparam("in_guild"), role_grants.c.user_id == bindparam("of_user")
)
_of_people = (
    select(role_grants.c.user_id, role_grants.c.role_id)
    .where(
        role_grants.c.guild_id == bindparam("in_guild"),
        role_grants.c.user_id > bindparam("after"),
        role_grants.c.user_id <= bindparam("last"),
    )
    .order_by(role_grants.c.user_id)
)
_next_people = (
    select(role_grants.c.user_id)
    .where(role_grants.c.guild_id == bindparam("in_guild"), role_grants.c.user_id > bindparam("after"))
    .distinct()
    .order_by(role_grants.c.user_id)
    .limit(bindparam("most"))
)
_of_role = (
    select(role_grants.c.user_id)
    .where(role_grants.c.guild_id == bindparam("in_guild"), role_grants.c.role_id == bindparam("role"))
    .order_by(role_grants.c.user_id)
    .limit(bindparam("most"))
)
_take_all = delete(role_grants).where(
    role_grants.c.guild_id == bindparam("in_guild"), role_grants.c.role_id == bindparam("role")
)
_take_back = delete(role_grants).where(
    role_grants.c.guild_id == bindparam("in_guild"), role_grants.c.user_id == bindparam("of_user")
)


def _role(row: Row) -> SectorRole:
    return SectorRole(
        id=row["id"],
        guild_id=row["guild_id"],
        sector=row["sector"],
        role_id=row["role_id"],
        made=bool(row["made"]),
        state=State(row["state"]),
        name=row["name"],
        asked_at=from_micros(row["asked_at"]),
    )


async def book(reading: Reading, guild_id: int) -> RoleBook:
    """Return every sector role of a server, oldest first."""
    return RoleBook(tuple(_role(row) for row in await reading.all(_book, in_guild=guild_id)))


async def find(reading: Reading, guild_id: int, row_id: int) -> SectorRole | None:
    """Return one of them."""
    row = await reading.one(_find, in_guild=guild_id, row_id=row_id)
    return None if row is None else _role(row)


async def add(tx: Transaction, guild_id: int, sector: str, role_id: int | None, state: State, at: datetime) -> int:
    """Note the role of a sector, None for one that the bot makes; returns the row."""
    return await tx.insert(
        sector_roles,
        guild_id=guild_id,
        sector=sector,
        role_id=role_id,
        made=int(role_id is None),
        state=state.value,
        name="",
        asked_at=to_micros(at),
    )


async def set_state(tx: Transaction, role: SectorRole, state: State) -> None:
    """Write what is to be with a role."""
    await tx.run(_set_state, in_guild=role.guild_id, row_id=role.id, new_state=state.value)


async def bind(tx: Transaction, role: SectorRole, role_id: int | None, name: str) -> None:
    """Write which role of Discord's it is, and what the bot called it."""
    await tx.run(_bind, in_guild=role.guild_id, row_id=role.id, new_role=role_id, new_name=name)


async def drop(tx: Transaction, role: SectorRole) -> None:
    """Forget a role, and that anybody has it."""
    await tx.run(_drop, in_guild=role.guild_id, row_id=role.id)
    if role.role_id is not None:
        await tx.run(_take_all, in_guild=role.guild_id, role=role.role_id)


async def grants(reading: Reading, guild_id: int, user_id: int) -> frozenset[int]:
    """Return the roles that a person was given."""
    return frozenset(row["role_id"] for row in await reading.all(_of_person, in_guild=guild_id, of_user=user_id))


async def grants_between(reading: Reading, guild_id: int, after: int, last: int) -> dict[int, set[int]]:
    """Return person -> roles given, for everybody above ``after`` up to ``last``."""
    found: dict[int, set[int]] = {}
    for row in await reading.all(_of_people, in_guild=guild_id, after=after, last=last):
        found.setdefault(row["user_id"], set()).add(row["role_id"])
    return found


async def people(reading: Reading, guild_id: int, after: int, most: int) -> list[int]:
    """Return people above ``after`` who were given a role, by id."""
    return [row["user_id"] for row in await reading.all(_next_people, in_guild=guild_id, after=after, most=most)]


async def holders(reading: Reading, guild_id: int, role_id: int, most: int) -> list[int]:
    """Return people who were given a role."""
    return [row["user_id"] for row in await reading.all(_of_role, in_guild=guild_id, role=role_id, most=most)]


async def hold(tx: Transaction, guild_id: int, user_id: int, role_ids: Iterable[int]) -> None:
    """Write which roles a person has now, over what was written."""
    await tx.run(_take_back, in_guild=guild_id, of_user=user_id)
    for role_id in role_ids:
        await tx.insert(role_grants, guild_id=guild_id, user_id=user_id, role_id=role_id)
