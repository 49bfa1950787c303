"""A lexical engine in plain Python: shared words and shared parts of words, English and Swedish alike.

Each text of an entry (question, aliases, answer) is a set of features: its words, and the 3 to 5 letter pieces of its
telling words, which carry inflections, Swedish compounds and typing errors. Features count by how few entries have them
(TF-IDF with binary counts: in texts this short a word hardly repeats). A query is compared by cosine with every text of
the likeliest entries. What shares no letters with any text is not found: that takes another engine behind the port.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.faq.search import MAX_CHOICES, MAX_QUERY, Entry, Hit, Thresholds, normal

THRESHOLDS = Thresholds(answer=0.416, suggest=0.134, margin=0.15)
"""Derived by `search.derive` on the default content and the development half of the frozen questions.

The margin is the smallest multiple of 0.05 from which on the share of right answers there stopped rising (0.90 of the
answers given at 0.05, 0.93 at 0.10, 0.94 at 0.15 and 0.20). A server's own entries do not move these much: scores are
cosines. Content of another kind wants them derived again.
"""

# Chosen on the development half of the frozen questions (a flat optimum: twice or half of each changes little).
_ANSWER_WEIGHT = 0.5
_LETTERS_WEIGHT = 0.3
_COMMON_WEIGHT = 0.4
_COVERAGE = 0.2
_CANDIDATES = 16
_POSTINGS = 20_000
"""Index entries read for one query at most; the rarest features come first, so what is left unread hardly counts."""

_COMMON_WORDS = """
a about all also am an and any are as at be been but by can could did do does for from get give got had has
have how i if im in into is it its just like me my of on one or our out please should so some tell that the
their them then there these they this those to up us want was we were what whats when where which who why will
with would you your
alla allt att av bli blir da de dem den denna det detta dig din ditt dom du eller en er ett for fran får för
från ha han har hur i ifall in inte jag kan kunna man med mig min mina mitt mot ni nu när några något någon
och också om oss på sa sig sin ska skall som så till under upp ut vad var vara varför varje vem vi vid vilka
vilken vilket vill är å ö
"""
_COMMON = frozenset(_COMMON_WORDS.split())


@dataclass(slots=True)
class _Row:
    """One text of an entry: its features, how much it counts, and its length under the present weights (0: unknown)."""

    features: frozenset[int]
    weight: float
    length: float = 0.0


class Lexical:
    """The engine: built from entries, kept up to date by `update`. Implements `search.Search`.

    `rank`, `autocomplete` and `update` take turns: call them from one thread. A first build of thousands of entries
    takes a second or more and belongs in a worker thread, before the engine is handed out.
    """

    def __init__(self, entries: Iterable[Entry] = (), thresholds: Thresholds = THRESHOLDS) -> None:
        self.thresholds = thresholds
        self._entries: dict[str, Entry] = {}
        self._numbers: dict[str, int] = {}
        self._slugs: dict[int, str] = {}
        self._rows: dict[int, list[_Row]] = {}
        self._ids: dict[str, int] = {}
        self._scales: list[float] = []
        self._postings: list[array[int]] = []
        self._lines: list[tuple[str, tuple[_Line, ...]]] = []
        self.update(entries)

    def update(self, entries: Iterable[Entry]) -> int:
        """Make `entries` the content, in this order; only what changed is worked on. Returns how many changed."""
        wanted = {entry.slug: entry for entry in entries}
        gone = [slug for slug, entry in self._entries.items() if wanted.get(slug) != entry]
        new = [entry for slug, entry in wanted.items() if self._entries.get(slug) != entry]
        for slug in gone:
            self._remove(slug)
        for entry in new:
            self._add(entry)
        if gone or new:
            for rows in self._rows.values():
                for row in rows:
                    row.length = 0.0  # every weight depends on the number of entries
        self._entries = wanted
        self._lines = [(slug, _lines(entry)) for slug, entry in wanted.items()]
        return len({*gone, *(entry.slug for entry in new)})

    def rank(self, query: str, locale: str, limit: int = 5) -> list[Hit]:
        """At most `limit` entries sharing words or parts of words with `query`, best first; scores 0 to 1."""
        scales = dict(_features(query[:MAX_QUERY]))
        if not scales or not self._rows:
            return []
        weights: dict[int, float] = {}
        length = 0.0
        for feature, scale in scales.items():
            number = self._ids.get(feature)
            weight = scale * self._rarity(number)
            length += weight * weight
            if number is not None and self._postings[number]:
                weights[number] = weight * weight
        length = math.sqrt(length)
        asked = frozenset(weights)
        hits = [Hit(self._slugs[n], self._score(n, weights, asked, length)) for n in self._candidates(weights)]
        return sorted((hit for hit in hits if hit.score > 0), key=lambda hit: -hit.score)[:limit]

    def autocomplete(self, text: str, locale: str, useful: Sequence[str] = ()) -> list[tuple[str, str]]:
        """Up to 25 pairs of question (in `locale`, at most 100 characters) and slug for what is typed so far.

        Questions and aliases that start with the text, then those with a word that does, then those that hold it, then
        what the engine finds. For an empty text: the slugs in `useful` first, then the entries in their order.
        """
        typed = normal(text[:MAX_QUERY])
        if not typed:
            slugs = [slug for slug in dict.fromkeys(useful) if slug in self._entries] + list(self._entries)
        else:
            found = [
                (min(line.distance(typed, locale) for line in lines), place, slug)
                for place, (slug, lines) in enumerate(self._lines)
            ]
            slugs = [slug for distance, _, slug in sorted(found) if distance < _Line.NOWHERE]
            if len(slugs) < MAX_CHOICES:
                slugs += [hit.slug for hit in self.rank(text, locale) if hit.score >= self.thresholds.suggest / 2]
        chosen = list(dict.fromkeys(slugs))[:MAX_CHOICES]
        return [(self._entries[slug].wording(locale).question[:100], slug) for slug in chosen]

    def _candidates(self, weights: dict[int, float]) -> list[int]:
        """The likeliest entries by what they share with the query, wherever in the entry it stands."""
        if len(self._rows) <= _CANDIDATES:
            return list(self._rows)
        shared: dict[int, float] = {}
        left = _POSTINGS
        for number in sorted(weights, key=lambda n: len(self._postings[n])):
            posting = self._postings[number]
            left -= len(posting)
            if left < 0 and shared:
                break
            weight = weights[number]
            for entry in posting:
                shared[entry] = shared.get(entry, 0.0) + weight
        return sorted(shared, key=lambda entry: -shared[entry])[:_CANDIDATES]

    def _score(self, number: int, weights: dict[int, float], asked: frozenset[int], length: float) -> float:
        """How well an entry fits: its best text, and a little of how much of the query all its texts hold together."""
        best = 0.0
        held = set[int]()
        for row in self._rows[number]:
            shared = row.features & asked
            if shared:
                held |= shared
                row.length = row.length or math.sqrt(sum(self._weight(feature) ** 2 for feature in row.features))
                cosine = sum(map(weights.__getitem__, shared)) / (row.length * length)
                best = max(best, row.weight * cosine)
        covered = sum(weights[feature] for feature in held) / length**2
        return min(1.0, (1 - _COVERAGE) * best + _COVERAGE * covered)

    def _weight(self, number: int) -> float:
        return self._scales[number] * self._rarity(number)

    def _rarity(self, number: int | None) -> float:
        """Inverse document frequency over entries; a feature that no entry has counts like one that one entry has."""
        holders = len(self._postings[number]) if number is not None else 0
        return math.log(1 + len(self._rows) / max(1, holders))

    def _add(self, entry: Entry) -> None:
        number = self._numbers.setdefault(entry.slug, len(self._numbers))
        self._slugs[number] = entry.slug
        rows, held = [], set[int]()
        for text, weight in _texts(entry):
            features = frozenset(self._id(feature, scale) for feature, scale in _features(text))
            held.update(features)
            rows.append(_Row(features, weight))
        self._rows[number] = rows
        for feature in held:
            self._postings[feature].append(number)

    def _remove(self, slug: str) -> None:
        number = self._numbers[slug]
        for feature in {feature for row in self._rows.pop(number) for feature in row.features}:
            self._postings[feature].remove(number)

    def _id(self, feature: str, scale: float) -> int:
        number = self._ids.get(feature)
        if number is None:
            number = self._ids[feature] = len(self._ids)
            self._scales.append(scale)
            self._postings.append(array("I"))
        return number


@dataclass(frozen=True, slots=True)
class _Line:
    """A question or alias as autocomplete compares it."""

    text: str
    locale: str
    alias: bool

    NOWHERE = 100

    def distance(self, typed: str, locale: str) -> int:
        """How far from what is typed: 0 starts with it ... `NOWHERE` does not hold it. The reader's language first."""
        if self.text.startswith(typed):
            place = 0
        elif f" {typed}" in self.text:
            place = 2
        elif len(typed) > 2 and typed in self.text:
            place = 4
        else:
            return self.NOWHERE
        return place + self.alias + (0 if locale.partition("-")[0] == self.locale else 6)


def _lines(entry: Entry) -> tuple[_Line, ...]:
    return tuple(
        _Line(normal(text), wording.locale.partition("-")[0], alias > 0)
        for wording in entry.wordings
        for alias, text in enumerate((wording.question, *wording.aliases))
    )


def _texts(entry: Entry) -> Iterator[tuple[str, float]]:
    for wording in entry.wordings:
        yield wording.question, 1.0
        for alias in wording.aliases:
            yield alias, 1.0
        if wording.answer:
            yield f"{wording.question} {wording.answer}", _ANSWER_WEIGHT


def _features(text: str) -> Iterator[tuple[str, float]]:
    """The features of a text, each once, with how much its kind counts."""
    words = dict.fromkeys(normal(text).split())
    pieces = dict[str, None]()
    for word in words:
        if word in _COMMON:
            yield f"={word}", _COMMON_WEIGHT
            continue
        yield f"={word}", 1.0
        padded = f" {word} "
        for size in (3, 4, 5):
            pieces.update(dict.fromkeys(padded[i : i + size] for i in range(len(padded) - size + 1)))
    for piece in pieces:
        yield piece, _LETTERS_WEIGHT
