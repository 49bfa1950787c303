"""What the counters of sign-ups should say, counted from the answers themselves."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select

from bot.events.model import Answer
from bot.events.signup_store import signups
from bot.events.store import events
from bot.storage.database import Reading

# Of an event of long ago only the figures are left: there is nothing to count.
_kept_whole = (
    select(events.c.guild_id, events.c.id)
    .where(events.c.swept == 0, events.c.id > bindparam("after"))
    .order_by(events.c.id)
    .limit(bindparam("most"))
)
_tally = (
    select(signups.c.answer, signups.c.counted, func.count().label("people"))
    .where(signups.c.guild_id == bindparam("guild_id"), signups.c.event_id == bindparam("event_id"))
    .group_by(signups.c.answer, signups.c.counted)
)


async def kept_whole(reading: Reading, after: int, most: int) -> list[tuple[int, int]]:
    """Return (server, event) of the next ``most`` events whose every sign-up is kept."""
    return [(row["guild_id"], row["id"]) for row in await reading.all(_kept_whole, after=after, most=most)]


async def tally(reading: Reading, found: Sequence[tuple[int, int]]) -> list[list[tuple[Answer, bool, int]]]:
    """Return (answer, counted in public, people) of each event, from the answers themselves."""
    pages = await reading.together(*((_tally, {"guild_id": guild, "event_id": event}) for guild, event in found))
    return [[(Answer(row["answer"]), bool(row["counted"]), row["people"]) for row in rows] for rows in pages]
