"""What organisers decide about one organisation: the confirmation, its name, its web domain."""

from __future__ import annotations

from bot.app import Cogwheel
from bot.members import organisation_cards as cards
from bot.members.organisation_model import Desk
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, press, submit
from bot.ui.escape import clean, clean_line
from bot.ui.forms import Form, Values
from bot.ui.reply import move_on


class ReviewOrganisationsDecidingDoors(Doorway):
    """Each button carries the revision that its card showed, so that the second of two hears who was first."""

    @press("organisations.confirm")
    async def confirm(self, interaction: Interaction, organisation_id: int, revision: int) -> None:
        """Confirm; the clicked card shows who did."""
        organisations = services(interaction).organisations
        await self._show(interaction, await organisations.confirm(actor(interaction), organisation_id, revision))

    @press("organisations.undomain")
    async def remove_domain(self, interaction: Interaction, organisation_id: int, revision: int) -> None:
        """Take the web domain away."""
        organisations = services(interaction).organisations
        await self._show(interaction, await organisations.remove_domain(actor(interaction), organisation_id, revision))

    @press("organisations.unconfirm")
    async def unconfirm(self, interaction: Interaction, organisation_id: int, revision: int) -> None:
        """Ask for the reason."""
        await self.doors.open(interaction, "organisations.unconfirm", organisation_id, revision)

    @press("organisations.rename")
    async def rename(self, interaction: Interaction, organisation_id: int, revision: int) -> None:
        """Ask for the name."""
        await self.doors.open(interaction, "organisations.rename", organisation_id, revision)

    @press("organisations.domain")
    async def domain(self, interaction: Interaction, organisation_id: int, revision: int) -> None:
        """Ask for the web domain."""
        await self.doors.open(interaction, "organisations.domain", organisation_id, revision)

    @form("organisations.unconfirm")
    async def reason_form(self, interaction: Interaction, values: Values, organisation_id: int, revision: int) -> Form:
        """Build the form, for those who may decide about this one."""
        return cards.unconfirm_form(await self._for_form(interaction, organisation_id), revision, values)

    @form("organisations.rename")
    async def rename_form(self, interaction: Interaction, values: Values, organisation_id: int, revision: int) -> Form:
        """Build the form, for those who may decide about this one."""
        return cards.rename_form(await self._for_form(interaction, organisation_id), revision, values)

    @form("organisations.domain")
    async def domain_form(self, interaction: Interaction, values: Values, organisation_id: int, revision: int) -> Form:
        """Build the form, for those who may decide about this one."""
        return cards.domain_form(await self._for_form(interaction, organisation_id), revision, values)

    @submit("organisations.unconfirm")
    async def unconfirmed(self, interaction: Interaction, values: Values, organisation_id: int, revision: int) -> None:
        """Take the confirmation back."""
        organisations, reason = services(interaction).organisations, clean(values.text("reason"))
        await self._show(
            interaction, await organisations.unconfirm(actor(interaction), organisation_id, revision, reason)
        )

    @submit("organisations.rename")
    async def renamed(self, interaction: Interaction, values: Values, organisation_id: int, revision: int) -> None:
        """Give it another name."""
        organisations, reason = services(interaction).organisations, clean(values.text("reason"))
        name = clean_line(values.text("organisation"))
        await self._show(
            interaction, await organisations.rename(actor(interaction), organisation_id, revision, name, reason)
        )

    @submit("organisations.domain")
    async def domain_set(self, interaction: Interaction, values: Values, organisation_id: int, revision: int) -> None:
        """Set the web domain."""
        organisations, typed = services(interaction).organisations, values.text("domain")
        await self._show(
            interaction, await organisations.set_domain(actor(interaction), organisation_id, revision, typed)
        )

    async def _for_form(self, interaction: Interaction, organisation_id: int) -> Desk:
        return await services(interaction).organisations.open_for(actor(interaction), organisation_id)

    async def _show(self, interaction: Interaction, desk: Desk) -> None:
        sectors = await services(interaction).sectors.of(actor(interaction).guild_id)
        await move_on(interaction, cards.desk_card(sectors, desk))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(ReviewOrganisationsDecidingDoors(bot.doors))
