"""What the guard can say about a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a text seems to hold. The values are those of the evaluation files."""

    DANGER = "danger"
    """Somebody is at risk now."""
    HAPPENED = "happened"
    """Something that was done to somebody, told as a case."""
    OWN_THOUGHTS = "own-thoughts"
    """Worry about one's own thoughts or acts."""
    POINTER = "pointer"
    """An address, file, fingerprint, account or person that a case could be found by."""
    NONE = "none"
    """Nothing of these."""


class Where(StrEnum):
    """The kind of field that the text was typed into."""

    QUESTION = "question"
    PLEDGE = "pledge"
    OFFER = "offer"
    ORGANISATION = "organisation"
    NOTE = "note"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The guard's answer. ``structural`` verdicts come from the shape of the text and cannot be waved on."""

    kind: Kind
    structural: bool = False

    @property
    def passes(self) -> bool:
        """Whether nothing was found."""
        return self.kind is Kind.NONE


CLEAR = Verdict(Kind.NONE)
"""Nothing found."""
