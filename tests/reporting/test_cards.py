"""Where to turn: every country, every kind, both languages, within Discord's limits and without unchecked details."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from discord import ui

from bot.content.load import load
from bot.content.model import Anonymous, Content
from bot.errors import TextStopped
from bot.guard.model import Kind
from bot.privacy.cards import notice_card
from bot.privacy.model import Notice
from bot.reporting import cards, help_cards
from bot.reporting.model import categories_for, country_of, find_countries, home_country, routes_in
from bot.ui.layout import button
from bot.ui.words import LOCALES, speaking
from tests import simhelp

ROOT = Path(__file__).resolve().parents[2]
CONTENT = load(ROOT / "data")
OTHER = load(ROOT / "tests" / "content" / "road-safety")
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(params=LOCALES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with speaking(request.param):
        yield request.param


def words(view: ui.LayoutView) -> str:
    return simhelp.texts({"components": view.to_components()})  # type: ignore[no-untyped-call]


def text_of(view: ui.LayoutView) -> str:
    """The text displays alone, which Discord counts."""
    return "\n".join(item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay))


def fits(view: ui.LayoutView) -> None:
    assert view.content_length() <= 4000
    assert len(list(view.walk_children())) <= 40
    for item in view.walk_children():
        if isinstance(item, ui.Select):
            assert 1 <= len(item.options) <= 25


def checked(content: Content) -> Content:
    """The same pack with every route checked today and as long as it can be."""
    routes = {
        slug: replace(
            route, reviewed_by="A person", reviewed_on=TODAY, phone="0800 12 34 567", anonymous=Anonymous.YES,
            url=f"{route.home}/{'x' * 60}",
        )
        for slug, route in content.routes.items()
    }  # fmt: skip
    return replace(content, routes=routes)


@pytest.mark.parametrize("content", [CONTENT, checked(CONTENT)], ids=["as shipped", "checked"])
@pytest.mark.parametrize("country", [None, *CONTENT.countries])
def test_every_country_and_kind_fits(content: Content, country: str | None, language: str) -> None:
    number = content.countries[country or "SE"].emergency
    for about in (None, *content.categories):
        view = cards.where_to_turn(content, TODAY, country, about, guessed=True)
        fits(view)
        assert number in text_of(view)


@pytest.mark.parametrize("country", CONTENT.countries)
def test_everything_a_country_has_is_shown_or_one_choice_away(country: str, language: str) -> None:
    everything = text_of(cards.where_to_turn(CONTENT, TODAY, country))
    for category, routes in routes_in(CONTENT, country):
        one_kind = text_of(cards.where_to_turn(CONTENT, TODAY, country, category.slug))
        for route in routes:
            assert route.named(language) in one_kind
            assert route.named(language) in everything


def test_what_does_not_fit_is_one_choice_away() -> None:
    routes = {
        slug: replace(route, for_what=replace(route.for_what, texts={"en": "x" * 400}))
        for slug, route in CONTENT.routes.items()
    }
    view = cards.where_to_turn(replace(CONTENT, routes=routes), TODAY, "SE")
    fits(view)
    assert "There is more" in text_of(view)
    last = next(item for item in view.walk_children() if isinstance(item, ui.Select) and "category" in item.custom_id)
    assert [option.value for option in last.options][1:] == [category.slug for category, _ in routes_in(CONTENT, "SE")]


def test_the_emergency_number_comes_before_any_route(language: str) -> None:
    for code, country in CONTENT.countries.items():
        said = text_of(cards.where_to_turn(CONTENT, TODAY, code))
        first = min(
            said.index(f"**{route.named(language)}**") for _, routes in routes_in(CONTENT, code) for route in routes
        )
        assert said.index(country.emergency) < first


def test_categories_keep_the_order_of_the_pack() -> None:
    said = text_of(cards.where_to_turn(CONTENT, TODAY, "SE"))
    places = [said.index(category.name.text("en")) for category, _ in routes_in(CONTENT, "SE")]
    assert places == sorted(places)


def test_an_unchecked_route_shows_its_front_page_alone() -> None:
    for country in CONTENT.countries:
        said = text_of(cards.where_to_turn(CONTENT, TODAY, country))
        for _, routes in routes_in(CONTENT, country):
            for route in routes:
                assert f"<{route.home}>" in said
                if route.url and route.url != route.home:
                    assert route.url not in said
                assert "phone **" not in said
        assert said.count("not yet checked here") == said.count("<https://")


def test_a_checked_route_shows_all_until_the_check_is_too_old() -> None:
    content = checked(CONTENT)
    fresh = text_of(cards.where_to_turn(content, TODAY, "IE"))
    assert "phone **0800 12 34 567** · no name needed" in fresh
    assert "not yet checked" not in fresh
    old = text_of(cards.where_to_turn(content, date(2027, 6, 1), "IE"))
    assert "0800 12 34 567" not in old
    assert "not yet checked here" in old


def test_a_server_may_check_the_routes_of_a_country_itself() -> None:
    said = text_of(cards.where_to_turn(CONTENT, TODAY, "DK", "police", checked={"DK"}))
    assert "not yet checked" not in said
    assert "114" in said
    assert "not yet checked" in text_of(cards.where_to_turn(CONTENT, TODAY, "NO", checked={"DK"}))


def test_a_pack_without_routes_says_so_clearly(language: str) -> None:
    view = cards.where_to_turn(OTHER, TODAY, "SE", "police")
    fits(view)
    assert not list(filter(lambda item: isinstance(item, ui.Select), view.walk_children()))
    if language == "en":
        assert "keeps no list of places" in words(view)
        assert "call the emergency number" in words(view)


def test_a_forged_country_or_kind_falls_back() -> None:
    assert words(cards.where_to_turn(CONTENT, TODAY, "XX", "nonsense")) == words(
        cards.where_to_turn(CONTENT, TODAY, None)
    )


def test_countries_are_found_by_name_in_any_language_and_by_code() -> None:
    assert country_of(CONTENT, " sverige ") == "SE"
    assert country_of(CONTENT, "de") == "DE"
    assert country_of(CONTENT, "Atlantis") is None
    assert [country.code for country in find_countries(CONTENT, "norw")] == ["NO"]
    assert {country.code for country in find_countries(CONTENT, "rland")} == {"IE", "NL"}
    assert len(find_countries(CONTENT, "")) == len(CONTENT.countries)


@pytest.mark.parametrize(
    ("locale", "code"), [("sv-SE", "SE"), ("sv", "SE"), ("en-US", None), ("en-GB", None), ("de", None)]
)
def test_only_a_language_of_one_country_points_to_it(locale: str, code: str | None) -> None:
    assert home_country(CONTENT, locale) == code
    assert home_country(OTHER, locale) is None


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.NONE])
def test_what_the_guard_saw_leads_to_help(kind: Kind, language: str) -> None:
    fitting = categories_for(CONTENT, kind.value)
    assert 1 <= len(fitting) <= 3
    again = button("again", "continue", "m1")
    view = cards.stopped(CONTENT, NOW, TextStopped("what", kind.value, kind is Kind.POINTER), again)
    fits(view)
    said = words(view)
    for category in fitting:
        assert category.name.text(language) in said
    assert "112" in said
    assert "?" not in text_of(view)
    assert "1:report.open" in {getattr(item, "custom_id", "") for item in view.walk_children()}
    if language == "en":
        assert text_of(view).startswith("Thank you")
        assert "stored" in said


def test_somebody_worried_about_themselves_is_not_sent_to_the_police() -> None:
    kinds = {category.slug for category in categories_for(CONTENT, "own-thoughts")}
    assert kinds == {"thoughts"}
    with speaking("sv"):
        assert "PrevenTell" in words(cards.stopped(CONTENT, NOW, TextStopped("what", "own-thoughts", False), None))


def test_a_stopped_text_in_a_pack_without_routes_still_finds_a_way() -> None:
    view = cards.stopped(OTHER, NOW, TextStopped("what", "danger", False), None)
    assert "emergency number" in words(view)


@pytest.mark.parametrize("content", [CONTENT, OTHER], ids=["default", "road safety"])
def test_the_notice_fits_and_names_its_version(content: Content, language: str) -> None:
    words_ = content.coalition.notice.text(language)
    view = notice_card(Notice(words_, content.coalition.notice_version))
    fits(view)
    assert words_[:40] in text_of(view)
    assert content.coalition.notice_version in text_of(view)
    fits(help_cards.away(content))


def test_no_route_is_named_in_the_code() -> None:
    """The code knows countries by language and nothing else; every place to turn to is content."""
    source = "".join(path.read_text() for path in (ROOT / "bot" / "reporting").glob("*.py"))
    named = [route.slug for route in CONTENT.routes.values() if re.search(rf'"{route.slug}"', source)]
    assert named == []
    assert [c for c in CONTENT.categories if re.search(rf'"{c}"', source)] == []


def test_a_name_that_is_a_description_is_said_in_the_readers_language() -> None:
    said = {}
    for code in ("en", "sv"):
        with speaking(code):
            said[code] = text_of(cards.where_to_turn(CONTENT, TODAY, "SE"))
    described = [route for route in CONTENT.routes_of("SE") if route.described is not None]
    assert described
    for route in described:
        for code, text in said.items():
            assert f"**{route.named(code)}**" in text
    for route in CONTENT.routes_of("SE"):
        if route.described is None:
            assert all(f"**{route.name}**" in text for text in said.values()), "a proper name stays as it is"


def test_the_country_is_chosen_near_the_top_and_after_the_emergency_number(language: str) -> None:
    card: Any = next(iter(cards.where_to_turn(CONTENT, TODAY, None).children))
    kinds = [
        "country" if isinstance(item, ui.ActionRow) and "country" in getattr(item.children[0], "custom_id", "")
        else "danger" if isinstance(item, ui.TextDisplay) and "112" in item.content and "911" in item.content
        else "other"
        for item in card.children
    ]  # fmt: skip
    assert kinds.index("danger") < kinds.index("country") < 5
