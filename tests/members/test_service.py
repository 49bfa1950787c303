"""Registering, changing and leaving on a real database: what is stored, what is counted, what is refused."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.actor import Standing
from bot.errors import ConsentNeeded, Invalid, NotFound, NotJoined, Paused, TextStopped
from bot.members.model import COUNTERS, Reach, Visibility
from bot.storage import counters
from bot.storage.database import Transaction
from tests.members.joining import figures, registration, saved
from tests.world import World


async def test_saving_registers_and_counts_in_the_primary_sector(world: World) -> None:
    member = await saved(world, world.anna, "schools", "judiciary", organisation="Acme AB", offers="rooms")
    assert member.sectors == ("schools", "judiciary")
    assert member.organisation is not None
    assert (member.organisation.name, member.offers, member.reach) == ("Acme AB", "rooms", Reach.PROFILE)
    assert await figures(world) == {"counted": {"schools": 1}}
    assert await world.services.members.draft(world.actor(world.anna)) is None


async def test_saving_again_changes_and_the_counters_follow_exactly(world: World) -> None:
    first = await saved(world, world.anna, "schools", "judiciary")
    again = await saved(world, world.anna, "judiciary", visibility=Visibility.NAMED, organisation="Acme")
    assert again.joined_at == first.joined_at
    assert again.sectors == ("judiciary",)
    assert await figures(world) == {"named": {"judiciary": 1}}
    await saved(world, world.ben, "judiciary", visibility=Visibility.HIDDEN)
    assert await figures(world) == {"named": {"judiciary": 1}, "hidden": {"judiciary": 1}}
    for who in (world.anna, world.ben, world.ben):
        await world.services.privacy.leave(world.actor(who))
    assert await figures(world) == {}


async def test_recounting_mends_counters_that_drifted(world: World) -> None:
    await saved(world, world.anna, "schools")
    await saved(world, world.ben, "judiciary", visibility=Visibility.NAMED)
    assert await world.services.members.recount() == 0

    async def drift(tx: Transaction) -> None:
        await counters.add(tx, world.guild.id, COUNTERS[Visibility.COUNTED], "schools", 5)
        await counters.add(tx, world.guild.id, COUNTERS[Visibility.HIDDEN], "gone", 2)
        await counters.add(tx, 77, COUNTERS[Visibility.NAMED], "schools", 1)

    await world.services.database.write(drift)
    assert await world.services.members.recount() == 3
    assert await figures(world) == {"counted": {"schools": 1}, "named": {"judiciary": 1}}


async def test_without_consent_nothing_is_looked_at_or_stored(world: World) -> None:
    members, actor = world.services.members, world.actor(world.anna)
    for version in ("", "an older one"):
        with pytest.raises(ConsentNeeded):
            await members.prepare(actor, registration(world, "no such sector", consent_version=version))
    assert await world.services.privacy.held(actor) == {}


async def test_consent_is_asked_again_only_when_the_notice_changed(world: World) -> None:
    await saved(world, world.anna)
    assert (await saved(world, world.anna, "judiciary", consent_version="")).sectors == ("judiciary",)
    await world.services.servers.choose_notice(world.actor(world.ada, Standing.ADMIN), "And more", instead=False)
    version = (await world.services.privacy.notice(world.guild.id)).version
    with pytest.raises(ConsentNeeded) as needed:
        await saved(world, world.anna, consent_version="")
    assert needed.value.version == version
    assert (await saved(world, world.anna, consent_version=version)).consent_version == version


@pytest.mark.parametrize(
    ("sectors", "facts", "field", "why"),
    [
        ((), {}, "sectors", "empty"),
        (("schools", "schools"), {}, "sectors", "too many"),
        (("schools", "judiciary", "technology", "ngos"), {}, "sectors", "too many"),
        (("no-such-sector",), {}, "sectors", "unknown choice"),
        (("schools",), {"organisation": "x" * 81}, "organisation", "too long"),
        (("schools",), {"organisation": "!!!"}, "organisation", "no letters"),
        (("schools",), {"offers": "x" * 1001}, "offers", "too long"),
    ],
)
async def test_what_does_not_fit_is_refused(
    world: World, sectors: tuple[str, ...], facts: dict[str, Any], field: str, why: str
) -> None:
    actor = world.actor(world.anna)
    wanted = replace(registration(world, **facts), sectors=sectors)
    with pytest.raises(Invalid) as refused:
        await world.services.members.prepare(actor, wanted)
    assert (refused.value.field, refused.value.why) == (field, why)
    assert await world.services.privacy.held(actor) == {}


async def test_a_paused_person_registers_nothing_but_may_leave(world: World) -> None:
    await saved(world, world.anna)
    paused = replace(world.actor(world.anna), paused=True)
    with pytest.raises(Paused):
        await world.services.members.prepare(paused, registration(world))
    with pytest.raises(Paused):
        await world.services.members.require(paused)
    await world.services.privacy.leave(paused)
    with pytest.raises(NotJoined):
        await world.services.members.require(world.actor(world.anna))


async def test_a_sector_retired_while_the_card_is_open_is_noticed_at_save(world: World) -> None:
    members, actor = world.services.members, world.actor(world.anna)
    draft = await members.prepare(actor, registration(world, "schools"))
    await world.services.sectors.retire(world.actor(world.ada, Standing.ADMIN), "schools")
    with pytest.raises(Invalid):
        await members.save(actor, draft.id)
    assert await members.find(world.guild.id, world.anna.id) is None


async def test_a_draft_is_its_owners_alone_and_an_old_card_is_refused(world: World) -> None:
    members = world.services.members
    old = await members.prepare(world.actor(world.anna), registration(world, "schools"))
    new = await members.prepare(world.actor(world.anna), registration(world, "judiciary"))
    elsewhere = replace(world.actor(world.anna), guild_id=world.guild.id + 1)
    for actor, number in (
        (world.actor(world.anna), old.id),
        (world.actor(world.ben), new.id),
        (elsewhere, new.id),
    ):
        with pytest.raises(NotFound):
            await members.save(actor, number)
        with pytest.raises(NotFound):
            await members.adjust(actor, number, primary="schools")
        with pytest.raises(NotFound):
            await members.discard(actor, number)
    assert (await members.save(world.actor(world.anna), new.id)).sectors == ("judiciary",)


async def test_a_double_click_on_save_registers_once(world: World) -> None:
    members, actor = world.services.members, world.actor(world.anna)
    draft = await members.prepare(actor, registration(world))
    outcomes = await asyncio.gather(*(members.save(actor, draft.id) for _ in range(5)), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Member", *["NotFound"] * 4]
    assert await figures(world) == {"counted": {"schools": 1}}


async def test_drafts_go_after_a_day(world: World) -> None:
    members, actor = world.services.members, world.actor(world.anna)
    await members.prepare(actor, registration(world))
    await members.sweep()
    assert await members.draft(actor) is not None
    await world.env.advance_time(timedelta(hours=25).total_seconds())
    await members.sweep()
    assert await members.draft(actor) is None


async def test_the_card_completes_the_form(world: World) -> None:
    members, actor = world.services.members, world.actor(world.anna)
    draft = await members.prepare(actor, registration(world, "schools", "judiciary"))
    await members.adjust(actor, draft.id, primary="judiciary", visibility=Visibility.HIDDEN)
    await members.adjust(actor, draft.id, reach=(Reach.MENTION, world.somewhere.id))
    member = await members.save(actor, draft.id)
    assert (member.primary, member.visibility) == ("judiciary", Visibility.HIDDEN)
    assert await members.reach(world.guild.id, world.anna.id) == (Reach.MENTION, world.somewhere.id, None)
    again = await members.prepare(actor, registration(world, "schools"))
    assert again.registration.reach is Reach.MENTION  # a change of sectors is no change of this


async def test_one_organisation_however_it_is_spelt(world: World) -> None:
    one = await saved(world, world.anna, organisation="Acme AB", visibility=Visibility.NAMED)
    other = await saved(world, world.ben, organisation="ACME")
    assert one.organisation == other.organisation


async def test_a_near_miss_is_offered_and_can_be_taken(world: World) -> None:
    members, actor = world.services.members, world.actor(world.ben)
    await saved(world, world.anna, organisation="Nordic Telecom", visibility=Visibility.NAMED)
    draft = await members.prepare(actor, registration(world, organisation="Nordik Telecom"))
    assert [found.name for found in draft.meant] == ["Nordic Telecom"]
    taken = await members.adjust(actor, draft.id, organisation_id=draft.meant[0].id)
    assert (taken.registration.organisation, taken.meant) == ("Nordic Telecom", ())
    with pytest.raises(Invalid):
        await members.adjust(actor, draft.id, organisation_id=999)


@pytest.mark.parametrize("visibility", [Visibility.COUNTED, Visibility.HIDDEN])
async def test_an_organisation_that_nobody_shows_is_never_suggested(world: World, visibility: Visibility) -> None:
    members, actor = world.services.members, world.actor(world.ben)
    await saved(world, world.anna, organisation="Secret Unit", visibility=visibility)
    assert await world.services.organisations.shown_like(actor, "secret") == []
    draft = await members.prepare(actor, registration(world, organisation="Sekret Unit"))
    assert draft.meant == ()


async def test_suggestions_begin_with_what_was_typed_and_stay_in_their_server(world: World) -> None:
    for who, name in ((world.anna, "Nordic Telecom"), (world.ben, "Great Nordic 100%"), (world.mo, "Acme")):
        await saved(world, who, organisation=name, visibility=Visibility.NAMED)
    shown_like, actor = world.services.organisations.shown_like, world.actor(world.olga)
    assert [o.name for o in await shown_like(actor, "NORD")] == ["Nordic Telecom", "Great Nordic 100%"]
    assert [o.name for o in await shown_like(actor, "")] == [
        "Acme", "Great Nordic 100%", "Nordic Telecom",
    ]  # fmt: skip
    assert await shown_like(actor, "%") == await shown_like(actor, "")
    assert await world.services.organisations.shown_like(replace(actor, guild_id=1), "nord") == []


async def test_an_organisation_goes_with_its_last_member(world: World) -> None:
    await saved(world, world.anna, organisation="Acme", visibility=Visibility.NAMED)
    await saved(world, world.ben, organisation="Acme", visibility=Visibility.NAMED)
    olga = world.actor(world.olga)
    await world.services.privacy.leave(world.actor(world.anna))
    assert len(await world.services.organisations.shown_like(olga, "acme")) == 1
    await world.services.privacy.leave(world.actor(world.ben))
    assert await world.services.organisations.shown_like(olga, "acme") == []


@pytest.mark.parametrize("field", ["organisation", "offers"])
async def test_the_guard_reads_every_text_and_lets_the_vouched_pass(world: World, field: str) -> None:
    members, actor = world.services.members, world.actor(world.anna)
    words = registration(world, **{field: "please someone is live with a little kid on this app right now"})
    with pytest.raises(TextStopped) as stopped:
        await members.prepare(actor, words)
    assert stopped.value.field == field
    assert await world.services.privacy.held(actor) == {}
    draft = await members.prepare(replace(actor, vouched=True), replace(words, organisation="", offers="about us"))
    assert (await members.save(actor, draft.id)).offers == "about us"
