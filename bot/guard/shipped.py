"""The texts of a content pack that pass the guard word for word, because the pack itself offers them."""

from __future__ import annotations

from collections.abc import Iterator

from bot.content.model import Content, Localised
from bot.guard.model import Where


def shipped_texts(content: Content) -> dict[Where, tuple[str, ...]]:
    """By field: actions and event types everywhere, questions and their aliases where people ask.

    Somebody may mean a question's wording as a cry for help; where it is asked, its answer opens with the routes,
    and in every other field the guard reads it as the person's own words.
    """
    everywhere = tuple(_everywhere(content))
    questions = tuple(_questions(content))
    return {where: everywhere + (questions if where is Where.QUESTION else ()) for where in Where}


def _everywhere(content: Content) -> Iterator[str]:
    for action in content.actions.values():
        for text in (action.title, action.done_when, action.evidence):
            yield from text.texts.values()
    for event_type in content.event_types.values():
        yield from _all(event_type.name)
    for sector in content.sectors.values():
        yield from _all(sector.name)


def _questions(content: Content) -> Iterator[str]:
    for faq in content.faqs.values():
        yield from _all(faq.question)
        yield from faq.aliases.every()


def _all(text: Localised) -> Iterator[str]:
    return iter(text.texts.values())
