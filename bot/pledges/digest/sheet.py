"""What the picture of a digest is drawn from: figures that may be shown, in words that are already translated."""

from __future__ import annotations

from dataclasses import dataclass

from bot.wheel.model import Theme


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure for a bar: at least so many, how it is written; ``vague`` for "a few" and "12 and a few more"."""

    number: int
    label: str
    vague: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """One of the figures at the head: ``what`` is the state whose pattern stands with it, "" for none."""

    number: str
    words: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One month."""

    name: str
    made: Amount
    active: Amount
    kept: Amount


@dataclass(frozen=True, slots=True)
class Line:
    """One sector; ``short`` stands in where the name has no room."""

    name: str
    short: str
    made: Amount
    active: Amount
    kept: Amount


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that one picture is drawn from; equal sheets give equal bytes, so it is the key of a cache.

    ``fresh`` are the three ages of active pledges, the newest first; ``empty`` stands in place of charts that would
    hold nothing.
    """

    title: str
    subtitle: str
    tiles: tuple[Tile, ...]
    months: tuple[Column, ...]
    sectors: tuple[Line, ...]
    fresh: tuple[tuple[Amount, str], ...]
    flows_title: str
    stock_title: str
    fresh_title: str
    sectors_title: str
    made: str
    active: str
    kept: str
    few: str
    empty: str
    theme: Theme = "dark"
