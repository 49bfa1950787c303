"""An event's life, and who has said what about coming.

A row stores what was decided; what has come about since by the clock alone (a scheduled post is out,
an event is over) follows from :meth:`Event.state`, so nothing waits for a sweep to be true.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

TITLE_LIMIT = 100
WHERE_LIMIT = 100
TEXT_LIMIT = 2500
LINK_LIMIT = 400
ALT_LIMIT = 300
REASON_LIMIT = 500
MOST_PINGED = 5
MOST_PLACES = 10_000
DEFAULT_LENGTH = timedelta(minutes=60)
REMINDER_HOURS = (24, 1)
DRAFT_KEPT = timedelta(days=30)
UNFINISHED_KEPT = timedelta(hours=24)
"""How long a draft is kept whose second form was closed: nothing but a title and a time was ever typed."""
STRANGERS_KEPT = timedelta(days=30)
"""How long after an event the sign-ups of people who never registered are kept."""


class State(StrEnum):
    """Where an event stands."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    ANNOUNCED = "announced"
    HELD = "held"
    CANCELLED = "cancelled"


class Answer(StrEnum):
    """What somebody said; WAITING is "going" while every place is taken."""

    GOING = "going"
    WAITING = "waiting"
    MAYBE = "maybe"
    NO = "no"


class Moved(StrEnum):
    """One step of an event's life. The page in ``docs/`` is made from :data:`STEPS`."""

    POST = "post"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    EDIT = "edit"
    CANCEL = "cancel"
    DISCARD = "discard"
    SIGN_UP = "sign up"


STEPS: Mapping[Moved, frozenset[State]] = {
    Moved.POST: frozenset({State.DRAFT, State.SCHEDULED}),
    Moved.SCHEDULE: frozenset({State.DRAFT, State.SCHEDULED}),
    Moved.UNSCHEDULE: frozenset({State.SCHEDULED}),
    Moved.EDIT: frozenset({State.DRAFT, State.SCHEDULED, State.ANNOUNCED}),
    Moved.CANCEL: frozenset({State.SCHEDULED, State.ANNOUNCED}),
    Moved.DISCARD: frozenset({State.DRAFT, State.SCHEDULED}),
    Moved.SIGN_UP: frozenset({State.ANNOUNCED}),
}
"""From which states each step is possible."""


@dataclass(frozen=True, slots=True)
class Basics:
    """What the command or the form gives, as typed: ``starts`` and ``duration`` are read by the service."""

    title: str
    starts: str
    duration: str = ""
    where: str = ""
    text: str = ""
    type: str | None = None
    """A slug of the content's event types; None leaves it as it is."""


@dataclass(frozen=True, slots=True)
class Extras:
    """The second form: the text, a link to join, a picture and the words that describe it."""

    text: str = ""
    link: str = ""
    image: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """*More options*, as typed."""

    capacity: str = ""
    until: str = ""
    reminders: tuple[int, ...] = REMINDER_HOURS
    closed: bool = False
    type: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it is stored. ``closed``: the link to join goes only to those who are going.

    ``split``: the announcements channel publishes, so the notice and the card are two messages.
    ``moved_from`` is the start it was announced with before the last move. ``sequence`` rises with each change, the
    last of which ``editor_id`` made.
    """

    id: int
    guild_id: int
    author_id: int | None
    stored: State
    title: str
    starts: datetime
    ends: datetime
    zone: str
    created_at: datetime
    changed_at: datetime
    text: str = ""
    where: str = ""
    link: str = ""
    image: str = ""
    alt: str = ""
    type: str = ""
    sectors: tuple[str, ...] = ()
    roles: tuple[int, ...] = ()
    capacity: int | None = None
    until: datetime | None = None
    reminders: tuple[int, ...] = REMINDER_HOURS
    closed: bool = False
    reason: str = ""
    sequence: int = 0
    post_at: datetime | None = None
    moved_from: datetime | None = None
    channel_id: int | None = None
    split: bool = False
    editor_id: int | None = None

    @property
    def unfinished(self) -> bool:
        """Whether it is a draft that never got a text, or anything else after its first form."""
        return self.stored is State.DRAFT and not self.text and not self.sequence

    def state(self, now: datetime) -> State:
        """Return where the event stands at this moment, whether or not a sweep has written it down."""
        state = self.stored
        if state is State.SCHEDULED and self.post_at is not None and self.post_at <= now:
            state = State.ANNOUNCED
        if state is State.ANNOUNCED and self.ends <= now:
            state = State.HELD
        return state

    def may(self, step: Moved, now: datetime) -> bool:
        """Return whether a step is possible now."""
        return self.state(now) in STEPS[step]

    @property
    def lasts(self) -> timedelta:
        """How long it lasts."""
        return self.ends - self.starts


@dataclass(frozen=True, slots=True)
class Counts:
    """Sign-ups of one event. ``taken`` counts every place; the others leave out people whom no public figure counts."""

    taken: int = 0
    going: int = 0
    maybe: int = 0
    waiting: int = 0


def is_full(event: Event, counts: Counts) -> bool:
    """Return whether every place is taken."""
    return event.capacity is not None and counts.taken >= event.capacity


@dataclass(frozen=True, slots=True)
class SignUp:
    """One person's answer. ``counted``: whether it stands in public figures."""

    guild_id: int
    event_id: int
    user_id: int
    answer: Answer
    counted: bool
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Reminder:
    """One person's wish to be reminded, so many hours before the start."""

    id: int
    guild_id: int
    event_id: int
    user_id: int
    hours: int


@dataclass(frozen=True, slots=True)
class Seen:
    """An event as one person sees it: the figures, and their own answer and reminders."""

    event: Event
    counts: Counts
    answer: Answer | None = None
    reminded: tuple[int, ...] = ()

    def link_for(self, staff: bool) -> str:
        """Return the link to join if this person may have it."""
        if not self.event.closed or self.answer is Answer.GOING or staff:
            return self.event.link
        return ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list and the key that the next one starts after, "" on the last."""

    events: tuple[Event, ...]
    after: str = ""
    drafts: tuple[Event, ...] = field(default=())
