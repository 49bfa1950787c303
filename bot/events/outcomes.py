"""What comes back from a change of an event: how it went, or that somebody was quicker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.errors import WrongState
from bot.events.model import Event, Moved


class Overtaken(WrongState):
    """Somebody changed an event after a form was opened on it: how it stands, and how this form would make it."""

    def __init__(self, theirs: Event, mine: Event, now: datetime) -> None:
        super().__init__(theirs.state(now).value, Moved.EDIT.value)
        self.theirs = theirs
        self.mine = mine


@dataclass(frozen=True, slots=True)
class Changed:
    """An edit: the event now, its start before if that has moved, and how many people are told."""

    event: Event
    moved_from: datetime | None = None
    told: int = 0


@dataclass(frozen=True, slots=True)
class Posted:
    """An event on its way out, and the outbox rows that take it there, in order."""

    event: Event
    rows: tuple[int, ...]
