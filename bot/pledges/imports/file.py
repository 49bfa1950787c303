"""Reading a spreadsheet that was saved as CSV: its letters, its delimiter, its header, its cells.

RFC 4180 knows commas and quotes; programs in countries with a decimal comma write semicolons, and what a clipboard
gives has tabs. Nothing here knows of a server: :mod:`bot.pledges.imports.rows` says what the cells mean.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence

from bot.pledges.exports.table import RUNS
from bot.pledges.imports.model import (
    EXPORTED,
    MOST_BYTES,
    MOST_ROWS,
    OPTIONAL,
    REQUIRED,
    Encoding,
    Refusal,
    Table,
    Unfit,
)

DELIMITERS = (",", ";", "\t")
_KNOWN = {name.replace("_", ""): name for name in (*REQUIRED, *OPTIONAL, EXPORTED)}
_BLANKS = re.compile(r"[\s_\ufeff]+")
_MOST_FOUND = 10
_NAMED = 40
"""Characters of a column's name that are repeated to people."""

_SHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How XLSX and ODS (zip), and the old XLS (compound file) begin."""
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"RIFF")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Refused(Exception):
    """The file is not read further; the refusal says why."""

    def __init__(self, why: Unfit, row: int = 0, columns: Sequence[str] = (), found: Sequence[str] = ()) -> None:
        super().__init__(why)
        self.refusal = Refusal(why, row, tuple(columns), tuple(found))


def read(data: bytes) -> Table:
    """Return the rows of a file that have anything in them. Raises Refused."""
    text, encoding = decode(data)
    delimiter = _delimiter(text)
    records = _records(text, delimiter)
    first, header = next(((number, cells) for number, cells in records if _filled(cells)), (0, []))
    if not header:
        raise Refused(Unfit.EMPTY)
    columns = _columns(first, header)
    rows: list[tuple[int, dict[str, str], bool]] = []
    for number, cells in records:
        if not _filled(cells):
            continue
        if len(rows) == MOST_ROWS:
            raise Refused(Unfit.TOO_MANY)
        named = {name: cells[place] for place, name in columns.items() if place < len(cells)}
        rows.append((number, named, _filled(cells[len(header) :])))
    if not rows:
        raise Refused(Unfit.ONLY_HEADER)
    ignored = [_shown(cell) for place, cell in enumerate(header) if place not in columns and cell.strip()]
    return Table(encoding, delimiter, rows, frozenset(columns.values()), ignored)


def decode(data: bytes) -> tuple[str, Encoding]:
    """Return a file's text and how its letters were stored. Raises Refused for what is no text.

    Without a mark at the beginning it is UTF-8 where that fits, else Windows-1252: that is what spreadsheet programs
    call "Latin-1", "ANSI" or "Western".
    """
    if len(data) > MOST_BYTES:
        raise Refused(Unfit.TOO_LARGE)
    if data.startswith(_SHEETS):
        raise Refused(Unfit.SPREADSHEET)
    if data.startswith(_OTHERS):
        raise Refused(Unfit.NOT_TEXT)
    try:
        if data.startswith(_UTF_16):
            text, encoding = data.decode("utf-16"), Encoding.UTF_16
        else:
            try:
                text, encoding = data.decode("utf-8-sig"), Encoding.UTF_8
            except UnicodeDecodeError:
                text, encoding = data.decode("cp1252"), Encoding.WINDOWS
    except UnicodeDecodeError:
        raise Refused(Unfit.BROKEN_LETTERS) from None
    if "\0" in text:
        raise Refused(Unfit.NOT_TEXT)
    return text, encoding


def bare(cell: str) -> str:
    """Return a cell without the apostrophe that an export puts before what a spreadsheet would run."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(RUNS) else cell


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (row as a spreadsheet counts, cells). Raises Refused where quotation marks do not fit together."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Refused(Unfit.QUOTES, number) from None
        yield number, cells


def _delimiter(text: str) -> str:
    """Return the delimiter under which the first row has most known columns, else most cells."""
    found: list[tuple[int, int, str]] = []
    for delimiter in DELIMITERS:
        try:
            cells = next((cells for _number, cells in _records(text, delimiter) if _filled(cells)), [])
        except Refused:
            continue
        found.append((sum(_folded(cell) in _KNOWN for cell in cells), len(cells), delimiter))
    if not found:
        raise Refused(Unfit.QUOTES, 1)
    return max(found, key=lambda one: one[:2])[2]


def _columns(row: int, header: Sequence[str]) -> dict[int, str]:
    columns = {place: _KNOWN[_folded(cell)] for place, cell in enumerate(header) if _folded(cell) in _KNOWN}
    names = list(columns.values())
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Refused(Unfit.TWICE, row, twice)
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise Refused(Unfit.NO_COLUMN, row, missing, [_shown(cell) for cell in header if cell.strip()][:_MOST_FOUND])
    return columns


def _folded(cell: str) -> str:
    return _BLANKS.sub("", cell).casefold()


def _filled(cells: Sequence[str]) -> bool:
    return any(cell.strip() for cell in cells)


def _shown(cell: str) -> str:
    return " ".join(cell.split())[:_NAMED]
