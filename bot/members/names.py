"""When two spellings are one organisation and when they may be; which web domain is an organisation's own."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from functools import cache
from urllib.parse import urlsplit

import idna
from publicsuffixlist import PublicSuffixList

from bot.errors import Invalid
from bot.members.model import Organisation

DOMAIN_LIMIT = 253
_LEGAL_FORMS = frozenset({
    "ab", "aktiebolag", "publ", "hb", "kb", "ekfor", "inc", "incorporated", "ltd", "limited", "llc", "llp", "lp", "plc",
    "corp", "corporation", "co", "company", "gmbh", "mbh", "ag", "kg", "ug", "ev", "oy", "oyj", "ry", "as", "asa",
    "aps", "ivs", "bv", "nv", "vof", "sa", "sas", "sarl", "sasu", "srl", "spa", "sl", "slu", "sro", "uab", "sia", "kft",
    "zrt", "doo", "the",
})  # fmt: skip
# Letters of other scripts that look like Latin ones (the common ones of Unicode TR 39), for likeness alone.
_LOOKALIKES = str.maketrans("аеорсухіјѕԁһкмтвнӏгԛԝαοενικτυρχβζημγøłđðıɡ", "aeopcyxijsdhkmtbhlrqwaoevikturxbzhmyolddig")
_FILLERS = dict.fromkeys(map(ord, "\u115f\u1160"))  # letters by name that show nothing
_VOWELS = frozenset("aeiouy")
_ALIKE = 0.84
_TELLING = 3
_MOST_MEANT = 3
_CALLS = re.compile(r"@\s*(?:everyone|here)\b|<\s*(?:@|#|:|/|t:|id:)", re.IGNORECASE)

# Sites on which many have a page of their own without a name of their own; endings that many share are in Mozilla's
# Public Suffix List, github.io and blogspot.com among them.
_SHARED_SITES = frozenset({
    "bsky.social", "discord.com", "facebook.com", "github.com", "gitlab.com", "google.com", "instagram.com",
    "linkedin.com", "medium.com", "sharepoint.com", "substack.com", "tiktok.com", "tumblr.com", "twitter.com",
    "weebly.com", "wordpress.com", "x.com", "youtube.com",
    "docs.google.com", "drive.google.com", "sites.google.com",
})  # fmt: skip
_NOBODYS = frozenset({"example", "home", "i2p", "internal", "invalid", "lan", "local", "localhost", "onion", "test"})


def key(name: str) -> str:
    """Return what two spellings of one organisation share: case, width, punctuation and legal form left out.

    Empty for a name without a letter or digit.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).translate(_FILLERS)
    joined = folded.replace("/", "").replace(".", "").replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    words = "".join(c if c.isalnum() or unicodedata.combining(c) else " " for c in joined).split()
    if not any(c.isalnum() for word in words for c in word):
        return ""
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    while len(words) > 1 and words[0] in _LEGAL_FORMS:
        words.pop(0)
    return " ".join(words)


def near_key(folded: str) -> str:
    """Return a coarser key, shared by look-alike letters, missing accents, doubled letters and slips in vowels."""
    kept: list[str] = []
    for letter in skeleton(folded):
        if not kept or (letter not in _VOWELS and letter != kept[-1]):
            kept.append(letter)
    return "".join(kept)


def skeleton(folded: str) -> str:
    """Return what the eye sees of a folded text: letters and digits, without accents, in look-alike Latin letters."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return "".join(c for c in bare.translate(_LOOKALIKES) if c.isalnum())


def check_name(name: str, field: str = "organisation") -> str:
    """Return the key of a name that an organisation may have. Raises Invalid(field) for one that it may not.

    A name needs a letter or digit, and may not be written as a mention.
    """
    if _CALLS.search(unicodedata.normalize("NFKC", name)):
        raise Invalid(field, "mention")
    found = key(name)
    if not found:
        raise Invalid(field, "no letters")
    return found


def meant(name: str, known: Iterable[Organisation]) -> tuple[Organisation, ...]:
    """Return up to three known organisations that a name may stand for; none where one of them is it.

    Those that organisers confirmed come first, then the most alike.
    """
    those, mine = list(known), key(name)
    if any(key(organisation.name) == mine for organisation in those):
        return ()
    return alike(name, those, _MOST_MEANT)


def alike(name: str, known: Iterable[Organisation], most: int) -> tuple[Organisation, ...]:
    """Return up to ``most`` organisations whose name looks like this one: confirmed ones first, then the most alike."""
    likeness = _Likeness(name)
    bounded = [(likeness.at_most(organisation.name), organisation) for organisation in known]
    bounded = [pair for pair in bounded if pair[0] >= _ALIKE]
    found: list[Organisation] = []
    for confirmed in (True, False):
        group = sorted((p for p in bounded if p[1].confirmed is confirmed), key=lambda p: (-p[0], p[1].id))
        best: list[tuple[float, int, Organisation]] = []
        for bound, organisation in group:
            if len(best) == most and bound <= -best[-1][0]:
                break  # no other can be more alike than these
            score = likeness.of(organisation.name)
            if score >= _ALIKE:
                best = sorted([*best, (-score, organisation.id, organisation)])[:most]
        found += [organisation for _, _, organisation in best]
    return tuple(found[:most])


class _Likeness:
    """How much other names look like one name, from 0 to 1; what is costly is done once for that name."""

    def __init__(self, name: str) -> None:
        folded = key(name)
        self._near = near_key(folded)
        # With and without the legal form: "Telia Compny" is a slip in the form itself.
        self._matchers = [SequenceMatcher(autojunk=False), SequenceMatcher(autojunk=False)]
        for matcher, text in zip(self._matchers, (folded, name.casefold()), strict=True):
            matcher.set_seq2(skeleton(text))

    def at_most(self, other: str) -> float:
        """Return a number that the likeness does not exceed, quickly."""
        return self._score(other, lambda matcher: min(matcher.real_quick_ratio(), matcher.quick_ratio()))

    def of(self, other: str) -> float:
        """Return the likeness of another name."""
        return self._score(other, SequenceMatcher.ratio)

    def _score(self, other: str, measure: Callable[[SequenceMatcher[str]], float]) -> float:
        folded = key(other)
        best = 0.0
        for matcher, text in zip(self._matchers, (folded, other.casefold()), strict=True):
            matcher.set_seq1(skeleton(text))
            best = max(best, measure(matcher))
        if len(self._near) >= _TELLING and near_key(folded) == self._near:
            best = max(best, _ALIKE + best * (1 - _ALIKE))  # alike however it scores, and in order of it
        return best


def checked_domain(text: str) -> str:
    """Return a host name in the form that the network uses: lower case, "å" as "xn--...".

    Raises Invalid("domain"): "bad domain" for anything but a public host name alone (no scheme, path, port, number
    address), "shared domain" for an ending or a site that many share. The first call reads the list of endings (0.1 s).
    """
    typed = text.strip()
    try:
        host = idna.encode(typed, uts46=True, std3_rules=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise Invalid("domain", "bad domain") from None
    labels = host.split(".")
    if len(host) > DOMAIN_LIMIT or not all(labels) or _is_address(host) or labels[-1] in _NOBODYS:
        raise Invalid("domain", "bad domain")
    if _endings().privatesuffix(host) is None or host.removeprefix("www.") in _SHARED_SITES:
        raise Invalid("domain", "shared domain")
    return host


def same_site(domain: str, url: str) -> bool:
    """Return whether a web address lies on a domain from :func:`checked_domain`: that host or one below it.

    False for "" and for what is no https address; never raises. The address is not fetched.
    """
    try:
        parts = urlsplit(url.strip())
        if not domain or parts.scheme != "https" or parts.username is not None or "\\" in url:
            return False
        host = idna.encode((parts.hostname or "").removesuffix("."), uts46=True).decode()
    except (idna.IDNAError, UnicodeError, ValueError):
        return False
    return host == domain or host.endswith(f".{domain}")


@cache
def _endings() -> PublicSuffixList:
    return PublicSuffixList()


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.rpartition(".")[2][:1].isdigit()  # a browser reads "0x7f.1" as an address
    return True
