"""Asking, answering, and what nobody could answer yet."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from bot.actor import Action, Actor
from bot.clock import Clock
from bot.content.model import Content, Faq
from bot.delivery.outbox import Outbox
from bot.errors import AlreadyDecided, Invalid, NotFound, Paused, TextStopped
from bot.faq import store
from bot.faq.model import (
    ANSWER_LIMIT,
    ASKER_KEPT,
    GAP_KEPT,
    MOST_OPEN,
    QUESTION_LIMIT,
    Page,
    Question,
    Reply,
    State,
    Stopped,
)
from bot.faq.search import MAX_SUGGESTED, Answer, DontKnow, Outcome, Search, WhichOfThese, Why, ask, normal
from bot.guard.gate import Gate
from bot.guard.model import Where
from bot.members.service import Members
from bot.servers.service import Servers
from bot.storage import counters
from bot.storage.database import Database, Reading, Transaction

PAGE = 5
_FIRST = 2**62
_FOLDED_LIMIT = 200
_ASKED_LIMIT = 90


class Engine(Search, Protocol):
    """A search engine that also completes what is being typed. Built once for a version of the content."""

    def autocomplete(self, text: str, locale: str, useful: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        """Up to 25 pairs of question and slug."""


class Faqs:
    """Use cases around questions of one coalition."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        gate: Gate,
        content: Content,
        members: Members,
        servers: Servers,
        engine: Engine,
        clock: Clock,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._gate = gate
        self._content = content
        self._members = members
        self._servers = servers
        self._engine = engine
        self._clock = clock

    # Asking.

    async def suggest(self, actor: Actor, typed: str) -> list[tuple[str, str]]:
        """Return up to 25 (question, slug) for what is typed so far; for nothing typed the most helpful first."""
        useful: tuple[str, ...] = ()
        if not typed.strip():
            async with self._database.reading() as reading:
                helpful = await counters.read(reading, actor.guild_id, "faq.helpful")
            useful = tuple(sorted((slug for slug, count in helpful.items() if count > 0), key=lambda s: -helpful[s]))
        return self._engine.autocomplete(typed, actor.locale, useful)

    async def ask(self, actor: Actor, text: str) -> Reply:
        """Return one of the three honest outcomes for a question in somebody's own words.

        A text that sounds like a real case is answered too, with ``stopped`` set, and never stored. Otherwise a
        question that nothing fits is noted as a gap, without the asker. Raises Invalid, and TextStopped for a text
        that points at material.
        """
        text = text.strip()
        if not text:
            raise Invalid("question", "empty")
        stopped = self._stopped(actor, question=text)
        # The guard speaks before the length does: a form that is merely too long is kept for Fix it.
        if stopped is None and len(text) > QUESTION_LIMIT:
            raise Invalid("question", "too long", limit=QUESTION_LIMIT)
        outcome = ask(self._engine, text, actor.locale)
        gap = isinstance(outcome, DontKnow) and outcome.why is Why.NO_MATCH
        if stopped is not None:
            return Reply(self._about_help(outcome), stopped)
        if not gap:
            return Reply(outcome)
        async with self._database.reading() as reading:
            slug = await store.pointed(reading, actor.guild_id, _folded(text))
        if slug is not None and slug in self._content.faqs:
            return Reply(Answer(slug))
        if actor.paused:
            return Reply(outcome)
        await self._note(actor.guild_id, text)
        return Reply(outcome, noted=True)

    def _about_help(self, outcome: Outcome) -> Outcome:
        """Return what may stand below the help card: of mere suggestions only those about reporting and help."""
        if not isinstance(outcome, WhichOfThese):
            return outcome
        kept = tuple(slug for slug in outcome.slugs if self._content.faqs[slug].sensitive)
        return WhichOfThese(kept) if kept else DontKnow()

    def fitting(self, actor: Actor, text: str) -> tuple[list[Faq], Stopped | None]:
        """Return up to three entries for somebody's message, for staff; nothing is stored.

        Raises NotAllowed, Invalid where the message has no words, and TextStopped for one that points at material.
        """
        actor.check(Action.KNOWLEDGE)
        if not text.strip():
            raise Invalid("message", "no words")
        stopped = self._stopped(actor, message=text)
        return self._nearest(text, actor.locale), stopped

    def _nearest(self, text: str, locale: str) -> list[Faq]:
        hits = self._engine.rank(text, locale, MAX_SUGGESTED)
        return [self._content.faqs[hit.slug] for hit in hits if hit.score >= self._engine.thresholds.suggest]

    def _stopped(self, actor: Actor, **texts: str) -> Stopped | None:
        try:
            # Looking something up is no post, so a pause does not stand in its way.
            self._gate.admit(replace(actor, paused=False), Where.QUESTION, **texts)
        except TextStopped as error:
            if error.structural:
                raise
            return Stopped(error.field, error.kind)
        return None

    async def _note(self, guild_id: int, text: str) -> None:
        async def work(tx: Transaction) -> None:
            alike = await store.open_alike(tx, guild_id, _folded(text))
            if alike:
                await store.again(tx, guild_id, alike[0].id)
            else:
                await store.add(tx, guild_id, text, _folded(text), self._clock())

        await self._database.write(work)

    def entry(self, slug: str) -> Faq:
        """Return an entry. Raises NotFound."""
        found = self._content.faqs.get(slug)
        if found is None:
            raise NotFound("answer")
        return found

    def entry_of(self, question: Question) -> Faq | None:
        """Return the entry that a question was answered with, None where there is none (any more)."""
        return self._content.faqs.get(question.slug or "")

    def check_share(self, actor: Actor) -> None:
        """Raise Paused for somebody who may not post here at present."""
        if actor.paused:
            raise Paused

    async def vote(self, actor: Actor, slug: str, helpful: bool) -> None:
        """Set the person's one vote on an answer; a second one takes the place of the first. Raises NotFound."""
        self.entry(slug)

        async def work(tx: Transaction) -> None:
            before = await store.change_vote(tx, actor.guild_id, slug, actor.user_id, helpful)
            if before is not None:
                await counters.add(tx, actor.guild_id, _counter(before), slug, -1)
            await counters.add(tx, actor.guild_id, _counter(helpful), slug, +1)

        await self._database.write(work)

    # Handing a question to the organisers.

    async def hand_over(self, actor: Actor, text: str, *, named: bool) -> Question:
        """Give the organisers a question; ``named`` lets them see who asks.

        The same words from the same person, still open, are the same question. Raises Paused, TextStopped, Invalid.
        """
        if actor.paused:
            raise Paused
        if not text:
            raise Invalid("question", "empty")
        self._gate.admit(actor, Where.QUESTION, question=text)
        if len(text) > QUESTION_LIMIT:
            raise Invalid("question", "too long", limit=QUESTION_LIMIT)
        await self._members.check_consent(actor)

        async def work(tx: Transaction) -> Question:
            guild, me, now = actor.guild_id, actor.user_id, self._clock()
            alike = await store.open_alike(tx, guild, _folded(text))
            mine = next((found for found in alike if found.asker_id == me), None)
            if mine is None and await store.waiting_of(tx, guild, me) >= MOST_OPEN:
                raise Invalid("question", "too many waiting", most=MOST_OPEN)
            taken = mine or next((found for found in alike if not found.handed), None)
            if taken is None:
                number = await store.add(tx, guild, text, _folded(text), now, me, named)
            else:
                number = taken.id
                await store.hand(tx, guild, number, me, named, text, now)
            await self._show(tx, guild, number)
            return await self._found(tx, guild, number)

        return await self._database.write(work)

    async def mine(self, actor: Actor, after: int | None = None) -> Page:
        """Return the person's own questions, five a page, newest first."""
        async with self._database.reading() as reading:
            found = await store.of_asker(reading, actor.guild_id, actor.user_id, after or _FIRST, PAGE + 1)
        return _page(found)

    async def my_question(self, actor: Actor, question_id: int) -> Question:
        """Return one of the person's own questions. Raises NotFound."""
        async with self._database.reading() as reading:
            found = await self._found(reading, actor.guild_id, question_id)
        if found.asker_id != actor.user_id:
            raise NotFound("question")
        return found

    # What organisers and moderators do with it.

    async def gaps(self, actor: Actor, after: int | None = None) -> Page:
        """Return the open questions of a server, five a page, newest first. Raises NotAllowed."""
        actor.check(Action.KNOWLEDGE)
        async with self._database.reading() as reading:
            found = await store.open_questions(reading, actor.guild_id, after or _FIRST, PAGE + 1)
        return _page(found)

    async def question(self, actor: Actor, question_id: int) -> Question:
        """Return a question for those who answer. Raises NotAllowed, NotFound."""
        actor.check(Action.KNOWLEDGE)
        async with self._database.reading() as reading:
            return await self._found(reading, actor.guild_id, question_id)

    async def open_question(self, actor: Actor, question_id: int) -> Question:
        """Return a question that can still be answered. Raises NotAllowed, NotFound, AlreadyDecided."""
        found = await self.question(actor, question_id)
        if found.state is not State.OPEN:
            raise _late(found)
        return found

    async def near(self, actor: Actor, question_id: int) -> list[Faq]:
        """Return up to three entries that may answer an open question. Raises as :meth:`open_question`."""
        found = await self.open_question(actor, question_id)
        return self._nearest(found.text, actor.locale)

    async def any(self, guild_id: int, question_id: int) -> Question | None:
        """Return a question for rendering a post, None where it is gone."""
        async with self._database.reading() as reading:
            return await store.find(reading, guild_id, question_id)

    async def answer(self, actor: Actor, question_id: int, text: str) -> Question:
        """Answer in one's own words; the asker is told. The first answer wins.

        Raises NotAllowed, NotFound, Invalid, TextStopped, AlreadyDecided (with who and when).
        """
        actor.check(Action.KNOWLEDGE)
        if not text:
            raise Invalid("answer", "empty")
        self._gate.admit(actor, Where.NOTE, answer=text)
        if len(text) > ANSWER_LIMIT:
            raise Invalid("answer", "too long", limit=ANSWER_LIMIT)
        return await self._decide(actor, question_id, State.ANSWERED, said=text)

    async def answer_with(self, actor: Actor, question_id: int, slug: str) -> Question:
        """Answer with an entry. Raises NotAllowed, NotFound, AlreadyDecided.

        A gap has nobody to be told: there it means that whoever types these words again gets this entry.
        """
        faq, asker = self.entry(slug), (await self.question(actor, question_id)).asker_id
        language = (await self._members.reach(actor.guild_id, asker))[2] if asker else None
        language = language or (await self._servers.settings(actor.guild_id)).locale
        return await self._decide(actor, question_id, State.ANSWERED, slug=slug, said=faq.question.text(language))

    async def close(self, actor: Actor, question_id: int) -> Question:
        """Close a question without an answer. Raises NotAllowed, NotFound, AlreadyDecided."""
        return await self._decide(actor, question_id, State.CLOSED)

    async def _decide(
        self, actor: Actor, question_id: int, state: State, *, said: str = "", slug: str | None = None
    ) -> Question:
        actor.check(Action.KNOWLEDGE)

        async def work(tx: Transaction) -> Question:
            guild, now = actor.guild_id, self._clock()
            before = await self._found(tx, guild, question_id)
            if state is State.ANSWERED and not before.handed and slug is None:
                raise NotFound("question")  # a gap: nobody waits, so nobody would read it
            answer = "" if slug else said
            if not await store.decide(tx, guild, question_id, state, actor.user_id, now, answer=answer, slug=slug):
                raise _late(before)
            after = await self._found(tx, guild, question_id)
            if after.handed:
                await self._show(tx, guild, question_id)
            if after.asker_id is not None:
                await self._tell(tx, after, said)
            return after

        return await self._database.write(work)

    async def _tell(self, tx: Transaction, question: Question, said: str) -> None:
        """Tell the asker: the question on the first line, below it the answer, or the entry that has it."""
        assert question.asker_id is not None
        kind = "faq.close" if question.state is State.CLOSED else "faq.entry" if question.slug else "faq.answer"
        asked = " ".join(question.text.split())
        if len(asked) > _ASKED_LIMIT:
            asked = asked[: _ASKED_LIMIT - 1] + "\N{HORIZONTAL ELLIPSIS}"
        detail = f"{asked}\n{said}".strip()
        await self._members.tell(tx, question.guild_id, question.asker_id, kind, question.id, detail)

    async def _show(self, tx: Transaction, guild_id: int, question_id: int) -> None:
        # Without the asker's id: the card must not lead to them unless they said so.
        await self._outbox.put(tx, guild_id, "faq.question", question_id)

    async def _found(self, reading: Reading, guild_id: int, question_id: int) -> Question:
        found = await store.find(reading, guild_id, question_id)
        if found is None:
            raise NotFound("question")
        return found

    # What comes round by itself, and what goes with a person.

    async def sweep(self) -> None:
        """Forget who asked 30 days after the answer, and gaps of half a year ago."""
        now = self._clock()

        async def work(tx: Transaction) -> None:
            for guild_id, question_id in await store.forget_askers(tx, now - ASKER_KEPT):
                await self._show(tx, guild_id, question_id)
            await store.drop_gaps(tx, now - GAP_KEPT)

        await self._database.write(work)

    async def forget(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Erase a person: their questions and votes go, and their name from what they answered."""
        for slug, helpful in await store.drop_votes(tx, guild_id, user_id):
            await counters.add(tx, guild_id, _counter(helpful), slug, -1)
        for question_id in await store.drop_person(tx, guild_id, user_id):
            await self._show(tx, guild_id, question_id)


def _folded(text: str) -> str:
    return normal(text)[:_FOLDED_LIMIT]


def _counter(helpful: bool) -> str:
    return "faq.helpful" if helpful else "faq.unhelpful"


def _late(question: Question) -> AlreadyDecided:
    return AlreadyDecided(f"question {question.state}", question.decided_by, question.decided_at)


def _page(found: list[Question]) -> Page:
    shown = tuple(found[:PAGE])
    return Page(shown, shown[-1].id if len(found) > PAGE else None)
