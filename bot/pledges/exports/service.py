"""Taking pledges along as a file: who may, what is in it, and the record of it."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.actor import Action, Actor
from bot.clock import Clock
from bot.content.model import Content
from bot.errors import Invalid
from bot.guard.gate import Gate
from bot.guard.model import Where
from bot.members.model import COUNTERS
from bot.members.model import Visibility as Shown
from bot.members.service import Members
from bot.pledges.digest.model import everybody, shown, summed
from bot.pledges.exports import store, table
from bot.pledges.exports.table import ZIPPED_ABOVE, About, Audience, Cell, Figures, Format, Line
from bot.pledges.model import COUNTS_AS_ACTIVE, REASON_LIMIT, Pledge, Status, Visibility
from bot.sectors.model import ServerSectors
from bot.sectors.service import Sectors
from bot.servers.service import Servers
from bot.storage import counters
from bot.storage.database import Database, Reading, Transaction
from bot.wheel.figures import Figure

PAGE = 250
"""Pledges read and written at a time: about 5 ms of work between two breaths of the bot."""

SEVERAL = "several sectors"
"""What a board reads for the sector of a pledge without a name, where that sector's figures are "a few"."""

Told = Callable[[int, int], Awaitable[None]]
"""Called after every page with (pledges looked at, pledges there are)."""


@dataclass(frozen=True, slots=True)
class Export:
    """What came out: the files in their order, how many pledges are in them all, and for whom."""

    files: tuple[Path, ...]
    rows: int
    audience: Audience


async def _nobody(done: int, of: int) -> None:
    """Tell nobody."""


class Exports:
    """Use cases around the files. They are written into a folder that the caller throws away."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        content: Content,
        members: Members,
        sectors: Sectors,
        servers: Servers,
        clock: Clock,
    ) -> None:
        self._database = database
        self._gate = gate
        self._content = content
        self._members = members
        self._sectors = sectors
        self._servers = servers
        self._clock = clock

    def check(self, actor: Actor, audience: Audience, reason: str) -> str:
        """Return the reason, tidied, if this person may take this along.

        Raises NotAllowed; and Invalid, TextStopped for the reason, which the internal export asks for.
        """
        actor.check(Action.REVIEW)
        reason = reason.strip()
        if audience is Audience.INTERNAL and not reason:
            raise Invalid("reason", "empty")
        if len(reason) > REASON_LIMIT:
            raise Invalid("reason", "too long", limit=REASON_LIMIT)
        self._gate.admit(actor, Where.NOTE, reason=reason)
        return reason

    async def take(
        self,
        actor: Actor,
        audience: Audience,
        kind: Format,
        folder: Path,
        *,
        reason: str = "",
        limit: int | None = None,
        told: Told = _nobody,
    ) -> Export:
        """Write the files for a person and record that they took them. ``limit``: the most bytes of one file.

        Raises NotAllowed, Invalid, TextStopped, StorageUnavailable.
        """
        reason = self.check(actor, audience, reason)
        made = await self.write(actor.guild_id, audience, kind, folder, limit=limit, told=told)

        async def work(tx: Transaction) -> None:
            await store.record(
                tx, actor.guild_id, actor.user_id, self._clock(), audience.value, kind.value, made.rows, reason
            )

        await self._database.write(work)
        return made

    async def write(
        self,
        guild_id: int,
        audience: Audience,
        kind: Format,
        folder: Path,
        *,
        limit: int | None = None,
        told: Told = _nobody,
    ) -> Export:
        """Write the files, for whoever runs the bot: no standing is looked at and nothing recorded.

        All pledges are as they stood at one moment, however many change meanwhile. With a ``limit`` a file
        above 8 MiB is packed, and one still above the limit is written again in as many parts as it takes.
        """
        settings = await self._servers.settings(guild_id)
        zone = ZoneInfo(settings.zone)
        here = await self._sectors.of(guild_id)
        name = f"pledges-{audience.value}-{table.stamp(self._clock(), zone)}"
        async with self._database.snapshot() as reading:
            about, few = await self._about(reading, guild_id, audience, here, settings.small_figure, zone)
            veiled = few if audience is Audience.BOARD else frozenset[str]()

            def line_of(pledge: Pledge) -> Line:
                return self._line(pledge, here, zone, veiled)

            async def pass_over(rows_a_file: int | None, told: Told) -> tuple[list[Path], int]:
                return await self._written(
                    reading, guild_id, audience, kind, folder / name, line_of, about, rows_a_file, told
                )

            files, rows = await pass_over(None, told)
            if limit is not None:
                files = await self._packed(files, limit)
                if any(path.stat().st_size > limit for path in files):
                    parts = math.ceil(1.2 * files[0].stat().st_size / limit)
                    files, rows = await pass_over(max(1, math.ceil(rows / parts)), _nobody)
                    files = await self._packed(files, limit)
        return Export(tuple(files), rows, audience)

    async def _packed(self, files: Sequence[Path], limit: int) -> list[Path]:
        above = min(ZIPPED_ABOVE, limit)
        return [await asyncio.to_thread(table.zipped, path) if path.stat().st_size > above else path for path in files]

    async def _written(
        self,
        reading: Reading,
        guild_id: int,
        audience: Audience,
        kind: Format,
        base: Path,
        line_of: Callable[[Pledge], Line],
        about: About,
        rows_a_file: int | None,
        told: Told,
    ) -> tuple[list[Path], int]:
        names = [column.name for column in table.columns(audience)]
        of = await store.how_many(reading, guild_id)
        files: list[Path] = []
        writer: table.Writer | None = None
        after = rows = in_file = 0
        public = audience is Audience.BOARD
        try:
            while True:
                page = await store.page(reading, guild_id, public=public, after=after, most=PAGE)
                if writer is None or (page and rows_a_file is not None and in_file >= rows_a_file):
                    if writer is not None:
                        await asyncio.to_thread(writer.close)
                    part = f"-{len(files) + 1}" if rows_a_file is not None else ""
                    files.append(base.with_name(f"{base.name}{part}.{kind.value}"))
                    writer = await asyncio.to_thread(table.WRITERS[kind], files[-1], names, about)
                    in_file = 0
                if not page:
                    break
                lines = [line_of(pledge) for pledge in await self._named(reading, page)]
                await asyncio.to_thread(writer.add, table.rows(lines, audience))
                after, rows, in_file = page[-1].id, rows + len(page), in_file + len(page)
                await told(min(rows, of), of)
        finally:
            if writer is not None:
                await asyncio.to_thread(writer.close)
        return files, rows

    async def _named(self, reading: Reading, page: Sequence[Pledge]) -> list[Pledge]:
        ids = {pledge.organisation_id for pledge in page if pledge.organisation_id}
        known = await self._members.organisations(reading, page[0].guild_id, ids)
        return [
            replace(pledge, organisation=found.name) if (found := known.get(pledge.organisation_id or 0)) else pledge
            for pledge in page
        ]

    def _line(self, pledge: Pledge, here: ServerSectors, zone: ZoneInfo, veiled: Collection[str]) -> Line:
        if pledge.sector in veiled and pledge.visibility is not Visibility.NAMED:
            return Line(pledge, SEVERAL, "", zone)  # an action is of one sector, so it would say which
        action = self._content.actions.get(pledge.action or "")
        title = action.title.text("en") if action is not None else pledge.action or ""
        return Line(pledge, here.name(pledge.sector, "en"), title, zone)

    async def _about(
        self, reading: Reading, guild_id: int, audience: Audience, here: ServerSectors, small: int, zone: ZoneInfo
    ) -> tuple[About, frozenset[str]]:
        """Return what the file says of itself, and the sectors of whose pledges no number may be said.

        A figure is small or not by the rule of the digest, from the partners of its sector.
        """
        counted = await store.by_status(reading, guild_id)
        named, others = await counters.read_all(reading, guild_id, COUNTERS[Shown.NAMED], COUNTERS[Shown.COUNTED])
        partners = everybody(named, others)
        slugs = dict.fromkeys([*(sector.slug for sector in here.active), *sorted({slug for slug, _ in counted})])

        def of(*statuses: Status) -> dict[str, int]:
            return {slug: sum(counted.get((slug, status), 0) for status in statuses) for slug in slugs}

        figures = (of(*Status), of(*COUNTS_AS_ACTIVE), of(Status.KEPT))
        lines = {slug: [shown(numbers[slug], partners.get(slug, 0), small) for numbers in figures] for slug in slugs}
        facts = {
            "written_on": table.stamp(self._clock(), zone),
            "for": audience.value,
            "time_zone": zone.key,
            "figures": (
                "Of the pledges that people may see, as they stood on that day: all of them, those active, and those"
                " kept (confirmed or by the maker's own word). Where a sector has fewer than"
                f' {small} partners its figures are "a few"; "12+" is twelve and a few more.'
            ),
        }
        few = frozenset(slug for slug, line in lines.items() if line[0].vague)
        if few and audience is Audience.BOARD:
            facts["sectors"] = f'Pledges without a name in a sector whose figures are "a few" say "{SEVERAL}".'
        about = About(
            facts,
            [Figures(here.name(slug, "en"), *map(_said, line)) for slug, line in lines.items()],
            Figures("All sectors", *(_said(summed(numbers, partners, small)) for numbers in figures)),
        )
        return about, few

    async def forget(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Erase a person: that something was taken along stays recorded, without a name."""
        await store.forget(tx, guild_id, user_id)


def _said(figure: Figure) -> Cell:
    if not figure.vague:
        return figure.at_least
    return f"{figure.at_least}+" if figure.at_least else "a few"
