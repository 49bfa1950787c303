"""Links that people give: https addresses of ordinary public pages. Their shape is checked, they are never fetched."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from bot.errors import Invalid

_INVITES = ("discord.gg", "dsc.gg")
# What could end the link early in a message, or mirror what is shown of it.
_UNFIT = frozenset('<>"\\^`{|}')


def checked_link(text: str, field: str, limit: int) -> str:
    """Return the link, tidied. Raises Invalid(field) where it is not an ordinary public https address."""
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
    if parts.username or parts.password or port not in (None, 443) or "." not in host or host.endswith("."):
        raise Invalid(field, "bad link")
    if host.removeprefix("www.") in _INVITES or "/invite/" in parts.path:
        raise Invalid(field, "bad link")
    if host.endswith((".onion", ".i2p", ".local", ".internal")):
        raise Invalid(field, "bad link")
    if _is_address(host) or not all(character.isalnum() or character in "-." for character in host):
        raise Invalid(field, "bad link")
    return link


def host_of(link: str) -> str:
    """Return the host of a checked link, as it is shown to people."""
    return urlsplit(link).hostname or ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        # A browser reads a host whose last part is a number, also a hexadecimal one, as an address.
        return host.rpartition(".")[2].startswith(tuple("0123456789"))
    return True
