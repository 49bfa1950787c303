"""Finding things of a content pack as somebody types, for autocompletes."""

from __future__ import annotations

from collections.abc import Collection

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


def find_actions(content: Content, typed: str, locale: str, sectors: Collection[str]) -> list[Action]:
    """Return actions that fit what was typed, the person's own sectors first, then the easiest.

    With nothing typed only the person's own sectors are offered (everything for somebody without).
    """
    found = []
    for action in content.actions.values():
        own = action.sector in sectors or action.sector == ANY_SECTOR
        rank = _rank(typed, action.title.text(locale))
        if action.retired or rank is None or (not typed.strip() and sectors and not own):
            continue
        found.append(((not own, rank, action.difficulty, action.days), action))
    return [action for _, action in sorted(found, key=lambda pair: pair[0])]


def find_sectors(content: Content, typed: str, locale: str) -> list[Sector]:
    """Return sectors whose name fits what was typed, in the order of the pack."""
    return [sector for sector in content.sectors.values() if _rank(typed, sector.name.text(locale)) is not None]
