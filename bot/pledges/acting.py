"""The one way anything happens to a pledge.

Check who acts, apply the rule from ``model``, write the row, its history, its counters and the outbox
rows it causes, all in one unit of work.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import unquote

from bot.actor import Action, Actor
from bot.clock import Clock
from bot.content.model import Content
from bot.delivery.outbox import Outbox
from bot.errors import AlreadyDecided, Invalid, NotAllowed, NotFound, Paused, WrongState
from bot.guard.gate import Gate
from bot.guard.model import Where
from bot.members.service import Members
from bot.pledges import company_store, history_store, queue_store, store
from bot.pledges.desk_model import nudges
from bot.pledges.evidence import checked_link
from bot.pledges.model import (
    CHANGE_DECISIONS,
    COUNTS_AS_ACTIVE,
    LEAST_TIME_TO_JOIN,
    NOTE_LIMIT,
    ON_THE_DESK,
    PUBLIC,
    REASON_LIMIT,
    REVERSALS,
    RULES,
    TAKES_PART,
    Act,
    Entry,
    Part,
    Pledge,
    Review,
    Rule,
    Status,
    Visibility,
    Who,
    rule_for,
)
from bot.pledges.views import PledgeViews
from bot.servers.service import Servers
from bot.storage import counters
from bot.storage.database import Database, Reading, Transaction

MAKER_ACTS = frozenset(rule.act for rule in RULES if rule.who is Who.MAKER)
_TOLD = frozenset({Act.APPROVE, Act.DECLINE, Act.ASK_CHANGES, Act.CONFIRM, Act.NOT_YET, Act.LAPSE, Act.ENOUGH})
_TOLD |= CHANGE_DECISIONS | REVERSALS
_LEAVES_A_CHANGE = frozenset({Act.PROGRESS, Act.CHANGE})

Follower = Callable[[Transaction, Pledge, Pledge], Awaitable[None]]
Then = Callable[[Transaction, Pledge, datetime], Awaitable[None]]
"""What else a use case writes: (unit of work, the pledge as it was, now)."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a maker reports; None leaves a value as it is."""

    progress: int | None = None
    note: str | None = None
    evidence: str | None = None
    needs_help: bool | None = None


class PledgeActs(PledgeViews):
    """What every use case of :class:`bot.pledges.service.Pledges` is made of."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        gate: Gate,
        content: Content,
        members: Members,
        servers: Servers,
        clock: Clock,
    ) -> None:
        super().__init__(database, members, content)
        self._outbox = outbox
        self._gate = gate
        self._servers = servers
        self._clock = clock
        self._followers: list[Follower] = []

    def follow(self, follower: Follower) -> None:
        """Call back after each step of a pledge, in its unit of work (tx, before, after)."""
        self._followers.append(follower)

    async def _act(
        self,
        actor: Actor,
        pledge_id: int,
        act: Act,
        reason: str = "",
        report: Report | None = None,
        then: Then | None = None,
    ) -> Pledge:
        reason = reason.strip()
        if len(reason) > REASON_LIMIT:
            raise Invalid("reason", "too long", limit=REASON_LIMIT)
        if reason or (report is not None and (report.note or report.evidence)):
            if actor.paused:
                raise Paused
            await self._members.check_consent(actor)
        if report is not None:
            report = self._checked_report(actor, report)
        self._gate.admit(actor, Where.NOTE, reason=reason)

        async def work(tx: Transaction) -> Pledge:
            now = self._clock()
            pledge = await self._found(tx, actor.guild_id, pledge_id)
            own = await self._check_hand(tx, actor, pledge, act)
            rule = await self._rule(tx, pledge, act)
            if rule.needs_reason and not reason:
                raise Invalid("reason", "empty")
            if then is not None:
                await then(tx, pledge, now)
            entry = Entry(act, actor.user_id, now, pledge.status, rule.target, reason, own)
            return await self._with_names(tx, await self._moved(tx, pledge, rule, entry, report))

        return await self._database.write(work)

    async def _check_hand(self, tx: Transaction, actor: Actor, pledge: Pledge, act: Act) -> bool:
        """Raise unless this act is for this person; True where they decide on their own side's, as is allowed here."""
        if act not in MAKER_ACTS:
            return await self._check_reviewer(tx, actor, pledge)
        if pledge.maker_id != actor.user_id:
            raise NotAllowed("not yours") if pledge.status is not Status.DRAFT else NotFound("pledge")
        return False

    async def _rule(self, reading: Reading, pledge: Pledge, act: Act) -> Rule:
        """Return the rule that allows an act now. Raises AlreadyDecided, WrongState."""
        rule = rule_for(act, pledge.status, pledge.review, pledge.conditional)
        possible = rule is not None and not (act in CHANGE_DECISIONS and pledge.queued_at is None)
        if rule is not None and rule.follows:
            newest = await history_store.last_entry(reading, pledge.guild_id, pledge.id)
            # Nothing goes back to somebody who is gone: there would be nobody to answer.
            orphan = pledge.maker_id is None and rule.target is Status.SUBMITTED
            possible = newest is not None and newest.act in rule.follows and not orphan
        if rule is None or not possible:
            raise await self._too_late(reading, pledge, act)
        return rule

    async def _moved(
        self, tx: Transaction, pledge: Pledge, rule: Rule, entry: Entry, report: Report | None = None
    ) -> Pledge:
        """Move a pledge by a rule, with everything that follows. ``pledge`` is as it was read in this unit of work."""
        queued_at = _queued(pledge, rule, entry.at)
        if not await store.move(tx, pledge, rule.target, entry.at, queued_at):
            raise await self._too_late(tx, await self._found(tx, pledge.guild_id, pledge.id), rule.act)
        if report is not None:
            await self._report(tx, await self._found(tx, pledge.guild_id, pledge.id), report, entry.at)
        if rule.act not in _LEAVES_A_CHANGE:
            await company_store.drop_change(tx, pledge.guild_id, pledge.id)
        if queued_at != pledge.queued_at:
            await queue_store.drop_take(tx, pledge.guild_id, pledge.id)
        if rule.act is Act.REOPEN:
            await store.set_condition(tx, pledge, 0, None)
        elif rule.target is Status.WAITING and pledge.join_by is not None:
            join_by = max(pledge.join_by, entry.at + LEAST_TIME_TO_JOIN)
            await store.set_condition(tx, pledge, pledge.only_if, join_by)
        await history_store.record(tx, pledge, entry)
        after = await self._found(tx, pledge.guild_id, pledge.id)
        await self._consequences(tx, pledge, after, entry)
        return after

    async def _check_reviewer(self, reading: Reading, actor: Actor, pledge: Pledge) -> bool:
        """Raise NotAllowed for who may not review this; True where it is their own side's, as this server allows."""
        actor.check(Action.REVIEW)
        why = await self._own_side(reading, actor, pledge)
        if why is None:
            return False
        if (await self._servers.settings(actor.guild_id)).own_review:
            return True
        raise NotAllowed(why)

    async def _own_side(self, reading: Reading, actor: Actor, pledge: Pledge) -> str | None:
        if pledge.maker_id == actor.user_id:
            return "own"
        companion = await company_store.companion(reading, actor.guild_id, pledge.id, actor.user_id)
        if companion is not None and companion.part in TAKES_PART:
            return "own"
        if pledge.organisation_id is not None:
            member = await self._members.find_in(reading, actor.guild_id, actor.user_id)
            if member and member.organisation and member.organisation.id == pledge.organisation_id:
                return "own organisation"
        return None

    def _checked_report(self, actor: Actor, report: Report) -> Report:
        if report.note is not None:
            if len(report.note) > NOTE_LIMIT:
                raise Invalid("note", "too long", limit=NOTE_LIMIT)
            self._gate.admit(actor, Where.NOTE, note=report.note)
        if report.evidence:
            self._gate.admit(actor, Where.NOTE, evidence=unquote(report.evidence))
            return replace(report, evidence=checked_link(report.evidence))
        return report

    async def _report(self, tx: Transaction, pledge: Pledge, report: Report, now: datetime) -> None:
        await store.report(
            tx,
            pledge,
            progress=pledge.progress if report.progress is None else report.progress,
            note=pledge.note if report.note is None else report.note,
            evidence=pledge.evidence if report.evidence is None else report.evidence,
            needs_help=pledge.needs_help if report.needs_help is None else report.needs_help,
            at=now,
        )

    async def _too_late(self, reading: Reading, pledge: Pledge, act: Act) -> AlreadyDecided | WrongState:
        if act in MAKER_ACTS:
            return WrongState(pledge.status.value, act.value)
        last = await history_store.last_move(reading, pledge.guild_id, pledge.id)
        if act in CHANGE_DECISIONS:
            last = await history_store.last_entry(reading, pledge.guild_id, pledge.id)
        return AlreadyDecided(pledge.status.value, last.by if last else None, last.at if last else None)

    # What follows.

    async def _consequences(self, tx: Transaction, before: Pledge, after: Pledge, entry: Entry) -> None:
        guild, number = after.guild_id, after.id
        await self._count(tx, before, -1)
        await self._count(tx, after, +1)
        if after.status is not Status.DRAFT:
            reviewed = {*ON_THE_DESK, Status.CHANGES_ASKED}
            seen = after.status in reviewed or before.status in reviewed or entry.act in REVERSALS
            seen = seen or after.queued_at is not None or before.queued_at is not None
            if seen or await self._outbox.post_of(tx, guild, "pledge.review", number) is not None:
                await self._outbox.put(tx, guild, "pledge.review", number, person_id=after.maker_id)
            if seen:
                await self._outbox.put(tx, guild, "server.panel", 0)
            public = after.status in PUBLIC or before.status in PUBLIC
            if entry.act is Act.UNIMPORT:  # a thousand at once, and hardly one of them has a card
                public = await self._outbox.post_of(tx, guild, "pledge.card", number) is not None
            if public:
                await self._outbox.put(tx, guild, "pledge.card", number, person_id=after.maker_id)
        if entry.act in _TOLD and after.maker_id is not None and after.maker_id != entry.by:
            kind = f"pledge.{entry.act.value}"
            await self._members.tell(tx, guild, after.maker_id, kind, number, entry.reason or None)
        if before.status is not after.status:
            await self._outbox.put(tx, guild, "server.welcome", 0)
            await self._tell_company(tx, before, after, entry)
        if before.queued_at != after.queued_at:
            await self._plan_nudges(tx, after)
        for follow in self._followers:
            await follow(tx, before, after)

    async def _tell_company(self, tx: Transaction, before: Pledge, after: Pledge, entry: Entry) -> None:
        """Ask those whom a draft names, and tell those who joined that it begins, or does not."""
        handed_in = before.status is Status.DRAFT and entry.act is Act.SUBMIT
        settled = before.status is Status.WAITING and entry.act in (Act.ENOUGH, Act.LAPSE, Act.WITHDRAW, Act.UNAPPROVE)
        if not handed_in and not settled:
            return
        for companion in await company_store.company(tx, after.guild_id, after.id):
            if handed_in and companion.part is Part.INVITED:
                # Somebody who never registered is not written to; whoever asked them can tell them.
                if await self._members.find_in(tx, after.guild_id, companion.user_id) is not None:
                    await self._members.tell(tx, after.guild_id, companion.user_id, "pledge.invited", after.id)
            elif settled and companion.part in TAKES_PART:
                kind = f"pledge.others {entry.act.value}"
                await self._members.tell(tx, after.guild_id, companion.user_id, kind, after.id)

    async def _plan_nudges(self, tx: Transaction, pledge: Pledge) -> None:
        """Remind organisers of what comes to the desk; reminders that stand say how many are left."""
        for day in await queue_store.standing_nudges(tx, pledge.guild_id):
            await self._outbox.put(tx, pledge.guild_id, queue_store.NUDGE, day)
        if pledge.queued_at is not None:
            zone = (await self._servers.settings(pledge.guild_id)).zone
            for day, due in nudges(pledge.queued_at, zone):
                await self._outbox.put(tx, pledge.guild_id, queue_store.NUDGE, day, due=due)

    async def _count(self, tx: Transaction, pledge: Pledge, by: int) -> None:
        if pledge.visibility is Visibility.HIDDEN:
            return
        name = counter_of(pledge)
        if name is not None:
            await counters.add(tx, pledge.guild_id, name, pledge.sector, by)


def counter_of(pledge: Pledge) -> str | None:
    """Return the counter this pledge stands in: active, kept, or kept by the person's own word."""
    if pledge.status in COUNTS_AS_ACTIVE:
        return "pledges.active"
    if pledge.status is Status.KEPT:
        return "pledges.declared" if pledge.review is Review.NONE else "pledges.kept"
    return None


def _queued(pledge: Pledge, rule: Rule, now: datetime) -> datetime | None:
    """Return since when a pledge is on the desk once a rule has moved it."""
    if rule.target in ON_THE_DESK:
        return now
    if rule.act is Act.CHANGE and pledge.review is Review.BEFORE:
        return pledge.queued_at or now
    return pledge.queued_at if rule.act is Act.PROGRESS else None
