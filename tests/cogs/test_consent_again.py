"""The notice has changed: the next act that adds something meets it, loses nothing, and goes on where it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
import simcord

from bot.actor import Standing
from bot.errors import StorageUnavailable
from bot.events.model import Basics
from bot.members.model import Visibility
from tests import simhelp
from tests.cogs.pressing import forged
from tests.members.joining import registration, saved
from tests.world import World

Result = simcord.InteractionResult
READ = "I have read it, go on"
CHANGED = "The privacy notice has changed"


async def change(world: World, text: str = "We also keep minutes.") -> str:
    """A new notice; returns its version."""
    await world.services.servers.choose_notice(world.actor(world.ada, Standing.ADMIN), text, instead=False)
    return (await world.services.privacy.notice(world.guild.id)).version


async def read_version(world: World) -> str:
    member = await world.services.members.find(world.guild.id, world.anna.id)
    assert member is not None
    return member.consent_version


@pytest.fixture
async def anna(world: World) -> simcord.MemberActor:
    """Somebody who joined before the notice changed."""
    await saved(world, world.anna, visibility=Visibility.NAMED)
    return world.anna


async def test_before_a_form_the_notice_comes_first_and_the_form_after_it(
    world: World, anna: simcord.MemberActor
) -> None:
    version = await change(world)
    shown = await forged(world, anna, "press", "pledge.own")
    said = simhelp.texts(shown)
    assert CHANGED in said
    assert "We also keep minutes." in said
    assert shown.ephemeral
    form = await simhelp.press(anna, shown, READ)
    assert "What will you do?" in simhelp.fields(form.modal)
    assert await read_version(world) == version
    member = await world.services.members.find(world.guild.id, anna.id)
    assert member is not None
    assert member.consented_at == world.services.clock().replace(microsecond=member.consented_at.microsecond)  # type: ignore[union-attr]
    again = await forged(world, anna, "press", "pledge.own")
    assert again.modal is not None, "asked once"


async def test_a_form_that_is_open_while_the_notice_changes_loses_nothing(
    world: World, anna: simcord.MemberActor
) -> None:
    form = await forged(world, anna, "press", "pledge.own")
    await change(world)
    typed = {"what": "Hold a briefing", "done_when": "It was held", "due": "in 6 weeks"}
    shown = await simhelp.submit(anna, form, typed)
    assert CHANGED in simhelp.texts(shown)
    await world.restart()
    draft = await simhelp.press(anna, shown, READ)
    assert "Hold a briefing" in simhelp.texts(draft)
    assert "Submit" in simhelp.buttons(draft)


async def test_a_button_goes_on_where_it_was(world: World, anna: simcord.MemberActor) -> None:
    form = await forged(world, anna, "press", "pledge.own")
    draft = await simhelp.submit(anna, form, {"what": "Hold a briefing", "done_when": "It was held"})
    await change(world)
    shown = await simhelp.press(anna, draft, "Submit")
    assert CHANGED in simhelp.texts(shown)
    assert "Submitted" in simhelp.texts(await simhelp.press(anna, shown, READ))


async def test_a_command_goes_on_where_it_was(world: World, anna: simcord.MemberActor) -> None:
    await change(world)
    shown = await anna.slash(world.somewhere, "join", organisation="Acme House")
    assert CHANGED in simhelp.texts(shown)
    form = await simhelp.press(anna, shown, READ)
    fields = simhelp.fields(form.modal)
    assert fields["Organisation, if any"]["value"] == "Acme House"
    assert "Your consent" not in fields, "that they are 18 or older, they have said"


async def test_a_change_that_was_typed_before_goes_on_too(world: World, anna: simcord.MemberActor) -> None:
    form = await anna.slash(world.somewhere, "join")
    await change(world)
    shown = await simhelp.submit(anna, form, {"organisation": "Acme House"})
    assert CHANGED in simhelp.texts(shown)
    asked = await simhelp.press(anna, shown, READ)
    assert "Acme House" in simhelp.texts(asked)
    assert "Is this right?" in simhelp.texts(asked)


async def test_signing_up_and_asking_are_met_as_well_and_saying_no_is_not(
    world: World, anna: simcord.MemberActor
) -> None:
    moderator = world.actor(world.mo, Standing.MODERATOR)
    event = await world.services.events.plan(moderator, Basics("Open evening", "in 3 days 18:00"))
    await world.services.events.post(moderator, event.id, split=True)
    await change(world)

    async def opened() -> Result:
        return await simhelp.pick(anna, await anna.slash(world.somewhere, "events"), str(event.id), menu="events.open")

    no = await simhelp.press(anna, await opened(), "Can't")
    assert CHANGED not in simhelp.texts(no)
    shown = await simhelp.press(anna, await opened(), "Going")
    assert CHANGED in simhelp.texts(shown)
    going = await simhelp.press(anna, shown, READ)
    assert "You're going" in simhelp.texts(going)


async def test_reading_and_going_are_never_held_up(world: World, anna: simcord.MemberActor) -> None:
    await change(world)
    for command in ("profile", "help", "events", "wheel", "faq", "report"):
        assert CHANGED not in simhelp.texts(await anna.slash(world.somewhere, command)), command
    for door in ("pledge.browse", "profile.reach", "profile.language", "profile.download", "profile.erase"):
        assert CHANGED not in simhelp.texts(await forged(world, anna, "press", door)), door
    assert (await world.services.members.find(world.guild.id, anna.id)) is not None


async def test_strangers_are_not_asked(world: World) -> None:
    await change(world)
    form = await world.ben.slash(world.somewhere, "join")
    assert "Your consent" in simhelp.fields(form.modal)
    asked = await simhelp.submit(world.ben, form, {"sectors": ["schools"], "consent": ["yes"]})
    await simhelp.press(world.ben, asked, "Save")
    member = await world.services.members.find(world.guild.id, world.ben.id)
    assert member is not None
    assert member.consent_version == (await world.services.privacy.notice(world.guild.id)).version


async def test_the_profile_says_so_quietly(world: World, anna: simcord.MemberActor) -> None:
    assert "notice has changed" not in simhelp.texts(await anna.slash(world.somewhere, "profile"))
    version = await change(world)
    shown = await anna.slash(world.somewhere, "profile")
    assert "The notice has changed since" in simhelp.texts(shown)
    shown = await simhelp.press(anna, shown, "Read the changed notice")
    assert CHANGED in simhelp.texts(shown)
    assert "Thank you" in simhelp.texts(await simhelp.press(anna, shown, READ))
    assert await read_version(world) == version


async def test_a_notice_that_changes_once_more_is_shown_once_more(world: World, anna: simcord.MemberActor) -> None:
    await change(world)
    shown = await forged(world, anna, "press", "pledge.own")
    version = await change(world, "And minutes of phone calls.")
    shown = await simhelp.press(anna, shown, READ)
    assert "phone calls" in simhelp.texts(shown)
    form = await simhelp.press(anna, shown, READ)
    assert form.modal is not None
    assert await read_version(world) == version


async def test_what_was_kept_too_long_says_thank_you(world: World, anna: simcord.MemberActor) -> None:
    version = await change(world)
    shown = await forged(world, anna, "press", "pledge.own")
    await world.env.advance_time(timedelta(hours=31).total_seconds())
    await world.services.forms.sweep()
    assert "Thank you" in simhelp.texts(await simhelp.press(anna, shown, READ))
    assert await read_version(world) == version


async def test_a_button_of_somebody_else_agrees_to_nothing(world: World, anna: simcord.MemberActor) -> None:
    await saved(world, world.ben)
    version = await change(world)
    shown = await forged(world, anna, "press", "pledge.own")
    custom_id = simhelp.buttons(shown)[READ]
    *_, how, key, wanted = custom_id.split(":")
    assert wanted == version
    said = simhelp.texts(await forged(world, world.ben, "press", "agree", how, key, version))
    assert "Thank you" in said, "their own consent, and nobody else's form"
    assert await read_version(world) != version
    for ids in ((), ("x",), (how, key, "nonsense"), ("nowhere", key, version)):
        await forged(world, anna, "press", "agree", *ids)
    assert await read_version(world) == version


@pytest.mark.parametrize(
    ("fault", "words"),
    [(RuntimeError("inner words"), "this reference:"), (StorageUnavailable("locked"), "try again")],
    ids=["broken", "locked"],
)
async def test_the_button_answers_when_its_service_fails(
    world: World, anna: simcord.MemberActor, monkeypatch: pytest.MonkeyPatch, fault: Exception, words: str
) -> None:
    world.faults_expected = True
    await change(world)
    shown = await forged(world, anna, "press", "pledge.own")

    async def broken(*_: object, **__: object) -> None:
        raise fault

    for room, method in (("members", "agree"), ("forms", "take")):
        with monkeypatch.context() as patch:
            patch.setattr(getattr(world.services, room), method, broken)
            said = simhelp.texts(await simhelp.press(anna, shown, READ))
        assert words in said
        assert "inner words" not in said
    for method in ("notice",):
        with monkeypatch.context() as patch:
            patch.setattr(world.services.privacy, method, broken)
            assert words in simhelp.texts(await forged(world, anna, "press", "pledge.own"))
    assert (await simhelp.press(anna, shown, READ)).modal is not None


async def test_the_consent_of_a_new_form_is_that_of_the_notice_as_it_stands(world: World) -> None:
    version = await change(world)
    draft = await world.services.members.prepare(world.actor(world.ben), registration(world, consent_version=version))
    assert draft.registration.consent_version == version
