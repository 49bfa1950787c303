"""What people see when they register: the form, the question whether it is right, the welcome, their news."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.content.model import Action, Content, Sector
from bot.errors import Invalid
from bot.events.model import Event
from bot.members.model import (
    MOST_SECTORS,
    OFFERS_LIMIT,
    ORGANISATION_LIMIT,
    JoinDraft,
    Member,
    Notice,
    Reach,
    Registration,
    Visibility,
    filled,
)
from bot.pledges.cards import one_line, visibility_options, visibility_words
from bot.pledges.model import Pledge
from bot.ui import times
from bot.ui.escape import clean, clean_line, plain, quiet
from bot.ui.forms import Form, Values
from bot.ui.layout import DONE, WARM, button, card, option, primary, row, select
from bot.ui.words import LOCALES, _, locale, speaking

_HINT_LIMIT = 100
KEEP = "keep"


# The form.


def _headings() -> tuple[str, str]:
    return _("We offer:"), _("We look for:")


def offers_template() -> str:
    """Return the paragraph with its two headed lines, ready to be written into."""
    return "\n\n".join(_headings())


def offers_written(text: str) -> str:
    """Return what somebody wrote into the paragraph, "" where they left it as it was, in whatever language."""
    headings: set[str] = set()
    for language in LOCALES:
        with speaking(language):
            headings.update(_headings())
    return filled(clean(text), headings)


def join_form(content: Content, sectors: Sequence[Sector], values: Values, member: Member | None) -> Form:
    """Return the form of five; without the consent box for somebody registered under the present notice."""
    language = locale()
    chosen = values.choices("sectors") or list(member.sectors if member else ())
    organisation = member.organisation.name if member and member.organisation else ""
    visibility = member.visibility if member else Visibility.COUNTED
    made = Form(_("Join") if member is None else _("Change what is registered"), "join.form")
    made.select(
        "sectors",
        _("Your sectors (1 to 3)"),
        [
            option(
                sector.name.text(language),
                sector.slug,
                description=sector.scope.text(language),
                emoji=sector.emoji,
                chosen=sector.slug in chosen,
            )
            for sector in sectors
        ],
        most=MOST_SECTORS,
    )
    made.text(
        "organisation",
        _("Organisation, if any"),
        value=values.get("organisation", organisation),
        limit=ORGANISATION_LIMIT,
        required=False,
    )
    made.text(
        "offers",
        _("What you offer and look for, if you like"),
        value=values.get("offers", (member.offers if member else "") or offers_template()),
        limit=OFFERS_LIMIT,
        long=True,
        required=False,
    )
    made.radio(
        "visibility",
        _("Who sees your name?"),
        visibility_options(),
        values.choice("visibility") or visibility.value,
        hint=_fitting(content.coalition.careful_hint.text(language)),
    )
    if member is None or member.consent_version != content.coalition.notice_version:
        made.tick(
            "consent",
            _("Your consent"),
            [("yes", content.coalition.consent.text(language))],
            hint=_("The notice is in /help, under Privacy notice. Without the tick nothing is stored."),
        )
    return made


def _fitting(hint: str) -> str | None:
    """Return as many whole sentences of a hint as a form has room for."""
    while len(hint) > _HINT_LIMIT:
        hint = hint.rstrip(".").rpartition(". ")[0]
        hint = hint + "." if hint else ""
    return hint or None


def registration(content: Content, values: Values) -> Registration:
    """Return what the form gave, cleaned; the service checks it."""
    return Registration(
        sectors=tuple(dict.fromkeys(values.choices("sectors"))),
        organisation=clean_line(values.text("organisation")),
        offers=offers_written(values.text("offers")),
        visibility=visibility_of(values.choice("visibility")),
        consent_version=content.coalition.notice_version if values.choice("consent") else "",
    )


def visibility_of(value: str | None) -> Visibility:
    """Return the visibility that was picked. Raises Invalid for what is no choice."""
    try:
        return Visibility(value or Visibility.COUNTED)
    except ValueError:
        raise Invalid("visibility", "unknown choice") from None


def typed(draft: Registration) -> Values:
    """Return a draft as it stood in the form, so that the form opens again with it."""
    return Values(
        {
            "sectors": list(draft.sectors),
            "organisation": draft.organisation,
            "offers": draft.offers or offers_template(),
            "visibility": [draft.visibility.value],
        }
    )


def young_person(content: Content) -> ui.LayoutView:
    """Return the help card for somebody who did not say that they are grown up. Nothing is stored."""
    return card(
        content.coalition.young_person.text(locale()),
        row(primary(_("Where to get help"), "report.open")),
        _("-# Nothing was stored. If you are an adult and only missed the box, use `/join` again."),
        accent=WARM,
    )


# Is this right?


def sector_names(content: Content, slugs: Sequence[str]) -> list[str]:
    """Return the sectors by name, a retired one by its slug."""
    return [content.sectors[slug].name.text(locale()) if slug in content.sectors else slug for slug in slugs]


def registered(content: Content, found: Member | Registration) -> str:
    """Return a registration in words."""
    first, *others = sector_names(content, found.sectors)
    counted = _(" (this is where you count)") if others else ""
    organisation = found.organisation if isinstance(found, Registration) else None
    if isinstance(found, Member) and found.organisation is not None:
        organisation = found.organisation.name
    lines = [
        _("**Sectors:** {sectors}", sectors=", ".join([f"**{first}**{counted}", *others])),
        _("**Organisation:** {name}", name=quiet(organisation)) if organisation else _("**Organisation:** none"),
        _("**Offers and looks for:**\n{text}", text=quiet(found.offers)) if found.offers else "",
        _("**Shown as:** {choice}", choice=visibility_words(found.visibility)),
    ]
    return "\n".join(line for line in lines if line)


def draft_card(content: Content, draft: JoinDraft) -> ui.LayoutView:
    """Return the question whether it is right, with what the form could not ask."""
    asked = draft.registration
    careful = asked.visibility is Visibility.NAMED and any(
        slug in content.sectors and content.sectors[slug].careful for slug in asked.sectors
    )
    names = sector_names(content, asked.sectors)
    return card(
        _("## Is this right?"),
        registered(content, asked),
        content.coalition.careful_hint.text(locale()) if careful else None,
        _visibility_select(draft.id, asked) if careful else None,
        _primary_select(draft.id, asked, names) if len(names) > 1 else None,
        _("Did you mean **{name}**?", name=quiet(draft.meant[0].name)) if draft.meant else None,
        _meant_select(draft) if draft.meant else None,
        _("**How shall we reach you** when there is news about something of yours?"),
        reach_select(asked.reach, "join.reach", draft.id),
        row(
            primary(_("Save"), "join.save", draft.id),
            button(_("Change"), "join.change", draft.id),
            button(_("Privacy notice"), "help.notice"),
            button(_("Cancel"), "join.cancel", draft.id),
        ),
        _("-# Not registered yet: it waits for *Save*, for 24 hours."),
    )


def _primary_select(draft_id: int, asked: Registration, names: Sequence[str]) -> ui.ActionRow[Any]:
    # In the order of their names, so that a choice does not move under the finger.
    pairs = sorted(zip(asked.sectors, names, strict=True), key=lambda pair: pair[1])
    options = [option(name, slug, chosen=slug == asked.sectors[0]) for slug, name in pairs]
    return select("join.primary", draft_id, options=options, placeholder=_("In which sector do you count?"))


def _meant_select(draft: JoinDraft) -> ui.ActionRow[Any]:
    mine = plain(draft.registration.organisation, 80)
    options = [option(organisation.name, organisation.id) for organisation in draft.meant]
    options.append(option(_("No, keep “{name}”", name=mine), KEEP, chosen=True))
    return select("join.meant", draft.id, options=options, placeholder=_("Did you mean …?"))


def _visibility_select(draft_id: int, asked: Registration) -> ui.ActionRow[Any]:
    options = [
        option(label, value, description=more, chosen=value == asked.visibility)
        for value, label, more in visibility_options()
    ]
    return select("join.visibility", draft_id, options=options, placeholder=_("Who sees your name?"))


def reach_words(reach: Reach) -> str:
    """Return a way to be reached as people read it."""
    return {
        Reach.DM: _("Send me a direct message"),
        Reach.MENTION: _("Mention me in this channel"),
        Reach.PROFILE: _("Only in /profile"),
    }[reach]


def reach_select(chosen: Reach, door: str, *ids: object) -> ui.ActionRow[Any]:
    """Return the choice of the one way to reach a person."""
    more = {
        Reach.DM: _("Only you see it. Your Discord must allow messages from this server."),
        Reach.MENTION: _("Others see that there is news for you, not what it is."),
        Reach.PROFILE: _("Nothing is sent; my next reply to you says that there is news."),
    }
    options = [
        option(reach_words(reach), reach.value, description=more[reach], chosen=reach is chosen)
        for reach in (Reach.PROFILE, Reach.DM, Reach.MENTION)
    ]
    return select(door, *ids, options=options, placeholder=_("How shall we reach you?"))


def reach_picked(value: str, channel_id: int | None, permissions: discord.Permissions) -> tuple[Reach, int | None]:
    """Return the way that was picked, and where to mention. Raises Invalid where the bot may not write there."""
    try:
        reach = Reach(value)
    except ValueError:
        raise Invalid("reach", "unknown choice") from None
    if reach is not Reach.MENTION:
        return reach, None
    if channel_id is None or not (permissions.view_channel and permissions.send_messages):
        raise Invalid("reach", "not here")
    return reach, channel_id


# Saved.


def welcome(
    content: Content,
    member: Member,
    actions: Sequence[Action],
    example: Pledge | None,
    next_event: Event | None,
    *,
    new: bool,
) -> ui.LayoutView:
    """Return what comes next: easy actions of my sector, somebody like me, the next event."""
    titles = [(action, action.title.text(locale())) for action in actions]
    return card(
        _("## Welcome, you are in") if new else _("## Saved"),
        registered(content, member),
        _("**Start with something small.** One tap opens the pledge, ready filled in:") if titles else None,
        *(row(button(title, "join.pledge", action.slug)) for action, title in titles),
        _("**Somebody in your sector:**\n{pledge}", pledge=one_line(example)) if example else None,
        _("**Next:** {title}, {when}", title=quiet(next_event.title), when=times.full(next_event.starts))
        if next_event
        else None,
        row(primary(_("See more actions"), "pledge.browse"), button(_("My profile"), "profile.open")),
        _("-# Change, download or erase all of this in `/profile`, at any time."),
        accent=DONE,
    )


def cancelled() -> ui.LayoutView:
    """Return the words after Cancel."""
    return card(_("Nothing was registered, and the form is forgotten. `/join` begins again."))


# News.


def notice(news: Notice, words: str, *, private: bool) -> ui.LayoutView:
    """Return a piece of news; in public it says no more than that there is some."""
    if not private:
        return card(_("<@{user}>, there is news for you: see `/profile`.", user=news.user_id))
    return card(words)


def notice_line(news: Notice, title: str | None) -> str:
    """Return a piece of news as one sentence, with the reason or answer that came with it.

    ``title`` is what it is about, ready to be shown; None where that is gone.
    """
    title = title or _("something you wrote")
    lines = {
        "pledge.approve": _("✅ Your pledge is approved and active: {title}", title=title),
        "pledge.decline": _("➖ Your pledge was declined: {title}", title=title),
        "pledge.ask changes": _("↩️ The organisers ask for a change to your pledge: {title}", title=title),
        "pledge.confirm": _("🎉 Confirmed, your pledge is kept: {title}", title=title),
        "pledge.not yet": _("🏁 The organisers do not see it as done yet: {title}", title=title),
        "pledge.lapse": _(
            "💤 Your pledge has lapsed after a long silence, and can be taken up again: {title}", title=title
        ),
        "event.place": _("🎟️ A place has become free for you: {title}", title=title),
        "event.moved": _("📅 Moved to another time: {title}", title=title),
        "event.cancelled": _("🚫 Cancelled: {title}", title=title),
        "faq.answer": _("💬 Your question is answered. All of it is in `/faq`, under *My questions*:"),
        "faq.entry": _("💬 Your question is answered. All of it is in `/faq`, under *My questions*:"),
        "faq.close": _("💬 Your question was closed without an answer:"),
    }
    line = lines.get(news.kind, _("There is news about {title}", title=title))
    return line + "".join(f"\n> {quoted}" for quoted in quiet(news.detail or "", 600).splitlines())
