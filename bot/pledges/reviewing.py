"""The organisers' side: deciding, taking back, taking on, many at once, reasons kept ready, reminders."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.actor import Action, Actor
from bot.errors import AlreadyDecided, Invalid, NotAllowed, NotFound, Paused, WrongState
from bot.guard.model import Where
from bot.paging import page_at
from bot.pledges import company_store, history_store, queue_store, store
from bot.pledges.acting import PledgeActs
from bot.pledges.desk_model import (
    ESCALATE_AFTER,
    MOST_AT_ONCE,
    MOST_REASONS,
    NUDGE_AFTER,
    READY_REASON_LIMIT,
    REASONED,
    TAKE_LASTS,
    Desk,
    Kind,
    Lot,
    Outcome,
    Queue,
    Reason,
    Take,
)
from bot.pledges.model import Act, Pledge, Status
from bot.pledges.views import PAGE
from bot.storage.database import Reading, Transaction


class Reviewing(PledgeActs):
    """Use cases of organisers."""

    # Looking.

    async def queue(
        self,
        actor: Actor,
        after: tuple[int, int] | None = None,
        *,
        kind: Kind | None = None,
        sector: str | None = None,
        back: bool = False,
    ) -> Queue:
        """Return what waits for an organiser, longest waiting first, five a page: the page behind a key.

        With ``back`` the page that ends with it. Raises NotAllowed.
        """
        actor.check(Action.REVIEW)
        guild_id, now = actor.guild_id, self._clock()
        async with self._database.reading() as reading:

            async def reach(at: tuple[int, int] | None, back: bool) -> list[Pledge]:
                me, start = actor.user_id, at or (0, 0)
                return await queue_store.queue(
                    reading, guild_id, kind, sector, start, PAGE + 1, back=back, taker_id=me, now=now
                )

            found, before = await page_at(reach, _key, after, PAGE, back=back)
            page = await self._page(reading, found)
            takes = await queue_store.takes_of(reading, guild_id, [pledge.id for pledge in page.pledges], now)
        return Queue(page.pledges, takes, _key(page.pledges[-1]) if page.after is not None else None, before)

    async def waiting(self, guild_id: int, most: int = 100) -> int:
        """Return how many pledges wait for an organiser; ``most`` means that many or more."""
        async with self._database.reading() as reading:
            return len(await queue_store.queue(reading, guild_id, None, None, (0, 0), most))

    async def late(self, guild_id: int, at: datetime | None = None) -> tuple[int, int]:
        """Return how many wait now that had waited 3 days at an instant, and how many 5. Now, where none is given."""
        instant = at or self._clock()
        async with self._database.reading() as reading:
            three, five = await queue_store.late(reading, guild_id, [instant - NUDGE_AFTER, instant - ESCALATE_AFTER])
        return three, five

    async def on_desk(self, actor: Actor, pledge_id: int) -> Desk:
        """Return a pledge as organisers see it, which is more than others see. Raises NotAllowed, NotFound."""
        actor.check(Action.REVIEW)
        async with self._database.reading() as reading:
            pledge = await self._found(reading, actor.guild_id, pledge_id)
            if pledge.status is Status.DRAFT:
                raise NotFound("pledge")
            return await self._desk(reading, pledge)

    async def desk(self, guild_id: int, pledge_id: int) -> Desk | None:
        """Return a pledge for the organisers' card that stands in their channel, None where nothing should."""
        async with self._database.reading() as reading:
            pledge = await store.find(reading, guild_id, pledge_id)
            if pledge is None or pledge.status in (Status.DRAFT, Status.WITHDRAWN):
                return None
            return await self._desk(reading, pledge)

    async def _desk(self, reading: Reading, pledge: Pledge) -> Desk:
        guild_id, number = pledge.guild_id, pledge.id
        alike = await self._lot(reading, pledge) if pledge.status is Status.SUBMITTED else Lot((), 0)
        mine = number in {one.id for one in alike.pledges}
        return Desk(
            await self._with_names(reading, pledge),
            await history_store.last_move(reading, guild_id, number),
            await history_store.last_entry(reading, guild_id, number),
            await queue_store.take_of(reading, guild_id, number, self._clock()),
            await company_store.change_of(reading, guild_id, number),
            len(alike.pledges) if mine else 0,
            await queue_store.ready_reasons(reading, guild_id),
            tuple(await company_store.company(reading, guild_id, number)),
        )

    async def check_reviewer(self, actor: Actor, pledge_id: int, act: Act | None = None) -> Pledge:
        """Return the pledge if this person may review it; so a reason form opens only for them.

        With ``act`` also only while it is possible: nobody writes a reason for what is decided already.
        Raises NotAllowed, NotFound, AlreadyDecided.
        """
        async with self._database.reading() as reading:
            pledge = await self._found(reading, actor.guild_id, pledge_id)
            await self._check_reviewer(reading, actor, pledge)
            if act is not None:
                await self._rule(reading, pledge, act)
            return await self._with_names(reading, pledge)

    # Deciding.

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

    async def accept_change(self, actor: Actor, pledge_id: int, seen: int) -> Pledge:
        """Let an active pledge have the words that its maker wants; ``seen`` is the version that the organiser read.

        Raises WrongState where the maker wants others since, and as the others do.
        """

        async def write(tx: Transaction, pledge: Pledge, now: datetime) -> None:
            change = await company_store.change_of(tx, pledge.guild_id, pledge.id)
            if change is None:
                raise await self._too_late(tx, pledge, Act.ACCEPT_CHANGE)
            if change.version != seen:
                raise WrongState(pledge.status.value, Act.ACCEPT_CHANGE.value)
            new = replace(pledge.draft(), what=change.what, done_when=change.done_when)
            new = replace(new, due=change.due, help_wanted=change.help_wanted)
            await store.change(tx, pledge, new, pledge.changed_at)

        return await self._act(actor, pledge_id, Act.ACCEPT_CHANGE, then=write)

    async def refuse_change(self, actor: Actor, pledge_id: int, reason: str) -> Pledge:
        """Leave an active pledge as it is, with a reason that its maker reads."""
        return await self._act(actor, pledge_id, Act.REFUSE_CHANGE, reason)

    async def take_back(self, actor: Actor, pledge_id: int, act: Act, reason: str) -> Pledge:
        """Take back an approval, a decline or a confirmation, as long as nothing happened since.

        A new decision with a reason, for any organiser who may review it. Raises as the others do.
        """
        return await self._act(actor, pledge_id, act, reason)

    # Taking on.

    async def take(self, actor: Actor, pledge_id: int) -> Desk:
        """Say that one looks at it, for 24 hours; others may decide all the same.

        Raises NotAllowed, NotFound, and AlreadyDecided with "taken" or with what it has become.
        """
        return await self._take(actor, pledge_id, Take(actor.user_id, self._clock() + TAKE_LASTS))

    async def let_go(self, actor: Actor, pledge_id: int) -> Desk:
        """Say that one looks at it no longer. Raises as :meth:`take`."""
        return await self._take(actor, pledge_id, None)

    async def _take(self, actor: Actor, pledge_id: int, take: Take | None) -> Desk:
        async def work(tx: Transaction) -> Desk:
            pledge = await self._found(tx, actor.guild_id, pledge_id)
            await self._check_reviewer(tx, actor, pledge)
            if pledge.queued_at is None:
                raise await self._too_late(tx, pledge, Act.APPROVE)
            had = await queue_store.take_of(tx, actor.guild_id, pledge_id, self._clock())
            if had is not None and had.by != actor.user_id:
                raise AlreadyDecided("taken", had.by, had.until - TAKE_LASTS)
            if take is None:
                await queue_store.drop_take(tx, actor.guild_id, pledge_id)
            else:
                await queue_store.put_take(tx, actor.guild_id, pledge_id, take)
            await self._outbox.put(tx, actor.guild_id, "pledge.review", pledge_id, person_id=pledge.maker_id)
            return await self._desk(tx, pledge)

        return await self._database.write(work)

    # Many at once.

    async def lot(self, actor: Actor, pledge_id: int) -> Lot:
        """Return all that wait for the same catalogue action in its own words. Raises NotAllowed, NotFound."""
        actor.check(Action.REVIEW)
        async with self._database.reading() as reading:
            return await self._lot(reading, await self._found(reading, actor.guild_id, pledge_id))

    async def _lot(self, reading: Reading, pledge: Pledge) -> Lot:
        action = self._content.actions.get(pledge.action or "")
        if action is None:
            return Lot((), 0)
        found = await queue_store.alike(reading, pledge.guild_id, action.slug, MOST_AT_ONCE)
        # Words of one's own are read one by one.
        same = tuple(p for p in found if p.what in action.title.texts.values())
        return Lot(same, len(found) - len(same))

    def key_of(self, pledge: Pledge) -> int:
        """Return since when a pledge waits, in microseconds, as a button can carry it."""
        return _key(pledge)[0]

    async def approve_lot(self, actor: Actor, pledge_id: int, until: int, seen: int) -> Outcome:
        """Approve all of an action that came to the desk until an instant (microseconds), each by itself.

        One's own are passed over. ``seen`` is how many were shown: what somebody decided meanwhile is missing now.
        Raises NotAllowed, NotFound.
        """
        lot = [pledge for pledge in (await self.lot(actor, pledge_id)).pledges if _key(pledge)[0] <= until]
        found = Outcome(gone=max(0, seen - len(lot)))
        for pledge in lot:
            try:
                await self.approve(actor, pledge.id)
                found = replace(found, approved=found.approved + 1)
            except NotAllowed as error:
                if not error.why.startswith("own"):
                    raise
                found = replace(found, own=found.own + 1)
            except AlreadyDecided as error:
                found = replace(found, decided=(*found.decided, (error.status, error.by)))
            except NotFound:
                found = replace(found, gone=found.gone + 1)
        return found

    # Reasons kept ready.

    async def ready_reasons(self, actor: Actor) -> tuple[Reason, ...]:
        """Return this server's ready-made reasons. Raises NotAllowed."""
        actor.check(Action.REVIEW)
        async with self._database.reading() as reading:
            return await queue_store.ready_reasons(reading, actor.guild_id)

    async def add_reason(self, actor: Actor, act: str, text: str) -> tuple[Reason, ...]:
        """Keep a reason ready for a decision; ten at most. Raises NotAllowed, Paused, Invalid, TextStopped."""
        actor.check(Action.REVIEW)
        if actor.paused:
            raise Paused
        if act not in REASONED:
            raise Invalid("act", "unknown choice")
        if not text:
            raise Invalid("reason", "empty")
        if len(text) > READY_REASON_LIMIT:
            raise Invalid("reason", "too long", limit=READY_REASON_LIMIT)
        self._gate.admit(actor, Where.NOTE, reason=text)

        async def work(tx: Transaction) -> tuple[Reason, ...]:
            known = await queue_store.ready_reasons(tx, actor.guild_id)
            if (act, text) not in {(reason.act.value, reason.text) for reason in known}:
                if len(known) >= MOST_REASONS:
                    raise Invalid("reason", "too many", most=MOST_REASONS)
                await queue_store.add_reason(tx, actor.guild_id, Act(act), text)
            return await queue_store.ready_reasons(tx, actor.guild_id)

        return await self._database.write(work)

    async def drop_reason(self, actor: Actor, reason_id: int) -> tuple[Reason, ...]:
        """Keep a reason ready no longer. Raises NotAllowed; one that is gone already is no fault."""
        actor.check(Action.REVIEW)

        async def work(tx: Transaction) -> tuple[Reason, ...]:
            await queue_store.drop_reason(tx, actor.guild_id, reason_id)
            return await queue_store.ready_reasons(tx, actor.guild_id)

        return await self._database.write(work)


def _key(pledge: Pledge) -> tuple[int, int]:
    assert pledge.queued_at is not None, "what waits has come to the desk at some time"
    return queue_store.key(pledge.queued_at), pledge.id
