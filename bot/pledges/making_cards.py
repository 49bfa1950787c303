"""What people see while they make a pledge: ready-made actions, the form, the draft, and what others are asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import discord
from discord import ui

from bot.content.model import Action as CatalogueAction
from bot.content.model import Content
from bot.errors import Invalid
from bot.pledges import due
from bot.pledges.cards import body, headline, one_line, spoken, visibility_options, visibility_words
from bot.pledges.hints import Hint
from bot.pledges.model import (
    DONE_WHEN_LIMIT,
    HELP_LIMIT,
    MOST_INVITED,
    WHAT_LIMIT,
    Companion,
    Draft,
    Part,
    Pledge,
    Review,
    Status,
    Visibility,
)
from bot.ui.escape import clean
from bot.ui.forms import Form, Values
from bot.ui.layout import DONE, button, card, option, primary, row, select, user_select
from bot.ui.words import _, locale, n_


def effort_words(effort: str) -> str:
    """Return roughly how long an action takes."""
    return {
        "minutes": _("minutes"),
        "days": _("days"),
        "weeks": _("weeks"),
        "months": _("months"),
        "year": _("about a year"),
    }.get(effort, effort)


def browse(
    actions: Sequence[CatalogueAction],
    more: bool,
    efforts: Sequence[str],
    chosen: str,
    draft: Pledge | None = None,
    asked: Sequence[Pledge] = (),
) -> ui.LayoutView:
    """Return the way to a ready-made action: by effort, easiest first, or one's own words.

    ``draft`` is one to go on with, ``asked`` are pledges of others that this person was asked to make too.
    """
    options = [
        option(
            action.title.text(locale()),
            action.slug,
            description=_(
                "{effort} · done when: {done}", effort=effort_words(action.effort), done=action.done_when.text(locale())
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
        None if options else _("Nothing ready-made takes that long. Pick another effort, or write your own."),
        select("pledge.effort", options=filters, placeholder=_("By effort")),
        _("-# There are more than 25: type `/pledge make` and search.") if more else None,
        row(
            button(_("Write my own"), "pledge.own"),
            button(_("Continue my draft"), "pledge.resume", draft.id) if draft is not None else None,
        ),
        _("✏️ **Not submitted yet:** {title}", title=headline(draft)) if draft is not None else None,
        n_(
            "🤝 You've been asked to do somebody's pledge too:",
            "🤝 You've been asked to do other people's pledges too:",
            len(asked),
        )
        if asked
        else None,
        *(row(button(quiet_label(one), "pledge.update", one.id)) for one in asked[:3]),
    )


def quiet_label(pledge: Pledge) -> str:
    """Return a pledge's first words for a button, which shows no markdown."""
    return _("Answer: {title}", title=spoken(pledge, pledge.what))


def make_form(
    content: Content,
    values: Values,
    door: str,
    ids: Sequence[object],
    action: CatalogueAction | None,
    by: str,
    visibility: str,
) -> Form:
    """Return the form of five: what, how we know, by when, help wanted, who sees the name."""
    title = action.title.text(locale()) if action else ""
    made = Form(_("Change your pledge") if door == "pledge.change" else _("Make a pledge"), door, *ids)
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
        value=values.get("due", by),
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


def read(
    values: Values, by: datetime | None, action: CatalogueAction | None, for_organisation: bool, only_if: int = 0
) -> Draft:
    """Return what the form gave, cleaned; the service checks it. Raises Invalid for a choice that there is not."""
    chosen = values.choice("visibility") or Visibility.COUNTED
    if chosen not in tuple(Visibility):
        raise Invalid("visibility", "unknown choice")
    return Draft(
        what=clean(values.text("what")),
        done_when=clean(values.text("done_when")),
        due=by,
        help_wanted=clean(values.text("help_wanted")),
        visibility=Visibility(chosen),
        action=action.slug if action else None,
        for_organisation=for_organisation,
        only_if=only_if,
    )


def typed(pledge: Pledge, zone: str) -> Values:
    """Return a pledge as it reads and in the server's zone, so that the form opens again with it."""
    return Values(
        {
            "what": spoken(pledge, pledge.what),
            "done_when": spoken(pledge, pledge.done_when),
            "due": due.written(pledge.due, zone),
            "help_wanted": pledge.help_wanted,
            "visibility": [pledge.visibility.value],
        }
    )


def hint_words(hint: Hint) -> str:
    """Return a hint as a sentence that asks nothing of anybody."""
    return {
        Hint.VAGUE: _("💡 A concrete verb helps: instead of “support”, what exactly will you do?"),
        Hint.NO_NUMBER: _("💡 A number makes it easy to see that it is done: how many, how often?"),
        Hint.NO_DATE: _("💡 A date helps to get it done, even a rough one."),
    }[hint]


def draft_card(
    pledge: Pledge, tip: Hint | None = None, company: Sequence[Companion] = (), asking: bool = False
) -> ui.LayoutView:
    """Return the stored draft with Submit, Change and Discard, and the ways to do it with others.

    ``asking`` shows at once the menu of whom to ask, as ``company`` does.
    """
    after = {
        Review.BEFORE: _("An organiser reviews it, usually within a few days. You'll find the answer in `/profile`."),
        Review.AFTER: _("It is active at once. An organiser confirms it once you say it is done."),
        Review.NONE: _("It's active at once, and done when you say so."),
    }[pledge.review]
    draft = pledge.status is Status.DRAFT
    asked = [one.user_id for one in company]
    return card(
        _("## Your pledge, ready to submit") if draft else _("## Your pledge, changed"),
        body(pledge, whole=True),
        _("Shown as: **{visibility}**", visibility=visibility_words(pledge.visibility)),
        _("They're asked once you submit it, and see your name. Anyone who says yes is named only if they chose that.")
        if draft and (asked or asking)
        else None,
        user_select(
            "pledge.invite",
            pledge.id,
            placeholder=_("Who's doing it with you?"),
            chosen=asked,
            least=0,
            most=MOST_INVITED,
        )
        if draft and (asked or asking)
        else None,
        after,
        f"-# {hint_words(tip)}" if tip is not None else None,
        row(
            primary(_("Submit"), "pledge.submit", pledge.id),
            button(_("Change"), "pledge.change", pledge.id),
            button(_("Discard") if draft else _("Withdraw"), "pledge.discard", pledge.id),
        ),
        row(
            button(_("Ask others to do it too"), "pledge.ask", pledge.id) if draft and not (asked or asking) else None,
            button(_("Only if others join"), "pledge.onlyif", pledge.id),
        ),
        _("-# Saved as a draft: you can also come back to it in `/profile`."),
    )


def condition_form(pledge: Pledge, values: Values, join_by: str) -> Form:
    """Return the form for how many others a pledge needs, and until when."""
    made = Form(_("Only if others join"), "pledge.onlyif", pledge.id)
    made.text(
        "only_if",
        _("How many others?"),
        value=values.get("only_if", str(pledge.only_if) if pledge.only_if else ""),
        limit=4,
        required=False,
        hint=_("It starts once this many have joined. Empty: it doesn't depend on others."),
    )
    return made.text(
        "join_by",
        _("Join by when?"),
        value=values.get("join_by", join_by),
        limit=60,
        required=False,
        hint=_("A date, or: in 3 weeks. Empty: 30 days. Then it lapses if too few have joined."),
    )


def ask_withdraw(pledge: Pledge) -> ui.LayoutView:
    """Return the one question before a pledge is taken back."""
    return card(
        _("## Withdraw it?"),
        headline(pledge),
        _("Its card is removed, and nothing of it is shown any more. *Can't any more* would close it with honour.")
        if pledge.status is Status.ACTIVE
        else _("It won't be reviewed, and nothing of it is shown."),
        row(
            button(_("Take it back"), "pledge.withdraw", pledge.id, style=discord.ButtonStyle.danger),
            button(_("Keep it"), "pledge.update", pledge.id),
        ),
    )


def answered(pledge: Pledge, yes: bool) -> ui.LayoutView:
    """Return the thanks for an answer to "will you do it too?"."""
    if not yes:
        return card(_("Noted, you are not part of it. Nobody is told."))
    return card(_("## You're in"), one_line(pledge), _("Thank you! Its maker will be told."), accent=DONE)


def taken_on(pledge: Pledge) -> ui.LayoutView:
    """Return the thanks to somebody who took on what was imported."""
    return card(
        _("## It's yours"),
        one_line(pledge),
        _("Thank you! Tell us how it's going with *Update*, or later in `/profile`."),
        row(button(_("Update"), "pledge.update", pledge.id)),
        accent=DONE,
    )


def invitation(pledge: Pledge) -> ui.LayoutView:
    """Return the question to somebody who was asked to make a pledge too."""
    who = f"<@{pledge.maker_id}>" if pledge.maker_id else _("Somebody who left")
    handed = pledge.waits_for_maker
    return card(
        _("**The organisers ask if you'll take this on; it was promised before this bot was here:**")
        if handed
        else _("**{who} asks if you'll do this too:**", who=who),
        f"### {headline(pledge)}",
        body(pledge, organisation=handed),  # it is theirs to know whose promise they would keep
        row(
            primary(
                _("Yes, I'll take it on") if handed else _("Yes, I'll do it too"),
                "pledge.accept",
                pledge.guild_id,
                pledge.id,
            ),
            button(_("No, thank you"), "pledge.refuse", pledge.guild_id, pledge.id),
        ),
    )


def submitted(pledge: Pledge, company: Sequence[Companion] = (), unknown: Sequence[int] = ()) -> ui.LayoutView:
    """Return the thanks after Submit, with what happens next. ``unknown`` were named and have never registered."""
    if pledge.status is Status.WAITING:
        words = _("Thank you! It starts once enough others have joined. See where it stands in `/profile`.")
    elif pledge.status is Status.SUBMITTED:
        words = _("Thank you! The organisers have it now. See where it stands in `/profile`.")
    else:
        words = _("Thank you! Your pledge is active. Tell us how it's going with *Update*, or later in `/profile`.")
    update = button(_("Update"), "pledge.update", pledge.id) if pledge.status is Status.ACTIVE else None
    asked = [f"<@{one.user_id}>" for one in company if one.part is Part.INVITED and one.user_id not in unknown]
    return card(
        _("## Submitted"),
        one_line(pledge),
        words,
        _("**Asked, no answer yet:** {people}", people=", ".join(asked)) if asked else None,
        _(
            "**Not registered here, so not told:** {people}. Ask them to `/join`; your question then waits in"
            " `/pledge make`.",
            people=", ".join(f"<@{one}>" for one in unknown),
        )
        if unknown
        else None,
        row(update),
        accent=DONE,
    )


def discarded() -> ui.LayoutView:
    """Return the words after Discard or Withdraw."""
    return card(_("Withdrawn. Nothing of it is shown any more. You can always start again with `/pledge make`."))
