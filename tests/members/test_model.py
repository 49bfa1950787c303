"""Names that are one organisation, and paragraphs that nobody wrote into."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.members.model import Organisation, Registration, filled
from bot.members.names import key, meant, near_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme AB", "acme"),
        ("AB Volvo", "Volvo"),
        ("Acme, Inc.", "ACME inc"),
        ("Société Générale S.A.", "société générale"),
        ("Danske A/S", "Danske"),
        ("\uff21\uff43\uff4d\uff45 Ltd", "Acme"),
        ("Straße e.V.", "STRASSE"),
        ("  Röda   korset ", "Röda Korset"),
        ("Åbo Akademi", "A\u030abo Akademi"),
    ],
)
def test_one_organisation_has_one_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(("one", "other"), [("Lund", "Lind"), ("Åre", "Are"), ("AB", "HB"), ("Bank 1", "Bank 2")])
def test_different_organisations_stay_apart(one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize("name", ["", "!!!", "\N{HEAVY BLACK HEART}", "---", "@ @"])
def test_a_name_without_letters_has_no_key(name: str) -> None:
    assert key(name) == ""


@given(st.text(max_size=80))
def test_a_key_does_not_change_when_folded_again(name: str) -> None:
    assert key(key(name)) == key(name)


def known(*names: str) -> list[Organisation]:
    return [Organisation(number, name) for number, name in enumerate(names, 1)]


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ("Nordic Telekom", "Nordic Telecom"),
        ("Spоtify", "Spotify"),  # the о is Cyrillic
        ("Radda Barnen", "Rädda Barnen"),
        ("Telia Compny", "Telia Company"),
        ("Swedbannk", "Swedbank"),
    ],
)
def test_a_slip_is_asked_about(typed: str, there: str) -> None:
    assert [found.name for found in meant(typed, known("Something else", there))] == [there]


def test_nothing_is_asked_where_the_name_is_known_or_new() -> None:
    assert meant("acme ab", known("Acme", "Acne")) == ()
    assert meant("Kiruna kommun", known("Acme", "Umeå universitet")) == ()


def test_at_most_three_are_offered_the_likest_first() -> None:
    found = meant("Northern Light", known(*(f"Northern Light{n}" for n in range(500)), "Nörthern Light"))
    assert len(found) == 3
    assert found[0].name == "Nörthern Light"


def test_look_alikes_share_a_near_key() -> None:
    assert near_key(key("РауРаӏ")) != ""
    assert near_key(key("Acmé")) == near_key(key("Acme"))


HEADINGS = {"We offer:", "We look for:"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("We offer:\n\nWe look for:", ""),
        ("", ""),
        ("We offer:\n- rooms\n\nWe look for:\n", "We offer:\n- rooms"),
        ("We offer:\n\nWe look for:\na telecom partner", "We look for:\na telecom partner"),
        ("We offer:\nrooms\nWe look for:\npartners", "We offer:\nrooms\n\nWe look for:\npartners"),
        ("Just words", "Just words"),
        ("two\n\nparts", "two\n\nparts"),
    ],
)
def test_headings_with_nothing_under_them_go(typed: str, kept: str) -> None:
    assert filled(typed, HEADINGS) == kept


def test_the_primary_sector_comes_first_and_a_stranger_changes_nothing() -> None:
    registration = Registration(("a", "b", "c"))
    assert registration.led_by("b") == ("b", "a", "c")
    assert registration.led_by("z") == ("a", "b", "c")
