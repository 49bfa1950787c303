"""A pledge's life: what it holds and the one table of what may happen to it.

The page in ``docs/`` and every button on a card are made from :data:`RULES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

WHAT_LIMIT = 1000
DONE_WHEN_LIMIT = 300
NOTE_LIMIT = 500
HELP_LIMIT = 300
REASON_LIMIT = 500
EVIDENCE_LIMIT = 300
FARTHEST_DUE = timedelta(days=5 * 366)
FRESH = timedelta(days=90)
STALE = timedelta(days=180)
DRAFT_OFFERED = timedelta(hours=24)
DRAFT_KEPT = timedelta(days=30)
LAPSES_AFTER = timedelta(days=90)


class Status(StrEnum):
    """Where a pledge stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_ASKED = "changes asked"
    ACTIVE = "active"
    DONE_CLAIMED = "done claimed"
    KEPT = "kept"
    PARTLY_KEPT = "partly kept"
    CLOSED = "closed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Act(StrEnum):
    """What somebody does to a pledge; also the name it has in the history."""

    SAVE = "save"
    SUBMIT = "submit"
    ASK_CHANGES = "ask changes"
    APPROVE = "approve"
    DECLINE = "decline"
    PROGRESS = "progress"
    DONE = "done"
    CONFIRM = "confirm"
    NOT_YET = "not yet"
    PARTLY = "partly"
    CANT = "can't"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    REOPEN = "reopen"


class Who(StrEnum):
    """Whose act it is."""

    MAKER = "maker"
    REVIEWER = "reviewer"
    CLOCK = "clock"


class Review(StrEnum):
    """When an organiser looks: never, when it is said to be done, or before it starts."""

    NONE = "none"
    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: an act, whose it is, from where, to where; ``reviews`` limits it to kinds of review."""

    act: Act
    who: Who
    sources: frozenset[Status]
    target: Status
    reviews: frozenset[Review] = frozenset(Review)
    needs_reason: bool = False


_S = Status
_REVIEWED = frozenset({Review.BEFORE, Review.AFTER})
_OPEN = frozenset({_S.DRAFT, _S.SUBMITTED, _S.CHANGES_ASKED, _S.ACTIVE, _S.DONE_CLAIMED})

RULES: tuple[Rule, ...] = (
    Rule(
        Act.SUBMIT, Who.MAKER, frozenset({_S.DRAFT, _S.CHANGES_ASKED}), _S.SUBMITTED, reviews=frozenset({Review.BEFORE})
    ),
    Rule(
        Act.SUBMIT,
        Who.MAKER,
        frozenset({_S.DRAFT, _S.CHANGES_ASKED}),
        _S.ACTIVE,
        reviews=frozenset({Review.NONE, Review.AFTER}),
    ),
    Rule(Act.ASK_CHANGES, Who.REVIEWER, frozenset({_S.SUBMITTED}), _S.CHANGES_ASKED, needs_reason=True),
    Rule(Act.APPROVE, Who.REVIEWER, frozenset({_S.SUBMITTED}), _S.ACTIVE),
    Rule(Act.DECLINE, Who.REVIEWER, frozenset({_S.SUBMITTED}), _S.DECLINED, needs_reason=True),
    Rule(Act.PROGRESS, Who.MAKER, frozenset({_S.ACTIVE}), _S.ACTIVE),
    Rule(Act.DONE, Who.MAKER, frozenset({_S.ACTIVE}), _S.DONE_CLAIMED, reviews=_REVIEWED),
    Rule(Act.DONE, Who.MAKER, frozenset({_S.ACTIVE}), _S.KEPT, reviews=frozenset({Review.NONE})),
    Rule(Act.CONFIRM, Who.REVIEWER, frozenset({_S.DONE_CLAIMED}), _S.KEPT),
    Rule(Act.NOT_YET, Who.REVIEWER, frozenset({_S.DONE_CLAIMED}), _S.ACTIVE, needs_reason=True),
    Rule(Act.PARTLY, Who.MAKER, frozenset({_S.ACTIVE}), _S.PARTLY_KEPT),
    Rule(Act.CANT, Who.MAKER, frozenset({_S.ACTIVE}), _S.CLOSED),
    Rule(Act.WITHDRAW, Who.MAKER, _OPEN, _S.WITHDRAWN),
    Rule(Act.LAPSE, Who.CLOCK, frozenset({_S.ACTIVE}), _S.LAPSED),
    Rule(Act.REOPEN, Who.MAKER, frozenset({_S.LAPSED}), _S.ACTIVE),
    Rule(Act.REOPEN, Who.MAKER, frozenset({_S.KEPT}), _S.ACTIVE, reviews=frozenset({Review.NONE})),
)


def rule_for(act: Act, status: Status, review: Review) -> Rule | None:
    """Return the rule that allows an act from a status, None where nothing does."""
    for rule in RULES:
        if rule.act is act and status in rule.sources and review in rule.reviews:
            return rule
    return None


def possible(status: Status, review: Review, who: Who) -> tuple[Act, ...]:
    """Return what this kind of person can do now, in the order of the table."""
    return tuple(dict.fromkeys(r.act for r in RULES if r.who is who and status in r.sources and review in r.reviews))


PUBLIC = frozenset({_S.ACTIVE, _S.DONE_CLAIMED, _S.KEPT, _S.PARTLY_KEPT, _S.CLOSED, _S.LAPSED})
"""Where a pledge has a public card, as far as its maker's visibility allows."""

COUNTS_AS_ACTIVE = frozenset({_S.ACTIVE, _S.DONE_CLAIMED})


class Visibility(StrEnum):
    """Who sees the maker of a pledge."""

    NAMED = "named"
    COUNTED = "counted"
    HIDDEN = "organisers"


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form of a pledge gives, checked and cleaned."""

    what: str
    done_when: str
    due: datetime | None
    help_wanted: str
    visibility: Visibility
    action: str | None = None
    sector: str = ""
    for_organisation: bool = False


@dataclass(frozen=True, slots=True)
class Pledge:
    """One pledge as it is stored. ``due`` is None for an ongoing one; ``progress`` is 0 to 100."""

    id: int
    guild_id: int
    maker_id: int | None
    action: str | None
    sector: str
    organisation_id: int | None
    organisation: str | None
    what: str
    done_when: str
    due: datetime | None
    help_wanted: str
    visibility: Visibility
    status: Status
    review: Review
    progress: int
    note: str
    evidence: str
    needs_help: bool
    created_at: datetime
    changed_at: datetime

    def freshness(self, now: datetime) -> str:
        """Return "fresh", "quiet" or "stale" by the time since the last update (90 and 180 days)."""
        silent = now - self.changed_at
        return "fresh" if silent < FRESH else "quiet" if silent <= STALE else "stale"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a pledge's history."""

    act: Act
    by: int | None
    at: datetime
    source: Status
    target: Status
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list and the key that the next one starts after, None on the last."""

    pledges: tuple[Pledge, ...]
    after: int | None
