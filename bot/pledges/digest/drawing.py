"""Draws a digest as a PNG: figures, twelve months, how fresh, and every sector.

Everything is told by pattern as well as by colour: what was made is striped, what is active is solid, what was kept is
dotted gold; "a few" is an open dashed stub, the same for one and for many. Shapes are drawn at twice the size and
reduced, for Pillow does not smooth them; words are drawn on top at their own size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw

from bot.pledges.digest.sheet import Amount, Line, Sheet, Tile
from bot.wheel.layout import Box
from bot.wheel.lettering import Lettering, plain
from bot.wheel.model import CogState
from bot.wheel.palette import Colour, palette

WIDTH = 1200
"""Pixels; a phone shows 400 of them, so that one there is three here."""
TEXT = 35
"""Size of the smallest text in pixels: 33 would be 11 on a phone."""
EDGE, GAP, PAD = 40, 28, 28
FINE = 2
_CHART, _ROW, _BAND = 210, 60, 46
_CAPTION = 0.345
"""From the middle of capitals down to their baseline, in text sizes."""


def render(sheet: Sheet) -> bytes:
    """Return the picture as an opaque PNG, 1,200 pixels wide and as high as its sectors demand (at most 3,100).

    Runs in the calling thread and may run in several at once; takes 0.1 to 0.4 s, so call it off the event loop.
    """
    out = BytesIO()
    Drawing(sheet).image.save(out, "PNG", compress_level=6)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Word:
    """A line of text as drawn: the box of its capitals, its size, its colour."""

    text: str
    box: Box
    size: float
    ink: Colour


@dataclass(frozen=True, slots=True)
class Ink:
    """How one thing is filled: its colour, the colour of the pattern on it, and which pattern."""

    fill: Colour
    mark: Colour
    pattern: str


class Drawing:
    """The picture while it is drawn: its ``image``, and every line of text in ``words``."""

    scale = 1.0

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.words: list[Word] = []
        self._letters = Lettering()
        colours = palette(sheet.theme)
        light = sheet.theme == "light"
        self._ground = colours.corner
        self._panel = colours.middle
        self._name, self._quiet, self._title = colours.name, colours.quiet, colours.title
        self._rule = (216, 222, 234) if light else (52, 63, 88)
        active, kept = colours.faces[CogState.ACTIVE], colours.faces[CogState.KEPT]
        made = (92, 112, 162) if light else (138, 158, 208)
        self._inks = {
            "made": Ink(self._panel, made, "stripes"),
            "active": Ink(active.bottom, active.bottom, "solid"),
            "kept": Ink(kept.bottom if light else kept.top, kept.ink, "dots"),
            "fresh": Ink(active.bottom, active.bottom, "solid"),
            "quiet": Ink(self._panel, kept.bottom if not light else (150, 100, 10), "stripes"),
            "stale": Ink(self._panel, self._quiet, "outline"),
        }
        self._title_lines = self._letters.wrap(plain(sheet.title), 58, WIDTH - 2 * EDGE, 2)
        self._texts: list[tuple[str, float, float, float, Colour]] = []
        height = self._height()
        self._big = Image.new("RGB", (WIDTH * FINE, height * FINE), self._ground)
        self._pen = ImageDraw.Draw(self._big)
        self._draw()
        self.image = self._big.reduce(FINE)
        del self._big, self._pen
        pen = ImageDraw.Draw(self.image)
        for text, x, y, size, ink in self._texts:
            pen.text((x, y + _CAPTION * size), text, font=self._letters.face(size), fill=ink, anchor="ls")

    # Where things stand, top to bottom.

    def _height(self) -> int:
        head = EDGE + 66 * len(self._title_lines) + 48 + GAP + self._tile_height() + GAP
        if not self._some:
            return head + 220 + EDGE
        charts = 2 * (PAD + 52 + _CHART + 62 + PAD // 2 + GAP)
        fresh = PAD + 52 + _BAND + 20 + 50 * len(self._fresh_rows()) + PAD // 2 + GAP
        return head + charts + fresh + PAD + 112 + _ROW * len(self.sheet.sectors) + PAD // 2 + EDGE

    @property
    def _some(self) -> bool:
        """Whether there is anything to draw charts of."""
        months = self.sheet.months
        return any(one.number or one.vague for m in months for one in (m.made, m.active, m.kept))

    def _draw(self) -> None:
        sheet, y = self.sheet, EDGE
        for line in self._title_lines:
            self._text(line, EDGE, y + 28, 58, self._title)
            y += 66
        self._text(self._cut(plain(sheet.subtitle), 38, WIDTH - 2 * EDGE), EDGE, y + 18, 38, self._quiet)
        y += 48 + GAP
        y = self._tiles(y) + GAP
        if not self._some:
            self._box(EDGE, y, WIDTH - 2 * EDGE, 220)
            lines = self._letters.wrap(plain(sheet.empty), 42, WIDTH - 4 * EDGE, 2)
            for place, line in enumerate(lines):
                at = (WIDTH - self._wide(line, 42)) / 2
                self._text(line, at, y + 110 + (place - (len(lines) - 1) / 2) * 54, 42, self._name)
            return
        y = self._chart(y, sheet.flows_title, ("made", "kept")) + GAP
        y = self._chart(y, sheet.stock_title, ("active",)) + GAP
        y = self._freshness(y) + GAP
        self._sectors(y)

    # The figures at the head.

    def _tile_words(self, tile: Tile) -> list[str]:
        return self._letters.wrap(plain(tile.words), TEXT, self._tile_width - 32, 2)

    @property
    def _tile_width(self) -> float:
        count = max(1, len(self.sheet.tiles))
        return (WIDTH - 2 * EDGE - (count - 1) * 20) / count

    def _tile_height(self) -> int:
        return 122 + 42 * max((len(self._tile_words(tile)) for tile in self.sheet.tiles), default=1)

    def _tiles(self, y: int) -> int:
        width, height = self._tile_width, self._tile_height()
        for place, tile in enumerate(self.sheet.tiles):
            x = EDGE + place * (width + 20)
            self._box(x, y, width, height)
            size = 66.0
            number = plain(tile.number)
            while size > TEXT and self._wide(number, size) > width - 32 - (50 if tile.what else 0):
                size -= 2
            self._text(self._cut(number, size, width - 32), x + 20, y + 62, size, self._title)
            if tile.what:
                self._swatch(tile.what, x + width - 62, y + 40, 42)
            for row, line in enumerate(self._tile_words(tile)):
                self._text(line, x + 20, y + 124 + row * 42, TEXT, self._quiet)
        return y + height

    # Twelve months.

    def _chart(self, y: int, title: str, kinds: Sequence[str]) -> int:
        """Draw one panel of bars; each kind of thing has its own, since what stands dwarfs what happens."""
        months, top = self.sheet.months, y + PAD + 52
        height = PAD + 52 + _CHART + 62 + PAD // 2
        self._box(EDGE, y, WIDTH - 2 * EDGE, height)
        amounts: list[Amount] = [getattr(month, kind) for month in months for kind in kinds]
        vague = any(amount.vague for amount in amounts)
        legend = [(kind, getattr(self.sheet, kind)) for kind in kinds]
        self._heading(y + PAD, title, [*legend, *([("few", self.sheet.few)] if vague else [])])
        most = max(1, *(amount.number for amount in amounts))
        room, base = _CHART - 56 - (28 if vague else 0), top + _CHART
        pitch = (WIDTH - 2 * EDGE - 2 * PAD) / len(months)
        width = 30 if len(kinds) > 1 else 48
        self._pen.rectangle(self._at(EDGE + PAD, base, WIDTH - 2 * (EDGE + PAD), 2), fill=self._rule)
        labelled = all(self._wide(one.label, TEXT) <= pitch / len(kinds) - 2 for one in amounts if one.number)
        for place, month in enumerate(months):
            middle = EDGE + PAD + pitch * (place + 0.5)
            for number, kind in enumerate(kinds):
                amount: Amount = getattr(month, kind)
                at = middle + (number - (len(kinds) - 1) / 2) * pitch * 0.47
                tall = max(6.0, room * amount.number / most) if amount.number else 0.0
                self._bar(kind, at - width / 2, base - tall, width, tall)
                if amount.vague:
                    self._few(at - width / 2, base - tall - (24 if tall else 26), width, 22)
                    tall += 28
                if labelled and amount.number:
                    self._centred(amount.label, at, base - tall - 26, TEXT, self._name)
            self._centred(plain(month.name) or str(place + 1), middle, base + 36, TEXT, self._quiet)
        if not labelled:
            self._pen.rectangle(self._at(EDGE + PAD, base - room, WIDTH - 2 * (EDGE + PAD), 2), fill=self._rule)
            self._text(f"{most:,}".replace(",", " "), EDGE + PAD, base - room - 26, TEXT, self._quiet)
        return y + height

    # How fresh.

    def _fresh_rows(self) -> list[list[tuple[str, str]]]:
        """Return the words under the band with their patterns, in as few rows as they have room in."""
        kinds = ("fresh", "quiet", "stale")
        room = WIDTH - 2 * (EDGE + PAD)
        entries = [
            (kind, self._cut(f"{amount.label} {plain(words)}", TEXT, room - 46))
            for kind, (amount, words) in zip(kinds, self.sheet.fresh, strict=False)
        ]
        rows: list[list[tuple[str, str]]] = []
        for entry in entries:
            used = sum(46 + self._wide(text, TEXT) + 34 for _, text in rows[-1]) if rows else room + 1
            if used + 46 + self._wide(entry[1], TEXT) > room:
                rows.append([])
            rows[-1].append(entry)
        return rows

    def _freshness(self, y: int) -> int:
        sheet, rows = self.sheet, self._fresh_rows()
        height = PAD + 52 + _BAND + 20 + 50 * len(rows) + PAD // 2
        self._box(EDGE, y, WIDTH - 2 * EDGE, height)
        self._heading(y + PAD, sheet.fresh_title, [])
        room, top = WIDTH - 2 * (EDGE + PAD), y + PAD + 52
        amounts = [amount for amount, _ in sheet.fresh]
        vague = 60.0 * sum(amount.vague for amount in amounts)
        whole = sum(amount.number for amount in amounts)
        seen = sum(bool(amount.number) for amount in amounts)
        x, free = float(EDGE + PAD), room - vague - 18 * seen
        if not whole and not vague:
            self._pen.rectangle(self._at(x, top + _BAND / 2, room, 2), fill=self._rule)
        for kind, amount in zip(("fresh", "quiet", "stale"), amounts, strict=False):
            if amount.number:
                long = free * amount.number / whole + 14
                self._bar(kind, x, top, long, _BAND)
                x += long + 4
            if amount.vague:
                self._few(x, top, 52, _BAND)
                x += 60
        for row, entries in enumerate(rows):
            at = float(EDGE + PAD)
            for kind, text in entries:
                self._swatch(kind, at, top + _BAND + 20 + row * 50 + 7, 32)
                self._text(text, at + 46, top + _BAND + 20 + row * 50 + 23, TEXT, self._name)
                at += 46 + self._wide(text, TEXT) + 34
        return y + height

    # Every sector.

    def _sectors(self, y: int) -> None:
        sheet = self.sheet
        height = PAD + 112 + _ROW * len(sheet.sectors) + PAD // 2
        self._box(EDGE, y, WIDTH - 2 * EDGE, height)
        self._heading(y + PAD, sheet.sectors_title, [])
        first, kinds = 452, ("made", "active", "kept")
        wide = (WIDTH - EDGE - PAD - first) / 3
        for place, kind in enumerate(kinds):
            x = first + place * wide
            self._swatch(kind, x, y + PAD + 58, 30)
            word = plain(getattr(sheet, kind))
            self._text(self._cut(word, TEXT, wide - 56), x + 42, y + PAD + 73, TEXT, self._quiet)
        for row, line in enumerate(sheet.sectors):
            middle = y + PAD + 112 + _ROW * (row + 0.5)
            self._pen.rectangle(self._at(EDGE + PAD, middle - _ROW / 2, WIDTH - 2 * (EDGE + PAD), 1.5), fill=self._rule)
            nothing = not any(getattr(line, kind).number or getattr(line, kind).vague for kind in kinds)
            ink = self._quiet if nothing else self._name
            self._text(self._line_name(line, first - EDGE - PAD - 24), EDGE + PAD, middle, TEXT, ink)
            for place, kind in enumerate(kinds):
                column = [getattr(other, kind) for other in sheet.sectors]
                self._cell(kind, getattr(line, kind), column, first + place * wide, middle, wide - 34)

    def _cell(self, kind: str, amount: Amount, column: Sequence[Amount], x: float, middle: float, room: float) -> None:
        """Draw a small bar with its number behind it, as long as it is among its column."""
        most = max(1, *(one.number for one in column), 1)
        beside = max(self._wide(one.label, TEXT) for one in column) + (38 if any(one.vague for one in column) else 0)
        long = max(8.0, (room - beside - 12) * amount.number / most) if amount.number else 0.0
        self._bar(kind, x, middle - 15, long, 30)
        if amount.vague:
            self._few(x + long + (4 if long else 0), middle - 15, 34, 30)
            long += 38
        ink = self._name if amount.number or amount.vague else self._quiet
        self._text(amount.label or "0", x + long + (12 if long else 0), middle, TEXT, ink)

    def _line_name(self, line: Line, room: float) -> str:
        name, short = plain(line.name), plain(line.short)
        if name and self._wide(name, TEXT) <= room:
            return name
        return self._cut(short or name or "·", TEXT, room)

    # Pieces.

    def _heading(self, y: float, title: str, legend: Sequence[tuple[str, str]]) -> None:
        taken = sum(self._wide(plain(word), TEXT) + 44 + 30 for _, word in legend)
        room = WIDTH - 2 * (EDGE + PAD) - taken
        if self._wide(plain(title), 40) > room and legend and legend[-1][0] == "few":
            self._heading(y, title, legend[:-1])  # the list of sectors says it too
            return
        self._text(self._cut(plain(title), 40, room), EDGE + PAD, y + 20, 40, self._title)
        x = WIDTH - EDGE - PAD - taken + 30
        for kind, word in legend:
            self._swatch(kind, x, y + 4, 32)
            self._text(plain(word), x + 44, y + 20, TEXT, self._name)
            x += 44 + self._wide(plain(word), TEXT) + 30

    def _box(self, x: float, y: float, width: float, height: float) -> None:
        self._pen.rounded_rectangle(self._at(x, y, width, height), 22 * FINE, fill=self._panel)

    def _swatch(self, kind: str, x: float, y: float, size: float) -> None:
        if kind == "few":
            self._few(x, y + 2, size, size - 4)
            return
        self._bar(kind, x, y, size, size)

    def _bar(self, kind: str, x: float, y: float, width: float, height: float) -> None:
        """Fill a rectangle in the pattern of a kind."""
        ink, box = self._inks[kind], self._at(x, y, width, height)
        if box[2] - box[0] < 2 or box[3] - box[1] < 2:
            return
        size = box[2] - box[0] + 1, box[3] - box[1] + 1
        tile = Image.new("RGB", size, ink.fill)
        pen = ImageDraw.Draw(tile)
        if ink.pattern == "stripes":
            for at in range(-size[1], size[0] + size[1], 9 * FINE):
                pen.line((at, size[1], at + size[1], 0), fill=ink.mark, width=4 * FINE)
        if ink.pattern == "dots":
            step = 10 * FINE
            for row, down in enumerate(range(step // 2, size[1], step)):
                for across in range(step // 2 + (step // 2 if row % 2 else 0), size[0], step):
                    pen.ellipse((across - 3, down - 3, across + 3, down + 3), fill=ink.mark)
        if ink.pattern in ("stripes", "outline"):
            pen.rectangle((0, 0, size[0] - 1, size[1] - 1), outline=ink.mark, width=3 * FINE)
        mask = Image.new("L", size)
        radius = min(5 * FINE, size[0] // 2, size[1] // 2)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius, fill=255)
        self._big.paste(tile, (box[0], box[1]), mask)

    def _few(self, x: float, y: float, width: float, height: float) -> None:
        """Draw the open dashed stub that says "a few", as long for one as for many."""
        left, top, right, bottom = self._at(x, y, width, height)
        dash, thick, ink = 6 * FINE, 3 * FINE, self._quiet
        for at in range(left, right, 2 * dash):
            for level in (top, bottom - thick):
                self._pen.rectangle((at, level, min(at + dash, right), level + thick), fill=ink)
        for at in range(top, bottom, 2 * dash):
            for side in (left, right - thick):
                self._pen.rectangle((side, at, side + thick, min(at + dash, bottom)), fill=ink)

    def _at(self, x: float, y: float, width: float, height: float) -> tuple[int, int, int, int]:
        return round(x * FINE), round(y * FINE), round((x + width) * FINE) - 1, round((y + height) * FINE) - 1

    def _wide(self, text: str, size: float) -> float:
        return self._letters.width(text, size)

    def _cut(self, text: str, size: float, room: float) -> str:
        return self._letters.cut(text, size, room)

    def _centred(self, text: str, x: float, y: float, size: float, ink: Colour) -> None:
        self._text(text, x - self._wide(text, size) / 2, y, size, ink)

    def _text(self, text: str, x: float, y: float, size: float, ink: Colour) -> None:
        """Note a line of text, its capitals centred on a height; it is drawn when the shapes are done."""
        if text:
            self._texts.append((text, x, y, size, ink))
            self.words.append(Word(text, Box(x, y - size * 0.4, self._wide(text, size), size * 0.8), size, ink))
