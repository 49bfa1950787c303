"""Delivery on the offline Discord: what arrives, how often, and what happens when Discord says no."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import discord
import pytest
from discord import ui

from bot.delivery.kinds import Kind, Message
from bot.delivery.outbox import NONCE_WINDOW, OutboxRow
from bot.servers.model import Channel
from bot.storage.database import Transaction
from bot.ui.layout import button, card, row
from tests import simhelp
from tests.world import World


class Notice:
    """A kind whose text a test changes; it counts how often it was rendered."""

    def __init__(self, world: World, **options: Any) -> None:
        self.world = world
        self.text: str | None = "first"
        self.channel = world.channels[Channel.IDEAS].id
        self.rendered = 0
        world.bot.worker._kinds["test.card"] = Kind("test.card", self.render, **options)

    def view(self) -> ui.LayoutView:
        return card(self.text or "", row(button("Push", "test.push", 7)))

    async def render(self, guild_id: int, subject_id: int) -> Message | None:
        self.rendered += 1
        return None if self.text is None else Message(channel_id=self.channel, view=self.view())

    async def put(self, **options: Any) -> int:
        async def work(tx: Transaction) -> int:
            return await self.world.services.outbox.put(tx, self.world.guild.id, "test.card", 7, **options)

        return await self.world.services.database.write(work)

    async def row(self) -> OutboxRow:
        from sqlalchemy import select

        from bot.delivery.outbox import _row, outbox

        async with self.world.services.database.reading() as reading:
            found = await reading.one(select(outbox).where(outbox.c.kind == "test.card").order_by(outbox.c.id.desc()))
        assert found is not None
        return _row(found)

    def posted(self) -> list[str]:
        return [simhelp.texts(m) for m in self.world.channels[Channel.IDEAS].history()]


async def test_ten_changes_are_one_post_and_later_ones_edit_it(world: World) -> None:
    notice = Notice(world)
    for _ in range(10):
        await notice.put()
    await world.settle(1)
    assert len(notice.posted()) == 1
    notice.text = "second"
    for _ in range(10):
        await notice.put()
    await world.settle(10)
    assert len(notice.posted()) == 1
    assert "second" in notice.posted()[0]
    assert notice.rendered == 2


async def test_nothing_to_show_takes_the_post_away(world: World) -> None:
    notice = Notice(world)
    await notice.put()
    await world.settle(10)
    notice.text = None
    await notice.put()
    await world.settle(10)
    assert notice.posted() == []
    assert await world.services.outbox.find_post(world.guild.id, "test.card", 7) is None


async def test_later_rows_wait_for_their_time(world: World) -> None:
    notice = Notice(world)
    await notice.put(due=world.services.clock() + timedelta(hours=1))
    await world.settle(60)
    assert notice.posted() == []
    await world.settle(3600)
    assert len(notice.posted()) == 1


async def test_discord_failing_for_a_while_loses_nothing_and_repeats_nothing(world: World) -> None:
    notice = Notice(world)
    world.env.inject_error("POST", f"/channels/{notice.channel}/messages", status=503, times=2)
    await notice.put()
    for _ in range(3):
        await world.settle(30)
    assert len(notice.posted()) == 1


async def test_a_missing_channel_is_kept_with_its_reason_and_can_be_tried_again(world: World) -> None:
    notice = Notice(world)
    right, notice.channel = notice.channel, 42
    await notice.put()
    await world.settle(10)
    stuck = await world.services.outbox.stuck(world.guild.id)
    assert [(row.kind, (row.reason or "").split(" ")[0]) for row in stuck] == [("test.card", "404/10003")]
    notice.channel = right
    assert await world.services.outbox.retry(world.guild.id, stuck[0].id)
    await world.settle(10)
    assert len(notice.posted()) == 1
    assert await world.services.outbox.stuck(world.guild.id) == []


async def test_another_server_can_not_touch_the_row(world: World) -> None:
    notice = Notice(world)
    notice.channel = 42
    await notice.put()
    await world.settle(10)
    row = (await world.services.outbox.stuck(world.guild.id))[0]
    assert await world.services.outbox.stuck(1) == []
    assert not await world.services.outbox.retry(1, row.id)
    assert not await world.services.outbox.dismiss(1, row.id)


@pytest.mark.parametrize("revive", [True, False])
async def test_a_post_deleted_by_hand_comes_back_only_where_it_should(world: World, revive: bool) -> None:
    notice = Notice(world, revive=revive)
    await notice.put()
    await world.settle(10)
    message = simhelp.post(world.channels[Channel.IDEAS])
    world.env.backend.delete_message(notice.channel, message.id)
    await notice.put()
    await world.settle(10)
    assert len(notice.posted()) == (1 if revive else 0)
    await notice.put()
    await world.settle(10)
    assert len(notice.posted()) == 1


async def test_a_rendering_fault_waits_and_recovers(world: World) -> None:
    notice = Notice(world)
    world.faults_expected = True
    render, notice.text = notice.render, "late"

    async def broken(guild_id: int, subject_id: int) -> Message | None:
        raise RuntimeError

    world.bot.worker._kinds["test.card"] = Kind("test.card", broken)
    await notice.put()
    await world.settle(1)
    world.bot.worker._kinds["test.card"] = Kind("test.card", render)
    await world.settle(20)
    assert len(notice.posted()) == 1


async def test_a_row_claimed_before_a_crash_is_repeated_with_its_nonce_while_that_is_safe(world: World) -> None:
    notice = Notice(world)
    await world.bot.worker.stop()
    row_id = await notice.put()
    claimed = await world.services.outbox.claim(5)
    assert [row.id for row in claimed] == [row_id]
    nonce = claimed[0].nonce
    world.bot.worker._stopping = False
    await world.bot.worker._recover()
    world.bot.worker.kick()
    await world.settle(10)
    assert (await notice.row()).nonce == nonce
    assert len(notice.posted()) == 1


async def test_a_claimed_row_past_the_window_is_looked_up_once(world: World) -> None:
    """The post is there: it is found by its buttons. Without it, organisers decide."""
    notice = Notice(world)
    await world.bot.worker.stop()
    await notice.put()
    await world.services.outbox.claim(5)
    world.bot.worker._stopping = False
    channel = world.bot.get_channel(notice.channel)
    assert isinstance(channel, discord.TextChannel)
    await channel.send(view=notice.view())
    await world.env.advance_time(NONCE_WINDOW.total_seconds() + 1)
    await world.bot.worker._recover()
    assert (await notice.row()).state == "sent"
    found = await world.services.outbox.find_post(world.guild.id, "test.card", 7)
    assert found is not None
    assert found.message_id == simhelp.post(world.channels[Channel.IDEAS]).id


async def test_an_unknown_outcome_is_never_repeated_by_itself(world: World) -> None:
    notice = Notice(world)
    await world.bot.worker.stop()
    await notice.put()
    await world.services.outbox.claim(5)
    world.bot.worker._stopping = False
    await world.env.advance_time(NONCE_WINDOW.total_seconds() + 1)
    await world.bot.worker._recover()
    world.bot.worker.kick()
    await world.settle(600)
    assert notice.posted() == []
    (stuck,) = await world.services.outbox.stuck(world.guild.id)
    assert stuck.state == "unknown"
    assert await world.services.outbox.retry(world.guild.id, stuck.id)
    await world.settle(10)
    assert len(notice.posted()) == 1


async def test_what_follows_a_new_post_is_queued_with_it_and_not_with_its_edits(world: World) -> None:
    notice = Notice(world)
    done = []

    async def render(guild_id: int, subject_id: int) -> Message | None:
        return Message(channel_id=world.somewhere.id, content="News for all who follow")

    async def act(client: discord.Client, guild_id: int, subject_id: int) -> str | None:
        done.append(subject_id)
        return None

    world.bot.worker._kinds["test.card"] = Kind("test.card", render, then="test.next")
    world.bot.worker._kinds["test.next"] = Kind("test.next", act=act)
    await notice.put()
    await world.settle(10)
    await notice.put()
    await world.settle(10)
    assert len(done) == 1
