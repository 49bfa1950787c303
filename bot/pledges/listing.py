"""The list of pledges: by sector, status, freshness, organisation, words, or one's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from bot.actor import Actor
from bot.errors import Invalid
from bot.guard.model import Where
from bot.paging import page_at
from bot.pledges import list_store, store
from bot.pledges.acting import PledgeActs
from bot.pledges.model import PUBLIC, Pledge, Status, Visibility
from bot.pledges.views import PAGE
from bot.servers.model import USUAL_FRESHNESS, FreshnessLimits
from bot.storage.database import Reading

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

    ``after`` is where the next page begins, "" on the last, and ``before`` where the one before ends, "" on the first.
    ``cut``: only the newest 2,000 were searched.
    ``limits`` are the server's, by which each is fresh, quiet or silent.
    """

    pledges: tuple[Pledge, ...]
    after: str = ""
    before: str = ""
    cut: bool = False
    limits: FreshnessLimits = USUAL_FRESHNESS


class Listing(PledgeActs):
    """The use case behind ``/pledge list``."""

    async def listed(
        self, actor: Actor, search: Search, after: str = "", locale: str = "en", *, back: bool = False
    ) -> Found:
        """Return five pledges of what everybody may see, or of one's own: behind a key, with ``back`` up to it.

        An organisation finds only pledges whose maker is named: it is shown on no other. Raises Invalid, TextStopped.
        """
        if len(search.words) > WORDS_LIMIT:
            raise Invalid("words", "too long", limit=WORDS_LIMIT)
        self._gate.admit(actor, Where.NOTE, words=search.words)
        limits = (await self._servers.settings(actor.guild_id)).freshness
        async with self._database.reading() as reading:
            pool, cut = await self._searched(reading, actor, search, limits, locale)
            wanted = _wanted(search, limits, self._clock())

            async def reach(at: tuple[int, int] | None, back: bool) -> list[Pledge]:
                if pool is None:
                    return await list_store.newest(reading, actor.guild_id, wanted, at, PAGE + 1, back=back)
                if back:
                    return [one for one in reversed(pool) if at is None or _key(one, search) >= at][: PAGE + 1]
                return [one for one in pool if at is None or _key(one, search) < at][: PAGE + 1]

            found, before = await page_at(reach, partial(_key, search=search), _parsed(after), PAGE, back=back)
            page = await self._page(reading, found)
        last = _key(found[PAGE - 1], search) if len(found) > PAGE else None
        return Found(page.pledges, _written(last), _written(before), cut, limits)

    async def _searched(
        self, reading: Reading, actor: Actor, search: Search, limits: FreshnessLimits, locale: str
    ) -> tuple[list[Pledge] | None, bool]:
        """Return all that fits and whether only the newest were looked at; None where the database pages by itself."""
        now, cut = self._clock(), False
        if search.mine:
            own = await store.of_maker(reading, actor.guild_id, actor.user_id, 2**62, SEARCHED)
            pool, cut = [one for one in own if _fits(one, search, limits, now)], len(own) == SEARCHED
        elif search.words:
            wanted = _wanted(search, limits, now)
            pool = await list_store.newest(reading, actor.guild_id, wanted, None, SEARCHED + 1)
            cut = len(pool) > SEARCHED
        else:
            return None, False
        return [one for one in pool[:SEARCHED] if not search.words or self._speaks_of(one, search.words, locale)], cut

    def _speaks_of(self, pledge: Pledge, words: str, locale: str) -> bool:
        known = self._worded(pledge)
        shown = (known.said(text, locale) for text in (pledge.what, pledge.done_when))
        text = " ".join((*shown, pledge.what, pledge.help_wanted)).casefold()
        return all(word in text for word in words.casefold().split())


def freshness(pledge: Pledge, limits: FreshnessLimits, now: datetime) -> Freshness:
    """Return how long ago something was heard of a pledge, by a server's limits."""
    silent = now - pledge.changed_at
    if silent < timedelta(days=limits.fresh):
        return Freshness.FRESH
    return Freshness.QUIET if silent <= timedelta(days=limits.silent) else Freshness.STALE


def _fits(pledge: Pledge, search: Search, limits: FreshnessLimits, now: datetime) -> bool:
    return (
        search.sector in ("", pledge.sector)
        and search.status in (None, pledge.status)
        and search.freshness in (None, freshness(pledge, limits, now))
        and search.organisation in (0, pledge.organisation_id)
    )


def names_organisation(pledge: Pledge) -> bool:
    """Whether everybody may read for which organisation somebody pledged: one of one person would name that person."""
    # What was imported has nobody behind it whom an organisation could name.
    return pledge.visibility is Visibility.NAMED and (pledge.maker_id, pledge.import_id) != (None, None)


def _between(
    wanted: Freshness | None, limits: FreshnessLimits, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """Return since when and until when something was heard last, both included, as :func:`freshness` has it."""
    quiet, silent = now - timedelta(days=limits.fresh), now - timedelta(days=limits.silent)
    match wanted:
        case Freshness.FRESH:
            return quiet + timedelta.resolution, None
        case Freshness.QUIET:
            return silent, quiet
        case Freshness.STALE:
            return None, silent - timedelta.resolution
    return None, None


def _wanted(search: Search, limits: FreshnessLimits, now: datetime) -> list_store.Wanted:
    statuses = (search.status,) if search.status else _GOING_ON if search.freshness else LISTED
    since, until = _between(search.freshness, limits, now)
    by_change = search.freshness is not None
    return list_store.Wanted(statuses, search.sector, search.organisation, since, until, by_change)


def _key(pledge: Pledge, search: Search) -> tuple[int, int]:
    return (list_store.moment(pledge) if search.freshness is not None and not search.mine else 0, pledge.id)


def _written(key: tuple[int, int] | None) -> str:
    return "" if key is None else ".".join(short(part) for part in key)


def _parsed(after: str) -> tuple[int, int] | None:
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
