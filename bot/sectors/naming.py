"""What may be typed as the name and the emoji of a sector, and when two names look the same."""

from __future__ import annotations

from collections.abc import Iterable

from bot.content.model import Sector
from bot.errors import Invalid
from bot.members import names
from bot.sectors.model import NAME_LIMIT, SHORT_LIMIT, ServerSectors, shortened
from bot.wheel.lettering import ICONS, covered, short_name
from bot.wheel.model import Cog, CogState

_EMOJI_LOOK = "\N{VARIATION SELECTOR-16}"
# Digits and letters that the eye takes for one another in most fonts.
_READ_ALIKE = str.maketrans("01l|", "oiii")


def checked(name: str, short: str, emoji: str) -> tuple[str, str, str]:
    """Return name, short name (made from the name where it is empty) and emoji ("" for initials on the wheel).

    Raises Invalid for ``sector_name``, ``short`` or ``emoji``.
    """
    if not name:
        raise Invalid("sector_name", "empty")
    for field, text, limit in (("sector_name", name, NAME_LIMIT), ("short", short, SHORT_LIMIT)):
        if len(text) > limit:
            raise Invalid(field, "too long", limit=limit)
        if text:
            names.check_name(text, field)
    return name, short or shortened(name), checked_emoji(emoji)


def checked_emoji(typed: str) -> str:
    """Return one emoji, or "" for none.

    One sign of the wheel's own font: Discord refuses a whole list for an emoji that it does not know, and of a
    compound one the wheel would show a part. Raises Invalid("emoji", "no emoji").
    """
    sign = typed.removesuffix(_EMOJI_LOOK)
    if sign and (len(sign) != 1 or sign.isalnum() or ord(sign) not in covered(ICONS)):
        raise Invalid("emoji", "no emoji")
    return typed if sign else ""


def look(name: str) -> str:
    """Return what two names share that the eye takes for one: case, accents, punctuation, letters that look alike."""
    return names.skeleton(names.key(name)).translate(_READ_ALIKE)


def looks(sector: Sector) -> set[str]:
    """Return how a sector's name and short name look, in every language."""
    return {look(text) for text in (*sector.name.texts.values(), *sector.short.texts.values())} - {""}


def clash(sector: Sector, others: Iterable[Sector]) -> Sector | None:
    """Return the first of the others whose name or short name looks like one of this sector's."""
    mine = looks(sector)
    return next((other for other in others if other.slug != sector.slug and mine & looks(other)), None)


def check_free(sector: Sector, here: ServerSectors, locale: str) -> None:
    """Raise Invalid("sector_name", "taken", name) where another sector of the server looks the same, retired or not."""
    other = clash(sector, here.every)
    if other is not None:
        why = "taken" if here.is_active(other.slug) else "taken by a retired one"
        raise Invalid("sector_name", why, name=other.name.text(locale))


def beside_cog(sector: Sector, locale: str) -> str:
    """Return what the wheel writes beside a sector's cog: its short name, or what stands in for letters it lacks."""
    name, short = sector.name.text(locale), sector.short.text(locale)
    return short_name(Cog(sector.slug, name, short, sector.emoji, "", CogState.WAITING, 1))
