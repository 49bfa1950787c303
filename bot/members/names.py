"""When two spellings are one organisation, and when they may be."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

from bot.members.model import Organisation

_LEGAL_FORMS = frozenset({
    "ab", "aktiebolag", "publ", "hb", "kb", "ekfor", "inc", "incorporated", "ltd", "limited", "llc", "llp", "lp", "plc",
    "corp", "corporation", "co", "company", "gmbh", "mbh", "ag", "kg", "ug", "ev", "oy", "oyj", "ry", "as", "asa",
    "aps", "ivs", "bv", "nv", "vof", "sa", "sas", "sarl", "sasu", "srl", "spa", "sl", "slu", "sro", "uab", "sia", "kft",
    "zrt", "doo", "the",
})  # fmt: skip
# Letters of other scripts that look like Latin ones (the common ones of Unicode TR 39), for the near key alone.
_LOOKALIKES = str.maketrans("аеорсухіјѕԁһкмтвнαοενικτυρχ", "aeopcyxijsdhkmtbhaoevikturx")
_VOWELS = frozenset("aeiouy")
_ALIKE = 0.84
_MOST_MEANT = 3


def key(name: str) -> str:
    """Return what two spellings of one organisation share: case, width, punctuation and legal form left out.

    Empty for a name without a letter or digit.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    joined = folded.replace("/", "").replace(".", "").replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    words = "".join(c if c.isalnum() or unicodedata.combining(c) else " " for c in joined).split()
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    while len(words) > 1 and words[0] in _LEGAL_FORMS:
        words.pop(0)
    return " ".join(words)


def near_key(folded: str) -> str:
    """Return a coarser key, shared by look-alike letters, missing accents, doubled letters and slips in vowels."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    letters = [c for c in bare.translate(_LOOKALIKES) if c.isalnum()]
    kept = [c for at, c in enumerate(letters) if at == 0 or (c not in _VOWELS and c != letters[at - 1])]
    return "".join(kept)


def meant(name: str, known: Iterable[Organisation]) -> tuple[Organisation, ...]:
    """Return up to three known organisations that a name may stand for, most alike first; none that it is."""
    mine, mine_near = key(name), near_key(key(name))
    scored: list[tuple[float, Organisation]] = []
    for organisation in known:
        theirs = key(organisation.name)
        if theirs == mine:
            return ()
        score = 1.0 if near_key(theirs) == mine_near else max(_alike(mine, theirs), _alike(name, organisation.name))
        if score >= _ALIKE:
            scored.append((score, organisation))
    scored.sort(key=lambda pair: -pair[0])
    return tuple(organisation for _, organisation in scored[:_MOST_MEANT])


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio()
