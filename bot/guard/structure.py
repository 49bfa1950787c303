"""What gives material away by its shape alone: odd addresses, fingerprints, names of picture and film files.

Decisions behind the lists, so that nobody has to guess them:

* Fingerprints: 16 hexadecimal digits or more (a perceptual hash has 16, MD5 32, SHA-256 64), whole or in groups, with
  letters and figures mixed. Figures alone pass (telephone numbers, Discord ids, accounts), and so do UUIDs, which
  ordinary meeting and document links are full of and no hash list uses.
* File names: every picture or film name is held back, because the name is what a picture is searched by. Names made
  only of words from ``harmless_files`` (``logo.png``) pass; so do documents (``agenda.pdf``), bare endings ("a .png")
  and, where an event is announced, the https address of a picture, which the announcement shows.
* Addresses: everything but ``http`` and ``https``; hosts given as numbers, with a port, a password or in punycode;
  hosts that hand things out by key; dots and schemes written so that software does not see them. An e-mail address
  written with "(at)" is not one of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from bot.guard.model import Where
from bot.guard.plain import visible

_PICTURES = "jpe?g|jfif|png|gif|webp|avif|hei[cf]|bmp|tiff?|cr[23]|nef|dng"
_FILMS = "mp4|m4v|mov|avi|mkv|wmv|flv|webm|mpe?g|3gp|vob|mts|m2ts"
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_FILE = re.compile(rf"(?P<stem>[\w()\-]{{1,120}})\.(?:{_PICTURES}|(?P<film>{_FILMS}))(?![\w-])", re.I)
_CAMERA = re.compile(
    r"(?<![^\W_])(?:(?:img|dsc[fn]?|vid|pxl|mvi|gopr|dcim|screenshot|whatsapp)[_-]\d{3}|(?:img|dsc[fn]?|mvi|gopr)\d{4})",
    re.I,
)
_SCHEME = re.compile(
    r"(?<![^\W_])(?:hxxps?|h[*x+]{2}ps?|meow)\W{0,3}[:/]"
    r"|(?<![^\W_])(?:magnet|ed2k|javascript|vbscript|data):(?=[\w?|])"
    r"|(?<![^\W_])(?:ftps?|sftp|smb|file|ipfs|ipns|gopher|gemini|tg|nntp|dchub|freenet)://"
    r"|(?<![^\W_])https?(?:\s{1,3}:\s{0,3}|:\s{1,3})//"
    r"|(?:SSK|USK|CHK)@\w{20}",
    re.I,
)
_DARK = re.compile(
    r"(?:\.|[\[({]\s{0,2}(?:\.|dot|punkt)\s{0,2}[\])}]|\s(?:dot|punkt)\s)\s{0,2}(?:onion|i2p|loki)(?![^\W_])"
    r"|(?<![^\W_])[a-z2-7]{55}d(?![^\W_])",
    re.I,
)
_SPOKEN_ENDINGS = "com|net|org|biz|info|eu|se|dk|fi|ru|su|uk|de|nl|pl|io|cc|ws|gg|tv|ly|xyz|icu|lol|cam|pics|pw|onion"
_SPOKEN_WORDS = "nu|to|me|top|live|link|club|site|online|space|store|shop|page|host|cloud|chat|world|fun|app|dev|test"
_HIDDEN_DOT = re.compile(
    r"(?<=[\w-])\s{0,2}[\[({<]\s{0,2}(?:\.|dot|punkt|d0t)\s{0,2}[\])}>]\s{0,2}[a-z]{2}"
    rf"|(?<=[\w-]{{2}})\s(?:dot|punkt|d0t)\s(?:{_SPOKEN_ENDINGS})(?![^\W_])"
    rf"|(?<=[\w-]{{2}})(?<!\bthe)(?<!\bthis)(?<!\bfrom)(?<!\beach)(?<!\bto)\s(?:dot|d0t)\s(?:{_SPOKEN_WORDS})(?![^\W_])(?!\s(?:dot|d0t)(?![^\W_]))",
    re.I,
)
_MAIL_BEFORE = re.compile(r"(?:@|[\[({<]\s?(?:at|a|snabel-?a)\s?[\])}>]|\sat\s)\s?[\w.-]{0,40}\Z", re.I)
_ADDRESS = re.compile(r"https?://[^\s<>\"|]{1,2000}", re.I)
_BARE_HOST = re.compile(
    r"(?<![\w@./-])(?P<host>(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24})(?P<port>:[0-9]{1,5})?/[^\s<>\"|]", re.I
)
_NUMBER_HOST = re.compile(
    rf"(?<![\w.])(?<!\bv )(?<!version )(?P<host>(?:{_OCTET}\.){{3}}{_OCTET})(?P<more>[:/]\S{{1,80}})?(?![\w.]\d|\w)",
    re.I,
)
_RANGE = re.compile(r"/\d{1,2}\W?")
_HEX = re.compile(r"(?<![^\W_])(?:0x)?([0-9a-f]{16,4000})(?![^\W_])", re.I)
_HEX_GROUPS = re.compile(
    r"(?<![^\W_])(?:[0-9a-f]{8}(?:[ :.\-][0-9a-f]{8}){3}|[0-9a-f]{4}(?:[ :.\-][0-9a-f]{4}){5}"
    r"|[0-9a-f]{2}(?:[ :.\-][0-9a-f]{2}){11})(?![0-9a-z])",
    re.I,
)
_KEY = re.compile(r"(?<![\w/+=])[A-Za-z0-9+/]{40,}={0,2}(?![\w/+])")
_FRAGMENT = re.compile(r"[\w+/=!-]{16,}")
_PICTURE_END = re.compile(rf"\.(?:{_PICTURES})\Z", re.I)
_PORTS = (None, 80, 443)
_DOCUMENTATION = tuple(map(ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")))
"""RFC 5737: they stand for public addresses wherever somebody writes of one without naming it."""


class Structure:
    """The check of shapes, with the hosts and file names that a content pack tells apart."""

    def __init__(
        self, harmless_files: Iterable[str] = (), trusted_hosts: Iterable[str] = (), odd_hosts: Iterable[str] = ()
    ) -> None:
        self._harmless = frozenset(name.casefold() for name in harmless_files)
        self._trusted = frozenset(host.casefold() for host in trusted_hosts)
        self._odd = frozenset(host.casefold() for host in odd_hosts)

    def points(self, text: str, where: Where) -> bool:
        """Whether something in the text could be followed to material."""
        text = visible(text)
        if _SCHEME.search(text) or _DARK.search(text) or _CAMERA.search(text) or self._hidden_dot(text):
            return True
        rest = text
        for match in _ADDRESS.finditer(text):
            parts = _split(match.group())
            if parts is None or self._odd_address(parts):
                return True
            if _within(parts.hostname or "", self._trusted):
                rest = rest.replace(match.group(), " ")
            elif where is Where.EVENT and _PICTURE_END.search(parts.path):
                rest = rest.replace(parts.path, " ")
        return (
            any(match["port"] or _within(match["host"], self._odd) for match in _BARE_HOST.finditer(rest))
            or any(_public(match) for match in _NUMBER_HOST.finditer(rest))
            or self._file(rest)
            or any(_mixed(match[1]) for match in _HEX.finditer(rest))
            or any(_mixed(match[0]) for match in _HEX_GROUPS.finditer(rest))
            or any(_random(match[0]) for match in _KEY.finditer(_ADDRESS.sub(" ", rest)))
        )

    def _hidden_dot(self, text: str) -> bool:
        return any(
            not _MAIL_BEFORE.search(text[max(0, match.start() - 40) : match.start()])
            for match in _HIDDEN_DOT.finditer(text)
        )

    def _odd_address(self, parts: SplitResult) -> bool:
        host = (parts.hostname or "").rstrip(".")
        return (
            parts.port not in _PORTS
            or "@" in parts.netloc
            or "." not in host
            or "xn--" in host
            or _numeric(host)
            or _within(host, self._odd)
            or (not _within(host, self._trusted) and any(map(_random, _FRAGMENT.findall(parts.fragment))))
        )

    def _file(self, text: str) -> bool:
        for match in _FILE.finditer(text):
            names = [part for part in re.split(r"[^a-zåäö]+", match["stem"].casefold()) if part]
            if not names or not self._harmless.issuperset(names) or re.search(r"\d{5}", match["stem"]):
                return True
        return False


def _split(address: str) -> SplitResult | None:
    """The parts of an address, or None when it is not one that a browser would take as it looks."""
    try:
        parts = urlsplit(address.rstrip(".,;:!?)]}'*_~"))
        _ = parts.port
    except ValueError:
        return None
    return parts


def _within(host: str, hosts: frozenset[str]) -> bool:
    """Whether the host or a parent of it is listed; a name without a dot is looked for as any label."""
    labels = host.casefold().split(".")
    return any(".".join(labels[at:]) in hosts or labels[at] in hosts for at in range(len(labels)))


def _numeric(host: str) -> bool:
    """Whether the host is a number in any of the notations that browsers take."""
    if re.fullmatch(r"[\d.]+|0x[0-9a-f.x]+", host, re.I):
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _public(match: re.Match[str]) -> bool:
    """A dotted quad that leads somewhere: with a path or port, or outside private and reserved ranges."""
    if match["more"] and not _RANGE.fullmatch(match["more"]):
        return True
    address = ip_address(match["host"])
    return address.is_global or any(address in network for network in _DOCUMENTATION)


def _mixed(digits: str) -> bool:
    """Figures and letters both, at least two of each: neither a telephone number nor a word."""
    figures = sum(c.isdigit() for c in digits)
    letters = sum(c.isalpha() for c in digits)
    return figures >= 2 and letters >= 2


def _random(text: str) -> bool:
    """Upper case, lower case and figures in one run: a key, not a word."""
    return any(map(str.isupper, text)) and any(map(str.islower, text)) and any(map(str.isdigit, text))
