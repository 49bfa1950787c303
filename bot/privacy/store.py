"""Queries over every table that can hold a person, made from the list in ``model``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Delete, Select, Table, bindparam, delete, func, or_, select, update

from bot.delivery.outbox import CLAIMED, outbox, posts
from bot.privacy.model import Held
from bot.storage.database import Reading, Row, Transaction
from bot.storage.schema import metadata

_standing = select(posts.c.kind, posts.c.subject_id).where(
    posts.c.guild_id == bindparam("guild_id"), posts.c.person_id == bindparam("user_id")
)
_on_the_way = select(outbox.c.kind, outbox.c.subject_id).where(
    outbox.c.guild_id == bindparam("guild_id"), outbox.c.person_id == bindparam("user_id"), outbox.c.state == CLAIMED
)
_unname = tuple(
    update(table)
    .where(table.c.guild_id == bindparam("in_guild"), table.c.person_id == bindparam("of_user"))
    .values(person_id=None)
    for table in (outbox, posts)
)


@dataclass(frozen=True, slots=True)
class Finder:
    """The statements for one table, built once."""

    held: Held
    rows: Select[Any]
    count: Select[Any]


def finders(holdings: Sequence[Held]) -> tuple[Finder, ...]:
    """Return the statements for every table. Raises KeyError for a table that does not exist."""
    tables = {held.table: held for held in holdings}
    return tuple(_finder(held, tables) for held in holdings)


def _finder(held: Held, tables: Mapping[str, Held]) -> Finder:
    table = metadata.tables[held.table]
    own = or_(*(table.c[column] == bindparam("user_id") for column in held.columns))
    mine = own
    if held.through is not None:
        column, parent = held.through
        above = metadata.tables[parent]
        theirs = or_(*(above.c[name] == bindparam("user_id") for name in tables[parent].columns))
        mine = or_(
            own, table.c[column].in_(select(above.c.id).where(above.c.guild_id == bindparam("guild_id"), theirs))
        )
    here = table.c.guild_id == bindparam("guild_id")
    return Finder(held, select(table).where(here, mine), select(func.count()).select_from(table).where(here, own))


def server_statements() -> tuple[Delete, ...]:
    """Return what empties every table of one server (``in_guild``)."""
    return tuple(
        delete(table).where(table.c.guild_id == bindparam("in_guild"))
        for table in metadata.sorted_tables
        if "guild_id" in table.c
    )


async def rows(reading: Reading, finder: Finder, guild_id: int, user_id: int) -> Sequence[Row]:
    """Return everything of a person in one table."""
    return await reading.all(finder.rows, guild_id=guild_id, user_id=user_id)


async def count(reading: Reading, finder: Finder, guild_id: int, user_id: int) -> int:
    """Return how many rows of a table name a person."""
    return int(await reading.scalar(finder.count, guild_id=guild_id, user_id=user_id))


async def standing(reading: Reading, guild_id: int, user_id: int) -> list[tuple[str, int]]:
    """Return (kind, subject) of every message about or for a person that stands or is just being sent."""
    found = [*await reading.all(_standing, guild_id=guild_id, user_id=user_id)]
    found += await reading.all(_on_the_way, guild_id=guild_id, user_id=user_id)
    return list(dict.fromkeys((row["kind"], row["subject_id"]) for row in found))


async def unname(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Take a person's id out of queued rows and standing messages."""
    for statement in _unname:
        await tx.run(statement, in_guild=guild_id, of_user=user_id)


def instants(table: str) -> frozenset[str]:
    """Return the columns of a table that hold instants, by the naming all tables share."""
    found: Table = metadata.tables[table]
    return frozenset(column.name for column in found.c if column.name.endswith("_at"))
