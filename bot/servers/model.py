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

    def routes_checked(self, country: str, today: date) -> RouteCheck | None:
        """Return this server's check of a country's routes while it holds."""
        check = self.route_checks.get(country)
        return check if check is not None and check.on <= today <= check.until else None

    def channel(self, purpose: Channel) -> int | None:
        """Return the id of the channel chosen for a purpose, None while there is none."""
        return self.channels.get(purpose)
