"""Decisions about a pledge that come with a reason, which its maker reads."""

from __future__ import annotations

from bot.app import Cogwheel
from bot.errors import NotFound
from bot.pledges import due, review_cards
from bot.pledges.model import Act
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, pick, press, submit
from bot.ui.escape import clean
from bot.ui.forms import Form, Values


class ReviewReasonsDoors(Doorway):
    """Asking for changes, declining, saying what is missing, taking back."""

    @press("review.changes")
    async def changes(self, interaction: Interaction, pledge_id: int) -> None:
        """Ask for the reason of a change."""
        await self.doors.open(interaction, "review.changes", pledge_id)

    @press("review.decline")
    async def decline(self, interaction: Interaction, pledge_id: int) -> None:
        """Ask for the reason of a decline."""
        await self.doors.open(interaction, "review.decline", pledge_id)

    @press("review.notyet")
    async def not_yet(self, interaction: Interaction, pledge_id: int) -> None:
        """Ask what is missing."""
        await self.doors.open(interaction, "review.notyet", pledge_id)

    @press("review.refuse")
    async def refuse(self, interaction: Interaction, pledge_id: int) -> None:
        """Ask why the words stay as they are."""
        await self.doors.open(interaction, "review.refuse", pledge_id)

    @press("review.back")
    async def back(self, interaction: Interaction, what: str, pledge_id: int) -> None:
        """Ask why a decision is taken back."""
        await self.doors.open(interaction, "review.back", what, pledge_id)

    @pick("review.pick")
    async def picked(self, interaction: Interaction, picked: list[str], pledge_id: int) -> None:
        """Open the form with a reason kept ready in it."""
        number = due.number(picked[0])
        known = await services(interaction).pledges.ready_reasons(actor(interaction))
        reason = next((one for one in known if one.id == number), None)
        if reason is None:
            raise NotFound("reason")
        door, values = review_cards.door_of(reason.act), Values({"reason": reason.text})
        await self.doors.open(interaction, door, pledge_id, values=values)

    @form("review.changes")
    async def changes_form(self, interaction: Interaction, values: Values, pledge_id: int) -> Form:
        """Build the reason form, for those who may review this one."""
        return await self._form(interaction, values, pledge_id, Act.ASK_CHANGES)

    @form("review.decline")
    async def decline_form(self, interaction: Interaction, values: Values, pledge_id: int) -> Form:
        """Build the reason form, for those who may review this one."""
        return await self._form(interaction, values, pledge_id, Act.DECLINE)

    @form("review.notyet")
    async def not_yet_form(self, interaction: Interaction, values: Values, pledge_id: int) -> Form:
        """Build the reason form, for those who may review this one."""
        return await self._form(interaction, values, pledge_id, Act.NOT_YET)

    @form("review.refuse")
    async def refuse_form(self, interaction: Interaction, values: Values, pledge_id: int) -> Form:
        """Build the reason form, for those who may review this one."""
        return await self._form(interaction, values, pledge_id, Act.REFUSE_CHANGE)

    @form("review.back")
    async def back_form(self, interaction: Interaction, values: Values, what: str, pledge_id: int) -> Form:
        """Build the reason form, for those who may review this one."""
        return await self._form(interaction, values, pledge_id, _reversal(what))

    async def _form(self, interaction: Interaction, values: Values, pledge_id: int, act: Act) -> Form:
        pledge = await services(interaction).pledges.check_reviewer(actor(interaction), pledge_id, act)
        return review_cards.reason_form(pledge, act, values)

    @submit("review.changes")
    async def changes_asked(self, interaction: Interaction, values: Values, pledge_id: int) -> None:
        """Send it back."""
        await services(interaction).pledges.ask_changes(actor(interaction), pledge_id, _reason(values))
        await self.doors.go(interaction, "review.card", pledge_id)

    @submit("review.decline")
    async def declined(self, interaction: Interaction, values: Values, pledge_id: int) -> None:
        """Decline."""
        await services(interaction).pledges.decline(actor(interaction), pledge_id, _reason(values))
        await self.doors.go(interaction, "review.card", pledge_id)

    @submit("review.notyet")
    async def is_not_yet(self, interaction: Interaction, values: Values, pledge_id: int) -> None:
        """Say what is missing."""
        await services(interaction).pledges.not_yet(actor(interaction), pledge_id, _reason(values))
        await self.doors.go(interaction, "review.card", pledge_id)

    @submit("review.refuse")
    async def refused(self, interaction: Interaction, values: Values, pledge_id: int) -> None:
        """Leave the words as they are."""
        await services(interaction).pledges.refuse_change(actor(interaction), pledge_id, _reason(values))
        await self.doors.go(interaction, "review.card", pledge_id)

    @submit("review.back")
    async def taken_back(self, interaction: Interaction, values: Values, what: str, pledge_id: int) -> None:
        """Take a decision back."""
        pledges = services(interaction).pledges
        await pledges.take_back(actor(interaction), pledge_id, _reversal(what), _reason(values))
        await self.doors.go(interaction, "review.card", pledge_id)


def _reason(values: Values) -> str:
    return clean(values.text("reason"))


def _reversal(what: str) -> Act:
    if what not in review_cards.BACK:
        raise NotFound("decision")
    return review_cards.BACK[what]


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(ReviewReasonsDoors(bot.doors))
