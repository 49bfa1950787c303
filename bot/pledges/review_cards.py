"""What organisers see of one pledge: the card to decide on, the form for a reason, the history; and the reminder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.pledges import cards
from bot.pledges.desk_model import ESCALATE_AFTER, NUDGE_AFTER, Desk
from bot.pledges.model import (
    REASON_LIMIT,
    REVERSALS,
    RULES,
    TAKES_PART,
    Act,
    Change,
    Entry,
    Part,
    Pledge,
    Status,
    Who,
    possible,
)
from bot.ui import times
from bot.ui.errors import status_words
from bot.ui.escape import quiet
from bot.ui.forms import Form, Values
from bot.ui.layout import CALM, WARM, bullets, button, card, option, primary, row, select
from bot.ui.words import _, n_

BACK = {"approval": Act.UNAPPROVE, "decline": Act.UNDECLINE, "confirmation": Act.UNCONFIRM}
"""What can be taken back, as the ids of buttons and forms name it."""

_READY_DOORS = {Act.ASK_CHANGES: "changes", Act.DECLINE: "decline", Act.NOT_YET: "notyet"}


def mark(pledge: Pledge) -> str:
    """Return the sign of a pledge that waits: of its state, or of a change to a running one."""
    return "✏️" if pledge.status is Status.ACTIVE else cards.MARKS[pledge.status]


def review_card(desk: Desk, *, exact: bool = False) -> ui.LayoutView:
    """Return the organisers' card: the pledge, its state, and what can be done with it now.

    ``exact``: for one organiser at this moment, so that numbers which change by themselves may be in it.
    """
    pledge = desk.pledge
    waits = pledge.queued_at is not None
    return card(
        f"### {mark(pledge) if waits else cards.MARKS[pledge.status]} {cards.headline(pledge)}",
        _state(desk),
        _("{maker} · {visibility}", maker=_maker(pledge), visibility=cards.visibility_words(pledge.visibility)),
        cards.body(pledge, status=False),
        cards.evidence_line(pledge),
        _together(desk),
        change_words(pledge, desk.change) if desk.change is not None and waits else None,
        _outcome(desk) if not waits else None,
        _("🖐️ **{who}** is on it until {when}. Others can still decide.", who=f"<@{desk.take.by}>",
          when=times.full(desk.take.until))
        if desk.take is not None and waits
        else None,
        row(*_decisions(desk)),
        row(*_besides(desk, exact)),
        _ready(desk),
        accent=WARM if waits else CALM,
    )  # fmt: skip


def _maker(pledge: Pledge) -> str:
    return f"<@{pledge.maker_id}>" if pledge.maker_id else _("someone who left")


def _state(desk: Desk) -> str:
    pledge = desk.pledge
    parts = []
    if pledge.queued_at is not None:
        date = f"{times.day(pledge.queued_at)} ({times.ago(pledge.queued_at)})"
        parts.append(
            {
                Status.SUBMITTED: _("waiting for review, submitted {date}", date=date),
                Status.DONE_CLAIMED: _("marked done {date}", date=date),
            }.get(pledge.status, _("active, with a change submitted {date}", date=date))
        )
    elif _decided(desk.last) is None:
        parts.append(status_words(pledge.status))
    parts.append(_("pledge {number}", number=pledge.id))
    return f"-# {' · '.join(parts)}"


def _decided(last: Entry | None) -> Entry | None:
    """Return the line of the history that says who decided, None where it was no organiser."""
    deciders = {rule.act for rule in RULES if rule.who is Who.REVIEWER}
    return last if last is not None and last.act in deciders else None


def _outcome(desk: Desk) -> str | None:
    last = _decided(desk.last)
    if last is None:
        return None
    said = _(
        "{mark} **{status}** by {who}, {when}",
        mark=cards.MARKS[desk.pledge.status],
        status=_("active, not done yet") if last.act is Act.NOT_YET else status_words(desk.pledge.status),
        who=f"<@{last.by}>" if last.by else _("someone who left"),
        when=times.ago(last.at),
    )
    return f"{said}\n> {quiet(last.reason, 300)}".replace("\n\n", "\n") if last.reason else said


def _together(desk: Desk) -> str | None:
    pledge = desk.pledge
    lines = []
    inside = [f"<@{one.user_id}>" for one in desk.company if one.part in TAKES_PART][:10]
    asked = [f"<@{one.user_id}>" for one in desk.company if one.part is Part.INVITED][:10]
    if inside:
        lines.append(_("**Together with:** {people}", people=", ".join(inside)))
    if asked:
        lines.append(_("**Asked, no answer yet:** {people}", people=", ".join(asked)))
    if pledge.only_if and pledge.join_by is not None:
        lines.append(
            n_(
                "**Only if** {n} other joins by {date}; so far {joined}.",
                "**Only if** {n} others join by {date}; so far {joined}.",
                pledge.only_if,
                date=times.day(pledge.join_by),
                joined=pledge.joined,
            )
        )
    return "\n".join(lines) or None


def change_words(pledge: Pledge, change: Change) -> str:
    """Return the words that an active pledge shall have."""
    what, done_when = (quiet(cards.spoken(pledge, text)) for text in (change.what, change.done_when))
    lines = [
        _("✏️ **New wording, {when}:** {text}", when=times.ago(change.at), text=what),
        _("**Done when:** {text}", text=done_when),
        _("**By:** {date}", date=times.day(change.due)) if change.due is not None else _("**By:** ongoing"),
    ]
    if change.help_wanted:
        lines.append(_("**Help wanted:** {text}", text=quiet(change.help_wanted)))
    return "\n".join(lines)


def _decisions(desk: Desk) -> list[ui.Item[Any]]:
    pledge = desk.pledge
    acts = possible(pledge.status, pledge.review, Who.REVIEWER)
    green = discord.ButtonStyle.success
    if Act.APPROVE in acts:
        return [
            button(_("Approve"), "review.approve", pledge.id, style=green),
            button(_("Ask for changes"), "review.changes", pledge.id),
            button(_("Decline"), "review.decline", pledge.id),
        ]
    if Act.CONFIRM in acts:
        return [
            button(_("Confirm done"), "review.confirm", pledge.id, style=green),
            button(_("Not yet"), "review.notyet", pledge.id),
        ]
    if desk.change is not None and Act.ACCEPT_CHANGE in acts:
        return [
            button(_("Approve the change"), "review.accept", pledge.id, desk.change.version, style=green),
            button(_("Leave it as it is"), "review.refuse", pledge.id),
        ]
    return []


def _besides(desk: Desk, exact: bool) -> list[ui.Item[Any]]:
    pledge = desk.pledge
    found: list[ui.Item[Any]] = []
    if pledge.queued_at is not None:
        if desk.take is None:
            found.append(button(_("Take"), "review.take", pledge.id))
        else:
            found.append(button(_("Release"), "review.letgo", pledge.id))
    if desk.alike > 1:
        label = _("Approve all for this action ({n})", n=desk.alike) if exact else _("Approve all for this action")
        found.append(button(label, "review.lot", pledge.id))
    back = _reversal(desk)
    if back is not None:
        found.append(button(_back_words(BACK[back]), "review.back", back, pledge.id))
    found.append(button(_("History"), "review.history", pledge.id))
    if pledge.evidence:
        found.append(button(_("Remove this link"), "review.unlink", pledge.id))
    return found


def _reversal(desk: Desk) -> str | None:
    for name, act in BACK.items():
        rule = next(rule for rule in RULES if rule.act is act)
        here = desk.pledge.status in rule.sources and desk.pledge.review in rule.reviews
        if here and desk.newest is not None and desk.newest.act in rule.follows:
            return name
    return None


def _back_words(act: Act) -> str:
    return {
        Act.UNAPPROVE: _("Take back the approval"),
        Act.UNDECLINE: _("Take back the decline"),
        Act.UNCONFIRM: _("Take back the confirmation"),
    }[act]


def _ready(desk: Desk) -> ui.ActionRow[Any] | None:
    """Return the reasons kept ready for what can be decided now: one pick opens the form with it."""
    acts = possible(desk.pledge.status, desk.pledge.review, Who.REVIEWER)
    fitting = [reason for reason in desk.reasons if reason.act in acts]
    if not fitting:
        return None
    options = [option(reason.text, reason.id, description=act_title(reason.act)) for reason in fitting]
    return select("review.pick", desk.pledge.id, options=options, placeholder=_("Use a saved reason …"))


# Deciding.


def act_title(act: Act) -> str:
    """Return a decision as its form is headed."""
    titles = {
        Act.ASK_CHANGES: _("Ask for changes"),
        Act.DECLINE: _("Decline"),
        Act.NOT_YET: _("Not yet done"),
        Act.REFUSE_CHANGE: _("Leave it as it is"),
    }
    return titles[act] if act in titles else _back_words(act)


def reason_form(pledge: Pledge, act: Act, values: Values) -> Form:
    """Return the form that asks an organiser for the reason the maker will read."""
    doors = {**_READY_DOORS, Act.REFUSE_CHANGE: "refuse"}
    if act in REVERSALS:
        name = next(name for name, one in BACK.items() if one is act)
        made = Form(act_title(act), "review.back", name, pledge.id)
    else:
        made = Form(act_title(act), f"review.{doors[act]}", pledge.id)
    return made.text(
        "reason",
        _("Reason (the maker reads it)"),
        value=values.get("reason", ""),
        limit=REASON_LIMIT,
        long=True,
        example=_("What has changed?") if act in REVERSALS else _("What would make it right?"),
    )


def door_of(act: Act) -> str:
    """Return the door of the form for a decision with a reason kept ready."""
    return f"review.{_READY_DOORS[act]}"


# The history.


def history(pledge_id: int, entries: Sequence[Entry]) -> ui.LayoutView:
    """Return who did what, when and why."""
    lines = []
    for entry in entries[-25:]:
        who = f"<@{entry.by}>" if entry.by else _("the clock") if entry.act in _BY_CLOCK else _("someone who left")
        why = f" - {quiet(entry.reason, 120)}" if entry.reason else ""
        own = _(" (their own side's, as this server allows)") if entry.own else ""
        lines.append(f"{times.ago(entry.at)} {who}: {act_words(entry.act)}{own}{why}")
    return card(_("## History of pledge {number}", number=pledge_id), bullets(lines) or _("Nothing yet."))


_BY_CLOCK = frozenset(rule.act for rule in RULES if rule.who is Who.CLOCK)


def act_words(act: Act) -> str:
    """Return what somebody did, as the history tells it."""
    return {
        Act.SAVE: _("saved the draft"),
        Act.SUBMIT: _("submitted it"),
        Act.ASK_CHANGES: _("asked for changes"),
        Act.APPROVE: _("approved"),
        Act.DECLINE: _("declined"),
        Act.ENOUGH: _("began, as enough others have joined"),
        Act.PROGRESS: _("reported progress"),
        Act.CHANGE: _("changed its wording"),
        Act.ACCEPT_CHANGE: _("approved the change"),
        Act.REFUSE_CHANGE: _("left it as it was"),
        Act.DONE: _("marked it done"),
        Act.CONFIRM: _("confirmed it is done"),
        Act.NOT_YET: _("said it is not done yet"),
        Act.PARTLY: _("said it is partly kept"),
        Act.CANT: _("said it can't be kept"),
        Act.WITHDRAW: _("withdrew it"),
        Act.LAPSE: _("let it lapse"),
        Act.REOPEN: _("reopened it"),
        Act.UNAPPROVE: _("took back the approval"),
        Act.UNDECLINE: _("took back the decline"),
        Act.UNCONFIRM: _("took back the confirmation"),
        Act.UNLINK: _("removed the link"),
        Act.IMPORT: _("imported it from a spreadsheet"),
        Act.UNIMPORT: _("took back its import"),
        Act.TAKE_ON: _("took it on"),
    }[act]


# The reminder.


def nudge(three: int, five: int, roles: Sequence[int]) -> ui.LayoutView:
    """Return the reminder that pledges wait: how many longer than three days, and than five. ``roles`` are pinged."""
    return card(
        n_(
            "**{n} pledge has waited longer than {days} days** for an organiser.",
            "**{n} pledges have waited longer than {days} days** for an organiser.",
            three,
            days=NUDGE_AFTER.days,
        ),
        n_(
            "{n} of them longer than {days} days; admins see that in `/setup check`.",
            "{n} of them longer than {days} days; admins see that in `/setup check`.",
            five,
            days=ESCALATE_AFTER.days,
        )
        if five
        else None,
        " ".join(f"<@&{role}>" for role in roles) or None,
        row(primary(_("Queue"), "review.queue", 0)),
        accent=WARM,
    )
