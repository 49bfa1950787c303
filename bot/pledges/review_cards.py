"""What organisers see: the card to decide on, the form for a reason, the history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.pledges import cards
from bot.pledges.model import REASON_LIMIT, Act, Entry, Pledge, Status, Who, possible
from bot.ui import times
from bot.ui.errors import status_words
from bot.ui.escape import quiet
from bot.ui.forms import Form, Values
from bot.ui.layout import CALM, DONE, WARM, bullets, button, card, row
from bot.ui.words import _


def review_card(pledge: Pledge, last: Entry | None) -> ui.LayoutView:
    """Return the organisers' card: the pledge, its state, and what can be done with it now."""
    acts = possible(pledge.status, pledge.review, Who.REVIEWER)
    maker = f"<@{pledge.maker_id}>" if pledge.maker_id else _("someone who left")
    heading = {
        Status.SUBMITTED: _("## A pledge to review"),
        Status.DONE_CLAIMED: _("## Done? A pledge to confirm"),
    }.get(pledge.status, _("## Pledge {number}", number=pledge.id))
    buttons: list[ui.Item[Any]] = []
    if Act.APPROVE in acts:
        buttons = [
            button(_("Approve"), "review.approve", pledge.id, style=discord.ButtonStyle.success),
            button(_("Ask for changes"), "review.changes", pledge.id),
            button(_("Decline"), "review.decline", pledge.id),
        ]
    elif Act.CONFIRM in acts:
        buttons = [
            button(_("Confirm done"), "review.confirm", pledge.id, style=discord.ButtonStyle.success),
            button(_("Not yet"), "review.notyet", pledge.id),
        ]
    buttons.append(button(_("History"), "review.history", pledge.id))
    outcome = None
    if last is not None and last.by is not None and not acts:
        outcome = _(
            "{mark} **{status}** by {who}, {when}",
            mark=cards.MARKS[pledge.status],
            status=status_words(pledge.status),
            who=f"<@{last.by}>",
            when=times.ago(last.at),
        )
    return card(
        heading,
        _("{maker} · {visibility}", maker=maker, visibility=cards.visibility_words(pledge.visibility)),
        cards.body(pledge, whole=True),
        outcome,
        row(*buttons),
        _("-# Handed in {when}", when=times.ago(pledge.created_at)) if acts else None,
        accent=WARM if acts else CALM,
    )


def reason_form(pledge: Pledge, act: Act, values: Values) -> Form:
    """Return the form that asks an organiser for the reason the maker will read."""
    titles = {
        Act.ASK_CHANGES: _("Ask for changes"),
        Act.DECLINE: _("Decline"),
        Act.NOT_YET: _("Not yet done"),
    }
    doors = {Act.ASK_CHANGES: "review.changes", Act.DECLINE: "review.decline", Act.NOT_YET: "review.notyet"}
    made = Form(titles[act], doors[act], pledge.id)
    return made.text(
        "reason",
        _("Reason (the maker reads it)"),
        value=values.get("reason", ""),
        limit=REASON_LIMIT,
        long=True,
        example=_("What would make it right?"),
    )


def decided(pledge: Pledge, act: Act) -> ui.LayoutView:
    """Return the short answer to an organiser whose decision came from a form."""
    return card(
        _(
            "{mark} Pledge {number}: **{status}**. The maker hears your reason.",
            mark=cards.MARKS[pledge.status],
            number=pledge.id,
            status=status_words(pledge.status),
        ),
        accent=DONE,
    )


def history(pledge_id: int, entries: Sequence[Entry]) -> ui.LayoutView:
    """Return who did what, when and why."""
    lines = []
    for entry in entries[-25:]:
        who = f"<@{entry.by}>" if entry.by else _("the clock")
        why = f" - {quiet(entry.reason, 120)}" if entry.reason else ""
        lines.append(f"{times.ago(entry.at)} {who}: {act_words(entry.act)}{why}")
    return card(_("## History of pledge {number}", number=pledge_id), bullets(lines) or _("Nothing yet."))


def act_words(act: Act) -> str:
    """Return what somebody did, as the history tells it."""
    return {
        Act.SAVE: _("saved the draft"),
        Act.SUBMIT: _("handed it in"),
        Act.ASK_CHANGES: _("asked for changes"),
        Act.APPROVE: _("approved"),
        Act.DECLINE: _("declined"),
        Act.PROGRESS: _("reported progress"),
        Act.DONE: _("said it is done"),
        Act.CONFIRM: _("confirmed it is done"),
        Act.NOT_YET: _("said it is not done yet"),
        Act.PARTLY: _("said it is partly kept"),
        Act.CANT: _("said it can't be kept"),
        Act.WITHDRAW: _("took it back"),
        Act.LAPSE: _("let it lapse after a long silence"),
        Act.REOPEN: _("took it up again"),
    }[act]
