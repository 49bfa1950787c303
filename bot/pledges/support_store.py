"""Who supports a pledge, who offered help with it, and who wants to hear when somebody needs help."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, PrimaryKeyConstraint, Table, bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.storage.database import Reading, Transaction
from bot.storage.schema import instant, metadata, number, snowflake, to_micros

supports = Table(
    "pledge_supports",
    metadata,
    snowflake("guild_id"),
    number("pledge_id"),
    snowflake("user_id"),
    number("counted"),
    instant("since_at"),
    PrimaryKeyConstraint("guild_id", "pledge_id", "user_id"),
    Index("ix_pledge_supports_guild_id_user_id", "guild_id", "user_id"),
    Index("ix_pledge_supports_counted", "guild_id", "pledge_id", "counted"),
)

offers = Table(
    "pledge_offers",
    metadata,
    snowflake("guild_id"),
    number("pledge_id"),
    snowflake("user_id"),
    instant("offered_at"),
    PrimaryKeyConstraint("guild_id", "pledge_id", "user_id"),
    Index("ix_pledge_offers_guild_id_user_id", "guild_id", "user_id"),
)

helpers = Table(
    "pledge_helpers",
    metadata,
    snowflake("guild_id"),
    snowflake("user_id"),
    instant("since_at"),
    PrimaryKeyConstraint("guild_id", "user_id"),
)

_KEYS: dict[str, object] = {name: bindparam(name) for name in ("guild_id", "pledge_id", "user_id")}
_add_support = (
    upsert(supports).values(**_KEYS, counted=bindparam("counted"), since_at=bindparam("now")).on_conflict_do_nothing()
)
_add_offer = upsert(offers).values(**_KEYS, offered_at=bindparam("now")).on_conflict_do_nothing()


def _one(table: Table) -> tuple[object, ...]:
    return (
        table.c.guild_id == bindparam("guild_id"),
        table.c.pledge_id == bindparam("pledge_id"),
        table.c.user_id == bindparam("of_user"),
    )


_drop_support = delete(supports).where(*_one(supports))  # type: ignore[arg-type]
_supported = select(func.count()).select_from(supports).where(*_one(supports))  # type: ignore[arg-type]
_offered = select(func.count()).select_from(offers).where(*_one(offers))  # type: ignore[arg-type]
# Whoever wants to be seen by organisers only is in no public figure.
_count = (
    select(func.count())
    .select_from(supports)
    .where(
        supports.c.guild_id == bindparam("guild_id"),
        supports.c.pledge_id == bindparam("pledge_id"),
        supports.c.counted == 1,
    )
)
_set_counted = (
    update(supports)
    .where(supports.c.guild_id == bindparam("in_guild"), supports.c.user_id == bindparam("of_user"))
    .values(counted=bindparam("now_counted"))
)
_supported_by = select(supports.c.pledge_id).where(
    supports.c.guild_id == bindparam("guild_id"), supports.c.user_id == bindparam("user_id")
)
_offerers = (
    select(offers.c.user_id)
    .where(offers.c.guild_id == bindparam("guild_id"), offers.c.pledge_id == bindparam("pledge_id"))
    .order_by(offers.c.offered_at.desc())
    .limit(bindparam("most"))
)
_of_pledge = [
    delete(table).where(table.c.guild_id == bindparam("guild_id"), table.c.pledge_id == bindparam("pledge_id"))
    for table in (supports, offers)
]
_of_person = [
    delete(table).where(table.c.guild_id == bindparam("guild_id"), table.c.user_id == bindparam("user_gone"))
    for table in (supports, offers, helpers)
]
_listen = (
    upsert(helpers)
    .values(guild_id=bindparam("guild_id"), user_id=bindparam("user_id"), since_at=bindparam("now"))
    .on_conflict_do_nothing()
)
_listens = (
    select(func.count())
    .select_from(helpers)
    .where(helpers.c.guild_id == bindparam("guild_id"), helpers.c.user_id == bindparam("user_id"))
)
_listeners = (
    select(helpers.c.user_id)
    .where(helpers.c.guild_id == bindparam("guild_id"))
    .order_by(helpers.c.since_at)
    .limit(bindparam("most"))
)


async def support(tx: Transaction, guild_id: int, pledge_id: int, user_id: int, at: datetime, *, counted: bool) -> bool:
    """Note that somebody supports a pledge, counted or not; False where they did already."""
    values = {"guild_id": guild_id, "pledge_id": pledge_id, "user_id": user_id, "counted": int(counted)}
    return await tx.run(_add_support, **values, now=to_micros(at)) == 1


async def count_in(tx: Transaction, guild_id: int, user_id: int, *, counted: bool) -> None:
    """Count somebody wherever they support, or nowhere."""
    await tx.run(_set_counted, in_guild=guild_id, of_user=user_id, now_counted=int(counted))


async def unsupport(tx: Transaction, guild_id: int, pledge_id: int, user_id: int) -> bool:
    """Take somebody's support back; False where there was none."""
    return await tx.run(_drop_support, guild_id=guild_id, pledge_id=pledge_id, of_user=user_id) == 1


async def supporters(reading: Reading, guild_id: int, pledge_id: int) -> int:
    """Return how many support a pledge, of those who may be counted."""
    return int(await reading.scalar(_count, guild_id=guild_id, pledge_id=pledge_id) or 0)


async def part_of(reading: Reading, guild_id: int, pledge_id: int, user_id: int) -> tuple[bool, bool]:
    """Return whether somebody supports a pledge, and whether they have offered help with it."""
    asked = {"guild_id": guild_id, "pledge_id": pledge_id, "of_user": user_id}
    return bool(await reading.scalar(_supported, **asked)), bool(await reading.scalar(_offered, **asked))


async def supported_by(reading: Reading, guild_id: int, user_id: int) -> list[int]:
    """Return the id of every pledge that somebody supports."""
    return [row["pledge_id"] for row in await reading.all(_supported_by, guild_id=guild_id, user_id=user_id)]


async def offer(tx: Transaction, guild_id: int, pledge_id: int, user_id: int, at: datetime) -> bool:
    """Note that somebody offers help; False where they did already."""
    return await tx.run(_add_offer, guild_id=guild_id, pledge_id=pledge_id, user_id=user_id, now=to_micros(at)) == 1


async def offerers(reading: Reading, guild_id: int, pledge_id: int, most: int) -> list[int]:
    """Return who offered help with a pledge, newest first."""
    return [row["user_id"] for row in await reading.all(_offerers, guild_id=guild_id, pledge_id=pledge_id, most=most)]


async def listen(tx: Transaction, guild_id: int, user_id: int, at: datetime) -> None:
    """Note that somebody wants to hear when a partner in their sectors needs help."""
    await tx.run(_listen, guild_id=guild_id, user_id=user_id, now=to_micros(at))


async def listen_no_more(tx: Transaction, guild_id: int, user_id: int) -> None:
    """They do not any more."""
    await tx.run(_of_person[2], guild_id=guild_id, user_gone=user_id)


async def listens(reading: Reading, guild_id: int, user_id: int) -> bool:
    """Return whether somebody wants to hear."""
    return bool(await reading.scalar(_listens, guild_id=guild_id, user_id=user_id))


async def listeners(reading: Reading, guild_id: int, most: int) -> list[int]:
    """Return who wants to hear when somebody in their sectors needs help, longest waiting first."""
    return [row["user_id"] for row in await reading.all(_listeners, guild_id=guild_id, most=most)]


async def drop_pledge(tx: Transaction, guild_id: int, pledge_id: int) -> None:
    """Delete what hangs on a pledge that goes."""
    for statement in _of_pledge:
        await tx.run(statement, guild_id=guild_id, pledge_id=pledge_id)


async def forget_person(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Delete everything a person supported, offered or wanted to hear."""
    for statement in _of_person:
        await tx.run(statement, guild_id=guild_id, user_gone=user_id)
