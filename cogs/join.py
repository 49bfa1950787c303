"""/join: register, or change what is registered."""

from __future__ import annotations

from discord import app_commands

from bot.app import Cogwheel
from bot.content.model import Sector
from bot.errors import ConsentNeeded, NotFound, Paused
from bot.members import cards
from bot.members.model import ORGANISATION_LIMIT, JoinDraft, Member
from bot.pledges.model import Pledge, Status
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, pick, press, submit
from bot.ui.forms import Form, Values
from bot.ui.reply import move_on, replace
from bot.ui.suggest import quietly
from bot.ui.words import N_

_MOST_OPTIONS = 25


class JoinDoors(Doorway):
    """The form, the card that asks whether it is right, and what comes after Save."""

    @app_commands.command(name="join", description=N_("Register your sector, or change what you registered"))
    @app_commands.guild_only()
    @app_commands.describe(organisation=N_("Your organisation, if you speak for one"))
    async def join(
        self, interaction: Interaction, organisation: app_commands.Range[str, 1, ORGANISATION_LIMIT] | None = None
    ) -> None:
        """Open the form, with the organisation filled in."""
        await self.doors.open(
            interaction, "join.form", values=Values({"organisation": organisation}) if organisation else None
        )

    @join.autocomplete("organisation")
    @quietly
    async def _organisations(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = await services(interaction).members.organisations_like(actor(interaction), typed)
        return [app_commands.Choice(name=one.name, value=one.name) for one in found]

    @press("join.open")
    async def open(self, interaction: Interaction) -> None:
        """Open the form, with the draft that waits for Save if there is one."""
        draft = await services(interaction).members.draft(actor(interaction))
        await self.doors.open(interaction, "join.form", values=cards.typed(draft.registration) if draft else None)

    @press("join.change")
    async def change(self, interaction: Interaction, draft_id: int) -> None:
        """Open the form of a draft again."""
        draft = await services(interaction).members.draft(actor(interaction))
        if draft is None or draft.id != draft_id:
            raise NotFound("draft")
        await self.doors.open(interaction, "join.form", values=cards.typed(draft.registration))

    @form("join.form")
    async def join_form(self, interaction: Interaction, values: Values) -> Form:
        """Build the form, filled with what is registered or was typed."""
        here, me = services(interaction), actor(interaction)
        if me.paused:
            raise Paused
        member = await here.members.find(me.guild_id, me.user_id)
        return cards.join_form(here.content, self._sectors(interaction, member), values, member)

    def _sectors(self, interaction: Interaction, member: Member | None) -> list[Sector]:
        content = services(interaction).content
        own = [content.sectors[slug] for slug in (member.sectors if member else ()) if slug in content.sectors]
        return list({sector.slug: sector for sector in (*content.core_sectors(), *own)}.values())[:_MOST_OPTIONS]

    @submit("join.form")
    async def filled_in(self, interaction: Interaction, values: Values) -> None:
        """Store the form until it is saved; without the tick nothing is, and a young person finds help."""
        here = services(interaction)
        unticked = "consent" in values.fields and not values.choice("consent")
        try:
            if unticked:
                raise ConsentNeeded
            draft = await here.members.prepare(actor(interaction), cards.registration(here.content, values))
        except ConsentNeeded:
            await move_on(interaction, cards.young_person(here.content))
            return
        await move_on(interaction, cards.draft_card(here.content, draft))

    @pick("join.primary")
    async def primary(self, interaction: Interaction, picked: list[str], draft_id: int) -> None:
        """Choose the sector to count in."""
        members, me = services(interaction).members, actor(interaction)
        await self._show(interaction, await members.adjust(me, draft_id, primary=picked[0]))

    @pick("join.meant")
    async def meant(self, interaction: Interaction, picked: list[str], draft_id: int) -> None:
        """Take the organisation that was suggested, or keep one's own spelling."""
        members, me = services(interaction).members, actor(interaction)
        number = int(picked[0]) if picked[0].isdecimal() else None
        await self._show(interaction, await members.adjust(me, draft_id, organisation_id=number))

    @pick("join.visibility")
    async def visibility(self, interaction: Interaction, picked: list[str], draft_id: int) -> None:
        """Choose who sees one's name, after the hint."""
        members, me = services(interaction).members, actor(interaction)
        await self._show(interaction, await members.adjust(me, draft_id, visibility=cards.visibility_of(picked[0])))

    @pick("join.reach")
    async def reach(self, interaction: Interaction, picked: list[str], draft_id: int) -> None:
        """Choose the way to be reached."""
        members, me = services(interaction).members, actor(interaction)
        way = cards.reach_picked(picked[0], interaction.channel_id, interaction.app_permissions)
        await self._show(interaction, await members.adjust(me, draft_id, reach=way))

    async def _show(self, interaction: Interaction, draft: JoinDraft) -> None:
        await replace(interaction, cards.draft_card(services(interaction).content, draft))

    @press("join.cancel")
    async def cancel(self, interaction: Interaction, draft_id: int) -> None:
        """Forget the form."""
        await services(interaction).members.discard(actor(interaction), draft_id)
        await replace(interaction, cards.cancelled())

    @press("join.save")
    async def save(self, interaction: Interaction, draft_id: int) -> None:
        """Register, and show the first things to do."""
        here, me = services(interaction), actor(interaction)
        new = await here.members.find(me.guild_id, me.user_id) is None
        member = await here.members.save(me, draft_id)
        actions = here.content.easiest_actions(member.sectors)
        example = await self._example(interaction, member)
        event = await here.events.next_event(me.guild_id, member.sectors)
        await replace(interaction, cards.welcome(here.content, member, actions, example, event, new=new))

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
    await bot.add_cog(JoinDoors(bot.doors))
