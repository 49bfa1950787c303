"""Which places to turn to are shown, in which order; nothing here is stored or asked."""

from __future__ import annotations

from bot.content.model import Category, Content, Country, Route

ANYWHERE = "INT"
"""The code under which a content pack lists what works in every country."""

_HOME = {"sv": "SE"}
"""Languages of ours that are spoken in one country above all. English says nothing about where somebody is."""


def home_country(content: Content, locale: str) -> str | None:
    """Return the country that a language points to, None where it points to none that the pack knows."""
    code = _HOME.get(locale.partition("-")[0])
    return code if code in content.countries else None


def find_countries(content: Content, typed: str) -> list[Country]:
    """Return the countries whose code, or name in any language, fits what was typed; those that begin so first."""
    wanted = typed.casefold().strip()

    def rank(country: Country) -> int | None:
        names = [country.code.casefold(), *(name.casefold() for name in country.name.texts.values())]
        if wanted in names or any(name.startswith(wanted) for name in names):
            return 0
        return 1 if any(wanted in name for name in names) else None

    ranked = [(rank(country), country) for country in content.countries.values()]
    return [country for _, country in sorted(((r, c) for r, c in ranked if r is not None), key=lambda pair: pair[0])]


def country_of(content: Content, typed: str) -> str | None:
    """Return the code behind what was picked or typed: a code or a whole name in any language, else None."""
    wanted = typed.casefold().strip()
    for country in content.countries.values():
        if wanted in (country.code.casefold(), *(name.casefold() for name in country.name.texts.values())):
            return country.code
    return None


def routes_in(content: Content, country: str | None) -> list[tuple[Category, list[Route]]]:
    """Return a country's routes by category, in the order of the pack.

    What works anywhere fills the categories that the country has nothing for.
    """
    own = content.routes_of(country) if country else []
    covered = {route.category for route in own}
    anywhere = [r for r in content.routes_of(ANYWHERE) if r.category not in covered] if country != ANYWHERE else []
    found = []
    for category in content.categories.values():
        listed = [route for route in (*own, *anywhere) if route.category == category.slug]
        if listed:
            found.append((category, listed))
    return found


def routes_about(content: Content, category: str) -> list[Route]:
    """Return every route of one category, country by country in the order of the pack."""
    order = {code: position for position, code in enumerate(content.countries)}
    found = (route for route in content.routes.values() if route.category == category)
    return sorted(found, key=lambda route: order.get(route.country, len(order)))


def categories_for(content: Content, kind: str, most: int = 3) -> list[Category]:
    """Return the categories that answer what the guard saw in a text, in the order of the pack."""
    return [category for category in content.categories.values() if kind in category.kinds][:most]
