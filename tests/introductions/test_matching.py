"""Who is suggested to whom, in which order, and what is never shown."""

from __future__ import annotations

import pytest
import simcord
from sqlalchemy import TextClause, text

from bot.introductions import matching
from bot.introductions.contact_store import _fits
from bot.introductions.model import COMPARED, PAGE, START, Contact, Cursor, Party
from bot.introductions.tables import introduction_contacts, introduction_wishes
from bot.members.model import Organisation, Visibility
from bot.members.organisation_tables import organisations
from bot.members.store import member_sectors, members
from bot.storage.database import Statements, Transaction
from tests.introductions.introducing import ACME, TELIA, both, joined, opened
from tests.members.joining import saved
from tests.world import World

NEEDS = "somebody who knows how to block addresses in a network"


def party(number: int, offers: str = "", sectors: tuple[str, ...] = (), wishes: tuple[str, ...] = ()) -> Party:
    return Party(Organisation(number, f"Org {number}", confirmed=True), wishes, (Contact(number, sectors, offers, ""),))


def test_words_that_fit_are_found_through_endings_and_compounds() -> None:
    offers = ("blocking addresses in networks", "we paint houses", "catering for meetings", "")
    scores = matching.scores(NEEDS, [party(number, text) for number, text in enumerate(offers)])
    assert set(scores) == {0}
    assert 0 < scores[0] <= 1000


def test_words_in_swedish_fit_too() -> None:
    scores = matching.scores("hjälp med blockering", [party(1, "kunskap om blockeringar i nätet"), party(2, "lokaler")])
    assert set(scores) == {1}


@pytest.mark.parametrize(("needs", "offers"), [("", "anything"), ("anything", ""), ("", ""), ("🙂🙂", "??!")])
def test_without_words_nothing_fits_by_words(needs: str, offers: str) -> None:
    assert matching.scores(needs, [party(1, offers)]) == {}


def test_the_same_question_has_the_same_answer() -> None:
    parties = [party(number, f"blocking {'in networks ' * number}") for number in range(1, 9)]
    assert matching.scores(NEEDS, parties) == matching.scores(NEEDS, parties)


def test_those_who_look_for_each_other_come_first_then_whose_words_fit_then_the_oldest() -> None:
    mine = party(9, sectors=("schools",), wishes=("telecom",))
    one_way = ("telecom",)
    fits = [
        matching.fit(mine, party(1, sectors=one_way), 0, busy=False),
        matching.fit(mine, party(2, sectors=one_way), 700, busy=False),
        matching.fit(mine, party(3, sectors=one_way, wishes=("schools",)), 0, busy=False),
        matching.fit(mine, party(4, wishes=("schools",)), 0, busy=False),
    ]
    assert [one.party.organisation.id for one in matching.ordered(fits)] == [3, 2, 1, 4]
    assert fits[2].mutual
    assert (fits[0].theirs, fits[0].ours) == (("telecom",), ())
    assert (fits[3].theirs, fits[3].ours) == ((), ("schools",))


async def names(world: World, who: simcord.MemberActor) -> list[str]:
    """Everything that is suggested, page after page."""
    cursor: Cursor | None = START
    found: list[str] = []
    while cursor is not None:
        page = await world.services.introductions.suggestions(world.actor(who), cursor)
        assert len(page.fits) <= PAGE
        found += [fit.party.organisation.name for fit in page.fits]
        cursor = page.next
    return found


async def test_both_sides_see_why(world: World) -> None:
    await both(world)
    (fit,) = (await world.services.introductions.suggestions(world.actor(world.anna))).fits
    assert (fit.party.organisation.name, fit.theirs, fit.ours, fit.mutual) == (
        "Telia",
        ("telecom",),
        ("schools",),
        True,
    )
    assert fit.party.offers == "know-how on blocking in networks"
    assert fit.party.needs == "teachers to talk to"
    assert fit.score > 0


async def test_one_looking_for_the_other_is_enough_and_none_is_not(world: World) -> None:
    await opened(world, world.anna, "Acme", "schools", "telecom")
    await opened(world, world.ben, "Telia", "telecom")
    await opened(world, world.mo, "Bank", "finance")
    assert await names(world, world.anna) == ["Telia"]
    assert await names(world, world.ben) == ["Acme"]
    assert await names(world, world.mo) == []


async def test_whoever_is_asked_already_is_not_suggested(world: World) -> None:
    _, telia = await both(world)
    known, _ = await world.services.introductions.ask(world.actor(world.anna), telia)
    assert (await names(world, world.anna), await names(world, world.ben)) == ([], [])
    await world.services.introductions.withdraw(world.actor(world.anna), known.id)
    assert (await names(world, world.anna), await names(world, world.ben)) == (["Telia"], ["Acme"])


async def test_only_the_words_of_those_who_speak_and_show_their_name_are_read(world: World) -> None:
    await both(world)
    hidden = "We offer:\nXQCOUNTED blocking"
    await saved(world, world.mo, "telecom", organisation="Telia", visibility=Visibility.COUNTED, offers=hidden)
    await saved(world, world.olga, "finance", organisation="Telia", visibility=Visibility.HIDDEN, offers=hidden)
    await joined(world, world.otto, "Telia", "ngo", offers="We offer:\nXQSILENT blocking")
    (fit,) = (await world.services.introductions.suggestions(world.actor(world.anna))).fits
    assert "XQ" not in repr(fit)
    assert fit.party.sectors == ("telecom",)
    assert [contact.user_id for contact in fit.party.contacts] == [world.ben.id]


async def test_somebody_who_hides_without_anybody_noticing_is_left_out_by_the_query_itself(world: World) -> None:
    """Were a row of a contact ever left behind, what that person hides stays hidden all the same."""
    await both(world)

    async def quietly(tx: Transaction) -> None:
        hide = members.update().where(members.c.user_id == world.ben.id).values(visibility="counted")
        await tx.run(hide)

    await world.services.database.write(quietly)
    assert await names(world, world.anna) == []


async def fill(world: World, count: int, start: int = 10_000) -> None:
    """Organisations of telecoms, every tenth of which looks for schools, each with somebody who speaks for it."""
    guild, version = world.guild.id, world.services.content.coalition.notice_version

    async def work(tx: Transaction) -> None:
        for at in range(start, start + count):
            name, wish = f"Telecom {at}", "schools" if at % 10 == 0 else "finance"
            await tx.insert(organisations, id=at, guild_id=guild, name=name, key=name.casefold(), near="",
                            created_at=0, confirmed=1, people=1)  # fmt: skip
            who = {"guild_id": guild, "user_id": 10**9 + at}
            await tx.insert(members, **who, organisation_id=at, offers=f"We offer:\nlines number {at}",
                            visibility="named", consent_version=version, joined_at=0, changed_at=0)  # fmt: skip
            await tx.insert(member_sectors, **who, position=0, sector="telecom", visibility="named")
            await tx.insert(introduction_contacts, **who, organisation_id=at, since=at)
            await tx.insert(introduction_wishes, guild_id=guild, organisation_id=at, position=0, sector=wish)

    await world.services.database.write(work)


async def test_pages_show_everybody_once_whatever_is_compared_at_a_time(world: World) -> None:
    await opened(world, world.anna, "Acme", "schools", "telecom", offers=ACME)
    await opened(world, world.ben, "Telia", "telecom", offers=TELIA)
    await fill(world, 2 * COMPARED + 7)
    found = await names(world, world.anna)
    assert len(found) == len(set(found)) == 2 * COMPARED + 8
    mutual = [name for name in found if name.endswith("0")]
    assert found[: len(mutual)] == mutual, "those who look for schools come first"
    assert found[len(mutual)] == "Telia", "then whose words fit"


@pytest.mark.no_cover
async def test_ten_thousand_organisations_are_no_burden(world: World) -> None:
    """Only forty of them are ever read; the rest of the work is the index's."""
    await opened(world, world.anna, "Acme", "schools", "telecom", offers=ACME)
    await fill(world, 10_000)
    page = await world.services.introductions.suggestions(world.actor(world.anna))
    assert len(page.fits) == PAGE
    assert all(fit.mutual for fit in page.fits)
    async with world.services.database.reading() as reading:
        plans = await reading.all(plan(world))
    assert not [row["detail"] for row in plans if row["detail"].startswith("SCAN introduction")], (
        "an index leads to each"
    )


def plan(world: World) -> TextClause:
    """The database's own account of how it finds who fits."""
    sql, _ = Statements().text(_fits)
    values = {"guild_id": world.guild.id, "mine": 1, "tier": 4, "after": 0, "most": 41}
    for name, value in values.items():
        sql = sql.replace(f":{name}", str(value))
    return text(f"EXPLAIN QUERY PLAN {sql}")
