"""The table of milestones: what a coalition reached for the first time, each once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Table, bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.storage.database import Reading, Row, Transaction
from bot.storage.schema import from_micros, identity, instant, metadata, number, snowflake, to_micros, words
from bot.wheel.model import Milestone, Reached

milestones = Table(
    "milestones",
    metadata,
    identity(),
    snowflake("guild_id"),
    words("name"),
    words("subject"),
    words("sector"),
    number("pledge_id"),
    snowflake("maker_id", nullable=True),
    instant("reached_at"),
    Index("uq_milestones_once", "guild_id", "name", "subject", unique=True),
    Index("ix_milestones_guild_id_maker_id", "guild_id", "maker_id"),
    sqlite_autoincrement=True,
)

_VALUES = ("guild_id", "name", "subject", "sector", "pledge_id", "maker_id", "reached_at")
_add = (
    upsert(milestones)
    .values({name: bindparam(name) for name in _VALUES})
    .on_conflict_do_nothing(index_elements=["guild_id", "name", "subject"])
)
_here = milestones.c.guild_id == bindparam("guild_id")
_one = select(milestones).where(
    _here, milestones.c.name == bindparam("name"), milestones.c.subject == bindparam("subject")
)
_by_id = select(milestones).where(_here, milestones.c.id == bindparam("milestone_id"))
_of_maker = select(milestones).where(_here, milestones.c.maker_id == bindparam("maker_id"))
_unreach = delete(milestones).where(_here, milestones.c.pledge_id == bindparam("pledge_id"))
_forget = (
    update(milestones)
    .where(milestones.c.guild_id == bindparam("in_guild"), milestones.c.maker_id == bindparam("maker_gone"))
    .values(maker_id=None)
)


async def reach(
    tx: Transaction,
    guild_id: int,
    name: Reached,
    subject: str,
    *,
    sector: str,
    pledge_id: int,
    maker_id: int | None,
    at: datetime,
) -> int | None:
    """Write a milestone and return its id; None where it was reached before, however long ago."""
    written = await tx.run(
        _add,
        guild_id=guild_id,
        name=name.value,
        subject=subject,
        sector=sector,
        pledge_id=pledge_id,
        maker_id=maker_id,
        reached_at=to_micros(at),
    )
    if not written:
        return None
    row = await tx.one(_one, guild_id=guild_id, name=name.value, subject=subject)
    assert row is not None, "the row was just written"
    return int(row["id"])


async def unreach(tx: Transaction, guild_id: int, pledge_id: int) -> None:
    """Delete what a pledge reached that should never have been here."""
    await tx.run(_unreach, guild_id=guild_id, pledge_id=pledge_id)


async def find(reading: Reading, guild_id: int, milestone_id: int) -> Milestone | None:
    """Return a milestone of this server."""
    row = await reading.one(_by_id, guild_id=guild_id, milestone_id=milestone_id)
    return None if row is None else _milestone(row)


async def of_maker(reading: Reading, guild_id: int, user_id: int) -> list[Milestone]:
    """Return the milestones that somebody's pledge reached."""
    return [_milestone(row) for row in await reading.all(_of_maker, guild_id=guild_id, maker_id=user_id)]


async def forget_maker(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Take a person's id out of the milestones; they stay reached."""
    await tx.run(_forget, in_guild=guild_id, maker_gone=user_id)


def _milestone(row: Row) -> Milestone:
    return Milestone(
        id=row["id"],
        guild_id=row["guild_id"],
        name=Reached(row["name"]),
        sector=row["sector"],
        pledge_id=row["pledge_id"],
        maker_id=row["maker_id"],
        reached_at=from_micros(row["reached_at"]),
    )
