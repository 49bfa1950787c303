"""What is wrong with a spreadsheet, in words; and the two files that go with them: all faults, and a template."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence

from bot.errors import Invalid
from bot.pledges.exports.table import inert
from bot.pledges.imports.model import MOST_ROWS, OPTIONAL, REQUIRED, Encoding, Fault, Refusal, Unfit, Why
from bot.pledges.model import EVIDENCE_LIMIT
from bot.ui.errors import invalid
from bot.ui.escape import plain, quiet
from bot.ui.words import _, locale

MOST_LISTED = 5000
"""Faults in the file that lists them."""


def unfit_words(refusal: Refusal) -> str:
    """Return why a file is not read further, and what to do."""
    columns = ", ".join(f"`{name}`" for name in refusal.columns)
    words: dict[Unfit, Callable[[], str]] = {
        Unfit.TOO_LARGE: lambda: _("This file is larger than 2 MB. Split it into several, each with the header."),
        Unfit.NOT_FETCHED: lambda: _("Discord didn't pass the file on. Please upload it again."),
        Unfit.SPREADSHEET: lambda: _(
            "This is a workbook, and I read CSV. In your spreadsheet program choose *Save as* or *Download* and then "
            "*CSV UTF-8*."
        ),
        Unfit.NOT_TEXT: lambda: _("This isn't a CSV. In your spreadsheet program, save the table as *CSV UTF-8*."),
        Unfit.BROKEN_LETTERS: lambda: _("I can't read the letters in this file. Save it again, as *CSV UTF-8*."),
        Unfit.EMPTY: lambda: _("There is nothing in this file."),
        Unfit.ONLY_HEADER: lambda: _("There is a header and no row below it."),
        Unfit.NO_COLUMN: lambda: _(
            "The first row has to name the columns, and these are missing: {columns}. I found: {found}.",
            columns=columns,
            found=", ".join(f"“{quiet(name)}”" for name in refusal.found) or _("nothing"),
        ),
        Unfit.TWICE: lambda: _("This column is there twice: {columns}. Rename or remove one.", columns=columns),
        Unfit.QUOTES: lambda: _(
            "Around row {row} a quotation mark opens and doesn't close, or is in the middle of a cell. Save "
            "the table as CSV from your spreadsheet program, which gets them right.",
            row=refusal.row,
        ),
        Unfit.TOO_MANY: lambda: _("There are more than {most} rows. Split the file.", most=f"{MOST_ROWS:,}"),
    }
    return words[refusal.why]()


def why_words(fault: Fault, sectors: Sequence[str] = ()) -> str:
    """Return what is wrong in a cell and what to write instead, as plain text. ``sectors`` are what there are."""
    listed = ", ".join(sectors) if fault.column == "sector" else ""
    words: dict[Why, Callable[[], str]] = {
        Why.MISSING: lambda: _("this can't be empty"),
        Why.TOO_LONG: lambda: _("too long, at most {most} characters", most=fault.detail),
        Why.FORMULA: lambda: _("a formula; save its value instead"),
        Why.TOO_MANY_CELLS: lambda: _("more cells than the header has; is a comma missing its quotation marks?"),
        Why.UNKNOWN: lambda: (
            _("not known here; choose from: {known}", known=listed)
            if listed
            else _("not known here; write the title as it stands in the catalogue, or leave it empty")
        ),
        Why.UNKNOWN_NEAR: lambda: _("not known here; is “{near}” meant?", near=fault.near),
        Why.NO_STATUS: lambda: _("can't be imported; write active, kept, partly kept or closed"),
        Why.OWN: lambda: _("your own organisation kept it, so another organiser imports it"),
        Why.NO_VISIBILITY: lambda: _("write named, counted or organisers"),
        Why.NO_NUMBER: lambda: _("write a whole number from 0 to 100"),
        Why.NO_DATE: lambda: _("not a date I can read; write it like 2027-06-30"),
        Why.WHICH_DATE: lambda: _("could mean two different days; write it like 2027-06-30"),
        Why.LONG_PAST: lambda: _("too long ago; correct the date, or the status"),
        Why.TOO_FAR: lambda: _("more than five years away"),
        Why.NOT_YET: lambda: _("is in the future"),
        Why.LINK: lambda: invalid(Invalid("evidence", fault.detail, limit=EVIDENCE_LIMIT)),
        Why.NO_NAME: lambda: _("not an organisation's name: it needs a letter, and no @ or <"),
        Why.STOPPED: lambda: _(
            "reads like a case, a secret address or a file of one, so it is not kept; nobody's case belongs here"
        ),
    }
    return words[fault.why]()


def fault_words(fault: Fault, sectors: Sequence[str]) -> str:
    """Return a fault as a line of a card: where, what stands there, what is wrong."""
    where = _("row {row}, {column}", row=fault.row, column=fault.column.replace("_", "\\_")) if fault.column else ""
    where = where or _("row {row}", row=fault.row)
    said = quiet(plain(why_words(fault, sectors).replace("`", ""), 300))
    return f"**{where}:** {f'“{quiet(fault.text)}” ' if fault.text else ''}{said}"


def delimiter_words(delimiter: str) -> str:
    """Return what stands between the cells."""
    return {",": _("commas"), ";": _("semicolons"), "\t": _("tabs")}[delimiter]


def encoding_words(encoding: Encoding) -> str:
    """Return how the letters were read, with a question where that is a guess."""
    if encoding is Encoding.WINDOWS:
        return _("read as Windows-1252: are å, ä and ö right in the sample?")
    return _("read as {encoding}", encoding=encoding.value)


def faults_file(faults: Sequence[Fault], sectors: Sequence[str]) -> bytes:
    """Return every fault as a CSV that no spreadsheet runs."""
    rows = [[_("row"), _("column"), _("problem"), _("what it says")]]
    rows += [[str(one.row), one.column, why_words(one, sectors), one.text] for one in faults[:MOST_LISTED]]
    return _csv(rows, ",")


def template_file(sector: str) -> bytes:
    """Return a CSV with the header and one row as an example, for a sector by its name."""
    example = {
        "sector": sector,
        "pledge": _("Hold two open evenings for everybody who would like to take part"),
        "organisation": _("Example Ltd"),
        "done_when": _("Both evenings have been held"),
        "due": "2027-06-30",
        "status": "active",
        "progress_percent": "25",
        "visibility": "counted",
    }
    header = (*REQUIRED, *OPTIONAL)
    # Where decimals have a comma, spreadsheets open a CSV with semicolons.
    return _csv([header, [example.get(name, "") for name in header]], "," if locale().startswith("en") else ";")


def _csv(rows: Sequence[Sequence[str]], delimiter: str) -> bytes:
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=delimiter).writerows([inert(cell) for cell in row] for row in rows)
    return made.getvalue().encode("utf-8-sig")
