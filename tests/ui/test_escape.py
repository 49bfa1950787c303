"""Text from people comes out inert, whatever is in it."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.escape import clean, clean_line, plain, quiet

# What tricks are made of, so that random text holds some.
TRICKS = [
    "@everyone", "@here", "@", "everyone", "<@1>", "<@!1>", "<@&1>", "<#1>", "</make:1>", "<t:1:F>", "<a:x:1>",
    "<id:home>", "<https://x.org>", "<", ">", "[a](https://evil.example)", "[", "]", "(", ")", "](", "https://",
    "HTTP://x", "discord://-/x", "steam://run/1", "discord.gg/abc", "discord.com/invite/abc",
    "ptb.discord.com/invite/x", "dsc.gg/x", "discord", ".gg/", "www.", "\\", "\\\\", "*", "**", "_", "__", "~~",
    "`", "```", "||", "#", "# ", "-# ", "- ", "1. ", "> ", ">>> ", "\n", "\r\n", "\t", "\u202e", "\u2066",
    "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u3164", "\uffa0", "\u2800", "\U000e0041", "\ud83d",
    "\u0301", "e", "\ufe0f", "\U0001f469", "\U0001f4bb", "\x00", "\x85", "\u2028", " ", "a",
]  # fmt: skip
TEXTS = st.one_of(st.lists(st.sampled_from(TRICKS), max_size=14).map("".join), st.text(max_size=60))

MENTION = re.compile(r"@(everyone|here)|<@|<#|</|<t:|<a?:|<id:|<sound:", re.IGNORECASE)
INVITE = re.compile(r"(discord\.gg|discord(app)?\.com/invite|dsc\.gg)/\S", re.IGNORECASE)
LIVE_LINK = re.compile(r"[a-z][a-z0-9+.-]*:/{1,2}[^\s/]", re.IGNORECASE)
HIDING = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u3164\uffa0\u115f\u1160\ufeff\u00ad]")


def unescaped(text: str, mark: str) -> bool:
    """Whether ``mark`` stands somewhere behind an even number of backslashes, where Discord takes it at its word."""
    return any(len(found[1]) % 2 == 0 for found in re.finditer(r"(\\*)" + re.escape(mark), text))


@given(TEXTS)
def test_nothing_in_quiet_text_is_alive(text: str) -> None:
    shown = quiet(text)
    assert not MENTION.search(shown)
    assert not INVITE.search(shown)
    assert not LIVE_LINK.search(shown)
    assert not HIDING.search(shown)
    for mark in ("[", "]", "*", "_", "~", "`", "|", "#", ">"):
        assert not unescaped(shown, mark), mark
    assert not re.search(r"^\s*(-|\d+\.) ", shown, re.MULTILINE), "a list of somebody else's making"


@given(TEXTS)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert clean_line(clean_line(text)) == clean_line(text)
    assert unicodedata.is_normalized("NFC", once)
    assert not HIDING.search(once)
    assert "\n\n\n" not in once
    once.encode()  # half a character can be neither stored nor sent


@given(TEXTS)
def test_a_line_is_one_line_within_its_limit(text: str) -> None:
    assert "\n" not in clean_line(text)
    assert len(plain(text, 20)) <= 20
    assert len(quiet(text, 10)) <= 10 * 4


@pytest.mark.parametrize("blank", ["", "  \n ", "\u200b", "\u200d", "\ufe0f", "\u3164", "\u2800\u2800", "\x00"])
def test_what_shows_nothing_is_empty(blank: str) -> None:
    """Else a required field could be filled with nothing to see."""
    assert clean(blank) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Vi håller en föreläsning för 120 lärare - våren 2027.",
        "किताब, العربية, 中文, Zażółć gęślą jaźń",
        "team \U0001f469\u200d\U0001f4bb and \u2764\ufe0f\u200d\U0001f525",
        "a\n\nb",
        "क्\u200dष",
        "می\u200cخواهم",
    ],
)
def test_ordinary_text_of_any_script_is_left_alone(text: str) -> None:
    assert clean(text) == text


def test_people_still_read_what_was_typed() -> None:
    text = "50 % done (see *note*) at https://example.org/a_b, ask @ben <3"
    assert re.sub(r"[\\\u200b]", "", quiet(text)) == text


def test_a_cut_is_seen() -> None:
    assert quiet("word " * 10, 12) == "word word w\N{HORIZONTAL ELLIPSIS}"
    assert plain("word " * 10, 11) == "word word\N{HORIZONTAL ELLIPSIS}"
