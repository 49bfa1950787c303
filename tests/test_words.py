"""Words for people go through translation, and the catalogues hold what the code says."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.ui import words

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "data" / "locales"
SPEAKING = sorted(
    [
        *(ROOT / "bot" / "ui").glob("*.py"),
        *(ROOT / "bot").rglob("*cards.py"),
        *(ROOT / "bot").rglob("posts.py"),
        *(ROOT / "cogs").glob("*.py"),
    ]
)
MARKERS = {"_", "n_", "N_"}
NAMES = {"Answer from FAQ"}
"""Names of message menus: like commands they are the same in every language."""
KEYWORDS: dict[str, object] = {"_": None, "N_": None, "n_": (1, 2)}
SENTENCE = re.compile(r"[A-Za-z]{2,}[^A-Za-z`{}]*\s+[A-Za-z]{2,}")


def bare_sentences(source: str) -> Iterator[tuple[int, str]]:
    """String constants with two words in a row that are neither marked, a docstring, nor an exception for us."""
    tree = ast.parse(source)
    allowed: set[int] = set()
    for node in ast.walk(tree):
        name = ""
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if (
            name in MARKERS
            or name in ("ValueError", "RuntimeError", "compile", "TypeVar")
            or (isinstance(node, ast.Call) and getattr(getattr(node.func, "value", None), "id", "") == "_log")
        ):
            allowed.update(id(inner) for inner in ast.walk(node))
        if isinstance(node, ast.Expr | ast.Assert | ast.Raise):
            if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant):
                continue
            allowed.update(id(inner) for inner in ast.walk(node) if isinstance(inner, ast.Constant))
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare | ast.MatchValue):
            allowed.update(id(inner) for inner in ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            allowed.update(id(key) for key in node.keys)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in allowed:
            continue
        if SENTENCE.search(node.value) and node.value not in NAMES:
            yield node.lineno, node.value


@pytest.mark.parametrize("path", SPEAKING, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_bare_sentence(path: Path) -> None:
    assert list(bare_sentences(path.read_text())) == []


def test_the_check_above_can_fail() -> None:
    assert list(bare_sentences('x = "Please try again"'))
    assert not list(bare_sentences('"""A doc string."""\nx = _("Please try again")'))


def extracted() -> dict[str, str | tuple[str, ...]]:
    found = {}
    for folder in ("bot", "cogs"):
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder,
            method_map=[("**.py", "python")],
            keywords=KEYWORDS,  # type: ignore[arg-type]
        ):
            found[message if isinstance(message, str) else message[0]] = message
    return found


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("locale", [locale for locale in words.LOCALES if locale != "en"])
def test_every_sentence_is_translated_with_the_same_facts(locale: str) -> None:
    with (LOCALES / locale / "LC_MESSAGES" / "cogwheel.po").open("rb") as file:
        catalogue = read_po(file, locale=locale)
    missing, wrong = [], []
    for msgid, whole in extracted().items():
        message = catalogue.get(msgid)
        if message is None or not message.string or message.fuzzy:
            missing.append(msgid)
            continue
        texts = [message.string] if isinstance(message.string, str) else list(message.string)
        sources = [whole] if isinstance(whole, str) else list(whole)
        expected = set().union(*(fields(source) for source in sources))
        if any(not text or not fields(text) <= expected for text in texts) or (
            isinstance(whole, str) and fields(texts[0]) != fields(whole)
        ):
            wrong.append(msgid)
    assert (missing, wrong) == ([], [])


@pytest.mark.parametrize("locale", [locale for locale in words.LOCALES if locale != "en"])
def test_the_compiled_catalogue_is_the_written_one(locale: str) -> None:
    folder = LOCALES / locale / "LC_MESSAGES"
    with (folder / "cogwheel.po").open("rb") as file:
        catalogue = read_po(file, locale=locale)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    assert (folder / "cogwheel.mo").read_bytes() == compiled.getvalue(), "run: python -m tests.translate"


def test_words_speak_the_language_of_the_moment() -> None:
    assert words.nearest("sv-SE") == "sv"
    assert words.nearest("de") == "en"
    with words.speaking("sv-SE"):
        assert words.locale() == "sv"
        assert words._("Fix it") != "Fix it"
    assert words._("Fix it") == "Fix it"
