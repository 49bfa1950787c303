"""The bot as a whole: what Discord gets to know of it, which doors there are, how long anything can become."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.content.load import load
from bot.errors import Invalid, NotAllowed, NotFound
from bot.pledges.model import Status
from bot.servers.cards import LANGUAGES
from bot.ui import errors, words
from bot.ui.forms import FIELD_LIMIT
from bot.ui.layout import NEWS_ROOM
from bot.ui.words import CommandWords
from tests import longest, payloads, simhelp
from tests.world import World

ROOT = Path(__file__).resolve().parent.parent
EVENTS, MESSAGES, SERVER = (
    discord.Permissions(manage_events=True),
    discord.Permissions(manage_messages=True),
    discord.Permissions(manage_guild=True),
)
ROOTS: dict[str, discord.Permissions | None] = {
    "join": None, "profile": None, "faq": None, "events": None, "pledge": None, "share": None, "wheel": None,
    "report": None, "help": None, "announce": EVENTS, "review": MESSAGES, "knowledge": MESSAGES, "setup": SERVER,
}  # fmt: skip
MENUS = {"Announce this": EVENTS, "Take down": MESSAGES, "Add to FAQ": MESSAGES, "Answer from FAQ": MESSAGES}
NOT_YET = {"share", "Announce this", "Take down", "Add to FAQ"}
"""Planned and not there; the list may only become shorter."""
ALSO_IN_DMS = {"report", "help"}
CODES = {"guild": 0, "dm": 1}


# ------------------------------------------------------------------------------------------------ commands


async def definitions(world: World) -> list[dict[str, Any]]:
    """Every command as Discord gets it."""
    tree = world.bot.tree
    return [await c.get_translated_payload(tree, CommandWords()) for c in tree.get_commands()]


def described(payload: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """A command, its sub-commands and options, each with where it stands."""
    here = f"{path}/{payload['name']}"
    yield here, payload
    for option in payload.get("options", ()):
        yield from described(option, here)


async def test_the_commands_are_those_that_were_planned(world: World) -> None:
    found = {command.name for command in world.bot.tree.get_commands()}
    assert found == (set(ROOTS) | set(MENUS)) - NOT_YET


async def test_who_sees_which_command_at_first(world: World) -> None:
    for command in world.bot.tree.get_commands():
        assert command.default_permissions == {**ROOTS, **MENUS}[command.name], command.name


async def test_commands_belong_to_servers_and_two_of_them_to_direct_messages_too(world: World) -> None:
    for payload in await definitions(world):
        also = payload["name"] in ALSO_IN_DMS
        if payload.get("contexts") is not None:
            assert (CODES["dm"] in payload["contexts"]) == also, payload["name"]
            assert CODES["guild"] in payload["contexts"]
        else:
            assert payload.get("dm_permission", True) is also, payload["name"]
        assert payload.get("integration_types") in (None, [0]), "installed in servers only"


async def test_names_are_unique_and_stay_english(world: World) -> None:
    payloads_ = await definitions(world)
    names = [(payload["type"], payload["name"]) for payload in payloads_]
    assert len(names) == len(set(names)) <= 100
    for payload in payloads_:
        for where, part in described(payload):
            assert not part.get("name_localizations"), f"{where}: people help each other by the same names"
            if payload["type"] == 1:
                assert re.fullmatch(r"[-_a-z0-9]{1,32}", part["name"]), where


async def test_everything_is_described_in_every_language(world: World) -> None:
    for payload in await definitions(world):
        if payload["type"] != 1:
            continue
        total = 0
        for where, part in described(payload):
            texts = {"en": part["description"], **part.get("description_localizations", {})}
            assert set(texts) == {"en", "sv-SE"}, where
            assert texts["sv-SE"] != texts["en"], where
            for text in texts.values():
                assert 1 <= len(text) <= 100, where
                assert text.strip() == text
                assert text not in ("…", "..."), "the library's word for a missing description"
            assert len(part.get("options", ())) <= 25
            assert len(part.get("choices", ())) <= 25
            for choice in part.get("choices", ()):
                if choice["name"] not in LANGUAGES.values():  # each language is named as its own speakers call it
                    assert set(choice.get("name_localizations") or {}) == {"sv-SE"}, f"{where}: {choice['name']}"
            total += len(part["name"]) + max(map(len, texts.values()))
        assert total <= 8000, "Discord's limit for one command"


async def test_every_text_option_with_an_id_behind_it_is_suggested(world: World) -> None:
    """An id is never typed: what is a text and no free one has choices or an autocomplete."""
    free = {
        "faq question",
        "announce event title",
        "announce event duration",
        "announce event where",
        "pledge list words",
    }
    found = set()
    for command in world.bot.tree.walk_commands():
        if isinstance(command, app_commands.Command):
            for option in command.parameters:
                typed = option.type is discord.AppCommandOptionType.string and not option.choices
                if typed and not option.autocomplete:
                    found.add(f"{command.qualified_name} {option.display_name}")
    assert found <= free


# --------------------------------------------------------------------------------------------------- doors


async def test_every_form_can_be_sent_and_whatever_is_sent_was_a_form(world: World) -> None:
    kinds: dict[str, set[str]] = {}
    for kind, name in world.bot.doors.names:
        kinds.setdefault(kind, set()).add(name)
    assert kinds["form"] == kinds["submit"]
    assert set(kinds) == {"press", "pick", "form", "submit"}


OPENS = {
    "button": (1, "press"), "primary": (1, "press"), "select": (0, "pick"), "channel_select": (0, "pick"),
    "role_select": (0, "pick"), "Form": (1, "form"), "open": (1, "form"), "go": (1, "press"), "fill": (1, "submit"),
}  # fmt: skip


def doors_in_the_source() -> Iterator[tuple[str, str, str]]:
    """(where, kind, name) of every door that the code writes on a button, a select or a form."""
    for path in sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "cogs").glob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            at, kind = OPENS.get(getattr(node.func, "id", getattr(node.func, "attr", "")), (0, ""))
            door = node.args[at] if kind and len(node.args) > at else None
            if (
                isinstance(door, ast.Constant)
                and isinstance(door.value, str)
                and re.fullmatch(r"[a-z_]+\.[a-z_]+", door.value)
            ):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", kind, door.value


async def test_every_button_select_and_form_in_the_code_leads_somewhere(world: World) -> None:
    written = list(doors_in_the_source())
    assert len(written) > 100, "the search finds what it looks for"
    assert [door for door in written if door[1:] not in world.bot.doors.names] == []


NO_CARD_SHOWS = {("press", "events.show"), ("press", "help.open")}
"""Doors that no card shows. The list may only become shorter."""


async def test_every_door_has_a_way_in(world: World) -> None:
    """A handler that nothing opens is dead, or its button was forgotten."""
    text = "\n".join(path.read_text() for folder in ("bot", "cogs") for path in (ROOT / folder).rglob("*.py"))
    for kind, name in world.bot.doors.names:
        if kind in ("press", "pick") and (kind, name) not in NO_CARD_SHOWS:
            assert text.count(f'"{name}"') > 1, f"nothing leads to {kind} {name}"


# ---------------------------------------------------------------------------------------------- the longest


CONTENT = load(ROOT / "data")
CARDS = longest.cards()


def test_the_cards_are_found() -> None:
    assert len(CARDS) > 70
    assert {"pledges", "members", "events", "faq", "reporting", "servers", "wheel", "privacy"} <= {
        card.__module__.split(".")[1] for card in CARDS
    }


def rendered(card: Callable[..., Any]) -> Iterator[tuple[str, str, dict[str, Any], list[str]]]:
    """The requests that show a card in all its variants, in the present language."""
    for arguments in longest.calls(card, CONTENT):
        yield longest.body(card(**arguments))


@pytest.mark.parametrize("card", CARDS, ids=lambda card: f"{card.__module__.removeprefix('bot.')}.{card.__name__}")
@pytest.mark.parametrize("locale", words.LOCALES)
def test_the_longest_values_fit(card: Callable[..., Any], locale: str) -> None:
    with words.speaking(locale):
        for method, path, body, files in rendered(card):
            answers = 2 if "callback" in path else None
            assert payloads.check(method, path, body, files, now=longest.NOW, permissions=None, answers=answers) == []
            assert not answers or len(body["data"]["components"]) <= FIELD_LIMIT


@pytest.mark.no_cover
async def test_whatever_stands_on_a_card_opens_a_door(world: World) -> None:
    seen = set()
    for card in CARDS:
        for _, _, body, _ in rendered(card):
            for part in simhelp.walk(body.get("components", ())):
                if ":" in part.get("custom_id", ""):
                    kind = "press" if part["type"] == payloads.BUTTON else "pick"
                    seen.add((kind, part["custom_id"].split(":")[1]))
    assert len(seen) > 80
    assert seen - {("press", "probe.again"), ("press", "fix")} <= set(world.bot.doors.names)


@pytest.mark.no_cover
def test_the_longest_are_long() -> None:
    """So that the test above is one: some cards are filled to the brim, and most are longer than a screen."""
    totals = []
    for card in CARDS:
        for _, path, body, _ in rendered(card):
            if "callback" not in path:
                texts = [p["content"] for p in simhelp.walk(body["components"]) if p["type"] == payloads.TEXT]
                totals.append(sum(map(len, texts)))
    assert sum(total > 3500 for total in totals) >= 20
    assert max(totals) <= 4000


def test_the_line_on_news_has_room_in_every_language() -> None:
    for locale in words.LOCALES:
        with words.speaking(locale):
            assert len(words._("-# There is news about what you pledged or asked: see `/profile`.")) <= NEWS_ROOM


# --------------------------------------------------------------------------------------------- sentences


FACTS: dict[str, object] = {
    "limit": 3, "most": 3, "text": "typed", "near": ["Europe/Oslo"], "options": [longest.NOW], "at": longest.NOW,
    "role": "<@&1>", "word": "Oslo",
}  # fmt: skip


@functools.cache
def facts_raised(error: str) -> list[tuple[str, str]]:
    """(where, why) of every error of a kind that the code raises with its reason written out."""
    at = {"Invalid": 1, "NotAllowed": 0}[error]
    found = []
    for path, node in calls_in_the_code():
        if getattr(node.func, "id", "") == error and len(node.args) > at:
            why = node.args[at]
            if isinstance(why, ast.Constant) and isinstance(why.value, str):
                found.append((f"{path.relative_to(ROOT)}:{node.lineno}", why.value))
    return found


@functools.cache
def calls_in_the_code() -> list[tuple[Path, ast.Call]]:
    """Every call that is written in the bot's code, with its file."""
    files = [path for folder in ("bot", "cogs") for path in sorted((ROOT / folder).rglob("*.py"))]
    parsed = [(path, ast.parse(path.read_text())) for path in files]
    return [(path, node) for path, tree in parsed for node in ast.walk(tree) if isinstance(node, ast.Call)]


@pytest.mark.parametrize("locale", words.LOCALES)
def test_every_reason_that_is_raised_has_a_sentence_of_its_own(locale: str) -> None:
    with words.speaking(locale):
        general = {errors.sentence(Invalid("x", "no such reason")), errors.sentence(NotAllowed("no such reason"))}
        invalid, denied = list(facts_raised("Invalid")), list(facts_raised("NotAllowed"))
        assert len(invalid) > 20
        wrong = [where for where, why in invalid if errors.sentence(Invalid("x", why, **FACTS)) in general]
        wrong += [where for where, why in denied if errors.sentence(NotAllowed(why)) in general]
        assert wrong == []


@pytest.mark.parametrize("locale", words.LOCALES)
def test_sentences_say_what_to_do_and_nothing_of_the_inside(locale: str) -> None:
    with words.speaking(locale):
        every = [errors.status_words(status) for status in Status]
        assert len(set(every)) == len(every)
        if locale != "en":
            assert not set(every) & {status.value for status in Status}
        said = [errors.sentence(Invalid(f, w, **FACTS)) for _, w in facts_raised("Invalid") for f in ("what", "x")]
        said += [errors.storage(why) for why in ("locked", "read-only", "missing", "corrupt", "closed", "full")]
        said.append(errors.sentence(NotFound("pledge")))
        for sentence in said:
            assert not re.search(r"None|Error|\{|\}|<class|sqlite", sentence, re.IGNORECASE), sentence
            assert not sentence[0].islower(), sentence
            assert sentence[-1] in ".?!`", sentence
