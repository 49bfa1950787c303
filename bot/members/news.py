"""A piece of news in words, for the message that brings it and for /profile."""

from __future__ import annotations

from bot.events.service import Events
from bot.members.cards import notice_line
from bot.members.model import Notice
from bot.pledges.service import Pledges
from bot.ui import times
from bot.ui.escape import plain, quiet


async def in_words(news: Notice, pledges: Pledges, events: Events) -> str:
    """Return the sentence, with the title of what it is about as it is now."""
    title = None
    if news.kind.startswith("pledge."):
        pledge = await pledges.any(news.guild_id, news.subject_id)
        title = quiet(plain(pledge.what, 90)) if pledge else None
    elif news.kind.startswith("event."):
        event = await events.any(news.guild_id, news.subject_id)
        title = f"{quiet(event.title)}, {times.full(event.starts)}" if event else None
    return notice_line(news, title)
