"""Sector roles: which role of a server stands for which sector, and who has one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SERVER, SECTOR, PERSON, ROUND = "roles.server", "roles.sector", "roles.person", "roles.round"
"""The kinds of outbox row. Their subjects: 0, the row of a sector role, a person, and the person a round came to."""

PAGE = 200
"""People that one step of a round looks at, and most that are queued at a time."""

NAME_LIMIT = 100
"""Most characters of a role's name (Discord's limit)."""


class State(StrEnum):
    """What is to be with a role: chosen for when roles are switched on, given, or being taken away."""

    PLANNED = "planned"
    GIVEN = "given"
    GOING = "going"


NOT_HERE, NO_RIGHT, ABOVE, GONE, FULL, NOT_TAKEN = (
    "roles: not here",
    "roles: no right",
    "roles: above",
    "roles: gone",
    "roles: full",
    "roles: not taken",
)
"""Why a row failed; ``bot.roles.cards`` has the words."""


@dataclass(frozen=True, slots=True)
class SectorRole:
    """The role of a sector. ``role_id`` is None until it is made; ``made`` says whether by the bot.

    ``name`` is what the bot called it last, "" for a role that an admin chose: a name that is another by
    now was given by hand and stays.
    """

    id: int
    guild_id: int
    sector: str
    role_id: int | None
    made: bool
    state: State
    name: str = ""
    asked_at: datetime | None = None
    """When the role was asked for: one that the bot made is not older."""


@dataclass(frozen=True, slots=True)
class RoleBook:
    """Every sector role of a server."""

    roles: tuple[SectorRole, ...] = ()

    @property
    def ours(self) -> frozenset[int]:
        """The roles that the bot looks after: it gives and takes these and no others."""
        return frozenset(role.role_id for role in self.roles if role.role_id and role.state is not State.PLANNED)

    def of(self, sector: str) -> SectorRole | None:
        """Return the role that a sector has or is to have, None for one without."""
        return next((role for role in self.roles if role.sector == sector and role.state is not State.GOING), None)

    def given(self, sectors: Collection[str]) -> frozenset[int]:
        """Return the roles that somebody in these sectors gets."""
        return frozenset(
            role.role_id
            for role in self.roles
            if role.role_id is not None and role.state is State.GIVEN and role.sector in sectors
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A role that an admin would like to use, with what may stand against it.

    ``staff``: everybody, a bot's or integration's own, or one that makes moderators or organisers;
    ``above``: not below the bot's own; ``powers``: allows more than everybody may; ``opens``: has a
    channel of its own.
    """

    id: int
    staff: bool = False
    above: bool = False
    powers: bool = False
    opens: bool = False

    @property
    def obstacle(self) -> str | None:
        """Why the role can not be used, None where it can."""
        reasons = {
            "role of staff": self.staff,
            "role above": self.above,
            "role with powers": self.powers,
            "role with channels": self.opens,
        }
        return next((why for why, stands in reasons.items() if stands), None)


Held = Mapping[int, frozenset[int]]
"""Person -> the roles they have, as Discord said just now."""
