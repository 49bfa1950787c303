"""What everybody sees of events: the public card and its notice, one's own view, lists, the way into a calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.content.model import Content
from bot.events import typed
from bot.events.calendar_file import CalendarEntry, google_link, outlook_link
from bot.events.model import Answer, Counts, Event, Page, Seen, State, is_full
from bot.events.signups import Reminded
from bot.links import host_of
from bot.members.cards import reach_select
from bot.members.model import Reach
from bot.sectors.model import ServerSectors
from bot.ui import times
from bot.ui.escape import plain, quiet
from bot.ui.layout import CALM, DONE, WARM, bullets, button, card, divider, link, option, primary, row, select
from bot.ui.words import _, locale, n_

_TITLE_SHOWN = 200
_EMBED_TEXT = 3800

MARKS = {State.DRAFT: "✏️", State.SCHEDULED: "⏳", State.ANNOUNCED: "📅", State.HELD: "🏁", State.CANCELLED: "❌"}


def emoji_of(event: Event, content: Content, state: State) -> str:
    """Return the event's mark: its kind's while it is coming, else how it ended."""
    kind = content.event_types.get(event.type)
    return kind.emoji if kind and state in (State.ANNOUNCED, State.DRAFT, State.SCHEDULED) else MARKS[state]


def heading(event: Event, content: Content, now: datetime) -> str:
    """Return the title as the first line of a card."""
    return f"## {emoji_of(event, content, event.state(now))} {quiet(event.title)}"


def facts(event: Event, content: Content, sectors: ServerSectors, now: datetime) -> str:
    """Return when, how long, where, what kind and for whom, a line each."""
    state = event.state(now)
    lines = [f"🗓️ **{times.full(event.starts)}** · {times.ago(event.starts)} · {typed.written_length(event.lasts)}"]
    if event.moved_from is not None and state is State.ANNOUNCED:
        lines.append(_("↪️ **Moved** from {before}", before=times.full(event.moved_from)))
    if event.where:
        lines.append(f"📍 {quiet(event.where)}")
    if kind := content.event_types.get(event.type):
        lines.append(f"{kind.emoji} {kind.name.text(locale())}")
    names = [quiet(sectors.name(slug, locale())) for slug in event.sectors]
    if names:
        lines.append(_("👥 Especially for: {sectors}", sectors=", ".join(names)))
    if event.closed and event.link and state is State.ANNOUNCED:
        lines.append(_("🔒 The link to join goes to those who are going."))
    if event.until is not None and state is State.ANNOUNCED:
        lines.append(_("✍️ Sign up until {when}", when=times.full(event.until)))
    return "\n".join(lines)


def figure(count: int, small: int) -> str:
    """Return a figure about people for public eyes: below ``small`` it is "a few"."""
    if not count:
        return _("nobody yet")
    return _("a few") if count < small else str(count)


def figures(event: Event, counts: Counts, small: int, now: datetime) -> str:
    """Return who comes, in figures that give nobody away: a full event shows its places, not its people."""
    if is_full(event, counts):
        going = _("**Full:** all {n} places are taken", n=event.capacity)
    else:
        going = _("**Going:** {n}", n=figure(counts.going, small))
        if event.capacity is not None:
            going += _(" (of {n} places)", n=event.capacity)
    parts = [going, _("**Maybe:** {n}", n=figure(counts.maybe, small)) if counts.maybe else ""]
    if counts.waiting and event.state(now) is State.ANNOUNCED:
        parts.append(_("**Waiting:** {n}", n=figure(counts.waiting, small)))
    return " · ".join(part for part in parts if part)


def picture_of(event: Event) -> ui.MediaGallery[Any] | None:
    """Return the event's picture with the words that describe it."""
    if not event.image:
        return None
    gallery: ui.MediaGallery[Any] = ui.MediaGallery()
    gallery.add_item(media=event.image, description=event.alt)
    return gallery


def ending(event: Event, now: datetime) -> str:
    """Return the line of an event that is over or called off, "" while it is coming."""
    state = event.state(now)
    if state is State.CANCELLED:
        return _("**Cancelled.** {reason}", reason=quiet(event.reason))
    return _("This event is over. Thank you to everybody who came!") if state is State.HELD else ""


def link_button(event: Event, url: str) -> ui.Button[Any] | None:
    """Return the button that joins."""
    return link(_("Join · {host}", host=host_of(url)), url) if url else None


def answer_buttons(event: Event, counts: Counts) -> list[ui.Item[Any]]:
    """Return Going, Maybe and Can't."""
    going = _("Waiting list") if is_full(event, counts) else _("Going")
    return [
        button(going, "events.going", event.id, style=discord.ButtonStyle.success, emoji="✅"),
        button(_("Maybe"), "events.maybe", event.id),
        button(_("Can't"), "events.no", event.id),
    ]


def public_card(
    event: Event, counts: Counts, content: Content, sectors: ServerSectors, small: int, now: datetime
) -> ui.LayoutView:
    """Return the card everybody sees, with figures and buttons while the event is coming.

    In an ordinary channel it carries the text, the picture and the pings as well; beside a notice it does not.
    """
    coming = event.state(now) is State.ANNOUNCED
    return card(
        " ".join(f"<@&{role}>" for role in event.roles) if coming and not event.split else None,
        heading(event, content, now),
        ending(event, now),
        facts(event, content, sectors, now),
        None if event.split else quiet(event.text),
        None if event.split else picture_of(event),
        figures(event, counts, small, now),
        row(
            *answer_buttons(event, counts),
            button(_("Remind me"), "events.remind", event.id, emoji="🔔") if event.reminders else None,
            button(_("Add to calendar"), "events.calendar", event.id),
        )
        if coming
        else None,
        row(link_button(event, "" if event.closed else event.link)) if coming else None,
        accent=CALM if coming else WARM if event.state(now) is State.CANCELLED else DONE,
    )


def notice(event: Event, content: Content, sectors: ServerSectors, now: datetime) -> tuple[str, discord.Embed]:
    """Return the message that a channel publishes: words and an embed, no figures and no buttons.

    Copies in other servers lose every button, so the link to join stands in the text, and so does the
    description of the picture, which embeds drop.
    """
    cancelled = event.state(now) is State.CANCELLED
    pings = " ".join(f"<@&{role}>" for role in event.roles)
    title = quiet(event.title)
    line = (
        _("❌ Cancelled: **{title}**", title=title)
        if cancelled
        else f"{emoji_of(event, content, State.ANNOUNCED)} **{title}** · {times.full(event.starts)}"
    )
    parts = [ending(event, now) if cancelled else "", facts(event, content, sectors, now)]
    if event.link and not event.closed and not cancelled:
        parts.append(f"🔗 {event.link}")
    text = quiet(event.text)
    if len(text) > _EMBED_TEXT - 1500:
        text = text[: _EMBED_TEXT - 1500].rstrip("\\") + "\N{HORIZONTAL ELLIPSIS}"
    parts.append(text)
    if event.alt:
        parts.append(_("🖼️ {description}", description=quiet(event.alt)))
    embed = discord.Embed(
        title=plain(event.title, _TITLE_SHOWN),
        description="\n\n".join(part for part in parts if part)[:4096],
        colour=WARM if cancelled else CALM,
    )
    if event.image and not cancelled:
        embed.set_image(url=event.image)
    return f"{pings} {line}".strip(), embed


# One's own.


def answer_words(answer: Answer | None) -> str:
    """Return somebody's own answer as a sentence."""
    return {
        Answer.GOING: _("✅ **You're going.**"),
        Answer.WAITING: _("⏳ **You're on the waiting list.** You'll be told as soon as there's a place for you."),
        Answer.MAYBE: _("🤔 **You might come.** Decide when you know."),
        Answer.NO: _("➖ **You can't come.** Thank you for letting us know."),
        None: "",
    }[answer]


def reminder_words(seen: Seen) -> str:
    """Return when somebody is reminded, "" where they are not."""
    if not seen.reminded:
        return ""
    hours = _(" and ").join(n_("{n} hour", "{n} hours", each) for each in seen.reminded)
    return _("🔔 You'll be reminded {hours} before.", hours=hours)


def own_buttons(seen: Seen) -> ui.ActionRow[Any] | None:
    """Return what goes with an answer: reminders and the calendar."""
    event = seen.event
    remind = button(_("Remind me"), "events.remind", event.id, emoji="🔔") if event.reminders else None
    if seen.reminded:
        remind = button(_("No reminder"), "events.unremind", event.id)
    return row(remind, button(_("Add to calendar"), "events.calendar", event.id))


def answered(seen: Seen) -> ui.LayoutView:
    """Return the quiet word to whoever answered on the public card."""
    event = seen.event
    return card(
        answer_words(seen.answer),
        f"**{quiet(event.title)}** · {times.full(event.starts)}",
        reminder_words(seen),
        row(link_button(event, seen.link_for(False))) if seen.answer is Answer.GOING else None,
        own_buttons(seen) if seen.answer is not Answer.NO else None,
        accent=DONE if seen.answer is Answer.GOING else CALM,
    )


def own_view(
    seen: Seen, content: Content, sectors: ServerSectors, small: int, now: datetime, *, staff: bool
) -> ui.LayoutView:
    """Return an event to one person, with their answer and everything they can do."""
    event, coming = seen.event, seen.event.state(now) is State.ANNOUNCED
    return card(
        heading(event, content, now),
        ending(event, now),
        facts(event, content, sectors, now),
        quiet(event.text),
        picture_of(event),
        figures(event, seen.counts, small, now),
        "\n".join(part for part in (answer_words(seen.answer), reminder_words(seen)) if part),
        row(*answer_buttons(event, seen.counts)) if coming else None,
        own_buttons(seen) if coming else None,
        row(link_button(event, seen.link_for(staff))) if coming else None,
        row(button(_("Manage"), "announce.manage", event.id)) if staff and coming else None,
    )


def remind_card(reminded: Reminded, reach: Reach) -> ui.LayoutView:
    """Return when somebody is reminded; where their way of being reached would not carry it, the choice of one."""
    event = reminded.seen.event
    at = bullets(f"{times.full(moment)} · {times.ago(moment)}" for moment in reminded.at)
    if not reminded.reachable:
        return card(
            _("## 🔔 How should the reminder reach you?"),
            _(
                "It's set, but *Only in /profile* means nothing is sent. Your choice applies to all news; "
                "change it in `/profile`."
            ),
            f"**{quiet(event.title)}**\n{at}",
            reach_select(reach, "events.reach", event.id),
            row(button(_("No reminder"), "events.unremind", event.id)),
        )
    return card(
        _("## 🔔 You will be reminded"),
        f"**{quiet(event.title)}**\n{at}",
        row(button(_("No reminder"), "events.unremind", event.id)),
        accent=DONE,
    )


def not_reminded(seen: Seen) -> ui.LayoutView:
    """Return the words after *No reminder*."""
    return card(
        _("You will not be reminded of **{title}**.", title=quiet(seen.event.title)),
        row(button(_("Remind me"), "events.remind", seen.event.id, emoji="🔔")),
    )


def reminder(seen: Seen, jump: str | None, *, mention: int | None = None) -> ui.LayoutView:
    """Return a reminder. In a channel it mentions the person and says no more than when."""
    event = seen.event
    if mention is not None:
        return card(
            _(
                "<@{user}>, the reminder you asked for: it starts {when}. See `/events`.",
                user=mention,
                when=times.ago(event.starts),
            )
        )
    return card(
        f"### 🔔 {quiet(event.title)}",
        f"**{times.full(event.starts)}** · {times.ago(event.starts)}",
        f"📍 {quiet(event.where)}" if event.where else None,
        row(link_button(event, seen.link_for(False)), link(_("Open the announcement"), jump) if jump else None),
        _("-# You asked for this with *Remind me*."),
    )


# Calendars.


def entry(seen: Seen, *, staff: bool = False) -> CalendarEntry:
    """Return an event for a calendar, with the link to join if this person may have it."""
    event = seen.event
    return CalendarEntry(
        uid=f"{event.guild_id}-{event.id}",
        starts=event.starts,
        ends=event.ends,
        zone=event.zone,
        title=event.title,
        text=event.text,
        where=event.where,
        url=seen.link_for(staff),
        sequence=event.sequence,
        cancelled=event.stored is State.CANCELLED,
    )


def calendar_card(seen: Seen, filename: str, *, staff: bool = False) -> ui.LayoutView:
    """Return the file and the links that put an event into a calendar."""
    made = entry(seen, staff=staff)
    attached: ui.File[Any] = ui.File(f"attachment://{filename}")
    return card(
        _("## Add to your calendar"),
        _("Open the file on your phone or computer, or use a button. All of them know your time zone."),
        attached,
        row(link("Google", google_link(made)), link("Outlook", outlook_link(made))),
    )


# Lists.


def when_options(chosen: str) -> list[discord.SelectOption]:
    """Return what a list can show."""
    names = {
        "soon": _("Coming"),
        "month": _("This month"),
        "mine": _("Mine"),
        "past": _("Past"),
    }
    return [option(name, value, chosen=value == chosen) for value, name in names.items()]


def line(event: Event, content: Content, now: datetime) -> str:
    """Return an event as a line of a list."""
    state = event.state(now)
    post = ""
    if state is State.SCHEDULED and event.post_at is not None:
        post = _(" · posted {when}", when=times.ago(event.post_at))
    title = quiet(plain(event.title, 90))
    return f"{emoji_of(event, content, state)} **{title}** · {times.full(event.starts)}{post}"


def list_card(
    page: Page, content: Content, sectors: ServerSectors, sector: str, when: str, after: str, now: datetime
) -> ui.LayoutView:
    """Return five events with *Open …*, Next and the choice of what to list; what is not out yet comes first."""
    known = sectors.get(sector)
    title = _("## Events · {sector}", sector=quiet(known.name.text(locale()))) if known else _("## Events")
    every: Sequence[Event] = (*page.drafts, *page.events)
    empty = {
        "mine": _("You haven't signed up for anything coming up."),
        "past": _("No past events yet."),
    }.get(when, _("Nothing is planned right now. New events appear here and in the announcements."))
    options = [
        option(each.title, each.id, emoji=emoji_of(each, content, each.state(now)), description=_short(each, now))
        for each in every
    ]
    waiting = bullets(
        line(each, content, now)
        + (" · " + _("not finished: open it to continue or discard it") if each.unfinished else "")
        for each in page.drafts
    )
    return card(
        title,
        _("**Not announced yet** (only those who announce see this)\n{lines}", lines=waiting) if page.drafts else None,
        divider() if page.drafts else None,
        bullets(line(each, content, now) for each in page.events) or empty,
        select("events.open", options=options, placeholder=_("Open …")) if options else None,
        select("events.when", sector, options=when_options(when), placeholder=_("Show …")),
        row(
            button(_("From the start"), "events.list", sector, when, "") if after else None,
            primary(_("Next"), "events.list", sector, when, page.after) if page.after else None,
        ),
    )


def _short(event: Event, now: datetime) -> str | None:
    state = event.state(now)
    if state in (State.DRAFT, State.SCHEDULED):
        return _("not announced yet")
    return typed.written(event.starts, event.zone)
