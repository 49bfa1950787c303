"""/setup by clicking: the wizard, the one tap, the check, and what people without the standing get."""

from __future__ import annotations

from typing import Any

import discord
import pytest
import simcord
from discord import app_commands, ui

from bot.actor import Standing
from bot.delivery.outbox import FAILED, UNKNOWN, outbox
from bot.errors import StorageUnavailable
from bot.servers import cards
from bot.servers.model import Channel, ServerSettings
from bot.servers.service import Servers
from bot.storage.database import Transaction
from bot.ui import doors
from bot.ui.layout import button, card, option, row, select
from bot.ui.reply import reply
from tests import simhelp
from tests.world import World

PRIVATE = discord.PermissionOverwrite(view_channel=False)


async def chosen(world: World) -> ServerSettings:
    return await world.services.servers.settings(world.guild.id)


def private_channel(world: World, name: str) -> simcord.ChannelHandle:
    return world.guild.create_text_channel(
        name,
        overwrites={
            world.guild.default_role: PRIVATE,
            world.guild.roles[world.env.backend.bot_user.name]: discord.PermissionOverwrite(view_channel=True),
            world.guild.roles["Admins"]: discord.PermissionOverwrite(view_channel=True),
        },
    )


async def forged(world: World, who: simcord.MemberActor, *items: ui.Item[Any]) -> simcord.InteractionResult:
    """A message with controls that no card of the bot would show like this."""

    class Probe(doors.Doorway):
        @app_commands.command(description="probe")
        async def probe(self, interaction: discord.Interaction[Any]) -> None:
            await reply(interaction, card("Probe", *items))

    await world.bot.add_cog(Probe(world.bot.doors))
    await world.bot.tree.sync()
    return await who.slash(world.somewhere, "probe")


def choice(door: str, *ids: object, value: object) -> ui.ActionRow[Any]:
    return select(door, *ids, options=[option("It", value)], placeholder="Forged")


# The wizard.


async def test_a_server_whose_channels_have_the_usual_names_takes_three_taps(bare_world: World) -> None:
    world = bare_world
    page = await world.ada.slash(world.somewhere, "setup start", zone="stockholm")
    assert len(simhelp.selects(page)) == len(Channel)
    assert (await chosen(world)).channels == {}
    page = await simhelp.press(world.ada, page, "Use these")
    settings = await chosen(world)
    assert settings.channels == {purpose: handle.id for purpose, handle in world.channels.items()}
    assert settings.organiser_roles == {world.guild.roles["Organisers"].id}
    assert settings.moderator_roles == {world.guild.roles["Moderators"].id}
    assert (settings.zone, settings.country, settings.set_up) == ("Europe/Stockholm", "SE", False)
    end = await simhelp.press(world.ada, page, "Finish")
    await world.settle()
    assert (await chosen(world)).set_up
    welcome = simhelp.post(world.channels[Channel.WELCOME])
    panel = simhelp.post(world.channels[Channel.ORGANISERS])
    assert str(welcome.id) in simhelp.texts(end)
    assert str(panel.id) in simhelp.texts(end)
    assert list(simhelp.buttons(welcome)) == ["Join", "Ask", "What's on", "Pledge", "Get help"]
    assert simhelp.buttons(panel)["Queue"] == "1:review.queue:0"
    assert [name for name in world.watch.requests if name.method == "PUT" and "/pins/" in name.path]


async def test_every_choice_of_the_wizard_is_saved_at_once(bare_world: World) -> None:
    world = bare_world
    for handle in list(world.channels.values()):
        world.env.backend.edit_channel(handle.id, {"name": f"room-{handle.id}"})
    for role in ("Organisers", "Moderators"):
        world.env.backend.edit_role(world.guild.id, world.guild.roles[role].id, {"name": f"Team {role[0]}"})
    await world.env.settle()
    page = await world.ada.slash(world.somewhere, "setup start")
    assert "Go on" in simhelp.buttons(page)
    for purpose in Channel:
        page = await simhelp.pick(world.ada, page, [world.channels[purpose]], cards.purpose_words(purpose))
        assert (await chosen(world)).channel(purpose) == world.channels[purpose].id
    page = await simhelp.press(world.ada, page, "Go on")
    page = await simhelp.pick(world.ada, page, [world.guild.roles["Team O"]], "organisers")
    page = await simhelp.pick(world.ada, page, [world.guild.roles["Team M"]], "moderators")
    page = await simhelp.pick(world.ada, page, "Asia/Tokyo", "Time zone")
    page = await simhelp.pick(world.ada, page, "Svenska", "Language")
    settings = await chosen(world)
    assert settings.organiser_roles == {world.guild.roles["Team O"].id}
    assert settings.moderator_roles == {world.guild.roles["Team M"].id}
    assert (settings.zone, settings.locale) == ("Asia/Tokyo", "sv")
    page = await simhelp.press(world.ada, page, "Back")
    assert "channels" in simhelp.texts(page)
    page = await simhelp.press(world.ada, page, "Go on")
    page = await simhelp.pick(world.ada, page, [], "moderators")
    assert (await chosen(world)).moderator_roles == frozenset()


async def test_one_tap_uses_a_private_channel_for_everything(bare_world: World) -> None:
    world = bare_world
    here = private_channel(world, "core-team")
    page = await world.ada.slash(here, "setup start")
    page = await simhelp.press(world.ada, page, "Use this channel for everything")
    assert (await chosen(world)).channels == dict.fromkeys(Channel, here.id)
    end = await simhelp.press(world.ada, page, "Finish")
    await world.settle()
    assert "queued" not in simhelp.texts(end)
    assert {"Queue", "Check"} <= set(simhelp.buttons(simhelp.post(here, "panel")))
    assert "Join" in simhelp.buttons(simhelp.post(here, "cogs turning"))


async def test_one_tap_keeps_the_organisers_work_out_of_a_channel_everybody_reads(bare_world: World) -> None:
    world = bare_world
    world.env.backend.edit_channel(world.channels[Channel.ORGANISERS].id, {"name": "lounge"})
    await world.env.settle()
    here = world.channels[Channel.QUESTIONS]
    page = await world.ada.slash(here, "setup start")
    page = await simhelp.press(world.ada, page, "Use this channel for everything")
    settings = await chosen(world)
    assert settings.channels == {p: here.id for p in Channel if p is not Channel.ORGANISERS}
    assert "only they can read" in simhelp.texts(page)
    desk = private_channel(world, "desk")
    page = await simhelp.pick(world.ada, page, [desk], "Organisers only")
    assert (await chosen(world)).channel(Channel.ORGANISERS) == desk.id
    await simhelp.press(world.ada, page, "Finish")
    await world.settle()
    assert "panel" in simhelp.texts(simhelp.post(desk))


async def test_one_tap_finds_the_private_organisers_channel_by_name(bare_world: World) -> None:
    world = bare_world
    world.env.backend.delete_channel(world.channels[Channel.ORGANISERS].id)
    desk = private_channel(world, "🔒-arrangörer")
    await world.env.settle()
    page = await world.ada.slash(world.somewhere, "setup start")
    await simhelp.press(world.ada, page, "Use this channel for everything")
    assert (await chosen(world)).channel(Channel.ORGANISERS) == desk.id


async def test_the_wizard_goes_on_after_a_restart(bare_world: World) -> None:
    world = bare_world
    page = await world.ada.slash(world.somewhere, "setup start")
    await world.restart()
    page = await simhelp.press(world.ada, page, "Use these")
    await world.restart()
    end = await simhelp.press(world.ada, page, "Finish")
    assert "Set up" in simhelp.texts(end)


async def test_a_swedish_server_is_guessed_and_an_admins_own_word_wins(bare_world: World) -> None:
    world = bare_world
    world.env.backend.get_guild(world.guild.id).preferred_locale = "sv-SE"
    await world.ada.slash(world.somewhere, "setup start")
    settings = await chosen(world)
    assert (settings.locale, settings.zone, settings.country) == ("sv", "Europe/Stockholm", "SE")
    await world.ada.slash(world.somewhere, "setup start", zone="Oslo", language="en")
    settings = await chosen(world)
    assert (settings.locale, settings.zone) == ("en", "Europe/Oslo")


async def test_a_zone_nobody_knows_says_how_to_write_it(bare_world: World) -> None:
    world = bare_world
    shown = await world.ada.slash(world.somewhere, "setup start", zone="Stokholm")
    assert "Europe/Stockholm" in simhelp.texts(shown)
    assert (await chosen(world)).zone == "UTC"
    offered = await world.ada.autocomplete(world.somewhere, "setup start", "zone", "stock")
    assert "Europe/Stockholm" in str(offered)


async def test_finishing_without_channels_says_what_waits(bare_world: World) -> None:
    world = bare_world
    for handle in world.channels.values():
        world.env.backend.edit_channel(handle.id, {"name": f"room-{handle.id}"})
    await world.env.settle()
    page = await world.ada.slash(world.somewhere, "setup start")
    page = await simhelp.press(world.ada, page, "Use these")
    end = await simhelp.press(world.ada, page, "Finish")
    assert "waits until you choose its channel" in simhelp.texts(end)
    await world.settle()
    check = await world.ada.slash(world.somewhere, "setup check")
    assert "2 posts wait for a channel" in simhelp.texts(check)
    page = await simhelp.press(world.ada, check, "Set up")
    await simhelp.pick(world.ada, page, [world.channels[Channel.WELCOME]], "Welcome")
    await world.settle()
    assert "Join" in simhelp.buttons(simhelp.post(world.channels[Channel.WELCOME]))


# Who may.


async def test_only_an_admin_sets_up(world: World) -> None:
    page = await world.ada.slash(world.somewhere, "setup start")
    second = await simhelp.press(world.ada, page, "Go on")
    for who in (world.anna, world.mo, world.olga):
        stolen = [
            *(("press", custom_id) for custom_id in simhelp.buttons(second).values()),
            ("press", "1:setup.matches"),
            ("press", "1:setup.here"),
            ("press", "1:setup.routes"),
            ("press", "1:setup.ticked:SE"),
        ]
        for _kind, custom_id in stolen:
            with pytest.raises(simcord.SetupError):
                await who.slash(world.somewhere, "setup start")
            name, *ids = custom_id.removeprefix("1:").split(":")
            await world.bot.remove_cog("Probe")
            probe = await forged(world, who, row(button("Go", name, *ids)) or ui.TextDisplay("-"))
            answer = await simhelp.press(who, probe, "Go")
            assert "Manage Server" in simhelp.texts(answer)
    assert (await chosen(world)).route_checks == {}
    assert (await chosen(world)).channels[Channel.WELCOME] == world.channels[Channel.WELCOME].id


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (choice("setup.channel", "welcome", value=1234567890123456), "this server"),
        (choice("setup.channel", "welcome", value="x"), "this server"),
        (choice("setup.channel", "kitchen", value=1), "no longer works"),
        (choice("setup.organisers", value=99), "this server"),
        (choice("setup.role", "organiser", value=99), "not in the list"),
        (choice("setup.role", "admin", value=0), "not in the list"),
        (choice("setup.zone", value="Mars/Olympus"), "time zone"),
        (choice("setup.zone", value="../../etc"), "time zone"),
        (choice("setup.language", value="tlh"), "not in the list"),
        (choice("setup.country", value="ZZ"), "not in the list"),
        (row(button("Go", "setup.ticked", "ZZ")), "not in the list"),
        (row(button("Go", "setup.again", 4711)), "isn't in this server"),
        (row(button("Go", "setup.there", 4711)), "isn't in this server"),
        (row(button("Go", "setup.channels", "more")), "no longer works"),
    ],
)
async def test_forged_and_stale_controls_change_nothing(world: World, item: ui.ActionRow[Any], said: str) -> None:
    before = await chosen(world)
    shown = await forged(world, world.ada, item)
    if simhelp.buttons(shown):
        answer = await simhelp.press(world.ada, shown, "Go")
    else:
        answer = await simhelp.pick(world.ada, shown, "It")
    assert said in simhelp.texts(answer)
    assert await chosen(world) == before


async def test_the_role_everybody_has_makes_nobody_an_organiser(world: World) -> None:
    shown = await forged(world, world.ada, choice("setup.role", "organiser", value=world.guild.id))
    answer = await simhelp.pick(world.ada, shown, "It")
    assert "Everybody here has that role" in simhelp.texts(answer)
    assert world.guild.id not in (await chosen(world)).organiser_roles


# The check.


async def test_the_check_names_what_is_missing_and_the_taps(world: World) -> None:
    bot_role = world.guild.roles[world.env.backend.bot_user.name]
    backend = world.env.backend
    backend.delete_channel(world.channels[Channel.PLEDGES].id)
    few = discord.PermissionOverwrite(send_messages=False, attach_files=False).pair()[1].value
    backend.set_overwrite(
        world.channels[Channel.WELCOME].id,
        simcord.backend.models.Overwrite(
            target_id=bot_role.id, type=simcord.enums.OverwriteType.ROLE, allow=0, deny=few
        ),
    )
    backend.edit_role(world.guild.id, world.guild.roles["Moderators"].id, {"permissions": 0})
    backend.delete_role(world.guild.id, world.guild.roles["Organisers"].id)
    await world.env.settle()
    shown = simhelp.texts(await world.ada.slash(world.somewhere, "setup check"))
    lines = shown.splitlines()
    assert any("Pledges" in line and "gone" in line and line.startswith("⚠️") for line in lines)
    assert any("Send Messages" in line and "Attach Files" in line for line in lines)
    assert any("Organisers: a chosen role is gone" in line for line in lines)
    moderators = next(line for line in lines if line.startswith("⚠️ Moderators"))
    assert "/announce" in moderators
    assert "Server Settings > Integrations" in moderators
    assert any(line.startswith("✅ Questions") for line in lines)


async def test_a_role_that_an_admin_allowed_by_hand_is_in_order(world: World) -> None:
    role = world.guild.roles["Organisers"]
    world.env.backend.edit_role(world.guild.id, role.id, {"permissions": 0})
    await world.env.settle()
    assert "does not see `/review`" in simhelp.texts(await world.ada.slash(world.somewhere, "setup check"))
    review = next(c for c in await world.bot.tree.fetch_commands() if c.name == "review")
    world.guild.set_command_permissions(review, {role: True})
    assert "does not see `/review`" not in simhelp.texts(await world.ada.slash(world.somewhere, "setup check"))


async def test_a_role_above_the_bots_own_is_said_to_be_fine(world: World) -> None:
    backend = world.env.backend
    high = world.guild.create_role("Board", permissions=discord.Permissions(manage_messages=True))
    backend.reorder_roles(world.guild.id, [{"id": high.id, "position": 40}])
    await world.env.settle()
    page = await simhelp.press(world.ada, await world.ada.slash(world.somewhere, "setup start"), "Go on")
    await simhelp.pick(world.ada, page, [high], "organisers")
    shown = simhelp.texts(await world.ada.slash(world.somewhere, "setup check"))
    assert "above my own role, which is fine" in shown


async def test_an_untouched_server_can_be_checked(bare_world: World) -> None:
    shown = simhelp.texts(await bare_world.ada.slash(bare_world.somewhere, "setup check"))
    assert "not finished" in shown
    assert shown.count("no channel chosen") == len(Channel)
    assert "no role chosen" in shown


async def stuck(world: World, state: str, reason: str) -> int:
    async def work(tx: Transaction) -> int:
        return await tx.insert(
            outbox, guild_id=world.guild.id, kind="server.panel", subject_id=0, state=state, due_at=0, created_at=0,
            attempts=1, reason=reason,
        )  # fmt: skip

    return await world.services.database.write(work)


async def test_what_got_stuck_can_be_posted_again_or_left(world: World) -> None:
    await world.services.servers.finish(world.actor(world.ada, Standing.ADMIN))
    await world.settle()
    before = len(list(world.channels[Channel.ORGANISERS].history()))
    await stuck(world, UNKNOWN, "unknown outcome")
    shown = await world.ada.slash(world.somewhere, "setup check")
    assert "may or may not have arrived" in simhelp.texts(shown)
    shown = await simhelp.press(world.ada, shown, "It is there")
    assert "may or may not have arrived" not in simhelp.texts(shown)
    await stuck(world, FAILED, "404/10003 (ABC)")
    panel = simhelp.post(world.channels[Channel.ORGANISERS], "panel")
    shown = await simhelp.press(world.olga, panel, "Check")
    assert "the channel is gone" in simhelp.texts(shown)
    shown = await simhelp.press(world.olga, shown, "Try again")
    await world.settle()
    assert await world.services.outbox.stuck(world.guild.id) == []
    assert len(list(world.channels[Channel.ORGANISERS].history())) == before


async def test_members_are_kept_from_the_check(world: World) -> None:
    both = row(button("Check", "setup.check"), button("Again", "setup.again", 1))
    assert both is not None
    shown = await forged(world, world.anna, both)
    for label in ("Check", "Again"):
        assert "Manage Server" in simhelp.texts(await simhelp.press(world.anna, shown, label))


async def test_ticking_the_routes_holds_for_180_days(world: World) -> None:
    check = await world.ada.slash(world.somewhere, "setup check")
    page = await simhelp.press(world.ada, check, "Check the routes")
    page = await simhelp.pick(world.ada, page, "Sweden", "Country")
    assert "https://" in simhelp.texts(page)
    page = await simhelp.press(world.ada, page, "I have opened and checked these")
    assert "✅ Checked" in simhelp.texts(page)
    settings = await chosen(world)
    today = world.services.clock().date()
    check_ = settings.routes_checked("SE", today)
    assert check_ is not None
    assert check_.by == world.ada.id
    assert settings.routes_checked("NO", today) is None
    assert settings.routes_checked("SE", check_.until) is not None
    assert settings.routes_checked("SE", check_.until.replace(year=check_.until.year + 1)) is None
    assert "checked, valid until" in simhelp.texts(await world.ada.slash(world.somewhere, "setup check"))


# When the service fails.


@pytest.mark.parametrize("fault", [RuntimeError("boom"), StorageUnavailable("locked")])
async def test_every_door_answers_when_its_service_raises(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    world.faults_expected = True
    row_id = await stuck(world, FAILED, "400/50035 (ABC)")
    page = await world.ada.slash(world.somewhere, "setup start")
    second = await simhelp.press(world.ada, await world.ada.slash(world.somewhere, "setup start"), "Go on")
    check = await world.ada.slash(world.somewhere, "setup check")
    routes = await simhelp.press(world.ada, await world.ada.slash(world.somewhere, "setup check"), "Check the routes")
    routes = await simhelp.pick(world.ada, routes, "Sweden", "Country")

    async def fails(*_: Any, **__: Any) -> Any:
        raise fault

    for method in (
        "begin", "choose_channels", "choose_roles", "choose", "finish", "stuck", "try_again", "leave_be", "tick_routes",
    ):  # fmt: skip
        monkeypatch.setattr(Servers, method, fails)
    said = "reference" if isinstance(fault, RuntimeError) else "busy"
    answers = [
        await world.ada.slash(world.somewhere, "setup start"),
        await world.ada.slash(world.somewhere, "setup check"),
        await simhelp.pick(world.ada, page, [world.channels[Channel.IDEAS]], "Welcome"),
        await simhelp.press(world.ada, page, "1:setup.matches"),
        await simhelp.press(world.ada, page, "Use this channel for everything"),
        await simhelp.pick(world.ada, second, [world.guild.roles["Organisers"]], "organisers"),
        await simhelp.pick(world.ada, second, "UTC", "Time zone"),
        await simhelp.pick(world.ada, second, "English", "Language"),
        await simhelp.press(world.ada, second, "Finish"),
        await simhelp.press(world.ada, check, f"1:setup.again:{row_id}"),
        await simhelp.press(world.ada, check, f"1:setup.there:{row_id}"),
        await simhelp.press(world.ada, check, "Refresh"),
        await simhelp.pick(world.ada, routes, "Norway", "Country"),
        await simhelp.press(world.ada, routes, "I have opened and checked these"),
    ]
    for answer in answers:
        assert said in simhelp.texts(answer)

    monkeypatch.setattr(Servers, "settings", fails)
    assert said in simhelp.texts(await simhelp.press(world.ada, second, "Back"))
    assert said in simhelp.texts(await simhelp.press(world.ada, check, "Check the routes"))
    assert await world.ada.autocomplete(world.somewhere, "setup start", "zone", "oslo")


async def test_menus_say_what_they_are_for_when_something_is_chosen_and_links_have_names(world: World) -> None:
    page = await world.ada.slash(world.somewhere, "setup start")
    said = simhelp.texts(page)
    for purpose in Channel:
        assert f"**{cards.purpose_words(purpose).partition(':')[0]}**" in said
    page = await simhelp.press(world.ada, page, "Go on")
    for label in ("Organisers", "Moderators", "Time zone", "Language of the posts"):
        assert f"**{label}**" in simhelp.texts(page)
    text = simhelp.texts(await simhelp.press(world.ada, page, "Finish"))
    assert "[Welcome card](https://discord.com/channels/" in text
    assert "[Organisers' panel](https://discord.com/channels/" in text
    assert "Name a contact" in text
