"""Where to turn: official routes and numbers, for anyone, at any time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Any

from discord import ui

from bot.content.model import Anonymous, Content, Route
from bot.errors import TextStopped
from bot.reporting.model import ANYWHERE, categories_for, home_country, routes_about, routes_in
from bot.ui.layout import WARM, button, card, option, primary, row, select
from bot.ui.words import _, locale

ANY = "-"
_MOST_OPTIONS = 25
_ROOM = 3300
"""Characters for routes: what is left of a card's 4,000 after headings and emergency numbers."""


def where_to_turn(
    content: Content,
    today: date,
    country: str | None,
    about: str | None = None,
    *,
    guessed: bool = False,
    checked: Collection[str] = (),
) -> ui.LayoutView:
    """Return the places to turn to, emergency first.

    ``country`` is a code of the pack, ``about`` a category; ``guessed`` says that the country came
    from the person's language; ``checked`` are the countries whose routes this server's admin has
    checked. A route that nobody has checked shows its front page only.
    """
    if not content.countries:
        return _no_list()
    about = about if about in content.categories else None
    known = content.countries.get(country or "")
    heading = _("## Where to report and get help")
    if known is not None:
        heading = _("## Where to report and get help: {country}", country=known.name.text(locale()))

    def told(route: Route) -> str:
        elsewhere = known is not None and route.country != known.code
        return _route(route, route.is_reviewed(today) or route.country in checked, elsewhere=elsewhere)

    blocks = _blocks(content, known.code if known else None, about, told)
    shown = _that_fit(blocks)
    return card(
        heading,
        _("-# This bot takes no reports, and keeps nothing of what you open here."),
        emergency(content, known.code if known else None),
        _("-# Shown because of the language of your Discord. Another country is one tap away.") if guessed else None,
        _country_select(content, country, about),
        *shown,
        _("-# There is more: choose under *What is it about?*") if len(shown) < len(blocks) else None,
        _("There is nothing in the list for this yet. The emergency number where you are is always right.")
        if not blocks
        else None,
        _category_select(content, country, about),
        accent=WARM,
    )


def emergency(content: Content, country: str | None) -> str:
    """Return the line with the emergency number of a country, or of all of them."""
    known = content.countries.get(country or "")
    if known is not None and known.emergency:
        return _("**In danger now: call {number}.**", number=known.emergency)
    numbers = [
        f"{found.name.text(locale())} **{found.emergency}**" for found in content.countries.values() if found.emergency
    ]
    if not numbers:
        return _("**In danger now: call the emergency number where you are.**")
    return _("**In danger now: call the emergency number where you are.**\n{numbers}", numbers=" · ".join(numbers))


def stopped(content: Content, now: datetime, error: TextStopped, again: ui.Button[Any] | None) -> ui.LayoutView:
    """Return the card when the guard held a text back: thanks first, help next, no question asked."""
    if error.structural:
        first = _(
            "Thank you for wanting to help. This looks like an address, a file or a fingerprint, and none is kept here."
        )
    else:
        first = _(
            "Thank you for writing this. It sounds as if it may be about a real person, who deserves more than a bot."
        )
    home = home_country(content, locale())
    fitting = categories_for(content, error.kind)
    ways = []
    for category in fitting:
        own = [route for route in content.routes_of(home or ANYWHERE) if route.category == category.slug]
        ways += (
            [f"{category.emoji} {category.name.text(locale())}\n{_route(own[0], own[0].is_reviewed(now.date()))}"]
            if own
            else []
        )
    return card(
        first,
        _("Nothing of what you wrote was stored or passed on."),
        emergency(content, home),
        *ways,
        row(*(button(found.name.text(locale()), "report.about", found.slug, emoji=found.emoji) for found in fitting)),
        row(primary(_("Where to get help"), "report.open"), again),
        accent=WARM,
    )


def _no_list() -> ui.LayoutView:
    return card(
        _("## Where to report and get help"),
        _("**In danger now: call the emergency number where you are.**"),
        _("This community keeps no list of places to report to. Ask the organisers, or an authority where you live."),
        _("-# This bot takes no reports, and keeps nothing of what you open here."),
        accent=WARM,
    )


def _blocks(content: Content, country: str | None, about: str | None, told: Callable[[Route], str]) -> list[str]:
    if country is None and about is not None:
        found = content.categories[about]
        title = f"### {found.emoji} {found.name.text(locale())}"
        lines = [_placed(content, route, told) for route in routes_about(content, about)]
        return [title, *lines] if lines else []
    return [
        "\n".join([f"### {category.emoji} {category.name.text(locale())}", *map(told, routes)])
        for category, routes in routes_in(content, country)
        if about in (None, category.slug)
    ]


def _that_fit(blocks: Sequence[str]) -> list[str]:
    kept: list[str] = []
    room = _ROOM
    for block in blocks:
        room -= len(block)
        if room < 0 or len(kept) >= _MOST_OPTIONS:
            break
        kept.append(block)
    return kept


def _placed(content: Content, route: Route, told: Callable[[Route], str]) -> str:
    country = content.countries.get(route.country)
    name = country.name.text(locale()) if country else route.country
    return f"{name}: {told(route)}"


def _route(route: Route, checked: bool, *, elsewhere: bool = False) -> str:
    """Return a route; until somebody has checked it, its name, what it is for and its front page only."""
    lines = [f"**{route.named(locale())}** - {route.for_what.text(locale())}"]
    if elsewhere:
        lines[0] += _(" *(in any country)*")
    if not checked:
        lines.append(_("<{home}> · *not yet checked here*", home=route.home))
        return "\n".join(lines)
    ways = [f"<{route.url or route.home}>"]
    if route.phone:
        ways.append(_("phone **{number}**", number=route.phone))
    if route.anonymous is Anonymous.YES:
        ways.append(_("no name needed"))
    elif route.anonymous is Anonymous.NO:
        ways.append(_("asks for your name"))
    lines.append(" · ".join(ways))
    return "\n".join(lines)


def _country_select(content: Content, chosen: str | None, about: str | None) -> ui.ActionRow[Any]:
    options = [
        option(country.name.text(locale()), country.code, chosen=country.code == chosen)
        for country in content.countries.values()
    ]
    return select("report.country", about or ANY, options=options[:_MOST_OPTIONS], placeholder=_("Country …"))


def _category_select(content: Content, country: str | None, chosen: str | None) -> ui.ActionRow[Any] | None:
    if country in content.countries:
        found = [category for category, _routes in routes_in(content, country)]
    else:
        found = [category for category in content.categories.values() if routes_about(content, category.slug)]
    if len(found) < 2:
        return None
    options = [option(_("Everything"), ANY, chosen=chosen is None)]
    options += [
        option(category.name.text(locale()), category.slug, emoji=category.emoji, chosen=category.slug == chosen)
        for category in found
    ]
    return select(
        "report.category", country or ANY, options=options[:_MOST_OPTIONS], placeholder=_("What is it about? …")
    )
