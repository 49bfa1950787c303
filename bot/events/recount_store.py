"""What the counters of sign-ups should say, counted from the answers themselves."""

from __future__ import annotations

from sqlalchemy import and_, func, select

from bot.events.model import Answer
from bot.events.signup_store import signups
from bot.events.store import events
from bot.storage.database import Reading

# Of an event of long ago only the figures are left: there is nothing to count.
_kept_whole = select(events.c.guild_id, events.c.id).where(events.c.swept == 0)
_tally = (
    select(signups.c.guild_id, signups.c.event_id, signups.c.answer, signups.c.counted, func.count().label("people"))
    .join(events, and_(events.c.guild_id == signups.c.guild_id, events.c.id == signups.c.event_id))
    .where(events.c.swept == 0)
    .group_by(signups.c.guild_id, signups.c.event_id, signups.c.answer, signups.c.counted)
)


async def kept_whole(reading: Reading) -> dict[int, list[str]]:
    """Return server -> the counters' subjects of its events whose every sign-up is kept."""
    found: dict[int, list[str]] = {}
    for row in await reading.all(_kept_whole):
        found.setdefault(row["guild_id"], []).append(str(row["id"]))
    return found


async def tally(reading: Reading) -> list[tuple[int, str, Answer, bool, int]]:
    """Return (server, event as a counter's subject, answer, counted in public, people), from the answers themselves."""
    return [
        (row["guild_id"], str(row["event_id"]), Answer(row["answer"]), bool(row["counted"]), row["people"])
        for row in await reading.all(_tally)
    ]
