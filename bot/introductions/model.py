"""An introduction between two organisations: its life, and what each sees of the other before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.members.model import Organisation

MOST_WISHES = 3
MOST_OPEN = 3
"""Introductions that wait for an answer or have a thread, per organisation, whichever side asked."""
MOST_CONTACTS = 5
"""People who speak for one organisation; each of them is told of every request."""
ANSWER_WITHIN = timedelta(days=14)
REST = timedelta(days=30)
"""How long after *Not now* or no answer the same organisation does not ask the same one again."""
PAGE = 5
COMPARED = 40
"""Organisations whose words are compared at once; those whose sectors fit best come first in any case."""

THREAD, CARD = "introduction.thread", "introduction.card"
"""The kinds of outbox row: what is done about the thread, and the card that opens it."""

NOT_HERE, NO_PLACE, NO_RIGHT, NO_ROLE, GONE = (
    "introduction: not here",
    "introduction: no place",
    "introduction: no right",
    "introduction: no role",
    "introduction: gone",
)
"""Why a thread could not be made; ``cards`` has the words."""


class Status(StrEnum):
    """Where an introduction stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


OPEN = frozenset({Status.ASKED, Status.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Introduction:
    """One request and what became of it. ``asking`` and ``asked`` are organisations.

    ``asker`` and ``answerer`` are the people in the thread; ``ended_by`` closed it. Each is None once that person
    has been erased, or while nobody has done it.
    """

    id: int
    guild_id: int
    asking: int
    asked: int
    status: Status
    asker: int | None
    answerer: int | None
    ended_by: int | None
    channel_id: int | None
    thread_id: int | None
    created_at: datetime
    changed_at: datetime

    @property
    def people(self) -> tuple[int, ...]:
        """Those who said yes, one of each side."""
        return tuple(person for person in (self.asker, self.answerer) if person is not None)

    def other(self, organisation_id: int) -> int:
        """Return the organisation on the other side."""
        return self.asked if organisation_id == self.asking else self.asking


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who shows their name and speaks for their organisation. ``offers`` and ``needs`` are their own words."""

    user_id: int
    sectors: tuple[str, ...]
    offers: str
    needs: str


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation as another may see it: its name, and what those say who speak for it; nobody else's words."""

    organisation: Organisation
    wishes: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()

    @property
    def sectors(self) -> tuple[str, ...]:
        """The sectors of those who speak for it."""
        return tuple(dict.fromkeys(sector for contact in self.contacts for sector in contact.sectors))

    @property
    def offers(self) -> str:
        """What they offer, in their words, "" for nothing."""
        return "\n".join(dict.fromkeys(contact.offers for contact in self.contacts if contact.offers))

    @property
    def needs(self) -> str:
        """What they look for, in their words, "" for nothing."""
        return "\n".join(dict.fromkeys(contact.needs for contact in self.contacts if contact.needs))


@dataclass(frozen=True, slots=True)
class Fit:
    """A suggestion and its reasons.

    ``theirs``: sectors of theirs that we look for; ``ours``: sectors of ours that they look for. ``score`` says from 0
    to 1000 how well the words of what they offer fit those of what we need.
    """

    party: Party
    theirs: tuple[str, ...]
    ours: tuple[str, ...]
    score: int
    busy: bool = False
    """They have no room for another introduction just now."""

    @property
    def mutual(self) -> bool:
        """Whether each looks for the other."""
        return bool(self.theirs and self.ours)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: after (tier, organisation) where the present forty do, among them after a fit.

    ``score`` and ``last`` are those of the last fit shown, ``mutual`` its kind; a ``last`` of 0 is the beginning.
    """

    tier: int
    after: int
    mutual: int = 1
    score: int = 1000
    last: int = 0


START = Cursor(4, 0)
"""Above every tier: 3 is mutual, 2 they are what we look for, 1 we are what they look for."""


@dataclass(frozen=True, slots=True)
class FitPage:
    """Five suggestions and where the next page begins, None on the last. ``full``: we have no room ourselves."""

    fits: tuple[Fit, ...]
    next: Cursor | None = None
    full: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One of our introductions, with the other side."""

    introduction: Introduction
    other: Party


@dataclass(frozen=True, slots=True)
class Board:
    """What somebody sees who speaks for an organisation. ``speaks``: they switched it on themselves."""

    mine: Party
    speaks: bool
    waiting: tuple[Line, ...] = ()
    asked: tuple[Line, ...] = ()
    open: tuple[Line, ...] = ()

    @property
    def full(self) -> bool:
        """Whether there is no room for another one."""
        return len(self.waiting) + len(self.asked) + len(self.open) >= MOST_OPEN


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many introductions there are in a server: what organisers see, and all they see."""

    asked: int
    open: int
    accepted: int
    closed: int
    declined: int
    lapsed: int
    withdrawn: int
