"""What an import costs: ``python -m tests.bench_import [ROWS ...]`` (1,000 and 5,000 where none are given).

Prints how long the dry run, the import and taking it back last and how long the processor worked on each, the most that
the event loop worked on it without a turn for others, the longest time that somebody else's unit of work waited (in the
first line both while nothing goes on), and the memory that Python took on top.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from bot.pledges.imports.model import DryRun
from bot.storage.database import Transaction
from tests.pledges.room import OLGA, OTTO, Room, room

T = TypeVar("T")
_BEAT = 0.001


def a_file(found: Room, rows: int) -> bytes:
    """A table of ordinary rows: a third kept, forty organisations, every sector, words of two sentences."""
    names = [sector.name.text("en") for sector in found.services.content.core_sectors()]
    lines = ["sector,pledge,organisation,done_when,due,status,visibility,note"]
    lines += [
        f'"{names[n % len(names)]}","Hold meeting number {n} with all who take part. Write down what comes of it.",'
        f'House {n % 40},"The notes of meeting {n} are out",2026-11-{n % 28 + 1:02},{"kept" if n % 3 else "active"},'
        f'{"named" if n % 2 else "counted"},"Half of it stands, {n} came to the first one"'
        for n in range(rows)
    ]
    return "\n".join(lines).encode()


async def measured(found: Room, name: str, work: Awaitable[T]) -> T:
    """Do it, and print what it cost while others lived beside it."""
    stalls: list[float] = [0.0]
    waits: list[float] = [0.0]

    async def beat() -> None:
        while True:
            at = time.thread_time()  # what the machine does for others meanwhile is not counted
            await asyncio.sleep(_BEAT)
            stalls.append(time.thread_time() - at)

    async def neighbour() -> None:
        async def nothing(_tx: Transaction) -> None:
            return None

        while True:
            at = time.perf_counter()
            await found.services.database.write(nothing)
            waits.append(time.perf_counter() - at)
            await asyncio.sleep(0.05)

    beside = [asyncio.create_task(beat()), asyncio.create_task(neighbour())]
    begun, used = time.perf_counter(), time.process_time()
    result = await work
    took, used = time.perf_counter() - begun, time.process_time() - used
    for task in beside:
        task.cancel()
    await asyncio.gather(*beside, return_exceptions=True)
    stalled, waited = max(stalls) * 1000, max(waits) * 1000
    print(
        f"  {name:12} {took:6.2f} s, processor {used:5.2f} s, stall {stalled:4.0f} ms, others waited {waited:4.0f} ms"
    )
    return result


async def run(rows: int) -> None:
    """Measure one size, and its memory in a second pass: counting it slows everything down."""
    print(f"{rows:,} rows")
    for counting in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            async with room(Path(folder)) as found:
                imports, olga = found.services.imports, found.person(OLGA)
                data = a_file(found, rows)
                if counting:
                    tracemalloc.start()
                    dry = await imports.look(olga, data)
                    assert isinstance(dry, DryRun)
                    assert dry.import_id is not None
                    await imports.bring_in(olga, dry.import_id)
                    most = tracemalloc.get_traced_memory()[1] / 2**20
                    print(f"  at most {most:.1f} MiB on top, for a file of {len(data):,} bytes")
                    tracemalloc.stop()
                    continue
                await measured(found, "nothing", asyncio.sleep(2))
                dry = await measured(found, "dry run", imports.look(olga, data))
                assert isinstance(dry, DryRun)
                assert dry.import_id is not None
                assert dry.ready == rows, dry.faults[:3]
                await measured(found, "import", imports.bring_in(found.person(OTTO), dry.import_id))
                await measured(found, "again", imports.look(olga, data))
                await measured(found, "taking back", imports.take_back(olga, dry.import_id, "To see what it costs"))


async def main() -> None:
    """Measure every size that was asked for."""
    for rows in [int(one) for one in sys.argv[1:]] or [1000, 5000]:
        await run(rows)


if __name__ == "__main__":
    asyncio.run(main())
