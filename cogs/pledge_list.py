"""The list of pledges, and what it can be narrowed to."""

from __future__ import annotations

from dataclasses import replace

from bot.app import Cogwheel
from bot.errors import Invalid
from bot.pledges import listing_cards
from bot.pledges.listing import Freshness, Search
from bot.pledges.model import Status
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, pick, press
from bot.ui.reply import move_on
from bot.ui.words import locale


class PledgeListDoors(Doorway):
    """One page at a time; the ids of a button say which search it belongs to."""

    @press("pledge.list")
    async def of_sector(self, interaction: Interaction, sector: str, _after: int) -> None:
        """Show a sector's pledges, from another card."""
        await self._show(interaction, Search(sector=sector))

    @press("pledge.mine")
    async def mine(self, interaction: Interaction, _after: int) -> None:
        """Show a page of my own."""
        await self._show(interaction, Search(mine=True))

    @press("pledge.in")
    async def page(
        self, interaction: Interaction, sector: str, code: str, organisation: str, words: str, after: str
    ) -> None:
        """Show a page of a search."""
        search = listing_cards.search_of(actor(interaction).guild_id, sector, code, organisation, words)
        await self._show(interaction, search, after)

    @press("pledge.before")
    async def before(
        self, interaction: Interaction, sector: str, code: str, organisation: str, words: str, until: str
    ) -> None:
        """Show the page before."""
        search = listing_cards.search_of(actor(interaction).guild_id, sector, code, organisation, words)
        await self._show(interaction, search, until, back=True)

    @pick("pledge.bysector")
    async def by_sector(
        self, interaction: Interaction, picked: list[str], code: str, organisation: str, words: str
    ) -> None:
        """Narrow it to a sector."""
        search = listing_cards.search_of(actor(interaction).guild_id, "", code, organisation, words)
        await self._show(interaction, replace(search, sector="" if picked[0] == listing_cards.ANY else picked[0]))

    @pick("pledge.bystatus")
    async def by_status(
        self, interaction: Interaction, picked: list[str], sector: str, code: str, organisation: str, words: str
    ) -> None:
        """Narrow it to a status."""
        search = listing_cards.search_of(actor(interaction).guild_id, sector, code, organisation, words)
        if picked[0] not in (listing_cards.ANY, *Status):
            raise Invalid("status", "unknown choice")
        chosen = None if picked[0] == listing_cards.ANY else Status(picked[0])
        await self._show(interaction, replace(search, status=chosen))

    @pick("pledge.byfresh")
    async def by_freshness(
        self, interaction: Interaction, picked: list[str], sector: str, code: str, organisation: str, words: str
    ) -> None:
        """Narrow it to how long ago something was heard."""
        search = listing_cards.search_of(actor(interaction).guild_id, sector, code, organisation, words)
        if picked[0] not in (listing_cards.ANY, *Freshness):
            raise Invalid("freshness", "unknown choice")
        chosen = None if picked[0] == listing_cards.ANY else Freshness(picked[0])
        await self._show(interaction, replace(search, freshness=chosen))

    async def _show(self, interaction: Interaction, search: Search, key: str = "", *, back: bool = False) -> None:
        here, me = services(interaction), actor(interaction)
        sectors = await here.sectors.of(me.guild_id)
        if search.sector and sectors.get(search.sector) is None:
            raise Invalid("sector", "unknown choice")
        found = await here.pledges.listed(me, search, key, locale(), back=back)
        name = next((one.organisation or "" for one in found.pledges), "") if search.organisation else ""
        await move_on(interaction, listing_cards.listing(search, found, sectors, here.clock(), name))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(PledgeListDoors(bot.doors))
