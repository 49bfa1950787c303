"""What organisations may be called, which names look alike, and which web domain is one's own."""

from __future__ import annotations

import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.members.model import Organisation
from bot.members.names import alike, check_name, checked_domain, key, meant, near_key, same_site
from bot.ui.escape import clean_line


def known(*names: str) -> list[Organisation]:
    return [Organisation(number, name) for number, name in enumerate(names, 1)]


# --------------------------------------------------------------------------------------------------- names


@given(st.text(max_size=80))
def test_keys_do_not_change_when_folded_again(name: str) -> None:
    assert key(key(name)) == key(name)
    assert near_key(near_key(key(name))) == near_key(key(name))
    assert near_key(near_key(name)) == near_key(name)


@given(st.text(max_size=80))
def test_a_name_is_accepted_with_its_key_or_refused_with_a_reason(name: str) -> None:
    if key(name) and not re.search("@|＠|﹫|<|＜|﹤", name):
        assert check_name(name) == key(name)
    elif not key(name):
        with pytest.raises(Invalid):
            check_name(name)


@pytest.mark.parametrize(
    "name", ["@everyone", "the @HERE team", "＠everyone", "<@123>", "<@&123> AB", "<#5>", "@ everyone"]
)
def test_a_name_that_calls_people_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_name(name)
    assert refused.value.why == "mention"


@pytest.mark.parametrize("name", ["@Home", "Everyone AB", "Hear & Here", "A < B Consulting", "me@work"])
def test_an_ordinary_name_with_such_signs_is_fine(name: str) -> None:
    assert check_name(name)


@pytest.mark.parametrize(
    "name", ["", " ", "❤️", "🇸🇪🇳🇴", "👩‍👩‍👧", "!!!", "\u0301\u0301", "\u200b\u2060", "\u3164", "---"]
)
def test_a_name_without_a_letter_is_refused(name: str) -> None:
    for typed in (name, clean_line(name)):
        with pytest.raises(Invalid) as refused:
            check_name(typed)
        assert refused.value.why == "no letters"


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ("РolarNet", "PolarNet"),  # the Р is Cyrillic
        ("POLARΝΕΤ", "PolarNet"),  # ΝΕΤ is Greek
        ("Асе", "Ace"),  # all of it is Cyrillic
        ("Ørsted", "Orsted"),
        ("ＰｏｌａｒＮｅｔ2", "PolarNet 2 AB"),
    ],
)
def test_what_looks_the_same_is_asked_about_or_is_the_same(typed: str, there: str) -> None:
    assert key(typed) == key(there) or [found.name for found in meant(typed, known("Elsewhere", there))] == [there]


def test_short_names_with_other_vowels_are_others() -> None:
    assert meant("Tui", known("Tea", "Toy", "Tai")) == ()


def test_among_five_hundred_look_alikes_the_right_one_is_first() -> None:
    crowd = known(*(f"Nordic Telecom {number:03}" for number in range(500)))
    assert meant("Nordic Telekom 321", crowd)[0].name == "Nordic Telecom 321"
    assert meant("nordic telecom 321 ab", crowd) == ()
    assert len(alike("Nordic Telekom 0", crowd, 25)) == 25


def test_a_confirmed_one_is_offered_first_even_among_likelier_ones() -> None:
    crowd = known(*(f"Nordic Telecom {number:03}" for number in range(500)))
    crowd[322] = dataclasses.replace(crowd[322], confirmed=True)
    found = meant("Nordic Telekom 321", crowd)
    assert [one.name for one in found[:2]] == ["Nordic Telecom 322", "Nordic Telecom 321"]


# ------------------------------------------------------------------------------------------------- domains


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("example.org", "example.org"),
        (" WWW.Example.ORG ", "www.example.org"),
        ("räddabarnen.example.se", "xn--rddabarnen-q5a.example.se"),
        ("xn--rddabarnen-q5a.example.se", "xn--rddabarnen-q5a.example.se"),
        ("example。org", "example.org"),
        ("name.co.uk", "name.co.uk"),
        ("www.gov.uk", "www.gov.uk"),
        ("ki.se", "ki.se"),
        ("name.github.io", "name.github.io"),
        ("example.xn--p1ai", "example.xn--p1ai"),
        ("parliament.uk", "parliament.uk"),
        ("met.police.uk", "met.police.uk"),
        ("europa.eu", "europa.eu"),
    ],
)
def test_a_host_name_is_stored_as_the_network_has_it(typed: str, stored: str) -> None:
    assert checked_domain(typed) == stored
    assert checked_domain(stored) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "", "https://example.org", "//example.org", "example.org/", "example.org/path", "example.org:443",
        "example.org?x", "user@example.org", "1.2.3.4", "[::1]", "::1", "0x7f.1", "127.1", "exa mple.org", "a..org",
        ".example.org", "example.org.", "*.example.org", "-a.org", "a-.org", "a_b.org", "a" * 64 + ".org",
        ".".join(["a" * 60] * 5),
        "name.onion", "printer.local", "localhost.localhost", "☃.net", "xn--a.se", "exam\u200dple.org",
        "example.org\n.se",
        "javascript:alert(1)", "<b>.org",
    ],
)  # fmt: skip
def test_what_is_no_public_host_name_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_domain(typed)
    assert (refused.value.field, refused.value.why) == ("domain", "bad domain")


@pytest.mark.parametrize(
    "typed",
    [
        "se", "com", "co.uk", "gov.uk", "COM.au", "org.uk", "github.io", "police.uk", "k12.ca.us", "kommune.no",
        "go.jp", "公司.cn", "www.facebook.com", "sites.google.com",
    ],
)  # fmt: skip
def test_what_many_share_is_nobodys_own(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_domain(typed)
    assert refused.value.why == "shared domain"


@given(st.text(max_size=60))
def test_any_text_is_a_domain_or_refused(typed: str) -> None:
    try:
        host = checked_domain(typed)
    except Invalid:
        return
    assert host.isascii()
    assert checked_domain(host) == host
    assert same_site(host, f"https://{host}/page")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org", "https://example.org/a?b#c", "https://www.example.org/", "HTTPS://EXAMPLE.ORG",
        "https://example.org.", "https://example.org:443/x", "https://a.b.example.org",
    ],
)  # fmt: skip
def test_a_page_on_the_domain_or_below_is_on_its_site(url: str) -> None:
    assert same_site("example.org", url)


@pytest.mark.parametrize(
    "url",
    [
        "", "example.org", "http://example.org", "https://evilexample.org", "https://example.org.evil.net",
        "https://example.org@evil.net", "https://evil.net/example.org", "https://evil.net?example.org",
        "https://evil.net#.example.org", "https://evil.net\\.example.org", "https://[::1", "https://org",
        "https://exаmple.org", "https://example.org\t.evil.net",
    ],
)  # fmt: skip
def test_a_page_elsewhere_is_not(url: str) -> None:
    assert not same_site("example.org", url)


def test_no_domain_has_no_site_and_an_accent_is_no_matter() -> None:
    assert not same_site("", "https://example.org")
    assert same_site("xn--rddabarnen-q5a.example.se", "https://www.räddabarnen.example.se/x")
    assert not same_site("www.example.org", "https://example.org")
