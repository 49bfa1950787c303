"""Reads a content pack from a folder of TOML files and says everything that is wrong with it at once.

Files: ``coalition``, ``sectors``, ``actions``, ``faq``, ``event_types`` and ``guard`` are required, ``routes`` is not.
The lengths below are what Discord's components take (its reference, "Component Reference"): 100 characters for the
label and the description of a select's option, 4,000 for all the text of one message; the rest keeps cards readable.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from bot.content.fields import Entry, Fault
from bot.content.model import (
    ANY_SECTOR,
    CORE_PACK,
    Action,
    Anonymous,
    Category,
    Coalition,
    Content,
    Country,
    Effort,
    EventType,
    Faq,
    Provenance,
    Review,
    Route,
    Sector,
    Topic,
)

NAME_MAX = 50
SHORT_MAX = 14
OPTION_MAX = 100
TITLE_MAX = 80
DONE_WHEN_MAX = 300
EVIDENCE_MAX = 200
ANSWER_MAX = 1200
SENTENCE_MAX = 300
YOUNG_PERSON_MAX = 1000
NOTICE_MAX = 1800
DAYS_MAX = 730
CORE_SECTORS_MAX = 24
"""A select holds 25 options and one is kept for "every sector"."""

FILES = ("coalition.toml", "sectors.toml", "actions.toml", "faq.toml", "event_types.toml", "guard.toml")
OPTIONAL_FILES = ("routes.toml",)

_REGIONS = ("EU", "INT")
_COUNTRY = r"[A-Z]{2}|INT"
_PHONE = r"[0-9+][0-9A-Z +()/-]*"
_EMERGENCY = r"[0-9]+( ?[/,] ?[0-9]+)*"
_LINE = re.compile(r"(?P<what>.*?) \(at line (?P<line>\d+), column \d+\)")

_Item = TypeVar("_Item")


class ContentError(Exception):
    """A pack that cannot be used; ``faults`` lists everything that is wrong with it, in the order of the files."""

    def __init__(self, folder: Path, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} fault(s) in {folder}:\n" + "\n".join(f"- {fault}" for fault in faults))
        self.folder = folder
        self.faults = faults


def load(folder: Path) -> Content:
    """Read and validate the pack in ``folder``.

    Raises :class:`ContentError` with every fault found; a file that cannot be read at all counts as one.
    """
    return _Loader(folder).content()


class _Loader:
    """One reading of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[Fault] = []
        self.digest = hashlib.sha256()
        self.broken: set[str] = set()

    def content(self) -> Content:
        """Read file after file; later ones refer to earlier ones."""
        coalition_file = self.file("coalition.toml")
        coalition = coalition_file.table("coalition")
        words = _coalition(coalition)
        sector_file = self.file("sectors.toml")
        sectors = self.keyed(sector_file, "sector", _sector)
        self.check_sectors(sectors)
        action_file = self.file("actions.toml")
        known = None if "sectors.toml" in self.broken else sectors
        actions = self.keyed(action_file, "action", lambda entry: _action(entry, known))
        faq_file = self.file("faq.toml")
        topics = self.keyed(faq_file, "topic", _topic)
        faqs = self.keyed(faq_file, "faq", lambda entry: _faq(entry, topics))
        types_file = self.file("event_types.toml")
        event_types = self.keyed(types_file, "event_type", _event_type)
        guard = self.guard()
        routes_file = self.file("routes.toml", required=False)
        has_routes = (self.folder / "routes.toml").exists()
        categories = self.keyed(routes_file, "category", _category, required=has_routes)
        countries = self.keyed(routes_file, "country", _country, key="code", required=has_routes)
        routes = self.keyed(
            routes_file, "route", lambda entry: _route(entry, categories, countries), required=has_routes
        )
        for entry in (coalition_file, coalition, sector_file, action_file, faq_file, types_file, routes_file):
            entry.finish()
        if self.faults:
            order = [*FILES, *OPTIONAL_FILES]
            raise ContentError(self.folder, sorted(self.faults, key=lambda fault: order.index(fault.file)))
        return Content(
            folder=self.folder,
            version=self.digest.hexdigest(),
            coalition=words,
            sectors=sectors,
            actions=actions,
            topics=topics,
            faqs=faqs,
            categories=categories,
            routes=routes,
            countries=countries,
            event_types=event_types,
            guard=guard,
        )

    def file(self, name: str, *, required: bool = True) -> Entry:
        """The whole of one file. One that cannot be read is one fault, and what is missing in it is not told again."""
        table = self.parsed(name, required=required)
        if table is None:
            self.broken.add(name)
            return Entry([], name, "", {})
        return Entry(self.faults, name, "", table)

    def parsed(self, name: str, *, required: bool = True) -> dict[str, object] | None:
        """The TOML of one file, or None with a fault written down (without one where the file may be absent)."""
        path = self.folder / name
        if not required and not path.exists():
            return None
        try:
            raw = path.read_bytes()
            self.digest.update(f"{name}:{len(raw)}:".encode() + raw)
            return tomllib.loads(raw.decode("utf-8-sig"))  # Windows editors begin a file with a byte order mark
        except FileNotFoundError:
            self.faults.append(Fault(name, "", "", f"is missing from {self.folder}"))
        except OSError as error:
            self.faults.append(Fault(name, "", "", f"cannot be read: {error.strerror}"))
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            self.faults.append(Fault(name, f"line {line}", "", "is not UTF-8 text; save the file as UTF-8"))
        except tomllib.TOMLDecodeError as error:
            found = _LINE.fullmatch(str(error))
            line_name = f"line {found['line']}" if found else ""
            self.faults.append(Fault(name, line_name, "", f"is not valid TOML: {found['what'] if found else error}"))
        return None

    def keyed(
        self,
        root: Entry,
        kind: str,
        read: Callable[[Entry], _Item],
        *,
        key: str = "slug",
        required: bool = True,
    ) -> Mapping[str, _Item]:
        """All ``[[kind]]`` entries of a file by their key, in order."""
        items: dict[str, _Item] = {}
        for entry in root.tables(kind, required=required):
            item = read(entry)
            entry.finish()
            name = str(getattr(item, key))
            if name and name in items:
                entry.fault(key, f"is used by two [[{kind}]] entries; each needs its own")
            items[name] = item
        return MappingProxyType(items)

    def check_sectors(self, sectors: Mapping[str, Sector]) -> None:
        """Short names tell the cogs apart, and a server starts with every sector of the core pack."""
        taken: dict[tuple[str, str], str] = {}
        for sector in sectors.values():
            for language, short in sector.short.texts.items():
                other = taken.setdefault((language, short.casefold()), sector.slug)
                if short and other != sector.slug:
                    problem = f"is {short!r}, as in the entry {other}"
                    self.faults.append(Fault("sectors.toml", sector.slug, f"short.{language}", problem))
        core = sum(sector.pack == CORE_PACK for sector in sectors.values())
        if core > CORE_SECTORS_MAX:
            problem = f"{core} entries belong to the pack {CORE_PACK}; at most {CORE_SECTORS_MAX} fit"
            self.faults.append(Fault("sectors.toml", "", "pack", problem))

    def guard(self) -> Mapping[str, object]:
        """The guard's file as it stands, once it holds nothing but tables, texts, numbers and lists of texts."""
        table = self.parsed("guard.toml") or {}
        self.check_guard(table, "")
        return MappingProxyType(table)

    def check_guard(self, value: object, place: str) -> None:
        """Report every value that the guard could not make anything of, with the path that leads to it."""
        entry, _, field = place.partition(".")
        if isinstance(value, dict):
            for key, inner in value.items():
                self.check_guard(inner, f"{place}.{key}" if place else key)
        elif isinstance(value, list):
            for inner in value:
                self.check_guard(inner, place)
        elif isinstance(value, str):
            if not value.strip():
                self.faults.append(Fault("guard.toml", entry, field, "holds an empty text"))
        elif not isinstance(value, (bool, int, float)):
            self.faults.append(Fault("guard.toml", entry, field, f"must be text or a number, not {value!s}"))


def _coalition(entry: Entry) -> Coalition:
    return Coalition(
        name=entry.localised("name", NAME_MAX),
        purpose=entry.localised("purpose", SENTENCE_MAX),
        subject=entry.localised("subject", OPTION_MAX),
        young_person=entry.localised("young_person", YOUNG_PERSON_MAX, lines=True),
        welcome=entry.localised("welcome", SENTENCE_MAX),
        consent=entry.localised("consent", OPTION_MAX),
        notice=entry.localised("notice", NOTICE_MAX, lines=True),
        notice_version=entry.plain("notice_version", 20),
        careful_hint=entry.localised("careful_hint", EVIDENCE_MAX),
        adult_age=entry.whole("adult_age", 13, 25),
    )


def _sector(entry: Entry) -> Sector:
    slug = entry.slug()
    if slug == ANY_SECTOR:
        entry.fault("slug", f"{ANY_SECTOR!r} stands for every sector and cannot name one")
    return Sector(
        slug=slug,
        emoji=entry.emoji(),
        name=entry.localised("name", NAME_MAX),
        short=entry.localised("short", SHORT_MAX),
        scope=entry.localised("scope", OPTION_MAX),
        role=entry.localised("role", OPTION_MAX),
        pack=entry.slug("pack") if entry.has("pack") else CORE_PACK,
        careful=entry.flag("careful"),
    )


def _action(entry: Entry, sectors: Mapping[str, Sector] | None) -> Action:
    # Where sectors.toml could not be read, every sector would be unknown; that fault is told once, not per action.
    sector = entry.slug("sector") if sectors is None else entry.reference("sector", (ANY_SECTOR, *sectors), "sector")
    home_pack = sectors[sector].pack if sectors and sector in sectors else CORE_PACK
    return Action(
        slug=entry.slug(),
        sector=sector,
        title=entry.localised("title", TITLE_MAX),
        done_when=entry.localised("done_when", DONE_WHEN_MAX),
        evidence=entry.localised("evidence", EVIDENCE_MAX),
        effort=entry.choice("effort", Effort),
        days=entry.whole("days", 1, DAYS_MAX),
        difficulty=entry.whole("difficulty", 1, 3),
        review=entry.choice("review", Review),
        ongoing=entry.flag("ongoing"),
        pack=entry.slug("pack") if entry.has("pack") else home_pack,
        sources=entry.strings("sources"),
        retired=entry.flag("retired"),
    )


def _topic(entry: Entry) -> Topic:
    return Topic(slug=entry.slug(), name=entry.localised("name", NAME_MAX), emoji=entry.emoji())


def _faq(entry: Entry, topics: Mapping[str, Topic]) -> Faq:
    faq = Faq(
        slug=entry.slug(),
        topic=entry.reference("topic", topics, "topic"),
        question=entry.localised("question", OPTION_MAX),
        aliases=entry.phrases("aliases", OPTION_MAX),
        answer=entry.localised("answer", ANSWER_MAX, lines=True),
        sources=entry.strings("sources"),
        as_of=entry.day("as_of"),
        review_by=entry.day("review_by"),
        sensitive=entry.flag("sensitive"),
        reviewed_by=entry.plain("reviewed_by", NAME_MAX, required=False),
        reviewed_on=entry.optional_day("reviewed_on"),
        until_reviewed=entry.optional_localised("until_reviewed", ANSWER_MAX, lines=True),
    )
    _check_review(entry, faq.reviewed_by, faq.reviewed_on)
    if date.min < faq.review_by < faq.as_of:
        entry.fault("review_by", f"lies before as_of ({faq.as_of})")
    if faq.sensitive and faq.until_reviewed is None:
        entry.fault(
            "until_reviewed", "is missing; a sensitive answer needs what is shown until a person has reviewed it"
        )
    return faq


def _event_type(entry: Entry) -> EventType:
    return EventType(
        slug=entry.slug(),
        emoji=entry.emoji(),
        name=entry.localised("name", NAME_MAX),
        note=entry.localised("note", OPTION_MAX),
    )


def _category(entry: Entry) -> Category:
    return Category(
        slug=entry.slug(),
        name=entry.localised("name", NAME_MAX),
        emoji=entry.emoji(),
        kinds=entry.strings("kinds"),
    )


def _country(entry: Entry) -> Country:
    return Country(
        code=entry.matching("code", _COUNTRY, "a two-letter country code in capitals, EU or INT"),
        name=entry.localised("name", NAME_MAX),
        emergency=entry.matching("emergency", _EMERGENCY, "a number like 112 or 17 / 112", required=False),
    )


def _route(entry: Entry, categories: Mapping[str, Category], countries: Mapping[str, Country]) -> Route:
    route = Route(
        slug=entry.slug(),
        country=entry.reference("country", (*countries, *_REGIONS), "country"),
        category=entry.reference("category", categories, "category"),
        name=entry.plain("name", OPTION_MAX),
        for_what=entry.localised("for_what", SENTENCE_MAX),
        home=entry.link("home", home=True),
        url=entry.link("url", required=False),
        phone=entry.matching("phone", _PHONE, "a phone number", required=False),
        anonymous=entry.choice("anonymous", Anonymous, Anonymous.UNKNOWN),
        status=entry.choice("status", Provenance),
        source=entry.plain("source", SENTENCE_MAX, required=False),
        reviewed_by=entry.plain("reviewed_by", NAME_MAX, required=False),
        reviewed_on=entry.optional_day("reviewed_on"),
        described=entry.optional_localised("described", OPTION_MAX),
    )
    _check_review(entry, route.reviewed_by, route.reviewed_on)
    return route


def _check_review(entry: Entry, reviewed_by: str, reviewed_on: date | None) -> None:
    """A review counts only with a name and a day: who answers for it, and how old it is."""
    if reviewed_on and not reviewed_by:
        entry.fault("reviewed_by", "is missing although reviewed_on is given")
    if reviewed_by and not reviewed_on:
        entry.fault("reviewed_on", "is missing although reviewed_by is given")
