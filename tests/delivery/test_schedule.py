"""Sweeps come round when they are due, a first start is no night, and one that fails is tried again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.delivery.schedule import Schedule, Sweep
from bot.storage.database import Database
from bot.storage.upgrade import upgrade

HOURS, NIGHT = timedelta(hours=6), timedelta(days=1)


class Time:
    """A clock that is moved by hand."""

    now = datetime(2026, 11, 23, 3, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite+aiosqlite:///{tmp_path}/test.db"
    await upgrade(url)
    opened = await Database.open(url)
    yield opened
    await opened.close()


def noting(heard: list[str], name: str, every: timedelta, fault: Callable[[], bool] = lambda: False) -> Sweep:
    async def run() -> None:
        heard.append(name)
        if fault():
            raise RuntimeError("no luck")

    return Sweep(name, every, run)


async def test_a_first_start_is_no_night(database: Database) -> None:
    heard: list[str] = []
    clock = Time()
    sweeps = [noting(heard, "tidy", HOURS), noting(heard, "recount", NIGHT)]
    schedule = Schedule(database, sweeps, clock)
    assert await schedule.run_due() == heard == ["tidy"]
    clock.now += HOURS
    assert await schedule.run_due() == ["tidy"]
    clock.now += NIGHT - HOURS
    assert await schedule.run_due() == ["tidy", "recount"]


async def test_a_restart_repeats_nothing(database: Database) -> None:
    heard: list[str] = []
    clock = Time()
    sweeps = [noting(heard, "tidy", HOURS), noting(heard, "recount", NIGHT)]
    await Schedule(database, sweeps, clock).run_due()
    clock.now += NIGHT
    await Schedule(database, sweeps, clock).run_due()
    assert await Schedule(database, sweeps, clock).run_due() == []
    assert heard == ["tidy", "tidy", "recount"]


async def test_one_that_fails_is_tried_again_and_keeps_nobody_waiting(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[str] = []
    sweeps = [noting(heard, "broken", HOURS, lambda: len(heard) < 2), noting(heard, "whole", HOURS)]
    schedule = Schedule(database, sweeps, Time())
    assert await schedule.run_due() == ["whole"]
    assert "broken" in caplog.text
    assert await schedule.run_due() == ["broken"]
    assert await schedule.next_due() == HOURS.total_seconds()
