"""What people hear who name, choose or retire a sector in a way that does not work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.ui.escape import quiet
from bot.ui.words import _


def invalid(facts: Mapping[str, Any]) -> dict[str, Callable[[], str]]:
    """Return the sentence of each reason that is about a server's sectors; names are made inert here."""
    names = ", ".join(f"*{quiet(str(name))}*" for name in facts.get("names", ()))
    name, most = quiet(str(facts.get("name", ""))), facts.get("most", "")
    return {
        "retired": lambda: _(
            "Not on this server's list any more: {names}. Pick another sector; everything else you typed is kept.",
            names=names,
        ),
        "taken": lambda: _(
            "That looks like *{name}*, which this server already has. Choose a name that can't be confused with it.",
            name=name,
        ),
        "taken by a retired one": lambda: _(
            "That looks like *{name}*, which is retired. Bring it back instead, or choose another name.", name=name
        ),
        "no emoji": lambda: _(
            "Give one plain emoji such as 🏫: no skin tone, not combined, not custom. Left empty, the wheel "
            "shows initials."
        ),
        "list full": lambda: _(
            "A wheel has room for {most} sectors, and this would be one too many. Retire one first: nothing "
            "in it is lost.",
            most=most,
        ),
        "too many own": lambda: _(
            "This server has added {most} sectors of its own, and no more fit. Rename a retired one and bring it back.",
            most=most,
        ),
        "last one": lambda: _("A wheel needs at least one sector. Add or bring back another one first."),
        "renamed meanwhile": lambda: _(
            "Somebody has changed this sector since you opened the form: it is *{name}* now. Your words are kept.",
            name=name,
        ),
    }
