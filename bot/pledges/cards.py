"""What people see of pledges: the public card, their own with what they can do, lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.members.names import same_site
from bot.members.organisation_cards import with_mark
from bot.pledges.evidence import host_of
from bot.pledges.model import (
    EVIDENCE_LIMIT,
    NOTE_LIMIT,
    STEPS,
    Act,
    Change,
    Companion,
    Part,
    Pledge,
    Review,
    Status,
    Visibility,
    Who,
    possible,
)
from bot.ui import times
from bot.ui.errors import status_words
from bot.ui.escape import plain, quiet
from bot.ui.forms import Form, Values
from bot.ui.layout import (
    CALM,
    DONE,
    button,
    card,
    link,
    primary,
    row,
)
from bot.ui.words import _, locale, n_

_MOST_NAMED = 10
GOING_ON = frozenset({Status.WAITING, Status.ACTIVE, Status.DONE_CLAIMED})
"""Where it matters how long nothing was heard of a pledge."""
_ONLY_IF = frozenset({Status.DRAFT, Status.SUBMITTED, Status.CHANGES_ASKED, Status.WAITING})

MARKS = {
    Status.DRAFT: "✏️",
    Status.SUBMITTED: "⏳",
    Status.CHANGES_ASKED: "↩️",
    Status.WAITING: "👥",
    Status.ACTIVE: "⚙️",
    Status.DONE_CLAIMED: "🏁",
    Status.KEPT: "✅",
    Status.PARTLY_KEPT: "🌓",
    Status.CLOSED: "🤝",
    Status.DECLINED: "➖",
    Status.WITHDRAWN: "➖",
    Status.LAPSED: "💤",
}


def visibility_options() -> list[tuple[str, str, str]]:
    """Return (value, label, description) of the three choices, shared by the pledge and the join form."""
    return [
        (Visibility.NAMED, _("Named"), _("Everybody in this server sees your name with it.")),
        (Visibility.COUNTED, _("Counted only"), _("It counts for your sector; your name is not shown.")),
        (Visibility.HIDDEN, _("Organisers only"), _("Only organisers see it; it is in no public figure.")),
    ]


def visibility_words(visibility: str) -> str:
    """Return the label of a choice of visibility."""
    return next((label for value, label, _more in visibility_options() if value == visibility), visibility)


def public_card(
    pledge: Pledge,
    sector_name: str,
    company: Sequence[Companion] = (),
    supporters: str = "",
    doors: Sequence[ui.Button[Any]] = (),
    *,
    organisation: bool = False,
) -> ui.LayoutView:
    """Return the card everybody sees, which names its maker, and those who do it too, only if they chose so.

    ``supporters`` is how many there are, as people may read it; ``doors`` are what others can do with it.
    ``organisation``: the reader may know for which one it is made, whatever others see.
    """
    sector_name = quiet(sector_name)
    who = _("A partner in {sector}", sector=sector_name)
    if pledge.visibility is Visibility.NAMED and pledge.maker_id:
        who = f"<@{pledge.maker_id}>"
        if pledge.organisation:
            who = f"{who} · {with_mark(pledge.organisation, pledge.organisation_confirmed)}"
        who = f"{who} · {sector_name}"
    elif pledge.visibility is Visibility.NAMED and pledge.organisation and pledge.import_id is not None:
        who = f"{with_mark(pledge.organisation, pledge.organisation_confirmed)} · {sector_name}"
    proof = None
    if pledge.evidence and pledge.status is Status.KEPT and pledge.review is not Review.NONE:  # somebody confirmed it
        proof = row(link(_("Evidence: {host}", host=host_of(pledge.evidence)), pledge.evidence))
    return card(
        f"### {MARKS[pledge.status]} {headline(pledge)}",
        who,
        _company(company),
        body(pledge, organisation=organisation),
        _heard_of(pledge),
        _("👏 **Supporters:** {n}", n=supporters) if supporters else None,
        proof,
        row(*doors[:5]),
        accent=DONE if pledge.status is Status.KEPT else CALM,
    )


def _heard_of(pledge: Pledge) -> str | None:
    """Return how fresh a pledge is, as a moment: it stays true on a card that nobody touches for months."""
    if pledge.status not in GOING_ON:
        return None
    return _("-# Last update {when}", when=times.ago(pledge.changed_at))


def _company(company: Sequence[Companion]) -> str | None:
    people = [f"<@{one.user_id}>" for one in company if one.named][:_MOST_NAMED]
    return _("**Together with:** {people}", people=", ".join(people)) if people else None


def own_card(
    pledge: Pledge, now: datetime, said: str = "", change: Change | None = None, company: Sequence[Companion] = ()
) -> ui.LayoutView:
    """Return somebody's own pledge with everything they can do now.

    ``said`` is the reason an organiser gave last, ``change`` the words that wait for one.
    """
    acts = possible(pledge.status, pledge.review, Who.MAKER)
    first: list[ui.Item[Any]] = []
    second: list[ui.Item[Any]] = []
    third: list[ui.Item[Any]] = []
    if Act.SUBMIT in acts:
        first += [primary(_("Submit"), "pledge.submit", pledge.id), button(_("Change"), "pledge.change", pledge.id)]
    if Act.PROGRESS in acts:
        first += [button(f"{step} %", "pledge.step", pledge.id, step) for step in STEPS]
        first.append(button(_("Done"), "pledge.done", pledge.id, style=discord.ButtonStyle.success))
        second += [
            button(_("Note or link"), "pledge.note", pledge.id),
            button(
                _("Help found") if pledge.needs_help else _("Need help"),
                "pledge.help",
                pledge.id,
                0 if pledge.needs_help else 1,
            ),
            button(_("Partly kept"), "pledge.partly", pledge.id),
            button(_("Can't any more"), "pledge.cant", pledge.id),
        ]
    if Act.REOPEN in acts:
        first.append(button(_("Reopen"), "pledge.reopen", pledge.id))
    if Act.CHANGE in acts:
        third.append(button(_("Change the wording"), "pledge.change", pledge.id))
    if Act.WITHDRAW in acts:
        third.append(button(_("Withdraw"), "pledge.discard", pledge.id))
    if pledge.evidence:
        third.append(button(_("Remove this link"), "pledge.unlink", pledge.id))
    return card(
        f"## {MARKS[pledge.status]} {headline(pledge)}",
        _("**The organisers say:** {reason}", reason=quiet(said)) if said else None,
        body(pledge),
        evidence_line(pledge),
        _company(company),
        _(
            "✏️ **Waiting for an organiser:** {text}\nUntil then, the wording above applies.",
            text=quiet(spoken(pledge, change.what), 300),
        )
        if change is not None
        else None,
        _("Shown as: **{visibility}**", visibility=visibility_words(pledge.visibility)),
        row(*first),
        row(*second),
        row(*third),
    )


def shown_card(
    pledge: Pledge,
    sector_name: str,
    company: Sequence[Companion] = (),
    part: Part | None = None,
    supporters: str = "",
    doors: Sequence[ui.Button[Any]] = (),
    *,
    reviewer: bool = False,
) -> ui.LayoutView:
    """Return somebody else's pledge as one may see it. ``part`` is what the reader has to do with it."""
    ids = (pledge.guild_id, pledge.id)
    answers: list[ui.Button[Any]] = []
    if part is Part.INVITED:
        answers = [
            primary(
                _("Yes, I'll take it on") if pledge.waits_for_maker else _("Yes, I'll do it too"), "pledge.accept", *ids
            ),
            button(_("No, thank you"), "pledge.refuse", *ids),
        ]
    elif part is Part.TOGETHER:
        answers = [button(_("Leave this pledge"), "pledge.refuse", *ids)]
    elif part is Part.JOINED:
        answers = [button(_("Leave this pledge"), "pledge.out", pledge.id)]
    knows = reviewer or (part is Part.INVITED and pledge.waits_for_maker)
    return public_card(pledge, sector_name, company, supporters, [*answers, *doors], organisation=knows)


def figure(count: int, small: int) -> str:
    """Return how many people there are, for public eyes: "" for nobody, below ``small`` "a few"."""
    return "" if not count else _("a few") if count < small else str(count)


def evidence_line(pledge: Pledge) -> str | None:
    """Return the evidence as text with its host; where the organisation's own site is known, whether it is another."""
    if not pledge.evidence:
        return None
    line = _("**Evidence:** {host} - {link}", host=host_of(pledge.evidence), link=quiet(pledge.evidence))
    if pledge.organisation_domain and not same_site(pledge.organisation_domain, pledge.evidence):
        line += "\n" + _("-# ⚠️ outside the organisation's own site ({domain})", domain=pledge.organisation_domain)
    return line


def note_form(pledge: Pledge, values: Values, door: str) -> Form:
    """Return the form for a note and an https link, at Done and in between."""
    titles = {
        "pledge.done": _("Done!"),
        "pledge.note": _("How it's going"),
        "pledge.partly": _("Partly kept"),
        "pledge.cant": _("Can't any more"),
    }
    made = Form(titles[door], door, pledge.id)
    made.text(
        "note",
        _("A few words"),
        value=values.get("note", pledge.note if door in ("pledge.done", "pledge.note") else ""),
        limit=NOTE_LIMIT,
        long=True,
        required=False,
        hint=_("No names of people in cases, no case details."),
    )
    if door in ("pledge.done", "pledge.note"):
        made.text(
            "evidence",
            _("Link to a public page"),
            value=values.get("evidence", pledge.evidence),
            limit=EVIDENCE_LIMIT,
            required=False,
            hint=_("https only; organisers look at it first."),
            example="https://",
        )
    return made


def headline(pledge: Pledge) -> str:
    """Return the first words of a pledge, inert."""
    return quiet(plain(spoken(pledge, pledge.what), 90))


def spoken(pledge: Pledge, text: str) -> str:
    """Return words of a pledge in the present language, where they are the catalogue's; others as written."""
    return pledge.said(text, locale())


def one_line(pledge: Pledge) -> str:
    """Return a pledge as a line of a list."""
    due = ""
    if pledge.due is not None and pledge.status in (Status.ACTIVE, Status.SUBMITTED):
        due = _(" · by {date}", date=times.day(pledge.due))
    return f"{MARKS[pledge.status]} {headline(pledge)} · {status_words(pledge.status)}{due}"


def body(pledge: Pledge, *, whole: bool = False, organisation: bool = True, status: bool = True) -> str:
    """Return everything about a pledge; ``whole`` adds all of the words and the evidence as text.

    Without ``organisation`` where others look: an organisation of one person would name that person.
    """
    lines = []
    what = spoken(pledge, pledge.what)
    if len(what) > 90 or whole:
        lines.append(quiet(what))
    if pledge.done_when:  # what was imported may say nothing of it
        lines.append(_("**Done when:** {text}", text=quiet(spoken(pledge, pledge.done_when))))
    lines.append(_("**By:** {date}", date=times.day(pledge.due)) if pledge.due is not None else _("**By:** ongoing"))
    if pledge.organisation and organisation:
        named = with_mark(pledge.organisation, pledge.organisation_confirmed)
        lines.append(_("**For:** {organisation}", organisation=named))
    if pledge.help_wanted:
        lines.append(_("**Help wanted:** {text}", text=quiet(pledge.help_wanted)))
    if pledge.status in _ONLY_IF and pledge.only_if and pledge.join_by is not None:
        lines.append(
            n_(
                "**Only if** {n} other joins by {date}.",
                "**Only if** {n} others join by {date}.",
                pledge.only_if,
                date=times.day(pledge.join_by),
            )
        )
    if status and pledge.status not in (Status.DRAFT, Status.SUBMITTED, Status.CHANGES_ASKED):
        state = f"{MARKS[pledge.status]} {status_words(pledge.status)}"
        lines.append(
            f"**{state}**" + (f" · {pledge.progress} %" if pledge.status is Status.ACTIVE and pledge.progress else "")
        )
    if pledge.review is Review.NONE and pledge.status is Status.KEPT:
        lines.append(_("-# self-declared by its maker"))
    if pledge.note:
        lines.append(_("**Note:** {text}", text=quiet(pledge.note)))
    if pledge.needs_help:
        lines.append(_("🙋 **Help is welcome**"))
    if whole and (proof := evidence_line(pledge)):
        lines.append(proof)
    return "\n".join(lines)
