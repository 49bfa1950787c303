"""Words and icons in the bundled fonts: what they cover, how wide they run, where a name breaks."""

import struct
import unicodedata
from functools import cache
from pathlib import Path

from PIL import ImageFont

from bot.sectors.model import words_of
from bot.wheel.model import Cog

_FONTS = Path(__file__).resolve().parents[2] / "data" / "fonts"
TEXT = _FONTS / "FiraSansCondensed-SemiBold.ttf"
ICONS = _FONTS / "NotoEmoji-Bold.ttf"
ELLIPSIS = "…"
_SELECTORS = frozenset((*range(0xFE00, 0xFE10), 0x20E3))
"""Marks that only say how an emoji looks."""


@cache
def covered(path: Path) -> frozenset[int]:
    """The code points that a bundled font has glyphs for, from its format 12 cmap (OpenType specification, `cmap`)."""
    data = path.read_bytes()
    tables = {
        data[at : at + 4]: struct.unpack(">I", data[at + 8 : at + 12])[0]
        for at in range(12, 12 + 16 * struct.unpack(">H", data[4:6])[0], 16)
    }
    cmap = tables[b"cmap"]
    for at in range(cmap + 4, cmap + 4 + 8 * struct.unpack(">H", data[cmap + 2 : cmap + 4])[0], 8):
        start = cmap + struct.unpack(">I", data[at + 4 : at + 8])[0]
        if struct.unpack(">H", data[start : start + 2])[0] == 12:
            groups = struct.unpack(">I", data[start + 12 : start + 16])[0]
            spans = struct.iter_unpack(">III", data[start + 16 : start + 16 + 12 * groups])
            return frozenset(code for first, last, _ in spans for code in range(first, last + 1))
    raise ValueError(f"{path.name} has no format 12 cmap")


def plain(text: str) -> str:
    """The text as one line that the text font can draw, or `""`.

    Symbols and emoji that the font lacks are left out, as is what is invisible; a letter or digit that it lacks makes
    the whole unusable, for half a word is worse than another word.
    """
    return _drawable(unicodedata.normalize("NFC", text)) or _drawable(unicodedata.normalize("NFKC", text)) or ""


def _drawable(text: str) -> str | None:
    kept, known = [], covered(TEXT)
    for sign in text:
        if sign.isspace():
            kept.append(" ")
        elif ord(sign) in known and unicodedata.category(sign)[0] != "C":
            kept.append(sign)
        elif unicodedata.category(sign)[0] in "LNM" and ord(sign) not in _SELECTORS:
            return None
    return " ".join("".join(kept).split())


def short_name(cog: Cog) -> str:
    """What stands beside a cog: its short name, else its name, else its slug in words; never a missing glyph."""
    return plain(cog.short) or plain(cog.name) or plain(words_of(cog.slug)) or "·"


def icon(cog: Cog) -> tuple[Path, str]:
    """The font and the text that stand for a cog's icon: the emoji's first sign that can be drawn, else initials."""
    # A longer text in ASCII is no sign but a server's own emoji, which only Discord can draw.
    for sign in "" if cog.icon.isascii() and len(cog.icon) > 2 else cog.icon:
        if ord(sign) in covered(ICONS):
            return ICONS, sign
        if not sign.isspace() and plain(sign):
            return TEXT, sign.upper()
    words = short_name(cog).split()
    initials = "".join(word[0] for word in words[:2]) if len(words) > 1 else words[0][:2]
    return TEXT, initials.capitalize() if len(words) == 1 else initials.upper()


class Lettering:
    """The bundled fonts at the sizes one drawing needs. Not shared between threads: FreeType faces are not safe."""

    def __init__(self) -> None:
        self._faces: dict[tuple[Path, float], ImageFont.FreeTypeFont] = {}

    def face(self, size: float, path: Path = TEXT) -> ImageFont.FreeTypeFont:
        """A face at a size in pixels, always laid out the same whatever libraries the machine has."""
        key = (path, max(1.0, round(size, 2)))
        if key not in self._faces:
            self._faces[key] = ImageFont.truetype(str(path), key[1], layout_engine=ImageFont.Layout.BASIC)
        return self._faces[key]

    def width(self, text: str, size: float) -> float:
        """Advance width of a line of text in pixels."""
        return self.face(size).getlength(text)

    def cut(self, text: str, size: float, room: float) -> str:
        """The line, or as much of it as fits the room with an ellipsis at its end."""
        if self.width(text, size) <= room:
            return text
        while text and self.width(text + ELLIPSIS, size) > room:
            text = text[:-1].rstrip(" -–·,")
        return text + ELLIPSIS

    def wrap(self, text: str, size: float, room: float, lines: int) -> list[str]:
        """The text in at most so many lines of a width, as even as can be, with an ellipsis where it does not fit."""
        words, best = text.split(), None
        for count in range(1, lines + 1):
            if best := self._even(words, size, room, count):
                return best
        rows: list[str] = []
        while words and len(rows) < lines - 1:
            take = 1
            while take < len(words) and self.width(" ".join(words[: take + 1]), size) <= room:
                take += 1
            rows.append(self.cut(" ".join(words[:take]), size, room))
            words = words[take:]
        return rows + ([self.cut(" ".join(words), size, room)] if words else [])

    def _even(self, words: list[str], size: float, room: float, lines: int) -> list[str] | None:
        """The split into exactly so many lines whose widest is narrowest; `None` when none fits."""
        if lines == 1:
            line = " ".join(words)
            return [line] if self.width(line, size) <= room else None
        best: list[str] | None = None
        for take in range(1, len(words) - lines + 2):
            first = " ".join(words[:take])
            if self.width(first, size) > room:
                break
            rest = self._even(words[take:], size, room, lines - 1)
            if rest and (best is None or self._widest([first, *rest], size) < self._widest(best, size)):
                best = [first, *rest]
        return best

    def _widest(self, lines: list[str], size: float) -> float:
        return max(self.width(line, size) for line in lines)
