"""Tables and queries of who was not found in a server any more, and how far the looking has come."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    CompoundSelect,
    Index,
    PrimaryKeyConstraint,
    Select,
    Subquery,
    Table,
    bindparam,
    delete,
    func,
    select,
    union,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.privacy.model import HOLDINGS, Absence
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_micros, instant, maybe_instant, metadata, number, snowflake, to_micros

absences = Table(
    "absences",
    metadata,
    snowflake("guild_id"),
    snowflake("user_id"),
    instant("missed_at"),
    instant("gone_at", nullable=True),
    PrimaryKeyConstraint("guild_id", "user_id"),
    Index("ix_absences_gone_at", "gone_at"),
)

presence_rounds = Table(
    "presence_rounds",
    metadata,
    snowflake("guild_id"),
    instant("began_at"),
    instant("ended_at", nullable=True),
    number("place"),
    PrimaryKeyConstraint("guild_id"),
)
"""``place`` is where a round has come to on its way through the ids, 0 where none is under way."""

_SOON_GONE_ANYWAY = frozenset({"outbox", "posts", "kept_forms", "join_drafts", "absences", "role_grants"})
"""Tables that never hold somebody for longer than the others do."""

_round = select(presence_rounds)
_set_round = upsert(presence_rounds).values(
    {name: bindparam(name) for name in ("guild_id", "began_at", "ended_at", "place")}
)
_set_round = _set_round.on_conflict_do_update(
    index_elements=["guild_id"], set_={name: _set_round.excluded[name] for name in ("began_at", "ended_at", "place")}
)
_step_back = (
    update(presence_rounds)
    .where(presence_rounds.c.guild_id == bindparam("in_guild"), presence_rounds.c.place == bindparam("of_user"))
    .values(place=presence_rounds.c.place - 1)
)
_missing = select(absences).where(
    absences.c.guild_id == bindparam("guild_id"),
    absences.c.user_id > bindparam("after"),
    absences.c.user_id <= bindparam("last"),
)
_set = upsert(absences).values({name: bindparam(name) for name in ("guild_id", "user_id", "missed_at", "gone_at")})
_set = _set.on_conflict_do_update(
    index_elements=["guild_id", "user_id"], set_={name: _set.excluded[name] for name in ("missed_at", "gone_at")}
)
_found = delete(absences).where(
    absences.c.guild_id == bindparam("in_guild"), absences.c.user_id == bindparam("of_user")
)
_gone_servers = (
    select(absences.c.guild_id).where(absences.c.gone_at <= bindparam("until")).distinct().order_by(absences.c.guild_id)
)
_gone = (
    select(absences.c.user_id)
    .where(absences.c.guild_id == bindparam("guild_id"), absences.c.gone_at <= bindparam("until"))
    .order_by(absences.c.gone_at)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Everywhere:
    """Statements over all tables, built once all of them are known."""

    people: Select[Any]
    servers: CompoundSelect[Any]


@functools.cache
def everywhere() -> Everywhere:
    """Return the statements that find everybody of a server, and every server."""
    columns = [
        metadata.tables[held.table].c[column]
        for held in HOLDINGS
        if held.table not in _SOON_GONE_ANYWAY
        for column in held.columns
    ]
    found = union(*(select(_page(column).c.user_id) for column in columns)).subquery()
    people = select(found.c.user_id).order_by(found.c.user_id).limit(bindparam("most"))
    tables = [table for table in metadata.sorted_tables if "guild_id" in table.c and table is not presence_rounds]
    return Everywhere(people, union(*(_guilds(table) for table in tables)))


def _page(column: Column[Any]) -> Subquery:
    guild = column.table.c.guild_id
    rows = select(column.label("user_id")).where(guild == bindparam("guild_id"), column > bindparam("after"))
    return rows.distinct().order_by(column).limit(bindparam("most")).subquery()


def _guilds(table: Table) -> Select[Any]:
    """Return the servers in a table, by steps from one to the next: a DISTINCT would read every row of it."""
    steps = select(func.min(table.c.guild_id).label("guild_id")).cte(f"{table.name}_guilds", recursive=True)
    after = select(func.min(table.c.guild_id)).where(table.c.guild_id > steps.c.guild_id).scalar_subquery()
    steps = steps.union_all(select(after).where(steps.c.guild_id.is_not(None)))
    return select(steps.c.guild_id).where(steps.c.guild_id != 0)


async def servers(reading: Reading, all_tables: Everywhere) -> list[int]:
    """Return every server that there are rows of."""
    return sorted(row["guild_id"] for row in await reading.all(all_tables.servers))


async def people(reading: Reading, all_tables: Everywhere, guild_id: int, after: int, most: int) -> list[int]:
    """Return people above an id of whom something is held in a server, by id."""
    found = await reading.all(all_tables.people, guild_id=guild_id, after=after, most=most)
    return [row["user_id"] for row in found]


async def rounds(reading: Reading) -> dict[int, tuple[datetime, bool, int]]:
    """Return server -> when its last round began, whether that has ended, and where it has come to."""
    return {
        row["guild_id"]: (from_micros(row["began_at"]), row["ended_at"] is not None, row["place"])
        for row in await reading.all(_round)
    }


async def note_round(tx: Transaction, guild_id: int, began: datetime, ended: datetime | None, place: int) -> None:
    """Write where a round has come to."""
    end = None if ended is None else to_micros(ended)
    await tx.run(_set_round, guild_id=guild_id, began_at=to_micros(began), ended_at=end, place=place)


async def missing(reading: Reading, guild_id: int, after: int, last: int) -> Mapping[int, Absence]:
    """Return those above ``after`` up to ``last`` who were not found before."""
    return {
        row["user_id"]: Absence(from_micros(row["missed_at"]), maybe_instant(row["gone_at"]))
        for row in await reading.all(_missing, guild_id=guild_id, after=after, last=last)
    }


async def note(tx: Transaction, guild_id: int, user_id: int, absence: Absence | None) -> None:
    """Write since when somebody is missing; None for somebody who is there."""
    if absence is None:
        await tx.run(_found, in_guild=guild_id, of_user=user_id)
    else:
        gone = None if absence.gone is None else to_micros(absence.gone)
        await tx.run(_set, guild_id=guild_id, user_id=user_id, missed_at=to_micros(absence.missed), gone_at=gone)


async def gone_servers(reading: Reading, until: datetime) -> Collection[int]:
    """Return servers in which somebody has been gone since ``until`` or longer."""
    return [row["guild_id"] for row in await reading.all(_gone_servers, until=to_micros(until))]


async def gone(reading: Reading, guild_id: int, until: datetime, most: int) -> list[int]:
    """Return those of one server, the longest gone first."""
    found = await reading.all(_gone, guild_id=guild_id, until=to_micros(until), most=most)
    return [row["user_id"] for row in found]


async def forget(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Forget that somebody was missing, and that a round stands at them."""
    await tx.run(_found, in_guild=guild_id, of_user=user_id)
    await tx.run(_step_back, in_guild=guild_id, of_user=user_id)
