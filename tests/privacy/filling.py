"""Rows for every table in which a person can stand, made from the tables themselves: a new table is filled too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Column, Table, select

from bot.privacy.model import HOLDINGS, NOT_PEOPLE, Held
from bot.storage.database import Transaction
from bot.storage.schema import SNOWFLAKE
from bot.tables import metadata
from tests.world import World

PERSON = 3_141_592_653_589_793
SOMEBODY_ELSE = 1_618_033_988_749_895
OTHER_SERVER = 2_718_281_828_459_045
LISTED = {held.table: held for held in HOLDINGS}
TABLES = [table for table in metadata.sorted_tables if "guild_id" in table.c]

# Where a row must mean something for its room to read it; every other column is filled by its type.
MEANING: dict[str, dict[str, object]] = {
    "members": {"visibility": "named", "organisation_id": None},
    "member_sectors": {"visibility": "named", "sector": "schools", "position": 0},
    "join_drafts": {"sectors": "schools", "visibility": "named", "reach": "dm"},
    "preferences": {"reach": "mention", "locale": "sv", "paused": 0},
    "pledges": {"status": "active", "review": "before", "visibility": "named", "organisation_id": None, "sector": "x"},
    "pledge_history": {"act": "approve", "source": "submitted", "target": "active"},
    "pledge_joiners": {"part": "joined"},
    "milestones": {"name": "pledged", "sector": "schools"},
    "introductions": {"status": "asked", "pair": None},
    "outbox": {"state": "queued", "kind": "member.notice", "due_at": 0},
    "posts": {"kind": "member.notice"},
    "events": {
        "state": "announced", "zone": "Europe/Stockholm", "sectors": "", "roles": "", "reminders": "",
        "starts_at": 1_767_225_600_000_000, "ends_at": 1_767_229_200_000_000,
    },
    "signups": {"answer": "going"},
    "faq_questions": {"state": "open"},
}  # fmt: skip

PARENTS = {"pledge_id": "pledges", "event_id": "events"}
"""Columns whose row has to exist."""


def people(table: Table) -> set[str]:
    """Columns of a table in which a person could stand, by how they are declared and by how they are called."""
    return {column.name for column in table.c if _is_id(column)} - NOT_PEOPLE


def _is_id(column: Column[Any]) -> bool:
    named = isinstance(column.type, BigInteger) and column.name.endswith("_id")
    return bool(column.info.get(SNOWFLAKE)) or named


def a_row(
    table: Table, held: Held, column: str, guild_id: int, number: int, person: int, given: Mapping[str, object]
) -> dict[str, object]:
    """A row of a table in which a person stands in one column."""
    row: dict[str, object] = {}
    for c in table.c:
        if c.name == "guild_id":
            row[c.name] = guild_id
        elif c.name == column:
            row[c.name] = person
        elif c.name in held.columns:
            row[c.name] = None if c.nullable else person + 1
        elif c.name in given:
            row[c.name] = given[c.name]
        elif isinstance(c.type, BigInteger) or (c.primary_key and c.name == "id"):
            row[c.name] = number
        else:
            row[c.name] = f"w{number}"
    return row


async def fill(world: World, guild_id: int, start: int, person: int = PERSON) -> int:
    """Put a person into every listed column of every listed table; returns how many rows that was."""
    rows = [(metadata.tables[held.table], held, column) for held in HOLDINGS for column in held.columns]
    numbers = {table.name: number for number, (table, _held, _column) in enumerate(rows, start)}
    parents: dict[str, object] = {name: numbers[table] for name, table in PARENTS.items()}

    async def work(tx: Transaction) -> None:
        for number, (table, held, column) in enumerate(rows, start):
            given = {**parents, **MEANING.get(table.name, {})}
            await tx.insert(table, **a_row(table, held, column, guild_id, number, person, given))

    await world.services.database.write(work)
    return len(rows)


async def found(world: World, guild_id: int, person: int = PERSON) -> dict[str, list[Any]]:
    """Every value anywhere in a server's rows in which the person's id stands."""
    hits: dict[str, list[Any]] = {}
    for name, rows in (await everything(world, guild_id)).items():
        hits[name] = [value for row in rows for value in row if str(person) in str(value)]
    return {name: values for name, values in hits.items() if values}


async def everything(world: World, guild_id: int) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of a server."""
    async with world.services.database.reading() as reading:
        return {
            table.name: [tuple(row) for row in await reading.all(select(table).where(table.c.guild_id == guild_id))]
            for table in TABLES
        }
