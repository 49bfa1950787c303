"""Rows of the database as they stand in a file that people take along."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.storage.schema import from_micros


def portable(row: Mapping[str, object], times: Collection[str]) -> dict[str, object]:
    """Return a row ready for JSON: instants in ISO 8601 UTC, ids as strings (they do not fit a JavaScript number)."""
    return {name: _value(name, value, times) for name, value in row.items()}


def _value(name: str, value: object, times: Collection[str]) -> object:
    if isinstance(value, int) and name in times:
        return from_micros(value).isoformat()
    if value is not None and (name == "id" or name.endswith("_id")):
        return str(value)
    return value
