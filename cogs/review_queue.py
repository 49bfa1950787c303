"""The queue of pledges that wait for an organiser, and what it can be narrowed to."""

from __future__ import annotations

from bot.app import Cogwheel
from bot.errors import Invalid
from bot.pledges import queue_cards
from bot.pledges.desk_model import Kind
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, pick, press
from bot.ui.reply import move_on

ANY = "any"


class ReviewQueueDoors(Doorway):
    """One page at a time; the ids of a button say which part of the queue it belongs to."""

    @press("review.queue")
    async def begin(self, interaction: Interaction, _after: int) -> None:
        """Show the first page of the whole queue."""
        await self._show(interaction, ANY, "")

    @pick("review.kind")
    async def narrow_kind(self, interaction: Interaction, picked: list[str], sector: str) -> None:
        """Show only some of them."""
        await self._show(interaction, picked[0], sector)

    @pick("review.sector")
    async def narrow_sector(self, interaction: Interaction, picked: list[str], kind: str) -> None:
        """Show one sector only."""
        await self._show(interaction, kind, "" if picked[0] == ANY else picked[0])

    @press("review.page")
    async def page(self, interaction: Interaction, kind: str, sector: str, at: int, after: int) -> None:
        """Show the page behind a key (microseconds, id): those that wait less long. 0 and 0 is the first."""
        await self._show(interaction, kind, sector, (at, after) if at or after else None)

    @press("review.before")
    async def before(self, interaction: Interaction, kind: str, sector: str, at: int, until: int) -> None:
        """Show the page that ends with a key."""
        await self._show(interaction, kind, sector, (at, until), back=True)

    async def _show(
        self,
        interaction: Interaction,
        kind: str,
        sector: str,
        key: tuple[int, int] | None = None,
        *,
        back: bool = False,
    ) -> None:
        here, me = services(interaction), actor(interaction)
        if kind not in (ANY, *Kind):
            raise Invalid("kind", "unknown choice")
        chosen = None if kind == ANY else Kind(kind)
        found = await here.pledges.queue(me, key, kind=chosen, sector=sector or None, back=back)
        sectors = await here.sectors.of(me.guild_id)
        await move_on(interaction, queue_cards.queue_card(found, sectors, chosen, sector, here.clock(), me.user_id))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(ReviewQueueDoors(bot.doors))
