"""Fixtures every test may use."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.world import World
from tests.world import world as _world


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A coalition that is set up, with nobody registered yet."""
    async with _world(tmp_path) as made:
        yield made


@pytest_asyncio.fixture
async def bare_world(tmp_path: Path) -> AsyncIterator[World]:
    """A server that has just invited the bot."""
    async with _world(tmp_path, set_up=False) as made:
        yield made


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Let the test's own code see the simulated time, as the bot does."""
    worlds = [value for value in getattr(item, "funcargs", {}).values() if isinstance(value, World)]
    if worlds:
        with worlds[0].env.time_context():
            return (yield)
    return (yield)
