"""A form that waits to be fixed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

KEEP = timedelta(hours=24)
"""How long a refused form can be reopened."""

HOLD = timedelta(minutes=15)
"""How long a text that the guard stopped is held, in memory only: as long as Discord's own reply lives."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A form's custom_id (without its random tail) and what was in its fields."""

    custom_id: str
    values: Mapping[str, str | list[str]]
