"""/knowledge and *Answer from FAQ*: what waits for an answer, and giving it."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.actor import Action
from bot.app import Cogwheel
from bot.errors import TextStopped
from bot.faq import cards, desk_cards
from bot.faq.model import Question
from bot.reporting import cards as reporting
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, pick, press, submit
from bot.ui.escape import clean
from bot.ui.forms import Form, Values
from bot.ui.reply import move_on, replace, reply
from bot.ui.words import N_, speaking


class KnowledgeDoors(Doorway):
    """Open questions, and answers for a message."""

    group = app_commands.Group(
        name="knowledge",
        description=N_("Answers, and questions that have none"),
        guild_only=True,
        default_permissions=discord.Permissions(manage_messages=True),
    )

    def __init__(self, bot: Cogwheel) -> None:
        super().__init__(bot.doors)
        self._tree = bot.tree
        self._menu = app_commands.ContextMenu(name="Answer from FAQ", callback=self.answer_message)
        self._menu.default_permissions = discord.Permissions(manage_messages=True)
        self._menu.guild_only = True
        self._tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Take the menu away with the cog."""
        self._tree.remove_command(self._menu.name, type=self._menu.type)

    @group.command(name="gaps", description=N_("Questions that nobody has answered yet, newest first"))
    async def gaps_command(self, interaction: Interaction) -> None:
        """Show the first page of open questions."""
        await self.gaps(interaction, 0)

    @press("knowledge.gaps")
    async def gaps(self, interaction: Interaction, after: int) -> None:
        """Show a page of open questions."""
        page = await services(interaction).faqs.gaps(actor(interaction), after or None)
        await move_on(interaction, desk_cards.gaps(page, after))

    @pick("knowledge.open")
    async def opened(self, interaction: Interaction, picked: list[str]) -> None:
        """Open one question."""
        question = await services(interaction).faqs.question(actor(interaction), int(picked[0]))
        await reply(interaction, _card(interaction, question))

    @press("knowledge.answer")
    async def answer(self, interaction: Interaction, question_id: int) -> None:
        """Ask for the answer."""
        await self.doors.open(interaction, "knowledge.answer", question_id)

    @form("knowledge.answer")
    async def answer_form(self, interaction: Interaction, values: Values, question_id: int) -> Form:
        """Build the form, for those who may answer and while the question is open."""
        question = await services(interaction).faqs.open_question(actor(interaction), question_id)
        return desk_cards.answer_form(question, values)

    @submit("knowledge.answer")
    async def answered(self, interaction: Interaction, values: Values, question_id: int) -> None:
        """Answer in one's own words."""
        faqs = services(interaction).faqs
        question = await faqs.answer(actor(interaction), question_id, clean(values.text("answer")))
        await replace(interaction, _card(interaction, question))

    @press("knowledge.close")
    async def close(self, interaction: Interaction, question_id: int) -> None:
        """Close without an answer."""
        question = await services(interaction).faqs.close(actor(interaction), question_id)
        await replace(interaction, _card(interaction, question))

    async def answer_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Find answers for a message; only the person who asked for them sees it."""
        here = services(interaction)
        try:
            faqs, stopped = here.faqs.fitting(actor(interaction), clean(message.content))
        except TextStopped as error:
            await reply(interaction, reporting.stopped(here.content, here.clock(), error, None))
            return
        found = desk_cards.suggestion(faqs, here.clock().date())
        if stopped is not None:
            case = TextStopped(stopped.field, stopped.kind, structural=False)
            help_card = reporting.stopped(here.content, here.clock(), case, None)
            found = cards.help_first(help_card, found, cards.topics(here.content))
        await reply(interaction, found)

    @press("knowledge.see")
    async def see(self, interaction: Interaction, slug: str) -> None:
        """Show another entry, ready to be posted."""
        here = services(interaction)
        actor(interaction).check(Action.KNOWLEDGE)
        await move_on(interaction, desk_cards.suggestion([here.faqs.entry(slug)], here.clock().date()))

    @press("knowledge.post")
    async def post(self, interaction: Interaction, slug: str) -> None:
        """Post an answer where everybody reads it, in the server's language."""
        here, me = services(interaction), actor(interaction)
        me.check(Action.KNOWLEDGE)
        faq = here.faqs.entry(slug)
        settings = await here.servers.settings(me.guild_id)
        with speaking(settings.locale):
            await reply(interaction, cards.answer(faq, here.clock().date(), public=True), public=True)


def _card(interaction: Interaction, question: Question) -> discord.ui.LayoutView:
    return desk_cards.question_card(question, services(interaction).faqs.entry_of(question))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(KnowledgeDoors(bot))
