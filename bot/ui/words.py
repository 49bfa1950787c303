"""Words for people, through gettext, in the language of whoever is being spoken to.

The language is a context variable: the doorway of an interaction sets it to the person's, the
outbox worker to the server's. Cards then simply say ``_("...")``.
"""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

import discord
from discord import app_commands

LOCALES = ("en", "sv")
"""Languages with a catalogue; English is the source."""

_FOLDER = Path(__file__).resolve().parents[2] / "data" / "locales"
_current: ContextVar[str] = ContextVar("locale", default="en")


def nearest(locale: str | None) -> str:
    """Return the language of ours that serves a Discord locale best: ``sv-SE`` -> ``sv``, unknown -> ``en``."""
    base = (locale or "en").split("-")[0].lower()
    return base if base in LOCALES else "en"


@lru_cache(maxsize=8)
def _catalogue(locale: str) -> _gettext.NullTranslations:
    return _gettext.translation("cogwheel", _FOLDER, languages=[locale], fallback=True)


def locale() -> str:
    """Return the language that words are in right now."""
    return _current.get()


def speak(language: str | None) -> None:
    """Use this language for the rest of the present task."""
    _current.set(nearest(language))


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Use this language inside the block."""
    token = _current.set(nearest(language))
    try:
        yield
    finally:
        _current.reset(token)


def _(message: str, /, **facts: object) -> str:
    """Return the sentence in the present language with ``{name}`` filled in from ``facts``.

    Facts that come from people must have been through :func:`bot.ui.escape.quiet`.
    """
    text = _catalogue(_current.get()).gettext(message)
    return text.format(**facts) if facts else text


def n_(one: str, many: str, count: int, /, **facts: object) -> str:
    """Like :func:`_`, choosing by number; ``{n}`` is the number."""
    return _catalogue(_current.get()).ngettext(one, many, count).format(n=count, **facts)


def N_(message: str) -> str:  # noqa: N802 - the name gettext's tools look for
    """Mark a sentence for translation and return it unchanged (command descriptions, tables)."""
    return message


class CommandWords(app_commands.Translator):
    """Translates descriptions of commands and options; names stay English so people can help each other."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return the translated description, None for names and where no catalogue has it."""
        described = (
            app_commands.TranslationContextLocation.command_description,
            app_commands.TranslationContextLocation.group_description,
            app_commands.TranslationContextLocation.parameter_description,
            app_commands.TranslationContextLocation.choice_name,
        )
        if context.location not in described or nearest(locale.value) == "en":
            return None
        text = _catalogue(nearest(locale.value)).gettext(string.message)
        return text if text != string.message else None
