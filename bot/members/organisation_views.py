"""Looking at organisations: what everybody may be shown, and the organisers' desk."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Collection
from typing import Protocol

from bot.actor import Action, Actor
from bot.errors import AlreadyDecided, NotAllowed, NotFound
from bot.guard.gate import Gate
from bot.guard.model import Where
from bot.members import names, store
from bot.members import organisation_desk_store as desks
from bot.members import organisation_store as organisations
from bot.members.model import Organisation
from bot.members.organisation_model import Change, Desk, Listed, Queue
from bot.members.organisation_store import Stored
from bot.paging import page_at
from bot.servers.service import Servers
from bot.storage.database import Database, Reading, Transaction

PAGE = 5
MOST_LISTED = 25
_START = (2**62, 0)
_FORMER_NAMES_SHOWN = 5
_CHANGES_SHOWN = 15


class Follower(Protocol):
    """What a room offers whose items are made in the name of organisations."""

    async def count(self, reading: Reading, guild_id: int, organisation_id: int) -> int:
        """Return how many pledges are in its name, 0 from a room that holds something else."""

    async def used(self, reading: Reading, guild_id: int, ids: Collection[int]) -> set[int]:
        """Return which of these organisations any item names."""

    async def moved(self, tx: Transaction, guild_id: int, gone: int, stays: int) -> int:
        """Move everything from one organisation to another and queue what shows it; return how many pledges."""

    async def changed(self, tx: Transaction, guild_id: int, organisation_id: int) -> None:
        """Queue what shows the organisation: its name or its mark is another now."""


class OrganisationViews:
    """The reading half of :class:`bot.members.organisations.Organisations`."""

    def __init__(self, database: Database, gate: Gate, servers: Servers) -> None:
        self._database = database
        self._gate = gate
        self._servers = servers
        self._followers: list[Follower] = []

    def follow(self, follower: Follower) -> None:
        """Let a room follow merges and changes, in the same unit of work, and say what is in use."""
        self._followers.append(follower)

    # For everybody.

    async def of(self, guild_id: int, organisation_id: int) -> Organisation | None:
        """Return an organisation as it is now, None where it is gone."""
        async with self._database.reading() as reading:
            found = await organisations.find(reading, guild_id, organisation_id)
        return None if found is None else found.organisation

    async def some(self, reading: Reading, guild_id: int, ids: Collection[int]) -> dict[int, Organisation]:
        """Return id -> organisation for some of a server."""
        return await organisations.some(reading, guild_id, ids)

    async def shown_like(self, actor: Actor, typed: str, most: int = MOST_LISTED) -> list[Organisation]:
        """Return organisations that somebody here shows with their name and that fit what was typed."""
        async with self._database.reading() as reading:
            return await organisations.shown_like(reading, actor.guild_id, names.key(typed), most)

    # For organisers: looking.

    async def queue(self, actor: Actor, after: tuple[int, int] | None = None, *, back: bool = False) -> Queue:
        """Return organisations that nobody confirmed yet, five a page, most people first, then the oldest.

        The page behind a key, with ``back`` the one that ends with it. Raises NotAllowed.
        """
        actor.check(Action.REVIEW)
        async with self._database.reading() as reading:

            async def reach(at: tuple[int, int] | None, back: bool) -> list[Listed]:
                return await desks.queue(reading, actor.guild_id, at or _START, PAGE + 1, back=back)

            found, before = await page_at(reach, _key, after, PAGE, back=back)
        return Queue(tuple(found[:PAGE]), _key(found[PAGE - 1]) if len(found) > PAGE else None, before)

    async def search(self, actor: Actor, typed: str, most: int = MOST_LISTED) -> list[Organisation]:
        """Return organisations that fit what was typed, also by an earlier name, hidden ones too. Raises NotAllowed."""
        actor.check(Action.REVIEW)
        async with self._database.reading() as reading:
            return await organisations.any_like(reading, actor.guild_id, names.key(typed), most)

    async def found(self, actor: Actor, typed: str) -> list[Organisation]:
        """Return what an organiser means: "#12" and a whole name are one organisation, else up to 25 that are like it.

        Raises NotAllowed, TextStopped.
        """
        actor.check(Action.REVIEW)
        self._gate.admit(actor, Where.ORGANISATION, name=typed)
        key = names.key(typed)
        async with self._database.reading() as reading:
            one = None
            if typed.startswith("#") and typed[1:].isascii() and typed[1:].isdigit() and len(typed) < 19:
                one = await organisations.find(reading, actor.guild_id, int(typed[1:]))
            elif key:
                one = await organisations.by_key(reading, actor.guild_id, key)
            if one is not None:
                return [one.organisation]
            if not key:
                return []
            fitting = await organisations.any_like(reading, actor.guild_id, key, MOST_LISTED)
            near = await organisations.candidates(reading, actor.guild_id, key, names.near_key(key), hidden=True)
        alike = await to_thread(names.alike, typed, near, MOST_LISTED)
        return list(dict.fromkeys([*fitting, *alike]))[:MOST_LISTED]

    async def desk(self, actor: Actor, organisation_id: int) -> Desk:
        """Return everything organisers see of one. Raises NotAllowed, NotFound, AlreadyDecided where it was merged."""
        actor.check(Action.REVIEW)
        guild_id = actor.guild_id
        async with self._database.reading() as reading:
            stored = await self._found(reading, guild_id, organisation_id)
            known = await organisations.candidates(reading, guild_id, stored.key, stored.near, hidden=True)
            others = [one for one in known if one.id != organisation_id]
            changes = await desks.changes(reading, guild_id, organisation_id, 1)
            return Desk(
                organisation=stored.organisation,
                revision=stored.revision,
                people=stored.people,
                by_sector=await desks.by_sector(reading, guild_id, organisation_id),
                pledges=sum([await each.count(reading, guild_id, organisation_id) for each in self._followers]),
                like=await to_thread(names.alike, stored.organisation.name, others, MOST_LISTED),
                former_names=await desks.former_names(reading, guild_id, organisation_id, _FORMER_NAMES_SHOWN),
                last=changes[0] if changes else None,
                barred=await self._is_own(reading, actor, organisation_id) and not await self._own_allowed(actor),
            )

    async def history(self, actor: Actor, organisation_id: int) -> tuple[Organisation, list[Change]]:
        """Return the newest 15 decisions about one and those merged into it, newest first. Raises as :meth:`desk`."""
        actor.check(Action.REVIEW)
        async with self._database.reading() as reading:
            stored = await self._found(reading, actor.guild_id, organisation_id)
            return stored.organisation, await desks.changes(reading, actor.guild_id, organisation_id, _CHANGES_SHOWN)

    async def open_for(self, actor: Actor, organisation_id: int) -> Desk:
        """Return the desk for a form about it, so that one opens for those who may decide. Raises NotAllowed."""
        found = await self.desk(actor, organisation_id)
        if found.barred:
            raise NotAllowed("decide own organisation")
        return found

    async def _found(self, reading: Reading, guild_id: int, organisation_id: int) -> Stored:
        stored = await organisations.find(reading, guild_id, organisation_id)
        if stored is None:
            stays = await organisations.survivor(reading, guild_id, organisation_id)
            if stays is None:
                raise NotFound("organisation")
            raise await self._too_late(reading, guild_id, organisation_id)
        return stored

    async def _too_late(self, reading: Reading, guild_id: int, *ids: int) -> AlreadyDecided:
        changes = [change for each in ids for change in await desks.changes(reading, guild_id, each, 1)]
        if not changes:
            return AlreadyDecided("organisation changed", None, None)
        last = max(changes, key=lambda change: change.at)
        return AlreadyDecided(f"organisation {last.deed.value}", last.by, last.at)

    async def _is_own(self, reading: Reading, actor: Actor, organisation_id: int) -> bool:
        member = await store.find(reading, actor.guild_id, actor.user_id)
        return bool(member and member.organisation and member.organisation.id == organisation_id)

    async def _own_allowed(self, actor: Actor) -> bool:
        return (await self._servers.settings(actor.guild_id)).own_review


def _key(line: Listed) -> tuple[int, int]:
    return line.people, line.organisation.id
