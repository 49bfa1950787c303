"""What the wheel shows: one cog per sector, its size and state, and the words that belong to the picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import Literal

MAX_COGS = 24
"""Most cogs in one picture: a server has at most 24 active sectors."""

Size = Literal[1, 2, 3]
Theme = Literal["dark", "light"]


class CogState(Enum):
    """What a sector does, from nothing yet to a promise kept; the picture tells them apart by shape and colour."""

    WAITING = "waiting"
    REGISTERED = "registered"
    ACTIVE = "active"
    KEPT = "kept"

    @property
    def turns(self) -> bool:
        """Whether a cog in this state counts as turning: it has an active pledge or has kept one."""
        return self in (CogState.ACTIVE, CogState.KEPT)


@dataclass(frozen=True, slots=True)
class Cog:
    """One sector as the picture shows it.

    `count_label` is what may be said about the number of partners, already masked by the caller; up to four characters
    stand inside the cog, a longer one under the name, an empty one nowhere. `icon` is an emoji; one that cannot be
    drawn becomes initials. `slug` speaks for a name that is written in letters the bundled font lacks.
    """

    slug: str
    name: str
    short: str
    icon: str
    count_label: str
    state: CogState
    size: Size


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that one picture is drawn from; equal pictures give equal bytes, so it is the key of a cache.

    `legend` has a word for each state, in the order of `CogState`; without them there is no legend.

    Raises `ValueError` when there is no cog, more than `MAX_COGS`, or when the numbers do not fit the cogs.
    """

    title: str
    cogs: tuple[Cog, ...]
    turning: int
    total: int
    centre_line: str
    theme: Theme = "dark"
    locale: str = "en"
    legend: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= len(self.cogs) <= MAX_COGS:
            raise ValueError(f"a wheel has 1 to {MAX_COGS} cogs, not {len(self.cogs)}")
        if self.total != len(self.cogs) or self.turning != turning(self.cogs):
            raise ValueError(f"{self.turning} of {self.total} does not fit the cogs")


def turning(cogs: tuple[Cog, ...]) -> int:
    """How many of the cogs turn."""
    return sum(cog.state.turns for cog in cogs)


def state_of(partners: int, active: int, kept: int) -> CogState:
    """The state of a sector with so many partners, active pledges and kept pledges; the furthest one reached counts."""
    if kept > 0:
        return CogState.KEPT
    if active > 0:
        return CogState.ACTIVE
    return CogState.REGISTERED if partners > 0 else CogState.WAITING


def size_of(partners: int, mask_below: int = 3) -> Size:
    """The step of a sector with so many partners: 1, 2 from three partners on, 3 from ten on.

    A number below `mask_below` (the server's threshold for naming figures) is always step 1, and the second step never
    begins under it: the size of a cog tells no more than its label does.
    """
    second = max(3, mask_below)
    if partners < second:
        return 1
    return 2 if partners < max(10, second + 1) else 3


MANY = 10
"""The cog whose turning is a milestone of its own."""


class Reached(StrEnum):
    """What a coalition reaches for the first time, the greatest first."""

    WHOLE = "whole"
    MANY = "many"
    KEPT = "kept"
    PLEDGED = "pledged"


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something reached for the first time, by a pledge of a sector. ``maker_id`` is set where they chose to be named.

    What it says is true when it is posted; what becomes of the pledge later changes nothing about it.
    """

    id: int
    guild_id: int
    name: Reached
    sector: str
    pledge_id: int
    maker_id: int | None
    reached_at: datetime


def many_of(total: int) -> int:
    """How many of so many cogs have to turn for the milestone before the whole wheel: ten, or all but the last."""
    return MANY if total > MANY else total - 1


def reached(
    sector: str, sectors: Sequence[str], standing: Mapping[str, int], *, first: bool, first_kept: bool
) -> list[Reached]:
    """What the pledge of a sector has brought about, the greatest first.

    ``standing`` is sector -> pledges that are active or were kept, ``first`` whether that is its first,
    ``first_kept`` whether it is the first that was kept and confirmed. A wheel of one or two cogs is whole at once,
    or nearly: there the pledge itself is what counts.
    """
    moving, total = sum(standing.get(slug, 0) > 0 for slug in sectors), len(sectors)
    found = [Reached.WHOLE] if total > 1 and moving == total else []
    found += [Reached.MANY] if total > 2 and moving >= many_of(total) else []
    if sector in sectors:
        found += [Reached.KEPT] if first_kept else []
        found += [Reached.PLEDGED] if first else []
    return found
