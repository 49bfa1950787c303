"""Triggers of the database itself: a history is only ever added to, whoever writes to the file.

The one way past them is :func:`erasing`, which the routines that erase a person, forget a server or drop an
old draft go through: it marks the server for as long as one unit of work lasts, so that the mark is never
committed. Migrations execute :data:`TRIGGERS`; one that rebuilds such a table has to execute them again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import PrimaryKeyConstraint, Table, bindparam, delete
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.storage.database import Transaction
from bot.storage.schema import metadata, snowflake, words

HISTORIES = ("pledge_history",)

marks = Table(
    "erasing",
    metadata,
    snowflake("guild_id"),
    words("history"),
    PrimaryKeyConstraint("guild_id", "history"),
)
"""Always empty for everybody but the unit of work that erases."""

_mark = upsert(marks).values(guild_id=bindparam("guild_id"), history=bindparam("history")).on_conflict_do_nothing()
_unmark = delete(marks).where(marks.c.guild_id == bindparam("guild_id"))


@asynccontextmanager
async def erasing(tx: Transaction, guild_id: int) -> AsyncIterator[None]:
    """Let the unit of work change this server's histories inside the block."""
    for history in HISTORIES:
        await tx.run(_mark, guild_id=guild_id, history=history)
    yield
    await tx.run(_unmark, guild_id=guild_id)


def append_only(table: str, person: str, kept: tuple[str, ...]) -> tuple[str, ...]:
    """Return the triggers of a table to which rows are only added.

    Erasing may delete a row, or empty the ``person`` column while every ``kept`` column stays as it was.
    An INSERT that replaces a row is refused too: SQLite runs no DELETE trigger for it.
    """
    refused = f"SELECT RAISE(ABORT, '{table} is only added to')"
    marked = f"EXISTS (SELECT 1 FROM erasing WHERE guild_id = OLD.guild_id AND history = '{table}')"
    same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in ("id", "guild_id", *kept))
    return (
        f"CREATE TRIGGER {table}_keeps BEFORE DELETE ON {table} WHEN NOT {marked} BEGIN {refused}; END",
        f"CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table} "
        f"WHEN NOT ({marked} AND NEW.{person} IS NULL AND {same}) BEGIN {refused}; END",
        f"CREATE TRIGGER {table}_grows BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) BEGIN {refused}; END",
    )


TRIGGERS: tuple[str, ...] = append_only(
    "pledge_history", "by_id", ("pledge_id", "act", "at", "source", "target", "reason", "own")
)
"""Every trigger there is, as SQL."""
