"""The gate every free text goes through before it is stored, logged, posted or searched."""

from __future__ import annotations

from collections.abc import Iterable

from bot.actor import Actor
from bot.errors import Paused, TextStopped
from bot.guard.check import Guard
from bot.guard.model import Kind, Where


class Gate:
    """Raises where the guard sees a case; services call it before they do anything with a text."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def holds_back(self, texts: Iterable[str]) -> bool:
        """Return whether any of these texts must not be stored, in whatever field it was typed."""
        return any(text and not self._guard.check(text, Where.NOTE).passes for text in texts)

    def admit(self, actor: Actor, where: Where, **texts: str) -> None:
        """Pass every text, named by its field.

        Raises TextStopped (which carries the field and the kind, never the text), and then Paused for somebody
        who may submit no text: help is shown first. A person who has said "this is not about a case" passes
        everything but what points at material.
        """
        for field, text in texts.items():
            if not text:
                continue
            verdict = self._guard.check(text, where)
            if verdict.kind is Kind.NONE or (actor.vouched and not verdict.structural):
                continue
            raise TextStopped(field, verdict.kind.value, verdict.structural)
        if actor.paused and any(texts.values()):
            raise Paused

    def admit_links(self, where: Where, **links: str) -> None:
        """Pass every link of a field that holds nothing else: an address is no sentence, only its shape counts.

        Raises TextStopped.
        """
        for field, link in links.items():
            verdict = self._guard.check(link, where) if link else None
            if verdict is not None and verdict.structural:
                raise TextStopped(field, verdict.kind.value, verdict.structural)
