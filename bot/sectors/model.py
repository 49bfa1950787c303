"""A server's own list of sectors: what the content brings, with what the server changed of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.content.find import find_sectors
from bot.content.model import CORE_PACK, Content, Localised, Sector
from bot.errors import Invalid, NotFound

MOST_ACTIVE = 24
"""A wheel has at most so many cogs, and a select holds 25 options."""

MOST_CHOICES = 25
"""Options of a select: the active ones and one that is retired."""

MOST_OWN = 100
"""Sectors that a server ever adds; an own one is retired, never deleted, so that history keeps its name."""

NAME_LIMIT = 50
SHORT_LIMIT = 14
"""Most characters of a name, and of the short name beside a cog: the same as in the content."""

_OWN = "own."
_NO_TEXT = Localised({"en": ""})


class State(StrEnum):
    """What a server decided about a sector. Undecided, a core sector is active and one of another pack is not."""

    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Change:
    """What a server stored about one sector; None is as the content has it.

    ``revision`` grows with every change of its words, so that a form knows when it shows an older one.
    """

    slug: str
    name: str | None = None
    short: str | None = None
    emoji: str | None = None
    state: State | None = None
    place: int | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Pack:
    """An optional pack of the content; it is on while one of its sectors is active."""

    slug: str
    sectors: tuple[Sector, ...]
    on: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Who and what stands in a sector: people who count there, and pledges under way. Exact, so for admins alone."""

    people: int = 0
    pledges: int = 0


@dataclass(frozen=True, slots=True)
class ServerSectors:
    """The sectors of one server.

    ``active`` are 1 to 24, in the server's order. ``retired`` are those that were taken off the list and still name
    what stands in them; ``crowded`` are those of them that nobody retired: the list was full. ``packs`` are the
    optional packs of the content. ``order`` holds every known slug, ``known`` every sector that has a name here.
    """

    guild_id: int
    active: tuple[Sector, ...]
    retired: tuple[Sector, ...] = ()
    crowded: tuple[Sector, ...] = ()
    packs: tuple[Pack, ...] = ()
    order: tuple[str, ...] = ()
    known: Mapping[str, Sector] = field(default_factory=dict)
    changes: Mapping[str, Change] = field(default_factory=dict)

    def get(self, slug: str) -> Sector | None:
        """Return a sector of this server, active or retired; None for anything else, another server's included."""
        return next((sector for sector in self.every if sector.slug == slug), None)

    @property
    def every(self) -> tuple[Sector, ...]:
        """The active ones, then the retired ones: all that something may stand in."""
        return (*self.active, *self.retired)

    @property
    def slugs(self) -> frozenset[str]:
        """The slugs of the active ones: what somebody may newly stand in."""
        return frozenset(sector.slug for sector in self.active)

    def meant(self, typed: str, locale: str) -> Sector | None:
        """Return the sector that a person means who picked its slug or typed some of its name; None for no such."""
        return self.get(typed) or next(iter(find_sectors(self.every, typed, locale)), None)

    def is_active(self, slug: str) -> bool:
        """Whether a sector is on the list."""
        return slug in self.slugs

    def name(self, slug: str, locale: str = "en") -> str:
        """Return a sector's name, as typed and not escaped; one that is unknown by now is named after its slug."""
        known = self.known.get(slug)
        return known.name.text(locale) if known is not None else words_of(slug)

    def pack(self, slug: str) -> Pack:
        """Return an optional pack of the content. Raises NotFound."""
        for pack in self.packs:
            if pack.slug == slug:
                return pack
        raise NotFound("pack")

    def check_choice(self, chosen: Iterable[str], held: Collection[str], locale: str) -> None:
        """Pass what is on the list, and what this person stands in already.

        Raises Invalid("sectors"): "retired" with the names, or "unknown choice" for what was never in this server.
        """
        gone = [slug for slug in chosen if not self.is_active(slug) and slug not in held]
        if any(self.get(slug) is None for slug in gone):
            raise Invalid("sectors", "unknown choice")
        if gone:
            raise Invalid("sectors", "retired", names=tuple(self.name(slug, locale) for slug in gone))

    def choices(self, kept: Iterable[str], most: int) -> list[Sector]:
        """Return what to choose from: the active ones, then those in ``kept`` that are not on the list.

        Where that is more than ``most``, the last active ones that are not in ``kept`` give way.
        """
        held = list(kept)
        extra = [self.known.get(slug) or _kept(Change(slug)) for slug in held if not self.is_active(slug)]
        shown = list(self.active)
        for sector in reversed(self.active):
            if len(shown) + len(extra) <= most:
                break
            if sector.slug not in held:
                shown.remove(sector)
        return [*shown, *extra][:most]


def own_slug(guild_id: int, number: int) -> str:
    """Return the slug of a server's own sector: no content slug has a dot, no other server this id."""
    return f"{_OWN}{guild_id}.{number}"


def is_own(slug: str) -> bool:
    """Whether a sector was added by a server."""
    return slug.startswith(_OWN)


def words_of(slug: str) -> str:
    """Return a slug as words, for a sector of which only that is left or can be drawn; an own one's says nothing."""
    if is_own(slug):
        return "\N{HORIZONTAL ELLIPSIS}"  # a number would look like a rank
    return slug.replace("-", " ").replace("_", " ").strip().capitalize() or slug


def arranged(guild_id: int, content: Content, changes: Collection[Change]) -> ServerSectors:
    """Return a server's sectors from the content and what the server stored.

    There is always one active sector: a server whose content was swapped so far that none is left has the core pack.
    """
    stored = {change.slug: change for change in changes}
    known = {slug: _changed(sector, stored.get(slug)) for slug, sector in content.sectors.items()}
    known |= {slug: _kept(change) for slug, change in stored.items() if slug not in content.sectors}
    order = _ordered(list(known), stored)
    wanted = [slug for slug in order if _wanted(slug, content, stored.get(slug))]
    if not wanted:
        wanted = [slug for slug in order if slug in content.sectors and content.sectors[slug].pack == CORE_PACK]
    fitting = _fitting(wanted or order[:1], stored)
    crowded = [slug for slug in wanted if slug not in fitting]
    retired = [slug for slug in order if slug not in fitting and _once_there(slug, content, stored.get(slug))]
    return ServerSectors(
        guild_id=guild_id,
        active=tuple(known[slug] for slug in order if slug in fitting),
        retired=tuple(known[slug] for slug in retired),
        crowded=tuple(known[slug] for slug in crowded),
        packs=_packs(content, known, fitting),
        order=tuple(order),
        known=known,
        changes=stored,
    )


def _changed(sector: Sector, change: Change | None) -> Sector:
    if change is None:
        return sector
    return replace(
        sector,
        name=sector.name if change.name is None else Localised({"en": change.name}),
        short=sector.short if change.short is None else Localised({"en": change.short}),
        emoji=sector.emoji if change.emoji is None else change.emoji,
    )


def _kept(change: Change) -> Sector:
    """Return a sector that the content does not have: the server's own, or one that the content dropped."""
    name = change.name or words_of(change.slug)
    return Sector(
        slug=change.slug,
        emoji=change.emoji or "",
        name=Localised({"en": name}),
        short=Localised({"en": change.short or shortened(name)}),
        scope=_NO_TEXT,
        role=_NO_TEXT,
        pack="",
    )


def shortened(name: str) -> str:
    """Return a name for beside the cog: as many whole words as fit, else the beginning of the first."""
    if len(name) <= SHORT_LIMIT:
        return name
    return name[: SHORT_LIMIT + 1].rpartition(" ")[0].rstrip(" ,;:-/&") or name[:SHORT_LIMIT].strip()


def _ordered(slugs: list[str], stored: Mapping[str, Change]) -> list[str]:
    """Return the slugs in the server's order; what it never placed comes after, in the order it was given."""

    def key(position: int) -> tuple[bool, int, int]:
        change = stored.get(slugs[position])
        place = change.place if change is not None else None
        return (place is None, place or 0, position)

    return [slugs[position] for position in sorted(range(len(slugs)), key=key)]


def _wanted(slug: str, content: Content, change: Change | None) -> bool:
    if change is not None and change.state is not None:
        return change.state is State.ACTIVE
    return slug in content.sectors and content.sectors[slug].pack == CORE_PACK


def _once_there(slug: str, content: Content, change: Change | None) -> bool:
    """Whether a sector that is not active was on the list: a pack that was never on was not."""
    decided = change is not None and change.state is not None
    return decided or slug not in content.sectors or content.sectors[slug].pack == CORE_PACK


def _fitting(wanted: list[str], stored: Mapping[str, Change]) -> set[str]:
    """Return those that fit; where a new content brings too many, what the server itself chose comes first."""
    chosen = [slug for slug in wanted if slug in stored]
    rest = [slug for slug in wanted if slug not in stored]
    return set([*chosen, *rest][:MOST_ACTIVE])


def _packs(content: Content, known: Mapping[str, Sector], active: Collection[str]) -> tuple[Pack, ...]:
    found = []
    for pack in content.packs:
        slugs = [slug for slug, sector in content.sectors.items() if sector.pack == pack]
        found.append(Pack(pack, tuple(known[slug] for slug in slugs), any(slug in active for slug in slugs)))
    return tuple(found)


def moved(order: Collection[str], active: Collection[str], slug: str, place: int) -> list[str]:
    """Return the order with an active slug at a place (from 0) among the active ones; the rest stays where it is.

    A place beyond the end is the last one.
    """
    others = [each for each in active if each != slug]
    whole = [each for each in order if each != slug]
    if not others:
        return list(order)
    at = whole.index(others[max(0, place)]) if place < len(others) else whole.index(others[-1]) + 1
    return [*whole[:at], slug, *whole[at:]]
