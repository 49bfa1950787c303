"""Sector roles on the offline Discord: who gets one, who loses it, and what happens when people meddle."""

from __future__ import annotations

from typing import Any

import discord
import pytest
import simcord
from sqlalchemy import select

from bot.actor import Standing
from bot.app import PERMISSIONS
from bot.delivery.outbox import outbox
from bot.errors import Invalid, NotAllowed
from bot.members.model import Visibility
from bot.roles.model import PERSON, Candidate
from bot.roles.store import role_grants, sector_roles
from bot.storage.database import Transaction
from tests import simhelp
from tests.members.joining import saved
from tests.world import World


def names_of(world: World, who: simcord.MemberActor) -> set[str]:
    """The roles of a person, by name."""
    home = world.env.backend.get_guild(world.guild.id)
    return {home.roles[role].name for role in home.members[who.id].role_ids} - {"@everyone"}


def role(world: World, name: str) -> Any:
    """The role of this name on Discord; None where there is none, an error where there are two."""
    found = [role for role in world.env.backend.get_guild(world.guild.id).roles.values() if role.name == name]
    assert len(found) <= 1, f"two roles {name}"
    return found[0] if found else None


def sector(world: World, slug: str) -> str:
    """The name of a sector, which is that of its role."""
    return world.services.content.sectors[slug].name.text("en")


async def switch(world: World, on: bool = True) -> None:
    """Ada switches sector roles on or off, and everything is delivered."""
    await world.services.roles.switch(world.actor(world.ada, Standing.ADMIN), on)
    await settle(world)


async def settle(world: World, times: int = 4) -> None:
    """Let causes become rows and rows become roles."""
    for _ in range(times):
        await world.settle(5)


async def rows(world: World, kind: str) -> list[Any]:
    """What is in the outbox of a kind."""
    async with world.services.database.reading() as reading:
        return list(await reading.all(select(outbox).where(outbox.c.kind == kind)))


async def granted(world: World) -> set[tuple[int, int]]:
    """(person, role) as we believe it is."""
    async with world.services.database.reading() as reading:
        return {(row["user_id"], row["role_id"]) for row in await reading.all(select(role_grants))}


async def reasons(world: World) -> list[str]:
    """Why rows failed, as admins see it in the check."""
    return [row.reason or "" for row in await world.services.outbox.stuck(world.guild.id)]


async def test_without_a_decision_nobody_gets_a_role(world: World) -> None:
    await saved(world, world.anna, "schools", visibility=Visibility.NAMED)
    await settle(world)
    assert names_of(world, world.anna) == set()
    assert world.watch.sent("POST", "/roles") == []


async def test_switching_on_makes_a_plain_role_for_each_sector_and_gives_it_to_the_named_alone(world: World) -> None:
    await saved(world, world.anna, "schools", "law-enforcement", visibility=Visibility.NAMED)
    await saved(world, world.ben, "schools", visibility=Visibility.COUNTED)
    await saved(world, world.mo, "schools", visibility=Visibility.HIDDEN)
    await switch(world)
    active = (await world.services.sectors.of(world.guild.id)).active
    for one in active:
        made = role(world, one.name.text("en"))
        assert made is not None
        assert (made.permissions, made.mentionable, made.hoist) == (0, False, False)
    assert len(world.watch.sent("POST", "/roles")) == len(active)
    assert names_of(world, world.anna) == {sector(world, "schools"), sector(world, "law-enforcement")}
    assert names_of(world, world.ben) == set()
    assert names_of(world, world.mo) == {"Moderators"}


async def test_a_choice_that_changes_changes_the_role_and_a_changed_sector_too(world: World) -> None:
    await switch(world)
    await saved(world, world.anna, "schools", visibility=Visibility.NAMED)
    await settle(world)
    assert names_of(world, world.anna) == {sector(world, "schools")}
    await saved(world, world.anna, "law-enforcement", visibility=Visibility.NAMED)
    await settle(world)
    assert names_of(world, world.anna) == {sector(world, "law-enforcement")}
    await saved(world, world.anna, "law-enforcement", visibility=Visibility.COUNTED)
    await settle(world)
    assert names_of(world, world.anna) == set()
    assert await granted(world) == set()


@pytest.mark.parametrize("way", ["leave", "erase"])
async def test_who_goes_gives_the_role_back_and_nothing_is_kept_of_it(world: World, way: str) -> None:
    await switch(world)
    await saved(world, world.anna, "schools", visibility=Visibility.NAMED)
    await settle(world)
    if way == "leave":
        await world.services.privacy.leave(world.actor(world.anna))
    else:
        await world.services.privacy.erase(world.guild.id, world.anna.id)
        assert await granted(world) == set()
    await settle(world)
    assert names_of(world, world.anna) == set()
    assert await granted(world) == set()
    assert [row for row in await rows(world, PERSON) if row["subject_id"] == world.anna.id] == []


async def test_a_pause_takes_no_role(world: World) -> None:
    await switch(world)
    await saved(world, world.anna, "schools", visibility=Visibility.NAMED)
    await settle(world)

    async def pause(tx: Transaction) -> None:
        from sqlalchemy import update

        from bot.members.store import preferences

        await tx.run(update(preferences).values(paused=1))

    await world.services.database.write(pause)
    await world.services.roles.again(world.actor(world.ada, Standing.ADMIN))
    await settle(world)
    assert names_of(world, world.anna) == {sector(world, "schools")}


async def test_switching_off_deletes_what_was_made_and_takes_the_rest_back(world: World) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    teachers = world.guild.create_role("Teachers", permissions=discord.Permissions.none())
    world.env.backend.add_member_role(world.guild.id, world.ben.id, teachers.id)
    await world.services.roles.pick(boss, "schools", Candidate(teachers.id))
    await settle(world)
    assert world.watch.sent("POST", "/roles") == []
    await switch(world)
    await saved(world, world.anna, "schools", "law-enforcement", visibility=Visibility.NAMED)
    await settle(world)
    assert names_of(world, world.anna) == {"Teachers", sector(world, "law-enforcement")}
    await switch(world, on=False)
    await world.settle(120)
    await settle(world)
    assert names_of(world, world.anna) == set()
    assert names_of(world, world.ben) == {"Teachers"}, "nobody looked at Ben, and the role stays"
    assert role(world, "Teachers") is not None
    assert role(world, sector(world, "law-enforcement")) is None
    async with world.services.database.reading() as reading:
        assert await reading.all(select(sector_roles)) == []
    assert await granted(world) == set()
    assert await reasons(world) == []


async def test_a_retired_sector_takes_its_role_along_and_comes_back_with_it(world: World) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    await switch(world)
    await saved(world, world.anna, "schools", "law-enforcement", visibility=Visibility.NAMED)
    await settle(world)
    await world.services.sectors.retire(boss, "schools")
    await settle(world)
    assert names_of(world, world.anna) == {sector(world, "law-enforcement")}
    assert role(world, sector(world, "schools")) is None
    await world.services.sectors.bring_back(boss, "schools")
    await settle(world)
    assert names_of(world, world.anna) == {sector(world, "law-enforcement"), sector(world, "schools")}


async def test_a_renamed_sector_renames_its_role_but_a_name_given_by_hand_stays(world: World) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    await switch(world)
    world.env.backend.edit_role(
        world.guild.id, role(world, sector(world, "law-enforcement")).id, {"name": "Our police"}
    )
    await world.services.sectors.rename(boss, "schools", 0, "All schools", "Schools", "🏫")
    await world.services.sectors.rename(boss, "law-enforcement", 0, "The police", "Police", "🚓")
    await settle(world)
    assert role(world, "All schools") is not None
    assert role(world, "Our police") is not None
    assert role(world, "The police") is None


async def test_a_kill_between_making_a_role_and_noting_it_makes_no_second_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.faults_expected = True
    failed: list[bool] = []
    bind = world.services.roles.bind

    async def killed(*args: Any) -> None:
        if not failed:
            failed.append(True)
            raise RuntimeError
        await bind(*args)

    monkeypatch.setattr(type(world.services.roles), "bind", lambda self, *args: killed(*args))
    await switch(world)
    await world.settle(60)
    await settle(world)
    assert failed
    active = (await world.services.sectors.of(world.guild.id)).active
    assert len(world.watch.sent("POST", "/roles")) == len(active)


async def test_a_role_of_the_same_name_that_people_made_before_is_left_alone(world: World) -> None:
    theirs = world.guild.create_role(sector(world, "schools"), permissions=discord.Permissions.none())
    await world.env.advance_time(3600)
    await saved(world, world.anna, "schools", visibility=Visibility.NAMED)
    await world.services.roles.switch(world.actor(world.ada, Standing.ADMIN), True)
    await settle(world)
    held = world.env.backend.get_guild(world.guild.id).members[world.anna.id].role_ids
    assert theirs.id not in held
    assert names_of(world, world.anna) == {sector(world, "schools")}


# By hand.


async def test_a_role_given_by_hand_goes_at_the_next_action_and_one_taken_by_hand_comes_back(world: World) -> None:
    await switch(world)
    await saved(world, world.anna, "schools", visibility=Visibility.NAMED)
    await settle(world)
    schools, police = role(world, sector(world, "schools")), role(world, sector(world, "law-enforcement"))
    world.env.backend.remove_member_role(world.guild.id, world.anna.id, schools.id)
    world.env.backend.add_member_role(world.guild.id, world.anna.id, police.id)
    world.env.backend.add_member_role(world.guild.id, world.ben.id, police.id)
    await settle(world)
    assert names_of(world, world.anna) == {sector(world, "law-enforcement")}, "nothing hears it at once"
    await world.anna.slash(world.somewhere, "help")
    await world.ben.slash(world.somewhere, "help")
    await settle(world)
    assert names_of(world, world.anna) == {sector(world, "schools")}
    assert names_of(world, world.ben) == set()


async def test_who_has_no_sector_role_costs_no_query(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await switch(world)
    await world.services.roles.book(world.guild.id)

    def touched(*_: object) -> None:
        raise AssertionError("the database was asked")

    roles = world.services.roles
    monkeypatch.setattr(roles, "_database", touched)
    await roles.notice(world.guild.id, world.ben.id, frozenset({1, 2}), 0)


async def test_without_the_permission_nothing_is_given_and_all_is_put_right_later(world: World) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    await switch(world)
    await saved(world, world.anna, "schools", visibility=Visibility.NAMED)
    await settle(world)
    lacking = discord.Permissions(PERMISSIONS.value)
    lacking.manage_roles = False
    await simhelp.restrict_bot(world.env, world.guild, lacking)
    await saved(world, world.anna, "schools", visibility=Visibility.COUNTED)
    await saved(world, world.ben, "law-enforcement", visibility=Visibility.NAMED)
    await settle(world)
    assert await reasons(world) == ["roles: not taken"]
    assert names_of(world, world.ben) == set()
    await simhelp.restrict_bot(world.env, world.guild, PERMISSIONS)
    await world.services.roles.again(boss)
    await settle(world)
    assert names_of(world, world.anna) == set()
    assert names_of(world, world.ben) == {sector(world, "law-enforcement")}
    assert await reasons(world) == []


async def test_a_role_raised_above_the_bot_can_not_be_taken_and_the_check_says_so(world: World) -> None:
    await switch(world)
    await saved(world, world.anna, "schools", visibility=Visibility.NAMED)
    await settle(world)
    top = max(one.position for one in world.env.backend.get_guild(world.guild.id).roles.values())
    raised = {"id": role(world, sector(world, "schools")).id, "position": top + 1}
    world.env.backend.reorder_roles(world.guild.id, [raised])
    await world.env.settle()
    await world.services.privacy.erase(world.guild.id, world.anna.id)
    await settle(world)
    assert await reasons(world) == ["roles: not taken"]
    shown = simhelp.texts(await world.ada.slash(world.somewhere, "setup check"))
    assert "above my own role" in shown
    assert "A person's sector roles" in shown


async def test_a_role_that_was_given_powers_is_given_to_nobody_new(world: World) -> None:
    await switch(world)
    schools = role(world, sector(world, "schools"))
    world.env.backend.edit_role(
        world.guild.id, schools.id, {"permissions": discord.Permissions(ban_members=True).value}
    )
    await saved(world, world.anna, "schools", visibility=Visibility.NAMED)
    await settle(world)
    assert names_of(world, world.anna) == set()
    assert "allow more than everybody may" in simhelp.texts(await world.ada.slash(world.somewhere, "setup check"))


async def test_a_role_deleted_by_hand_is_said_and_made_again_when_asked(world: World) -> None:
    await saved(world, world.anna, "schools", visibility=Visibility.NAMED)
    await switch(world)
    gone = role(world, sector(world, "schools")).id
    world.env.backend.delete_role(world.guild.id, gone)
    await settle(world)
    assert "deleted by hand" in simhelp.texts(await world.ada.slash(world.somewhere, "setup check"))
    await world.services.roles.renew(world.actor(world.ada, Standing.ADMIN), [gone])
    await settle(world)
    assert names_of(world, world.anna) == {sector(world, "schools")}
    assert "deleted by hand" not in simhelp.texts(await world.ada.slash(world.somewhere, "setup check"))


async def test_somebody_who_left_the_server_is_no_failure(world: World) -> None:
    await saved(world, world.anna, "schools", visibility=Visibility.NAMED)
    world.env.backend.remove_member(world.guild.id, world.anna.id)
    await switch(world)
    assert await reasons(world) == []
    assert await granted(world) == set()


# Choosing a role.


@pytest.mark.parametrize("obstacle", ["staff", "above", "powers", "opens"])
async def test_a_role_that_brings_anything_is_refused(world: World, obstacle: str) -> None:
    with pytest.raises(Invalid) as caught:
        await world.services.roles.pick(
            world.actor(world.ada, Standing.ADMIN), "schools", Candidate(42, **{obstacle: True})
        )
    assert caught.value.field == "role"


async def test_one_role_can_not_stand_for_two_sectors_and_only_admins_choose(world: World) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    await world.services.roles.pick(boss, "schools", Candidate(42))
    with pytest.raises(Invalid):
        await world.services.roles.pick(boss, "law-enforcement", Candidate(42))
    with pytest.raises(Invalid):
        await world.services.roles.pick(boss, "no-such-sector", Candidate(43))
    organiser = world.actor(world.olga, Standing.ORGANISER)
    with pytest.raises(NotAllowed):
        await world.services.roles.pick(organiser, "law-enforcement", Candidate(43))
    for deed in (world.services.roles.switch(organiser, True), world.services.roles.again(organiser)):
        with pytest.raises(NotAllowed):
            await deed
    with pytest.raises(NotAllowed):
        await world.services.roles.renew(organiser, [1])


async def test_a_role_that_is_chosen_while_roles_are_on_replaces_the_one_that_was_made(world: World) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    await switch(world)
    await saved(world, world.anna, "schools", visibility=Visibility.NAMED)
    await settle(world)
    teachers = world.guild.create_role("Teachers", permissions=discord.Permissions.none())
    await world.services.roles.pick(boss, "schools", Candidate(teachers.id))
    await settle(world, 6)
    assert names_of(world, world.anna) == {"Teachers"}
    assert role(world, sector(world, "schools")) is None
    assert {role_id for _, role_id in await granted(world)} == {teachers.id}


async def test_two_servers_do_not_share_their_roles(world: World) -> None:
    await switch(world)
    other = world.env.create_guild("Other")
    assert (await world.services.roles.book(other.id)).roles == ()
    assert not await world.services.roles.on(other.id)


async def test_a_crowd_is_looked_at_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five people with pages of two: nobody is left out, and one row a second is queued."""
    monkeypatch.setattr("bot.roles.service.PAGE", 2)
    people = [world.anna, world.ben, world.mo, world.olga, world.otto]
    for who in people:
        await saved(world, who, "schools", visibility=Visibility.NAMED)
    await switch(world)
    await settle(world, 8)
    assert all(sector(world, "schools") in names_of(world, who) for who in people)
    assert await rows(world, PERSON) == []
