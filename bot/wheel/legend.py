"""The line below the wheel that says what the shapes mean, so that the picture speaks for itself on a slide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.wheel.geometry import Gear
from bot.wheel.lettering import plain
from bot.wheel.model import CogState

STATES = (CogState.WAITING, CogState.REGISTERED, CogState.ACTIVE, CogState.KEPT)
"""The order in which a picture gives the words."""
TEETH, MODULE = 12, 2.3
"""The small cogs of the legend; they mesh with nothing."""
SIGN = 42.0
"""Room for a small cog and the gap before its word."""
APART = 34.0
"""Between one entry and the next."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A state with its word, and where its small cog stands; the word begins at ``text_x``, on the same height."""

    state: CogState
    word: str
    gear: Gear
    text_x: float
    width: float


def entries(
    words: Sequence[str], wide: Callable[[str], float], width: float, top: float, line: float
) -> tuple[list[Entry], float]:
    """Return where the legend stands below ``top``, centred in a width, and the height it takes; in two rows at need.

    Without words, or where one of them can not be drawn, there is none.
    """
    shown = [(state, plain(word)) for state, word in zip(STATES, words, strict=False)]
    if len(shown) < len(STATES) or not all(word for _, word in shown):
        return [], 0.0
    for rows in ([shown], [shown[:2], shown[2:]]):
        lengths = [sum(SIGN + wide(word) for _, word in row) + APART * (len(row) - 1) for row in rows]
        if max(lengths) <= width * 0.95:
            break
    else:
        return [], 0.0
    made = []
    for number, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        x, y = (width - length) / 2, top + line * (0.5 + number)
        for state, word in row:
            gear = Gear((x + SIGN * 0.4, y), TEETH, MODULE, 0.0)
            made.append(Entry(state, word, gear, x + SIGN, wide(word)))
            x += SIGN + wide(word) + APART
    return made, line * len(rows)
