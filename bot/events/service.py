"""Announcing, changing, moving and cancelling events.

Every use case is one unit of work: check who acts and whether the step is possible from where the
event stands, write the row, and queue what follows from it. What is typed is read here, in the
server's zone, so that a draft can never hold a time that nobody meant.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.actor import Action, Actor
from bot.clock import Clock
from bot.content.model import Content
from bot.delivery.outbox import Outbox
from bot.errors import Invalid, NotSetUp, Paused, WrongState
from bot.events import store, typed
from bot.events.model import (
    ALT_LIMIT,
    DRAFT_KEPT,
    LINK_LIMIT,
    MOST_PINGED,
    REASON_LIMIT,
    REMINDER_HOURS,
    TEXT_LIMIT,
    TITLE_LIMIT,
    UNFINISHED_KEPT,
    WHERE_LIMIT,
    Basics,
    Event,
    Extras,
    Moved,
    Options,
    State,
)
from bot.events.outcomes import Changed, Overtaken, Posted
from bot.events.signups import Reminded, SignUps
from bot.guard.gate import Gate
from bot.guard.model import Where
from bot.links import checked_link
from bot.members.service import Members
from bot.sectors.model import MOST_CHOICES
from bot.sectors.service import Sectors
from bot.servers.model import Channel
from bot.servers.service import Servers
from bot.storage.database import Database, Transaction

__all__ = ["Changed", "Events", "Overtaken", "Posted", "Reminded"]


class Events(SignUps):
    """Use cases around events of one coalition."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        gate: Gate,
        content: Content,
        members: Members,
        servers: Servers,
        sectors: Sectors,
        clock: Clock,
    ) -> None:
        super().__init__(database, outbox, members, servers, clock)
        self._gate = gate
        self._sectors = sectors
        self._content = content

    # Making and changing.

    async def plan(self, actor: Actor, basics: Basics) -> Event:
        """Store a draft. Raises NotAllowed, Paused, Invalid, TextStopped."""
        self._check(actor)
        now = self._clock()
        zone = (await self._servers.settings(actor.guild_id)).zone
        starts, zone = typed.instant(basics.starts, zone, now)
        blank = Event(0, actor.guild_id, actor.user_id, State.DRAFT, "", starts, starts, zone, now, now)
        event = self._with_basics(actor, blank, basics, starts, zone)

        async def work(tx: Transaction) -> Event:
            return replace(event, id=await store.add(tx, event))

        return await self._database.write(work)

    async def change_basics(self, actor: Actor, event_id: int, basics: Basics, seen: int | None = None) -> Changed:
        """Change title, time, length, place and text; a start left as the form showed it is never read anew.

        ``seen`` is the event's sequence when the form was opened. Once announced, every post follows, and a moved
        start is told to those who signed up. Raises NotAllowed, Paused, Invalid, TextStopped, NotFound, WrongState,
        and Overtaken where somebody changed meanwhile what this would change back.
        """
        self._check(actor)
        event = await self.manage(actor, event_id)
        starts, zone = event.starts, event.zone
        if basics.starts.strip() != typed.written(event.starts, event.zone):
            home = (await self._servers.settings(actor.guild_id)).zone
            starts, zone = typed.instant(basics.starts, home, self._clock())
        return await self._change(actor, event, self._with_basics(actor, event, basics, starts, zone), seen)

    async def change_extras(self, actor: Actor, event_id: int, extras: Extras, seen: int | None = None) -> Changed:
        """Change text, link and picture. Raises as :meth:`change_basics`."""
        self._check(actor)
        event = await self.manage(actor, event_id)
        typed.within("text", extras.text, TEXT_LIMIT)
        typed.within("alt", extras.alt, ALT_LIMIT)
        self._gate.admit(actor, Where.EVENT, text=extras.text, alt=extras.alt)
        self._gate.admit_links(Where.EVENT, link=extras.link, image=extras.image)
        link = checked_link(extras.link, "link", LINK_LIMIT) if extras.link.strip() else ""
        image = checked_link(extras.image, "image", LINK_LIMIT) if extras.image.strip() else ""
        if image and not extras.alt:
            raise Invalid("alt", "empty")
        after = replace(event, text=extras.text, link=link, image=image, alt=extras.alt if image else "")
        return await self._change(actor, event, after, seen)

    async def change_options(self, actor: Actor, event_id: int, options: Options, seen: int | None = None) -> Changed:
        """Change places, last moment to sign up, reminders, and who gets the link. Raises as :meth:`change_basics`."""
        self._check(actor)
        event = await self.manage(actor, event_id)
        settings = await self._servers.settings(actor.guild_id)
        until = None
        if options.until.strip():
            until = event.until
            if until is None or options.until.strip() != typed.written(until, event.zone):
                until, _ = typed.instant(options.until, settings.zone, self._clock(), "until")
            if until > event.starts:
                raise Invalid("until", "after start")
        return await self._change(
            actor,
            event,
            replace(
                event,
                # Fewer places than a figure may show would show it by being full.
                capacity=typed.places(options.capacity, settings.small_figure),
                until=until,
                reminders=tuple(hours for hours in REMINDER_HOURS if hours in options.reminders),
                closed=options.closed,
                type=options.type if options.type in self._content.event_types else "",
            ),
            seen,
        )

    async def choose_sectors(self, actor: Actor, event_id: int, sectors: Collection[str]) -> Event:
        """Choose whom it concerns; nobody in particular is everybody. Raises NotAllowed, NotFound, WrongState."""
        event = await self.manage(actor, event_id)
        here = await self._sectors.of(actor.guild_id)
        chosen = tuple(sector.slug for sector in here.choices(event.sectors, MOST_CHOICES) if sector.slug in sectors)
        return (await self._change(actor, event, replace(event, sectors=chosen))).event

    async def choose_roles(self, actor: Actor, event_id: int, roles: Collection[int]) -> Event:
        """Choose the roles that the announcement pings; the doorway has checked that the server has them.

        Raises NotAllowed, NotFound, Invalid, and WrongState once it is out: a ping can not be taken back.
        """
        event = await self.manage(actor, event_id)
        if event.state(self._clock()) not in (State.DRAFT, State.SCHEDULED):
            raise WrongState(event.state(self._clock()).value, Moved.EDIT.value)
        if len(set(roles)) > MOST_PINGED:
            raise Invalid("roles", "too many", most=MOST_PINGED)
        return (await self._change(actor, event, replace(event, roles=tuple(sorted(set(roles)))))).event

    # Out, later, never.

    async def target(self, actor: Actor) -> int:
        """Return the channel that announcements go to. Raises NotAllowed, NotSetUp."""
        actor.check(Action.ANNOUNCE)
        channel = (await self._servers.settings(actor.guild_id)).channel(Channel.ANNOUNCEMENTS)
        if channel is None:
            raise NotSetUp("announcements")
        return channel

    async def post(self, actor: Actor, event_id: int, *, split: bool) -> Posted:
        """Announce now. ``split``: the channel publishes, so a notice goes before the card.

        Raises NotAllowed, NotFound, NotSetUp, Invalid for a start that has passed meanwhile, WrongState.
        """
        return await self._send(actor, event_id, Moved.POST, None, split)

    async def schedule(self, actor: Actor, event_id: int, text: str, *, split: bool) -> Posted:
        """Announce at a typed time before the start. Raises as :meth:`post`, and Invalid("post_at")."""
        actor.check(Action.ANNOUNCE)
        zone = (await self._servers.settings(actor.guild_id)).zone
        at, _ = typed.instant(text, zone, self._clock(), "post_at")
        return await self._send(actor, event_id, Moved.SCHEDULE, at, split)

    async def _send(self, actor: Actor, event_id: int, step: Moved, at: datetime | None, split: bool) -> Posted:
        self._check(actor)
        channel = await self.target(actor)

        async def work(tx: Transaction) -> Posted:
            now = self._clock()
            event = await self._found(tx, actor.guild_id, event_id)
            self._possible(event, step, now)
            if event.starts <= now:
                raise Invalid("starts", "past time")
            if at is not None and at >= event.starts:
                raise Invalid("post_at", "after start")
            after = replace(
                event,
                stored=State.ANNOUNCED if at is None else State.SCHEDULED,
                post_at=at,
                channel_id=channel,
                split=split,
                changed_at=now,
            )
            await self._write(tx, event, after)
            return Posted(after, await self._queue(tx, after))

        return await self._database.write(work)

    async def unschedule(self, actor: Actor, event_id: int) -> Event:
        """Make a scheduled event a draft again. Raises NotAllowed, NotFound, WrongState."""
        actor.check(Action.ANNOUNCE)

        async def work(tx: Transaction) -> Event:
            now = self._clock()
            event = await self._found(tx, actor.guild_id, event_id)
            self._possible(event, Moved.UNSCHEDULE, now)
            after = replace(event, stored=State.DRAFT, post_at=None, changed_at=now)
            await self._write(tx, event, after)
            await self._recall(tx, event)
            return after

        return await self._database.write(work)

    async def discard(self, actor: Actor, event_id: int) -> None:
        """Throw a draft or a scheduled event away. Raises NotAllowed, NotFound, WrongState."""
        actor.check(Action.ANNOUNCE)

        async def work(tx: Transaction) -> None:
            event = await self._found(tx, actor.guild_id, event_id)
            self._possible(event, Moved.DISCARD, self._clock())
            await self._recall(tx, event)
            await store.drop(tx, event.guild_id, event.id)

        await self._database.write(work)

    async def cancel(self, actor: Actor, event_id: int, reason: str) -> Changed:
        """Call an event off: its posts say so with the reason, and those who signed up are told.

        Raises NotAllowed, Paused, NotFound, Invalid, TextStopped, WrongState.
        """
        self._check(actor)
        if not reason:
            raise Invalid("reason", "empty")
        typed.within("reason", reason, REASON_LIMIT)
        self._gate.admit(actor, Where.EVENT, reason=reason)

        async def work(tx: Transaction) -> Changed:
            now = self._clock()
            event = await self._found(tx, actor.guild_id, event_id)
            self._possible(event, Moved.CANCEL, now)
            was_out = event.state(now) is State.ANNOUNCED
            after = replace(
                event,
                stored=State.CANCELLED,
                reason=reason,
                sequence=event.sequence + 1,
                editor_id=actor.user_id,
                changed_at=now,
            )
            await self._write(tx, event, after)
            told = await self._tell_everybody(tx, after, "event.cancelled", reason)
            await self._drop_reminders(tx, after)
            if was_out:
                await self._queue(tx, after)
            else:
                await self._recall(tx, event)
            return Changed(after, told=told)

        return await self._database.write(work)

    # What comes round by itself.

    async def sweep(self) -> None:
        """Write down what the clock has brought about, drop old drafts, forget strangers' sign-ups."""
        now = self._clock()
        async with self._database.reading() as reading:
            out, over = await store.out_by_now(reading, now), await store.over(reading, now)
            drafts = await store.old_drafts(reading, now - DRAFT_KEPT)
            drafts += await store.unfinished(reading, now - UNFINISHED_KEPT)

        async def settle(tx: Transaction) -> None:
            for event in {event.id: event for event in (*out, *over)}.values():
                after = replace(event, stored=event.state(now), changed_at=now)
                if await store.write(tx, event, after) and after.stored is State.HELD and after.channel_id:
                    await self._outbox.put(tx, event.guild_id, "event.card", event.id)
            for draft in drafts:
                await store.drop(tx, draft.guild_id, draft.id)

        if out or over or drafts:
            await self._database.write(settle)
        await self._drop_strangers(now)

    # Inside.

    def _check(self, actor: Actor) -> None:
        actor.check(Action.ANNOUNCE)
        if actor.paused:
            raise Paused

    def _possible(self, event: Event, step: Moved, now: datetime) -> None:
        if not event.may(step, now):
            raise WrongState(event.state(now).value, step.value)

    def _with_basics(self, actor: Actor, event: Event, basics: Basics, starts: datetime, zone: str) -> Event:
        if not basics.title:
            raise Invalid("title", "empty")
        for field, text, limit in (
            ("title", basics.title, TITLE_LIMIT),
            ("where", basics.where, WHERE_LIMIT),
            ("text", basics.text, TEXT_LIMIT),
        ):
            typed.within(field, text, limit)
        self._gate.admit(actor, Where.EVENT, title=basics.title, place=basics.where, text=basics.text)
        kind = event.type if basics.type is None else basics.type
        if kind and kind not in self._content.event_types:
            raise Invalid("type", "unknown choice")
        return replace(
            event,
            title=basics.title,
            where=basics.where,
            text=basics.text,
            starts=starts,
            ends=starts + typed.length(basics.duration),
            zone=zone,
            # The last moment to sign up moves along.
            until=event.until + (starts - event.starts) if event.until else None,
            type=kind,
        )

    async def _change(self, actor: Actor, before: Event, after: Event, seen: int | None = None) -> Changed:
        """Write a change of what was read as ``before``, and bring about what follows from it."""

        async def work(tx: Transaction) -> Changed:
            now = self._clock()
            self._possible(before, Moved.EDIT, now)
            if seen not in (None, before.sequence) and after != before:
                raise Overtaken(before, after, now)
            if after.post_at is not None and before.state(now) is State.SCHEDULED and after.post_at >= after.starts:
                raise Invalid("starts", "before posting")
            if after == before:
                return Changed(before)
            out = before.state(now) is State.ANNOUNCED
            moved = after.starts != before.starts
            final = replace(
                after,
                sequence=before.sequence + 1,
                moved_from=before.starts if out and moved else after.moved_from,
                editor_id=actor.user_id,
                changed_at=now,
            )
            if not await store.write(tx, before, final):
                theirs = await self._found(tx, before.guild_id, before.id)
                self._possible(theirs, Moved.EDIT, now)
                raise Overtaken(theirs, final, now)
            told = 0
            if out:
                if moved:
                    told = await self._tell_everybody(tx, final, "event.moved")
                if moved or final.reminders != before.reminders:
                    await self._move_reminders(tx, final)
                await self._fill(tx, final)
            await self._queue(tx, final)
            return Changed(final, before.starts if out and moved else None, told)

        return await self._database.write(work)

    async def _write(self, tx: Transaction, before: Event, after: Event) -> None:
        if not await store.write(tx, before, after):
            now = await self._found(tx, before.guild_id, before.id)
            raise WrongState(now.state(self._clock()).value, Moved.EDIT.value)

    async def _queue(self, tx: Transaction, event: Event) -> tuple[int, ...]:
        """Queue the posts of an event that is out, at once; of a scheduled one, for its time."""
        if event.stored is State.DRAFT:
            return ()
        scheduled = event.state(self._clock()) is State.SCHEDULED
        due = event.post_at if scheduled else None
        # A card may have been posted while the channel was an ordinary one: rendering a notice then gives nothing.
        kinds = ("event.notice", "event.card") if event.split else ("event.card",)
        return tuple([await self._outbox.put(tx, event.guild_id, kind, event.id, due=due) for kind in kinds])

    async def _recall(self, tx: Transaction, event: Event) -> None:
        for kind in ("event.notice", "event.card"):
            await self._outbox.cancel(tx, event.guild_id, kind, event.id)
