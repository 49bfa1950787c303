"""The end of /join: Save, and the first things to do."""

from __future__ import annotations

from bot.app import Cogwheel
from bot.members import cards
from bot.members.model import Member
from bot.pledges.model import Pledge, Status
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, press
from bot.ui.reply import replace


class JoinSavingDoors(Doorway):
    """Registering, and what comes after it."""

    @press("join.save")
    async def save(self, interaction: Interaction, draft_id: int) -> None:
        """Register, and show the first things to do."""
        here, me = services(interaction), actor(interaction)
        new = await here.members.find(me.guild_id, me.user_id) is None
        member = await here.members.save(me, draft_id)
        actions = here.content.easiest_actions(member.sectors)
        example = await self._example(interaction, member)
        event = await here.events.next_event(me.guild_id, member.sectors)
        sectors = await here.sectors.of(me.guild_id)
        await replace(interaction, cards.welcome(sectors, member, actions, example, event, new=new))

    async def _example(self, interaction: Interaction, member: Member) -> Pledge | None:
        """Return a pledge of somebody else in this person's sector: a kept one, else an active one."""
        for statuses in ((Status.KEPT,), (Status.ACTIVE, Status.DONE_CLAIMED)):
            page = await services(interaction).pledges.public(
                actor(interaction), sector=member.primary, statuses=statuses
            )
            for pledge in page.pledges:
                if pledge.maker_id != member.user_id:
                    return pledge
        return None

    @press("join.pledge")
    async def pledge(self, interaction: Interaction, slug: str) -> None:
        """Open the form of an easy action."""
        await self.doors.open(interaction, "pledge.make", slug, "me")


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(JoinSavingDoors(bot.doors))
