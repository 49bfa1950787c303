"""The one way in for buttons, selects and forms: it converts, it guards, it answers, before and after a restart."""

from __future__ import annotations

from typing import Any
from unittest import mock

import discord
import pytest
from discord import app_commands

from bot.errors import AlreadyDecided, CogwheelError, Invalid, StorageUnavailable, TextStopped
from bot.ui import doors, errors
from bot.ui.context import Interaction
from bot.ui.forms import Form, Values
from bot.ui.layout import button, card, option, row, select
from bot.ui.reply import reply
from tests import simhelp
from tests.world import World


class Probe(doors.Doorway):
    """A cog whose every door can be told to fail."""

    fault: Exception | None = None
    seen: list[tuple[str, tuple[object, ...]]]

    def __init__(self, registry: doors.Doors) -> None:
        self.seen = []
        super().__init__(registry)

    def _maybe(self, what: str, *facts: object) -> None:
        self.seen.append((what, facts))
        if self.fault is not None:
            raise self.fault

    @app_commands.command(description="probe")
    async def probe(self, interaction: Interaction) -> None:
        self._maybe("command")
        await reply(
            interaction,
            card(
                "Probe",
                row(button("Open", "probe.open", 5), button("Old", "probe.gone"), button("Odd", "probe.open", "x")),
                select("probe.pick", 9, options=[option("A", "a"), option("B", "b")], placeholder="Choose"),
            ),
        )

    @doors.press("probe.open")
    async def open(self, interaction: Interaction, number: int) -> None:
        self._maybe("press", number)
        await self.doors.open(interaction, "probe.form", number)

    @doors.pick("probe.pick")
    async def picked(self, interaction: Interaction, picked: list[str], number: int) -> None:
        self._maybe("pick", picked, number)
        await reply(interaction, card(f"picked {picked[0]} for {number}"))

    @doors.form("probe.form")
    async def form(self, interaction: Interaction, values: Values, number: int) -> Form:
        made = Form("Probe", "probe.form", number)
        made.text("what", "What", value=values.get("what", ""), limit=100)
        return made.radio("kind", "Kind", [("x", "X", None), ("y", "Y", "why")], values.choice("kind") or "x")

    @doors.submit("probe.form")
    async def submitted(self, interaction: Interaction, values: Values, number: int) -> None:
        self._maybe("submit", values.text("what"), values.choice("kind"), number)
        await reply(interaction, card(f"{number}: {values.text('what')} ({values.choice('kind')})"))


async def add_probe(world: World) -> Probe:
    probe = Probe(world.bot.doors)
    await world.bot.add_cog(probe)
    await world.bot.tree.sync()
    return probe


async def test_a_form_gives_back_what_was_typed_and_chosen(world: World) -> None:
    await add_probe(world)
    shown = await world.anna.slash(world.somewhere, "probe")
    form = await simhelp.press(world.anna, shown, "Open")
    answer = await simhelp.submit(world.anna, form, {"What": "hello", "Kind": "Y"})
    assert "5: hello (y)" in simhelp.texts(answer)
    assert answer.ephemeral
    assert "picked b for 9" in simhelp.texts(await simhelp.pick(world.anna, shown, "B"))


async def test_two_people_with_the_same_form_get_their_own_answers(world: World) -> None:
    await add_probe(world)
    forms = {}
    for who in (world.anna, world.ben):
        forms[who.id] = await simhelp.press(who, await who.slash(world.somewhere, "probe"), "Open")
    first = await simhelp.submit(world.anna, forms[world.anna.id], {"What": "from anna"})
    second = await simhelp.submit(world.ben, forms[world.ben.id], {"What": "from ben"})
    assert "from anna" in simhelp.texts(first)
    assert "from ben" in simhelp.texts(second)


@pytest.mark.parametrize("label", ["Old", "Odd"])
async def test_a_button_that_nothing_knows_says_so(world: World, label: str) -> None:
    await add_probe(world)
    shown = await world.anna.slash(world.somewhere, "probe")
    assert "no longer works" in simhelp.texts(await simhelp.press(world.anna, shown, label))


async def test_invalid_input_can_be_fixed_with_everything_typed(world: World) -> None:
    probe = await add_probe(world)
    probe.fault = Invalid("what", "empty")
    form = await _open_form(world, probe)
    refused = await simhelp.submit(world.anna, form, {"What": "almost", "Kind": "Y"})
    assert "please fill in" in simhelp.texts(refused)
    probe.fault = None
    again = await simhelp.press(world.anna, refused, "Fix it")
    fields = simhelp.fields(again.modal)
    assert fields["What"]["value"] == "almost"
    assert [o["value"] for o in fields["Kind"]["options"] if o.get("default")] == ["y"]
    assert "5: almost (y)" in simhelp.texts(await simhelp.submit(world.anna, again, {}))


async def test_what_was_typed_survives_a_restart(world: World) -> None:
    probe = await add_probe(world)
    probe.fault = Invalid("what", "empty")
    refused = await simhelp.submit(world.anna, await _open_form(world, probe), {"What": "almost"})
    await world.restart()
    await add_probe(world)
    again = await simhelp.press(world.anna, refused, "Fix it")
    assert simhelp.fields(again.modal)["What"]["value"] == "almost"


async def test_what_the_guard_would_stop_is_not_kept_by_a_form_refused_for_something_else(world: World) -> None:
    probe = await add_probe(world)
    probe.fault = Invalid("what", "empty")
    typed = "look at http://" + "a2b3c4d5" * 7 + ".onion/"
    refused = await simhelp.submit(world.anna, await _open_form(world, probe), {"What": typed})
    assert b"a2b3c4d5" not in b"".join(p.read_bytes() for p in world.folder.glob("test.db*"))
    again = await simhelp.press(world.anna, refused, "Fix it")
    assert simhelp.fields(again.modal)["What"]["value"] == typed


async def test_nobody_reopens_somebody_elses_form(world: World) -> None:
    probe = await add_probe(world)
    probe.fault = Invalid("what", "empty")
    refused = await simhelp.submit(world.anna, await _open_form(world, probe), {"What": "private words"})
    fix = next(custom for label, custom in simhelp.buttons(refused).items() if label == "Fix it")
    kept = await world.services.forms.take(world.guild.id, world.ben.id, fix.split(":")[-1])
    assert kept is None


async def test_stopped_text_is_not_stored_and_can_be_vouched_for(world: World) -> None:
    probe = await add_probe(world)
    probe.fault = TextStopped("what", "happened", structural=False)
    stopped = await simhelp.submit(world.anna, await _open_form(world, probe), {"What": "zebra crossing words"})
    assert "zebra" not in simhelp.texts(stopped)
    assert b"zebra" not in b"".join(p.read_bytes() for p in world.folder.glob("test.db*"))
    probe.fault = None
    done = await simhelp.press(world.anna, stopped, "Continue, this is not about a case")
    assert "5: zebra crossing words (x)" in simhelp.texts(done)


async def test_what_points_at_material_can_only_be_changed(world: World) -> None:
    probe = await add_probe(world)
    probe.fault = TextStopped("what", "pointer", structural=True)
    stopped = await simhelp.submit(world.anna, await _open_form(world, probe), {"What": "zebra"})
    assert "Continue, this is not about a case" not in simhelp.buttons(stopped)
    assert simhelp.fields((await simhelp.press(world.anna, stopped, "Fix it")).modal)["What"]["value"] == "zebra"


FAULTS: list[tuple[Exception, str]] = [
    (RuntimeError("secret detail"), "reference"),
    (StorageUnavailable("locked"), "try again"),
    (AlreadyDecided("active", 1, None), "already decided"),
]


@pytest.mark.parametrize(("fault", "words"), FAULTS)
@pytest.mark.parametrize("entry", ["command", "press", "pick", "submit"])
async def test_every_entry_answers_when_it_fails(world: World, fault: Exception, words: str, entry: str) -> None:
    probe = await add_probe(world)
    world.faults_expected = True
    shown = await world.anna.slash(world.somewhere, "probe")
    form = await simhelp.press(world.anna, shown, "Open")
    probe.fault = fault
    answer: Any
    if entry == "command":
        answer = await world.anna.slash(world.somewhere, "probe")
    elif entry == "press":
        answer = await simhelp.press(world.anna, shown, "Open")
    elif entry == "pick":
        answer = await simhelp.pick(world.anna, shown, "A")
    else:
        answer = await simhelp.submit(world.anna, form, {"What": "typed"})
    said = simhelp.texts(answer)
    assert words in said
    assert "secret detail" not in said
    if isinstance(fault, RuntimeError):
        code = said.split("**")[1]
        assert any(code in record.getMessage() for record in world.logged.records)


async def test_a_form_open_over_a_restart_still_arrives(world: World) -> None:
    probe = await add_probe(world)
    form = await _open_form(world, probe)
    await world.restart()
    await add_probe(world)
    assert "5: late (x)" in simhelp.texts(await simhelp.submit(world.anna, form, {"What": "late"}))


async def test_a_name_is_given_once(world: World) -> None:
    with pytest.raises(ValueError, match="two handlers"):
        world.bot.doors.register(Probe(world.bot.doors))


def kinds_of(kind: type[CogwheelError]) -> list[type[CogwheelError]]:
    return [kind, *(deeper for child in kind.__subclasses__() for deeper in kinds_of(child))]


@pytest.mark.parametrize("kind", kinds_of(CogwheelError)[1:])
def test_every_kind_of_error_has_a_sentence_of_its_own(kind: type[CogwheelError]) -> None:
    every: dict[str, dict[str, Any]] = {
        "NotFound": {"what": "x"},
        "NotAllowed": {"why": "x"},
        "Invalid": {"field": "what", "why": "x"},
        "AlreadyDecided": {"status": "active", "by": 1, "at": discord.utils.utcnow()},
        "WrongState": {"status": "active", "action": "x"},
        "NotSetUp": {"what": "#organisers"},
        "TextStopped": {"field": "what", "kind": "x", "structural": True},
        "StorageUnavailable": {"why": "x"},
        "Overtaken": {"theirs": mock.Mock(), "mine": mock.Mock(), "now": discord.utils.utcnow()},
    }
    facts = every.get(kind.__name__, {})
    general = errors.sentence(CogwheelError())
    assert errors.sentence(kind(**facts)) not in ("", general)


async def _open_form(world: World, probe: Probe) -> Any:
    fault, probe.fault = probe.fault, None
    form = await simhelp.press(world.anna, await world.anna.slash(world.somewhere, "probe"), "Open")
    probe.fault = fault
    return form
