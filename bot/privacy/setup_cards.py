"""What admins see of ``/setup privacy``: who is responsible, how long, which words, and the data of the server."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.privacy.cards import contact_words, notice_words
from bot.privacy.contact import NAME_LIMIT, WHERE_LIMIT
from bot.privacy.model import Download, Notice
from bot.privacy.server_data import OWN_NOTICE_LIMIT, REASON_LIMIT
from bot.servers.model import RETENTION, SMALL_FIGURES, ServerSettings
from bot.ui import times
from bot.ui.escape import quiet
from bot.ui.forms import Form, Values
from bot.ui.layout import DONE, WARM, bullets, button, card, option, primary, row, select
from bot.ui.words import _, n_

BELOW, INSTEAD = "below", "instead"


def page(settings: ServerSettings, version: str, outdated: int, downloads: Sequence[Download]) -> ui.LayoutView:
    """Return everything that an admin decides about privacy; ``outdated`` people have read an earlier notice."""
    contact = settings.contact
    return card(
        _("## Privacy"),
        "\n".join(
            [
                _("✅ **Who is responsible:** {contact}", contact=contact_words(contact))
                if contact
                else _("⚠️ **Who is responsible:** not named yet, and people have a right to know. Press *Contact*."),
                _("**Notice:** {what} Version {version}.", what=_notice_kind(settings), version=version),
                _waiting(outdated),
                _milestones(settings.milestones),
            ]
        ),
        _("**Latest downloads**\n{lines}", lines=bullets(map(_download, downloads))) if downloads else None,
        _("When somebody leaves, what is held about them is erased after:"),
        select(
            "setup.retention",
            options=[option(_days(days), days, chosen=days == settings.retention.days) for days in RETENTION],
            placeholder=_("Erased after …"),
        ),
        _("Figures about people below this are shown as “a few”:"),
        select(
            "setup.figure",
            options=[option(str(least), least, chosen=least == settings.small_figure) for least in SMALL_FIGURES],
            placeholder=_("Smallest figure shown …"),
        ),
        row(
            button(_("Contact"), "setup.contact") if contact else primary(_("Contact"), "setup.contact"),
            button(_("Notice"), "setup.notice"),
            button(_("Read the notice"), "help.notice"),
        ),
        row(
            button(_("No milestones"), "setup.milestones", 0)
            if settings.milestones
            else button(_("Celebrate milestones"), "setup.milestones", 1),
            button(_("Download this server's data"), "setup.data"),
            button(_("Check everything"), "setup.check"),
        ),
        accent=DONE if contact else WARM,
    )


def _notice_kind(settings: ServerSettings) -> str:
    if settings.notice_instead:
        return _("your own words in place of ours.")
    return _("ours, with your words below it.") if settings.notice else _("ours, unchanged.")


def _waiting(outdated: int) -> str:
    if not outdated:
        return _("-# Everybody who is registered has read it.")
    return n_(
        "-# {n} person has read an earlier one and is asked when they next add something.",
        "-# {n} people have read an earlier one and are asked when they next add something.",
        outdated,
    )


def _milestones(wanted: bool) -> str:
    if wanted:
        return _("**Milestones:** celebrated once each, such as the tenth sector turning.")
    return _("**Milestones:** not celebrated.")


def _days(days: int) -> str:
    return _("a year") if days == 365 else n_("{n} day", "{n} days", days)


def _download(download: Download) -> str:
    who = f"<@{download.by}>" if download.by else _("somebody who is erased")
    return _("{when} by {who}: {reason}", when=times.day(download.at), who=who, reason=quiet(download.reason, 100))


# The contact.


def contact_form(settings: ServerSettings, values: Values) -> Form:
    """Return the form for who is responsible."""
    contact = settings.contact
    made = Form(_("Who is responsible?"), "setup.contact")
    made.text(
        "contact_name",
        _("Name"),
        value=values.get("contact_name", contact.name if contact else ""),
        limit=NAME_LIMIT,
        hint=_("An organisation or a person, as it should be shown."),
    )
    made.text(
        "contact",
        _("E-mail address or web page"),
        value=values.get("contact", contact.where if contact else ""),
        limit=WHERE_LIMIT,
        hint=_("Everybody sees it in /help, in the notice and before they erase themselves."),
        example="privacy@example.org",
    )
    return made


# The notice.


def notice_form(settings: ServerSettings, values: Values) -> Form:
    """Return the form for the server's own words in the notice."""
    made = Form(_("The privacy notice"), "setup.notice")
    made.text(
        "notice",
        _("Your words"),
        value=values.get("notice", settings.notice),
        limit=OWN_NOTICE_LIMIT,
        long=True,
        required=False,
        hint=_("Shown as plain text. Empty: our notice alone."),
    )
    made.radio(
        "where",
        _("Where should they go?"),
        [
            (BELOW, _("Below our notice"), _("Ours says what this bot keeps; yours adds to it.")),
            (INSTEAD, _("In place of our notice"), _("Then yours must say what is kept, why, for how long, for whom.")),
        ],
        values.choice("where") or (INSTEAD if settings.notice_instead else BELOW),
    )
    return made


def notice_preview(after: Notice, people: int, key: str) -> ui.LayoutView:
    """Return the notice as it will read, and how many people have to read it again."""
    return card(
        _("## How the notice will read"),
        notice_words(after),
        _asked(people),
        row(
            primary(_("Use this notice"), "setup.notice_now", key),
            button(_("Change it"), "setup.notice_again", key),
            button(_("Leave it as it was"), "setup.privacy"),
        ),
        accent=WARM,
    )


def retention_preview(days: int, people: int) -> ui.LayoutView:
    """Return what keeping things longer means: the notice promises less, so it is a new one."""
    return card(
        _("## Erase later than promised?"),
        _("The notice says how long things stay. *{days}* makes it a new notice.", days=_days(days)),
        _asked(people),
        row(
            primary(_("Keep them longer"), "setup.retention_now", days),
            button(_("Leave it as it was"), "setup.privacy"),
        ),
        accent=WARM,
    )


def _asked(people: int) -> str:
    if not people:
        return _("Nobody is registered yet, so nobody is asked again.")
    return n_(
        "**{n} person will be asked again**, when they next add something. Until then they stay as they are.",
        "**{n} people will be asked again**, when they next add something. Until then they stay as they are.",
        people,
    )


# The data.


def data_form(values: Values) -> Form:
    """Return the form that asks why."""
    made = Form(_("Download this server's data"), "setup.data")
    made.text(
        "reason",
        _("What is it for?"),
        value=values.get("reason", ""),
        limit=REASON_LIMIT,
        long=True,
        hint=_("Written down with your name and the date; other admins see it."),
    )
    return made


def data_card(filename: str, rows: int) -> ui.LayoutView:
    """Return the card that carries the file."""
    file: ui.File[ui.LayoutView] = ui.File(f"attachment://{filename}")
    return card(
        _("## This server's data"),
        file,
        n_("{n} entry of the register, as JSON with times in UTC.", "{n} entries of the register, as JSON.", rows),
        _(
            "**Left out**, because people were told that nobody sees it: what wasn't submitted, who asked "
            "without their name, and who voted on an answer."
        ),
        _(
            "-# It holds personal data, including what people hide from each other. Keep it safe, and "
            "delete it after use."
        ),
        row(button(_("Back"), "setup.privacy")),
    )
