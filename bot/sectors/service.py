"""Reading and changing a server's list of sectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace

from bot.actor import Action, Actor
from bot.content.model import CORE_PACK, Content, Localised, Sector
from bot.delivery.outbox import Outbox
from bot.errors import Invalid, NotFound
from bot.guard.gate import Gate
from bot.guard.model import Where
from bot.members.model import COUNTERS
from bot.sectors import naming, store
from bot.sectors.model import (
    MOST_ACTIVE,
    MOST_OWN,
    Change,
    ServerSectors,
    Standing,
    State,
    arranged,
    is_own,
    moved,
    own_slug,
)
from bot.servers.model import Finding
from bot.servers.service import WELCOME
from bot.storage import counters
from bot.storage.database import Database, Reading, Transaction


class Sectors:
    """Lists are read at most interactions, so they are kept in memory and dropped when they change."""

    def __init__(self, database: Database, outbox: Outbox, gate: Gate, content: Content) -> None:
        self._database = database
        self._outbox = outbox
        self._gate = gate
        self._content = content
        self._known: dict[int, ServerSectors] = {}
        self._edition = 0
        self._followers: list[Callable[[Transaction, int], Awaitable[None]]] = []

    def follow(self, follower: Callable[[Transaction, int], Awaitable[None]]) -> None:
        """Call back, in the same unit of work, whenever a server's list changes (tx, guild_id)."""
        self._followers.append(follower)

    async def of(self, guild_id: int) -> ServerSectors:
        """Return a server's sectors. Raises StorageUnavailable."""
        known = self._known.get(guild_id)
        if known is None:
            edition = self._edition
            async with self._database.reading() as reading:
                known = await self._read(reading, guild_id)
            if edition == self._edition:  # else it may be older than what was committed meanwhile
                self._known[guild_id] = known
        return known

    async def _read(self, reading: Reading, guild_id: int) -> ServerSectors:
        return arranged(guild_id, self._content, await store.changes(reading, guild_id))

    def drop(self, guild_id: int) -> None:
        """Forget what is kept in memory of a server whose rows have changed."""
        self._edition += 1
        self._known.pop(guild_id, None)

    async def standing(self, actor: Actor) -> dict[str, Standing]:
        """Return slug -> who and what stands in it, in exact figures, for those who set the server up.

        A sector in which nothing stands is left out. Raises NotAllowed.
        """
        actor.check(Action.SET_UP)
        people, pledges = await self._counted(actor.guild_id)
        found = {slug: Standing(people[slug], pledges[slug]) for slug in {*people, *pledges}}
        return {slug: standing for slug, standing in found.items() if standing != Standing()}

    async def _counted(self, guild_id: int) -> tuple[Counter[str], Counter[str]]:
        people: Counter[str] = Counter()
        async with self._database.reading() as reading:
            for name in COUNTERS.values():
                people.update(await counters.read(reading, guild_id, name))
            pledges = Counter(await counters.read(reading, guild_id, "pledges.active"))
        return people, pledges

    # Changing. Each change decides on the list as it is in its own unit of work, so of two admins each meets the
    # other's, and one that is made twice changes nothing the second time.

    async def add(self, actor: Actor, name: str, short: str, emoji: str) -> Sector:
        """Add a sector of the server's own, at the end, and return it.

        Raises NotAllowed, TextStopped, and Invalid: no room, a name or an emoji that does not fit, a taken name.
        """
        name, short, emoji = self._admitted(actor, name, short, emoji)

        def decide(here: ServerSectors) -> Iterable[Change]:
            number = sum(is_own(slug) for slug in here.changes)
            if number >= MOST_OWN:
                raise Invalid("sectors", "too many own", most=MOST_OWN)
            _check_room(here, 1)
            # An own sector is never deleted, so no number is given out twice.
            made = Change(own_slug(actor.guild_id, number + 1), name, short, emoji, State.ACTIVE)
            naming.check_free(self._with(here, made), here, actor.locale)
            return [made]

        after, changes = await self._change(actor, decide)
        return after.known[changes[0].slug]

    async def rename(self, actor: Actor, slug: str, revision: int, name: str, short: str, emoji: str) -> ServerSectors:
        """Change the words of a sector, active or retired. ``revision`` is the one that the form was filled from.

        What is left as the content has it stays translated. Raises NotAllowed, NotFound, TextStopped, and Invalid:
        somebody renamed it meanwhile, or as for :meth:`add`.
        """
        name, short, emoji = self._admitted(actor, name, short, emoji)

        def decide(here: ServerSectors) -> Iterable[Change]:
            before = _found(here, slug)
            if before.revision != revision:
                raise Invalid("sectors", "renamed meanwhile", name=here.name(slug, actor.locale))
            original = self._content.sectors.get(slug)
            after = replace(
                before,
                name=_own_words(name, original.name if original else None),
                short=_own_words(short, original.short if original else None),
                emoji=None if original and original.emoji == emoji else emoji,
            )
            if after == before:
                return []
            naming.check_free(self._with(here, after), here, actor.locale)
            return [replace(after, revision=revision + 1)]

        return (await self._change(actor, decide))[0]

    async def retire(self, actor: Actor, slug: str) -> ServerSectors:
        """Take a sector off the list; who and what stands in it stays. Raises NotAllowed, NotFound, Invalid."""

        def decide(here: ServerSectors) -> Iterable[Change]:
            change = _found(here, slug)
            return _retired(here, [change]) if here.is_active(slug) else []

        return (await self._change(actor, decide))[0]

    async def bring_back(self, actor: Actor, slug: str) -> ServerSectors:
        """Put a retired sector on the list again, where it stood. Raises NotAllowed, NotFound, Invalid."""

        def decide(here: ServerSectors) -> Iterable[Change]:
            change = _found(here, slug)
            return self._active(actor, here, [change]) if not here.is_active(slug) else []

        return (await self._change(actor, decide))[0]

    async def switch(self, actor: Actor, pack: str, *, on: bool) -> ServerSectors:
        """Put all sectors of an optional pack on the list, or take them off. Raises NotAllowed, NotFound, Invalid."""

        def decide(here: ServerSectors) -> Iterable[Change]:
            slugs = [sector.slug for sector in here.pack(pack).sectors]
            changes = [here.changes.get(slug, Change(slug)) for slug in slugs if here.is_active(slug) is not on]
            return self._active(actor, here, changes) if on else _retired(here, changes)

        return (await self._change(actor, decide))[0]

    async def move(self, actor: Actor, slug: str, place: int) -> ServerSectors:
        """Move an active sector to a place among the active ones, counted from 0; beyond the end is the last.

        Raises NotAllowed, NotFound.
        """

        def decide(here: ServerSectors) -> Iterable[Change]:
            if not here.is_active(slug):
                raise NotFound("sector")
            active = [sector.slug for sector in here.active]
            if active.index(slug) == min(place, len(active) - 1):
                return []
            order = moved(here.order, active, slug, place)
            stored = [here.changes.get(each, Change(each)) for each in order]
            return [replace(change, place=at) for at, change in enumerate(stored) if change.place != at]

        return (await self._change(actor, decide))[0]

    async def _change(
        self, actor: Actor, decide: Callable[[ServerSectors], Iterable[Change]]
    ) -> tuple[ServerSectors, Sequence[Change]]:
        actor.check(Action.SET_UP)

        async def work(tx: Transaction) -> Sequence[Change]:
            changes = list(decide(await self._read(tx, actor.guild_id)))
            for change in changes:
                await store.put(tx, actor.guild_id, change)
            if changes:
                await self._outbox.put(tx, actor.guild_id, WELCOME, 0)
                for follow in self._followers:
                    await follow(tx, actor.guild_id)
                tx.afterwards(lambda: self.drop(actor.guild_id))
            return changes

        changes = await self._database.write(work)
        return await self.of(actor.guild_id), changes

    def _admitted(self, actor: Actor, name: str, short: str, emoji: str) -> tuple[str, str, str]:
        actor.check(Action.SET_UP)
        self._gate.admit(actor, Where.ORGANISATION, sector_name=name, short=short)
        return naming.checked(name, short, emoji)

    def _with(self, here: ServerSectors, change: Change) -> Sector:
        """Return a sector as a change would make it."""
        return arranged(here.guild_id, self._content, [change]).known[change.slug]

    def _active(self, actor: Actor, here: ServerSectors, changes: Sequence[Change]) -> list[Change]:
        _check_room(here, len(changes))
        for change in changes:
            naming.check_free(here.known[change.slug], here, actor.locale)
        return [replace(change, state=None if self._is_core(change.slug) else State.ACTIVE) for change in changes]

    def _is_core(self, slug: str) -> bool:
        return slug in self._content.sectors and self._content.sectors[slug].pack == CORE_PACK

    # Looking after.

    async def findings(self, guild_id: int, locale: str) -> list[Finding]:
        """Return what is wrong with a server's sectors, for its check; names are as typed."""
        here = await self.of(guild_id)
        people, pledges = await self._counted(guild_id)
        found: list[Finding] = []
        if here.crowded:
            names = tuple(sector.name.text(locale) for sector in here.crowded)
            found.append(Finding(False, "sectors crowded", {"names": names, "most": MOST_ACTIVE}))
        dropped = [s for s in sorted({*(+people), *(+pledges)}) if not is_own(s) and s not in self._content.sectors]
        if dropped:
            count = sum(people[slug] for slug in dropped)
            names = tuple(here.name(slug, locale) for slug in dropped)
            found.append(Finding(False, "sectors dropped", {"names": names, "count": count}))
        for at, sector in enumerate(here.active):
            other = naming.clash(sector, here.active[:at])
            if other is not None:
                names = (other.name.text(locale), sector.name.text(locale))
                found.append(Finding(False, "sectors alike", {"names": names}))
        return found


def _found(here: ServerSectors, slug: str) -> Change:
    """Return what is stored of a sector, active or retired. Raises NotFound for another server's and for none."""
    if here.get(slug) is None:
        raise NotFound("sector")
    return here.changes.get(slug, Change(slug))


def _check_room(here: ServerSectors, more: int) -> None:
    if len(here.active) + more > MOST_ACTIVE:
        raise Invalid("sectors", "list full", most=MOST_ACTIVE, more=more)


def _retired(here: ServerSectors, changes: Sequence[Change]) -> list[Change]:
    if len(changes) >= len(here.active):
        raise Invalid("sectors", "last one")
    return [replace(change, state=State.RETIRED) for change in changes]


def _own_words(typed: str, original: Localised | None) -> str | None:
    """Return a text as it is stored: None where it is what the content says, in whichever language."""
    return None if original is not None and typed in original.texts.values() else typed
