"""Channels and roles that already carry the name of what they are for, so that set-up is a confirmation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from bot.actor import Standing
from bot.servers.model import Channel

_CHANNELS: dict[Channel, frozenset[str]] = {
    Channel.WELCOME: frozenset({"welcome", "start", "valkommen"}),
    Channel.ANNOUNCEMENTS: frozenset({"announcements", "announcement", "news", "nyheter", "anslag", "meddelanden"}),
    Channel.QUESTIONS: frozenset({"questions", "faq", "help", "fragor"}),
    Channel.IDEAS: frozenset({"ideas", "ideer"}),
    Channel.PLEDGES: frozenset({"pledges", "actions", "loften", "ataganden"}),
    Channel.ORGANISERS: frozenset({"organisers", "organizers", "arrangorer", "organisatorer"}),
}
_ROLES: dict[Standing, frozenset[str]] = {
    Standing.ORGANISER: frozenset({"organiser", "organisers", "organizer", "organizers", "arrangor", "arrangorer"}),
    Standing.MODERATOR: frozenset({"moderator", "moderators", "mod", "mods", "moderatorer"}),
}
"""Names in English and Swedish, folded. They are compared, never shown."""


def match_channels(names: Mapping[int, str]) -> dict[Channel, int]:
    """Return the channel (id -> name given) that each purpose is named after, in the order of the server.

    A channel called exactly that wins over one that has the word among others ("👋-welcome").
    """
    return {purpose: found for purpose, wanted in _CHANNELS.items() if (found := _best(names, wanted)) is not None}


def match_roles(names: Mapping[int, str]) -> dict[Standing, int]:
    """Return the role (id -> name given) that each standing is named after."""
    return {standing: found for standing, wanted in _ROLES.items() if (found := _best(names, wanted)) is not None}


def _best(names: Mapping[int, str], wanted: frozenset[str]) -> int | None:
    exact = (i for i, name in names.items() if _folded(name) in wanted)
    among = (i for i, name in names.items() if wanted & set(_words(name)))
    return next(exact, None) or next(among, None)


def _folded(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).strip()


def _words(name: str) -> Iterable[str]:
    return re.findall(r"[a-z0-9]+", _folded(name))
