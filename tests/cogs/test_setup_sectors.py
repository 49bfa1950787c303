"""/setup sectors by clicking: each control, what it does to the rest of the bot, and how each of them fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
import simcord

from bot.actor import Standing
from bot.content.model import Sector
from bot.events.model import Basics
from bot.members.model import Visibility
from bot.sectors.cards import ROLES
from bot.sectors.model import MOST_ACTIVE, ServerSectors, own_slug
from bot.servers.model import Channel
from tests import simhelp
from tests.cogs.pressing import answers_faults, forged
from tests.members.joining import FORM, saved
from tests.world import World

Result = simcord.InteractionResult
WORDS = {"Name": "Faith communities", "Short name, beside the cog": "Faith", "Emoji": "🕊️"}


async def opened(world: World) -> Result:
    return await world.ada.slash(world.somewhere, "setup sectors")


async def one(world: World, name: str) -> Result:
    return await simhelp.pick(world.ada, await opened(world), name, "Open a sector")


async def here(world: World) -> ServerSectors:
    return await world.services.sectors.of(world.guild.id)


async def listed(world: World) -> list[str]:
    return [sector.slug for sector in (await here(world)).active]


def sector(world: World, slug: str) -> Sector:
    return world.services.content.sectors[slug]


def name(world: World, slug: str) -> str:
    return sector(world, slug).name.text("en")


def retired(shown: Result) -> list[str]:
    return [option["value"] for option in simhelp.selects(shown)["Retired: open one to bring it back …"]["options"]]


async def add(world: World, **answers: str) -> Result:
    form = await simhelp.press(world.ada, await opened(world), "Add a sector")
    return await simhelp.submit(world.ada, form, {**WORDS, **answers})


async def fill_up(world: World) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    for number in range(MOST_ACTIVE - len(await listed(world))):
        await world.services.sectors.add(boss, f"Guild {'abcdefghijklm'[number] * 3}", "", "")


# The list.


async def test_the_list_says_what_stands_where_exactly(world: World) -> None:
    await saved(world, world.anna, "schools")
    await saved(world, world.ben, "schools", visibility=Visibility.HIDDEN)
    shown = await opened(world)
    lines = simhelp.texts(shown).splitlines()
    assert "14 of 24" in lines[0]
    assert any(line.startswith("11. 🏫") and line.endswith("2 people") for line in lines)
    assert sum("nobody yet" in line for line in lines) == 13
    assert shown.response is not None
    assert shown.response.ephemeral
    menu = simhelp.selects(shown)["Open a sector …"]
    assert [option["value"] for option in menu["options"]] == await listed(world)


async def test_sector_roles_are_offered_where_there_is_a_door_to_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = ("press", ROLES) in world.bot.doors.names
    assert ("Sector roles" in simhelp.buttons(await opened(world))) is there
    for known in (True, False):
        names = {**world.bot.doors.names}
        names.pop(("press", ROLES), None)
        monkeypatch.setattr(type(world.bot.doors), "names", names | ({("press", ROLES): opened} if known else {}))
        assert ("Sector roles" in simhelp.buttons(await opened(world))) is known


async def test_it_is_reached_from_the_end_of_the_set_up(world: World) -> None:
    page = await simhelp.press(world.ada, await world.ada.slash(world.somewhere, "setup start"), "Go on")
    end = await simhelp.press(world.ada, page, "Finish")
    assert "14 of 24" in simhelp.texts(await simhelp.press(world.ada, end, "Sectors"))


# Adding.


async def test_an_added_sector_is_everywhere_at_once(world: World) -> None:
    await world.services.servers.finish(world.actor(world.ada, Standing.ADMIN))
    await world.settle(61)
    shown = await add(world)
    assert "✅ Added: 🕊️ Faith communities" in simhelp.texts(shown)
    assert "15 of 24" in simhelp.texts(shown)
    slug = own_slug(world.guild.id, 1)
    await world.settle(61)
    assert "0 of 15 cogs turning" in simhelp.texts(simhelp.post(world.channels[Channel.WELCOME]))
    join = await world.ben.slash(world.somewhere, "join")
    options = simhelp.options(simhelp.fields(join.modal)["Your sectors (1 to 3)"])
    assert options["Faith communities"] == slug
    card = await simhelp.submit(world.ben, join, {**FORM, "sectors": [slug]})
    await simhelp.press(world.ben, card, "Save")
    wheel = await world.ben.slash(world.somewhere, "wheel", sector=slug)
    assert "## 🕊️ Faith communities" in simhelp.texts(wheel)
    assert "a few" in simhelp.texts(wheel)
    for command in ("wheel", "pledge list", "events"):
        found = await world.ben.autocomplete(world.somewhere, command, "sector", "faith")
        assert [choice["value"] for choice in found] == [slug]
    assert "Pledges · Faith communities" in simhelp.texts(
        await world.ben.slash(world.somewhere, "pledge list", sector="faith")
    )


async def test_words_of_an_admin_do_nothing_wherever_they_are_shown(world: World) -> None:
    shown = await add(
        world,
        Name="**Bold** ~~x~~ [x](https://y.example)",
        **{"Short name, beside the cog": "`Bo`||ld\u202e", "Emoji": "🕊️"},
    )
    slug = own_slug(world.guild.id, 1)
    made = (await here(world)).known[slug]
    assert "\u202e" not in made.short.text("en")
    await saved(world, world.ben, slug)
    wheel = await world.ben.slash(world.somewhere, "wheel")
    for payload in (
        shown,
        await one(world, made.name.text("en")),
        await simhelp.pick(
            world.ada, await one(world, made.name.text("en")), "1. " + name(world, "legislature"), "place"
        ),
        wheel,
        await world.ben.slash(world.somewhere, "wheel", sector=slug),
        await world.ben.slash(world.somewhere, "profile"),
        await world.ben.slash(world.somewhere, "pledge list", sector=slug),
    ):
        marked = [
            component["content"]
            for message in (payload.response, *payload.followups)
            if message is not None
            for component in simhelp.walk(message.components)
            if component["type"] == 10
        ]
        assert marked
        for text in marked:
            if "Bold" in text and not text.startswith("To invite"):  # the invitation is a block to copy
                assert r"\*\*Bold\*\*" in text
                assert r"\~\~" in text
                assert "](https:/" not in text


async def test_a_name_that_calls_people_is_refused(world: World) -> None:
    refused = await add(world, Name="Hear hear @everyone")
    assert "can't ping people" in simhelp.texts(refused)
    assert "Fix it" in simhelp.buttons(refused)


async def test_a_twenty_fifth_is_refused_before_anything_is_typed_and_after(world: World) -> None:
    form = await simhelp.press(world.ada, await opened(world), "Add a sector")
    await fill_up(world)
    full = await opened(world)
    assert "24 of 24" in simhelp.texts(full)
    assert "Retire one first" in simhelp.texts(await simhelp.press(world.ada, full, "Add a sector"))
    refused = await simhelp.submit(world.ada, form, WORDS)
    assert "Retire one first" in simhelp.texts(refused)
    assert "Retire one first" in simhelp.texts(await simhelp.press(world.ada, refused, "Fix it"))
    media = await simhelp.pick(world.ada, full, name(world, "media"), "Optional")
    assert "Retire one first" in simhelp.texts(media)
    boss = world.actor(world.ada, Standing.ADMIN)
    await world.services.sectors.retire(boss, "schools")
    again = await simhelp.press(world.ada, refused, "Fix it")
    done = await simhelp.submit(world.ada, again)
    assert "Added" in simhelp.texts(done)
    assert len(await listed(world)) == MOST_ACTIVE


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"Name": "Schооls"}, "looks like *Schools and early years*"),
        ({"Short name, beside the cog": "Police"}, "looks like *Law enforcement*"),
        ({"Emoji": "👩‍🏫"}, "one plain emoji"),
        ({"Emoji": "<:own:1234567890123456789>"[:16]}, "one plain emoji"),
        ({"Name": "..."}, "at least one letter"),
        ({"Name": "\u200b \u2066"}, "fill in *Name*"),
    ],
)
async def test_a_refusal_keeps_what_was_typed(world: World, answers: dict[str, str], said: str) -> None:
    refused = await add(world, **answers)
    assert said in simhelp.texts(refused).replace("\\", "")
    again = await simhelp.press(world.ada, refused, "Fix it")
    kept = {label: field.get("value") for label, field in simhelp.fields(again.modal).items()}
    assert kept == {**WORDS, **answers}
    done = await simhelp.submit(world.ada, again, WORDS)
    assert "Added" in simhelp.texts(done)


async def test_a_name_that_points_at_material_is_not_stored(world: World) -> None:
    stopped = await add(world, Name="abcdefghij234567.onion")
    assert "Fix it" in simhelp.buttons(stopped)
    assert len(await listed(world)) == 14


async def test_a_submission_that_comes_twice_adds_one(world: World) -> None:
    forms = [await simhelp.press(world.ada, await opened(world), "Add a sector") for _ in range(2)]
    await simhelp.submit(world.ada, forms[0], WORDS)
    second = await simhelp.submit(world.ada, forms[1], WORDS)
    assert "looks like *Faith communities*" in simhelp.texts(second)
    assert len(await listed(world)) == 15


# Renaming.


async def test_renaming_starts_from_what_there_is_and_shows_at_once(world: World) -> None:
    form = await simhelp.press(world.ada, await one(world, name(world, "schools")), "Rename")
    fields = simhelp.fields(form.modal)
    assert [field["value"] for field in fields.values()] == [name(world, "schools"), "Schools", "🏫"]
    shown = await simhelp.submit(world.ada, form, {"Name": "Schools, all of them", "Emoji": "🎒"})
    assert "## 🎒 Schools, all of them" in simhelp.texts(shown)
    assert "Schools, all of them" in simhelp.texts(await world.ben.slash(world.somewhere, "wheel"))


async def test_of_two_admins_who_rename_the_later_is_told_and_loses_nothing(world: World) -> None:
    card = await one(world, name(world, "schools"))
    first = await simhelp.press(world.ada, card, "Rename")
    second = await simhelp.press(world.ada, card, "Rename")
    await simhelp.submit(world.ada, first, {"Name": "Schools and nurseries"})
    refused = await simhelp.submit(world.ada, second, {"Name": "Every school"})
    assert "it is *Schools and nurseries* now" in simhelp.texts(refused)
    again = await simhelp.press(world.ada, refused, "Fix it")
    assert simhelp.fields(again.modal)["Name"]["value"] == "Every school"
    assert "Every school" in simhelp.texts(await simhelp.submit(world.ada, again))


async def test_a_name_the_wheel_can_not_write_is_taken_and_said(world: World) -> None:
    await add(world, **{"Name": "学校", "Short name, beside the cog": "学校", "Emoji": ""})
    shown = simhelp.texts(await one(world, "学校"))
    assert "has no letters for 学校" in shown
    assert "give it an emoji" in shown
    assert "学校" in simhelp.texts(await world.ben.slash(world.somewhere, "wheel"))


# Order.


async def test_up_down_and_to_a_place(world: World) -> None:
    before = await listed(world)
    shown = await one(world, name(world, before[1]))
    shown = await simhelp.press(world.ada, shown, "Move up")
    assert await listed(world) == [before[1], before[0], *before[2:]]
    shown = await simhelp.press(world.ada, shown, "Move down")
    assert await listed(world) == before
    last = f"{len(before)}. {name(world, before[-1])}"
    shown = await simhelp.pick(world.ada, shown, last, "Move to the position of")
    assert await listed(world) == [before[0], *before[2:], before[1]]
    menu = simhelp.selects(await world.ben.slash(world.somewhere, "wheel"))["Look at a sector …"]
    assert [option["value"] for option in menu["options"]] == await listed(world)


async def test_a_button_pressed_twice_moves_once(world: World) -> None:
    before = await listed(world)
    shown = await one(world, name(world, before[5]))
    for _ in range(2):
        await forged(world, world.ada, "press", "sectors.place", before[5], 4)
    assert await listed(world) == [*before[:4], before[5], before[4], *before[6:]]
    assert "Move up" in simhelp.buttons(shown)


async def test_everything_works_after_a_restart(world: World) -> None:
    card = await one(world, name(world, "schools"))
    await world.restart()
    shown = await simhelp.press(world.ada, card, "Move up")
    await world.restart()
    form = await simhelp.press(world.ada, shown, "Rename")
    await world.restart()
    shown = await simhelp.submit(world.ada, form, {"Name": "Every school"})
    await world.restart()
    assert (await here(world)).name("schools") == "Every school"
    asked = await simhelp.press(world.ada, shown, "Retire")
    await world.restart()
    await simhelp.press(world.ada, asked, "Retire")
    assert "schools" not in await listed(world)


# Retiring.


async def test_retiring_says_what_stays_and_can_be_taken_back(world: World) -> None:
    await saved(world, world.anna, "schools")
    await saved(world, world.ben, "schools")
    asked = await simhelp.press(world.ada, await one(world, name(world, "schools")), "Retire")
    assert "2 people" in simhelp.texts(asked)
    assert "its cog leaves the wheel" in simhelp.texts(asked)
    kept = await simhelp.press(world.ada, asked, "Keep it")
    assert "schools" in await listed(world)
    asked = await simhelp.press(world.ada, kept, "Retire")
    done = await simhelp.press(world.ada, asked, "Retire")
    assert "✅ Retired" in simhelp.texts(done)
    again = await forged(world, world.ada, "press", "sectors.retire", "schools")
    assert "✅ Retired" in simhelp.texts(again), "a double click is no fault"
    assert name(world, "schools") not in simhelp.texts(await world.mo.slash(world.somewhere, "wheel"))
    profile = simhelp.texts(await world.anna.slash(world.somewhere, "profile"))
    assert name(world, "schools") in profile
    assert "Pledges ·" in simhelp.texts(await world.mo.slash(world.somewhere, "pledge list", sector="schools"))
    shelf = await simhelp.pick(world.ada, done, name(world, "schools"), "Retired")
    assert "**Retired.**" in simhelp.texts(shelf)
    assert "2 people" in simhelp.texts(shelf)
    back = await simhelp.press(world.ada, shelf, "Bring back")
    assert "✅ Back on the list" in simhelp.texts(back)
    assert list((await here(world)).active) == world.services.content.core_sectors()


async def test_the_last_sector_stays(world: World) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    *others, last = await listed(world)
    for slug in others:
        await world.services.sectors.retire(boss, slug)
    asked = await simhelp.press(world.ada, await one(world, name(world, last)), "Retire")
    assert "at least one sector" in simhelp.texts(await simhelp.press(world.ada, asked, "Retire"))
    assert "1 of 24" in simhelp.texts(await opened(world))
    assert "0 of 1 cog turning" in simhelp.texts(await world.ben.slash(world.somewhere, "wheel"))


async def test_more_retired_ones_than_a_list_holds_have_pages(world: World) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    for first in "abc":
        for second in "abcdefghij":
            made = await world.services.sectors.add(boss, f"Guild {first * 2}{second * 2}", "", "")
            await world.services.sectors.retire(boss, made.slug)
    shown = await opened(world)
    first_page = [
        option["value"] for option in simhelp.selects(shown)["Retired: open one to bring it back …"]["options"]
    ]
    shown = await simhelp.press(world.ada, shown, "More retired ones")
    second_page = [
        option["value"] for option in simhelp.selects(shown)["Retired: open one to bring it back …"]["options"]
    ]
    assert (len(first_page), len(second_page), len({*first_page, *second_page})) == (25, 5, 30)
    assert "More retired ones" not in simhelp.buttons(shown)
    back = await simhelp.press(world.ada, shown, "First retired ones")
    assert "More retired ones" in simhelp.buttons(back)


async def test_a_form_filled_in_before_the_sector_was_retired(world: World) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    form = await world.ben.slash(world.somewhere, "join")
    await world.services.sectors.retire(boss, "schools")
    typed = {**FORM, "sectors": ["schools", "ngo"], "offers": "We can host briefings", "visibility": "named"}
    refused = await simhelp.submit(world.ben, form, typed)
    assert f"Not on this server's list any more: *{name(world, 'schools')}*" in simhelp.texts(refused)
    again = await simhelp.press(world.ben, refused, "Fix it")
    fields = simhelp.fields(again.modal)
    sectors = fields["Your sectors (1 to 3)"]
    assert "schools" not in simhelp.options(sectors).values()
    assert [option["value"] for option in sectors["options"] if option.get("default")] == ["ngo"]
    texts = [str(field.get("value")) for field in fields.values()]
    assert any("We can host briefings" in text for text in texts)
    done = await simhelp.submit(world.ben, again, {"consent": ["yes"]})
    await simhelp.press(world.ben, done, "Save")
    member = await world.services.members.find(world.guild.id, world.ben.id)
    assert member is not None
    assert (member.sectors, member.visibility) == (("ngo",), Visibility.NAMED)


async def test_a_card_that_waited_for_save_while_the_sector_was_retired(world: World) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    form = await world.ben.slash(world.somewhere, "join")
    card = await simhelp.submit(world.ben, form, {**FORM, "sectors": ["schools", "ngo"], "offers": "Briefings"})
    await world.services.sectors.retire(boss, "schools")
    refused = await simhelp.press(world.ben, card, "Save")
    assert "Not on this server's list" in simhelp.texts(refused)
    again = await simhelp.press(world.ben, refused, "Fix it")
    sectors = simhelp.fields(again.modal)["Your sectors (1 to 3)"]
    assert [option["value"] for option in sectors["options"] if option.get("default")] == ["ngo"]
    assert "Briefings" in [field.get("value") for field in simhelp.fields(again.modal).values()]
    card = await simhelp.submit(world.ben, again, {"consent": ["yes"]})
    assert "in" in simhelp.texts(await simhelp.press(world.ben, card, "Save"))


async def test_who_stands_in_a_retired_sector_changes_the_rest_and_keeps_it(world: World) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    await saved(world, world.anna, "schools", "ngo")
    await world.services.sectors.retire(boss, "schools")
    form = await world.anna.slash(world.somewhere, "join")
    sectors = simhelp.fields(form.modal)["Your sectors (1 to 3)"]
    assert {option["value"] for option in sectors["options"] if option.get("default")} == {"schools", "ngo"}
    card = await simhelp.submit(world.anna, form, {"offers": "Something new"})
    await simhelp.press(world.anna, card, "Save")
    member = await world.services.members.find(world.guild.id, world.anna.id)
    assert member is not None
    assert set(member.sectors) == {"schools", "ngo"}
    assert member.offers == "Something new"


async def test_an_announcement_keeps_the_retired_sector_it_was_for(world: World) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    events, mo = world.services.events, world.actor(world.mo, Standing.MODERATOR)
    event = await events.plan(mo, Basics("Round table", "in 3 days 18:00"))
    await events.choose_sectors(mo, event.id, ["schools", "ngo"])
    await world.services.sectors.retire(boss, "schools")
    assert (await events.choose_sectors(mo, event.id, ["schools", "ngo", "finance"])).sectors.count("schools") == 1
    other = await events.plan(mo, Basics("Pick another", "in 3 days 18:00"))
    assert (await events.choose_sectors(mo, other.id, ["schools", "ngo"])).sectors == ("ngo",)


# Optional sectors.


async def test_optional_sectors_are_one_pick_away(world: World) -> None:
    shown = await simhelp.pick(world.ada, await opened(world), name(world, "media"), "Optional")
    assert "On the list now: 📰" in simhelp.texts(shown)
    assert (await listed(world))[-1] == "media"
    await saved(world, world.anna, "media")
    asked = await simhelp.pick(world.ada, shown, name(world, "media"), "Optional")
    assert "1 person" in simhelp.texts(asked)
    kept = await simhelp.press(world.ada, asked, "Keep it")
    assert (await listed(world))[-1] == "media"
    asked = await simhelp.pick(world.ada, kept, name(world, "media"), "Optional")
    done = await simhelp.press(world.ada, asked, "Take off")
    assert "media" not in await listed(world)
    assert retired(done) == ["media"]


async def test_ready_made_actions_of_a_sector_come_and_go_with_it(world: World) -> None:
    await saved(world, world.anna, "schools")
    actions = world.services.content.actions.values()
    theirs = next(action for action in actions if action.sector == "media" and not action.retired)
    typed = theirs.title.text("en")[:30]

    async def offered() -> list[str]:
        return [c["value"] for c in await world.anna.autocomplete(world.somewhere, "pledge make", "action", typed)]

    assert theirs.slug not in await offered()
    boss = world.actor(world.ada, Standing.ADMIN)
    await world.services.sectors.switch(boss, "media", on=True)
    assert theirs.slug in await offered()
    own = next(action for action in actions if action.sector == "schools" and not action.retired)
    await world.services.sectors.retire(boss, "schools")
    found = await world.anna.autocomplete(world.somewhere, "pledge make", "action", own.title.text("en")[:30])
    assert own.slug in [choice["value"] for choice in found], "whoever stands in it still finds its actions"


# Who may, and what goes wrong.


DOORS: list[tuple[str, str, tuple[object, ...], tuple[str, ...]]] = [
    ("press", "sectors.list", (0,), ()),
    ("press", "sectors.show", ("schools",), ()),
    ("press", "sectors.add", (), ()),
    ("press", "sectors.rename", ("schools",), ()),
    ("press", "sectors.place", ("schools", 0), ()),
    ("press", "sectors.ask", ("schools",), ()),
    ("press", "sectors.retire", ("schools",), ()),
    ("press", "sectors.back", ("schools",), ()),
    ("press", "sectors.off", ("media",), ()),
    ("pick", "sectors.open", (), ("schools",)),
    ("pick", "sectors.shelf", (), ("schools",)),
    ("pick", "sectors.place", ("schools",), ("3",)),
    ("pick", "sectors.pack", (), ("media",)),
]


@pytest.mark.parametrize("who", ["anna", "mo", "olga"])
async def test_nobody_but_an_admin_sees_or_changes_it(world: World, who: str) -> None:
    person = getattr(world, who)
    await saved(world, world.ben, "schools", visibility=Visibility.HIDDEN)
    with pytest.raises(simcord.SetupError):
        await person.slash(world.somewhere, "setup sectors")
    for kind, door, ids, values in DOORS:
        answer = await forged(world, person, kind, door, *ids, values=values)
        assert "Manage Server" in simhelp.texts(answer), (kind, door)
        assert "1 person" not in simhelp.texts(answer), (kind, door)
    assert (await here(world)).changes == {}


async def test_a_submission_of_somebody_who_is_no_admin_any_more(world: World) -> None:
    form = await simhelp.press(world.ada, await opened(world), "Add a sector")
    rename = await simhelp.press(world.ada, await one(world, name(world, "schools")), "Rename")
    world.env.backend.edit_role(world.guild.id, world.guild.roles["Admins"].id, {"permissions": 0})
    await world.env.settle()
    for shown in (form, rename):
        assert "Manage Server" in simhelp.texts(await simhelp.submit(world.ada, shown, WORDS))
    assert (await here(world)).changes == {}


@pytest.mark.parametrize(
    ("kind", "door", "ids", "values", "said"),
    [
        ("press", "sectors.show", ("own.1.1",), (), "isn't in this server"),
        ("press", "sectors.rename", ("own.1.1",), (), "isn't in this server"),
        ("press", "sectors.place", ("own.1.1", 0), (), "isn't in this server"),
        ("press", "sectors.ask", ("nonsense",), (), "isn't in this server"),
        ("press", "sectors.retire", ("media",), (), "isn't in this server"),
        ("press", "sectors.back", ("media",), (), "isn't in this server"),
        ("press", "sectors.off", ("core",), (), "isn't in this server"),
        ("press", "sectors.list", ("x",), (), "no longer works"),
        ("pick", "sectors.open", (), ("own.1.1",), "isn't in this server"),
        ("pick", "sectors.shelf", (), ("any",), "isn't in this server"),
        ("pick", "sectors.place", ("schools",), ("-1",), "not in the list"),
        ("pick", "sectors.place", ("own.1.1",), ("1",), "isn't in this server"),
        ("pick", "sectors.pack", (), ("core",), "isn't in this server"),
    ],
)
async def test_forged_and_stale_controls_change_nothing(
    world: World, kind: str, door: str, ids: tuple[object, ...], values: tuple[str, ...], said: str
) -> None:
    answer = await forged(world, world.ada, kind, door, *ids, values=values)
    assert said in simhelp.texts(answer)
    assert (await here(world)).changes == {}


async def test_a_sector_of_another_server_is_not_here(world: World) -> None:
    there = replace(world.actor(world.ada, Standing.ADMIN), guild_id=world.guild.id + 1)
    theirs = await world.services.sectors.add(there, "Their secret guild", "", "")
    for door in ("sectors.show", "sectors.ask", "sectors.retire", "sectors.back", "sectors.rename"):
        answer = simhelp.texts(await forged(world, world.ada, "press", door, theirs.slug))
        assert "secret" not in answer
        assert "isn't in this server" in answer
    for command, option in (("wheel", "sector"), ("pledge list", "sector")):
        answer = simhelp.texts(await world.ben.slash(world.somewhere, command, **{option: theirs.slug}))
        assert "secret" not in answer
    listing = await forged(world, world.ben, "press", "pledge.list", theirs.slug, 0)
    assert "secret" not in simhelp.texts(listing)


async def test_every_control_answers_when_the_service_fails(world: World) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    await world.services.sectors.retire(boss, "ngo")

    def press(door: str, *ids: object) -> Callable[[], Awaitable[Result]]:
        return lambda: forged(world, world.ada, "press", door, *ids)

    def pick(door: str, *ids: object, value: str) -> Callable[[], Awaitable[Result]]:
        return lambda: forged(world, world.ada, "pick", door, *ids, values=(value,))

    adding = [await simhelp.press(world.ada, await opened(world), "Add a sector") for _ in range(2)]
    card = await one(world, name(world, "schools"))
    renaming = [await simhelp.press(world.ada, card, "Rename") for _ in range(2)]
    attempts: list[tuple[str, Callable[[], Awaitable[Result]]]] = [
        ("sectors.standing", lambda: opened(world)),
        ("sectors.of", lambda: opened(world)),
        ("sectors.of", press("sectors.list", 0)),
        ("sectors.of", press("sectors.show", "schools")),
        ("sectors.of", press("sectors.add")),
        ("sectors.of", press("sectors.rename", "schools")),
        ("sectors.move", press("sectors.place", "schools", 0)),
        ("sectors.standing", press("sectors.ask", "schools")),
        ("sectors.retire", press("sectors.retire", "schools")),
        ("sectors.bring_back", press("sectors.back", "ngo")),
        ("sectors.switch", press("sectors.off", "media")),
        ("sectors.of", pick("sectors.open", value="schools")),
        ("sectors.of", pick("sectors.shelf", value="ngo")),
        ("sectors.move", pick("sectors.place", "schools", value="0")),
        ("sectors.switch", pick("sectors.pack", value="media")),
        ("sectors.add", lambda: simhelp.submit(world.ada, adding.pop(), WORDS)),
        ("sectors.rename", lambda: simhelp.submit(world.ada, renaming.pop(), {"Name": "Every school"})),
        ("sectors.of", lambda: world.ben.slash(world.somewhere, "wheel")),
        ("sectors.of", lambda: world.ben.slash(world.somewhere, "join")),
        ("sectors.of", lambda: world.ben.slash(world.somewhere, "pledge list", sector="schools")),
        ("sectors.findings", lambda: world.ada.slash(world.somewhere, "setup check")),
    ]
    for target, attempt in attempts:
        await answers_faults(world, target, attempt)
    assert "schools" in await listed(world)


async def test_what_is_typed_survives_a_fault_of_ours(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.faults_expected = True
    form = await simhelp.press(world.ada, await opened(world), "Add a sector")

    async def fails(*_: Any, **__: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr(type(world.services.sectors), "add", fails)
    broken = await simhelp.submit(world.ada, form, WORDS)
    monkeypatch.undo()
    again = await simhelp.press(world.ada, broken, "Open the form again")
    assert "Added" in simhelp.texts(await simhelp.submit(world.ada, again))


# The check.


async def test_the_check_names_a_sector_that_the_content_dropped(world: World) -> None:
    await saved(world, world.anna, "schools")
    content = world.services.content
    left = {slug: each for slug, each in content.sectors.items() if slug != "schools"}
    world.services.sectors._content = replace(content, sectors=left)
    world.services.sectors.drop(world.guild.id)
    check = simhelp.texts(await world.ada.slash(world.somewhere, "setup check"))
    line = next(line for line in check.splitlines() if "no longer has these sectors" in line)
    assert line.startswith("⚠️")
    assert "1 person still counts: Schools" in line
    assert "Schools" in simhelp.texts(await world.anna.slash(world.somewhere, "profile"))
    form = await world.anna.slash(world.somewhere, "join")
    sectors = simhelp.fields(form.modal)["Your sectors (1 to 3)"]
    assert [option["value"] for option in sectors["options"] if option.get("default")] == ["schools"]
