"""Queries of the organisers' desk: what waits, what one organisation is, every decision, and the end of one."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import and_, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.members.organisation_model import Change, Deed, Listed
from bot.members.organisation_store import Stored, to_organisation
from bot.members.organisation_tables import organisation_aliases as aliases
from bot.members.organisation_tables import organisation_history as history
from bot.members.organisation_tables import organisations
from bot.members.store import member_sectors, members
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_micros, to_micros

_here = organisations.c.guild_id == bindparam("guild_id")
_waits = and_(_here, organisations.c.confirmed == 0)
_as_many = select(organisations).where(_waits, organisations.c.people == bindparam("people")).limit(bindparam("most"))
_waiting = _as_many.where(organisations.c.id > bindparam("after")).order_by(organisations.c.id)
_waiting_back = _as_many.where(organisations.c.id <= bindparam("after")).order_by(organisations.c.id.desc())
_more_people = select(func.min(organisations.c.people)).where(_waits, organisations.c.people > bindparam("people"))
_fewer_people = select(func.max(organisations.c.people)).where(_waits, organisations.c.people < bindparam("people"))
_by_sector = (
    select(member_sectors.c.sector, func.count().label("people"))
    .select_from(
        members.join(
            member_sectors,
            and_(
                member_sectors.c.guild_id == members.c.guild_id,
                member_sectors.c.user_id == members.c.user_id,
                member_sectors.c.position == 0,
            ),
        )
    )
    .where(members.c.guild_id == bindparam("guild_id"), members.c.organisation_id == bindparam("organisation_id"))
    .group_by(member_sectors.c.sector)
    .order_by(func.count().desc(), member_sectors.c.sector)
)
_former_names = (
    select(aliases.c.name)
    .where(aliases.c.guild_id == bindparam("guild_id"), aliases.c.organisation_id == bindparam("organisation_id"))
    .order_by(aliases.c.name)
    .limit(bindparam("most"))
)
_and_merged = or_(
    history.c.organisation_id == bindparam("organisation_id"),
    history.c.organisation_id.in_(
        select(aliases.c.former).where(
            aliases.c.guild_id == bindparam("guild_id"),
            aliases.c.organisation_id == bindparam("organisation_id"),
            aliases.c.former.is_not(None),
        )
    ),
)
_changes = (
    select(history)
    .where(history.c.guild_id == bindparam("guild_id"), _and_merged)
    .order_by(history.c.id.desc())
    .limit(bindparam("most"))
)

_in_this = and_(organisations.c.guild_id == bindparam("in_guild"), organisations.c.id == bindparam("this"))
_add_people = update(organisations).where(_in_this).values(people=organisations.c.people + bindparam("by"))
_decide = (
    update(organisations)
    .where(_in_this, organisations.c.revision == bindparam("seen"))
    .values({name: bindparam(f"new_{name}") for name in ("name", "key", "near", "confirmed", "domain")})
    .values(revision=organisations.c.revision + 1)
)
_drop_seen = delete(organisations).where(_in_this, organisations.c.revision == bindparam("seen"))
_drop = delete(organisations).where(_in_this)
_alias_of = and_(aliases.c.guild_id == bindparam("in_guild"), aliases.c.organisation_id == bindparam("this"))
_drop_aliases = delete(aliases).where(_alias_of)
_drop_history = delete(history).where(
    history.c.guild_id == bindparam("in_guild"),
    or_(
        history.c.organisation_id == bindparam("this"),
        history.c.organisation_id.in_(select(aliases.c.former).where(_alias_of, aliases.c.former.is_not(None))),
    ),
)
_move_members = (
    update(members)
    .where(members.c.guild_id == bindparam("in_guild"), members.c.organisation_id == bindparam("this"))
    .values(organisation_id=bindparam("into"))
)
_move_aliases = update(aliases).where(_alias_of).values(organisation_id=bindparam("into"))
_alias_names = ("guild_id", "key", "name", "organisation_id", "former")
_add_alias = upsert(aliases).values({name: bindparam(name) for name in _alias_names}).on_conflict_do_nothing()
_forget_decider = (
    update(history)
    .where(history.c.guild_id == bindparam("in_guild"), history.c.by_id == bindparam("user_gone"))
    .values(by_id=None)
)

_is_empty = and_(organisations.c.confirmed == 0, organisations.c.people <= 0)
_empty = (
    select(organisations.c.id)
    .where(_here, _is_empty, organisations.c.id > bindparam("after"))
    .order_by(organisations.c.id)
    .limit(bindparam("most"))
)
_with_empty = select(organisations.c.guild_id).where(_is_empty).distinct()
_true_people = (
    select(func.count())
    .where(members.c.guild_id == organisations.c.guild_id, members.c.organisation_id == organisations.c.id)
    .scalar_subquery()
)
_recount = update(organisations).where(organisations.c.people != _true_people).values(people=_true_people)
_after = (
    select(organisations.c.id, organisations.c.key, organisations.c.near)
    .where(organisations.c.id > bindparam("after"))
    .order_by(organisations.c.id)
    .limit(bindparam("most"))
)
_set_near = update(organisations).where(organisations.c.id == bindparam("this")).values(near=bindparam("new_near"))


# The organisers' desk.


async def queue(
    reading: Reading, guild_id: int, after: tuple[int, int], most: int, *, back: bool = False
) -> list[Listed]:
    """Return organisations that nobody confirmed, behind (people, id): most people first, then oldest.

    With ``back`` those up to that key, which is one of them, the nearest to it first.
    Goes down the index one number of people after the other, so that a hundred thousand are as quick as ten.
    """
    found: list[Listed] = []
    people: int | None
    people, last = after
    rows_of, further, end = (_waiting_back, _more_people, 2**62) if back else (_waiting, _fewer_people, 0)
    while people is not None and len(found) < most:
        room = most - len(found)
        rows = await reading.all(rows_of, guild_id=guild_id, people=people, after=last, most=room)
        found += [Listed(to_organisation(row), row["people"]) for row in rows]
        if len(rows) < room:
            people, last = await reading.scalar(further, guild_id=guild_id, people=people), end
    return found


async def by_sector(reading: Reading, guild_id: int, organisation_id: int) -> tuple[tuple[str, int], ...]:
    """Return (sector, people who count in it), most first; whatever they let others see."""
    rows = await reading.all(_by_sector, guild_id=guild_id, organisation_id=organisation_id)
    return tuple((row["sector"], row["people"]) for row in rows)


async def former_names(reading: Reading, guild_id: int, organisation_id: int, most: int) -> tuple[str, ...]:
    """Return what an organisation was called before, and what was merged into it."""
    rows = await reading.all(_former_names, guild_id=guild_id, organisation_id=organisation_id, most=most)
    return tuple(row["name"] for row in rows)


async def changes(reading: Reading, guild_id: int, organisation_id: int, most: int) -> list[Change]:
    """Return the newest decisions about an organisation and about those merged into it, newest first."""
    rows = await reading.all(_changes, guild_id=guild_id, organisation_id=organisation_id, most=most)
    return [
        Change(
            Deed(row["act"]), row["by_id"], from_micros(row["at"]), row["was"], row["became"], row["reason"],
            bool(row["own"]),
        )
        for row in rows
    ]  # fmt: skip


# Deciding.


async def decide(tx: Transaction, guild_id: int, seen: Stored, **changed: object) -> bool:
    """Write a decision over an organisation as it was seen; False where somebody decided something meanwhile."""
    now: Mapping[str, object] = {
        "name": seen.organisation.name,
        "key": seen.key,
        "near": seen.near,
        "confirmed": int(seen.organisation.confirmed),
        "domain": seen.organisation.domain,
    } | changed
    values = {f"new_{name}": value for name, value in now.items()}
    return await tx.run(_decide, in_guild=guild_id, this=seen.organisation.id, seen=seen.revision, **values) == 1


async def record(tx: Transaction, guild_id: int, organisation_id: int, change: Change) -> None:
    """Append to the history."""
    await tx.insert(
        history,
        guild_id=guild_id,
        organisation_id=organisation_id,
        act=change.deed.value,
        by_id=change.by,
        at=to_micros(change.at),
        was=change.was,
        became=change.became,
        reason=change.reason,
        own=int(change.own),
    )


async def remember_name(
    tx: Transaction, guild_id: int, stored: Stored, organisation_id: int, former: int | None = None
) -> None:
    """Let the name that an organisation has now lead to an organisation from here on; ``former`` was merged."""
    await tx.run(
        _add_alias,
        guild_id=guild_id,
        key=stored.key,
        name=stored.organisation.name,
        organisation_id=organisation_id,
        former=former,
    )


async def dissolve(tx: Transaction, guild_id: int, gone: Stored, into: int) -> int | None:
    """Move people and earlier names over and delete the organisation as it was seen; returns how many people.

    None where somebody decided something about it meanwhile.
    """
    if await tx.run(_drop_seen, in_guild=guild_id, this=gone.organisation.id, seen=gone.revision) != 1:
        return None
    moved = await tx.run(_move_members, in_guild=guild_id, this=gone.organisation.id, into=into)
    await tx.run(_move_aliases, in_guild=guild_id, this=gone.organisation.id, into=into)
    await remember_name(tx, guild_id, gone, into, gone.organisation.id)
    await add_people(tx, guild_id, into, moved)
    return moved


async def add_people(tx: Transaction, guild_id: int, organisation_id: int, by: int) -> None:
    """Change how many people are in an organisation by a signed number."""
    await tx.run(_add_people, in_guild=guild_id, this=organisation_id, by=by)


# Going.


async def empty(reading: Reading, guild_id: int, after: int, most: int) -> list[int]:
    """Return the id of organisations above an id that nobody is in and nobody confirmed."""
    rows = await reading.all(_empty, guild_id=guild_id, after=after, most=most)
    return [row["id"] for row in rows]


async def guilds_with_empty(reading: Reading) -> list[int]:
    """Return the servers that have such organisations."""
    return [row["guild_id"] for row in await reading.all(_with_empty)]


async def drop(tx: Transaction, guild_id: int, organisation_id: int) -> None:
    """Delete an organisation with its earlier names and its whole history."""
    for statement in (_drop_history, _drop_aliases, _drop):
        await tx.run(statement, in_guild=guild_id, this=organisation_id)


async def forget_person(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Take a person's id out of the history."""
    await tx.run(_forget_decider, in_guild=guild_id, user_gone=user_id)


# Mending.


async def recount(tx: Transaction) -> int:
    """Set the number of people of every organisation to what the rows say; returns how many were wrong."""
    return await tx.run(_recount)


async def keys_after(reading: Reading, after: int, most: int) -> list[tuple[int, str, str]]:
    """Return (id, key, near key) of organisations of all servers above an id."""
    rows = await reading.all(_after, after=after, most=most)
    return [(row["id"], row["key"], row["near"]) for row in rows]


async def set_near(tx: Transaction, organisation_id: int, near: str) -> None:
    """Write an organisation's near key."""
    await tx.run(_set_near, this=organisation_id, new_near=near)
