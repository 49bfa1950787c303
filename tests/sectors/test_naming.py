"""Names that look the same, emoji that Discord would refuse, and letters that the wheel can not write."""

from __future__ import annotations

import pytest

from bot.content.model import Localised, Sector
from bot.errors import Invalid
from bot.sectors.naming import beside_cog, checked, checked_emoji, clash, look

NOTHING = Localised({"en": ""})


def sector(slug: str, short: str = "", **names: str) -> Sector:
    return Sector(slug, "🏫", Localised(names), Localised({"en": short or names["en"]}), NOTHING, NOTHING)


@pytest.mark.parametrize(
    "other",
    [
        "police",
        "POLICE",
        "Pоlice",
        "Polícé",
        "P o l i c e",
        "Police.",
        "The Police",
        "P0lice",
        "Ｐｏｌｉｃｅ",
        "Poliсe",
        "Po-lice",
    ],
)
def test_names_that_the_eye_takes_for_one_another_clash(other: str) -> None:
    assert clash(sector("a", en=other), [sector("b", en="Police")]) is not None


@pytest.mark.parametrize("other", ["Palace", "Policy", "Polis", "Police unions", "Border police", "Pollice"])
def test_other_words_do_not_clash(other: str) -> None:
    assert clash(sector("a", en=other), [sector("b", en="Police")]) is None


def test_a_name_in_one_language_clashes_with_a_short_name_in_another() -> None:
    there = sector("b", en="Law enforcement", short="Police", sv="Polisen")
    assert clash(sector("a", en="Polisen"), [there]) is there
    assert clash(sector("a", en="Police", short="Blue"), [there]) is there
    assert clash(there, [there]) is None, "a sector does not stand in its own way"


def test_names_in_other_scripts_are_told_apart() -> None:
    assert look("学校") != look("警察")
    assert look("مدارس") != look("शिक्षा") != ""
    assert look("Školy") == look("skoly")


@pytest.mark.parametrize("typed", ["🏫", "⚖️", "⚖", "🕊️", "✈️", "🩺"])
def test_one_plain_emoji_is_taken_as_typed(typed: str) -> None:
    assert checked_emoji(typed) == typed


@pytest.mark.parametrize(
    "typed",
    [
        "A",
        "é",
        "字",
        "1",
        "1️⃣",
        "🏫🏫",
        "👩‍🏫",
        "👍🏽",
        "🇸🇪",
        ":school:",
        "<:school:123456789012345678>",
        "!",
        "©",
        "\u200d",
        "ﷺ",
    ],
)
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_emoji(typed)
    assert (refused.value.field, refused.value.why) == ("emoji", "no emoji")


def test_no_emoji_at_all_is_fine() -> None:
    assert checked_emoji("") == checked_emoji("\N{VARIATION SELECTOR-16}") == ""


@pytest.mark.parametrize(
    ("name", "short", "field", "why"),
    [
        ("", "Short", "sector_name", "empty"),
        ("x" * 51, "", "sector_name", "too long"),
        ("Fine", "x" * 15, "short", "too long"),
        ("***", "", "sector_name", "no letters"),
        ("Fine", "!?", "short", "no letters"),
        ("We at @everyone", "", "sector_name", "mention"),
        ("Fine", "<@1> friends", "short", "mention"),
    ],
)
def test_names_that_do_not_fit(name: str, short: str, field: str, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(name, short, "")
    assert (refused.value.field, refused.value.why) == (field, why)


def test_the_short_name_is_made_where_none_was_typed() -> None:
    assert checked("Faith communities", "", "🕊️") == ("Faith communities", "Faith", "🕊️")


@pytest.mark.parametrize("short", ["Школы", "Åäö", "Łódź", "Σχολεία", "R&D"])
def test_what_the_wheel_can_write(short: str) -> None:
    assert beside_cog(sector("own.1.1", short, en="学校"), "en") == short


def test_what_the_wheel_writes_instead() -> None:
    assert beside_cog(sector("own.1.1", "学校", en="Schools"), "en") == "Schools"
    assert beside_cog(sector("own.1.1", "学校", en="学校"), "en") == "…"
    assert beside_cog(sector("schools", "学校", en="学校"), "en") == "Schools"
