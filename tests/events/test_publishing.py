"""A notice is sent on to the servers that follow the channel: once, and also after a kill in between."""

from __future__ import annotations

from typing import Any

import pytest

from bot.servers.model import Channel
from tests import simhelp
from tests.events.planning import announced
from tests.world import World


def crossposts(world: World) -> list[Any]:
    return [request for request in world.watch.requests if request.path.endswith("/crosspost")]


async def test_a_notice_is_published_once(world: World) -> None:
    event = await announced(world)
    await world.settle()
    await world.settle()
    assert len(crossposts(world)) == 1
    assert "Open evening" in simhelp.texts(simhelp.post(world.channels[Channel.ANNOUNCEMENTS], "Open evening"))
    assert await world.services.outbox.stuck(event.guild_id) == []


@pytest.mark.parametrize("published", [False, True])
async def test_a_kill_between_posting_and_publishing_loses_and_repeats_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, published: bool
) -> None:
    """The process dies before Discord is asked, or after it did it and before that was written down."""
    worker = world.bot.worker
    original = worker._do

    async def dies(*arguments: Any) -> None:
        if published:
            event_id = arguments[0].subject_id
            await arguments[1](world.bot, world.guild.id, event_id)
        worker._stopping = True  # nothing more is done or written down by this process

    monkeypatch.setattr(worker, "_do", dies)
    await announced(world)
    await world.settle()
    assert len(crossposts(world)) == int(published)
    monkeypatch.setattr(worker, "_do", original)
    await world.restart()
    await world.settle()
    await world.settle()
    assert len(crossposts(world)) == 1 + int(published), "asked again, Discord says that it is done"
    assert await world.services.outbox.stuck(world.guild.id) == []
    notices = [m for m in world.channels[Channel.ANNOUNCEMENTS].history() if m.embeds]
    assert len(notices) == 1


async def test_a_refusal_is_seen_by_the_caretakers(world: World) -> None:
    world.env.inject_error("POST", "*/crosspost", status=403, code=50013, message="Missing Permissions", times=None)
    await announced(world)
    await world.settle()
    (stuck,) = await world.services.outbox.stuck(world.guild.id)
    assert stuck.kind == "event.publish"
    assert "Sending an announcement on" in simhelp.texts(await world.ada.slash(world.somewhere, "setup check"))
