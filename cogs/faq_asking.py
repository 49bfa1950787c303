"""The buttons around an answer: votes, sharing, handing a question to the organisers, one's own questions."""

from __future__ import annotations

import discord

from bot.app import Cogwheel
from bot.errors import NotAllowed
from bot.faq import cards
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, pick, press, submit
from bot.ui.escape import clean
from bot.ui.forms import Form, Values
from bot.ui.reply import move_on, reply
from bot.ui.words import speaking


class FaqAskingDoors(Doorway):
    """What people do with an answer, or without one."""

    @press("faq.helpful")
    async def helpful(self, interaction: Interaction, slug: str) -> None:
        """Count a vote for an answer."""
        await services(interaction).faqs.vote(actor(interaction), slug, helpful=True)
        await reply(interaction, cards.thanks(True))

    @press("faq.unhelpful")
    async def unhelpful(self, interaction: Interaction, slug: str, key: str) -> None:
        """Count a vote against an answer, and offer a person."""
        await services(interaction).faqs.vote(actor(interaction), slug, helpful=False)
        await reply(interaction, cards.thanks(False, key))

    @press("faq.share")
    async def share(self, interaction: Interaction, slug: str) -> None:
        """Post the answer where everybody reads it, in the server's language."""
        here, me = services(interaction), actor(interaction)
        faq = here.faqs.entry(slug)
        here.faqs.check_share(me)
        may = interaction.permissions
        threaded = isinstance(interaction.channel, discord.Thread)
        # A reply of the bot is not bound by what the person may do, so nobody speaks through it where they are silent.
        if not me.is_staff and not (may.send_messages_in_threads if threaded else may.send_messages):
            raise NotAllowed("speak here")
        settings = await here.servers.settings(me.guild_id)
        with speaking(settings.locale):
            await reply(interaction, cards.answer(faq, here.clock().date(), public=True), public=True)

    @press("faq.hand")
    async def hand(self, interaction: Interaction, key: str) -> None:
        """Open the form for the organisers."""
        await self.doors.open(interaction, "faq.hand", key)

    @form("faq.hand")
    async def hand_form(self, interaction: Interaction, values: Values, key: str) -> Form:
        """Build the form, with what was typed before if it is still held."""
        here, me = services(interaction), actor(interaction)
        kept = None if values else await here.forms.take(me.guild_id, me.user_id, key)
        if kept is not None:
            values = Values(kept.values)
        elif not values and key in here.content.faqs:
            values = cards.about_entry(here.faqs.entry(key))
        return cards.hand_form(values, key)

    @submit("faq.hand")
    async def handed(self, interaction: Interaction, values: Values, key: str) -> None:
        """Hand the question over."""
        named = values.choice("named") == "yes"
        faqs = services(interaction).faqs
        question = await faqs.hand_over(actor(interaction), clean(values.text("question")), named=named)
        await move_on(interaction, cards.handed(question))

    @press("faq.mine")
    async def mine(self, interaction: Interaction, after: int) -> None:
        """Show a page of one's own questions."""
        page = await services(interaction).faqs.mine(actor(interaction), after or None)
        await move_on(interaction, cards.mine(page, after))

    @pick("faq.opened")
    async def opened(self, interaction: Interaction, picked: list[str]) -> None:
        """Open one of one's own questions."""
        here = services(interaction)
        question = await here.faqs.my_question(actor(interaction), int(picked[0]))
        await move_on(interaction, cards.own(question, here.faqs.entry_of(question), here.clock().date()))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(FaqAskingDoors(bot.doors))
