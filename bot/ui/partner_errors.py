"""What people hear when an introduction can not be asked for, answered or closed: sentences for ``bot.ui.errors``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.ui import times
from bot.ui.words import _, n_

Sentences = dict[str, Callable[[], str]]


def statuses() -> Sentences:
    """Return what has become of an introduction, in the middle of a sentence."""
    return {
        "introduction asked": lambda: _("waiting for an answer"),
        "introduction accepted": lambda: _("accepted"),
        "introduction declined": lambda: _("answered with “not now”"),
        "introduction lapsed": lambda: _("lapsed without an answer"),
        "introduction withdrawn": lambda: _("taken back"),
        "introduction closed": lambda: _("ended"),
    }


def not_allowed() -> Sentences:
    """Return what somebody has to do before they can find partners."""
    return {
        "introduce nobody": lambda: _(
            "Introductions are between organisations: name yours in `/join`, then come back."
        ),
        "introduce unnamed": lambda: _(
            "Introductions show your name to the other side: choose *Named* in `/join`, then come back."
        ),
        "introduce unconfirmed": lambda: _(
            "Introductions begin once the organisers have confirmed your organisation. It is in their queue: ask one "
            "of them if it takes long."
        ),
        "introduce off": lambda: _("Switch on *Open to introductions* under *Find partners* in `/profile` first."),
        "introduce without organisers": lambda: _(
            "Introductions wait until an admin has chosen the organisers' role in `/setup start`: they are in every "
            "thread."
        ),
        "introduce nowhere": lambda: _(
            "Introductions wait until an admin has chosen the ideas channel in `/setup start`: threads hang under it."
        ),
    }


def invalid(facts: Mapping[str, object]) -> Sentences:
    """Return why this organisation can not be asked now."""
    most = facts.get("most", 0)
    number = most if isinstance(most, int) else 0
    return {
        "introduce itself": lambda: _("That is your own organisation. Pick another one."),
        "they asked": lambda: _("They have asked you already: press *Find partners* in `/profile` and say yes."),
        "asked already": lambda: _("They have your request already. Press *Find partners* in `/profile` to see it."),
        "introduced": lambda: _("You are introduced already: *Find partners* in `/profile` leads to the thread."),
        "asked lately": lambda: _(
            "They couldn't take it up when you last asked. You can ask again {when}; they can ask you at any time.",
            when=times.ago(facts["at"]),  # type: ignore[arg-type]
        ),
        "we are full": lambda: n_(
            "Your organisation has {n} introduction open, which is the limit. Close one, then ask again.",
            "Your organisation has {n} introductions open, which is the limit. Close one, then ask again.",
            number,
        ),
        "they are full": lambda: _("They have no room for another introduction just now. Try again in a few days."),
        "enough contacts": lambda: n_(
            "{n} person speaks for your organisation already. One of them can switch it off for themselves first.",
            "{n} people speak for your organisation already. One of them can switch it off for themselves first.",
            number,
        ),
    }
