"""Reads the structure of ``guard.toml`` into typed parts; the file's own head describes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.guard.model import Kind, Where

Listed = Mapping[str, Sequence[str]]
"""Texts per language."""


@dataclass(frozen=True, slots=True)
class PatternText:
    """One ``[[pattern]]`` as it is written."""

    kind: Kind
    any: Sequence[str]
    unless: Sequence[str]
    where: Sequence[Where]


@dataclass(frozen=True, slots=True)
class Phrases:
    """All of ``guard.toml``; parts that are missing are empty."""

    harmless_files: Sequence[str]
    trusted_hosts: Sequence[str]
    odd_hosts: Sequence[str]
    small: Listed
    real: Listed
    ages: Listed
    concepts: Mapping[str, Listed]
    made: Listed
    patterns: Sequence[PatternText]
    weights: str
    sounding: str
    sounding_start: float
    limits: Mapping[Where, float]


def read_phrases(phrases: Mapping[str, object]) -> Phrases:
    """Sort the raw tables. Raises ValueError that names the table when one has another shape than it should."""
    structure = _table(phrases.get("structure", {}), "structure")
    leaning = _table(phrases.get("leaning", {}), "leaning")
    concepts = _table(phrases.get("word", {}), "word")
    patterns = phrases.get("pattern", [])
    if not isinstance(patterns, list):
        raise ValueError("pattern: write it as [[pattern]]")
    return Phrases(
        harmless_files=_texts(structure.get("harmless_files", []), "structure.harmless_files"),
        trusted_hosts=_texts(structure.get("trusted_hosts", []), "structure.trusted_hosts"),
        odd_hosts=_texts(structure.get("odd_hosts", []), "structure.odd_hosts"),
        small=_listed(phrases.get("language", {}), "language"),
        real=_listed(phrases.get("ordinary", {}), "ordinary"),
        ages=_listed(phrases.get("ages", {}), "ages"),
        concepts={name: _listed(entry, f"word.{name}") for name, entry in concepts.items()},
        made=_listed(phrases.get("made", {}), "made"),
        patterns=[_pattern(entry, f"pattern {number}") for number, entry in enumerate(patterns, 1)],
        weights=_text(leaning, "weights"),
        sounding=_text(leaning, "sounding"),
        sounding_start=_number(leaning.get("sounding_start", 0.0), "sounding_start"),
        limits=_limits(leaning),
    )


def _pattern(entry: object, place: str) -> PatternText:
    table = _table(entry, place)
    try:
        kind = Kind(str(table.get("kind")))
        where = [Where(name) for name in _texts(table.get("where", [*Where]), f"{place}.where")]
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None
    return PatternText(
        kind, _texts(table.get("any", []), f"{place}.any"), _texts(table.get("unless", []), f"{place}.unless"), where
    )


def _limits(leaning: Mapping[str, object]) -> dict[Where, float]:
    """The probability beyond which a text is held back: ``limit`` for all fields, or one for a field by its name."""
    limits: dict[Where, float] = {}
    for where in Where:
        limit = leaning.get(where.value, leaning.get("limit", 0.5))
        limits[where] = _number(limit, where.value)
    return limits


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"leaning.{name}: a number is wanted")
    return float(value)


def _text(leaning: Mapping[str, object], name: str) -> str:
    text = leaning.get(name, "")
    if not isinstance(text, str):
        raise ValueError(f"leaning.{name}: a text is wanted")
    return text


def _table(value: object, place: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{place}: a table is wanted")
    return value


def _texts(value: object, place: str) -> Sequence[str]:
    if not isinstance(value, list | tuple) or not all(isinstance(text, str) for text in value):
        raise ValueError(f"{place}: a list of texts is wanted")
    return [str(text) for text in value]


def _listed(value: object, place: str) -> dict[str, Sequence[str]]:
    return {name: _texts(texts, f"{place}.{name}") for name, texts in _table(value, place).items()}
