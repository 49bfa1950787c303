"""/setup people: pausing somebody, and ending a pause."""

from __future__ import annotations

import discord

from bot.actor import Action
from bot.app import Cogwheel
from bot.errors import Invalid
from bot.members import pause_cards as cards
from bot.ui.context import Interaction, actor, guild, services
from bot.ui.doors import Doorway, form, pick, press, submit
from bot.ui.errors import invalid
from bot.ui.escape import clean
from bot.ui.forms import Form, Values
from bot.ui.reply import move_on


class SetupPauseDoors(Doorway):
    """For admins."""

    @press("pause.list")
    async def paused(self, interaction: Interaction, after: int) -> None:
        """Show who is paused."""
        page = await services(interaction).pauses.page(actor(interaction), after or None)
        await move_on(interaction, cards.paused_list(page))

    @press("pause.before")
    async def before(self, interaction: Interaction, until: int) -> None:
        """Show the page before."""
        page = await services(interaction).pauses.page(actor(interaction), until, back=True)
        await move_on(interaction, cards.paused_list(page))

    @pick("pause.who")
    async def picked(self, interaction: Interaction, picked: list[str]) -> None:
        """Show one person."""
        await self.person(interaction, int(picked[0]) if picked[0].isdecimal() else 0)

    @press("pause.show")
    async def person(self, interaction: Interaction, user_id: int) -> None:
        """Show one person, and what can be done."""
        me, pauses = actor(interaction), services(interaction).pauses
        me.check(Action.SET_UP)
        history = await pauses.history(me, user_id)
        obstacle = None
        try:
            pauses.check(me, user_id, **await self._facts(interaction, user_id))
        except Invalid as error:
            obstacle = invalid(error)
        await move_on(interaction, cards.person(user_id, history, obstacle))

    @press("pause.ask")
    async def ask(self, interaction: Interaction, user_id: int) -> None:
        """Ask for a reason."""
        await self.doors.open(interaction, "pause.reason", user_id)

    @form("pause.reason")
    async def reason_form(self, interaction: Interaction, values: Values, user_id: int) -> Form:
        """Build the form."""
        actor(interaction).check(Action.SET_UP)
        return cards.reason_form(user_id, values)

    @submit("pause.reason")
    async def pause(self, interaction: Interaction, values: Values, user_id: int) -> None:
        """Pause the person."""
        actor(interaction).check(Action.SET_UP)
        facts = await self._facts(interaction, user_id)
        await services(interaction).pauses.pause(actor(interaction), user_id, clean(values.text("reason")), **facts)
        await self.person(interaction, user_id)

    @press("pause.end")
    async def resume(self, interaction: Interaction, user_id: int) -> None:
        """End the pause."""
        await services(interaction).pauses.resume(actor(interaction), user_id)
        await self.person(interaction, user_id)

    async def _facts(self, interaction: Interaction, user_id: int) -> dict[str, bool]:
        """Return whether the person is an admin of this server, and whether a bot. Raises Invalid for nobody here."""
        try:
            member = await guild(interaction).fetch_member(user_id)
        except discord.NotFound:
            raise Invalid("person", "person gone") from None
        return {"admin": member.guild_permissions.manage_guild, "bot": member.bot}


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(SetupPauseDoors(bot.doors))
