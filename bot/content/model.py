"""What a content pack holds: sectors, actions, answers, routes, event types and the coalition's own words.

Everything here is read once by :mod:`bot.content.load` and never changes afterwards. All text for people is
:class:`Localised`; everything with a life of its own has a slug, which is a stable id: retired, never renamed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

CORE_PACK = "core"
"""The pack that is switched on from the start; every other pack is switched on by a server."""

ANY_SECTOR = "any"
"""Stands in an action's ``sector`` when it suits every sector."""

ROUTE_VALID_DAYS = 180
"""How long a person's check of a route holds: help pages and numbers change often."""


@dataclass(frozen=True, slots=True)
class Localised:
    """One text in several languages, keyed by language tag; ``en`` is always there."""

    texts: Mapping[str, str]

    def text(self, locale: str = "en") -> str:
        """The text for a locale as Discord spells it: ``sv-SE``, else ``sv``, else English."""
        tag = locale.replace("_", "-")
        return self.texts.get(tag) or self.texts.get(tag.partition("-")[0]) or self.texts["en"]

    @property
    def languages(self) -> frozenset[str]:
        """The language tags in which the text exists."""
        return frozenset(self.texts)


@dataclass(frozen=True, slots=True)
class LocalisedPhrases:
    """Several phrases per language, such as the other ways to ask one question; may be empty."""

    phrases: Mapping[str, tuple[str, ...]]

    def of(self, locale: str = "en") -> tuple[str, ...]:
        """The phrases for a locale, falling back as :meth:`Localised.text` does."""
        tag = locale.replace("_", "-")
        for candidate in (tag, tag.partition("-")[0], "en"):
            if candidate in self.phrases:
                return self.phrases[candidate]
        return ()

    def every(self) -> tuple[str, ...]:
        """The phrases of all languages, one after the other."""
        return tuple(phrase for phrases in self.phrases.values() for phrase in phrases)


class Effort(StrEnum):
    """Roughly how long an action takes, from the shortest to the longest."""

    MINUTES = "minutes"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEAR = "year"


class Review(StrEnum):
    """When an organiser looks at a pledge of this action: never, once it is said to be done, or before it starts."""

    NONE = "none"
    AFTER = "after"
    BEFORE = "before"


class Anonymous(StrEnum):
    """Whether a route can be used without giving a name."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Provenance(StrEnum):
    """How a route was found when the content was written: own page, secondary source, memory."""

    OWN_PAGE = "V"
    SECONDARY = "V2"
    MEMORY = "M"


@dataclass(frozen=True, slots=True)
class Coalition:
    """Who this community is and what it says to people who come in."""

    name: Localised
    purpose: Localised
    subject: Localised
    young_person: Localised
    welcome: Localised
    consent: Localised
    notice: Localised
    notice_version: str
    careful_hint: Localised
    adult_age: int


@dataclass(frozen=True, slots=True)
class Sector:
    """One cog of the wheel."""

    slug: str
    emoji: str
    name: Localised
    short: Localised
    scope: Localised
    role: Localised
    pack: str = CORE_PACK
    careful: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """A ready-made pledge of the catalogue. ``days`` is the suggested time until it is due."""

    slug: str
    sector: str
    title: Localised
    done_when: Localised
    evidence: Localised
    effort: Effort
    days: int
    difficulty: int
    review: Review
    ongoing: bool = False
    pack: str = CORE_PACK
    sources: tuple[str, ...] = ()
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """A heading under which answers are found."""

    slug: str
    name: Localised
    emoji: str


@dataclass(frozen=True, slots=True)
class Faq:
    """A question with its answer. A sensitive one speaks in full only after a person has reviewed it."""

    slug: str
    topic: str
    question: Localised
    aliases: LocalisedPhrases
    answer: Localised
    sources: tuple[str, ...]
    as_of: date
    review_by: date
    sensitive: bool = False
    reviewed_by: str = ""
    reviewed_on: date | None = None
    until_reviewed: Localised | None = None

    @property
    def speaks_in_full(self) -> bool:
        """Whether the whole answer may be shown."""
        return not self.sensitive or bool(self.reviewed_by)

    @property
    def shown(self) -> Localised:
        """The answer, or what stands in for it until a person has reviewed it."""
        return self.answer if self.speaks_in_full or self.until_reviewed is None else self.until_reviewed

    def is_stale(self, today: date) -> bool:
        """Whether the day by which the answer was to be looked at again has passed."""
        return today > self.review_by


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of route; the order in the file is the order in which people see them.

    ``kinds`` are what the guard may have seen in a text (see ``bot.guard.model.Kind``) for which this is a way on.
    """

    slug: str
    name: Localised
    emoji: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """One official place to turn to. Until a person has checked it, only ``home`` may be shown.

    ``name`` is what it calls itself; ``described`` says it in the reader's language where that name is a description.
    """

    slug: str
    country: str
    category: str
    name: str
    for_what: Localised
    home: str
    url: str = ""
    phone: str = ""
    anonymous: Anonymous = Anonymous.UNKNOWN
    status: Provenance = Provenance.MEMORY
    source: str = ""
    reviewed_by: str = ""
    reviewed_on: date | None = None
    described: Localised | None = None

    def named(self, locale: str) -> str:
        """Return the name as people read it in a language."""
        return self.name if self.described is None else self.described.text(locale)

    def is_reviewed(self, today: date) -> bool:
        """Whether a person has checked the route within the last :data:`ROUTE_VALID_DAYS` days."""
        if not self.reviewed_by or self.reviewed_on is None:
            return False
        return self.reviewed_on <= today <= self.reviewed_on + timedelta(days=ROUTE_VALID_DAYS)


@dataclass(frozen=True, slots=True)
class Country:
    """A country (ISO 3166-1 alpha-2) or region (``EU``, ``INT``); ``emergency`` may be empty."""

    code: str
    name: Localised
    emergency: str


@dataclass(frozen=True, slots=True)
class EventType:
    """A kind of event, with the one thing a host should know."""

    slug: str
    emoji: str
    name: Localised
    note: Localised


@dataclass(frozen=True, slots=True)
class Content:
    """A whole pack, keyed by slug in the order of the files.

    ``guard`` is ``guard.toml`` as it stands (tables, strings, numbers and lists of strings); :mod:`bot.guard` reads it.
    ``version`` is the SHA-256 of all files in hexadecimal, so it changes whenever a file does.
    """

    folder: Path
    version: str
    coalition: Coalition
    sectors: Mapping[str, Sector]
    actions: Mapping[str, Action]
    topics: Mapping[str, Topic]
    faqs: Mapping[str, Faq]
    categories: Mapping[str, Category]
    routes: Mapping[str, Route]
    countries: Mapping[str, Country]
    event_types: Mapping[str, EventType]
    guard: Mapping[str, object]

    @property
    def packs(self) -> tuple[str, ...]:
        """The names of the optional packs, in the order of the sectors."""
        return tuple(dict.fromkeys(s.pack for s in self.sectors.values() if s.pack != CORE_PACK))

    def core_sectors(self) -> list[Sector]:
        """The sectors that a new server starts with."""
        return [sector for sector in self.sectors.values() if sector.pack == CORE_PACK]

    def actions_for(self, sector_slugs: Collection[str], effort: Effort | str | None = None) -> list[Action]:
        """The actions of these sectors and those for any sector, not retired, optionally of one effort."""
        wanted = {*sector_slugs, ANY_SECTOR}
        return [
            action
            for action in self.actions.values()
            if action.sector in wanted and not action.retired and (effort is None or action.effort == effort)
        ]

    def easiest_actions(self, sector_slugs: Collection[str], count: int = 3) -> list[Action]:
        """Up to ``count`` actions to start with: the easiest first, then the sector's own, then the shortest."""
        found = self.actions_for(sector_slugs)
        return sorted(found, key=lambda action: (action.difficulty, action.sector == ANY_SECTOR, action.days))[:count]

    def faqs_of(self, topic: str) -> list[Faq]:
        """The answers under one topic."""
        return [faq for faq in self.faqs.values() if faq.topic == topic]

    def routes_of(self, country: str) -> list[Route]:
        """The routes of one country code, in the order of the categories."""
        order = {slug: position for position, slug in enumerate(self.categories)}
        found = (route for route in self.routes.values() if route.country == country)
        return sorted(found, key=lambda route: order.get(route.category, len(order)))
