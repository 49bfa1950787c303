"""Who takes part: sectors, organisation, what others may see, how to be reached."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST_SECTORS = 3
ORGANISATION_LIMIT = 80
OFFERS_LIMIT = 1000
PAUSE_REASON_LIMIT = 300
DRAFT_KEPT = timedelta(hours=24)
"""How long a form that was not saved is kept."""


class Visibility(StrEnum):
    """What others may see of somebody (or of one pledge)."""

    NAMED = "named"
    COUNTED = "counted"
    HIDDEN = "organisers"


COUNTERS = {
    Visibility.NAMED: "members.named",
    Visibility.COUNTED: "members.counted",
    Visibility.HIDDEN: "members.hidden",
}
"""The counter (subject: the primary sector) that somebody stands in. The last one is in no public figure."""


class Reach(StrEnum):
    """The one way to reach a person, chosen by them."""

    DM = "dm"
    MENTION = "mention"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation as people typed it first, or as organisers renamed it.

    ``confirmed``: organisers know it. ``domain`` is its own web domain in ASCII, "" for none.
    """

    id: int
    name: str
    confirmed: bool = False
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """What the form gives and the card completes. ``sectors`` has the primary one first.

    ``consent_version`` is that of the notice whose box was ticked, "" for none; ``reach_channel_id`` is
    where to mention.
    """

    sectors: tuple[str, ...]
    organisation: str = ""
    offers: str = ""
    visibility: Visibility = Visibility.COUNTED
    reach: Reach = Reach.PROFILE
    reach_channel_id: int | None = None
    consent_version: str = ""

    def led_by(self, sector: str) -> tuple[str, ...]:
        """Return the sectors with this one first; one that is not among them changes nothing."""
        return tuple(sorted(self.sectors, key=lambda slug: slug != sector))


@dataclass(frozen=True, slots=True)
class JoinDraft:
    """A form that waits for Save, and organisations it may have meant (at most three)."""

    id: int
    registration: Registration
    meant: tuple[Organisation, ...] = ()


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
    consented_at: datetime | None = None
    """When they read the notice of that version."""

    @property
    def primary(self) -> str:
        """The sector that the person counts in."""
        return self.sectors[0]


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who chose to be named, as everybody may see them."""

    user_id: int
    organisation: str | None
    offers: str
    confirmed: bool = False
    """Whether organisers confirmed the organisation."""


@dataclass(frozen=True, slots=True)
class NamedPage:
    """A page of them, and the key that the next one starts after, None on the last."""

    members: tuple[Named, ...]
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """What every interaction needs to know of a person: language, whether paused, unseen news, roles given."""

    locale: str | None = None
    paused: bool = False
    news: int = 0
    roles: int = 0


@dataclass(frozen=True, slots=True)
class Pause:
    """Somebody can submit no text. Whoever decided is None once they have been erased."""

    id: int
    user_id: int
    reason: str
    paused_by: int | None
    paused_at: datetime
    resumed_by: int | None = None
    resumed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PausePage:
    """A page of them; the next starts after the key ``after``, the one before ends with ``before``; None: no such."""

    pauses: tuple[Pause, ...]
    after: int | None = None
    before: int | None = None


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


def filled(text: str, headings: Collection[str]) -> str:
    """Return a text without the headings that nothing was written under; "" where nothing was written at all."""
    kept: list[str] = []
    waiting: str | None = None
    for line in text.splitlines():
        if line.strip() in headings:
            waiting = line.strip()
        elif line.strip() or waiting is None:
            if waiting is not None:
                kept += [*([""] if kept and kept[-1] else []), waiting]
                waiting = None
            kept.append(line.rstrip())
    return "\n".join(kept).strip()
