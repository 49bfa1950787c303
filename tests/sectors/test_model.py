"""A server's list of sectors: its order, its limits, and what becomes of it when the content changes."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content import fields
from bot.content.load import load
from bot.content.model import Content, Localised
from bot.errors import Invalid
from bot.sectors.model import (
    MOST_ACTIVE,
    MOST_CHOICES,
    Change,
    State,
    arranged,
    is_own,
    moved,
    own_slug,
    shortened,
    words_of,
)

ROOT = Path(__file__).resolve().parents[2]
GUILD, OTHER = 1_111, 2_222


@functools.cache
def content() -> Content:
    return load(ROOT / "data")


def without(*slugs: str) -> Content:
    """The content after an editor took some sectors out of the file."""
    return replace(content(), sectors={slug: s for slug, s in content().sectors.items() if slug not in slugs})


def own(number: int, name: str = "", **more: object) -> Change:
    made = Change(own_slug(GUILD, number), name or f"Own sector {number}", f"Own {number}", "🏭", State.ACTIVE)
    return replace(made, **more)  # type: ignore[arg-type]


def slugs(sectors: Sequence[object]) -> list[str]:
    return [sector.slug for sector in sectors]  # type: ignore[attr-defined]


def test_a_server_that_changed_nothing_has_the_core_pack_in_the_order_of_the_content() -> None:
    here = arranged(GUILD, content(), [])
    assert list(here.active) == content().core_sectors()
    assert here.retired == here.crowded == ()
    assert [(pack.slug, pack.on) for pack in here.packs] == [(name, False) for name in content().packs]
    assert all(here.get(sector.slug) is None for pack in here.packs for sector in pack.sectors)


def test_an_own_sector_is_last_and_its_slug_can_be_nobody_elses() -> None:
    here = arranged(GUILD, content(), [own(1), own(2)])
    assert slugs(here.active)[-2:] == [own_slug(GUILD, 1), own_slug(GUILD, 2)]
    for slug in (own_slug(GUILD, 1), own_slug(OTHER, 1)):
        assert is_own(slug)
        assert not fields._SLUG.fullmatch(slug), "the loader would take it from a content file"
        assert not re.search("[:~,%_]", slug), "it stands in custom ids, in comma lists and in LIKE patterns"
    assert arranged(OTHER, content(), []).get(own_slug(GUILD, 1)) is None
    assert not any(is_own(slug) for slug in content().sectors)


def test_a_rename_holds_in_every_language_and_the_rest_stays_translated() -> None:
    here = arranged(GUILD, content(), [Change("schools", name="Schools and preschools", revision=1)])
    school = here.get("schools")
    assert school is not None
    assert here.name("schools", "en") == here.name("schools", "sv") == "Schools and preschools"
    assert school.short == content().sectors["schools"].short
    assert here.name("media", "sv") == content().sectors["media"].name.text("sv")


def test_what_the_content_dropped_keeps_a_name_and_leaves_the_wheel() -> None:
    stored = [Change("schools", name="Schools and preschools"), Change("ngo", place=3)]
    here = arranged(GUILD, without("schools", "ngo", "finance"), stored)
    assert not {"schools", "ngo", "finance"} & here.slugs
    assert here.name("schools", "sv") == "Schools and preschools"
    assert here.name("ngo") == "Ngo"
    assert (here.get("finance"), here.name("finance")) == (None, "Finance")
    assert here.name("law-enforcement-and-more") == "Law enforcement and more"
    offered = here.choices(["finance"], MOST_CHOICES)
    assert slugs(offered)[-1] == "finance", "who stands in it still finds it in their form"
    here.check_choice(["finance"], held=["finance"], locale="en")


def test_what_was_retired_is_refused_to_those_who_do_not_stand_in_it() -> None:
    here = arranged(GUILD, content(), [Change("schools", state=State.RETIRED)])
    here.check_choice(["schools", "ngo"], held=["schools"], locale="en")
    with pytest.raises(Invalid) as refused:
        here.check_choice(["schools", "ngo"], held=(), locale="sv")
    assert refused.value.facts["names"] == (content().sectors["schools"].name.text("sv"),)
    for unknown in ("media", own_slug(OTHER, 1), "nonsense", ""):
        with pytest.raises(Invalid) as refused:
            here.check_choice([unknown], held=(), locale="en")
        assert refused.value.why == "unknown choice"


def test_a_content_that_brings_too_many_takes_no_place_from_what_the_server_chose() -> None:
    ten = [own(number) for number in range(1, 11)]
    full = arranged(GUILD, content(), ten)
    assert len(full.active) == MOST_ACTIVE
    bigger = dict(content().sectors)
    bigger["weather"] = replace(content().sectors["schools"], slug="weather", name=Localised({"en": "Weather"}))
    here = arranged(GUILD, replace(content(), sectors=bigger), ten)
    assert len(here.active) == MOST_ACTIVE
    assert set(slugs(ten)) <= here.slugs
    assert slugs(here.crowded) == ["weather"]
    assert here.get("weather") is not None


def test_there_is_a_sector_left_whatever_happened_to_the_content() -> None:
    gone = [Change(slug, state=State.RETIRED) for slug in content().sectors]
    assert list(arranged(GUILD, content(), gone).active) == content().core_sectors()
    packs_only = replace(content(), sectors={"media": content().sectors["media"]})
    assert slugs(arranged(GUILD, packs_only, []).active) == ["media"]


def test_a_form_offers_what_fits_and_always_what_one_stands_in() -> None:
    gone = [own(number, state=State.RETIRED) for number in range(11, 15)]
    here = arranged(GUILD, content(), [*(own(number) for number in range(1, 11)), *gone])
    held = [slug for change in gone[:3] for slug in [change.slug]] + [own_slug(GUILD, 10)]
    offered = slugs(here.choices(held, MOST_CHOICES))
    assert len(offered) == len(set(offered)) == MOST_CHOICES
    assert set(held) <= set(offered)
    assert slugs(here.choices((), MOST_CHOICES)) == slugs(here.active)


@given(
    st.lists(st.integers(0, 40), unique=True, min_size=1, max_size=30),
    st.data(),
)
@settings(max_examples=200, deadline=None)
def test_moving_puts_one_at_its_place_and_leaves_all_others_in_order(numbers: list[int], data: st.DataObject) -> None:
    order = [str(number) for number in numbers]
    active = [slug for slug in order if data.draw(st.booleans())]
    if not active:
        return
    slug, place = data.draw(st.sampled_from(active)), data.draw(st.integers(0, 40))
    after = moved(order, active, slug, place)
    assert sorted(after) == sorted(order)
    assert [each for each in after if each != slug] == [each for each in order if each != slug]
    now = [each for each in after if each in active]
    assert now.index(slug) == min(place, len(active) - 1)


STEPS = st.lists(
    st.tuples(st.sampled_from(["retire", "back", "move"]), st.integers(0, 30), st.integers(0, 30)), max_size=25
)


@given(STEPS)
@settings(max_examples=60, deadline=None)
def test_a_sector_that_comes_back_stands_where_it_stood(steps: list[tuple[str, int, int]]) -> None:
    stored: dict[str, Change] = {change.slug: change for change in (own(1), own(2))}
    for what, which, place in steps:
        here = arranged(GUILD, content(), stored.values())
        slug = here.active[which % len(here.active)].slug
        if what == "move":
            order = moved(here.order, slugs(here.active), slug, place)
            stored |= {each: replace(stored.get(each, Change(each)), place=at) for at, each in enumerate(order)}
        elif what == "retire" and len(here.active) > 1:
            before = list(here.active)
            change = stored.get(slug, Change(slug))
            gone = arranged(GUILD, content(), (stored | {slug: replace(change, state=State.RETIRED)}).values())
            assert list(gone.active) == [sector for sector in before if sector.slug != slug]
            assert slug in slugs(gone.retired)
            back = arranged(GUILD, content(), (stored | {slug: replace(change, state=State.ACTIVE)}).values())
            assert list(back.active) == before
            stored[slug] = replace(change, state=State.RETIRED)
        elif what == "back" and here.retired:
            slug = here.retired[which % len(here.retired)].slug
            stored[slug] = replace(stored[slug], state=State.ACTIVE)
        after = arranged(GUILD, content(), stored.values())
        assert 1 <= len(after.active) <= MOST_ACTIVE
        assert len({*slugs(after.active), *slugs(after.retired)}) == len(after.active) + len(after.retired)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Schools", "Schools"),
        ("Faith communities", "Faith"),
        ("Kommunikationsverket", "Kommunikations"),
        ("Art and culture", "Art and"),
        ("Sjukvård, tandvård", "Sjukvård"),
    ],
)
def test_a_short_name_is_made_from_whole_words(name: str, short: str) -> None:
    assert shortened(name) == short
    assert len(short) <= 14


def test_a_slug_in_words() -> None:
    assert words_of("law-enforcement") == "Law enforcement"
    assert words_of(own_slug(GUILD, 7)) == "…"
    assert words_of("") == ""
