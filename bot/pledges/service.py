"""Making and living up to a pledge; what organisers do is in ``reviewing``, what others do in ``joining``.

Every use case is one unit of work and returns the pledge as it then is (see ``acting``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.actor import Actor
from bot.errors import Invalid, WrongState
from bot.guard.model import Where
from bot.members.model import Member
from bot.pledges import company_store, followup_store, history_store, queue_store, store, support_store, sweep_store
from bot.pledges.acting import Report
from bot.pledges.checkins import CheckIns
from bot.pledges.followup_model import TOLD_BEFORE
from bot.pledges.joining import Joining
from bot.pledges.listing import Listing
from bot.pledges.model import (
    DONE_WHEN_LIMIT,
    DRAFT_KEPT,
    DRAFT_OFFERED,
    FARTHEST_DUE,
    HELP_LIMIT,
    INVITATION_KEPT,
    LAPSES_AFTER,
    MOST_OPEN,
    ON_THE_DESK,
    PUBLIC,
    STEPS,
    WHAT_LIMIT,
    Act,
    Change,
    Draft,
    Entry,
    Pledge,
    Review,
    Status,
    Visibility,
    rule_for,
)
from bot.pledges.reviewing import Reviewing
from bot.pledges.supporting import Supporting
from bot.pledges.unlinking import Unlinking
from bot.storage.database import Transaction
from bot.storage.triggers import erasing

_AT_ONCE = timedelta(hours=1)


class Pledges(Reviewing, Joining, Supporting, CheckIns, Listing, Unlinking):
    """Use cases around pledges of one coalition."""

    # Making.

    async def save_draft(self, actor: Actor, draft: Draft, pledge_id: int | None = None) -> Pledge:
        """Store what the form gave as a draft, or change a draft or a pledge sent back for changes.

        How many others it needs is only taken from a new one: ``set_condition`` changes it.
        Raises NotJoined, Paused, Invalid, TextStopped, NotFound, NotAllowed, WrongState.
        """
        member = await self._members.require(actor)
        self._check(actor, draft)
        action = self._content.actions.get(draft.action or "")
        if pledge_id is None and action is not None and action.retired:
            raise Invalid("action", "retired action")
        draft, review = self._placed(draft, member)
        organisation = member.organisation.id if draft.for_organisation and member.organisation else None
        if draft.for_organisation and organisation is None and pledge_id is None:
            raise Invalid("organisation", "none named")
        until = self._time_to_join(draft.only_if, draft.join_by, draft.due)

        async def work(tx: Transaction) -> Pledge:
            now = self._clock()
            if pledge_id is None:
                await self._check_pace(tx, actor, now)
                new = replace(draft, join_by=until)
                made = await store.add(tx, actor.guild_id, actor.user_id, new, review, organisation, now)
                pledge = await self._found(tx, actor.guild_id, made)
                entry = Entry(Act.SAVE, actor.user_id, now, Status.DRAFT, Status.DRAFT, "")
                await history_store.record(tx, pledge, entry)
                return await self._with_names(tx, pledge)
            pledge = await self._own(tx, actor, pledge_id)
            if pledge.status not in (Status.DRAFT, Status.CHANGES_ASKED):
                raise WrongState(pledge.status, Act.SAVE)
            written = self._as_written(draft, pledge)
            # What organisers have begun to look at stays theirs to look at.
            kept = pledge.review if pledge.status is Status.CHANGES_ASKED else review
            ends = pledge.join_by if draft.due is None or pledge.join_by is None else min(pledge.join_by, draft.due)
            changed = replace(written, only_if=pledge.only_if, join_by=ends)
            await store.change(tx, replace(pledge, organisation_id=organisation, review=kept), changed, now)
            return await self._with_names(tx, await self._found(tx, actor.guild_id, pledge_id))

        return await self._database.write(work)

    async def _check_pace(self, tx: Transaction, actor: Actor, now: datetime) -> None:
        """Raise Invalid for somebody with too many unfinished pledges, or who has begun too many just now."""
        if await store.open_of(tx, actor.guild_id, actor.user_id) >= MOST_OPEN:
            raise Invalid("pledges", "too many open", most=MOST_OPEN)
        if await store.begun_since(tx, actor.guild_id, actor.user_id, now - _AT_ONCE, MOST_OPEN) >= MOST_OPEN:
            raise Invalid("pledges", "too many at once", most=MOST_OPEN)

    def _check(self, actor: Actor, draft: Draft, before: Pledge | None = None) -> None:
        for field, text, limit in (
            ("what", draft.what, WHAT_LIMIT),
            ("done_when", draft.done_when, DONE_WHEN_LIMIT),
            ("help_wanted", draft.help_wanted, HELP_LIMIT),
        ):
            if not text and field != "help_wanted":
                raise Invalid(field, "empty")
            if len(text) > limit:
                raise Invalid(field, "too long", limit=limit)
        if draft.due is not None and not (before is not None and draft.due == before.due):
            if draft.due <= self._clock():
                raise Invalid("due", "past")
            if draft.due > self._clock() + FARTHEST_DUE:
                raise Invalid("due", "too far")
        self._gate.admit(actor, Where.PLEDGE, what=draft.what, done_when=draft.done_when, help_wanted=draft.help_wanted)

    def _as_written(self, draft: Draft, before: Pledge) -> Draft:
        """Return what a form gave with the catalogue's words as they are stored, whatever language the form was in."""
        known = self._worded(before)

        def kept(new: str, old: str) -> str:
            return old if known.said(new, "en") == known.said(old, "en") else new

        return replace(draft, what=kept(draft.what, before.what), done_when=kept(draft.done_when, before.done_when))

    def _placed(self, draft: Draft, member: Member) -> tuple[Draft, Review]:
        """Return the draft with its sector, and how it is reviewed: as the catalogue says, else beforehand."""
        action = self._content.actions.get(draft.action or "")
        if action is None:
            return replace(draft, action=None, sector=member.primary), Review.BEFORE
        sector = action.sector if action.sector in member.sectors else member.primary
        review = Review(action.review.value)
        # Somebody's own words under a self-declared action still deserve a look, but only once done.
        reworded = draft.what not in action.title.texts.values()
        return replace(draft, sector=sector), Review.AFTER if reworded and review is Review.NONE else review

    async def submit(self, actor: Actor, pledge_id: int) -> Pledge:
        """Hand a draft in: to the organisers where it is reviewed beforehand, else it is active at once."""
        await self._members.require(actor)
        return await self._act(actor, pledge_id, Act.SUBMIT)

    async def withdraw(self, actor: Actor, pledge_id: int) -> Pledge:
        """Take a pledge back, whatever its state short of an end."""
        return await self._act(actor, pledge_id, Act.WITHDRAW)

    async def change(self, actor: Actor, pledge_id: int, draft: Draft) -> Pledge:
        """Change an active pledge.

        Where organisers approved its words, the new ones wait for them and the old ones stand until then;
        else they stand at once. Who sees the name changes at once. Raises as :meth:`save_draft` does.
        """
        member = await self._members.require(actor)
        before = await self.own(actor, pledge_id)
        draft = self._as_written(draft, before)
        self._check(actor, draft, before)
        words = (draft.what, draft.done_when, draft.due, draft.help_wanted)
        same = words == (before.what, before.done_when, before.due, before.help_wanted)
        if draft.visibility is not before.visibility or same:
            before = await self._show_as(actor, pledge_id, draft.visibility)
        if same:
            return before
        _, review = self._placed(replace(draft, action=before.action), member)

        async def write(tx: Transaction, pledge: Pledge, now: datetime) -> None:
            if pledge.review is Review.BEFORE:
                await company_store.put_change(tx, pledge, actor.user_id, Change(*words, now))
                return
            loose = review if pledge.review is Review.NONE else pledge.review
            new = replace(draft, visibility=pledge.visibility, sector=pledge.sector)
            new = replace(new, only_if=pledge.only_if, join_by=pledge.join_by)
            await store.change(tx, replace(pledge, review=loose), new, pledge.changed_at)

        return await self._act(actor, pledge_id, Act.CHANGE, then=write)

    async def _show_as(self, actor: Actor, pledge_id: int, visibility: Visibility) -> Pledge:
        async def work(tx: Transaction) -> Pledge:
            pledge = await self._own(tx, actor, pledge_id)
            if rule_for(Act.CHANGE, pledge.status, pledge.review) is None:
                raise WrongState(pledge.status.value, Act.CHANGE.value)
            await self._shown_as(tx, pledge, visibility)
            return await self._with_names(tx, await self._found(tx, actor.guild_id, pledge_id))

        return await self._database.write(work)

    async def _shown_as(self, tx: Transaction, pledge: Pledge, visibility: Visibility) -> None:
        await store.show_as(tx, pledge, visibility)
        after = replace(pledge, visibility=visibility)
        await self._count(tx, pledge, -1)
        await self._count(tx, after, +1)
        if pledge.status in PUBLIC:
            await self._outbox.put(tx, pledge.guild_id, "pledge.card", pledge.id, person_id=pledge.maker_id)
        if await self._outbox.post_of(tx, pledge.guild_id, "pledge.review", pledge.id) is not None:
            await self._outbox.put(tx, pledge.guild_id, "pledge.review", pledge.id, person_id=pledge.maker_id)
        for follow in self._followers:
            await follow(tx, pledge, after)

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
        """Report how it goes: one of ``STEPS``, a note, an https link, a call for help. None leaves a value."""
        if progress is not None and progress not in STEPS:
            raise Invalid("progress", "unknown choice")
        return await self._act(actor, pledge_id, Act.PROGRESS, report=Report(progress, note, evidence, needs_help))

    async def done(self, actor: Actor, pledge_id: int, note: str = "", evidence: str = "") -> Pledge:
        """Say that it is done: an organiser confirms, unless the action goes by the person's word."""
        return await self._act(actor, pledge_id, Act.DONE, report=Report(100, note or None, evidence or None, False))

    async def partly(self, actor: Actor, pledge_id: int, note: str) -> Pledge:
        """Close with part of it kept."""
        return await self._act(actor, pledge_id, Act.PARTLY, report=Report(note=note or None, needs_help=False))

    async def cannot(self, actor: Actor, pledge_id: int, note: str) -> Pledge:
        """Close with honour: it can not be kept any more."""
        return await self._act(actor, pledge_id, Act.CANT, report=Report(note=note or None, needs_help=False))

    async def reopen(self, actor: Actor, pledge_id: int) -> Pledge:
        """Take a lapsed pledge up again, with or without others, or undo a self-declared Done."""
        return await self._act(actor, pledge_id, Act.REOPEN)

    # What comes round by itself.

    async def sweep(self) -> None:
        """Do what time brings.

        Drafts untouched for a day are offered again once, and go after 30 days, as does the question to somebody
        who never answered it. Lapsed is what is silent 90 days past its date, its maker having been told twice, or
        found too few others in time.
        """
        now = self._clock()
        async with self._database.reading() as reading:
            drafts = await sweep_store.old_drafts(reading, now - DRAFT_KEPT)
            offers = await sweep_store.to_offer(reading, now - DRAFT_OFFERED)
            over = await sweep_store.unfilled(reading, now)
            silent = await followup_store.lapsing(reading, now - LAPSES_AFTER + TOLD_BEFORE, 500)

        async def tidy(tx: Transaction) -> None:
            for guild_id, pledge_id in drafts:
                async with erasing(tx, guild_id):
                    await self._drop(tx, guild_id, pledge_id)
            for guild_id, pledge_id, maker_id in offers:
                if await sweep_store.mark_offered(tx, guild_id, pledge_id):
                    await self._members.tell(tx, guild_id, maker_id, "pledge.draft", pledge_id)
            await company_store.drop_unanswered(tx, now - INVITATION_KEPT)

        await self._database.write(tidy)
        await self.plan_missing()
        for pledge in (*over, *[one for one in silent if await self._may_lapse(one, now)]):
            await self._lapse(pledge, now)

    async def _lapse(self, seen: Pledge, now: datetime) -> None:
        async def work(tx: Transaction) -> None:
            pledge = await self._found(tx, seen.guild_id, seen.id)
            rule = rule_for(Act.LAPSE, pledge.status, pledge.review)
            if rule is not None and (pledge.status, pledge.changed_at) == (seen.status, seen.changed_at):
                await self._moved(tx, pledge, rule, Entry(Act.LAPSE, None, now, pledge.status, rule.target, ""))

        await self._database.write(work)

    async def show_less(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Show what a person pledged no more openly than they now want to be seen; never more openly than before.

        Cards that name them beside somebody else's pledge follow what they want now.
        """
        member = await self._members.find_in(tx, guild_id, user_id)
        wanted = Visibility(member.visibility.value) if member else Visibility.HIDDEN
        for pledge_id, _status in await store.ids_of(tx, guild_id, user_id):
            before = await self._found(tx, guild_id, pledge_id)
            if _OPEN_FIRST.index(before.visibility) < _OPEN_FIRST.index(wanted):
                await self._shown_as(tx, before, wanted)
        for pledge_id in await company_store.of_person(tx, guild_id, user_id):
            await self._show_company(tx, await self._found(tx, guild_id, pledge_id))

    async def forget(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Erase a person: drafts and what waits go, what was seen to be pledged stays without a name."""
        touched = {
            *await history_store.touched_by(tx, guild_id, user_id),
            *await queue_store.taken_by(tx, guild_id, user_id),
        }
        async with erasing(tx, guild_id):
            for pledge_id, status in await store.ids_of(tx, guild_id, user_id):
                await company_store.drop_change(tx, guild_id, pledge_id)
                if status in PUBLIC:
                    await self._outbox.put(tx, guild_id, "pledge.card", pledge_id)
                else:
                    await self._drop(tx, guild_id, pledge_id)
                if status in ON_THE_DESK:
                    await self._outbox.put(tx, guild_id, "server.panel", 0)
            for pledge_id in touched:  # the organisers' card says who did what
                if await self._outbox.post_of(tx, guild_id, "pledge.review", pledge_id) is not None:
                    await self._outbox.put(tx, guild_id, "pledge.review", pledge_id)
            await self._leave_all(tx, guild_id, user_id)
            await self._support_no_more(tx, guild_id, user_id)
            await queue_store.forget_person(tx, guild_id, user_id)
            await history_store.forget_person(tx, guild_id, user_id)
            await store.forget_person(tx, guild_id, user_id)

    async def _drop(self, tx: Transaction, guild_id: int, pledge_id: int) -> None:
        """Delete a pledge with all that hangs on it, while erasing."""
        await history_store.drop(tx, guild_id, pledge_id)
        await company_store.drop_pledge(tx, guild_id, pledge_id)
        await queue_store.drop_take(tx, guild_id, pledge_id)
        await followup_store.drop(tx, guild_id, pledge_id)
        await support_store.drop_pledge(tx, guild_id, pledge_id)
        await store.drop(tx, guild_id, pledge_id)


_OPEN_FIRST = tuple(Visibility)
