"""The history of a pledge is only ever added to; erasing alone gets past, and leaves the door shut behind it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from bot.forgetting import forget
from bot.pledges.history_store import history
from bot.pledges.model import STEPS, Review, Status
from bot.storage.database import Transaction
from bot.storage.triggers import erasing, marks
from tests.pledges.room import ANNA, BEN, GUILD, OLGA, OTTO, Room, room


@pytest.fixture
async def past(tmp_path: Path) -> AsyncIterator[Room]:
    async with room(tmp_path) as made:
        await made.active(ANNA)
        yield made


CHANGES = {
    "delete": delete(history).where(history.c.id == 1),
    "delete all": delete(history),
    "rewrite": update(history).where(history.c.id == 1).values(reason="It was never so"),
    "unname": update(history).values(by_id=None),
    "another hand": update(history).where(history.c.id == 1).values(by_id=BEN),
    "replace": insert(history).prefix_with("OR REPLACE").values(
        id=1, guild_id=GUILD, pledge_id=1, act="approve", by_id=BEN, at=0, source="draft", target="active", reason=""
    ),
}  # fmt: skip


async def lines(past: Room) -> list[tuple[object, ...]]:
    async with past.services.database.reading() as reading:
        return [tuple(row) for row in await reading.all(select(history).order_by(history.c.id))]


@pytest.mark.parametrize("how", CHANGES)
async def test_no_statement_changes_what_happened(past: Room, how: str) -> None:
    before = await lines(past)
    assert len(before) == 3

    async def work(tx: Transaction) -> None:
        await tx.run(CHANGES[how])

    with pytest.raises(sqlite3.IntegrityError, match="only added to"):
        await past.services.database.write(work)
    assert await lines(past) == before


def test_nor_does_another_programme_on_the_file(past: Room) -> None:
    with closing(sqlite3.connect(past.path)) as other:
        for statement in ("DELETE FROM pledge_history", "UPDATE pledge_history SET act = 'decline'"):
            with pytest.raises(sqlite3.IntegrityError, match="only added to"):
                other.execute(statement)


async def test_erasing_takes_a_name_out_and_rewrites_nothing(past: Room) -> None:
    before = await lines(past)

    async def rewrite(tx: Transaction) -> None:
        async with erasing(tx, GUILD):
            await tx.run(update(history).where(history.c.id == 1).values(by_id=None, act="decline"))

    with pytest.raises(sqlite3.IntegrityError, match="only added to"):
        await past.services.database.write(rewrite)

    async def elsewhere(tx: Transaction) -> None:
        async with erasing(tx, GUILD + 1):
            await tx.run(CHANGES["delete all"])

    with pytest.raises(sqlite3.IntegrityError, match="only added to"):
        await past.services.database.write(elsewhere)
    assert await lines(past) == before
    await past.services.privacy.erase(GUILD, OTTO)
    after = await lines(past)
    assert str(OTTO) not in str(after)
    assert len(after) == len(before)
    await past.services.privacy.erase(GUILD, ANNA)
    assert str(ANNA) not in str(await lines(past))
    await shut(past)


async def test_what_waits_goes_with_its_maker_and_old_drafts_with_time(past: Room) -> None:
    kept = len(await lines(past))
    await past.handed_in(BEN)
    await past.services.privacy.erase(GUILD, BEN)
    await past.pledges.save_draft(past.person(ANNA), past.draft())
    past.pass_time(days=31)
    await past.pledges.sweep()
    assert len(await lines(past)) == kept
    await shut(past)


async def test_a_server_is_forgotten_whole(past: Room) -> None:
    assert await past.services.privacy.forget_server(GUILD) > 3
    assert await lines(past) == []
    await past.services.servers.choose(past.person(301), set_up=True)
    await past.register(ANNA)
    await past.active(ANNA, Review.AFTER)
    await forget(past.services.database, GUILD)
    assert await lines(past) == []


async def shut(past: Room) -> None:
    """Nothing of the mark is left, and the next change is refused again."""
    async with past.services.database.reading() as reading:
        assert await reading.all(select(marks)) == []
    with pytest.raises(sqlite3.IntegrityError, match="only added to"):
        await past.services.database.write(lambda tx: tx.run(CHANGES["delete all"]))


async def test_more_than_a_hundred_lines_show_the_newest(past: Room) -> None:
    anna = past.person(ANNA)
    for number in range(120):
        past.pass_time(minutes=1)
        await past.pledges.progress(anna, 1, progress=STEPS[number % 3])
    found = await past.pledges.history(past.person(OLGA), 1)
    assert len(found) == 100
    assert found[-1].at == past.now
    assert (found[-1].source, found[-1].target) == (Status.ACTIVE, Status.ACTIVE)
