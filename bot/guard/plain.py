"""Brings a text into the one plain form in which it is compared: tricks of encoding undone, words cut out.

Sources: Unicode Standard Annex 15 (NFKC), Technical Standard 39 (confusable characters; only letters that pass for
Latin ones are listed here), general categories Cf and Mn for what is invisible or rides on another character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MAX_TEXT = 4_000
"""Longest text read, in characters: no field of Discord holds more."""

_TWINS = {
    **str.maketrans("авсԁеѐёғһіїјкморѕтуѵԝхүгԛӏн", "abcdeeefhiijkmopstyvwxyrqlh"),
    **str.maketrans("αβεηικνορτυχω", "abenikvoptuxw"),
    **str.maketrans("ıɩɡɑʙᴄᴅᴇʜᴊᴋᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "iigabcdehjkmnoprstuvwyz"),
}
"""Cyrillic, Greek and phonetic letters that pass for Latin ones."""
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_QUOTES = re.compile("['’‘`´ʼ]")
_INVISIBLE = {"Cf", "Mn", "Me", "Cs", "Co", "Cn"}
_SENTENCE = re.compile(r"[.!?;\n…]++(?=\s|$)|\n++|(?<=[^\W\d])[.!?…]++(?=[^\W\d]{3,}\s)")
_WORD = re.compile(r"[^\W_]+(?:[@$€!|][^\W_]+)*|[@$](?=[^\W\d_])[^\W_]+")
_ENDINGS = (
    "com|net|org|edu|gov|int|info|biz|name|eu|se|nu|dk|no|fi|de|at|ch|nl|be|fr|uk|ie|is|ee|lv|lt|pl|cz|it|es|pt|ro|ru|su"
    "|ua|us|ca|cn|jp|in|io|ai|gg|tv|cc|ws|to|me|ly|gl|co|cam|cyou|icu|xyz|top|lol|live|link|club|site|online|space|store"
    "|shop|page|pics|pub|host|cloud|chat|social|world|zone|tech|dev|app|moe|rocks|fun|vip|pw|tk|ml|onion|i2p|test"
    "|example|invalid|local|localhost"
)
_HOST = r"(?<![\w@.-])(?:[^\W_](?:[\w-]{0,62}[^\W_])?\.){1,6}"
_SHAPES = (
    ("PLACE PATH", re.compile(r"(?<![^\W_])https?://[^\s<>\"|/]{1,300}/[^\s<>\"|]{1,2000}(?<![.,;:!?)\]])")),
    ("PLACE", re.compile(r"(?<![^\W_])https?://[^\s<>\"|/]{1,300}/?")),
    ("MAIL", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}(?![\w])")),
    ("QUAD", re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?:[:/][^\s<>\"|]{0,300})?(?![\w])")),
    ("ARCHIVE", re.compile(r"(?<![\w.])[\w().-]{1,120}\.(?:zip|rar|7z|tar|gz|tgz|iso|torrent)(?!\w)")),
    ("DOCUMENT", re.compile(r"(?<![\w.])[\w().-]{1,120}\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|csv|ics|rtf|txt)(?!\w)")),
    ("PLACE PATH", re.compile(_HOST + r"[^\W\d_]{2,24}(?::\d{1,5})?/[^\s<>\"|]{1,2000}(?<![.,;:!?)\]])")),
    ("PLACE", re.compile(_HOST + rf"(?!(?:at|be|in|is|it|me|no|to|us|so|co)(?!\w))(?:{_ENDINGS})/?(?![\w])")),
)
_NAMES = re.compile(r"(?<![\w@])(?:@(?!(?:everyone|here)\b)(?=[^\W_\d])|(?=[^\W_]+_\w)|(?=[^\W\d_]{3,30}\d{2,}(?!\w)))")
_SPELT = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .\-_*·]{1,2}+[^\W\d_](?![^\W_])){3,}+")
_AGE = re.compile(r"(?<![^\W_])(\d{1,2})(?=(?:yo|yr|yrs|year|years|åring|åringar|årig|åriga|years-old)(?![^\W_]))")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: as written, its place (a new sentence moves it on by three) and its sentence's number."""

    text: str
    place: int
    sentence: int


def visible(text: str) -> str:
    """The text in NFKC without what cannot be seen (zero-width, bidi, stacked accents); upper case stays."""
    text = unicodedata.normalize("NFKC", text)
    if text.isascii():
        return text
    hidden = {c for c in set(text) if c not in "\n\t" and unicodedata.category(c) in _INVISIBLE}
    if hidden:
        text = unicodedata.normalize("NFKC", text.translate(dict.fromkeys(map(ord, hidden))))
    return text.translate(_DASHES)


def plain(text: str) -> str:
    """The text in lower case, NFKC, without invisible characters and accents that ride alone, twins made Latin.

    Applying it twice gives the same as once. Letters with accents of their own (å, é) stay.
    """
    for _ in range(5):  # case folding can undo the composition of a letter; a second round settles it
        before = text
        text = visible(visible(text).casefold())
        if not text.isascii():
            text = text.translate(_TWINS)
        if text == before:
            break
    return text


def unaccented(word: str) -> str:
    """The word with its accents left out, as people without the right keyboard type it."""
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFKD", word) if unicodedata.category(c) != "Mn")


def words(plain_text: str) -> Iterator[Word]:
    """The words of a text that went through :func:`plain`, in order, with letters spelt one by one joined."""
    text = _shapes(plain_text)
    text = _QUOTES.sub("", text)
    text = _SPELT.sub(_joined, text)
    text = _AGE.sub(r"\1 ", text)
    place = 0
    for number, sentence in enumerate(part for part in _SENTENCE.split(text) if part):
        for match in _WORD.finditer(sentence):
            yield Word(match.group(), place, number)
            place += 1
        place += 3


def _shapes(plain_text: str) -> str:
    """Addresses and files each as one word in upper case, which no plain text has, and ``NAME`` before a user name.

    What a host is called says nothing about the next one, so nobody is to learn it.
    """
    if "." in plain_text:
        for shape, pattern in _SHAPES:
            plain_text = pattern.sub(f" {shape} ", plain_text)
    return _NAMES.sub(" NAME ", plain_text)


def _joined(match: re.Match[str]) -> str:
    """``t o u c h`` as one word; a double gap in a spelt-out run keeps its words apart."""
    return " ".join(re.sub(r"[^\w]|_", "", part) for part in re.split(r"  |\. | - ", match.group()))
