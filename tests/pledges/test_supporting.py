"""What others do for a pledge, calls for help, the link that goes everywhere, and the list."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.dialects import sqlite

from bot.errors import NotAllowed, NotFound, NotJoined, TextStopped, WrongState
from bot.members.model import Registration
from bot.members.model import Visibility as MemberVisibility
from bot.members.store import members
from bot.pledges import list_store, queue_store, support_store
from bot.pledges.checkins import HELP
from bot.pledges.followup_model import HELP_OFFERED, HELP_WANTED
from bot.pledges.history_store import history
from bot.pledges.listing import Freshness, Search
from bot.pledges.model import Act, Review, Status, Visibility
from bot.pledges.store import pledges as table
from bot.servers.model import FRESHNESS, FreshnessLimits
from bot.storage.database import Reading
from tests.pledges.room import ADA, ANNA, BEGIN, BEN, CARL, GUILD, OLGA, OTTO, Room, room

LINK = "https://example.org/report"


@pytest.fixture
async def three(tmp_path: Path) -> AsyncIterator[Room]:
    async with room(tmp_path, (ANNA, BEN, CARL)) as made:
        yield made


async def count(three: Room, number: int) -> int:
    return int((await three.pledges.standing(GUILD, number)).count)


async def test_support_counts_once_and_can_be_taken_back(three: Room) -> None:
    pledge = await three.active(ANNA, Review.AFTER)
    for _click in range(2):
        await three.pledges.support(three.person(BEN), pledge.id)
    await three.pledges.support(three.person(CARL), pledge.id)
    assert await count(three, pledge.id) == 2
    assert (await three.pledges.standing(GUILD, pledge.id, BEN)).supports
    for _click in range(2):
        await three.pledges.take_support_back(three.person(BEN), pledge.id)
    assert await count(three, pledge.id) == 1


async def test_who_may_not_support(three: Room) -> None:
    pledge = await three.active(ANNA, Review.AFTER)
    with pytest.raises(NotAllowed):
        await three.pledges.support(three.person(ANNA), pledge.id)
    with pytest.raises(NotJoined):
        await three.pledges.support(three.person(ADA), pledge.id)
    hidden = await three.active(ANNA, Review.AFTER, visibility=Visibility.HIDDEN)
    with pytest.raises(NotFound):
        await three.pledges.support(three.person(BEN), hidden.id)
    await three.pledges.cannot(three.person(ANNA), pledge.id, "")
    with pytest.raises(WrongState):
        await three.pledges.support(three.person(BEN), pledge.id)
    with pytest.raises(WrongState):
        await three.pledges.offer(three.person(BEN), pledge.id)


async def test_who_hides_is_in_no_figure_and_who_goes_lowers_it(three: Room) -> None:
    pledge = await three.active(ANNA, Review.AFTER)
    for who in (BEN, CARL):
        await three.pledges.support(three.person(who), pledge.id)
    people, ben = three.services.members, await three.services.members.find(GUILD, BEN)
    assert ben is not None
    hiding = Registration(ben.sectors, visibility=MemberVisibility.HIDDEN, consent_version=ben.consent_version)
    await people.save(three.person(BEN), (await people.prepare(three.person(BEN), hiding)).id)
    assert await count(three, pledge.id) == 1
    await three.services.privacy.erase(GUILD, CARL)
    assert await count(three, pledge.id) == 0
    await three.pledges.take_support_back(three.person(BEN), pledge.id)


async def test_an_offer_reaches_the_maker_once(three: Room) -> None:
    pledge = await three.active(ANNA, Review.AFTER)
    for _click in range(2):
        await three.pledges.offer(three.person(BEN), pledge.id)
    assert await three.news(ANNA) == [HELP_OFFERED]
    assert await three.pledges.offerers(GUILD, pledge.id) == [BEN]
    await three.services.privacy.erase(GUILD, BEN)
    assert await three.pledges.offerers(GUILD, pledge.id) == []


async def test_a_call_for_help_reaches_who_wants_to_hear_once(three: Room) -> None:
    anna = three.person(ANNA)
    pledge = await three.active(ANNA, Review.AFTER)
    await three.pledges.listen(three.person(BEN), True)
    await three.pledges.listen(anna, True)
    for wanted in (True, True, False, True):
        three.pass_time(minutes=5)
        await three.pledges.progress(anna, pledge.id, needs_help=wanted)
    assert await three.news(BEN) == [HELP_WANTED]
    assert await three.news(CARL) == []
    assert await three.news(ANNA) == []
    [(day, _due)] = await three.queued(HELP)
    assert [one.id for one in await three.pledges.calls(GUILD, day)] == [pledge.id]
    assert (await three.pledges.call(GUILD, pledge.id)).id == pledge.id
    await three.pledges.progress(anna, pledge.id, needs_help=False)
    assert await three.pledges.calls(GUILD, day) == []
    assert await three.pledges.call(GUILD, pledge.id) is None


async def test_a_hidden_call_reaches_organisers_only(three: Room) -> None:
    await three.pledges.listen(three.person(BEN), True)
    pledge = await three.active(ANNA, Review.AFTER, visibility=Visibility.HIDDEN)
    await three.pledges.progress(three.person(ANNA), pledge.id, needs_help=True)
    assert await three.news(BEN) == []
    assert len(await three.queued(HELP)) == 1


async def test_the_switch_can_be_turned_off_and_goes_with_the_person(three: Room) -> None:
    ben = three.person(BEN)
    assert not await three.pledges.listens(ben)
    await three.pledges.listen(ben, True)
    assert await three.pledges.listens(ben)
    await three.pledges.listen(ben, False)
    assert not await three.pledges.listens(ben)
    await three.pledges.listen(ben, True)
    await three.services.privacy.erase(GUILD, BEN)
    async with three.services.database.reading() as reading:
        for one in (support_store.helpers, support_store.supports, support_store.offers):
            assert await reading.all(select(one)) == []


# The link.


async def test_a_link_goes_from_everywhere(three: Room) -> None:
    anna = three.person(ANNA)
    pledge = await three.active(ANNA, Review.AFTER)
    await three.pledges.done(anna, pledge.id, f"See {LINK} please", LINK)
    otto = replace(three.person(OTTO), vouched=True)
    await three.pledges.not_yet(otto, pledge.id, f"There is nothing at {LINK} yet")
    with pytest.raises(NotAllowed):
        await three.pledges.remove_link(three.person(BEN), pledge.id)
    for _click in range(2):
        await three.pledges.remove_link(three.person(OLGA), pledge.id)
    shown = await three.pledges.any(GUILD, pledge.id)
    assert (shown.evidence, shown.note) == ("", "See … please")
    lines = await three.pledges.history(anna, pledge.id)
    assert [line.act for line in lines].count(Act.UNLINK) == 1
    assert "There is nothing at … yet" in [line.reason for line in lines]
    async with three.services.database.reading() as reading:
        ids = [row["id"] for row in await reading.all(select(history).order_by(history.c.id))]
    assert ids == list(range(1, len(ids) + 1)), "every line is still there, in its place"
    told_her = await three.services.members.news(anna, 50)
    assert LINK not in str(told_her)


async def test_a_removed_link_keeps_no_decision_from_being_taken_back(three: Room) -> None:
    pledge = await three.active(ANNA, Review.AFTER)
    await three.pledges.done(three.person(ANNA), pledge.id, "", LINK)
    await three.pledges.confirm(three.person(OTTO), pledge.id)
    await three.pledges.remove_link(three.person(OLGA), pledge.id)
    after = await three.pledges.take_back(three.person(OLGA), pledge.id, Act.UNCONFIRM, "The page was gone")
    assert after.status is Status.DONE_CLAIMED


# The list.


async def listed(three: Room, search: Search, who: int = BEN) -> list[int]:
    """The numbers of all pages, in their order."""
    found, after = [], ""
    while True:
        page = await three.pledges.listed(three.person(who), search, after)
        assert len(page.pledges) <= 5
        found += [one.id for one in page.pledges]
        after = page.after
        if not after:
            return found


async def test_pages_hold_everything_once(three: Room) -> None:
    made = [(await three.active(who, Review.AFTER)).id for who in (ANNA, BEN, CARL) for _ in range(4)]
    newest = sorted(made, reverse=True)
    sector = next(iter(three.services.content.sectors))
    assert await listed(three, Search()) == newest
    assert await listed(three, Search(sector=sector)) == newest
    assert await listed(three, Search(sector="nowhere")) == []
    assert await listed(three, Search(freshness=Freshness.FRESH)) == newest
    assert await listed(three, Search(status=Status.KEPT)) == []
    assert await listed(three, Search(mine=True), ANNA) == sorted(made[:4], reverse=True)


async def test_changes_at_the_same_instant_are_all_listed(three: Room) -> None:
    made = [(await three.active(ANNA, Review.AFTER)).id for _ in range(12)]
    await three.services.database.write(lambda tx: tx.run(update(table).values(changed_at=1_700_000_000_000_000)))
    assert await listed(three, Search(freshness=Freshness.STALE)) == sorted(made, reverse=True)


async def test_freshness(three: Room) -> None:
    old = await three.active(ANNA, Review.AFTER, due=None)
    three.pass_time(days=100)
    middle = await three.active(ANNA, Review.AFTER, due=None)
    three.pass_time(days=100)
    new = await three.active(ANNA, Review.AFTER, due=None)
    for freshness, pledge in zip(Freshness, (new, middle, old), strict=True):
        assert await listed(three, Search(freshness=freshness)) == [pledge.id]
        assert await listed(three, Search(freshness=freshness, mine=True), ANNA) == [pledge.id]


@pytest.mark.parametrize("limits", FRESHNESS, ids=lambda one: one.key)
async def test_the_limits_of_freshness_are_the_servers(three: Room, limits: FreshnessLimits) -> None:
    await three.services.servers.choose_freshness(three.person(OLGA), limits.key)
    made = {}
    for days in (limits.silent + 1, limits.silent, limits.fresh, limits.fresh - 1):
        three.now = BEGIN + timedelta(days=400 - days, minutes=-1)
        made[days] = (await three.active(ANNA, Review.AFTER, due=None)).id
    three.now = BEGIN + timedelta(days=400)
    # Each is in one list, also who reaches a limit to the microsecond.
    wanted = {
        Freshness.FRESH: [limits.fresh - 1],
        Freshness.QUIET: [limits.fresh, limits.silent],
        Freshness.STALE: [limits.silent + 1],
    }
    for freshness, days_ago in wanted.items():
        assert await listed(three, Search(freshness=freshness)) == [made[days] for days in days_ago]
        mine = await listed(three, Search(freshness=freshness, mine=True), ANNA)
        assert sorted(mine) == sorted(made[days] for days in days_ago)


async def test_limits_that_change_between_two_pages_lose_nothing(three: Room) -> None:
    made = [(await three.active(ANNA, Review.AFTER, due=None)).id for _ in range(8)]
    three.pass_time(days=100)
    search = Search(freshness=Freshness.QUIET)
    first = await three.pledges.listed(three.person(BEN), search)
    await three.services.servers.choose_freshness(three.person(ADA), "60-120")
    second = await three.pledges.listed(three.person(BEN), search, first.after)
    assert [one.id for one in (*first.pledges, *second.pledges)] == sorted(made, reverse=True)
    assert (first.limits.key, second.limits.key) == ("90-180", "60-120")


async def test_words_are_found_in_every_language_of_the_catalogue(three: Room) -> None:
    mine = await three.active(ANNA, Review.AFTER, what="Bygga en ÖVERSIKT tillsammans")
    other = await three.active(BEN, Review.AFTER)
    assert await listed(three, Search(words="översikt bygga")) == [mine.id]
    assert await listed(three, Search(words="översikt inget")) == []
    action = three.services.content.actions[other.action or ""]
    swedish = action.title.text("sv")
    word = max(swedish.split(), key=len)[:20]
    found = await three.pledges.listed(three.person(CARL), Search(words=word), "", "sv")
    assert other.id in [one.id for one in found.pledges]
    assert other.said(other.what, "sv") == swedish
    assert mine.said(mine.what, "sv") == mine.what


async def test_a_search_says_when_it_did_not_look_at_all(three: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.pledges.listing.SEARCHED", 3)
    for number in range(4):
        await three.active(ANNA, Review.AFTER, what=f"Effort {number} of ours")
    found = await three.pledges.listed(three.person(BEN), Search(words="effort"))
    assert found.cut
    assert len(found.pledges) == 3


async def test_an_organisation_finds_only_who_is_named(three: Room) -> None:
    number = await three.organisation("Norrtel")
    await three.services.database.write(lambda tx: tx.run(update(members).values(organisation_id=number)))
    named = await three.active(ANNA, Review.AFTER, for_organisation=True)
    await three.active(BEN, Review.AFTER, for_organisation=True, visibility=Visibility.COUNTED)
    assert await listed(three, Search(organisation=number), CARL) == [named.id]
    assert await listed(three, Search(organisation=number + 1), CARL) == []


async def test_a_search_passes_the_guard(three: Room) -> None:
    with pytest.raises(TextStopped):
        await three.pledges.listed(three.person(BEN), Search(words="abc2defgh3ijklmn.onion"))


@pytest.mark.parametrize("store", [list_store, queue_store])
async def test_the_lists_walk_an_index(three: Room, store: ModuleType) -> None:
    for key, query in store._QUERIES.items():
        names = dict.fromkeys(query.compile().params, 0)
        async with three.services.database.reading() as reading:
            rows = await reading.all(text(f"EXPLAIN QUERY PLAN {query}"), **names)
        plan = " ".join(str(row["detail"]) for row in rows)
        assert "USING INDEX" in plan, key
        assert "SCAN" not in plan, key
        # What one organiser has taken within a day is sorted: it is little.
        assert "TEMP" not in plan or (store is queue_store and "pledge_takes" in plan), key


async def test_a_list_reads_nothing_that_is_newer_than_wanted(three: Room) -> None:
    one = await three.active(ANNA, Review.AFTER, due=None)
    others = [column.name for column in table.c if column.name not in ("id", "changed_at")]
    wanted = list_store.Wanted((Status.ACTIVE,), until=three.now - timedelta(days=90), by_change=True)
    steps: list[int] = []

    class Counting(Reading):
        async def together(self, *queries: Any) -> list[Any]:
            found = []
            for query, values in queries:
                compiled = query.compile(dialect=sqlite.dialect(paramstyle="named"))
                found.append(file.execute(str(compiled), {**compiled.params, **values}).fetchall())
            return found

    with closing(sqlite3.connect(three.path)) as file:
        file.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
            f"INSERT INTO pledges ({', '.join(others)}, changed_at) "
            f"SELECT {', '.join(others)}, changed_at - i FROM pledges, n WHERE pledges.id = {one.id}"
        )
        file.set_progress_handler(lambda: steps.append(1), 10)
        assert await list_store.newest(Counting(None, None), GUILD, wanted, None, 6) == []  # type: ignore[arg-type]
    assert len(steps) < 100, "some steps of SQLite's machine for each of the 5,000 would be thousands"
