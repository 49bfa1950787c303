"""What people see when they take their data along, leave, or are erased."""

from __future__ import annotations

from collections.abc import Mapping

from discord import ButtonStyle, ui

from bot.privacy.model import Area
from bot.ui.layout import DONE, WARM, bullets, button, card, primary, row
from bot.ui.words import _, n_

FILENAME = "my-data.json"


def area_words(area: Area, count: int) -> str:
    """Return how much of one kind is held."""
    return {
        Area.REGISTRATION: _("your registration"),
        Area.CHOICES: _("your choices of language and of how to be reached"),
        Area.NEWS: n_("{n} piece of news for you", "{n} pieces of news for you", count),
        Area.PLEDGES: n_("{n} pledge", "{n} pledges", count),
        Area.STEPS: n_("{n} step or decision in the history", "{n} steps and decisions in the history", count),
        Area.SIGN_UPS: n_("{n} sign-up", "{n} sign-ups", count),
        Area.QUESTIONS: n_("{n} question", "{n} questions", count),
        Area.VOTES: n_("{n} vote on an answer", "{n} votes on answers", count),
        Area.FORMS: n_("{n} form that waits to be fixed", "{n} forms that wait to be fixed", count),
        Area.POSTS: n_("{n} message sent or queued", "{n} messages sent or queued", count),
    }[area]


def held_lines(held: Mapping[Area, int]) -> list[str]:
    """Return what is held, one line a kind."""
    return [area_words(area, count) for area, count in held.items()]


def download(held: Mapping[Area, int]) -> ui.LayoutView:
    """Return the card that carries the file with everything."""
    file: ui.File[ui.LayoutView] = ui.File(f"attachment://{FILENAME}")
    return card(
        _("## Your data from this server"),
        bullets(held_lines(held)) or _("Nothing is held about you, so the file is as good as empty."),
        file,
        _("-# JSON: one list for each table, times in UTC. Only you see this message; keep the file safe."),
    )


def erase_question(held: Mapping[Area, int]) -> ui.LayoutView:
    """Return what erasing does, before it is done."""
    if not held:
        return card(_("Nothing is held about you in this server, so there is nothing to erase."))
    stays = [
        _("pledges that others could see stay as they are, without your name, organisation, notes and links"),
        _("their history says that something was decided, no longer that you did it"),
    ]
    lost = [
        _("what others have read, copied or downloaded, and notifications that Discord has shown"),
        _("an earlier safety copy of the register, until the host replaces it"),
    ]
    return card(
        _("## Erase everything about you in this server?"),
        _("**What is held now**\n{lines}", lines=bullets(held_lines(held))),
        _("**What goes:** all of it but the following. Drafts and pledges that nobody decided on go too."),
        _("**What stays without you**\n{lines}", lines=bullets(stays)),
        _("**What can't be called back**\n{lines}", lines=bullets(lost)),
        row(
            button(_("Erase me for good"), "profile.erase.now", style=ButtonStyle.danger),
            button(_("Download first"), "profile.download"),
            button(_("Keep everything"), "profile.open"),
        ),
        accent=WARM,
    )


def erased() -> ui.LayoutView:
    """Return the words after erasing."""
    return card(
        _("You are erased from this server's register."),
        _("Cards that named you are being redrawn now. Thank you for what you did here; you are welcome back."),
        accent=DONE,
    )


def leave_question() -> ui.LayoutView:
    """Return what leaving does, before it is done."""
    return card(
        _("## Stop taking part?"),
        bullets(
            [
                _("Your sectors, organisation and offers go, and you count no longer."),
                _("Drafts and pledges that nobody decided on go. Those that others could see stay, without your name."),
                _("Your choice of language and of how to be reached stays, until you choose *Erase me*."),
            ]
        ),
        row(
            button(_("Leave"), "profile.leave.now", style=ButtonStyle.danger),
            button(_("Stay"), "profile.open"),
        ),
        accent=WARM,
    )


def left() -> ui.LayoutView:
    """Return the words after leaving."""
    return card(
        _("You no longer take part. Thank you for what you did here."),
        row(primary(_("Join again"), "join.open"), button(_("Erase the rest too"), "profile.erase")),
        accent=DONE,
    )
