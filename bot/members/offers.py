"""The paragraph of /join with its two headed lines, whatever language the headings are in."""

from __future__ import annotations

from bot.members.model import filled
from bot.ui.escape import clean
from bot.ui.words import LOCALES, _, speaking


def headings() -> tuple[str, str]:
    """Return the two headings in the present language: what is offered, what is looked for."""
    return _("We offer:"), _("We look for:")


def all_headings() -> set[str]:
    """Return both headings in every language."""
    found: set[str] = set()
    for language in LOCALES:
        with speaking(language):
            found.update(headings())
    return found


def offers_template() -> str:
    """Return the paragraph with its two headed lines, ready to be written into."""
    return "\n\n".join(headings())


def offers_written(text: str) -> str:
    """Return what somebody wrote into the paragraph, "" where they left it as it was, in whatever language."""
    return filled(clean(text), all_headings())
