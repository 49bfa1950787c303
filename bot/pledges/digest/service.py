"""What came of a coalition's pledges in a period: counted as it happens, looked at now or once a month."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.actor import Action, Actor
from bot.clock import Clock
from bot.delivery.outbox import Outbox
from bot.delivery.schedule import gently
from bot.members.model import COUNTERS
from bot.members.model import Visibility as Shown
from bot.pledges import queue_store
from bot.pledges.digest import store
from bot.pledges.digest.drawing import render
from bot.pledges.digest.model import (
    KEPT_DAYS,
    Digest,
    Figures,
    Freshness,
    Period,
    counted,
    everybody,
    less,
    months,
    next_first,
    since,
    today,
    typical,
)
from bot.pledges.digest.sheet import Sheet
from bot.pledges.model import Pledge, Visibility
from bot.sectors.service import Sectors
from bot.servers.model import Channel, ServerSettings
from bot.servers.service import Servers
from bot.storage import counters
from bot.storage.database import Database, Reading, Transaction

DIGEST, MONTHLY = "pledge.digest", "pledge.digest.monthly"
"""The kinds of outbox row: one that somebody posted, one that came by itself. Their subjects are days and periods."""

_PERIODS = tuple(Period)
_PICTURES_KEPT = 8
_PAGE = 50
"""Pledges counted again between two breaths of the bot, a few milliseconds of work."""
_STRETCH = 10_000
"""Ids of pledges whose status is counted between two: about as long in a thread."""
_CORRECTED = 200
_MOST_WAITING = 100


@dataclass(frozen=True, slots=True)
class Posted:
    """A digest on its way: the outbox row, and the subject that its message stands for."""

    row: int
    subject: int


class Digests:
    """Use cases around the digest of one coalition's pledges, for organisers."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        servers: Servers,
        sectors: Sectors,
        clock: Clock,
        draw: Callable[[Sheet], bytes] = render,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._servers = servers
        self._sectors = sectors
        self._clock = clock
        self._draw = draw
        self._pictures: OrderedDict[Sheet, bytes] = OrderedDict()
        self._pen = asyncio.Lock()

    # Counting, in the unit of work of what happens.

    async def moved(self, tx: Transaction, before: Pledge, after: Pledge) -> None:
        """Count a step of a pledge; one that only organisers see is not counted, also once it becomes so."""
        was, is_ = (pledge.visibility is not Visibility.HIDDEN for pledge in (before, after))
        stepped = before.status is not after.status
        if not (stepped or was is not is_) or not (was or is_):
            return
        zone = ZoneInfo((await self._servers.settings(after.guild_id)).zone)
        moves = await store.moves(tx, after.guild_id, after.id, zone)
        old = counted(moves[:-1] if stepped else moves, before.review) if was else Counter()
        new = counted(moves, after.review) if is_ else Counter()
        await store.add(tx, after.guild_id, after.sector, less(new, old))

    # Looking.

    def check(self, actor: Actor) -> None:
        """Raise NotAllowed for who may not see a digest."""
        actor.check(Action.REVIEW)

    async def look(self, guild_id: int, period: Period) -> Digest:
        """Return the digest of a server now. Raises StorageUnavailable."""
        settings = await self._servers.settings(guild_id)
        now = self._clock()
        day = today(now, settings.zone)
        start, shown = since(day, period), months(day)
        begin = datetime.combine(start, time(), ZoneInfo(settings.zone))
        on_it = (await self._sectors.of(guild_id)).active
        async with self._database.reading() as reading:
            figures = await self._figures(reading, settings, shown[0], start, day, now)
            waits = await store.waits(reading, guild_id, begin)
            waiting = await queue_store.queue(reading, guild_id, None, None, (0, 0), _MOST_WAITING)
        return Digest(
            at=now,
            period=period,
            since=start,
            until=day,
            totals=figures.totals(),
            active=figures.sum(figures.active),
            freshness=Freshness(
                figures.sum(figures.fresh),
                figures.sum(figures.quiet),
                figures.sum(figures.stale),
                settings.freshness,
            ),
            months=tuple(figures.month(first, shown[place + 1 :]) for place, first in enumerate(shown)),
            by_sector=tuple(figures.sector(sector.slug) for sector in on_it),
            decisions=len(waits),
            typical=typical(waits),
            waiting=len(waiting),
            most_waiting=_MOST_WAITING,
            oldest=waiting[0].queued_at if waiting else None,
        )

    async def _figures(
        self, reading: Reading, settings: ServerSettings, first: date, start: date, day: date, now: datetime
    ) -> Figures:
        guild_id, limits = settings.guild_id, settings.freshness
        by_month, in_period = await store.flows(reading, guild_id, first, start, day)
        quiet, silent = now - timedelta(days=limits.fresh), now - timedelta(days=limits.silent)
        ages = await store.ages(reading, guild_id, quiet, silent)
        active, named, others = await counters.read_all(
            reading, guild_id, "pledges.active", COUNTERS[Shown.NAMED], COUNTERS[Shown.COUNTED]
        )
        return Figures(
            by_month=by_month,
            in_period=in_period,
            active=active,
            fresh=ages.fresh,
            quiet=ages.quiet,
            stale=ages.stale,
            partners=everybody(named, others),
            small=settings.small_figure,
        )

    async def png(self, sheet: Sheet) -> bytes:
        """Return the picture of a digest as a PNG, drawn in a thread the first time; one is drawn at a time."""
        async with self._pen:
            found = self._pictures.get(sheet)
            if found is None:
                found = self._pictures[sheet] = await asyncio.to_thread(self._draw, sheet)
            self._pictures.move_to_end(sheet)
            while len(self._pictures) > _PICTURES_KEPT:
                self._pictures.popitem(last=False)
            return found

    def drop(self, _guild_id: int) -> None:
        """Keep no picture: they carry the names of servers, and nothing says which is whose."""
        self._pictures.clear()

    # Posting.

    async def post(self, actor: Actor, period: Period) -> Posted | None:
        """Queue the digest for the organisers' channel; None where no channel is chosen.

        A second time on the same day brings the same message up to date. Raises NotAllowed.
        """
        self.check(actor)
        settings = await self._servers.settings(actor.guild_id)
        if settings.channel(Channel.ORGANISERS) is None:
            return None
        subject = today(self._clock(), settings.zone).toordinal() * 10 + _PERIODS.index(period)

        async def work(tx: Transaction) -> int:
            return await self._outbox.put(tx, actor.guild_id, DIGEST, subject)

        return Posted(await self._database.write(work), subject)

    async def switch(self, actor: Actor, on: bool) -> None:
        """Post a digest on the first of every month, or no longer. Raises NotAllowed."""
        first, morning = next_first(self._clock(), (await self._servers.settings(actor.guild_id)).zone)

        async def plan(tx: Transaction) -> None:
            if on:
                await self._outbox.put(tx, actor.guild_id, MONTHLY, first.toordinal(), due=morning)
            else:
                await self._outbox.cancel(tx, actor.guild_id, MONTHLY, first.toordinal())

        await self._servers.switch_digest(actor, on, plan)

    def period_of(self, subject: int) -> Period:
        """Return the period of a row that somebody queued."""
        return _PERIODS[subject % 10 % len(_PERIODS)]

    async def stands(self, guild_id: int, kind: str, subject: int) -> bool:
        """Whether the post of a row stands."""
        return await self._outbox.find_post(guild_id, kind, subject) is not None

    # What comes round by itself.

    async def sweep(self) -> None:
        """Plan the next month's digests, drop counters that no digest looks at, and count again."""
        now = self._clock()
        for guild_id in await self._servers.with_digest():
            await self._plan(guild_id, now)
        await self.recount()

    async def _plan(self, guild_id: int, now: datetime) -> None:
        first, morning = next_first(now, (await self._servers.settings(guild_id)).zone)

        async def work(tx: Transaction) -> None:
            await self._outbox.put(tx, guild_id, MONTHLY, first.toordinal(), due=morning)

        await self._database.write(work)

    async def recount(self) -> int:
        """Compare every counter with the rows behind it, correct it, and return how many were wrong.

        Both are read at one moment and the difference is added, so what happens meanwhile is not lost. It takes
        most of its time for rests: a million pledges are counted in about 15 seconds of processor time.
        """
        now = self._clock()
        first = now.date() - timedelta(days=KEPT_DAYS)
        async with self._database.snapshot() as reading:
            right = Counter[store.Key]()
            for after in range(0, await store.newest(reading), _STRETCH):
                async with gently():
                    right.update(await store.standing(reading, after, after + _STRETCH))
            right.update(await self._count_days(reading, first))
            guilds = {*await store.guilds(reading), *(key[0] for key in right)}
            wrong: list[tuple[store.Key, int]] = []
            for guild_id in sorted(guilds):
                stored = await store.counted(reading, guild_id, first, now.date() + timedelta(days=2))
                wrong += await asyncio.to_thread(_differences, right, stored, guild_id)
        for at in range(0, len(wrong), _CORRECTED):
            part = wrong[at : at + _CORRECTED]
            await self._database.write(lambda tx, part=part: store.correct(tx, part))  # type: ignore[misc]
        for guild_id in sorted(guilds):
            await self._database.write(lambda tx, guild_id=guild_id: store.drop_old(tx, guild_id, first))  # type: ignore[misc]
        return len(wrong)

    async def _count_days(self, reading: Reading, first: date) -> Counter[store.Key]:
        found: Counter[store.Key] = Counter()
        begin = datetime.combine(first, time(), ZoneInfo("UTC")) - timedelta(days=1)
        after = 0
        while True:
            async with gently():
                rows = await store.page(reading, begin, after, _PAGE)
                if not rows:
                    return found
                after = rows[-1][0]
                guilds = {row[1] for row in rows}
                zones = {guild: ZoneInfo((await self._servers.settings(guild)).zone) for guild in guilds}
                wanted = [(guild, number, zones[guild]) for number, guild, *_ in rows]
                pages = await store.moves_of(reading, wanted)
                for (_number, guild, sector, review), moves in zip(rows, pages, strict=True):
                    for (day, flow), by in counted(moves, review).items():
                        if day >= first:
                            found[guild, store.name_of(day, flow), sector] += by


def _differences(
    right: Mapping[store.Key, int], stored: Mapping[store.Key, int], guild_id: int
) -> list[tuple[store.Key, int]]:
    """Return what has to be added to a server's counters to make them right."""
    keys = {*stored, *(key for key in right if key[0] == guild_id)}
    return [(key, by) for key in keys if (by := right.get(key, 0) - stored.get(key, 0))]
