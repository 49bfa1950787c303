"""Autocompletes that never fail: the library only logs what goes wrong in one, and the person waits."""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from discord import app_commands

from bot.errors import CogwheelError
from bot.logs import reference

_log = logging.getLogger(__name__)
Choices = list[app_commands.Choice[str]]
F = TypeVar("F", bound=Callable[..., Awaitable[Choices]])


def quietly(suggest: F) -> F:
    """Return the autocomplete with an empty list in place of any fault, which goes to the log."""

    @functools.wraps(suggest)
    async def guarded(*args: Any, **kwargs: Any) -> Choices:
        try:
            return (await suggest(*args, **kwargs))[:25]
        except CogwheelError:
            return []
        except Exception:
            _log.exception("an autocomplete failed (%s)", reference())
            return []

    return guarded  # type: ignore[return-value]
