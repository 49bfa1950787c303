"""The numbers behind the wheel, the partners of a sector, and the picture, drawn once for each content."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from bot.actor import Action, Actor
from bot.clock import Clock
from bot.content.model import Sector
from bot.delivery.outbox import Outbox
from bot.errors import Invalid
from bot.members.model import COUNTERS, NamedPage, Visibility
from bot.members.service import Members
from bot.sectors.service import Sectors
from bot.servers.service import Servers
from bot.storage import counters
from bot.storage.database import Database
from bot.wheel.drawing import render
from bot.wheel.figures import SectorFigures, sector_figures
from bot.wheel.milestones import Milestones
from bot.wheel.model import Picture

PARTNERS_A_PAGE = 5
_PICTURES_KEPT = 24


class Wheel(Milestones):
    """Reads counters only, so an empty coalition and one of 100,000 members take the same time."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        servers: Servers,
        members: Members,
        sectors: Sectors,
        clock: Clock,
        draw: Callable[[Picture], bytes] = render,
    ) -> None:
        super().__init__(database, outbox, servers, sectors, clock)
        self._members = members
        self._draw = draw
        self._pictures: OrderedDict[Picture, bytes] = OrderedDict()
        self._pen = asyncio.Lock()

    async def sectors(self, guild_id: int) -> tuple[Sector, ...]:
        """Return the sectors that have a cog, in the server's order; 1 to 24. Raises StorageUnavailable."""
        return (await self._sectors.of(guild_id)).active

    async def figures(self, guild_id: int) -> tuple[SectorFigures, ...]:
        """Return every sector's public figures, like :meth:`look`. Raises StorageUnavailable."""
        return (await self.look(guild_id))[1]

    async def look(self, guild_id: int) -> tuple[tuple[Sector, ...], tuple[SectorFigures, ...]]:
        """Return the sectors that have a cog and, in the same order, the public figures of each.

        Whoever is seen by organisers only is in no figure. Raises StorageUnavailable.
        """
        sectors = await self.sectors(guild_id)
        small = (await self._servers.settings(guild_id)).small_figure
        async with self._database.reading() as reading:
            named, others, active, kept, declared = await counters.read_all(
                reading,
                guild_id,
                COUNTERS[Visibility.NAMED],
                COUNTERS[Visibility.COUNTED],
                "pledges.active",
                "pledges.kept",
                "pledges.declared",
            )
        return sectors, tuple(
            sector_figures(
                sector.slug,
                named=named.get(sector.slug, 0),
                others=others.get(sector.slug, 0),
                active=active.get(sector.slug, 0),
                kept=kept.get(sector.slug, 0),
                declared=declared.get(sector.slug, 0),
                small=small,
            )
            for sector in sectors
        )

    async def one(self, guild_id: int, slug: str) -> tuple[Sector, SectorFigures]:
        """Return a sector of a server's wheel with its public figures. Raises Invalid, StorageUnavailable."""
        sectors, figures = await self.look(guild_id)
        for sector, found in zip(sectors, figures, strict=True):
            if sector.slug == slug:
                return sector, found
        raise Invalid("sectors", "unknown choice")

    async def partners(self, actor: Actor, slug: str, after: int = 0) -> NamedPage:
        """Return a page of the partners of a sector who chose to be named. Raises NotAllowed, Invalid."""
        actor.check(Action.READ)
        if not (await self._sectors.of(actor.guild_id)).is_active(slug):
            raise Invalid("sectors", "unknown choice")
        return await self._members.named(actor.guild_id, slug, after, PARTNERS_A_PAGE)

    def drop(self, _guild_id: int) -> None:
        """Keep no picture: they carry the names of servers, and nothing says which is whose."""
        self._pictures.clear()

    def is_drawn(self, picture: Picture) -> bool:
        """Whether :meth:`png` answers at once."""
        return picture in self._pictures

    async def png(self, picture: Picture) -> bytes:
        """Return the picture as a PNG, drawn in a thread the first time and then kept.

        One is drawn at a time: ten people who ask for the same one wait for the first.
        """
        async with self._pen:
            found = self._pictures.get(picture)
            if found is None:
                found = self._pictures[picture] = await asyncio.to_thread(self._draw, picture)
            self._pictures.move_to_end(picture)
            while len(self._pictures) > _PICTURES_KEPT:
                self._pictures.popitem(last=False)
            return found
