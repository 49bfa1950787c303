"""Evidence is an https link to a public page: its shape is checked, it is never fetched."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from bot.errors import Invalid
from bot.pledges.model import EVIDENCE_LIMIT

_INVITES = ("discord.gg", "dsc.gg")


def checked_link(text: str) -> str:
    """Return the link, tidied. Raises Invalid where it is not an ordinary public https address."""
    link = text.strip()
    if len(link) > EVIDENCE_LIMIT:
        raise Invalid("evidence", "too long", limit=EVIDENCE_LIMIT)
    if any(character.isspace() for character in link):
        raise Invalid("evidence", "bad link")
    try:
        parts = urlsplit(link)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise Invalid("evidence", "bad link") from None
    if parts.scheme.lower() != "https":
        raise Invalid("evidence", "not https")
    if parts.username or parts.password or port not in (None, 443) or "." not in host or host.endswith("."):
        raise Invalid("evidence", "bad link")
    if host.endswith((".onion", ".i2p", ".local", ".internal")) or host in _INVITES or "/invite/" in parts.path:
        raise Invalid("evidence", "bad link")
    if _is_address(host) or not all(character.isalnum() or character in "-." for character in host):
        raise Invalid("evidence", "bad link")
    return link


def host_of(link: str) -> str:
    """Return the host of a checked link, as it is shown to reviewers."""
    return urlsplit(link).hostname or ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host.replace(".", "").isdigit()
    return True
