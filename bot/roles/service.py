"""Sector roles: switching them on, and finding out who has to be given or to give back which."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.actor import Action, Actor
from bot.clock import Clock
from bot.delivery.outbox import Outbox
from bot.errors import Invalid
from bot.members.model import Visibility
from bot.members.service import Members
from bot.roles import store
from bot.roles.model import PAGE, PERSON, ROUND, SECTOR, SERVER, Candidate, Held, RoleBook, SectorRole, State
from bot.sectors.service import Sectors
from bot.servers.service import Servers
from bot.storage.database import Database, Transaction

_BETWEEN = timedelta(seconds=1)
"""Between two people whose roles change together: Discord slows a bot down that changes roles in bursts."""


class Roles:
    """Use cases around sector roles. What is done on Discord is in ``posts.py``, a row of the outbox for each.

    Every cause writes its row in its own unit of work; the row is acted upon by what is true by then.
    """

    def __init__(
        self, database: Database, outbox: Outbox, members: Members, sectors: Sectors, servers: Servers, clock: Clock
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._members = members
        self._sectors = sectors
        self._servers = servers
        self._clock = clock
        self._books: dict[int, RoleBook] = {}

    # What there is.

    async def on(self, guild_id: int) -> bool:
        """Return whether a server gives sector roles. Raises StorageUnavailable."""
        return (await self._servers.settings(guild_id)).sector_roles

    async def book(self, guild_id: int) -> RoleBook:
        """Return the sector roles of a server; kept in memory, because every interaction is compared with it."""
        known = self._books.get(guild_id)
        if known is None:
            async with self._database.reading() as reading:
                known = await store.book(reading, guild_id)
            self._books[guild_id] = known
        return known

    async def find(self, guild_id: int, row_id: int) -> SectorRole | None:
        """Return one sector role as it is stored now, None where it is gone."""
        async with self._database.reading() as reading:
            return await store.find(reading, guild_id, row_id)

    async def wanted(self, guild_id: int, user_id: int) -> frozenset[int]:
        """Return the sector roles that a person is to have now: those of all their sectors, if they are *Named*."""
        async with self._database.reading() as reading:
            member = await self._members.find_in(reading, guild_id, user_id)
            book = await store.book(reading, guild_id)
        if member is None or member.visibility is not Visibility.NAMED or not await self.on(guild_id):
            return frozenset()
        return book.given(member.sectors)

    # What an admin decides.

    async def switch(self, actor: Actor, on: bool) -> None:
        """Begin or end giving sector roles; the roles follow. Raises NotAllowed."""

        async def then(tx: Transaction) -> None:
            await self._arrange_soon(tx, actor.guild_id)

        await self._servers.switch_sector_roles(actor, on, then)

    async def pick(self, actor: Actor, sector: str, role: Candidate | None) -> None:
        """Use a role that exists for an active sector; None lets the bot make one.

        Raises NotAllowed, and Invalid("role") for one of staff, above the bot's, with powers or channels of
        its own (whoever registers themselves would get them), or taken by another sector.
        """
        actor.check(Action.SET_UP)
        if not (await self._sectors.of(actor.guild_id)).is_active(sector):
            raise Invalid("sectors", "unknown choice")
        if role is not None and role.obstacle is not None:
            raise Invalid("role", role.obstacle)
        on = await self.on(actor.guild_id)

        async def work(tx: Transaction) -> None:
            book = await store.book(tx, actor.guild_id)
            now = book.of(sector)
            role_id = None if role is None else role.id
            if any(other.role_id == role_id and other.sector != sector for other in book.roles if role_id):
                raise Invalid("role", "role taken")
            if now is not None and (now.role_id == role_id if role_id else now.made):
                return
            if now is not None:
                await self._let_go(tx, now)
            if role_id is not None or on:
                await store.add(
                    tx, actor.guild_id, sector, role_id, State.GIVEN if on else State.PLANNED, self._clock()
                )
            await self._arrange_soon(tx, actor.guild_id)

        await self._database.write(work)

    async def again(self, actor: Actor) -> None:
        """Set everything right: roles, and who has them. Raises NotAllowed."""
        actor.check(Action.SET_UP)
        await self._database.write(lambda tx: self._arrange_soon(tx, actor.guild_id))

    async def renew(self, actor: Actor, gone: Iterable[int]) -> None:
        """Make sector roles anew that were deleted by hand: ``gone`` are the ids that Discord no longer has.

        Raises NotAllowed.
        """
        actor.check(Action.SET_UP)
        missing = frozenset(gone)

        async def work(tx: Transaction) -> None:
            for role in (await store.book(tx, actor.guild_id)).roles:
                if role.role_id in missing and role.state is not State.PLANNED:
                    await store.drop(tx, role)
            await self._arrange_soon(tx, actor.guild_id)

        await self._database.write(work)

    # What causes a change: each of these runs in the unit of work of its cause.

    async def changed(self, tx: Transaction, guild_id: int) -> None:
        """The server's sectors changed: roles are made, renamed and taken away after them."""
        if (await store.book(tx, guild_id)).roles or (await self.on(guild_id)):
            await self._arrange_soon(tx, guild_id)

    async def follow(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Somebody's sectors or visibility changed, or they left the register."""
        if (await self.on(guild_id)) or await store.grants(tx, guild_id, user_id):
            await self._outbox.put(tx, guild_id, PERSON, user_id, person_id=user_id)

    async def forget(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Erase a person: their roles are taken back, and that they had any is forgotten."""
        if (await store.book(tx, guild_id)).roles:
            await self._outbox.put(tx, guild_id, PERSON, user_id)
        await store.hold(tx, guild_id, user_id, ())

    # What Discord says people have.

    async def notice(self, guild_id: int, user_id: int, held: frozenset[int], grants: int) -> None:
        """Compare the roles that an interaction brought with what we gave; a difference is put right.

        ``grants`` is how many roles the person was given, which is known already: nothing is asked of
        the database for somebody who has none and shows none.
        """
        if not await self.on(guild_id):
            return
        shown = held & (await self.book(guild_id)).ours
        if not shown and not grants:
            return
        async with self._database.reading() as reading:
            given = await store.grants(reading, guild_id, user_id)
        if shown != given:
            await self._put_people(guild_id, [user_id])

    async def compare(self, guild_id: int, held: Held) -> int:
        """Do the same for a page of people, in the order of their ids; returns how many differ."""
        if not held or not await self.on(guild_id):
            return 0
        ours = (await self.book(guild_id)).ours
        async with self._database.reading() as reading:
            given = await store.grants_between(reading, guild_id, min(held) - 1, max(held))
        different = [user for user, roles in held.items() if roles & ours != given.get(user, set())]
        await self._put_people(guild_id, different)
        return len(different)

    # What the acts in ``posts.py`` do to the database.

    async def arrange(self, guild_id: int) -> None:
        """Bring the list of roles in line with the server's sectors, and queue what that means on Discord."""
        on = await self.on(guild_id)
        active = {sector.slug for sector in (await self._sectors.of(guild_id)).active} if on else set()

        async def work(tx: Transaction) -> None:
            rows = [role.id for role in (await store.book(tx, guild_id)).roles]
            for role in (await store.book(tx, guild_id)).roles:
                if role.state is State.GIVEN and role.sector not in active:
                    await store.set_state(tx, role, State.GOING)
                elif role.state is State.PLANNED and role.sector in active:
                    await store.set_state(tx, role, State.GIVEN)
            book = await store.book(tx, guild_id)
            for sector in sorted(active):
                if book.of(sector) is None:
                    rows.append(await store.add(tx, guild_id, sector, None, State.GIVEN, self._clock()))
            for row_id in rows:
                await self._outbox.put(tx, guild_id, SECTOR, row_id)
            await self._outbox.put(tx, guild_id, ROUND, 0)
            tx.afterwards(lambda: self.drop(guild_id))

        await self._database.write(work)

    async def bind(self, role: SectorRole, role_id: int, name: str) -> None:
        """Note the role that was made or found, and what it is called; then everybody's roles are looked at."""

        async def work(tx: Transaction) -> None:
            await store.bind(tx, role, role_id, name)
            await self._outbox.put(tx, role.guild_id, ROUND, 0)
            tx.afterwards(lambda: self.drop(role.guild_id))

        await self._database.write(work)

    async def step(self, guild_id: int, after: int) -> None:
        """Look at the next page of people, queue those whose roles have to change, and the page after it.

        People who show their name are compared with what they were given; one row a second, so that
        posts go out in between.
        """
        book = await self.book(guild_id)
        on = await self.on(guild_id)
        async with self._database.reading() as reading:
            named = await self._members.named_sectors(reading, guild_id, after, PAGE) if on else []
            others = await store.people(reading, guild_id, after, PAGE)
            seen = sorted({user for user, _ in named} | set(others))[:PAGE]
            last = seen[-1] if seen else after
            given = await store.grants_between(reading, guild_id, after, last)
        wanted = {user: book.given(sectors) for user, sectors in named}
        different = [user for user in seen if wanted.get(user, frozenset()) != given.get(user, set())]

        async def work(tx: Transaction) -> None:
            end = await self._queue(tx, guild_id, different)
            if len(seen) == PAGE:
                await self._outbox.put(tx, guild_id, ROUND, last, due=end)

        await self._database.write(work)

    async def hand_back(self, role: SectorRole) -> bool:
        """Queue the next people who have a role that is going, and the role itself after them; False for nobody."""
        assert role.role_id is not None, "only a role that was given can be handed back"
        async with self._database.reading() as reading:
            people = await store.holders(reading, role.guild_id, role.role_id, PAGE)
        if not people:
            return False

        async def work(tx: Transaction) -> None:
            end = await self._queue(tx, role.guild_id, people)
            await self._outbox.put(tx, role.guild_id, SECTOR, role.id, due=end + timedelta(minutes=1))

        await self._database.write(work)
        return True

    async def gone(self, role: SectorRole) -> None:
        """Forget a role that is gone, and that anybody had it."""

        async def work(tx: Transaction) -> None:
            await store.drop(tx, role)
            tx.afterwards(lambda: self.drop(role.guild_id))

        await self._database.write(work)

    async def hold(self, guild_id: int, user_id: int, role_ids: frozenset[int]) -> None:
        """Note the sector roles that a person has now."""

        async def work(tx: Transaction) -> None:
            known = await self._members.find_in(tx, guild_id, user_id)
            # Nothing is kept of somebody who is not, or no longer, in the register.
            await store.hold(tx, guild_id, user_id, sorted(role_ids) if known is not None else ())

        await self._database.write(work)

    def drop(self, guild_id: int) -> None:
        """Forget what is kept in memory of a server."""
        self._books.pop(guild_id, None)

    # Inside.

    async def _arrange_soon(self, tx: Transaction, guild_id: int) -> None:
        await self._outbox.put(tx, guild_id, SERVER, 0)
        tx.afterwards(lambda: self.drop(guild_id))

    async def _let_go(self, tx: Transaction, role: SectorRole) -> None:
        if role.state is State.PLANNED or role.role_id is None:
            await store.drop(tx, role)
        else:
            await store.set_state(tx, role, State.GOING)

    async def _put_people(self, guild_id: int, people: Iterable[int]) -> None:
        found = list(people)
        if found:
            await self._database.write(lambda tx: self._queue(tx, guild_id, found))

    async def _queue(self, tx: Transaction, guild_id: int, people: Iterable[int]) -> datetime:
        due = self._clock()
        for user_id in people:
            await self._outbox.put(tx, guild_id, PERSON, user_id, person_id=user_id, due=due)
            due += _BETWEEN
        return due
