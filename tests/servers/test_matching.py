"""Channels and roles found by their names."""

from __future__ import annotations

import pytest

from bot.actor import Standing
from bot.servers.matching import match_channels, match_roles
from bot.servers.model import Channel


@pytest.mark.parametrize(
    ("name", "purpose"),
    [
        ("welcome", Channel.WELCOME),
        ("👋-välkommen", Channel.WELCOME),
        ("Frågor", Channel.QUESTIONS),
        ("idéer", Channel.IDEAS),
        ("våra-löften", Channel.PLEDGES),
        ("arrangörer", Channel.ORGANISERS),
        ("organizers", Channel.ORGANISERS),
        ("nyheter", Channel.ANNOUNCEMENTS),
    ],
)
def test_english_and_swedish_names_are_known(name: str, purpose: Channel) -> None:
    assert match_channels({1: "general", 2: name}) == {purpose: 2}


def test_the_exact_name_wins_over_one_that_holds_the_word() -> None:
    assert match_channels({1: "welcome-desk", 2: "welcome"}) == {Channel.WELCOME: 2}


def test_other_words_match_nothing() -> None:
    assert match_channels({1: "unwelcome", 2: "random", 3: ""}) == {}
    assert match_roles({1: "modern", 2: "Gäster"}) == {}


def test_roles_are_known_by_either_language() -> None:
    assert match_roles({1: "Arrangörer", 2: "Mods"}) == {Standing.ORGANISER: 1, Standing.MODERATOR: 2}
