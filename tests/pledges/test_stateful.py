"""Any sequence of clicks by several people, some at the same time, over the services on a real database.

Whatever happens, a pledge stands where the table of its life lets it stand, nothing is decided twice, the
history only grows, and every figure is what a recount gives. ``pytest -s`` prints which rules fired.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Table, select

from bot.errors import CogwheelError, StorageUnavailable
from bot.pledges.acting import counter_of
from bot.pledges.company_store import changes, joiners
from bot.pledges.history_store import history
from bot.pledges.model import (
    CHANGE_DECISIONS,
    ON_THE_DESK,
    RULES,
    TAKES_PART,
    Act,
    Pledge,
    Review,
    Status,
    Visibility,
    Who,
    possible,
)
from bot.pledges.queue_store import takes
from bot.pledges.store import from_row, pledges
from bot.storage import counters
from bot.storage.triggers import marks
from tests.pledges.room import ANNA, BEN, GUILD, OLGA, OTTO, Room, room

MAKERS, ORGANISERS = st.sampled_from([ANNA, ANNA, BEN, BEN, OTTO]), st.sampled_from([OLGA, OTTO])
ANYBODY = st.sampled_from([ANNA, BEN, OLGA, OTTO])
WHICH, CHOICE = st.integers(0, 10**6), st.integers(0, 10**6)
STRAY = st.sampled_from([False, False, False, False, True])
REASON = st.sampled_from(["Too vague", "By when?", "It is done", "So be it", "", "x" * 501])
MAKER_ACTS = sorted({r.act for r in RULES if r.who is Who.MAKER})
REVIEWER_ACTS = sorted({r.act for r in RULES if r.who is Who.REVIEWER})
FIGURES = ("pledges.active", "pledges.kept", "pledges.declared")
LAST_ACTS = {Act.WITHDRAW, Act.PARTLY, Act.CANT}
ENDS = {Status.WITHDRAWN, Status.PARTLY_KEPT, Status.CLOSED}
WAYS = {(r.act, source, r.target) for r in RULES for source in r.sources} | {(Act.SAVE, Status.DRAFT, Status.DRAFT)}

Line = tuple[Act, Status, Status, int | None]


class Life(RuleBasedStateMachine):
    """Two makers, two organisers (Ben and Olga are of one organisation), one of whom pledges too, and time."""

    fired: ClassVar[Counter[str]] = Counter()
    worked: ClassVar[Counter[str]] = Counter()
    examples: ClassVar[Counter[str]] = Counter()
    lives: ClassVar[set[tuple[str, ...]]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.folder = tempfile.TemporaryDirectory()
        self.past: dict[int, list[Line]] = {}
        self.newest: dict[int, int] = {}
        self.waits: dict[int, int] = {}
        self.stands: dict[int, tuple[Status, Review, int | None]] = {}
        self.room: Room = self.run(self.stack.enter_async_context(room(Path(self.folder.name), ())))
        Life.examples["made"] += 1

    def run(self, work: Awaitable[Any]) -> Any:
        """Do it on this example's loop."""
        return self.runner.run(_awaited(work))

    def teardown(self) -> None:
        """Close the database, and remember how the pledges of this example lived."""
        for lines in self.past.values():
            Life.lives.add(tuple(act.value for act, *_ in lines))
        self.run(self.stack.aclose())
        self.runner.close()
        self.folder.cleanup()

    @initialize()
    def people(self) -> None:
        """Everybody is registered."""
        self.house = self.run(self.room.organisation("The House"))
        for who in (ANNA, BEN, OLGA, OTTO):
            self.join_in(who)

    def join_in(self, who: int) -> None:
        """Register somebody, also again after they were erased."""
        self.run(self.room.register(who, organisation=self.house if who in (BEN, OLGA) else None))

    def attempt(self, name: str, work: Awaitable[Any]) -> Any:
        """Do it; a refusal is an answer, a fault is not."""
        Life.fired[name] += 1
        self.room.pass_time(seconds=7)
        try:
            done = self.run(work)
        except StorageUnavailable:
            raise
        except CogwheelError as error:
            return error
        Life.worked[name] += 1
        return done

    def pick(self, which: int) -> tuple[int, tuple[Status, Review, int | None]]:
        """One of the newest pledges that something can still become of, and how it stands."""
        numbers = [number for number in sorted(self.stands) if self.stands[number][0] not in ENDS] or [*self.stands]
        number = numbers[-1 - which % min(3, len(numbers))]
        return number, self.stands[number]

    # What makers do.

    @rule(
        who=MAKERS,
        review=st.sampled_from([Review.BEFORE, Review.BEFORE, Review.AFTER, Review.NONE]),
        only_if=st.sampled_from([0, 0, 1]),
        ours=st.booleans(),
        shown=st.sampled_from(Visibility),
        ready=st.booleans(),
    )
    def begins(self, who: int, review: Review, only_if: int, ours: bool, shown: Visibility, ready: bool) -> None:
        """Make a draft, perhaps ask somebody, and perhaps hand it in."""
        service, me = self.room.pledges, self.room.person(who)
        draft = self.room.draft(review, only_if=only_if, for_organisation=ours, visibility=shown)
        made = self.attempt("save draft", service.save_draft(me, draft))
        if isinstance(made, Pledge) and ready:
            self.attempt("invite", service.invite(me, made.id, {ANNA, BEN, OTTO} - {who}))
            self.attempt("submit", service.submit(me, made.id))
            self.attempt("approve one's own", service.approve(me, made.id))

    @precondition(lambda self: self.stands)
    @rule(which=WHICH, choice=CHOICE, stray=STRAY, words=st.sampled_from(["Other words", "Yet others"]))
    def the_maker_moves(self, which: int, choice: int, stray: bool, words: str) -> None:
        """Mostly the maker, mostly with something that is possible now."""
        number, (status, review, maker) = self.pick(which)
        service = self.room.pledges
        me = self.room.person(BEN if stray or not maker else maker)
        acts = list(MAKER_ACTS) if stray else [*possible(status, review, Who.MAKER)]
        if not stray and choice % 6:
            acts = [act for act in acts if act not in LAST_ACTS]
        acts += [Act.SAVE] if status in (Status.DRAFT, Status.CHANGES_ASKED) else []
        if not acts:
            return
        act = sorted(acts)[choice // 6 % len(acts)]
        draft = self.room.draft(Review.BEFORE, what=words, visibility=list(Visibility)[choice % 3])
        ways: dict[Act, Callable[[], Awaitable[Any]]] = {
            Act.SAVE: lambda: service.save_draft(me, draft, number),
            Act.SUBMIT: lambda: service.submit(me, number),
            Act.PROGRESS: lambda: service.progress(me, number, progress=25 * (1 + choice % 4), needs_help=True),
            Act.CHANGE: lambda: service.change(me, number, draft),
            Act.DONE: lambda: service.done(me, number, "It went well", "https://example.org/x"),
            Act.PARTLY: lambda: service.partly(me, number, "Half of it"),
            Act.CANT: lambda: service.cannot(me, number, ""),
            Act.WITHDRAW: lambda: service.withdraw(me, number),
            Act.REOPEN: lambda: service.reopen(me, number),
        }
        self.attempt(act.value, ways[act]())

    # What organisers do.

    @precondition(lambda self: self.stands)
    @rule(who=ORGANISERS, which=WHICH, choice=CHOICE, stray=STRAY, reason=REASON)
    def an_organiser_moves(self, who: int, which: int, choice: int, stray: bool, reason: str) -> None:
        """Mostly with something that is possible now; sometimes on their own side's."""
        number, (status, review, maker) = self.pick(which)
        if not stray and self.waits and choice % 3 == 0:
            number = [*self.waits][choice % len(self.waits)]
            status, review, maker = self.stands[number]
        service, me = (
            self.room.pledges,
            self.room.person(who if stray or choice % 4 == 0 else OLGA if maker == OTTO else OTTO),
        )
        acts = list(REVIEWER_ACTS) if stray else [*possible(status, review, Who.REVIEWER)]
        if not stray and status is Status.ACTIVE:
            acts.remove(Act.UNIMPORT)  # nothing here came from a file
            acts = [act for act in acts if (act in CHANGE_DECISIONS) == (number in self.waits)]
        if not acts:
            return
        act = sorted(acts)[choice % len(acts)]
        ways: dict[Act, Callable[[], Awaitable[Any]]] = {
            Act.APPROVE: lambda: service.approve(me, number),
            Act.CONFIRM: lambda: service.confirm(me, number),
            Act.ACCEPT_CHANGE: lambda: service.accept_change(me, number, self.waits.get(number, 0)),
            Act.DECLINE: lambda: service.decline(me, number, reason),
            Act.ASK_CHANGES: lambda: service.ask_changes(me, number, reason),
            Act.NOT_YET: lambda: service.not_yet(me, number, reason),
            Act.REFUSE_CHANGE: lambda: service.refuse_change(me, number, reason),
        }
        way = ways.get(act)
        self.attempt(act.value, way() if way else service.take_back(me, number, act, reason))

    @precondition(lambda self: self.stands)
    @rule(who=ORGANISERS, which=WHICH, how=st.sampled_from(["take", "let_go", "approve_lot"]))
    def an_organiser_looks_after_the_queue(self, who: int, which: int, how: str) -> None:
        """Take one on, let it go, or approve many."""
        number, me = self.pick(which)[0], self.room.person(who)
        more = (2**62, 5) if how == "approve_lot" else ()
        self.attempt(how, getattr(self.room.pledges, how)(me, number, *more))

    @precondition(lambda self: self.stands)
    @rule(which=WHICH)
    def three_at_once(self, which: int) -> None:
        """Two organisers and the maker press at the same moment: one of them moves it, or nobody."""
        number, (_status, _review, maker) = self.pick(which)
        service, before = self.room.pledges, len(self.past[number])
        Life.fired["three at once"] += 1

        async def together() -> list[Any]:
            pressed = (
                service.approve(self.room.person(OTTO), number),
                service.decline(self.room.person(OLGA), number, "Too vague"),
                service.withdraw(self.room.person(maker or ANNA), number),
            )
            return list(await asyncio.gather(*pressed, return_exceptions=True))

        results = self.run(together())
        assert all(isinstance(one, Pledge | CogwheelError) for one in results), results
        Life.worked["three at once"] += any(isinstance(one, Pledge) for one in results)
        self.remember()
        decided = [act for act, *_ in self.past[number][before:] if act in (Act.APPROVE, Act.DECLINE)]
        assert len(decided) <= 1

    @rule(seed=st.integers(0, 2**32), length=st.integers(10, 40))
    def a_busy_day(self, seed: int, length: int) -> None:
        """Many clicks in a row, mostly possible ones, before anybody looks whether all is well."""
        dice = random.Random(seed)
        for _ in range(length):
            which, choice, stray = dice.randrange(6), dice.randrange(60), dice.random() < 0.1
            alive = [one for one in self.stands.values() if one[0] not in ENDS]
            if len(alive) < 2 or dice.random() < 0.1:
                kinds, seen = [*Review, Review.BEFORE], dice.choice([*Visibility])
                self.begins(
                    dice.choice([ANNA, BEN, OTTO]), dice.choice(kinds), dice.choice([0, 0, 1]), False, seen, True
                )
            elif dice.random() < 0.45:
                self.the_maker_moves(which, choice, stray, dice.choice(["Other words", "Yet others"]))
            elif dice.random() < 0.7:
                self.an_organiser_moves(dice.choice([OLGA, OTTO]), which, choice, stray, "A reason")
            else:
                how = dice.choice(["join", "join", "leave_join", "answer"])
                self.others_join(dice.choice([ANNA, BEN, OTTO]), which, how, dice.random() < 0.8)
            self.stand()

    # What others do, and what time does.

    @precondition(lambda self: self.stands)
    @rule(who=ANYBODY, which=WHICH, how=st.sampled_from(["join", "leave_join", "answer"]), yes=st.booleans())
    def others_join(self, who: int, which: int, how: str, yes: bool) -> None:
        """Join, leave again, or answer who asked."""
        number, me = self.pick(which)[0], self.room.person(who)
        more = (yes,) if how == "answer" else ()
        self.attempt(how, getattr(self.room.pledges, how)(me, number, *more))

    @precondition(lambda self: len(self.stands) > 2)
    @rule(who=ANYBODY, really=st.integers(0, 3))
    def is_erased(self, who: int, really: int) -> None:
        """Somebody goes without a trace, and comes back as somebody new."""
        if really == 3:
            self.attempt("erase", self.room.services.privacy.erase(GUILD, who))
            self.remember(erased=who)
            self.join_in(who)

    @rule(days=st.sampled_from([1, 2, 3, 4, 31, 130]))
    def time_goes_by(self, days: int) -> None:
        """Days pass, and the nightly round comes."""
        self.room.pass_time(days=days)
        self.attempt("sweep", self.room.pledges.sweep())

    # What is always so.

    def rows(self, table: Table) -> list[Any]:
        """Every row of the server, by its key."""

        async def read() -> list[Any]:
            async with self.room.services.database.reading() as reading:
                return list(await reading.all(select(table).where(table.c.guild_id == GUILD)))

        found: list[Any] = self.run(read())
        return found

    def stand(self) -> None:
        """Look how every pledge stands now."""
        here = [from_row(row) for row in self.rows(pledges)]
        self.stands = {one.id: (one.status, one.review, one.maker_id) for one in here}
        self.waits = {row["pledge_id"]: row["proposed_at"] for row in self.rows(changes)}

    def remember(self, erased: int | None = None) -> None:
        """Compare the history with what it was: it has only grown, and only by what the table allows."""
        self.stand()
        now: dict[int, list[Line]] = {number: [] for number in self.stands}
        self.newest = {}
        for row in sorted(self.rows(history), key=lambda row: row["id"]):
            assert row["pledge_id"] in now, "a history belongs to something"
            line = (Act(row["act"]), Status(row["source"]), Status(row["target"]), row["by_id"])
            now[row["pledge_id"]].append(line)
            self.newest[row["pledge_id"]] = row["at"]
        for number, lines in self.past.items():
            if number not in now:
                ended = lines[-1][2] if lines else Status.DRAFT
                assert erased is not None or ended is Status.DRAFT, "only erasing takes away more than a draft"
                continue
            kept = [(a, s, t, None if by == erased else by) for a, s, t, by in lines]
            assert now[number][: len(lines)] == kept
        self.past = now

    @invariant()
    def every_pledge_stands_where_the_table_lets_it(self) -> None:
        self.remember()
        for row in self.rows(pledges):
            lines = self.past[row["id"]]
            assert lines[-1][2] == row["status"]
            assert {(act, source, target) for act, source, target, _ in lines} <= WAYS
            for earlier, later in pairwise(lines):
                assert later[1] == earlier[2], "each step begins where the one before ended"
            assert (lines[0][0], lines[0][1]) == (Act.SAVE, Status.DRAFT)
            if row["status"] not in (Status.DRAFT, Status.CHANGES_ASKED):  # there is no line for each saving of a form
                assert row["changed_at"] == self.newest[row["id"]], "no step without a line in the history"

    @invariant()
    def nobody_decides_on_their_own_sides(self) -> None:
        for row in self.rows(pledges):
            own = {row["maker_id"]} - {None} | ({BEN, OLGA} if row["organisation_id"] == self.house else set())
            assert not [act for act, *_, by in self.past[row["id"]] if act in REVIEWER_ACTS and by in own]

    @invariant()
    def every_figure_is_what_a_recount_gives(self) -> None:
        true: Counter[tuple[str, str]] = Counter()
        for row in self.rows(pledges):
            pledge = from_row(row)
            name = counter_of(pledge)
            if name is not None and pledge.visibility is not Visibility.HIDDEN:
                true[name, pledge.sector] += 1
        kept = {
            (row["name"], row["subject"]): row["value"]
            for row in self.rows(counters.counters)
            if row["name"] in FIGURES and row["value"]
        }
        assert kept == dict(true)

    @invariant()
    def what_is_on_the_desk_waits_there_and_nothing_else(self) -> None:
        proposed = {row["pledge_id"] for row in self.rows(changes)}
        waiting, active = set(), set()
        inside = Counter(row["pledge_id"] for row in self.rows(joiners) if row["part"] in TAKES_PART)
        for row in self.rows(pledges):
            on_desk = row["status"] in ON_THE_DESK or (row["status"] == Status.ACTIVE and row["id"] in proposed)
            assert (row["queued_at"] is not None) == on_desk
            assert row["joined"] == inside[row["id"]]
            waiting |= {row["id"]} if on_desk else set()
            active |= {row["id"]} if row["status"] == Status.ACTIVE else set()
            if row["status"] == Status.WAITING:
                assert row["joined"] < row["only_if"]
        assert proposed <= active
        assert {row["pledge_id"] for row in self.rows(takes)} <= waiting
        assert self.run(self.room.pledges.waiting(GUILD)) == len(waiting)
        assert self.rows(marks) == []


async def _awaited(work: Awaitable[Any]) -> Any:
    return await work


def test_no_sequence_of_clicks_breaks_a_promise() -> None:
    """Twenty examples of up to fifteen steps, some of them of many clicks."""
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=20,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
    print(f"\n{Life.examples['made']} examples; rules fired (of them not refused):")
    for name, count in sorted(Life.fired.items()):
        print(f"  {name:28} {count:5} ({Life.worked[name]})")
    print("some of the lives that came of it:")
    for acts in sorted(Life.lives, key=len)[-5:]:
        print("  " + ", ".join(acts))
    assert len(Life.lives) > 10
