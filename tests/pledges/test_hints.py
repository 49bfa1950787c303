"""One gentle hint for a pledge in somebody's own words, in two languages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.content.load import load
from bot.pledges.hints import Hint, hint
from tests.world import ROOT

DUE = datetime(2027, 3, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("what", "done_when", "due", "expected"),
    [
        ("Teach twenty colleagues", "They were all there", DUE, None),
        ("Teach 20 colleagues", "It is done", None, Hint.NO_DATE),
        ("We will support the schools", "They feel supported", DUE, Hint.VAGUE),
        ("We will support the schools with two evenings", "They were held", DUE, None),
        ("Raise awareness", "People know", None, Hint.VAGUE),
        ("Write a page for our site", "It is online", DUE, Hint.NO_NUMBER),
        ("Vi ska verka för bättre rutiner", "De är bättre", DUE, Hint.VAGUE),
        ("Utbilda alla lärare", "Det är gjort", DUE, None),
        ("Skriva en sida", "Den finns", None, Hint.NO_DATE),
        ("Öppna dörrarna", "De är öppna", DUE, Hint.NO_NUMBER),
        ("", "", None, Hint.NO_NUMBER),
        ("\u202e" * 500, "🙂", DUE, Hint.NO_NUMBER),
    ],
)
def test_what_would_help_most(what: str, done_when: str, due: datetime | None, expected: Hint | None) -> None:
    assert hint(what, done_when, due) is expected


def test_most_of_the_catalogue_says_how_one_sees_it_is_done() -> None:
    """What people read as examples should not itself be the thing the hint is about."""
    actions = load(ROOT / "data").actions.values()
    for language in ("en", "sv"):
        vague = [a.slug for a in actions if hint(a.title.text(language), a.done_when.text(language), DUE) is Hint.VAGUE]
        assert len(vague) <= len(actions) / 10, vague
