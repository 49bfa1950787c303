"""What people see of themselves: everything that is held, in words, and their choices."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.content.model import Content
from bot.events.cards import answer_words
from bot.events.model import Event, SignUp
from bot.members.cards import reach_select, reach_words, registered
from bot.members.model import JoinDraft, Member, Reach
from bot.pledges.cards import one_line
from bot.pledges.model import Page
from bot.ui import times
from bot.ui.escape import quiet
from bot.ui.layout import DONE, bullets, button, card, option, primary, row, select
from bot.ui.words import _

LANGUAGES = {"en": "English", "sv": "Svenska"}
DISCORDS = "discord"


def nothing() -> ui.LayoutView:
    """Return the words for somebody of whom nothing is held in this server."""
    return card(
        _("## Your profile"),
        _("Nothing is held about you in this server."),
        row(primary(_("Join"), "join.open"), button(_("Privacy notice"), "help.notice")),
    )


def profile(
    content: Content,
    member: Member | None,
    draft: JoinDraft | None,
    reach: tuple[Reach, int | None, str | None],
    news: Sequence[str],
    pledges: Page,
    coming: Sequence[tuple[Event, SignUp]],
    more: Sequence[str],
) -> ui.LayoutView:
    """Return all that is held about a person, in words.

    ``news`` are their newest lines, ``coming`` their answers to events that are not over, ``more`` the
    rest of what is held ("3 questions"), one line each.
    """
    return card(
        _("## Your profile in this server"),
        _("**News**\n{lines}", lines=bullets(news)) if news else None,
        _registration(content, member),
        _("✏️ A registration waits for *Save*: open it with *Change*.") if draft else None,
        _choices(reach),
        _("**Your newest pledges**\n{lines}", lines=bullets(one_line(pledge) for pledge in pledges.pledges))
        if pledges.pledges
        else _("**Pledges:** none yet."),
        _("**Your sign-ups**\n{lines}", lines=bullets(_sign_up(*pair) for pair in coming[:5])) if coming else None,
        _("**Also held:** {things}.", things=", ".join(more)) if more else None,
        row(
            primary(_("Change"), "join.open") if member else primary(_("Join"), "join.open"),
            button(_("My pledges"), "pledge.mine", 0) if pledges.pledges else None,
            button(_("How to reach me"), "profile.reach"),
            button(_("Language"), "profile.language"),
        ),
        row(
            button(_("Download my data"), "profile.download"),
            button(_("Privacy notice"), "help.notice"),
            button(_("Leave"), "profile.leave") if member else None,
            button(_("Erase me"), "profile.erase"),
        ),
    )


def _sign_up(event: Event, given: SignUp) -> str:
    return f"{quiet(event.title)}, {times.full(event.starts)}: {answer_words(given.answer)}"


def _registration(content: Content, member: Member | None) -> str:
    if member is None:
        return _("You are not registered.")
    consent = _(
        "**Consent:** to the notice “{version}”; registered {day}.",
        version=member.consent_version,
        day=times.day(member.joined_at),
    )
    again = ""
    if member.consent_version != content.coalition.notice_version:
        again = "\n" + _("The notice has changed since: please read it and press *Change* to consent again.")
    return f"{registered(content, member)}\n{consent}{again}"


def _choices(reach: tuple[Reach, int | None, str | None]) -> str:
    way, channel_id, language = reach
    where = _("Mention me in {channel}", channel=f"<#{channel_id}>") if channel_id else reach_words(way)
    spoken = LANGUAGES[language] if language in LANGUAGES else _("that of my Discord")
    return _("**How to reach me:** {way}\n**Language:** {language}", way=where, language=spoken)


def reach(chosen: Reach) -> ui.LayoutView:
    """Return the choice of how to be reached."""
    return card(
        _("## How shall we reach you?"),
        _("One way, for news about what you pledged, asked or signed up for."),
        reach_select(chosen, "profile.reach"),
        row(button(_("Back to my profile"), "profile.open")),
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
