"""Reading and changing a server's choices."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from zoneinfo import ZoneInfo

from bot.actor import Action, Actor, Standing
from bot.clock import Clock
from bot.delivery import places
from bot.delivery.outbox import Outbox, OutboxRow
from bot.errors import Invalid, NotAllowed, NotFound
from bot.servers import store
from bot.servers.model import FRESHNESS, RETENTION, SMALL_FIGURES, Channel, Contact, RouteCheck, ServerSettings
from bot.storage.database import Database, Transaction

WELCOME, PANEL = "server.welcome", "server.panel"
"""The kinds of outbox row for the two standing cards of a server; their subject is 0."""

_Then = Callable[[Transaction], Awaitable[None]]


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

    def drop(self, guild_id: int) -> None:
        """Keep nothing of a server in memory: something changed, or the server was forgotten."""
        self._known.pop(guild_id, None)

    async def _choose(
        self, actor: Actor, values: dict[str, str | None], then: _Then | None = None, by: Action = Action.SET_UP
    ) -> ServerSettings:
        actor.check(by)

        async def work(tx: Transaction) -> None:
            await store.choose(tx, actor.guild_id, values)
            if then is not None:
                await then(tx)
            tx.afterwards(lambda: self.drop(actor.guild_id))

        await self._database.write(work)
        return await self.settings(actor.guild_id)

    # Setting up.

    async def begin(
        self, actor: Actor, name: str, *, locale: str | None, zone: str | None, guesses: dict[str, str]
    ) -> ServerSettings:
        """Note the server's name and what the command gave; ``guesses`` (locale, zone, country) fill what is open.

        Raises NotAllowed, Invalid.
        """
        values: dict[str, str | None] = {"name": name}
        if not (await self.settings(actor.guild_id)).set_up:
            async with self._database.reading() as reading:
                chosen = await store.values(reading, actor.guild_id)
            values |= {what: guess for what, guess in guesses.items() if what not in chosen}
        if locale is not None:
            values["locale"] = locale
        if zone is not None:
            values["zone"] = _checked_zone(zone)
        return await self._choose(actor, values)

    async def choose_channels(self, actor: Actor, channels: dict[Channel, int | None]) -> ServerSettings:
        """Choose channels for purposes: what waited for one is posted, and posts follow into a new one.

        Raises NotAllowed.
        """
        actor.check(Action.SET_UP)
        before = await self.settings(actor.guild_id)
        left = {old for purpose, new in channels.items() if (old := before.channel(purpose)) is not None and old != new}

        async def follow(tx: Transaction) -> None:
            now = self._clock()
            await places.release(tx, self._outbox, actor.guild_id, now)
            for channel_id in sorted(left):
                await places.move(tx, self._outbox, actor.guild_id, channel_id, now)

        values = {f"channel.{purpose}": str(channel) if channel else None for purpose, channel in channels.items()}
        return await self._choose(actor, values, follow)

    async def choose_roles(self, actor: Actor, standing: Standing, role_ids: Iterable[int]) -> ServerSettings:
        """Choose the roles that make somebody a moderator or an organiser.

        Raises NotAllowed, and Invalid for the role that everybody has (its id is the server's).
        """
        chosen = sorted(set(role_ids))
        if standing not in (Standing.MODERATOR, Standing.ORGANISER):
            raise NotFound("standing")
        if actor.guild_id in chosen:
            raise Invalid("roles", "everyone")
        return await self._choose(actor, {f"roles.{standing}": ",".join(map(str, chosen)) or None})

    async def choose(
        self,
        actor: Actor,
        *,
        locale: str | None = None,
        zone: str | None = None,
        country: str | None = None,
        own_review: bool | None = None,
        set_up: bool | None = None,
    ) -> ServerSettings:
        """Choose the server's language, its zone, and the rest; None leaves a choice as it is.

        Raises NotAllowed, Invalid.
        """
        values: dict[str, str | None] = {}
        if locale is not None:
            values["locale"] = locale
        if zone is not None:
            values["zone"] = _checked_zone(zone)
        if country is not None:
            values["country"] = country
        if own_review is not None:
            values["own_review"] = "1" if own_review else "0"
        if set_up is not None:
            values["set_up"] = "1" if set_up else "0"
        standing = (await self.settings(actor.guild_id)).set_up and locale is not None
        return await self._choose(actor, values, self._cards(actor.guild_id, []) if standing else None)

    async def switch_sector_roles(self, actor: Actor, on: bool, then: _Then) -> ServerSettings:
        """Give sector roles or no longer; ``then`` queues what follows, in the same unit of work. Raises NotAllowed."""
        return await self._choose(actor, {"sector_roles": "1" if on else None}, then)

    async def switch_digest(self, actor: Actor, on: bool, then: _Then) -> ServerSettings:
        """Let a digest come every month or no longer, as organisers choose; ``then`` queues what follows.

        Raises NotAllowed.
        """
        return await self._choose(actor, {"digest": "1" if on else None}, then, Action.REVIEW)

    async def choose_freshness(self, actor: Actor, key: str) -> ServerSettings:
        """Choose from when on a pledge is quiet and silent, as organisers do; ``key`` is that of the limits.

        Raises NotAllowed, and Invalid for limits that there is no choice of.
        """
        actor.check(Action.REVIEW)
        if key not in {one.key for one in FRESHNESS}:
            raise Invalid("freshness", "unknown choice")
        return await self._choose(actor, {"freshness": key}, by=Action.REVIEW)

    async def with_digest(self) -> list[int]:
        """Return the servers in which a digest comes every month."""
        async with self._database.reading() as reading:
            return await store.with_choice(reading, "digest", "1")

    # Privacy.

    async def choose_contact(self, actor: Actor, contact: Contact) -> ServerSettings:
        """Write down who is responsible for this server's data; nobody is asked again. Raises NotAllowed."""
        return await self._choose(actor, {"contact.name": contact.name, "contact.where": contact.where})

    async def choose_small_figure(self, actor: Actor, least: int) -> ServerSettings:
        """Choose the smallest public figure about people; cards that stand are brought up to date.

        Raises NotAllowed, and Invalid below 2 and above 10.
        """
        if least not in SMALL_FIGURES:
            raise Invalid("small_figure", "unknown choice")
        places_now = set((await self.settings(actor.guild_id)).channels.values())

        async def redraw(tx: Transaction) -> None:
            for channel_id in sorted(places_now):
                await places.move(tx, self._outbox, actor.guild_id, channel_id, self._clock())

        return await self._choose(actor, {"small_figure": str(least)}, redraw)

    async def choose_nudge_ping(self, actor: Actor, wanted: bool) -> ServerSettings:
        """Choose whether reminders of what waits ping the organisers' roles. Raises NotAllowed."""
        return await self._choose(actor, {"nudge_ping": "1" if wanted else None})

    async def choose_milestones(self, actor: Actor, wanted: bool) -> ServerSettings:
        """Choose whether the bot celebrates in public. Raises NotAllowed."""
        return await self._choose(actor, {"milestones": "1" if wanted else "0"})

    async def choose_notice(self, actor: Actor, text: str, *, instead: bool) -> ServerSettings:
        """Choose the server's own words in the privacy notice, "" for none. Raises NotAllowed.

        Where that changes what the notice says, its version rises and everybody is asked again.
        """
        before = await self.settings(actor.guild_id)
        instead = instead and bool(text)
        values: dict[str, str | None] = {"notice": text or None, "notice.instead": "1" if instead else None}
        if (text, instead) != (before.notice, before.notice_instead):
            values["notice.count"] = str(before.notice_count + 1)
        return await self._choose(actor, values)

    async def choose_retention(self, actor: Actor, days: int) -> ServerSettings:
        """Choose how long what is held about those who left stays. Raises NotAllowed, Invalid.

        The notice promises it: keeping longer changes the notice, so everybody is asked again.
        """
        before = await self.settings(actor.guild_id)
        if days not in RETENTION:
            raise Invalid("retention", "unknown choice")
        values: dict[str, str | None] = {"retention": str(days)}
        if days > before.retention.days:
            values["notice.count"] = str(before.notice_count + 1)
        return await self._choose(actor, values)

    async def tick_routes(self, actor: Actor, country: str) -> RouteCheck:
        """Record that this admin has opened and checked the routes of a country today. Raises NotAllowed."""
        name, value = store.route_check(country, self._today(), actor.user_id)
        chosen = await self._choose(actor, {name: value, "country": country})
        return chosen.route_checks[country]

    async def finish(self, actor: Actor) -> dict[str, int]:
        """End the set-up: the welcome card and the organisers' panel are queued. Returns kind -> outbox row.

        May be repeated; the cards that stand are then brought up to date. Raises NotAllowed.
        """
        rows: list[tuple[str, int]] = []
        await self._choose(actor, {"set_up": "1"}, self._cards(actor.guild_id, rows))
        return dict(rows)

    def _cards(self, guild_id: int, rows: list[tuple[str, int]]) -> _Then:
        async def queue(tx: Transaction) -> None:
            for kind in (WELCOME, PANEL):
                rows.append((kind, await self._outbox.put(tx, guild_id, kind, 0)))

        return queue

    def _today(self) -> date:
        return self._clock().date()

    # Looking after.

    def check_caretaker(self, actor: Actor) -> None:
        """Raise NotAllowed unless this person may see the check: admins, and organisers, whose posts it is about."""
        if not (actor.may(Action.SET_UP) or actor.may(Action.REVIEW)):
            raise NotAllowed(Action.SET_UP.value)

    async def stuck(self, actor: Actor) -> tuple[list[OutboxRow], int]:
        """Return the posts that failed or whose outcome nobody knows, and how many wait for a channel."""
        self.check_caretaker(actor)
        async with self._database.reading() as reading:
            waiting = await places.held(reading, actor.guild_id)
        return await self._outbox.stuck(actor.guild_id), waiting

    async def try_again(self, actor: Actor, row_id: int) -> None:
        """Post a stuck row again, as a person decided. Raises NotAllowed, NotFound (also: somebody was first)."""
        self.check_caretaker(actor)
        await self._is_stuck(actor, row_id)
        await self._outbox.retry(actor.guild_id, row_id)

    async def leave_be(self, actor: Actor, row_id: int) -> None:
        """Leave a stuck row: it is there, or no longer wanted. Raises NotAllowed, NotFound."""
        self.check_caretaker(actor)
        await self._is_stuck(actor, row_id)
        await self._outbox.dismiss(actor.guild_id, row_id)

    async def _is_stuck(self, actor: Actor, row_id: int) -> None:
        if row_id not in {row.id for row in await self._outbox.stuck(actor.guild_id)}:
            raise NotFound("post")

    async def forget(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Erase a person: a check of routes stays with its day and without a name."""
        chosen = store.from_values(guild_id, await store.values(tx, guild_id))
        theirs = {country: check.on for country, check in chosen.route_checks.items() if check.by == user_id}
        if theirs:
            await store.choose(tx, guild_id, dict(store.route_check(c, on, None) for c, on in theirs.items()))
            tx.afterwards(lambda: self.drop(guild_id))

    # What the bot remembers for itself.

    async def remembered(self, name: str) -> str | None:
        """Return something the bot remembers for itself, such as what commands it synced last."""
        async with self._database.reading() as reading:
            return await store.value(reading, 0, name)

    async def remember(self, name: str, value: str) -> None:
        """Remember something for the bot itself, under server 0."""

        async def work(tx: Transaction) -> None:
            await store.choose(tx, 0, {name: value})

        await self._database.write(work)


def _checked_zone(zone: str) -> str:
    try:
        return ZoneInfo(zone).key
    except (KeyError, ValueError, OSError) as error:  # a folder of the database is an OSError
        raise Invalid("zone", "unknown zone", text=zone, near=()) from error
