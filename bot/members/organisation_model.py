"""What organisers decide about organisations, and what they see before they do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.members.model import Organisation

REASON_LIMIT = 300


class Deed(StrEnum):
    """What an organiser did; also its name in the history."""

    CONFIRM = "confirm"
    UNCONFIRM = "unconfirm"
    RENAME = "rename"
    MERGE = "merge"
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the history, which is only ever added to.

    ``was`` and ``became`` are names (for a merge the one that went and the one that stays), or web domains with ""
    for none. ``by`` is None once that person has been erased; ``own`` says that it was their own organisation.
    """

    deed: Deed
    by: int | None
    at: datetime
    was: str
    became: str
    reason: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the queue: an organisation and how many people are in it, hidden ones too."""

    organisation: Organisation
    people: int


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of it; the next starts after the key (people, id) ``after``, the one before ends with ``before``.

    None: there is no such page.
    """

    lines: tuple[Listed, ...]
    after: tuple[int, int] | None = None
    before: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything organisers see of one organisation, hidden people counted too.

    ``by_sector`` are (slug, people who count in it), most first. ``revision`` goes up with every decision, and a
    decision is taken on the revision that its card showed. ``barred``: it is the reader's own, for others to decide.
    """

    organisation: Organisation
    revision: int
    people: int
    by_sector: tuple[tuple[str, int], ...]
    pledges: int
    like: tuple[Organisation, ...]
    former_names: tuple[str, ...]
    last: Change | None
    barred: bool


@dataclass(frozen=True, slots=True)
class Merging:
    """What a merge will do: ``gone`` becomes part of ``stays``. ``people`` and ``pledges`` are those that move.

    ``seen`` is the sum of both revisions: as they only go up, it stays the same as long as both do.
    """

    gone: Organisation
    stays: Organisation
    seen: int
    people: int
    pledges: int
