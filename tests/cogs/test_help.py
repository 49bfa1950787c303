"""/help says what this very person can do here, and nothing that is not there."""

from __future__ import annotations

import pytest

from tests import simhelp
from tests.world import World


async def said(world: World, who: str) -> str:
    return simhelp.texts(await getattr(world, who).slash(world.somewhere, "help"))


async def test_each_standing_sees_its_own(world: World) -> None:
    member, moderator = await said(world, "anna"), await said(world, "mo")
    organiser, admin = await said(world, "olga"), await said(world, "ada")
    for text in (member, moderator, organiser, admin):
        for words in ("`/join`", "`/profile`", "`/pledge make`", "`/report`", "Who runs this"):
            assert words in text
    assert "For you as staff" not in member
    assert "`/review queue`" not in moderator
    assert "`/review queue`" in organiser
    assert "`/setup start`" not in organiser
    there = {command.name for command in world.bot.tree.get_commands()}
    assert ("`/setup start`" in admin) == ("setup" in there)


async def test_only_commands_that_exist_are_named(world: World) -> None:
    there = {command.name for command in world.bot.tree.get_commands()}
    text = await said(world, "ada")
    named = {part.split()[0] for part in text.split("`/")[1:]}
    assert {name.strip("`:;,.") for name in named} <= there


async def test_every_button_leads_somewhere(world: World) -> None:
    shown = await world.anna.slash(world.somewhere, "help")
    labels = list(simhelp.buttons(shown))
    assert {"Join", "Privacy notice", "Where to get help"} <= set(labels)
    for label in labels:
        answer = await simhelp.press(world.anna, await world.anna.slash(world.somewhere, "help"), label)
        assert "no longer works" not in simhelp.texts(answer)


async def test_the_notice_is_behind_a_button(world: World) -> None:
    shown = await world.anna.slash(world.somewhere, "help")
    notice = simhelp.texts(await simhelp.press(world.anna, shown, "Privacy notice"))
    assert world.services.content.coalition.notice_version in notice
    assert "Discord id" in notice


async def test_in_a_direct_message_the_text_is_shorter(world: World) -> None:
    user = world.anna.user
    shown = await user.slash("help")
    assert "Everything else works inside the server" in simhelp.texts(shown)
    assert "Discord id" in simhelp.texts(await simhelp.press(user, shown, "Privacy notice"))
    assert "Where to report" in simhelp.texts(await simhelp.press(user, shown, "Where to get help"))


async def test_with_the_database_down_it_still_shows_the_way_to_help(world: World) -> None:
    world.faults_expected = True
    world.services.servers._known.clear()
    await world.services.database.close()
    shown = await world.anna.slash(world.somewhere, "help")
    assert "Where to get help" in simhelp.buttons(shown)
    assert "Where to report" in simhelp.texts(await simhelp.press(world.anna, shown, "Where to get help"))


async def test_a_fault_is_answered_with_a_reference(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.faults_expected = True
    shown = await world.anna.slash(world.somewhere, "help")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("cogs.help.help_cards.here", broken)
    monkeypatch.setattr("cogs.help.notice_card", broken)
    assert "this reference:" in await said(world, "anna")
    assert "this reference:" in simhelp.texts(await simhelp.press(world.anna, shown, "Privacy notice"))


@pytest.mark.parametrize("language", ["en-GB", "sv-SE"])
async def test_it_fits_in_both_languages(world: World, language: str) -> None:
    simhelp.set_locale(world.ada, language)
    shown = await world.ada.slash(world.somewhere, "help")
    assert world.services.content.coalition.purpose.text(language) in simhelp.texts(shown)
    assert "1:help.notice" in simhelp.buttons(shown).values()
