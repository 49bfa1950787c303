"""Lists by key and the write that only the first of two gets."""

from __future__ import annotations

from dataclasses import replace

from bot.events import store
from bot.events.model import Event, State
from bot.storage.database import Transaction
from tests.events.planning import announced, moderator, planned, stored
from tests.world import World


async def test_the_second_of_two_writers_touches_nothing(world: World) -> None:
    event = await planned(world)

    async def work(tx: Transaction) -> tuple[bool, bool]:
        first = replace(event, title="first", changed_at=world.services.clock())
        second = replace(event, title="second", stored=State.CANCELLED)
        return await store.write(tx, event, first), await store.write(tx, event, second)

    await world.env.advance_time(1)
    assert await world.services.database.write(work) == (True, False)
    assert (await stored(world, event)).title == "first"


async def test_pages_hold_everything_once_in_order(world: World) -> None:
    same = [await announced(world, f"same {number}", "in 2 days 18:00") for number in range(4)]
    later = [await announced(world, f"later {number}", f"in {number + 3} days 12:00") for number in range(8)]
    actor = world.actor(world.anna)
    found: list[Event] = []
    after, sizes = "", []
    while True:
        page = await world.services.events.coming(actor, after=after)
        found += page.events
        sizes.append(len(page.events))
        after = page.after
        if not after:
            break
    assert [event.id for event in found] == [event.id for event in (*same, *later)]
    assert sizes == [5, 5, 2]


async def test_lists_by_sector_month_and_past(world: World) -> None:
    events, me, anna = world.services.events, moderator(world), world.actor(world.anna)
    one, two, *_ = world.services.content.sectors
    for_all = await announced(world, "for all", "in 2 days 18:00")
    for_one = await announced(world, "for one", "in 3 days 18:00")
    await events.choose_sectors(me, for_one.id, [one, "no-such"])
    next_month = await announced(world, "next month", "in 40 days 18:00")
    assert [e.id for e in (await events.coming(anna, sector=two)).events] == [for_all.id, next_month.id]
    assert [e.id for e in (await events.coming(anna, sector=one)).events] == [for_all.id, for_one.id, next_month.id]
    month = [e.id for e in (await events.coming(anna, when="month")).events]
    assert next_month.id not in month
    await world.pass_days(4)
    assert [e.id for e in (await events.coming(anna, when="past")).events] == [for_one.id, for_all.id]
    assert [e.id for e in (await events.coming(anna)).events] == [next_month.id]


async def test_a_key_that_nobody_wrote_is_the_first_page(world: World) -> None:
    event = await announced(world)
    for after in ("x", "1.y", "..", "'; drop"):
        page = await world.services.events.coming(world.actor(world.anna), after=after)
        assert [found.id for found in page.events] == [event.id]
