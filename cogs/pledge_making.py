"""The way to a pledge: browse, fill in, look again, hand in."""

from __future__ import annotations

from datetime import datetime

from discord import ui

from bot.app import Cogwheel
from bot.content.model import Effort
from bot.errors import Invalid
from bot.pledges import due, making_cards
from bot.pledges.hints import hint
from bot.pledges.model import Pledge, Status
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, pick, press, submit
from bot.ui.forms import Form, Values
from bot.ui.reply import move_on, replace


class PledgeMakingDoors(Doorway):
    """Making a pledge, and changing it."""

    @press("pledge.browse")
    async def browse(self, interaction: Interaction) -> None:
        """Show ready-made actions for my sectors."""
        await self._browse(interaction, "any")

    @pick("pledge.effort")
    async def by_effort(self, interaction: Interaction, picked: list[str]) -> None:
        """Show actions of one effort."""
        await self._browse(interaction, picked[0])

    async def _browse(self, interaction: Interaction, effort: str) -> None:
        here, me = services(interaction), actor(interaction)
        member = await here.members.known(me)
        if effort not in ("any", *Effort):
            raise Invalid("effort", "unknown choice")
        found = sorted(
            here.content.actions_for(member.sectors, None if effort == "any" else Effort(effort)),
            key=lambda action: (action.difficulty, action.days),
        )
        draft, asked = await here.pledges.unfinished(me), await here.pledges.asked(me, 3)
        efforts = [each.value for each in Effort]
        await move_on(interaction, making_cards.browse(found, len(found) > 25, efforts, effort, draft, asked))

    @pick("pledge.pick")
    async def picked(self, interaction: Interaction, picked: list[str]) -> None:
        """Open the form for a ready-made action."""
        await self.doors.open(interaction, "pledge.make", picked[0], "me")

    @press("pledge.own")
    async def own(self, interaction: Interaction) -> None:
        """Open an empty form."""
        await self.doors.open(interaction, "pledge.make", "own", "me")

    @press("pledge.resume")
    async def resume(self, interaction: Interaction, pledge_id: int) -> None:
        """Go on with a draft."""
        pledge = await services(interaction).pledges.own(actor(interaction), pledge_id)
        if pledge.status in (Status.DRAFT, Status.CHANGES_ASKED):
            await move_on(interaction, await _draft_card(interaction, pledge))
        else:
            await self.doors.go(interaction, "pledge.update", pledge_id)

    @form("pledge.make")
    async def make_form(self, interaction: Interaction, values: Values, slug: str, terms: str) -> Form:
        """Build the form, filled from the catalogue. ``terms`` are for whom and only if how many others: "me.5"."""
        here = services(interaction)
        member = await here.members.require(actor(interaction))
        if terms.startswith("organisation") and member.organisation is None:
            raise Invalid("organisation", "none named")
        action = here.content.actions.get(slug)
        if action is not None and action.retired:
            raise Invalid("action", "retired action")
        suggested = due.suggestion(action, here.clock())
        return making_cards.make_form(
            here.content, values, "pledge.make", (slug, terms), action, suggested, member.visibility.value
        )

    @submit("pledge.make")
    async def made(self, interaction: Interaction, values: Values, slug: str, terms: str) -> None:
        """Store the draft and show it."""
        whom, _, others = terms.partition(".")
        action = services(interaction).content.actions.get(slug)
        by, count = await _by(interaction, values), int(others) if others.isascii() and others.isdigit() else 0
        draft = making_cards.read(values, by, action, whom == "organisation", count)
        pledge = await services(interaction).pledges.save_draft(actor(interaction), draft)
        await move_on(interaction, await _draft_card(interaction, pledge, asking=whom == "several"))

    @press("pledge.change")
    async def change(self, interaction: Interaction, pledge_id: int) -> None:
        """Reopen the form of a draft, or of a pledge that is active."""
        await self.doors.open(interaction, "pledge.change", pledge_id)

    @form("pledge.change")
    async def change_form(self, interaction: Interaction, values: Values, pledge_id: int) -> Form:
        """Build the form from what is stored, or from what was typed."""
        here = services(interaction)
        pledge = await here.pledges.own(actor(interaction), pledge_id)
        zone = (await here.servers.settings(pledge.guild_id)).zone
        known, shown = values or making_cards.typed(pledge, zone), pledge.visibility.value
        return making_cards.make_form(here.content, known, "pledge.change", (pledge_id,), None, "", shown)

    @submit("pledge.change")
    async def changed(self, interaction: Interaction, values: Values, pledge_id: int) -> None:
        """Store the changed draft; what is active changes in its own way."""
        pledges, me = services(interaction).pledges, actor(interaction)
        before = await pledges.own(me, pledge_id)
        action = services(interaction).content.actions.get(before.action or "")
        by = await _by(interaction, values, before)
        draft = making_cards.read(values, by, action, before.organisation_id is not None)
        if before.status is Status.ACTIVE:
            await pledges.change(me, pledge_id, draft)
            await self.doors.go(interaction, "pledge.update", pledge_id)
        else:
            after = await pledges.save_draft(me, draft, pledge_id)
            await move_on(interaction, await _draft_card(interaction, after))

    @press("pledge.submit")
    async def hand_in(self, interaction: Interaction, pledge_id: int) -> None:
        """Hand the draft in."""
        pledges = services(interaction).pledges
        pledge = await pledges.submit(actor(interaction), pledge_id)
        company = await pledges.company(pledge.guild_id, pledge.id)
        await replace(interaction, making_cards.submitted(pledge, company, await pledges.unknown(company, pledge)))


async def _by(interaction: Interaction, values: Values, before: Pledge | None = None) -> datetime | None:
    """Return by when it is to be done; a date that was not touched stays, be it over."""
    here = services(interaction)
    zone, typed = (await here.servers.settings(actor(interaction).guild_id)).zone, values.text("due")
    if before is not None and typed == due.written(before.due, zone):
        return before.due
    return due.parse(typed, zone, here.clock())


async def _draft_card(interaction: Interaction, pledge: Pledge, *, asking: bool = False) -> ui.LayoutView:
    here = services(interaction)
    action = here.content.actions.get(pledge.action or "")
    own_words = action is None or pledge.what not in action.title.texts.values()
    tip = hint(pledge.what, pledge.done_when, pledge.due) if own_words else None
    company = await here.pledges.company(pledge.guild_id, pledge.id)
    return making_cards.draft_card(pledge, tip, company, asking)


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(PledgeMakingDoors(bot.doors))
