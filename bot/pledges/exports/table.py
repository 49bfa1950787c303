"""Pledges as a table that people take along: CSV, XLSX or JSON, for the board or for the organisers themselves.

Rows are written a page at a time, so that a hundred thousand of them need no more memory than a page. Nothing in a cell
is ever a formula: spreadsheets run what begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break (OWASP, "CSV
Injection"); in a CSV an apostrophe goes before such a text, in an XLSX every text is written as a text.
"""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import xlsxwriter

from bot.pledges.model import Pledge, Visibility

FORMAT = "cogwheel.pledges"
VERSION = 2
ZIPPED_ABOVE = 8 * 2**20
"""Bytes above which a file is packed before it is handed over."""
ROWS_A_SHEET = 1_000_000
"""Rows of a worksheet; Excel reads 1,048,576 with the header."""

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a cell begins that a spreadsheet would run."""

Cell = str | int | date | None


class Audience(StrEnum):
    """Who will read it: a board sees nobody who did not choose to be named; organisers see everything."""

    BOARD = "board"
    INTERNAL = "internal"


class Format(StrEnum):
    """What kind of file."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Line:
    """A pledge with what the table says besides: names of its sector and action, and dates in the server's zone."""

    pledge: Pledge
    sector: str
    action: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Figures:
    """How many pledges of a sector, or of all, are in the file, are active now, and were kept; as it may be said."""

    sector: str
    made: Cell
    active: Cell
    kept: Cell


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself: facts by their names, a row of figures for every sector, and one for all of them."""

    facts: Mapping[str, str]
    by_sector: Sequence[Figures]
    total: Figures


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its width in characters, whether only organisers see it, and what stands in it."""

    name: str
    width: int
    value: Callable[[Line], Cell]
    internal: bool = False


def _day(at: datetime | None, zone: ZoneInfo) -> date | None:
    return None if at is None else at.astimezone(zone).date()


def _named(line: Line) -> str:
    return (line.pledge.organisation or "") if line.pledge.visibility is Visibility.NAMED else ""


COLUMNS: tuple[Column, ...] = (
    Column("id", 8, lambda line: line.pledge.id),
    Column("sector", 24, lambda line: line.sector),
    Column("organisation", 28, _named),
    Column("pledge", 60, lambda line: line.pledge.what),
    Column("done_when", 40, lambda line: line.pledge.done_when),
    Column("status", 14, lambda line: line.pledge.status.value),
    Column("progress_percent", 10, lambda line: line.pledge.progress),
    Column("due", 12, lambda line: _day(line.pledge.due, line.zone)),
    Column("made", 12, lambda line: _day(line.pledge.created_at, line.zone)),
    Column("last_change", 12, lambda line: _day(line.pledge.changed_at, line.zone)),
    Column("catalogue_action", 24, lambda line: line.action),
    Column("review", 10, lambda line: line.pledge.review.value, internal=True),
    Column("visibility", 12, lambda line: line.pledge.visibility.value, internal=True),
    Column("maker_id", 22, lambda line: str(line.pledge.maker_id or ""), internal=True),
    Column("organisation_internal", 28, lambda line: line.pledge.organisation or "", internal=True),
    Column("help_wanted", 30, lambda line: line.pledge.help_wanted, internal=True),
    Column("note", 40, lambda line: line.pledge.note, internal=True),
    Column("evidence", 40, lambda line: line.pledge.evidence, internal=True),
)
"""In the order of the file. Ids of people are text: a spreadsheet rounds whole numbers beyond 15 digits."""


_FIGURES = tuple(field.name.capitalize() for field in fields(Figures))


def columns(audience: Audience) -> tuple[Column, ...]:
    """Return the columns that these readers see."""
    return tuple(column for column in COLUMNS if audience is Audience.INTERNAL or not column.internal)


class Writer(Protocol):
    """Takes pages of rows into one file. ``add`` and ``close`` block and belong in a thread."""

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write a page."""

    def close(self) -> None:
        """Finish the file."""


class CsvWriter:
    """UTF-8 with a mark at its beginning, without which Excel takes it for Latin-1."""

    def __init__(self, path: Path, names: Sequence[str], about: About) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._csv = csv.writer(self._file)
        self._csv.writerow(names)

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write a page."""
        self._csv.writerows([inert(cell) for cell in row] for row in rows)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class XlsxWriter:
    """Typed cells, the header frozen and filterable; a second sheet says what the file is."""

    def __init__(self, path: Path, names: Sequence[str], about: About) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(path, options)
        self._bold = self._book.add_format({"bold": True, "bottom": 1})
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._names = names
        self._about = about
        self._sheet: Any = None
        self._sheets = self._row = 0
        self._next_sheet()

    def _next_sheet(self) -> None:
        self._sheets += 1
        self._sheet = self._book.add_worksheet("Pledges" if self._sheets == 1 else f"Pledges {self._sheets}")
        self._sheet.freeze_panes(1, 0)
        widths = {column.name: column.width for column in COLUMNS}
        for place, name in enumerate(self._names):
            self._sheet.set_column(place, place, widths[name])
            self._sheet.write_string(0, place, name, self._bold)
        self._row = 0

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write a page."""
        for row in rows:
            if self._row >= ROWS_A_SHEET:
                self._next_sheet()
            self._row += 1
            for place, cell in enumerate(row):
                self._write(self._row, place, cell)

    def _write(self, row: int, place: int, cell: Cell) -> None:
        if isinstance(cell, date):
            self._sheet.write_datetime(row, place, datetime(cell.year, cell.month, cell.day), self._date)  # noqa: DTZ001
        elif isinstance(cell, int):
            self._sheet.write_number(row, place, cell)
        elif cell:
            self._sheet.write_string(row, place, cell)

    def close(self) -> None:
        """Finish the file."""
        if self._row:
            self._sheet.autofilter(0, 0, self._row, len(self._names) - 1)
        self._write_about()
        self._book.close()

    def _write_about(self) -> None:
        self._sheet = self._book.add_worksheet("About")
        self._sheet.set_column(0, 0, 28)
        facts = [(name.replace("_", " ").capitalize(), words) for name, words in self._about.facts.items()]
        figures = [astuple(one) for one in (*self._about.by_sector, self._about.total)]
        for row, line in enumerate([*facts, (), None, *figures]):
            for place, cell in enumerate(_FIGURES if line is None else line):
                if line is None:
                    self._sheet.write_string(row, place, cell, self._bold)
                else:
                    self._write(row, place, cell)


class JsonWriter:
    """One object with what the file is, and ``pledges``: an array of objects, a line each. Dates are ISO 8601."""

    def __init__(self, path: Path, names: Sequence[str], about: About) -> None:
        self._file = path.open("w", encoding="utf-8")
        self._names = names
        self._first = True
        head = {
            "format": FORMAT,
            "version": VERSION,
            "about": {
                **about.facts,
                "by_sector": [asdict(one) for one in about.by_sector],
                "total": {name: cell for name, cell in asdict(about.total).items() if name != "sector"},
            },
        }
        self._file.write(json.dumps(head, ensure_ascii=False, default=_iso)[:-1] + ', "pledges": [\n')

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write a page."""
        for row in rows:
            line = json.dumps(dict(zip(self._names, row, strict=True)), ensure_ascii=False, default=_iso)
            self._file.write(line if self._first else ",\n" + line)
            self._first = False

    def close(self) -> None:
        """Finish the file."""
        self._file.write("\n]}\n")
        self._file.close()


WRITERS: dict[Format, Callable[[Path, Sequence[str], About], Writer]] = {
    Format.XLSX: XlsxWriter,
    Format.CSV: CsvWriter,
    Format.JSON: JsonWriter,
}


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the file")


def inert(cell: Cell) -> str | int:
    """Return a cell as it may stand in a CSV: no spreadsheet runs it."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    # Apostrophes that stand there already are looked past, so that an import takes off just the one that was added.
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip("'").startswith(RUNS) else cell


def rows(lines: Iterable[Line], audience: Audience) -> list[list[Cell]]:
    """Return the rows of some pledges."""
    shown = columns(audience)
    return [[column.value(line) for column in shown] for line in lines]


def zipped(path: Path) -> Path:
    """Pack a file beside itself and return the archive; blocks."""
    packed = path.with_name(path.name + ".zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.write(path, path.name)
    return packed


def stamp(now: datetime, zone: ZoneInfo) -> str:
    """Return the moment as it stands in file names and about them: ``2026-11-23`` in the server's zone."""
    return (now if now.tzinfo else now.replace(tzinfo=UTC)).astimezone(zone).date().isoformat()
