"""The worker that empties the outbox: pacing, retries, nonces, and rows whose outcome nobody knows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import aiohttp
import discord

from bot.clock import Clock
from bot.delivery.kinds import Act, Kind, Message, Registry
from bot.delivery.outbox import (
    CANCELLED,
    FAILED,
    HELD,
    NONCE_WINDOW,
    QUEUED,
    SENT,
    UNKNOWN,
    Outbox,
    OutboxRow,
    Post,
)
from bot.errors import CogwheelError
from bot.logs import reference

_log = logging.getLogger(__name__)
_BATCH = 20
_MOST_ATTEMPTS = 8
_IDLE_SECONDS = 3600.0
"""A commit and a due date wake the worker; this only makes sure that nothing could ever keep it asleep."""
_UNKNOWN_MESSAGE = 10008


class Worker:
    """Delivers due rows one after another, when a commit queued one and when the next one is due.

    Nothing that a row does can end the delivery: a fault is logged with a reference, and the row
    waits for another try or is marked failed with its reason. The log names rows, never subjects: those can be people.
    """

    def __init__(self, client: discord.Client, outbox: Outbox, kinds: Registry, clock: Clock) -> None:
        self._client = client
        self._outbox = outbox
        self._kinds = kinds
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._again = False
        self._recovered = False
        self._stopping = False

    def start(self) -> None:
        """Begin delivering, first of all what an earlier process left. Call once the client is logged in."""
        self._outbox.wake = self.kick
        self.kick()

    def kick(self) -> None:
        """Look for due rows now, or once more after the round under way."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._stopping:
            return
        if self._task is not None and not self._task.done():
            self._again = True
            return
        self._task = asyncio.create_task(self._round(), name="outbox worker")

    async def idle(self) -> None:
        """Wait until the round under way is over."""
        while self._task is not None and not self._task.done():
            await asyncio.wait({self._task})

    async def stop(self, grace: float = 5.0) -> None:
        """End, letting the row under way finish for up to ``grace`` seconds."""
        self._stopping = True
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None and not self._task.done():
            done, _ = await asyncio.wait({self._task}, timeout=grace)
            if not done:
                self._task.cancel()
                await asyncio.wait({self._task}, timeout=1)

    async def _round(self) -> None:
        seconds = _IDLE_SECONDS
        try:
            if not self._recovered:
                await self._recover()
                self._recovered = True
            while not self._stopping and (rows := await self._outbox.claim(_BATCH)):
                await self._deliver_all(rows)
            due = await self._outbox.next_due()
            if due is not None:
                seconds = min(seconds, max(0.05, (due - self._clock()).total_seconds()))
        except Exception:
            _log.exception("the outbox worker stumbled and goes on (%s)", reference())
            seconds = 1.0
        if not self._stopping:
            again, self._again = self._again, False
            self._timer = asyncio.get_running_loop().call_later(0 if again else seconds, self.kick)

    async def _deliver_all(self, rows: Sequence[OutboxRow]) -> None:
        for row in rows:
            if self._stopping:
                await self._outbox.settle(row, QUEUED)
            else:
                await self._deliver(row)

    async def _recover(self) -> None:
        """Take up what an earlier process claimed: repeat inside the nonce window, look once beyond it.

        An act is simply done again: it finds what it did.
        """
        for row in await self._outbox.left_claimed():
            kind = self._kinds.get(row.kind)
            if kind is not None and kind.act is not None:
                await self._outbox.settle(row, QUEUED)
                continue
            standing = await self._outbox.find_post(row.guild_id, row.kind, row.subject_id)
            fresh = row.first_try_at is not None and self._clock() - row.first_try_at < NONCE_WINDOW
            if standing is not None or fresh:
                await self._outbox.settle(row, QUEUED)
                continue
            try:
                found = await self._look_up(row)
            except (discord.HTTPException, CogwheelError, aiohttp.ClientError):
                found = None
            if found is not None:
                await self._outbox.settle(row, SENT, post=found, then=kind.then if kind is not None else "")
            else:
                await self._outbox.settle(row, UNKNOWN, reason="unknown outcome")

    async def _look_up(self, row: OutboxRow) -> Post | None:
        """Search at most 100 messages after the first try for one that carries this row's buttons or words."""
        kind = self._kinds.get(row.kind)
        message = await kind.render(row.guild_id, row.subject_id) if kind is not None and kind.render else None
        if message is None or not message.has_place or row.first_try_at is None:
            return None
        channel = await self._destination(message)
        after = discord.Object(discord.utils.time_snowflake(row.first_try_at - timedelta(seconds=30)))
        wanted = _marks(message)
        me = self._client.user
        async for candidate in channel.history(limit=100, after=after):
            if me is not None and candidate.author.id == me.id and _marks_of(candidate) == wanted:
                return Post(candidate.channel.id, candidate.id, self._clock())
        return None

    async def _destination(self, message: Message) -> Any:
        if message.user_id is not None:
            person = self._client.get_user(message.user_id) or await self._client.fetch_user(message.user_id)
            return person.dm_channel or await person.create_dm()
        assert message.channel_id is not None, "a message goes to a channel or to a person"
        channel = self._client.get_channel(message.channel_id)
        return channel or await self._client.fetch_channel(message.channel_id)

    async def _deliver(self, row: OutboxRow) -> None:
        kind = self._kinds.get(row.kind)
        if kind is None:
            await self._outbox.settle(row, FAILED, reason="unknown kind")
            return
        try:
            if kind.act is not None:
                await self._do(row, kind.act, kind.personal)
            else:
                await self._post(row, kind)
        except discord.HTTPException as error:
            await self._refused(row, error)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            await self._later(row, type(error).__name__)
        except Exception as error:
            code = reference()
            _log.exception("delivering %s, row %s, failed (%s)", row.kind, row.id, code)
            await self._later(row, f"{type(error).__name__} ({code})")

    async def _do(self, row: OutboxRow, act: Act, personal: bool) -> None:
        await self._outbox.overtake(row)
        reason = await act(self._client, row.guild_id, row.subject_id)
        if reason is None:
            await self._outbox.settle(row, SENT)
            if personal:
                await self._outbox.drop(row)
        else:
            _log.warning("%s, row %s, can not be done: %s", row.kind, row.id, reason)
            await self._outbox.settle(row, FAILED, reason=reason)

    async def _post(self, row: OutboxRow, kind: Kind) -> None:
        assert kind.render is not None, "a kind renders or acts"
        standing = await self._outbox.find_post(row.guild_id, row.kind, row.subject_id)
        if standing is not None:
            ready = standing.changed_at + timedelta(seconds=kind.pace)
            if ready > self._clock():
                await self._outbox.settle(row, QUEUED, due=ready)
                return
        message = await kind.render(row.guild_id, row.subject_id)
        await self._bring_about(row, message, standing, kind)

    async def _bring_about(self, row: OutboxRow, message: Message | None, standing: Post | None, kind: Kind) -> None:
        if message is None:
            if standing is not None:
                await self._delete(standing)
            await self._outbox.settle(row, SENT if standing else CANCELLED, gone=True)
            return
        if not message.has_place:
            await self._outbox.settle(row, HELD, reason="no channel")
            return
        if standing is not None and message.user_id is None and standing.channel_id != message.channel_id:
            await self._delete(standing)
            standing = None
        if standing is not None:
            try:
                post = await self._edit(standing, message)
            except discord.NotFound as error:
                if error.code != _UNKNOWN_MESSAGE:
                    raise
                if not kind.revive:
                    await self._outbox.settle(row, CANCELLED, reason="deleted by hand", gone=True)
                    return
                post = await self._send(row, message)
        else:
            post = await self._send(row, message)
        is_new = standing is None or standing.message_id != post.message_id
        await self._outbox.settle(row, SENT, post=post, then=kind.then if is_new else "")
        if is_new and message.pin:
            await self._pin(post)

    async def _pin(self, post: Post) -> None:
        """Pin a new post. It is there either way, so a refusal is only logged."""
        channel: Any = self._client.get_partial_messageable(post.channel_id)
        try:
            await channel.get_partial_message(post.message_id).pin()
        except discord.HTTPException as error:
            _log.warning("not pinned: %s %s (%s)", error.status, error.code, reference())

    async def _send(self, row: OutboxRow, message: Message) -> Post:
        channel = await self._destination(message)
        options: dict[str, Any] = {"allowed_mentions": message.pings, "nonce": row.nonce}
        if message.view is not None:
            options["view"] = message.view
        if message.content is not None:
            options["content"] = message.content
        if message.embed is not None:
            options["embed"] = message.embed
        if message.files:
            options["files"] = list(message.files)
        sent = await channel.send(**options)
        return Post(sent.channel.id, sent.id, self._clock())

    async def _edit(self, standing: Post, message: Message) -> Post:
        channel = await self._destination(message)
        options: dict[str, Any] = {"allowed_mentions": message.pings, "attachments": list(message.files)}
        if message.view is not None:
            options["view"] = message.view
        if message.content is not None:
            options["content"] = message.content
        if message.embed is not None:
            options["embed"] = message.embed
        await channel.get_partial_message(standing.message_id).edit(**options)
        return Post(standing.channel_id, standing.message_id, self._clock())

    async def _delete(self, standing: Post) -> None:
        channel: Any = self._client.get_partial_messageable(standing.channel_id)
        try:
            await channel.get_partial_message(standing.message_id).delete()
        except discord.NotFound:
            pass

    async def _refused(self, row: OutboxRow, error: discord.HTTPException) -> None:
        if error.status in (400, 401, 403, 404):
            code = reference()
            _log.warning("Discord refused %s, row %s: %s %s (%s)", row.kind, row.id, error.status, error.code, code)
            await self._outbox.settle(row, FAILED, reason=f"{error.status}/{error.code} ({code})")
        else:
            await self._later(row, f"{error.status}/{error.code}")

    async def _later(self, row: OutboxRow, reason: str) -> None:
        if row.attempts >= _MOST_ATTEMPTS:
            await self._outbox.settle(row, FAILED, reason=reason)
            return
        wait = timedelta(seconds=min(300, 2**row.attempts))
        await self._outbox.settle(row, QUEUED, reason=reason, due=self._clock() + wait)


def _custom_ids(components: Sequence[Any]) -> list[str]:
    found = []
    for component in components:
        if isinstance(component, dict):
            if "custom_id" in component:
                found.append(str(component["custom_id"]))
            found += _custom_ids(component.get("components", ()))
            if accessory := component.get("accessory"):
                found += _custom_ids([accessory])
    return found


def _marks(message: Message) -> tuple[str, tuple[str, ...]]:
    components = message.view.to_components() if message.view is not None else []  # type: ignore[no-untyped-call]
    return message.content or "", tuple(_custom_ids(components))


def _marks_of(message: discord.Message) -> tuple[str, tuple[str, ...]]:
    return message.content or "", tuple(_custom_ids([component.to_dict() for component in message.components]))
