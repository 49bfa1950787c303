"""/setup privacy: every choice, the notice seen before it is used, this server's data, the notice asked again."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any

import pytest
import simcord

from bot.actor import Standing
from bot.errors import StorageUnavailable
from bot.privacy import server_data
from bot.servers.model import Contact, ServerSettings
from bot.storage.database import Transaction
from bot.tables import metadata
from tests import simhelp
from tests.cogs.pressing import forged
from tests.members.joining import saved
from tests.world import World

Result = simcord.InteractionResult
TRICKS = ("@everyone", "<@&1>", "**bold** [a](https://x.example)", "\u202egnp.exe", "discord.gg/abc")


async def page(world: World) -> Result:
    return await world.ada.slash(world.somewhere, "setup privacy")


async def settings(world: World) -> ServerSettings:
    return await world.services.servers.settings(world.guild.id)


async def version(world: World) -> str:
    return (await world.services.privacy.notice(world.guild.id)).version


async def test_everything_is_on_one_page_for_admins_alone(world: World) -> None:
    shown = await page(world)
    said = simhelp.texts(shown)
    for words in ("Who is responsible", "not named yet", "Milestones", world.services.content.coalition.notice_version):
        assert words in said
    assert shown.ephemeral
    for who in (world.anna, world.mo, world.olga):
        assert "Manage Server" in simhelp.texts(await forged(world, who, "press", "setup.privacy"))


# The contact.


async def named(world: World, name: str, where: str) -> Result:
    form = await simhelp.press(world.ada, await page(world), "1:setup.contact")  # whatever language it speaks
    return await simhelp.submit(world.ada, form, {"contact_name": name, "contact": where})


@pytest.mark.parametrize("where", ["privacy@example.org", "https://example.org/privacy?a=1"])
async def test_a_contact_stands_in_help_in_the_notice_and_before_erasing(world: World, where: str) -> None:
    await saved(world, world.anna)
    assert "everybody with *Manage Server*" in simhelp.texts(await world.anna.slash(world.somewhere, "help"))
    said = simhelp.texts(await named(world, "Acme House", where))
    assert "Acme House" in said
    assert "not named yet" not in said
    assert (await settings(world)).contact == Contact("Acme House", where)
    helped = await world.anna.slash(world.somewhere, "help")
    asked = await simhelp.press(world.anna, await world.anna.slash(world.somewhere, "profile"), "Erase me")
    for shown in (helped, await simhelp.press(world.anna, helped, "Privacy notice"), asked):
        assert "Acme House" in simhelp.texts(shown)
        assert where.partition("?")[0].removeprefix("https:") in simhelp.texts(shown)


@pytest.mark.parametrize(
    "where",
    ["nobody", "a@b", "http://example.org", "https://10.0.0.1/x", "https://discord.gg/abc", "a@b.example\nx@y.example",
     "javascript:alert(1)", "@everyone", "https://x.onion", "a b@example.org", "@example.org", "-@-.example"],
)  # fmt: skip
async def test_what_is_no_contact_is_refused_and_can_be_fixed(world: World, where: str) -> None:
    refused = await named(world, "Acme", where)
    again = await simhelp.press(world.ada, refused, "Fix it")
    assert simhelp.fields(again.modal)["Name"]["value"] == "Acme"
    assert (await settings(world)).contact is None


async def test_the_check_is_red_until_somebody_is_named(world: World) -> None:
    shown = await world.ada.slash(world.somewhere, "setup check")
    assert "⚠️ Nobody is named who is responsible" in simhelp.texts(shown)
    form = await simhelp.press(world.ada, shown, "Name a contact")
    await simhelp.submit(world.ada, form, {"contact_name": "Acme", "contact": "privacy@example.org"})
    shown = await world.ada.slash(world.somewhere, "setup check")
    assert "✅ Who is responsible" in simhelp.texts(shown)
    assert "Name a contact" not in simhelp.buttons(shown)


# Figures, milestones, retention.


async def test_figures_and_milestones_are_chosen(world: World) -> None:
    shown = await simhelp.pick(world.ada, await page(world), "5", menu="setup.figure")
    assert (await settings(world)).small_figure == 5
    shown = await simhelp.press(world.ada, shown, "No milestones")
    assert not (await settings(world)).milestones
    await simhelp.press(world.ada, shown, "Celebrate milestones")
    assert (await settings(world)).milestones


@pytest.mark.parametrize(("menu", "value"), [("setup.figure", "1"), ("setup.figure", "11"), ("setup.figure", "x"),
                                             ("setup.retention", "29"), ("setup.retention", "3650"),
                                             ("setup.retention", "-1")])  # fmt: skip
async def test_what_is_not_offered_is_refused(world: World, menu: str, value: str) -> None:
    before = await settings(world)
    said = simhelp.texts(await forged(world, world.ada, "pick", menu, values=(value,)))
    assert "not in the list" in said
    assert await settings(world) == before


async def test_a_smaller_figure_redraws_what_stands(world: World) -> None:
    await world.services.servers.finish(world.actor(world.ada, Standing.ADMIN))
    await world.settle()
    before = len(world.watch.sent("PATCH", "/messages/"))
    await simhelp.pick(world.ada, await page(world), "2", menu="setup.figure")
    await world.settle(60)
    assert len(world.watch.sent("PATCH", "/messages/")) > before


async def test_keeping_longer_is_a_new_notice_and_erasing_sooner_is_not(world: World) -> None:
    await saved(world, world.anna)
    first = await version(world)
    asked = await simhelp.pick(world.ada, await page(world), "180", menu="setup.retention")
    assert "1 person will be asked again" in simhelp.texts(asked)
    assert (await settings(world)).retention.days == 30
    shown = await simhelp.press(world.ada, asked, "Keep them longer")
    assert (await settings(world)).retention.days == 180
    assert await version(world) != first
    assert "1 person has read an earlier one" in simhelp.texts(shown)
    second = await version(world)
    notice = simhelp.texts(await simhelp.press(world.ada, shown, "Read the notice"))
    assert "after 180 days" in notice
    await simhelp.pick(world.ada, shown, "90", menu="setup.retention")
    assert (await settings(world)).retention.days == 90
    assert await version(world) == second


# The notice.


async def written(world: World, text: str, where: str = "below") -> Result:
    form = await simhelp.press(world.ada, await page(world), "1:setup.notice")
    return await simhelp.submit(world.ada, form, {"notice": text, "where": where})


async def test_a_notice_is_seen_before_it_is_used(world: World) -> None:
    await saved(world, world.anna)
    await saved(world, world.ben)
    first = await version(world)
    seen = await written(world, "We also keep minutes of meetings.")
    said = simhelp.texts(seen)
    assert "We also keep minutes" in said
    assert "your Discord id" in said, "ours stands above it"
    assert "2 people will be asked again" in said
    assert await version(world) == first
    form = await simhelp.press(world.ada, seen, "Change it")
    seen = await simhelp.submit(world.ada, form, {"notice": "Minutes are kept.", "where": "instead"})
    assert "your Discord id" not in simhelp.texts(seen)
    used = await simhelp.press(world.ada, seen, "Use this notice")
    assert "your own words in place of ours" in simhelp.texts(used)
    assert await version(world) == f"{first}.1"
    notice = simhelp.texts(await simhelp.press(world.ada, used, "Read the notice"))
    assert "Minutes are kept." in notice
    assert f"{first}.1" in notice


async def test_the_same_words_again_ask_nobody(world: World) -> None:
    await simhelp.press(world.ada, await written(world, "More"), "Use this notice")
    before = await version(world)
    assert "## Privacy" in simhelp.texts(await written(world, "  More\u200b "))
    assert await version(world) == before
    back = await simhelp.press(world.ada, await written(world, ""), "Use this notice")
    assert "ours, unchanged" in simhelp.texts(back)
    assert await version(world) != before, "what people read last is not what stands now"


@pytest.mark.parametrize("text", TRICKS)
async def test_the_words_of_an_admin_do_nothing_but_show(world: World, text: str) -> None:
    used = await simhelp.press(world.ada, await written(world, text), "Use this notice")
    said = simhelp.texts(await simhelp.press(world.ada, used, "Read the notice"))
    for live in ("@everyone", "<@&", "](https://x", "\u202e", "discord.gg/abc"):
        assert live not in said


async def test_a_notice_that_does_not_fit_on_a_card_is_refused_whole(world: World) -> None:
    refused = await written(world, "*" * 2000)
    assert "marks such as * count twice" in simhelp.texts(refused)
    again = await simhelp.press(world.ada, refused, "Fix it")
    assert simhelp.fields(again.modal)["Your words"]["value"] == "*" * 2000
    for length, where in ((2000, "instead"), (1600, "below")):
        seen = await written(world, "w" * length, where)
        assert "w" * length in simhelp.texts(seen), "what is accepted is not cut"
        assert "Version" in simhelp.texts(seen)


async def test_a_case_has_no_place_in_a_notice(world: World) -> None:
    stopped = await written(world, "see http://abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwx.onion/zebra")
    assert "Use this notice" not in simhelp.buttons(stopped)
    assert b"zebra" not in b"".join(path.read_bytes() for path in world.folder.glob("test.db*"))


async def test_an_old_preview_and_a_foreign_form_are_not_used(world: World) -> None:
    seen = await written(world, "More")
    key = simhelp.buttons(seen)["Use this notice"].rpartition(":")[2]
    other = await world.services.forms.keep(world.guild.id, world.ada.id, "1:setup.notice", {"notice": "unchecked"})
    for forged_key in (other, "m123", "0", key + "9"):
        assert "no longer works" in simhelp.texts(
            await forged(world, world.ada, "press", "setup.notice_now", forged_key)
        )
    assert "Manage Server" in simhelp.texts(await forged(world, world.anna, "press", "setup.notice"))
    assert (await settings(world)).notice == ""
    await world.restart()
    await simhelp.press(world.ada, seen, "Use this notice")
    assert (await settings(world)).notice == "More"


# The data.


async def data(world: World, reason: str = "The yearly report") -> Result:
    form = await simhelp.press(world.ada, await page(world), "Download this server's data")
    return await simhelp.submit(world.ada, form, {"reason": reason})


async def test_the_data_of_this_server_and_of_no_other(world: World) -> None:
    await saved(world, world.anna, organisation="Acme")
    shown = await data(world)
    assert "server-data.json" in simhelp.texts(shown)
    assert shown.ephemeral or shown.followups
    made = await world.services.privacy.download(world.actor(world.ada, Standing.ADMIN), "again", 10**7)
    with made.file:
        file: Any = json.loads(made.file.read())
    assert (file["format"], file["version"], file["reason"]) == ("cogwheel.server-data", 1, "again")
    assert [row["user_id"] for row in file["tables"]["members"]] == [str(world.anna.id)]
    assert {row["guild_id"] for rows in file["tables"].values() for row in rows} == {str(world.guild.id)}
    said = simhelp.texts(await page(world))
    assert "The yearly report" in said
    assert f"<@{world.ada.id}>" in said


async def test_what_nobody_was_to_see_is_left_out(world: World) -> None:
    services = world.services
    await saved(world, world.anna)
    asked = await services.faqs.hand_over(world.actor(world.anna), "Who can lend us a room?", named=False)
    named_ = await services.faqs.hand_over(world.actor(world.ben), "Who can lend us chairs?", named=True)
    slug = next(iter(services.content.faqs))
    await services.faqs.vote(world.actor(world.anna), slug, True)
    await services.forms.keep(world.guild.id, world.anna.id, "1:x", {"what": "half a thought"})
    made = await services.privacy.download(world.actor(world.ada, Standing.ADMIN), "why", 10**7)
    with made.file:
        text = made.file.read().decode()
    file: Any = json.loads(text)
    askers = {row["id"]: row["asker_id"] for row in file["tables"]["faq_questions"]}
    assert askers == {str(asked.id): None, str(named_.id): str(world.ben.id)}
    assert [row["user_id"] for row in file["tables"]["faq_votes"]] == [None]
    assert "half a thought" not in text
    assert not {"kept_forms", "notices", "join_drafts"} & set(file["tables"])


async def test_a_large_file_is_zipped_and_one_too_large_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await saved(world, world.anna)
    monkeypatch.setattr(server_data, "ZIPPED_FROM", 100)
    admin = world.actor(world.ada, Standing.ADMIN)
    made = await world.services.privacy.download(admin, "why", 10**7)
    with made.file, zipfile.ZipFile(BytesIO(made.file.read())) as archive:
        assert made.name == "server-data.json.zip"
        assert json.loads(archive.read("server-data.json"))["tables"]["members"]
    taken = len(await world.services.privacy.downloads(admin))
    monkeypatch.setattr(type(world.services.privacy), "_made", _too_large)
    refused = await data(world)
    assert "ask the host" in simhelp.texts(refused)
    assert len(await world.services.privacy.downloads(admin)) == taken, "nobody took anything"


async def _too_large(*_: object) -> server_data.ServerFile:
    return server_data.ServerFile(BytesIO(), "server-data.json.zip", 2**40, 1)


async def test_only_admins_take_data_and_only_with_a_reason(world: World) -> None:
    for who in (world.anna, world.mo, world.olga):
        assert "Manage Server" in simhelp.texts(await forged(world, who, "press", "setup.data"))
    assert "Something is missing" in simhelp.texts(await data(world, "\u200b \u200b"))
    assert await world.services.privacy.downloads(world.actor(world.ada, Standing.ADMIN)) == []


async def test_many_rows_come_page_by_page(world: World) -> None:
    async def work(tx: Transaction) -> None:
        table = metadata.tables["faq_votes"]
        for number in range(1203):
            await tx.insert(table, guild_id=world.guild.id, slug=f"s{number % 7}", user_id=number + 1, helpful=1)

    await world.services.database.write(work)
    made = await world.services.privacy.download(world.actor(world.ada, Standing.ADMIN), "why", 10**7)
    with made.file:
        file: Any = json.loads(made.file.read())
    assert len(file["tables"]["faq_votes"]) == 1203
    assert made.rows == sum(map(len, file["tables"].values()))


# When something is broken.

Act = Callable[[World], Awaitable[Result]]


async def _pressed(world: World, label: str) -> Result:
    return await forged(world, world.ada, "press", label)


DOORS: dict[str, tuple[str, str, Act]] = {
    "page": ("members", "outdated", page),
    "contact form": ("servers", "settings", lambda w: _pressed(w, "setup.contact")),
    "contact": ("servers", "choose_contact", lambda w: named(w, "Acme", "privacy@example.org")),
    "figure": ("servers", "choose_small_figure", lambda w: forged(w, w.ada, "pick", "setup.figure", values=("4",))),
    "milestones": ("servers", "choose_milestones", lambda w: forged(w, w.ada, "press", "setup.milestones", 0)),
    "longer": ("members", "outdated", lambda w: forged(w, w.ada, "pick", "setup.retention", values=("90",))),
    "longer now": ("servers", "choose_retention", lambda w: forged(w, w.ada, "press", "setup.retention_now", 90)),
    "notice": ("forms", "keep", lambda w: written(w, "More")),
    "notice again": ("forms", "take", lambda w: forged(w, w.ada, "press", "setup.notice_again", "1")),
    "notice now": ("forms", "take", lambda w: forged(w, w.ada, "press", "setup.notice_now", "1")),
    "data": ("privacy", "download", data),
}
FAULTS = [(RuntimeError("inner words"), "this reference:"), (StorageUnavailable("locked"), "try again")]


@pytest.mark.parametrize(("fault", "words"), FAULTS, ids=["broken", "locked"])
@pytest.mark.parametrize("door", DOORS)
async def test_every_door_answers_when_its_service_fails(
    world: World, monkeypatch: pytest.MonkeyPatch, door: str, fault: Exception, words: str
) -> None:
    world.faults_expected = True
    room, method, act = DOORS[door]

    async def broken(*_: object, **__: object) -> None:
        raise fault

    if door == "contact form":  # who comes in is asked for with the same method
        real = world.services.servers.settings
        await real(world.guild.id)
        broken = _second(real, fault)
    monkeypatch.setattr(getattr(world.services, room), method, broken)
    said = simhelp.texts(await act(world))
    assert words in said, door
    assert "inner words" not in said


def _second(real: Any, fault: Exception) -> Any:
    calls: list[int] = []

    async def settings_(guild_id: int) -> Any:
        calls.append(guild_id)
        if len(calls) > 1:
            raise fault
        return await real(guild_id)

    return settings_


@pytest.mark.parametrize("language", ["en-GB", "sv-SE"])
async def test_the_longest_values_fit(world: World, language: str) -> None:
    simhelp.set_locale(world.ada, language)
    await saved(world, world.anna)
    simhelp.set_locale(world.anna, language)
    await named(world, "W" * 80, "https://example.org/" + "w" * 130)
    for length, where in ((2000, "instead"), (1600, "below")):
        form = await forged(world, world.ada, "press", "setup.notice")
        seen = await simhelp.submit(world.ada, form, {"notice": "w" * length, "where": where})
        texts = [simhelp.texts(seen)]
        number = next(i for i in simhelp.buttons(seen).values() if "notice_now" in i)
        await simhelp.press(world.ada, seen, number)
        for door in ("consent.open", "help.notice"):
            texts.append(simhelp.texts(await forged(world, world.anna, "press", door)))
        for said in texts:
            assert "w" * length in said
            assert "w" * 130 in said
            assert f"{await version(world)}" in said, "nothing is cut, down to the last line"
            assert "…" not in said.replace("Öppna …", "")
