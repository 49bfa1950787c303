"""/wheel and the welcome card, through real dispatch."""

from __future__ import annotations

from typing import Any

import pytest

from bot.actor import Standing
from bot.errors import StorageUnavailable
from bot.members.model import Registration, Visibility
from bot.pledges.model import Draft
from bot.pledges.model import Visibility as Shown
from bot.servers.model import Channel
from bot.storage import counters
from bot.storage.database import Transaction
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
    assert len(menu["options"]) == len(await world.services.wheel.sectors(world.guild.id))
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


OFFERS = "We offer:\nA *room* for forty\n- a speaker\n\nWe look for: a school @everyone"


async def test_what_named_partners_offer_and_look_for_is_listed_and_nobody_elses(world: World) -> None:
    slug, _name = first_sector(world)
    await join(world, world.anna, slug, Visibility.NAMED, OFFERS)
    await join(world, world.olga, slug, Visibility.NAMED, "a SPEAKER")
    await join(world, world.ben, slug, Visibility.COUNTED, "We offer:\nThe secret of Ben")
    await join(world, world.mo, slug, Visibility.HIDDEN, "We look for:\nThe secret of Mo")
    text = simhelp.texts(await world.otto.slash(world.somewhere, "wheel", sector=slug))
    offered, wanted = text.split("They offer")[1].split("They look for")
    assert f"- A \\*room\\* for forty · <@{world.anna.id}>" in offered
    assert offered.count("speaker") + offered.count("SPEAKER") == 1, "the same offer is listed once"
    assert f"a school @\u200beveryone · <@{world.anna.id}>" in wanted
    assert "secret" not in text
    assert "We offer" not in text


async def test_many_offers_are_cut_short_and_said_to_be_more(world: World) -> None:
    slug, _name = first_sector(world)
    await join(world, world.anna, slug, Visibility.NAMED, "\n".join(f"offer {n}" for n in range(9)))
    text = simhelp.texts(await world.otto.slash(world.somewhere, "wheel", sector=slug))
    assert text.count("offer ") == 5
    assert "and 4 more" in text


async def test_join_is_offered_to_those_who_have_not_joined(world: World) -> None:
    slug, _name = first_sector(world)
    await join(world, world.anna, slug, Visibility.COUNTED)
    for who, there, not_there in ((world.anna, "My profile", "Join"), (world.ben, "Join", "My profile")):
        for options in ({}, {"sector": slug}):
            labels = simhelp.buttons(await who.slash(world.somewhere, "wheel", **options))
            assert there in labels
            assert not_there not in labels


async def test_an_open_number_is_explained_with_the_one_that_is_shown(world: World) -> None:
    slug, _name = first_sector(world)
    empty = simhelp.texts(await world.anna.slash(world.somewhere, "wheel"))
    assert "An active pledge makes a cog turn" in empty
    assert "A number says" not in empty, "there is none"
    for who in (world.anna, world.mo, world.olga):
        await join(world, who, slug, Visibility.NAMED)
    await join(world, world.ben, slug, Visibility.COUNTED)
    shown = simhelp.texts(await world.anna.slash(world.somewhere, "wheel"))
    assert "*3+* means 3 named partners and a few who are counted without a name" in shown


async def test_pledges_of_one_partner_are_no_figure(world: World) -> None:
    slug, _name = first_sector(world)
    await join(world, world.anna, slug, Visibility.NAMED)
    pledges, me = world.services.pledges, world.actor(world.anna)
    draft = await pledges.save_draft(me, Draft("Hold a briefing", "It was held", None, "", Shown.COUNTED))
    await pledges.submit(me, draft.id)
    await pledges.approve(world.actor(world.olga, Standing.ORGANISER), draft.id)
    text = simhelp.texts(await world.ben.slash(world.somewhere, "wheel", sector=slug))
    assert "a few active, 0 kept" in text


async def test_a_coalition_of_a_hundred_thousand_fits_its_cog(world: World) -> None:
    slug, name = first_sector(world)

    async def work(tx: Transaction) -> None:
        await counters.add(tx, world.guild.id, "members.counted", slug, 100_000)

    await world.services.database.write(work)
    assert f"{name} (100k)" in simhelp.texts(await world.anna.slash(world.somewhere, "wheel"))
    assert "Partners: 100000" in simhelp.texts(await world.anna.slash(world.somewhere, "wheel", sector=slug))


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

    monkeypatch.setattr(Wheel, "look", fails)
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
