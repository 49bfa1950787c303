"""What the cells of a spreadsheet mean in one server: a checked commitment, or what is wrong, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import TypeVar

from bot.content.model import Content
from bot.errors import Invalid
from bot.members import names
from bot.members.model import ORGANISATION_LIMIT
from bot.pledges.evidence import checked_link
from bot.pledges.imports.file import bare
from bot.pledges.imports.model import EARLIEST, EXPORTED, OVERDUE, REQUIRED, Fault, Row, Why
from bot.pledges.model import DONE_WHEN_LIMIT, FARTHEST_DUE, HELP_LIMIT, NOTE_LIMIT, WHAT_LIMIT, Status, Visibility
from bot.sectors.model import ServerSectors

T = TypeVar("T")
_SHOWN = 60
"""Characters of a cell that are repeated to people."""
_LIMITS = {
    "pledge": WHAT_LIMIT,
    "done_when": DONE_WHEN_LIMIT,
    "help_wanted": HELP_LIMIT,
    "note": NOTE_LIMIT,
    "organisation": ORGANISATION_LIMIT,
}
_STATUSES = {
    Status.ACTIVE: "active, open, ongoing, in progress, started, aktiv, aktivt, öppet, pågår, pågående, påbörjat",
    Status.KEPT: "kept, done, completed, complete, fulfilled, klar, klart, hållet, uppfyllt, genomfört, slutfört",
    Status.PARTLY_KEPT: "partly kept, partly, partly done, partially kept, partially done, delvis, delvis hållet",
    Status.CLOSED: "closed, closed with honour, stopped, cancelled, avslutat, avslutad, avbrutet, avbruten",
}
_VISIBILITIES = {
    Visibility.NAMED: "named, namngiven, synlig",
    Visibility.COUNTED: "counted, counted only, räknas, endast räknad",
    Visibility.HIDDEN: "organisers, organisers only, organizers, organizers only, endast organisatörer",
}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]00:00(?::00)?)?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_PERCENT = re.compile(r"(\d{1,3})(?:[.,]0+)? ?%?")


def _by_word(listed: Mapping[T, str]) -> dict[str, T]:
    return {word: value for value, words in listed.items() for word in words.split(", ")}


_STATUS_OF, _VISIBILITY_OF = _by_word(_STATUSES), _by_word(_VISIBILITIES)


class Rows:
    """Reads rows for one server on one day of its calendar. ``tidy`` cleans a text as forms do."""

    def __init__(self, content: Content, sectors: ServerSectors, today: date, tidy: Callable[[str], str]) -> None:
        self._content = content
        self._today = today
        self._tidy = tidy
        known = {_folded(words): one.slug for one in sectors.every for words in one.short.texts.values()}
        for one in sectors.every:
            own = content.sectors.get(one.slug)
            called = [one.slug, *(own.name.texts.values() if own else ()), *one.name.texts.values()]
            known |= {_folded(words): one.slug for words in called}
        self._sectors = known
        self._sector_names = {_folded(one.name.text("en")): one.name.text("en") for one in sectors.active}
        actions = content.actions.values()
        self._actions = {_folded(words): one.slug for one in actions for words in one.title.texts.values()}
        self._actions |= {_folded(one.slug): one.slug for one in actions}

    @property
    def sector_names(self) -> tuple[str, ...]:
        """What may stand in the column for the sector."""
        return tuple(self._sector_names.values())

    def read(self, number: int, cells: Mapping[str, str], overflows: bool) -> tuple[Row, list[Fault]]:
        """Return a row and what is wrong in it; where something is, the row holds what could be read."""
        return _Cells(self, number, cells).row(overflows)


class _Cells:
    """One row while it is read."""

    def __init__(self, rows: Rows, number: int, cells: Mapping[str, str]) -> None:
        self._rows = rows
        self._number = number
        self._cells = cells
        self._faults: list[Fault] = []

    def row(self, overflows: bool) -> tuple[Row, list[Fault]]:
        if overflows:
            self._wrong("", Why.TOO_MANY_CELLS, "")
        action = self._choice("catalogue_action", self._rows._actions)
        known = self._rows._content.actions.get(action or "")
        status = self._status()
        made = Row(
            row=self._number,
            sector=self._choice("sector", self._rows._sectors) or "",
            organisation=self._organisation(),
            what=self._text("pledge"),
            done_when=self._text("done_when") or (known.done_when.text("en") if known else ""),
            due=self._due(status),
            status=status,
            progress=self._progress(status),
            made=self._made(),
            action=action,
            help_wanted=self._text("help_wanted"),
            visibility=self._visibility(),
            note=self._text("note"),
            evidence=self._evidence(),
        )
        return made, self._faults

    def _wrong(self, column: str, why: Why, text: str, *, near: str = "", detail: object = "") -> None:
        shown = " ".join(text.split())
        shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
        self._faults.append(Fault(self._number, column, why, shown, near, str(detail)))

    def _cell(self, column: str) -> str:
        """Return what stands in a cell, "" (and a fault) for a formula."""
        cell = self._cells.get(column, "").strip(" ")
        if cell.lstrip().startswith("="):
            self._wrong(column, Why.FORMULA, cell)
            return ""
        return bare(cell)

    def _text(self, column: str) -> str:
        formulas = len(self._faults)
        text = self._rows._tidy(self._cell(column))
        if not text and column in REQUIRED and len(self._faults) == formulas:
            self._wrong(column, Why.MISSING, "")
        if len(text) > _LIMITS[column]:
            self._wrong(column, Why.TOO_LONG, text, detail=_LIMITS[column])
        return text

    def _choice(self, column: str, known: Mapping[str, str]) -> str | None:
        formulas = len(self._faults)
        text = self._cell(column)
        if not text.strip():
            if column in REQUIRED and len(self._faults) == formulas:
                self._wrong(column, Why.MISSING, "")
            return None
        found = known.get(_folded(text))
        if found is None:
            names_ = self._rows._sector_names if column == "sector" else {}
            near = get_close_matches(_folded(text), [*known, *names_], 1, 0.7)
            meant = known.get(near[0]) if near else None
            if meant is None:
                self._wrong(column, Why.UNKNOWN, text)
            else:
                self._wrong(column, Why.UNKNOWN_NEAR, text, near=self._called(column, meant))
        return found

    def _called(self, column: str, slug: str) -> str:
        content = self._rows._content
        if column == "sector":
            return next((n for f, n in self._rows._sector_names.items() if self._rows._sectors.get(f) == slug), slug)
        return content.actions[slug].title.text("en")

    def _organisation(self) -> str:
        column = "organisation" if self._cells.get("organisation", "").strip() else EXPORTED
        if not self._cells.get(column, "").strip():
            return ""
        name = " ".join(self._rows._tidy(self._cell(column)).split())
        if len(name) > ORGANISATION_LIMIT:
            self._wrong(column, Why.TOO_LONG, name, detail=ORGANISATION_LIMIT)
        elif name:
            try:
                names.check_name(name)
            except Invalid:
                self._wrong(column, Why.NO_NAME, name)
        return name

    def _status(self) -> Status:
        text = self._cell("status")
        found = _STATUS_OF.get(_folded(text)) if text.strip() else Status.ACTIVE
        if found is None:
            self._wrong("status", Why.NO_STATUS, text)
        return found or Status.ACTIVE

    def _visibility(self) -> Visibility:
        text = self._cell("visibility")
        found = _VISIBILITY_OF.get(_folded(text)) if text.strip() else Visibility.COUNTED
        if found is None:
            self._wrong("visibility", Why.NO_VISIBILITY, text)
        return found or Visibility.COUNTED

    def _progress(self, status: Status) -> int:
        text = self._cell("progress_percent").strip()
        if not text:
            return 100 if status is Status.KEPT else 0
        found = _PERCENT.fullmatch(text)
        if found is None or int(found[1]) > 100:
            self._wrong("progress_percent", Why.NO_NUMBER, text)
            return 0
        return int(found[1])

    def _due(self, status: Status) -> date | None:
        day = self._day("due")
        if day is None:
            return None
        today = self._rows._today
        if day > today + FARTHEST_DUE:
            self._wrong("due", Why.TOO_FAR, day.isoformat())
        elif day < EARLIEST or (status is Status.ACTIVE and day < today - OVERDUE):
            self._wrong("due", Why.LONG_PAST, day.isoformat())
        return day

    def _made(self) -> date | None:
        day = self._day("made")
        if day is not None and day > self._rows._today:
            self._wrong("made", Why.NOT_YET, day.isoformat())
        elif day is not None and day < EARLIEST:
            self._wrong("made", Why.LONG_PAST, day.isoformat())
        return day

    def _day(self, column: str) -> date | None:
        text = self._cell(column).strip()
        if not text:
            return None
        days = set(days_of(text))
        if len(days) == 1:
            return days.pop()
        self._wrong(column, Why.WHICH_DATE if days else Why.NO_DATE, text)
        return None

    def _evidence(self) -> str:
        text = self._cell("evidence").strip()
        if not text:
            return ""
        try:
            return checked_link(text)
        except Invalid as error:
            self._wrong("evidence", Why.LINK, text, detail=error.why)
            return ""


def days_of(text: str) -> Iterable[date]:
    """Yield every day that a written date may mean: 2027-06-30, 30.06.2027, and 06/30/2027 read both ways."""
    if found := _ISO.fullmatch(text):
        ways = [(found[1], found[2], found[3])]
    elif found := _DOTTED.fullmatch(text):
        ways = [(found[3], found[2], found[1])]
    elif found := _SLASHED.fullmatch(text):
        ways = [(found[3], found[2], found[1]), (found[3], found[1], found[2])]
    else:
        return
    for year, month, day in ways:
        try:
            yield date(int(year), int(month), int(day))
        except ValueError:
            continue


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())
