"""What the people of the story do, each through the service that a command of theirs would have called."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.actor import Actor
from bot.demo.simulator import Simulator
from bot.demo.story import Asked, Gathering, Person, Promise, Step
from bot.events.model import Answer, Basics, Extras, Options
from bot.members.model import Registration
from bot.pledges.model import Act, Draft, Pledge, Review, Visibility

Happening = Callable[[], Awaitable[None]]
Plan = Callable[[float, Happening], None]
"""(days before the demo starts, what happens then)"""

_ANSWERED_AFTER = 0.5
"""Days between an announcement and the answers to it."""


class Deeds:
    """Makes what happens out of the story's entries; what an entry leads to later is planned with ``plan``."""

    def __init__(self, simulator: Simulator, actors: Mapping[str, Actor], now: datetime, plan: Plan) -> None:
        self._simulator = simulator
        self._actors = actors
        self._now = now
        self._plan = plan

    def _by_the_bot(self, work: Callable[[], Coroutine[Any, Any, None]]) -> Happening:
        return lambda: self._simulator.inside(work())

    def join(self, person: Person) -> Happening:
        """Somebody registers."""

        async def work() -> None:
            services = self._simulator.bot.services
            actor = self._actors[person.key]
            draft = await services.members.prepare(
                actor,
                Registration(
                    sectors=person.sectors,
                    organisation=person.organisation,
                    offers=person.offers,
                    visibility=person.visibility,
                    reach=person.reach,
                    consent_version=services.content.coalition.notice_version,
                ),
            )
            await services.members.save(actor, draft.id)

        return self._by_the_bot(work)

    def pledge(self, promise: Promise) -> Happening:
        """Somebody pledges, and its steps follow."""

        async def work() -> Pledge:
            services = self._simulator.bot.services
            actor = self._actors[promise.by]
            action = services.content.actions[promise.action] if promise.action else None
            title, done_when = (action.title.text("en"), action.done_when.text("en")) if action else ("", "")
            draft = Draft(
                what=promise.what or title,
                done_when=promise.done_when or done_when,
                due=None if promise.due_in is None else self._simulator.now + timedelta(days=promise.due_in),
                help_wanted=promise.help_wanted,
                visibility=Visibility(promise.visibility),
                action=promise.action,
                for_organisation=promise.for_organisation,
                only_if=promise.only_if,
            )
            pledge = await services.pledges.save_draft(actor, draft)
            if pledge.review is not Review.BEFORE:
                pledge = await services.pledges.submit(actor, pledge.id)
            return pledge

        async def happen() -> None:
            pledge = await self._simulator.inside(work())
            for step in promise.steps:
                self._plan(step.ago, self._step(promise, pledge.id, step))
            last = promise.steps[-1].ago if promise.steps else promise.made
            for key in promise.joined:
                self._plan(max(0.0, last - _ANSWERED_AFTER), self._join(key, pledge.id))

        return happen

    def _step(self, promise: Promise, pledge_id: int, step: Step) -> Happening:
        async def work() -> None:
            pledges = self._simulator.bot.services.pledges
            actor = self._actors[step.by or promise.by]
            match step.act:
                case Act.SUBMIT:
                    await pledges.submit(actor, pledge_id)
                case Act.APPROVE:
                    await pledges.approve(actor, pledge_id)
                case Act.ASK_CHANGES:
                    await pledges.ask_changes(actor, pledge_id, step.reason)
                case Act.DECLINE:
                    await pledges.decline(actor, pledge_id, step.reason)
                case Act.PROGRESS:
                    await pledges.progress(
                        actor, pledge_id, progress=step.percent, note=step.note, evidence=step.evidence or None,
                        needs_help=step.help,
                    )  # fmt: skip
                case Act.DONE:
                    await pledges.done(actor, pledge_id, step.note, step.evidence)
                case Act.CONFIRM:
                    await pledges.confirm(actor, pledge_id)
                case Act.NOT_YET:
                    await pledges.not_yet(actor, pledge_id, step.reason)
                case Act.PARTLY:
                    await pledges.partly(actor, pledge_id, step.note)
                case Act.CANT:
                    await pledges.cannot(actor, pledge_id, step.note)
                case Act.WITHDRAW:
                    await pledges.withdraw(actor, pledge_id)

        return self._by_the_bot(work)

    def _join(self, key: str, pledge_id: int) -> Happening:
        async def work() -> None:
            await self._simulator.bot.services.pledges.join(self._actors[key], pledge_id)

        return self._by_the_bot(work)

    def gather(self, event: Gathering, zone: ZoneInfo) -> Happening:
        """Somebody announces an event, people answer, and it may be called off."""
        day = self._now.astimezone(zone).date() + timedelta(days=event.starts_in)

        async def work() -> int:
            events = self._simulator.bot.services.events
            actor = self._actors[event.by]
            basics = Basics(
                event.title, f"{day} {event.at}", f"{event.minutes} min", event.where, event.text, event.type
            )
            made = await events.plan(actor, basics)
            await events.change_extras(actor, made.id, Extras(event.text, event.link))
            if event.capacity is not None or event.closed:
                options = Options(str(event.capacity or ""), closed=event.closed, type=event.type)
                await events.change_options(actor, made.id, options)
            if event.sectors:
                await events.choose_sectors(actor, made.id, event.sectors)
            if not event.draft:
                await events.post(actor, made.id, split=False)
            return made.id

        async def happen() -> None:
            event_id = await self._simulator.inside(work())
            self._plan(max(0.0, event.ago - _ANSWERED_AFTER), self._answers(event, event_id))
            if event.cancelled is not None:
                self._plan(event.cancelled.ago, self._call_off(event, event_id, event.cancelled.reason))

        return happen

    def _answers(self, event: Gathering, event_id: int) -> Happening:
        async def work() -> None:
            events = self._simulator.bot.services.events
            for answer, people in ((Answer.GOING, event.going), (Answer.MAYBE, event.maybe)):
                for key in people:
                    await events.sign_up(self._actors[key], event_id, answer)

        return self._by_the_bot(work)

    def _call_off(self, event: Gathering, event_id: int, reason: str) -> Happening:
        async def work() -> None:
            await self._simulator.bot.services.events.cancel(self._actors[event.by], event_id, reason)

        return self._by_the_bot(work)

    def ask(self, asked: Asked) -> Happening:
        """Somebody hands a question to the organisers."""

        async def work() -> None:
            await self._simulator.bot.services.faqs.hand_over(self._actors[asked.by], asked.text, named=asked.named)

        return self._by_the_bot(work)
