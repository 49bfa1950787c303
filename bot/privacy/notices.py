"""The privacy notice as it stands in a server: the content's words, the server's own, and their version."""

from __future__ import annotations

import re

from bot.content.model import Content
from bot.privacy.model import Notice
from bot.servers.model import ServerSettings
from bot.servers.service import Servers

DAYS = "{days}"
"""Where the content's notice says how long what is held about those who left stays."""

_IN_IDS = re.compile("[:~]")
"""Marks that a button's id has a use for; the version stands in one."""


class Notices:
    """Reads only; what a server says itself is chosen in :class:`bot.servers.service.Servers`."""

    def __init__(self, servers: Servers, content: Content) -> None:
        self._servers = servers
        self._content = content

    async def version(self, guild_id: int) -> str:
        """Return the version of the notice that stands in a server: the content's, and the server's own count.

        Raises StorageUnavailable.
        """
        return self._version(await self._servers.settings(guild_id))

    async def of(self, guild_id: int, locale: str = "en") -> Notice:
        """Return the notice of a server in a language. Raises StorageUnavailable."""
        return self.made(await self._servers.settings(guild_id), locale)

    def made(self, settings: ServerSettings, locale: str) -> Notice:
        """Return the notice that these choices make; without any it is the content's own."""
        return Notice(
            text="" if settings.notice_instead else self.shipped(locale, settings.retention.days),
            version=self._version(settings),
            own=settings.notice,
            days=settings.retention.days,
            contact=settings.contact,
        )

    def shipped(self, locale: str, days: int) -> str:
        """Return the content's own notice, with the days for which things stay."""
        return self._content.coalition.notice.text(locale).replace(DAYS, str(days))

    def longest(self) -> int:
        """Return how many characters the content's notice has in its longest language."""
        return max(map(len, self._content.coalition.notice.texts.values()))

    def _version(self, settings: ServerSettings) -> str:
        shipped = _IN_IDS.sub("-", self._content.coalition.notice_version)
        return f"{shipped}.{settings.notice_count}" if settings.notice_count else shipped
