"""Organisations: what people type, and what organisers confirm, rename, merge and give a web domain.

An organisation that nobody is in any more goes with its history, as nothing but a name that somebody typed, unless
organisers confirmed it or something made in its name is left: those would lose what they say.
"""

from __future__ import annotations

from asyncio import to_thread
from dataclasses import replace

from bot.actor import Action, Actor
from bot.clock import Clock
from bot.errors import Invalid, NotAllowed, Paused
from bot.guard.gate import Gate
from bot.guard.model import Where
from bot.members import names
from bot.members import organisation_desk_store as desks
from bot.members import organisation_store as organisations
from bot.members.model import ORGANISATION_LIMIT, Organisation
from bot.members.organisation_model import REASON_LIMIT, Change, Deed, Desk, Merging
from bot.members.organisation_store import Stored
from bot.members.organisation_views import OrganisationViews
from bot.servers.service import Servers
from bot.storage.database import Database, Reading, Transaction

_AT_ONCE = 500
_FIELDS = {Deed.DOMAIN: "domain"}


class Organisations(OrganisationViews):
    """Use cases around organisations of one server."""

    def __init__(self, database: Database, gate: Gate, servers: Servers, clock: Clock) -> None:
        super().__init__(database, gate, servers)
        self._clock = clock

    # For registering, in the caller's unit of work.

    async def take_in(self, tx: Transaction, guild_id: int, name: str) -> int:
        """Return the id of the organisation that a typed name leads to, also by an earlier name; new ones are stored.

        Raises Invalid for what is no name.
        """
        key = names.check_name(name)
        return await organisations.take_in(tx, guild_id, name, key, names.near_key(key), self._clock())

    async def known(self, reading: Reading, guild_id: int, name: str) -> int | None:
        """Return the id that :meth:`take_in` would return, None where it would store a new organisation."""
        found = await organisations.by_key(reading, guild_id, names.key(name))
        return None if found is None else found.organisation.id

    async def meant(self, reading: Reading, guild_id: int, name: str) -> tuple[Organisation, ...]:
        """Return up to three organisations that a name may stand for, of those that somebody shows."""
        key = names.key(name)
        known = await organisations.candidates(reading, guild_id, key, names.near_key(key), hidden=False)
        return await to_thread(names.meant, name, known)

    async def suggested(self, reading: Reading, guild_id: int, organisation_id: int) -> Organisation:
        """Return an organisation that was suggested, or what it became. Raises Invalid where nobody shows it."""
        known = await organisations.shown(reading, guild_id, organisation_id)
        if known is None and (stays := await organisations.survivor(reading, guild_id, organisation_id)):
            known = await organisations.shown(reading, guild_id, stays.organisation.id)
        if known is None:
            raise Invalid("organisation", "unknown choice")
        return known

    async def switched(
        self, tx: Transaction, guild_id: int, before: Organisation | None, after: Organisation | None
    ) -> None:
        """Count somebody out of one organisation and into another; one that is left empty may go."""
        old, new = (None if one is None else one.id for one in (before, after))
        if old == new:
            return
        if new is not None:
            await desks.add_people(tx, guild_id, new, +1)
        if old is not None:
            await desks.add_people(tx, guild_id, old, -1)
            left = await organisations.find(tx, guild_id, old)
            if left is not None and left.people <= 0 and not left.organisation.confirmed:
                await self._let_go(tx, guild_id, {old})

    async def leave(self, tx: Transaction, guild_id: int, _user_id: int) -> None:
        """Let go of organisations that nobody is in any more and nothing names."""
        await self._tidy(tx, guild_id)

    async def forget(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Take a person out of the history, and let go of the name that they alone had typed."""
        await desks.forget_person(tx, guild_id, user_id)
        await self.leave(tx, guild_id, user_id)

    async def _tidy(self, tx: Transaction, guild_id: int) -> None:
        after = 0
        while page := await desks.empty(tx, guild_id, after, _AT_ONCE):
            await self._let_go(tx, guild_id, set(page))
            after = page[-1]

    async def _let_go(self, tx: Transaction, guild_id: int, ids: set[int]) -> None:
        left = set(ids)
        for follower in self._followers:
            if left:
                left -= await follower.used(tx, guild_id, left)
        for organisation_id in sorted(left):
            await desks.drop(tx, guild_id, organisation_id)

    # For organisers: deciding. Each takes the revision that the card showed; the second of two hears who was first.

    async def confirm(self, actor: Actor, organisation_id: int, revision: int) -> Desk:
        """Say that organisers know it. Raises NotAllowed, NotFound, AlreadyDecided (with who and when)."""
        return await self._decide(actor, organisation_id, revision, Deed.CONFIRM, confirmed=True)

    async def unconfirm(self, actor: Actor, organisation_id: int, revision: int, reason: str) -> Desk:
        """Take the confirmation back, with a reason. Raises as :meth:`confirm`, Paused, Invalid, TextStopped."""
        if not reason.strip():
            raise Invalid("reason", "empty")
        return await self._decide(actor, organisation_id, revision, Deed.UNCONFIRM, reason, confirmed=False)

    async def rename(self, actor: Actor, organisation_id: int, revision: int, name: str, reason: str = "") -> Desk:
        """Give it another name; the old one leads to it from now on. Raises as :meth:`unconfirm`."""
        if len(name) > ORGANISATION_LIMIT:
            raise Invalid("organisation", "too long", limit=ORGANISATION_LIMIT)
        names.check_name(name)
        self._admit(actor, Where.ORGANISATION, organisation=name)
        return await self._decide(actor, organisation_id, revision, Deed.RENAME, reason, name=name)

    async def set_domain(self, actor: Actor, organisation_id: int, revision: int, domain: str) -> Desk:
        """Say which web domain is its own. Raises as :meth:`unconfirm`."""
        if actor.paused:
            raise Paused
        self._gate.admit_links(Where.NOTE, domain=domain)
        domain = await to_thread(names.checked_domain, domain)
        return await self._decide(actor, organisation_id, revision, Deed.DOMAIN, domain=domain)

    async def remove_domain(self, actor: Actor, organisation_id: int, revision: int) -> Desk:
        """Take the web domain away. Raises as :meth:`confirm`."""
        return await self._decide(actor, organisation_id, revision, Deed.DOMAIN, domain="")

    async def plan(self, actor: Actor, gone_id: int, stays_id: int) -> Merging:
        """Return what merging one into another would do. Raises NotAllowed, NotFound, AlreadyDecided, Invalid."""
        actor.check(Action.REVIEW)
        async with self._database.reading() as reading:
            gone, stays = await self._both(reading, actor, gone_id, stays_id)
            await self._may(reading, actor, gone_id, stays_id)
            pledges = sum([await each.count(reading, actor.guild_id, gone_id) for each in self._followers])
        return Merging(gone.organisation, stays.organisation, gone.revision + stays.revision, gone.people, pledges)

    async def merge(self, actor: Actor, gone_id: int, stays_id: int, seen: int) -> Merging:
        """Merge one into another as the plan was ``seen``; returns what it did. Raises as :meth:`plan`.

        Everybody who typed either name is in the one that stays, in this unit of work and from here on.
        """
        actor.check(Action.REVIEW)
        guild_id = actor.guild_id

        async def work(tx: Transaction) -> Merging:
            gone, stays = await self._both(tx, actor, gone_id, stays_id)
            own = await self._may(tx, actor, gone_id, stays_id)
            if gone.revision + stays.revision != seen or not await desks.decide(tx, guild_id, stays):
                raise await self._too_late(tx, guild_id, gone_id, stays_id)
            people = await desks.dissolve(tx, guild_id, gone, stays_id)
            if people is None:
                raise await self._too_late(tx, guild_id, gone_id, stays_id)
            pledges = sum([await each.moved(tx, guild_id, gone_id, stays_id) for each in self._followers])
            was, became = gone.organisation.name, stays.organisation.name
            change = Change(Deed.MERGE, actor.user_id, self._clock(), was, became, "", own)
            await desks.record(tx, guild_id, gone_id, change)
            return Merging(gone.organisation, stays.organisation, stays.revision + 1, people, pledges)

        return await self._database.write(work)

    def _admit(self, actor: Actor, where: Where, **texts: str) -> None:
        if actor.paused and any(texts.values()):
            raise Paused
        self._gate.admit(actor, where, **texts)

    async def _decide(
        self,
        actor: Actor,
        organisation_id: int,
        revision: int,
        deed: Deed,
        reason: str = "",
        *,
        name: str | None = None,
        confirmed: bool | None = None,
        domain: str | None = None,
    ) -> Desk:
        actor.check(Action.REVIEW)
        reason = reason.strip()
        if len(reason) > REASON_LIMIT:
            raise Invalid("reason", "too long", limit=REASON_LIMIT)
        self._admit(actor, Where.NOTE, reason=reason)
        guild_id = actor.guild_id

        async def work(tx: Transaction) -> None:
            stored = await self._found(tx, guild_id, organisation_id)
            own = await self._may(tx, actor, organisation_id)
            before = stored.organisation
            after = replace(
                before,
                name=before.name if name is None else name,
                confirmed=before.confirmed if confirmed is None else confirmed,
                domain=before.domain if domain is None else domain,
            )
            if stored.revision != revision:
                raise await self._too_late(tx, guild_id, organisation_id)
            if after == before:
                raise Invalid(_FIELDS.get(deed, "organisation"), "unchanged")
            await self._write(tx, actor, stored, after)
            was, became = (before.domain, after.domain) if deed is Deed.DOMAIN else (before.name, after.name)
            change = Change(deed, actor.user_id, self._clock(), was, became, reason, own)
            await desks.record(tx, guild_id, organisation_id, change)
            if deed is not Deed.DOMAIN:
                for follower in self._followers:
                    await follower.changed(tx, guild_id, organisation_id)

        await self._database.write(work)
        return await self.desk(actor, organisation_id)

    async def _write(self, tx: Transaction, actor: Actor, stored: Stored, after: Organisation) -> None:
        key = names.key(after.name) if after.name != stored.organisation.name else stored.key
        if key != stored.key:
            other = await organisations.by_key(tx, actor.guild_id, key)
            if other is not None and other.organisation.id != after.id:
                raise Invalid("organisation", "name taken", name=other.organisation.name)
        now = {"name": after.name, "key": key, "near": names.near_key(key), "confirmed": int(after.confirmed)}
        if not await desks.decide(tx, actor.guild_id, stored, **now, domain=after.domain):
            raise await self._too_late(tx, actor.guild_id, after.id)
        if key != stored.key:
            await desks.remember_name(tx, actor.guild_id, stored, after.id)

    async def _both(self, reading: Reading, actor: Actor, gone_id: int, stays_id: int) -> tuple[Stored, Stored]:
        if gone_id == stays_id:
            raise Invalid("organisation", "itself")
        gone = await self._found(reading, actor.guild_id, gone_id)
        return gone, await self._found(reading, actor.guild_id, stays_id)

    async def _may(self, reading: Reading, actor: Actor, *ids: int) -> bool:
        """Return whether it is the organiser's own organisation. Raises NotAllowed where that bars them."""
        own = any([await self._is_own(reading, actor, each) for each in ids])
        if own and not await self._own_allowed(actor):
            raise NotAllowed("decide own organisation")
        return own

    # Coming round.

    async def sweep(self) -> None:
        """Recount people, mend near keys that an earlier version made, and let go of what nobody needs."""
        wrong: list[tuple[int, str]] = []
        after = 0
        while True:
            async with self._database.reading() as reading:
                page = await desks.keys_after(reading, after, _AT_ONCE)
            if not page:
                break
            after = page[-1][0]
            wrong += [(number, near) for number, key, old in page if (near := names.near_key(key)) != old]

        async def work(tx: Transaction) -> None:
            await desks.recount(tx)
            for number, near in wrong:
                await desks.set_near(tx, number, near)
            for guild_id in await desks.guilds_with_empty(tx):
                await self._tidy(tx, guild_id)

        await self._database.write(work)
