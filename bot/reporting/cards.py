"""Where to turn: official routes and numbers, for anyone, at any time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from discord import ui

from bot.content.model import Content
from bot.errors import TextStopped
from bot.ui.layout import WARM, button, card, row
from bot.ui.words import _


def stopped(content: Content, now: datetime, error: TextStopped, again: ui.Button[Any] | None) -> ui.LayoutView:
    """Return the card when the guard held a text back: thanks first, help next, no question asked."""
    if error.structural:
        first = _("Thank you for wanting to help. This looks like an address, file or fingerprint, and this bot takes none.")
    else:
        first = _("Thank you for saying this. It sounds like it may be about a real person, and this is not the place for it.")
    return card(
        first,
        _("Nothing of it was stored. If somebody is in danger now, call the emergency number. `/report` shows who can help."),
        row(again, button(_("Where to get help"), "report.open")),
        accent=WARM,
    )
