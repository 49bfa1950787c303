"""Queries over every table that can hold a person, made from the list in ``model``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Delete, Index, Select, Table, bindparam, delete, func, or_, select, tuple_, union, update

from bot.delivery.outbox import CLAIMED, outbox, posts
from bot.privacy.model import Download, Held
from bot.storage.database import Reading, Row, Transaction
from bot.storage.schema import INSTANT, from_micros, identity, instant, metadata, number, snowflake, to_micros, words
from bot.storage.triggers import marks

_standing = select(posts.c.kind, posts.c.subject_id).where(
    posts.c.guild_id == bindparam("guild_id"), posts.c.person_id == bindparam("user_id")
)
_on_the_way = select(outbox.c.kind, outbox.c.subject_id).where(
    outbox.c.guild_id == bindparam("guild_id"), outbox.c.person_id == bindparam("user_id"), outbox.c.state == CLAIMED
)
data_downloads = Table(
    "data_downloads",
    metadata,
    identity(),
    snowflake("guild_id"),
    snowflake("user_id", nullable=True),
    words("reason"),
    number("size"),
    instant("taken_at"),
    Index("ix_data_downloads_guild_id", "guild_id", "id"),
    sqlite_autoincrement=True,
)
"""Who took a whole server's data along, when and why."""

_last_downloads = (
    select(data_downloads)
    .where(data_downloads.c.guild_id == bindparam("guild_id"))
    .order_by(data_downloads.c.id.desc())
    .limit(bindparam("most"))
)
_unname = tuple(
    update(table)
    .where(table.c.guild_id == bindparam("in_guild"), table.c[column] == bindparam("of_user"))
    .values({column: None})
    for table, column in ((outbox, "person_id"), (posts, "person_id"), (data_downloads, "user_id"))
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
    # A query for each column: where one asks for several, SQLite reads all rows of the server instead of the indexes.
    by_column = [
        select(*table.primary_key.columns).where(here, table.c[column] == bindparam("user_id"))
        for column in held.columns
    ]
    named = by_column[0] if len(by_column) == 1 else union(*by_column)
    return Finder(held, select(table).where(here, mine), select(func.count()).select_from(named.subquery()))


def server_statements() -> tuple[Delete, ...]:
    """Return what empties every table of one server (``in_guild``), to be run while erasing."""
    return tuple(
        delete(table).where(table.c.guild_id == bindparam("in_guild"))
        for table in metadata.sorted_tables
        if "guild_id" in table.c and table is not marks
    )


async def rows(reading: Reading, finder: Finder, guild_id: int, user_id: int) -> Sequence[Row]:
    """Return everything of a person in one table."""
    return await reading.all(finder.rows, guild_id=guild_id, user_id=user_id)


async def counts(reading: Reading, finders: Sequence[Finder], guild_id: int, user_id: int) -> list[int]:
    """Return how many rows of each table name a person."""
    person = {"guild_id": guild_id, "user_id": user_id}
    found = await reading.together(*((finder.count, person) for finder in finders))
    return [int(rows[0][0]) for rows in found]


async def standing(reading: Reading, guild_id: int, user_id: int) -> list[tuple[str, int]]:
    """Return (kind, subject) of every message about or for a person that stands or is just being sent."""
    found = [*await reading.all(_standing, guild_id=guild_id, user_id=user_id)]
    found += await reading.all(_on_the_way, guild_id=guild_id, user_id=user_id)
    return list(dict.fromkeys((row["kind"], row["subject_id"]) for row in found))


async def unname(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Take a person's id out of queued rows, standing messages and the record of downloads."""
    for statement in _unname:
        await tx.run(statement, in_guild=guild_id, of_user=user_id)


def instants(table: str) -> frozenset[str]:
    """Return the columns of a table that hold instants."""
    return frozenset(column.name for column in metadata.tables[table].c if column.info.get(INSTANT))


# A whole server.


@dataclass(frozen=True, slots=True)
class Pages:
    """How one table of a server is read: page by page along its key."""

    table: str
    first: Select[Any]
    next: Select[Any]
    key: tuple[str, ...]


def pages(left_out: Collection[str], most: int) -> tuple[Pages, ...]:
    """Return how to read every table of a server but those left out, ``most`` rows a page."""
    return tuple(
        _pages(table, most)
        for table in sorted(metadata.tables.values(), key=lambda table: table.name)
        if "guild_id" in table.c and table.name not in left_out
    )


def _pages(table: Table, most: int) -> Pages:
    key = tuple(column for column in table.primary_key.columns if column.name != "guild_id")
    first = select(table).where(table.c.guild_id == bindparam("guild_id")).order_by(*key).limit(most)
    after = tuple_(*(bindparam(f"after_{column.name}") for column in key))
    return Pages(table.name, first, first.where(tuple_(*key) > after), tuple(column.name for column in key))


async def page(reading: Reading, found: Pages, guild_id: int, after: Row | None) -> Sequence[Row]:
    """Return the page of a table that comes after a row, the first one for None."""
    if after is None:
        return await reading.all(found.first, guild_id=guild_id)
    return await reading.all(found.next, guild_id=guild_id, **{f"after_{name}": after[name] for name in found.key})


async def note_download(tx: Transaction, guild_id: int, user_id: int, reason: str, size: int, at: datetime) -> None:
    """Record that somebody took a server's data along."""
    values = {"guild_id": guild_id, "user_id": user_id, "reason": reason, "size": size, "taken_at": to_micros(at)}
    await tx.insert(data_downloads, **values)


async def downloads(reading: Reading, guild_id: int, most: int) -> list[Download]:
    """Return the newest downloads of a server's data."""
    rows = await reading.all(_last_downloads, guild_id=guild_id, most=most)
    return [Download(row["user_id"], from_micros(row["taken_at"]), row["reason"], row["size"]) for row in rows]
