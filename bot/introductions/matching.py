"""Whose offer fits whose need: shared words and parts of words, the same answer every time."""

from __future__ import annotations

from collections.abc import Sequence

from bot.faq.lexical import Lexical
from bot.faq.search import Entry, Wording
from bot.introductions.model import Cursor, Fit, Party

_READ = 400
"""Characters of an offer that are compared."""


def scores(needs: str, parties: Sequence[Party]) -> dict[int, int]:
    """Return organisation -> 1 to 1000 for those whose offer fits our words; what hardly fits is left out.

    At most the 16 best. Takes some tens of milliseconds for forty long offers: call it in a thread.
    """
    offers = [party for party in parties if party.offers]
    if not needs or not offers:
        return {}
    engine = Lexical(Entry(str(p.organisation.id), (Wording("", p.offers[:_READ]),)) for p in offers)
    hits = engine.rank(needs, "", len(offers))
    return {int(hit.slug): round(hit.score * 1000) for hit in hits if hit.score >= engine.thresholds.suggest}


def fit(mine: Party, other: Party, score: int, *, busy: bool) -> Fit:
    """Return a suggestion with its reasons."""
    theirs = tuple(sector for sector in other.sectors if sector in mine.wishes)
    ours = tuple(sector for sector in mine.sectors if sector in other.wishes)
    return Fit(other, theirs, ours, score, busy)


def ordered(fits: Sequence[Fit]) -> list[Fit]:
    """Return them best first: those who look for each other, then by how well the words fit, then the oldest."""
    return sorted(fits, key=_place)


def later(fits: Sequence[Fit], cursor: Cursor) -> list[Fit]:
    """Return those that come after the last one shown."""
    shown = (-cursor.mutual, -cursor.score, cursor.last)
    return [one for one in fits if cursor.last == 0 or _place(one) > shown]


def _place(one: Fit) -> tuple[int, int, int]:
    return -int(one.mutual), -one.score, one.party.organisation.id
