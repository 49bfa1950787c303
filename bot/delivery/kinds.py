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
    nobody is pinged. ``pin`` pins it when it is posted, where the bot may.
    """

    view: discord.ui.LayoutView | None = None
    channel_id: int | None = None
    user_id: int | None = None
    content: str | None = None
    embed: discord.Embed | None = None
    files: Sequence[discord.File] = ()
    pings: discord.AllowedMentions = field(default_factory=discord.AllowedMentions.none)
    pin: bool = False

    @property
    def has_place(self) -> bool:
        """Whether there is somewhere to send it."""
        return self.channel_id is not None or self.user_id is not None


Render = Callable[[int, int], Awaitable[Message | None]]
"""(guild_id, subject_id) -> the message, or None where nothing should stand there (any more)."""

Act = Callable[[discord.Client, int, int], Awaitable[str | None]]
"""(client, guild_id, subject_id) -> None once it is so on Discord, or a short reason why it can not be.

An act looks at the database and at Discord as they are now and does what is missing, so doing it again
after a kill finds the work done. The reason is shown to the people who look after the server.
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of row: a message that ``render`` gives, or something else to do on Discord, ``act``.

    ``revive``: post again when somebody deleted the message by hand (a pinned panel), instead of
    leaving it gone (an ordinary card). ``pace``: seconds between two edits of the same message, so
    that ten changes in a row become one edit. ``personal``: the subject is a person, so nothing is kept
    of a row that is done. ``then``: the kind of row that follows a new message, for the same subject; it is
    queued in the unit of work that remembers the message, so a kill in between loses nothing.
    Raises ValueError unless exactly one of ``render`` and ``act`` is given.
    """

    name: str
    render: Render | None = None
    revive: bool = False
    pace: float = 3.0
    act: Act | None = None
    personal: bool = False
    then: str = ""

    def __post_init__(self) -> None:
        if (self.render is None) is (self.act is None):
            raise ValueError(f"{self.name} either renders a message or acts")


Registry = dict[str, Kind]
