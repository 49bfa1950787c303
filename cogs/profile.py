"""/profile: all that is held about me, in words, and my choices."""

from __future__ import annotations

from discord import app_commands

from bot.app import Cogwheel
from bot.errors import Invalid
from bot.members import cards, profile_cards
from bot.members.news import in_words
from bot.privacy.cards import held_lines
from bot.privacy.model import Area
from bot.ui.context import Interaction, actor, services
from bot.ui.context import news as pending_news
from bot.ui.doors import Doorway, pick, press
from bot.ui.reply import move_on, replace
from bot.ui.words import N_, _, speak

_TOLD_ELSEWHERE = frozenset({Area.REGISTRATION, Area.CHOICES})


class ProfileDoors(Doorway):
    """Seeing oneself, being reached, being spoken to."""

    @app_commands.command(name="profile", description=N_("All that is held about you here, and your choices"))
    @app_commands.guild_only()
    async def profile(self, interaction: Interaction) -> None:
        """Show everything."""
        await self.open(interaction)

    @press("profile.open")
    async def open(self, interaction: Interaction) -> None:
        """Show everything."""
        here, me = services(interaction), actor(interaction)
        held = await here.privacy.held(me)
        if not held:
            await move_on(interaction, profile_cards.nothing())
            return
        news = await here.members.news(me)
        pending_news(interaction)  # it stands on this very card, so no line below it says so
        coming = [pair for pair in await here.events.signups_of(me.guild_id, me.user_id) if pair[0].ends > here.clock()]
        await move_on(
            interaction,
            profile_cards.profile(
                here.content,
                await here.members.find(me.guild_id, me.user_id),
                await here.members.draft(me),
                await here.members.reach(me.guild_id, me.user_id),
                [await in_words(notice, here.pledges, here.events) for notice in news],
                await here.pledges.mine(me),
                coming,
                held_lines({area: count for area, count in held.items() if area not in _TOLD_ELSEWHERE}),
            ),
        )

    @press("profile.reach")
    async def ask_reach(self, interaction: Interaction) -> None:
        """Ask how to reach this person."""
        me = actor(interaction)
        way, _channel, _language = await services(interaction).members.reach(me.guild_id, me.user_id)
        await move_on(interaction, profile_cards.reach(way))

    @pick("profile.reach")
    async def choose_reach(self, interaction: Interaction, picked: list[str]) -> None:
        """Store how to reach this person."""
        way, channel_id = cards.reach_picked(picked[0], interaction.channel_id, interaction.app_permissions)
        await services(interaction).members.choose_reach(actor(interaction), way, channel_id)
        words = _("News for you from now on: **{way}**.", way=cards.reach_words(way))
        await replace(interaction, profile_cards.chosen(words))

    @press("profile.language")
    async def ask_language(self, interaction: Interaction) -> None:
        """Ask for a language."""
        me = actor(interaction)
        _way, _channel, chosen = await services(interaction).members.reach(me.guild_id, me.user_id)
        await move_on(interaction, profile_cards.language(chosen))

    @pick("profile.language")
    async def choose_language(self, interaction: Interaction, picked: list[str]) -> None:
        """Store a language, and speak it from here on."""
        if picked[0] not in (*profile_cards.LANGUAGES, profile_cards.DISCORDS):
            raise Invalid("language", "unknown choice")
        chosen = picked[0] if picked[0] in profile_cards.LANGUAGES else None
        await services(interaction).members.choose_locale(actor(interaction), chosen)
        speak(chosen or interaction.locale.value)
        await replace(interaction, profile_cards.chosen(_("I answer you in this language here.")))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(ProfileDoors(bot.doors))
