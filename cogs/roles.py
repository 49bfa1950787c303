"""Sector roles, reached from /setup sectors: switching them on and off, and choosing roles that exist."""

from __future__ import annotations

import discord

from bot.actor import Action
from bot.app import Cogwheel
from bot.content.model import Sector
from bot.errors import Invalid
from bot.roles import cards
from bot.roles.checkup import candidate, missing
from bot.roles.model import Candidate
from bot.ui.context import Interaction, actor, guild, services
from bot.ui.doors import Doorway, pick, press
from bot.ui.reply import move_on


class RolesDoors(Doorway):
    """For admins."""

    @press("roles.open")
    async def open(self, interaction: Interaction) -> None:
        """Show what switching on means, or which roles there are."""
        actor(interaction).check(Action.SET_UP)
        here, home = services(interaction), guild(interaction)
        sectors = (await here.sectors.of(home.id)).active
        book = await here.roles.book(home.id)
        allowed = home.me.guild_permissions.manage_roles
        if await here.roles.on(home.id):
            await move_on(interaction, cards.overview(sectors, book, missing(home, book), allowed=allowed))
        else:
            await move_on(interaction, cards.preview(sectors, book, allowed=allowed))

    @press("roles.on")
    async def switch_on(self, interaction: Interaction) -> None:
        """Give sector roles from now on."""
        await services(interaction).roles.switch(actor(interaction), True)
        await self.open(interaction)

    @press("roles.leave")
    async def ask_off(self, interaction: Interaction) -> None:
        """Say what switching off does."""
        actor(interaction).check(Action.SET_UP)
        await move_on(interaction, cards.off_question(await services(interaction).roles.book(guild(interaction).id)))

    @press("roles.off")
    async def switch_off(self, interaction: Interaction) -> None:
        """Give no sector roles any more."""
        await services(interaction).roles.switch(actor(interaction), False)
        await self.open(interaction)

    @press("roles.again")
    async def again(self, interaction: Interaction) -> None:
        """Compare everything once more."""
        await services(interaction).roles.again(actor(interaction))
        await self.open(interaction)

    @press("roles.renew")
    async def renew(self, interaction: Interaction) -> None:
        """Make roles again that were deleted by hand."""
        here, home = services(interaction), guild(interaction)
        await here.roles.renew(actor(interaction), missing(home, await here.roles.book(home.id)))
        await self.open(interaction)

    # A role that exists.

    @pick("roles.sector")
    async def picked_sector(self, interaction: Interaction, picked: list[str]) -> None:
        """Show the choice for a sector."""
        await self.sector(interaction, picked[0])

    @press("roles.sector")
    async def sector(self, interaction: Interaction, slug: str) -> None:
        """Show the choice for a sector."""
        actor(interaction).check(Action.SET_UP)
        book = await services(interaction).roles.book(guild(interaction).id)
        await move_on(interaction, cards.one(await self._sector(interaction, slug), book.of(slug)))

    @pick("roles.pick")
    async def pick_role(self, interaction: Interaction, picked: list[str], slug: str) -> None:
        """Say what using a role means, if it can be used at all."""
        actor(interaction).check(Action.SET_UP)
        found = await self._candidate(interaction, int(picked[0]) if picked[0].isdecimal() else 0)
        if found.obstacle is not None:
            raise Invalid("role", found.obstacle)
        sector = await self._sector(interaction, slug)
        holders = await self._holders(guild(interaction), found.id)
        await move_on(interaction, cards.pick_question(sector, found.id, holders))

    @press("roles.use")
    async def use(self, interaction: Interaction, slug: str, role_id: int) -> None:
        """Use a role for a sector."""
        actor(interaction).check(Action.SET_UP)
        role = await self._candidate(interaction, role_id)
        await services(interaction).roles.pick(actor(interaction), slug, role)
        await self.open(interaction)

    @press("roles.own")
    async def make_own(self, interaction: Interaction, slug: str) -> None:
        """Let the bot make the role."""
        await services(interaction).roles.pick(actor(interaction), slug, None)
        await self.open(interaction)

    async def _sector(self, interaction: Interaction, slug: str) -> Sector:
        here = await services(interaction).sectors.of(guild(interaction).id)
        found = here.get(slug)
        if found is None or not here.is_active(slug):
            raise Invalid("sectors", "unknown choice")
        return found

    async def _candidate(self, interaction: Interaction, role_id: int) -> Candidate:
        home = guild(interaction)
        role = home.get_role(role_id)
        if role is None:
            raise Invalid("role", "unknown choice")
        return candidate(role, await services(interaction).servers.settings(home.id))

    async def _holders(self, home: discord.Guild, role_id: int) -> int | None:
        """Return how many people have a role, None where Discord does not tell."""
        try:
            counts = await home.role_member_counts()
        except discord.HTTPException:
            return None
        return sum(count for role, count in counts.items() if role.id == role_id)


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(RolesDoors(bot.doors))
