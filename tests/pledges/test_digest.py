"""The digest over real services and a real database: what it counts, what it hides, and when it comes by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid, NotAllowed
from bot.pledges.digest import store as digest_store
from bot.pledges.digest.model import (
    Digest,
    Flow,
    Move,
    Period,
    counted,
    months,
    next_first,
    shown,
    since,
    summed,
    typical,
)
from bot.pledges.digest.service import DIGEST, MONTHLY
from bot.pledges.model import RULES, Act, Review, Status, Visibility
from bot.servers.model import Channel
from bot.storage import counters
from bot.wheel.figures import Figure
from tests.pledges import room as rooms
from tests.pledges.room import ADA, ANNA, BEN, CARL, GUILD, OLGA, OTTO, Room

DESK = 900
THREE = (ANNA, BEN, CARL)


@asynccontextmanager
async def room(folder: Path, registered: tuple[int, ...] = (ANNA, BEN)) -> AsyncIterator[Room]:
    """A server in which the partners of each sector have been counted."""
    async with rooms.room(folder, registered) as here:
        await here.services.members.recount()
        yield here


async def look(here: Room, period: Period = Period.MONTH) -> Digest:
    found: Digest = await here.services.digests.look(GUILD, period)
    return found


async def day_counters(here: Room) -> dict[tuple[str, str], int]:
    """Every counter of a day that is not zero, by its name and sector."""
    async with here.services.database.reading() as reading:
        stored = await digest_store.counted(reading, GUILD, date(2020, 1, 1), date(2040, 1, 1))
    return {key[1:]: number for key, number in stored.items() if number}


# ------------------------------------------------------------------------------------------------ counting


async def test_an_empty_coalition_has_a_digest(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        found = await look(here)
        assert found.empty
        assert (found.totals.made, found.active, found.decisions, found.waiting) == (Figure(), Figure(), 0, 0)
        assert len(found.months) == 12
        assert found.months[-1].first == date(2026, 3, 1)


async def test_what_happens_is_in_the_digest_at_once(tmp_path: Path) -> None:
    async with room(tmp_path, THREE) as here:
        kept = await here.active(ANNA)
        await here.active(BEN)
        await here.handed_in(CARL)
        await here.pledges.done(here.person(ANNA), kept.id, "All of it", "")
        await here.pledges.confirm(here.person(OTTO), kept.id)
        found = await look(here)
        assert found.totals.made == Figure(3)
        assert found.totals.approved == Figure(2)
        assert found.totals.kept == Figure(1)
        assert found.active == Figure(1)
        assert found.months[-1].active == Figure(1)
        assert found.freshness.fresh == Figure(1)
        assert (found.waiting, found.by_sector[0].made) == (1, Figure(3))


@pytest.mark.parametrize(
    ("act", "name"), [("partly", "partly"), ("cannot", "closed")]
)  # the two ways to end a pledge with honour
async def test_an_end_with_honour_is_counted_as_what_it_is(tmp_path: Path, act: str, name: str) -> None:
    async with room(tmp_path, THREE) as here:
        pledge = await here.active(ANNA)
        await getattr(here.pledges, act)(here.person(ANNA), pledge.id, "Half of it")
        found = await look(here)
        assert getattr(found.totals, name) == Figure(1)
        assert (found.totals.kept, found.active) == (Figure(), Figure())


async def test_what_is_kept_by_ones_own_word_stands_apart(tmp_path: Path) -> None:
    async with room(tmp_path, THREE) as here:
        pledge = await here.active(ANNA, Review.NONE)
        await here.pledges.done(here.person(ANNA), pledge.id)
        found = await look(here)
        assert (found.totals.declared, found.totals.kept) == (Figure(1), Figure())


async def test_what_is_taken_back_was_not(tmp_path: Path) -> None:
    async with room(tmp_path, THREE) as here:
        pledge = await here.active(ANNA)
        here.pass_time(days=40)
        await here.pledges.take_back(here.person(OTTO), pledge.id, Act.UNAPPROVE, "Too early")
        found = await look(here, Period.QUARTER)
        assert (found.totals.approved, found.totals.made, found.active) == (Figure(), Figure(1), Figure())
        await here.pledges.ask_changes(here.person(OTTO), pledge.id, "A date, please")
        assert (await look(here, Period.QUARTER)).totals.made == Figure(), "back with its maker"


async def test_a_pledge_is_in_the_months_in_which_it_was_active(tmp_path: Path) -> None:
    async with room(tmp_path, THREE) as here:
        pledge = await here.active(ANNA, due=here.now + timedelta(days=300))
        here.pass_time(days=70)  # the eleventh of May
        await here.pledges.cannot(here.person(ANNA), pledge.id, "It is no longer possible")
        found = await look(here, Period.YEAR)
        assert [month.active.at_least for month in found.months[-4:]] == [0, 1, 1, 0]
        assert [month.made.at_least for month in found.months[-4:]] == [0, 1, 0, 0]
        assert (await look(here)).totals.made == Figure(), "not in the last 30 days"


async def test_a_day_is_the_servers_day(tmp_path: Path) -> None:
    async with room(tmp_path, THREE) as here:
        here.now = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)  # half past midnight in Stockholm
        await here.handed_in(ANNA)
        assert {name for name, _sector in await day_counters(here)} == {"pledges.day.2026-04-01.made"}


# -------------------------------------------------------------------------------------------------- hiding


async def test_nothing_of_what_only_organisers_see(tmp_path: Path) -> None:
    async with room(tmp_path, THREE) as here:
        await here.active(ANNA, visibility=Visibility.HIDDEN)
        found = await look(here)
        assert (found.totals.made, found.active, found.decisions) == (Figure(), Figure(), 0)
        assert await day_counters(here) == {}


async def test_hiding_a_pledge_takes_it_out_and_showing_it_puts_it_back(tmp_path: Path) -> None:
    async with room(tmp_path, THREE) as here:
        pledge = await here.active(ANNA)
        before = await day_counters(here)
        assert before
        here.pass_time(days=3)
        draft = pledge.draft()
        for visibility, expected in ((Visibility.HIDDEN, {}), (Visibility.COUNTED, before)):
            changed = type(draft)(**{**{f: getattr(draft, f) for f in draft.__slots__}, "visibility": visibility})
            await here.pledges.change(here.person(ANNA), pledge.id, changed)
            assert await day_counters(here) == expected


async def test_a_sector_with_few_partners_is_a_few_everywhere(tmp_path: Path) -> None:
    async with room(tmp_path, (ANNA, BEN)) as here:
        first = await look(here)
        assert first.totals.made == Figure()
        await here.active(ANNA)
        one = await look(here)
        await here.active(ANNA)
        await here.active(BEN)
        several = await look(here)
        for found in (one, several):
            a_few = Figure(0, True)
            assert found.totals.made == found.active == found.freshness.fresh == a_few
            assert found.by_sector[0].made == found.by_sector[0].active == a_few
            assert found.months[-1].made == found.months[-1].active == a_few
        assert (one.totals, one.months, one.by_sector) == (several.totals, several.months, several.by_sector)


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 9)),
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 6)),
)
def test_no_sum_less_its_parts_gives_a_small_sector_away(numbers: dict[str, int], partners: dict[str, int]) -> None:
    """Whatever a small sector has done, as long as it is something, every figure stays the same."""
    small = {slug for slug, number in numbers.items() if number and partners.get(slug, 0) < 3}
    other = {slug: number + 5 if slug in small else number for slug, number in numbers.items()}
    assert summed(numbers, partners, 3) == summed(other, partners, 3)
    for slug in numbers:
        assert shown(numbers[slug], partners.get(slug, 0), 3) == shown(other[slug], partners.get(slug, 0), 3)


# ------------------------------------------------------------------------------------------ time to decide


async def test_the_time_to_a_first_decision_is_its_median(tmp_path: Path) -> None:
    async with room(tmp_path, THREE) as here:
        for hours, decided in ((2, 0), (50, 1), (10, 2)):
            assert (await look(here)).decisions == decided
            assert (await look(here)).typical is None, "too few to say"
            pledge = await here.handed_in(ANNA)
            here.pass_time(hours=hours)
            await here.pledges.ask_changes(here.person(OTTO), pledge.id, "A date, please")
            await here.pledges.submit(here.person(ANNA), pledge.id)
            here.pass_time(days=5)
            await here.pledges.approve(here.person(OTTO), pledge.id)
        found = await look(here)
        assert (found.decisions, found.typical) == (3, timedelta(hours=10)), "later decisions are not the first"


async def test_only_decisions_of_the_period_count(tmp_path: Path) -> None:
    async with room(tmp_path, THREE) as here:
        await here.active(ANNA)
        here.pass_time(days=60)
        assert (await look(here)).decisions == 0
        assert (await look(here, Period.QUARTER)).decisions == 1


async def test_the_oldest_that_waits_is_named_by_its_time(tmp_path: Path) -> None:
    async with room(tmp_path, THREE) as here:
        await here.handed_in(ANNA)
        came = here.now
        here.pass_time(days=4)
        await here.handed_in(BEN)
        found = await look(here)
        assert (found.waiting, found.oldest) == (2, came)


@pytest.mark.parametrize(("days", "name"), [(89, "fresh"), (91, "quiet"), (179, "quiet"), (181, "stale")])
async def test_active_ones_are_fresh_quiet_or_silent(tmp_path: Path, days: int, name: str) -> None:
    async with room(tmp_path, THREE) as here:
        await here.active(ANNA, due=here.now + timedelta(days=400))
        here.pass_time(days=days)
        found = (await look(here)).freshness
        assert [one for one in ("fresh", "quiet", "stale") if getattr(found, one) == Figure(1)] == [name]


async def test_how_old_is_silent_the_server_chooses(tmp_path: Path) -> None:
    async with room(tmp_path, THREE) as here:
        await here.active(ANNA, due=here.now + timedelta(days=400))
        here.pass_time(days=100)
        servers = here.services.servers
        for key, name in (("30-90", "stale"), ("60-120", "quiet"), ("180-365", "fresh"), ("90-180", "quiet")):
            await servers.choose_freshness(here.person(OLGA), key)
            found = (await look(here)).freshness
            assert found.limits.key == key
            assert [one for one in ("fresh", "quiet", "stale") if getattr(found, one) == Figure(1)] == [name]
        with pytest.raises(Invalid):
            await servers.choose_freshness(here.person(OLGA), "1-2")
        with pytest.raises(NotAllowed):
            await servers.choose_freshness(here.person(ANNA), "30-90")
        assert (await servers.settings(GUILD)).freshness.key == "90-180"


# --------------------------------------------------------------------------------------------- recounting


async def test_what_was_counted_is_what_is_counted_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.pledges.digest.service._STRETCH", 1)
    monkeypatch.setattr("bot.pledges.digest.service._PAGE", 1)
    async with room(tmp_path, THREE) as here:
        first, second = await here.active(ANNA), await here.active(BEN)
        await here.active(CARL, visibility=Visibility.HIDDEN)
        here.pass_time(days=45)
        await here.pledges.done(here.person(ANNA), first.id, "Done", "")
        await here.pledges.confirm(here.person(OTTO), first.id)
        await here.pledges.cannot(here.person(BEN), second.id, "No longer possible")
        await here.pledges.take_back(here.person(OTTO), first.id, Act.UNCONFIRM, "Not yet after all")
        assert await here.services.digests.recount() == 0


async def test_wrong_counters_are_put_right_and_old_ones_dropped(tmp_path: Path) -> None:
    async with room(tmp_path, THREE) as here:
        await here.active(ANNA)
        right = await day_counters(here)
        database = here.services.database
        sector = next(iter(right))[1]
        await database.write(lambda tx: counters.add(tx, GUILD, "pledges.day.2026-03-01.kept", sector, 7))
        await database.write(lambda tx: counters.add(tx, GUILD, "pledges.active", sector, 2))
        await database.write(lambda tx: counters.add(tx, GUILD, "pledges.day.2019-03-01.kept", sector, 7))
        assert await here.services.digests.recount() == 2
        assert await day_counters(here) == right
        assert await here.figure("pledges.active") == 1
        assert await here.figure("pledges.day.2019-03-01.kept") == 0
        await here.services.digests.recount()
        assert await day_counters(here) == right


async def test_pledges_from_before_there_were_counters_are_counted(tmp_path: Path) -> None:
    async with room(tmp_path, THREE) as here:
        await here.active(ANNA)
        right = await day_counters(here)

        async def gone(tx: object) -> None:
            for (name, sector), number in right.items():
                await counters.add(tx, GUILD, name, sector, -number)  # type: ignore[arg-type]

        await here.services.database.write(gone)
        assert await day_counters(here) == {}
        await here.services.digests.sweep()
        assert await day_counters(here) == right


_ACTS = st.lists(st.sampled_from([rule for rule in RULES if rule.act not in (Act.PROGRESS, Act.CHANGE)]), max_size=12)


@given(_ACTS, st.sampled_from(Review), st.integers(0, 3))
def test_one_more_move_changes_the_count_by_its_difference(rules: list[object], review: Review, gap: int) -> None:
    """However a pledge wanders, nothing is counted below zero; what is active is what began less what ended."""
    status, moves, day = Status.DRAFT, list[Move](), date(2026, 1, 30)
    for rule in rules:
        if status in rule.sources and rule.target is not status:  # type: ignore[attr-defined]
            day += timedelta(days=gap)
            moves.append(Move(rule.act, status, rule.target, day))  # type: ignore[attr-defined]
            status = rule.target  # type: ignore[attr-defined]
        found = counted(moves, review)
        totals: Counter[Flow] = Counter()
        for (_day, flow), number in found.items():
            totals[flow] += number
        assert all(number >= 0 for number in totals.values())
        assert totals[Flow.ACTIVE] == (status in (Status.ACTIVE, Status.DONE_CLAIMED))
        assert max((totals[flow] for flow in Flow), default=0) <= 1


# ------------------------------------------------------------------------------------------------- posting


async def choose_desk(here: Room) -> None:
    await here.services.servers.choose_channels(here.person(ADA), {Channel.ORGANISERS: DESK})


async def test_two_presses_on_one_day_are_one_post(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await choose_desk(here)
        digests = here.services.digests
        first = await digests.post(here.person(OLGA), Period.YEAR)
        assert first is not None
        assert await digests.post(here.person(OTTO), Period.YEAR) == first
        assert [subject for subject, _ in await here.queued(DIGEST)] == [first.subject]
        assert digests.period_of(first.subject) is Period.YEAR


async def test_without_a_channel_there_is_nothing_to_post(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        assert await here.services.digests.post(here.person(OLGA), Period.MONTH) is None
        assert await here.queued(DIGEST) == []


async def test_every_month_is_the_first_at_nine_of_the_servers_clock(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await choose_desk(here)
        await here.services.digests.switch(here.person(OLGA), True)
        await here.services.digests.switch(here.person(OTTO), True)
        first = (date(2026, 4, 1).toordinal(), datetime(2026, 4, 1, 7, tzinfo=UTC))  # summer time has begun
        assert await here.queued(MONTHLY) == [first]
        await here.services.digests.sweep()
        assert await here.queued(MONTHLY) == [first], "the sweep plans it once"
        here.pass_time(days=40)
        await here.services.digests.sweep()
        assert (date(2026, 5, 1).toordinal(), datetime(2026, 5, 1, 7, tzinfo=UTC)) in await here.queued(MONTHLY)


async def test_turned_off_it_does_not_come(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.services.digests.switch(here.person(OLGA), True)
        await here.services.digests.switch(here.person(OLGA), False)
        assert await here.queued(MONTHLY) == []
        await here.services.digests.sweep()
        assert await here.queued(MONTHLY) == []
        assert not (await here.services.servers.settings(GUILD)).digest


async def test_only_organisers_have_it(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        for attempt in (here.services.digests.post(here.person(ANNA), Period.MONTH),
                        here.services.digests.switch(here.person(ANNA), True)):  # fmt: skip
            with pytest.raises(NotAllowed):
                await attempt


# ------------------------------------------------------------------------------------------------ calendar


def test_twelve_months_end_with_this_one() -> None:
    assert months(date(2026, 1, 31))[0] == date(2025, 2, 1)
    assert months(date(2026, 12, 1)) == tuple(date(2026, month, 1) for month in range(1, 13))
    assert since(date(2026, 3, 2), Period.MONTH) == date(2026, 2, 1)
    assert next_first(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "Europe/Stockholm")[0] == date(2027, 2, 1)


def test_a_median_takes_three() -> None:
    hours = [timedelta(hours=number) for number in (5, 1, 3)]
    assert typical(hours) == timedelta(hours=3)
    assert typical(hours[:2]) is None
