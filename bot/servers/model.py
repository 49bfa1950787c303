"""What a server chose in ``/setup``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """One server's choices; everything has a default, so an untouched server has settings too."""

    guild_id: int
    locale: str = "en"
    zone: str = "UTC"
    channels: Mapping[Channel, int] = field(default_factory=dict)
    moderator_roles: frozenset[int] = frozenset()
    organiser_roles: frozenset[int] = frozenset()
    small_figure: int = SMALL_FIGURE
    own_review: bool = False
    set_up: bool = False

    def channel(self, purpose: Channel) -> int | None:
        """Return the id of the channel chosen for a purpose, None while there is none."""
        return self.channels.get(purpose)
