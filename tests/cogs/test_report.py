"""/report answers anyone, anywhere, whatever is broken, and writes nothing."""

from __future__ import annotations

import pytest

from bot.actor import Standing
from bot.errors import StorageUnavailable
from tests import simhelp
from tests.world import World


def files(world: World) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in world.folder.glob("test.db*")}


async def test_it_shows_a_country_and_others_are_a_choice_away(world: World) -> None:
    shown = await world.anna.slash(world.somewhere, "report", country="GB")
    assert "United Kingdom" in simhelp.texts(shown)
    assert "999" in simhelp.texts(shown)
    assert shown.ephemeral
    moved = await simhelp.pick(world.anna, shown, "Norway", menu="report.country")
    assert "help: Norway" in simhelp.texts(moved)
    kind = await simhelp.pick(world.anna, moved, "hotline", menu="report.category")
    assert "help: Norway" in simhelp.texts(kind)
    back = await simhelp.pick(world.anna, kind, "-", menu="report.category")
    assert simhelp.texts(back) == simhelp.texts(moved)


async def test_the_language_is_a_first_guess_and_says_so(world: World) -> None:
    said = simhelp.texts(await world.anna.slash(world.somewhere, "report"))
    assert "Sweden **112**" in said
    simhelp.set_locale(world.anna, "sv-SE")
    shown = await world.anna.slash(world.somewhere, "report")
    assert "Sverige" in simhelp.texts(shown).splitlines()[0]


async def test_a_country_is_found_while_typing_and_by_name(world: World) -> None:
    offered = await world.anna.autocomplete(world.somewhere, "report", "country", "swed")
    assert [choice["value"] for choice in offered] == ["SE"]
    assert "help: Sweden" in simhelp.texts(await world.anna.slash(world.somewhere, "report", country="Sverige"))
    unknown = simhelp.texts(await world.anna.slash(world.somewhere, "report", country="my friend is in trouble"))
    assert "call the emergency number" in unknown
    assert "trouble" not in unknown


async def test_it_works_in_a_direct_message(world: World) -> None:
    handle = world.anna.user
    shown = await handle.slash("report")
    assert "Where to report and get help" in simhelp.texts(shown)
    moved = await simhelp.pick(handle, shown, "Finland", menu="report.country")
    assert "help: Finland" in simhelp.texts(moved)


async def test_it_works_before_the_server_is_set_up(bare_world: World) -> None:
    shown = await bare_world.anna.slash(bare_world.somewhere, "report", country="SE")
    assert "help: Sweden" in simhelp.texts(shown)


@pytest.mark.parametrize("how", ["closed", "raises"])
async def test_it_works_with_the_database_down(world: World, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    world.faults_expected = True
    shown = await world.anna.slash(world.somewhere, "report", country="GB")
    if how == "closed":
        world.services.servers._known.clear()
        await world.services.database.close()
    else:

        async def broken(*_: object, **__: object) -> None:
            raise RuntimeError

        monkeypatch.setattr(world.services.servers, "settings", broken)
        monkeypatch.setattr(world.services.members, "brief", broken)
    assert "help: Sweden" in simhelp.texts(await world.anna.slash(world.somewhere, "report", country="SE"))
    moved = await simhelp.pick(world.anna, shown, "Norway", menu="report.country")
    assert "help: Norway" in simhelp.texts(moved)
    assert "help: Norway" in simhelp.texts(await simhelp.pick(world.anna, moved, "police", menu="report.category"))
    offered = await world.anna.autocomplete(world.somewhere, "report", "country", "swed")
    assert [choice["value"] for choice in offered] == ["SE"]


async def test_it_writes_nothing(world: World) -> None:
    await world.settle()
    before = files(world)
    shown = await world.anna.slash(world.somewhere, "report", country="GB")
    await simhelp.pick(world.anna, shown, "Norway", menu="report.country")
    assert files(world) == before


async def test_a_check_by_this_servers_admin_opens_the_routes_here(world: World) -> None:
    said = simhelp.texts(await world.anna.slash(world.somewhere, "report", country="DK"))
    assert "not yet checked here" in said
    assert "phone" not in said
    await world.services.servers.tick_routes(world.actor(world.ada, Standing.ADMIN), "DK")
    said = simhelp.texts(await world.anna.slash(world.somewhere, "report", country="DK"))
    assert "phone **114**" in said


async def test_the_buttons_of_other_cards_lead_here_and_survive_a_restart(world: World) -> None:
    form = await world.anna.slash(world.somewhere, "join")
    stopped = await simhelp.submit(
        world.anna, form, {"sectors": ["schools"], "consent": ["yes"], "offers": "i am worried about my own thoughts "
                           "about children and i want help to stop"}
    )  # fmt: skip
    await world.restart()
    assert "Where to report" in simhelp.texts(await simhelp.press(world.anna, stopped, "Where to get help"))
    about = next(label for label, custom_id in simhelp.buttons(stopped).items() if "report.about" in custom_id)
    assert "Where to report" in simhelp.texts(await simhelp.press(world.anna, stopped, about))


@pytest.mark.parametrize(
    ("fault", "words"),
    [(RuntimeError("inner words"), "this reference:"), (StorageUnavailable("locked"), "try again")],
    ids=["broken", "locked"],
)
async def test_even_a_broken_card_answers(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception, words: str
) -> None:
    world.faults_expected = True
    shown = await world.anna.slash(world.somewhere, "report", country="GB")
    help_card = await world.anna.slash(world.somewhere, "help")

    def broken(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("cogs.report.cards.where_to_turn", broken)
    monkeypatch.setattr("cogs.report.find_countries", broken)
    for answer in (
        await world.anna.slash(world.somewhere, "report"),
        await world.anna.slash(world.somewhere, "report", country="SE"),
        await simhelp.pick(world.anna, shown, "Norway", menu="report.country"),
        await simhelp.press(world.anna, help_card, "Where to get help"),
    ):
        assert words in simhelp.texts(answer)
    assert await world.anna.autocomplete(world.somewhere, "report", "country", "s") == []
