"""What people see of pledges: the form, the draft, the review card, the public card, lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.content.model import Action as CatalogueAction
from bot.content.model import Content
from bot.pledges.evidence import host_of
from bot.pledges.model import (
    DONE_WHEN_LIMIT,
    EVIDENCE_LIMIT,
    HELP_LIMIT,
    NOTE_LIMIT,
    WHAT_LIMIT,
    Act,
    Page,
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
    bullets,
    button,
    card,
    link,
    option,
    primary,
    row,
    select,
)
from bot.ui.words import _, locale

MARKS = {
    Status.DRAFT: "✏️",
    Status.SUBMITTED: "⏳",
    Status.CHANGES_ASKED: "↩️",
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


def effort_words(effort: str) -> str:
    """Return roughly how long an action takes."""
    return {
        "minutes": _("minutes"),
        "days": _("days"),
        "weeks": _("weeks"),
        "months": _("months"),
        "year": _("about a year"),
    }.get(effort, effort)


# Making.


def browse(actions: Sequence[CatalogueAction], more: bool, efforts: Sequence[str], chosen: str) -> ui.LayoutView:
    """Return the way to a ready-made action: by effort, easiest first, or one's own words."""
    options = [
        option(
            action.title.text(locale()),
            action.slug,
            description=_(
                "{effort} · done when {done}", effort=effort_words(action.effort), done=action.done_when.text(locale())
            ),
        )
        for action in actions[:25]
    ]
    filters = [
        option(_("Any effort"), "any", chosen=chosen == "any"),
        *(option(_("Takes {effort}", effort=effort_words(e)), e, chosen=chosen == e) for e in efforts),
    ]
    return card(
        _("## What will you do?"),
        _(
            "Pick something ready-made for your sectors, or write your own. "
            "Small is fine: one kept pledge moves the wheel."
        ),
        select("pledge.pick", options=options, placeholder=_("Pick an action …")) if options else None,
        select("pledge.effort", options=filters, placeholder=_("By effort")),
        _("-# More than 25 fit: type `/pledge make` and search.") if more else None,
        row(button(_("Write my own"), "pledge.own")),
    )


def make_form(
    content: Content,
    values: Values,
    door: str,
    ids: Sequence[object],
    action: CatalogueAction | None,
    due: str,
    visibility: str,
) -> Form:
    """Return the form of five: what, how we know, by when, help wanted, who sees the name."""
    title = action.title.text(locale()) if action else ""
    made = Form(_("Make a pledge"), door, *ids)
    made.text("what", _("What will you do?"), value=values.get("what", title), limit=WHAT_LIMIT, long=True)
    made.text(
        "done_when",
        _("How will we know it is done?"),
        value=values.get("done_when", action.done_when.text(locale()) if action else ""),
        limit=DONE_WHEN_LIMIT,
        long=True,
    )
    made.text(
        "due",
        _("By when?"),
        value=values.get("due", due),
        limit=60,
        required=False,
        hint=_("A date such as 2027-03-31, or: in 6 weeks. Empty: ongoing."),
    )
    made.text(
        "help_wanted",
        _("Partners or help wanted?"),
        value=values.get("help_wanted", ""),
        limit=HELP_LIMIT,
        long=True,
        required=False,
    )
    made.radio("visibility", _("Who sees your name?"), visibility_options(), values.choice("visibility") or visibility)
    return made


def draft_card(pledge: Pledge) -> ui.LayoutView:
    """Return the stored draft with Submit, Change and Discard."""
    after = {
        Review.BEFORE: _("An organiser looks at it, usually within a few days. You hear in the way you chose."),
        Review.AFTER: _("It is active at once. An organiser confirms it once you say it is done."),
        Review.NONE: _("It is active at once and done by your word."),
    }[pledge.review]
    sent_back = pledge.status is Status.CHANGES_ASKED
    return card(
        _("## Your pledge, ready to hand in") if not sent_back else _("## Your pledge, changed"),
        body(pledge, whole=True),
        _("Shown as: **{visibility}**", visibility=visibility_words(pledge.visibility)),
        after,
        row(
            primary(_("Submit"), "pledge.submit", pledge.id),
            button(_("Change"), "pledge.change", pledge.id),
            button(_("Discard") if not sent_back else _("Withdraw"), "pledge.discard", pledge.id),
        ),
        _("-# Saved as a draft: you can also come back to it in `/profile`."),
    )


def submitted(pledge: Pledge, news_choice: ui.ActionRow[Any] | None = None) -> ui.LayoutView:
    """Return the thanks after Submit, with what happens next."""
    if pledge.status is Status.SUBMITTED:
        words = _("Thank you! The organisers have it now. See where it stands in `/profile`.")
    else:
        words = _("Thank you! Your pledge is active. Tell us how it goes with *Update*, or later in `/profile`.")
    update = button(_("Update"), "pledge.update", pledge.id) if pledge.status is Status.ACTIVE else None
    return card(_("## Handed in"), one_line(pledge), words, news_choice, row(update), accent=DONE)


def discarded() -> ui.LayoutView:
    """Return the words after Discard or Withdraw."""
    return card(_("Taken back. Nothing of it is shown any more. You can always start again with `/pledge make`."))


# Living.


def public_card(pledge: Pledge, sector_name: str) -> ui.LayoutView:
    """Return the card everybody sees, which names its maker only if they chose so."""
    who = _("A partner in {sector}", sector=sector_name)
    if pledge.visibility is Visibility.NAMED and pledge.maker_id:
        who = f"<@{pledge.maker_id}>"
        if pledge.organisation:
            who = f"{who} · {quiet(pledge.organisation)}"
        who = f"{who} · {sector_name}"
    proof = None
    if pledge.evidence and pledge.status is Status.KEPT:
        proof = row(link(_("Evidence: {host}", host=host_of(pledge.evidence)), pledge.evidence))
    return card(
        f"### {MARKS[pledge.status]} {headline(pledge)}",
        who,
        body(pledge, organisation=False),
        proof,
        accent=DONE if pledge.status is Status.KEPT else CALM,
    )


def own_card(pledge: Pledge, now: datetime) -> ui.LayoutView:
    """Return somebody's own pledge with everything they can do now."""
    acts = possible(pledge.status, pledge.review, Who.MAKER)
    first: list[ui.Item[Any]] = []
    second: list[ui.Item[Any]] = []
    if Act.SUBMIT in acts:
        first += [primary(_("Submit"), "pledge.submit", pledge.id), button(_("Change"), "pledge.change", pledge.id)]
    if Act.PROGRESS in acts:
        first += [button(f"{step} %", "pledge.step", pledge.id, step) for step in (25, 50, 75)]
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
        first.append(button(_("Take it up again"), "pledge.reopen", pledge.id))
    if Act.WITHDRAW in acts:
        second.append(button(_("Withdraw"), "pledge.discard", pledge.id))
    return card(
        f"## {MARKS[pledge.status]} {headline(pledge)}",
        body(pledge),
        _("Shown as: **{visibility}**", visibility=visibility_words(pledge.visibility)),
        row(*first),
        row(*second),
    )


def shown_card(pledge: Pledge, sector_name: str) -> ui.LayoutView:
    """Return somebody else's pledge as one may see it."""
    return public_card(pledge, sector_name)


def note_form(pledge: Pledge, values: Values, door: str) -> Form:
    """Return the form for a note and an https link, at Done and in between."""
    titles = {
        "pledge.done": _("Done!"),
        "pledge.note": _("How it goes"),
        "pledge.partly": _("Partly kept"),
        "pledge.cant": _("Can't any more"),
    }
    made = Form(titles[door], door, pledge.id)
    made.text(
        "note",
        _("A few words"),
        value=values.get("note", pledge.note),
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


def list_card(
    title: str, page: Page, empty: str, doors: tuple[str, str], ids: Sequence[object], after: int, note: str = ""
) -> ui.LayoutView:
    """Return five pledges with Next and one *Open ...* select. ``doors`` are (open, next)."""
    if not page.pledges:
        return card(f"## {title}", note, empty, row(primary(_("Make a pledge"), "pledge.browse")))
    lines = [one_line(pledge) for pledge in page.pledges]
    options = [option(plain(pledge.what, 95), pledge.id, emoji=MARKS[pledge.status]) for pledge in page.pledges]
    opened, onwards = doors
    return card(
        f"## {title}",
        note,
        bullets(lines),
        select(opened, options=options, placeholder=_("Open …")),
        row(
            button(_("From the start"), onwards, *ids, 0) if after else None,
            button(_("Next"), onwards, *ids, page.after) if page.after is not None else None,
        ),
    )


def headline(pledge: Pledge) -> str:
    """Return the first words of a pledge, inert."""
    return quiet(plain(pledge.what, 90))


def one_line(pledge: Pledge) -> str:
    """Return a pledge as a line of a list."""
    due = f" · {times.day(pledge.due)}" if pledge.due and pledge.status in (Status.ACTIVE, Status.SUBMITTED) else ""
    return f"{MARKS[pledge.status]} {headline(pledge)} · {status_words(pledge.status)}{due}"


def body(pledge: Pledge, *, whole: bool = False, organisation: bool = True) -> str:
    """Return everything about a pledge; ``whole`` adds all of the words and the evidence as text.

    Without ``organisation`` where others look: an organisation of one person would name that person.
    """
    lines = []
    if len(pledge.what) > 90 or whole:
        lines.append(quiet(pledge.what))
    lines.append(_("**Done when:** {text}", text=quiet(pledge.done_when)))
    lines.append(_("**By:** {date}", date=times.day(pledge.due)) if pledge.due is not None else _("**By:** ongoing"))
    if pledge.organisation and organisation:
        lines.append(_("**For:** {organisation}", organisation=quiet(pledge.organisation)))
    if pledge.help_wanted:
        lines.append(_("**Help wanted:** {text}", text=quiet(pledge.help_wanted)))
    if pledge.status not in (Status.DRAFT, Status.SUBMITTED, Status.CHANGES_ASKED):
        state = f"{MARKS[pledge.status]} {status_words(pledge.status)}"
        lines.append(
            f"**{state}**" + (f" · {pledge.progress} %" if pledge.status is Status.ACTIVE and pledge.progress else "")
        )
    if pledge.review is Review.NONE and pledge.status is Status.KEPT:
        lines.append(_("-# by the maker's own word"))
    if pledge.note:
        lines.append(_("**Note:** {text}", text=quiet(pledge.note)))
    if pledge.needs_help:
        lines.append(_("🙋 **Help is welcome**"))
    if whole and pledge.evidence:
        lines.append(_("**Evidence:** {host} - {link}", host=host_of(pledge.evidence), link=quiet(pledge.evidence)))
    return "\n".join(lines)
