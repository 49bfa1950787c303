"""Addresses, fingerprints and file names: what is held back by its shape, and what only looks like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.load import load
from bot.guard.model import Where
from bot.guard.phrases import read_phrases
from bot.guard.structure import Structure

LISTED = read_phrases(load(Path(__file__).parents[2] / "data").guard)
STRUCTURE = Structure(LISTED.harmless_files, LISTED.trusted_hosts, LISTED.odd_hosts)
MD5 = "9e107d9d372bb6826bd81d3542a419d6"


@pytest.mark.parametrize(
    "text",
    [
        "http://abcdefghij234567.onion",
        "abcdefghij234567 [dot] onion",
        "http://185.220.101.7/pictures",
        "185.220.101.7:8080",
        "http://3113213239/",
        "http://[2001:db8::1]/",
        "https://example.org:8443/",
        "https://user:secret@example.org/",
        "https://xn--exmple-cua.org/",
        "hxxps://example.org",
        "h**p://example.org",
        "https : //example.org",
        "example[.]org/x",
        "example (dot) org",
        "exempel punkt se",
        "gardens dot lol slash a",
        "it is dots and more dot top, look there",
        "198.51.100.23 has it",
        "ftp://files.example.org",
        "javascript:alert(1)",
        "magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a",
        "https://mega.nz/folder/aBcDeFgH#kLmNoPqRsTuVwXyZ01",
        "https://share.example.org/f#kLmNoPqRsTuVwXyZ01",
        "https://www.pastebin.com/abc",
        "t.me/+AbCdEf",
        MD5,
        MD5.upper(),
        "9e10\u200b7d9d372bb682\u200b6bd81d3542a419d6",
        "9e107d9d 372bb682 6bd81d35 42a419d6",
        "9e:10:7d:9d:37:2b:b6:82:6b:d8:1d:35",
        "c3d1e9a07f5b2846",
        f"https://example.org/{MD5}",
        "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4",
        "IMG_2041.jpg",
        "see holiday.MP4 there",
        "logo_girl.png",
        "DSC00412",
        "https://example.org/clip.mov",
    ],
)
def test_held_back(text: str) -> None:
    assert STRUCTURE.points(text, Where.NOTE)


@pytest.mark.parametrize(
    "text",
    [
        "https://www.example.org/transparency/2038?page=2#results",
        "see example.org/report or www.example.se.",
        "https://zoom.us/j/123?pwd=9e107d9d372bb6826bd81d3542a419d6",
        f"https://github.com/a/b/commit/{MD5}",
        "anna.berg@kommun.example",
        "info (at) example (dot) org",
        "call 08-555 123 45, 0808 800 5000 or +46 8 123 456 78",
        "116 111, 112 and 1-800-843-5678",
        "112233445566778899",
        "SE45 5000 0000 0583 9825 7466",
        "550e8400-e29b-41d4-a716-446655440000",
        "agenda.pdf and plan.docx",
        "logo.png, our-banner.jpg",
        "a .png or a jpg, and an MP4 film",
        "version 2.4.1 on 10.0.0.0/8",
        "v 1.2.3.4",
        "the router is 192.168.40.1",
        "from dot to dot, and the dot to the left",
        "se punkt 4, punkt till sist",
        "Monday 13.30-15.00, 2038-05-01",
        "dot to dot pictures for the children",
        "Straße, façade, defaced, deadbeef",
    ],
)
def test_let_pass(text: str) -> None:
    assert not STRUCTURE.points(text, Where.NOTE)


def test_the_picture_of_an_announcement_passes_where_it_is_announced() -> None:
    address = "https://www.example.org/img/team.jpg"
    assert STRUCTURE.points(address, Where.NOTE)
    assert not STRUCTURE.points(address, Where.EVENT)
    assert STRUCTURE.points("https://www.example.org/img/team.mp4", Where.EVENT)
    assert STRUCTURE.points("team.jpg", Where.EVENT)
