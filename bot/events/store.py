"""The table of events and its queries; answers and reminders are next door in ``signup_store``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Index, Table, and_, bindparam, delete, or_, select, update

from bot.events.grammar import MAX_DURATION
from bot.events.model import Answer, Event, State
from bot.events.signup_store import signups
from bot.storage.database import Reading, Row, Transaction
from bot.storage.schema import (
    from_micros,
    identity,
    instant,
    maybe_instant,
    maybe_micros,
    metadata,
    number,
    snowflake,
    to_micros,
    words,
)

events = Table(
    "events",
    metadata,
    identity(),
    snowflake("guild_id"),
    snowflake("author_id", nullable=True),
    snowflake("editor_id", nullable=True),
    words("state"),
    words("title"),
    words("text"),
    instant("starts_at"),
    instant("ends_at"),
    words("zone"),
    words("where"),
    words("link"),
    words("image"),
    words("alt"),
    words("type"),
    words("sectors"),
    words("roles"),
    number("capacity", nullable=True),
    instant("until_at", nullable=True),
    words("reminders"),
    number("closed"),
    words("reason"),
    number("sequence"),
    instant("post_at", nullable=True),
    instant("moved_from", nullable=True),
    snowflake("channel_id", nullable=True),
    number("split"),
    number("swept"),
    instant("created_at"),
    instant("changed_at"),
    Index("ix_events_guild_id_starts_at", "guild_id", "starts_at", "id"),
    Index("ix_events_guild_id_state", "guild_id", "state", "starts_at", "id"),
    Index("ix_events_guild_id_author_id", "guild_id", "author_id"),
    Index("ix_events_guild_id_editor_id", "guild_id", "editor_id"),
    Index("ix_events_state_ends_at", "state", "ends_at"),
    sqlite_autoincrement=True,
)

_here = events.c.guild_id == bindparam("guild_id")
_by_id = select(events).where(_here, events.c.id == bindparam("event_id"))
_FIXED = {"id", "guild_id", "author_id", "swept", "created_at"}
# A step is taken from the row as it was read: whoever is second touches no row.
_write = (
    update(events)
    .where(
        _here,
        events.c.id == bindparam("event_id"),
        events.c.state == bindparam("from_state"),
        events.c.changed_at == bindparam("seen_at"),
        events.c.sequence == bindparam("seen_sequence"),
    )
    .values({c.name: bindparam(f"new_{c.name}") for c in events.columns if c.name not in _FIXED})
)
_drop = delete(events).where(_here, events.c.id == bindparam("event_id"))

_out = or_(
    events.c.state == State.ANNOUNCED,
    and_(events.c.state == State.SCHEDULED, events.c.post_at <= bindparam("now")),
)
_after = or_(
    events.c.starts_at > bindparam("after_start"),
    and_(events.c.starts_at == bindparam("after_start"), events.c.id > bindparam("after_id")),
)
_before = or_(
    events.c.starts_at < bindparam("after_start"),
    and_(events.c.starts_at == bindparam("after_start"), events.c.id < bindparam("after_id")),
)
# An event for no sector in particular is for everybody.
_for_sector = or_(bindparam("sector") == "", events.c.sectors == "", events.c.sectors.like(bindparam("pattern")))
_soonest = (events.c.starts_at, events.c.id)
# What began longer ago than anything may last is over: said to the index, it need not look at years of the past.
_not_over = and_(events.c.ends_at > bindparam("now"), events.c.starts_at > bindparam("earliest"))
_coming = (
    select(events)
    .where(_here, _not_over, events.c.starts_at < bindparam("until"), _out, _for_sector, _after)
    .order_by(*_soonest)
    .limit(bindparam("most"))
)
_past = (
    select(events)
    .where(
        _here,
        or_(events.c.state == State.HELD, events.c.state == State.ANNOUNCED, events.c.state == State.SCHEDULED),
        _for_sector,
        _before,
        events.c.ends_at <= bindparam("now"),
    )
    .order_by(events.c.starts_at.desc(), events.c.id.desc())
    .limit(bindparam("most"))
)
_mine = (
    select(events)
    .join(signups, and_(signups.c.guild_id == events.c.guild_id, signups.c.event_id == events.c.id))
    .where(
        _here,
        _out,
        _after,
        events.c.ends_at > bindparam("now"),
        signups.c.user_id == bindparam("user_id"),
        signups.c.answer != Answer.NO,
    )
    .order_by(*_soonest)
    .limit(bindparam("most"))
)
_drafts = (
    select(events).where(_here, events.c.state == State.DRAFT, _not_over).order_by(*_soonest).limit(bindparam("most"))
)
_scheduled = (
    select(events)
    .where(_here, events.c.state == State.SCHEDULED, events.c.post_at > bindparam("now"), _not_over)
    .order_by(*_soonest)
    .limit(bindparam("most"))
)
_over = (
    select(events)
    .where(
        or_(events.c.state == State.ANNOUNCED, events.c.state == State.SCHEDULED), events.c.ends_at <= bindparam("now")
    )
    .limit(200)
)
_out_by_now = select(events).where(events.c.state == State.SCHEDULED, events.c.post_at <= bindparam("now")).limit(200)
_old_drafts = select(events).where(events.c.state == State.DRAFT, events.c.changed_at < bindparam("before")).limit(500)
_unfinished = (
    select(events)
    .where(
        events.c.state == State.DRAFT,
        events.c.text == "",
        events.c.sequence == 0,
        events.c.changed_at < bindparam("before"),
    )
    .limit(500)
)
_unswept = (
    select(events)
    .where(
        or_(events.c.state == State.HELD, events.c.state == State.CANCELLED),
        events.c.ends_at < bindparam("before"),
        events.c.swept == 0,
    )
    .limit(50)
)
_swept = update(events).where(_here, events.c.id == bindparam("event_id")).values(swept=1)
_forget_author = update(events).where(_here, events.c.author_id == bindparam("author_gone")).values(author_id=None)
_forget_editor = update(events).where(_here, events.c.editor_id == bindparam("editor_gone")).values(editor_id=None)


async def add(tx: Transaction, event: Event) -> int:
    """Insert an event and return its id; the one in ``event`` is ignored."""
    return await tx.insert(
        events,
        guild_id=event.guild_id,
        author_id=event.author_id,
        swept=0,
        created_at=to_micros(event.created_at),
        **_columns(event),
    )


async def write(tx: Transaction, before: Event, after: Event) -> bool:
    """Write an event over the row it was read from; False when somebody else was first."""
    written = await tx.run(
        _write,
        guild_id=before.guild_id,
        event_id=before.id,
        from_state=before.stored.value,
        seen_at=to_micros(before.changed_at),
        seen_sequence=before.sequence,
        **{f"new_{name}": value for name, value in _columns(after).items()},
    )
    return written == 1


async def drop(tx: Transaction, guild_id: int, event_id: int) -> None:
    """Delete an event that nobody has seen."""
    await tx.run(_drop, guild_id=guild_id, event_id=event_id)


async def find(reading: Reading, guild_id: int, event_id: int) -> Event | None:
    """Return an event of this server."""
    row = await reading.one(_by_id, guild_id=guild_id, event_id=event_id)
    return None if row is None else _event(row)


async def find_all(reading: Reading, guild_id: int, event_ids: Iterable[int]) -> dict[int, Event]:
    """Return id -> event for those of this server's that there are."""
    found = await reading.together(*((_by_id, {"guild_id": guild_id, "event_id": number}) for number in event_ids))
    return {row["id"]: _event(row) for rows in found for row in rows}


async def coming(
    reading: Reading, guild_id: int, sector: str, after: tuple[int, int], now: datetime, until: datetime, most: int
) -> list[Event]:
    """Return announced events that are not over and begin before ``until``, soonest first."""
    rows = await reading.all(
        _coming,
        guild_id=guild_id,
        **_sector(sector),
        **_key(after),
        **_from(now),
        until=to_micros(until),
        most=most,
    )
    return [_event(row) for row in rows]


async def past(
    reading: Reading, guild_id: int, sector: str, after: tuple[int, int], now: datetime, most: int
) -> list[Event]:
    """Return events that are over, latest first."""
    rows = await reading.all(_past, guild_id=guild_id, **_sector(sector), **_key(after), now=to_micros(now), most=most)
    return [_event(row) for row in rows]


async def mine(
    reading: Reading, guild_id: int, user_id: int, after: tuple[int, int], now: datetime, most: int
) -> list[Event]:
    """Return coming events that somebody has answered with anything but no, soonest first."""
    rows = await reading.all(_mine, guild_id=guild_id, user_id=user_id, **_key(after), now=to_micros(now), most=most)
    return [_event(row) for row in rows]


async def waiting_to_go(reading: Reading, guild_id: int, now: datetime, most: int) -> list[Event]:
    """Return drafts and scheduled events, soonest first."""
    shared = {"guild_id": guild_id, **_from(now), "most": most}
    drafts, scheduled = await reading.together((_drafts, shared), (_scheduled, shared))
    return [_event(row) for row in sorted([*drafts, *scheduled], key=lambda row: (row["starts_at"], row["id"]))[:most]]


def _from(now: datetime) -> dict[str, int]:
    return {"now": to_micros(now), "earliest": to_micros(now - MAX_DURATION)}


async def over(reading: Reading, now: datetime) -> list[Event]:
    """Return events of all servers that are over and not yet marked as held."""
    return [_event(row) for row in await reading.all(_over, now=to_micros(now))]


async def out_by_now(reading: Reading, now: datetime) -> list[Event]:
    """Return events of all servers whose scheduled post is due, not yet marked as announced."""
    return [_event(row) for row in await reading.all(_out_by_now, now=to_micros(now))]


async def old_drafts(reading: Reading, before: datetime) -> list[Event]:
    """Return drafts that nobody has touched since ``before``."""
    return [_event(row) for row in await reading.all(_old_drafts, before=to_micros(before))]


async def unfinished(reading: Reading, before: datetime) -> list[Event]:
    """Return drafts that nobody has touched since ``before`` and that never got more than their first form."""
    return [_event(row) for row in await reading.all(_unfinished, before=to_micros(before))]


async def unswept(reading: Reading, before: datetime) -> list[Event]:
    """Return events that ended before an instant, whose strangers' sign-ups are still kept."""
    return [_event(row) for row in await reading.all(_unswept, before=to_micros(before))]


async def mark_swept(tx: Transaction, event: Event) -> None:
    """Remember that the strangers' sign-ups of an event are gone."""
    await tx.run(_swept, guild_id=event.guild_id, event_id=event.id)


async def forget_author(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Take a person's id out of the events they announced or changed."""
    await tx.run(_forget_author, guild_id=guild_id, author_gone=user_id)
    await tx.run(_forget_editor, guild_id=guild_id, editor_gone=user_id)


def _sector(slug: str) -> dict[str, str]:
    return {"sector": slug, "pattern": f"%,{slug},%"}


def _key(after: tuple[int, int]) -> dict[str, int]:
    return {"after_start": after[0], "after_id": after[1]}


def _joined(parts: tuple[object, ...]) -> str:
    return f",{','.join(map(str, parts))}," if parts else ""


def _parted(text: str) -> list[str]:
    return [part for part in text.split(",") if part]


def _columns(event: Event) -> dict[str, object]:
    return {
        "state": event.stored.value,
        "title": event.title,
        "text": event.text,
        "starts_at": to_micros(event.starts),
        "ends_at": to_micros(event.ends),
        "zone": event.zone,
        "where": event.where,
        "link": event.link,
        "image": event.image,
        "alt": event.alt,
        "type": event.type,
        "sectors": _joined(event.sectors),
        "roles": _joined(event.roles),
        "capacity": event.capacity,
        "until_at": maybe_micros(event.until),
        "reminders": _joined(event.reminders),
        "closed": int(event.closed),
        "reason": event.reason,
        "sequence": event.sequence,
        "post_at": maybe_micros(event.post_at),
        "moved_from": maybe_micros(event.moved_from),
        "channel_id": event.channel_id,
        "split": int(event.split),
        "editor_id": event.editor_id,
        "changed_at": to_micros(event.changed_at),
    }


def _event(row: Row) -> Event:
    return Event(
        id=row["id"],
        guild_id=row["guild_id"],
        author_id=row["author_id"],
        stored=State(row["state"]),
        title=row["title"],
        text=row["text"],
        starts=from_micros(row["starts_at"]),
        ends=from_micros(row["ends_at"]),
        zone=row["zone"],
        where=row["where"],
        link=row["link"],
        image=row["image"],
        alt=row["alt"],
        type=row["type"],
        sectors=tuple(_parted(row["sectors"])),
        roles=tuple(int(part) for part in _parted(row["roles"])),
        capacity=row["capacity"],
        until=maybe_instant(row["until_at"]),
        reminders=tuple(int(part) for part in _parted(row["reminders"])),
        closed=bool(row["closed"]),
        reason=row["reason"],
        sequence=row["sequence"],
        post_at=maybe_instant(row["post_at"]),
        moved_from=maybe_instant(row["moved_from"]),
        channel_id=row["channel_id"],
        split=bool(row["split"]),
        editor_id=row["editor_id"],
        created_at=from_micros(row["created_at"]),
        changed_at=from_micros(row["changed_at"]),
    )
