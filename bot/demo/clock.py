"""Real time passes in the simulated Discord by itself, and by leaps when somebody asks; one thing at a time."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import simcord

from bot.demo.simulator import Simulator

T = TypeVar("T")

_log = logging.getLogger(__name__)
_EVERY = 1.0
_PATIENCE, _PAUSE = 50, 0.02
_LEAP = 3600.0


class Busy(Exception):
    """The simulated Discord is still at work on something else."""


class Clock:
    """Moves the simulator along with real time and lets nobody act meanwhile.

    ``changed`` is called after the bot has made requests: there may be something new to see and to keep.
    """

    def __init__(self, simulator: Simulator, changed: Callable[[], Awaitable[None]]) -> None:
        self._simulator = simulator
        self._changed = changed
        self._turn = asyncio.Lock()
        self._soon = asyncio.Event()
        self._ahead = simulator.now - _present()
        self._seen = -1

    @property
    def now(self) -> datetime:
        """The bot's time, UTC."""
        return self._simulator.now

    async def take_turn(self, act: Callable[[], Awaitable[T]]) -> T:
        """Do something in the simulated Discord while nothing else happens there. Raises Busy after about a second."""
        async with self._turn:
            try:
                return await self._patiently(act)
            finally:
                self._soon.set()

    async def leap(self, seconds: float) -> None:
        """Move ahead, hour by hour, with everything that is due on the way."""
        left = seconds
        while left > 0:
            step = min(left, _LEAP)
            self._ahead += timedelta(seconds=step)
            await self._catch_up()
            left -= step

    async def run(self) -> None:
        """Let time pass until cancelled."""
        while True:
            try:
                async with asyncio.timeout(_EVERY):
                    await self._soon.wait()
            except TimeoutError:
                pass
            self._soon.clear()
            await self._catch_up()

    async def _catch_up(self) -> None:
        """Bring the simulator to the instant it should be at, and show what came of it."""
        async with self._turn:
            try:
                behind = (_present() + self._ahead - self._simulator.now).total_seconds()
                await self._patiently(lambda: self._simulator.pass_time(max(0.0, behind)))
                if self._simulator.requests != self._seen:
                    await self._patiently(self._changed)
                    self._seen = self._simulator.requests
            except (Busy, TimeoutError) as error:
                _log.warning("the clock waits for the bot: %s", error)

    async def _patiently(self, act: Callable[[], Awaitable[T]]) -> T:
        """The simulator refuses a second operation while one runs (a timer of its own may be one): ask again."""
        for _ in range(_PATIENCE):
            try:
                return await act()
            except simcord.SetupError as error:
                if "overlaps" not in str(error):
                    raise
            await asyncio.sleep(_PAUSE)
        raise Busy("something else is being done")


def _present() -> datetime:
    return datetime.fromtimestamp(time.time()).astimezone()
