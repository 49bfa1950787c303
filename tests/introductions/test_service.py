"""Who may ask whom, what becomes of it, and what happens to it when people and organisations change."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.actor import Standing
from bot.errors import AlreadyDecided, ConsentNeeded, Invalid, NotAllowed, NotFound, NotJoined, Paused
from bot.introductions import store
from bot.introductions.model import ANSWER_WITHIN, MOST_CONTACTS, MOST_OPEN, REST, Numbers, Status
from bot.introductions.tables import introduction_contacts, introduction_wishes
from bot.members.model import Reach, Visibility
from bot.members.notice_store import notices
from bot.storage.database import Transaction
from tests import simhelp
from tests.introductions.introducing import (
    ACME,
    asked,
    both,
    confirm,
    found,
    introduced,
    joined,
    opened,
    rows,
    settle,
    status,
)
from tests.members.joining import saved
from tests.world import World


async def told(world: World) -> list[tuple[int, str]]:
    """(person, kind) of every piece of news on introductions."""
    async with world.services.database.reading() as reading:
        every = await reading.all(select(notices).order_by(notices.c.id))
    return [(row["user_id"], row["kind"]) for row in every if row["kind"].startswith("introduction.")]


async def contacts(world: World) -> dict[int, int]:
    """Person -> organisation that they speak for."""
    async with world.services.database.reading() as reading:
        return {row["user_id"]: row["organisation_id"] for row in await reading.all(select(introduction_contacts))}


# Who may.


async def test_somebody_who_may_not_hears_what_is_missing(world: World) -> None:
    introductions, anna = world.services.introductions, world.actor(world.anna)
    with pytest.raises(NotJoined):
        await introductions.board(anna)
    await saved(world, world.anna, visibility=Visibility.NAMED)
    with pytest.raises(NotAllowed, match="nobody"):
        await introductions.board(anna)
    member = await saved(world, world.anna, organisation="Acme")
    assert member.organisation is not None
    with pytest.raises(NotAllowed, match="unnamed"):
        await introductions.switch(anna, True)
    await saved(world, world.anna, organisation="Acme", visibility=Visibility.NAMED)
    with pytest.raises(NotAllowed, match="unconfirmed"):
        await introductions.wish(anna, ["telecom"])
    await confirm(world, member.organisation.id)
    board = await introductions.board(anna)
    assert (board.mine.organisation.name, board.speaks, board.mine.contacts) == ("Acme", False, ())
    for attempt in (introductions.suggestions(anna), introductions.preview(anna, 1), introductions.ask(anna, 1)):
        with pytest.raises(NotAllowed, match="off"):
            await attempt


async def test_it_is_off_until_somebody_switches_it_on(world: World) -> None:
    await joined(world, world.anna, "Acme", "schools", offers=ACME)
    telia = await opened(world, world.ben, "Telia", "telecom", "schools")
    page = await world.services.introductions.suggestions(world.actor(world.ben))
    assert page.fits == ()
    await world.services.introductions.switch(world.actor(world.anna), True)
    (fit,) = (await world.services.introductions.suggestions(world.actor(world.ben))).fits
    assert fit.party.organisation.name == "Acme"
    assert fit.party.organisation.id != telia


async def test_wishes_are_at_most_three_sectors_of_the_server_and_none_is_a_choice(world: World) -> None:
    introductions, anna = world.services.introductions, world.actor(world.anna)
    await joined(world, world.anna, "Acme", "schools")
    with pytest.raises(Invalid, match="too many"):
        await introductions.wish(anna, ["telecom", "finance", "ngo", "public"])
    with pytest.raises(Invalid, match="unknown"):
        await introductions.wish(anna, ["nowhere"])
    assert (await introductions.wish(anna, ["telecom", "finance", "telecom"])).mine.wishes == ("telecom", "finance")
    assert (await introductions.wish(anna, [])).mine.wishes == ()


async def test_five_people_speak_for_an_organisation_at_most(world: World) -> None:
    introductions = world.services.introductions
    acme = await joined(world, world.anna, "Acme", "schools")

    async def crowd(tx: Transaction) -> None:
        for number in range(MOST_CONTACTS):
            who = {"guild_id": world.guild.id, "user_id": 100 + number}
            await tx.insert(introduction_contacts, **who, organisation_id=acme, since=0)

    await world.services.database.write(crowd)
    board = await introductions.switch(world.actor(world.anna), True)
    assert board.speaks, "people who are not in the register do not count"
    for number, who in enumerate((world.ben, world.mo, world.olga, world.otto)):
        await joined(world, who, "Acme", "schools")
        assert len((await introductions.switch(world.actor(who), True)).mine.contacts) == number + 2
    await joined(world, world.ada, "Acme", "schools")
    with pytest.raises(Invalid, match="enough"):
        await introductions.switch(world.actor(world.ada), True)


async def test_a_paused_person_asks_nothing_and_can_still_switch_off(world: World) -> None:
    _, telia = await both(world)
    paused = world.actor(world.anna)
    paused = type(paused)(paused.user_id, paused.guild_id, paused.standings, paused=True)
    with pytest.raises(Paused):
        await world.services.introductions.ask(paused, telia)
    assert not (await world.services.introductions.switch(paused, False)).speaks


async def test_after_the_notice_changed_nothing_is_asked_unread(world: World) -> None:
    _, telia = await both(world)
    admin = world.actor(world.ada, Standing.ADMIN)
    await world.services.servers.choose_notice(admin, "We also keep a list.", instead=False)
    with pytest.raises(ConsentNeeded):
        await world.services.introductions.ask(world.actor(world.anna), telia)


# Asking.


async def test_a_request_is_told_to_those_who_speak_and_to_nobody_else(world: World) -> None:
    _, telia = await both(world)
    await joined(world, world.mo, "Telia", "telecom")
    await saved(world, world.ada, "telecom", organisation="Telia", visibility=Visibility.COUNTED)
    known, other = await world.services.introductions.ask(world.actor(world.anna), telia)
    assert (known.status, known.asker, other.organisation.name) == (Status.ASKED, world.anna.id, "Telia")
    assert await told(world) == [(world.ben.id, "introduction.asked")]
    board = await world.services.introductions.board(world.actor(world.mo))
    assert [line.introduction.id for line in board.waiting] == [known.id], "colleagues who show their name see it too"


async def test_asking_twice_is_one_request(world: World) -> None:
    _, telia = await both(world)
    introductions, anna = world.services.introductions, world.actor(world.anna)
    answers = await asyncio.gather(*(introductions.ask(anna, telia) for _ in range(5)))
    assert len({known.id for known, _ in answers}) == 1
    assert len(await rows(world)) == 1
    assert len(await told(world)) == 1
    with pytest.raises(Invalid, match="asked already"):
        await introductions.preview(anna, telia)


async def test_two_that_ask_each_other_at_once_have_one_introduction(world: World) -> None:
    acme, telia = await both(world)
    introductions = world.services.introductions
    results = await asyncio.gather(
        introductions.ask(world.actor(world.anna), telia),
        introductions.ask(world.actor(world.ben), acme),
        return_exceptions=True,
    )
    assert [type(result).__name__ for result in results].count("Invalid") == 1
    assert len(await rows(world)) == 1


async def test_the_database_itself_keeps_a_pair_from_being_open_twice(world: World) -> None:
    acme, telia = await both(world)
    await world.services.introductions.ask(world.actor(world.anna), telia)

    async def again(tx: Transaction) -> None:
        await store.add(tx, world.guild.id, telia, acme, world.ben.id, world.services.clock())

    with pytest.raises(sqlite3.IntegrityError):
        await world.services.database.write(again)


async def test_nobody_is_introduced_to_themselves_to_the_closed_or_to_another_server(world: World) -> None:
    acme, _ = await both(world)
    introductions, anna = world.services.introductions, world.actor(world.anna)
    with pytest.raises(Invalid, match="itself"):
        await introductions.ask(anna, acme)
    closed = await joined(world, world.mo, "Bank", "finance")
    for number in (closed, 999_999, 2**62):
        with pytest.raises(NotFound):
            await introductions.ask(anna, number)


async def test_an_id_of_another_server_leads_nowhere(world: World) -> None:
    number = await asked(world)
    elsewhere = world.guild.id + 1
    for who in (world.anna, world.ben, world.olga):
        forged = type(world.actor(who))(who.id, elsewhere, frozenset(Standing))
        for attempt in (
            world.services.introductions.close(forged, number),
            world.services.introductions.accept(forged, number),
            world.services.introductions.withdraw(forged, number),
        ):
            with pytest.raises((NotFound, NotJoined)):
                await attempt
    assert await world.services.introductions.any(elsewhere, number) is None
    assert await status(world, number) is Status.ASKED


async def test_three_are_open_at_most_whichever_side_asked(world: World) -> None:
    acme, telia = await both(world)
    introductions, anna = world.services.introductions, world.actor(world.anna)
    bank = await opened(world, world.mo, "Bank", "finance", "schools")
    court = await opened(world, world.olga, "Court", "judiciary", "schools")
    await introductions.ask(anna, telia)
    await introductions.ask(anna, bank)
    await introductions.ask(world.actor(world.olga), acme)
    paper = await opened(world, world.otto, "Paper", "ngo", "schools", "judiciary")
    with pytest.raises(Invalid, match="we are full"):
        await introductions.ask(anna, paper)
    with pytest.raises(Invalid, match="they are full"):
        await introductions.ask(world.actor(world.otto), acme)
    assert (await introductions.board(anna)).full
    assert (await introductions.suggestions(anna)).full
    fits = (await introductions.suggestions(world.actor(world.otto))).fits
    assert {fit.party.organisation.id: fit.busy for fit in fits} == {acme: True, court: False}
    (first, *_) = (await introductions.board(anna)).waiting
    await introductions.decline(anna, first.introduction.id)
    await introductions.ask(anna, paper)
    assert sum(row["pair"] is not None for row in await rows(world)) == MOST_OPEN


async def test_without_organisers_or_a_channel_nothing_is_asked(world: World) -> None:
    _, telia = await both(world)
    admin = world.actor(world.ada, Standing.ADMIN)
    chosen = (await world.services.servers.settings(world.guild.id)).organiser_roles
    await world.services.servers.choose_roles(admin, Standing.ORGANISER, [])
    with pytest.raises(NotAllowed, match="without organisers"):
        await world.services.introductions.ask(world.actor(world.anna), telia)
    await world.services.servers.choose_roles(admin, Standing.ORGANISER, chosen)
    await world.services.servers.choose_channels(admin, dict.fromkeys(world.channels, None))
    with pytest.raises(NotAllowed, match="nowhere"):
        await world.services.introductions.ask(world.actor(world.anna), telia)
    assert await rows(world) == []


# Answering.


async def test_of_two_colleagues_who_say_yes_at_once_one_hears_who_was_first(world: World) -> None:
    number = await asked(world)
    await joined(world, world.mo, "Telia", "telecom")
    await world.services.introductions.switch(world.actor(world.mo), True)
    results = await asyncio.gather(
        *(world.services.introductions.accept(world.actor(who), number) for who in (world.ben, world.mo)),
        return_exceptions=True,
    )
    (lost,) = [result for result in results if isinstance(result, AlreadyDecided)]
    known = await found(world, number)
    assert known.status is Status.ACCEPTED
    assert (lost.status, lost.by, lost.at) == ("introduction accepted", known.answerer, known.changed_at)
    assert [kind for _, kind in await told(world)].count("introduction.accepted") == 1


async def test_only_the_side_that_was_asked_answers_and_only_the_one_that_asked_takes_back(world: World) -> None:
    number = await asked(world)
    introductions = world.services.introductions
    for attempt in (
        introductions.accept(world.actor(world.anna), number),
        introductions.decline(world.actor(world.anna), number),
        introductions.withdraw(world.actor(world.ben), number),
    ):
        with pytest.raises(NotFound):
            await attempt
    await introductions.withdraw(world.actor(world.anna), number)
    assert await status(world, number) is Status.WITHDRAWN
    with pytest.raises(AlreadyDecided, match="withdrawn"):
        await introductions.accept(world.actor(world.ben), number)


async def test_not_now_is_heard_once_and_not_asked_again_at_once(world: World) -> None:
    acme, telia = await both(world)
    introductions, anna, ben = world.services.introductions, world.actor(world.anna), world.actor(world.ben)
    known, _ = await introductions.ask(anna, telia)
    await introductions.decline(ben, known.id)
    with pytest.raises(AlreadyDecided, match="declined"):
        await introductions.decline(ben, known.id)
    assert (world.anna.id, "introduction.declined") in await told(world)
    with pytest.raises(Invalid, match="asked lately"):
        await introductions.ask(anna, telia)
    again, _ = await introductions.ask(ben, acme)
    await introductions.withdraw(ben, again.id)
    await world.pass_days(REST.days + 1)
    assert (await introductions.ask(anna, telia))[0].status is Status.ASKED


async def test_a_request_lapses_after_two_weeks_and_nobody_is_told(world: World) -> None:
    number = await asked(world)
    before = await told(world)
    await world.pass_days(ANSWER_WITHIN.days - 1)
    await world.services.introductions.sweep()
    assert await status(world, number) is Status.ASKED
    await world.pass_days(2)
    await world.services.introductions.sweep()
    assert await status(world, number) is Status.LAPSED
    assert await told(world) == before


async def test_either_side_and_organisers_close_and_a_new_one_can_be_asked(world: World) -> None:
    number = await introduced(world)
    introductions = world.services.introductions
    await joined(world, world.mo, "Elsewhere", "ngo")
    with pytest.raises(NotFound):
        await introductions.close(world.actor(world.mo), number)
    assert (await introductions.close(world.actor(world.ben), number)).status is Status.CLOSED
    with pytest.raises(AlreadyDecided) as lost:
        await introductions.close(world.actor(world.olga, Standing.ORGANISER), number)
    assert lost.value.by == world.ben.id
    known = await found(world, number)
    again, _ = await introductions.ask(world.actor(world.anna), known.asked)
    assert again.id != number


async def test_organisers_see_how_many_and_nobody_else_does(world: World) -> None:
    number = await introduced(world)
    introductions, organiser = world.services.introductions, world.actor(world.olga, Standing.ORGANISER)
    nothing = {"asked": 0, "open": 0, "accepted": 0, "closed": 0, "declined": 0, "lapsed": 0, "withdrawn": 0}
    assert await introductions.numbers(organiser) == Numbers(**{**nothing, "open": 1, "accepted": 1})
    await introductions.close(organiser, number)
    assert await introductions.numbers(organiser) == Numbers(**{**nothing, "closed": 1, "accepted": 1})
    for standing in (Standing.MEMBER, Standing.MODERATOR):
        with pytest.raises(NotAllowed):
            await introductions.numbers(world.actor(world.mo, standing))


# People and organisations change.


@pytest.mark.parametrize("way", ["hide", "count", "leave", "erase", "switch off", "move"])
async def test_who_no_longer_speaks_takes_their_requests_along(world: World, way: str) -> None:
    number = await asked(world)
    anna = world.actor(world.anna)
    if way == "hide":
        await saved(world, world.anna, "schools", organisation="Acme", visibility=Visibility.HIDDEN)
    elif way == "count":
        await saved(world, world.anna, "schools", organisation="Acme", visibility=Visibility.COUNTED)
    elif way == "move":
        await saved(world, world.anna, "schools", organisation="Another", visibility=Visibility.NAMED)
    elif way == "leave":
        await world.services.privacy.leave(anna)
    elif way == "erase":
        await world.services.privacy.erase(world.guild.id, world.anna.id)
    else:
        await world.services.introductions.switch(anna, False)
    assert await status(world, number) is Status.WITHDRAWN
    assert world.anna.id not in await contacts(world)
    assert (await world.services.introductions.board(world.actor(world.ben))).waiting == ()
    assert (await world.services.introductions.suggestions(world.actor(world.ben))).fits == ()


async def test_a_request_stays_while_another_speaks_for_the_organisation_it_went_to(world: World) -> None:
    number = await asked(world)
    await joined(world, world.mo, "Telia", "telecom")
    await world.services.introductions.switch(world.actor(world.mo), True)
    await world.services.introductions.switch(world.actor(world.ben), False)
    assert await status(world, number) is Status.ASKED
    await saved(world, world.mo, "telecom", organisation="Telia", visibility=Visibility.COUNTED)
    assert await status(world, number) is Status.WITHDRAWN


@pytest.mark.parametrize("who", ["anna", "ben"])
async def test_a_thread_closes_when_one_of_the_two_hides_or_is_erased(world: World, who: str) -> None:
    number = await introduced(world)
    person, name = getattr(world, who), {"anna": "Acme", "ben": "Telia"}[who]
    await saved(world, person, "schools", organisation=name, visibility=Visibility.COUNTED)
    assert await status(world, number) is Status.CLOSED
    await world.services.privacy.erase(world.guild.id, person.id)
    known = await found(world, number)
    assert person.id not in (known.asker, known.answerer, known.ended_by)
    assert len(known.people) == 1


async def test_a_change_that_hides_nothing_ends_nothing(world: World) -> None:
    number = await introduced(world)
    await saved(world, world.anna, "schools", "ngo", organisation="Acme", visibility=Visibility.NAMED, offers=ACME)
    assert await status(world, number) is Status.ACCEPTED
    assert (await world.services.introductions.board(world.actor(world.anna))).mine.sectors == ("schools", "ngo")
    await world.services.introductions.switch(world.actor(world.anna), False)
    assert await status(world, number) is Status.ACCEPTED, "a thread that is open stays until it is closed"


async def test_an_organisation_that_is_no_longer_confirmed_drops_out(world: World) -> None:
    number = await introduced(world)
    known = await found(world, number)
    bank = await opened(world, world.mo, "Bank", "finance", "telecom")
    waiting, _ = await world.services.introductions.ask(world.actor(world.mo), known.asked)
    await confirm(world, known.asked, confirmed=False)
    assert await status(world, number) is Status.CLOSED
    assert await status(world, waiting.id) is Status.WITHDRAWN
    assert await contacts(world) == {world.anna.id: known.asking, world.mo.id: bank}
    async with world.services.database.reading() as reading:
        left = {row["organisation_id"] for row in await reading.all(select(introduction_wishes))}
    assert known.asked not in left
    with pytest.raises(NotAllowed, match="unconfirmed"):
        await world.services.introductions.board(world.actor(world.ben))


async def merged(world: World, gone: int, stays: int) -> None:
    olga, organisations = world.actor(world.olga, Standing.ORGANISER), world.services.organisations
    await organisations.merge(olga, gone, stays, (await organisations.plan(olga, gone, stays)).seen)


async def test_after_a_merge_everything_is_the_other_organisations(world: World) -> None:
    number = await introduced(world)
    known = await found(world, number)
    group = await opened(world, world.mo, "Telia Group", "telecom", "finance", "schools", "ngo")
    await merged(world, known.asked, group)
    after = await found(world, number)
    assert (after.asking, after.asked, after.status) == (known.asking, group, Status.ACCEPTED)
    assert await contacts(world) == {world.anna.id: known.asking, world.ben.id: group, world.mo.id: group}
    board = await world.services.introductions.board(world.actor(world.ben))
    assert board.mine.wishes == ("finance", "schools", "ngo")
    assert [line.other.organisation.name for line in board.open] == ["Acme"]
    await world.services.introductions.close(world.actor(world.mo), number)


async def test_a_merge_leaves_one_of_two_with_the_same_other_side_and_none_with_itself(world: World) -> None:
    acme, telia = await both(world)
    introductions = world.services.introductions
    group = await opened(world, world.mo, "Telia Group", "telecom", "schools")
    first, _ = await introductions.ask(world.actor(world.mo), acme)
    second, _ = await introductions.ask(world.actor(world.anna), telia)
    own, _ = await introductions.ask(world.actor(world.mo), telia)
    await introductions.accept(world.actor(world.ben), second.id)
    await merged(world, telia, group)
    assert await status(world, own.id) is Status.WITHDRAWN
    assert await status(world, first.id) is Status.WITHDRAWN, "the one that got further stays"
    kept = await found(world, second.id)
    assert (kept.asking, kept.asked, kept.status) == (acme, group, Status.ACCEPTED)
    await settle(world)


async def test_a_merge_into_an_unconfirmed_one_ends_it_all(world: World) -> None:
    number = await asked(world)
    known = await found(world, number)
    member = await saved(world, world.mo, "telecom", organisation="Typed by hand")
    assert member.organisation is not None
    await merged(world, known.asked, member.organisation.id)
    (line,) = [row for row in await rows(world) if row["id"] == number]
    async with world.services.database.reading() as reading:
        now = (await world.services.organisations.some(reading, world.guild.id, {member.organisation.id})).popitem()[1]
    assert (line["status"] == "withdrawn") is not now.confirmed
    assert (world.ben.id in await contacts(world)) is now.confirmed


# Telling.


async def test_people_hear_in_the_way_they_chose(world: World) -> None:
    _, telia = await both(world)
    await world.services.members.choose_reach(world.actor(world.ben), Reach.DM)
    await world.services.introductions.ask(world.actor(world.anna), telia)
    await world.settle()
    (message,) = world.ben.user.dm_channel.history()

    assert "Acme asks to be introduced to your organisation" in simhelp.texts(message)


async def test_what_waits_survives_a_restart(world: World) -> None:
    number = await asked(world)
    await world.restart()
    (line,) = (await world.services.introductions.board(world.actor(world.ben))).waiting
    assert line.introduction.id == number
    assert line.introduction.created_at + timedelta(days=14) > world.services.clock()
