"""The demo's story comes about through the services, and people find it in the browser."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import CookieJar, FormData
from aiohttp.test_utils import TestClient, TestServer

from bot.actor import Actor, Standing
from bot.demo.home import Home
from bot.demo.keep import Kept
from bot.demo.run import listen, open_demo
from bot.demo.story import Story, read
from bot.pledges.model import Status
from bot.wheel.model import CogState
from tests import simhelp

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Running:
    """A demo that runs, and a browser without a screen."""

    home: Home
    browser: TestClient[Any, Any]

    @property
    def organiser(self) -> Actor:
        """Somebody who may read everything."""
        return Actor(0, self.home.simulator.guild.id, frozenset(Standing))

    async def text(self, path: str) -> str:
        """The page at this address."""
        async with self.browser.get(path) as answer:
            assert answer.status == 200
            return await answer.text()


def _free_port() -> int:
    with listen(0) as listener:
        return int(listener.getsockname()[1])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """The demo as it is when it starts."""
    port = _free_port()
    async with open_demo(Kept(tmp_path_factory.mktemp("demo")), port) as home:
        server = TestServer(home.app(), host="127.0.0.1", port=port)
        async with TestClient(server, cookie_jar=CookieJar(unsafe=True)) as browser:
            yield Running(home, browser)


@pytest.fixture(scope="module")
def story() -> Story:
    """What the file says."""
    return read(ROOT / "data" / "demo.toml")


async def _statuses(demo: Running) -> Counter[Status]:
    services = demo.home.simulator.bot.services
    guild_id = demo.home.simulator.guild.id
    found: Counter[Status] = Counter()
    number = 1
    while (pledge := await services.pledges.any(guild_id, number)) is not None:
        found[pledge.status] += 1
        number += 1
    return found


async def test_pledges_stand_in_every_state(demo: Running) -> None:
    found = await _statuses(demo)
    assert set(found) == set(Status)
    assert found[Status.KEPT] >= 8
    assert found[Status.ACTIVE] >= 8


async def test_forty_partners_and_a_wheel_with_every_kind_of_cog(demo: Running, story: Story) -> None:
    services = demo.home.simulator.bot.services
    joined = [person for person in story.person if person.joined is not None]
    assert 38 <= len(joined) <= 45
    for person in joined:
        member = await services.members.find(demo.home.simulator.guild.id, demo.home.simulator.member(person.key).id)
        assert member is not None
        assert member.sectors == person.sectors
    figures = await services.wheel.figures(demo.home.simulator.guild.id)
    assert len(figures) == 14
    assert {figure.state for figure in figures} == set(CogState)


async def test_posts_carry_the_time_of_what_they_tell(demo: Running) -> None:
    channels = demo.home.simulator.guild.channels
    posted = [message.created_at for message in channels["pledges"].history()]
    assert len(posted) >= 20
    assert (max(posted) - min(posted)).days > 200
    welcome = simhelp.post(channels["welcome"], "cogs turning")
    assert list(simhelp.buttons(welcome))[:1] == ["Join"]
    assert len(channels["announcements"].history()) >= 5


async def test_home_says_what_to_try_whom_to_be_and_where(demo: Running, story: Story) -> None:
    page = await demo.text("/")
    assert page.count("<li><b>") == 5
    for person in story.visitors:
        assert f'href="/be/{person.key}"' in page
    for channel in ("welcome", "announcements", "questions", "ideas", "pledges", "organisers"):
        assert f'href="/channel/{channel}#{channel}"' in page
    assert "Answer from FAQ" in page


async def test_a_channel_opens_as_the_person_one_chose(demo: Running) -> None:
    async with demo.browser.get("/be/olga", allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/channel/organisers#organisers"
    page = await demo.text("/channel/organisers")
    assert "#organisers · Cogwheel demo" in page
    assert 'aria-current="page">#organisers' in page
    headers = {"X-Simcord-Capability": "organisers"}
    async with demo.browser.post("/api/pages", json={}, headers=headers) as answer:
        opened = await answer.json()
    assert opened["viewerId"] == str(demo.home.simulator.member("olga").id)
    assert "Organisers' panel" in str(opened["messages"])


async def test_a_file_that_somebody_uploads_arrives(demo: Running) -> None:
    """Files come as parts of a form, all else as JSON; both get an answer that the page understands."""
    headers = {"X-Simcord-Capability": "organisers"}
    async with demo.browser.post("/api/pages", json={}, headers=headers) as answer:
        opened = await answer.json()
    headers["X-Simcord-Context"] = opened["context"]["id"]
    parts = FormData()
    parts.add_field("payload", json.dumps({"kind": "submit_modal", "values": {}}), content_type="application/json")
    parts.add_field("file:file", "Öppna".encode("cp1252"), filename="old.csv", content_type="text/csv")
    async with demo.browser.post("/api/action", data=parts, headers=headers) as answer:
        assert answer.status == 200
        assert "diagnostics" in (found := await answer.json()), found


async def test_who_may_not_see_a_channel_is_not_offered_there(demo: Running) -> None:
    async with demo.browser.get("/be/nora", allow_redirects=False):
        pass
    async with demo.browser.post("/api/pages", json={}, headers={"X-Simcord-Capability": "organisers"}) as answer:
        opened = await answer.json()
    assert opened["viewerId"] != str(demo.home.simulator.member("nora").id)


async def test_the_clock_moves_and_refuses_other_leaps(demo: Running) -> None:
    before = demo.home.simulator.now
    async with demo.browser.post("/clock", data={"seconds": "3600"}) as answer:
        assert answer.status == 200
    assert 3600 <= (demo.home.simulator.now - before).total_seconds() < 3700
    async with demo.browser.post("/clock", data={"seconds": "1e9"}) as answer:
        assert answer.status == 400


async def test_a_menu_on_a_message_answers_in_the_channel(demo: Running) -> None:
    channel = demo.home.simulator.guild.channels["questions"]
    message = simhelp.post(channel, "something I can do in an evening")
    form = {"person": "olga", "menu": "Answer from FAQ", "message": f"questions/{message.id}"}
    async with demo.browser.post("/menu", data=form, allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/channel/questions#questions"
    shown = channel.history(viewer=demo.home.simulator.member("olga"))
    assert max(shown, key=lambda each: each.id).flags.ephemeral
    async with demo.browser.post("/menu", data={**form, "person": "nora"}) as answer:
        assert "Nora has no menu" in await answer.text()
    async with demo.browser.post("/menu", data={**form, "message": "questions/1"}) as answer:
        assert "That message is gone" in await answer.text()


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}])
async def test_other_web_sites_are_kept_out(demo: Running, headers: dict[str, str]) -> None:
    async with demo.browser.post("/clock", data={"seconds": "3600"}, headers=headers) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("path", ["/channel/nowhere", "/be/nobody"])
async def test_unknown_addresses_say_so(demo: Running, path: str) -> None:
    async with demo.browser.get(path) as answer:
        assert answer.status == 404
        assert "There is no such" in await answer.text()


async def test_more_tabs_than_a_class_opens_are_answered(demo: Running) -> None:
    headers = {"X-Simcord-Capability": "ideas"}
    for _ in range(40):
        async with demo.browser.post("/api/pages", json={}, headers=headers) as answer:
            assert answer.status == 200
