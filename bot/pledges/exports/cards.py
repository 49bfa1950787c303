"""What organisers see while pledges are written into a file, and when they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from discord import ui

from bot.pledges.exports.table import Audience, Format
from bot.pledges.model import REASON_LIMIT
from bot.ui.escape import plain
from bot.ui.forms import Form, Values
from bot.ui.layout import DONE, button, card, row
from bot.ui.words import _, n_

MOST_FILES = 10
"""Attachments of one message."""


def reason_form(kind: Format, values: Values) -> Form:
    """Return the form that asks why everything is taken along."""
    return Form(_("Export everything"), "review.export", kind.value).text(
        "reason",
        _("What do you need it for?"),
        value=values.get("reason", ""),
        limit=REASON_LIMIT,
        long=True,
        hint=_("Recorded with your name: the file holds what people show to organisers only."),
    )


def writing(done: int, of: int) -> ui.LayoutView:
    """Return how far it is."""
    return card(_("Writing the file … {done} of {all} pledges looked at.", done=f"{done:,}", all=f"{of:,}"))


def finished(audience: Audience, rows: int, files: Sequence[Path], part: int, parts: int) -> ui.LayoutView:
    """Return the card that carries the files of one message."""
    what = {
        Audience.BOARD: _(
            "For the board: every pledge that people may see, with a name only where somebody chose to be named;"
            " small figures read “a few”."
        ),
        Audience.INTERNAL: _(
            "Internal: it holds what people show to organisers only. Keep it safe, and delete it after."
        ),
    }[audience]
    attached: list[ui.File[ui.LayoutView]] = [ui.File(f"attachment://{plain(path.name, 100)}") for path in files]
    return card(
        _("## The pledges as a file") + (f" · {part}/{parts}" if parts > 1 else ""),
        n_("{n} pledge, as it stood when you asked.", "{n} pledges, as they stood when you asked.", rows),
        what,
        *attached,
        row(button(_("Import a spreadsheet"), "import.home")),
        accent=DONE,
    )


def too_large() -> ui.LayoutView:
    """Return what to do where no part of the file may be uploaded here."""
    return card(
        _(
            "The file is larger than this server lets anybody upload. Whoever runs the bot can write it with"
            " `python run.py export`, without a limit."
        )
    )
