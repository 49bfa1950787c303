"""Answering a question with an entry: the nearest ones, or any of a topic."""

from __future__ import annotations

from bot.app import Cogwheel
from bot.errors import NotFound
from bot.faq import desk_cards
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, pick, press
from bot.ui.reply import move_on, replace


class KnowledgeEntriesDoors(Doorway):
    """From a question to the entry that answers it."""

    @press("knowledge.from")
    async def from_faq(self, interaction: Interaction, question_id: int) -> None:
        """Offer the entries that may answer."""
        here, me = services(interaction), actor(interaction)
        near = await here.faqs.near(me, question_id)
        topics = [topic for topic in here.content.topics.values() if here.content.faqs_of(topic.slug)]
        await move_on(interaction, desk_cards.choose(await here.faqs.question(me, question_id), near, topics))

    @pick("knowledge.topic")
    async def topic(self, interaction: Interaction, picked: list[str], question_id: int) -> None:
        """Offer the entries of a topic."""
        await self.more(interaction, question_id, picked[0], 0)

    @press("knowledge.more")
    async def more(self, interaction: Interaction, question_id: int, slug: str, start: int) -> None:
        """Offer further entries of a topic."""
        here = services(interaction)
        question = await here.faqs.open_question(actor(interaction), question_id)
        faqs = here.content.faqs_of(slug)
        if slug not in here.content.topics or start >= len(faqs):
            raise NotFound("topic")
        await move_on(interaction, desk_cards.choose_in(question, here.content.topics[slug], faqs, start))

    @pick("knowledge.chosen")
    async def chosen(self, interaction: Interaction, picked: list[str], question_id: int) -> None:
        """Answer with an entry."""
        here = services(interaction)
        question = await here.faqs.answer_with(actor(interaction), question_id, picked[0])
        await replace(interaction, desk_cards.question_card(question, here.faqs.entry_of(question)))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(KnowledgeEntriesDoors(bot.doors))
