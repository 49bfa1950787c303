"""What people see of themselves: what waits for them, everything that is held, in words, and their choices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from discord import ui

from bot.events.cards import answer_words
from bot.events.model import Answer, Event, SignUp, State
from bot.faq.model import Question
from bot.faq.model import State as QuestionState
from bot.members.cards import reach_select, reach_words, who
from bot.members.model import Member, Reach, Visibility
from bot.members.organisation_cards import with_mark
from bot.pledges.cards import MARKS, headline, one_line, spoken, visibility_words
from bot.pledges.followup_model import CheckIn
from bot.pledges.living_cards import answers, question_words
from bot.pledges.model import Pledge, Status
from bot.pledges.news_words import news_words
from bot.sectors.model import ServerSectors
from bot.ui import times
from bot.ui.errors import status_words
from bot.ui.escape import plain, quiet
from bot.ui.layout import CALM, DONE, WARM, bullets, button, card, divider, option, primary, row, select
from bot.ui.words import _, locale, n_

LANGUAGES = {"en": "English", "sv": "Svenska"}
DISCORDS = "discord"

_MOST = 5
_MOST_ASKED = 2
_MOST_NEWS = 3
_MOST_PLEDGES = 25
"""As many of the newest as are looked at here, and as a select holds."""
_YOURS = frozenset({Status.DRAFT, Status.CHANGES_ASKED})


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
    ``asked`` are their pledges that a check-in waits for, ``invited`` those of others that they are asked to do too.
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
    invited: Sequence[Pledge] = ()


def profile(mine: Mine, now: datetime) -> ui.LayoutView:
    """Return what waits for a person, what comes next and what is new; the rest in a line each, or behind a button."""
    waiting, opening = _waiting(mine), _opening(mine)
    return card(
        _("## Your profile in this server"),
        *waiting,
        opening if waiting else None,
        divider() if waiting else None,
        _next(mine, now),
        _news(mine.news, _MOST_NEWS),
        _pledges(mine.pledges),
        None if waiting else opening,
        _you(mine),
        _("-# The notice has changed since. You are asked to read it when you next add something.")
        if mine.outdated
        else None,
        row(
            primary(_("Change"), "join.open") if mine.member else primary(_("Join"), "join.open"),
            button(_("My pledges"), "pledge.mine", 0) if mine.pledges else None,
            button(_("Find partners"), "introductions.open") if mine.member else None,
        ),
        row(
            button(_("All my data"), "profile.held"),
            button(_("How to reach me"), "profile.reach"),
            button(_("Language"), "profile.language"),
        ),
        row(
            button(_("Download my data"), "profile.download"),
            button(_("Read the changed notice"), "consent.open")
            if mine.outdated
            else button(_("Privacy notice"), "help.notice"),
            button(_("Leave"), "profile.leave") if mine.member else None,
            button(_("Erase me"), "profile.erase"),
        ),
        accent=WARM if waiting else CALM,
    )


def everything(mine: Mine, now: datetime) -> ui.LayoutView:
    """Return all that is held about a person, in words."""
    return card(
        _("## Everything held about you here"),
        _registration(mine),
        _choices(mine.reach),
        _pledges(mine.pledges),
        _("### Your sign-ups\n{lines}", lines=_first([_sign_up(*pair, now) for pair in mine.coming], "`/events`"))
        if mine.coming
        else None,
        _("### Your questions\n{lines}", lines=_first([_question(one) for one in mine.questions], "`/faq`"))
        if mine.questions
        else None,
        _news(mine.news, len(mine.news)),
        _small_print(mine),
        row(
            primary(_("Back to my profile"), "profile.open"),
            button(_("My pledges"), "pledge.mine", 0) if mine.pledges else None,
            button(_("Download my data"), "profile.download"),
        ),
    )


# What waits, and what comes.


def waits(pledge: Pledge, reason: str) -> bool:
    """Whether a pledge waits for its maker; ``reason`` is what an organiser last asked for, "" for nothing."""
    return pledge.status in _YOURS or (pledge.status is Status.ACTIVE and bool(reason))


def _waiting(mine: Mine) -> list[str | ui.ActionRow[Any]]:
    """Return what waits for the person, check-ins with their buttons first; empty where nothing does."""
    lines = [one_line(pledge) + _reason(reason) for pledge, reason in mine.pledges if waits(pledge, reason)]
    lines = [*lines[:_MOST], _("and more, in *My pledges*")] if len(lines) > _MOST else lines
    lines += [_invitation(one) for one in mine.invited[:_MOST_ASKED]]
    if mine.unsaved:
        lines.insert(0, _("✏️ Your registration still needs *Save*: open it with the first button below."))
    asked = [part for one in mine.asked[:_MOST_ASKED] for part in (question_words(one), answers(one.pledge))]
    found = [*asked, *([bullets(lines)] if lines else [])]
    return [_("### 👉 Waiting for you"), *found] if found else []


def _invitation(pledge: Pledge) -> str:
    kind, title = "pledge.handed" if pledge.waits_for_maker else "pledge.invited", headline(pledge)
    return news_words(kind, title) or title


def _opening(mine: Mine) -> ui.ActionRow[Any] | None:
    """Return the way to one pledge: what waits for the person comes first."""
    own = sorted(mine.pledges, key=lambda pair: not waits(*pair))
    found = [*mine.invited[:_MOST_ASKED], *(pledge for pledge, _reason in own)][:_MOST_PLEDGES]
    if not found:
        return None
    options = [option(plain(spoken(one, one.what), 95), one.id, emoji=MARKS[one.status]) for one in found]
    return select("pledge.open", options=options, placeholder=_("Open a pledge …"))


def _next(mine: Mine, now: datetime) -> str | None:
    on = sorted(
        (pair for pair in mine.coming if pair[1].answer is not Answer.NO),
        key=lambda pair: (pair[0].state(now) is State.CANCELLED, pair[0].starts),
    )
    above = {one.pledge.id for one in mine.asked}
    due = [
        (one.due, one.id, one)
        for one, reason in mine.pledges
        if one.status is Status.ACTIVE and one.due is not None and not (one.id in above or waits(one, reason))
    ]
    lines = [_sign_up(*pair, now) for pair in on[:1]] + [one_line(one) for _due, _id, one in sorted(due)[:1]]
    more = len(on) - 1
    if more > 0:
        lines.append(
            n_(
                "and {n} more sign-up, under *All my data*",
                "and {n} more sign-ups, under *All my data*",
                more,
            )
        )
    return _("### Next\n{lines}", lines=bullets(lines)) if lines else None


def _news(news: Sequence[str], most: int) -> str | None:
    if not news:
        return None
    more = [_("and more, under *All my data*")] if len(news) > most else []
    return _("### News\n{lines}", lines=bullets([*news[:most], *more]))


def _pledges(pledges: Sequence[tuple[Pledge, str]]) -> str:
    """Return how many there are of each kind, in the order of a pledge's life; every one is in *My pledges*."""
    if not pledges:
        return _("### Your pledges\nNone yet.")
    found = Counter(pledge.status for pledge, _reason in pledges)
    counts = [f"{MARKS[one]} {status_words(one)}: {found[one]}" for one in Status if found[one]]
    if len(pledges) >= _MOST_PLEDGES:
        counts.append(_("and more, in *My pledges*"))
    return _("### Your pledges\n{counts}", counts=" · ".join(counts))


def _you(mine: Mine) -> str:
    way, language = _chosen(mine.reach)
    lines = [_("### Who you are here")]
    if mine.member is None:
        lines.append(_("You are not registered."))
    else:
        first, *others = [quiet(mine.sectors.name(slug, locale())) for slug in mine.member.sectors]
        place = mine.member.organisation
        parts = [f"**{first}**", *others, *([with_mark(place.name, place.confirmed)] if place else [])]
        lines.append(" · ".join(parts))
        lines.append(_("Shown as: **{visibility}**", visibility=visibility_words(mine.member.visibility)))
    lines.append(_("-# News: {way} · Language: {language}", way=way, language=language))
    return "\n".join(lines)


# All of it.


def _first(lines: Sequence[str], where: str) -> str:
    more = [_("and more, in {where}", where=where)] if len(lines) > _MOST else []
    return bullets([*lines[:_MOST], *more])


def _registration(mine: Mine) -> str:
    if mine.member is None:
        return _("You are not registered.")
    parts = [_("### Who you are here"), who(mine.sectors, mine.member), _("### What others see")]
    return "\n".join((*parts, _seen(mine.member.visibility)))


def _seen(visibility: Visibility) -> str:
    return {
        Visibility.NAMED: _("**Named:** everybody here can see your name, with your sectors, organisation and offers."),
        Visibility.COUNTED: _("**Counted only:** you count for your sector. Only organisers see that it is you."),
        Visibility.HIDDEN: _("**Organisers only:** nobody else sees you, and you are in no public figure."),
    }[visibility]


def _choices(reach: tuple[Reach, int | None, str | None]) -> str:
    way, language = _chosen(reach)
    return _("### How you are reached\n**News:** {way}\n**Language:** {language}", way=way, language=language)


def _chosen(reach: tuple[Reach, int | None, str | None]) -> tuple[str, str]:
    """Return the way to be reached and the language as people read them."""
    way, channel_id, language = reach
    where = _("Mention me in {channel}", channel=f"<#{channel_id}>") if channel_id else reach_words(way)
    return where, LANGUAGES[language] if language in LANGUAGES else _("same as my Discord")


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
    words = status_words(status) if status else _("waiting for the organisers")
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
    return "\n".join(lines)


# One's choices.


def reach(chosen: Reach, listens: bool) -> ui.LayoutView:
    """Return the choice of how to be reached, and whether to hear (``listens``) when a partner needs help."""
    return card(
        _("## How should we reach you?"),
        _("One way, for all news about your pledges, questions and sign-ups."),
        reach_select(chosen, "profile.reach"),
        _("**Calls for help:** you're told when a partner in one of your sectors needs help with a pledge.")
        if listens
        else _("**Calls for help:** you aren't told about them."),
        row(
            button(_("Stop telling me"), "profile.listen", 0)
            if listens
            else button(_("Tell me when a partner needs help"), "profile.listen", 1),
            button(_("Back to my profile"), "profile.open"),
        ),
    )


def language(chosen: str | None) -> ui.LayoutView:
    """Return the choice of language."""
    options = [
        option(_("Same as my Discord"), DISCORDS, chosen=chosen is None),
        *(option(name, tag, chosen=tag == chosen) for tag, name in LANGUAGES.items()),
    ]
    return card(
        _("## Which language should I answer in?"),
        select("profile.language", options=options, placeholder=_("Language")),
        row(button(_("Back to my profile"), "profile.open")),
    )


def chosen(words: str) -> ui.LayoutView:
    """Return the confirmation of a choice."""
    return card(words, row(button(_("Back to my profile"), "profile.open")), accent=DONE)
