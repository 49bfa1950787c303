"""The numbers behind the wheel: what they follow, what they hide, and that a picture is drawn once."""

from __future__ import annotations

import asyncio
import itertools
import threading

import pytest

from bot.actor import Standing
from bot.errors import Invalid
from bot.members.model import Registration, Visibility
from bot.pledges.model import Draft, Review
from bot.pledges.model import Visibility as Shown
from bot.storage import counters
from bot.storage.database import Transaction
from bot.wheel import cards
from bot.wheel.figures import Figure, SectorFigures, others_figure, partners_figure, pledges_figure, sector_figures
from bot.wheel.model import CogState, Picture
from bot.wheel.service import Wheel
from tests.world import World

SMALL = 3


def figures(named: int, others: int, **more: int) -> SectorFigures:
    facts = {"active": 0, "kept": 0, "declared": 0, "small": SMALL, **more}
    return sector_figures("s", named=named, others=others, **facts)


def said(found: SectorFigures) -> tuple[object, ...]:
    """Everything of a sector's partners that somebody who is not an organiser can read."""
    return found.partners, found.others, found.size, found.state


@pytest.mark.parametrize("named", range(14))
def test_nobody_can_work_out_how_many_of_a_few_there_are(named: int) -> None:
    # The named are listed one by one, so whatever differs between one and two others tells which it is.
    assert said(figures(named, 1)) == said(figures(named, 2))


def test_figures_about_few_people_are_a_few() -> None:
    for named, others in itertools.product(range(8), range(8)):
        for figure in (partners_figure(named, others, SMALL), others_figure(others, SMALL)):
            assert figure.at_least == 0 or figure.at_least >= SMALL
            assert figure.vague or figure.at_least in (0, others, named + others)
    assert partners_figure(0, 0, SMALL) == Figure(0)
    assert partners_figure(5, 2, SMALL) == Figure(5, vague=True)
    assert partners_figure(1, 4, SMALL) == Figure(5)


@pytest.mark.parametrize("pledges", [1, 2, 3, 40])
def test_pledges_of_few_partners_are_a_few_however_many(pledges: int) -> None:
    # One listed name and nobody else: a number would be that person's, who chose to be counted only.
    found = figures(1, 0, active=pledges, kept=pledges, declared=pledges)
    assert {found.active, found.kept, found.declared} == {Figure(0, vague=True)}
    assert pledges_figure(0, 1, SMALL) == Figure()
    assert figures(1, 2, active=pledges).active == Figure(pledges)


def test_a_larger_threshold_masks_more() -> None:
    assert partners_figure(4, 0, 5) == Figure(0, vague=True)
    assert figures(0, 4, small=5).size == 1


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ({}, CogState.WAITING),
        ({"named": 1}, CogState.REGISTERED),
        ({"others": 1}, CogState.REGISTERED),
        ({"named": 1, "active": 1}, CogState.ACTIVE),
        ({"named": 1, "declared": 1}, CogState.ACTIVE),
        ({"named": 1, "active": 1, "kept": 1}, CogState.KEPT),
    ],
)
def test_a_cog_is_lit_by_what_its_sector_does(counts: dict[str, int], state: CogState) -> None:
    assert figures(counts.pop("named", 0), counts.pop("others", 0), **counts).state is state


async def join(world: World, who: object, sector: str, visibility: Visibility) -> None:
    members = world.services.members
    person = world.actor(who)  # type: ignore[arg-type]
    consent = world.services.content.coalition.notice_version
    draft = await members.prepare(
        person, Registration(sectors=(sector,), visibility=visibility, consent_version=consent)
    )
    await members.save(person, draft.id)


async def shown(world: World, sector: str) -> SectorFigures:
    return next(f for f in await world.services.wheel.figures(world.guild.id) if f.slug == sector)


async def test_a_cog_follows_join_pledge_and_kept(world: World) -> None:
    sector = next(iter(world.services.content.sectors))
    assert (await shown(world, sector)).state is CogState.WAITING
    await join(world, world.anna, sector, Visibility.NAMED)
    assert (await shown(world, sector)).state is CogState.REGISTERED
    pledges, olga = world.services.pledges, world.actor(world.olga, Standing.ORGANISER)
    anna = world.actor(world.anna)
    draft = Draft("Hold a briefing", "It was held", None, "", Shown.COUNTED, sector=sector)
    pledge = await pledges.submit(anna, (await pledges.save_draft(anna, draft)).id)
    assert pledge.review is Review.BEFORE
    assert (await shown(world, sector)).state is CogState.REGISTERED
    await pledges.approve(olga, pledge.id)
    assert (await shown(world, sector)).state is CogState.ACTIVE
    await pledges.done(anna, pledge.id)
    assert (await shown(world, sector)).state is CogState.ACTIVE
    await pledges.confirm(olga, pledge.id)
    found = await shown(world, sector)
    assert (found.state, found.active, found.kept) == (CogState.KEPT, Figure(), Figure(0, vague=True))


async def test_whoever_only_organisers_see_is_in_no_figure(world: World) -> None:
    sector = next(iter(world.services.content.sectors))
    for who in (world.anna, world.ben, world.mo, world.otto):
        await join(world, who, sector, Visibility.HIDDEN)
    found = await shown(world, sector)
    assert (found.state, found.partners, found.others) == (CogState.WAITING, Figure(), Figure())
    page = await world.services.wheel.partners(world.actor(world.olga), sector)
    assert page.members == ()


async def test_only_the_named_are_listed_page_by_page(world: World) -> None:
    sector = next(iter(world.services.content.sectors))
    await join(world, world.ben, sector, Visibility.COUNTED)
    named = (world.anna, world.mo, world.olga, world.otto, world.ada)
    for who in named:
        await join(world, who, sector, Visibility.NAMED)
    late = world.guild.add_member(world.env.create_user("late"))
    await join(world, late, sector, Visibility.NAMED)
    actor = world.actor(world.ben)
    first = await world.services.wheel.partners(actor, sector)
    assert first.after is not None
    second = await world.services.wheel.partners(actor, sector, first.after)
    assert {m.user_id for m in (*first.members, *second.members)} == {who.id for who in (*named, late)}
    assert second.after is None
    with pytest.raises(Invalid):
        await world.services.wheel.partners(actor, "no-such-sector")


async def test_a_hundred_thousand_members_take_no_more_than_their_counters(world: World) -> None:
    sector = next(iter(world.services.content.sectors))

    async def work(tx: Transaction) -> None:
        await counters.add(tx, world.guild.id, "members.counted", sector, 100_000)

    await world.services.database.write(work)
    found = await shown(world, sector)
    assert found.partners == Figure(100_000)
    assert found.size == 3


# The picture.


async def picture(world: World, found: tuple[SectorFigures, ...]) -> Picture:
    sectors = await world.services.wheel.sectors(world.guild.id)
    return cards.to_picture(world.services.content, sectors, found, "Our server")


async def test_the_words_say_what_the_picture_shows(world: World) -> None:
    sectors = [sector.slug for sector in await world.services.wheel.sectors(world.guild.id)]
    found = tuple(
        sector_figures(slug, named=n, others=n % 4, active=n % 3, kept=int(n % 5 == 1), declared=0, small=SMALL)
        for n, slug in enumerate(sectors)
    )
    shown_picture = await picture(world, found)
    words, alt = cards.in_words(shown_picture), cards.alt_text(shown_picture)
    assert len(alt) <= 1024
    lines = {line for line in words.splitlines() if line}
    for cog in shown_picture.cogs:
        line = next(line for line in lines if f"{cards.state_words(cog.state)}:" in line)
        label = {"few": "a few"}.get(cog.count_label, cog.count_label)  # the shorter word is for inside a cog
        count = f" ({label})" if label else ""
        assert f"{cog.name}{count}" in line
        assert f"{cog.short}{count}" in alt
        assert sum(cog.name in each for each in lines) == 1
    moving = sum(cog.state.turns for cog in shown_picture.cogs)
    assert f"{moving} of {len(sectors)}" in shown_picture.centre_line
    assert shown_picture.centre_line in alt


async def test_an_empty_coalition_has_a_wheel_of_waiting_cogs(world: World) -> None:
    shown_picture = await picture(world, await world.services.wheel.figures(world.guild.id))
    assert {cog.state for cog in shown_picture.cogs} == {CogState.WAITING}
    assert {cog.count_label for cog in shown_picture.cogs} == {""}


async def test_a_picture_is_drawn_once_off_the_event_loop_and_old_ones_are_let_go(world: World) -> None:
    here = world.services
    threads: list[int] = []

    def draw(wanted: Picture) -> bytes:
        threads.append(threading.get_ident())
        return wanted.title.encode()

    wheel = Wheel(here.database, here.outbox, here.servers, here.members, here.sectors, here.clock, draw)
    sectors, found = await wheel.look(world.guild.id)
    many = [cards.to_picture(here.content, sectors, found, f"Server {n}") for n in range(30)]
    drawn = await asyncio.gather(*(wheel.png(many[0]) for _ in range(10)))
    assert set(drawn) == {b"Server 0"}
    assert len(threads) == 1
    assert threads[0] != threading.get_ident()
    assert wheel.is_drawn(many[0])
    for each in many:
        await wheel.png(each)
    assert not wheel.is_drawn(many[0])
    assert wheel.is_drawn(many[-1])
