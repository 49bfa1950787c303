"""Bringing in commitments from a spreadsheet: a dry run, the import, taking it back, and the record of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.actor import Action, Actor
from bot.clock import Clock
from bot.content.model import Content
from bot.delivery.outbox import Outbox
from bot.errors import AlreadyDecided, Invalid, NotAllowed, NotFound, Paused, TextStopped
from bot.guard.gate import Gate
from bot.guard.model import Where
from bot.members.organisations import Organisations
from bot.members.service import Members
from bot.pledges import due, history_store
from bot.pledges.acting import PledgeActs
from bot.pledges.imports import file, model, store
from bot.pledges.imports.model import KEPT, DryRun, Fault, Import, Refusal, Row, State, Table, TakenBack, Why
from bot.pledges.imports.rows import Rows
from bot.pledges.model import REASON_LIMIT, RULES, Act, Entry, Pledge, Review, Status, Visibility
from bot.sectors.service import Sectors
from bot.servers.service import WELCOME, Servers
from bot.storage.database import Database, Reading, Transaction

CHUNK = 25
"""Pledges written in one unit of work: others wait for the database that long, about 30 ms."""
_PAGE = 1000
_BREATH = 0.001
"""Seconds of rest after a row: threads that answer others get nowhere while this one goes on at once."""
_TEXTS = {
    "pledge": Where.PLEDGE,
    "done_when": Where.PLEDGE,
    "help_wanted": Where.PLEDGE,
    "note": Where.NOTE,
    "organisation": Where.ORGANISATION,
    "evidence": Where.NOTE,
}
_FIELDS = {"pledge": "what"}
_BACK = next(rule for rule in RULES if rule.act is Act.UNIMPORT)

Told = Callable[[int, int], Awaitable[None]]
"""Called after every unit of work with (rows done, rows there are)."""
_Key = tuple[int | str | None, str, str]
"""Organisation, sector and words of a pledge: by these it is the same one."""


async def _nobody(done: int, of: int) -> None:
    """Tell nobody."""


class Imports(PledgeActs):
    """Use cases around files. One import runs at a time, so that two of the same file bring everything in once."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        gate: Gate,
        content: Content,
        members: Members,
        organisations: Organisations,
        sectors: Sectors,
        servers: Servers,
        clock: Clock,
        tidy: Callable[[str], str],
    ) -> None:
        super().__init__(database, outbox, gate, content, members, servers, clock)
        self._organisations = organisations
        self._sectors = sectors
        self._tidy = tidy
        self._turn = asyncio.Lock()

    def check(self, actor: Actor) -> None:
        """Raise NotAllowed, Paused for who may not bring a file."""
        actor.check(Action.REVIEW)
        if actor.paused:
            raise Paused

    # The dry run.

    async def look(self, actor: Actor, data: bytes) -> DryRun | Refusal:
        """Read a file and keep what fits for 24 hours; no pledge is made. Raises NotAllowed, Paused."""
        self.check(actor)
        settings = await self._servers.settings(actor.guild_id)
        today = self._clock().astimezone(ZoneInfo(settings.zone)).date()
        reader = Rows(self._content, await self._sectors.of(actor.guild_id), today, self._tidy)
        try:
            table = await asyncio.to_thread(file.read, data)
        except file.Refused as error:
            return replace(error.refusal, found=self._shown(error.refusal.found))
        rows, faults = await self._checked(actor, reader, table)
        async with self._database.reading() as reading:
            known = await self._organisations_of(reading, actor.guild_id, rows)
            own = await self._own_organisation(reading, actor)
        if own is not None and not settings.own_review:
            faults += [Fault(row.row, "status", Why.OWN, row.status.value) for row in rows if _kept_by(row, known, own)]
            rows = [row for row in rows if not _kept_by(row, known, own)]
        new = await self._new(actor.guild_id, rows, known)
        lines = await asyncio.to_thread(model.written, rows)

        async def work(tx: Transaction) -> int:
            # A file brought again is a better one: what its reader saw before is not to come in after it.
            await store.let_go(tx, actor.guild_id, actor.user_id, self._clock())
            return await store.add(tx, actor.guild_id, actor.user_id, self._clock(), len(new), lines)

        return DryRun(
            import_id=await self._database.write(work) if new else None,
            encoding=table.encoding,
            delimiter=table.delimiter,
            read=len(table.rows),
            wrong=len({fault.row for fault in faults}),
            here=len(rows) - len(new),
            statuses=Counter(row.status for row in new),
            faults=sorted(faults, key=lambda fault: fault.row),
            ignored=self._shown(table.ignored),
            sample=max(new, key=_telling, default=None),
            hushed=any(row.organisation and row.visibility is not Visibility.NAMED for row in new),
        )

    def _shown(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Return names of columns that may be repeated."""
        return tuple(name for name in columns if not self._gate.holds_back([name]))

    async def _checked(self, actor: Actor, reader: Rows, table: Table) -> tuple[list[Row], list[Fault]]:
        """Return the rows that fit and every fault.

        Others have their turn after each row, which takes about 1 ms.
        """
        stopped: dict[tuple[Where, str], bool] = {}
        strict = replace(actor, vouched=False, paused=False)
        good: list[Row] = []
        faults: list[Fault] = []

        def stops(where: Where, text: str) -> bool:
            if text and (where, text) not in stopped:
                try:
                    self._gate.admit(strict, where, text=text)
                    stopped[where, text] = False
                except TextStopped:
                    stopped[where, text] = True
            return bool(text) and stopped[where, text]

        for number, cells, overflows in table.rows:
            row, found = reader.read(number, cells, overflows)
            held = [name for name, where in _TEXTS.items() if stops(where, getattr(row, _FIELDS.get(name, name)))]
            # What is held back is repeated to nobody, also not as the cell of another fault.
            found = [replace(fault, text="") if stops(Where.NOTE, fault.text) else fault for fault in found]
            found = [fault for fault in found if fault.column not in held]
            found += [Fault(number, name, Why.STOPPED) for name in held]
            faults += found
            if not found:
                good.append(row)
            await asyncio.sleep(_BREATH)
        return good, faults

    # What is here already.

    async def _organisations_of(self, reading: Reading, guild_id: int, rows: Sequence[Row]) -> dict[str, int | None]:
        names = dict.fromkeys(row.organisation for row in rows if row.organisation)
        return {name: await self._organisations.known(reading, guild_id, name) for name in names}

    async def _own_organisation(self, reading: Reading, actor: Actor) -> int | None:
        member = await self._members.find_in(reading, actor.guild_id, actor.user_id)
        return member.organisation.id if member is not None and member.organisation is not None else None

    async def _new(self, guild_id: int, rows: Sequence[Row], known: Mapping[str, int | None]) -> list[Row]:
        """Return the rows that are no pledge yet.

        The same organisation has the same words in one sector once. Where no organisation is named, as many rows
        are here as there are pledges with their words of which nobody is told whose they are.
        """
        keys = [_key(row, known) for row in rows]
        here: Counter[_Key] = Counter()
        wanted, after = set(keys), 0
        async with self._database.reading() as reading:
            while page := await store.known(reading, guild_id, after, _PAGE):
                after = page[-1]["id"]
                for one in page:
                    words = (one["sector"], _folded(one["what"]))
                    shown = one["visibility"] == Visibility.NAMED.value
                    for organisation in {one["organisation_id"], one["organisation_id"] if shown else None}:
                        if (organisation, *words) in wanted:
                            here[organisation, *words] += 1
                await asyncio.sleep(0)
        seen: Counter[_Key] = Counter()
        new = []
        for row, key in zip(rows, keys, strict=True):
            seen[key] += 1
            if seen[key] > here[key] and (key[0] is None or (seen[key] == 1 and not here[key])):
                new.append(row)
        return new

    # Looking.

    async def find(self, actor: Actor, import_id: int) -> Import:
        """Return an import. Raises NotAllowed, NotFound."""
        actor.check(Action.REVIEW)
        async with self._database.reading() as reading:
            return await self._import(reading, actor.guild_id, import_id)

    async def newest(self, actor: Actor, most: int = 10) -> list[Import]:
        """Return the newest imports of a server. Raises NotAllowed."""
        actor.check(Action.REVIEW)
        async with self._database.reading() as reading:
            return await store.newest(reading, actor.guild_id, most)

    async def _import(self, reading: Reading, guild_id: int, import_id: int) -> Import:
        found = await store.find(reading, guild_id, import_id)
        if found is None:
            raise NotFound("import")
        return found

    async def _ready(self, reading: Reading, guild_id: int, import_id: int, state: State = State.READY) -> Import:
        found = await self._import(reading, guild_id, import_id)
        if found.state is not state:
            raise AlreadyDecided(found.state.value, found.decider, found.decided_at)
        return found

    # Deciding.

    async def bring_in(self, actor: Actor, import_id: int, told: Told = _nobody) -> Import:
        """Make pledges of everything that fits and is not here yet; after a kill in the middle, of the rest.

        Raises NotAllowed (also for what one's own organisation kept), Paused, NotFound, AlreadyDecided.
        """
        self.check(actor)
        async with self._turn:
            async with self._database.reading() as reading:
                found = await self._ready(reading, actor.guild_id, import_id)
                lines = await store.payload(reading, actor.guild_id, import_id)
                rows = await asyncio.to_thread(model.read, lines or "")
                known = await self._organisations_of(reading, actor.guild_id, rows)
                own = await self._own_organisation(reading, actor)
            settings = await self._servers.settings(actor.guild_id)
            if own is not None and not settings.own_review and any(_kept_by(row, known, own) for row in rows):
                raise NotAllowed("import own organisation")
            new = await self._new(actor.guild_id, rows, known)
            zone = ZoneInfo(settings.zone)
            for at in range(0, len(new), CHUNK):
                part = new[at : at + CHUNK]
                await self._database.write(lambda tx, part=part: self._add(tx, actor, found, part, zone, own))  # type: ignore[misc]
                await told(at + len(part), len(new))
            return await self._decided(actor, import_id, State.READY, State.DONE)

    async def _add(
        self, tx: Transaction, actor: Actor, found: Import, rows: Sequence[Row], zone: ZoneInfo, own: int | None
    ) -> None:
        await self._ready(tx, found.guild_id, found.id)
        now = self._clock()
        for row in rows:
            organisation = None
            if row.organisation:
                organisation = await self._organisations.take_in(tx, found.guild_id, row.organisation)
            after = await store.add_pledge(
                tx,
                found,
                row,
                review=self._review(row),
                organisation_id=organisation,
                due=due.end_of(row.due, zone) if row.due is not None else None,
                made=min(now, datetime.combine(row.made, time(), zone)) if row.made is not None else now,
                at=now,
            )
            ours = organisation is not None and organisation == own and row.status is Status.KEPT
            entry = Entry(Act.IMPORT, actor.user_id, now, Status.DRAFT, row.status, "", ours)
            await history_store.record(tx, after, entry)
            await self._count(tx, after, +1)
            before = replace(after, status=Status.DRAFT)
            for follow in self._followers:
                await follow(tx, before, after)
        await store.count_in(tx, found, len(rows))
        await self._outbox.put(tx, found.guild_id, WELCOME, 0)

    def _review(self, row: Row) -> Review:
        action = self._content.actions.get(row.action or "")
        if action is None:
            return Review.BEFORE
        reworded = row.what not in action.title.texts.values()
        return Review.AFTER if reworded and action.review.value == Review.NONE else Review(action.review.value)

    async def discard(self, actor: Actor, import_id: int) -> Import:
        """Delete what was read from a file; what had come in before a kill stays. Raises as :meth:`bring_in`."""
        self.check(actor)
        async with self._turn:
            async with self._database.reading() as reading:
                found = await self._ready(reading, actor.guild_id, import_id)
            target = State.DONE if found.came else State.DISCARDED
            return await self._decided(actor, import_id, State.READY, target)

    async def _decided(self, actor: Actor, import_id: int, source: State, target: State) -> Import:
        async def work(tx: Transaction) -> Import:
            found = await self._ready(tx, actor.guild_id, import_id, source)
            await store.decide(tx, found, source, target, actor.user_id, self._clock())
            return await self._import(tx, actor.guild_id, import_id)

        return await self._database.write(work)

    # Taking it back.

    async def to_take_back(self, actor: Actor, import_id: int) -> Import:
        """Return an import that can be taken back. Raises NotAllowed, Paused, NotFound, AlreadyDecided."""
        self.check(actor)
        async with self._database.reading() as reading:
            return await self._ready(reading, actor.guild_id, import_id, State.DONE)

    def _reason(self, actor: Actor, reason: str) -> str:
        self.check(actor)
        reason = self._tidy(reason)
        if not reason:
            raise Invalid("reason", "empty")
        if len(reason) > REASON_LIMIT:
            raise Invalid("reason", "too long", limit=REASON_LIMIT)
        self._gate.admit(actor, Where.NOTE, reason=reason)
        return reason

    async def take_back(self, actor: Actor, import_id: int, reason: str, told: Told = _nobody) -> TakenBack:
        """Withdraw every pledge of an import that nothing has become of since; after a kill, the rest.

        Raises NotAllowed, Paused, Invalid, TextStopped, NotFound, AlreadyDecided.
        """
        reason = self._reason(actor, reason)
        async with self._turn:
            async with self._database.reading() as reading:
                found = await self._ready(reading, actor.guild_id, import_id, State.DONE)
            gone = done = after = 0
            while True:
                async with self._database.reading() as reading:
                    page = await store.of_import(reading, actor.guild_id, import_id, after, CHUNK)
                if not page:
                    break
                after, done = page[-1].id, done + len(page)
                gone += await self._database.write(lambda tx, page=page: self._withdraw(tx, actor, page, reason))  # type: ignore[misc]
                await told(done, found.came)
            found = await self._decided(actor, import_id, State.DONE, State.TAKEN_BACK)
        return TakenBack(found, gone, done - gone)

    async def _withdraw(self, tx: Transaction, actor: Actor, page: Sequence[Pledge], reason: str) -> int:
        """Return how many of these pledges were withdrawn."""
        own = await self._own_organisation(tx, actor)
        gone = 0
        for seen in page:
            pledge = await self._found(tx, actor.guild_id, seen.id)
            last = await history_store.last_entry(tx, actor.guild_id, seen.id)
            if pledge.status not in _BACK.sources or last is None or last.act not in _BACK.follows:
                continue
            ours = own is not None and pledge.organisation_id == own
            entry = Entry(Act.UNIMPORT, actor.user_id, self._clock(), pledge.status, _BACK.target, reason, ours)
            await self._moved(tx, pledge, _BACK, entry)
            gone += 1
        return gone

    async def take_back_one(self, actor: Actor, pledge_id: int, reason: str) -> Pledge:
        """Withdraw one pledge that was imported, while nothing has become of it. Raises as :meth:`take_back`."""
        return await self._act(actor, pledge_id, Act.UNIMPORT, self._reason(actor, reason))

    # Coming round, and going.

    async def sweep(self) -> None:
        """Delete what was read from files a day ago and that nobody decided about."""
        now = self._clock()
        await self._database.write(lambda tx: store.expire(tx, now - KEPT, now))

    async def forget(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Erase a person: that something was brought in stays recorded, without a name."""
        await store.forget(tx, guild_id, user_id, self._clock())


def _kept_by(row: Row, known: Mapping[str, int | None], organisation: int) -> bool:
    return row.status is Status.KEPT and known.get(row.organisation) == organisation


def _key(row: Row, known: Mapping[str, int | None]) -> _Key:
    organisation = (known[row.organisation] or row.organisation.casefold()) if row.organisation else None
    return organisation, row.sector, _folded(row.what)


def _folded(words: str) -> str:
    return " ".join(words.casefold().split())


def _telling(row: Row) -> int:
    """Return how well a row shows whether its letters were read as they were meant."""
    return sum(not letter.isascii() for letter in row.organisation + row.what)
