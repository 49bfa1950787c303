"""What organisers see while they bring in a spreadsheet, and who is asked to take one of its pledges on."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import ui

from bot.pledges.cards import MARKS, headline
from bot.pledges.imports.model import DryRun, Import, Refusal, Row, State, TakenBack
from bot.pledges.imports.words import delimiter_words, encoding_words, fault_words, unfit_words
from bot.pledges.model import REASON_LIMIT, Companion, Part, Pledge, Status, Visibility
from bot.sectors.model import ServerSectors
from bot.ui import times
from bot.ui.errors import status_words
from bot.ui.escape import quiet
from bot.ui.forms import Form, Values
from bot.ui.layout import DONE, WARM, bullets, button, card, option, primary, row, select, user_select
from bot.ui.words import _, locale, n_

TEMPLATE, FAULTS = "pledges-template.csv", "pledges-faults.csv"
_FAULTS_SHOWN = 6
_IGNORED_SHOWN = 8
_RED = discord.ButtonStyle.danger


def upload_form() -> Form:
    """Return the form that takes a file."""
    return Form(_("Import a spreadsheet"), "import.file").file(
        "file", _("The table, saved as CSV"), hint=_("At most 2 MB and 5,000 rows. You look first, then decide.")
    )


def _choose() -> ui.Button[ui.LayoutView]:
    return primary(_("Choose a file"), "import.open")


def _template() -> ui.Button[ui.LayoutView]:
    return button(_("Template"), "import.template")


def home(found: Sequence[Import]) -> ui.LayoutView:
    """Return how an import goes, and the newest ones."""
    lines = [
        _("Save your table as *CSV UTF-8*, with the names of the columns in the first row."),
        _("`sector` and `pledge` are needed; the template shows all the others. A file from `/review export` fits."),
        _("First you see what would happen. Nothing is stored as a pledge until you press *Import*."),
    ]
    opened = [
        option(_("{day}: {status}", day=f"{one.at:%Y-%m-%d %H:%M} UTC", status=_state_words(one)), one.id)
        for one in found[:25]
    ]
    return card(
        _("## Import earlier pledges"),
        bullets(lines),
        select("import.show", options=opened, placeholder=_("Earlier imports …")) if opened else None,
        row(_choose(), _template()),
    )


def template() -> ui.LayoutView:
    """Return the card that carries the template."""
    return card(
        _("Fill it in with your spreadsheet program and save it as *CSV UTF-8*. Its second row is an example."),
        ui.File(f"attachment://{TEMPLATE}"),
        row(_choose()),
    )


def refused(refusal: Refusal) -> ui.LayoutView:
    """Return why a file can not be read; it carries the template."""
    return card(
        _("## This file can't be read"),
        unfit_words(refusal),
        _("Nothing was stored. A file like this one works:"),
        ui.File(f"attachment://{TEMPLATE}"),
        row(primary(_("Choose another file"), "import.open")),
        accent=WARM,
    )


def reading() -> ui.LayoutView:
    """Return what is shown while a file is read."""
    return card(_("Reading the file …"))


def dry_run(found: DryRun, sectors: ServerSectors) -> ui.LayoutView:
    """Return what would happen; it carries the list of faults, where there are any."""
    names = [sector.name.text(locale()) for sector in sectors.active]
    faults = [fault_words(fault, names) for fault in found.faults[:_FAULTS_SHOWN]]
    more = len(found.faults) - len(faults)
    if more > 0:
        faults.append(n_("and {n} more, in the file below", "and {n} more, in the file below", more))
    ignored = ", ".join(f"“{quiet(name)}”" for name in found.ignored[:_IGNORED_SHOWN])
    return card(
        _("## What would be imported"),
        n_("**{n} row**, {letters}, cells between {marks}.", "**{n} rows**, {letters}, cells between {marks}.",
           found.read, letters=encoding_words(found.encoding), marks=delimiter_words(found.delimiter)),
        bullets(_counts(found)),
        _("**Columns I don't know, left out:** {names}", names=ignored) if ignored else None,
        _("**Problems**") + "\n" + bullets(faults) if faults else None,
        _sample(found.sample, sectors) if found.sample is not None else None,
        _("-# Where the column `visibility` does not say *named*, an organisation is shown to organisers only.")
        if found.hushed
        else None,
        ui.File(f"attachment://{FAULTS}") if found.faults else None,
        row(
            primary(_("Import {n}", n=found.ready), "import.go", found.import_id) if found.import_id else None,
            button(_("Discard"), "import.discard", found.import_id) if found.import_id else None,
            button(_("Choose another file"), "import.open"),
        ),
        _("-# You have a day to decide. None gets its own card; what all may see is in `/pledge list` and the wheel.")
        if found.import_id
        else None,
        accent=WARM if found.faults else DONE,
    )  # fmt: skip


def _counts(found: DryRun) -> list[str]:
    lines = [f"{MARKS[status]} {status_words(status)}: **{number}**" for status, number in found.statuses.items()]
    if not lines:
        lines.append(_("Nothing would be imported."))
    if found.here:
        lines.append(
            n_("{n} row is here already, or twice in the file", "{n} rows are here already, or twice in the file",
               found.here)
        )  # fmt: skip
    if found.wrong:
        lines.append(n_("⚠️ {n} row has problems and stays out", "⚠️ {n} rows have problems and stay out", found.wrong))
    return lines


def _sample(sample: Row, sectors: ServerSectors) -> str:
    lines = [_("**Sample, row {row}**", row=sample.row), f"> {quiet(sample.what, 200)}"]
    who = [quiet(sectors.name(sample.sector, locale())), quiet(sample.organisation)]
    lines.append(f"> {' · '.join(one for one in who if one)}")
    if sample.done_when:
        lines.append("> " + _("**Done when:** {text}", text=quiet(sample.done_when, 150).replace("\n", " ")))
    if sample.due is not None:
        lines.append("> " + _("**By:** {date}", date=sample.due.isoformat()))
    return "\n".join(line.replace("\n", "\n> ") for line in lines)


def working(done: int, of: int) -> ui.LayoutView:
    """Return how far an import is, or taking one back."""
    return card(_("Working … {done} of {all} done.", done=f"{done:,}", all=f"{of:,}"))


def _state_words(found: Import) -> str:
    return {
        State.READY: n_("{n} row waits", "{n} rows wait", found.rows),
        State.DONE: n_("{n} pledge imported", "{n} pledges imported", found.came),
        State.DISCARDED: _("discarded"),
        State.TAKEN_BACK: _("taken back"),
    }[found.state]


def shown(found: Import, note: str = "") -> ui.LayoutView:
    """Return an import as it stands, with what can be done with it."""
    by = f"<@{found.by}>" if found.by else _("someone who left")
    lines = [_("Uploaded by {who}, {when}", who=by, when=times.full(found.at))]
    if found.decided_at is not None:
        decider = f"<@{found.decider}>" if found.decider else _("nobody in time, or someone who left")
        what = _state_words(found) if found.state is not State.DONE else _("imported")
        lines.append(
            _("{what} by {who}, {when}", what=what.capitalize(), who=decider, when=times.full(found.decided_at))
        )
    if found.state is State.READY and found.came:
        lines.append(
            n_("{n} imported before it was interrupted; *Import* continues with the rest.",
               "{n} imported before it was interrupted; *Import* continues with the rest.", found.came)
        )  # fmt: skip
    ready, done = found.state is State.READY, found.state is State.DONE
    return card(
        _("## Import {number}: {status}", number=found.id, status=_state_words(found)),
        note or None,
        bullets(lines),
        _("The active ones have no maker yet. Open one with `/pledge show` to hand it to somebody.")
        if done and found.came
        else _("All of its rows were here already.")
        if done
        else None,
        row(
            primary(_("Import {n}", n=max(found.rows - found.came, 0)), "import.go", found.id) if ready else None,
            button(_("Discard"), "import.discard", found.id) if ready else None,
            button(_("Take this import back"), "import.back", found.id, style=_RED) if done and found.came else None,
            button(_("Import a spreadsheet"), "import.home"),
        ),
        accent=DONE if done else WARM,
    )


def back_form(title: str, door: str, number: int, values: Values) -> Form:
    """Return the form that asks why an import, or one pledge of it, is taken back."""
    return Form(title, door, number).text(
        "reason",
        _("Why is it taken back?"),
        value=values.get("reason", ""),
        limit=REASON_LIMIT,
        long=True,
        hint=_("It stays in the history, for organisers. What somebody has taken on stays."),
    )


def taken_back(result: TakenBack) -> ui.LayoutView:
    """Return what taking an import back did."""
    gone = n_("{n} pledge is withdrawn.", "{n} pledges are withdrawn.", result.gone)
    stay = n_(
        "{n} stays, as it has moved on since.",
        "{n} stay, as they have moved on since.",
        result.stay,
    )
    return shown(result.found, f"{gone} {stay}" if result.stay else gone)


def one_taken_back(pledge: Pledge) -> ui.LayoutView:
    """Return that one pledge of an import is withdrawn."""
    return card(_("Withdrawn and no longer shown: {title}", title=headline(pledge)), accent=DONE)


# Handing over.


def doors(pledge: Pledge) -> list[ui.Button[ui.LayoutView]]:
    """Return what organisers can do with a pledge that was imported and that nobody has taken on."""
    if pledge.import_id is None or pledge.maker_id is not None or pledge.status is Status.WITHDRAWN:
        return []
    hand = [primary(_("Hand it to somebody"), "handover.ask", pledge.id)] if pledge.waits_for_maker else []
    return [*hand, button(_("Take it back"), "handover.back", pledge.id, style=_RED)]


def ask_whom(pledge: Pledge, company: Sequence[Companion]) -> ui.LayoutView:
    """Ask whom to ask, and say who was."""
    asked = [f"<@{one.user_id}>" for one in company if one.part is Part.INVITED]
    no = [f"<@{one.user_id}>" for one in company if one.part is Part.DECLINED]
    named = pledge.visibility is Visibility.NAMED
    return card(
        _("## Who takes it on?"),
        headline(pledge),
        _("**Asked, no answer yet:** {people}", people=", ".join(asked[:10])) if asked else None,
        _("**Said no:** {people}", people=", ".join(no[:10])) if no else None,
        _("They're asked in the way they chose, and become its maker if they say yes."),
        _("Their name is shown with it only if they chose to be named.") if named else None,
        user_select("handover.pick", pledge.id, placeholder=_("Somebody registered …")),
    )


def asked_to_take_on(pledge: Pledge, user_id: int) -> ui.LayoutView:
    """Return that somebody was asked."""
    return card(
        _("<@{user}> is asked to take it on: {title}", user=user_id, title=headline(pledge)),
        _("They also find the question in `/profile`. You can ask somebody else instead at any time."),
        row(button(_("Ask somebody else"), "handover.ask", pledge.id)),
        accent=DONE,
    )
