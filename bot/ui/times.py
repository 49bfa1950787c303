"""Instants in Discord's own markup, which every reader sees in their own time zone and language."""

from __future__ import annotations

from datetime import datetime


def full(instant: datetime) -> str:
    """Return the instant with weekday, date and time."""
    return f"<t:{int(instant.timestamp())}:F>"


def day(instant: datetime) -> str:
    """Return the date alone."""
    return f"<t:{int(instant.timestamp())}:D>"


def ago(instant: datetime) -> str:
    """Return the instant relative to now ("in 2 days", "3 minutes ago")."""
    return f"<t:{int(instant.timestamp())}:R>"
