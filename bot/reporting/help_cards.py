"""What somebody can do here, in the four verbs; the privacy notice; who runs this."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from discord import ui

from bot.actor import Action, Actor
from bot.content.model import Content
from bot.ui.layout import bullets, button, card, primary, row
from bot.ui.words import _, locale

_Lines = list[tuple[str, str]]


def here(
    content: Content, actor: Actor, commands: Collection[str], doors: Collection[str], contact: str
) -> ui.LayoutView:
    """Return what this person can do in this server.

    ``commands`` are the roots and ``doors`` the buttons that there are; nothing else is offered.
    ``contact`` says who is responsible, or whom to ask while nobody is named.
    """

    def block(heading: str, lines: _Lines) -> str | None:
        kept = [line for root, line in lines if root in commands]
        return f"{heading}\n{bullets(kept)}" if kept else None

    return card(
        _("## What you can do here"),
        content.coalition.purpose.text(locale()),
        block(_("**Hear**"), [("events", _("`/events`: upcoming events, in your own time zone"))]),
        block(_("**Ask**"), [("faq", _("`/faq`: a question, in your own words"))]),
        block(
            _("**Join**"),
            [
                ("join", _("`/join`: register your sector; again to change it")),
                ("profile", _("`/profile`: everything held about you; change, download or erase it")),
                ("wheel", _("`/wheel`: which sectors take part, and what they do")),
            ],
        ),
        block(
            _("**Act**"),
            [
                (
                    "pledge",
                    _("`/pledge make`: promise a step, ready-made or your own; `/pledge list` shows what others do"),
                ),
                ("share", _("`/share`: an idea or a challenge")),
            ],
        ),
        block(_("**For you as staff**"), _staff(actor)),
        block(_("**At any time**"), [("report", _("`/report`: where to report and get help"))]),
        _("**Who runs this:** {contact}", contact=contact),
        row(*_first(doors)),
        row(button(_("Privacy notice"), "help.notice"), button(_("Where to get help"), "report.open")),
    )


def _staff(actor: Actor) -> _Lines:
    lines: _Lines = []
    if actor.may(Action.ANNOUNCE):
        lines.append(("announce", _("`/announce`: post an event in two screens")))
    if actor.may(Action.REVIEW):
        lines.append(("review", _("`/review queue`: pledges that wait for a decision")))
    if actor.may(Action.KNOWLEDGE):
        lines.append(("knowledge", _("`/knowledge`: answers, gaps and what's out of date")))
    if actor.may(Action.SET_UP):
        lines.append(
            ("setup", _("`/setup start` and `/setup check`: channels, roles, what is wrong and how to fix it"))
        )
    return lines


def _first(doors: Collection[str]) -> list[ui.Item[Any]]:
    made: list[tuple[str, Callable[[], ui.Item[Any]]]] = [
        ("join.open", lambda: primary(_("Join"), "join.open")),
        ("faq.ask", lambda: button(_("Ask"), "faq.ask")),
        ("events.open", lambda: button(_("What's on"), "events.open")),
        ("pledge.browse", lambda: button(_("Pledge"), "pledge.browse")),
        ("profile.open", lambda: button(_("My profile"), "profile.open")),
    ]
    return [make() for name, make in made if name in doors]


def away(content: Content) -> ui.LayoutView:
    """Return the shorter text for a direct message, and for when nobody can be told apart."""
    return card(
        _("## What I can do"),
        content.coalition.purpose.text(locale()),
        bullets(
            [
                _("`/report`: where to report and get help. Works here, too."),
                _("Everything else works inside the server: `/join`, `/pledge make`, `/profile` and more."),
            ]
        ),
        row(primary(_("Where to get help"), "report.open"), button(_("Privacy notice"), "help.notice")),
    )
