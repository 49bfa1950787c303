"""Evidence is an https link to a public page."""

from __future__ import annotations

from bot import links
from bot.links import host_of
from bot.pledges.model import EVIDENCE_LIMIT

__all__ = ["checked_link", "host_of"]


def checked_link(text: str) -> str:
    """Return the link, tidied. Raises Invalid("evidence") where it is not an ordinary public https address."""
    return links.checked_link(text, "evidence", EVIDENCE_LIMIT)
