"""Seeing, taking along and erasing what is held about a person; forgetting a whole server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.actor import Actor
from bot.clock import Clock
from bot.delivery.outbox import Outbox
from bot.privacy import store
from bot.privacy.model import EXPORT_FORMAT, EXPORT_VERSION, HOLDINGS, Area, Held
from bot.storage.database import Database, Row, Transaction
from bot.storage.schema import from_micros

Forget = Callable[[Transaction, int, int], Awaitable[object]]
"""What a room offers: take a person out of it, in the caller's unit of work (tx, guild_id, user_id)."""


class Privacy:
    """Use cases around a person's data in one server. ``forgets`` are the rooms' own ways of erasing."""

    def __init__(
        self, database: Database, outbox: Outbox, clock: Clock, forgets: Sequence[Forget], leaves: Sequence[Forget]
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._forgets = tuple(forgets)
        self._leaves = tuple(leaves)
        self._finders = store.finders(HOLDINGS)
        self._server = store.server_statements()

    async def held(self, actor: Actor) -> dict[Area, int]:
        """Return how many rows of each kind name this person here; nothing for a stranger."""
        found: dict[Area, int] = {}
        async with self._database.reading() as reading:
            for finder in self._finders:
                rows = await store.count(reading, finder, actor.guild_id, actor.user_id)
                if rows:
                    found[finder.held.area] = found.get(finder.held.area, 0) + rows
        return found

    async def export(self, actor: Actor) -> dict[str, object]:
        """Return everything held about this person in this server, ready for JSON.

        ``format`` and ``version`` name the shape; ``exported_at`` is ISO 8601 in UTC; ``server_id`` and
        ``user_id`` are strings, like every id (they do not fit a JavaScript number). ``tables`` maps the
        name of a table to its rows, each a mapping of column to value: instants are ISO 8601, other
        people's ids are null, tables with nothing in them are left out.
        """
        tables: dict[str, object] = {}
        async with self._database.reading() as reading:
            for finder in self._finders:
                rows = await store.rows(reading, finder, actor.guild_id, actor.user_id)
                if rows:
                    times = store.instants(finder.held.table)
                    tables[finder.held.table] = [_portable(row, finder.held, times, actor.user_id) for row in rows]
        return {
            "format": EXPORT_FORMAT,
            "version": EXPORT_VERSION,
            "exported_at": self._clock().isoformat(),
            "server_id": str(actor.guild_id),
            "user_id": str(actor.user_id),
            "tables": tables,
        }

    async def leave(self, actor: Actor) -> None:
        """Stop taking part: out of the register; pledges that were seen stay, counted and without a name."""

        async def work(tx: Transaction) -> None:
            for leave in self._leaves:
                await leave(tx, actor.guild_id, actor.user_id)

        await self._database.write(work)

    async def erase(self, guild_id: int, user_id: int) -> None:
        """Erase a person from one server, in one unit of work: all of it happens, or none.

        Every room forgets them; messages that stand and are about them are rendered anew, which
        deletes those that were for them alone.
        """

        async def work(tx: Transaction) -> None:
            for forget in self._forgets:
                await forget(tx, guild_id, user_id)
            for kind, subject_id in await store.standing(tx, guild_id, user_id):
                await self._outbox.put(tx, guild_id, kind, subject_id)
            await store.unname(tx, guild_id, user_id)

        await self._database.write(work)

    async def forget_server(self, guild_id: int) -> int:
        """Delete everything of one server, which has removed the bot; returns how many rows.

        Raises ValueError for 0, under which the bot keeps what it remembers for itself.
        """
        if guild_id <= 0:
            raise ValueError("not a server")

        async def work(tx: Transaction) -> int:
            return sum([await tx.run(statement, in_guild=guild_id) for statement in self._server])

        return await self._database.write(work)


def _portable(row: Row, held: Held, times: frozenset[str], user_id: int) -> Mapping[str, object]:
    made: dict[str, object] = {}
    for name in row.keys():  # noqa: SIM118 - iterating a row gives its values
        value = row[name]
        if value is None or (name in held.columns and value != user_id):
            made[name] = None
        elif name in times:
            made[name] = from_micros(value).isoformat()
        elif name == "id" or name.endswith("_id"):
            made[name] = str(value)
        else:
            made[name] = value
    return made
