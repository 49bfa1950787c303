"""What a loaded pack answers: texts by language, actions by sector, and what waits for a person's review."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest

from bot.content.load import load
from bot.content.model import Effort, Localised

Edit = Callable[[str, str, str], None]


def test_a_text_falls_back_to_the_language_and_then_to_english() -> None:
    """Discord says sv-SE and en-GB; a pack says sv and en."""
    text = Localised({"en": "street", "sv": "gata", "pt-BR": "rua"})
    assert [text.text(locale) for locale in ("sv-SE", "sv_SE", "sv")] == ["gata"] * 3
    assert [text.text(locale) for locale in ("en-GB", "pt", "fi")] == ["street"] * 3
    assert text.text("pt-BR") == "rua"


def test_aliases_fall_back_the_same_way(pack: Path) -> None:
    """A locale without aliases of its own is offered the English ones."""
    aliases = load(pack).faqs["first-step"].aliases
    assert (aliases.of("sv-SE"), aliases.of("fi")) == (("var börjar jag",), ("where do I begin",))
    assert aliases.every() == ("where do I begin", "var börjar jag")


def test_actions_are_found_by_sector_and_effort(pack: Path, edit: Edit) -> None:
    """A sector's own actions and those for everybody; what is retired is offered to nobody."""
    edit("actions.toml", 'slug = "blind-spot"', 'slug = "blind-spot"\nretired = true')
    content = load(pack)
    assert [a.slug for a in content.actions_for(["vehicle-makers"])] == ["speed-assist", "phone-away", "ask-route"]
    assert [a.slug for a in content.actions_for(["cyclists"], Effort.MINUTES)] == ["lights-on", "phone-away"]
    assert content.actions_for(["cyclists"], "minutes") == content.actions_for(["cyclists"], Effort.MINUTES)
    assert [a.slug for a in content.easiest_actions(["cyclists"], 2)] == ["lights-on", "phone-away"]
    assert [a.slug for a in content.easiest_actions(["road-owners"])] == ["map-blackspots", "phone-away", "ask-route"]
    assert "blind-spot" in content.actions


def test_a_sensitive_answer_waits_for_its_review(pack: Path, edit: Edit) -> None:
    """Until a person has put a name to it, only its stand-in is shown."""
    waiting = load(pack).faqs["saw-a-crash"]
    assert waiting.shown == waiting.until_reviewed
    assert not waiting.speaks_in_full
    edit("faq.toml", "sensitive", 'reviewed_by = "Kim"\nreviewed_on = 2026-11-02\nsensitive')
    reviewed = load(pack).faqs["saw-a-crash"]
    assert reviewed.shown == reviewed.answer
    assert reviewed.speaks_in_full


def test_an_answer_is_stale_the_day_after_its_day(pack: Path) -> None:
    """The day itself still counts."""
    faq = load(pack).faqs["helmets"]
    assert [faq.is_stale(day) for day in (date(2027, 11, 1), date(2027, 11, 2))] == [False, True]


def test_a_checked_route_holds_for_180_days(pack: Path, edit: Edit) -> None:
    """A check wears out, and one dated in the future counts for nothing."""
    assert not load(pack).routes["se-urgent"].is_reviewed(date(2026, 11, 1))
    edit("routes.toml", 'status = "M"', 'status = "M"\nreviewed_by = "Kim"\nreviewed_on = "2026-01-01"')
    route = load(pack).routes["se-urgent"]
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))
    assert [route.is_reviewed(day) for day in days] == [False, True, True, False]


def test_nothing_of_a_pack_can_be_changed(pack: Path) -> None:
    """One pack serves every server, so no server may bend it."""
    content = load(pack)
    with pytest.raises(FrozenInstanceError):
        content.sectors["cyclists"].slug = "riders"  # type: ignore[misc]
    with pytest.raises(TypeError):
        content.sectors["riders"] = content.sectors["cyclists"]  # type: ignore[index]
