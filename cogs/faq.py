"""/faq: topics, answers, the three honest outcomes."""

from __future__ import annotations

from datetime import date

import discord
from discord import app_commands

from bot.app import Cogwheel
from bot.errors import Invalid, NotFound, TextStopped
from bot.faq import cards
from bot.faq.model import ANSWER_PREFIX, Reply, Stopped
from bot.faq.search import DontKnow
from bot.reporting import cards as reporting
from bot.ui import errors
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, pick, press, submit
from bot.ui.escape import clean, plain
from bot.ui.forms import Form, Values
from bot.ui.layout import primary
from bot.ui.reply import move_on, reply
from bot.ui.suggest import quietly
from bot.ui.words import N_, _


class FaqDoors(Doorway):
    """Asking and reading."""

    @app_commands.command(name="faq", description=N_("Ask about taking part, pledges, events, privacy or help"))
    @app_commands.guild_only()
    @app_commands.describe(question=N_("Your question in your own words, or pick one from the list"))
    async def faq(self, interaction: Interaction, question: str | None = None) -> None:
        """Answer a question, or show the topics where there is none."""
        typed = clean(question or "")
        if not typed:
            await self.topics(interaction)
        elif typed.startswith(ANSWER_PREFIX):
            await self.show(interaction, typed.removeprefix(ANSWER_PREFIX), cards.NOTHING_TYPED)
        else:
            await self._command(interaction, typed)

    async def _command(self, interaction: Interaction, typed: str) -> None:
        here = services(interaction)
        try:
            await self._answer(interaction, typed)
        except TextStopped as error:
            await reply(interaction, reporting.stopped(here.content, here.clock(), error, None))
        except Invalid as error:
            fix = primary(_("Fix it"), "faq.reword", _held(interaction, typed))
            await reply(interaction, errors.explain(error, fix))

    @faq.autocomplete("question")
    @quietly
    async def _questions(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = await services(interaction).faqs.suggest(actor(interaction), typed)
        return [app_commands.Choice(name=plain(asked, 100), value=ANSWER_PREFIX + slug) for asked, slug in found]

    async def _answer(self, interaction: Interaction, typed: str) -> None:
        here = services(interaction)
        found = await here.faqs.ask(actor(interaction), typed)
        if found.stopped is not None:
            await move_on(interaction, self._help_first(interaction, found, found.stopped))
            return
        key = _held(interaction, typed)
        today = here.clock().date()
        await move_on(interaction, cards.outcome(here.content, found.outcome, today, key, noted=found.noted))

    def _help_first(self, interaction: Interaction, found: Reply, stopped: Stopped) -> discord.ui.LayoutView:
        here = services(interaction)
        error = TextStopped(stopped.field, stopped.kind, structural=False)
        help_card = reporting.stopped(here.content, here.clock(), error, None)
        if isinstance(found.outcome, DontKnow):
            return help_card
        below = cards.outcome(here.content, found.outcome, here.clock().date(), None, noted=False)
        return cards.help_first(help_card, below, cards.topics(here.content))

    @press("faq.open")
    async def topics(self, interaction: Interaction) -> None:
        """Show the topics."""
        await move_on(interaction, cards.topics(services(interaction).content))

    @pick("faq.topic")
    async def topic(self, interaction: Interaction, picked: list[str]) -> None:
        """Show the questions of a topic."""
        await self.more(interaction, picked[0], 0)

    @press("faq.more")
    async def more(self, interaction: Interaction, slug: str, start: int) -> None:
        """Show further questions of a topic."""
        content = services(interaction).content
        if slug not in content.topics:
            raise NotFound("topic")
        await move_on(interaction, cards.topic(content.topics[slug], content.faqs_of(slug), max(0, start)))

    @pick("faq.pick")
    async def picked(self, interaction: Interaction, picked: list[str]) -> None:
        """Show the answer to a question of the list."""
        await self.show(interaction, picked[0], cards.NOTHING_TYPED)

    @press("faq.show")
    async def show(self, interaction: Interaction, slug: str, key: str) -> None:
        """Show an answer."""
        await move_on(interaction, cards.answer(services(interaction).faqs.entry(slug), _today(interaction), key))

    @press("faq.ask")
    async def ask(self, interaction: Interaction) -> None:
        """Open the form for one's own words."""
        await self.doors.open(interaction, "faq.ask")

    @press("faq.reword")
    async def reword(self, interaction: Interaction, key: str) -> None:
        """Open the form with what was typed."""
        here, me = services(interaction), actor(interaction)
        kept = await here.forms.take(me.guild_id, me.user_id, key)
        await self.doors.open(interaction, "faq.ask", values=Values(kept.values) if kept else None)

    @form("faq.ask")
    async def ask_form(self, interaction: Interaction, values: Values) -> Form:
        """Build the form."""
        return cards.ask_form(values)

    @submit("faq.ask")
    async def asked(self, interaction: Interaction, values: Values) -> None:
        """Answer what was typed into the form."""
        await self._answer(interaction, clean(values.text("question")))


def _today(interaction: Interaction) -> date:
    return services(interaction).clock().date()


def _held(interaction: Interaction, typed: str) -> str:
    """Keep what was typed in memory for a quarter of an hour, for this person's next form."""
    me = actor(interaction)
    return services(interaction).forms.hold(me.guild_id, me.user_id, "", {"question": typed})


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(FaqDoors(bot.doors))
