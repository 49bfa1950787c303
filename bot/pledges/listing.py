"""The list of pledges: by sector, status, freshness, organisation, words, or one's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.actor import Actor
from bot.content.model import Content
from bot.errors import Invalid
from bot.guard.model import Where
from bot.pledges import list_store, store
from bot.pledges.acting import PledgeActs
from bot.pledges.model import FRESH, PUBLIC, STALE, Pledge, Status, Visibility
from bot.pledges.views import PAGE

WORDS_LIMIT = 24
SEARCHED = 2000
"""How many of the newest a search over words looks at."""

LISTED = (Status.WAITING, Status.ACTIVE, Status.DONE_CLAIMED, Status.KEPT, Status.PARTLY_KEPT)
"""What a list without a status shows."""
CHOICES = tuple(status for status in Status if status in PUBLIC)
"""The statuses a list can be narrowed to."""
_GOING_ON = (Status.WAITING, Status.ACTIVE, Status.DONE_CLAIMED)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Freshness(StrEnum):
    """How long ago something was heard of a pledge."""

    FRESH = "fresh"
    QUIET = "quiet"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Search:
    """What a list is narrowed to; "", None and 0 are everything. ``mine``: one's own in every status."""

    sector: str = ""
    status: Status | None = None
    freshness: Freshness | None = None
    organisation: int = 0
    words: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list, newest first (or latest heard of first, narrowed to a freshness).

    ``after`` is where the next page begins, "" on the last. ``cut``: only the newest 2,000 were searched.
    """

    pledges: tuple[Pledge, ...]
    after: str = ""
    cut: bool = False


class Listing(PledgeActs):
    """The use case behind ``/pledge list``."""

    async def listed(self, actor: Actor, search: Search, after: str = "", locale: str = "en") -> Found:
        """Return five pledges of what everybody may see, or of one's own.

        An organisation finds only pledges whose maker is named: it is shown on no other. Raises Invalid, TextStopped.
        """
        if len(search.words) > WORDS_LIMIT:
            raise Invalid("words", "too long", limit=WORDS_LIMIT)
        self._gate.admit(actor, Where.NOTE, words=search.words)
        behind = _behind(after)
        async with self._database.reading() as reading:
            if search.mine:
                own = await store.of_maker(reading, actor.guild_id, actor.user_id, 2**62, SEARCHED)
                pool, cut = [one for one in own if self._fits(one, search)], len(own) == SEARCHED
            else:
                statuses = (search.status,) if search.status else _GOING_ON if search.freshness else LISTED
                since, until = _between(search.freshness, self._clock())
                wanted = list_store.Wanted(
                    statuses, search.sector, search.organisation, since, until, by_change=search.freshness is not None
                )
                most = SEARCHED + 1 if search.words else PAGE + 1
                pool = await list_store.newest(reading, actor.guild_id, wanted, None if search.words else behind, most)
                cut = bool(search.words) and len(pool) > SEARCHED
            if search.words:
                pool = [one for one in pool[:SEARCHED] if self._speaks_of(one, search.words, locale)]
            if search.words or search.mine:
                pool = [one for one in pool if behind is None or _key(one, search) < behind]
            page = await self._page(reading, pool[: PAGE + 1])
        last = _key(pool[PAGE - 1], search) if len(pool) > PAGE else None
        return Found(page.pledges, _written(last) if last is not None else "", cut)

    def _fits(self, pledge: Pledge, search: Search) -> bool:
        return (
            search.sector in ("", pledge.sector)
            and search.status in (None, pledge.status)
            and search.freshness in (None, pledge.freshness(self._clock()))
            and search.organisation in (0, pledge.organisation_id)
        )

    def _speaks_of(self, pledge: Pledge, words: str, locale: str) -> bool:
        shown = told(pledge, self._content, locale)
        text = " ".join((shown.what, shown.done_when, pledge.what, pledge.help_wanted)).casefold()
        return all(word in text for word in words.casefold().split())


def told(pledge: Pledge, content: Content, locale: str) -> Pledge:
    """Return a pledge as it reads in a language: words of the catalogue are the catalogue's, others stay as written."""
    action = content.actions.get(pledge.action or "")
    if action is None:
        return pledge
    what = action.title.text(locale) if pledge.what in action.title.texts.values() else pledge.what
    done_when = pledge.done_when
    if done_when in action.done_when.texts.values():
        done_when = action.done_when.text(locale)
    return replace(pledge, what=what, done_when=done_when)


def names_organisation(pledge: Pledge) -> bool:
    """Whether everybody may read for which organisation somebody pledged: one of one person would name that person."""
    return pledge.visibility is Visibility.NAMED and pledge.maker_id is not None


def _between(freshness: Freshness | None, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return since when and until when something was heard last."""
    match freshness:
        case Freshness.FRESH:
            return now - FRESH, None
        case Freshness.QUIET:
            return now - STALE, now - FRESH
        case Freshness.STALE:
            return None, now - STALE
    return None, None


def _key(pledge: Pledge, search: Search) -> tuple[int, int]:
    return (list_store.moment(pledge) if search.freshness is not None and not search.mine else 0, pledge.id)


def _written(key: tuple[int, int]) -> str:
    return ".".join(short(part) for part in key)


def _behind(after: str) -> tuple[int, int] | None:
    try:
        first, second = (int(part, 36) for part in after.split("."))
    except ValueError:
        return None
    return min(first, 2**62), min(second, 2**62)


def short(number: int) -> str:
    """Return a number in few letters, as the id of a button carries it."""
    made = ""
    while number:
        number, digit = divmod(number, 36)
        made = _DIGITS[digit] + made
    return made or "0"
