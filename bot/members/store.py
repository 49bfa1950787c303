"""Tables and queries of members and their choices."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    Index,
    PrimaryKeyConstraint,
    Table,
    and_,
    bindparam,
    delete,
    func,
    select,
    update,
)

from bot.members.model import COUNTERS, Member, Named, Organisation, Reach, Registration, Visibility
from bot.members.organisation_tables import organisations
from bot.storage.counters import counters
from bot.storage.database import Reading, Row, Transaction
from bot.storage.schema import from_micros, instant, metadata, number, snowflake, to_micros, words

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
    instant("consented_at", nullable=True),
    PrimaryKeyConstraint("guild_id", "user_id"),
    Index("ix_members_guild_id_organisation_id", "guild_id", "organisation_id", "visibility"),
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

_member = (
    select(
        members,
        organisations.c.name.label("organisation_name"),
        organisations.c.confirmed,
        organisations.c.domain,
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

_stands_in = select(member_sectors.c.user_id).where(
    member_sectors.c.guild_id == bindparam("guild_id"),
    member_sectors.c.sector == bindparam("sector"),
    member_sectors.c.user_id == bindparam("user_id"),
)

_of_member = and_(members.c.guild_id == bindparam("in_guild"), members.c.user_id == bindparam("of_user"))
_change = (
    update(members)
    .where(_of_member)
    .values({name: bindparam(f"new_{name}") for name in ("organisation_id", "offers", "visibility", "consent_version")})
    .values(changed_at=bindparam("now"))
)
_consent = update(members).where(_of_member).values(consent_version=bindparam("version"), consented_at=bindparam("now"))
_outdated = (
    select(func.count())
    .select_from(members)
    .where(members.c.guild_id == bindparam("guild_id"), members.c.consent_version != bindparam("version"))
)
_drop_member = delete(members).where(_of_member)
_drop_sectors = delete(member_sectors).where(
    member_sectors.c.guild_id == bindparam("in_guild"), member_sectors.c.user_id == bindparam("of_user")
)
_of_preferences = and_(preferences.c.guild_id == bindparam("in_guild"), preferences.c.user_id == bindparam("of_user"))
_drop_preferences = delete(preferences).where(_of_preferences)
_set_reach = (
    update(preferences)
    .where(_of_preferences)
    .values(reach=bindparam("new_reach"), reach_channel_id=bindparam("channel"))
)
_set_locale = update(preferences).where(_of_preferences).values(locale=bindparam("new_locale"))
_tally = (
    select(
        member_sectors.c.guild_id,
        member_sectors.c.sector,
        member_sectors.c.visibility,
        func.count().label("people"),
    )
    .where(member_sectors.c.position == 0)
    .group_by(member_sectors.c.guild_id, member_sectors.c.sector, member_sectors.c.visibility)
)
_counted_in = select(counters.c.guild_id).where(counters.c.name.in_(sorted(COUNTERS.values()))).distinct()
_known = select(preferences.c.user_id).where(
    preferences.c.guild_id == bindparam("guild_id"), preferences.c.user_id == bindparam("user_id")
)
_reach = select(preferences.c.reach, preferences.c.reach_channel_id, preferences.c.locale).where(
    preferences.c.guild_id == bindparam("guild_id"), preferences.c.user_id == bindparam("user_id")
)


_named = (
    select(
        member_sectors.c.user_id,
        members.c.offers,
        organisations.c.name.label("organisation_name"),
        organisations.c.confirmed,
    )
    .select_from(
        member_sectors.join(
            members,
            and_(members.c.guild_id == member_sectors.c.guild_id, members.c.user_id == member_sectors.c.user_id),
        ).outerjoin(
            organisations,
            and_(organisations.c.guild_id == members.c.guild_id, organisations.c.id == members.c.organisation_id),
        )
    )
    .where(
        member_sectors.c.guild_id == bindparam("guild_id"),
        member_sectors.c.sector == bindparam("sector"),
        member_sectors.c.visibility == Visibility.NAMED.value,
        member_sectors.c.user_id > bindparam("after"),
        member_sectors.c.position == 0,
    )
    .order_by(member_sectors.c.user_id)
    .limit(bindparam("most"))
)


async def named(reading: Reading, guild_id: int, sector: str, after: int, most: int) -> list[Named]:
    """Return members above an id who count in this sector and chose to be named, by id."""
    rows = await reading.all(_named, guild_id=guild_id, sector=sector, after=after, most=most)
    return [Named(row["user_id"], row["organisation_name"], row["offers"], bool(row["confirmed"])) for row in rows]


async def standing_in(reading: Reading, guild_id: int, sector: str, user_ids: Collection[int]) -> set[int]:
    """Return those of some people who stand in a sector, as their first or another."""
    person = {"guild_id": guild_id, "sector": sector}
    found = await reading.together(*((_stands_in, {**person, "user_id": user_id}) for user_id in user_ids))
    return {row["user_id"] for rows in found for row in rows}


async def know(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Make sure a person has a row of preferences."""
    if await tx.one(_known, guild_id=guild_id, user_id=user_id) is None:
        await tx.insert(preferences, guild_id=guild_id, user_id=user_id, paused=0, news=0)


async def reach_of(reading: Reading, guild_id: int, user_id: int) -> tuple[Reach, int | None, str | None]:
    """Return how to reach a person, the channel for a mention, and their language."""
    row = await reading.one(_reach, guild_id=guild_id, user_id=user_id)
    if row is None or row["reach"] is None:
        return Reach.PROFILE, None, None if row is None else row["locale"]
    return Reach(row["reach"]), row["reach_channel_id"], row["locale"]


async def find(reading: Reading, guild_id: int, user_id: int) -> Member | None:
    """Return a member, None for somebody who has not registered in this server."""
    person = {"guild_id": guild_id, "user_id": user_id}
    rows, standing = await reading.together((_member, person), (_sectors_of, person))
    if not rows:
        return None
    row, sectors = rows[0], tuple(found["sector"] for found in standing)
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
        consented_at=from_micros(row["consented_at"] or row["joined_at"]),
        paused=bool(row["paused"]),
    )


def _organisation(row: Row) -> Organisation | None:
    if row["organisation_id"] is None or row["organisation_name"] is None:
        return None
    return Organisation(row["organisation_id"], row["organisation_name"], bool(row["confirmed"]), row["domain"])


# Registering.


async def put(
    tx: Transaction,
    guild_id: int,
    user_id: int,
    registration: Registration,
    organisation_id: int | None,
    at: datetime,
) -> None:
    """Write a registration, new or over the one there is; the way to be reached goes with it."""
    values = {
        "organisation_id": organisation_id,
        "offers": registration.offers,
        "visibility": registration.visibility.value,
        "consent_version": registration.consent_version,
    }
    changed = {f"new_{name}": value for name, value in values.items()}
    now = to_micros(at)
    if not await tx.run(_change, in_guild=guild_id, of_user=user_id, now=now, **changed):
        await tx.insert(members, guild_id=guild_id, user_id=user_id, joined_at=now, changed_at=now, **values)
    await tx.run(_drop_sectors, in_guild=guild_id, of_user=user_id)
    for position, sector in enumerate(registration.sectors):
        await tx.insert(
            member_sectors,
            guild_id=guild_id,
            user_id=user_id,
            position=position,
            sector=sector,
            visibility=registration.visibility.value,
        )
    await set_reach(tx, guild_id, user_id, registration.reach, registration.reach_channel_id)


async def consent(tx: Transaction, guild_id: int, user_id: int, version: str, at: datetime) -> None:
    """Write which notice a member has read, and when."""
    await tx.run(_consent, in_guild=guild_id, of_user=user_id, version=version, now=to_micros(at))


async def outdated(reading: Reading, guild_id: int, version: str) -> int:
    """Return how many members have read another notice than this one."""
    return int(await reading.scalar(_outdated, guild_id=guild_id, version=version))


async def drop(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Delete a registration."""
    await tx.run(_drop_sectors, in_guild=guild_id, of_user=user_id)
    await tx.run(_drop_member, in_guild=guild_id, of_user=user_id)


async def set_reach(tx: Transaction, guild_id: int, user_id: int, reach: Reach, channel_id: int | None) -> None:
    """Write how a person wants to be reached."""
    await know(tx, guild_id, user_id)
    await tx.run(_set_reach, in_guild=guild_id, of_user=user_id, new_reach=reach.value, channel=channel_id)


async def set_locale(tx: Transaction, guild_id: int, user_id: int, locale: str | None) -> None:
    """Write which language a person wants, None for that of their Discord."""
    await know(tx, guild_id, user_id)
    await tx.run(_set_locale, in_guild=guild_id, of_user=user_id, new_locale=locale)


async def drop_preferences(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Delete a person's choices."""
    await tx.run(_drop_preferences, in_guild=guild_id, of_user=user_id)


async def tally(reading: Reading) -> dict[tuple[int, str, Visibility], int]:
    """Return (server, primary sector, visibility) -> people, counted from the rows themselves."""
    return {
        (row["guild_id"], row["sector"], Visibility(row["visibility"])): row["people"]
        for row in await reading.all(_tally)
    }


async def counted_guilds(reading: Reading) -> set[int]:
    """Return the servers that have a counter of members."""
    return {row["guild_id"] for row in await reading.all(_counted_in)}
