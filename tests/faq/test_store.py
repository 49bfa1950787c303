"""Questions and votes on a real database: who is in what, and what leaves with a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.faq import store
from bot.faq.model import Question, State
from bot.storage.database import Transaction
from tests.world import World

OTHER = 999


async def write(world: World, work: Any) -> Any:
    return await world.services.database.write(work)


async def add(world: World, text: str, asker: int | None = None, *, guild: int | None = None, age: int = 0) -> int:
    at = world.services.clock() - timedelta(days=age)

    async def work(tx: Transaction) -> int:
        return await store.add(tx, guild or world.guild.id, text, text.casefold(), at, asker)

    return int(await write(world, work))


async def found(world: World, number: int, guild: int | None = None) -> Question | None:
    async with world.services.database.reading() as reading:
        return await store.find(reading, guild or world.guild.id, number)


async def test_a_question_comes_back_as_it_went_in_and_only_in_its_server(world: World) -> None:
    number = await add(world, "Is there a choir?", asker=5)
    question = await found(world, number)
    assert question is not None
    assert (question.text, question.asker_id, question.handed, question.named) == ("Is there a choir?", 5, True, False)
    assert (question.state, question.times, question.known_asker) == (State.OPEN, 1, None)
    assert question.asked_at == world.services.clock()
    assert await found(world, number, OTHER) is None


async def test_only_the_first_decision_counts(world: World) -> None:
    number = await add(world, "Is there a choir?", asker=5)

    async def decide(by: int, guild: int) -> bool:
        async def work(tx: Transaction) -> bool:
            return await store.decide(tx, guild, number, State.ANSWERED, by, world.services.clock(), answer=f"by {by}")

        return bool(await write(world, work))

    assert not await decide(6, OTHER)
    assert await decide(7, world.guild.id)
    assert not await decide(8, world.guild.id)
    question = await found(world, number)
    assert question is not None
    assert (question.answer, question.decided_by) == ("by 7", 7)


async def test_open_questions_page_downwards_by_id(world: World) -> None:
    numbers = [await add(world, f"question {i}") for i in range(4)]
    await add(world, "elsewhere", guild=OTHER)
    async with world.services.database.reading() as reading:
        page = await store.open_questions(reading, world.guild.id, 2**62, 3)
        rest = await store.open_questions(reading, world.guild.id, page[-1].id, 3)
    assert [question.id for question in (*page, *rest)] == numbers[::-1]


async def test_a_vote_is_one_per_person_and_entry_and_tells_what_it_was(world: World) -> None:
    async def vote(user: int, helpful: bool) -> bool | None:
        async def work(tx: Transaction) -> bool | None:
            return await store.change_vote(tx, world.guild.id, "x", user, helpful)

        return await world.services.database.write(work)

    assert await vote(1, True) is None
    assert await vote(2, True) is None
    assert await vote(1, False) is True
    assert await vote(1, False) is False

    async def gone(tx: Transaction) -> list[tuple[str, bool]]:
        return await store.drop_votes(tx, world.guild.id, 1)

    assert await write(world, gone) == [("x", False)]
    assert await write(world, gone) == []


async def test_a_person_goes_with_their_questions_and_off_those_they_answered(world: World) -> None:
    mine = await add(world, "mine", asker=5)
    answered = await add(world, "answered by me", asker=6)
    other = await add(world, "of somebody else", asker=6)

    async def work(tx: Transaction) -> list[int]:
        await store.decide(tx, world.guild.id, answered, State.CLOSED, 5, world.services.clock())
        return await store.drop_person(tx, world.guild.id, 5)

    assert await write(world, work) == [mine, answered]
    assert await found(world, mine) is None
    left = await found(world, answered)
    assert left is not None
    assert (left.decided_by, left.state) == (None, State.CLOSED)
    assert await found(world, other) is not None


@pytest.mark.parametrize(("handed", "stays"), [(True, True), (False, False)])
async def test_old_gaps_are_dropped_but_nothing_that_somebody_waits_for(
    world: World, handed: bool, stays: bool
) -> None:
    number = await add(world, "old", asker=5 if handed else None, age=200)

    async def work(tx: Transaction) -> int:
        return await store.drop_gaps(tx, world.services.clock() - timedelta(days=180))

    await write(world, work)
    assert (await found(world, number) is not None) is stays
