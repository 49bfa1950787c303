"""Text from people, made inert: nothing pings, nothing hides, nothing links by surprise."""

from __future__ import annotations

import re
import unicodedata

import discord

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    "\U000e0000-\U000e0fff]"
)
_KEEP_JOINERS = {"\u200d", "\ufe0f"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_MANY_LINES = re.compile(r"\n{3,}")
_MENTION = re.compile(r"@(?=everyone|here|[!&]?\d)", re.IGNORECASE)
_ANGLE = re.compile(r"<(?=[@#:/tai])", re.IGNORECASE)
_INVITE = re.compile(r"(?:https?://)?(?:www\.)?(?:discord\.gg|discord(?:app)?\.com/invite|dsc\.gg)/\S+", re.IGNORECASE)
_SCHEME = re.compile(r"(https?)://", re.IGNORECASE)
_MORE_MARKS = re.compile(r"(?<!\\)([\[\]()#>\-])")


def clean(text: str) -> str:
    """Return the text as it is stored: NFC, no control, bidirectional or zero-width characters, trimmed."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _CONTROL.sub(" ", text)
    text = _INVISIBLE.sub(lambda match: match[0] if match[0] in _KEEP_JOINERS else "", text)
    return _MANY_LINES.sub("\n\n", text).strip()


def clean_line(text: str) -> str:
    """Like :func:`clean`, on one line (names and titles)."""
    return " ".join(clean(text).split())


def quiet(text: str, limit: int | None = None) -> str:
    """Return the text so that Discord shows it as it was typed and does nothing with it.

    Markdown is escaped, mentions and invites are defused, links are shown but do not unfurl or
    hide behind other words. ``limit`` cuts the visible length with an ellipsis.
    """
    text = clean(text)
    if limit is not None and len(text) > limit:
        text = text[: limit - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
    text = _INVITE.sub("[\N{HORIZONTAL ELLIPSIS}]", text)
    text = _ANGLE.sub("<\u200b", text)
    text = discord.utils.escape_markdown(text, ignore_links=False)
    text = _MORE_MARKS.sub(r"\\\1", text)
    text = _SCHEME.sub("\\1:\u200b//", text)
    return _MENTION.sub("@\u200b", text)


def plain(text: str, limit: int) -> str:
    """Return one cleaned line of at most ``limit`` characters, for labels, options and file names.

    Discord shows these without markdown and resolves no mentions in them.
    """
    text = clean_line(text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
