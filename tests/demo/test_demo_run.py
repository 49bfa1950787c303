"""Starting the demo, keeping it, and what is said where it cannot start."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from bot.demo.keep import Kept
from bot.demo.run import CannotStart, listen, main, open_demo
from tests import simhelp


def _free_port() -> int:
    with listen(0) as listener:
        return int(listener.getsockname()[1])


def test_a_port_in_use_names_free_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(port, tmp_path / "kept", no_browser=True) == 1
    said = capsys.readouterr().err
    assert f"Port {port} is in use; these are free: " in said
    suggested = int(said.split("--port ")[1])
    with listen(suggested) as listener:
        assert listener.getsockname()[1] == suggested
    assert not (tmp_path / "kept").exists()


async def test_what_is_kept_goes_on(tmp_path: Path) -> None:
    async with open_demo(Kept(tmp_path), _free_port()) as home:
        simulator = home.simulator
        card = simhelp.post(simulator.guild.channels["organisers"], "staff day")
        await simhelp.press(simulator.member("olga"), card, "Approve")
        told = simulator.now
    async with open_demo(Kept(tmp_path), _free_port()) as home:
        simulator = home.simulator
        assert simulator.now >= told
        card = simhelp.post(simulator.guild.channels["organisers"], "staff day")
        answer = await simhelp.press(simulator.member("olga"), card, "History")
        assert f"<@{simulator.member('olga').id}>" in str(simhelp.texts(answer))
        assert "staff day" in str(simhelp.texts(simhelp.post(simulator.guild.channels["pledges"], "staff day")))


async def test_a_start_that_was_cut_short_begins_anew(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    assert kept.load() is None
    (tmp_path / "cogwheel.db").write_bytes(b"half a database")
    assert kept.load() is None
    assert not (tmp_path / "cogwheel.db").exists()


@pytest.mark.parametrize("left", [b"", b"nonsense", b"cos\nsystem\n(S'true'\ntR."])
async def test_what_is_no_kept_world_is_refused(tmp_path: Path, left: bytes) -> None:
    Kept(tmp_path).save(left)
    with pytest.raises(CannotStart, match="another version"):
        async with open_demo(Kept(tmp_path), _free_port()):
            raise AssertionError("it started")
