"""Links that people give: what is refused, and that each refusal says why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.links import checked_link, host_of
from bot.ui.errors import sentence

REFUSED = {
    "http://example.org": "not https",
    "javascript:alert(1)": "not https",
    "data:text/html,x": "not https",
    "//example.org": "not https",
    "example.org": "not https",
    "": "not https",
    "https://127.0.0.1/x": "bare address",
    "https://[::1]/x": "bare address",
    "https://2130706433/": "bare address",
    "https://0x7f.1/": "bare address",
    "https://127.0.0.1./": "bare address",
    "https://abcdefghijklmnop.onion/": "hidden address",
    "https://ABCDEFGHIJKLMNOP.ONION./x": "hidden address",
    "https://page.i2p/": "hidden address",
    "https://discord.gg/abc": "invite",
    "https://www.discord.gg/abc": "invite",
    "https://ptb.discord.com/invite/abc": "invite",
    "https://discord.com/Invite/abc": "invite",
    "https://user:secret@example.org/": "link with a password",
    "https://user@example.org/": "link with a password",
    "https://@example.org/": "link with a password",
    "https://localhost/x": "inside address",
    "https://service.local/": "inside address",
    "https://printer.lan/": "inside address",
    "https:///path": "inside address",
    "https://example.org:8443/": "bad link",
    "https://example.org:nothing/": "bad link",
    "https://exa mple.org/": "bad link",
    "https://example.org/<b>": "bad link",
    "https://example.org\\@evil.test/": "bad link",
    "https://example.org/\u202egnp": "bad link",
    "https://exa_mple.org/": "bad link",
    "https://example.org./": "bad link",
    "https://.org/": "bad link",
    "https://example..org/": "bad link",
    "https://\uff44iscord.gg/abc": "bad link",
    "https://" + "a" * 300 + ".org": "too long",
}


@pytest.mark.parametrize(("link", "why"), REFUSED.items())
def test_what_is_no_public_page_is_refused_with_a_reason(link: str, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_link(link, "evidence", 300)
    assert refused.value.why == why
    said = sentence(refused.value)
    assert len(said) > 30
    assert "secret" not in said


def test_every_reason_has_a_sentence_of_its_own() -> None:
    said = {sentence(Invalid("evidence", why, limit=300)) for why in set(REFUSED.values())}
    assert len(said) == len(set(REFUSED.values()))


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org",
        "  https://example.org/a/b?c=d#e  ",
        "https://www.example.co.uk:443/",
        "https://räksmörgås.example/",
        "HTTPS://EXAMPLE.ORG/Report.pdf",
        "https://example.org/invited/guests",
    ],
)
def test_ordinary_pages_pass(link: str) -> None:
    assert checked_link(link, "evidence", 300) == link.strip().replace("HTTPS", "https")
    assert host_of(checked_link(link, "evidence", 300)) in link.lower()


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("\u0430\u0440\u0440\u04cf\u0435.com", "xn--80ak6aa92e.com"),
        ("www.ex\u0430mple.org", "www.xn--exmple-4nf.org"),
        ("h\u00e4lsa.example", "h\u00e4lsa.example"),
    ],
)
def test_a_host_that_only_looks_like_another_does_not_pass_for_it(host: str, shown: str) -> None:
    assert host_of(checked_link(f"https://{host}/us", "evidence", 300)) == shown


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_link_or_refused(text: str) -> None:
    for typed in (text, f"https://{text}"):
        try:
            link = checked_link(typed, "evidence", 300)
        except Invalid:
            continue
        assert link.startswith("https://")
        assert "." in host_of(link)
        assert "@" not in link.split("/")[2]
