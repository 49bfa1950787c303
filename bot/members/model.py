"""Who takes part: sectors, organisation, what others may see, how to be reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST_SECTORS = 3
ORGANISATION_LIMIT = 80
OFFERS_LIMIT = 1000


class Visibility(StrEnum):
    """What others may see of somebody (or of one pledge)."""

    NAMED = "named"
    COUNTED = "counted"
    HIDDEN = "organisers"


class Reach(StrEnum):
    """The one way to reach a person, chosen by them."""

    DM = "dm"
    MENTION = "mention"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation as people typed it first; ``key`` is its casefolded, folded form."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who registered in one server. ``sectors`` has the primary one first."""

    guild_id: int
    user_id: int
    sectors: tuple[str, ...]
    organisation: Organisation | None
    offers: str
    visibility: Visibility
    reach: Reach | None
    locale: str | None
    consent_version: str
    joined_at: datetime
    paused: bool = False

    @property
    def primary(self) -> str:
        """The sector that the person counts in."""
        return self.sectors[0]


@dataclass(frozen=True, slots=True)
class Brief:
    """What every interaction needs to know of a person: their language, whether paused, unseen news."""

    locale: str | None = None
    paused: bool = False
    news: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """A piece of news for one person: what kind, about which item, and a detail such as a reason."""

    id: int
    guild_id: int
    user_id: int
    kind: str
    subject_id: int
    detail: str | None
    created_at: datetime
    seen: bool
