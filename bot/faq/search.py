"""The port between a question and the answers: what an engine takes and gives, and the three honest outcomes.

An engine ranks (`Search.rank`); whether its best hit is good enough to speak is decided here, by thresholds that belong
to the engine. They are derived, never set by hand (`derive`): on the development half of a frozen list of questions,
`answer` is the lowest score at which at most 10 % of the questions that no entry answers would get an answer, and
`suggest` the lowest at which at most half of them would get suggestions. The other half only measures.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from bot.content.model import Faq

MAX_CHOICES = 25
"""Choices that Discord shows in an autocomplete."""
MAX_SUGGESTED = 3
MAX_QUERY = 300
"""Characters of a query that count; what is longer is a story, and its beginning says what it is about."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One entry in one language: the question, other ways to ask it, and the answer. `locale` is `en`, `sv`, ..."""

    locale: str
    question: str
    aliases: tuple[str, ...] = ()
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What can be found: an answer under its slug, in each language it has. The first wording is the default one."""

    slug: str
    wordings: tuple[Wording, ...]

    def wording(self, locale: str) -> Wording:
        """The wording for `locale`: `sv-SE`, else `sv`, else the first."""
        by_locale = {wording.locale: wording for wording in self.wordings}
        return by_locale.get(locale) or by_locale.get(locale.partition("-")[0]) or self.wordings[0]


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry and how well it fits, 0 to 1; comparable between queries of one engine, not between engines."""

    slug: str
    score: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Scores of one engine: from `answer` on the best hit is the answer, from `suggest` on hits are offered.

    Where the best two are within `margin` of each other both are offered instead: it is not clear which was meant.
    """

    answer: float
    suggest: float
    margin: float


class Search(Protocol):
    """An engine. Keeps no query."""

    @property
    def thresholds(self) -> Thresholds:
        """Derived for this engine by `derive`."""

    def rank(self, query: str, locale: str, limit: int = 5) -> list[Hit]:
        """At most `limit` entries that fit `query` (any language), best first; an empty list if none does."""


class Why(Enum):
    """Why there is no answer; small talk deserves another reply than a question that nobody has answered yet."""

    GREETING = "greeting"
    THANKS = "thanks"
    NOISE = "noise"
    NO_MATCH = "no match"


@dataclass(frozen=True, slots=True)
class Answer:
    """This is the answer."""

    slug: str


@dataclass(frozen=True, slots=True)
class WhichOfThese:
    """One of these, best first: one to `MAX_SUGGESTED` slugs."""

    slugs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DontKnow:
    """No entry fits well enough to be shown."""

    why: Why = Why.NO_MATCH


Outcome = Answer | WhichOfThese | DontKnow


def ask(search: Search, query: str, locale: str) -> Outcome:
    """What to reply to `query`: small talk by rule, everything else by rank."""
    if why := small_talk(query):
        return DontKnow(why)
    return decide(search.rank(query, locale), search.thresholds)


def decide(hits: Sequence[Hit], thresholds: Thresholds) -> Outcome:
    """The honest outcome for `hits` (best first)."""
    near = [hit for hit in hits if hit.score >= thresholds.suggest][:MAX_SUGGESTED]
    if not near:
        return DontKnow()
    clear = len(hits) < 2 or hits[0].score - hits[1].score >= thresholds.margin
    if near[0].score >= thresholds.answer and clear:
        return Answer(near[0].slug)
    return WhichOfThese(tuple(hit.slug for hit in near))


def derive(outside: Iterable[Sequence[Hit]], margin: float, false_answers: float = 0.1) -> Thresholds:
    """Thresholds from the hits for questions that no entry answers (development half).

    `answer` lets at most `false_answers` of them through, `suggest` at most half. Scores that a near second hit keeps
    from being an answer do not count: the margin holds them back already. Rounded up to three decimals.
    """
    ranked = [list(hits) for hits in outside]
    best = sorted((hits[0].score if hits else 0.0 for hits in ranked), reverse=True)
    clear = sorted(
        (h[0].score if h and (len(h) < 2 or h[0].score - h[1].score >= margin) else 0.0 for h in ranked), reverse=True
    )
    answer = _above(clear, math.floor(len(clear) * false_answers))
    suggest = _above(best, len(best) // 2)
    return Thresholds(max(answer, suggest), suggest, margin)


def _above(falling: Sequence[float], allowed: int) -> float:
    """The lowest three-decimal threshold that at most `allowed` of the falling scores reach."""
    return 0.001 if allowed >= len(falling) else (math.floor(falling[allowed] * 1000) + 1) / 1000


# --- text ---------------------------------------------------------------------------------------------------------

_GREETINGS = frozenset({
    "hi", "hello", "hey", "hiya", "yo", "hej", "hejsan", "hallå", "tjena", "tja", "tjo", "morning", "good morning",
    "good evening", "good afternoon", "good day", "god morgon", "god kväll", "goddag", "god dag", "godmorgon",
    "hej hej", "hej på dig", "how are you", "whats up", "hur mår du", "hur är läget", "läget",
})  # fmt: skip
_THANKS = frozenset({
    "thanks", "thank you", "thx", "ty", "cheers", "thanks a lot", "thank you very much", "many thanks",
    "thank you so much", "thanks so much", "tack", "tackar", "tack så mycket", "tusen tack", "stort tack",
    "tack för hjälpen", "thanks for the help", "thanks for your help", "great thanks", "ok thanks", "ok tack",
    "tack tack",
})  # fmt: skip
_NOISE = frozenset({"ok", "okay", "okej", "yes", "no", "ja", "nej", "jo", "lol", "haha", "test", "testing", "testar",
                    "asdf", "bye", "goodbye", "hejdå", "hm", "hmm", "eh", "what", "vad", "why", "varför", "how", "hur",
                    "bot", "cool", "nice", "bra", "good"})  # fmt: skip
_ADDRESSED = re.compile(r" (?:all|everyone|everybody|bot|cogwheel|allihopa|alla|there|där)$")


def normal(text: str) -> str:
    """Text for comparing: no case, no punctuation, one space between words; accents stay (å is not a)."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("'", "")
    return " ".join(re.findall(r"[^\W_]+", plain))


def small_talk(query: str) -> Why | None:
    """The kind of small talk if `query` is nothing else; None for anything that may be a question."""
    plain = normal(query[:MAX_QUERY])
    short = _ADDRESSED.sub("", plain)
    for why, phrases in ((Why.GREETING, _GREETINGS), (Why.THANKS, _THANKS), (Why.NOISE, _NOISE)):
        if plain in phrases or short in phrases:
            return why
    letters = plain.replace(" ", "")
    nothing = len(letters) < 2 or letters.isdigit() or len(set(letters)) == 1
    return Why.NOISE if nothing else None


def entries(faqs: Iterable[Faq]) -> list[Entry]:
    """The answers of a content pack as an engine takes them, in each language that the question has."""
    return [
        Entry(
            faq.slug,
            tuple(
                Wording(locale, question, faq.aliases.phrases.get(locale, ()), faq.answer.text(locale))
                for locale, question in faq.question.texts.items()
            ),
        )
        for faq in faqs
    ]
