"""Concepts said in a certain order at a certain distance: the grammar of the guard's patterns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.guard.plain import Word

DISTANCE = 5
"""How many words further the next step may stand when a sequence gives no number."""


@dataclass(frozen=True, slots=True)
class ConceptSequence:
    """Steps of a sequence: how far each may stand from the one before it, and any of which concepts it takes."""

    steps: tuple[tuple[int, int], ...]

    def ends(self, read: Sequence[Word], bits: Sequence[int], every: int) -> list[tuple[int, int]]:
        """All (start, end) word numbers of a match, one per end, with the latest start. Linear in the words."""
        if not all(every & wanted for _, wanted in self.steps):
            return []
        reached: list[tuple[int, int]] = [(at, at) for at, bit in enumerate(bits) if bit & self.steps[0][1]]
        for distance, wanted in self.steps[1:]:
            nearest, ahead = -1, 0
            further: list[tuple[int, int]] = []
            for at, bit in enumerate(bits):
                if bit & wanted:
                    while ahead < len(reached) and reached[ahead][1] <= at:
                        nearest, ahead = ahead, ahead + 1
                    if nearest >= 0 and read[at].place - read[reached[nearest][1]].place <= distance:
                        further.append((reached[nearest][0], at))
            if not further:
                return []
            reached = further
        return reached


def sequence(text: str, bit: Callable[[str], int]) -> ConceptSequence:
    """Read ``"mine 3 kid 8 harm|touch"``. Raises ValueError for a concept that ``bit`` does not know."""
    steps: list[tuple[int, int]] = []
    distance = DISTANCE
    for part in text.split():
        if part.isdigit():
            distance = int(part)
            continue
        wanted = 0
        for name in part.split("|"):
            wanted |= bit(name)
        steps.append((distance, wanted))
        distance = DISTANCE
    if not steps:
        raise ValueError("a sequence without a concept")
    return ConceptSequence(tuple(steps))
