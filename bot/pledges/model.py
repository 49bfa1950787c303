"""A pledge's life: what it holds and the one table of what may happen to it.

The page in ``docs/`` and every button on a card are made from :data:`RULES`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.content.model import Localised

WHAT_LIMIT = 1000
DONE_WHEN_LIMIT = 300
NOTE_LIMIT = 500
HELP_LIMIT = 300
REASON_LIMIT = 500
EVIDENCE_LIMIT = 300
STEPS = (25, 50, 75)
"""How much is done, in per cent, as makers report it."""
FARTHEST_DUE = timedelta(days=5 * 366)
DRAFT_OFFERED = timedelta(hours=24)
DRAFT_KEPT = timedelta(days=30)
LAPSES_AFTER = timedelta(days=90)
MOST_OPEN = 20
"""Drafts and pledges waiting for an organiser that one person may have at a time, and pledges begun within an hour."""
MOST_INVITED = 10
MOST_OTHERS = 1000
INVITATION_KEPT = timedelta(days=30)
TIME_TO_JOIN = timedelta(days=30)
LEAST_TIME_TO_JOIN = timedelta(days=7)
"""What is left to join from an approval on, however long the review took."""


class Status(StrEnum):
    """Where a pledge stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_ASKED = "changes asked"
    WAITING = "waiting"
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
    ENOUGH = "enough joined"
    PROGRESS = "progress"
    CHANGE = "change"
    ACCEPT_CHANGE = "accept change"
    REFUSE_CHANGE = "refuse change"
    DONE = "done"
    CONFIRM = "confirm"
    NOT_YET = "not yet"
    PARTLY = "partly"
    CANT = "can't"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    REOPEN = "reopen"
    UNAPPROVE = "take back approval"
    UNDECLINE = "take back decline"
    UNCONFIRM = "take back confirmation"
    UNLINK = "remove link"
    """Not in the table: it moves nothing, and is possible wherever there is a link."""
    IMPORT = "import"
    """Not in the table: brought in by an organiser as it stood before there was a bot, out of nothing (a draft)."""
    UNIMPORT = "take back import"
    TAKE_ON = "take on"
    """Not in the table: it moves nothing, and makes somebody the maker of what was imported."""


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
    """One row of the table: an act, whose it is, from where, to where; ``reviews`` limits it to kinds of review.

    ``conditional``: only for a pledge that still lacks others who join (True), only for any other (False).
    ``follows``: the newest line of the history must be one of these, so nothing was reported since.
    """

    act: Act
    who: Who
    sources: frozenset[Status]
    target: Status
    reviews: frozenset[Review] = frozenset(Review)
    needs_reason: bool = False
    conditional: bool | None = None
    follows: frozenset[Act] = frozenset()


_S = Status
_REVIEWED = frozenset({Review.BEFORE, Review.AFTER})
_WORD = frozenset({Review.NONE, Review.AFTER})
_OPEN = frozenset({_S.DRAFT, _S.SUBMITTED, _S.CHANGES_ASKED, _S.WAITING, _S.ACTIVE, _S.DONE_CLAIMED})
_BEGUN = frozenset({_S.DRAFT, _S.CHANGES_ASKED})
_REVIEWER = Who.REVIEWER

RULES: tuple[Rule, ...] = (
    Rule(Act.SUBMIT, Who.MAKER, _BEGUN, _S.SUBMITTED, reviews=frozenset({Review.BEFORE})),
    Rule(Act.SUBMIT, Who.MAKER, _BEGUN, _S.ACTIVE, reviews=_WORD, conditional=False),
    Rule(Act.SUBMIT, Who.MAKER, _BEGUN, _S.WAITING, reviews=_WORD, conditional=True),
    Rule(Act.ASK_CHANGES, _REVIEWER, frozenset({_S.SUBMITTED}), _S.CHANGES_ASKED, needs_reason=True),
    Rule(Act.APPROVE, _REVIEWER, frozenset({_S.SUBMITTED}), _S.ACTIVE, conditional=False),
    Rule(Act.APPROVE, _REVIEWER, frozenset({_S.SUBMITTED}), _S.WAITING, conditional=True),
    Rule(Act.DECLINE, _REVIEWER, frozenset({_S.SUBMITTED}), _S.DECLINED, needs_reason=True),
    Rule(Act.ENOUGH, Who.CLOCK, frozenset({_S.WAITING}), _S.ACTIVE),
    Rule(Act.PROGRESS, Who.MAKER, frozenset({_S.ACTIVE}), _S.ACTIVE),
    Rule(Act.CHANGE, Who.MAKER, frozenset({_S.ACTIVE}), _S.ACTIVE),
    Rule(Act.ACCEPT_CHANGE, _REVIEWER, frozenset({_S.ACTIVE}), _S.ACTIVE),
    Rule(Act.REFUSE_CHANGE, _REVIEWER, frozenset({_S.ACTIVE}), _S.ACTIVE, needs_reason=True),
    Rule(Act.DONE, Who.MAKER, frozenset({_S.ACTIVE}), _S.DONE_CLAIMED, reviews=_REVIEWED),
    Rule(Act.DONE, Who.MAKER, frozenset({_S.ACTIVE}), _S.KEPT, reviews=frozenset({Review.NONE})),
    Rule(Act.CONFIRM, _REVIEWER, frozenset({_S.DONE_CLAIMED}), _S.KEPT),
    Rule(Act.NOT_YET, _REVIEWER, frozenset({_S.DONE_CLAIMED}), _S.ACTIVE, needs_reason=True),
    Rule(Act.PARTLY, Who.MAKER, frozenset({_S.ACTIVE}), _S.PARTLY_KEPT),
    Rule(Act.CANT, Who.MAKER, frozenset({_S.ACTIVE}), _S.CLOSED),
    Rule(Act.WITHDRAW, Who.MAKER, _OPEN, _S.WITHDRAWN),
    Rule(Act.LAPSE, Who.CLOCK, frozenset({_S.ACTIVE, _S.WAITING}), _S.LAPSED),
    Rule(Act.REOPEN, Who.MAKER, frozenset({_S.LAPSED}), _S.ACTIVE),
    Rule(Act.REOPEN, Who.MAKER, frozenset({_S.KEPT}), _S.ACTIVE, reviews=frozenset({Review.NONE})),
    Rule(
        Act.UNAPPROVE,
        _REVIEWER,
        frozenset({_S.ACTIVE, _S.WAITING}),
        _S.SUBMITTED,
        reviews=frozenset({Review.BEFORE}),
        needs_reason=True,
        follows=frozenset({Act.APPROVE, Act.ENOUGH}),
    ),
    Rule(
        Act.UNDECLINE,
        _REVIEWER,
        frozenset({_S.DECLINED}),
        _S.SUBMITTED,
        needs_reason=True,
        follows=frozenset({Act.DECLINE}),
    ),
    Rule(
        Act.UNCONFIRM,
        _REVIEWER,
        frozenset({_S.KEPT}),
        _S.DONE_CLAIMED,
        reviews=_REVIEWED,
        needs_reason=True,
        follows=frozenset({Act.CONFIRM}),
    ),
    Rule(
        Act.UNIMPORT,
        _REVIEWER,
        frozenset({_S.ACTIVE, _S.KEPT, _S.PARTLY_KEPT, _S.CLOSED}),
        _S.WITHDRAWN,
        needs_reason=True,
        follows=frozenset({Act.IMPORT}),
    ),
)
CHANGE_DECISIONS = frozenset({Act.ACCEPT_CHANGE, Act.REFUSE_CHANGE})
REVERSALS = frozenset({Act.UNAPPROVE, Act.UNDECLINE, Act.UNCONFIRM})


def rule_for(act: Act, status: Status, review: Review, conditional: bool = False) -> Rule | None:
    """Return the rule that allows an act from a status, None where nothing does; ``follows`` is not looked at."""
    for rule in RULES:
        fits = rule.act is act and status in rule.sources and review in rule.reviews
        if fits and rule.conditional in (None, conditional):
            return rule
    return None


def possible(status: Status, review: Review, who: Who) -> tuple[Act, ...]:
    """Return what this kind of person can do now, in the order of the table."""
    return tuple(dict.fromkeys(r.act for r in RULES if r.who is who and status in r.sources and review in r.reviews))


PUBLIC = frozenset({_S.WAITING, _S.ACTIVE, _S.DONE_CLAIMED, _S.KEPT, _S.PARTLY_KEPT, _S.CLOSED, _S.LAPSED})
"""Where a pledge has a public card, as far as its maker's visibility allows."""

COUNTS_AS_ACTIVE = frozenset({_S.ACTIVE, _S.DONE_CLAIMED})
ON_THE_DESK = frozenset({_S.SUBMITTED, _S.DONE_CLAIMED})
JOINABLE = frozenset({_S.WAITING, _S.ACTIVE})


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
    only_if: int = 0
    join_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pledge:
    """One pledge as it is stored. ``due`` is None for an ongoing one; ``progress`` is 0 to 100.

    ``queued_at`` is when it came to the organisers' desk, None while it is not there. It starts only if
    ``only_if`` others join until ``join_by``; ``joined`` is how many do it with the maker. ``organisation_domain``
    is the web domain that organisers confirmed, "" for none. ``catalogue`` are the title and the *done when* of its
    ready-made action in every language; only what is handed out to be shown has them. ``import_id`` is the file it
    came from: nobody makes such a one until somebody takes it on, so its organisation names nobody.
    """

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
    organisation_confirmed: bool = False
    queued_at: datetime | None = None
    only_if: int = 0
    join_by: datetime | None = None
    joined: int = 0
    organisation_domain: str = ""
    import_id: int | None = None
    catalogue: tuple[Localised, ...] = field(default=(), compare=False)

    def said(self, text: str, locale: str) -> str:
        """Return words of it as they read in a language: the catalogue's are translated, others stay as written."""
        found = next((one for one in self.catalogue if text in one.texts.values()), None)
        return text if found is None else found.text(locale)

    @property
    def waits_for_maker(self) -> bool:
        """Whether it came from a file, goes on, and nobody has taken it on yet."""
        return self.import_id is not None and self.maker_id is None and self.status is Status.ACTIVE

    @property
    def conditional(self) -> bool:
        """Whether it still waits for others to join."""
        return self.joined < self.only_if

    def draft(self) -> Draft:
        """Return its words as a draft, to be changed and stored again."""
        return Draft(
            self.what,
            self.done_when,
            self.due,
            self.help_wanted,
            self.visibility,
            sector=self.sector,
            only_if=self.only_if,
            join_by=self.join_by,
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a pledge's history. ``own``: decided by its maker's own side, as this server allows."""

    act: Act
    by: int | None
    at: datetime
    source: Status
    target: Status
    reason: str
    own: bool = False


class Part(StrEnum):
    """What somebody else has to do with a pledge: asked to make it too, making it too, joined later, or said no."""

    INVITED = "invited"
    TOGETHER = "together"
    JOINED = "joined"
    DECLINED = "declined"


TAKES_PART = frozenset({Part.TOGETHER, Part.JOINED})


@dataclass(frozen=True, slots=True)
class Companion:
    """Somebody who was asked to make a pledge too, or joined it. ``named``: others may see that it is them."""

    user_id: int
    part: Part
    at: datetime
    named: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """The words that a maker wants an active pledge to have; the old ones stand until an organiser approves."""

    what: str
    done_when: str
    due: datetime | None
    help_wanted: str
    at: datetime

    @property
    def version(self) -> int:
        """Which words these are, as a button can carry it: since when they are proposed, in microseconds."""
        return (self.at - _EPOCH) // timedelta(microseconds=1)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list and the key that the next one starts after, None on the last."""

    pledges: tuple[Pledge, ...]
    after: int | None
