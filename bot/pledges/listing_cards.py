"""The card of ``/pledge list``: five lines that tell one from another, and what it can be narrowed to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from discord import ui

from bot.members.organisation_cards import with_mark
from bot.pledges.cards import GOING_ON, MARKS, headline, spoken
from bot.pledges.listing import (
    CHOICES,
    SEARCHED,
    Found,
    Freshness,
    Search,
    freshness,
    names_organisation,
    short,
)
from bot.pledges.model import Pledge, Status
from bot.sectors.model import ServerSectors
from bot.servers.model import FreshnessLimits
from bot.ui import times
from bot.ui.errors import status_words
from bot.ui.escape import clean_line, plain, quiet
from bot.ui.layout import bullets, button, card, option, primary, row, select
from bot.ui.words import N_, _, locale

ANY = "any"
STATUSES = {
    Status.WAITING: N_("waiting for others to join"),
    Status.ACTIVE: N_("active"),
    Status.DONE_CLAIMED: N_("done, waiting to be confirmed"),
    Status.KEPT: N_("kept"),
    Status.PARTLY_KEPT: N_("partly kept"),
    Status.CLOSED: N_("closed with honour"),
    Status.LAPSED: N_("lapsed"),
}
"""The choices of the command: words to be translated, as a command's choices are."""
FRESHNESSES = {
    Freshness.FRESH: N_("updated recently"),
    Freshness.QUIET: N_("quiet for a while"),
    Freshness.STALE: N_("silent for a long time"),
}
"""How long that is, each server chooses: a command's choices are the same in all of them."""

_MARK = {Freshness.FRESH: "🟢", Freshness.QUIET: "🟡", Freshness.STALE: "🔴"}
_LETTERS = dict(zip(CHOICES, "abcdefghij", strict=False))
_FRESH = {Freshness.FRESH: "f", Freshness.QUIET: "q", Freshness.STALE: "s"}


def ids(search: Search) -> tuple[str, str, str, str]:
    """Return a search as the ids of a button: sector, a code of three letters, organisation, words."""
    parts = search.sector.split(".")  # a server's own sector has the server's id in it, which goes without saying
    sector = f"own.{parts[2]}" if len(parts) == 3 else search.sector
    status = _LETTERS.get(search.status, "-") if search.status is not None else "-"
    fresh = _FRESH[search.freshness] if search.freshness is not None else "-"
    return sector, status + fresh + ("m" if search.mine else "-"), short(search.organisation), search.words


def typed(words: str) -> str:
    """Return words to search for as the id of a button can carry them."""
    return clean_line(words).replace(":", " ").replace("~", " ").strip()


def search_of(guild_id: int, sector: str, code: str, organisation: str, words: str) -> Search:
    """Return the search that :func:`ids` wrote; what is not understood narrows nothing."""
    if sector.startswith("own.") and sector.count(".") == 1:
        sector = f"own.{guild_id}.{sector.partition('.')[2]}"
    status = next((one for one, letter in _LETTERS.items() if letter == code[:1]), None)
    fresh = next((one for one, letter in _FRESH.items() if letter == code[1:2]), None)
    number = int(organisation, 36) if organisation.isascii() and organisation.isalnum() else 0
    return Search(sector, status, fresh, min(number, 2**62), words, code[2:3] == "m")


def listing(
    search: Search, found: Found, sectors: ServerSectors, now: datetime, organisation: str = ""
) -> ui.LayoutView:
    """Return a page with its filters. ``organisation`` is the name of the one it is narrowed to, as typed."""
    known = ids(search)
    return card(
        _title(search, sectors),
        _narrowed(search, found, organisation),
        bullets(_line(pledge, search, sectors, found.limits, now) for pledge in found.pledges) or _empty(search),
        _open(found.pledges),
        _by_sector(search, sectors, known),
        _by_status(search, known),
        _by_freshness(search, found.limits, known),
        row(
            button(_("Previous"), "pledge.before", *known, found.before) if found.before else None,
            button(_("Next"), "pledge.in", *known, found.after) if found.after else None,
            button(_("Show all"), "pledge.in", "", "-" * 3, "0", "", "") if search != Search() else None,
            primary(_("Make a pledge"), "pledge.browse") if not found.pledges else None,
            button(_("Back to my profile"), "profile.open") if search.mine else None,
        ),
    )


def _title(search: Search, sectors: ServerSectors) -> str:
    if search.mine:
        return _("## Your pledges")
    if search.sector:
        return _("## Pledges · {sector}", sector=quiet(sectors.name(search.sector, locale())))
    return _("## Pledges")


def _narrowed(search: Search, found: Found, organisation: str) -> str:
    lines = []
    if organisation:
        lines.append(_("**For:** {organisation}", organisation=quiet(plain(organisation, 80))))
    if search.words:
        lines.append(_("**With the words:** {words}", words=quiet(plain(search.words, 60))))
    if found.cut:
        lines.append(_("-# Searched the newest {n}.", n=f"{SEARCHED:,}"))
    return "\n".join(lines)


def _empty(search: Search) -> str:
    if search == Search(mine=True):
        return _("You have not pledged anything yet.")
    if search in (Search(), Search(sector=search.sector)):
        return _("Nothing here yet. Be the first: one small step is enough.")
    return _("Nothing matches. *Show all* takes you back to the full list.")


def _line(pledge: Pledge, search: Search, sectors: ServerSectors, limits: FreshnessLimits, now: datetime) -> str:
    sector = sectors.known.get(pledge.sector)
    where = f"{sector.emoji} {sector.short.text(locale())}" if sector is not None else sectors.name(pledge.sector)
    parts = [f"{MARKS[pledge.status]} {headline(pledge)}", quiet(plain(where, 60))]
    if pledge.organisation and (search.mine or names_organisation(pledge)):
        parts.append(with_mark(pledge.organisation, pledge.organisation_confirmed))
    parts.append(status_words(pledge.status))
    if pledge.status in GOING_ON:
        if pledge.due is not None and pledge.status is Status.ACTIVE:
            parts.append(times.day(pledge.due))
        fresh = freshness(pledge, limits, now)
        parts.append(f"{_MARK[fresh]} {freshness_words(fresh, limits)}")
    return " · ".join(parts)


def freshness_words(fresh: Freshness, limits: FreshnessLimits) -> str:
    """Return how long ago something was heard, as people of a server read it."""
    return {
        Freshness.FRESH: _("updated within {days} days", days=limits.fresh),
        Freshness.QUIET: _("quiet for {days} days", days=limits.fresh),
        Freshness.STALE: _("silent for over {days} days", days=limits.silent),
    }[fresh]


def _open(pledges: Sequence[Pledge]) -> ui.ActionRow[Any] | None:
    if not pledges:
        return None
    options = [option(plain(spoken(one, one.what), 95), one.id, emoji=MARKS[one.status]) for one in pledges]
    return select("pledge.open", options=options, placeholder=_("Open …"))


def _by_sector(search: Search, sectors: ServerSectors, known: tuple[str, str, str, str]) -> ui.ActionRow[Any] | None:
    options = [option(_("All sectors"), ANY, chosen=not search.sector)]
    for sector in sectors.choices([search.sector] if search.sector else [], 24):
        name = sector.name.text(locale())
        options.append(option(name, sector.slug, emoji=sector.emoji, chosen=sector.slug == search.sector))
    return select("pledge.bysector", *known[1:], options=options, placeholder=_("Sector"))


def _by_status(search: Search, known: tuple[str, str, str, str]) -> ui.ActionRow[Any]:
    options = [option(_("Any status"), ANY, chosen=search.status is None)]
    for status in CHOICES:
        options.append(option(status_words(status), status, emoji=MARKS[status], chosen=status is search.status))
    return select("pledge.bystatus", *known, options=options, placeholder=_("Status"))


def _by_freshness(search: Search, limits: FreshnessLimits, known: tuple[str, str, str, str]) -> ui.ActionRow[Any]:
    options = [option(_("Updated at any time"), ANY, chosen=search.freshness is None)]
    for one, mark in _MARK.items():
        options.append(option(freshness_words(one, limits), one, emoji=mark, chosen=one is search.freshness))
    return select("pledge.byfresh", *known, options=options, placeholder=_("Freshness"))
