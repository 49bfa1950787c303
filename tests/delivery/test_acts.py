"""Rows that do something on Discord instead of posting: done once, tried again, and failed with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import discord
import pytest
from sqlalchemy import select

from bot.delivery.kinds import Kind, Message
from bot.delivery.outbox import NONCE_WINDOW, _row, outbox, posts
from bot.storage.database import Transaction
from tests.world import World


class Deed:
    """A kind that acts: it notes when it was done, and says no for as long as a test wants."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.done: list[tuple[int, int]] = []
        self.refusal: str | None = None
        self.fault: Exception | None = None
        world.bot.worker._kinds["test.deed"] = Kind("test.deed", act=self.act)

    async def act(self, client: discord.Client, guild_id: int, subject_id: int) -> str | None:
        assert client is self.world.bot
        if self.fault is not None:
            raise self.fault
        if self.refusal is None:
            self.done.append((guild_id, subject_id))
        return self.refusal

    async def put(self, subject: int = 7, times: int = 1, **options: Any) -> None:
        async def work(tx: Transaction) -> None:
            for _ in range(times):
                await self.world.services.outbox.put(tx, self.world.guild.id, "test.deed", subject, **options)

        await self.world.services.database.write(work)

    async def states(self) -> list[str]:
        async with self.world.services.database.reading() as reading:
            rows = await reading.all(select(outbox).where(outbox.c.kind == "test.deed").order_by(outbox.c.id))
            assert await reading.all(select(posts).where(posts.c.kind == "test.deed")) == []
        return [_row(row).state for row in rows]


class _Response:
    status, reason = 503, "Service Unavailable"


def refused(status: int, code: int) -> discord.HTTPException:
    """What discord.py raises for an answer of Discord's."""
    response: Any = _Response()
    response.status = status
    return discord.HTTPException(response, {"code": code, "message": "no"})


async def test_ten_causes_are_one_deed_and_no_post(world: World) -> None:
    deed = Deed(world)
    await deed.put(times=10)
    await world.settle(1)
    assert deed.done == [(world.guild.id, 7)]
    assert await deed.states() == ["sent"]


async def test_a_deed_for_later_waits_for_its_time(world: World) -> None:
    deed = Deed(world)
    await deed.put(due=world.services.clock() + timedelta(hours=1))
    await world.settle(60)
    assert deed.done == []
    await world.settle(3600)
    assert len(deed.done) == 1


async def test_what_can_not_be_done_is_kept_with_its_reason_and_tried_again(world: World) -> None:
    deed = Deed(world)
    deed.refusal = "too high"
    await deed.put()
    await world.settle(1)
    (stuck,) = await world.services.outbox.stuck(world.guild.id)
    assert stuck.reason == "too high"
    deed.refusal = None
    assert await world.services.outbox.retry(world.guild.id, stuck.id)
    await world.settle(1)
    assert await world.services.outbox.stuck(world.guild.id) == []
    assert len(deed.done) == 1


@pytest.mark.parametrize("refusal", ["too high", None])
async def test_a_later_row_speaks_for_those_that_failed_before(world: World, refusal: str | None) -> None:
    """A hundred refusals of the same thing are one line in the check, and none once it worked."""
    deed = Deed(world)
    deed.refusal = "too high"
    await deed.put(subject=8)
    for _ in range(3):
        await deed.put()
        await world.settle(1)
    deed.refusal = refusal
    await deed.put()
    await world.settle(1)
    stuck = [row.subject_id for row in await world.services.outbox.stuck(world.guild.id)]
    assert stuck == ([7, 8] if refusal else [8])


async def test_discord_failing_for_a_while_only_delays_it(world: World) -> None:
    deed = Deed(world)
    deed.fault = refused(503, 0)
    await deed.put()
    await world.settle(1)
    assert await deed.states() == ["queued"]
    deed.fault = None
    await world.settle(30)
    assert (len(deed.done), await deed.states()) == (1, ["sent"])


async def test_a_refusal_of_discord_fails_at_once_with_its_code(world: World) -> None:
    deed = Deed(world)
    deed.fault = refused(403, 50013)
    await deed.put()
    await world.settle(1)
    (stuck,) = await world.services.outbox.stuck(world.guild.id)
    assert (stuck.reason or "").startswith("403/50013")
    assert stuck.attempts == 1


async def test_a_fault_of_ours_is_tried_again_and_ends_as_a_failure(world: World) -> None:
    world.faults_expected = True
    deed = Deed(world)
    deed.fault = RuntimeError()
    await deed.put()
    for _ in range(10):
        await world.settle(301)
    (stuck,) = await world.services.outbox.stuck(world.guild.id)
    assert (stuck.reason or "").startswith("RuntimeError")


@pytest.mark.parametrize("late", [False, True])
async def test_a_deed_that_a_kill_interrupted_is_done_again_however_late(world: World, late: bool) -> None:
    deed = Deed(world)
    await world.bot.worker.stop()
    await deed.put()
    await world.services.outbox.claim(5)
    world.bot.worker._stopping = False
    if late:
        await world.env.advance_time(NONCE_WINDOW.total_seconds() + 1)
    await world.bot.worker._recover()
    world.bot.worker.kick()
    await world.settle(10)
    assert (len(deed.done), await deed.states()) == (1, ["sent"])


def test_a_kind_either_posts_or_acts() -> None:
    async def render(guild_id: int, subject_id: int) -> Message | None:
        return None

    async def act(client: discord.Client, guild_id: int, subject_id: int) -> str | None:
        return None

    with pytest.raises(ValueError, match="test"):
        Kind("test", render, act=act)
    with pytest.raises(ValueError, match="test"):
        Kind("test")


@pytest.mark.parametrize("trouble", [refused(403, 50013), RuntimeError("inner words"), "no right"])
async def test_the_log_names_the_row_and_not_the_person(
    world: World, caplog: pytest.LogCaptureFixture, trouble: Exception | str
) -> None:
    """The subject of an act on somebody is their id, and a log outlives what they erase."""
    world.faults_expected = True
    deed, person = Deed(world), 987654321012345678
    deed.refusal, deed.fault = (trouble, None) if isinstance(trouble, str) else (None, trouble)
    await deed.put(person)
    await world.settle()
    assert "test.deed" in caplog.text
    assert str(person) not in caplog.text
