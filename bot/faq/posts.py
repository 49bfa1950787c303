"""The row of the outbox that questions own: the organisers' card."""

from __future__ import annotations

from bot.delivery.kinds import Kind, Message
from bot.faq import desk_cards
from bot.faq.service import Faqs
from bot.servers.model import Channel
from bot.servers.service import Servers
from bot.ui.words import speaking


def kinds(faqs: Faqs, servers: Servers) -> list[Kind]:
    """Return the card on a question that waits for the organisers; a gap that nobody handed over has none."""

    async def question(guild_id: int, question_id: int) -> Message | None:
        settings = await servers.settings(guild_id)
        found = await faqs.any(guild_id, question_id)
        if found is None or not found.handed:
            return None
        with speaking(settings.locale):
            return Message(
                channel_id=settings.channel(Channel.ORGANISERS),
                view=desk_cards.question_card(found, faqs.entry_of(found)),
            )

    return [Kind("faq.question", question)]
