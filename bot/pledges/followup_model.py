"""When a maker is asked how it goes, and told that a pledge is about to lapse.

At half and at 90 % of its time and after 60 silent days, each once in a pledge's life, so three times at most;
an ongoing one once a year. Whoever reported something lately is not asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntFlag

from bot.pledges.model import Pledge, Status

RECENT = timedelta(days=7)
"""A report within so many days answers a question that would come now; two questions are at least that far apart."""
SILENCE = timedelta(days=60)
YEAR = timedelta(days=365)
TOLD_BEFORE = timedelta(days=14)
"""How long before it lapses a maker is told first."""
TOLD_AGAIN = timedelta(days=7)
"""How long after that they are told again, and how long after that it lapses at the earliest."""
TIMES_TOLD = 2
CALLED_AGAIN = timedelta(days=30)
"""A call for help within so many days of the last one reaches nobody a second time."""
MOST_HELPERS = 100
MOST_LISTENERS = 1_000
"""Of those who want to hear, so many are looked at, longest waiting first; the first hundred of the sector are told."""

CHECK_IN, LAPSING = "pledge.checkin", "pledge.lapsing"
HELP_WANTED, HELP_OFFERED = "pledge.help wanted", "pledge.offered"
"""Kinds of news. The first two carry buttons, and go once the pledge has moved on."""
QUESTIONS = frozenset({CHECK_IN, LAPSING})


class Asked(IntFlag):
    """What a maker has been asked already."""

    NOTHING = 0
    HALF = 1
    NINETY = 2
    SILENT = 4


@dataclass(frozen=True, slots=True)
class Followup:
    """How a pledge is followed up: since when it goes on, what was asked and told, when help was last called for."""

    begun: datetime
    asked: Asked = Asked.NOTHING
    asked_at: datetime | None = None
    told: int = 0
    told_at: datetime | None = None
    help_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A pledge whose maker has been asked and has not answered. ``lapsing``: it goes unless they do."""

    pledge: Pledge
    lapsing: bool = False


def moments(pledge: Pledge, followup: Followup) -> dict[Asked, datetime]:
    """Return when a maker would be asked what they have not been asked yet, unless they report before."""
    if pledge.due is None:
        return {Asked.NOTHING: max(pledge.changed_at, followup.asked_at or followup.begun) + YEAR}
    whole = pledge.due - followup.begun
    found = {Asked.HALF: followup.begun + whole / 2, Asked.NINETY: followup.begun + whole * 9 / 10}
    found = {asked: at for asked, at in found.items() if at >= pledge.changed_at + RECENT}
    found[Asked.SILENT] = pledge.changed_at + SILENCE
    return {asked: at for asked, at in found.items() if asked not in followup.asked}


def next_question(pledge: Pledge, followup: Followup) -> datetime | None:
    """Return when the maker is asked next, None where they are not asked any more."""
    found = moments(pledge, followup)
    if pledge.status is not Status.ACTIVE or pledge.maker_id is None or not found:
        return None
    at = min(found.values())
    return at if followup.asked_at is None else max(at, followup.asked_at + RECENT)


def asked_by(pledge: Pledge, followup: Followup, now: datetime) -> Asked:
    """Return what a question at this moment stands for: everything whose time has come."""
    asked = followup.asked
    for one, at in moments(pledge, followup).items():
        if at <= now:
            asked |= one
    return asked


def times_told(pledge: Pledge, followup: Followup) -> int:
    """Return how often the maker was told, since their last report, that the pledge is about to lapse."""
    return followup.told if followup.told_at is not None and followup.told_at > pledge.changed_at else 0
