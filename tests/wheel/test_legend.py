"""The line below the wheel: a shape and a word for each state, wherever there is room for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.wheel.drawing import Drawing
from bot.wheel.gallery import sample
from bot.wheel.layout import WIDTH
from bot.wheel.legend import STATES, entries
from bot.wheel.measures import inside, measure

WORDS = ("Waiting", "Registered", "Active pledge", "Kept a pledge")


def wide(text: str) -> float:
    return len(text) * 13.0


def test_there_is_a_shape_and_a_word_for_each_state() -> None:
    made, height = entries(WORDS, wide, WIDTH, 900.0, 48.0)
    assert [(entry.state, entry.word) for entry in made] == list(zip(STATES, WORDS, strict=True))
    assert height == 48
    assert len({entry.gear.centre[1] for entry in made}) == 1


def test_long_words_stand_in_two_rows_and_endless_ones_not_at_all() -> None:
    made, height = entries(["Waiting for somebody"] * 4, wide, WIDTH, 900.0, 48.0)
    assert height == 96
    assert len({entry.gear.centre[1] for entry in made}) == 2
    assert entries(["x" * 60] * 4, wide, WIDTH, 900.0, 48.0) == ([], 0.0)


@pytest.mark.parametrize("words", [(), ("Waiting",), ("待機", "登録", "約束", "達成")])
def test_without_words_that_can_be_drawn_there_is_none(words: tuple[str, ...]) -> None:
    drawing = Drawing(replace(sample(5), legend=words))
    assert drawing.legend == []
    assert drawing.layout.height == Drawing(replace(sample(5), legend=())).layout.height


@pytest.mark.parametrize("words", ["en", "sv"])
@pytest.mark.parametrize("count", [1, 14, 24])
def test_it_meets_nothing_of_the_wheel(count: int, words: str) -> None:
    drawing = Drawing(sample(count, "half", "light", words))
    lowest = max(gear.centre[1] + gear.outer_radius for gear in drawing.layout.gears)
    assert all(entry.gear.centre[1] - entry.gear.outer_radius > lowest for entry in drawing.legend)
    assert measure(drawing).texts_touching == 0
    assert inside(drawing)
    assert len(drawing.legend) == 4
