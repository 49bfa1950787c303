"""What moderators see: the forms of an event, the preview with its choices, what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.content.model import Content
from bot.delivery.outbox import FAILED, SENT
from bot.events import moment, typed
from bot.events.cards import facts, heading, link_button, picture_of
from bot.events.model import (
    ALT_LIMIT,
    LINK_LIMIT,
    MOST_PINGED,
    REASON_LIMIT,
    REMINDER_HOURS,
    TEXT_LIMIT,
    TITLE_LIMIT,
    UNFINISHED_KEPT,
    WHERE_LIMIT,
    Event,
    Moved,
    State,
)
from bot.events.service import Changed
from bot.sectors.model import ServerSectors
from bot.servers.check_cards import permission_words
from bot.ui import times
from bot.ui.escape import quiet
from bot.ui.forms import Form, Values
from bot.ui.layout import DONE, WARM, bullets, button, card, link, option, primary, role_select, row, select
from bot.ui.words import _, locale

_TIME = 100
_ZONES = ("UTC", "America/New_York", "Asia/Tokyo")
NO_TYPE = "none"
MOST_OPTIONS = 25

# Forms.


def basics_form(values: Values, event: Event | None, seen: int) -> Form:
    """Return the form of title, time, length, place and text; of a new event where there is none yet.

    ``seen`` is the sequence of the event that the person saw, here and in the other forms.
    """
    title = _("Announce an event") if event is None else _("Edit the event")
    made = Form(title, "announce.fix", event.id if event else 0, seen)
    made.text("title", _("Title"), value=values.get("title", event.title if event else ""), limit=TITLE_LIMIT)
    made.text(
        "starts",
        _("Starts"),
        value=values.get("starts", typed.written(event.starts, event.zone) if event else ""),
        limit=_TIME,
        hint=_("Like: fri 18:00, 24 nov 18:00, in 2 weeks 12:00. Another zone: fri 18 New York."),
    )
    made.text(
        "duration",
        _("How long"),
        value=values.get("duration", typed.written_length(event.lasts) if event else ""),
        limit=40,
        required=False,
        hint=_("Like: 45 min, 1h30, 2 h. Empty: one hour."),
    )
    made.text(
        "where",
        _("Where"),
        value=values.get("where", event.where if event else ""),
        limit=WHERE_LIMIT,
        required=False,
        hint=_("A place or a platform. The link to join has a field of its own."),
    )
    return _text_field(made, values, event)


def extras_form(values: Values, event: Event, seen: int) -> Form:
    """Return the form of text, link and picture."""
    made = _text_field(Form(event.title, "announce.text", event.id, seen), values, event)
    made.text(
        "link",
        _("Link to join or read more"),
        value=values.get("link", event.link),
        limit=LINK_LIMIT,
        required=False,
        example="https://",
    )
    made.text(
        "image",
        _("Address of a picture"),
        value=values.get("image", event.image),
        limit=LINK_LIMIT,
        required=False,
        example="https://",
    )
    return made.text(
        "alt",
        _("What the picture shows"),
        value=values.get("alt", event.alt),
        limit=ALT_LIMIT,
        required=False,
        hint=_("Needed with a picture, for people who can't see it."),
    )


def _text_field(made: Form, values: Values, event: Event | None) -> Form:
    return made.text(
        "text",
        _("Text"),
        value=values.get("text", event.text if event else ""),
        limit=TEXT_LIMIT,
        long=True,
        required=False,
        hint=_("What it's about and who it's for. Nothing about any case."),
    )


def options_form(values: Values, event: Event, content: Content, seen: int) -> Form:
    """Return *More options*."""
    made = Form(_("More options"), "announce.options", event.id, seen)
    made.text(
        "capacity",
        _("Places"),
        value=values.get("capacity", str(event.capacity or "")),
        limit=5,
        required=False,
        hint=_("A number. Empty: no limit. When it's full, a waiting list opens."),
    )
    until = typed.written(event.until, event.zone) if event.until else ""
    made.text(
        "until",
        _("Sign up until"),
        value=values.get("until", until),
        limit=_TIME,
        required=False,
        hint=_("Empty: until it ends. Maybe and Can't are always possible."),
    )
    chosen = values.choice("reminders") or _reminders(event.reminders)
    made.radio(
        "reminders",
        _("Reminders for those who want one"),
        [
            ("24,1", _("24 hours and 1 hour before"), None),
            ("24", _("24 hours before"), None),
            ("1", _("1 hour before"), None),
            ("no", _("None"), None),
        ],
        chosen,
    )
    made.radio(
        "closed",
        _("Who gets the link to join?"),
        [
            ("open", _("Everybody"), _("It's in the announcement.")),
            ("closed", _("Only those who are going"), _("Only they see it, when they answer.")),
        ],
        values.choice("closed") or ("closed" if event.closed else "open"),
    )
    kind = values.choice("type") or event.type or NO_TYPE
    kinds = [
        option(each.name.text(locale()), slug, emoji=each.emoji, chosen=slug == kind)
        for slug, each in list(content.event_types.items())[: MOST_OPTIONS - 1]
    ]
    return made.select(
        "type", _("Kind of event"), [*kinds, option(_("No particular kind"), NO_TYPE, chosen=kind == NO_TYPE)]
    )


def _reminders(hours: Sequence[int]) -> str:
    return ",".join(str(each) for each in REMINDER_HOURS if each in hours) or "no"


def reminders_picked(value: str | None) -> tuple[int, ...]:
    """Return the hours behind a choice of the form."""
    return tuple(hours for hours in REMINDER_HOURS if str(hours) in (value or "").split(","))


def when_form(values: Values, event: Event) -> Form:
    """Return the form that asks when to post."""
    made = Form(_("Schedule the announcement"), "announce.schedule", event.id)
    return made.text(
        "post_at",
        _("Post it when?"),
        value=values.get("post_at", typed.written(event.post_at, event.zone) if event.post_at else ""),
        limit=_TIME,
        hint=_("Like: mon 09:00, in 2 days 12:00. Before the event starts."),
    )


def cancel_form(values: Values, event: Event) -> Form:
    """Return the form that asks why it is called off."""
    made = Form(_("Cancel the event"), "announce.cancel", event.id)
    return made.text(
        "reason",
        _("Why? Everybody can read this"),
        value=values.get("reason", ""),
        limit=REASON_LIMIT,
        long=True,
        hint=_("The card shows it, and those who signed up are told."),
    )


# The preview, which is also where an event is managed once it is out.


def zone_lines(event: Event, home: str) -> str:
    """Return the start spelled out in three zones: the one it was typed in, the server's, and two more at most."""
    zones = list(dict.fromkeys((event.zone, home, *_ZONES)))[:3]
    return bullets(moment.label(event.starts, zone, locale()) for zone in zones)


def preview(
    event: Event, content: Content, sectors: ServerSectors, home: str, channel_id: int | None, now: datetime
) -> ui.LayoutView:
    """Return the event as it will look, with every choice that is still open."""
    state = event.state(now)
    heads = {
        State.DRAFT: _("-# Preview. Only you see this."),
        State.SCHEDULED: _("-# ⏳ Scheduled: it is posted {when}.", when=times.full(event.post_at or now)),
        State.ANNOUNCED: _("-# Announced. Changes update every post of it."),
    }
    head = heads.get(state, "")
    if channel_id is not None:
        head += " " + _("In <#{channel}>.", channel=event.channel_id or channel_id)
    open_still = state in (State.DRAFT, State.SCHEDULED)
    offered = [
        option(s.name.text(locale()), s.slug, emoji=s.emoji or None, chosen=s.slug in event.sectors)
        for s in sectors.choices(event.sectors, MOST_OPTIONS)
    ]
    return card(
        head,
        heading(event, content, now),
        facts(event, content, sectors, now),
        quiet(event.text) or (_("*No text yet: add it with Edit.*") if open_still else None),
        _(
            "⏳ Not finished: left like this, it's discarded {when}.",
            when=times.ago(event.changed_at + UNFINISHED_KEPT),
        )
        if event.unfinished
        else None,
        picture_of(event),
        zone_lines(event, home),
        _chosen_options(event),
        row(link_button(event, event.link)),
        select(
            "announce.sectors",
            event.id,
            options=offered,
            placeholder=_("Especially for which sectors? None: for all"),
            least=0,
            most=len(offered),
        )
        if event.may(Moved.EDIT, now)
        else None,
        _pinged(event),
        role_select(
            "announce.roles", event.id, placeholder=_("Ping which roles?"), chosen=event.roles, most=MOST_PINGED
        )
        if open_still
        else None,
        *_steps(event, now),
    )


def _pinged(event: Event) -> str:
    if not event.roles:
        return _("-# 🔕 Nobody is pinged.")
    # How many that is, the bot can not know without the right to read the member list.
    return _("-# 🔔 Pings the members of {roles}.", roles=", ".join(f"<@&{role}>" for role in event.roles))


def _chosen_options(event: Event) -> str:
    lines = []
    if event.capacity is not None:
        lines.append(_("{n} places, then a waiting list", n=event.capacity))
    if event.until is not None:
        lines.append(_("sign-up until {when}", when=times.full(event.until)))
    if event.closed:
        lines.append(_("the link goes only to those who are going"))
    if set(event.reminders) != set(REMINDER_HOURS):
        hours = ", ".join(f"{each} h" for each in event.reminders) or _("none")
        lines.append(_("reminders: {hours}", hours=hours))
    return _("-# Options: {options}", options="; ".join(lines)) if lines else ""


def _steps(event: Event, now: datetime) -> Iterable[ui.ActionRow[Any] | None]:
    number = event.id
    edit = button(_("Edit"), "announce.edit", number)
    extras = button(_("Link and picture"), "announce.extras", number)
    more = button(_("More options"), "announce.more", number)
    if event.may(Moved.POST, now):
        scheduled = event.may(Moved.UNSCHEDULE, now)
        yield row(
            primary(_("Post now"), "announce.post", number, emoji="📣"),
            button(_("Other time") if scheduled else _("Schedule"), "announce.schedule", number),
            edit,
            extras,
            button(_("Discard"), "announce.discard", number),
        )
        yield row(more, button(_("Back to draft"), "announce.unschedule", number) if scheduled else None)
    elif event.may(Moved.EDIT, now):
        red = discord.ButtonStyle.danger
        yield row(edit, extras, more, button(_("Cancel event"), "announce.cancel", number, style=red))


# What came of it.


def posted(event: Event, states: Sequence[str], jump: str | None) -> ui.LayoutView:
    """Return whether the announcement is out, from the states of its rows: with a link, on its way, or refused."""
    title = f"**{quiet(event.title)}** · {times.full(event.starts)}"
    manage = button(_("Manage"), "announce.manage", event.id)
    if FAILED in states:
        return card(
            _("## It could not be posted"),
            title,
            _(
                "Discord refused it in <#{channel}>. `/setup check` shows what's missing; once that's fixed, it "
                "can be posted again from there.",
                channel=event.channel_id,
            ),
            row(manage),
            accent=WARM,
        )
    if jump is None or any(state != SENT for state in states):
        return card(
            _("## On its way"),
            title,
            _("It is queued and will appear in <#{channel}>.", channel=event.channel_id),
            row(manage),
        )
    return card(
        _("## Announced"),
        title,
        _("It's posted in <#{channel}>.", channel=event.channel_id),
        row(link(_("View it"), jump), manage),
        accent=DONE,
    )


def changed(
    done: Changed, content: Content, sectors: ServerSectors, home: str, channel_id: int | None, now: datetime
) -> ui.LayoutView:
    """Return the event after an edit; a moved start is said with both times and how many people are told."""
    view = preview(done.event, content, sectors, home, channel_id, now)
    words = ""
    if done.moved_from is not None:
        words = _(
            "**Moved:** from {before} to {after}.",
            before=times.full(done.moved_from),
            after=times.full(done.event.starts),
        )
        words += " " + told(done.told)
    elif done.event.state(now) is State.ANNOUNCED:
        words = _("Saved. Every post of it is updated.")
    if words:
        view.add_item(ui.TextDisplay(words))
    return view


def told(count: int) -> str:
    """Return whether anybody hears about a change; a figure would tell of people who are in no public one."""
    if not count:
        return _("Nobody has signed up yet, so nobody needs to be told.")
    return _("Everybody who signed up is told, each in the way they chose.")


def cancelled(done: Changed) -> ui.LayoutView:
    """Return the words after a cancellation."""
    return card(
        _("## Cancelled"),
        f"**{quiet(done.event.title)}** · {times.full(done.event.starts)}",
        _("Its posts say so."),
        told(done.told),
        accent=WARM,
    )


def discarded() -> ui.LayoutView:
    """Return the words after Discard."""
    return card(_("Discarded. Nothing of it was posted."))


def cannot_post(channel_id: int, lacking: Sequence[str] | None) -> ui.LayoutView:
    """Return why a channel can not be posted to, and what to do; ``lacking`` is None for one that is gone."""
    if lacking is None:
        words = _("The announcements channel is gone. An admin can choose another in `/setup start`.")
    else:
        words = _(
            "In <#{channel}> I lack {permissions}. An admin can allow this for my role under Edit Channel > "
            "Permissions.",
            channel=channel_id,
            permissions=", ".join(f"*{permission_words(each)}*" for each in lacking),
        )
    return card(words, _("Your event is saved: press *Post now* again after that."), accent=WARM)
