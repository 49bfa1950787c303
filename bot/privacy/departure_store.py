"""The table of servers that removed the bot, and its queries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import PrimaryKeyConstraint, Table, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_micros, instant, metadata, snowflake, to_micros

departures = Table(
    "departures",
    metadata,
    snowflake("guild_id"),
    instant("gone_at"),
    PrimaryKeyConstraint("guild_id"),
)

_mark = upsert(departures).values(guild_id=bindparam("guild_id"), gone_at=bindparam("gone_at"))
_mark = _mark.on_conflict_do_nothing(index_elements=["guild_id"])
_unmark = delete(departures).where(departures.c.guild_id == bindparam("in_guild"))
_all = select(departures)


async def mark(tx: Transaction, guild_id: int, at: datetime) -> None:
    """Note when a server removed the bot; one that is marked already keeps its instant."""
    await tx.run(_mark, guild_id=guild_id, gone_at=to_micros(at))


async def unmark(tx: Transaction, guild_id: int) -> None:
    """Forget that a server removed the bot."""
    await tx.run(_unmark, in_guild=guild_id)


async def marked(reading: Reading) -> Mapping[int, datetime]:
    """Return server -> when it removed the bot."""
    return {row["guild_id"]: from_micros(row["gone_at"]) for row in await reading.all(_all)}
