"""What people see of themselves: everything that is held, in words, and their choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from discord import ui

from bot.events.cards import answer_words
from bot.events.model import Event, SignUp, State
from bot.faq.model import Question
from bot.faq.model import State as QuestionState
from bot.members.cards import reach_select, reach_words, who
from bot.members.model import Member, Reach, Visibility
from bot.pledges.cards import one_line
from bot.pledges.followup_model import CheckIn
from bot.pledges.living_cards import answers, question_words
from bot.pledges.model import Pledge, Status
from bot.sectors.model import ServerSectors
from bot.ui import times
from bot.ui.errors import status_words
from bot.ui.escape import plain, quiet
from bot.ui.layout import DONE, bullets, button, card, option, primary, row, select
from bot.ui.words import _

LANGUAGES = {"en": "English", "sv": "Svenska"}
DISCORDS = "discord"

_MOST = 5
_MOST_ASKED = 2
_YOURS = frozenset({Status.DRAFT, Status.CHANGES_ASKED})
_THEIRS = frozenset({Status.SUBMITTED, Status.DONE_CLAIMED})


def nothing() -> ui.LayoutView:
    """Return the words for somebody of whom nothing is held in this server."""
    return card(
        _("## Your profile"),
        _("Nothing is held about you in this server."),
        row(primary(_("Join"), "join.open"), button(_("Privacy notice"), "help.notice")),
    )


@dataclass(frozen=True, slots=True)
class Mine:
    """All that is held about a person, gathered for one card.

    ``reach`` is the way, the channel for a mention and the language; ``news`` are their newest lines, ``pledges``
    their newest with the reason an organiser sent one back for ("" for none), ``coming`` their answers to events
    that are not over, ``more`` the rest of what is held ("3 votes"); ``outdated``: the notice has changed since;
    ``asked`` are their pledges that a check-in waits for.
    """

    sectors: ServerSectors
    member: Member | None
    unsaved: bool
    reach: tuple[Reach, int | None, str | None]
    news: Sequence[str]
    pledges: Sequence[tuple[Pledge, str]]
    coming: Sequence[tuple[Event, SignUp]]
    questions: Sequence[Question]
    more: Sequence[str]
    outdated: bool
    asked: Sequence[CheckIn] = ()


def profile(mine: Mine, now: datetime) -> ui.LayoutView:
    """Return all that is held about a person, in words, what asks for something of them first."""
    return card(
        _("## Your profile in this server"),
        *_asked(mine.asked),
        _("**News**\n{lines}", lines=bullets(mine.news)) if mine.news else None,
        _registration(mine),
        _choices(mine.reach),
        _pledges(mine.pledges),
        _("### Your sign-ups\n{lines}", lines=bullets(_sign_up(*pair, now) for pair in mine.coming[:_MOST]))
        if mine.coming
        else None,
        _("### Your questions\n{lines}", lines=bullets(map(_question, mine.questions[:_MOST])))
        if mine.questions
        else None,
        _small_print(mine),
        row(
            primary(_("Change"), "join.open") if mine.member else primary(_("Join"), "join.open"),
            button(_("My pledges"), "pledge.mine", 0) if mine.pledges else None,
            button(_("How to reach me"), "profile.reach"),
            button(_("Language"), "profile.language"),
            button(_("Find partners"), "introductions.open") if mine.member else None,
        ),
        row(
            button(_("Download my data"), "profile.download"),
            button(_("Read the changed notice"), "consent.open")
            if mine.outdated
            else button(_("Privacy notice"), "help.notice"),
            button(_("Leave"), "profile.leave") if mine.member else None,
            button(_("Erase me"), "profile.erase"),
        ),
    )


def _asked(asked: Sequence[CheckIn]) -> list[str | ui.ActionRow[Any]]:
    """Return each check-in that waits as a line with its buttons."""
    return [part for one in asked[:_MOST_ASKED] for part in (question_words(one), answers(one.pledge))]


def _registration(mine: Mine) -> str:
    waits = _("✏️ A registration waits for *Save*: open it with the first button below.") if mine.unsaved else ""
    if mine.member is None:
        return "\n".join(part for part in (_("You are not registered."), waits) if part)
    parts = [_("### Who you are here"), who(mine.sectors, mine.member), waits, _("### What others see")]
    return "\n".join(part for part in (*parts, _seen(mine.member.visibility)) if part)


def _seen(visibility: Visibility) -> str:
    return {
        Visibility.NAMED: _("**Named:** everybody here can see your name, with your sectors, organisation and offers."),
        Visibility.COUNTED: _("**Counted only:** you count for your sector. Only organisers see that it is you."),
        Visibility.HIDDEN: _("**Organisers only:** nobody else sees you, and you are in no public figure."),
    }[visibility]


def _choices(reach: tuple[Reach, int | None, str | None]) -> str:
    way, channel_id, language = reach
    where = _("Mention me in {channel}", channel=f"<#{channel_id}>") if channel_id else reach_words(way)
    spoken = LANGUAGES[language] if language in LANGUAGES else _("that of my Discord")
    return _("### How you are reached\n**News:** {way}\n**Language:** {language}", way=where, language=spoken)


def _pledges(pledges: Sequence[tuple[Pledge, str]]) -> str:
    if not pledges:
        return _("### Your pledges\nNone yet.")
    yours = [pair for pair in pledges if pair[0].status in _YOURS or pair[1]]
    theirs = [pair for pair in pledges if pair[0].status in _THEIRS]
    others = [pair for pair in pledges if pair not in yours and pair not in theirs]
    parts = [
        _("### Your pledges"),
        _("**Waiting for you**\n{lines}", lines=_lines(yours)) if yours else "",
        _("**Waiting for the organisers**\n{lines}", lines=_lines(theirs)) if theirs else "",
        _("**Going on, or over**\n{lines}", lines=_lines(others)) if others else "",
    ]
    return "\n".join(part for part in parts if part)


def _lines(pledges: Sequence[tuple[Pledge, str]]) -> str:
    lines = [one_line(pledge) + _reason(reason) for pledge, reason in pledges[:_MOST]]
    if len(pledges) > _MOST:
        lines.append(_("and more, in *My pledges*"))
    return bullets(lines)


def _reason(reason: str) -> str:
    if not reason:
        return ""
    return "".join(f"\n  {line}" for line in _("They ask: {reason}", reason=quiet(reason, 300)).splitlines())


def _sign_up(event: Event, given: SignUp, now: datetime) -> str:
    when = f"{quiet(event.title)}, {times.full(event.starts)}"
    if event.state(now) is State.CANCELLED:
        return _("{event}: 🚫 **cancelled**", event=when)
    return f"{when}: {answer_words(given.answer)}"


def _question(question: Question) -> str:
    status = "" if question.state is QuestionState.OPEN else f"question {question.state}"
    words = status_words(status) if status else _("waits for the organisers")
    return f"{quiet(plain(question.text, 90))} · {words}"


def _small_print(mine: Mine) -> str:
    lines = []
    if mine.more:
        lines.append(_("-# Held in all: {things}.", things=", ".join(mine.more)))
    if mine.member is not None:
        lines.append(
            _(
                "-# Registered {day}; notice “{version}” read {read}.",
                day=times.day(mine.member.joined_at),
                version=mine.member.consent_version,
                read=times.day(mine.member.consented_at or mine.member.joined_at),
            )
        )
    if mine.outdated:
        lines.append(_("-# The notice has changed since. You are asked to read it when you next add something."))
    return "\n".join(lines)


def reach(chosen: Reach, listens: bool) -> ui.LayoutView:
    """Return the choice of how to be reached, and whether to hear (``listens``) when a partner needs help."""
    return card(
        _("## How shall we reach you?"),
        _("One way, for news about what you pledged, asked or signed up for."),
        reach_select(chosen, "profile.reach"),
        _("**Calls for help:** you hear when a partner in one of your sectors needs help with a pledge.")
        if listens
        else _("**Calls for help:** you do not hear of them."),
        row(
            button(_("Tell me no more"), "profile.listen", 0)
            if listens
            else button(_("Tell me when a partner needs help"), "profile.listen", 1),
            button(_("Back to my profile"), "profile.open"),
        ),
    )


def language(chosen: str | None) -> ui.LayoutView:
    """Return the choice of language."""
    options = [
        option(_("That of my Discord"), DISCORDS, chosen=chosen is None),
        *(option(name, tag, chosen=tag == chosen) for tag, name in LANGUAGES.items()),
    ]
    return card(
        _("## In which language shall I answer you?"),
        select("profile.language", options=options, placeholder=_("Language")),
        row(button(_("Back to my profile"), "profile.open")),
    )


def chosen(words: str) -> ui.LayoutView:
    """Return the confirmation of a choice."""
    return card(words, row(button(_("Back to my profile"), "profile.open")), accent=DONE)
