"""Making, reviewing and living up to a pledge.

Every use case is one unit of work: check who acts, apply the rule from ``model``, write the row,
its history, its counters and the outbox rows it causes, and return the pledge as it then is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.actor import Action, Actor
from bot.clock import Clock
from bot.content.model import Content
from bot.delivery.outbox import Outbox
from bot.errors import AlreadyDecided, Invalid, NotAllowed, NotFound, Paused, WrongState
from bot.guard.gate import Gate
from bot.guard.model import Where
from bot.members.model import Member
from bot.members.service import Members
from bot.pledges import store
from bot.pledges.evidence import checked_link
from bot.pledges.model import (
    COUNTS_AS_ACTIVE,
    DONE_WHEN_LIMIT,
    DRAFT_KEPT,
    FARTHEST_DUE,
    HELP_LIMIT,
    LAPSES_AFTER,
    NOTE_LIMIT,
    PUBLIC,
    REASON_LIMIT,
    RULES,
    WHAT_LIMIT,
    Act,
    Draft,
    Entry,
    Pledge,
    Review,
    Status,
    Visibility,
    Who,
    rule_for,
)
from bot.pledges.views import PledgeViews
from bot.servers.service import Servers
from bot.storage import counters
from bot.storage.database import Database, Reading, Transaction


class Pledges(PledgeViews):
    """Use cases around pledges of one coalition."""

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
        super().__init__(database, members)
        self._outbox = outbox
        self._gate = gate
        self._content = content
        self._servers = servers
        self._clock = clock

    # Making.

    async def save_draft(self, actor: Actor, draft: Draft, pledge_id: int | None = None) -> Pledge:
        """Store what the form gave as a draft, or change a draft or a pledge sent back for changes.

        Raises NotJoined, Paused, Invalid, TextStopped, NotFound, NotAllowed, WrongState.
        """
        member = await self._members.require(actor)
        self._check(actor, draft)
        draft, review = self._placed(draft, member)
        organisation = member.organisation.id if draft.for_organisation and member.organisation else None
        if draft.for_organisation and organisation is None and pledge_id is None:
            raise Invalid("organisation", "none named")

        async def work(tx: Transaction) -> Pledge:
            now = self._clock()
            if pledge_id is None:
                made = await store.add(tx, actor.guild_id, actor.user_id, draft, review, organisation, now)
                pledge = await self._found(tx, actor.guild_id, made)
                await store.record(tx, pledge, Entry(Act.SAVE, actor.user_id, now, Status.DRAFT, Status.DRAFT, ""))
                return await self._with_names(tx, pledge)
            pledge = await self._own(tx, actor, pledge_id)
            if pledge.status not in (Status.DRAFT, Status.CHANGES_ASKED):
                raise WrongState(pledge.status, Act.SAVE)
            # What organisers have begun to look at stays theirs to look at.
            kept = pledge.review if pledge.status is Status.CHANGES_ASKED else review
            await store.change(tx, replace(pledge, organisation_id=organisation, review=kept), draft, now)
            return await self._with_names(tx, await self._found(tx, actor.guild_id, pledge_id))

        return await self._database.write(work)

    def _check(self, actor: Actor, draft: Draft) -> None:
        for field, text, limit in (
            ("what", draft.what, WHAT_LIMIT),
            ("done_when", draft.done_when, DONE_WHEN_LIMIT),
            ("help_wanted", draft.help_wanted, HELP_LIMIT),
        ):
            if not text and field != "help_wanted":
                raise Invalid(field, "empty")
            if len(text) > limit:
                raise Invalid(field, "too long", limit=limit)
        if draft.due is not None:
            if draft.due <= self._clock():
                raise Invalid("due", "past")
            if draft.due > self._clock() + FARTHEST_DUE:
                raise Invalid("due", "too far")
        self._gate.admit(actor, Where.PLEDGE, what=draft.what, done_when=draft.done_when, help_wanted=draft.help_wanted)

    def _placed(self, draft: Draft, member: Member) -> tuple[Draft, Review]:
        """Return the draft with its sector, and how it is reviewed: as the catalogue says, else beforehand."""
        action = self._content.actions.get(draft.action or "")
        if action is None:
            return replace(draft, action=None, sector=member.primary), Review.BEFORE
        sector = action.sector if action.sector in member.sectors else member.primary
        own_words = draft.what != action.title.text("en") and draft.what not in action.title.texts.values()
        review = Review(action.review.value)
        # Somebody's own words under a self-declared action still deserve a look, but only once done.
        return replace(draft, sector=sector), Review.AFTER if own_words and review is Review.NONE else review

    async def submit(self, actor: Actor, pledge_id: int) -> Pledge:
        """Hand a draft in: to the organisers where it is reviewed beforehand, else it is active at once."""
        await self._members.require(actor)
        return await self._act(actor, pledge_id, Act.SUBMIT)

    async def withdraw(self, actor: Actor, pledge_id: int) -> Pledge:
        """Take a pledge back, whatever its state short of an end."""
        return await self._act(actor, pledge_id, Act.WITHDRAW)

    # Reviewing.

    async def approve(self, actor: Actor, pledge_id: int) -> Pledge:
        """Approve. Raises NotAllowed, AlreadyDecided (with who and when), NotFound."""
        return await self._act(actor, pledge_id, Act.APPROVE)

    async def decline(self, actor: Actor, pledge_id: int, reason: str) -> Pledge:
        """Decline with a reason that the maker reads."""
        return await self._act(actor, pledge_id, Act.DECLINE, reason)

    async def ask_changes(self, actor: Actor, pledge_id: int, reason: str) -> Pledge:
        """Send a pledge back with a reason that the maker reads."""
        return await self._act(actor, pledge_id, Act.ASK_CHANGES, reason)

    async def confirm(self, actor: Actor, pledge_id: int) -> Pledge:
        """Confirm that a pledge is done."""
        return await self._act(actor, pledge_id, Act.CONFIRM)

    async def not_yet(self, actor: Actor, pledge_id: int, reason: str) -> Pledge:
        """Say what is missing before a pledge counts as done."""
        return await self._act(actor, pledge_id, Act.NOT_YET, reason)

    async def check_reviewer(self, actor: Actor, pledge_id: int) -> Pledge:
        """Return the pledge if this person may review it; so a reason form opens only for them."""
        async with self._database.reading() as reading:
            pledge = await self._found(reading, actor.guild_id, pledge_id)
            await self._check_reviewer(reading, actor, pledge)
            return await self._with_names(reading, pledge)

    async def _check_reviewer(self, reading: Reading, actor: Actor, pledge: Pledge) -> None:
        actor.check(Action.REVIEW)
        settings = await self._servers.settings(actor.guild_id)
        if settings.own_review:
            return
        if pledge.maker_id == actor.user_id:
            raise NotAllowed("own")
        if pledge.organisation_id is not None:
            member = await self._members.find_in(reading, actor.guild_id, actor.user_id)
            if member and member.organisation and member.organisation.id == pledge.organisation_id:
                raise NotAllowed("own organisation")

    # Living.

    async def progress(
        self,
        actor: Actor,
        pledge_id: int,
        *,
        progress: int | None = None,
        note: str | None = None,
        evidence: str | None = None,
        needs_help: bool | None = None,
    ) -> Pledge:
        """Report how it goes: 0 to 100, a note, an https link, a call for help. None leaves a value."""
        return await self._act(actor, pledge_id, Act.PROGRESS, report=(progress, note, evidence, needs_help))

    async def done(self, actor: Actor, pledge_id: int, note: str = "", evidence: str = "") -> Pledge:
        """Say that it is done: an organiser confirms, unless the action goes by the person's word."""
        return await self._act(actor, pledge_id, Act.DONE, report=(100, note or None, evidence or None, False))

    async def partly(self, actor: Actor, pledge_id: int, note: str) -> Pledge:
        """Close with part of it kept."""
        return await self._act(actor, pledge_id, Act.PARTLY, report=(None, note or None, None, False))

    async def cannot(self, actor: Actor, pledge_id: int, note: str) -> Pledge:
        """Close with honour: it can not be kept any more."""
        return await self._act(actor, pledge_id, Act.CANT, report=(None, note or None, None, False))

    async def reopen(self, actor: Actor, pledge_id: int) -> Pledge:
        """Take a lapsed pledge up again, or undo a self-declared Done."""
        return await self._act(actor, pledge_id, Act.REOPEN)

    # The one way anything happens to a pledge.

    async def _act(
        self,
        actor: Actor,
        pledge_id: int,
        act: Act,
        reason: str = "",
        report: tuple[int | None, str | None, str | None, bool | None] | None = None,
    ) -> Pledge:
        reason = reason.strip()
        if len(reason) > REASON_LIMIT:
            raise Invalid("reason", "too long", limit=REASON_LIMIT)
        if actor.paused and (reason or (report is not None and (report[1] or report[2]))):
            raise Paused
        if report is not None:
            report = self._checked_report(actor, report)
        self._gate.admit(actor, Where.NOTE, reason=reason)

        async def work(tx: Transaction) -> Pledge:
            now = self._clock()
            pledge = await self._found(tx, actor.guild_id, pledge_id)
            rule = rule_for(act, pledge.status, pledge.review)
            if act in _MAKER_ACTS:
                if pledge.maker_id != actor.user_id:
                    raise NotAllowed("not yours") if pledge.status is not Status.DRAFT else NotFound("pledge")
            else:
                await self._check_reviewer(tx, actor, pledge)
            if rule is None:
                raise await self._too_late(tx, pledge, act)
            if rule.needs_reason and not reason:
                raise Invalid("reason", "empty")
            if not await store.move(tx, pledge, rule.target, now):
                raise await self._too_late(tx, await self._found(tx, actor.guild_id, pledge_id), act)
            moved = await self._found(tx, actor.guild_id, pledge_id)
            if report is not None:
                await self._report(tx, moved, report, now)
            await store.record(tx, pledge, Entry(act, actor.user_id, now, pledge.status, rule.target, reason))
            after = await self._found(tx, actor.guild_id, pledge_id)
            await self._consequences(tx, pledge, after, act, actor.user_id, reason)
            return await self._with_names(tx, after)

        return await self._database.write(work)

    def _checked_report(
        self, actor: Actor, report: tuple[int | None, str | None, str | None, bool | None]
    ) -> tuple[int | None, str | None, str | None, bool | None]:
        progress, note, evidence, needs_help = report
        if progress is not None and not 0 <= progress <= 100:
            raise Invalid("progress", "unknown choice")
        if note is not None:
            if len(note) > NOTE_LIMIT:
                raise Invalid("note", "too long", limit=NOTE_LIMIT)
            self._gate.admit(actor, Where.NOTE, note=note)
        if evidence:
            self._gate.admit(actor, Where.NOTE, evidence=evidence)
            evidence = checked_link(evidence)
        return progress, note, evidence, needs_help

    async def _report(
        self,
        tx: Transaction,
        pledge: Pledge,
        report: tuple[int | None, str | None, str | None, bool | None],
        now: datetime,
    ) -> None:
        progress, note, evidence, needs_help = report
        await store.report(
            tx,
            pledge,
            progress=pledge.progress if progress is None else progress,
            note=pledge.note if note is None else note,
            evidence=pledge.evidence if evidence is None else evidence,
            needs_help=pledge.needs_help if needs_help is None else needs_help,
            at=now,
        )

    async def _too_late(self, reading: Reading, pledge: Pledge, act: Act) -> AlreadyDecided | WrongState:
        last = await store.last_entry(reading, pledge.guild_id, pledge.id)
        if last is not None and act not in _MAKER_ACTS:
            return AlreadyDecided(pledge.status.value, last.by, last.at)
        return WrongState(pledge.status.value, act.value)

    async def _consequences(
        self, tx: Transaction, before: Pledge, after: Pledge, act: Act, by: int | None, reason: str
    ) -> None:
        guild, number = after.guild_id, after.id
        await self._count(tx, before, -1)
        await self._count(tx, after, +1)
        if after.status is not Status.DRAFT:
            reviewed = {Status.SUBMITTED, Status.CHANGES_ASKED, Status.DONE_CLAIMED}
            if after.status in reviewed or before.status in reviewed:
                await self._outbox.put(tx, guild, "pledge.review", number, person_id=after.maker_id)
                await self._outbox.put(tx, guild, "server.panel", 0)
            if after.status in PUBLIC or before.status in PUBLIC:
                await self._outbox.put(tx, guild, "pledge.card", number, person_id=after.maker_id)
        if act in _TOLD and after.maker_id is not None and after.maker_id != by:
            await self._members.tell(tx, guild, after.maker_id, f"pledge.{act.value}", number, reason or None)
        if before.status is not after.status:
            await self._outbox.put(tx, guild, "server.welcome", 0)

    async def _count(self, tx: Transaction, pledge: Pledge, by: int) -> None:
        if pledge.visibility is Visibility.HIDDEN:
            return
        name = _counter(pledge)
        if name is not None:
            await counters.add(tx, pledge.guild_id, name, pledge.sector, by)

    # What comes round by itself.

    async def sweep(self) -> None:
        """Drop drafts nobody touched for 30 days, and let pledges lapse that are silent 90 days past their date."""
        now = self._clock()
        async with self._database.reading() as reading:
            drafts = await store.old_drafts(reading, now - DRAFT_KEPT)
            silent = await store.overdue(reading, now - LAPSES_AFTER)

        async def drop(tx: Transaction) -> None:
            for guild_id, pledge_id in drafts:
                await store.drop(tx, guild_id, pledge_id)

        if drafts:
            await self._database.write(drop)
        for pledge in silent:
            await self._lapse(pledge, now)

    async def _lapse(self, pledge: Pledge, now: datetime) -> None:
        async def work(tx: Transaction) -> None:
            if await store.move(tx, pledge, Status.LAPSED, now):
                await store.record(tx, pledge, Entry(Act.LAPSE, None, now, pledge.status, Status.LAPSED, ""))
                after = await self._found(tx, pledge.guild_id, pledge.id)
                await self._consequences(tx, pledge, after, Act.LAPSE, None, "")

        await self._database.write(work)

    async def show_less(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Show what a person pledged no more openly than they now want to be seen; never more openly than before."""
        member = await self._members.find_in(tx, guild_id, user_id)
        wanted = Visibility(member.visibility.value) if member else Visibility.HIDDEN
        for pledge_id, status in await store.ids_of(tx, guild_id, user_id):
            before = await self._found(tx, guild_id, pledge_id)
            if _OPEN_FIRST.index(before.visibility) >= _OPEN_FIRST.index(wanted):
                continue
            texts = (before.what, before.done_when, before.due, before.help_wanted)
            await store.change(tx, before, Draft(*texts, wanted, sector=before.sector), before.changed_at)
            await self._count(tx, before, -1)
            await self._count(tx, replace(before, visibility=wanted), +1)
            for kind in ("pledge.card", "pledge.review"):
                if status in PUBLIC and await self._outbox.post_of(tx, guild_id, kind, pledge_id) is not None:
                    await self._outbox.put(tx, guild_id, kind, pledge_id, person_id=user_id)

    async def forget(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Erase a person: drafts and what waits go, what was seen to be pledged stays without a name."""
        touched = await store.touched_by(tx, guild_id, user_id)
        for pledge_id, status in await store.ids_of(tx, guild_id, user_id):
            if status in PUBLIC:
                await self._outbox.put(tx, guild_id, "pledge.card", pledge_id)
            else:
                await store.drop(tx, guild_id, pledge_id)
        for pledge_id in touched:  # the organisers' card says who did what
            if await self._outbox.post_of(tx, guild_id, "pledge.review", pledge_id) is not None:
                await self._outbox.put(tx, guild_id, "pledge.review", pledge_id)
        await store.forget_person(tx, guild_id, user_id)


_OPEN_FIRST = tuple(Visibility)
_MAKER_ACTS = frozenset(rule.act for rule in RULES if rule.who is Who.MAKER)
_TOLD = frozenset({Act.APPROVE, Act.DECLINE, Act.ASK_CHANGES, Act.CONFIRM, Act.NOT_YET, Act.LAPSE})


def _counter(pledge: Pledge) -> str | None:
    """Return the counter this pledge stands in: active, kept, or kept by the person's own word."""
    if pledge.status in COUNTS_AS_ACTIVE:
        return "pledges.active"
    if pledge.status is Status.KEPT:
        return "pledges.declared" if pledge.review is Review.NONE else "pledges.kept"
    return None
