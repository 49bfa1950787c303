"""Tables and queries of members, organisations and news for a person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Index, PrimaryKeyConstraint, Table, and_, bindparam, select, update

from bot.members.model import Brief, Member, Notice, Organisation, Reach, Visibility
from bot.storage.database import Reading, Row, Transaction
from bot.storage.schema import from_micros, identity, instant, metadata, number, snowflake, to_micros, words

organisations = Table(
    "organisations",
    metadata,
    identity(),
    snowflake("guild_id"),
    words("name"),
    words("key"),
    instant("created_at"),
    Index("uq_organisations_guild_id_key", "guild_id", "key", unique=True),
    sqlite_autoincrement=True,
)

members = Table(
    "members",
    metadata,
    snowflake("guild_id"),
    snowflake("user_id"),
    number("organisation_id", nullable=True),
    words("offers"),
    words("visibility"),
    words("consent_version"),
    instant("joined_at"),
    instant("changed_at"),
    PrimaryKeyConstraint("guild_id", "user_id"),
    Index("ix_members_guild_id_organisation_id", "guild_id", "organisation_id"),
)

member_sectors = Table(
    "member_sectors",
    metadata,
    snowflake("guild_id"),
    snowflake("user_id"),
    number("position"),
    words("sector"),
    words("visibility"),
    PrimaryKeyConstraint("guild_id", "user_id", "position"),
    Index("ix_member_sectors_guild_id_sector", "guild_id", "sector", "visibility", "user_id"),
)

preferences = Table(
    "preferences",
    metadata,
    snowflake("guild_id"),
    snowflake("user_id"),
    words("locale", nullable=True),
    words("reach", nullable=True),
    snowflake("reach_channel_id", nullable=True),
    number("paused"),
    number("news"),
    PrimaryKeyConstraint("guild_id", "user_id"),
)

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

_brief = select(preferences.c.locale, preferences.c.paused, preferences.c.news).where(
    preferences.c.guild_id == bindparam("guild_id"), preferences.c.user_id == bindparam("user_id")
)
_member = (
    select(
        members,
        organisations.c.name.label("organisation_name"),
        preferences.c.locale,
        preferences.c.reach,
        preferences.c.paused,
    )
    .select_from(
        members.outerjoin(
            organisations,
            and_(organisations.c.guild_id == members.c.guild_id, organisations.c.id == members.c.organisation_id),
        ).outerjoin(
            preferences,
            and_(preferences.c.guild_id == members.c.guild_id, preferences.c.user_id == members.c.user_id),
        )
    )
    .where(members.c.guild_id == bindparam("guild_id"), members.c.user_id == bindparam("user_id"))
)
_sectors_of = (
    select(member_sectors.c.sector)
    .where(member_sectors.c.guild_id == bindparam("guild_id"), member_sectors.c.user_id == bindparam("user_id"))
    .order_by(member_sectors.c.position)
)


_names = select(organisations.c.id, organisations.c.name).where(organisations.c.guild_id == bindparam("guild_id"))
_known = select(preferences.c.user_id).where(
    preferences.c.guild_id == bindparam("guild_id"), preferences.c.user_id == bindparam("user_id")
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
        notices.c.guild_id == bindparam("in_guild"), notices.c.user_id == bindparam("of_user"), notices.c.seen_at.is_(None)
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
_reach = select(preferences.c.reach, preferences.c.reach_channel_id, preferences.c.locale).where(
    preferences.c.guild_id == bindparam("guild_id"), preferences.c.user_id == bindparam("user_id")
)


async def know(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Make sure a person has a row of preferences."""
    if await tx.one(_known, guild_id=guild_id, user_id=user_id) is None:
        await tx.insert(preferences, guild_id=guild_id, user_id=user_id, paused=0, news=0)


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
    await tx.run(_no_news, in_guild=guild_id, of_user=user_id)


async def reach_of(reading: Reading, guild_id: int, user_id: int) -> tuple[Reach, int | None, str | None]:
    """Return how to reach a person, the channel for a mention, and their language."""
    row = await reading.one(_reach, guild_id=guild_id, user_id=user_id)
    if row is None or row["reach"] is None:
        return Reach.PROFILE, None, None if row is None else row["locale"]
    return Reach(row["reach"]), row["reach_channel_id"], row["locale"]


async def organisation_names(reading: Reading, guild_id: int, ids: Collection[int]) -> dict[int, str]:
    """Return id -> name for some organisations of a server."""
    if not ids:
        return {}
    rows = await reading.all(_names.where(organisations.c.id.in_(sorted(ids))), guild_id=guild_id)
    return {row["id"]: row["name"] for row in rows}


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


async def brief(reading: Reading, guild_id: int, user_id: int) -> Brief:
    """Return what every interaction needs, with one point query."""
    row = await reading.one(_brief, guild_id=guild_id, user_id=user_id)
    return Brief() if row is None else Brief(row["locale"], bool(row["paused"]), row["news"])


async def find(reading: Reading, guild_id: int, user_id: int) -> Member | None:
    """Return a member, None for somebody who has not registered in this server."""
    row = await reading.one(_member, guild_id=guild_id, user_id=user_id)
    if row is None:
        return None
    sectors = tuple(found["sector"] for found in await reading.all(_sectors_of, guild_id=guild_id, user_id=user_id))
    return Member(
        guild_id=guild_id,
        user_id=user_id,
        sectors=sectors,
        organisation=_organisation(row),
        offers=row["offers"],
        visibility=Visibility(row["visibility"]),
        reach=Reach(row["reach"]) if row["reach"] else None,
        locale=row["locale"],
        consent_version=row["consent_version"],
        joined_at=from_micros(row["joined_at"]),
        paused=bool(row["paused"]),
    )


def _organisation(row: Row) -> Organisation | None:
    if row["organisation_id"] is None or row["organisation_name"] is None:
        return None
    return Organisation(row["organisation_id"], row["organisation_name"])
