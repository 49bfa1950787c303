"""News for one person, delivered in the way they chose."""

from __future__ import annotations

import discord
from discord import ui

from bot.delivery.kinds import Kind, Message
from bot.events.service import Events
from bot.faq import cards as faq_cards
from bot.faq.service import Faqs
from bot.members import cards
from bot.members.model import Notice, Reach
from bot.members.news import in_words
from bot.members.service import Members
from bot.pledges.service import Pledges
from bot.servers.service import Servers
from bot.ui.words import speaking


def kinds(members: Members, pledges: Pledges, events: Events, faqs: Faqs, servers: Servers) -> list[Kind]:
    """Return the notice kind: a direct message, or a mention that pings that person alone."""

    async def notice(guild_id: int, notice_id: int) -> Message | None:
        news = await members.notice(guild_id, notice_id)
        if news is None or news.seen:
            return None
        reach, channel_id, language = await members.reach(guild_id, news.user_id)
        settings = await servers.settings(guild_id)
        if reach is Reach.DM:
            with speaking(language or settings.locale):
                words = await in_words(news, pledges, events)
                view = await answer(news) or cards.notice(news, words, private=True)
                return Message(user_id=news.user_id, view=view)
        if reach is Reach.MENTION and channel_id is not None:
            with speaking(settings.locale):
                return Message(
                    channel_id=channel_id,
                    view=cards.notice(news, "", private=False),
                    pings=discord.AllowedMentions(users=[discord.Object(news.user_id)]),
                )
        return None

    async def answer(news: Notice) -> ui.LayoutView | None:
        question = await faqs.any(news.guild_id, news.subject_id) if news.kind.startswith("faq.") else None
        if question is None:
            return None
        return faq_cards.told(question, faqs.entry_of(question), news.created_at.date())

    return [Kind("member.notice", notice)]
