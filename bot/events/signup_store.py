"""Tables and queries of sign-ups and reminders."""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table, and_, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.events.model import Answer, Event, Reminder, SignUp
from bot.storage.database import Reading, Row, Transaction
from bot.storage.schema import from_micros, identity, instant, metadata, number, snowflake, to_micros, words

signups = Table(
    "signups",
    metadata,
    snowflake("guild_id"),
    number("event_id"),
    snowflake("user_id"),
    words("answer"),
    number("counted"),
    instant("answered_at"),
    PrimaryKeyConstraint("guild_id", "event_id", "user_id"),
    Index("ix_signups_guild_id_user_id", "guild_id", "user_id", "event_id"),
    Index("ix_signups_queue", "guild_id", "event_id", "answer", "answered_at"),
)

reminders = Table(
    "event_reminders",
    metadata,
    identity(),
    snowflake("guild_id"),
    number("event_id"),
    snowflake("user_id"),
    number("hours"),
    Index("uq_event_reminders_person", "guild_id", "event_id", "user_id", "hours", unique=True),
    Index("ix_event_reminders_guild_id_user_id", "guild_id", "user_id"),
    sqlite_autoincrement=True,
)

_of_event = and_(signups.c.guild_id == bindparam("guild_id"), signups.c.event_id == bindparam("event_id"))
_signup = select(signups).where(_of_event, signups.c.user_id == bindparam("user_id"))
_everybody = select(signups).where(_of_event).order_by(signups.c.answered_at, signups.c.user_id)
_queue = (
    select(signups)
    .where(_of_event, signups.c.answer == Answer.WAITING)
    .order_by(signups.c.answered_at, signups.c.user_id)
    .limit(bindparam("most"))
)
_of_person = (
    select(signups)
    .where(signups.c.guild_id == bindparam("guild_id"), signups.c.user_id == bindparam("user_id"))
    .order_by(signups.c.event_id)
)
_answer = upsert(signups).values(
    {name: bindparam(name) for name in ("guild_id", "event_id", "user_id", "answer", "counted", "answered_at")}
)
_answer = _answer.on_conflict_do_update(
    index_elements=["guild_id", "event_id", "user_id"],
    set_={name: _answer.excluded[name] for name in ("answer", "counted", "answered_at")},
)
_take_back = delete(signups).where(_of_event, signups.c.user_id == bindparam("user_id"))

_reminders_of_event = select(reminders).where(
    reminders.c.guild_id == bindparam("guild_id"), reminders.c.event_id == bindparam("event_id")
)
_reminders_of_person = select(reminders).where(
    reminders.c.guild_id == bindparam("guild_id"), reminders.c.user_id == bindparam("user_id")
)
_reminder = select(reminders).where(
    reminders.c.guild_id == bindparam("guild_id"), reminders.c.id == bindparam("reminder_id")
)
_drop_reminder = delete(reminders).where(
    reminders.c.guild_id == bindparam("guild_id"), reminders.c.id == bindparam("reminder_id")
)


async def signup(reading: Reading, guild_id: int, event_id: int, user_id: int) -> SignUp | None:
    """Return what somebody answered."""
    row = await reading.one(_signup, guild_id=guild_id, event_id=event_id, user_id=user_id)
    return None if row is None else _signup_of(row)


async def everybody(reading: Reading, event: Event) -> list[SignUp]:
    """Return every answer to an event, in the order they came."""
    rows = await reading.all(_everybody, guild_id=event.guild_id, event_id=event.id)
    return [_signup_of(row) for row in rows]


async def queue(reading: Reading, event: Event, most: int) -> list[SignUp]:
    """Return the first of the waiting list."""
    rows = await reading.all(_queue, guild_id=event.guild_id, event_id=event.id, most=most)
    return [_signup_of(row) for row in rows]


async def of_person(reading: Reading, guild_id: int, user_id: int) -> list[SignUp]:
    """Return everything somebody answered in a server."""
    return [_signup_of(row) for row in await reading.all(_of_person, guild_id=guild_id, user_id=user_id)]


async def answer(tx: Transaction, given: SignUp) -> None:
    """Write an answer over the one before."""
    await tx.run(
        _answer,
        guild_id=given.guild_id,
        event_id=given.event_id,
        user_id=given.user_id,
        answer=given.answer.value,
        counted=int(given.counted),
        answered_at=to_micros(given.answered_at),
    )


async def take_back(tx: Transaction, guild_id: int, event_id: int, user_id: int) -> None:
    """Delete an answer."""
    await tx.run(_take_back, guild_id=guild_id, event_id=event_id, user_id=user_id)


async def add_reminder(tx: Transaction, guild_id: int, event_id: int, user_id: int, hours: int) -> int:
    """Insert a reminder and return its id."""
    return await tx.insert(reminders, guild_id=guild_id, event_id=event_id, user_id=user_id, hours=hours)


async def drop_reminder(tx: Transaction, reminder: Reminder) -> None:
    """Delete a reminder."""
    await tx.run(_drop_reminder, guild_id=reminder.guild_id, reminder_id=reminder.id)


async def find_reminder(reading: Reading, guild_id: int, reminder_id: int) -> Reminder | None:
    """Return a reminder."""
    row = await reading.one(_reminder, guild_id=guild_id, reminder_id=reminder_id)
    return None if row is None else _reminder_of(row)


async def reminders_of(reading: Reading, event: Event) -> list[Reminder]:
    """Return everybody's reminders of an event."""
    rows = await reading.all(_reminders_of_event, guild_id=event.guild_id, event_id=event.id)
    return [_reminder_of(row) for row in rows]


async def reminders_for(reading: Reading, guild_id: int, user_id: int) -> list[Reminder]:
    """Return somebody's reminders in a server."""
    rows = await reading.all(_reminders_of_person, guild_id=guild_id, user_id=user_id)
    return [_reminder_of(row) for row in rows]


def _signup_of(row: Row) -> SignUp:
    return SignUp(
        guild_id=row["guild_id"],
        event_id=row["event_id"],
        user_id=row["user_id"],
        answer=Answer(row["answer"]),
        counted=bool(row["counted"]),
        answered_at=from_micros(row["answered_at"]),
    )


def _reminder_of(row: Row) -> Reminder:
    return Reminder(row["id"], row["guild_id"], row["event_id"], row["user_id"], row["hours"])
