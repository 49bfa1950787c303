"""Bringing in what was promised before: once, whatever happens meanwhile, and all of it back if need be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.actor import Actor, Standing
from bot.errors import AlreadyDecided, Invalid, NotAllowed, NotFound, Paused, TextStopped, WrongState
from bot.members.model import COUNTERS, Registration
from bot.members.model import Visibility as Shown
from bot.members.organisation_tables import organisations
from bot.pledges.digest.model import Period
from bot.pledges.exports.table import Audience, Format
from bot.pledges.history_store import history
from bot.pledges.imports import store as import_store
from bot.pledges.imports.file import read
from bot.pledges.imports.model import DryRun, Import, Refusal, State, Unfit, Why
from bot.pledges.imports.service import CHUNK, Imports
from bot.pledges.listing import Search
from bot.pledges.model import Pledge, Review, Status, Visibility
from bot.pledges.store import from_row, pledges
from bot.storage import counters
from bot.storage.database import Transaction
from bot.tables import metadata
from tests.pledges.room import ADA, ANNA, BEN, GUILD, OLGA, OTTO, Room
from tests.pledges.room import room as _room

OTHER = 78


@pytest_asyncio.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with _room(tmp_path) as made:
        yield made


def imports(room: Room) -> Imports:
    return room.services.imports


def file(room: Room, *rows: str, header: str = "sector,pledge,organisation,status,visibility") -> bytes:
    """A CSV whose first column is the first sector of the content."""
    sector = next(iter(room.services.content.sectors))
    return "\n".join([header, *(f"{sector},{row}" for row in rows)]).encode()


async def looked(room: Room, data: bytes, who: int = OLGA) -> DryRun:
    found = await imports(room).look(room.person(who), data)
    assert isinstance(found, DryRun), found
    return found


async def brought(room: Room, data: bytes, who: int = OLGA) -> Import:
    found = await looked(room, data, who)
    assert found.import_id is not None, found
    return await imports(room).bring_in(room.person(who), found.import_id)


async def all_of(room: Room, guild: int = GUILD) -> list[Pledge]:
    async with room.services.database.reading() as reading:
        rows = await reading.all(select(pledges).where(pledges.c.guild_id == guild).order_by(pledges.c.id))
    return [from_row(row) for row in rows]


async def lines(room: Room, pledge_id: int) -> list[tuple[str, str, str, int | None, str, int]]:
    async with room.services.database.reading() as reading:
        rows = await reading.all(select(history).where(history.c.pledge_id == pledge_id).order_by(history.c.id))
    return [(r["act"], r["source"], r["target"], r["by_id"], r["reason"], r["own"]) for r in rows]


async def figures(room: Room) -> tuple[int, int, int]:
    """Active, kept and declared, once a recount found nothing to correct."""
    assert await room.services.digests.recount() == 0
    active, kept, declared = [await room.figure(f"pledges.{name}") for name in ("active", "kept", "declared")]
    return active, kept, declared


FOUR = ("One,House A,active,named", "Two,House A,kept,named", "Three,,partly kept,", "Four,House B,closed,organisers")


async def test_everything_comes_in_as_it_stood(room: Room) -> None:
    found = await looked(room, file(room, *FOUR))
    assert (found.read, found.ready, found.wrong, found.here) == (4, 4, 0, 0)
    assert await all_of(room) == []
    assert found.import_id is not None
    done = await imports(room).bring_in(room.person(OTTO), found.import_id)
    assert (done.state, done.rows, done.came, done.by, done.decider) == (State.DONE, 4, 4, OLGA, OTTO)
    made = await all_of(room)
    assert [(one.what, one.status, one.visibility) for one in made] == [
        ("One", Status.ACTIVE, Visibility.NAMED),
        ("Two", Status.KEPT, Visibility.NAMED),
        ("Three", Status.PARTLY_KEPT, Visibility.COUNTED),
        ("Four", Status.CLOSED, Visibility.HIDDEN),
    ]
    assert {(one.maker_id, one.review, one.import_id) for one in made} == {(None, Review.BEFORE, done.id)}
    assert made[0].organisation_id == made[1].organisation_id != made[3].organisation_id
    assert await lines(room, made[1].id) == [("import", "draft", "kept", OTTO, "", 0)]
    assert await figures(room) == (1, 1, 0)


async def test_the_day_it_is_due_ends_in_the_servers_zone(room: Room) -> None:
    header = "sector,pledge,due,made,progress_percent"
    await brought(room, file(room, "One,2027-06-30,2024-01-31,40 %", header=header))
    (made,) = await all_of(room)
    assert made.due == datetime(2027, 6, 30, 21, 59, tzinfo=UTC)
    assert made.created_at == datetime(2024, 1, 30, 23, tzinfo=UTC)
    assert (made.changed_at, made.progress) == (room.now, 40)


async def test_an_action_of_the_catalogue_decides_about_the_review(room: Room) -> None:
    by_word = room.services.content.actions[room.action(Review.NONE)]
    rows = (f'"{by_word.title.text("en")}",{by_word.slug},kept', f"In other words,{by_word.slug},kept")
    await brought(room, file(room, *rows, header="sector,pledge,catalogue_action,status"))
    assert [one.review for one in await all_of(room)] == [Review.NONE, Review.AFTER]
    assert await figures(room) == (0, 1, 1)


async def test_what_is_here_already_does_not_come_twice(room: Room) -> None:
    data = file(room, *FOUR, "ONE  ,house a,active,named", "Three,,active,", "One,House B,,")
    first = await looked(room, data)
    assert (first.ready, first.here) == (6, 1)  # the same organisation said the same twice; two whom nobody knows may
    await brought(room, data)
    again = await looked(room, data)
    assert (again.import_id, again.ready, again.here) == (None, 0, 7)
    more = await looked(room, file(room, "Three,,,", "Three,,,", "Three,,,"))
    assert (more.ready, more.here) == (1, 2)
    assert len(await all_of(room)) == 6


async def test_what_somebody_pledged_here_is_here(room: Room) -> None:
    house = await room.organisation("House A")
    await room.register(103, organisation=house)
    await room.active(103, what="One", for_organisation=True, visibility=Visibility.COUNTED)
    assert (await looked(room, file(room, "one,House A,,named"))).here == 1
    assert (await looked(room, file(room, "one,,,"))).here == 1  # as a board reads it: nobody is told whose it is
    assert (await looked(room, file(room, "one,House B,,"))).here == 0


async def test_two_at_once_bring_it_in_once(room: Room) -> None:
    data = file(room, *(f"Promise {n},House {n % 3},," for n in range(3 * CHUNK)))
    first, second = await looked(room, data), await looked(room, data, OTTO)
    assert first.import_id
    assert second.import_id
    olga, otto = room.person(OLGA), room.person(OTTO)
    results = await asyncio.gather(
        imports(room).bring_in(olga, first.import_id),
        imports(room).bring_in(otto, first.import_id),
        imports(room).bring_in(otto, second.import_id),
        return_exceptions=True,
    )
    assert isinstance(results[0], Import)
    assert isinstance(results[1], AlreadyDecided)
    assert (results[1].status, results[1].by) == ("imported", OLGA)
    assert isinstance(results[2], Import)
    assert (results[0].came, results[2].came) == (3 * CHUNK, 0)
    assert len(await all_of(room)) == 3 * CHUNK
    assert await figures(room) == (3 * CHUNK, 0, 0)


async def test_killed_in_the_middle_it_takes_up_the_rest(room: Room) -> None:
    data = file(room, *(f"Promise {n % 7},,," for n in range(3 * CHUNK)))
    found = await looked(room, data)
    assert found.import_id is not None

    async def killed(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await imports(room).bring_in(room.person(OLGA), found.import_id, killed)
    half = await imports(room).find(room.person(OLGA), found.import_id)
    assert (half.state, half.came) == (State.READY, CHUNK)
    seen: list[tuple[int, int]] = []

    async def told(done: int, of: int) -> None:
        seen.append((done, of))

    done = await imports(room).bring_in(room.person(OTTO), found.import_id, told)
    assert (done.state, done.came) == (State.DONE, 3 * CHUNK)
    assert seen == [(CHUNK, 2 * CHUNK), (2 * CHUNK, 2 * CHUNK)]
    assert len(await all_of(room)) == 3 * CHUNK
    assert await figures(room) == (3 * CHUNK, 0, 0)


async def test_what_had_come_in_before_a_kill_is_not_lost_by_discarding(room: Room) -> None:
    found = await looked(room, file(room, *(f"Promise {n},,," for n in range(2 * CHUNK))))
    assert found.import_id is not None

    async def killed(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await imports(room).bring_in(room.person(OLGA), found.import_id, killed)
    done = await imports(room).discard(room.person(OLGA), found.import_id)
    assert (done.state, done.came) == (State.DONE, CHUNK)
    back = await imports(room).take_back(room.person(OLGA), found.import_id, "Begun by mistake")
    assert (back.gone, back.stay) == (CHUNK, 0)


# Taking it back.


async def test_taken_back_nothing_of_it_is_left_to_see(room: Room) -> None:
    before = await room.services.digests.look(GUILD, Period.MONTH)
    done = await brought(room, file(room, *FOUR))
    result = await imports(room).take_back(room.person(OTTO), done.id, "The wrong year")
    assert (result.gone, result.stay, result.found.state) == (4, 0, State.TAKEN_BACK)
    made = await all_of(room)
    assert {one.status for one in made} == {Status.WITHDRAWN}
    assert (await lines(room, made[1].id))[-1] == ("take back import", "kept", "withdrawn", OTTO, "The wrong year", 0)
    assert await figures(room) == (0, 0, 0)
    after = await room.services.digests.look(GUILD, Period.MONTH)
    assert (after.active, after.totals, after.months) == (before.active, before.totals, before.months)
    with pytest.raises(AlreadyDecided):
        await imports(room).take_back(room.person(OTTO), done.id, "Once more")
    assert (await looked(room, file(room, *FOUR))).ready == 4


async def test_what_somebody_took_on_stays(room: Room) -> None:
    done = await brought(room, file(room, *FOUR))
    await room.pledges.hand_over(room.person(OLGA), 1, ANNA)
    await room.pledges.answer(room.person(ANNA), 1, True)
    result = await imports(room).take_back(room.person(OLGA), done.id, "The wrong year")
    assert (result.gone, result.stay) == (3, 1)
    assert (await all_of(room))[0].status is Status.ACTIVE


async def test_one_alone_is_taken_back(room: Room) -> None:
    await brought(room, file(room, *FOUR))
    gone = await imports(room).take_back_one(room.person(OLGA), 2, "Not theirs")
    assert gone.status is Status.WITHDRAWN
    assert await figures(room) == (1, 0, 0)
    with pytest.raises(AlreadyDecided):
        await imports(room).take_back_one(room.person(OLGA), 2, "Not theirs")
    mine = await room.active(ANNA)
    with pytest.raises(AlreadyDecided):
        await imports(room).take_back_one(room.person(OLGA), mine.id, "It never came from a file")


@pytest.mark.parametrize(("reason", "why"), [("", "empty"), ("\u200b ", "empty"), ("x" * 501, "too long")])
async def test_a_reason_is_needed(room: Room, reason: str, why: str) -> None:
    done = await brought(room, file(room, *FOUR))
    with pytest.raises(Invalid) as caught:
        await imports(room).take_back(room.person(OLGA), done.id, reason)
    assert (caught.value.field, caught.value.why) == ("reason", why)
    assert (await imports(room).find(room.person(OLGA), done.id)).state is State.DONE


# What follows, and what does not.


async def test_nothing_is_posted_for_a_thousand_rows(room: Room) -> None:
    done = await brought(room, file(room, *(f"Promise {n},,," for n in range(2 * CHUNK)), "Kept,,kept,"))
    for kind in ("pledge.card", "pledge.review", "pledge.nudge", "server.panel", "wheel.milestone", "pledge.checkin"):
        assert await room.queued(kind) == [], kind
    assert len(await room.queued("server.welcome")) == 1
    await imports(room).take_back(room.person(OLGA), done.id, "By mistake")
    for kind in ("pledge.card", "pledge.review", "server.panel", "member.notice"):
        assert await room.queued(kind) == [], kind


async def test_what_an_import_reached_is_no_news_later_unless_it_was_taken_back(room: Room) -> None:
    done = await brought(room, file(room, "One,,,", "Two,,kept,"))
    await room.active(ANNA)
    assert await room.queued("wheel.milestone") == []
    await imports(room).take_back(room.person(OLGA), done.id, "By mistake")
    await room.pledges.withdraw(room.person(ANNA), 3)
    await room.active(BEN)
    assert len(await room.queued("wheel.milestone")) == 1


async def test_a_digest_counts_it_as_active_and_as_nothing_made_or_kept_now(room: Room) -> None:
    for number in range(900, 904):  # so that figures are not "a few"
        await room.register(number)
    before = await room.services.digests.look(GUILD, Period.MONTH)
    await brought(room, file(room, *FOUR, "Five,,,", "Six,,,"))
    await room.services.members.recount()
    after = await room.services.digests.look(GUILD, Period.MONTH)
    assert after.totals == before.totals
    assert after.active.at_least == 3
    assert after.months[-1].active.at_least == 3
    assert after.months[-2].active.at_least == 0


async def test_a_named_organisation_is_shown_and_found_and_others_are_not(room: Room) -> None:
    await brought(room, file(room, "One,House A,active,named", "Two,House A,active,"))
    one, _two = await all_of(room)
    found = await room.pledges.listed(room.person(ANNA), Search(organisation=one.organisation_id or 0))
    assert [pledge.what for pledge in found.pledges] == ["One"]


async def test_it_lapses_ninety_days_after_its_date_and_not_at_once(room: Room) -> None:
    await brought(room, file(room, "One,2026-01-10", header="sector,pledge,due"))
    room.pass_time(days=85)
    await room.pledges.sweep()
    assert (await all_of(room))[0].status is Status.ACTIVE
    room.pass_time(days=10)
    await room.pledges.sweep()
    assert (await all_of(room))[0].status is Status.LAPSED


# What is refused.


async def test_what_reads_like_a_case_stays_out_and_is_repeated_nowhere(room: Room) -> None:
    hot = "see abcdefghij234567abcdefghij234567abcdefghij234567abcdefgh.onion"
    found = await looked(room, file(room, "Fine,,,", f"{hot},,,", f"Fine too,{hot},gone,"))
    assert {(fault.row, fault.column, fault.why, fault.text) for fault in found.faults} == {
        (3, "pledge", Why.STOPPED, ""),
        (4, "organisation", Why.STOPPED, ""),
        (4, "status", Why.NO_STATUS, "gone"),
    }
    assert (found.ready, found.wrong) == (1, 2)
    async with room.services.database.reading() as reading:
        (row,) = await reading.all(metadata.tables["pledge_imports"].select())
    assert "onion" not in row["payload"]


async def test_ordinary_words_of_the_catalogue_all_pass(room: Room) -> None:
    actions = room.services.content.actions.values()
    texts = [a.title.text(language).replace('"', '""') for a in actions for language in ("en", "sv")]
    found = await looked(room, file(room, *(f'"{text}"' for text in texts), header="sector,pledge"))
    assert found.faults == []


async def test_nobody_says_that_their_own_organisation_kept_something(room: Room) -> None:
    house = await room.organisation("House A")
    await room.register(OLGA, organisation=house)
    data = file(room, "One,House A,kept,", "Two,house a,active,", "Three,House B,kept,")
    found = await looked(room, data)
    assert [(fault.row, fault.why) for fault in found.faults] == [(2, Why.OWN)]
    assert found.ready == 2
    by_otto = await looked(room, data, OTTO)
    assert by_otto.ready == 3
    assert by_otto.import_id is not None
    with pytest.raises(NotAllowed, match="import own organisation"):
        await imports(room).bring_in(room.person(OLGA), by_otto.import_id)
    await room.services.servers.choose(room.person(ADA), own_review=True)
    await imports(room).bring_in(room.person(OLGA), by_otto.import_id)
    own = {one.what: (await lines(room, one.id))[0][-1] for one in await all_of(room)}
    assert own == {"One": 1, "Two": 0, "Three": 0}


async def test_only_organisers_and_only_unpaused_ones(room: Room) -> None:
    data = file(room, *FOUR)
    found = await looked(room, data)
    assert found.import_id is not None
    anna, paused = room.person(ANNA), replace(room.person(OLGA), paused=True)
    for attempt in (
        lambda who: imports(room).look(who, data),
        lambda who: imports(room).bring_in(who, found.import_id or 0),
        lambda who: imports(room).discard(who, found.import_id or 0),
        lambda who: imports(room).take_back(who, found.import_id or 0, "So be it"),
    ):
        with pytest.raises(NotAllowed):
            await attempt(anna)
        with pytest.raises(Paused):
            await attempt(paused)
    for look in (
        lambda who: imports(room).newest(who),
        lambda who: imports(room).find(who, found.import_id or 0),
        lambda who: room.pledges.hand_over(who, 1, BEN),
    ):
        with pytest.raises(NotAllowed):
            await look(anna)
    assert await all_of(room) == []


async def test_another_server_knows_nothing_of_it(room: Room) -> None:
    found = await looked(room, file(room, *FOUR))
    assert found.import_id is not None
    stranger = Actor(OLGA, OTHER, frozenset({Standing.MEMBER, Standing.ORGANISER}))
    for attempt in (imports(room).bring_in, imports(room).discard, imports(room).find):
        with pytest.raises(NotFound):
            await attempt(stranger, found.import_id)
    await imports(room).bring_in(room.person(OLGA), found.import_id)
    with pytest.raises(NotFound):
        await imports(room).take_back(stranger, found.import_id, "So be it")
    for refused in (room.pledges.to_hand_over(stranger, 1), room.pledges.hand_over(stranger, 1, ANNA)):
        with pytest.raises(NotFound):
            await refused
    assert await imports(room).newest(stranger) == []


async def test_a_reason_that_reads_like_a_case_is_stopped(room: Room) -> None:
    done = await brought(room, file(room, *FOUR))
    with pytest.raises(TextStopped):
        await imports(room).take_back(room.person(OLGA), done.id, "as on abcdefghij234567.onion")


async def test_a_file_that_can_not_be_read_leaves_nothing(room: Room) -> None:
    assert await imports(room).look(room.person(OLGA), b"PK\x03\x04") == Refusal(Unfit.SPREADSHEET)
    assert await imports(room).newest(room.person(OLGA)) == []


# Keeping and forgetting.


async def payload(room: Room, import_id: int | None) -> str | None:
    async with room.services.database.reading() as reading:
        return await import_store.payload(reading, GUILD, import_id or 0)


async def test_what_was_read_is_kept_for_a_day(room: Room) -> None:
    found = await looked(room, file(room, *FOUR))
    room.pass_time(hours=23)
    await imports(room).sweep()
    assert await payload(room, found.import_id)
    room.pass_time(hours=2)
    await imports(room).sweep()
    assert await payload(room, found.import_id) is None
    (record,) = await imports(room).newest(room.person(OLGA))
    assert (record.state, record.by, record.rows) == (State.DISCARDED, OLGA, 4)
    with pytest.raises(AlreadyDecided):
        await imports(room).bring_in(room.person(OLGA), record.id)


async def test_whoever_is_erased_leaves_the_record_without_a_name(room: Room) -> None:
    done = await brought(room, file(room, *FOUR))
    waiting = await looked(room, file(room, "Five,,,"))
    await room.services.privacy.erase(GUILD, OLGA)
    found = {one.id: one for one in await imports(room).newest(room.person(OTTO))}
    assert (found[done.id].by, found[done.id].decider, found[done.id].state) == (None, None, State.DONE)
    assert found[waiting.import_id or 0].state is State.DISCARDED
    assert await payload(room, waiting.import_id) is None
    assert (await lines(room, 1))[0][3] is None


# Handing over.


async def registered(room: Room, user_id: int, shown: Shown) -> None:
    await room.services.members.discard(room.person(user_id), 0)
    saved = Registration(
        (next(iter(room.services.content.sectors)),), "", "", shown,
        consent_version=room.services.content.coalition.notice_version,
    )  # fmt: skip
    draft = await room.services.members.prepare(room.person(user_id), saved)
    await room.services.members.save(room.person(user_id), draft.id)


@pytest.mark.parametrize(
    ("file_says", "person_says", "shown"),
    [
        ("named", "named", Visibility.NAMED),
        ("named", "counted", Visibility.COUNTED),
        ("named", "organisers", Visibility.HIDDEN),
        ("counted", "named", Visibility.COUNTED),
        ("organisers", "named", Visibility.HIDDEN),
    ],
)
async def test_whoever_takes_it_on_is_shown_no_more_openly_than_they_chose(
    room: Room, file_says: str, person_says: str, shown: Visibility
) -> None:
    await room.register(104, person_says)
    await brought(room, file(room, f"One,House A,active,{file_says}"))
    asked = await room.pledges.hand_over(room.person(OLGA), 1, 104)
    assert asked.maker_id is None
    assert await room.news(104) == ["pledge.handed"]
    mine = await room.pledges.answer(room.person(104), 1, True)
    assert (mine.maker_id, mine.visibility, mine.joined) == (104, shown, 0)
    assert [line[0] for line in await lines(room, 1)] == ["import", "take on"]
    assert await figures(room) == ((0, 0, 0) if shown is Visibility.HIDDEN else (1, 0, 0))


async def test_the_new_maker_is_followed_up_from_then_on(room: Room) -> None:
    await brought(room, file(room, "One,2026-09-01", header="sector,pledge,due"))
    room.pass_time(days=30)
    await room.pledges.sweep()
    assert await room.queued("pledge.checkin") == []
    await room.pledges.hand_over(room.person(OLGA), 1, ANNA)
    await room.pledges.answer(room.person(ANNA), 1, True)
    ((subject, when),) = await room.queued("pledge.checkin")
    assert subject == 1
    assert when > room.now + timedelta(days=30)
    await room.pledges.progress(room.person(ANNA), 1, progress=50)
    done = await room.pledges.done(room.person(ANNA), 1)
    assert (await room.pledges.confirm(room.person(OTTO), done.id)).status is Status.KEPT
    assert await figures(room) == (0, 1, 0)


async def test_only_one_is_asked_and_only_the_one_answers(room: Room) -> None:
    await brought(room, file(room, "One,,,"))
    await room.pledges.hand_over(room.person(OLGA), 1, ANNA)
    await room.pledges.hand_over(room.person(OTTO), 1, BEN)
    with pytest.raises(NotFound):
        await room.pledges.answer(room.person(ANNA), 1, True)
    await room.pledges.answer(room.person(BEN), 1, False)
    with pytest.raises(WrongState):
        await room.pledges.answer(room.person(BEN), 1, True)
    with pytest.raises(NotFound):
        await room.pledges.join(room.person(ANNA), 1)
    await room.pledges.hand_over(room.person(OLGA), 1, ANNA)
    await room.pledges.answer(room.person(ANNA), 1, True)
    with pytest.raises(WrongState):
        await room.pledges.hand_over(room.person(OLGA), 1, BEN)


async def test_only_who_registered_is_asked_and_only_about_what_goes_on(room: Room) -> None:
    await brought(room, file(room, *FOUR))
    with pytest.raises(Invalid, match="not registered"):
        await room.pledges.hand_over(room.person(OLGA), 1, 999)
    with pytest.raises(WrongState):
        await room.pledges.hand_over(room.person(OLGA), 2, ANNA)
    own = await room.active(ANNA)
    with pytest.raises(NotFound):
        await room.pledges.hand_over(room.person(OLGA), own.id, BEN)


async def test_taken_back_the_question_is_gone(room: Room) -> None:
    done = await brought(room, file(room, "One,,,"))
    await room.pledges.hand_over(room.person(OLGA), 1, ANNA)
    await imports(room).take_back(room.person(OLGA), done.id, "By mistake")
    assert await room.pledges.asked(room.person(ANNA)) == []
    assert await room.pledges.asked_of(GUILD, ANNA, 1) is None
    with pytest.raises(WrongState):
        await room.pledges.answer(room.person(ANNA), 1, True)


# There and back.


def day(pledge: Pledge) -> date | None:
    return pledge.due.astimezone(ZoneInfo("Europe/Stockholm")).date() if pledge.due is not None else None


@pytest.mark.parametrize("audience", list(Audience))
async def test_what_one_server_exports_another_imports(room: Room, tmp_path: Path, audience: Audience) -> None:
    write, take_in = room.services.database.write, room.services.organisations.take_in
    house = await write(lambda tx: take_in(tx, GUILD, "Hus Å, AB"))
    await room.register(103, organisation=house)
    await room.active(103, what='=1+1, "so" sägs det', for_organisation=True)
    await room.active(ANNA, what="'+ a plan\nof two lines", help_wanted="@everybody", visibility=Visibility.COUNTED)
    await room.active(BEN, visibility=Visibility.HIDDEN, what="Nobody sees this")
    kept = await room.active(BEN, what="-5 °C at most", due=None)
    await room.pledges.done(room.person(BEN), kept.id, "", "https://example.org/å")
    await room.pledges.confirm(room.person(OTTO), kept.id)

    async def enough_partners(tx: Transaction) -> None:
        for sector in {one.sector for one in await all_of(room)}:
            await counters.add(tx, GUILD, COUNTERS[Shown.COUNTED], sector, 3)

    await write(enough_partners)
    made = await room.services.exports.write(GUILD, audience, Format.CSV, tmp_path)
    data = made.files[0].read_bytes()
    here = await looked(room, data)
    assert (here.ready, here.wrong, here.here) == (0, 0, made.rows)
    there = Actor(OLGA, OTHER, frozenset({Standing.MEMBER, Standing.ORGANISER}))
    await room.services.servers.choose(Actor(ADA, OTHER, frozenset(Standing)), zone="Europe/Stockholm")
    found = await imports(room).look(there, data)
    assert isinstance(found, DryRun)
    assert (found.ready, found.faults) == (made.rows, [])
    await imports(room).bring_in(there, found.import_id or 0)
    old = {
        one.what: one for one in await all_of(room) if audience is Audience.INTERNAL or one.visibility != "organisers"
    }
    new = {one.what: one for one in await all_of(room, OTHER)}
    assert set(new) == set(old)
    for what, one in new.items():
        before = old[what]
        assert (one.status, day(one), one.progress, one.action, one.done_when) == (
            before.status, day(before), before.progress, before.action, before.done_when,
        )  # fmt: skip
        if audience is Audience.INTERNAL:
            assert (one.visibility, one.help_wanted, one.evidence) == (
                before.visibility, before.help_wanted, before.evidence,
            )  # fmt: skip
    async with room.services.database.reading() as reading:
        names = await reading.all(select(organisations.c.name).where(organisations.c.guild_id == OTHER))
    assert [row["name"] for row in names] == ["Hus Å, AB"]
    assert read(data).ignored


async def test_a_sector_that_a_boards_file_keeps_back_is_asked_for(room: Room, tmp_path: Path) -> None:
    await room.active(ANNA, visibility=Visibility.COUNTED)
    made = await room.services.exports.write(GUILD, Audience.BOARD, Format.CSV, tmp_path)
    found = await looked(room, made.files[0].read_bytes())
    assert [(fault.column, fault.why, fault.text) for fault in found.faults] == [
        ("sector", Why.UNKNOWN, "several sectors")
    ]
