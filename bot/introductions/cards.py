"""What people see of introductions: their own, who fits, what is asked, and the card that opens a thread."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import discord
from discord import ui

from bot.introductions.model import (
    ANSWER_WITHIN,
    GONE,
    MOST_OPEN,
    MOST_WISHES,
    NO_PLACE,
    NO_RIGHT,
    NO_ROLE,
    NOT_HERE,
    START,
    Board,
    Cursor,
    Fit,
    FitPage,
    Introduction,
    Line,
    Numbers,
    Party,
)
from bot.sectors.model import ServerSectors
from bot.ui import times
from bot.ui.escape import plain, quiet
from bot.ui.layout import DONE, WARM, Part, bullets, button, card, option, primary, row, select
from bot.ui.words import _, locale, n_

_MOST_OPTIONS = 25
_MOST_LINES = 5
_SHORT, _LONG = 120, 600


def name_of(party: Party) -> str:
    """Return an organisation's name, ready to be shown."""
    return quiet(party.organisation.name)


def _names(sectors: ServerSectors, slugs: Sequence[str]) -> str:
    return ", ".join(quiet(sectors.name(slug, locale())) for slug in slugs)


def _brief(text: str) -> str:
    return quiet(plain(text, _SHORT))


def described(sectors: ServerSectors, party: Party, *, brief: bool = False) -> str:
    """Return an organisation as the other side sees it: sectors, what it looks for, what it offers."""
    words = _brief if brief else _whole
    lines = [
        _("**In:** {sectors}", sectors=_names(sectors, party.sectors)) if party.sectors else "",
        _("**Looks for:** {sectors}", sectors=_names(sectors, party.wishes)) if party.wishes else "",
        _("**Needs, in their words:** {text}", text=words(party.needs)) if party.needs else "",
        _("**Offers:** {text}", text=words(party.offers)) if party.offers else "",
    ]
    return "\n".join(line for line in lines if line)


def _whole(text: str) -> str:
    return quiet(text, _LONG)


# One's own.


def board(sectors: ServerSectors, found: Board) -> ui.LayoutView:
    """Return what somebody chooses for their organisation, and its introductions."""
    return card(
        _("## Find partners for {name}", name=name_of(found.mine)),
        *_lines(sectors, found),
        _("**Which sectors do you look for?** Up to three; none is fine too."),
        _wishes_select(sectors, found.mine.wishes),
        _opened(found) if found.mine.contacts else _explained(),
        row(
            primary(_("See possible partners"), "introductions.fits", *_ids(START)) if found.speaks else None,
            button(_("Switch off for me"), "introductions.off")
            if found.speaks
            else primary(_("Open to introductions"), "introductions.on"),
            button(_("Back to my profile"), "profile.open"),
        ),
        _("-# What you offer, and your own words for what you look for, are in `/join`."),
        accent=WARM if found.waiting else DONE,
    )


def _explained() -> str:
    return _(
        "**Open to introductions: off.** Switched on, other organisations that the organisers confirmed and that "
        "switched this on too can ask to be introduced to yours: they see its name, your name, your sectors, and what "
        "you offer and look for, and the organisers are in every thread."
    )


def _opened(found: Board) -> str:
    people = ", ".join(f"<@{contact.user_id}>" for contact in found.mine.contacts)
    if found.speaks:
        return _(
            "**Open to introductions: on**, through {people}. Confirmed organisations that switched this on too see "
            "that, with your sectors, what you offer and what you look for, and can ask; the organisers are in every "
            "thread. *Switch off for me* takes back what you asked.",
            people=people,
        )
    return _(
        "**Open to introductions: on**, through {people}. Switched on, you are told of requests too, and your name, "
        "your sectors, and what you offer and look for are seen by confirmed organisations that switched this on; "
        "the organisers are in every thread.",
        people=people,
    )


def _wishes_select(sectors: ServerSectors, wishes: Sequence[str]) -> ui.ActionRow[Any]:
    language = locale()
    options = [
        option(sector.name.text(language), sector.slug, emoji=sector.emoji or None, chosen=sector.slug in wishes)
        for sector in sectors.choices(wishes, _MOST_OPTIONS)
    ]
    return select("introductions.wishes", options=options, placeholder=_("We look for …"), least=0, most=MOST_WISHES)


def _lines(sectors: ServerSectors, found: Board) -> list[Part]:
    makers = [(line, _waiting) for line in found.waiting]
    makers += [(line, _open) for line in found.open]
    makers += [(line, _asked) for line in found.asked]
    parts: list[Part] = []
    for line, make in makers[:_MOST_LINES]:
        parts += make(sectors, line)
    if len(makers) > _MOST_LINES:
        parts.append(_("-# You'll see the next ones once these are settled."))
    return parts


def _waiting(sectors: ServerSectors, line: Line) -> list[Part]:
    known = line.introduction
    speaks = f" · <@{known.asker}>" if known.asker is not None else ""
    heading = _(
        "### 🤝 {name} asks for an introduction\n{people}until {when}",
        name=name_of(line.other),
        people=f"{speaks.removeprefix(' · ')} · " if speaks else "",
        when=times.ago(known.created_at + ANSWER_WITHIN),
    )
    return [
        f"{heading}\n{described(sectors, line.other, brief=True)}",
        row(
            button(_("Yes, introduce us"), "introductions.yes", known.id, style=discord.ButtonStyle.success),
            button(_("Not now"), "introductions.no", known.id),
        ),
    ]


def _open(sectors: ServerSectors, line: Line) -> list[Part]:
    known, name = line.introduction, name_of(line.other)
    words = _("💬 **{name}:** you are introduced, in {thread}.", name=name, thread=f"<#{known.thread_id}>")
    if known.thread_id is None:
        words = _(
            "⏳ **{name}:** you both said yes. The thread could not be made yet; organisers see why in `/setup check`.",
            name=name,
        )
    return [words, row(button(_("Close"), "introductions.close", known.id))]


def _asked(sectors: ServerSectors, line: Line) -> list[Part]:
    known = line.introduction
    until = times.ago(known.created_at + ANSWER_WITHIN)
    words = _("⏳ **{name}:** asked, no answer yet; the request ends {when}.", name=name_of(line.other), when=until)
    return [words, row(button(_("Take back"), "introductions.withdraw", known.id))]


# Who fits.


def suggestions(sectors: ServerSectors, page: FitPage, *, first: bool) -> ui.LayoutView:
    """Return five organisations with their reasons, and the way to ask."""
    if not page.fits and first:
        return card(
            _("## Possible partners"),
            _(
                "No match yet. Pick other sectors, or come back when more organisations are confirmed and have "
                "switched introductions on."
            ),
            row(primary(_("Back"), "introductions.open")),
        )
    options = [
        option(fit.party.organisation.name, fit.party.organisation.id)
        for fit in page.fits
        if not (fit.busy or page.full)
    ]
    full = n_(
        "You have {n} introduction open, which is the limit: close one to ask for the next.",
        "You have {n} introductions open, which is the limit: close one to ask for the next.",
        MOST_OPEN,
    )
    return card(
        _("## Possible partners"),
        full if page.full else None,
        *(_fit(sectors, fit) for fit in page.fits),
        select("introductions.pick", options=options, placeholder=_("Introduce us to …")) if options else None,
        row(
            button(_("From the start"), "introductions.fits", *_ids(START)) if not first else None,
            button(_("Next"), "introductions.fits", *_ids(page.next)) if page.next is not None else None,
            button(_("Back"), "introductions.open"),
        ),
    )


def _fit(sectors: ServerSectors, fit: Fit) -> str:
    each = _(" · each of you looks for the other") if fit.mutual else ""
    lines = [
        f"### {name_of(fit.party)}{each}",
        _("They are in: {sectors}", sectors=_names(sectors, fit.theirs or fit.party.sectors)),
        _("They look for: {sectors}", sectors=_names(sectors, fit.ours or fit.party.wishes))
        if fit.party.wishes
        else "",
        _("They offer: {text}", text=_brief(fit.party.offers)) if fit.party.offers else "",
        _("What they offer fits the words of what you look for.") if fit.score else "",
        _("-# They have no room for another introduction just now.") if fit.busy else "",
    ]
    return "\n".join(line for line in lines if line)


def _ids(cursor: Cursor) -> tuple[int, ...]:
    return cursor.tier, cursor.after, cursor.mutual, cursor.score, cursor.last


# Asking and answering.


def preview(sectors: ServerSectors, mine: Party, other: Party, asker: int, roles: Collection[int]) -> ui.LayoutView:
    """Return what is about to be asked: what the other side sees, and who will be in the thread."""
    organisers = " ".join(f"<@&{role}>" for role in sorted(roles))
    return card(
        _("## Ask for an introduction to {name}?", name=name_of(other)),
        _(
            "**They will see:** {name}, through {people}\n{described}",
            name=name_of(mine),
            people=f"<@{asker}>",
            described=described(sectors, mine),
        ),
        _(
            "**In the thread, if they say yes:** you, whoever says yes at {name}, and the organisers ({roles}). "
            "It is private: other members do not see it.",
            name=name_of(other),
            roles=organisers,
        ),
        n_(
            "-# They have {n} day to answer. Either side can close the thread at any time.",
            "-# They have {n} days to answer. Either side can close the thread at any time.",
            ANSWER_WITHIN.days,
        ),
        row(
            primary(_("Introduce us"), "introductions.ask", other.organisation.id),
            button(_("Back"), "introductions.fits", *_ids(START)),
        ),
    )


def asked(other: Party) -> ui.LayoutView:
    """Return the words after asking."""
    return card(
        _("## Asked"),
        _("{name} has your request. You'll get the answer in the way you chose.", name=name_of(other)),
        row(button(_("See other possible partners"), "introductions.fits", *_ids(START)), _back()),
        accent=DONE,
    )


def accepted(known: Introduction, *, failed: bool) -> ui.LayoutView:
    """Return the words after *Yes*, with the thread or why there is none yet. ``failed``: it could not be made."""
    if known.thread_id is not None:
        words = _("You are introduced. The thread is open: {thread}", thread=f"<#{known.thread_id}>")
    elif not failed:
        words = _("You both said yes. The thread is being made; you'll soon find it under *Find partners*.")
    else:
        words = _(
            "You both said yes, but the thread couldn't be made yet. Organisers see why in `/setup check`; "
            "once that's fixed, you'll find it under *Find partners*."
        )
    return card(words, row(_back()), accent=WARM if failed else DONE)


def _back() -> ui.Button[Any]:
    return button(_("Find partners"), "introductions.open")


# The thread.


def opening(
    sectors: ServerSectors, known: Introduction, asking: Party, asked: Party, roles: Collection[int]
) -> ui.LayoutView:
    """Return the card that opens a thread: who is who, and how to close it."""
    return card(
        _("## {one}, meet {other}", one=name_of(asking), other=name_of(asked)),
        _side(sectors, asking, known.asker),
        _side(sectors, asked, known.answerer),
        _("The organisers are here with you: {roles}", roles=" ".join(f"<@&{role}>" for role in sorted(roles)))
        if roles
        else None,
        _(
            "Say hello, and what you'd try first. I read nothing here. Please leave out real cases: "
            "`/report` shows where those belong."
        ),
        row(button(_("Close"), "introductions.close", known.id)),
        _("-# Either side and the organisers can close this. The thread is then locked; you can still read it."),
    )


def _side(sectors: ServerSectors, party: Party, person: int | None) -> str:
    through = f" · <@{person}>" if person is not None else ""
    return f"### {name_of(party)}{through}\n{described(sectors, party)}"


def closed(asking: Party | None, asked: Party | None) -> ui.LayoutView:
    """Return what is left of the card in a thread that is closed: nobody's words, nobody's name."""
    if asking is None or asked is None:
        return card(_("This introduction is closed."))
    return card(
        _("## {one} and {other}", one=name_of(asking), other=name_of(asked)),
        _("This introduction is closed. To talk again, ask for a new one in `/profile` under *Find partners*."),
    )


def is_closed() -> ui.LayoutView:
    """Return the words after Close, for whoever pressed it elsewhere than in the thread."""
    return card(
        _("Closed. The thread is being locked; those who are in it can still read it."), row(_back()), accent=DONE
    )


# For organisers.


def why(reason: str) -> str | None:
    """Return why a thread could not be made and what to do, None for any other reason."""
    return {
        NOT_HERE: _("I am not in this server any more."),
        NO_PLACE: _(
            "threads hang under the ideas channel. Choose a text channel for it in `/setup start` (an announcement "
            "channel has no private threads), then try again."
        ),
        NO_RIGHT: _(
            "in the ideas channel I lack *View Channel*, *Read Message History*, *Create Private Threads*, *Send "
            "Messages in Threads* or *Manage Threads*. Allow them there, then try again."
        ),
        NO_ROLE: _("the organisers are in every thread. Choose their role in `/setup start`, then try again."),
        GONE: _("the thread was deleted by hand. Either side can close the introduction and ask again."),
    }.get(reason)


def numbers(found: Numbers) -> ui.LayoutView:
    """Return how many introductions there are."""
    return card(
        _("## Introductions"),
        bullets(
            [
                n_("**{n}** waits for an answer", "**{n}** wait for an answer", found.asked),
                n_("**{n}** is open now", "**{n}** are open now", found.open),
                n_(
                    "**{n}** was accepted in all, {closed} of these closed since",
                    "**{n}** were accepted in all, {closed} of these closed since",
                    found.accepted,
                    closed=found.closed,
                ),
                n_("**{n}** got *Not now*", "**{n}** got *Not now*", found.declined),
                n_("**{n}** got no answer in time", "**{n}** got no answer in time", found.lapsed),
                n_("**{n}** was taken back", "**{n}** were taken back", found.withdrawn),
            ]
        ),
        _("-# Only how many: I read nothing in the threads."),
    )
