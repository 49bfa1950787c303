"""The guard: one pure check of a text against the phrases of a content pack."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.guard.leaning import Leaning
from bot.guard.lexicon import Lexicon
from bot.guard.model import CLEAR, Kind, Verdict, Where
from bot.guard.phrases import read_phrases
from bot.guard.plain import MAX_TEXT, Word, plain
from bot.guard.sequence import ConceptSequence, sequence
from bot.guard.sounding import Sounding
from bot.guard.structure import Structure

_MARKS = str.maketrans(dict.fromkeys(".,;:!?\"'()[]*_~`“”„»«", " "))


@dataclass(frozen=True, slots=True)
class _Pattern:
    kind: Kind
    sequences: tuple[ConceptSequence, ...]
    unless: int
    where: frozenset[Where]


class Guard:
    """The phrases of a pack, compiled once. Holds no state that a check changes, so threads may share it."""

    def __init__(self, phrases: Mapping[str, object], shipped: Mapping[Where, Iterable[str]] | None = None) -> None:
        """Compile ``phrases`` (the content's ``guard.toml``, described at its top; every part may be missing).

        ``shipped`` holds the pack's own texts by the fields in which they pass word for word: what we wrote
        ourselves is nobody's case. Raises ValueError that names the entry when the phrases do not fit together.
        """
        listed = read_phrases(phrases)
        self._structure = Structure(listed.harmless_files, listed.trusted_hosts, listed.odd_hosts)
        names = [*listed.concepts, *listed.made]
        self._lexicon = Lexicon(names, listed.concepts, listed.small, listed.real, listed.ages)
        bit = self._bit_of(self._lexicon)
        self._made = [(bit(name), _sequences(name, made, bit)) for name, made in listed.made.items()]
        self._patterns = [
            _Pattern(
                pattern.kind,
                _sequences(f"pattern {pattern.kind}", pattern.any, bit),
                sum({bit(name) for name in pattern.unless}),
                frozenset(pattern.where),
            )
            for pattern in listed.patterns
        ]
        self._leaning = Leaning(listed.weights, bit) if listed.weights else None
        self._sounding = Sounding(listed.sounding_start, listed.sounding, self.concepts) if listed.sounding else None
        self._limits = {where: listed.limits.get(where, 1.0) for where in Where}
        self._shipped = {
            where: frozenset(_bare(plain(text)) for text in texts) for where, texts in (shipped or {}).items()
        }

    @staticmethod
    def _bit_of(lexicon: Lexicon) -> Callable[[str], int]:
        def bit(name: str) -> int:
            if name not in lexicon.bits:
                raise ValueError(f"no concept is called {name!r}")
            return lexicon.bits[name]

        return bit

    @property
    def concepts(self) -> Mapping[int, str]:
        """The name of each concept by its bit."""
        return {bit: name for name, bit in self._lexicon.bits.items()}

    def check(self, text: str, where: Where) -> Verdict:
        """What the text seems to hold; only its first 4,000 characters are read."""
        text = text[:MAX_TEXT]
        if self._structure.points(text, where):
            return Verdict(Kind.POINTER, structural=True)
        folded = plain(text)
        if _bare(folded) in self._shipped.get(where, ()):
            return CLEAR
        read, bits = self.tag(folded)
        kind = self._by_leaning(read, bits, where) or self._by_pattern(read, bits, where)
        return Verdict(kind) if kind else CLEAR

    def tag(self, folded: str) -> tuple[list[Word], list[int]]:
        """The words of a :func:`plain` text as read, and the concepts of each as bits; for training and explaining."""
        read, bits = self._lexicon.tag(folded)
        every = _union(bits)
        for bit, sequences in self._made:
            for made in sequences:
                for _, end in made.ends(read, bits, every):
                    bits[end] |= bit
                    every |= bit
        return read, bits

    def _by_pattern(self, read: Sequence[Word], bits: Sequence[int], where: Where) -> Kind | None:
        every = _union(bits)
        said: dict[int, int] = {}
        for word, bit in zip(read, bits, strict=True):
            said[word.sentence] = said.get(word.sentence, 0) | bit
        for pattern in self._patterns:
            if where not in pattern.where:
                continue
            for wanted in pattern.sequences:
                for start, end in wanted.ends(read, bits, every):
                    around = said[read[start].sentence] | said[read[end].sentence]
                    if not around & pattern.unless:
                        return pattern.kind
        return None

    def _by_leaning(self, read: Sequence[Word], bits: Sequence[int], where: Where) -> Kind | None:
        """The kind that the whole text, or one sentence of it, leans to beyond the field's limit."""
        if self._leaning is None or not read:
            return None
        known: dict[str, frozenset[int]] = {}
        for part, part_bits in parts(read, bits):
            if self._sounding is not None:
                held = _chance(self._sounding.odds(part, part_bits, known))
            else:
                held = sum(self._leaning.kinds(part, part_bits).values())
            if held > self._limits[where]:
                chances = self._leaning.kinds(part, part_bits)
                return max(chances, key=chances.__getitem__)
        return None


def parts(read: Sequence[Word], bits: Sequence[int]) -> Iterable[tuple[Sequence[Word], Sequence[int]]]:
    """The whole text, then each of its sentences: a case told in one of many is not outvoted by the rest."""
    yield read, bits
    if not read or read[0].sentence == read[-1].sentence:
        return
    at = 0
    for _, group in groupby(read, key=lambda word: word.sentence):
        sentence = list(group)
        yield sentence, bits[at : at + len(sentence)]
        at += len(sentence)


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-500.0, min(500.0, odds))))


def _sequences(entry: str, texts: Iterable[str], bit: Callable[[str], int]) -> tuple[ConceptSequence, ...]:
    try:
        return tuple(sequence(text, bit) for text in texts)
    except ValueError as error:
        raise ValueError(f"{entry}: {error}") from None


def _union(bits: Iterable[int]) -> int:
    every = 0
    for bit in bits:
        every |= bit
    return every


def _bare(folded: str) -> str:
    """The words of a text that went through :func:`plain`, without the marks round them."""
    return " ".join(folded.translate(_MARKS).split())
