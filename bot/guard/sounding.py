"""What decides whether a text holds anything: everything that can be heard in it, weighed one by one.

A logistic regression over pieces of words, runs of letters across words, beginnings of words said near one another, and
the concepts of the lexicon, alone and one after the other. It hears inflections, compounds and turns of phrase that
nobody listed, in any language of the examples, and the concepts say the same whoever writes them. What is heard is
hashed by CRC-32 into 2^20 buckets (the "hashing trick", Weinberger et al. 2009), one in twenty of which has a weight,
so that what was never learned from seldom falls on a weight that belongs to something else.
"""

from __future__ import annotations

import base64
import zlib
from array import array
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from zlib import crc32

from bot.guard.leaning import followers
from bot.guard.plain import Word

BUCKETS = 1 << 20
STEP = 100
"""Weights are written as whole hundredths from -1.27 to 1.27, one byte each."""
_MASK = BUCKETS - 1
_MOST = 127
_BEGINNING = 5
_PIECES = (3, 4, 5)
_RUNS = (5, 6, 7)
_REACH = 4
_LINE = 116
_SENTENCE = attrgetter("sentence")


class Ear:
    """Takes texts apart into buckets; remembers the words already taken apart for as long as one text is read."""

    def __init__(self, names: Mapping[int, str]) -> None:
        """``names`` are those of the concepts by their bit."""
        self._alone = {bit: _bucket(f"c {name}") for bit, name in names.items()}
        self._first = {bit: _bucket(f"p {name}") * 31 for bit, name in names.items()}

    def buckets(self, read: Sequence[Word], bits: Sequence[int], known: dict[str, frozenset[int]]) -> set[int]:
        """The buckets of a text or a part of it; ``known`` keeps those of words and sentences between parts of one."""
        found = self._said(read, bits)
        for _, group in groupby(read, key=_SENTENCE):
            texts = [word.text for word in group]
            line = f"^{' '.join(texts)}$"
            if line not in known:
                known[line] = _sentence(texts, line, known)
            found |= known[line]
        return found

    def _said(self, read: Sequence[Word], bits: Sequence[int]) -> set[int]:
        """The buckets of the concepts, alone and followed by others."""
        found: set[int] = set()
        for bit, near in followers(read, bits).items():
            found.add(self._alone[bit])
            first = self._first[bit]
            while near:
                lowest = near & -near
                found.add((first + self._alone[lowest]) & _MASK)
                near ^= lowest
        return found


def _sentence(texts: Sequence[str], line: str, known: dict[str, frozenset[int]]) -> frozenset[int]:
    """The buckets of one sentence: its words, its first two, words near one another, and runs of letters across."""
    for text in {*texts} - known.keys():
        known[text] = _pieces(text)
    found = {_bucket(f"o {texts[0]}"), _bucket(f"o {'_'.join(texts[:2])}")}.union(*[known[text] for text in texts])
    starts = [text[:_BEGINNING].encode() for text in texts]
    for at, start in enumerate(starts):
        seed = crc32(start)
        found.update([crc32(later, seed) & _MASK for later in starts[at + 1 : at + 1 + _REACH]])
    letters = line.encode("latin-1", "replace")  # one byte a letter, so that slices are of letters
    for size in _RUNS:
        found.update([crc32(letters[at : at + size], size) & _MASK for at in range(len(letters) - size + 1)])
    return frozenset(found)


def _pieces(word: str) -> frozenset[int]:
    """The buckets of one word: itself, its beginning, and every run of three to five letters with its edges marked."""
    edged = f"^{word[:40]}$".encode("latin-1", "replace")
    runs = [crc32(edged[at : at + size]) & _MASK for size in _PIECES for at in range(len(edged) - size + 1)]
    return frozenset([_bucket(f"w {word}"), _bucket(f"b {word[:_BEGINNING]}"), *runs])


def _bucket(piece: str) -> int:
    return crc32(piece.encode()) & _MASK


class Sounding:
    """Weights, ready to score."""

    def __init__(self, start: float, weights: str, names: Mapping[int, str]) -> None:
        """Take the intercept, the packed weights and the names of the concepts by their bit.

        Raises ValueError for weights that :func:`packed` has not written.
        """
        try:
            unpacker = zlib.decompressobj()
            values = unpacker.decompress(base64.b64decode("".join(weights.split()), validate=True), BUCKETS + 1)
        except (ValueError, zlib.error) as error:
            raise ValueError(f"sounding: {error}") from None
        if len(values) != BUCKETS:
            raise ValueError(f"sounding: {BUCKETS} weights are wanted, not {len(values)}")
        self._start = start
        self._weights = array("b", values)
        self._ear = Ear(names)

    def odds(self, read: Sequence[Word], bits: Sequence[int], known: dict[str, frozenset[int]]) -> float:
        """The natural logarithm of the odds that the text holds anything."""
        heard = self._ear.buckets(read, bits, known)
        return self._start + sum(map(self._weights.__getitem__, heard)) / STEP


def packed(weights: Mapping[int, float]) -> str:
    """Weights by bucket as :class:`Sounding` reads them, in lines of a width that people can scroll past."""
    values = array("b", bytes(BUCKETS))
    for bucket, weight in weights.items():
        values[bucket] = max(-_MOST, min(_MOST, round(weight * STEP)))
    text = base64.b64encode(zlib.compress(values.tobytes(), 9)).decode()
    return "\n".join(text[at : at + _LINE] for at in range(0, len(text), _LINE))
