"""Organisations on a real database: what organisers decide, what moves with it, what goes and what stays."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import simcord
from discord import ui
from sqlalchemy import select

from bot.actor import Actor, Standing
from bot.errors import AlreadyDecided, Invalid, NotAllowed, NotFound, Paused, TextStopped
from bot.members.model import Organisation, Visibility
from bot.members.organisation_cards import merge_question
from bot.members.organisation_model import Deed, Merging
from bot.members.organisation_tables import organisation_aliases, organisation_history, organisations
from bot.pledges.model import Draft
from bot.pledges.model import Visibility as Shown
from bot.servers.model import Channel
from bot.storage.database import Transaction
from tests import simhelp
from tests.members.joining import registration, saved
from tests.world import World

DANGER = "please someone is live with a little kid on this app right now"


def organiser(world: World, who: simcord.MemberActor | None = None) -> Actor:
    return world.actor(who or world.olga, Standing.ORGANISER)


async def named(world: World, who: simcord.MemberActor, name: str, **facts: object) -> Organisation:
    """Register somebody with an organisation; the organisation."""
    member = await saved(world, who, organisation=name, **{"visibility": Visibility.NAMED, **facts})
    assert member.organisation is not None
    return member.organisation


async def pledged(world: World, who: simcord.MemberActor, what: str = "Hold a briefing") -> int:
    """An active pledge in the name of somebody's organisation."""
    pledges, actor = world.services.pledges, world.actor(who)
    due = world.services.clock() + timedelta(days=30)
    draft = Draft(what, "It was held", due, "", Shown.NAMED, for_organisation=True)
    made = await pledges.save_draft(actor, draft)
    await pledges.submit(actor, made.id)
    return (await pledges.approve(organiser(world, world.otto), made.id)).id


async def rows(world: World, table: object) -> list[dict[str, object]]:
    async with world.services.database.reading() as reading:
        return [dict(row) for row in await reading.all(select(table))]  # type: ignore[call-overload]


async def people(world: World) -> dict[str, int]:
    """Name -> people as they are counted."""
    return {str(row["name"]): int(str(row["people"])) for row in await rows(world, organisations)}


# ------------------------------------------------------------------------------------------------ the queue


async def test_the_queue_has_most_people_first_then_the_oldest_five_a_page(world: World) -> None:
    found = world.services.organisations
    crowd = [world.guild.add_member(world.env.create_user(f"c{n}"), roles=[]) for n in range(8)]
    for number, who in enumerate(crowd):
        await named(world, who, f"House {min(number, 6)}", visibility=Visibility.HIDDEN)
    first = await found.queue(organiser(world))
    assert [(line.organisation.name, line.people) for line in first.lines] == [
        ("House 6", 2), ("House 0", 1), ("House 1", 1), ("House 2", 1), ("House 3", 1),
    ]  # fmt: skip
    second = await found.queue(organiser(world), first.after)
    assert [line.organisation.name for line in second.lines] == ["House 4", "House 5"]
    assert second.after is None
    await found.confirm(organiser(world), first.lines[0].organisation.id, 0)
    assert "House 6" not in [line.organisation.name for line in (await found.queue(organiser(world))).lines]


@pytest.mark.parametrize("standing", [Standing.MEMBER, Standing.MODERATOR])
async def test_only_organisers_look_and_decide(world: World, standing: Standing) -> None:
    one, other = await named(world, world.anna, "Acme"), await named(world, world.ben, "Other")
    found, actor = world.services.organisations, world.actor(world.mo, standing)
    for attempt in (
        found.queue(actor), found.search(actor, "a"), found.found(actor, "acme"), found.desk(actor, one.id),
        found.history(actor, one.id), found.open_for(actor, one.id), found.confirm(actor, one.id, 0),
        found.unconfirm(actor, one.id, 0, "why"), found.rename(actor, one.id, 0, "Name"), found.plan(actor, one.id, 2),
        found.set_domain(actor, one.id, 0, "example.org"), found.remove_domain(actor, one.id, 0),
        found.merge(actor, one.id, other.id, 0),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            await attempt
    assert await rows(world, organisation_history) == []


async def test_another_servers_organisation_is_not_there(world: World) -> None:
    one, other = await named(world, world.anna, "Acme"), await named(world, world.ben, "Other")
    found, stranger = world.services.organisations, replace(organiser(world), guild_id=world.guild.id + 1)
    assert (await found.queue(stranger)).lines == ()
    assert await found.search(stranger, "acme") == await found.found(stranger, f"#{one.id}") == []
    for attempt in (
        found.desk(stranger, one.id), found.history(stranger, one.id), found.confirm(stranger, one.id, 0),
        found.rename(stranger, one.id, 0, "Mine"), found.set_domain(stranger, one.id, 0, "example.org"),
        found.plan(stranger, one.id, other.id), found.merge(stranger, one.id, other.id, 0),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            await attempt
    assert await people(world) == {"Acme": 1, "Other": 1}


async def test_the_desk_tells_all_about_one(world: World) -> None:
    one = await named(world, world.anna, "Nordic Telecom")
    await named(world, world.ben, "NORDIC TELECOM AB", visibility=Visibility.HIDDEN)
    await saved(world, world.mo, "judiciary", organisation="Nordic Telecom", visibility=Visibility.COUNTED)
    await named(world, world.otto, "Nordik Telekom", visibility=Visibility.HIDDEN)
    await pledged(world, world.anna)
    desk = await world.services.organisations.desk(organiser(world), one.id)
    assert (desk.people, desk.by_sector, desk.pledges) == (3, (("schools", 2), ("judiciary", 1)), 1)
    assert [like.name for like in desk.like] == ["Nordik Telekom"]
    assert (desk.last, desk.former_names, desk.barred) == (None, (), False)


async def test_a_search_finds_hidden_earlier_and_misspelt_names(world: World) -> None:
    found, olga = world.services.organisations, organiser(world)
    one = await named(world, world.anna, "Secret Unit", visibility=Visibility.HIDDEN)
    await found.rename(olga, one.id, 0, "Open House")
    assert [o.name for o in await found.search(olga, "secr")] == ["Open House"]
    assert [o.name for o in await found.found(olga, "SECRET unit")] == ["Open House"]
    assert [o.name for o in await found.found(olga, f"#{one.id}")] == ["Open House"]
    assert [o.name for o in await found.found(olga, "Opne House")] == ["Open House"]
    for nothing in ("#999", "!!!", "", "#" + "9" * 30, "Zebra"):
        assert await found.found(olga, nothing) == []
    with pytest.raises(TextStopped):
        await found.found(olga, DANGER)


# --------------------------------------------------------------------------------------------- confirming


async def test_confirming_shows_wherever_the_organisation_is_named(world: World) -> None:
    one = await named(world, world.anna, "Acme")
    await pledged(world, world.anna)
    await world.settle()
    desk = await world.services.organisations.confirm(organiser(world), one.id, 0)
    assert desk.organisation.confirmed
    assert desk.last is not None
    assert (desk.last.deed, desk.last.by, desk.last.own) == (Deed.CONFIRM, world.olga.id, False)
    await world.settle()
    mark = "Acme (✓ confirmed by the organisers)"
    assert mark in simhelp.texts(simhelp.post(world.channels[Channel.PLEDGES], "Hold a briefing"))
    assert mark in simhelp.texts(simhelp.post(world.channels[Channel.ORGANISERS], "Hold a briefing"))
    assert mark in simhelp.texts(await world.ben.slash(world.somewhere, "wheel", sector="schools"))
    assert mark in simhelp.texts(await world.anna.slash(world.somewhere, "profile"))
    await world.services.organisations.unconfirm(organiser(world), one.id, 1, "Not who we thought")
    await world.settle()
    assert "✓" not in simhelp.texts(simhelp.post(world.channels[Channel.PLEDGES], "Hold a briefing"))


async def test_of_two_organisers_one_decides_and_the_other_hears_who(world: World) -> None:
    one = await named(world, world.anna, "Acme")
    found = world.services.organisations
    outcomes = await asyncio.gather(
        *(found.confirm(organiser(world, who), one.id, 0) for who in (world.olga, world.otto)), return_exceptions=True
    )
    lost = [outcome for outcome in outcomes if isinstance(outcome, AlreadyDecided)]
    assert len(lost) == 1
    history = await rows(world, organisation_history)
    assert (lost[0].status, lost[0].by) == ("organisation confirm", history[0]["by_id"])
    assert len(history) == 1
    for late in (found.rename(organiser(world), one.id, 0, "Other"), found.remove_domain(organiser(world), one.id, 0)):
        with pytest.raises(AlreadyDecided) as too_late:
            await late
        assert too_late.value.by == history[0]["by_id"]


async def test_taking_back_needs_a_reason_and_is_recorded(world: World) -> None:
    found, olga = world.services.organisations, organiser(world)
    one = await named(world, world.anna, "Acme")
    await found.confirm(olga, one.id, 0)
    for reason, error in ((" ", Invalid), ("x" * 301, Invalid), (DANGER, TextStopped)):
        with pytest.raises(error):
            await found.unconfirm(olga, one.id, 1, reason)
    with pytest.raises(Paused):
        await found.unconfirm(replace(olga, paused=True), one.id, 1, "reason")
    assert not (await found.unconfirm(olga, one.id, 1, "It was a joke")).organisation.confirmed
    _, changes = await found.history(olga, one.id)
    assert [(change.deed, change.reason) for change in changes] == [
        (Deed.UNCONFIRM, "It was a joke"), (Deed.CONFIRM, ""),
    ]  # fmt: skip
    with pytest.raises(Invalid):
        await found.unconfirm(olga, one.id, 2, "again")


async def test_nobody_decides_about_their_own_unless_the_server_allows_it_and_then_it_is_recorded(world: World) -> None:
    found, olga = world.services.organisations, organiser(world)
    mine, other = await named(world, world.olga, "Acme"), await named(world, world.anna, "Other")
    assert (await found.desk(olga, mine.id)).barred
    for attempt in (
        found.open_for(olga, mine.id), found.confirm(olga, mine.id, 0), found.rename(olga, mine.id, 0, "Better"),
        found.set_domain(olga, mine.id, 0, "example.org"), found.plan(olga, mine.id, other.id),
        found.merge(olga, mine.id, other.id, 0), found.plan(olga, other.id, mine.id),
        found.merge(olga, other.id, mine.id, 0),
    ):  # fmt: skip
        with pytest.raises(NotAllowed) as refused:
            await attempt
        assert refused.value.why == "decide own organisation"
    assert await rows(world, organisation_history) == []
    await world.services.servers.choose(world.actor(world.ada, Standing.ADMIN), own_review=True)
    await found.confirm(olga, mine.id, 0)
    await found.merge(olga, other.id, mine.id, 1)
    assert [row["own"] for row in await rows(world, organisation_history)] == [1, 1]


# ---------------------------------------------------------------------------------------- renaming, domains


async def test_a_new_name_shows_everywhere_and_the_old_one_leads_to_it(world: World) -> None:
    one = await named(world, world.anna, "Acme")
    await pledged(world, world.anna)
    await world.settle()
    await world.services.organisations.rename(organiser(world), one.id, 0, "Zenith", "Their new name")
    await world.settle()
    assert "Zenith" in simhelp.texts(simhelp.post(world.channels[Channel.PLEDGES], "Hold a briefing"))
    assert (await named(world, world.ben, "ACME AB")) == Organisation(one.id, "Zenith")
    assert await people(world) == {"Zenith": 2}
    desk = await world.services.organisations.desk(organiser(world), one.id)
    assert desk.former_names == ("Acme",)
    assert await world.services.organisations.shown_like(world.actor(world.mo), "acme") == []


async def test_names_that_are_taken_or_none_are_refused(world: World) -> None:
    found, olga = world.services.organisations, organiser(world)
    one, other = await named(world, world.anna, "Acme"), await named(world, world.ben, "Other")
    await found.rename(olga, other.id, 0, "Elsewhere")
    for name, why in (
        ("OTHER", "name taken"), ("elsewhere ab", "name taken"), ("!!!", "no letters"), ("❤️", "no letters"),
        ("", "no letters"), ("@everyone", "mention"), ("x" * 81, "too long"), ("Acme", "unchanged"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            await found.rename(olga, one.id, 0, name)
        assert refused.value.why == why, name
    with pytest.raises(TextStopped):
        await found.rename(olga, one.id, 0, DANGER[:80])
    assert (await found.rename(olga, one.id, 0, "ACME AB")).organisation.name == "ACME AB"
    await found.rename(olga, other.id, 1, "Other")
    assert (await found.rename(olga, other.id, 2, "Elsewhere")).organisation.name == "Elsewhere"


async def test_a_web_domain_is_set_changed_and_removed(world: World) -> None:
    found, olga = world.services.organisations, organiser(world)
    one = await named(world, world.anna, "Acme")
    assert (
        await found.set_domain(olga, one.id, 0, " Åäö.Example.ORG ")
    ).organisation.domain == "xn--4cab6c.example.org"
    for typed, why in (("https://example.org", "bad domain"), ("co.uk", "shared domain"), ("", "bad domain")):
        with pytest.raises(Invalid) as refused:
            await found.set_domain(olga, one.id, 1, typed)
        assert (refused.value.field, refused.value.why) == ("domain", why)
    await found.set_domain(olga, one.id, 1, "example.org")
    with pytest.raises(Invalid):
        await found.set_domain(olga, one.id, 2, "EXAMPLE.org")
    with pytest.raises(Paused):
        await found.set_domain(replace(olga, paused=True), one.id, 2, "example.net")
    assert (await found.remove_domain(olga, one.id, 2)).organisation.domain == ""
    _, changes = await found.history(olga, one.id)
    assert [(change.was, change.became) for change in changes] == [
        ("example.org", ""), ("xn--4cab6c.example.org", "example.org"), ("", "xn--4cab6c.example.org"),
    ]  # fmt: skip
    member = await world.services.members.find(world.guild.id, world.anna.id)
    assert member is not None
    assert member.organisation == await found.of(world.guild.id, one.id) == Organisation(one.id, "Acme")


# ------------------------------------------------------------------------------------------------- merging


async def test_merging_moves_people_pledges_and_names_in_one_piece(world: World) -> None:
    found, olga = world.services.organisations, organiser(world)
    gone = await named(world, world.anna, "Acme Sverige")
    await named(world, world.mo, "ACME sverige", visibility=Visibility.HIDDEN)
    stays = await named(world, world.ben, "Acme")
    await pledged(world, world.anna)
    waiting = await world.services.members.prepare(
        world.actor(world.otto), registration(world, organisation="Acme Sverige")
    )
    await world.settle()
    plan = await found.plan(olga, gone.id, stays.id)
    assert (plan.people, plan.pledges, plan.seen) == (2, 1, 0)
    done = await found.merge(olga, gone.id, stays.id, plan.seen)
    assert (done.people, done.pledges) == (2, 1)
    assert await people(world) == {"Acme": 3}
    await world.settle()
    assert "· Acme ·" in simhelp.texts(simhelp.post(world.channels[Channel.PLEDGES], "Hold a briefing"))
    desk = await found.desk(olga, stays.id)
    assert (desk.people, desk.pledges, desk.former_names) == (3, 1, ("Acme Sverige",))
    late = await world.services.members.save(world.actor(world.otto), waiting.id)
    assert late.organisation == Organisation(stays.id, "Acme")
    assert await people(world) == {"Acme": 4}
    await found.sweep()
    assert await people(world) == {"Acme": 4}


@pytest.mark.parametrize(
    ("gone", "stays", "said"),
    [
        (False, False, []),
        (False, True, ["Beta stays confirmed"]),
        (True, True, ["Beta stays confirmed", "Open introductions of Alpha go on in the name of Beta"]),
        (True, False, ["the confirmation is lost, and Beta still needs one", "Open introductions of Alpha end"]),
    ],
)
def test_the_question_tells_what_becomes_of_the_confirmation_and_the_domain(
    gone: bool, stays: bool, said: list[str]
) -> None:
    one, other = Organisation(1, "Alpha", gone, "alpha.example"), Organisation(2, "Beta", stays)
    shown = merge_question(Merging(one, other, 3, people=1, pledges=2)).walk_children()
    text = "\n".join(part.content for part in shown if isinstance(part, ui.TextDisplay))
    for line in ("**1 person** moves", "**2 pledges** made", "The web domain `alpha.example` is not taken over", *said):
        assert line in text
    for word in ("confirm", "introductions"):
        assert (word in text) == any(word in line for line in said)


async def test_a_merged_one_stays_merged_and_its_history_is_kept_along_the_chain(world: World) -> None:
    found, olga, otto = world.services.organisations, organiser(world), organiser(world, world.otto)
    a, b, c = [
        await named(world, who, name) for who, name in ((world.anna, "Alpha"), (world.ben, "Beta"), (world.mo, "Gamma"))
    ]
    await found.confirm(olga, a.id, 0)
    await found.merge(olga, a.id, b.id, 1)
    for late in (found.confirm(otto, a.id, 1), found.merge(otto, a.id, c.id, 1), found.desk(otto, a.id)):
        with pytest.raises(AlreadyDecided) as heard:
            await late
        assert (heard.value.status, heard.value.by) == ("organisation merge", world.olga.id)
    with pytest.raises(AlreadyDecided):
        await found.confirm(otto, b.id, 0)
    await found.merge(otto, b.id, c.id, 1)
    one, changes = await found.history(olga, c.id)
    assert one.name == "Gamma"
    assert [(change.deed, change.was) for change in changes] == [
        (Deed.MERGE, "Beta"), (Deed.MERGE, "Alpha"), (Deed.CONFIRM, "Alpha"),
    ]  # fmt: skip
    for name in ("alpha", "BETA", "Gamma AB"):
        assert (await named(world, world.otto, name)).id == c.id
    with pytest.raises(Invalid):
        await found.merge(otto, c.id, c.id, 2)


async def test_two_who_merge_each_other_at_once_leave_one(world: World) -> None:
    found = world.services.organisations
    a, b = await named(world, world.anna, "Alpha"), await named(world, world.ben, "Beta")
    outcomes = await asyncio.gather(
        found.merge(organiser(world), a.id, b.id, 0),
        found.merge(organiser(world, world.otto), b.id, a.id, 0),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyDecided", "Merging"]
    assert list((await people(world)).values()) == [2]


async def test_a_merge_that_fails_half_way_has_not_happened(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    found = world.services.organisations
    a, b = await named(world, world.anna, "Alpha"), await named(world, world.ben, "Beta")

    async def broken(*_: object) -> int:
        raise RuntimeError

    monkeypatch.setattr(found._followers[0], "moved", broken)
    with pytest.raises(RuntimeError):
        await found.merge(organiser(world), a.id, b.id, 0)
    assert await people(world) == {"Alpha": 1, "Beta": 1}
    assert await rows(world, organisation_aliases) == await rows(world, organisation_history) == []


async def test_what_people_hide_is_not_shown_by_a_merge_or_another_name(world: World) -> None:
    found, members = world.services.organisations, world.services.members
    hidden = await named(world, world.anna, "Secret Unit", visibility=Visibility.HIDDEN)
    other = await named(world, world.mo, "Hidden Branch", visibility=Visibility.COUNTED)
    await found.rename(organiser(world), hidden.id, 0, "Quiet Bureau")
    await found.confirm(organiser(world), hidden.id, 1)
    await found.merge(organiser(world), other.id, hidden.id, 2)
    ben = world.actor(world.ben)
    for typed in ("", "s", "secret", "quiet", "hidden"):
        assert await found.shown_like(ben, typed) == []
    for typed in ("Sekret Unit", "Secret Unit", "Quite Bureau", "Hiden Branch"):
        draft = await members.prepare(ben, registration(world, organisation=typed))
        assert (draft.meant, draft.registration.organisation) == ((), typed)
        for number in (hidden.id, other.id):
            with pytest.raises(Invalid):
                await members.adjust(ben, draft.id, organisation_id=number)


# ------------------------------------------------------------------------------------------ what goes, what stays


async def test_a_name_that_only_an_erased_person_typed_goes_with_its_history(world: World) -> None:
    one = await named(world, world.anna, "Anna Svensson Consulting")
    await world.services.organisations.rename(organiser(world), one.id, 0, "Svensson Consulting")
    await world.services.privacy.erase(world.guild.id, world.anna.id)
    for table in (organisations, organisation_aliases, organisation_history):
        assert await rows(world, table) == []


async def test_a_confirmed_one_stays_when_nobody_is_in_it(world: World) -> None:
    one = await named(world, world.anna, "Acme")
    await world.services.organisations.confirm(organiser(world), one.id, 0)
    await world.services.privacy.leave(world.actor(world.anna))
    assert await people(world) == {"Acme": 0}
    again = await named(world, world.ben, "acme")
    assert (again.id, again.confirmed) == (one.id, True)
    await world.services.privacy.leave(world.actor(world.ben))
    await world.services.organisations.unconfirm(organiser(world), one.id, 1, "Closed down")
    await world.services.organisations.sweep()
    assert await people(world) == {}


async def test_one_with_a_pledge_in_its_name_stays_until_that_is_gone(world: World) -> None:
    await named(world, world.anna, "Acme")
    await pledged(world, world.anna)
    await named(world, world.anna, "Zenith")
    assert await people(world) == {"Acme": 0, "Zenith": 1}, "the pledge still says whose it was"
    await world.services.organisations.sweep()
    assert await people(world) == {"Acme": 0, "Zenith": 1}
    await world.services.privacy.erase(world.guild.id, world.anna.id)
    assert await people(world) == {}


async def test_switching_counts_out_and_in_and_the_empty_one_goes(world: World) -> None:
    await named(world, world.anna, "Acme")
    await named(world, world.ben, "Acme")
    await named(world, world.anna, "Zenith")
    assert await people(world) == {"Acme": 1, "Zenith": 1}
    await saved(world, world.ben)
    assert await people(world) == {"Zenith": 1}


async def test_the_history_keeps_no_erased_organiser(world: World) -> None:
    found = world.services.organisations
    one = await named(world, world.anna, "Acme")
    await found.confirm(organiser(world), one.id, 0)
    await world.services.privacy.erase(world.guild.id, world.olga.id)
    _, changes = await found.history(organiser(world, world.otto), one.id)
    assert [(change.deed, change.by) for change in changes] == [(Deed.CONFIRM, None)]
    with pytest.raises(AlreadyDecided) as late:
        await found.confirm(organiser(world, world.otto), one.id, 0)
    assert late.value.by is None


async def test_the_sweep_mends_counts_and_keys(world: World) -> None:
    one = await named(world, world.anna, "Acme")

    async def drift(tx: Transaction) -> None:
        await tx.run(organisations.update().values(people=7, near="old"))

    await world.services.database.write(drift)
    await world.services.organisations.sweep()
    (row,) = await rows(world, organisations)
    assert (row["id"], row["people"], row["near"]) == (one.id, 1, "acm")
