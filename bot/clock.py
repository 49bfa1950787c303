"""The one source of time, so that a simulator can move it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import discord

Clock = Callable[[], datetime]


def utcnow() -> datetime:
    """Return the present instant in UTC, looked up at every call because simulators replace it."""
    return discord.utils.utcnow()
