"""A piece of news in words, for the message that brings it and for /profile."""

from __future__ import annotations

from bot.events.service import Events
from bot.introductions.service import Introductions
from bot.members.cards import notice_line
from bot.members.model import Notice
from bot.pledges.cards import headline
from bot.pledges.followup_model import HELP_OFFERED, HELP_WANTED
from bot.pledges.service import Pledges
from bot.ui import times
from bot.ui.escape import quiet
from bot.ui.words import _


async def in_words(news: Notice, pledges: Pledges, events: Events, introductions: Introductions) -> str:
    """Return the sentence, with the title of what it is about as it is now."""
    title = None
    if news.kind.startswith("pledge."):
        of = pledges.call if news.kind == HELP_WANTED else pledges.any
        pledge = await of(news.guild_id, news.subject_id)
        title = headline(pledge) if pledge else None
        if news.kind == HELP_OFFERED and pledge is not None:
            people = await pledges.offerers(news.guild_id, news.subject_id)
            title = f"{title} · {', '.join(f'<@{one}>' for one in people)}" if people else title
        elif news.kind == HELP_WANTED and pledge is None:
            return _("🙋 A partner in one of your sectors asked for help; it is no longer needed.")
    elif news.kind.startswith("event."):
        event = await events.any(news.guild_id, news.subject_id)
        title = f"{quiet(event.title)}, {times.full(event.starts)}" if event else None
    elif news.kind.startswith("introduction."):
        name = await introductions.other_name(news.guild_id, news.kind, news.subject_id)
        title = quiet(name) if name else None
    return notice_line(news, title)
