"""A second opinion that knows no lexicon: pieces of words, beginnings of words and of pairs, weighed one by one.

A logistic regression with one weight for each of 2^15 buckets, into which the pieces are hashed by CRC-32 (the "hashing
trick", Weinberger et al. 2009). It hears inflections, compounds and turns of phrase that nobody listed, in any
language of the examples; the lexicon hears what the examples do not hold. :class:`bot.guard.check.Guard` averages both.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from zlib import crc32

from bot.guard.plain import Word

BUCKETS = 1 << 15
STEP = 100
"""Weights are written as whole hundredths from -1.27 to 1.27, one byte each."""
_MASK = BUCKETS - 1
_MOST = 127
_BEGINNING = 5
_PIECES = (3, 4, 5)
_LINE = 116


def pieces(word: str) -> frozenset[int]:
    """The buckets of one word: its beginning, and every run of three to five letters with its edges marked."""
    edged = f"^{word[:40]}$".encode("latin-1", "replace")  # one byte a letter, so that slices are of letters
    runs = [crc32(edged[at : at + size]) & _MASK for size in _PIECES for at in range(len(edged) - size + 1)]
    return frozenset([_bucket(f"w {word[:_BEGINNING]}"), *runs])


def buckets(read: Sequence[Word], known: dict[str, frozenset[int]]) -> set[int]:
    """The buckets of a text or a part of it; ``known`` remembers those of words already taken apart."""
    texts = [word.text for word in read]
    for text in {*texts} - known.keys():
        known[text] = pieces(text)
    starts = [text[:_BEGINNING] for text in texts]
    pairs = [_bucket(f"{first} {second}") for first, second in zip(["^", *starts], [*starts, "$"], strict=True)]
    return {*pairs}.union(*[known[text] for text in texts])


def _bucket(piece: str) -> int:
    return crc32(piece.encode()) & _MASK


class Sounding:
    """Weights, ready to score."""

    def __init__(self, start: float, weights: str) -> None:
        """Take the intercept and the bytes of the weights in base 64. Raises ValueError for anything else."""
        try:
            packed = base64.b64decode("".join(weights.split()), validate=True)
        except ValueError as error:
            raise ValueError(f"sounding: {error}") from None
        if len(packed) != BUCKETS:
            raise ValueError(f"sounding: {BUCKETS} weights are wanted, not {len(packed)}")
        self._start = start
        self._weights = [(byte - 256 if byte > _MOST else byte) / STEP for byte in packed]

    def odds(self, read: Sequence[Word], known: dict[str, frozenset[int]]) -> float:
        """The natural logarithm of the odds that the text holds anything."""
        return self._start + sum(map(self._weights.__getitem__, buckets(read, known)))


def packed(weights: Sequence[float]) -> str:
    """Weights as :class:`Sounding` reads them, in lines of a width that people can scroll past."""
    steps = (max(-_MOST, min(_MOST, round(weight * STEP))) & 0xFF for weight in weights)
    text = base64.b64encode(bytes(steps)).decode()
    return "\n".join(text[at : at + _LINE] for at in range(0, len(text), _LINE))
