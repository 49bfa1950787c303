"""What happens to posts when a server chooses a channel: what waited for one goes out, what stood elsewhere moves."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, func, or_, select, update

from bot.delivery.outbox import FAILED, HELD, QUEUED, Outbox, outbox, posts
from bot.storage.database import Reading, Transaction
from bot.storage.schema import to_micros

MOST_MOVED = 200
"""Posts that follow a purpose into its new channel, newest first; older ones stay where people know them."""

_BETWEEN = timedelta(seconds=1)
_NO_WAY_IN = ("403/50001%", "403/50013%", "404/10003%")
"""How a failed row begins its reason: missing access, missing permission, unknown channel (Discord's JSON codes)."""

_here = outbox.c.guild_id == bindparam("in_guild")
_release = (
    update(outbox)
    .where(
        _here,
        or_(
            outbox.c.state == HELD,
            and_(outbox.c.state == FAILED, or_(*(outbox.c.reason.like(like) for like in _NO_WAY_IN))),
        ),
    )
    .values(state=QUEUED, due_at=bindparam("due"), nonce=None, first_try_at=None, reason=None, attempts=0)
)
_held = (
    select(func.count()).select_from(outbox).where(outbox.c.guild_id == bindparam("guild_id"), outbox.c.state == HELD)
)
_standing = (
    select(posts.c.kind, posts.c.subject_id, posts.c.person_id)
    .where(posts.c.guild_id == bindparam("guild_id"), posts.c.channel_id == bindparam("channel_id"))
    .order_by(posts.c.changed_at.desc())
    .limit(MOST_MOVED)
)


async def release(tx: Transaction, box: Outbox, guild_id: int, now: datetime) -> int:
    """Queue again what waited for a channel or failed for want of one; returns how many rows that was."""
    tx.afterwards(lambda: box.wake())
    return await tx.run(_release, in_guild=guild_id, due=to_micros(now))


async def move(tx: Transaction, box: Outbox, guild_id: int, channel_id: int, now: datetime) -> int:
    """Queue what stands in a channel that was given up, so that each goes where its purpose is now.

    A post whose purpose is still that channel is edited in place. One a second, so that new posts
    go out in between. Returns how many follow.
    """
    standing = await tx.all(_standing, guild_id=guild_id, channel_id=channel_id)
    for place, row in enumerate(standing):
        due = now + place * _BETWEEN
        await box.put(tx, guild_id, row["kind"], row["subject_id"], person_id=row["person_id"], due=due)
    return len(standing)


async def held(reading: Reading, guild_id: int) -> int:
    """Return how many posts wait for a channel."""
    return int(await reading.scalar(_held, guild_id=guild_id) or 0)
