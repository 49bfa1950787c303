"""What can go wrong that a person should hear about.

Errors carry facts in fields and no sentences: ``bot.ui.errors`` turns each kind into words in the
reader's language, so a service never needs to know who is listening.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any


class CogwheelError(Exception):
    """Base of every error that has an answer for the person it happened to."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(", ".join(f"{name}={value!r}" for name, value in facts.items()))
        self.facts = facts


class NotFound(CogwheelError):
    """Nothing with that id exists in this server (it may exist in another: that is never said)."""

    def __init__(self, what: str) -> None:
        super().__init__(what=what)
        self.what = what


class NotAllowed(CogwheelError):
    """The person lacks the standing for an action, or a rule keeps them from this very item."""

    def __init__(self, why: str) -> None:
        super().__init__(why=why)
        self.why = why


class Invalid(CogwheelError):
    """What was typed or chosen breaks a rule. ``field`` names the input, ``why`` the rule."""

    def __init__(self, field: str, why: str, **facts: Any) -> None:
        super().__init__(field=field, why=why, **facts)
        self.field = field
        self.why = why
        self.facts = facts


class AlreadyDecided(CogwheelError):
    """Someone else was first. Carries who, what and when, for the sentence the loser hears."""

    def __init__(self, status: str, by: int | None, at: datetime | None) -> None:
        super().__init__(status=status, by=by, at=at)
        self.status = status
        self.by = by
        self.at = at


class WrongState(CogwheelError):
    """The item has moved on, and the action is no longer possible from where it stands."""

    def __init__(self, status: str, action: str) -> None:
        super().__init__(status=status, action=action)
        self.status = status
        self.action = action


class NotJoined(CogwheelError):
    """The action needs a registration first."""


class ConsentNeeded(CogwheelError):
    """The adult-and-notice line was not ticked, so nothing may be stored.

    ``version`` is set for somebody registered under an earlier notice: it is the one to read now.
    """

    def __init__(self, version: str = "") -> None:
        super().__init__(version=version)
        self.version = version


class Paused(CogwheelError):
    """Organisers paused this person: reading, leaving and erasing still work, submitting text does not."""


class NotSetUp(CogwheelError):
    """The server has not chosen something yet (a channel or a role); ``what`` names it."""

    def __init__(self, what: str) -> None:
        super().__init__(what=what)
        self.what = what


class TextStopped(CogwheelError):
    """The guard held a text back. The text itself is not in the error, so it can not reach a log."""

    def __init__(self, field: str, kind: str, structural: bool) -> None:
        super().__init__(field=field, kind=kind, structural=structural)
        self.field = field
        self.kind = kind
        self.structural = structural


class StorageUnavailable(CogwheelError):
    """The database cannot answer. ``why`` is one of locked, read-only, missing, corrupt, closed, full."""

    def __init__(self, why: str) -> None:
        super().__init__(why=why)
        self.why = why
