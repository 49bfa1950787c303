"""Queries that find organisations: by what was typed, among those that somebody shows, among all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, exists, select

from bot.members.model import Organisation, Visibility
from bot.members.organisation_tables import organisation_aliases as aliases
from bot.members.organisation_tables import organisations
from bot.members.store import members
from bot.storage.database import Reading, Row, Transaction
from bot.storage.schema import to_micros

_LOOKED_AT = 700
"""Organisations that are compared with one name; that takes 40 ms where all are long and much alike."""

_TOP = "\U0010ffff"
_here = organisations.c.guild_id == bindparam("guild_id")
_this = and_(_here, organisations.c.id == bindparam("organisation_id"))
_of_alias = and_(organisations.c.guild_id == aliases.c.guild_id, organisations.c.id == aliases.c.organisation_id)
# Only an organisation that somebody shows with their name is ever suggested: what a person hides stays hidden.
_shown = exists().where(
    members.c.guild_id == organisations.c.guild_id,
    members.c.organisation_id == organisations.c.id,
    members.c.visibility == Visibility.NAMED.value,
)

_by_id = select(organisations).where(_this)
_shown_by_id = _by_id.where(_shown)
_by_key = select(organisations).where(_here, organisations.c.key == bindparam("key"))
_by_earlier = select(organisations).join(aliases, _of_alias).where(aliases.c.guild_id == bindparam("guild_id"))
_by_alias = _by_earlier.where(aliases.c.key == bindparam("key"))
_by_former = _by_earlier.where(aliases.c.former == bindparam("former"))
_from = (
    select(organisations)
    .where(_here, organisations.c.key >= bindparam("low"), organisations.c.key < bindparam("high"))
    .order_by(organisations.c.key)
    .limit(bindparam("most"))
)
_holding = (
    select(organisations)
    .where(_here, organisations.c.key.like(bindparam("part"), escape="\\"))
    .order_by(organisations.c.key)
    .limit(bindparam("most"))
)
_once_called = (
    _by_earlier.where(aliases.c.key >= bindparam("low"), aliases.c.key < bindparam("high"))
    .order_by(aliases.c.key)
    .limit(bindparam("most"))
)
_near = (
    select(organisations)
    .where(_here, organisations.c.near >= bindparam("low"), organisations.c.near < bindparam("high"))
    .order_by(organisations.c.near)
    .limit(bindparam("most"))
)
_shown_from, _shown_holding, _shown_near = (query.where(_shown) for query in (_from, _holding, _near))


@dataclass(frozen=True, slots=True)
class Stored:
    """An organisation with what only its own room needs: the keys, how many people, how many decisions."""

    organisation: Organisation
    key: str
    near: str
    people: int
    revision: int


def to_organisation(row: Row) -> Organisation:
    """Return a row of the table as the organisation it is."""
    return Organisation(row["id"], row["name"], bool(row["confirmed"]), row["domain"])


def _stored(row: Row | None) -> Stored | None:
    if row is None:
        return None
    return Stored(to_organisation(row), row["key"], row["near"], row["people"], row["revision"])


def _unique(rows: Sequence[Row]) -> dict[int, Organisation]:
    return {row["id"]: to_organisation(row) for row in rows}


# Finding.


async def find(reading: Reading, guild_id: int, organisation_id: int) -> Stored | None:
    """Return an organisation of this server."""
    return _stored(await reading.one(_by_id, guild_id=guild_id, organisation_id=organisation_id))


async def by_key(reading: Reading, guild_id: int, key: str) -> Stored | None:
    """Return the organisation with this key, else the one that an organisation with this key became."""
    row = await reading.one(_by_key, guild_id=guild_id, key=key)
    return _stored(row if row is not None else await reading.one(_by_alias, guild_id=guild_id, key=key))


async def survivor(reading: Reading, guild_id: int, former: int) -> Stored | None:
    """Return the organisation that this one was merged into."""
    return _stored(await reading.one(_by_former, guild_id=guild_id, former=former))


async def some(reading: Reading, guild_id: int, ids: Collection[int]) -> dict[int, Organisation]:
    """Return id -> organisation for some organisations of a server."""
    if not ids:
        return {}
    chosen = select(organisations).where(organisations.c.guild_id == guild_id, organisations.c.id.in_(sorted(ids)))
    return _unique(await reading.all(chosen))


async def take_in(tx: Transaction, guild_id: int, name: str, key: str, near: str, at: datetime) -> int:
    """Return the id of the organisation that a typed name leads to, which is stored under it if it is new."""
    known = await by_key(tx, guild_id, key)
    if known is not None:
        return known.organisation.id
    return await tx.insert(organisations, guild_id=guild_id, name=name, key=key, near=near, created_at=to_micros(at))


# What people may be shown.


async def shown(reading: Reading, guild_id: int, organisation_id: int) -> Organisation | None:
    """Return an organisation that somebody shows with their name."""
    row = await reading.one(_shown_by_id, guild_id=guild_id, organisation_id=organisation_id)
    return None if row is None else to_organisation(row)


async def shown_like(reading: Reading, guild_id: int, key: str, most: int) -> list[Organisation]:
    """Return shown organisations whose key begins with, then those whose key holds, what was typed."""
    found = _unique(await reading.all(_shown_from, guild_id=guild_id, low=key, high=key + _TOP, most=most))
    if key and len(found) < most:
        found |= _unique(await reading.all(_shown_holding, guild_id=guild_id, part=_part(key), most=most))
    return list(found.values())[:most]


async def any_like(reading: Reading, guild_id: int, key: str, most: int) -> list[Organisation]:
    """Return organisations for organisers' eyes: by how the key begins, by an earlier name, by what the key holds."""
    prefix = {"guild_id": guild_id, "low": key, "high": key + _TOP, "most": most}
    found = _unique(await reading.all(_from, **prefix))
    if key and len(found) < most:
        found |= _unique(await reading.all(_once_called, **prefix))
        found |= _unique(await reading.all(_holding, guild_id=guild_id, part=_part(key), most=most))
    return list(found.values())[:most]


def _part(key: str) -> str:
    escaped = key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


async def candidates(reading: Reading, guild_id: int, key: str, near: str, *, hidden: bool) -> list[Organisation]:
    """Return at most 700 organisations that a name may stand for, the likeliest first; ``hidden`` ones for organisers.

    Those with the same near key, then those whose near key begins alike, then those whose key does.
    """
    by_near, by_name = (_near, _from) if hidden else (_shown_near, _shown_from)
    half = near[: max(2, len(near) // 2)]
    found: dict[int, Organisation] = {}
    for query, low, high in (
        (by_near, near, near + "\0"),
        (by_near, half, half + _TOP),
        (by_near, near[:2], near[:2] + _TOP),
        (by_name, key[:2], key[:2] + _TOP),
    ):
        room = _LOOKED_AT - len(found)
        if low and room > 0:
            rows = await reading.all(query, guild_id=guild_id, low=low, high=high, most=_LOOKED_AT)
            fresh = [pair for pair in _unique(rows).items() if pair[0] not in found]
            found |= dict(fresh[:room])
    return list(found.values())
