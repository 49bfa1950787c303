"""/setup sectors: which sectors the server has, in which order, under which names."""

from __future__ import annotations

from bot.actor import Action
from bot.app import Cogwheel
from bot.content.model import Sector
from bot.errors import Invalid, NotFound
from bot.sectors import cards
from bot.sectors.model import MOST_ACTIVE, Change, ServerSectors, Standing
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, pick, press, submit
from bot.ui.forms import Form, Values
from bot.ui.reply import move_on
from bot.ui.words import _


class SetupSectorsDoors(Doorway):
    """The list, one sector of it, and what is done to it. The service checks who does it."""

    @press("sectors.list")
    async def list_(self, interaction: Interaction, after: int) -> None:
        """Show the list; ``after`` is how many retired ones to skip."""
        await self._list(interaction, after=after)

    async def _list(self, interaction: Interaction, said: str = "", after: int = 0) -> None:
        standing = await services(interaction).sectors.standing(actor(interaction))
        here, roles = await self._here(interaction), ("press", cards.ROLES) in self.doors.names
        await move_on(interaction, cards.sectors_card(here, standing, after, said=said, roles=roles))

    async def _here(self, interaction: Interaction) -> ServerSectors:
        actor(interaction).check(Action.SET_UP)
        return await services(interaction).sectors.of(actor(interaction).guild_id)

    @press("sectors.show")
    async def show(self, interaction: Interaction, slug: str) -> None:
        """Show one sector."""
        await self._show(interaction, slug)

    @pick("sectors.open")
    @pick("sectors.shelf")
    async def opened(self, interaction: Interaction, picked: list[str]) -> None:
        """Open a sector from the list."""
        await self._show(interaction, picked[0])

    async def _show(self, interaction: Interaction, slug: str, said: str = "") -> None:
        here, sector, standing = await self._one(interaction, slug)
        await move_on(interaction, cards.sector_card(here, sector, standing, said=said))

    async def _one(self, interaction: Interaction, slug: str) -> tuple[ServerSectors, Sector, Standing]:
        here = await self._here(interaction)
        sector = here.get(slug)
        if sector is None:
            raise NotFound("sector")
        standing = await services(interaction).sectors.standing(actor(interaction))
        return here, sector, standing.get(slug, Standing())

    # Words.

    @press("sectors.add")
    async def add(self, interaction: Interaction) -> None:
        """Open an empty form."""
        await self.doors.open(interaction, "sectors.add")

    @form("sectors.add")
    async def add_form(self, interaction: Interaction, values: Values) -> Form:
        """Build the form of a new sector, while there is room for one."""
        if len((await self._here(interaction)).active) >= MOST_ACTIVE:
            raise Invalid("sectors", "list full", most=MOST_ACTIVE)
        return cards.sector_form(values, None, "sectors.add", ())

    @submit("sectors.add")
    async def added(self, interaction: Interaction, values: Values) -> None:
        """Add it at the end, and show the list."""
        made = await services(interaction).sectors.add(actor(interaction), *cards.typed(values))
        await self._list(interaction, _("✅ Added: {sector}", sector=cards.titled(made)))

    @press("sectors.rename")
    async def rename(self, interaction: Interaction, slug: str) -> None:
        """Open the form with the words that it has."""
        await self.doors.open(interaction, "sectors.rename", slug, 0)

    @form("sectors.rename")
    async def rename_form(self, interaction: Interaction, values: Values, slug: str, _seen: int) -> Form:
        """Build the form; it remembers which words it shows, so that a change made meanwhile is not lost unseen."""
        here, sector, _standing = await self._one(interaction, slug)
        revision = here.changes.get(slug, Change(slug)).revision
        return cards.sector_form(values, sector, "sectors.rename", (slug, revision))

    @submit("sectors.rename")
    async def renamed(self, interaction: Interaction, values: Values, slug: str, revision: int) -> None:
        """Store the words."""
        await services(interaction).sectors.rename(actor(interaction), slug, revision, *cards.typed(values))
        await self._show(interaction, slug, _("✅ Saved. Cards that stand already follow when they change next."))

    @press("sectors.place")
    async def step(self, interaction: Interaction, slug: str, place: int) -> None:
        """Move a sector to the place that the button named."""
        await services(interaction).sectors.move(actor(interaction), slug, place)
        await self._show(interaction, slug)

    @pick("sectors.place")
    async def place(self, interaction: Interaction, picked: list[str], slug: str) -> None:
        """Move a sector to the place that was picked."""
        if not picked[0].isdecimal():
            raise Invalid("place", "unknown choice")
        await self.step(interaction, slug, int(picked[0]))

    # Off the list, and on it again.

    @press("sectors.ask")
    async def ask(self, interaction: Interaction, slug: str) -> None:
        """Say what stands in a sector before it is retired."""
        _here, sector, standing = await self._one(interaction, slug)
        await move_on(interaction, cards.ask_retire(sector, standing))

    @press("sectors.retire")
    async def retire(self, interaction: Interaction, slug: str) -> None:
        """Retire it."""
        here = await services(interaction).sectors.retire(actor(interaction), slug)
        await self._list(interaction, _("✅ Retired: {sector}", sector=cards.titled(here.known[slug])))

    @press("sectors.back")
    async def bring_back(self, interaction: Interaction, slug: str) -> None:
        """Put it on the list again."""
        here = await services(interaction).sectors.bring_back(actor(interaction), slug)
        await self._list(interaction, _("✅ Back on the list: {sector}", sector=cards.titled(here.known[slug])))

    @pick("sectors.pack")
    async def pack(self, interaction: Interaction, picked: list[str]) -> None:
        """Add an optional pack at once; ask before it is taken off."""
        found = (await self._here(interaction)).pack(picked[0])
        if found.on:
            standing = await services(interaction).sectors.standing(actor(interaction))
            await move_on(interaction, cards.ask_switch_off(found, standing))
            return
        await services(interaction).sectors.switch(actor(interaction), found.slug, on=True)
        await self._list(interaction, _("✅ On the list now: {sectors}", sectors=cards.listed(found)))

    @press("sectors.off")
    async def switch_off(self, interaction: Interaction, pack: str) -> None:
        """Take an optional pack off the list."""
        await services(interaction).sectors.switch(actor(interaction), pack, on=False)
        await self._list(interaction)


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(SetupSectorsDoors(bot.doors))
