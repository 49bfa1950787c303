"""What people see of answers: topics, one answer, which of these, I don't know, their own questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from discord import ui

from bot.content.model import Content, Faq, Topic
from bot.faq.model import QUESTION_LIMIT, Page, Question, State
from bot.faq.search import Answer, Outcome, WhichOfThese, Why
from bot.ui import times
from bot.ui.escape import plain, quiet
from bot.ui.forms import Form, Values
from bot.ui.layout import CALM, DONE, TEXT_LIMIT, WARM, bullets, button, card, option, primary, row, select
from bot.ui.words import _, locale, n_

NOTHING_TYPED = "-"
"""Stands for the typed text in a button where there is none."""

MOST_OPTIONS = 25
SOURCES_LIMIT = 500
AGES_FAST = timedelta(days=300)
"""An answer to be looked at again sooner than this says what day it is true of."""


# Finding.


def topics(content: Content) -> ui.LayoutView:
    """Return the headings, and the way to ask in one's own words."""
    options = [
        option(topic.name.text(locale()), topic.slug, emoji=topic.emoji)
        for topic in content.topics.values()
        if content.faqs_of(topic.slug)
    ]
    return card(
        _("## What would you like to know?"),
        _("Choose a topic, or ask in your own words. Please leave out names and details of real cases."),
        select("faq.topic", options=options[:MOST_OPTIONS], placeholder=_("Choose a topic …")) if options else None,
        row(primary(_("Ask in your own words"), "faq.ask"), button(_("My questions"), "faq.mine", 0)),
    )


def topic(found: Topic, faqs: Sequence[Faq], start: int) -> ui.LayoutView:
    """Return the questions of a topic from number ``start`` on, at most 25 in one select."""
    shown = faqs[start : start + MOST_OPTIONS]
    options = [option(faq.question.text(locale()), faq.slug) for faq in shown]
    onwards = start + MOST_OPTIONS
    return card(
        f"## {found.emoji} {found.name.text(locale())}",
        n_("{n} question", "{n} questions", len(faqs)),
        select("faq.pick", options=options, placeholder=_("Choose a question …")) if options else None,
        row(
            button(_("Next"), "faq.more", found.slug, onwards) if onwards < len(faqs) else None,
            button(_("All topics"), "faq.open"),
            button(_("Ask in your own words"), "faq.ask"),
        ),
    )


def ask_form(values: Values) -> Form:
    """Return the form of one field for a question in one's own words."""
    made = Form(_("Ask"), "faq.ask")
    return made.text(
        "question",
        _("Your question"),
        value=values.get("question", ""),
        limit=QUESTION_LIMIT,
        long=True,
        hint=_("In your own words. No names, no details of a real case."),
    )


# The three honest outcomes.


def outcome(content: Content, found: Outcome, today: date, key: str | None, *, noted: bool) -> ui.LayoutView:
    """Return the answer, or which of these, or that nobody knows yet.

    ``key`` leads back to the typed text; without one nothing leads to the organisers.
    """
    if isinstance(found, Answer):
        return answer(content.faqs[found.slug], today, key)
    if isinstance(found, WhichOfThese):
        return which([content.faqs[slug] for slug in found.slugs], key)
    return dont_know(found.why, key, noted=noted)


def answer(faq: Faq, today: date, key: str | None = NOTHING_TYPED, *, public: bool = False) -> ui.LayoutView:
    """Return an answer with its sources and its age; until a person has reviewed a sensitive one, what stands in."""
    return card(
        f"## {faq.question.text(locale())}",
        faq.shown.text(locale()),
        provenance(faq, today),
        row(
            button(_("Helpful"), "faq.helpful", faq.slug),
            button(_("Not helpful"), "faq.unhelpful", faq.slug, _about(faq, key or NOTHING_TYPED)),
            None if public or key is None else button(_("Share here"), "faq.share", faq.slug),
            button(_("Ask an organiser"), "faq.hand", _about(faq, key)) if key else None,
        ),
    )


def _about(faq: Faq, key: str) -> str:
    """Return what the form for the organisers is filled from: what was typed, else the entry that was looked at."""
    return faq.slug if key == NOTHING_TYPED else key


def provenance(faq: Faq, today: date) -> str:
    """Return in small print where an answer comes from and what day it is true of."""
    facts = []
    if not faq.speaks_in_full:
        facts.append(_("Not yet checked here by someone who knows this field."))
    if faq.review_by - faq.as_of < AGES_FAST:
        facts.append(_("As of {date}.", date=times.day(_noon(faq.as_of))))
    if faq.is_stale(today):
        facts.append(_("It was due to be checked again by {date}.", date=times.day(_noon(faq.review_by))))
    if faq.speaks_in_full and faq.sources:
        named = "; ".join(faq.sources)
        if len(named) > SOURCES_LIMIT:
            named = named[: SOURCES_LIMIT - 1] + "\N{HORIZONTAL ELLIPSIS}"
        facts.append(_("Sources: {sources}", sources=named))
    return f"-# {' '.join(facts)}" if facts else ""


def which(faqs: Sequence[Faq], key: str | None) -> ui.LayoutView:
    """Return up to three entries to choose from."""
    return card(
        _("## Is it one of these?"),
        *(row(button(faq.question.text(locale()), "faq.show", faq.slug, key or NOTHING_TYPED)) for faq in faqs),
        row(
            button(_("None of these: ask an organiser"), "faq.hand", key) if key else None,
            button(_("All topics"), "faq.open"),
        ),
    )


def dont_know(why: Why, key: str | None, *, noted: bool) -> ui.LayoutView:
    """Return that there is no answer, and who may have one; small talk gets a word back."""
    if why is not Why.NO_MATCH:
        words = {
            Why.GREETING: _(
                "Hello! Ask me how to take part, about pledges, events or privacy, and where to find help."
            ),
            Why.THANKS: _("You are welcome! Is there anything else?"),
        }.get(why, _("I couldn't find a question there. Try a few more words, or choose a topic."))
        return card(words, row(primary(_("All topics"), "faq.open"), button(_("Ask in your own words"), "faq.ask")))
    return card(
        _("## I don't know that yet"),
        _(
            "None of the answers here fits. An organiser may know: ask, and you'll find the answer under "
            "*My questions*."
        ),
        row(
            primary(_("Ask an organiser"), "faq.hand", key or NOTHING_TYPED),
            button(_("Ask in other words"), "faq.reword", key or NOTHING_TYPED),
            button(_("All topics"), "faq.open"),
        ),
        _("-# The question is noted, without your name, so that an answer can be written.") if noted else None,
        accent=WARM,
    )


def help_first(help_card: ui.LayoutView, below: ui.LayoutView, otherwise: ui.LayoutView) -> ui.LayoutView:
    """Return one reply with the help card on top; ``otherwise`` goes below where ``below`` makes it too long."""
    room = TEXT_LIMIT - 100  # the line about news may come below
    fits = help_card.content_length() + below.content_length() <= room
    joined = ui.LayoutView(timeout=None)
    for part in (*help_card.children, *(below if fits else otherwise).children):
        joined.add_item(part)
    joined.stop()
    return joined


# What people do with an answer.


def thanks(helpful: bool, key: str = NOTHING_TYPED) -> ui.LayoutView:
    """Return the word after a vote."""
    if helpful:
        return card(_("Thank you, good to know. Your vote counts once; you can change it any time."), accent=DONE)
    return card(
        _("Thank you: this shows us which answers need work. What was missing?"),
        row(primary(_("Ask an organiser"), "faq.hand", key), button(_("All topics"), "faq.open")),
    )


def about_entry(faq: Faq) -> Values:
    """Return the start of a question about an entry, for the form to begin with."""
    return Values({"question": _("About “{question}”: ", question=faq.question.text(locale()))})


def hand_form(values: Values, key: str) -> Form:
    """Return the form that hands a question to the organisers."""
    made = Form(_("Ask an organiser"), "faq.hand", key)
    made.text(
        "question",
        _("Your question"),
        value=values.get("question", ""),
        limit=QUESTION_LIMIT,
        long=True,
        hint=_("No names, no details of a real case: `/report` shows where those belong."),
    )
    return made.radio(
        "named",
        _("May we say who's asking?"),
        [
            ("no", _("No, only the question"), _("Organisers see what you ask, not who you are.")),
            ("yes", _("Yes, say my name"), _("Organisers see who's asking, and can get back to you.")),
        ],
        values.choice("named") or "no",
    )


def handed(question: Question) -> ui.LayoutView:
    """Return the words after a question went to the organisers."""
    who = _("They see that you're asking.") if question.named else _("They don't see who's asking.")
    return card(
        _("## The organisers have your question"),
        _quoted(question.text, 300),
        _("{who} You'll find the answer here; choose with *How we reach you* how else you're told:", who=who),
        row(button(_("My questions"), "faq.mine", 0), button(_("How we reach you"), "profile.reach")),
        accent=DONE,
    )


def mine(page: Page, after: int) -> ui.LayoutView:
    """Return somebody's own questions, five a page."""
    if not page.questions:
        return card(
            _("## My questions"),
            _("Nothing yet. Your questions to the organisers appear here, with the answers."),
            row(primary(_("Ask in your own words"), "faq.ask"), button(_("All topics"), "faq.open")),
        )
    return card(
        _("## My questions"),
        bullets(f"{quiet(plain(found.text, 90))} · {state_words(found.state)}" for found in page.questions),
        select(
            "faq.opened",
            options=[option(plain(found.text, 95), found.id) for found in page.questions],
            placeholder=_("Open …"),
        ),
        paging("faq.mine", page, after),
    )


def own(question: Question, entry: Faq | None, today: date) -> ui.LayoutView:
    """Return one's own question with the answer it got."""
    return card(
        _("## Your question"),
        _quoted(question.text),
        f"**{state_words(question.state)}**",
        said(question, entry),
        provenance(entry, today) if entry else None,
        row(button(_("My questions"), "faq.mine", 0), button(_("Ask in your own words"), "faq.ask")),
        accent=DONE if question.state is State.ANSWERED else CALM,
    )


def told(question: Question, entry: Faq | None, today: date) -> ui.LayoutView:
    """Return the direct message that an answer is there; it has no buttons that only work inside the server."""
    heading = {
        State.ANSWERED: _("💬 Your question is answered"),
        State.CLOSED: _("💬 Your question was closed without an answer"),
        State.OPEN: _("💬 Your question is open again"),
    }[question.state]
    return card(
        f"### {heading}",
        _quoted(question.text, 300),
        said(question, entry) or _("You are welcome to ask again in other words: use `/faq`."),
        provenance(entry, today) if entry else None,
    )


# Shared with the organisers' cards.


def said(question: Question, entry: Faq | None) -> str:
    """Return what a question was answered with, "" while it was not."""
    if entry is not None:
        return f"**{entry.question.text(locale())}**\n{entry.shown.text(locale())}"
    return quiet(question.answer)


def state_words(state: State) -> str:
    """Return where a question stands."""
    return {State.OPEN: _("open"), State.ANSWERED: _("answered"), State.CLOSED: _("closed")}[state]


def paging(door: str, page: Page, after: int) -> ui.ActionRow[Any] | None:
    """Return the buttons between the pages of a list."""
    return row(
        button(_("From the start"), door, 0) if after else None,
        button(_("Next"), door, page.after) if page.after is not None else None,
    )


def _quoted(text: str, limit: int | None = None) -> str:
    return "\n".join(f"> {line}" for line in quiet(text, limit).split("\n"))


def _noon(day: date) -> datetime:
    """Return the middle of the day, which has the same date nearly everywhere."""
    return datetime.combine(day, time(12), UTC)
