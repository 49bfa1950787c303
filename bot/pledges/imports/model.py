"""Commitments that a coalition kept in a spreadsheet before the bot: what a file may hold, what is wrong with one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.pledges.model import Status, Visibility

MOST_BYTES = 2 * 2**20
"""Bytes of a file; 5,000 rows of ordinary words have half of that."""
MOST_ROWS = 5000
KEPT = timedelta(hours=24)
"""How long what was read from a file waits for somebody to press *Import*."""
OVERDUE = timedelta(days=365)
"""How long ago a pledge that is still active may have been due."""
EARLIEST = date(2000, 1, 1)

REQUIRED = ("sector", "pledge")
OPTIONAL = (
    *("organisation", "done_when", "due", "status", "progress_percent", "made", "catalogue_action"),
    *("help_wanted", "visibility", "note", "evidence"),
)
EXPORTED = "organisation_internal"
"""The column in which an export for organisers names organisations that others do not see."""

STATUSES = (Status.ACTIVE, Status.KEPT, Status.PARTLY_KEPT, Status.CLOSED)
"""As which a pledge may come in."""


class Encoding(StrEnum):
    """How the letters of a file were stored."""

    UTF_8 = "UTF-8"
    UTF_16 = "UTF-16"
    WINDOWS = "Windows-1252"


class Unfit(StrEnum):
    """Why a file can not be read at all."""

    TOO_LARGE = "too large"
    NOT_FETCHED = "not fetched"
    SPREADSHEET = "spreadsheet"
    NOT_TEXT = "not text"
    BROKEN_LETTERS = "broken letters"
    EMPTY = "empty"
    ONLY_HEADER = "only header"
    NO_COLUMN = "no column"
    TWICE = "column twice"
    QUOTES = "quotes"
    TOO_MANY = "too many rows"


class Why(StrEnum):
    """What is wrong with a cell."""

    MISSING = "missing"
    TOO_LONG = "too long"
    FORMULA = "formula"
    TOO_MANY_CELLS = "too many cells"
    UNKNOWN = "unknown"
    UNKNOWN_NEAR = "unknown, one is near"
    NO_STATUS = "no status"
    OWN = "own organisation"
    NO_VISIBILITY = "no visibility"
    NO_NUMBER = "no number"
    NO_DATE = "no date"
    WHICH_DATE = "which date"
    LONG_PAST = "long past"
    TOO_FAR = "too far"
    NOT_YET = "not yet"
    LINK = "link"
    NO_NAME = "no name"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that is not read further. ``row`` counts as spreadsheets do, 0 for the whole file.

    ``columns`` are those that are missing or there twice, ``found`` what the header says where some are missing.
    """

    why: Unfit
    row: int = 0
    columns: tuple[str, ...] = ()
    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell. ``text`` is what stands there, "" where it must not be repeated.

    ``row`` counts as spreadsheets do, the header being 1; ``near`` is what may have been meant; ``why`` of a link is
    in ``detail``, and so is the most characters of a text that is too long.
    """

    row: int
    column: str
    why: Why
    text: str = ""
    near: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One commitment of a file, checked and cleaned. Dates are days of the server's calendar."""

    row: int
    sector: str
    organisation: str
    what: str
    done_when: str
    due: date | None
    status: Status
    progress: int
    made: date | None
    action: str | None
    help_wanted: str
    visibility: Visibility
    note: str
    evidence: str


def written(rows: Sequence[Row]) -> str:
    """Return rows as text, a line each, until somebody decides about them."""
    return "\n".join(json.dumps(asdict(row), ensure_ascii=False, default=date.isoformat) for row in rows)


def read(lines: str) -> list[Row]:
    """Return the rows of such a text."""
    return [_row(json.loads(line)) for line in lines.split("\n") if line]


def _row(given: dict[str, Any]) -> Row:
    days = {name: date.fromisoformat(given[name]) if given[name] else None for name in ("due", "made")}
    kinds = {"status": Status(given["status"]), "visibility": Visibility(given["visibility"])}
    return Row(**{**given, **days, **kinds})


class State(StrEnum):
    """Where an import stands."""

    READY = "ready"
    DONE = "imported"
    DISCARDED = "discarded"
    TAKEN_BACK = "import taken back"


@dataclass(frozen=True, slots=True)
class Import:
    """The record of a file: who brought it, when, how many rows fit, how many of them came in, who decided.

    ``rows`` are those that were ready, ``came`` those that are pledges by now; ``by`` and ``decider`` are None once
    that person has been erased.
    """

    id: int
    guild_id: int
    by: int | None
    at: datetime
    state: State
    rows: int
    came: int
    decider: int | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would happen. ``read`` are the rows of the file, ``wrong`` those with a fault, ``here`` those that are
    pledges already or stand in the file twice. ``hushed``: organisations are named, and nobody would see them."""

    import_id: int | None
    encoding: Encoding
    delimiter: str
    read: int
    wrong: int
    here: int
    statuses: Mapping[Status, int]
    faults: Sequence[Fault]
    ignored: Sequence[str]
    sample: Row | None = None
    hushed: bool = False

    @property
    def ready(self) -> int:
        """How many would come in."""
        return sum(self.statuses.values())


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What taking an import back did: how many pledges went, and how many stay as something became of them since."""

    found: Import
    gone: int
    stay: int


@dataclass(frozen=True, slots=True)
class Table:
    """A file as rows of cells: (row as spreadsheets count, column -> cell, more cells than the header has)."""

    encoding: Encoding
    delimiter: str
    rows: Sequence[tuple[int, Mapping[str, str], bool]]
    columns: frozenset[str] = frozenset()
    ignored: Sequence[str] = field(default_factory=tuple)
