"""What people see when they register: the form, the question whether it is right, the welcome, their news."""

from __future__ import annotations

import re
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
)
from bot.members.offers import all_headings, offers_template, offers_written
from bot.members.offers import headings as paragraph_headings
from bot.members.organisation_cards import choices, with_mark
from bot.pledges.cards import one_line, visibility_options, visibility_words
from bot.pledges.model import Pledge
from bot.pledges.news_words import news_words
from bot.sectors.model import ServerSectors
from bot.ui import times
from bot.ui.escape import clean_line, plain, quiet
from bot.ui.forms import Form, Values
from bot.ui.layout import DONE, WARM, button, card, option, primary, row, select
from bot.ui.words import LOCALES, _, locale, speaking

_HINT_LIMIT = 100
_HEADING = re.compile(r"\*\*([^*]{1,40}:)\*\*(.*)")
"""A heading as somebody used to markdown writes it."""
KEEP = "keep"


# The form.


def join_form(content: Content, sectors: Sequence[Sector], values: Values, member: Member | None) -> Form:
    """Return the form of five; somebody who is registered has ticked the consent box before."""
    language = locale()
    chosen = values.choices("sectors") or list(member.sectors if member else ())
    organisation = member.organisation.name if member and member.organisation else ""
    visibility = member.visibility if member else Visibility.COUNTED
    made = Form(_("Join") if member is None else _("Change your registration"), "join.form")
    made.select(
        "sectors",
        _("Your sectors (1 to 3)"),
        [
            option(
                sector.name.text(language),
                sector.slug,
                description=sector.scope.text(language),
                emoji=sector.emoji or None,
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
    if member is None:
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


def registration(values: Values, version: str) -> Registration:
    """Return what the form gave, cleaned; the service checks it. ``version`` is that of the notice as it stands."""
    return Registration(
        sectors=tuple(dict.fromkeys(values.choices("sectors"))),
        organisation=clean_line(values.text("organisation")),
        offers=offers_written(values.text("offers")),
        visibility=visibility_of(values.choice("visibility")),
        consent_version=version if values.choice("consent") else "",
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


def young_person(content: Content, key: str) -> ui.LayoutView:
    """Return the help card for somebody who did not say that they are grown up. Nothing is stored.

    ``key`` leads back to what they typed, which is held in memory for a few minutes.
    """
    return card(
        content.coalition.young_person.text(locale()),
        row(primary(_("Where to get help"), "report.open")),
        _("-# Nothing was stored. An adult who just missed the box can get everything typed back with this button:"),
        row(button(_("I am 18 or older, back to the form"), "join.again", key)),
        accent=WARM,
    )


# Is this right?


def registered(sectors: ServerSectors, found: Member | Registration) -> str:
    """Return a registration in words, with who sees it."""
    shown = _("**Shown as:** {choice}", choice=visibility_words(found.visibility))
    return f"{who(sectors, found)}\n{shown}"


def offers_words(text: str) -> str:
    """Return what somebody offers and looks for, inert; the headings that they wrote stand out as headings."""
    headings = all_headings()
    lines = []
    for line in text.splitlines():
        found = _HEADING.fullmatch(line.strip())
        if line.strip() in headings:
            lines.append(f"**{quiet(line)}**")
        elif found is not None:
            lines.append(f"**{quiet(found[1])}** {quiet(found[2])}".rstrip())
        else:
            lines.append(quiet(line))
    return "\n".join(lines)


def offers_and_needs(text: str) -> tuple[list[str], list[str]]:
    """Return what somebody offers and what they look for, a line each and as typed; what has no heading is offered."""
    parts: tuple[list[str], list[str]] = ([], [])
    headings: dict[str, int] = {}
    for language in LOCALES:
        with speaking(language):
            # As the form has them, and as people write them who typed over it.
            own = ((_("Offers:"), _("Looks for:")), (_("I offer:"), _("I look for:")))
            for offered, wanted in (paragraph_headings(), *own):
                headings |= {offered.rstrip(":").casefold(): 0, wanted.rstrip(":").casefold(): 1}
    here = 0
    for line in text.splitlines():
        start, colon, rest = line.strip(" *_-•").partition(":")
        if colon and start.strip(" *_").casefold() in headings:
            here, line = headings[start.strip(" *_").casefold()], rest
        if words := line.strip(" *_-•"):
            parts[here].append(words)
    return parts


def who(sectors: ServerSectors, found: Member | Registration) -> str:
    """Return sectors, organisation and offers in words."""
    first, *others = [quiet(sectors.name(slug, locale())) for slug in found.sectors]
    counted = _(" (you count here)") if others else ""
    organisation = quiet(found.organisation) if isinstance(found, Registration) else ""
    if isinstance(found, Member) and found.organisation is not None:
        organisation = with_mark(found.organisation.name, found.organisation.confirmed)
    lines = [
        _("**Sectors:** {sectors}", sectors=", ".join([f"**{first}**{counted}", *others])),
        _("**Organisation:** {name}", name=organisation) if organisation else _("**Organisation:** none"),
        offers_words(found.offers),
    ]
    return "\n".join(line for line in lines if line)


def draft_card(content: Content, sectors: ServerSectors, draft: JoinDraft, *, roles: bool = False) -> ui.LayoutView:
    """Return the question whether it is right, with what the form could not ask; ``roles``: sector roles are on."""
    asked = draft.registration
    careful = asked.visibility is Visibility.NAMED and any(
        sector.careful for slug in asked.sectors if (sector := sectors.get(slug)) is not None
    )
    names = [sectors.name(slug, locale()) for slug in asked.sectors]
    return card(
        _("## Is this right?"),
        registered(sectors, asked),
        content.coalition.careful_hint.text(locale()) if careful else None,
        _visibility_select(draft.id, asked) if careful else None,
        _("🏷️ You'll get your sectors' roles, which show on your profile here.")
        if roles and asked.visibility is Visibility.NAMED
        else None,
        _primary_select(draft.id, asked, names) if len(names) > 1 else None,
        _("Did you mean **{name}**?", name=with_mark(draft.meant[0].name, draft.meant[0].confirmed))
        if draft.meant
        else None,
        _meant_select(draft) if draft.meant else None,
        _("**How should we reach you** when there's news for you?"),
        reach_select(asked.reach, "join.reach", draft.id),
        row(
            primary(_("Save"), "join.save", draft.id),
            button(_("Change"), "join.change", draft.id),
            button(_("Privacy notice"), "help.notice"),
            button(_("Cancel"), "join.cancel", draft.id),
        ),
        _("-# Not registered yet: press *Save* within 24 hours."),
    )


def _primary_select(draft_id: int, asked: Registration, names: Sequence[str]) -> ui.ActionRow[Any]:
    # In the order of their names, so that a choice does not move under the finger.
    pairs = sorted(zip(asked.sectors, names, strict=True), key=lambda pair: pair[1])
    options = [option(name, slug, chosen=slug == asked.sectors[0]) for slug, name in pairs]
    return select("join.primary", draft_id, options=options, placeholder=_("Which sector do you count in?"))


def _meant_select(draft: JoinDraft) -> ui.ActionRow[Any]:
    mine = plain(draft.registration.organisation, 80)
    options = [*choices(draft.meant), option(_("No, keep “{name}”", name=mine), KEEP, chosen=True)]
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
    return select(door, *ids, options=options, placeholder=_("How should we reach you?"))


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
    sectors: ServerSectors,
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
        _("## Welcome, you're in") if new else _("## Saved"),
        registered(sectors, member),
        _("**Start with something small.** One tap opens a pledge, already filled in:") if titles else None,
        *(row(button(title, "join.pledge", action.slug)) for action, title in titles),
        _("**Somebody in your sector:**\n{pledge}", pledge=one_line(example)) if example else None,
        _("**Next:** {title}, {when}", title=quiet(next_event.title), when=times.full(next_event.starts))
        if next_event
        else None,
        row(
            primary(_("See more actions"), "pledge.browse"),
            button(_("My profile"), "profile.open"),
            button(_("Find partners"), "introductions.open") if member.organisation else None,
        ),
        _("-# Change, download or erase all of this in `/profile`, at any time."),
        accent=DONE,
    )


def cancelled() -> ui.LayoutView:
    """Return the words after Cancel."""
    return card(_("Nothing was registered, and your form is gone. Use `/join` to start again."))


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
        "member.paused": _(
            "⏸️ The organisers have paused your posts here. Reading, `/report`, `/profile`, erasing and leaving work."
        ),
        "member.resumed": _("▶️ The pause is over: you can post here again."),
        "event.place": _("🎟️ There's now a place for you: {title}", title=title),
        "event.moved": _("📅 Moved to another time: {title}", title=title),
        "event.cancelled": _("🚫 Cancelled: {title}", title=title),
        "faq.answer": _("💬 Your question is answered. All of it is in `/faq`, under *My questions*:"),
        "faq.entry": _("💬 Your question is answered. All of it is in `/faq`, under *My questions*:"),
        "introduction.asked": _(
            "🤝 {title} asks to be introduced to your organisation: answer in `/profile`, under *Find partners*.",
            title=title,
        ),
        "introduction.accepted": _(
            "🤝 {title} said yes. Your private thread is in `/profile`, under *Find partners*.", title=title
        ),
        "introduction.declined": _("➖ {title} can't take up an introduction just now.", title=title),
        "faq.close": _("💬 Your question was closed without an answer:"),
    }
    line = news_words(news.kind, title) or lines.get(news.kind, _("There is news about {title}", title=title))
    return line + "".join(f"\n> {quoted}" for quoted in quiet(news.detail or "", 600).splitlines())
