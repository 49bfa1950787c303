"""A learned leaning: which concepts and words, alone and one after the other, speak for which kind.

A multinomial logistic regression over features with readable names, so that every verdict can be taken apart by looking
its features up in the pack. Concepts carry most of it: "my + a close one", "secret", "at night" one after another mean
the same whoever writes them, which single words do not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from bot.guard.model import Kind
from bot.guard.plain import Word

LEANS = (Kind.DANGER, Kind.HAPPENED, Kind.OWN_THOUGHTS, Kind.POINTER)
"""The order of the four weights of a feature; ``none`` is what they are measured against."""
SCALE = 100
"""Weights are written as whole hundredths."""
_NEXT = 3
_REACH = 8

Vector = tuple[float, ...]


def followers(read: Sequence[Word], bits: Sequence[int]) -> dict[int, int]:
    """For each concept (a bit) all concepts said shortly after it: in the next three words that have any."""
    telling = [(word.place, bit) for word, bit in zip(read, bits, strict=True) if bit]
    after: dict[int, int] = {}
    for at, (place, bit) in enumerate(telling):
        near = 0
        for later, other in telling[at + 1 : at + 1 + _NEXT]:
            if later - place <= _REACH:
                near |= other
        while bit:
            lowest = bit & -bit
            after[lowest] = after.get(lowest, 0) | near
            bit ^= lowest
    return after


def features(read: Sequence[Word], bits: Sequence[int], names: Mapping[int, str]) -> set[str]:
    """All features of a text by name: ``w word``, ``o opening``, ``c concept``, ``p concept concept``."""
    found = {f"w {word.text}" for word in read} | {f"o {opening}" for opening in openings(read)}
    for bit, near in followers(read, bits).items():
        found.add(f"c {names[bit]}")
        found.update(f"p {names[bit]} {name}" for other, name in names.items() if near & other)
    return found


def openings(read: Sequence[Word]) -> tuple[str, ...]:
    """The first word, and the first two: a question in general and a promise begin otherwise than a tale does."""
    return tuple("_".join(word.text for word in read[:count]) for count in (1, 2) if len(read) >= count)


class Leaning:
    """Weights, ready to score."""

    def __init__(self, weights: str, bit: Callable[[str], int]) -> None:
        """Read lines ``feature danger happened own-thoughts pointer``.

        Raises ValueError for a line that is none, or a concept that ``bit`` does not know.
        """
        self._start: Vector = (0.0,) * len(LEANS)
        self._words: dict[str, Vector] = {}
        self._openings: dict[str, Vector] = {}
        self._concepts: dict[int, Vector] = {}
        self._pairs: dict[int, list[tuple[int, Vector]]] = {}
        for line in weights.split("\n"):
            if line.strip():
                self._learn(line, bit)

    def _learn(self, line: str, bit: Callable[[str], int]) -> None:
        name, *numbers = line.rsplit(" ", len(LEANS))
        try:
            vector = tuple(int(number) / SCALE for number in numbers)
        except ValueError:
            vector = ()
        if len(vector) != len(LEANS):
            raise ValueError(f"a feature and four whole numbers are wanted: {line!r}")
        match name.split():
            case ["start"]:
                self._start = vector
            case ["w", word]:
                self._words[word] = vector
            case ["o", opening]:
                self._openings[opening] = vector
            case ["c", concept]:
                self._concepts[bit(concept)] = vector
            case ["p", first, second]:
                self._pairs.setdefault(bit(first), []).append((bit(second), vector))
            case _:
                raise ValueError(f"not a feature: {line!r}")

    def kinds(self, read: Sequence[Word], bits: Sequence[int]) -> dict[Kind, float]:
        """The probability of each kind but ``none``; what is missing to 1 is the probability of ``none``."""
        parts = [self._start]
        parts += [self._words[text] for text in {word.text for word in read} if text in self._words]
        parts += [self._openings[opening] for opening in openings(read) if opening in self._openings]
        for bit, near in followers(read, bits).items():
            if bit in self._concepts:
                parts.append(self._concepts[bit])
            parts += [vector for other, vector in self._pairs.get(bit, ()) if near & other]
        sums = [sum(column) for column in zip(*parts, strict=True)]
        top = max(0.0, *sums)
        powers = [math.exp(value - top) for value in sums]
        whole = math.exp(-top) + sum(powers)
        return {kind: power / whole for kind, power in zip(LEANS, powers, strict=True)}
