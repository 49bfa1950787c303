"""The catalogue's words of a pledge in the language of whoever reads them; anybody's own words stay as they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actor import Standing
from bot.content.model import Action
from bot.members.model import Reach
from tests import simhelp
from tests.cogs.pledging import action, active, desk_card, drafted, handed_in, number_of, pledge, public_cards
from tests.world import World

OWN = "Teach twenty colleagues"


async def swedish_server(world: World) -> None:
    """Let the server's own posts be in Swedish."""
    await world.services.servers.choose(world.actor(world.ada, Standing.ADMIN), locale="sv")


def titles(one: Action) -> tuple[str, str]:
    """What an action is called in English and in Swedish."""
    english, swedish = (one.title.text(language) for language in ("en", "sv"))
    assert english != swedish
    return english, swedish


async def test_what_stands_is_in_the_servers_language_what_is_asked_for_in_the_readers(world: World) -> None:
    await swedish_server(world)
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna, visibility="Named")
    english, swedish = titles(action(world, "before"))
    assert swedish in simhelp.texts(desk_card(world, number))
    assert english not in simhelp.texts(desk_card(world, number))
    await world.services.pledges.approve(world.actor(world.olga, Standing.ORGANISER), number)
    await world.settle()
    channel = world.channels[next(one for one in world.channels if one.value == "pledges")]
    standing = simhelp.texts(simhelp.post(channel, swedish))
    assert action(world, "before").done_when.text("sv") in standing
    assert english not in standing
    assert (await pledge(world, number)).what == english, "stored as it was written"
    for who, language, shown in ((world.ben, "en-GB", english), (world.mo, "sv-SE", swedish)):
        simhelp.set_locale(who, language)
        for answer in (
            await who.slash(world.somewhere, "pledge show", pledge=str(number)),
            await who.slash(world.somewhere, "pledge list"),
        ):
            assert shown in simhelp.texts(answer)
            assert ({english, swedish} - {shown}).pop() not in simhelp.texts(answer)


async def test_one_s_own_words_stay_as_written(world: World) -> None:
    await swedish_server(world)
    await world.register(world.anna)
    draft = await drafted(world, world.anna, visibility="Named")
    number = number_of(draft)
    await simhelp.press(world.anna, draft, "Submit")
    await world.settle()
    assert OWN in simhelp.texts(desk_card(world, number))


@pytest.mark.parametrize("review", ["before", "after"])
async def test_a_form_that_is_saved_untouched_in_another_language_changes_nothing(world: World, review: str) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna, review)
    before = await pledge(world, number)
    english, swedish = titles(action(world, review))
    simhelp.set_locale(world.anna, "sv-SE")
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    assert swedish in simhelp.texts(own)
    form = await simhelp.press(world.anna, own, f"1:pledge.change:{number}")
    values = [field.get("value") for field in simhelp.fields(form.modal).values()]
    assert swedish in values
    assert english not in values
    await simhelp.submit(world.anna, form, {})
    after = await pledge(world, number)
    assert after == before
    assert await world.services.pledges.proposed(after) is None, "nothing waits for an organiser"


async def test_a_draft_that_is_saved_in_another_language_stays_the_catalogues(world: World) -> None:
    await world.register(world.anna)
    one = action(world, "none")
    draft = await drafted(world, world.anna, one.slug)
    number = number_of(draft)
    before = await pledge(world, number)
    simhelp.set_locale(world.anna, "sv-SE")
    form = await simhelp.press(world.anna, draft, f"1:pledge.change:{number}")
    again = await simhelp.submit(world.anna, form, {})
    assert one.title.text("sv") in simhelp.texts(again)
    after = await pledge(world, number)
    assert replace(after, changed_at=before.changed_at) == before, "also its kind of review"


async def test_only_the_date_changes_and_organisers_read_the_rest_in_their_language(world: World) -> None:
    await swedish_server(world)
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna)
    await world.services.pledges.approve(world.actor(world.olga, Standing.ORGANISER), number)
    await world.settle()
    english, swedish = titles(action(world, "before"))
    simhelp.set_locale(world.anna, "sv-SE")
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    form = await simhelp.press(world.anna, own, f"1:pledge.change:{number}")
    await simhelp.submit(world.anna, form, {"due": (world.services.clock() + timedelta(days=90)).date().isoformat()})
    await world.settle()
    change = await world.services.pledges.proposed(await pledge(world, number))
    assert change is not None
    assert change.what == english
    said = simhelp.texts(desk_card(world, number))
    assert said.count(swedish) >= 2, "the words that stand and those that shall stand"
    assert english not in said


async def test_news_and_questions_come_in_the_readers_language(world: World) -> None:
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna)
    await world.services.members.choose_reach(world.actor(world.anna), Reach.DM)
    await world.services.members.choose_locale(world.actor(world.anna), "sv")
    await world.services.pledges.approve(world.actor(world.olga, Standing.ORGANISER), number)
    await world.settle()
    english, swedish = titles(action(world, "before"))
    said = simhelp.texts(simhelp.dms(world.env, world.anna)[-1])
    assert swedish in said
    assert english not in said
    simhelp.set_locale(world.anna, "sv-SE")
    assert swedish in simhelp.texts(await world.anna.slash(world.somewhere, "profile"))
    while not await world.services.pledges.questions(world.actor(world.anna)):
        await world.pass_days(7)
    await world.settle()
    assert swedish in simhelp.texts(simhelp.dms(world.env, world.anna)[-1])
    assert swedish in simhelp.texts(await world.anna.slash(world.somewhere, "profile"))
    assert (await pledge(world, number)).what == english


async def test_it_is_found_by_its_words_in_any_language(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna)
    simhelp.set_locale(world.anna, "sv-SE")
    english, swedish = titles(action(world, "before"))
    for typed in (english[:12], swedish[:12]):
        for mine in (True, False):
            found = await world.services.pledges.matching(world.actor(world.anna), typed, mine=mine)
            assert [one.id for one in found] == [number]
    offered = await world.anna.autocomplete(world.somewhere, "pledge update", "pledge", swedish[:12])
    assert [choice["name"] for choice in offered] == [swedish[:100]]


async def test_a_card_says_when_it_was_last_heard_of_while_that_matters(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna, "none", visibility="Named")
    await world.pass_days(30)
    await world.services.pledges.progress(world.actor(world.anna), number, progress=50)
    await world.settle()
    heard = f"Last update <t:{int((await pledge(world, number)).changed_at.timestamp())}:R>"
    assert heard in simhelp.texts(public_cards(world)[0])
    await world.services.pledges.done(world.actor(world.anna), number)
    await world.settle()
    assert "Last update" not in simhelp.texts(public_cards(world)[0])
