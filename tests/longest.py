"""Values as long as they may be, made from annotations, so that every card there is can be rendered full.

``cards()`` finds every function of a ``*cards.py`` that returns a card or a form; ``calls()`` gives what to call it
with. A parameter or field that a type alone does not explain has a line in the tables below.
"""

from __future__ import annotations

import dataclasses
import enum
import importlib
import inspect
import itertools
import types
import typing
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from discord import ui

from bot.actor import Actor, Standing
from bot.content.model import Content
from bot.errors import Invalid, TextStopped
from bot.members.model import Reach
from bot.sectors.model import Change, ServerSectors, State, arranged, own_slug
from bot.servers.model import Channel, Finding
from bot.ui.forms import Form, Values
from bot.ui.layout import card, primary
from bot.wheel import cards as wheel_cards
from bot.wheel.figures import Figure, SectorFigures
from bot.wheel.model import MAX_COGS, CogState, Picture

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ID = 2**62
VARIANTS = 12
"""How often a card is made: each time with the next member of every enumeration, and other words."""

_URL = "https://www.example.org/" + "a" * 376
_LONG = {  # the longest that each field takes, where the services say so
    "what": 1000, "done_when": 300, "help_wanted": 300, "note": 500, "reason": 500, "title": 100, "where": 100,
    "text": 2500, "Question.text": 500, "answer": 1000, "offers": 1000, "organisation": 80, "name": 80, "detail": 500,
    "alt": 300, "needs": 1000, "words": 700, "sector_name": 60, "contact": 300, "problems": 1200,
    "server": 100, "empty": 100, "said": 130, "list_card.title": 100, "list_card.note": 100, "due": 60,
    "organisation_domain": 253, "supporters": 20, "calls.pledges": 60,
    "own_card.said": 500, "decided": 20, "by": 60, "join_by": 60,
    "Reason.text": 100, "domain": 253, "was": 253, "became": 253,
    "obstacle": 200, "Pause.reason": 300, "SectorRole.name": 100, "former_names": 80, "by_sector": 60, "typed": 80,
    "Notice.text": 1800, "Notice.own": 1000, "ServerSettings.notice": 2000, "Contact.name": 80, "Mine.pledges": 500,
    "Refusal.columns": 21, "Refusal.found": 41, "DryRun.ignored": 40, "Fault.text": 60, "Fault.near": 60,
}  # fmt: skip
_FIXED: dict[str, object] = {
    "evidence": _URL[:300], "link": _URL, "image": _URL[:396] + ".png", "jump": _URL[:100], "zone": "Europe/Stockholm",
    "home": "America/Argentina/ComodRivadavia", "locale": "sv", "effort": "year", "kind": "pledge.ask changes",
    "consent_version": "1", "field": "what", "filename": "event.ics", "key": "9" * 19, "visibility": "organisers",
    "when": "month", "after": "9" * 19, "country": "SE", "about": None, "chosen": None, "browse.chosen": "any",
    "language.chosen": "sv", "state": "unknown", "nonce": "9" * 24, "make_form.door": "pledge.make",
    "sectors_card.after": 0, "sector_form.door": "sectors.rename", "sector_form.ids": (own_slug(ID, 100), 99),
    "note_form.door": "pledge.done", "list_card.doors": ("pledge.open", "pledge.list"),
    "make_form.ids": ("a-slug-of-an-action-" * 2, "organisation"), "list_card.ids": ("a-slug-of-a-sector-xx",),
    "FreshnessLimits.fresh": 180, "FreshnessLimits.silent": 365, "Pledge.catalogue": (),
    "Page.after": "9" * 19, "hours": 24, "progress": 75, "held": 99, "most": 100, "waiting": 100, "small": 3,
    "Contact.where": _URL[:150], "version": "2026-11.1000000", "Mine.reach": (Reach.DM, ID, "sv"),
    "start": 0, "OutboxRow.reason": "403/50013 (ABC123)", "OutboxRow.kind": "member.notice", "guild_id": ID,
    "Search.words": "w" * 24, "Search.organisation": 999999, "Found.after": "jcyjwvw2rk.zzzz",
    "Found.before": "jcyjwvw2rk.zzzz",
    "tier": 3, "mutual": 1, "score": 1000,
    "overtaken.form": "options", "which_time.form": "options", "which_time.fix": "9" * 19,
    "which_time.choices": tuple(
        (f"2026-10-25 0{n}:30 UTC+02:00 America/Argentina/ComodRivadavia", f"{n}" * 19) for n in (1, 2, 3)
    ),
    "which_time.error": Invalid("starts", "doubled", typed=("2026-10-25 02:30 UTC+02:00 Europe/Stockholm",) * 2),
    "profile.reach": (Reach.DM, ID, "sv"), "reminders": (1, 24), "sequence": 3, "Finding.what": "not finished",
    "delimiter": ";", "back_form.door": "handover.back", "Fault.column": "organisation_internal",
    "Fault.detail": "bare address",
}  # fmt: skip


_ONLY: dict[str, tuple[str, ...]] = {
    "reason_form.act": ("ask changes", "decline", "not yet", "refuse change", "take back approval"),
    "Reason.act": ("ask changes", "decline", "not yet"),
}


def cards() -> list[Callable[..., Any]]:
    """Every public function that makes a card or a form."""
    found: list[Callable[..., Any]] = []
    for path in sorted((ROOT / "bot").rglob("*cards.py")):
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for name, function in vars(module).items():
            own = inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_")
            if own and typing.get_type_hints(function).get("return") in (ui.LayoutView, Form):
                found.append(function)
    return found


def calls(function: Callable[..., Any], content: Content) -> Iterator[dict[str, Any]]:
    """Arguments to call the function with, ``VARIANTS`` times."""
    hints = typing.get_type_hints(function)
    hints.pop("return")
    for variant in range(VARIANTS):
        maker = _Maker(content, variant)
        made = {name: maker.value(hint, function.__name__, name) for name, hint in hints.items()}
        if typing.get_type_hints(function)["return"] is Form and variant == 0 and "values" in made:
            made["values"] = Values()  # an untouched form
        yield made


class _Maker:
    def __init__(self, content: Content, variant: int) -> None:
        self.content = content
        self.variant = variant
        self._ids = itertools.count(ID, -1)

    def text(self, length: int) -> str:
        """Words, or marks that grow when they are escaped."""
        return ("*" * length) if self.variant % 2 == 0 else ("Förtroendevalda ömsesidigt @everyone " * length)[:length]

    def value(self, hint: Any, owner: str, name: str) -> Any:
        if f"{owner}.{name}" in _FIXED:
            return self._fixed(_FIXED[f"{owner}.{name}"], hint)
        if name in _FIXED and hint in (str, int, str | None, int | None, tuple[int, ...]):
            return self._fixed(_FIXED[name], hint)
        origin, inner = typing.get_origin(hint), typing.get_args(hint)
        if origin in (typing.Union, types.UnionType):
            real = [one for one in inner if one is not type(None)]
            if len(real) < len(inner) and self.variant == VARIANTS - 1:
                return None
            return self.value(real[self.variant % len(real)], owner, name)
        if origin is tuple and Ellipsis not in inner:
            return tuple(self.value(one, owner, name) for one in inner)
        if origin in (tuple, Sequence, Collection, frozenset, list):
            several = tuple(self._several(inner[0], owner, name))
            return frozenset(several) if origin is frozenset else several
        if origin is Mapping:
            keys = list(inner[0]) if inspect.isclass(inner[0]) and issubclass(inner[0], enum.Enum) else ["server.panel"]
            return {key: self.value(inner[1], owner, name) for key in keys}
        return self._one(hint, owner, name)

    def _fixed(self, value: object, hint: Any) -> object:
        """A cursor is a number in one room and a text in another."""
        if hint in (int, int | None) and isinstance(value, str):
            return int(value[:18])
        return value

    def _several(self, hint: Any, owner: str, name: str) -> Iterator[Any]:
        if hint is str and name in ("sectors", "wishes", "theirs", "ours", "slugs"):
            yield from list(self.content.faqs if name == "slugs" else self.content.sectors)[:3]
        elif hint is str and name == "zones":
            yield from (f"America/Argentina/ComodRivadavia_{number}" for number in range(25))
        elif hint is str and name == "commands":
            yield from ("events", "faq", "join", "profile", "wheel", "pledge", "share", "report", "help")
            yield from ("announce", "review", "knowledge", "setup")
        elif hint is str and name in ("doors", "offered"):
            yield from ("join.open", "faq.ask", "events.open", "pledge.browse", "knowledge.gaps", "announce.open")
            yield from ("review.organisations", "review.digest")
        elif hint is str and name == "states":
            yield from (["sent"], ["failed"], ["queued"])[self.variant % 3]
        elif hint is str and name == "lacking":
            yield from ("view_channel", "send_messages", "embed_links", "attach_files", "mention_everyone")
        elif hint is str and name == "efforts":
            yield from ("minutes", "days", "weeks", "months", "year")
        elif hint is str and name == "checked":
            yield from self.content.countries
        elif hint is str and name in ("news", "more"):
            yield from (self.text(500) for _ in range(5))
        elif (whole := self._content(hint)) is not None:
            most = {"faqs": 3, "browse.actions": 30, "welcome.actions": 3, "sectors": 24, "countries": 24}
            yield from whole[: most.get(f"{owner}.{name}", most.get(name, 5))]
        elif hint is Finding:
            for kind in ("zone", "channel open", "channel gone", "not finished", "roles no right"):
                yield Finding(False, kind, {"purpose": Channel.ORGANISERS, "zone": "Europe/Stockholm", "channel": ID})
            for kind in ("role unmade", "role deleted", "role too high", "role allows"):
                yield Finding(False, kind, {"names": [self.text(50) for _ in range(24)]})
            for purpose in Channel:
                lacking = ["view_channel", "send_messages", "embed_links"]
                yield Finding(False, "channel", {"purpose": purpose, "channel": ID, "lacking": lacking})
        else:
            many = {"entries": 30, "members": 5, "stuck": 25, "meant": 3, "roles": 5, "drafts": 5}
            many |= {"like": 25, "changes": 15, "found": 25, "by_sector": 24, "faults": 50, "ignored": 20}
            yield from (self.value(hint, owner, name) for _ in range(many.get(name, 5)))

    def _content(self, hint: Any) -> list[Any] | None:
        """Things of the pack itself: those with the most words first."""
        groups = (self.content.actions, self.content.faqs, self.content.sectors, self.content.topics)
        for group in (*groups, self.content.countries, self.content.routes, self.content.event_types):
            values: list[Any] = list(group.values())
            if values and isinstance(values[0], hint if inspect.isclass(hint) else ()):
                return sorted(values, key=lambda thing: -len(str(thing)))
        return None

    def _one(self, hint: Any, owner: str, name: str) -> Any:
        if hint is str and name in ("sector", "slug", "action", "type"):
            group: Mapping[str, object] = {
                "sector": self.content.sectors, "slug": self.content.faqs, "action": self.content.actions,
                "type": self.content.event_types,
            }[name]  # fmt: skip
            return next(iter(group))
        if hint is str:
            return self.text(_LONG.get(f"{owner}.{name}", _LONG.get(name, 0)) or self._unknown(owner, name))
        if hint is bool:
            return self.variant % 3 != 2
        if hint is int or hint is object:
            return next(self._ids)
        if hint is datetime:
            return NOW + timedelta(days=200) if name in ("starts", "ends", "due", "until", "post_at") else NOW
        if hint is timedelta:
            return timedelta(days=365)
        if hint is date:
            return NOW.date()
        if hint is Content:
            return self.content
        if hint is Values:
            return Values({field: self.text(5000) for field in _LONG})
        if hint is Actor:
            return Actor(ID, ID, frozenset(Standing))
        if hint is TextStopped:
            kinds = ("danger", "happened", "own-thoughts", "pointer")
            return TextStopped("what", kinds[self.variant % 4], structural=self.variant % 8 == 3)
        if hint is Picture:
            return self._picture()
        if hint is ServerSectors:
            return self._sectors()
        if hint is SectorFigures:
            return self._figures(next(iter(self.content.sectors)))
        if hint is Path:
            return Path(f"pledges-internal-2026-06-01-{next(self._ids)}.xlsx.zip")
        if hint is ui.LayoutView:
            return card(self.text(500 if name == "otherwise" else 3000))
        if typing.get_origin(hint) is ui.Button or hint is ui.Button:
            number = next(self._ids) if name == "doors" else ID
            return primary("Continue, this is not about a case", "probe.again", number)
        if typing.get_origin(hint) is ui.ActionRow:
            return None
        if inspect.isclass(hint) and issubclass(hint, enum.Enum):
            members = [hint(value) for value in _ONLY.get(f"{owner}.{name}", hint)]
            return members[self.variant % len(members)]
        if (found := self._content(hint)) is not None:
            return found[self.variant % min(len(found), 4)]
        if dataclasses.is_dataclass(hint) and isinstance(hint, type):
            fields = typing.get_type_hints(hint)
            return hint(**{field: self.value(kind, hint.__name__, field) for field, kind in fields.items()})
        raise LookupError(f"tests/longest.py does not know how to make {owner}.{name}: {hint}")

    def _unknown(self, owner: str, name: str) -> int:
        raise LookupError(f"tests/longest.py does not know how long {owner}.{name} may be")

    def _sectors(self) -> ServerSectors:
        """A list that is full, with more retired ones than a select holds and the longest words there may be."""
        if self.variant % 2:  # the content's own sectors are on the list
            changes = [Change(slug, self.text(50), self.text(14), None, State.ACTIVE) for slug in self.content.sectors]
            more = range(len(changes) + 1, MAX_COGS + 1)
            own = [Change(own_slug(ID, n), self.text(50), self.text(14), "🏫", State.ACTIVE) for n in more]
            return arranged(ID, self.content, [*changes, *own])
        states = [State.ACTIVE] * MAX_COGS + [State.RETIRED] * 30
        own = [
            Change(own_slug(ID, number), self.text(50), self.text(14), "🏫", state)
            for number, state in enumerate(states, 1)
        ]
        gone = [Change(slug, state=State.RETIRED) for slug in self.content.sectors]
        return arranged(ID, self.content, [*own, *gone])

    def _figures(self, slug: str) -> SectorFigures:
        many = Figure(99_999, True)
        state = list(CogState)[self.variant % len(CogState)]
        return SectorFigures(slug, many, many, many, many, many, state, 3)

    def _picture(self) -> Picture:
        sectors = (list(self.content.sectors.values()) * 5)[:MAX_COGS]
        figures = [self._figures(sector.slug) for sector in sectors]
        shown = wheel_cards.to_picture(self.content, sectors, figures, "W" * 100)
        unique = tuple(dataclasses.replace(cog, slug=f"{cog.slug}-{n}") for n, cog in enumerate(shown.cogs))
        return dataclasses.replace(shown, cogs=unique)


def body(made: ui.LayoutView | Form) -> tuple[str, str, dict[str, Any], list[str]]:
    """The request that shows a card or a form: method, path, body, names of files."""
    if isinstance(made, Form):
        return "POST", "/interactions/1/token/callback", {"type": 9, "data": made.to_dict()}, []
    components = made.to_components()  # type: ignore[no-untyped-call]
    sent = {"components": components, "flags": 1 << 15, "allowed_mentions": {"parse": []}}
    return "POST", "/channels/1/messages", sent, sorted(set(_attached(components)))


def _attached(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for value in node.values():
            yield from _attached(value)
    elif isinstance(node, list):
        for value in node:
            yield from _attached(value)
    elif isinstance(node, str) and node.startswith("attachment://"):
        yield node.removeprefix("attachment://")


__all__ = ["VARIANTS", "body", "calls", "cards"]
