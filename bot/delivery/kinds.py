"""What a row of the outbox can be, and what rendering one gives.

Rooms describe their kinds in ``posts.py``; ``bot.bootstrap`` gathers them into one registry.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import discord


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it should stand now: where it goes and what it looks like.

    At most one of ``channel_id`` and ``user_id`` is set; with neither it waits until the server has
    chosen a channel for it. ``pings`` is the explicit permission to mention anybody; without it
    nobody is pinged. ``pin`` pins it when it is posted, where the bot may; ``publish`` sends it on to the
    servers that follow an announcement channel.
    """

    view: discord.ui.LayoutView | None = None
    channel_id: int | None = None
    user_id: int | None = None
    content: str | None = None
    embed: discord.Embed | None = None
    files: Sequence[discord.File] = ()
    pings: discord.AllowedMentions = field(default_factory=discord.AllowedMentions.none)
    pin: bool = False
    publish: bool = False

    @property
    def has_place(self) -> bool:
        """Whether there is somewhere to send it."""
        return self.channel_id is not None or self.user_id is not None


Render = Callable[[int, int], Awaitable[Message | None]]
"""(guild_id, subject_id) -> the message, or None where nothing should stand there (any more)."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of row.

    ``revive``: post again when somebody deleted the message by hand (a pinned panel), instead of
    leaving it gone (an ordinary card). ``pace``: seconds between two edits of the same message, so
    that ten changes in a row become one edit.
    """

    name: str
    render: Render
    revive: bool = False
    pace: float = 3.0


Registry = dict[str, Kind]
