"""Who is responsible for a server's data: a name, and a way to write to them."""

from __future__ import annotations

import re

from bot.errors import Invalid
from bot.links import checked_link
from bot.servers.model import Contact

NAME_LIMIT = 80
WHERE_LIMIT = 150

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}")
"""What mail servers commonly take (RFC 5321 allows more); whether anybody reads it, no pattern knows."""


def checked_contact(name: str, where: str) -> Contact:
    """Return a contact. Raises Invalid where the name is missing or ``where`` is no e-mail address or https page."""
    if not name:
        raise Invalid("contact_name", "empty")
    if len(name) > NAME_LIMIT:
        raise Invalid("contact_name", "too long", limit=NAME_LIMIT)
    if not where:
        raise Invalid("contact", "empty")
    if len(where) > WHERE_LIMIT:
        raise Invalid("contact", "too long", limit=WHERE_LIMIT)
    if _ADDRESS.fullmatch(where):
        return Contact(name, where)
    if not where.lower().startswith("https://"):
        raise Invalid("contact", "no contact")
    return Contact(name, checked_link(where, "contact", WHERE_LIMIT))
