"""The buttons under one's own pledge: progress, done, help, the honourable exits."""

from __future__ import annotations

from bot.app import Cogwheel
from bot.pledges import cards
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, press, submit
from bot.ui.escape import clean
from bot.ui.forms import Form, Values
from bot.ui.reply import move_on


class PledgeProgressDoors(Doorway):
    """What a maker reports."""

    @press("pledge.step")
    async def step(self, interaction: Interaction, pledge_id: int, progress: int) -> None:
        """Report 25, 50 or 75 per cent."""
        here = services(interaction)
        pledge = await here.pledges.progress(actor(interaction), pledge_id, progress=progress)
        await move_on(interaction, cards.own_card(pledge, here.clock()))

    @press("pledge.help")
    async def help_wanted(self, interaction: Interaction, pledge_id: int, wanted: int) -> None:
        """Call for help, or say that it was found."""
        here = services(interaction)
        pledge = await here.pledges.progress(actor(interaction), pledge_id, needs_help=bool(wanted))
        await move_on(interaction, cards.own_card(pledge, here.clock()))

    @press("pledge.done")
    async def done(self, interaction: Interaction, pledge_id: int) -> None:
        """Ask for a last word and a link."""
        await self.doors.open(interaction, "pledge.done", pledge_id)

    @press("pledge.note")
    async def note(self, interaction: Interaction, pledge_id: int) -> None:
        """Ask for a note and a link."""
        await self.doors.open(interaction, "pledge.note", pledge_id)

    @press("pledge.partly")
    async def partly(self, interaction: Interaction, pledge_id: int) -> None:
        """Ask what was kept."""
        await self.doors.open(interaction, "pledge.partly", pledge_id)

    @press("pledge.cant")
    async def cannot(self, interaction: Interaction, pledge_id: int) -> None:
        """Ask for a word on the way out."""
        await self.doors.open(interaction, "pledge.cant", pledge_id)

    @press("pledge.reopen")
    async def reopen(self, interaction: Interaction, pledge_id: int) -> None:
        """Take a pledge up again."""
        here = services(interaction)
        pledge = await here.pledges.reopen(actor(interaction), pledge_id)
        await move_on(interaction, cards.own_card(pledge, here.clock()))

    @form("pledge.done")
    async def done_form(self, interaction: Interaction, values: Values, pledge_id: int) -> Form:
        """Build the form at Done."""
        return await self._form(interaction, values, pledge_id, "pledge.done")

    @form("pledge.note")
    async def note_form(self, interaction: Interaction, values: Values, pledge_id: int) -> Form:
        """Build the form in between."""
        return await self._form(interaction, values, pledge_id, "pledge.note")

    @form("pledge.partly")
    async def partly_form(self, interaction: Interaction, values: Values, pledge_id: int) -> Form:
        """Build the form for a part kept."""
        return await self._form(interaction, values, pledge_id, "pledge.partly")

    @form("pledge.cant")
    async def cannot_form(self, interaction: Interaction, values: Values, pledge_id: int) -> Form:
        """Build the form for leaving with honour."""
        return await self._form(interaction, values, pledge_id, "pledge.cant")

    async def _form(self, interaction: Interaction, values: Values, pledge_id: int, door: str) -> Form:
        pledge = await services(interaction).pledges.own(actor(interaction), pledge_id)
        return cards.note_form(pledge, values, door)

    @submit("pledge.done")
    async def is_done(self, interaction: Interaction, values: Values, pledge_id: int) -> None:
        """Say it is done."""
        here = services(interaction)
        pledge = await here.pledges.done(
            actor(interaction), pledge_id, clean(values.text("note")), values.text("evidence")
        )
        await move_on(interaction, cards.own_card(pledge, here.clock()))

    @submit("pledge.note")
    async def noted(self, interaction: Interaction, values: Values, pledge_id: int) -> None:
        """Store the note and the link."""
        here = services(interaction)
        pledge = await here.pledges.progress(
            actor(interaction), pledge_id, note=clean(values.text("note")), evidence=values.text("evidence")
        )
        await move_on(interaction, cards.own_card(pledge, here.clock()))

    @submit("pledge.partly")
    async def is_partly(self, interaction: Interaction, values: Values, pledge_id: int) -> None:
        """Close with part of it kept."""
        here = services(interaction)
        pledge = await here.pledges.partly(actor(interaction), pledge_id, clean(values.text("note")))
        await move_on(interaction, cards.own_card(pledge, here.clock()))

    @submit("pledge.cant")
    async def is_closed(self, interaction: Interaction, values: Values, pledge_id: int) -> None:
        """Close with honour."""
        here = services(interaction)
        pledge = await here.pledges.cannot(actor(interaction), pledge_id, clean(values.text("note")))
        await move_on(interaction, cards.own_card(pledge, here.clock()))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(PledgeProgressDoors(bot.doors))
