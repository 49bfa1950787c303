"""The picture of a digest: read on a phone, told by pattern as well as by colour, and said in words."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import combinations
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PIL import Image

from bot.content.load import load
from bot.pledges.digest import cards
from bot.pledges.digest.drawing import WIDTH, Drawing, render
from bot.pledges.digest.model import Digest, Freshness, Month, Period, SectorLine, Totals, months, since
from bot.sectors.model import Change, State, arranged, own_slug
from bot.ui.words import LOCALES, speaking
from bot.wheel.figures import Figure
from bot.wheel.measures import line_contrast
from bot.wheel.model import Theme
from tests.world import ROOT, read_once

DAY = date(2026, 11, 23)
PHONE = 400
with read_once():
    CONTENT = load(ROOT / "data")
SLUGS = [own_slug(1, number) for number in range(1, 25)]
NAMES = ("Courts", "Telecommunications and broadcasting in the whole region", "Förtroendevalda", "NGOs", "W" * 50)
SECTORS = arranged(
    1,
    CONTENT,
    [
        *(Change(slug, state=State.RETIRED) for slug in CONTENT.sectors),
        *(Change(slug, NAMES[n % 5], NAMES[n % 5][:14], "🏫", State.ACTIVE) for n, slug in enumerate(SLUGS)),
    ],
)


def digest(sectors: int, most: int = 9, *, vague: float = 0.0, seed: int = 7) -> Digest:
    """A digest with figures up to ``most``; a share of them stands for a few more."""
    chance = random.Random(seed)

    def figure(of: int = 1) -> Figure:
        return Figure(chance.randint(0, most * of), chance.random() < vague)

    shown = tuple(Month(first, figure(), figure(5), figure()) for first in months(DAY))
    lines = tuple(SectorLine(slug, figure(), figure(3), figure()) for slug in SLUGS[:sectors])
    return Digest(
        datetime(2026, 11, 23, 12, tzinfo=UTC), Period.YEAR, since(DAY, Period.YEAR), DAY,
        Totals(*(figure() for _ in range(7))), shown[-1].active, Freshness(figure(4), figure(2), figure()),
        shown, lines, 14 if most else 0, timedelta(days=2) if most else None, 3 if most else 0, 100, None,
    )  # fmt: skip


SHEETS = [
    pytest.param(digest(1), "Coalition", id="one"),
    pytest.param(digest(8), "Coalition", id="eight"),
    pytest.param(digest(14, vague=0.4), "Coalition", id="masked"),
    pytest.param(digest(24, 9_999, vague=0.5), "W" * 60, id="full"),
    pytest.param(digest(24, 120), "A coalition with a name that needs two lines to be said", id="hundreds"),
    pytest.param(digest(8, 0), "Coalition", id="empty"),
    pytest.param(digest(8, 0, vague=1.0), "Coalition", id="a few of everything"),
]


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("found", "title"), SHEETS)
def test_everybody_can_read_it(found: Digest, title: str, locale: str, theme: Theme) -> None:
    with speaking(locale):
        drawing = Drawing(replace(cards.to_sheet(found, SECTORS, title), theme=theme))
    assert drawing.image.width == WIDTH
    assert min(word.size for word in drawing.words) * PHONE / WIDTH >= 11
    assert [(a.text, b.text) for a, b in combinations(drawing.words, 2) if a.box.meets(b.box)] == []
    for word in drawing.words:
        assert word.box.x >= 20, word.text
        assert word.box.x + word.box.width <= WIDTH - 20, word.text
        assert 20 <= word.box.y <= drawing.image.height - 20 - word.box.height, word.text
        assert line_contrast(cast(Any, SimpleNamespace(image=drawing.image, scale=1.0)), cast(Any, word)) >= 4.5, word


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_states_can_be_told_apart_without_colour(theme: Theme) -> None:
    """In grey, each pattern of the legend still has a share of light and dark of its own; and none of them is red."""
    drawing = Drawing(replace(cards.to_sheet(digest(4), SECTORS, "Coalition"), theme=theme))
    colours = cast(list[tuple[int, tuple[int, int, int]]], drawing.image.getcolors(2**24))
    reds = sum(count for count, (r, g, b) in colours if r > 150 and g < 90 and b < 90)
    assert reds == 0
    inks = drawing._inks
    assert len({inks[kind].pattern for kind in ("made", "active", "kept")}) == 3
    assert len({inks[kind].pattern for kind in ("fresh", "quiet", "stale")}) == 3


def test_a_few_look_the_same_for_one_and_for_many() -> None:
    """A masked figure has no number to give away: not in its words, not in the length of its bar."""
    sheet = cards.to_sheet(digest(8, 0, vague=1.0), SECTORS, "Coalition")
    amounts = [amount for column in sheet.months for amount in (column.made, column.active, column.kept)]
    amounts += [amount for line in sheet.sectors for amount in (line.made, line.active, line.kept)]
    assert {(amount.number, amount.label) for amount in amounts} == {(0, "few")}


def test_the_same_sheet_gives_the_same_small_file() -> None:
    sheet = cards.to_sheet(digest(24, 9_999), SECTORS, "Coalition")
    data = render(sheet)
    assert data == render(sheet)
    assert len(data) < 500_000
    assert Image.open(BytesIO(data)).mode == "RGB", "opaque, so that it stands on dark and on light"


def test_letters_that_the_font_lacks_leave_no_empty_boxes() -> None:
    sheet = cards.to_sheet(digest(2), SECTORS, "連盟")
    drawing = Drawing(
        replace(sheet, sectors=tuple(replace(line, name="裁判所", short="裁判所") for line in sheet.sectors))
    )
    assert all("連" not in word.text and "裁" not in word.text for word in drawing.words)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("found", "title"), SHEETS)
def test_the_same_is_said_for_those_who_hear_it(found: Digest, title: str, locale: str) -> None:
    with speaking(locale):
        sheet = cards.to_sheet(found, SECTORS, title)
        said = cards.alt_text(found, sheet)
    assert len(said) <= 1024
    assert sheet.subtitle in said
    if not found.empty:
        for tile in sheet.tiles:
            assert f"{tile.words} {tile.number}" in said
        for month in sheet.months:
            assert month.name in said


def test_in_words_a_short_digest_is_said_whole() -> None:
    sheet = cards.to_sheet(digest(3), SECTORS, "Coalition")
    said = cards.alt_text(digest(3), sheet)
    for line in sheet.sectors:
        assert f"{line.short} {line.made.label or 0}/{line.active.label or 0}/{line.kept.label or 0}" in said
    assert "more" not in said


def test_waiting_times_are_said_as_people_say_them() -> None:
    with speaking("en"):
        said = [cards.span_words(timedelta(hours=hours)) for hours in (0.2, 1, 30, 47, 60, 24 * 9)]
    assert said == ["under an hour", "1 hour", "30 hours", "47 hours", "2 days", "9 days"]
