"""Which concepts the words of a text stand for, per language, with slips of the finger forgiven."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from bot.guard.plain import Word, plain, unaccented, words

AGE = "<age>"
"""In a phrase: any number from 1 to 17, in digits or as a listed word."""
ANY = "_"
"""In a phrase: any one word."""
_LEET = (str.maketrans("013457@$€!|", "oieastaseil"), str.maketrans("01345@$€!|", "oleasasell"))
_FUZZY_FROM = 5
_STEM_MIN = 3
_TAIL_MAX = 12
_RUN_ON_FROM = 9


class Tongue:
    """One language: its concepts' words, its everyday words, and how to read a misspelt one."""

    def __init__(
        self,
        concepts: Mapping[str, tuple[int, Iterable[str]]],
        small: Iterable[str],
        real: Iterable[str],
        ages: Iterable[str],
    ) -> None:
        self._words: dict[str, int] = {}
        self._stems: dict[str, int] = {}
        self._tails: dict[str, int] = {}
        self._phrases: dict[tuple[str, str], list[tuple[tuple[str, ...], int]]] = {}  # by the first two words
        self._ages = frozenset(plain(age) for age in ages)
        self.small = frozenset(plain(word) for word in small)
        known = set(self.small)
        for bit, entries in concepts.values():
            for entry in entries:
                self._add(plain(entry.replace("'", "")), bit, known)
        self._readable = frozenset(known)
        self.known = frozenset(known | {plain(word) for word in real})
        self._bits = {word: self._words.get(word, 0) | self._affixed(word) for word in self.known}
        self._bare = {unaccented(word): word for word in self.known if not word.isascii()}
        self._slips = self._slip_index()

    def _add(self, entry: str, bit: int, known: set[str]) -> None:
        first, *rest = entry.split()
        if rest:
            second = "" if rest[0] in (AGE, ANY) or rest[0].endswith("*") else rest[0]
            self._phrases.setdefault((first, second), []).append((tuple(rest), bit))
            known.update(word for word in (first, *rest) if word not in (AGE, ANY) and not word.endswith("*"))
        elif first.startswith("*"):
            self._tails[first[1:]] = self._tails.get(first[1:], 0) | bit
        elif first.endswith("*"):
            self._stems[first[:-1]] = self._stems.get(first[:-1], 0) | bit
            known.add(first[:-1])
        else:
            self._words[first] = self._words.get(first, 0) | bit
            known.add(first)

    def _slip_index(self) -> dict[str, str]:
        """Each longer word under itself with one letter left out (symmetric deletion, after W. Garbe's SymSpell)."""
        index: dict[str, str] = {}
        for word in sorted(self._readable):
            if len(word) >= _FUZZY_FROM:
                for at in range(1, len(word)):
                    index.setdefault(word[:at] + word[at + 1 :], word)
        return index

    def read(self, word: str) -> str:
        """The word as this language spells it, or as it stands when nothing near is known."""
        if word in self.known or word.isdigit() or self._affixed(word):
            return word
        if not word.isalpha():
            for table in _LEET:
                guess = word.translate(table)
                if guess in self.known or self._affixed(guess):
                    return guess
            return word
        if word in self._bare:
            return self._bare[word]
        if len(word) <= 32 and any(a == b == c for a, b, c in zip(word, word[1:], word[2:], strict=False)):
            runs = [(letter, len(list(run))) for letter, run in groupby(word)]
            for most in (1, 2):
                guess = "".join(letter * min(count, most) for letter, count in runs)
                if guess in self.known or self._affixed(guess):
                    return guess
        return self._slip(word)

    def _slip(self, word: str) -> str:
        if len(word) > 24:
            return word
        for at in range(len(word) - 1 if len(word) >= 3 else 0):  # two letters changed places
            guess = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            if guess in self._readable:
                return guess
        if len(word) < _FUZZY_FROM:
            return word
        if word in self._slips:  # a letter is missing
            return self._slips[word]
        for at in range(1, len(word)):
            shorter = word[:at] + word[at + 1 :]
            if len(shorter) >= _FUZZY_FROM and shorter in self._readable:  # a letter too many
                return shorter
            near = self._slips.get(shorter)
            if near is not None and len(near) == len(word) and near[:at] == word[:at]:  # a wrong letter
                return near
        return word

    def _affixed(self, word: str) -> int:
        """The concepts whose stem the word begins with or, as compounds do, ends with."""
        bits = 0
        for start in range(max(1, len(word) - _TAIL_MAX), len(word) - _STEM_MIN + 1) if self._tails else ():
            bits |= self._tails.get(word[start:], 0)
        for end in range(_STEM_MIN, min(len(word), 18) + 1):
            bits |= self._stems.get(word[:end], 0)
        return bits

    def split(self, word: str) -> list[str]:
        """A run of words written as one, cut into known ones; the word itself when that leaves a rest."""
        if len(word) < _RUN_ON_FROM or len(word) > 200 or word in self.known or self._affixed(word):
            return [word]
        best: list[tuple[int, int] | None] = [(0, 0)] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - 14), end):
                ahead, piece = best[start], word[start:end]
                if ahead is not None and piece in self._readable and (len(piece) > 1 or piece in "ia"):
                    here = best[end]
                    if here is None or ahead[0] + 1 < here[0]:
                        best[end] = (ahead[0] + 1, start)
        pieces: list[str] = []
        end = len(word)
        while end:
            here = best[end]
            if here is None:
                return [word]
            pieces.append(word[here[1] : end])
            end = here[1]
        return pieces[::-1] if len(pieces) > 2 else [word]

    def spelling(self, sentence: Iterable[Word]) -> list[str]:
        """The words of a sentence as this language spells them."""
        return [self.read(piece) for word in sentence for piece in self.split(word.text)]

    def concepts(self, spelling: Sequence[str]) -> list[int]:
        """One set of concepts (as bits) for each word of a sentence; a phrase counts at its first word."""
        found = [bits if (bits := self._bits.get(word)) is not None else self._affixed(word) for word in spelling]
        for at, word in enumerate(spelling):
            following = spelling[at + 1] if at + 1 < len(spelling) else ""
            for first in (word, AGE) if self._is_age(word) else (word,):
                for second in (following, "") if following else ():
                    for rest, bit in self._phrases.get((first, second), ()):
                        if self._follows(spelling, at + 1, rest):
                            found[at] |= bit
        return found

    def _follows(self, spelling: Sequence[str], at: int, rest: tuple[str, ...]) -> bool:
        if at + len(rest) > len(spelling):
            return False
        for offset, wanted in enumerate(rest):
            word = spelling[at + offset]
            if wanted == AGE:
                if not self._is_age(word):
                    return False
            elif wanted == ANY:
                continue
            elif word != wanted and not (wanted.endswith("*") and word.startswith(wanted[:-1])):
                return False
        return True

    def _is_age(self, word: str) -> bool:
        return word in self._ages or (len(word) <= 2 and word.isascii() and word.isdigit() and 1 <= int(word) <= 17)


class Lexicon:
    """All languages of a content pack."""

    def __init__(
        self,
        names: Sequence[str],
        listed: Mapping[str, Mapping[str, Sequence[str]]],
        small: Mapping[str, Sequence[str]],
        real: Mapping[str, Sequence[str]],
        ages: Mapping[str, Sequence[str]],
    ) -> None:
        self.bits = {name: 1 << number for number, name in enumerate(names)}
        languages = sorted({lang for entries in listed.values() for lang in entries})
        self._tongues = [
            Tongue(
                {name: (self.bits[name], entries.get(lang, ())) for name, entries in listed.items()},
                small.get(lang, ()),
                real.get(lang, ()),
                ages.get(lang, ()),
            )
            for lang in languages or [""]
        ]

    def tag(self, plain_text: str) -> tuple[list[Word], list[int]]:
        """The words of a text (as read) and the concepts of each."""
        read: list[Word] = []
        bits: list[int] = []
        for _, group in groupby(words(plain_text), key=lambda word: word.sentence):
            sentence = list(group)
            first, *others = self._spoken(sentence)
            spelling = first.spelling(sentence)
            found = first.concepts(spelling)
            for other in others:
                also = other.concepts(other.spelling(sentence))
                if len(also) == len(found):  # another language may cut a run of words otherwise
                    found = [here | there for here, there in zip(found, also, strict=True)]
            place, number = sentence[0].place, sentence[0].sentence
            read += [Word(text, place + offset, number) for offset, text in enumerate(spelling)]
            bits += found
        return read, bits

    def _spoken(self, sentence: Sequence[Word]) -> list[Tongue]:
        """The language of a sentence by its small words; all of them when they tell nothing."""
        counts = [sum(word.text in tongue.small for word in sentence) for tongue in self._tongues]
        known = [sum(word.text in tongue.known for word in sentence) for tongue in self._tongues]
        scores = [2 * small + most for small, most in zip(counts, known, strict=True)]
        best = max(scores, default=0)
        return [tongue for tongue, score in zip(self._tongues, scores, strict=True) if score >= best - 1]
