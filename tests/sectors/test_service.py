"""Changing a server's sectors on a real database: what is stored, what is refused, what everybody else then sees."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.actor import Actor, Standing
from bot.delivery.outbox import QUEUED, outbox
from bot.errors import Invalid, NotAllowed, NotFound, TextStopped
from bot.members.model import Visibility
from bot.pledges.model import Draft, Pledge
from bot.pledges.model import Visibility as Shown
from bot.sectors.model import MOST_ACTIVE, MOST_OWN, Change, ServerSectors, State, own_slug
from bot.sectors.model import Standing as Stands
from bot.sectors.service import Sectors
from bot.sectors.store import put, server_sectors
from bot.servers.service import WELCOME
from bot.storage.database import Transaction
from bot.wheel import cards as wheel_cards
from bot.wheel.model import CogState
from tests.members.joining import registration, saved
from tests.world import World


def boss(world: World) -> Actor:
    return world.actor(world.ada, Standing.ADMIN)


def elsewhere(world: World) -> Actor:
    """The same person as an admin of another server."""
    return replace(boss(world), guild_id=world.guild.id + 1)


async def here(world: World) -> ServerSectors:
    return await world.services.sectors.of(world.guild.id)


async def listed(world: World) -> list[str]:
    return [sector.slug for sector in (await here(world)).active]


async def queued(world: World) -> int:
    """How many welcome cards wait; all that wait are delivered."""
    waiting = select(func.count()).where(
        outbox.c.guild_id == world.guild.id, outbox.c.kind == WELCOME, outbox.c.state == QUEUED
    )
    async with world.services.database.reading() as reading:
        found = int(await reading.scalar(waiting))
    await world.settle(61)
    return found


async def pledged(world: World, sector: str) -> Pledge:
    """A pledge of Anna's that is active."""
    await saved(world, world.anna, sector)
    pledges, anna = world.services.pledges, world.actor(world.anna)
    draft = Draft("Hold a briefing", "It was held", None, "", Shown.COUNTED, sector=sector)
    pledge = await pledges.submit(anna, (await pledges.save_draft(anna, draft)).id)
    return await pledges.approve(world.actor(world.olga, Standing.ORGANISER), pledge.id)


# Adding and renaming.


async def test_an_added_sector_is_one_like_the_others(world: World) -> None:
    made = await world.services.sectors.add(boss(world), "Faith communities", "", "🕊️")
    assert (await listed(world))[-1] == made.slug == own_slug(world.guild.id, 1)
    await saved(world, world.anna, made.slug)
    sectors, figures = await world.services.wheel.look(world.guild.id)
    assert (sectors[-1], figures[-1].state) == (made, CogState.REGISTERED)
    assert await queued(world) == 1
    await world.restart()
    assert await listed(world) == [sector.slug for sector in sectors]
    assert (await here(world)).get(made.slug) == made


async def test_another_server_has_nothing_of_it(world: World) -> None:
    sectors = world.services.sectors
    made = await sectors.add(boss(world), "Faith communities", "Faith", "🕊️")
    there = await sectors.of(elsewhere(world).guild_id)
    assert there.get(made.slug) is None
    assert list(there.active) == world.services.content.core_sectors()
    attempts: list[Callable[[], Awaitable[object]]] = [
        lambda: sectors.rename(elsewhere(world), made.slug, 0, "Ours", "", ""),
        lambda: sectors.retire(elsewhere(world), made.slug),
        lambda: sectors.bring_back(elsewhere(world), made.slug),
        lambda: sectors.move(elsewhere(world), made.slug, 0),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            await attempt()
    with pytest.raises(Invalid):
        await world.services.members.prepare(
            replace(world.actor(world.anna), guild_id=elsewhere(world).guild_id), registration(world, made.slug)
        )
    theirs = await sectors.add(elsewhere(world), "Faith communities", "Faith", "🕊️")
    assert theirs.slug != made.slug
    assert (await here(world)).get(theirs.slug) is None


@pytest.mark.parametrize("standing", [Standing.MEMBER, Standing.MODERATOR, Standing.ORGANISER])
async def test_only_admins_change_the_list_or_see_exact_figures(world: World, standing: Standing) -> None:
    sectors, me = world.services.sectors, world.actor(world.olga, standing)
    attempts: list[Callable[[], Awaitable[object]]] = [
        lambda: sectors.add(me, "Ours", "", ""),
        lambda: sectors.rename(me, "schools", 0, "Ours", "", ""),
        lambda: sectors.retire(me, "schools"),
        lambda: sectors.bring_back(me, "schools"),
        lambda: sectors.move(me, "schools", 0),
        lambda: sectors.switch(me, "media", on=True),
        lambda: sectors.standing(me),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            await attempt()
    assert (await here(world)).changes == {}


async def test_of_two_who_add_the_same_name_at_once_one_is_told(world: World) -> None:
    names = ["Faith communities", "Faith  Communities", "FAITH COMMUNITIES"]
    done = await asyncio.gather(
        *(world.services.sectors.add(boss(world), name, "", "") for name in names), return_exceptions=True
    )
    assert sum(not isinstance(each, Exception) for each in done) == 1
    for refused in done:
        if isinstance(refused, Invalid):
            assert (refused.why, refused.facts["name"].split()[0].casefold()) == ("taken", "faith")
    assert len(await listed(world)) == 15


@pytest.mark.parametrize("name", ["Schools", "Schооls", "skola", "POLICE", "Polícé", "Rättsväsende", "Lawmakers."])
async def test_a_name_that_looks_like_another_is_refused(world: World, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        await world.services.sectors.add(boss(world), name, "Quite new", "")
    assert refused.value.why == "taken"
    with pytest.raises(Invalid):
        await world.services.sectors.rename(boss(world), "ngo", 0, name, "Quite new", "")
    assert (await here(world)).changes == {}


async def test_a_retired_name_is_brought_back_rather_than_added_anew(world: World) -> None:
    await world.services.sectors.retire(boss(world), "schools")
    with pytest.raises(Invalid) as refused:
        await world.services.sectors.add(boss(world), "Schools", "", "")
    assert refused.value.why == "taken by a retired one"


async def test_names_pass_the_guard_before_they_are_stored(world: World) -> None:
    for name in ("abcdefghij234567.onion", "holiday.jpg"):
        with pytest.raises(TextStopped) as stopped:
            await world.services.sectors.add(boss(world), name, "", "")
        assert name not in str(stopped.value)
    assert (await here(world)).changes == {}


async def test_ordinary_names_pass_the_guard(world: World) -> None:
    for name in ("Faith communities", "Sports clubs", "Foster care", "Child helplines", "Gaming", "Brottsofferjourer"):
        made = await world.services.sectors.add(boss(world), name, "", "")
        assert made.name.text("sv") == name


async def test_who_changes_only_the_emoji_keeps_the_translations(world: World) -> None:
    after = await world.services.sectors.rename(boss(world), "schools", 0, "Schools and preschools", "Schools", "🎒")
    original = world.services.content.sectors["schools"]
    assert after.changes["schools"] == Change(
        "schools", name=None if "Schools and preschools" in original.name.texts.values() else "Schools and preschools",
        emoji="🎒", revision=1,
    )  # fmt: skip
    english, short = original.name.text("en"), original.short.text("en")
    after = await world.services.sectors.rename(boss(world), "schools", 1, english, short, "🎒")
    assert after.name("schools", "sv") == original.name.text("sv")
    assert after.known["schools"].emoji == "🎒"
    after = await world.services.sectors.rename(boss(world), "schools", 2, english, short, original.emoji)
    assert after.known["schools"] == original


async def test_a_rename_over_somebody_elses_is_noticed(world: World) -> None:
    sectors = world.services.sectors
    await sectors.rename(boss(world), "schools", 0, "Schools and nurseries", "Schools", "🏫")
    with pytest.raises(Invalid) as refused:
        await sectors.rename(boss(world), "schools", 0, "Schools, all of them", "Schools", "🏫")
    assert (refused.value.why, refused.value.facts["name"]) == ("renamed meanwhile", "Schools and nurseries")
    after = await sectors.rename(boss(world), "schools", 1, "Schools, all of them", "Schools", "🏫")
    assert after.name("schools") == "Schools, all of them"
    again = await sectors.rename(boss(world), "schools", 2, "Schools, all of them", "Schools", "🏫")
    assert again.changes["schools"].revision == 2, "saving the same words changes nothing"


# Off the list and on it.


async def test_a_twenty_fifth_is_refused_however_it_comes(world: World) -> None:
    sectors = world.services.sectors
    free = MOST_ACTIVE - len(await listed(world))
    for number in range(free):
        await sectors.add(boss(world), f"Guild {'abcdefghijklm'[number] * 3}", "", "")
    attempts: list[Callable[[], Awaitable[object]]] = [
        lambda: sectors.add(boss(world), "One more", "", ""),
        lambda: sectors.switch(boss(world), "media", on=True),
    ]
    for attempt in attempts:
        with pytest.raises(Invalid) as refused:
            await attempt()
        assert refused.value.why == "list full"
    await sectors.retire(boss(world), "schools")
    await sectors.switch(boss(world), "media", on=True)
    with pytest.raises(Invalid):
        await sectors.bring_back(boss(world), "schools")
    assert len(await listed(world)) == MOST_ACTIVE


async def test_two_admins_share_the_last_free_place(world: World) -> None:
    sectors = world.services.sectors
    for number in range(MOST_ACTIVE - len(await listed(world)) - 1):
        await sectors.add(boss(world), f"Guild {'abcdefghijklm'[number] * 3}", "", "")
    done = await asyncio.gather(
        sectors.add(boss(world), "Morning watch", "", ""),
        sectors.add(boss(world), "Evening choir", "", ""),
        sectors.switch(boss(world), "media", on=True),
        return_exceptions=True,
    )
    assert sum(not isinstance(each, Exception) for each in done) == 1
    assert len(await listed(world)) == MOST_ACTIVE


async def test_own_sectors_have_an_end_too(world: World) -> None:
    async def work(tx: Transaction) -> None:
        for number in range(1, MOST_OWN + 1):
            slug = own_slug(world.guild.id, number)
            await put(tx, world.guild.id, Change(slug, f"Guild {number}", state=State.RETIRED))

    await world.services.database.write(work)
    with pytest.raises(Invalid) as refused:
        await world.services.sectors.add(boss(world), "One more", "", "")
    assert refused.value.why == "too many own"


async def test_retiring_keeps_what_stands_in_it(world: World) -> None:
    sectors, services = world.services.sectors, world.services
    pledge = await pledged(world, "schools")
    await saved(world, world.ben, "schools", visibility=Visibility.HIDDEN)
    assert await sectors.standing(boss(world)) == {"schools": Stands(2, 1)}
    await sectors.retire(boss(world), "schools")
    await services.members.recount()
    await services.pledges.sweep()
    assert "schools" not in await listed(world)
    assert await sectors.standing(boss(world)) == {"schools": Stands(2, 1)}
    member = await services.members.find(world.guild.id, world.anna.id)
    assert member is not None
    assert member.sectors == ("schools",)
    page = await services.pledges.public(world.actor(world.mo), sector="schools")
    assert [each.id for each in page.pledges] == [pledge.id]
    assert (await here(world)).name("schools", "sv") == services.content.sectors["schools"].name.text("sv")
    cogs, figures = await services.wheel.look(world.guild.id)
    assert "schools" not in {sector.slug for sector in cogs} | {figure.slug for figure in figures}
    done = await services.pledges.done(world.actor(world.anna), pledge.id)
    await services.pledges.confirm(world.actor(world.olga, Standing.ORGANISER), done.id)
    back = await sectors.bring_back(boss(world), "schools")
    assert back.active == (await sectors.of(elsewhere(world).guild_id)).active
    found = next(f for f in await services.wheel.figures(world.guild.id) if f.slug == "schools")
    assert found.state is CogState.KEPT, "what happened meanwhile counts too"


async def test_who_stands_in_a_retired_sector_keeps_it_and_nobody_else_gets_it(world: World) -> None:
    await saved(world, world.anna, "schools", "judiciary")
    await world.services.sectors.retire(boss(world), "schools")
    assert (await saved(world, world.anna, "ngo", "schools")).sectors == ("ngo", "schools")
    with pytest.raises(Invalid) as refused:
        await saved(world, world.ben, "schools", "ngo")
    assert refused.value.why == "retired"
    assert (await saved(world, world.anna, "ngo")).sectors == ("ngo",)
    with pytest.raises(Invalid):
        await saved(world, world.anna, "schools")


async def test_a_form_that_waits_for_save_is_looked_at_again(world: World) -> None:
    members, anna = world.services.members, world.actor(world.anna)
    draft = await members.prepare(anna, registration(world, "schools"))
    await world.services.sectors.retire(boss(world), "schools")
    with pytest.raises(Invalid) as refused:
        await members.save(anna, draft.id)
    assert refused.value.why == "retired"
    await world.services.sectors.bring_back(boss(world), "schools")
    assert (await members.save(anna, draft.id)).sectors == ("schools",)


async def test_clicking_twice_changes_nothing_the_second_time(world: World) -> None:
    sectors = world.services.sectors
    await sectors.retire(boss(world), "schools")
    await sectors.switch(boss(world), "media", on=True)
    await sectors.move(boss(world), "ngo", 0)
    once = await here(world)
    await queued(world)
    await asyncio.gather(
        sectors.retire(boss(world), "schools"),
        sectors.switch(boss(world), "media", on=True),
        sectors.move(boss(world), "ngo", 0),
    )
    assert await here(world) == once
    assert await queued(world) == 0
    await sectors.bring_back(boss(world), "schools")
    twice = await sectors.bring_back(boss(world), "schools")
    assert sum(sector.slug == "schools" for sector in twice.active) == 1


async def test_the_last_sector_can_not_be_retired(world: World) -> None:
    sectors = world.services.sectors
    *others, last = await listed(world)
    for slug in others:
        await sectors.retire(boss(world), slug)
    with pytest.raises(Invalid) as refused:
        await sectors.retire(boss(world), last)
    assert refused.value.why == "last one"
    assert await listed(world) == [last]
    sectors_, figures = await world.services.wheel.look(world.guild.id)
    wheel_cards.to_picture(world.services.content, sectors_, figures, "One")


async def test_two_who_retire_the_last_two_leave_one(world: World) -> None:
    *others, one, two = await listed(world)
    for slug in others:
        await world.services.sectors.retire(boss(world), slug)
    done = await asyncio.gather(
        *(world.services.sectors.retire(boss(world), slug) for slug in (one, two)), return_exceptions=True
    )
    assert sum(isinstance(each, Invalid) for each in done) == 1
    assert len(await listed(world)) == 1


async def test_optional_sectors_come_and_go_together(world: World) -> None:
    sectors = world.services.sectors
    on = await sectors.switch(boss(world), "media", on=True)
    assert on.is_active("media")
    assert on.pack("media").on
    await saved(world, world.anna, "media")
    off = await sectors.switch(boss(world), "media", on=False)
    assert not off.pack("media").on
    assert [sector.slug for sector in off.retired] == ["media"]
    with pytest.raises(NotFound):
        await sectors.switch(boss(world), "no-such-pack", on=True)
    with pytest.raises(NotFound):
        await sectors.retire(boss(world), "travel")


async def test_an_optional_sector_that_looks_like_an_own_one_stays_off(world: World) -> None:
    await world.services.sectors.add(boss(world), "Media", "", "")
    with pytest.raises(Invalid) as refused:
        await world.services.sectors.switch(boss(world), "media", on=True)
    assert (refused.value.why, refused.value.facts["name"]) == ("taken", "Media")


# Order.


async def test_an_order_is_kept_and_new_ones_come_last(world: World) -> None:
    sectors = world.services.sectors
    before = await listed(world)
    await sectors.move(boss(world), before[-1], 0)
    await sectors.move(boss(world), before[0], 99)
    assert await listed(world) == [before[-1], *before[1:-1], before[0]]
    made = await sectors.add(boss(world), "Faith communities", "", "")
    assert (await listed(world))[-1] == made.slug
    await sectors.retire(boss(world), before[1])
    await sectors.bring_back(boss(world), before[1])
    await world.restart()
    assert await listed(world) == [before[-1], *before[1:-1], before[0], made.slug]
    cogs, _ = await world.services.wheel.look(world.guild.id)
    assert [sector.slug for sector in cogs] == await listed(world)


async def test_two_who_reorder_at_once_lose_no_sector(world: World) -> None:
    before = await listed(world)
    await asyncio.gather(
        *(world.services.sectors.move(boss(world), slug, place) for place, slug in enumerate(reversed(before)))
    )
    assert sorted(await listed(world)) == sorted(before)


# When the content changes under a server.


async def test_a_content_without_a_sector_that_people_stand_in(world: World) -> None:
    await pledged(world, "schools")
    content = world.services.content
    smaller = replace(content, sectors={slug: s for slug, s in content.sectors.items() if slug != "schools"})
    world.services.sectors._content = smaller
    world.services.sectors.drop(world.guild.id)
    assert "schools" not in await listed(world)
    assert (await here(world)).name("schools") == "Schools"
    assert (await saved(world, world.anna, "schools", "ngo")).sectors == ("schools", "ngo")
    with pytest.raises(Invalid):
        await saved(world, world.ben, "schools")
    assert await world.services.members.recount() == 0
    (finding,) = await world.services.sectors.findings(world.guild.id, "en")
    assert (finding.what, finding.facts) == ("sectors dropped", {"names": ("Schools",), "count": 1})


async def test_a_server_without_trouble_has_no_findings(world: World) -> None:
    await pledged(world, "schools")
    await world.services.sectors.add(boss(world), "Faith communities", "", "")
    await world.services.sectors.retire(boss(world), "schools")
    assert await world.services.sectors.findings(world.guild.id, "en") == []


async def test_a_content_that_brings_a_double_or_too_many_is_found(world: World) -> None:
    sectors, content = world.services.sectors, world.services.content
    for number in range(MOST_ACTIVE - len(content.core_sectors()) - 1):
        await sectors.add(boss(world), f"Guild {'abcdefghijklm'[number] * 3}", "", "")
    await sectors.add(boss(world), "Weather", "", "")
    schools = content.sectors["schools"]
    name = replace(schools.name, texts={"en": "Wéather"})
    double = replace(schools, slug="weather", name=name, short=name)
    sectors._content = replace(content, sectors={**content.sectors, "weather": double})
    sectors.drop(world.guild.id)
    (crowded,) = await sectors.findings(world.guild.id, "en")
    assert (crowded.what, crowded.facts["names"]) == ("sectors crowded", ("Wéather",))
    await sectors.retire(boss(world), "ngo")
    (alike,) = await sectors.findings(world.guild.id, "en")
    assert (alike.what, set(alike.facts["names"])) == ("sectors alike", {"Weather", "Wéather"})  # type: ignore[call-overload]


# Memory.


async def test_what_is_in_memory_is_never_older_than_the_last_change(world: World) -> None:
    """A list that is read while another is being changed is not kept beyond the change."""
    services = world.services
    fresh = Sectors(services.database, services.outbox, services.gate, services.content)
    for number in range(10):
        slug = services.content.core_sectors()[number].slug
        await asyncio.gather(fresh.of(world.guild.id), fresh.retire(boss(world), slug), fresh.of(world.guild.id))
        assert not (await fresh.of(world.guild.id)).is_active(slug)


async def test_a_server_that_is_forgotten_starts_afresh(world: World) -> None:
    await world.services.sectors.retire(boss(world), "schools")

    async def work(tx: Transaction) -> None:
        await tx.run(server_sectors.delete().where(server_sectors.c.guild_id == world.guild.id))

    await world.services.database.write(work)
    world.services.sectors.drop(world.guild.id)
    assert "schools" in await listed(world)


async def test_names_in_other_scripts_stand_on_the_wheel(world: World) -> None:
    sectors = world.services.sectors
    for name, short, emoji in (
        ("Школы", "Школы", "🏫"),
        ("Σχολεία", "", ""),
        ("学校", "", "🏯"),
        ("مدارس", "", ""),
        ("शिक्षा", "", "📚"),
        ("Škołyć", "", ""),
    ):
        await sectors.add(boss(world), name, short, emoji)
    await sectors.switch(boss(world), "media", on=True)
    await sectors.switch(boss(world), "travel", on=True)
    await sectors.add(boss(world), "Last of all", "", "")
    await sectors.add(boss(world), "Really the last", "", "")
    cogs, figures = await world.services.wheel.look(world.guild.id)
    assert len(cogs) == MOST_ACTIVE
    shown = wheel_cards.to_picture(world.services.content, cogs, figures, "Ours")
    assert "学校" in wheel_cards.in_words(shown)
    image = await world.services.wheel.png(shown)
    assert image.startswith(b"\x89PNG")
    for slug in [sector.slug for sector in cogs][1:]:
        await sectors.retire(boss(world), slug)
    cogs, figures = await world.services.wheel.look(world.guild.id)
    alone = wheel_cards.to_picture(world.services.content, cogs, figures, "Ours")
    assert (await world.services.wheel.png(alone)).startswith(b"\x89PNG")
