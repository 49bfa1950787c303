"""What organisers and moderators see: the question to answer, the gaps, the entries that fit a message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import discord
from discord import ui

from bot.content.model import Faq, Topic
from bot.faq import cards
from bot.faq.model import ANSWER_LIMIT, Page, Question, State
from bot.ui import times
from bot.ui.escape import plain, quiet
from bot.ui.forms import Form, Values
from bot.ui.layout import CALM, WARM, bullets, button, card, option, primary, row, select
from bot.ui.words import _, locale, n_

_MOST = 25


def question_card(question: Question, entry: Faq | None) -> ui.LayoutView:
    """Return the card on a question: who asked only where they said so, what became of it, what can be done."""
    is_open = question.state is State.OPEN
    heading = {
        State.OPEN: _("## A question to answer") if question.handed else _("## A question without an answer"),
        State.ANSWERED: _("## Question {number}, answered", number=question.id),
        State.CLOSED: _("## Question {number}, closed", number=question.id),
    }[question.state]
    buttons: list[ui.Item[Any]] = []
    if is_open and question.handed:
        buttons += [
            primary(_("Answer"), "knowledge.answer", question.id),
            button(_("Answer from FAQ"), "knowledge.from", question.id),
        ]
    elif is_open:
        buttons.append(primary(_("Point to an entry"), "knowledge.from", question.id))
    if is_open:
        buttons.append(button(_("Close"), "knowledge.close", question.id))
    return card(
        heading,
        "\n".join(f"> {line}" for line in quiet(question.text).split("\n")),
        _asker(question),
        cards.said(question, entry),
        _outcome(question),
        _("-# From now on, anyone who types these words into `/faq` gets this entry.")
        if entry and not is_open
        else None,
        row(*buttons),
        _("-# Asked {when}", when=times.ago(question.asked_at)) if is_open else None,
        accent=WARM if is_open else CALM,
    )


def _asker(question: Question) -> str:
    if question.known_asker is not None:
        return _("Asked by <@{user}>.", user=question.known_asker)
    if question.handed:
        return _("Asked without a name; the answer will reach them.")
    times_asked = n_("Typed into `/faq` {n} time.", "Typed into `/faq` {n} times.", question.times)
    return _("{times} Nobody is waiting for an answer.", times=times_asked)


def _outcome(question: Question) -> str | None:
    if question.decided_at is None:
        return None
    who = f"<@{question.decided_by}>" if question.decided_by else _("someone who left")
    return _(
        "**{state}** by {who}, {when}",
        state=cards.state_words(question.state),
        who=who,
        when=times.ago(question.decided_at),
    )


def answer_form(question: Question, values: Values) -> Form:
    """Return the form for an answer in one's own words."""
    made = Form(_("Answer"), "knowledge.answer", question.id)
    return made.text(
        "answer",
        _("Your answer (the asker reads it)"),
        value=values.get("answer", ""),
        limit=ANSWER_LIMIT,
        long=True,
        hint=plain(_("To: {question}", question=question.text), 100),
    )


def choose(question: Question, near: Sequence[Faq], topics: Sequence[Topic]) -> ui.LayoutView:
    """Return the entries nearest to a question, and the way to every other."""
    return card(
        _("## Which answer?") if question.handed else _("## Which entry answers this?"),
        "\n".join(f"> {line}" for line in quiet(question.text, 300).split("\n")),
        _entries(question, near, _("The nearest …")) if near else None,
        select(
            "knowledge.topic",
            question.id,
            options=[option(topic.name.text(locale()), topic.slug, emoji=topic.emoji) for topic in topics[:_MOST]],
            placeholder=_("All entries of a topic …"),
        ),
        row(primary(_("Answer in my own words"), "knowledge.answer", question.id)) if question.handed else None,
        _("-# Nobody is waiting for this one: anyone who types these words again gets the entry you choose.")
        if not question.handed
        else None,
    )


def choose_in(question: Question, topic: Topic, faqs: Sequence[Faq], start: int) -> ui.LayoutView:
    """Return the entries of a topic from number ``start`` on."""
    onwards = start + _MOST
    return card(
        f"## {topic.emoji} {topic.name.text(locale())}",
        _entries(question, faqs[start:onwards], _("Choose …")),
        row(
            button(_("Next"), "knowledge.more", question.id, topic.slug, onwards) if onwards < len(faqs) else None,
            button(_("Other topics"), "knowledge.from", question.id),
        ),
    )


def _entries(question: Question, faqs: Sequence[Faq], placeholder: str) -> ui.ActionRow[Any]:
    options = [option(faq.question.text(locale()), faq.slug) for faq in faqs]
    return select("knowledge.chosen", question.id, options=options, placeholder=placeholder)


def gaps(page: Page, after: int) -> ui.LayoutView:
    """Return the open questions, newest first."""
    if not page.questions:
        return card(_("## Open questions"), _("None. Every question so far found an answer."))
    return card(
        _("## Open questions"),
        bullets(_gap_line(found) for found in page.questions),
        select(
            "knowledge.open",
            options=[option(plain(found.text, 95), found.id) for found in page.questions],
            placeholder=_("Open …"),
        ),
        cards.paging("knowledge.gaps", page, after),
    )


def _gap_line(question: Question) -> str:
    waits = _("someone is waiting") if question.handed else n_("{n} time", "{n} times", question.times)
    return f"{quiet(plain(question.text, 90))} · {waits} · {times.ago(question.asked_at)}"


def suggestion(faqs: Sequence[Faq], today: date) -> ui.LayoutView:
    """Return the answer that fits a message best, ready to be posted, and up to two others."""
    if not faqs:
        return card(
            _("None of the answers fits that message. Nothing of it was kept."),
            row(button(_("All topics"), "faq.open")),
            accent=WARM,
        )
    best, *others = faqs
    return card(
        _("-# Only you see this. The message itself is not kept."),
        f"## {best.question.text(locale())}",
        best.shown.text(locale()),
        cards.provenance(best, today),
        row(button(_("Post the answer"), "knowledge.post", best.slug, style=discord.ButtonStyle.success)),
        _("Or:") if others else None,
        *(row(button(faq.question.text(locale()), "knowledge.see", faq.slug)) for faq in others),
    )
