"""News for one person, delivered in the way they chose."""

from __future__ import annotations

import discord
from discord import ui

from bot.delivery.kinds import Kind, Message
from bot.events.service import Events
from bot.faq import cards as faq_cards
from bot.faq.service import Faqs
from bot.introductions.service import Introductions
from bot.members import cards
from bot.members.model import Notice, Reach
from bot.members.news import in_words
from bot.members.service import Members
from bot.pledges import living_cards, making_cards
from bot.pledges.followup_model import LAPSING, QUESTIONS, CheckIn
from bot.pledges.handing import HANDED
from bot.pledges.service import Pledges
from bot.servers.service import Servers
from bot.ui.words import speaking


def kinds(
    members: Members, pledges: Pledges, events: Events, faqs: Faqs, introductions: Introductions, servers: Servers
) -> list[Kind]:
    """Return the notice kind: a direct message, or a mention that pings that person alone."""

    async def notice(guild_id: int, notice_id: int) -> Message | None:
        news = await members.notice(guild_id, notice_id)
        if news is None or news.seen:
            return None
        question = await asked(news)
        if question is None and news.kind in QUESTIONS:
            return None
        reach, channel_id, language = await members.reach(guild_id, news.user_id)
        settings = await servers.settings(guild_id)
        if reach is Reach.DM:
            with speaking(language or settings.locale):
                words = await in_words(news, pledges, events, introductions)
                view = living_cards.question_card(question) if question is not None else await answer(news)
                view = view or cards.notice(news, words, private=True)
                return Message(user_id=news.user_id, view=view)
        if reach is Reach.MENTION and channel_id is not None:
            with speaking(settings.locale):
                return Message(
                    channel_id=channel_id,
                    view=cards.notice(news, "", private=False),
                    pings=discord.AllowedMentions(users=[discord.Object(news.user_id)]),
                )
        return None

    async def asked(news: Notice) -> CheckIn | None:
        if news.kind not in QUESTIONS:
            return None
        pledge = await pledges.question(news.guild_id, news.user_id, news.subject_id, news.created_at)
        return None if pledge is None else CheckIn(pledge, news.kind == LAPSING)

    async def answer(news: Notice) -> ui.LayoutView | None:
        if news.kind in ("pledge.invited", HANDED):
            asked = await pledges.asked_of(news.guild_id, news.user_id, news.subject_id)
            return making_cards.invitation(asked) if asked is not None else None
        question = await faqs.any(news.guild_id, news.subject_id) if news.kind.startswith("faq.") else None
        if question is None:
            return None
        return faq_cards.told(question, faqs.entry_of(question), news.created_at.date())

    return [Kind("member.notice", notice)]
