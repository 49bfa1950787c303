"""Reading and changing a server's choices."""

from __future__ import annotations

from collections.abc import Iterable

from bot.actor import Action, Actor, Standing
from bot.clock import Clock
from bot.delivery.outbox import Outbox
from bot.servers import store
from bot.servers.model import Channel, ServerSettings
from bot.storage.database import Database, Transaction


class Servers:
    """Settings are read at every interaction, so they are kept in memory and dropped when they change."""

    def __init__(self, database: Database, outbox: Outbox, clock: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._known: dict[int, ServerSettings] = {}

    async def settings(self, guild_id: int) -> ServerSettings:
        """Return a server's settings. Raises StorageUnavailable."""
        known = self._known.get(guild_id)
        if known is None:
            async with self._database.reading() as reading:
                known = await store.load(reading, guild_id)
            self._known[guild_id] = known
        return known

    def _forget(self, guild_id: int) -> None:
        self._known.pop(guild_id, None)

    async def _choose(self, actor: Actor, values: dict[str, str | None]) -> ServerSettings:
        actor.check(Action.SET_UP)

        async def work(tx: Transaction) -> None:
            await store.choose(tx, actor.guild_id, values)
            tx.afterwards(lambda: self._forget(actor.guild_id))

        await self._database.write(work)
        return await self.settings(actor.guild_id)

    async def choose_channels(self, actor: Actor, channels: dict[Channel, int | None]) -> ServerSettings:
        """Choose channels for purposes. Raises NotAllowed."""
        return await self._choose(
            actor, {f"channel.{purpose}": str(channel) if channel else None for purpose, channel in channels.items()}
        )

    async def choose_roles(self, actor: Actor, standing: Standing, role_ids: Iterable[int]) -> ServerSettings:
        """Choose the roles that make somebody a moderator or an organiser. Raises NotAllowed."""
        text = ",".join(str(role) for role in sorted(set(role_ids)))
        return await self._choose(actor, {f"roles.{standing}": text or None})

    async def choose(
        self,
        actor: Actor,
        *,
        locale: str | None = None,
        zone: str | None = None,
        own_review: bool | None = None,
        set_up: bool | None = None,
    ) -> ServerSettings:
        """Choose the server's language, its zone, and the rest; None leaves a choice as it is. Raises NotAllowed."""
        values: dict[str, str | None] = {}
        if locale is not None:
            values["locale"] = locale
        if zone is not None:
            values["zone"] = zone
        if own_review is not None:
            values["own_review"] = "1" if own_review else "0"
        if set_up is not None:
            values["set_up"] = "1" if set_up else "0"
        return await self._choose(actor, values)

    async def remembered(self, name: str) -> str | None:
        """Return something the bot remembers for itself, such as what commands it synced last."""
        async with self._database.reading() as reading:
            return await store.value(reading, 0, name)

    async def remember(self, name: str, value: str) -> None:
        """Remember something for the bot itself, under server 0."""

        async def work(tx: Transaction) -> None:
            await store.choose(tx, 0, {name: value})

        await self._database.write(work)
