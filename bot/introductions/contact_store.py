"""Queries of who speaks for an organisation, what it looks for, and who fits by that."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    and_,
    bindparam,
    column,
    delete,
    func,
    literal_column,
    or_,
    select,
    table,
    union_all,
    update,
)

from bot.introductions.model import Cursor
from bot.introductions.tables import introduction_contacts as contacts
from bot.introductions.tables import introduction_wishes as wishes
from bot.introductions.tables import introductions
from bot.storage.database import Reading, Transaction
from bot.storage.schema import to_micros

# Tables of the members room, by their names alone: what somebody hides is left out in the very query that reads it.
_members = table(
    "members", *(column(name) for name in ("guild_id", "user_id", "organisation_id", "offers", "visibility"))
)
_sectors = table("member_sectors", *(column(name) for name in ("guild_id", "user_id", "position", "sector")))
_is_named = and_(
    _members.c.guild_id == contacts.c.guild_id,
    _members.c.user_id == contacts.c.user_id,
    _members.c.organisation_id == contacts.c.organisation_id,
    _members.c.visibility == "named",
)
_has_sector = and_(_sectors.c.guild_id == contacts.c.guild_id, _sectors.c.user_id == contacts.c.user_id)

# Who speaks.

_of_person = select(contacts.c.organisation_id).where(
    contacts.c.guild_id == bindparam("guild_id"), contacts.c.user_id == bindparam("user_id")
)
_speakers = (
    select(contacts.c.user_id)
    .join(_members, _is_named)
    .where(contacts.c.guild_id == bindparam("guild_id"), contacts.c.organisation_id == bindparam("organisation_id"))
    .order_by(contacts.c.user_id)
)
_mine = and_(contacts.c.guild_id == bindparam("in_guild"), contacts.c.user_id == bindparam("of_user"))
_drop_speaker = delete(contacts).where(_mine)
_drop_speakers = delete(contacts).where(
    contacts.c.guild_id == bindparam("in_guild"), contacts.c.organisation_id == bindparam("of_organisation")
)
_move_speakers = (
    update(contacts)
    .where(contacts.c.guild_id == bindparam("in_guild"), contacts.c.organisation_id == bindparam("of_organisation"))
    .values(organisation_id=bindparam("into"))
)

# What is looked for.

_wishes = (
    select(wishes.c.sector)
    .where(wishes.c.guild_id == bindparam("guild_id"), wishes.c.organisation_id == bindparam("organisation_id"))
    .order_by(wishes.c.position)
)
_drop_wishes = delete(wishes).where(
    wishes.c.guild_id == bindparam("in_guild"), wishes.c.organisation_id == bindparam("of_organisation")
)

# Who fits: organisations of people in a sector that we look for, and those that look for a sector of ours.

_here = bindparam("guild_id", type_=BigInteger)
_me = bindparam("mine", type_=BigInteger)
_looked_for = select(wishes.c.sector).where(wishes.c.guild_id == _here, wishes.c.organisation_id == _me)
_ours = (
    select(_sectors.c.sector)
    .join(contacts, _has_sector)
    .where(contacts.c.guild_id == _here, contacts.c.organisation_id == _me)
)
_they_are = (
    select(contacts.c.organisation_id, literal_column("1").label("are"), literal_column("0").label("want"))
    .join(_sectors, _has_sector)
    .join(_members, _is_named)
    .where(contacts.c.guild_id == _here, _sectors.c.sector.in_(_looked_for))
)
_they_want = (
    select(wishes.c.organisation_id, literal_column("0").label("are"), literal_column("1").label("want"))
    .join(
        contacts, and_(contacts.c.guild_id == wishes.c.guild_id, contacts.c.organisation_id == wishes.c.organisation_id)
    )
    .join(_members, _is_named)
    .where(wishes.c.guild_id == _here, wishes.c.sector.in_(_ours))
)
_is_open = introductions.c.pair.is_not(None)
_known = union_all(
    select(introductions.c.asked).where(introductions.c.guild_id == _here, introductions.c.asking == _me, _is_open),
    select(introductions.c.asking).where(introductions.c.guild_id == _here, introductions.c.asked == _me, _is_open),
)
_both = union_all(_they_are, _they_want).subquery("fits")
_tier = (func.max(_both.c.are) * 2 + func.max(_both.c.want)).label("tier")
_fits = (
    select(_both.c.organisation_id, _tier)
    .where(_both.c.organisation_id != _me, _both.c.organisation_id.not_in(_known))
    .group_by(_both.c.organisation_id)
    .having(
        or_(_tier < bindparam("tier"), and_(_tier == bindparam("tier"), _both.c.organisation_id > bindparam("after")))
    )
    .order_by(_tier.desc(), _both.c.organisation_id)
    .limit(bindparam("most"))
)


async def organisation_of(reading: Reading, guild_id: int, user_id: int) -> int | None:
    """Return the organisation that a person speaks for."""
    row = await reading.one(_of_person, guild_id=guild_id, user_id=user_id)
    return None if row is None else int(row["organisation_id"])


async def speakers(reading: Reading, guild_id: int, organisation_id: int) -> list[int]:
    """Return the people who speak for an organisation and show their name."""
    rows = await reading.all(_speakers, guild_id=guild_id, organisation_id=organisation_id)
    return [row["user_id"] for row in rows]


async def add_speaker(tx: Transaction, guild_id: int, user_id: int, organisation_id: int, at: datetime) -> None:
    """Let a person speak for this organisation and no other."""
    await drop_speaker(tx, guild_id, user_id)
    row = {"guild_id": guild_id, "user_id": user_id, "organisation_id": organisation_id, "since": to_micros(at)}
    await tx.insert(contacts, **row)


async def drop_speaker(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Let a person speak for nobody."""
    await tx.run(_drop_speaker, in_guild=guild_id, of_user=user_id)


async def drop_organisation(tx: Transaction, guild_id: int, organisation_id: int) -> None:
    """Delete who speaks for an organisation and what it looks for."""
    for statement in (_drop_speakers, _drop_wishes):
        await tx.run(statement, in_guild=guild_id, of_organisation=organisation_id)


async def move_speakers(tx: Transaction, guild_id: int, gone: int, stays: int) -> None:
    """Let those who spoke for one organisation speak for another."""
    await tx.run(_move_speakers, in_guild=guild_id, of_organisation=gone, into=stays)


async def wishes_of(reading: Reading, guild_id: int, organisation_id: int) -> tuple[str, ...]:
    """Return the sectors that an organisation looks for, in the order they were picked."""
    rows = await reading.all(_wishes, guild_id=guild_id, organisation_id=organisation_id)
    return tuple(row["sector"] for row in rows)


async def set_wishes(tx: Transaction, guild_id: int, organisation_id: int, sectors: Sequence[str]) -> None:
    """Write what an organisation looks for."""
    await tx.run(_drop_wishes, in_guild=guild_id, of_organisation=organisation_id)
    for position, sector in enumerate(sectors):
        row = {"guild_id": guild_id, "organisation_id": organisation_id, "position": position, "sector": sector}
        await tx.insert(wishes, **row)


async def spoken(reading: Reading, guild_id: int, ids: Collection[int]) -> dict[int, list[tuple[int, str, list[str]]]]:
    """Return organisation -> (person, their words, their sectors) of those who speak for it, by who was first."""
    if not ids:
        return {}
    wanted = (
        select(contacts.c.organisation_id, contacts.c.user_id, _members.c.offers, _sectors.c.sector)
        .join(_members, _is_named)
        .join(_sectors, _has_sector)
        .where(contacts.c.guild_id == guild_id, contacts.c.organisation_id.in_(sorted(ids)))
        .order_by(contacts.c.organisation_id, contacts.c.since, contacts.c.user_id, _sectors.c.position)
    )
    found: dict[int, list[tuple[int, str, list[str]]]] = {}
    for row in await reading.all(wanted):
        people = found.setdefault(row["organisation_id"], [])
        if not people or people[-1][0] != row["user_id"]:
            people.append((row["user_id"], row["offers"], []))
        people[-1][2].append(row["sector"])
    return found


async def all_wishes(reading: Reading, guild_id: int, ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return organisation -> sectors that it looks for."""
    if not ids:
        return {}
    wanted = (
        select(wishes.c.organisation_id, wishes.c.sector)
        .where(wishes.c.guild_id == guild_id, wishes.c.organisation_id.in_(sorted(ids)))
        .order_by(wishes.c.organisation_id, wishes.c.position)
    )
    found: dict[int, tuple[str, ...]] = {}
    for row in await reading.all(wanted):
        found[row["organisation_id"]] = (*found.get(row["organisation_id"], ()), row["sector"])
    return found


async def fits(reading: Reading, guild_id: int, mine: int, after: Cursor, most: int) -> list[tuple[int, int]]:
    """Return (organisation, tier) of those that fit by sector and are not in an open introduction with us.

    Tier 3: each looks for the other; 2: they are what we look for; 1: we are what they look for.
    """
    place = {"guild_id": guild_id, "mine": mine, "tier": after.tier, "after": after.after, "most": most}
    return [(row["organisation_id"], row["tier"]) for row in await reading.all(_fits, **place)]
