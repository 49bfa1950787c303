"""The numbers behind the wheel, the partners of a sector, and the picture, drawn once for each content."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from bot.actor import Action, Actor
from bot.content.model import Content, Sector
from bot.errors import Invalid
from bot.members.model import COUNTERS, NamedPage, Visibility
from bot.members.service import Members
from bot.servers.service import Servers
from bot.storage import counters
from bot.storage.database import Database
from bot.wheel.drawing import render
from bot.wheel.figures import SectorFigures, sector_figures
from bot.wheel.model import MAX_COGS, Picture

PARTNERS_A_PAGE = 5
_PICTURES_KEPT = 24


class Wheel:
    """Reads counters only, so an empty coalition and one of 100,000 members take the same time."""

    def __init__(
        self,
        database: Database,
        servers: Servers,
        members: Members,
        content: Content,
        draw: Callable[[Picture], bytes] = render,
    ) -> None:
        self._database = database
        self._servers = servers
        self._members = members
        self._content = content
        self._draw = draw
        self._pictures: OrderedDict[Picture, bytes] = OrderedDict()
        self._pen = asyncio.Lock()

    def sector(self, slug: str) -> Sector:
        """Return a sector of the wheel. Raises Invalid for anything else."""
        for sector in self.sectors():
            if sector.slug == slug:
                return sector
        raise Invalid("sectors", "unknown choice")

    def sectors(self) -> list[Sector]:
        """Return the sectors that have a cog, in their order; at most 24."""
        return self._content.core_sectors()[:MAX_COGS]

    async def figures(self, guild_id: int) -> tuple[SectorFigures, ...]:
        """Return every sector's public figures. Whoever is seen by organisers only is in none of them.

        Raises StorageUnavailable.
        """
        small = (await self._servers.settings(guild_id)).small_figure
        async with self._database.reading() as reading:
            named = await counters.read(reading, guild_id, COUNTERS[Visibility.NAMED])
            others = await counters.read(reading, guild_id, COUNTERS[Visibility.COUNTED])
            active = await counters.read(reading, guild_id, "pledges.active")
            kept = await counters.read(reading, guild_id, "pledges.kept")
            declared = await counters.read(reading, guild_id, "pledges.declared")
        return tuple(
            sector_figures(
                sector.slug,
                named=named.get(sector.slug, 0),
                others=others.get(sector.slug, 0),
                active=active.get(sector.slug, 0),
                kept=kept.get(sector.slug, 0),
                declared=declared.get(sector.slug, 0),
                small=small,
            )
            for sector in self.sectors()
        )

    async def partners(self, actor: Actor, slug: str, after: int = 0) -> NamedPage:
        """Return a page of the partners of a sector who chose to be named. Raises NotAllowed, Invalid."""
        actor.check(Action.READ)
        self.sector(slug)
        return await self._members.named(actor.guild_id, slug, after, PARTNERS_A_PAGE)

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
