"""Seeing, taking along and erasing what is held about a person; forgetting a whole server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.actor import Action, Actor
from bot.clock import Clock
from bot.delivery.outbox import Outbox
from bot.errors import Invalid
from bot.guard.gate import Gate
from bot.guard.model import Where
from bot.privacy import presence_store, store
from bot.privacy.model import EXPORT_FORMAT, EXPORT_VERSION, HOLDINGS, Area, Held, Notice
from bot.privacy.notices import Notices
from bot.privacy.portable import portable
from bot.privacy.server_data import OWN_NOTICE_LIMIT, TOGETHER_LIMIT, ServerData
from bot.servers.model import ServerSettings
from bot.storage.database import Database, Row, Transaction
from bot.storage.triggers import erasing

Forget = Callable[[Transaction, int, int], Awaitable[object]]
"""What a room offers: take a person out of it, in the caller's unit of work (tx, guild_id, user_id)."""


class Privacy(ServerData):
    """Use cases around the data of a person, and of a server.

    ``forgets`` are the rooms' own ways of erasing a person, ``drops`` theirs of keeping nothing of a server in memory.
    """

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        gate: Gate,
        notices: Notices,
        clock: Clock,
        *,
        forgets: Sequence[Forget],
        leaves: Sequence[Forget],
        drops: Sequence[Callable[[int], None]] = (),
    ) -> None:
        super().__init__(database, gate, clock)
        self._outbox = outbox
        self._notices = notices
        self._drops = tuple(drops)
        self._forgets = tuple(forgets)
        self._leaves = tuple(leaves)
        self._finders = store.finders(HOLDINGS)
        self._server = store.server_statements()

    async def notice(self, guild_id: int, locale: str = "en") -> Notice:
        """Return the privacy notice of a server in a language, with its version. Raises StorageUnavailable."""
        return await self._notices.of(guild_id, locale)

    def shipped_notice(self, locale: str) -> Notice:
        """Return the content's own notice, for where no server is known."""
        return self._notices.made(ServerSettings(0), locale)

    def notice_of(self, settings: ServerSettings, locale: str) -> Notice:
        """Return the notice that these choices would make, for a preview."""
        return self._notices.made(settings, locale)

    def check_notice(self, actor: Actor, own: str, *, shown: str, instead: bool) -> None:
        """Check an admin's own words for the notice; ``shown`` is how they stand on a card, marks and all.

        Raises NotAllowed, Invalid where they do not fit (below the content's notice), TextStopped.
        """
        actor.check(Action.SET_UP)
        self._gate.admit(actor, Where.NOTE, notice=own)
        if len(own) > OWN_NOTICE_LIMIT:
            raise Invalid("notice", "too long", limit=OWN_NOTICE_LIMIT)
        room = TOGETHER_LIMIT - (0 if instead else self._notices.longest())
        if len(shown) > room:
            raise Invalid("notice", "too long with marks", limit=room)

    async def held(self, actor: Actor) -> dict[Area, int]:
        """Return how many rows of each kind name this person here; nothing for a stranger."""
        found: dict[Area, int] = {}
        async with self._database.reading() as reading:
            counts = await store.counts(reading, self._finders, actor.guild_id, actor.user_id)
        for finder, rows in zip(self._finders, counts, strict=True):
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
                    tables[finder.held.table] = [_of(row, finder.held, times, actor.user_id) for row in rows]
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
            for forget in (*self._forgets, presence_store.forget):
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
            tx.afterwards(lambda: self._drop(guild_id))
            async with erasing(tx, guild_id):
                return sum([await tx.run(statement, in_guild=guild_id) for statement in self._server])

        return await self._database.write(work)

    def _drop(self, guild_id: int) -> None:
        for drop in self._drops:
            drop(guild_id)


def _of(row: Row, held: Held, times: frozenset[str], user_id: int) -> Mapping[str, object]:
    """Return a row for the person it is about: everybody else's id is left out."""
    mine = {name: None if name in held.columns and value != user_id else value for name, value in dict(row).items()}
    return portable(mine, times)
