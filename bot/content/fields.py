"""Reading the tables of a content file field by field, writing down every fault in plain words instead of stopping."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar, cast
from urllib.parse import urlsplit

from bot.content.model import Localised, LocalisedPhrases

SLUG_MAX = 40
"""Slugs travel inside custom ids, which Discord cuts off at 100 characters."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_JOINER = "\u200d"  # holds compound emoji together

_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a content file; ``entry`` or ``field`` is empty where the fault concerns more than one."""

    file: str
    entry: str
    field: str
    problem: str

    def __str__(self) -> str:
        """The fault in one line, as an editor of the file would want to read it."""
        place = [self.file]
        if self.entry:
            place.append(f"entry {self.entry}")
        if self.field:
            place.append(f"field {self.field}")
        return f"{', '.join(place)}: {self.problem}"


def text_length(text: str) -> int:
    """The length as Discord's clients count it, in UTF-16 units: most emoji count two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def text_problem(text: str, limit: int, *, lines: bool) -> str:
    """What is wrong with a text for people, or an empty string."""
    length = text_length(text)
    if not text:
        return "is empty"
    if length > limit:
        return f"has {length} characters; at most {limit} fit"
    if "\n" in text and not lines:
        return "must be a single line"
    if "@" in text:
        return "contains @, which could ping people"
    if "http://" in text.lower():
        return "has a link that is not https"
    for character in text:
        if character not in "\n" + _JOINER and unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs"):
            return f"contains the invisible character U+{ord(character):04X}"
    return ""


def link_problem(link: str, *, home: bool = False) -> str:
    """What is wrong with a link, or an empty string. A ``home`` link leads to a site's front page."""
    if not link.startswith("https://"):
        return f"is not an https link: {link!r}"
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
        port = parts.port
    except ValueError:
        return f"is not a proper link: {link!r}"
    if not _HOST.fullmatch(host) or host.replace(".", "").isdigit() or parts.username is not None or port is not None:
        return f"must name a plain host, without user name or port: {link!r}"
    if any(character.isspace() or character in "<>()[]" for character in link):
        return f"contains a space or bracket: {link!r}"
    if home and (parts.path not in ("", "/") or parts.query or parts.fragment):
        return f"must be the front page of a site, without a path: {link!r}"
    return ""


class Entry:
    """One table of a content file.

    Every method that reads a field returns its value, or a harmless stand-in after writing down a fault: the
    loader never hands out a pack with faults, so a stand-in is never seen. :meth:`finish` reports what nobody read.
    """

    def __init__(self, faults: list[Fault], file: str, name: str, table: Mapping[str, object]) -> None:
        self.file = file
        self.name = name
        self._faults = faults
        self._table = table
        self._read: set[str] = set()

    def fault(self, field: str, problem: str) -> None:
        """Write down one fault of this entry."""
        self._faults.append(Fault(self.file, self.name, field, problem))

    def has(self, field: str) -> bool:
        """Whether the field is given at all."""
        return field in self._table

    def finish(self) -> None:
        """Report every field that was not read, with the name it was probably meant to have."""
        for field in self._table:
            if field not in self._read:
                near = difflib.get_close_matches(field, sorted(self._read), n=1)
                self.fault(field, "is not a known field" + (f"; did you mean {near[0]}?" if near else ""))

    def tables(self, field: str, *, required: bool = True) -> list[Entry]:
        """The entries of ``[[field]]``, each named by its slug or code, else by its position."""
        value = self._take(field)
        if value is None:
            if required:
                self.fault(field, f"has no [[{field}]] entry")
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(field, f"must be written as [[{field}]] entries")
            return []
        entries = []
        for position, item in enumerate(value, start=1):
            name = item.get("slug") or item.get("code")
            entries.append(Entry(self._faults, self.file, str(name or f"{field} number {position}"), item))
        return entries

    def table(self, field: str) -> Entry:
        """The table ``[field]``; an empty one after a fault."""
        value = self._take(field)
        if not isinstance(value, dict):
            self.fault(field, f"must be written as one [{field}] table")
            value = {}
        return Entry(self._faults, self.file, field, value)

    def slug(self, field: str = "slug") -> str:
        """A stable id: small letters, digits and single hyphens, at most :data:`SLUG_MAX` characters."""
        value = self.plain(field, SLUG_MAX)
        if value and not _SLUG.fullmatch(value):
            self.fault(field, f"may hold only a-z, 0-9 and single hyphens: {value!r}")
        return value

    def matching(self, field: str, pattern: str, meaning: str, *, required: bool = True) -> str:
        """A short string of a given form; ``meaning`` says in words what that form is."""
        value = self.plain(field, 60, required=required)
        if value and not re.fullmatch(pattern, value):
            self.fault(field, f"must be {meaning}, not {value!r}")
        return value

    def plain(self, field: str, limit: int, *, required: bool = True) -> str:
        """A one-line string that is the same in every language."""
        value = self._take(field)
        if value is None or value == "":
            if required:
                self.fault(field, "is missing" if value is None else "is empty")
            return ""
        if not isinstance(value, str):
            self.fault(field, "must be text in quotes")
            return ""
        value = value.strip()
        if problem := text_problem(value, limit, lines=False):
            self.fault(field, problem)
        return value

    def emoji(self, field: str = "emoji") -> str:
        """One emoji character (custom emoji belong to a server, so a pack cannot name one)."""
        value = self.plain(field, 16)
        if value and any(character.isalnum() and character.isascii() for character in value):
            self.fault(field, f"must be one emoji, not {value!r}")
        return value

    def localised(self, field: str, limit: int, *, lines: bool = False) -> Localised:
        """A text in several languages, each within the limit; English is required."""
        found = self.optional_localised(field, limit, lines=lines)
        if found is None:
            self.fault(field, "is missing")
            return Localised({"en": ""})
        return found

    def optional_localised(self, field: str, limit: int, *, lines: bool = False) -> Localised | None:
        """Like :meth:`localised`, or None where the field is not given."""
        table = self._languages(field)
        if table is None:
            return None
        texts: dict[str, str] = {}
        for language, value in table.items():
            if not isinstance(value, str):
                self.fault(f"{field}.{language}", "must be text in quotes")
                continue
            texts[language] = value.strip()
            if problem := text_problem(texts[language], limit, lines=lines):
                self.fault(f"{field}.{language}", problem)
        if "en" not in table:
            self.fault(f"{field}.en", "is missing; English is what everybody else falls back to")
        return Localised(MappingProxyType({"en": "", **texts}))

    def phrases(self, field: str, limit: int) -> LocalisedPhrases:
        """Lists of one-line phrases per language; none at all where the field is not given."""
        table = self._languages(field) or {}
        phrases: dict[str, tuple[str, ...]] = {}
        for language, value in table.items():
            where = f"{field}.{language}"
            found = self._strings(where, value)
            for phrase in found:
                if problem := text_problem(phrase, limit, lines=False):
                    self.fault(where, f"{phrase[:40]!r} {problem}")
            if len({phrase.casefold() for phrase in found}) < len(found):
                self.fault(where, "lists the same phrase twice")
            phrases[language] = found
        return LocalisedPhrases(MappingProxyType(phrases))

    def strings(self, field: str) -> tuple[str, ...]:
        """A list of strings, empty where the field is not given; whatever looks like a link must be https."""
        value = self._take(field)
        found = self._strings(field, [] if value is None else value)
        for source in found:
            if "://" in source and (problem := link_problem(source)):
                self.fault(field, problem)
        return found

    def choice(self, field: str, choices: type[_Choice], default: _Choice | None = None) -> _Choice:
        """One of the values of an enumeration."""
        value = self._take(field)
        options = list(choices)
        if value is None and default is not None:
            return default
        if value not in options:
            allowed = ", ".join(options)
            self.fault(
                field,
                f"is missing; give one of: {allowed}" if value is None else f"is {value!r}; give one of: {allowed}",
            )
            return options[0]
        return choices(str(value))

    def reference(self, field: str, known: Iterable[str], kind: str) -> str:
        """The slug of another entry, which must exist."""
        value = self.plain(field, SLUG_MAX)
        names = list(known)
        if value and value not in names:
            near = difflib.get_close_matches(value, names, n=1)
            self.fault(field, f"names the unknown {kind} {value!r}" + (f"; did you mean {near[0]}?" if near else ""))
        return value

    def whole(self, field: str, low: int, high: int) -> int:
        """A whole number within bounds, both included."""
        value = self._take(field)
        if not isinstance(value, int) or isinstance(value, bool):
            self.fault(field, "is missing" if value is None else "must be a whole number")
            return low
        if not low <= value <= high:
            self.fault(field, f"is {value}; it must lie between {low} and {high}")
        return value

    def flag(self, field: str) -> bool:
        """True or false; false where the field is not given."""
        value = self._take(field)
        if value is not None and not isinstance(value, bool):
            self.fault(field, "must be true or false, without quotes")
        return value is True

    def day(self, field: str) -> date:
        """A calendar day, required."""
        found = self.optional_day(field)
        if found is None and self._table.get(field) in (None, ""):
            self.fault(field, "is missing")
        return found or date.min

    def optional_day(self, field: str) -> date | None:
        """A calendar day, as a TOML date or as text; None where it is missing or empty."""
        value = self._take(field)
        if value is None or value == "":
            return None
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            if isinstance(value, str) and len(value) == len("2000-12-31"):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.fault(field, f"is not a date like 2026-11-18: {str(value)!r}")
        return None

    def link(self, field: str, *, home: bool = False, required: bool = True) -> str:
        """An https link; with ``home``, to the front page of a site."""
        value = self._take(field)
        if value is None or value == "":
            if required:
                self.fault(field, "is missing" if value is None else "is empty")
            return ""
        problem = link_problem(value, home=home) if isinstance(value, str) else "must be text in quotes"
        if problem:
            self.fault(field, problem)
        return str(value)

    def _take(self, field: str) -> object:
        self._read.add(field)
        return self._table.get(field)

    def _languages(self, field: str) -> dict[str, object] | None:
        value = self._take(field)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(field, 'must be given by language, like { en = "...", sv = "..." }')
            return {"en": ""}
        for language in value:
            if not _LANGUAGE.fullmatch(language):
                self.fault(f"{field}.{language}", "is not a language tag like en, sv or pt-BR")
        return cast("dict[str, object]", value)

    def _strings(self, field: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fault(field, "must be a list of texts in quotes")
            return ()
        return tuple(item.strip() for item in value)
