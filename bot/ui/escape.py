"""Text from people, made inert: nothing pings, nothing hides, nothing links by surprise."""

from __future__ import annotations

import re
import unicodedata

# Characters that show nothing: bidirectional controls, zero-width ones, fillers, tags, halves of characters.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ud800-\udfff\ufeff\uffa0\ufff9-\uffff\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# A joiner (or its opposite) has a job inside emoji and some scripts: none next to a Latin, Greek or Cyrillic letter,
# a blank or another joiner.
_JOBLESS_JOINER = re.compile(
    "(?<![^\x00-\u052f\\s\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\u052f\\s\u200c\u200d])|[\u200c\u200d]{2,}"
)
_LINE_END = re.compile("\r\n?|[\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_MANY_LINES = re.compile(r"\n{3,}")
_MENTION = re.compile(r"@(?=everyone|here|[!&]?\d)", re.IGNORECASE)
_INVITE = re.compile(r"(?:https?://)?(?:www\.)?(?:discord\.gg|discord(?:app)?\.com/invite|dsc\.gg)/\S+", re.IGNORECASE)
_SCHEME = re.compile(r"(?<=[a-z0-9+.\-]):(?=/)", re.IGNORECASE)
_MARKDOWN = re.compile(r"[\\*_~`|\[\]#>]|^([ \t]*)(?=-)|^([ \t]*\d+)(?=\.)", re.MULTILINE)


def clean(text: str) -> str:
    """Return the text as it is stored: NFC, no control, bidirectional or zero-width characters, trimmed.

    Text that would show nothing at all comes back empty.
    """
    if text.isprintable() and (text.isascii() or _is_clean(text)):  # most of it, and every card has dozens
        return text.strip()
    text = _CONTROL.sub(" ", _LINE_END.sub("\n", text))
    # Composed last: what was taken out may have stood between a letter and its accent.
    text = unicodedata.normalize("NFC", _JOBLESS_JOINER.sub("", _INVISIBLE.sub("", text)))
    if not any(unicodedata.category(character)[0] in "LNPS" for character in text):
        return ""
    return _MANY_LINES.sub("\n\n", text).strip()


def _is_clean(text: str) -> bool:
    """Whether there is nothing to take out of a text without controls and joiners, and nothing to compose in it."""
    shows = any(unicodedata.category(character)[0] in "LNPS" for character in text)
    return shows and not _INVISIBLE.search(text) and unicodedata.is_normalized("NFC", text)


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
    linked = "/" in text
    if linked:
        text = _INVITE.sub("[\N{HORIZONTAL ELLIPSIS}]", text)
    text = _MARKDOWN.sub(_escaped, text)
    if linked:
        text = _SCHEME.sub(":\u200b", text)
    text = text.replace("<", "<\u200b")
    return _MENTION.sub("@\u200b", text) if "@" in text else text


def _escaped(found: re.Match[str]) -> str:
    start = found[1] if found[1] is not None else found[2]
    return f"\\{found[0]}" if start is None else f"{start}\\"


def plain(text: str, limit: int) -> str:
    """Return one cleaned line of at most ``limit`` characters, for labels, options and file names.

    Discord shows these without markdown and resolves no mentions in them.
    """
    text = clean_line(text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
