"""The way to a pledge: browse, fill in, look again, hand in."""

from __future__ import annotations

from bot.app import Cogwheel
from bot.content.model import Action as CatalogueAction
from bot.content.model import Effort
from bot.errors import Invalid
from bot.pledges import cards, due
from bot.pledges.model import Draft, Pledge, Visibility
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, pick, press, submit
from bot.ui.escape import clean
from bot.ui.forms import Form, Values
from bot.ui.reply import move_on, replace

_OWN = "own"


class PledgeMakingDoors(Doorway):
    """Making a pledge, and changing it while it is a draft."""

    @press("pledge.browse")
    async def browse(self, interaction: Interaction) -> None:
        """Show ready-made actions for my sectors."""
        member = await services(interaction).members.require(actor(interaction))
        await self._browse(interaction, member.sectors, "any")

    @pick("pledge.effort")
    async def by_effort(self, interaction: Interaction, picked: list[str]) -> None:
        """Show actions of one effort."""
        member = await services(interaction).members.require(actor(interaction))
        await self._browse(interaction, member.sectors, picked[0])

    async def _browse(self, interaction: Interaction, sectors: tuple[str, ...], effort: str) -> None:
        content = services(interaction).content
        if effort not in ("any", *Effort):
            raise Invalid("effort", "unknown choice")
        found = sorted(
            content.actions_for(sectors, None if effort == "any" else Effort(effort)),
            key=lambda action: (action.difficulty, action.days),
        )
        await move_on(interaction, cards.browse(found, len(found) > 25, [e.value for e in Effort], effort))

    @pick("pledge.pick")
    async def picked(self, interaction: Interaction, picked: list[str]) -> None:
        """Open the form for a ready-made action."""
        await self.doors.open(interaction, "pledge.make", picked[0], "me")

    @press("pledge.own")
    async def own(self, interaction: Interaction) -> None:
        """Open an empty form."""
        await self.doors.open(interaction, "pledge.make", _OWN, "me")

    @form("pledge.make")
    async def make_form(self, interaction: Interaction, values: Values, slug: str, for_whom: str) -> Form:
        """Build the form, filled from the catalogue."""
        here = services(interaction)
        member = await here.members.require(actor(interaction))
        if for_whom == "organisation" and member.organisation is None:
            raise Invalid("organisation", "none named")
        action = here.content.actions.get(slug)
        suggested = due.suggestion(action, here.clock())
        return cards.make_form(
            here.content, values, "pledge.make", (slug, for_whom), action, suggested, member.visibility.value
        )

    @submit("pledge.make")
    async def made(self, interaction: Interaction, values: Values, slug: str, for_whom: str) -> None:
        """Store the draft and show it."""
        here = services(interaction)
        draft = await self._draft(interaction, values, here.content.actions.get(slug), for_whom == "organisation")
        await move_on(interaction, cards.draft_card(await here.pledges.save_draft(actor(interaction), draft)))

    @press("pledge.change")
    async def change(self, interaction: Interaction, pledge_id: int) -> None:
        """Reopen the form of a draft."""
        await self.doors.open(interaction, "pledge.change", pledge_id)

    @form("pledge.change")
    async def change_form(self, interaction: Interaction, values: Values, pledge_id: int) -> Form:
        """Build the form from the stored draft, or from what was typed."""
        here = services(interaction)
        pledge = await here.pledges.own(actor(interaction), pledge_id)
        settings = await here.servers.settings(actor(interaction).guild_id)
        return cards.make_form(
            here.content,
            values or _values(pledge, settings.zone),
            "pledge.change",
            (pledge_id,),
            None,
            "",
            pledge.visibility.value,
        )

    @submit("pledge.change")
    async def changed(self, interaction: Interaction, values: Values, pledge_id: int) -> None:
        """Store the changed draft."""
        here = services(interaction)
        before = await here.pledges.own(actor(interaction), pledge_id)
        action = here.content.actions.get(before.action or "")
        draft = await self._draft(interaction, values, action, before.organisation_id is not None)
        after = await here.pledges.save_draft(actor(interaction), draft, pledge_id)
        await move_on(interaction, cards.draft_card(after))

    async def _draft(
        self, interaction: Interaction, values: Values, action: CatalogueAction | None, for_organisation: bool
    ) -> Draft:
        here = services(interaction)
        settings = await here.servers.settings(actor(interaction).guild_id)
        return Draft(
            what=clean(values.text("what")),
            done_when=clean(values.text("done_when")),
            due=due.parse(values.text("due"), settings.zone, here.clock()),
            help_wanted=clean(values.text("help_wanted")),
            visibility=Visibility(values.choice("visibility") or Visibility.COUNTED),
            action=action.slug if action else None,
            for_organisation=for_organisation,
        )

    @press("pledge.submit")
    async def hand_in(self, interaction: Interaction, pledge_id: int) -> None:
        """Hand the draft in."""
        here = services(interaction)
        pledge = await here.pledges.submit(actor(interaction), pledge_id)
        await replace(interaction, cards.submitted(pledge))

    @press("pledge.discard")
    async def discard(self, interaction: Interaction, pledge_id: int) -> None:
        """Take it back."""
        await services(interaction).pledges.withdraw(actor(interaction), pledge_id)
        await replace(interaction, cards.discarded())


def _values(pledge: Pledge, zone: str) -> Values:
    return Values(
        {
            "what": pledge.what,
            "done_when": pledge.done_when,
            "due": due.written(pledge.due, zone),
            "help_wanted": pledge.help_wanted,
            "visibility": [pledge.visibility.value],
        }
    )


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(PledgeMakingDoors(bot.doors))
