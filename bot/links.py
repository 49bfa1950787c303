"""Links that people give: https addresses of ordinary public pages. Their shape is checked, they are never fetched."""

from __future__ import annotations

import ipaddress
import unicodedata
from urllib.parse import urlsplit

from bot.errors import Invalid

_INVITES = ("discord.gg", "dsc.gg", "discord.me", "invite.gg")
# What could end the link early in a message, or mirror what is shown of it.
_UNFIT = frozenset('<>"\\^`{|}')
_HIDDEN_NETS = (".onion", ".i2p")
_INSIDE = (".local", ".internal", ".localhost", ".lan", ".home.arpa")


def checked_link(text: str, field: str, limit: int) -> str:
    """Return the link, tidied. Raises Invalid(field) where it is not an ordinary public https address.

    ``why`` says what it is instead: "not https", "link with a password", "hidden address", "bare address",
    "inside address", "invite", or else "bad link".
    """
    link = text.strip()
    if len(link) > limit:
        raise Invalid(field, "too long", limit=limit)
    if any(character.isspace() or not character.isprintable() for character in link) or _UNFIT & set(link):
        raise Invalid(field, "bad link")
    try:
        parts = urlsplit(link)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise Invalid(field, "bad link") from None
    if parts.scheme.lower() != "https":
        raise Invalid(field, "not https")
    if parts.username is not None or parts.password is not None:
        raise Invalid(field, "link with a password")
    _check_host(host, field)
    if _is_invite(host, parts.path):
        raise Invalid(field, "invite")
    if port not in (None, 443):
        raise Invalid(field, "bad link")
    return "https" + link[len("https") :]


def host_of(link: str) -> str:
    """Return the host of a checked link, as it is shown to people.

    Letters that are not Latin may pass for others: a part with any is shown as the network knows it (RFC 3492).
    """
    labels = (urlsplit(link).hostname or "").split(".")
    return ".".join(one if _latin(one) else f"xn--{one.encode('punycode').decode()}" for one in labels)


def _latin(label: str) -> bool:
    return all(one.isascii() or unicodedata.name(one, "").startswith("LATIN ") for one in label)


def _check_host(host: str, field: str) -> None:
    bare = host.rstrip(".")
    if _is_address(bare):
        raise Invalid(field, "bare address")
    if bare.endswith(_HIDDEN_NETS):
        raise Invalid(field, "hidden address")
    if "." not in bare or bare.endswith(_INSIDE):
        raise Invalid(field, "inside address")
    if not all(host.split(".")) or not all(character.isalnum() or character in "-." for character in host):
        raise Invalid(field, "bad link")
    if unicodedata.normalize("NFKC", host) != host:  # a browser goes where the plain letters lead
        raise Invalid(field, "bad link")


def _is_invite(host: str, path: str) -> bool:
    named = any(host == one or host.endswith(f".{one}") for one in _INVITES)
    return named or "/invite/" in f"{path.lower()}/"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        # A browser reads a host whose last part is a number, also a hexadecimal one, as an address.
        return host.rpartition(".")[2].startswith(tuple("0123456789"))
    return True
