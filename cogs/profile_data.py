"""The buttons under one's own profile that take data along, leave, or erase."""

from __future__ import annotations

import io
import json

import discord

from bot.app import Cogwheel
from bot.privacy import cards
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, press
from bot.ui.reply import move_on, replace, reply


class ProfileDataDoors(Doorway):
    """What somebody may do with all that is held about them. Works for the paused, too."""

    @press("profile.download")
    async def download(self, interaction: Interaction) -> None:
        """Hand over everything as a JSON file."""
        privacy, me = services(interaction).privacy, actor(interaction)
        held, data = await privacy.held(me), await privacy.export(me)
        file = io.BytesIO(json.dumps(data, ensure_ascii=False, indent=2).encode())
        await reply(interaction, cards.download(held), files=[discord.File(file, cards.FILENAME)])

    @press("profile.erase")
    async def ask_erase(self, interaction: Interaction) -> None:
        """Show what goes, what stays and what can not be called back."""
        here, me = services(interaction), actor(interaction)
        held, seen = await here.privacy.held(me), await here.pledges.seen_by_others(me)
        contact = (await here.privacy.notice(me.guild_id)).contact
        await move_on(interaction, cards.erase_question(held, seen, contact, staff=me.is_staff))

    @press("profile.erase.now")
    async def erase(self, interaction: Interaction) -> None:
        """Erase."""
        me = actor(interaction)
        await services(interaction).privacy.erase(me.guild_id, me.user_id)
        await replace(interaction, cards.erased())

    @press("profile.leave")
    async def ask_leave(self, interaction: Interaction) -> None:
        """Show what leaving does."""
        actor(interaction)
        await move_on(interaction, cards.leave_question())

    @press("profile.leave.now")
    async def leave(self, interaction: Interaction) -> None:
        """Leave."""
        await services(interaction).privacy.leave(actor(interaction))
        await replace(interaction, cards.left())


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(ProfileDataDoors(bot.doors))
