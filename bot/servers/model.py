"""What a server chose in ``/setup``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum


class Channel(StrEnum):
    """What a channel is chosen for."""

    WELCOME = "welcome"
    ANNOUNCEMENTS = "announcements"
    QUESTIONS = "questions"
    IDEAS = "ideas"
    PLEDGES = "pledges"
    ORGANISERS = "organisers"


SMALL_FIGURE = 3
"""Below this, a public figure about people is "a few"."""

ROUTES_VALID = timedelta(days=180)
"""How long an admin's check of a country's routes holds: help pages and numbers change often."""


@dataclass(frozen=True, slots=True)
class RouteCheck:
    """An admin opened and ticked the routes of a country. ``by`` is None once they have been erased."""

    on: date
    by: int | None = None

    @property
    def until(self) -> date:
        """The last day on which the check holds."""
        return self.on + ROUTES_VALID


RETENTION = (30, 90, 180, 365)
"""Days that may be chosen for keeping what is held about somebody who left; the first is the default."""

SMALL_FIGURES = tuple(range(2, 11))
"""What may be chosen as the smallest public figure about people; one person is never a figure."""


@dataclass(frozen=True, slots=True)
class FreshnessLimits:
    """A pledge is fresh for so many days after its last update, and silent once more than so many have passed."""

    fresh: int = 90
    silent: int = 180

    @property
    def key(self) -> str:
        """The limits as a choice is named and stored."""
        return f"{self.fresh}-{self.silent}"


USUAL_FRESHNESS = FreshnessLimits()
FRESHNESS = (FreshnessLimits(30, 90), FreshnessLimits(60, 120), USUAL_FRESHNESS, FreshnessLimits(180, 365))
"""What may be chosen as the limits of freshness."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Who is responsible for a server's data; ``where`` is an e-mail address or the https address of a page."""

    name: str
    where: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the check of a server looked at: whether it is in order, what it is, and the facts of it."""

    fine: bool
    what: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """One server's choices; everything has a default, so an untouched server has settings too."""

    guild_id: int
    name: str = ""
    locale: str = "en"
    zone: str = "UTC"
    channels: Mapping[Channel, int] = field(default_factory=dict)
    moderator_roles: frozenset[int] = frozenset()
    organiser_roles: frozenset[int] = frozenset()
    small_figure: int = SMALL_FIGURE
    own_review: bool = False
    set_up: bool = False
    country: str = ""
    route_checks: Mapping[str, RouteCheck] = field(default_factory=dict)
    contact: Contact | None = None
    retention: timedelta = timedelta(days=RETENTION[0])
    """How long what is held about somebody who left the server stays."""
    notice: str = ""
    """The server's own words in the privacy notice, "" for none."""
    notice_instead: bool = False
    """Whether those words stand in place of the content's notice, or below it."""
    notice_count: int = 0
    """How often the server's notice changed in substance; part of its version."""
    milestones: bool = True
    nudge_ping: bool = False
    """Whether reminders of pledges that wait ping the organisers' roles."""
    digest: bool = False
    """Whether a digest of the pledges comes to the organisers' channel on the first of every month."""
    sector_roles: bool = False
    freshness: FreshnessLimits = USUAL_FRESHNESS

    def routes_checked(self, country: str, today: date) -> RouteCheck | None:
        """Return this server's check of a country's routes while it holds."""
        check = self.route_checks.get(country)
        return check if check is not None and check.on <= today <= check.until else None

    def channel(self, purpose: Channel) -> int | None:
        """Return the id of the channel chosen for a purpose, None while there is none."""
        return self.channels.get(purpose)
