"""Finding things of a content pack as somebody types, for autocompletes."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.content.model import ANY_SECTOR, Action, Content, Sector


def _rank(typed: str, text: str) -> int | None:
    """Return how well a text fits: 0 starts with it, 1 has a word that does, 2 contains it, None not at all."""
    wanted, found = typed.casefold().strip(), text.casefold()
    if found.startswith(wanted):
        return 0
    if any(word.startswith(wanted) for word in found.split()):
        return 1
    if wanted in found or all(part in found for part in wanted.split()):
        return 2
    return None


def find_actions(
    content: Content, typed: str, locale: str, sectors: Collection[str], present: Collection[str]
) -> list[Action]:
    """Return actions that fit what was typed, the person's own sectors first, then the easiest.

    Only those of sectors that are ``present`` in the server or the person's own. With nothing typed only the person's
    own are offered (everything for somebody without).
    """
    found = []
    for action in content.actions.values():
        own = action.sector in sectors or action.sector == ANY_SECTOR
        rank = _rank(typed, action.title.text(locale))
        here = own or action.sector in present
        if action.retired or not here or rank is None or (not typed.strip() and sectors and not own):
            continue
        found.append(((not own, rank, action.difficulty, action.days), action))
    return [action for _, action in sorted(found, key=lambda pair: pair[0])]


def find_sectors(sectors: Iterable[Sector], typed: str, locale: str) -> list[Sector]:
    """Return those of the sectors whose name fits what was typed, in their order."""
    return [sector for sector in sectors if _rank(typed, sector.name.text(locale)) is not None]
