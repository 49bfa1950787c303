"""/profile: all that is held about me, in words, and my choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from discord import app_commands, ui

from bot.app import Cogwheel
from bot.errors import Invalid
from bot.members import cards, profile_cards
from bot.members.model import Notice
from bot.members.news import in_words
from bot.pledges import living_cards
from bot.pledges.followup_model import QUESTIONS
from bot.pledges.handing import HANDED
from bot.pledges.model import Act
from bot.privacy.cards import held_lines
from bot.privacy.model import Area
from bot.ui.context import Interaction, actor, services
from bot.ui.context import news as pending_news
from bot.ui.doors import Doorway, pick, press
from bot.ui.errors import agreed
from bot.ui.reply import move_on, replace
from bot.ui.words import N_, _, speak

_TOLD_ELSEWHERE = frozenset({Area.REGISTRATION, Area.CHOICES})
"""What the card has lines of its own for."""
_SENT_BACK = (Act.ASK_CHANGES, Act.NOT_YET, Act.REFUSE_CHANGE)
_SAID_ABOVE = frozenset({*(f"pledge.{act.value}" for act in _SENT_BACK), HANDED, "pledge.draft", "pledge.invited"})
"""News that says no more than the line of what waits."""


class ProfileDoors(Doorway):
    """Seeing oneself, being reached, being spoken to."""

    @app_commands.command(name="profile", description=N_("Everything held about you here, and your choices"))
    @app_commands.guild_only()
    async def profile(self, interaction: Interaction) -> None:
        """Show what waits for me, and what is new."""
        await self.open(interaction)

    @press("profile.open")
    async def open(self, interaction: Interaction) -> None:
        """Show what waits for me, and what is new."""
        await self._show(interaction, profile_cards.profile)

    @press("profile.held")
    async def everything(self, interaction: Interaction) -> None:
        """Show everything."""
        await self._show(interaction, profile_cards.everything)

    async def _show(
        self, interaction: Interaction, render: Callable[[profile_cards.Mine, datetime], ui.LayoutView]
    ) -> None:
        here = services(interaction)
        held = await here.privacy.held(actor(interaction))
        if not held:
            await move_on(interaction, profile_cards.nothing())
            return
        pending_news(interaction)  # it stands on this very card, so no line below it says so
        await move_on(interaction, render(await self._mine(interaction, held), here.clock()))

    async def _mine(self, interaction: Interaction, held: Mapping[Area, int]) -> profile_cards.Mine:
        here, me = services(interaction), actor(interaction)
        member = await here.members.find(me.guild_id, me.user_id)
        version = (await here.privacy.notice(me.guild_id)).version
        pledges = [(one, await here.pledges.sent_back(one)) for one in await here.pledges.matching(me, "", mine=True)]
        invited = await here.pledges.asked(me, 3)
        above = {pledge.id for pledge, reason in pledges if profile_cards.waits(pledge, reason)}
        above |= {pledge.id for pledge in invited}
        answers = await here.events.signups_of(me.guild_id, me.user_id)
        return profile_cards.Mine(
            sectors=await here.sectors.of(me.guild_id),
            member=member,
            unsaved=await here.members.draft(me) is not None,
            reach=await here.members.reach(me.guild_id, me.user_id),
            news=[
                await self._words(interaction, one)
                for one in await here.members.news(me)
                if one.kind not in QUESTIONS and not (one.kind in _SAID_ABOVE and one.subject_id in above)
            ],
            pledges=pledges,
            coming=[pair for pair in answers if pair[0].ends > here.clock()],
            questions=(await here.faqs.mine(me)).questions,
            more=held_lines({area: count for area, count in held.items() if area not in _TOLD_ELSEWHERE}),
            outdated=member is not None and member.consent_version != version,
            asked=await here.pledges.questions(me),
            invited=invited,
        )

    async def _words(self, interaction: Interaction, notice: Notice) -> str:
        here = services(interaction)
        return await in_words(notice, here.pledges, here.events, here.introductions)

    @press("consent.open")
    async def read_notice(self, interaction: Interaction) -> None:
        """Show the notice that has changed; nobody has to wait until they add something."""
        await services(interaction).members.check_consent(actor(interaction))
        await move_on(interaction, agreed())

    @press("profile.reach")
    async def ask_reach(self, interaction: Interaction) -> None:
        """Ask how to reach this person."""
        me = actor(interaction)
        way, _channel, _language = await services(interaction).members.reach(me.guild_id, me.user_id)
        listens = await services(interaction).pledges.listens(me)
        await move_on(interaction, profile_cards.reach(way, listens))

    @pick("profile.reach")
    async def choose_reach(self, interaction: Interaction, picked: list[str]) -> None:
        """Store how to reach this person."""
        way, channel_id = cards.reach_picked(picked[0], interaction.channel_id, interaction.app_permissions)
        await services(interaction).members.choose_reach(actor(interaction), way, channel_id)
        words = _("News for you from now on: **{way}**.", way=cards.reach_words(way))
        await replace(interaction, profile_cards.chosen(words))

    @press("profile.listen")
    async def listen(self, interaction: Interaction, yes: int) -> None:
        """Choose whether to hear when a partner in my sectors needs help."""
        await services(interaction).pledges.listen(actor(interaction), bool(yes))
        await replace(interaction, living_cards.listening(bool(yes)))

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
        await replace(interaction, profile_cards.chosen(_("I'll answer you in this language here.")))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(ProfileDoors(bot.doors))
