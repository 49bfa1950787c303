"""What people see when they read the notice, take their data along, leave, or are erased."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from discord import ButtonStyle, ui

from bot.privacy.model import Area, Notice
from bot.servers.model import Contact
from bot.ui.escape import quiet
from bot.ui.layout import DONE, WARM, bullets, button, card, primary, row
from bot.ui.words import _, n_

FILENAME = "my-data.json"


# The notice.


def contact_words(contact: Contact | None) -> str:
    """Return who is responsible, or whom to ask while nobody is named."""
    if contact is None:
        return _("the admins of this server, that is everybody with *Manage Server*. Ask any of them.")
    where = f"<{contact.where}>" if contact.where.startswith("https://") else quiet(contact.where)
    return f"{quiet(contact.name)}, {where}"


def notice_words(notice: Notice) -> str:
    """Return the notice: the content's words, then the server's own, then who is responsible."""
    own = quiet(notice.own)
    parts = [
        notice.text.strip(),
        _("**From this server**\n{text}", text=own) if notice.text and own else own,
        _("**Who is responsible:** {contact}", contact=contact_words(notice.contact)),
        _("-# Version {version}", version=notice.version),
    ]
    return "\n\n".join(part for part in parts if part)


def notice_card(notice: Notice) -> ui.LayoutView:
    """Return the privacy notice with its version."""
    return card(_("## Privacy notice"), notice_words(notice))


def changed_notice(notice: Notice, again: ui.Button[Any]) -> ui.LayoutView:
    """Return the notice that has changed since somebody read it, with the button that goes on where they were."""
    return card(
        _("## The privacy notice has changed"),
        _("Please read it once more. Then you'll carry on where you were; nothing you typed is lost."),
        notice_words(notice),
        row(again),
        _("-# Not now? Everything of yours stays as it is, and `/profile` works as always."),
        accent=WARM,
    )


# One's own data.


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
        Area.ROLES: n_("{n} sector role given", "{n} sector roles given", count),
        Area.ABSENCE: n_("{n} note of your absence here", "{n} notes of your absence here", count),
        Area.INTRODUCTIONS: n_("{n} line on introductions", "{n} lines on introductions", count),
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
        bullets(held_lines(held)) or _("Nothing is held about you, so the file is almost empty."),
        file,
        _("-# JSON: one list for each table, times in UTC. Only you see this message; keep the file safe."),
        row(button(_("Back to my profile"), "profile.open")),
    )


def erase_question(held: Mapping[Area, int], seen: int, contact: Contact | None, *, staff: bool) -> ui.LayoutView:
    """Return what erasing does, before it is done. ``seen``: how many of their pledges others could see."""
    if not held:
        return card(_("Nothing is held about you in this server, so there is nothing to erase."))
    stays = []
    if seen:
        stays.append(
            n_(
                "{n} pledge that others could see, without your name, notes and links: it is part of the common work",
                "{n} pledges that others could see, without your name, notes and links: they are part of the common "
                "work",
                seen,
            )
        )
    if staff and Area.STEPS in held:
        stays.append(_("that something was decided or announced, and when, but no longer by whom: others rely on it"))
    lost = [
        _("messages that others have read or copied, and notifications already sent"),
        _("files that admins or others have downloaded, and the host's safety copies until they are replaced"),
    ]
    return card(
        _("## Erase everything about you here?"),
        _("**What goes:** {things}.", things=", ".join(held_lines(held))),
        _("**What stays, without you**\n{lines}", lines=bullets(stays)) if stays else None,
        _("**What can't be taken back**\n{lines}", lines=bullets(lost)),
        _("It happens at once, in this server only."),
        _("**Who is responsible:** {contact}", contact=contact_words(contact)),
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
        _("You've been erased from this server's register."),
        _("Cards that named you are being redrawn now. Thank you for what you did here; you are welcome back."),
        accent=DONE,
    )


def leave_question() -> ui.LayoutView:
    """Return what leaving does, before it is done."""
    return card(
        _("## Stop taking part?"),
        bullets(
            [
                _("**Goes:** your sectors, organisation and offers, drafts, and pledges that nobody decided on."),
                _("**Stays without your name:** pledges that others could see."),
                _("**Stays yours:** your sign-ups, questions and choices, until you choose *Erase me*."),
            ]
        ),
        _("You can come back whenever you like."),
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
