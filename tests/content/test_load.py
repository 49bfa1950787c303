"""Broken packs: every fault is told at once, with file, entry and field, in words an editor understands."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content.load import ContentError, load

Edit = Callable[[str, str, str], None]


def faults_of(folder: Path) -> list[tuple[str, str, str, str]]:
    """The faults of a pack that must not load."""
    with pytest.raises(ContentError) as caught:
        load(folder)
    assert all(str(fault) in str(caught.value) for fault in caught.value.faults)
    return [(fault.file, fault.entry, fault.field, fault.problem) for fault in caught.value.faults]


LONG = "x" * 301
BROKEN = {
    "unknown field": ("sectors.toml", "emoji =", "emojy =", "road-owners", "emojy", "did you mean emoji?"),
    "unknown table": ("sectors.toml", "[[sector]]", "[[sektor]]\n[[sector]]", "", "sektor", "did you mean sector?"),
    "duplicate slug": ("sectors.toml", '"cyclists"', '"road-owners"', "road-owners", "slug", "used by two"),
    "slug with capitals": ("sectors.toml", '"cyclists"', '"Cyclists"', "Cyclists", "slug", "only a-z"),
    "reserved slug": ("sectors.toml", '"cyclists"', '"any"', "any", "slug", "every sector"),
    "missing slug": ("sectors.toml", 'slug = "road-owners"', "", "sector number 1", "slug", "is missing"),
    "same short name": (
        "sectors.toml",
        '"Trafikskola"',
        '"trafikpolis"',
        "driving-schools",
        "short.sv",
        "traffic-police",
    ),
    "short name too long": (
        "sectors.toml",
        '"Väghållare" }',
        f'"{"å" * 15}" }}',
        "road-owners",
        "short.sv",
        "at most 14",
    ),
    "emoji in words": ("sectors.toml", '"🚗"', '":car:"', "vehicle-makers", "emoji", "one emoji"),
    "careful in quotes": (
        "sectors.toml",
        "careful = true",
        'careful = "yes"',
        "traffic-police",
        "careful",
        "true or false",
    ),
    "unknown sector": ("actions.toml", '"road-owners"', '"road-owner"', "thirty-zone", "sector", "mean road-owners?"),
    "title too long": ("actions.toml", "Sänk till 30", "Sänk " * 17, "thirty-zone", "title.sv", "at most 80"),
    "done_when too long": ("actions.toml", "The signs are up", LONG, "thirty-zone", "done_when.en", "at most 300"),
    "empty English": ("actions.toml", '"A link to the decision."', '""', "thirty-zone", "evidence.en", "is empty"),
    "no English": ("actions.toml", 'en = "A link to the decision.", ', "", "thirty-zone", "evidence.en", "is missing"),
    "no title at all": ("actions.toml", "title = { en", "# { en", "thirty-zone", "title", "is missing"),
    "title without languages": (
        "actions.toml",
        "evidence = {",
        'evidence = "a"\n#',
        "thirty-zone",
        "evidence",
        "by language",
    ),
    "language misspelt": (
        "actions.toml",
        ', sv = "Sänk',
        ', swedish = "Sänk',
        "thirty-zone",
        "title.swedish",
        "language tag",
    ),
    "unknown review": ("actions.toml", '"before"', '"never"', "thirty-zone", "review", "none, after, before"),
    "unknown effort": ("actions.toml", '"months"', '"decades"', "thirty-zone", "effort", "weeks, months, year"),
    "days in quotes": ("actions.toml", "days = 270", 'days = "270"', "thirty-zone", "days", "whole number"),
    "too difficult": (
        "actions.toml",
        "difficulty = 3",
        "difficulty = 4",
        "thirty-zone",
        "difficulty",
        "between 1 and 3",
    ),
    "ping": ("actions.toml", "The signs are up", "@everyone", "thirty-zone", "done_when.en", "ping"),
    "invisible character": ("actions.toml", "The signs", "The\u202e signs", "thirty-zone", "done_when.en", "U+202E"),
    "title on two lines": ("actions.toml", "Lower the", "Lower\\nthe", "thirty-zone", "title.en", "single line"),
    "source without https": (
        "actions.toml",
        "days = 270",
        'days = 270\nsources = ["http://a.example"]',
        "thirty-zone",
        "sources",
        "https",
    ),
    "unknown topic": ("faq.toml", 'topic = "start"', 'topic = "begin"', "what-is-this", "topic", "unknown topic"),
    "bad date": ("faq.toml", "as_of = 2026-11-01", 'as_of = "2026-13-01"', "what-is-this", "as_of", "not a date"),
    "no date": ("faq.toml", "as_of = 2026-11-01", "", "what-is-this", "as_of", "is missing"),
    "a date with a time": ("faq.toml", "2026-11-01", "2026-11-01T10:00:00", "what-is-this", "as_of", "not a date"),
    "due before written": ("faq.toml", "2027-11-01", "2025-11-01", "what-is-this", "review_by", "before as_of"),
    "alias too long": ("faq.toml", '"who are you"', f'"{"w" * 101}"', "what-is-this", "aliases.en", "at most 100"),
    "alias twice": ("faq.toml", '"who are you"', '"What do you do here"', "what-is-this", "aliases.en", "twice"),
    "aliases not a list": ("faq.toml", '["where do I begin"]', '"where"', "first-step", "aliases.en", "list of texts"),
    "answer with a plain link": (
        "faq.toml",
        "Laws differ.",
        "See http://law.example.",
        "helmets",
        "answer.en",
        "https",
    ),
    "no words until reviewed": ("faq.toml", "until_reviewed", "#", "saw-a-crash", "until_reviewed", "is missing"),
    "review without a name": (
        "faq.toml",
        "sensitive",
        "reviewed_on = 2026-11-02\nsensitive",
        "saw-a-crash",
        "reviewed_by",
        "is missing",
    ),
    "review without a day": (
        "faq.toml",
        "sensitive",
        'reviewed_by = "Kim"\nsensitive',
        "saw-a-crash",
        "reviewed_on",
        "is missing",
    ),
    "note too long": ("event_types.toml", "Bring tools", LONG, "bike-check", "note.en", "at most 100"),
    "no event types": (
        "event_types.toml",
        "[[event_type]]",
        "[[event_type]]\n[event_typ]",
        "",
        "event_typ",
        "event_type?",
    ),
    "young adult age": ("coalition.toml", "adult_age = 16", "adult_age = 6", "coalition", "adult_age", "between 13"),
    "notice too long": ("coalition.toml", "We keep", "We keep " * 300, "coalition", "notice.en", "at most 1800"),
    "coalition misspelt": ("coalition.toml", "[coalition]", "[coalitions]", "", "coalition", "[coalition]"),
    "route link without https": (
        "routes.toml",
        "https://roads.example/holes",
        "http://roads.example/holes",
        "se-advice",
        "url",
        "https",
    ),
    "route link with a user": (
        "routes.toml",
        "https://roads.example/holes",
        "https://a:b@roads.example",
        "se-advice",
        "url",
        "plain host",
    ),
    "route link to an address": (
        "routes.toml",
        "https://roads.example/holes",
        "https://10.0.0.1/",
        "se-advice",
        "url",
        "plain host",
    ),
    "deep home": (
        "routes.toml",
        '"https://emergency.example"',
        '"https://emergency.example/x"',
        "se-urgent",
        "home",
        "front page",
    ),
    "no home": ("routes.toml", 'home = "https://emergency.example"', "", "se-urgent", "home", "is missing"),
    "route review without a name": (
        "routes.toml",
        'status = "M"',
        'status = "M"\nreviewed_on = "2026-11-01"',
        "se-urgent",
        "reviewed_by",
        "is missing",
    ),
    "unknown country": ("routes.toml", 'country = "SE"', 'country = "SW"', "se-advice", "country", "unknown country"),
    "unknown category": (
        "routes.toml",
        'category = "advice"',
        'category = "advise"',
        "se-advice",
        "category",
        "mean advice?",
    ),
    "unknown status": ("routes.toml", 'status = "M"', 'status = "X"', "se-urgent", "status", "V, V2, M"),
    "country in words": ("routes.toml", 'code = "SE"', 'code = "Sweden"', "Sweden", "code", "two-letter"),
    "emergency in words": (
        "routes.toml",
        'emergency = "112"',
        'emergency = "call"',
        "SE",
        "emergency",
        "number like 112",
    ),
    "phone in words": ("routes.toml", '"0771-00 00 00"', '"ask around"', "se-advice", "phone", "phone number"),
    "not a list of tables": ("routes.toml", "[[country]]", "[country]", "", "country", "[[country]] entries"),
    "link with a broken port": (
        "routes.toml",
        "roads.example/holes",
        "roads.example:x/",
        "se-advice",
        "url",
        "proper link",
    ),
    "link with a bracket": ("routes.toml", "roads.example/holes", "roads.example/(x", "se-advice", "url", "bracket"),
    "name as a number": ("routes.toml", '"Road line"', "7", "se-advice", "name", "text in quotes"),
    "name too long": ("routes.toml", '"Road line"', f'"{LONG}"', "se-advice", "name", "at most 100"),
    "text as a number": ("sectors.toml", 'en = "Cyclists", sv', "en = 7, sv", "cyclists", "short.en", "text in quotes"),
    "guard with a date": ("guard.toml", "", "since = 2026-11-01\n", "since", "", "text or a number"),
    "guard with an empty text": ("guard.toml", "", 'odd = ["a", ""]\n', "odd", "", "empty text"),
}


@pytest.mark.parametrize(("file", "old", "new", "entry", "field", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_field_is_named(
    pack: Path, edit: Edit, file: str, old: str, new: str, entry: str, field: str, words: str
) -> None:
    """The fault names the file, the entry and the field, and says what is wrong."""
    edit(file, old, new)
    found = [problem for where in faults_of(pack) if where[:3] == (file, entry, field) for problem in where[3:]]
    assert any(words in problem for problem in found), found or faults_of(pack)


def test_the_healthy_pack_has_no_fault(pack: Path) -> None:
    """What the tests above break is whole before they break it, and a fault breaks nothing else."""
    content = load(pack)
    assert [route.slug for route in content.routes_of("SE")] == ["se-urgent", "se-advice"]
    assert content.countries["SE"].emergency == "112"


@pytest.mark.parametrize("name", ["coalition", "sectors", "actions", "faq", "event_types", "guard"])
def test_a_missing_file_is_one_fault(pack: Path, name: str) -> None:
    """A missing file is told once, not again for everything that refers to it."""
    (pack / f"{name}.toml").unlink()
    assert [(file, "is missing" in problem) for file, _, _, problem in faults_of(pack)] == [(f"{name}.toml", True)]


def test_routes_may_be_absent(pack: Path) -> None:
    """A coalition without places to turn to is a whole one."""
    (pack / "routes.toml").unlink()
    assert not load(pack).routes


def test_a_folder_that_is_not_there_names_every_file(tmp_path: Path) -> None:
    """A mistyped folder reads as what it is."""
    assert {file for file, *_ in faults_of(tmp_path / "nowhere")} == {
        "coalition.toml", "sectors.toml", "actions.toml", "faq.toml", "event_types.toml", "guard.toml",
    }  # fmt: skip


def test_bad_toml_names_the_line(pack: Path, edit: Edit) -> None:
    """The line is what an editor looks for."""
    edit("sectors.toml", 'slug = "road-owners"', "slug = road-owners")
    assert [found[:2] for found in faults_of(pack)] == [("sectors.toml", "line 2")]


def test_bad_toml_at_the_end_of_a_file_is_told(pack: Path) -> None:
    """The parser gives no line number there."""
    (pack / "sectors.toml").write_text('[[sector]]\nslug = "a', encoding="utf-8")
    [(file, _, _, problem)] = faults_of(pack)
    assert (file, problem.startswith("is not valid TOML")) == ("sectors.toml", True)


def test_a_file_in_another_encoding_is_told(pack: Path) -> None:
    """Swedish text saved as Latin-1 is the likely mistake."""
    (pack / "sectors.toml").write_bytes("# ett\n# två\n".encode("latin-1"))
    [(file, entry, _, problem)] = faults_of(pack)
    assert (file, entry, "UTF-8" in problem) == ("sectors.toml", "line 2", True)


def test_a_byte_order_mark_is_forgiven(pack: Path) -> None:
    """Some editors write one at the start of every file."""
    before = load(pack)
    (pack / "sectors.toml").write_bytes(b"\xef\xbb\xbf" + (pack / "sectors.toml").read_bytes())
    assert load(pack).sectors == before.sectors


def test_all_faults_are_told_at_once(pack: Path, edit: Edit) -> None:
    """Nobody mends one fault to be shown the next."""
    edit("event_types.toml", '"🚶"', '"walk"')
    edit("coalition.toml", "adult_age = 16", "adult_age = 6")
    edit("actions.toml", '"before"', '"never"')
    edit("actions.toml", "days = 270", "days = 0")
    edit("sectors.toml", '"cyclists"', '"road-owners"')
    found = [(file, field) for file, _, field, _ in faults_of(pack)]
    assert found[:3] == [("coalition.toml", "adult_age"), ("sectors.toml", "slug"), ("actions.toml", "days")]
    assert {("actions.toml", "review"), ("event_types.toml", "emoji")} < set(found)


def test_more_core_sectors_than_fit_are_refused(pack: Path) -> None:
    """A server starts with all of them, and one select must hold them."""
    entry = """
[[sector]]
slug = "more-{0}"
emoji = "🚌"
name = {{ en = "More {0}" }}
short = {{ en = "More {0}" }}
scope = {{ en = "More" }}
role = {{ en = "More" }}
"""
    with (pack / "sectors.toml").open("a", encoding="utf-8") as file:
        file.writelines(entry.format(number) for number in range(21))
    assert [found[2] for found in faults_of(pack)] == ["pack"]


def test_the_version_follows_every_file(pack: Path, edit: Edit) -> None:
    """Whoever keeps something made from the content can tell when to make it anew."""
    before = load(pack).version
    assert load(pack).version == before
    edit("event_types.toml", "Bring tools", "Bring good tools")
    assert load(pack).version != before
