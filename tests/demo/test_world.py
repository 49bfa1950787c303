"""The story of the demo comes about through the services, and what people see of it is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer

from bot.actor import Actor, Standing
from bot.content.load import load
from bot.demo.home import Home
from bot.demo.keep import Kept
from bot.demo.run import CannotStart, listen, open_demo
from bot.demo.simulator import Simulator
from bot.demo.story import Story, read
from bot.events.model import State
from bot.pledges.model import Status
from tests import simhelp

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def story() -> Story:
    """The story that ships."""
    return read(ROOT / "data" / "demo.toml")


@pytest_asyncio.fixture
async def demo(tmp_path: Path) -> AsyncIterator[TestClient[Any, Any]]:
    """The demo's server, as a browser reaches it."""
    server = TestServer.__new__(TestServer)
    with listen(0) as listener:
        port = int(listener.getsockname()[1])
    async with open_demo(Kept(tmp_path), port) as home:
        server = TestServer(home.app(), host="127.0.0.1", port=port)
        async with TestClient(server, cookie_jar=CookieJar(unsafe=True)) as client:
            client.app["home"] = home  # type: ignore[index]
            yield client
