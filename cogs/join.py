"""/join: register, or change what is registered."""

from __future__ import annotations

from discord import app_commands

from bot.app import Cogwheel
from bot.errors import ConsentNeeded, NotFound, Paused
from bot.members import cards
from bot.members.model import ORGANISATION_LIMIT, JoinDraft
from bot.sectors.model import MOST_CHOICES
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, pick, press, submit
from bot.ui.forms import Form, Values
from bot.ui.layout import custom_id
from bot.ui.reply import move_on, replace
from bot.ui.suggest import quietly
from bot.ui.words import N_


class JoinDoors(Doorway):
    """The form, and the card that asks whether it is right."""

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
        found = await services(interaction).organisations.shown_like(actor(interaction), typed)
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
        if member is not None:
            await here.members.require(me)
        sectors = (await here.sectors.of(me.guild_id)).choices(member.sectors if member else (), MOST_CHOICES)
        return cards.join_form(here.content, sectors, values, member)

    @submit("join.form")
    async def filled_in(self, interaction: Interaction, values: Values) -> None:
        """Store the form until it is saved; without the tick nothing is, and a young person finds help."""
        here, me = services(interaction), actor(interaction)
        version = (await here.privacy.notice(me.guild_id)).version
        try:
            draft = await here.members.prepare(me, cards.registration(values, version))
        except ConsentNeeded as error:
            if error.version:  # registered, and the notice has changed since
                raise
            key = here.forms.hold(me.guild_id, me.user_id, custom_id("join.form"), values.fields)
            await move_on(interaction, cards.young_person(here.content, key))
            return
        await self._show(interaction, draft)

    @press("join.again")
    async def again(self, interaction: Interaction, key: str) -> None:
        """Open the form with what was typed before the box was missed."""
        me = actor(interaction)
        kept = await services(interaction).forms.take(me.guild_id, me.user_id, key)
        await self.doors.open(interaction, "join.form", values=Values(kept.values) if kept else None)

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
        here = services(interaction)
        sectors = await here.sectors.of(actor(interaction).guild_id)
        roles = await here.roles.on(actor(interaction).guild_id)
        await move_on(interaction, cards.draft_card(here.content, sectors, draft, roles=roles))

    @press("join.cancel")
    async def cancel(self, interaction: Interaction, draft_id: int) -> None:
        """Forget the form."""
        await services(interaction).members.discard(actor(interaction), draft_id)
        await replace(interaction, cards.cancelled())


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(JoinDoors(bot.doors))
