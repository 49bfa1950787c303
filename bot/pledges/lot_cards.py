"""What organisers see of many at once, and of the reasons that a server keeps ready."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from discord import ui

from bot.content.model import Action
from bot.pledges.cards import visibility_words
from bot.pledges.desk_model import MOST_REASONS, READY_REASON_LIMIT, REASONED, Lot, Outcome, Reason
from bot.pledges.review_cards import act_title
from bot.ui import times
from bot.ui.errors import status_words
from bot.ui.escape import quiet
from bot.ui.forms import Form, Values
from bot.ui.layout import DONE, WARM, bullets, button, card, option, primary, row, select
from bot.ui.words import _, locale, n_

_SHOWN = 10


def lot_card(lot: Lot, action: Action, pledge_id: int, until: int) -> ui.LayoutView:
    """Return the question whether to approve all of an action's pledges that were handed in until an instant."""
    lines = [
        f"<@{one.maker_id}> · {visibility_words(one.visibility)}"
        + (_(" · by {date}", date=times.day(one.due)) if one.due else "")
        for one in lot.pledges[:_SHOWN]
    ]
    more = len(lot.pledges) - len(lines)
    return card(
        _("## Approve all for this action?"),
        _("**{title}**, in the words of the catalogue:", title=quiet(action.title.text(locale()))),
        bullets(lines),
        n_("… and {n} more.", "… and {n} more.", more) if more else None,
        n_(
            "{n} more was reworded: review that one separately.",
            "{n} more were reworded: review those one by one.",
            lot.reworded,
        )
        if lot.reworded
        else None,
        row(
            primary(
                n_("Approve {n}", "Approve {n}", len(lot.pledges)),
                "review.all",
                pledge_id,
                until,
                len(lot.pledges),
            )
            if lot.pledges
            else None,
            button(_("Back to the queue"), "review.queue", 0),
        ),
        _("-# Each is a separate decision in your name. Your own are left to others."),
    )


def outcome_card(outcome: Outcome) -> ui.LayoutView:
    """Return what came of it, in words."""
    parts = [n_("{n} approved", "{n} approved", outcome.approved)]
    if outcome.own:
        parts.append(n_("{n} was yours or your organisation's", "{n} were yours or your organisation's", outcome.own))
    for (status, by), number in Counter(outcome.decided).items():
        who = f"<@{by}>" if by else _("someone who left")
        state = status_words(status)
        parts.append(
            n_(
                "{n} was already *{state}* by {who}",
                "{n} were already *{state}* by {who}",
                number,
                state=state,
                who=who,
            )
        )
    if outcome.gone:
        parts.append(n_("{n} was decided in the meantime", "{n} were decided in the meantime", outcome.gone))
    accent = DONE if outcome.approved else WARM
    return card(", ".join(parts) + ".", row(button(_("Back to the queue"), "review.queue", 0)), accent=accent)


# Reasons kept ready.


def ready_card(reasons: Sequence[Reason], ping: bool) -> ui.LayoutView:
    """Return the reasons a server keeps ready, and whether reminders ping."""
    lines = [f"*{act_title(reason.act)}*: {quiet(reason.text)}" for reason in reasons]
    options = [option(reason.text, reason.id, description=act_title(reason.act)) for reason in reasons]
    return card(
        _("## Saved reasons"),
        _("Pick a saved reason on a pledge's card: the form opens with its text, ready to edit or send."),
        bullets(lines) or _("None yet."),
        select("review.drop", options=options, placeholder=_("Delete one …")) if options else None,
        row(
            primary(_("Add one"), "review.add") if len(reasons) < MOST_REASONS else None,
            button(_("Back to the queue"), "review.queue", 0),
        ),
        _("**Reminders** about anything waiting longer than three days ping the organisers' role.")
        if ping
        else _("**Reminders** about anything waiting longer than three days ping nobody."),
        row(
            button(_("Ping nobody"), "review.ping", 0)
            if ping
            else button(_("Ping the organisers' role (admins)"), "review.ping", 1)
        ),
    )


def ready_form(values: Values) -> Form:
    """Return the form for a reason to keep ready."""
    made = Form(_("Save a reason"), "review.add")
    made.radio(
        "act",
        _("For which decision?"),
        [(act.value, act_title(act), None) for act in REASONED],
        values.choice("act") or REASONED[0].value,
    )
    return made.text(
        "reason",
        _("Text of the reason"),
        value=values.get("reason", ""),
        limit=READY_REASON_LIMIT,
        example=_("Please add by when, and how we will know that it is done."),
    )
