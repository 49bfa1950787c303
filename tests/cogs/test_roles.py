"""Sector roles as an admin meets them, and the sentence that people read before they are seen."""

from __future__ import annotations

import discord
import pytest

from bot.app import PERMISSIONS
from bot.members.model import Visibility
from bot.roles import cards
from tests import simhelp
from tests.cogs.pressing import answers_faults, forged, seen_by_one
from tests.members.joining import card, saved
from tests.roles.test_roles import names_of, role, sector, settle, switch
from tests.world import World

ADMINS_ONLY = [
    ("press", "roles.open", ()),
    ("press", "roles.on", ()),
    ("press", "roles.leave", ()),
    ("press", "roles.off", ()),
    ("press", "roles.again", ()),
    ("press", "roles.renew", ()),
    ("pick", "roles.sector", ()),
    ("press", "roles.sector", ("schools",)),
    ("pick", "roles.pick", ("schools",)),
    ("press", "roles.use", ("schools", 1)),
    ("press", "roles.own", ("schools",)),
]


async def test_the_way_there_begins_at_the_sectors(world: World) -> None:
    listed = await world.ada.slash(world.somewhere, "setup sectors")
    shown = await simhelp.press(world.ada, listed, "Sector roles")
    assert "Sector roles are off" in simhelp.texts(shown)


async def test_before_it_is_switched_on_it_says_what_will_happen(world: World) -> None:
    shown = await forged(world, world.ada, "press", "roles.open")
    said = simhelp.texts(shown)
    active = len((await world.services.sectors.of(world.guild.id)).active)
    for words in (f"I make {active} roles", "allow nothing", "nobody can mention", "*Named*", "on profiles"):
        assert words in said
    assert world.watch.sent("POST", "/roles") == []
    assert seen_by_one(shown)


async def test_on_and_off_again(world: World) -> None:
    await saved(world, world.anna, "schools", visibility=Visibility.NAMED)
    shown = await forged(world, world.ada, "press", "roles.open")
    shown = await simhelp.press(world.ada, shown, "Switch on")
    assert "being made" in simhelp.texts(shown)
    await settle(world)
    assert "being made" not in simhelp.texts(await simhelp.press(world.ada, shown, "Refresh"))
    assert names_of(world, world.anna) == {sector(world, "schools")}
    shown = await forged(world, world.ada, "press", "roles.open")
    assert f"<@&{role(world, sector(world, 'schools')).id}>" in simhelp.texts(shown)
    shown = await simhelp.press(world.ada, shown, "Fix everything")
    assert "Sector roles are on" in simhelp.texts(shown)
    shown = await simhelp.press(world.ada, shown, "Switch off")
    assert "that I made are deleted" in simhelp.texts(shown)
    shown = await simhelp.press(world.ada, shown, "Leave them on")
    assert "Sector roles are on" in simhelp.texts(shown)
    shown = await simhelp.press(world.ada, shown, "Switch off")
    shown = await simhelp.press(world.ada, shown, "Switch off")
    assert "Sector roles are off" in simhelp.texts(shown)
    await settle(world)
    assert role(world, sector(world, "schools")) is None


async def test_without_the_permission_it_can_not_be_switched_on(world: World) -> None:
    lacking = discord.Permissions(PERMISSIONS.value)
    lacking.manage_roles = False
    await simhelp.restrict_bot(world.env, world.guild, lacking)
    shown = await forged(world, world.ada, "press", "roles.open")
    assert "I lack *Manage Roles*" in simhelp.texts(shown)
    assert "Switch on" not in simhelp.buttons(shown)
    assert "Refresh" in simhelp.buttons(shown)


async def test_a_role_that_exists_is_used_after_a_question(world: World) -> None:
    teachers = world.guild.create_role("Teachers", permissions=discord.Permissions.none())
    world.env.backend.add_member_role(world.guild.id, world.ben.id, teachers.id)
    await saved(world, world.anna, "schools", visibility=Visibility.NAMED)
    shown = await forged(world, world.ada, "press", "roles.open")
    shown = await simhelp.pick(world.ada, shown, "schools", "roles.sector")
    assert "I make this role myself" in simhelp.texts(shown)
    shown = await simhelp.pick(world.ada, shown, [teachers], "roles.pick")
    said = simhelp.texts(shown)
    assert "1 person has it now" in said
    assert "without that choice loses it" in said
    shown = await simhelp.press(world.ada, shown, "Use it")
    assert "I use 1 role that you chose" in simhelp.texts(shown)
    await simhelp.press(world.ada, shown, "Switch on")
    await settle(world)
    assert names_of(world, world.anna) == {"Teachers"}
    shown = await forged(world, world.ada, "press", "roles.sector", "schools")
    assert f"I use <@&{teachers.id}>" in simhelp.texts(shown)
    await simhelp.press(world.ada, shown, "Let me make it")
    await settle(world, 6)
    await world.settle(120)
    await settle(world, 3)
    assert names_of(world, world.anna) == {sector(world, "schools")}
    assert role(world, "Teachers") is not None


@pytest.mark.parametrize("which", ["staff", "powers", "everyone", "channel", "above", "gone"])
async def test_a_role_that_brings_more_than_a_name_is_refused_with_the_reason(world: World, which: str) -> None:
    home = world.guild
    if which == "staff":
        picked, words = home.roles["Organisers"].id, "the staff's"
    elif which == "powers":
        picked = home.create_role("Bouncers", permissions=discord.Permissions(kick_members=True)).id
        words = "allows more than everybody may"
    elif which == "everyone":
        picked, words = home.default_role.id, "everybody's"
    elif which == "channel":
        keys = home.create_role("Keys", permissions=discord.Permissions.none())
        picked, words = keys.id, "permissions of its own in a channel"
        place = world.bot.get_channel(world.somewhere.id)
        assert isinstance(place, discord.TextChannel)
        real = place.guild.get_role(keys.id)
        assert real is not None
        await world.env.settle()
        place._overwrites.append(discord.abc._Overwrites({"id": keys.id, "type": 0, "allow": "1024", "deny": "0"}))
    elif which == "above":
        chief = home.create_role("Chief", permissions=discord.Permissions.none())
        picked, words = chief.id, "is above mine"
        top = max(one.position for one in world.env.backend.get_guild(home.id).roles.values())
        world.env.backend.reorder_roles(home.id, [{"id": chief.id, "position": top + 1}])
    else:
        picked, words = 42, "not in the list"
    await world.env.settle()
    answer = await forged(world, world.ada, "press", "roles.use", "schools", picked)
    assert words in simhelp.texts(answer)
    assert seen_by_one(answer)


async def test_a_deleted_role_is_shown_and_made_again(world: World) -> None:
    await saved(world, world.anna, "schools", visibility=Visibility.NAMED)
    await switch(world)
    world.env.backend.delete_role(world.guild.id, role(world, sector(world, "schools")).id)
    await world.env.settle()
    shown = await forged(world, world.ada, "press", "roles.open")
    assert "deleted by hand" in simhelp.texts(shown)
    await simhelp.press(world.ada, shown, "Recreate deleted roles")
    await settle(world)
    assert names_of(world, world.anna) == {sector(world, "schools")}


@pytest.mark.parametrize(("kind", "door", "ids"), ADMINS_ONLY)
async def test_nobody_else_decides(world: World, kind: str, door: str, ids: tuple[object, ...]) -> None:
    for who in (world.anna, world.olga):
        answer = await forged(world, who, kind, door, *ids, values=("schools",))
        assert "Manage Server" in simhelp.texts(answer)
    assert world.watch.sent("POST", "/roles") == []


@pytest.mark.parametrize(
    ("target", "door", "ids"),
    [
        ("sectors.of", "roles.open", ()),
        ("roles.switch", "roles.on", ()),
        ("roles.book", "roles.leave", ()),
        ("roles.switch", "roles.off", ()),
        ("roles.again", "roles.again", ()),
        ("roles.renew", "roles.renew", ()),
        ("roles.pick", "roles.own", ("schools",)),
        ("roles.pick", "roles.use", ("schools", "ROLE")),
        ("sectors.of", "roles.sector", ("schools",)),
    ],
)
async def test_a_fault_is_answered(world: World, target: str, door: str, ids: tuple[object, ...]) -> None:
    plain = world.guild.create_role("Plain", permissions=discord.Permissions.none())
    await world.env.settle()
    filled = tuple(plain.id if part == "ROLE" else part for part in ids)
    await answers_faults(world, target, lambda: forged(world, world.ada, "press", door, *filled))


async def test_a_fault_behind_the_selects_is_answered(world: World) -> None:
    plain = world.guild.create_role("Plain", permissions=discord.Permissions.none())
    await world.env.settle()
    await answers_faults(
        world, "sectors.of", lambda: forged(world, world.ada, "pick", "roles.sector", values=("schools",))
    )
    await answers_faults(
        world, "sectors.of", lambda: forged(world, world.ada, "pick", "roles.pick", "schools", values=(str(plain.id),))
    )


async def test_a_fault_in_comparing_roles_keeps_nobody_from_what_they_came_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(world.services.roles, "notice", broken)
    assert seen_by_one(await world.anna.slash(world.somewhere, "help"))


async def test_who_is_to_be_named_reads_that_roles_show_before_saving(world: World) -> None:
    sentence = "which show on your profile here"
    assert sentence not in simhelp.texts(await card(world, world.anna, visibility="named"))
    await switch(world)
    assert sentence in simhelp.texts(await card(world, world.anna, visibility="named"))
    assert sentence not in simhelp.texts(await card(world, world.anna, visibility="counted"))


def test_every_reason_has_words() -> None:
    from bot.roles import model

    for reason in (model.NOT_HERE, model.NO_RIGHT, model.ABOVE, model.GONE, model.FULL, model.NOT_TAKEN):
        assert cards.why(reason)
    assert cards.why("403/50013 (X)") is None
