"""/wheel and the welcome card, through real dispatch."""

from __future__ import annotations

from typing import Any

import pytest

from bot.actor import Standing
from bot.errors import StorageUnavailable
from bot.members.model import Registration, Visibility
from bot.servers.model import Channel
from bot.wheel.service import Wheel
from tests import simhelp
from tests.world import World


async def join(world: World, who: Any, sector: str, visibility: Visibility, offers: str = "") -> None:
    members = world.services.members
    consent = world.services.content.coalition.notice_version
    wanted = Registration((sector,), f"Org of {who.name}", offers, visibility, consent_version=consent)
    draft = await members.prepare(world.actor(who), wanted)
    await members.save(world.actor(who), draft.id)


def first_sector(world: World) -> tuple[str, str]:
    sector = next(iter(world.services.content.sectors.values()))
    return sector.slug, sector.name.text("en")


async def test_the_wheel_shows_a_described_picture_and_leads_to_each_sector(world: World) -> None:
    slug, name = first_sector(world)
    await join(world, world.anna, slug, Visibility.NAMED, "We can host *briefings* @everyone")
    for who in (world.ben, world.mo):
        await join(world, who, slug, Visibility.COUNTED)
    shown = await world.ben.slash(world.somewhere, "wheel")
    assert "Partners registered:" in simhelp.texts(shown)
    assert "0 of 14 cogs turning" in simhelp.texts(shown)
    menu = simhelp.selects(shown)["Look at a sector …"]
    assert len(menu["options"]) == len(world.services.wheel.sectors())
    sector = await simhelp.pick(world.ben, shown, name, "sector")
    text = simhelp.texts(sector)
    assert f"<@{world.anna.id}> · Org of anna" in text
    assert "and a few more, without names" in text
    for hidden in (world.ben, world.mo):
        assert str(hidden.id) not in text
        assert f"Org of {hidden.name}" not in text
    assert "@everyone" not in text
    assert "type /join" in text
    back = await simhelp.press(world.ben, sector, "The whole wheel")
    assert "cogs turning" in simhelp.texts(back)


async def test_a_sector_can_be_asked_for_by_name(world: World) -> None:
    slug, name = first_sector(world)
    offered = await world.anna.autocomplete(world.somewhere, "wheel", "sector", name[:5])
    assert slug in str(offered)
    shown = simhelp.texts(await world.anna.slash(world.somewhere, "wheel", sector=slug))
    assert name in shown
    assert "Partners: none yet" in shown
    wrong = await world.anna.slash(world.somewhere, "wheel", sector="<@&1>")
    assert "not in the list" in simhelp.texts(wrong)


async def test_more_partners_than_fit_come_page_by_page(world: World) -> None:
    slug, _name = first_sector(world)
    for number in range(7):
        who = world.guild.add_member(world.env.create_user(f"partner{number}"))
        await join(world, who, slug, Visibility.NAMED, "x " * 499)
    shown = await world.anna.slash(world.somewhere, "wheel", sector=slug)
    assert simhelp.texts(shown).count("Org of") == 5
    shown = await simhelp.press(world.anna, shown, "More partners")
    assert simhelp.texts(shown).count("Org of") == 2
    shown = await simhelp.press(world.anna, shown, "From the start")
    assert simhelp.texts(shown).count("Org of") == 5


async def test_the_welcome_card_follows_the_wheel_at_most_once_a_minute(world: World) -> None:
    slug, _name = first_sector(world)
    await world.services.servers.finish(world.actor(world.ada, Standing.ADMIN))
    await world.settle()
    channel = world.channels[Channel.WELCOME]
    card = simhelp.post(channel)
    assert "0 of 14 cogs turning" in simhelp.texts(card)

    def edits() -> list[Any]:
        return world.watch.sent("PATCH", f"/channels/{channel.id}/messages/{card.id}")

    for who in (world.anna, world.ben, world.mo, world.otto):
        await join(world, who, slug, Visibility.NAMED)
        await world.settle(5)
    assert edits() == []
    await world.settle(60)
    assert len(edits()) == 1
    assert "Partners registered" in simhelp.texts(simhelp.post(channel))
    assert len([m for m in channel.history() if "cogs turning" in simhelp.texts(m)]) == 1


async def test_a_welcome_card_deleted_by_hand_comes_back(world: World) -> None:
    await world.services.servers.finish(world.actor(world.ada, Standing.ADMIN))
    await world.settle()
    card = simhelp.post(world.channels[Channel.WELCOME])
    world.env.backend.delete_message(world.channels[Channel.WELCOME].id, card.id)
    await world.env.advance_time(61)
    await world.services.servers.finish(world.actor(world.ada, Standing.ADMIN))
    await world.settle()
    assert simhelp.post(world.channels[Channel.WELCOME]).id != card.id


async def test_a_swedish_reader_gets_swedish_names(world: World) -> None:
    sector = next(iter(world.services.content.sectors.values()))
    simhelp.set_locale(world.anna, "sv-SE")
    assert sector.name.text("sv") in simhelp.texts(await world.anna.slash(world.somewhere, "wheel"))


@pytest.mark.parametrize("fault", [RuntimeError("boom"), StorageUnavailable("locked")])
async def test_every_door_answers_when_the_service_raises(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    world.faults_expected = True
    slug, name = first_sector(world)
    shown = await world.anna.slash(world.somewhere, "wheel")
    sector = await world.anna.slash(world.somewhere, "wheel", sector=slug)

    async def fails(*_: Any, **__: Any) -> Any:
        raise fault

    monkeypatch.setattr(Wheel, "figures", fails)
    monkeypatch.setattr(Wheel, "partners", fails)
    said = "reference" if isinstance(fault, RuntimeError) else "busy"
    for answer in (
        await world.anna.slash(world.somewhere, "wheel"),
        await world.anna.slash(world.somewhere, "wheel", sector=slug),
        await simhelp.pick(world.anna, shown, name, "sector"),
        await simhelp.press(world.anna, sector, "The whole wheel"),
    ):
        assert said in simhelp.texts(answer)

    def breaks(*_: Any) -> Any:
        raise fault

    monkeypatch.setattr(Wheel, "sectors", breaks)
    assert list(await world.anna.autocomplete(world.somewhere, "wheel", "sector", "x")) == []
    monkeypatch.undo()
    monkeypatch.setattr(Wheel, "png", fails)
    assert said in simhelp.texts(await world.anna.slash(world.somewhere, "wheel"))
