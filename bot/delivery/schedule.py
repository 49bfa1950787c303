"""Sweeps: work that comes round by itself (purging, recounting), each remembered so a restart repeats nothing.

What is due once, at an instant, is an outbox row with that instant; this is for what recurs. Sweeps that go through
many rows do so :func:`gently`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

from sqlalchemy import PrimaryKeyConstraint, Table, bindparam, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.clock import Clock
from bot.logs import reference
from bot.storage.database import Database, Transaction
from bot.storage.schema import from_micros, instant, metadata, to_micros, words

_log = logging.getLogger(__name__)
_AGAIN = 60.0
"""Seconds until a sweep that failed is tried again."""
_NIGHT = timedelta(days=1)
_REST = 4
"""Times as long as a piece of a sweep took, nothing is done after it."""

sweeps = Table("sweeps", metadata, words("name"), instant("ran_at"), PrimaryKeyConstraint("name"))

_all = select(sweeps)
_ran = upsert(sweeps).values(name=bindparam("name"), ran_at=bindparam("ran_at"))
_ran = _ran.on_conflict_do_update(index_elements=["name"], set_={"ran_at": _ran.excluded.ran_at})


@dataclass(frozen=True, slots=True)
class Sweep:
    """Work done once in every period, in any process that is up when it is due."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[None]]


@asynccontextmanager
async def gently() -> AsyncIterator[None]:
    """Rest after a piece of work, so that a sweep over many rows leaves most of the processor to people."""
    began = perf_counter()
    yield
    await asyncio.sleep(_REST * (perf_counter() - began))


class Schedule:
    """Runs the sweeps that are due; one that fails is logged and tried again a minute later.

    One of every night that never ran is due in a day: a first start, with whatever the database holds, is no night.
    """

    def __init__(self, database: Database, sweeps: Sequence[Sweep], clock: Clock) -> None:
        self._database = database
        self._sweeps = tuple(sweeps)
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin: now, and whenever a sweep is due."""
        if self._task is None:
            self._task = asyncio.create_task(self._loop(), name="sweeps")

    async def stop(self) -> None:
        """End the loop; a sweep under way ends with its unit of work whole."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=5)
            self._task = None

    async def run_due(self) -> list[str]:
        """Run every sweep that is due and return the names of those that succeeded."""
        async with self._database.reading() as reading:
            last = {row["name"]: from_micros(row["ran_at"]) for row in await reading.all(_all)}
        done = []
        for sweep in self._sweeps:
            now = self._clock()
            if sweep.name in last and now - last[sweep.name] < sweep.every:
                continue
            if sweep.name not in last and sweep.every >= _NIGHT:
                await self._note(sweep, now)
                continue
            try:
                await sweep.run()
            except Exception:
                _log.exception("the sweep %s failed and is tried again (%s)", sweep.name, reference())
                continue
            await self._note(sweep, now)
            done.append(sweep.name)
        return done

    async def _note(self, sweep: Sweep, now: datetime) -> None:
        async def work(tx: Transaction) -> None:
            await tx.run(_ran, name=sweep.name, ran_at=to_micros(now))

        await self._database.write(work)

    async def next_due(self) -> float:
        """Return the seconds until the next sweep is due."""
        async with self._database.reading() as reading:
            last = {row["name"]: from_micros(row["ran_at"]) for row in await reading.all(_all)}
        now = self._clock()
        waits = [(last[sweep.name] + sweep.every - now).total_seconds() for sweep in self._sweeps if sweep.name in last]
        return max(_AGAIN, min(waits)) if len(waits) == len(self._sweeps) and waits else _AGAIN

    async def _loop(self) -> None:
        while True:
            seconds = _AGAIN
            try:
                await self.run_due()
                seconds = await self.next_due()
            except asyncio.CancelledError:
                raise
            except Exception:
                _log.exception("the sweeps stumbled and go on (%s)", reference())
            await asyncio.sleep(seconds)
