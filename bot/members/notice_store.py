"""News for a person: the table, and the queries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Table, bindparam, delete, func, select, update

from bot.members.model import Notice
from bot.members.store import know, preferences
from bot.storage.database import Reading, Row, Transaction
from bot.storage.schema import from_micros, identity, instant, metadata, number, snowflake, to_micros, words

notices = Table(
    "notices",
    metadata,
    identity(),
    snowflake("guild_id"),
    snowflake("user_id"),
    words("kind"),
    number("subject_id"),
    words("detail", nullable=True),
    instant("created_at"),
    instant("seen_at", nullable=True),
    Index("ix_notices_guild_id_user_id", "guild_id", "user_id", "id"),
    sqlite_autoincrement=True,
)

_more_news = (
    update(preferences)
    .where(preferences.c.guild_id == bindparam("in_guild"), preferences.c.user_id == bindparam("of_user"))
    .values(news=preferences.c.news + 1)
)
_no_news = (
    update(preferences)
    .where(preferences.c.guild_id == bindparam("in_guild"), preferences.c.user_id == bindparam("of_user"))
    .values(news=0)
)
_see = (
    update(notices)
    .where(
        notices.c.guild_id == bindparam("in_guild"),
        notices.c.user_id == bindparam("of_user"),
        notices.c.seen_at.is_(None),
    )
    .values(seen_at=bindparam("now"))
)
_notices_of = (
    select(notices)
    .where(notices.c.guild_id == bindparam("guild_id"), notices.c.user_id == bindparam("user_id"))
    .order_by(notices.c.id.desc())
    .limit(bindparam("most"))
)
_notice = select(notices).where(notices.c.guild_id == bindparam("guild_id"), notices.c.id == bindparam("notice_id"))
_cut = (
    update(notices)
    .where(
        notices.c.guild_id == bindparam("in_guild"),
        notices.c.user_id == bindparam("of_user"),
        notices.c.subject_id == bindparam("about"),
        notices.c.kind.startswith("pledge."),
    )
    .values(detail=func.replace(notices.c.detail, bindparam("cut"), "…"))
)
_ids_of = select(notices.c.id).where(
    notices.c.guild_id == bindparam("guild_id"), notices.c.user_id == bindparam("user_id")
)
_drop = delete(notices).where(notices.c.guild_id == bindparam("guild_id"), notices.c.user_id == bindparam("user_id"))


async def add_notice(
    tx: Transaction, guild_id: int, user_id: int, kind: str, subject_id: int, detail: str | None, at: datetime
) -> int:
    """Store a piece of news for a person and return its id."""
    await know(tx, guild_id, user_id)
    await tx.run(_more_news, in_guild=guild_id, of_user=user_id)
    return await tx.insert(
        notices,
        guild_id=guild_id,
        user_id=user_id,
        kind=kind,
        subject_id=subject_id,
        detail=detail,
        created_at=to_micros(at),
    )


async def find_notice(reading: Reading, guild_id: int, notice_id: int) -> Notice | None:
    """Return a piece of news."""
    row = await reading.one(_notice, guild_id=guild_id, notice_id=notice_id)
    return None if row is None else _to_notice(row)


async def notices_of(reading: Reading, guild_id: int, user_id: int, most: int) -> list[Notice]:
    """Return a person's newest news."""
    rows = await reading.all(_notices_of, guild_id=guild_id, user_id=user_id, most=most)
    return [_to_notice(row) for row in rows]


async def see_notices(tx: Transaction, guild_id: int, user_id: int, at: datetime) -> None:
    """Mark everything as seen."""
    await tx.run(_see, in_guild=guild_id, of_user=user_id, now=to_micros(at))
    await hinted(tx, guild_id, user_id)


async def hinted(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Give no further hint of the news there is; it stays unseen."""
    await tx.run(_no_news, in_guild=guild_id, of_user=user_id)


async def cut(tx: Transaction, guild_id: int, user_id: int, pledge_id: int, text: str) -> None:
    """Take a text out of what a person was told about a pledge."""
    await tx.run(_cut, in_guild=guild_id, of_user=user_id, about=pledge_id, cut=text)


async def ids_of(reading: Reading, guild_id: int, user_id: int) -> list[int]:
    """Return the id of everything a person was told."""
    return [int(row["id"]) for row in await reading.all(_ids_of, guild_id=guild_id, user_id=user_id)]


async def drop(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Delete everything a person was told."""
    await tx.run(_drop, guild_id=guild_id, user_id=user_id)


def _to_notice(row: Row) -> Notice:
    return Notice(
        id=row["id"],
        guild_id=row["guild_id"],
        user_id=row["user_id"],
        kind=row["kind"],
        subject_id=row["subject_id"],
        detail=row["detail"],
        created_at=from_micros(row["created_at"]),
        seen=row["seen_at"] is not None,
    )
