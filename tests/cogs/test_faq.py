"""/faq, /knowledge and *Answer from FAQ* as people use them, through real dispatch on the offline Discord."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import discord
import pytest
import simcord
from discord import ui

from bot.actor import Standing
from bot.content.model import Faq
from bot.delivery.kinds import Kind, Message
from bot.errors import StorageUnavailable
from bot.faq import cards, desk_cards
from bot.faq.model import ANSWER_LIMIT, QUESTION_LIMIT
from bot.faq.service import Faqs
from bot.forms.service import Forms
from bot.members.model import Reach
from bot.servers.model import Channel
from bot.storage.database import Transaction
from bot.ui.layout import button, card, option, row, select
from bot.ui.words import LOCALES, speaking
from tests import simhelp
from tests.cogs import pressing
from tests.simhelp import buttons, fields, pick, post, press, selects, submit, texts
from tests.world import World

UNKNOWN = "How is the bicycle shed cleaned on mars"
WORRY = "I worry about my own thoughts about children"
DANGER = "Someone hurts the boy next door"
ADDRESS = "see http://abcdefghijklmnop234567.onion/x"
Shown = simcord.InteractionResult
Step = Callable[[World], Awaitable[Shown]]


def entry(world: World, *, sensitive: bool = False) -> Faq:
    return next(faq for faq in world.services.content.faqs.values() if faq.sensitive is sensitive)


async def stand(world: World, channel: simcord.ChannelHandle, view: ui.LayoutView) -> discord.Message:
    """A message of the bot in a channel, as the welcome card is, or as somebody's forgery would be."""

    async def render(guild_id: int, subject_id: int) -> Message:
        return Message(channel_id=channel.id, view=view)

    number = len(world.bot.worker._kinds)
    world.bot.worker._kinds[f"test.{number}"] = Kind(f"test.{number}", render)

    async def work(tx: Transaction) -> int:
        return await world.services.outbox.put(tx, world.guild.id, f"test.{number}", number)

    await world.services.database.write(work)
    await world.settle()
    return post(channel)


async def welcome(world: World) -> discord.Message:
    return await stand(world, world.channels[Channel.WELCOME], card("Welcome", row(button("Ask", "faq.ask"))))


async def ask(world: World, who: simcord.MemberActor, question: str | None = None) -> Shown:
    options = {} if question is None else {"question": question}
    return await who.slash(world.somewhere, "faq", **options)


async def handed(world: World, who: simcord.MemberActor, text: str = UNKNOWN, named: str = "no") -> discord.Message:
    """The organisers' card on a question that somebody handed over."""
    shown = await ask(world, who, text)
    shown = await press(who, shown, "Ask an organiser")
    await submit(who, shown, {"named": named})
    await world.settle()
    return post(world.channels[Channel.ORGANISERS], text)


def stored(world: World) -> str:
    connection = sqlite3.connect(world.folder / "test.db")
    try:
        return "\n".join(connection.iterdump())
    finally:
        connection.close()


# --- asking -----------------------------------------------------------------------------------------------------------


async def test_a_question_picked_from_the_list_is_answered(world: World) -> None:
    choices = await world.anna.autocomplete(world.somewhere, "faq", "question", "leav")
    assert choices
    slug = choices[0]["value"].partition(":")[2]
    shown = await ask(world, world.anna, choices[0]["value"])
    faq = world.services.content.faqs[slug]
    assert faq.question.text("en") == choices[0]["name"]
    assert faq.question.text("en") in texts(shown)
    assert faq.answer.text("en").strip()[:60] in texts(shown)
    assert list(buttons(shown)) == ["Helpful", "Not helpful", "Share here", "Ask an organiser"]
    assert shown.response is not None
    assert shown.response.ephemeral


async def test_the_list_is_never_longer_than_discord_shows(world: World) -> None:
    assert len(await world.anna.autocomplete(world.somewhere, "faq", "question", "")) == 25
    assert await world.anna.autocomplete(world.somewhere, "faq", "question", "zzzzqqq") == []


async def test_free_text_gets_one_of_three_honest_outcomes(world: World) -> None:
    assert "How do I leave" in texts(await ask(world, world.anna, "how can I leave"))
    which = await ask(world, world.anna, "how do we sign up for an event")
    assert "Is it one of these?" in texts(which)
    assert "None of these: ask an organiser" in buttons(which)
    chosen = await press(world.anna, which, next(iter(buttons(which))))
    assert "Helpful" in buttons(chosen)
    unknown = await ask(world, world.anna, UNKNOWN)
    assert "I don't know that yet" in texts(unknown)
    assert "without your name" in texts(unknown)
    assert "Ask an organiser" in buttons(unknown)


@pytest.mark.parametrize(("typed", "words"), [("hello", "Hello!"), ("thanks", "You are welcome"), ("???", "few more")])
async def test_small_talk_gets_a_word_back(world: World, typed: str, words: str) -> None:
    assert words in texts(await ask(world, world.anna, typed))


async def test_without_a_question_topics_lead_to_an_answer(world: World) -> None:
    topics = await ask(world, world.anna)
    topic, faq = next(iter(world.services.content.topics.values())), entry(world)
    assert topic.name.text("en") in texts(topics)
    listed = await pick(world.anna, topics, faq.topic, "topic")
    back = await press(world.anna, listed, "All topics")
    assert "Choose a topic …" in selects(back)
    again = await pick(world.anna, back, faq.topic, "topic")
    answered = await pick(world.anna, again, faq.slug, "question")
    assert faq.question.text("en") in texts(answered)
    assert "What would you like to know?" in texts(await ask(world, world.anna, "  "))


async def test_a_topic_with_many_questions_goes_on_with_next(world: World) -> None:
    content = world.services.content
    topic, many = next(iter(content.topics.values())), [*content.faqs.values()]
    first, last = cards.topic(topic, many, 0), cards.topic(topic, many, 50)
    shown = await stand(world, world.somewhere, first)
    assert len(simhelp.options(selects(shown)["Choose a question …"])) == 25
    assert buttons(shown)["Next"] == f"1:faq.more:{topic.slug}:25"
    assert "Next" not in buttons(await stand(world, world.somewhere, last))
    onwards = await press(world.anna, shown, "Next")
    assert f"{len(content.faqs_of(topic.slug))} questions" in texts(onwards)
    wrong = await stand(world, world.somewhere, card("old", row(button("old", "faq.more", "no-such-topic", 0))))
    assert "isn't in this server" in texts(await press(world.anna, wrong, "old"))


async def test_an_answer_past_its_day_says_so(world: World) -> None:
    faq = entry(world)
    assert "due to be checked again" in cards.provenance(faq, faq.review_by + timedelta(days=1))
    assert "due to be checked again" not in cards.provenance(faq, faq.review_by)
    crowded = replace(faq, sources=("a source with a long name, " * 9,) * 9)
    assert len(cards.provenance(crowded, faq.as_of)) < cards.SOURCES_LIMIT + 200


async def test_ask_on_the_welcome_card_answers_in_two_steps_and_one_field(world: World) -> None:
    standing = await welcome(world)
    form = await press(world.anna, standing, "Ask")
    assert list(fields(form.modal)) == ["Your question"]
    answered = await submit(world.anna, form, {"Your question": "how can I leave"})
    assert "Helpful" in buttons(answered)
    assert answered.response is not None
    assert answered.response.ephemeral


async def test_a_question_that_is_too_long_comes_back_in_the_form(world: World) -> None:
    refused = await ask(world, world.anna, "why is the shed red " * 40)
    assert f"at most {QUESTION_LIMIT} characters" in texts(refused)
    form = await press(world.anna, refused, "Fix it")
    (field,) = fields(form.modal).values()
    assert field["value"].startswith("why is the shed red")
    assert len(field["value"]) <= QUESTION_LIMIT
    answered = await submit(world.anna, form, {"Your question": "how can I leave"})
    assert "Helpful" in buttons(answered)


async def test_answers_speak_the_reader_s_language(world: World) -> None:
    simhelp.set_locale(world.anna, "sv-SE")
    choices = await world.anna.autocomplete(world.somewhere, "faq", "question", "lämna")
    shown = await ask(world, world.anna, choices[0]["value"])
    faq = world.services.content.faqs[choices[0]["value"].partition(":")[2]]
    assert faq.question.text("sv") in texts(shown)


async def test_an_answer_that_nobody_has_reviewed_is_not_spoken_in_full(world: World) -> None:
    faq = entry(world, sensitive=True)
    assert faq.until_reviewed is not None
    shown = texts(await ask(world, world.anna, f"answer:{faq.slug}"))
    assert faq.until_reviewed.text("en").strip()[:80] in shown
    assert faq.answer.text("en").strip()[:80] not in shown
    assert "Not yet checked here" in shown
    assert "As of" in shown


async def test_sources_stand_below_an_answer_and_its_day_where_it_ages_fast(world: World) -> None:
    faqs = world.services.content.faqs.values()
    slow = next(faq for faq in faqs if faq.review_by - faq.as_of >= cards.AGES_FAST)
    shown = texts(await ask(world, world.anna, f"answer:{slow.slug}"))
    assert slow.sources[0] in shown
    assert "As of" not in shown


# --- what people do with an answer ------------------------------------------------------------------------------------


async def test_votes_are_thanked_for_and_not_helpful_offers_a_person(world: World) -> None:
    shown = await ask(world, world.anna, "how can I leave")
    assert "Thank you" in texts(await press(world.anna, shown, "Helpful"))
    missed = await press(world.anna, shown, "Not helpful")
    form = await press(world.anna, missed, "Ask an organiser")
    assert fields(form.modal)["Your question"]["value"] == "how can I leave"


async def test_sharing_posts_in_the_language_of_the_server(world: World) -> None:
    await world.services.servers.choose(world.actor(world.ada, Standing.ADMIN), locale="sv")
    faq = entry(world)
    shown = await ask(world, world.mo, f"answer:{faq.slug}")
    assert faq.question.text("en") in texts(shown)
    shared = await press(world.mo, shown, "Share here")
    assert shared.response is not None
    assert not shared.response.ephemeral
    public = post(world.somewhere)
    assert faq.question.text("sv") in texts(public)
    assert "Share here" not in buttons(public)
    voted = await press(world.ben, public, next(iter(buttons(public))))
    assert voted.response is not None
    assert voted.response.ephemeral


async def test_nobody_speaks_through_the_bot_where_they_are_silent(world: World) -> None:
    shown = await ask(world, world.anna, "how can I leave")
    refused = await press(world.anna, shown, "Share here")
    assert "You can't write in this channel" in texts(refused)
    writing = discord.Permissions(view_channel=True, send_messages=True, use_application_commands=True)
    world.env.backend.edit_role(world.guild.id, world.guild.default_role.id, {"permissions": writing.value})
    await world.env.settle()
    shared = await press(world.anna, shown, "Share here")
    assert shared.response is not None
    assert not shared.response.ephemeral


# --- handing over and answering ---------------------------------------------------------------------------------------


async def test_what_was_typed_goes_to_the_organisers_without_the_name(world: World) -> None:
    shown = await ask(world, world.anna, UNKNOWN)
    form = await press(world.anna, shown, "Ask an organiser")
    assert fields(form.modal)["Your question"]["value"] == UNKNOWN
    done = await submit(world.anna, form)
    assert "The organisers have your question" in texts(done)
    assert "They don't see who's asking." in texts(done)
    await world.settle()
    standing = post(world.channels[Channel.ORGANISERS], UNKNOWN)
    assert list(buttons(standing)) == ["Answer", "Answer from FAQ", "Close"]
    body = json.dumps([request.body for request in world.watch.sent("POST", "/messages")])
    assert str(world.anna.id) not in body
    assert "Anna" not in body


async def test_a_name_is_said_where_the_asker_said_so(world: World) -> None:
    standing = await handed(world, world.anna, named="yes")
    assert f"Asked by <@{world.anna.id}>" in texts(standing)
    (request,) = world.watch.sent("POST", f"/channels/{standing.channel.id}/messages")
    assert isinstance(request.body, dict)
    assert request.body["allowed_mentions"] == {"parse": []}


async def test_an_answer_reaches_the_asker_in_the_way_they_chose(world: World) -> None:
    await world.services.members.choose_reach(world.actor(world.anna), Reach.DM)
    standing = await handed(world, world.anna)
    form = await press(world.olga, standing, "Answer")
    done = await submit(world.olga, form, {"answer": "With a *broom*, @everyone.\nOn Fridays."})
    assert "answered" in texts(done)
    await world.settle()
    (message,) = simhelp.dms(world.env, world.anna)
    assert "Your question is answered" in texts(message)
    assert UNKNOWN in texts(message)
    assert "broom" in texts(message)
    assert "@everyone" not in texts(message)
    after = post(world.channels[Channel.ORGANISERS], UNKNOWN)
    assert after.id == standing.id
    assert f"by <@{world.olga.id}>" in texts(after)
    assert buttons(after) == {}


async def test_an_answer_waits_in_the_profile_and_among_my_questions(world: World) -> None:
    standing = await handed(world, world.anna)
    form = await press(world.olga, standing, "Answer")
    await submit(world.olga, form, {"answer": "With a broom."})
    await world.settle()
    assert simhelp.dms(world.env, world.anna) == []
    topics = await ask(world, world.anna)
    assert "/profile" in texts(topics)
    mine = await press(world.anna, topics, "My questions")
    assert "answered" in texts(mine)
    opened = await pick(world.anna, mine, UNKNOWN, "Open")
    assert "With a broom." in texts(opened)
    assert "With a broom." in texts(await world.anna.slash(world.somewhere, "profile"))
    assert "Nothing yet" in texts(await press(world.ben, await ask(world, world.ben), "My questions"))


async def test_an_entry_answers_a_question(world: World) -> None:
    await world.services.members.choose_reach(world.actor(world.anna), Reach.DM)
    which = await ask(world, world.anna, "how do we sign up for an event")
    form = await press(world.anna, which, "None of these")
    await submit(world.anna, form)
    await world.settle()
    standing = post(world.channels[Channel.ORGANISERS], "sign up")
    choose = await press(world.olga, standing, "Answer from FAQ")
    assert list(selects(choose)) == ["The nearest …", "All entries of a topic …"]
    done = await pick(world.olga, choose, "sign-up-for-events")
    faq = world.services.content.faqs["sign-up-for-events"]
    assert faq.question.text("en") in texts(done)
    await world.settle()
    (message,) = simhelp.dms(world.env, world.anna)
    assert faq.answer.text("en").strip()[:60] in texts(message)


async def test_no_entry_for_a_question_leads_to_one_s_own_words(world: World) -> None:
    standing = await handed(world, world.anna)
    choose = await press(world.olga, standing, "Answer from FAQ")
    assert list(selects(choose)) == ["All entries of a topic …"]
    assert (await press(world.olga, choose, "Answer in my own words")).modal is not None


async def test_a_gap_is_pointed_to_an_entry_that_those_words_then_get(world: World) -> None:
    await ask(world, world.anna, UNKNOWN)
    gaps = await world.olga.slash(world.somewhere, "knowledge gaps")
    gap = await pick(world.olga, gaps, UNKNOWN, "Open")
    assert "Answer" not in buttons(gap), "nobody would read an answer"
    choose = await press(world.olga, gap, "Point to an entry")
    assert "Nobody is waiting for this one" in texts(choose)
    content = world.services.content
    topic, faq = next((t, content.faqs_of(t.slug)[0]) for t in content.topics.values() if content.faqs_of(t.slug))
    entries = await pick(world.olga, choose, topic.name.text("en"), "topic")
    done = await pick(world.olga, entries, faq.slug)
    assert "From now on, anyone who types these words" in texts(done)
    assert "None." in texts(await world.olga.slash(world.somewhere, "knowledge gaps"))
    again = await ask(world, world.ben, f"  {UNKNOWN.upper()}? ")
    assert faq.question.text("en") in texts(again)
    assert "I don't know" not in texts(again)


async def test_a_long_topic_comes_in_parts_and_an_odd_one_is_refused(world: World) -> None:
    await ask(world, world.anna, UNKNOWN)
    gap = await pick(world.olga, await world.olga.slash(world.somewhere, "knowledge gaps"), UNKNOWN, "Open")
    question = int(buttons(gap)["Close"].rpartition(":")[2])
    content = world.services.content
    topic = max(content.topics.values(), key=lambda found: len(content.faqs_of(found.slug)))
    last = len(content.faqs_of(topic.slug)) - 1
    shown = await pressing.forged(world, world.olga, "press", "knowledge.more", question, topic.slug, last)
    assert len(next(iter(selects(shown).values()))["options"]) == 1
    assert "Which entry answers this?" in texts(await press(world.olga, shown, "Other topics"))
    for slug, start in (("no-such", 0), (topic.slug, last + 1)):
        odd = await pressing.forged(world, world.olga, "press", "knowledge.more", question, slug, start)
        assert "isn't in this server" in texts(odd)
    member = await pressing.forged(world, world.anna, "press", "knowledge.more", question, topic.slug, 0)
    assert "Only moderators and organisers" in texts(member)
    for way in ("from", "more"):
        ids: tuple[object, ...] = (question,) if way == "from" else (question, topic.slug, 0)
        target = "faqs.near" if way == "from" else "faqs.open_question"
        await pressing.answers_faults(
            world,
            target,
            lambda way=way, ids=ids: pressing.forged(world, world.olga, "press", f"knowledge.{way}", *ids),  # type: ignore[misc]
        )
    await pressing.answers_faults(
        world,
        "faqs.open_question",
        lambda: pressing.forged(world, world.olga, "pick", "knowledge.topic", question, values=(topic.slug,)),
    )


async def test_a_question_about_an_entry_begins_with_it(world: World) -> None:
    shown = await ask(world, world.anna, "answer:sign-up-for-events")
    form = await press(world.anna, shown, "Ask an organiser")
    asked = world.services.content.faqs["sign-up-for-events"].question.text("en")
    assert asked in fields(form.modal)["Your question"]["value"]
    unhelpful = await press(world.anna, shown, "Not helpful")
    form = await press(world.anna, unhelpful, "Ask an organiser")
    assert asked in fields(form.modal)["Your question"]["value"]


async def test_without_an_organisers_channel_a_question_still_waits_among_the_gaps(world: World) -> None:
    boss = world.actor(world.ada, Standing.ADMIN)
    await world.services.servers.choose_channels(boss, {Channel.ORGANISERS: None})
    form = await press(world.anna, await ask(world, world.anna, UNKNOWN), "Ask an organiser")
    assert "have your question" in texts(await submit(world.anna, form))
    await world.settle()
    assert "someone is waiting" in texts(await world.olga.slash(world.somewhere, "knowledge gaps"))


async def test_two_organisers_answer_at_once_and_the_second_hears_who_was_first(world: World) -> None:
    standing = await handed(world, world.anna)
    first = await press(world.olga, standing, "Answer")
    second = await press(world.otto, standing, "Answer")
    await submit(world.olga, first, {"answer": "With a broom."})
    late = await submit(world.otto, second, {"answer": "With a mop."})
    assert f"<@{world.olga.id}>" in texts(late)
    assert "Your click changed nothing" in texts(late)
    seen_before = await stand(world, world.somewhere, forged(1, entry(world).slug))
    for label in ("answer", "from", "close"):
        assert f"by <@{world.olga.id}>" in texts(await press(world.otto, seen_before, label)), label


async def test_a_closed_question_offers_nothing_more(world: World) -> None:
    standing = await handed(world, world.anna)
    closed = await press(world.mo, standing, "Close")
    assert "closed" in texts(closed)
    await world.settle()
    assert buttons(post(world.channels[Channel.ORGANISERS], UNKNOWN)) == {}


async def test_two_people_with_the_same_form_open_ask_each_their_own(world: World) -> None:
    standing = await welcome(world)
    annas, bens = await press(world.anna, standing, "Ask"), await press(world.ben, standing, "Ask")
    assert "How do I leave" in texts(await submit(world.ben, bens, {"Your question": "how can I leave"}))
    assert "don't know" in texts(await submit(world.anna, annas, {"Your question": UNKNOWN}))


async def test_everything_works_after_a_restart(world: World) -> None:
    answered = await ask(world, world.anna, "how can I leave")
    standing = await handed(world, world.anna)
    waiting = await press(world.anna, answered, "Ask an organiser")
    await world.restart()
    assert "Thank you" in texts(await press(world.anna, answered, "Helpful"))
    form = await press(world.anna, answered, "Ask an organiser")
    assert not fields(form.modal)["Your question"].get("value")
    assert "have your question" in texts(await submit(world.anna, waiting, {"Your question": "Who waters the plants"}))
    form = await press(world.olga, standing, "Answer")
    assert "answered" in texts(await submit(world.olga, form, {"answer": "With a broom."}))


async def test_gaps_come_five_a_page_and_open(world: World) -> None:
    assert "None." in texts(await world.olga.slash(world.somewhere, "knowledge gaps"))
    for number in range(6):
        await ask(world, world.anna, f"{UNKNOWN} number {number}")
    first = await world.olga.slash(world.somewhere, "knowledge gaps")
    assert "number 5" in texts(first)
    assert "number 0" not in texts(first)
    second = await press(world.olga, first, "Next")
    assert "number 0" in texts(second)
    opened = await pick(world.olga, second, f"{UNKNOWN} number 0", "Open")
    assert "Nobody is waiting for an answer" in texts(opened)
    assert list(buttons(opened)) == ["Point to an entry", "Close"]
    await press(world.olga, opened, "Close")
    back = await press(world.olga, second, "From the start")
    assert "Next" not in buttons(back)


# --- who may, and where -----------------------------------------------------------------------------------------------


def forged(number: int, slug: str) -> ui.LayoutView:
    """Every button that a question or an entry can be reached by."""
    return card(
        "forged",
        row(
            button("answer", "knowledge.answer", number),
            button("from", "knowledge.from", number),
            button("close", "knowledge.close", number),
            button("gaps", "knowledge.gaps", 0),
            button("post", "knowledge.post", slug),
        ),
        row(button("see", "knowledge.see", slug), button("show", "faq.show", "no-such-entry", "-")),
    )


async def test_a_member_can_press_nothing_that_is_for_staff(world: World) -> None:
    standing = await handed(world, world.anna)
    number = int(buttons(standing)["Close"].rpartition(":")[2])
    card_ = await stand(world, world.somewhere, forged(number, entry(world).slug))
    for label in ("answer", "from", "close", "gaps", "post", "see"):
        assert "Only moderators and organisers" in texts(await press(world.anna, card_, label)), label
    assert "isn't in this server" in texts(await press(world.anna, card_, "show"))
    assert list(buttons(post(world.channels[Channel.ORGANISERS], UNKNOWN))) == ["Answer", "Answer from FAQ", "Close"]


async def test_an_id_of_another_server_opens_nothing(world: World) -> None:
    standing = await handed(world, world.anna)
    number = int(buttons(standing)["Close"].rpartition(":")[2])
    other = world.env.create_guild("Other")
    role = other.create_role("Boss", permissions=discord.Permissions(administrator=True))
    stranger = other.add_member(world.env.create_user("stranger"), roles=[role])
    channel = other.create_text_channel("staff")
    card_ = await stand(world, channel, forged(number, entry(world).slug))
    for label in ("answer", "from", "close"):
        assert "isn't in this server" in texts(await press(stranger, card_, label)), label
    assert "None." in texts(await press(stranger, card_, "gaps"))
    assert "answered" not in texts(post(world.channels[Channel.ORGANISERS], UNKNOWN))


async def test_a_form_of_somebody_else_s_typed_text_opens_empty(world: World) -> None:
    shown = await ask(world, world.anna, UNKNOWN)
    key = buttons(shown)["Ask an organiser"].rpartition(":")[2]
    card_ = await stand(world, world.somewhere, card("forged", row(button("hand", "faq.hand", key))))
    form = await press(world.ben, card_, "hand")
    assert UNKNOWN not in texts(form)


# --- the menu on a message --------------------------------------------------------------------------------------------


async def message(world: World, text: str) -> discord.Message:
    """A message that Ben wrote before he could no longer write here."""
    backend = world.env.backend
    made = backend.create_message(world.somewhere.id, world.ben.id, text)
    await world.env.settle()
    return next(found for found in world.somewhere.history() if found.id == made.id)


async def test_staff_post_an_answer_to_a_message(world: World) -> None:
    target = await message(world, "does anybody know how do we sign up for an event")
    found = await world.olga.context_menu(world.somewhere, "Answer from FAQ", target)
    assert found.response is not None
    assert found.response.ephemeral
    others = [label for label in buttons(found) if label != "Post the answer"]
    assert 0 < len(others) <= 2
    other = await press(world.olga, found, others[0])
    assert others[0].rstrip("…") in texts(other)
    posted = await press(world.olga, other, "Post the answer")
    assert posted.response is not None
    assert not posted.response.ephemeral
    assert others[0].rstrip("…") in texts(post(world.somewhere))


async def test_a_message_without_an_answer_or_without_words(world: World) -> None:
    nothing = await world.olga.context_menu(world.somewhere, "Answer from FAQ", await message(world, "zzzz qqqq"))
    assert "None of the answers fits" in texts(nothing)
    empty = await world.olga.context_menu(world.somewhere, "Answer from FAQ", await message(world, "\u200b"))
    assert "no words" in texts(empty)


async def test_the_menu_is_not_for_members(world: World) -> None:
    target = await message(world, "how can I leave")
    standing = world.env.backend
    everyone = discord.Permissions(view_channel=True, use_application_commands=True, manage_messages=True)
    await world.services.servers.choose_roles(world.actor(world.ada, Standing.ADMIN), Standing.ORGANISER, [1])
    standing.edit_role(world.guild.id, world.guild.default_role.id, {"permissions": everyone.value})
    await world.env.settle()
    refused = await world.anna.context_menu(world.somewhere, "Answer from FAQ", target)
    assert "Only moderators and organisers" in texts(refused)


# --- the guard --------------------------------------------------------------------------------------------------------


async def by_command(world: World, text: str) -> Shown:
    return await ask(world, world.anna, text)


async def by_form(world: World, text: str) -> Shown:
    return await submit(world.anna, await press(world.anna, await welcome(world), "Ask"), {"Your question": text})


async def by_handing_over(world: World, text: str) -> Shown:
    form = await press(world.anna, await ask(world, world.anna, "how can I leave"), "Ask an organiser")
    return await submit(world.anna, form, {"Your question": text})


async def by_answering(world: World, text: str) -> Shown:
    return await submit(
        world.olga, await press(world.olga, await handed(world, world.anna), "Answer"), {"answer": text}
    )


async def by_menu(world: World, text: str) -> Shown:
    return await world.olga.context_menu(world.somewhere, "Answer from FAQ", await message(world, text))


@pytest.mark.parametrize("way", [by_command, by_form, by_handing_over, by_answering, by_menu])
@pytest.mark.parametrize("text", [DANGER, ADDRESS])
async def test_a_case_leaves_no_trace_by_any_way(
    world: World, way: Callable[[World, str], Awaitable[Shown]], text: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, "bot")
    caplog.set_level(logging.DEBUG, "cogs")
    shown = await way(world, text)
    assert "Thank you" in texts(shown)
    assert "/report" in texts(shown) or "Where to get help" in buttons(shown)
    await world.settle()
    piece = "next door" if text is DANGER else "abcdefghijklmnop"
    assert piece not in stored(world)
    assert piece not in caplog.text
    assert piece not in json.dumps([request.body for request in world.watch.requests], ensure_ascii=False)


@pytest.mark.parametrize("way", [by_command, by_form])
async def test_help_comes_first_and_the_answer_below_it_in_the_same_reply(
    world: World, way: Callable[[World, str], Awaitable[Shown]]
) -> None:
    shown = await way(world, WORRY)
    assert shown.response is not None
    assert not shown.followups
    said = texts(shown.response)
    faq = world.services.content.faqs["worry-about-own-thoughts"]
    assert said.index("Thank you") < said.index(faq.question.text("en"))
    assert "Ask an organiser" not in buttons(shown)
    assert "Share here" not in buttons(shown)
    assert WORRY not in said


async def test_help_stands_alone_where_no_answer_fits(world: World) -> None:
    shown = await ask(world, world.anna, "my classmate quokka was hurt by her uncle zyzzyva")
    assert "Thank you" in texts(shown)
    assert "I don't know" not in texts(shown)
    assert "Helpful" not in buttons(shown)
    assert "quokka" not in stored(world)


async def test_a_case_can_be_waved_on_to_the_organisers_only_by_saying_it_is_none(world: World) -> None:
    shown = await by_handing_over(world, WORRY)
    assert WORRY not in stored(world)
    done = await press(world.anna, shown, "Continue, this is not about a case")
    assert "have your question" in texts(done)


async def test_a_help_card_that_leaves_no_room_is_followed_by_the_topics(world: World) -> None:
    content, today = world.services.content, world.services.clock().date()
    long_help = card("help " * 700)
    below = cards.answer(entry(world, sensitive=True), today, None)
    joined = cards.help_first(long_help, below, cards.topics(content))
    assert joined.content_length() <= 4000
    assert "faq.topic" in json.dumps(joined.to_components())  # type: ignore[no-untyped-call]


# --- when something fails ---------------------------------------------------------------------------------------------


async def _first(world: World) -> Shown:
    return await ask(world, world.anna, "how can I leave")


async def step_faq(world: World) -> Shown:
    return await ask(world, world.anna, "how can I leave")


async def step_pick(world: World) -> Shown:
    return await ask(world, world.anna, "answer:how-to-leave")


async def step_topic(world: World) -> Shown:
    listed = await pick(world.anna, await ask(world, world.anna), entry(world).topic, "topic")
    return await pick(world.anna, listed, entry(world).slug, "question")


async def step_show(world: World) -> Shown:
    which = await ask(world, world.anna, "how do we sign up for an event")
    return await press(world.anna, which, next(iter(buttons(which))))


async def step_form(world: World) -> Shown:
    return await submit(
        world.anna, await press(world.anna, await ask(world, world.anna), "Ask in your"), {"question": "x y"}
    )


async def step_helpful(world: World) -> Shown:
    return await press(world.anna, await _first(world), "Helpful")


async def step_unhelpful(world: World) -> Shown:
    return await press(world.anna, await _first(world), "Not helpful")


async def step_share(world: World) -> Shown:
    return await press(world.mo, await ask(world, world.mo, "how can I leave"), "Share here")


async def step_hand(world: World) -> Shown:
    form = await press(world.anna, await _first(world), "Ask an organiser")
    return await submit(world.anna, form, {"question": UNKNOWN})


async def step_mine(world: World) -> Shown:
    return await press(world.anna, await ask(world, world.anna), "My questions")


async def step_my_question(world: World) -> Shown:
    await handed(world, world.anna)
    return await pick(world.anna, await step_mine(world), UNKNOWN, "Open")


async def step_gaps(world: World) -> Shown:
    return await world.olga.slash(world.somewhere, "knowledge gaps")


async def step_open(world: World) -> Shown:
    await handed(world, world.anna)
    return await pick(world.olga, await step_gaps(world), UNKNOWN, "Open")


async def step_answer_form(world: World) -> Shown:
    return await press(world.olga, await handed(world, world.anna), "Answer")


async def step_answer(world: World) -> Shown:
    return await submit(world.olga, await step_answer_form(world), {"answer": "With a broom."})


async def step_from(world: World) -> Shown:
    return await press(world.olga, await handed(world, world.anna), "Answer from FAQ")


async def step_chosen(world: World) -> Shown:
    options = card("choose", select("knowledge.chosen", 1, options=[option("a", "x")], placeholder="b"))
    return await pick(world.olga, await stand(world, world.somewhere, options), "x")


async def step_close(world: World) -> Shown:
    return await press(world.olga, await handed(world, world.anna), "Close")


async def step_menu(world: World) -> Shown:
    return await world.olga.context_menu(world.somewhere, "Answer from FAQ", await message(world, "how can I leave"))


async def step_see(world: World) -> Shown:
    found = await stand(world, world.somewhere, card("see", row(button("see", "knowledge.see", "how-to-leave"))))
    return await press(world.olga, found, "see")


async def step_post(world: World) -> Shown:
    return await press(world.olga, await step_menu(world), "Post the answer")


STEPS: dict[Step, str] = {
    step_faq: "ask",
    step_pick: "entry",
    step_topic: "entry",
    step_show: "entry",
    step_form: "ask",
    step_helpful: "vote",
    step_unhelpful: "vote",
    step_share: "check_share",
    step_hand: "hand_over",
    step_mine: "mine",
    step_my_question: "my_question",
    step_gaps: "gaps",
    step_open: "question",
    step_answer_form: "open_question",
    step_answer: "answer",
    step_from: "near",
    step_chosen: "answer_with",
    step_close: "close",
    step_menu: "fitting",
    step_see: "entry",
    step_post: "entry",
}


@pytest.mark.parametrize(("step", "method"), STEPS.items(), ids=lambda value: getattr(value, "__name__", value))
async def test_every_way_in_answers_when_its_service_fails(
    world: World, step: Step, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.faults_expected = True
    synchronous = method in ("entry", "check_share", "fitting")
    fault: Exception = RuntimeError("broken on purpose")

    def broken(*_: object, **__: object) -> None:
        raise fault

    async def broken_later(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(Faqs, method, broken if synchronous else broken_later)
    shown = await step(world)
    assert "tell an organiser this reference" in texts(shown)
    fault = StorageUnavailable("closed")
    shown = await step(world)
    assert "can't be reached right now" in texts(shown)


async def test_a_form_that_can_not_be_filled_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.faults_expected = True
    shown = await ask(world, world.anna, UNKNOWN)

    async def broken(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(Forms, "take", broken)
    for label in ("Ask an organiser", "Ask in other words"):
        assert "tell an organiser this reference" in texts(await press(world.anna, shown, label))


async def test_what_was_typed_can_be_said_in_other_words(world: World) -> None:
    shown = await ask(world, world.anna, UNKNOWN)
    form = await press(world.anna, shown, "Ask in other words")
    assert fields(form.modal)["Your question"]["value"] == UNKNOWN
    assert "How do I leave" in texts(await submit(world.anna, form, {"Your question": "how can I leave"}))


async def test_an_autocomplete_that_fails_offers_nothing_and_never_hangs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.faults_expected = True

    async def broken(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(Faqs, "suggest", broken)
    assert await world.anna.autocomplete(world.somewhere, "faq", "question", "leave") == []


# --- limits -----------------------------------------------------------------------------------------------------------


async def test_every_answer_fits_on_its_card_in_every_language(world: World) -> None:
    today = world.services.clock().date()
    faqs = list(world.services.content.faqs.values())
    for language in LOCALES:
        with speaking(language):
            for faq in faqs:
                for view in (cards.answer(faq, today, "m" + "0" * 12), desk_cards.suggestion([faq, *faqs[:2]], today)):
                    assert view.content_length() <= 4000
                    assert view.total_children_count <= 40


async def test_the_longest_question_and_answer_are_shown_whole(world: World) -> None:
    await world.services.members.choose_reach(world.actor(world.anna), Reach.DM)
    text = "Why ö_*~|`> " * 41
    question = text[: QUESTION_LIMIT - 3].strip() + "end"
    standing = await _hand_own(world, question)
    form = await press(world.olga, standing, "Answer")
    await submit(world.olga, form, {"answer": "a" * (ANSWER_LIMIT - 3) + "end"})
    await world.settle()
    (told,) = simhelp.dms(world.env, world.anna)
    assert "aend" in texts(told)
    assert "end" in texts(post(world.channels[Channel.ORGANISERS]))


async def _hand_own(world: World, question: str) -> discord.Message:
    form = await press(world.anna, await _first(world), "Ask an organiser")
    await submit(world.anna, form, {"Your question": question})
    await world.settle()
    return post(world.channels[Channel.ORGANISERS])
