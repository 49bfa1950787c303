"""/review organisations: the queue, the search, one of them, and merging it into another."""

from __future__ import annotations

from bot.actor import Action
from bot.app import Cogwheel
from bot.errors import NotFound
from bot.members import organisation_cards as cards
from bot.members.organisation_model import Desk
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, pick, press, submit
from bot.ui.escape import clean_line
from bot.ui.forms import Form, Values
from bot.ui.reply import move_on


class ReviewOrganisationsDoors(Doorway):
    """Looking at organisations, and making two of them one."""

    @press("review.organisations")
    async def queue(self, interaction: Interaction, people: int, after: int) -> None:
        """Show a page of organisations that nobody confirmed; 0 and 0 is the first."""
        start = (people, after) == (0, 0)
        found = await services(interaction).organisations.queue(actor(interaction), None if start else (people, after))
        await move_on(interaction, cards.queue_card(found))

    @press("organisations.before")
    async def before(self, interaction: Interaction, people: int, until: int) -> None:
        """Show the page that ends with a key."""
        found = await services(interaction).organisations.queue(actor(interaction), (people, until), back=True)
        await move_on(interaction, cards.queue_card(found))

    @press("organisations.find")
    async def find(self, interaction: Interaction) -> None:
        """Ask for a name."""
        await self.doors.open(interaction, "organisations.find")

    @form("organisations.find")
    async def find_form(self, interaction: Interaction, values: Values) -> Form:
        """Build the search, for organisers."""
        actor(interaction).check(Action.REVIEW)
        return cards.find_form(values)

    @submit("organisations.find")
    async def found(self, interaction: Interaction, values: Values) -> None:
        """Open the one that was meant, or list those that are like it."""
        organisations, me = services(interaction).organisations, actor(interaction)
        typed = clean_line(values.text("name"))
        found = await organisations.found(me, typed)
        if len(found) == 1:
            await self._show(interaction, await organisations.desk(me, found[0].id))
        else:
            await move_on(interaction, cards.found_card(typed, found))

    @pick("organisations.open")
    async def opened(self, interaction: Interaction, picked: list[str]) -> None:
        """Open one of a list."""
        await self.show(interaction, _number(picked))

    @press("organisations.show")
    async def show(self, interaction: Interaction, organisation_id: int) -> None:
        """Show one as it is now."""
        organisations = services(interaction).organisations
        await self._show(interaction, await organisations.desk(actor(interaction), organisation_id))

    @press("organisations.history")
    async def history(self, interaction: Interaction, organisation_id: int) -> None:
        """Show who decided what, when and why."""
        one, changes = await services(interaction).organisations.history(actor(interaction), organisation_id)
        await move_on(interaction, cards.history_card(one, changes))

    async def _show(self, interaction: Interaction, desk: Desk) -> None:
        sectors = await services(interaction).sectors.of(actor(interaction).guild_id)
        await move_on(interaction, cards.desk_card(sectors, desk))

    # Merging.

    @press("organisations.merge")
    async def merge(self, interaction: Interaction, gone_id: int) -> None:
        """Ask which one stays, for those who may decide about this one."""
        desk = await services(interaction).organisations.open_for(actor(interaction), gone_id)
        await move_on(interaction, cards.merge_choice(desk))

    @press("organisations.seek")
    async def seek(self, interaction: Interaction, gone_id: int) -> None:
        """Ask for the name of the one that stays."""
        await self.doors.open(interaction, "organisations.seek", gone_id)

    @form("organisations.seek")
    async def seek_form(self, interaction: Interaction, values: Values, gone_id: int) -> Form:
        """Build the search, for organisers."""
        actor(interaction).check(Action.REVIEW)
        return cards.seek_form(gone_id, values)

    @submit("organisations.seek")
    async def sought(self, interaction: Interaction, values: Values, gone_id: int) -> None:
        """List those that are like what was typed."""
        typed = clean_line(values.text("name"))
        found = await services(interaction).organisations.found(actor(interaction), typed)
        others = [one for one in found if one.id != gone_id]
        await move_on(interaction, cards.sought_card(gone_id, typed, others))

    @pick("organisations.into")
    async def into(self, interaction: Interaction, picked: list[str], gone_id: int) -> None:
        """Show exactly what will happen."""
        plan = await services(interaction).organisations.plan(actor(interaction), gone_id, _number(picked))
        await move_on(interaction, cards.merge_question(plan))

    @press("organisations.merged")
    async def merged(self, interaction: Interaction, gone_id: int, stays_id: int, seen: int) -> None:
        """Merge, as the preview said."""
        done = await services(interaction).organisations.merge(actor(interaction), gone_id, stays_id, seen)
        await move_on(interaction, cards.merge_done(done))


def _number(picked: list[str]) -> int:
    """Return the id that was picked. Raises NotFound for what is no id."""
    text = picked[0] if picked else ""
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise NotFound("organisation")
    return int(text)


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(ReviewOrganisationsDoors(bot.doors))
