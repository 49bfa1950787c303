"""Questions that people asked, what became of them, and the honest reply to one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.faq.search import Outcome

QUESTION_LIMIT = 500
ANSWER_LIMIT = 1000
MOST_OPEN = 5
"""Questions that one person may have waiting with the organisers."""

ASKER_KEPT = timedelta(days=30)
"""How long after the answer it is remembered who asked: by then they have read it."""

GAP_KEPT = timedelta(days=180)
"""How long a question is kept that nobody could be answered on, and that nobody handed to the organisers."""

ANSWER_PREFIX = "answer:"
"""Begins what an autocomplete choice stands for, so that free text is told apart from it."""


class State(StrEnum):
    """Where a question stands."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Question:
    """A question without an answer so far, or the one it got.

    ``handed`` tells whether somebody waits for the organisers; otherwise it is only a gap: nothing fitted,
    ``times`` over, and nobody's id is with it. ``asker_id`` is for telling them; it may be shown where ``named``.
    ``slug`` names the entry that answered it, ``answer`` holds an answer in an organiser's own words.
    """

    id: int
    guild_id: int
    asker_id: int | None
    named: bool
    handed: bool
    text: str
    times: int
    state: State
    answer: str
    slug: str | None
    decided_by: int | None
    asked_at: datetime
    decided_at: datetime | None

    @property
    def known_asker(self) -> int | None:
        """Who asked, where they said that it may be said."""
        return self.asker_id if self.named else None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of questions and the key that the next one starts after, None on the last."""

    questions: tuple[Question, ...]
    after: int | None


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say to a question.

    ``stopped`` is set where the guard heard a real case: help comes first then, and the text was not kept.
    ``noted`` tells whether the question was written down as a gap.
    """

    outcome: Outcome
    stopped: Stopped | None = None
    noted: bool = False


@dataclass(frozen=True, slots=True)
class Stopped:
    """That the guard held a text back, and what it sounded like. Never the text."""

    field: str
    kind: str
