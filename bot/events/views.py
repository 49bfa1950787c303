"""Looking at events: one, what is coming, what was, what is not out yet; each as far as the person may see it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.actor import Action, Actor
from bot.clock import Clock
from bot.errors import NotFound, WrongState
from bot.events import signup_store, store
from bot.events.model import Answer, Counts, Event, Moved, Page, Reminder, Seen, SignUp, State
from bot.servers.service import Servers
from bot.storage import counters
from bot.storage.database import Database, Reading

PAGE = 5
_TAKEN = "events.taken"
_LAST = 2**62
_FAR = timedelta(days=3660)


class EventViews:
    """The reading half of :class:`bot.events.service.Events`."""

    def __init__(self, database: Database, servers: Servers, clock: Clock) -> None:
        self._database = database
        self._servers = servers
        self._clock = clock

    async def see(self, actor: Actor, event_id: int) -> Seen:
        """Return an event with figures and the person's own answer.

        Raises NotFound as much for what is not out yet as for what never was.
        """
        async with self._database.reading() as reading:
            event = await self._found(reading, actor.guild_id, event_id)
            if event.state(self._clock()) in _NOT_OUT and not actor.may(Action.ANNOUNCE):
                raise NotFound("event")
            return await self._seen(reading, actor, event)

    async def manage(self, actor: Actor, event_id: int, step: Moved | None = None) -> Event:
        """Return an event to somebody who announces, and who is about to take a step with it.

        Raises NotAllowed, NotFound, and WrongState where the step is not possible (any more).
        """
        actor.check(Action.ANNOUNCE)
        async with self._database.reading() as reading:
            event = await self._found(reading, actor.guild_id, event_id)
        if step is not None and not event.may(step, self._clock()):
            raise WrongState(event.state(self._clock()).value, step.value)
        return event

    async def any(self, guild_id: int, event_id: int) -> Event | None:
        """Return an event for rendering a post, None where it is gone."""
        async with self._database.reading() as reading:
            return await store.find(reading, guild_id, event_id)

    async def counts(self, guild_id: int, event_id: int) -> Counts:
        """Return the figures of an event."""
        async with self._database.reading() as reading:
            return await _counts(reading, guild_id, event_id)

    async def coming(self, actor: Actor, *, sector: str = "", when: str = "soon", after: str = "") -> Page:
        """Return five events. ``when`` is soon, month (to its end in the server's zone), mine or past.

        On the first page of "soon" somebody who announces also gets up to five drafts and scheduled ones.
        """
        now = self._clock()
        guild = actor.guild_id
        most = PAGE + 1
        key = _key(after, _LAST if when == "past" else 0)
        until = now + _FAR
        if when == "month":
            until = _month_end(now, (await self._servers.settings(guild)).zone)
        async with self._database.reading() as reading:
            if when == "past":
                found = await store.past(reading, guild, sector, key, now, most)
            elif when == "mine":
                found = await store.mine(reading, guild, actor.user_id, key, now, most)
            else:
                found = await store.coming(reading, guild, sector, key, now, until, most)
            drafts: list[Event] = []
            if when == "soon" and not after and actor.may(Action.ANNOUNCE):
                drafts = await store.waiting_to_go(reading, guild, now, PAGE)
        shown = found[:PAGE]
        more = len(found) > PAGE
        return Page(tuple(shown), _written_key(shown[-1]) if more else "", tuple(drafts))

    async def editable(self, actor: Actor) -> list[Event]:
        """Return up to 25 coming events for a moderator's list, those not out yet first. Raises NotAllowed."""
        actor.check(Action.ANNOUNCE)
        now = self._clock()
        async with self._database.reading() as reading:
            waiting = await store.waiting_to_go(reading, actor.guild_id, now, 25)
            out = await store.coming(reading, actor.guild_id, "", (0, 0), now, now + _FAR, 25)
        return [*waiting, *out][:25]

    async def cancellable(self, actor: Actor) -> list[Event]:
        """Return up to 25 coming events that can be called off; a draft is discarded instead. Raises NotAllowed."""
        return [event for event in await self.editable(actor) if event.may(Moved.CANCEL, self._clock())]

    async def next_event(self, guild_id: int, sectors: tuple[str, ...] = ()) -> Event | None:
        """Return the next event for anybody of these sectors, for greeting cards; None while nothing is planned."""
        now = self._clock()
        async with self._database.reading() as reading:
            found = await store.coming(reading, guild_id, "", (0, 0), now, now + _FAR, 25)
        fitting = [event for event in found if not event.sectors or not sectors or set(event.sectors) & set(sectors)]
        return fitting[0] if fitting else None

    async def signups_of(self, guild_id: int, user_id: int) -> list[tuple[Event, SignUp]]:
        """Return everything somebody answered, with the events, for `/profile` and the download of their data."""
        async with self._database.reading() as reading:
            answers = await signup_store.of_person(reading, guild_id, user_id)
            known = await store.find_all(reading, guild_id, [given.event_id for given in answers])
        return [(known[given.event_id], given) for given in answers if given.event_id in known]

    async def reminder(self, guild_id: int, reminder_id: int) -> tuple[Reminder, Seen] | None:
        """Return a reminder with its event as that person sees it, None where either is gone."""
        async with self._database.reading() as reading:
            wish = await signup_store.find_reminder(reading, guild_id, reminder_id)
            event = await store.find(reading, guild_id, wish.event_id) if wish else None
            if wish is None or event is None:
                return None
            given = await signup_store.signup(reading, guild_id, event.id, wish.user_id)
            return wish, Seen(event, Counts(), given.answer if given else None)

    async def _found(self, reading: Reading, guild_id: int, event_id: int) -> Event:
        event = await store.find(reading, guild_id, event_id)
        if event is None:
            raise NotFound("event")
        return event

    async def _seen(self, reading: Reading, actor: Actor, event: Event) -> Seen:
        given = await signup_store.signup(reading, event.guild_id, event.id, actor.user_id)
        wishes = await signup_store.reminders_for(reading, event.guild_id, actor.user_id)
        return Seen(
            event,
            await _counts(reading, event.guild_id, event.id),
            given.answer if given else None,
            tuple(sorted((wish.hours for wish in wishes if wish.event_id == event.id), reverse=True)),
        )


_NOT_OUT = frozenset({State.DRAFT, State.SCHEDULED})


async def _counts(reading: Reading, guild_id: int, event_id: int) -> Counts:
    subject = str(event_id)
    return Counts(
        taken=await counters.value(reading, guild_id, _TAKEN, subject),
        going=await counters.value(reading, guild_id, f"events.{Answer.GOING}", subject),
        maybe=await counters.value(reading, guild_id, f"events.{Answer.MAYBE}", subject),
        waiting=await counters.value(reading, guild_id, f"events.{Answer.WAITING}", subject),
    )


def _key(after: str, otherwise: int) -> tuple[int, int]:
    start, _, number = after.partition(".")
    return (int(start), int(number)) if start.isdigit() and number.isdigit() else (otherwise, otherwise)


def _written_key(event: Event) -> str:
    return f"{round(event.starts.timestamp()) * 1_000_000}.{event.id}"


def _month_end(now: datetime, zone: str) -> datetime:
    """Return the first instant of the next month on the server's clocks."""
    local = now.astimezone(ZoneInfo(zone))
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)
