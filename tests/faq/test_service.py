"""Asking and answering through the service on a real database."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace

import pytest
import simcord

from bot.actor import Actor, Standing
from bot.errors import AlreadyDecided, CogwheelError, Invalid, NotAllowed, NotFound, Paused, TextStopped
from bot.faq.model import ANSWER_LIMIT, MOST_OPEN, QUESTION_LIMIT, Question, State
from bot.faq.search import Answer, DontKnow, WhichOfThese, Why
from bot.storage import counters
from tests.world import World

UNKNOWN = "How is the bicycle shed cleaned on mars"
WORRY = "I worry about my own thoughts about children"
ADDRESS = "see http://abcdefghijklmnop234567.onion/x"


def organiser(world: World, who: simcord.MemberActor) -> Actor:
    return world.actor(who, Standing.ORGANISER)


def elsewhere(actor: Actor) -> Actor:
    return replace(actor, guild_id=actor.guild_id + 1)


async def figure(world: World, name: str, slug: str) -> int:
    async with world.services.database.reading() as reading:
        return await counters.value(reading, world.guild.id, name, slug)


def stored(world: World) -> str:
    """Everything the database holds, as text."""
    connection = sqlite3.connect(world.folder / "test.db")
    try:
        return "\n".join(connection.iterdump())
    finally:
        connection.close()


async def handed(world: World, who: simcord.MemberActor, text: str = UNKNOWN, *, named: bool = False) -> Question:
    return await world.services.faqs.hand_over(world.actor(who), text, named=named)


async def gaps(world: World) -> list[tuple[str, int]]:
    page = await world.services.faqs.gaps(organiser(world, world.olga))
    return [(question.text, question.times) for question in page.questions]


# --- asking -----------------------------------------------------------------------------------------------------------


async def test_every_shipped_question_is_answered_or_among_those_offered(world: World) -> None:
    missed = []
    for faq in world.services.content.faqs.values():
        outcome = (await world.services.faqs.ask(world.actor(world.anna), faq.question.text("en"))).outcome
        offered = (outcome.slug,) if isinstance(outcome, Answer) else getattr(outcome, "slugs", ())
        if faq.slug not in offered:
            missed.append(faq.slug)
    assert missed == []


async def test_a_question_that_nothing_fits_becomes_a_gap_without_its_asker(world: World) -> None:
    for who in (world.anna, world.anna, world.ben):
        reply = await world.services.faqs.ask(world.actor(who), UNKNOWN)
        assert reply.outcome == DontKnow(Why.NO_MATCH)
        assert reply.noted
    assert await gaps(world) == [(UNKNOWN, 3)]
    assert str(world.anna.id) not in stored(world)


@pytest.mark.parametrize("text", ["hello", "thank you", "???"])
async def test_small_talk_is_no_gap(world: World, text: str) -> None:
    reply = await world.services.faqs.ask(world.actor(world.anna), text)
    assert isinstance(reply.outcome, DontKnow)
    assert not reply.noted
    assert await gaps(world) == []


async def test_somebody_who_is_paused_is_answered_but_leaves_nothing(world: World) -> None:
    paused = replace(world.actor(world.anna), paused=True)
    assert not (await world.services.faqs.ask(paused, UNKNOWN)).noted
    assert await gaps(world) == []
    with pytest.raises(Paused):
        await world.services.faqs.hand_over(paused, UNKNOWN, named=False)
    with pytest.raises(Paused):
        world.services.faqs.check_share(paused)


async def test_what_sounds_like_a_case_is_answered_and_never_stored(world: World) -> None:
    reply = await world.services.faqs.ask(world.actor(world.anna), WORRY)
    assert reply.stopped is not None
    assert isinstance(reply.outcome, Answer)
    longer = await world.services.faqs.ask(world.actor(world.anna), f"{WORRY} {'and more ' * 100}")
    assert longer.stopped is not None
    assert "my own thoughts" not in stored(world)


async def test_below_the_help_card_stand_only_suggestions_about_help(world: World) -> None:
    text = "my neighbour hurts his daughter, how do I report it anonymously"
    reply = await world.services.faqs.ask(world.actor(world.anna), text)
    assert reply.stopped is not None
    assert isinstance(reply.outcome, WhichOfThese)
    assert all(world.services.content.faqs[slug].sensitive for slug in reply.outcome.slugs)


async def test_an_address_is_refused_before_anything_is_looked_up(world: World) -> None:
    with pytest.raises(TextStopped) as stopped:
        await world.services.faqs.ask(world.actor(world.anna), ADDRESS)
    assert stopped.value.structural
    assert "onion" not in str(stopped.value)
    assert await gaps(world) == []


@pytest.mark.parametrize(("text", "why"), [("", "empty"), ("   ", "empty"), ("why " * 200, "too long")])
async def test_no_words_and_too_many_words_are_refused(world: World, text: str, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        await world.services.faqs.ask(world.actor(world.anna), text)
    assert refused.value.why == why


async def test_the_most_helpful_answers_are_suggested_first(world: World) -> None:
    slugs = list(world.services.content.faqs)
    faqs = world.services.faqs
    assert [slug for _, slug in await faqs.suggest(world.actor(world.anna), "")] == slugs[:25]
    await faqs.vote(world.actor(world.anna), slugs[40], helpful=True)
    suggested = await faqs.suggest(world.actor(world.ben), " ")
    assert suggested[0][1] == slugs[40]
    assert len(suggested) == 25


# --- votes ------------------------------------------------------------------------------------------------------------


async def test_one_vote_a_person_which_can_be_changed(world: World) -> None:
    faqs, slug = world.services.faqs, next(iter(world.services.content.faqs))
    for helpful in (True, True, False, True, False):
        await faqs.vote(world.actor(world.anna), slug, helpful=helpful)
    await faqs.vote(world.actor(world.ben), slug, helpful=True)
    assert (await figure(world, "faq.helpful", slug), await figure(world, "faq.unhelpful", slug)) == (1, 1)
    with pytest.raises(NotFound):
        await faqs.vote(world.actor(world.anna), "no-such-entry", helpful=True)


# --- handing over -----------------------------------------------------------------------------------------------------


async def test_handing_over_takes_up_the_gap_instead_of_doubling_it(world: World) -> None:
    await world.services.faqs.ask(world.actor(world.ben), UNKNOWN)
    first = await handed(world, world.anna)
    again = await handed(world, world.anna, UNKNOWN + "?", named=True)
    assert again.id == first.id
    assert (first.known_asker, again.known_asker) == (None, world.anna.id)
    other = await handed(world, world.ben)
    assert other.id != first.id
    assert len(await gaps(world)) == 2


@pytest.mark.parametrize(("text", "why"), [("", "empty"), ("é" * (QUESTION_LIMIT + 1), "too long")])
async def test_what_is_handed_over_has_words_but_not_too_many(world: World, text: str, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        await handed(world, world.anna, text)
    assert refused.value.why == why


async def test_a_case_is_not_handed_over_unless_the_person_says_it_is_none(world: World) -> None:
    with pytest.raises(TextStopped):
        await handed(world, world.anna, WORRY)
    assert await gaps(world) == []
    vouched = replace(world.actor(world.anna), vouched=True)
    await world.services.faqs.hand_over(vouched, WORRY, named=False)
    assert await gaps(world) == [(WORRY, 1)]
    with pytest.raises(TextStopped):
        await world.services.faqs.hand_over(vouched, ADDRESS, named=False)


async def test_one_person_can_not_flood_the_organisers(world: World) -> None:
    for number in range(MOST_OPEN):
        await handed(world, world.anna, f"question number {number}")
    with pytest.raises(Invalid) as refused:
        await handed(world, world.anna)
    assert refused.value.why == "too many waiting"
    await handed(world, world.ben)


# --- answering --------------------------------------------------------------------------------------------------------


async def test_two_answers_at_once_and_the_first_wins(world: World) -> None:
    question = await handed(world, world.anna)
    faqs = world.services.faqs
    outcomes = await asyncio.gather(
        faqs.answer(organiser(world, world.olga), question.id, "With a broom."),
        faqs.answer(organiser(world, world.otto), question.id, "With a mop."),
        faqs.close(organiser(world, world.ada), question.id),
        return_exceptions=True,
    )
    won = [outcome for outcome in outcomes if isinstance(outcome, Question)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, AlreadyDecided)]
    assert (len(won), len(lost)) == (1, 2)
    assert {error.by for error in lost} == {won[0].decided_by}
    assert all(error.at == won[0].decided_at for error in lost)
    news = await world.services.members.news(world.actor(world.anna))
    assert len(news) == 1


async def test_the_asker_reads_the_answer_in_their_news(world: World) -> None:
    question = await handed(world, world.anna)
    await world.services.faqs.answer(organiser(world, world.olga), question.id, "With a broom.\nOn Fridays.")
    (news,) = await world.services.members.news(world.actor(world.anna))
    assert (news.kind, news.subject_id) == ("faq.answer", question.id)
    assert news.detail == f"{UNKNOWN}\nWith a broom.\nOn Fridays."
    (mine,) = (await world.services.faqs.mine(world.actor(world.anna))).questions
    assert (mine.state, mine.answer) == (State.ANSWERED, "With a broom.\nOn Fridays.")


async def test_an_entry_answers_in_the_language_of_the_asker(world: World) -> None:
    await world.services.members.choose_locale(world.actor(world.anna), "sv")
    faq = next(iter(world.services.content.faqs.values()))
    question = await handed(world, world.anna)
    answered = await world.services.faqs.answer_with(organiser(world, world.olga), question.id, faq.slug)
    assert world.services.faqs.entry_of(answered) == faq
    (news,) = await world.services.members.news(world.actor(world.anna))
    assert news.kind == "faq.entry"
    assert (news.detail or "").endswith(faq.question.text("sv"))


@pytest.mark.parametrize(("text", "why"), [("", "empty"), ("x" * (ANSWER_LIMIT + 1), "too long")])
async def test_an_answer_has_words_but_not_too_many(world: World, text: str, why: str) -> None:
    question = await handed(world, world.anna)
    with pytest.raises(Invalid) as refused:
        await world.services.faqs.answer(organiser(world, world.olga), question.id, text)
    assert refused.value.why == why


async def test_an_answer_passes_the_guard_too(world: World) -> None:
    question = await handed(world, world.anna)
    with pytest.raises(TextStopped):
        await world.services.faqs.answer(organiser(world, world.olga), question.id, ADDRESS)
    assert (await world.services.faqs.question(organiser(world, world.olga), question.id)).state is State.OPEN


async def test_a_gap_can_be_closed_but_there_is_nobody_to_answer(world: World) -> None:
    await world.services.faqs.ask(world.actor(world.anna), UNKNOWN)
    (gap,) = (await world.services.faqs.gaps(organiser(world, world.olga))).questions
    with pytest.raises(NotFound):
        await world.services.faqs.answer(organiser(world, world.olga), gap.id, "With a broom.")
    await world.services.faqs.close(world.actor(world.mo, Standing.MODERATOR), gap.id)
    assert await gaps(world) == []


async def test_members_do_not_answer_and_nobody_reaches_into_another_server(world: World) -> None:
    question = await handed(world, world.anna)
    faqs, number = world.services.faqs, question.id
    slug = next(iter(world.services.content.faqs))
    everybody = {world.actor(world.ben): NotAllowed, elsewhere(organiser(world, world.olga)): NotFound}
    for actor, expected in everybody.items():
        for attempt in (
            faqs.question(actor, number),
            faqs.open_question(actor, number),
            faqs.near(actor, number),
            faqs.answer(actor, number, "With a broom."),
            faqs.answer_with(actor, number, slug),
            faqs.close(actor, number),
        ):
            with pytest.raises(expected):
                await attempt
    with pytest.raises(NotAllowed):
        await faqs.gaps(world.actor(world.ben))
    assert (await faqs.gaps(elsewhere(organiser(world, world.olga)))).questions == ()
    assert (await faqs.mine(elsewhere(world.actor(world.anna)))).questions == ()
    for actor in (world.actor(world.ben), elsewhere(world.actor(world.anna))):
        with pytest.raises(NotFound):
            await faqs.my_question(actor, number)
    assert (await faqs.my_question(world.actor(world.anna), number)).state is State.OPEN


async def test_an_entry_that_does_not_exist_answers_nothing(world: World) -> None:
    question = await handed(world, world.anna)
    with pytest.raises(CogwheelError):
        await world.services.faqs.answer_with(organiser(world, world.olga), question.id, "no-such-entry")
    assert (await world.services.faqs.my_question(world.actor(world.anna), question.id)).state is State.OPEN


async def test_open_questions_come_five_a_page_newest_first(world: World) -> None:
    for number in range(7):
        await world.services.faqs.ask(world.actor(world.anna), f"{UNKNOWN} number {number}")
    first = await world.services.faqs.gaps(organiser(world, world.olga))
    second = await world.services.faqs.gaps(organiser(world, world.olga), first.after)
    texts = [question.text for question in (*first.questions, *second.questions)]
    assert texts == [f"{UNKNOWN} number {number}" for number in reversed(range(7))]
    assert (len(first.questions), second.after) == (5, None)


# --- a message from the menu ------------------------------------------------------------------------------------------


async def test_staff_look_up_a_message_and_nothing_of_it_stays(world: World) -> None:
    faqs = world.services.faqs
    found, stopped = faqs.fitting(organiser(world, world.olga), "how can I leave this server")
    assert found
    assert stopped is None
    assert len(found) <= 3
    found, stopped = faqs.fitting(organiser(world, world.olga), WORRY)
    assert stopped is not None
    with pytest.raises(TextStopped):
        faqs.fitting(organiser(world, world.olga), ADDRESS)
    with pytest.raises(Invalid):
        faqs.fitting(organiser(world, world.olga), " ")
    with pytest.raises(NotAllowed):
        faqs.fitting(world.actor(world.ben), "how can I leave this server")
    assert await gaps(world) == []


# --- what goes --------------------------------------------------------------------------------------------------------


async def test_erasing_a_person_takes_their_questions_votes_and_name(world: World) -> None:
    faqs, slug = world.services.faqs, next(iter(world.services.content.faqs))
    await faqs.vote(world.actor(world.anna), slug, helpful=True)
    await faqs.vote(world.actor(world.ben), slug, helpful=True)
    await handed(world, world.anna, named=True)
    bens = await handed(world, world.ben, "Who waters the plants on deck seven")
    await faqs.close(organiser(world, world.anna), bens.id)
    await world.services.privacy.erase(world.guild.id, world.anna.id)
    assert await figure(world, "faq.helpful", slug) == 1
    assert await gaps(world) == []
    left = await faqs.my_question(world.actor(world.ben), bens.id)
    assert (left.state, left.decided_by) == (State.CLOSED, None)
    assert UNKNOWN not in stored(world)
    assert str(world.anna.id) not in stored(world)


async def test_who_asked_is_forgotten_a_month_after_the_answer(world: World) -> None:
    early = await handed(world, world.anna, named=True)
    await world.services.faqs.answer(organiser(world, world.olga), early.id, "With a broom.")
    waiting = await handed(world, world.ben)
    await world.services.faqs.ask(world.actor(world.ben), "Who waters the plants on deck seven")
    await world.pass_days(31)
    await world.services.faqs.sweep()
    after = await world.services.faqs.any(world.guild.id, early.id)
    assert after is not None
    assert (after.asker_id, after.named, after.answer) == (None, False, "With a broom.")
    assert (await world.services.faqs.my_question(world.actor(world.ben), waiting.id)).asker_id == world.ben.id
    assert {text for text, _ in await gaps(world)} == {UNKNOWN, "Who waters the plants on deck seven"}


async def test_nothing_of_an_answer_is_left_when_its_telling_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = await handed(world, world.anna)

    async def broken(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(type(world.services.members), "tell", broken)
    with pytest.raises(RuntimeError):
        await world.services.faqs.answer(organiser(world, world.olga), question.id, "With a broom.")
    assert (await world.services.faqs.my_question(world.actor(world.anna), question.id)).state is State.OPEN
