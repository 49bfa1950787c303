"""What a coalition reaches for the first time: celebrated once, in #pledges, and with no more than may be said."""

from __future__ import annotations

from typing import Any

import pytest

from bot.actor import Standing
from bot.members.model import Registration
from bot.members.model import Visibility as Shown
from bot.pledges.model import Draft, Pledge, Visibility
from bot.servers.model import Channel
from bot.wheel.model import Reached, many_of, reached
from tests import simhelp
from tests.world import World

SECTORS = [f"s{number}" for number in range(14)]


def found(turning: int, *, first: bool = True, first_kept: bool = False, total: int = 14) -> list[Reached]:
    standing = dict.fromkeys(SECTORS[:turning], 1)
    return reached("s0", SECTORS[:total], standing, first=first, first_kept=first_kept)


def test_the_greatest_comes_first() -> None:
    assert found(1) == [Reached.PLEDGED]
    assert found(9) == [Reached.PLEDGED]
    assert found(10) == [Reached.MANY, Reached.PLEDGED]
    assert found(14) == [Reached.WHOLE, Reached.MANY, Reached.PLEDGED]
    assert found(3, first=False, first_kept=True) == [Reached.KEPT]
    assert found(3, first=False) == []


@pytest.mark.parametrize(("total", "many"), [(24, 10), (14, 10), (11, 10), (10, 9), (8, 7), (3, 2)])
def test_with_fewer_sectors_it_is_all_but_the_last(total: int, many: int) -> None:
    assert many_of(total) == many


def test_small_wheels_and_sectors_off_the_list() -> None:
    assert found(1, total=1) == [Reached.PLEDGED]
    assert found(1, total=2) == [Reached.PLEDGED]
    assert found(2, total=2) == [Reached.WHOLE, Reached.PLEDGED]
    assert reached("retired", SECTORS, {"retired": 1}, first=True, first_kept=False) == []


# On Discord.


class Coalition:
    """One person for each sector, who pledges at once: an organiser approves."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sectors = list(world.services.content.sectors)
        self.olga = world.actor(world.olga, Standing.ORGANISER)
        self.people: dict[str, Any] = {}

    async def person(self, sector: str) -> Any:
        if sector not in self.people:
            world = self.world
            who = world.guild.add_member(world.env.create_user(f"of-{len(self.people)}"))
            consent = (await world.services.privacy.notice(world.guild.id, "en")).version
            wanted = Registration((sector,), visibility=Shown.NAMED, consent_version=consent)
            draft = await world.services.members.prepare(world.actor(who), wanted)
            await world.services.members.save(world.actor(who), draft.id)
            self.people[sector] = who
        return self.people[sector]

    async def pledge(self, sector: str, visibility: Visibility = Visibility.NAMED) -> Pledge:
        pledges, who = self.world.services.pledges, self.world.actor(await self.person(sector))
        draft = await pledges.save_draft(who, Draft("Hold a briefing", "It was held", None, "", visibility))
        await pledges.submit(who, draft.id)
        return await pledges.approve(self.olga, draft.id)

    async def keep(self, pledge: Pledge) -> None:
        pledges = self.world.services.pledges
        await pledges.done(self.world.actor(self.people[pledge.sector]), pledge.id)
        await pledges.confirm(self.olga, pledge.id)

    def posts(self) -> list[Any]:
        """The cards of milestones in #pledges: the ones with the picture."""
        history = self.world.channels[Channel.PLEDGES].history()
        return sorted((m for m in history if m.attachments), key=lambda message: message.id)

    def texts(self) -> list[str]:
        return [simhelp.texts(message) for message in self.posts()]


@pytest.fixture
def coalition(world: World) -> Coalition:
    return Coalition(world)


async def test_a_sectors_first_pledge_and_its_first_kept_one_are_celebrated_once(
    world: World, coalition: Coalition
) -> None:
    sector = coalition.sectors[0]
    name = world.services.content.sectors[sector].name.text("en")
    pledge = await coalition.pledge(sector)
    await world.settle()
    (text,) = coalition.texts()
    assert f"A new cog turns: {name}" in text
    assert f"<@{coalition.people[sector].id}>" in text
    assert "The wheel of" in text, "the picture is described"
    here = f"/channels/{world.channels[Channel.PLEDGES].id}/messages"
    (request,) = [r for r in world.watch.sent("POST", here) if r.files]
    assert isinstance(request.body, dict)
    assert not request.body["allowed_mentions"].get("parse"), "a name on it rings nobody"
    assert not request.body["allowed_mentions"].get("users")
    await coalition.pledge(sector)
    await world.settle()
    assert len(coalition.posts()) == 1
    await coalition.keep(pledge)
    await world.settle()
    assert len(coalition.posts()) == 2
    assert f"A first promise kept: {name}" in coalition.texts()[1]


async def test_what_is_undone_and_done_again_is_no_news(world: World, coalition: Coalition) -> None:
    sector = coalition.sectors[0]
    pledge = await coalition.pledge(sector)
    await world.settle()
    await world.services.pledges.withdraw(world.actor(coalition.people[sector]), pledge.id)
    await coalition.pledge(sector)
    await world.settle()
    assert len(coalition.posts()) == 1


async def test_what_is_taken_back_before_it_is_posted_is_never_heard_of(world: World, coalition: Coalition) -> None:
    sector = coalition.sectors[0]
    await world.bot.worker.stop()
    pledge = await coalition.pledge(sector)
    await world.services.pledges.withdraw(world.actor(coalition.people[sector]), pledge.id)
    await world.restart()
    await world.settle()
    assert coalition.posts() == []


async def test_the_tenth_cog_and_the_whole_wheel(world: World, coalition: Coalition) -> None:
    core = [sector.slug for sector in await world.services.wheel.sectors(world.guild.id)]
    for sector in core:
        await coalition.pledge(sector)
        await world.settle()
    texts = coalition.texts()
    assert len(texts) == len(core), "one card for one step, however much it brings about"
    assert f"10 of {len(core)} cogs turning" in texts[9]
    assert "has just joined in" in texts[9]
    assert "The whole wheel turns" in texts[-1]
    assert sum("The whole wheel turns" in text for text in texts) == 1
    assert sum("has just joined in" in text for text in texts) == 1


@pytest.mark.parametrize("visibility", [Visibility.COUNTED, Visibility.HIDDEN])
async def test_nobody_is_named_who_did_not_choose_it(
    world: World, coalition: Coalition, visibility: Visibility
) -> None:
    sector = coalition.sectors[0]
    await coalition.pledge(sector, visibility)
    await world.settle()
    if visibility is Visibility.HIDDEN:
        assert coalition.posts() == []
    else:
        (text,) = coalition.texts()
        assert str(coalition.people[sector].id) not in text
        assert "Thank you to everybody" in text


@pytest.mark.parametrize("way", ["erased", "left", "counted"])
async def test_a_name_goes_from_the_card_with_the_person(world: World, coalition: Coalition, way: str) -> None:
    sector = coalition.sectors[0]
    await coalition.pledge(sector)
    await world.settle()
    who = coalition.people[sector]
    me = world.actor(who)
    assert str(who.id) in coalition.texts()[0]
    if way == "counted":
        draft = await world.services.members.prepare(
            me, Registration((sector,), visibility=Shown.COUNTED, consent_version="")
        )
        await world.services.members.save(me, draft.id)
    elif way == "left":
        await world.services.privacy.leave(me)
    else:
        await world.services.privacy.erase(world.guild.id, who.id)
    await world.settle(60)
    (text,) = coalition.texts()
    assert str(who.id) not in text
    assert "A new cog turns" in text


async def test_a_server_that_wants_no_celebration_gets_none_and_none_late(world: World, coalition: Coalition) -> None:
    servers, boss = world.services.servers, world.actor(world.ada, Standing.ADMIN)
    await servers.choose_milestones(boss, False)
    await coalition.pledge(coalition.sectors[0])
    await world.settle()
    assert coalition.posts() == []
    await servers.choose_milestones(boss, True)
    await coalition.pledge(coalition.sectors[0])
    await world.settle()
    assert coalition.posts() == []
    await coalition.pledge(coalition.sectors[1])
    await world.settle()
    assert len(coalition.posts()) == 1


async def test_without_a_channel_for_pledges_nothing_waits_to_be_glad_later(world: World, coalition: Coalition) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    await world.services.servers.choose_channels(boss, {Channel.PLEDGES: None})
    await coalition.pledge(coalition.sectors[0])
    await world.settle()
    await world.services.servers.choose_channels(boss, {Channel.PLEDGES: world.channels[Channel.PLEDGES].id})
    await world.settle()
    assert coalition.posts() == []
