"""Cards and their parts stay within Discord's limits, whatever they are given."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import discord
import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.layout import (
    COMPONENT_LIMIT,
    NEWS_ROOM,
    TEXT_LIMIT,
    bullets,
    button,
    card,
    channel_select,
    custom_id,
    link,
    option,
    picture,
    primary,
    role_select,
    row,
    select,
)
from tests import payloads, simhelp


def sent(view: ui.LayoutView) -> dict[str, Any]:
    """The body of a message with this view."""
    components = view.to_components()  # type: ignore[no-untyped-call]
    return {"components": components, "flags": payloads.V2_FLAG, "allowed_mentions": {"parse": []}}


def refused(view: ui.LayoutView, *files: str) -> list[payloads.Violation]:
    """What Discord would have against the view."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return payloads.check("POST", "/channels/1/messages", sent(view), list(files), now=now, permissions=None)


def shown(view: ui.LayoutView) -> list[str]:
    """The texts of the card, top to bottom."""
    return [part["content"] for part in simhelp.walk(sent(view)["components"]) if part["type"] == payloads.TEXT]


def test_an_id_says_version_door_and_ids() -> None:
    assert custom_id("pledge.step", 12, 75) == "1:pledge.step:12:75"
    assert custom_id("pledge.browse") == "1:pledge.browse"


def test_an_id_has_room_for_the_tail_of_a_form_or_is_refused() -> None:
    assert len(custom_id("x", "a" * 86)) == 90
    with pytest.raises(ValueError, match="too long"):
        custom_id("x", "a" * 87)


@pytest.mark.parametrize("bad", ["a:b", "a~b"])
def test_an_id_that_would_be_read_otherwise_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="custom_id"):
        custom_id("pledge.list", bad)


@given(st.lists(st.text(alphabet="ab \n", max_size=6000), min_size=1, max_size=6))
def test_no_card_is_too_long(parts: list[str]) -> None:
    view = card(*parts)
    texts = shown(view)
    assert sum(map(len, texts)) <= TEXT_LIMIT - NEWS_ROOM
    if any(part.strip() for part in parts):
        assert refused(view) == []


def test_the_longest_part_is_what_is_cut() -> None:
    view = card("head", "x" * 3000, "y" * 5000, "tail")
    head, x, y, tail = shown(view)
    assert (head, x, tail) == ("head", "x" * 3000, "tail")
    assert y.endswith("y\N{HORIZONTAL ELLIPSIS}")
    assert sum(map(len, (head, x, y, tail))) == TEXT_LIMIT - NEWS_ROOM


def test_a_cut_leaves_no_half_escape() -> None:
    for length in range(3990, 4010):
        (text,) = shown(card("a" * (length % 3) + "\\*" * 3000))
        assert (len(text) - len(text.rstrip("\N{HORIZONTAL ELLIPSIS}").rstrip("\\"))) <= 1


def test_what_is_not_there_leaves_no_gap() -> None:
    view = card("a", None, "  \n", row(None, None), "b")
    assert shown(view) == ["a", "b"]
    assert row(None) is None
    assert bullets([]) == ""


def test_a_full_card_is_within_the_limit() -> None:
    rows = [row(*(button(f"{r}{c}", "x", r, c) for c in range(5))) for r in range(6)]
    view = card("text", *rows)
    assert len(list(simhelp.walk(sent(view)["components"]))) <= COMPONENT_LIMIT
    assert refused(view) == []
    too_many = [row(*(button(f"{r}{c}", "x", r, c) for c in range(5))) for r in range(7)]
    with pytest.raises(ValueError, match="40"):
        card("text", *too_many)


def test_words_on_controls_are_cut_to_what_discord_takes() -> None:
    long = "word " * 60
    view = card(
        "text",
        row(button(long, "a"), primary(long, "b"), link(long, "https://example.org")),
        select("c", options=[option(long, n, description=long) for n in range(25)], placeholder=long, most=30),
        channel_select("d", placeholder=long, chosen=5),
        role_select("e", placeholder=long, chosen=[6, 7]),
        picture("p.png", long * 5),
    )
    assert refused(view, "p.png") == []


def test_an_option_without_words_still_shows() -> None:
    assert option("\u200b", 1).label == "\N{EN DASH}"
    assert option("a\nb", 1).label == "a b"


def test_a_select_of_nothing_chosen_marks_nothing() -> None:
    menu = channel_select("d", placeholder="Where").children[0]
    assert isinstance(menu, ui.ChannelSelect)
    assert menu.default_values == []
    assert set(menu.channel_types) == {discord.ChannelType.text, discord.ChannelType.news}


async def test_the_library_keeps_nothing_of_a_card() -> None:
    """What is pressed comes in through the doors, so no view may wait in the library's store."""
    assert card("text", row(button("a", "b"))).is_finished()
