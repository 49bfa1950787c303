"""/review export, as organisers use it."""

from __future__ import annotations

import pytest

from bot.errors import StorageUnavailable
from bot.tables import metadata
from tests import simhelp
from tests.cogs import pledging
from tests.world import World


async def recorded(world: World) -> list[tuple[str, str, int, str]]:
    async with world.services.database.reading() as reading:
        rows = await reading.all(metadata.tables["pledge_exports"].select())
    return [(row["audience"], row["format"], row["rows"], row["reason"]) for row in rows]


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
async def test_the_board_gets_its_file_at_once(world: World, kind: str) -> None:
    await world.register(world.anna)
    await pledging.active(world, world.anna)
    answer = await world.olga.slash(world.somewhere, "review export", file=kind, **{"for": "board"})
    said = simhelp.texts(answer)
    assert "1 pledge, as it stood" in said
    assert f".{kind}" in said
    assert "a name only where somebody chose to be named" in said
    assert answer.ephemeral
    assert await recorded(world) == [("board", kind, 1, "")]


async def test_everything_is_handed_over_for_a_reason(world: World) -> None:
    await world.register(world.anna, visibility="organisers")
    await pledging.active(world, world.anna)
    form = await world.olga.slash(world.somewhere, "review export", file="csv", **{"for": "internal"})
    assert await recorded(world) == []
    answer = await simhelp.submit(world.olga, form, {"reason": "Annual report to the funders"})
    assert "Keep it safe" in simhelp.texts(answer)
    assert await recorded(world) == [("internal", "csv", 1, "Annual report to the funders")]


async def test_a_reason_of_blanks_comes_back_to_be_fixed(world: World) -> None:
    form = await world.olga.slash(world.somewhere, "review export", file="csv", **{"for": "internal"})
    answer = await simhelp.submit(world.olga, form, {"reason": " \u200b "})
    assert "Fix it" in simhelp.buttons(answer)
    assert await recorded(world) == []
    again = await simhelp.press(world.olga, answer, "Fix it")
    assert "Keep it safe" in simhelp.texts(await simhelp.submit(world.olga, again, {"reason": "Annual report"}))


@pytest.mark.parametrize(
    ("fault", "words"), [(RuntimeError("inner words"), "this reference:"), (StorageUnavailable("locked"), "try again")]
)
async def test_a_failure_answers(world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception, words: str) -> None:
    world.faults_expected = True

    async def fails(*args: object, **options: object) -> None:
        raise fault

    monkeypatch.setattr(type(world.services.exports), "take", fails)
    answer = await world.olga.slash(world.somewhere, "review export", file="csv", **{"for": "board"})
    assert words in simhelp.texts(answer)
    form = await world.olga.slash(world.somewhere, "review export", file="csv", **{"for": "internal"})
    answer = await simhelp.submit(world.olga, form, {"reason": "Annual report"})
    assert words in simhelp.texts(answer)
    assert "inner words" not in simhelp.texts(answer)
