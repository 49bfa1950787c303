"""The outbox: everything the bot will post, edit, delete or do later, as rows.

A row says what (kind, subject, server), never how it looks; it is written in the same unit of work
as its cause and rendered at delivery. States: queued -> claimed -> sent | failed | cancelled |
unknown, and held while the server has no channel for it. ``posts`` remembers which message stands
for which subject, so that a later row edits it.
"""

from __future__ import annotations

import secrets
from asyncio import Future, get_running_loop, wait_for
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, PrimaryKeyConstraint, Table, and_, bindparam, delete, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.clock import Clock
from bot.storage.database import Database, Reading, Row, Transaction
from bot.storage.schema import (
    from_micros,
    identity,
    instant,
    maybe_micros,
    metadata,
    number,
    snowflake,
    to_micros,
    words,
)

QUEUED, CLAIMED, SENT, FAILED, CANCELLED, UNKNOWN = "queued", "claimed", "sent", "failed", "cancelled", "unknown"
HELD = "held"

NONCE_WINDOW = timedelta(minutes=2)
"""How long a repeated nonce is trusted to be recognised: Discord says "in the past few minutes"."""

outbox = Table(
    "outbox",
    metadata,
    identity(),
    snowflake("guild_id"),
    words("kind"),
    number("subject_id"),
    snowflake("person_id", nullable=True),
    words("state"),
    instant("due_at"),
    instant("created_at"),
    number("attempts"),
    instant("first_try_at", nullable=True),
    words("nonce", nullable=True),
    snowflake("channel_id", nullable=True),
    snowflake("message_id", nullable=True),
    words("reason", nullable=True),
    Index("ix_outbox_due", "state", "due_at"),
    Index("ix_outbox_subject", "guild_id", "kind", "subject_id", "state"),
    Index("ix_outbox_person", "guild_id", "person_id"),
    sqlite_autoincrement=True,
)

posts = Table(
    "posts",
    metadata,
    snowflake("guild_id"),
    words("kind"),
    number("subject_id"),
    snowflake("person_id", nullable=True),
    snowflake("channel_id"),
    snowflake("message_id"),
    instant("changed_at"),
    PrimaryKeyConstraint("guild_id", "kind", "subject_id"),
    Index("ix_posts_person", "guild_id", "person_id"),
    Index("ix_posts_message", "message_id"),
)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One row as the worker sees it."""

    id: int
    guild_id: int
    kind: str
    subject_id: int
    person_id: int | None
    state: str
    due_at: datetime
    attempts: int
    first_try_at: datetime | None
    nonce: str | None
    channel_id: int | None
    message_id: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Post:
    """A message that stands for a subject."""

    channel_id: int
    message_id: int
    changed_at: datetime

    def url(self, guild_id: int) -> str:
        """Return the link that jumps to the message."""
        return f"https://discord.com/channels/{guild_id}/{self.channel_id}/{self.message_id}"


def _row(row: Row) -> OutboxRow:
    first = row["first_try_at"]
    return OutboxRow(
        id=row["id"],
        guild_id=row["guild_id"],
        kind=row["kind"],
        subject_id=row["subject_id"],
        person_id=row["person_id"],
        state=row["state"],
        due_at=from_micros(row["due_at"]),
        attempts=row["attempts"],
        first_try_at=None if first is None else from_micros(first),
        nonce=row["nonce"],
        channel_id=row["channel_id"],
        message_id=row["message_id"],
        reason=row["reason"],
    )


_same = and_(
    outbox.c.guild_id == bindparam("guild_id"),
    outbox.c.kind == bindparam("kind"),
    outbox.c.subject_id == bindparam("subject_id"),
)
_waits = or_(outbox.c.state == QUEUED, outbox.c.state == HELD)
_waiting = select(outbox.c.id, outbox.c.due_at, outbox.c.state).where(_same, _waits).limit(1)
_due = (
    select(outbox)
    .where(outbox.c.state == QUEUED, outbox.c.due_at <= bindparam("now"))
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(bindparam("most"))
)
_next_due = select(outbox.c.due_at).where(outbox.c.state == QUEUED).order_by(outbox.c.due_at).limit(1)
_claimed = select(outbox).where(outbox.c.state == CLAIMED)
_by_id = select(outbox).where(outbox.c.id == bindparam("row_id"))
_stuck = (
    select(outbox)
    .where(outbox.c.guild_id == bindparam("guild_id"), or_(outbox.c.state == FAILED, outbox.c.state == UNKNOWN))
    .order_by(outbox.c.id.desc())
    .limit(25)
)
_sooner = update(outbox).where(outbox.c.id == bindparam("row_id")).values(due_at=bindparam("due"), state=QUEUED)
_claim = (
    update(outbox)
    .where(outbox.c.id == bindparam("row_id"), outbox.c.state == QUEUED)
    .values(
        state=CLAIMED,
        attempts=outbox.c.attempts + 1,
        nonce=bindparam("new_nonce"),
        first_try_at=bindparam("tried"),
    )
)
_settle = (
    update(outbox)
    .where(outbox.c.id == bindparam("row_id"))
    .values(
        state=bindparam("new_state"),
        reason=bindparam("why"),
        due_at=bindparam("due"),
        channel_id=bindparam("channel"),
        message_id=bindparam("message"),
    )
)
_cancel = update(outbox).where(_same, _waits).values(state=CANCELLED)
_retry = (
    update(outbox)
    .where(outbox.c.guild_id == bindparam("guild_id"), outbox.c.id == bindparam("row_id"), outbox.c.state != SENT)
    .values(state=QUEUED, due_at=bindparam("due"), nonce=None, first_try_at=None, reason=None, attempts=0)
)
_dismiss = (
    update(outbox)
    .where(outbox.c.guild_id == bindparam("guild_id"), outbox.c.id == bindparam("row_id"), outbox.c.state != SENT)
    .values(state=CANCELLED)
)
_overtaken = delete(outbox).where(_same, outbox.c.state == FAILED, outbox.c.id < bindparam("row_id"))
_drop = delete(outbox).where(outbox.c.id == bindparam("row_id"))
_old = delete(outbox).where(
    or_(outbox.c.state == SENT, outbox.c.state == CANCELLED), outbox.c.created_at < bindparam("before")
)
_post_of = select(posts).where(
    posts.c.guild_id == bindparam("guild_id"),
    posts.c.kind == bindparam("kind"),
    posts.c.subject_id == bindparam("subject_id"),
)
_forget = delete(posts).where(
    posts.c.guild_id == bindparam("guild_id"),
    posts.c.kind == bindparam("kind"),
    posts.c.subject_id == bindparam("subject_id"),
)
_remember = upsert(posts).values(
    {
        name: bindparam(name)
        for name in ("guild_id", "kind", "subject_id", "person_id", "channel_id", "message_id", "changed_at")
    }
)
_remember = _remember.on_conflict_do_update(
    index_elements=["guild_id", "kind", "subject_id"],
    set_={
        "channel_id": _remember.excluded.channel_id,
        "message_id": _remember.excluded.message_id,
        "changed_at": _remember.excluded.changed_at,
    },
)


class Outbox:
    """Rows in and out; the worker in ``worker.py`` is what empties it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.wake: Callable[[], None] = lambda: None
        """Called after every commit that queued a row; the worker puts itself here."""
        self._watched: dict[int, Future[str]] = {}

    async def put(
        self,
        tx: Transaction,
        guild_id: int,
        kind: str,
        subject_id: int,
        *,
        person_id: int | None = None,
        due: datetime | None = None,
    ) -> int:
        """Queue a row in the caller's unit of work and return its id.

        A row of the same kind and subject that still waits is the same row: it will render what is
        true when it goes, so ten changes become one edit. ``person_id`` names whom the row is
        about or goes to, so that erasing a person finds it.
        """
        now = to_micros(self._clock())
        when = now if due is None else to_micros(due)
        tx.afterwards(lambda: self.wake())
        waiting = await tx.one(_waiting, guild_id=guild_id, kind=kind, subject_id=subject_id)
        if waiting is not None:
            if waiting["due_at"] != when or waiting["state"] == HELD:
                await tx.run(_sooner, row_id=waiting["id"], due=when)
            return int(waiting["id"])
        return await tx.insert(
            outbox,
            guild_id=guild_id,
            kind=kind,
            subject_id=subject_id,
            person_id=person_id,
            state=QUEUED,
            due_at=when,
            created_at=now,
            attempts=0,
        )

    async def cancel(self, tx: Transaction, guild_id: int, kind: str, subject_id: int) -> int:
        """Cancel what still waits for this subject; returns how many rows that was."""
        return await tx.run(_cancel, guild_id=guild_id, kind=kind, subject_id=subject_id)

    async def post_of(self, reading: Reading, guild_id: int, kind: str, subject_id: int) -> Post | None:
        """Return the message that stands for this subject, if one does."""
        row = await reading.one(_post_of, guild_id=guild_id, kind=kind, subject_id=subject_id)
        return None if row is None else Post(row["channel_id"], row["message_id"], from_micros(row["changed_at"]))

    async def find_post(self, guild_id: int, kind: str, subject_id: int) -> Post | None:
        """Like :meth:`post_of`, on a reader of its own."""
        async with self._database.reading() as reading:
            return await self.post_of(reading, guild_id, kind, subject_id)

    async def settled(self, row_id: int, seconds: float = 2.0) -> str:
        """Wait up to ``seconds`` for a row to leave the queue; returns its state then."""
        async with self._database.reading() as reading:
            row = await reading.one(_by_id, row_id=row_id)
        if row is None or row["state"] not in (QUEUED, CLAIMED):
            return CANCELLED if row is None else str(row["state"])
        future = self._watched.setdefault(row_id, get_running_loop().create_future())
        try:
            return await wait_for(future, seconds)
        except TimeoutError:
            return QUEUED
        finally:
            self._watched.pop(row_id, None)

    async def stuck(self, guild_id: int) -> list[OutboxRow]:
        """Return up to 25 rows of a server that failed or whose outcome is unknown, newest first."""
        async with self._database.reading() as reading:
            return [_row(row) for row in await reading.all(_stuck, guild_id=guild_id)]

    async def retry(self, guild_id: int, row_id: int) -> bool:
        """Queue a failed or unknown row again, as an organiser decided; False where there is none."""
        due = to_micros(self._clock())

        async def work(tx: Transaction) -> bool:
            tx.afterwards(lambda: self.wake())
            return await tx.run(_retry, guild_id=guild_id, row_id=row_id, due=due) > 0

        return await self._database.write(work)

    async def dismiss(self, guild_id: int, row_id: int) -> bool:
        """Leave a failed or unknown row be: it is there, or it is no longer wanted."""
        return await self._database.write(lambda tx: tx.run(_dismiss, guild_id=guild_id, row_id=row_id)) > 0

    # What the worker uses.

    async def claim(self, most: int) -> list[OutboxRow]:
        """Take up to ``most`` due rows; each carries the nonce that makes a repeat harmless."""
        now = to_micros(self._clock())
        async with self._database.reading() as reading:
            if not await reading.all(_due, now=now, most=1):
                return []

        async def work(tx: Transaction) -> list[OutboxRow]:
            taken = []
            for row in await tx.all(_due, now=now, most=most):
                nonce = row["nonce"] or secrets.token_hex(12)
                tried = row["first_try_at"] or now
                await tx.run(_claim, row_id=row["id"], new_nonce=nonce, tried=tried)
                fresh = await tx.one(_by_id, row_id=row["id"])
                assert fresh is not None
                taken.append(_row(fresh))
            return taken

        return await self._database.write(work)

    async def next_due(self) -> datetime | None:
        """Return when the next queued row is due, None while nothing waits."""
        async with self._database.reading() as reading:
            due = await reading.scalar(_next_due)
        return None if due is None else from_micros(due)

    async def left_claimed(self) -> list[OutboxRow]:
        """Return rows that a process claimed and never settled: at a start, those of the one before."""
        async with self._database.reading() as reading:
            return [_row(row) for row in await reading.all(_claimed)]

    async def settle(
        self,
        row: OutboxRow,
        state: str,
        *,
        reason: str | None = None,
        post: Post | None = None,
        gone: bool = False,
        due: datetime | None = None,
        then: str = "",
    ) -> None:
        """Record how a row ended. ``post`` remembers its message, ``gone`` forgets it, ``then`` queues what follows."""

        about = {"guild_id": row.guild_id, "kind": row.kind, "subject_id": row.subject_id}

        async def work(tx: Transaction) -> None:
            # What was queued while this one was under way waits for the channel in its place.
            replaced = state == HELD and await tx.one(_waiting, **about) is not None
            await tx.run(
                _settle,
                row_id=row.id,
                new_state=CANCELLED if replaced else state,
                why=reason,
                due=maybe_micros(due) or to_micros(row.due_at),
                channel=post.channel_id if post else row.channel_id,
                message=post.message_id if post else row.message_id,
            )
            if gone:
                await tx.run(_forget, **about)
            if post is not None:
                # As it stands now: whoever it is about may have been erased while the message was on its way.
                now = await tx.one(_by_id, row_id=row.id)
                await tx.run(
                    _remember,
                    **about,
                    person_id=now["person_id"] if now is not None else None,
                    channel_id=post.channel_id,
                    message_id=post.message_id,
                    changed_at=to_micros(post.changed_at),
                )
            if then:
                await self.put(tx, row.guild_id, then, row.subject_id)

        await self._database.write(work)
        if state != QUEUED and (waiting := self._watched.get(row.id)) is not None and not waiting.done():
            waiting.set_result(state)

    async def overtake(self, row: OutboxRow) -> None:
        """Let go of earlier rows of the same kind and subject that failed: this one says how it is now."""
        about = {"guild_id": row.guild_id, "kind": row.kind, "subject_id": row.subject_id}
        await self._database.write(lambda tx: tx.run(_overtaken, **about, row_id=row.id))

    async def drop(self, row: OutboxRow) -> None:
        """Keep nothing of a row."""
        await self._database.write(lambda tx: tx.run(_drop, row_id=row.id))

    async def tidy(self, before: datetime) -> None:
        """Forget settled rows older than ``before``; what stands is remembered in ``posts``."""
        await self._database.write(lambda tx: tx.run(_old, before=to_micros(before)))
