"""What people see of organisations: the mark of a confirmed one, and the organisers' desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord import ButtonStyle, ui

from bot.members.model import ORGANISATION_LIMIT, Organisation
from bot.members.names import DOMAIN_LIMIT
from bot.members.organisation_model import REASON_LIMIT, Change, Deed, Desk, Listed, Merging, Queue
from bot.sectors.model import ServerSectors
from bot.ui import times
from bot.ui.escape import plain, quiet
from bot.ui.forms import Form, Values
from bot.ui.layout import CALM, DONE, WARM, bullets, button, card, option, primary, row, select
from bot.ui.words import _, locale, n_

_LIKE_NAMED = 3


def with_mark(name: str, confirmed: bool) -> str:
    """Return an organisation's name, inert, with the mark of one that organisers confirmed."""
    return _("{name} (✓ confirmed by the organisers)", name=quiet(name)) if confirmed else quiet(name)


def mark(confirmed: bool) -> str | None:
    """Return the mark alone, for what stands beside a name."""
    return _("✓ confirmed by the organisers") if confirmed else None


def choices(known: Sequence[Organisation]) -> list[Any]:
    """Return organisations as the options of a select."""
    return [option(one.name, one.id, description=mark(one.confirmed)) for one in known]


# The queue.


def queue_card(queue: Queue) -> ui.LayoutView:
    """Return a page of organisations that nobody confirmed yet."""
    search = button(_("Search all"), "organisations.find")
    numbers = button(_("Introductions"), "introductions.numbers")
    heading = _("## Organisations to confirm")
    if not queue.lines:
        return card(heading, _("All caught up: every organisation is confirmed. Well done!"), row(search, numbers))
    back = button(_("Previous"), "organisations.before", *queue.before) if queue.before else None
    onwards = button(_("Next"), "review.organisations", *queue.after) if queue.after else None
    return card(
        heading,
        bullets(_line(line) for line in queue.lines),
        select(
            "organisations.open",
            options=choices([line.organisation for line in queue.lines]),
            placeholder=_("Open …"),
        ),
        row(back, onwards, search, numbers),
        _("-# Most people first, then the oldest. Only organisers see these numbers."),
    )


def _line(line: Listed) -> str:
    return f"**{quiet(line.organisation.name)}** · {people_words(line.people)}"


def people_words(count: int) -> str:
    """Return how many people, in words."""
    return n_("{n} person", "{n} people", count)


def pledges_words(count: int) -> str:
    """Return how many pledges, in words."""
    return n_("{n} pledge", "{n} pledges", count)


def found_card(typed: str, found: Sequence[Organisation]) -> ui.LayoutView:
    """Return what a search found."""
    again = row(button(_("Search again"), "organisations.find"), _to_queue())
    if not found:
        return card(_("No organisation here is called anything like “{typed}”.", typed=quiet(typed, 80)), again)
    return card(
        _("## Organisations like “{typed}”", typed=quiet(typed, 80)),
        bullets(with_mark(one.name, one.confirmed) for one in found),
        select("organisations.open", options=choices(found), placeholder=_("Open …")),
        again,
    )


def find_form(values: Values) -> Form:
    """Return the form that asks for a name to look for."""
    return Form(_("Search organisations"), "organisations.find").text(
        "name", _("Name, or the beginning of it"), value=values.get("name", ""), limit=ORGANISATION_LIMIT
    )


def _to_queue() -> ui.Button[Any]:
    return button(_("Back to the list"), "review.organisations", 0, 0)


# One organisation.


def desk_card(sectors: ServerSectors, desk: Desk) -> ui.LayoutView:
    """Return everything organisers see of one, with what they can decide."""
    one = desk.organisation
    split = ", ".join(f"{quiet(sectors.name(slug, locale()))} {count}" for slug, count in desk.by_sector)
    lines = [
        _("**People:** {n}", n=desk.people) + (f" ({split})" if split else ""),
        _("**Pledges in its name:** {n}", n=desk.pledges),
        _("**Web domain:** {domain}", domain=f"`{one.domain}`") if one.domain else _("**Web domain:** none"),
        _("**Earlier names:** {names}", names=", ".join(map(quiet, desk.former_names))) if desk.former_names else "",
        _alike_words(desk.like),
        change_words(desk.last) if desk.last else "",
    ]
    return card(
        f"## {quiet(one.name)}",
        mark(one.confirmed) or _("Not confirmed yet."),
        "\n".join(line for line in lines if line),
        _("This is your own organisation, so another organiser decides about it.") if desk.barred else None,
        None if desk.barred else row(*_decisions(desk)),
        row(button(_("History"), "organisations.history", one.id), _to_queue()),
        _("-# People who hide are counted here too, so keep these numbers among organisers."),
        accent=DONE if one.confirmed else WARM,
    )


def _alike_words(like: Sequence[Organisation]) -> str:
    if not like:
        return ""
    named = [with_mark(one.name, one.confirmed) for one in like[:_LIKE_NAMED]]
    more = len(like) - len(named)
    words = _("**Looks like:** {names}", names=", ".join(named))
    return words + (n_(" and {n} more", " and {n} more", more) if more else "")


def _decisions(desk: Desk) -> list[ui.Button[Any] | None]:
    one, ids = desk.organisation, (desk.organisation.id, desk.revision)
    return [
        button(_("Take back confirmation"), "organisations.unconfirm", *ids)
        if one.confirmed
        else button(_("Confirm"), "organisations.confirm", *ids, style=ButtonStyle.success),
        button(_("Rename"), "organisations.rename", *ids),
        button(_("Merge into …"), "organisations.merge", one.id),
        button(_("Change web domain") if one.domain else _("Set web domain"), "organisations.domain", *ids),
        button(_("Remove domain"), "organisations.undomain", *ids) if one.domain else None,
    ]


def unconfirm_form(desk: Desk, revision: int, values: Values) -> Form:
    """Return the form that asks why the confirmation is taken back."""
    made = Form(_("Take back confirmation"), "organisations.unconfirm", desk.organisation.id, revision)
    return made.text(
        "reason",
        _("Reason (organisers read it)"),
        value=values.get("reason", ""),
        limit=REASON_LIMIT,
        long=True,
        hint=_("The mark is removed everywhere, and its open introductions end."),
    )


def rename_form(desk: Desk, revision: int, values: Values) -> Form:
    """Return the form for another name."""
    made = Form(_("Rename the organisation"), "organisations.rename", desk.organisation.id, revision)
    made.text(
        "organisation",
        _("Name"),
        value=values.get("organisation", desk.organisation.name),
        limit=ORGANISATION_LIMIT,
        hint=_("Everybody in it sees the new name. Anyone who types the old one is led here."),
    )
    return made.text(
        "reason",
        _("Reason, if you like (organisers read it)"),
        value=values.get("reason", ""),
        limit=REASON_LIMIT,
        long=True,
        required=False,
    )


def domain_form(desk: Desk, revision: int, values: Values) -> Form:
    """Return the form for the web domain."""
    made = Form(_("Its own web domain"), "organisations.domain", desk.organisation.id, revision)
    return made.text(
        "domain",
        _("Host name alone"),
        value=values.get("domain", desk.organisation.domain),
        limit=DOMAIN_LIMIT,
        hint=_("example.org covers www.example.org too. No https://, no path."),
        example="example.org",
    )


# The history.


def history_card(one: Organisation, changes: Sequence[Change]) -> ui.LayoutView:
    """Return who decided what, newest first."""
    return card(
        _("## History of {name}", name=quiet(one.name)),
        bullets(map(change_words, changes)) or _("Nobody has decided anything about it yet."),
        row(button(_("Open"), "organisations.show", one.id), _to_queue()),
    )


def change_words(change: Change) -> str:
    """Return one decision as a line: when, who, what, from, to, why."""
    was, became = quiet(change.was), quiet(change.became)
    if change.deed is Deed.CONFIRM:
        what = _("confirmed {name}", name=became)
    elif change.deed is Deed.UNCONFIRM:
        what = _("took the confirmation of {name} back", name=became)
    elif change.deed is Deed.RENAME:
        what = _("renamed {was} to {became}", was=was, became=became)
    elif change.deed is Deed.MERGE:
        what = _("merged {was} into {became}", was=was, became=became)
    elif not change.became:
        what = _("removed the web domain {was}", was=was)
    elif not change.was:
        what = _("set the web domain {became}", became=became)
    else:
        what = _("changed the web domain from {was} to {became}", was=was, became=became)
    who = f"<@{change.by}>" if change.by else _("somebody who left")
    own = _(" (their own organisation)") if change.own else ""
    why = f" - {quiet(change.reason, 120)}" if change.reason else ""
    return f"{times.ago(change.at)} {who}: {what}{own}{why}"


# Merging.


def merge_choice(desk: Desk) -> ui.LayoutView:
    """Return the question which organisation this one becomes part of."""
    one = desk.organisation
    return card(
        _("## Merge {name} into which one?", name=quiet(one.name)),
        _("The one you pick stays, with its name. You'll see a preview first."),
        select("organisations.into", one.id, options=choices(desk.like), placeholder=_("One that looks like it …"))
        if desk.like
        else _("No similar organisation found."),
        row(button(_("Search by name"), "organisations.seek", one.id), button(_("Back"), "organisations.show", one.id)),
    )


def seek_form(gone_id: int, values: Values) -> Form:
    """Return the form that asks for the one that stays."""
    return Form(_("Merge into which one?"), "organisations.seek", gone_id).text(
        "name", _("Name, or the beginning of it"), value=values.get("name", ""), limit=ORGANISATION_LIMIT
    )


def sought_card(gone_id: int, typed: str, found: Sequence[Organisation]) -> ui.LayoutView:
    """Return what a search for the one that stays found."""
    again = row(
        button(_("Search again"), "organisations.seek", gone_id), button(_("Back"), "organisations.show", gone_id)
    )
    if not found:
        return card(_("No other organisation is called anything like “{typed}”.", typed=quiet(typed, 80)), again)
    return card(
        _("## Merge into which one?"),
        select("organisations.into", gone_id, options=choices(found), placeholder=_("The one that stays …")),
        again,
    )


def merge_question(merging: Merging) -> ui.LayoutView:
    """Return exactly what merging will do, before it is done."""
    gone, stays = merging.gone, merging.stays
    names = {"gone": quiet(gone.name), "stays": quiet(stays.name)}
    lines = [
        n_(
            "**{n} person** moves from {gone} to {stays}, whatever their visibility.",
            "**{n} people** move from {gone} to {stays}, whatever their visibility.",
            merging.people,
            **names,
        ),
        n_(
            "**{n} pledge** made in its name moves along; cards that name it are redrawn.",
            "**{n} pledges** made in its name move along; cards that name it are redrawn.",
            merging.pledges,
        ),
        _("From now on, anyone who types {gone} is in {stays}.", **names),
    ]
    if stays.confirmed:
        lines.append(_("{stays} stays confirmed by the organisers.", **names))
    elif gone.confirmed:
        lines.append(
            _("{gone} is confirmed and {stays} isn't: the confirmation is lost, and {stays} still needs one.", **names)
        )
    if gone.confirmed:
        lines.append(
            _("Open introductions of {gone} go on in the name of {stays}.", **names)
            if stays.confirmed
            else _("Open introductions of {gone} end: they are for confirmed organisations.", **names)
        )
    if gone.domain and gone.domain != stays.domain:
        lines.append(_("The web domain {domain} is not taken over.", domain=f"`{gone.domain}`"))
    return card(
        _("## Merge {gone} into {stays}?", **names),
        bullets(lines),
        _("This can't be undone."),
        row(
            button(
                _("Merge"),
                "organisations.merged",
                *(gone.id, stays.id, merging.seen),
                style=ButtonStyle.danger,
            ),
            button(_("Pick another"), "organisations.merge", gone.id),
            button(_("Cancel"), "organisations.show", gone.id),
        ),
        accent=WARM,
    )


def merge_done(merging: Merging) -> ui.LayoutView:
    """Return what merging did."""
    return card(
        _("Merged: {gone} is part of {stays} now.", gone=quiet(merging.gone.name), stays=quiet(merging.stays.name)),
        _(
            "Moved: {people}, {pledges}.",
            people=f"**{people_words(merging.people)}**",
            pledges=f"**{pledges_words(merging.pledges)}**",
        ),
        row(primary(_("Open {name}", name=plain(merging.stays.name, 60)), "organisations.show", merging.stays.id)),
        row(_to_queue()),
        accent=DONE if merging.stays.confirmed else CALM,
    )
