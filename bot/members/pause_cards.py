"""What admins see when they pause people."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ButtonStyle, ui

from bot.members.model import PAUSE_REASON_LIMIT, Pause, PausePage
from bot.ui import times
from bot.ui.escape import quiet
from bot.ui.forms import Form, Values
from bot.ui.layout import CALM, WARM, bullets, button, card, primary, row, user_select
from bot.ui.words import _


def paused_list(page: PausePage) -> ui.LayoutView:
    """Return the people who are paused, and the way to pause somebody."""
    parts: list[str | ui.Item[ui.LayoutView] | None] = []
    for pause in page.pauses:
        parts.append(_line(pause))
        parts.append(
            row(button(_("Resume"), "pause.end", pause.user_id), button(_("History"), "pause.show", pause.user_id))
        )
    return card(
        _("## Paused people"),
        _(
            "People who are paused can't submit text: no pledge, question, registration or note. Reading, "
            "`/report`, `/help`, `/profile`, erasing and leaving still work."
        ),
        None if page.pauses else _("Nobody is paused."),
        *parts,
        row(
            button(_("Previous"), "pause.before", page.before) if page.before is not None else None,
            button(_("Next"), "pause.list", page.after) if page.after is not None else None,
        ),
        user_select("pause.who", placeholder=_("Pick somebody to pause or look at …")),
    )


def person(user_id: int, history: Sequence[Pause], obstacle: str | None) -> ui.LayoutView:
    """Return one person: whether paused, the history, what can be done. ``obstacle`` says why they can't be paused."""
    paused = bool(history) and history[0].resumed_at is None
    if paused:
        deed = primary(_("Resume"), "pause.end", user_id)
    else:
        deed = button(_("Pause …"), "pause.ask", user_id, style=ButtonStyle.danger)
    state = _("<@{user}> is paused.", user=user_id) if paused else _("<@{user}> is not paused.", user=user_id)
    return card(
        _("## Pause or resume"),
        state,
        obstacle,
        _("### History\n{lines}", lines=bullets(_line(pause) for pause in history)) if history else None,
        _("-# They're told, with the reason. If they erase themselves, this history and the pause go too.")
        if not paused
        else None,
        row(deed if paused or obstacle is None else None, button(_("Everybody who's paused"), "pause.list", 0)),
        accent=WARM if paused else CALM,
    )


def reason_form(user_id: int, values: Values) -> Form:
    """Return the form for the reason, which may stay empty."""
    return Form(_("Pause somebody"), "pause.reason", user_id).text(
        "reason",
        _("Reason, if you like"),
        value=values.text("reason"),
        limit=PAUSE_REASON_LIMIT,
        long=True,
        required=False,
        hint=_("The person and the admins read it."),
    )


def _line(pause: Pause) -> str:
    reason = quiet(pause.reason) if pause.reason else _("no reason given")
    by = f"<@{pause.paused_by}>" if pause.paused_by else _("somebody who has been erased")
    line = _(
        "<@{user}>: paused {when} by {by}, {reason}",
        user=pause.user_id,
        when=times.ago(pause.paused_at),
        by=by,
        reason=reason,
    )
    if pause.resumed_at is None:
        return line
    resumer = f"<@{pause.resumed_by}>" if pause.resumed_by else _("somebody who has been erased")
    return _("{line}; resumed {when} by {by}", line=line, when=times.ago(pause.resumed_at), by=resumer)
