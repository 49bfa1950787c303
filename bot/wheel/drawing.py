"""Draws the wheel as a PNG.

Pillow was chosen among the libraries that could: its wheels run everywhere the bot does without system packages
(pycairo has none for Linux, skia-python needs OpenGL libraries there), and its long operations release the interpreter
lock (one call of resvg_py held it for 330 ms, which would stop the bot). Pillow does not smooth polygons, so shapes are
drawn as masks at three times the size and reduced.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from math import atan2, ceil, cos, floor, pi, sin, sqrt
from pathlib import Path
from typing import Literal

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from bot.wheel.geometry import DEDENDUM, TEETH, Gear, Hub, Point
from bot.wheel.layout import MODULES, WIDTH, Box, Layout, arrange
from bot.wheel.legend import Entry, entries
from bot.wheel.lettering import ELLIPSIS, ICONS, TEXT, Lettering, icon, plain, short_name
from bot.wheel.model import Cog, CogState, Picture
from bot.wheel.palette import Colour, Face, Palette, palette

SCALE = 1.2
"""Most pixels per unit: pictures are 1,200 wide, three device pixels for each of the 400 a phone shows."""
PIXELS = 1_300_000
"""Most pixels of a picture; a high one is drawn somewhat smaller, so that it is quick and its file small."""
HEAVY = 490_000
"""Bytes from which a file is cut to 256 colours, which hardly shows; few full wheels come near."""
FINE = 3
"""Times that masks are larger before they are reduced."""
NAME_SIZE = 28.5
"""Size of the smallest text in units; 27.5 would be 11 pixels on a phone."""
NAME_ROOM = 195.0
"""Widest a line of a name runs."""
LINE = 1.16
"""Line height in text sizes."""


def render(picture: Picture) -> bytes:
    """The picture as an opaque PNG under 500 KB, 850 to 1,200 pixels wide and as high as its cogs demand.

    Runs in the calling thread and may run in several at once; takes 0.1 to 0.2 s, so call it off the event loop.
    """
    drawn = Drawing(picture)
    data = _png(drawn.image)
    return data if len(data) < HEAVY else _png(drawn.image.quantize(256, Image.Quantize.MEDIANCUT))


def _png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG", compress_level=6)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text as drawn: the box of its letters from cap height to a little under the baseline, size, colour."""

    text: str
    box: Box
    size: float
    ink: Colour


class Drawing:
    """The picture while it is drawn: its `image`, the `layout` behind it (in units), every line of text in `lines`."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.colours: Palette = palette(picture.theme)
        self.letters = Lettering()
        self.lines: list[Line] = []
        self.captions = [self._caption(cog) for cog in picture.cogs]
        layout = arrange(
            [cog.size for cog in picture.cogs],
            [self._caption_size(lines) for lines in self.captions],
            [11.0 if cog.state is CogState.KEPT else 0.0 for cog in picture.cogs],
        )
        self.legend, more = entries(picture.legend, self._wide, WIDTH, layout.height + NAME_SIZE * 0.2, NAME_SIZE * 1.7)
        self.layout: Layout = replace(layout, height=layout.height + more + (NAME_SIZE * 0.9 if more else 0.0))
        self.scale = min(SCALE, sqrt(PIXELS / (WIDTH * self.layout.height)))
        self.image = self._background()
        self._light()
        self._hub()
        for cog, gear in zip(picture.cogs, self.layout.gears, strict=True):
            self._cog(cog, gear)
        for cog, gear, lines, box in zip(
            picture.cogs, self.layout.gears, self.captions, self.layout.names, strict=True
        ):
            self._name(cog, gear, lines, box)
        self._words()
        for entry in self.legend:
            self._entry(entry)

    # The ground

    def _background(self) -> Image.Image:
        size = round(WIDTH * self.scale), round(self.layout.height * self.scale)
        mask = Image.radial_gradient("L").resize(size, Image.Resampling.BICUBIC)
        return Image.composite(
            Image.new("RGB", size, self.colours.corner), Image.new("RGB", size, self.colours.middle), mask
        )

    def _light(self) -> None:
        """Soft shadows under all gears, and a glow round those that turn; drawn small, for they are blurred."""
        small = 4 / self.scale
        size = ceil(self.image.width / 4), ceil(self.image.height / 4)
        shade = Image.new("L", size)
        glows = {state: Image.new("L", size) for state in CogState if state.turns and self.colours.glow}
        for cog, gear in zip(self.picture.cogs, self.layout.gears, strict=True):
            (x, y), radius = gear.centre, gear.outer_radius
            if cog.state is not CogState.WAITING:
                _disc(shade, x / small, (y + 9) / small, (radius - 3) / small, 255)
            if cog.state in glows:
                _disc(glows[cog.state], x / small, y / small, (radius + 6) / small, 255)
        hub = [(x / small, (y + 9) / small) for x, y in self.layout.hub.offset(0)]
        ImageDraw.Draw(shade).polygon(hub, fill=255)
        for state, glow in glows.items():
            self._soft(glow, 7, self.colours.faces[state].bottom, self.colours.glow)
        self._soft(shade, 4, (0, 0, 0), self.colours.shadow)

    def _soft(self, mask: Image.Image, blur: float, colour: Colour, strength: float) -> None:
        soft = mask.filter(ImageFilter.GaussianBlur(blur)).point([round(k * strength) for k in range(256)])
        self.image.paste(colour, (0, 0), soft.resize(self.image.size, Image.Resampling.BILINEAR))

    # Gears

    def _fill(self, outer: Sequence[Point], face: Face, holes: Iterable[Sequence[Point]] = ()) -> None:
        """Fill an outline (less some holes) with the metal of a face: lighter above, darker below."""
        box, mask = self._mask(outer, holes)
        metal = Image.linear_gradient("L").resize(mask.size)
        top, bottom = Image.new("RGB", mask.size, face.top), Image.new("RGB", mask.size, face.bottom)
        self.image.paste(Image.composite(bottom, top, metal), box, mask)

    def _paint(self, outer: Sequence[Point], colour: Colour, holes: Iterable[Sequence[Point]] = ()) -> None:
        box, mask = self._mask(outer, holes)
        self.image.paste(colour, box, mask)

    def _mask(self, outer: Sequence[Point], holes: Iterable[Sequence[Point]]) -> tuple[tuple[int, int], Image.Image]:
        """The upper left pixel and the smoothed mask of an outline with holes."""
        left, top = floor(min(x for x, _ in outer) * self.scale) - 1, floor(min(y for _, y in outer) * self.scale) - 1
        right, bottom = ceil(max(x for x, _ in outer) * self.scale) + 1, ceil(max(y for _, y in outer) * self.scale) + 1
        mask = Image.new("L", ((right - left) * FINE, (bottom - top) * FINE))
        pen = ImageDraw.Draw(mask)
        for points, value in ((outer, 255), *((hole, 0) for hole in holes)):
            pen.polygon(
                [((x * self.scale - left) * FINE, (y * self.scale - top) * FINE) for x, y in points], fill=value
            )
        return (left, top), mask.reduce(FINE)

    def _edge(
        self, outline: Sequence[Point], colour: Colour, width: float, joint: Literal["curve"] | None = None
    ) -> None:
        """A line just inside an outline; round joints cost time and show only where the line is thick."""
        box, mask = self._mask(outline, ())
        core = Image.new("L", (mask.width * FINE, mask.height * FINE))
        points = [((x * self.scale - box[0]) * FINE, (y * self.scale - box[1]) * FINE) for x, y in outline]
        thick = round(2 * width * self.scale * FINE)
        ImageDraw.Draw(core).line([*points, *points[:2]], fill=255, width=thick, joint=joint)
        self.image.paste(colour, box, ImageChops.multiply(mask, core.reduce(FINE)))

    def _hub(self) -> None:
        hub, colours = self.layout.hub, self.colours
        outline = hub.outline()
        self._fill(outline, colours.hub)
        self._edge(outline, colours.hub.edge, 1.2)
        rim = -_rim(hub)
        self._fill(hub.offset(rim), colours.plate)
        self._edge(hub.offset(rim), colours.plate.edge, 1.5)
        if hub.straight:
            for side in (-1, 1):
                self._wheel((hub.centre[0], hub.centre[1] + side * hub.straight / 2), hub.radius + rim - 7)
        for cog, gear in zip(self.picture.cogs, self.layout.gears, strict=True):
            if cog.state.turns:
                self._lamp(hub, gear, colours.faces[cog.state].top)

    def _wheel(self, centre: Point, radius: float) -> None:
        """A spoked wheel that carries the belt, in the colours of the hub."""
        colour = self.colours.wheel
        self._paint(_circle(centre, radius), colour, [_circle(centre, radius - 7)])
        for spoke in range(6):
            angle = pi * (spoke + 0.5) / 3
            x, y = cos(angle), sin(angle)
            ends = [
                (centre[0] + x * far + y * side, centre[1] + y * far - x * side)
                for far, side in ((20, -5), (20, 5), (radius - 3, 3.5), (radius - 3, -3.5))
            ]
            self._paint(ends, colour)
        self._paint(_circle(centre, 25), colour, [_circle(centre, 11)])

    def _lamp(self, hub: Hub, gear: Gear, colour: Colour) -> None:
        """A lit stretch of the hub's rim before a cog that turns."""
        position = _nearest(hub, gear)
        reach, depth, half = gear.pitch_radius * 0.62, 7.5 - _rim(hub), 2.1
        steps = [position + reach * k / 8 for k in range(-8, 9)]
        along = [hub.at(step) for step in steps]
        outer = [(x + nx * (depth + half), y + ny * (depth + half)) for (x, y), (nx, ny) in along]
        inner = [(x + nx * (depth - half), y + ny * (depth - half)) for (x, y), (nx, ny) in along]
        self._paint(outer + inner[::-1], colour)

    def _cog(self, cog: Cog, gear: Gear) -> None:
        face, outline = self.colours.faces[cog.state], gear.outline()
        self._fill(outline, face)
        if cog.state is CogState.WAITING:
            self._edge(outline, face.edge, 2.6, "curve")
        else:
            self._edge(outline, face.edge, 1.2)
        if cog.state is CogState.ACTIVE:
            for slot in _slots(gear):
                self._paint(slot, face.ink)
        if cog.state is CogState.KEPT:
            ring = _circle(gear.centre, gear.root_radius - 1.5)
            self._paint(ring, face.ink, [_circle(gear.centre, gear.root_radius - 4.5)])
            self._star(gear, face)
        self._inside(cog, gear, face)

    def _entry(self, entry: Entry) -> None:
        """A state's shape, small, and its word."""
        face, outline = self.colours.faces[entry.state], entry.gear.outline()
        (x, y), root = entry.gear.centre, entry.gear.root_radius
        self._fill(outline, face)
        self._edge(outline, face.edge, 2.0 if entry.state is CogState.WAITING else 1.0)
        if entry.state is CogState.ACTIVE:
            for slot in _slots(entry.gear):
                self._paint(slot, face.ink)
        if entry.state is CogState.KEPT:
            self._paint(_star((x, y), root - 1.0), self.colours.star)
        self._text(entry.word, (entry.text_x + entry.width / 2, y), NAME_SIZE, self.colours.quiet)

    def _star(self, gear: Gear, face: Face) -> None:
        """The badge of a promise kept, on the side of the cog that is turned away from the hub."""
        x, y = self.layout.hub.at(_nearest(self.layout.hub, gear))[1]
        far = gear.outer_radius - 4
        centre = gear.centre[0] + x * far, gear.centre[1] + y * far
        self._paint(_circle(centre, 16.5), self.colours.middle)
        self._fill(_circle(centre, 14.0), face)
        self._paint(_star(centre, 11.0), self.colours.star)

    # Words

    def _inside(self, cog: Cog, gear: Gear, face: Face) -> None:
        """Icon and count, one above the other, in the middle of a cog."""
        room = gear.root_radius - 5
        count = self._count(cog)
        x, y = gear.centre
        path, sign = icon(cog)
        if not count:
            self._glyph(sign, path, (x, y), room * 1.18, face.ink)
            return
        size = max(NAME_SIZE, room * 0.78)
        size = max(NAME_SIZE, min(size, size * _count_room(room) / self._wide(count, size)))
        figures, drawing, between = size * 0.70, room * 0.92, room * 0.12
        top = y - (figures + drawing + between) / 2
        self._glyph(sign, path, (x, top + drawing / 2), drawing, face.ink)
        self._text(count, (x, top + drawing + between + figures / 2), size, face.ink)

    def _glyph(self, sign: str, path: Path, centre: Point, size: float, ink: Colour) -> None:
        """An icon (or initials) centred by what is seen of it, as large as fits a square of a size."""
        pixels = size * self.scale
        if path == TEXT:
            while len(sign) > 1 and self._wide(sign) > size * 1.6:
                sign = sign[:-1]
            self._text(sign, centre, max(NAME_SIZE, min(size * 0.95, size * 1.5 / len(sign))), ink)
            return
        face = self.letters.face(pixels, ICONS)
        left, top, right, bottom = face.getbbox(sign)
        face = self.letters.face(pixels * pixels / max(right - left, bottom - top, 1), ICONS)
        left, top, right, bottom = face.getbbox(sign)
        at = centre[0] * self.scale - (left + right) / 2, centre[1] * self.scale - (top + bottom) / 2
        ImageDraw.Draw(self.image).text(at, sign, font=face, fill=ink)

    def _text(self, text: str, centre: Point, size: float, ink: Colour) -> None:
        """A line of text, its capitals centred on a point."""
        face = self.letters.face(size * self.scale)
        width = face.getlength(text)
        x, y = centre[0] * self.scale - width / 2, centre[1] * self.scale + 0.345 * size * self.scale
        ImageDraw.Draw(self.image).text((x, y), text, font=face, fill=ink, anchor="ls")
        box = Box(x / self.scale, centre[1] - size * 0.4, width / self.scale, size * 0.8)
        self.lines.append(Line(text, box, size, ink))

    def _wide(self, text: str, size: float = NAME_SIZE) -> float:
        """Width of a line of text in units."""
        return self.letters.width(text, size * SCALE) / SCALE

    def _count(self, cog: Cog) -> str:
        """The count if it is short enough to stand inside the cog, however small the picture's cogs come out."""
        text = plain(cog.count_label)
        smallest = Gear((0.0, 0.0), TEETH[cog.size], MODULES[-1])
        return text if self._wide(text) <= _count_room(smallest.root_radius - 5) else ""

    def _caption(self, cog: Cog) -> list[str]:
        """The lines beside a cog: its name, and its count if that has no room inside."""
        lines = self.letters.wrap(short_name(cog), NAME_SIZE * SCALE, NAME_ROOM * SCALE, 2)
        count = plain(cog.count_label)
        if count != self._count(cog):
            lines.append(self.letters.cut(count, NAME_SIZE * SCALE, NAME_ROOM * SCALE))
        return lines

    def _caption_size(self, lines: list[str]) -> tuple[float, float]:
        return max(map(self._wide, lines)), (len(lines) - 1) * NAME_SIZE * LINE + NAME_SIZE

    def _name(self, cog: Cog, gear: Gear, lines: list[str], box: Box) -> None:
        """The name beside a cog; where it stands to one side its lines begin, or end, at the cog."""
        ink = self.colours.quiet if cog.state is CogState.WAITING else self.colours.name
        aside = box.x + box.width / 2 - gear.centre[0]
        for row, line in enumerate(lines):
            spare = box.width - self._wide(line)
            shift = 0.0 if abs(aside) < gear.pitch_radius else -spare / 2 if aside > 0 else spare / 2
            y = box.y + NAME_SIZE * (0.5 + row * LINE)
            self._text(line, (box.x + box.width / 2 + shift, y), NAME_SIZE, ink)

    def _words(self) -> None:
        """The server's name and the line about the cogs, in the middle of the hub."""
        hub, picture = self.layout.hub, self.picture
        inner = hub.radius - _rim(hub) - 9
        high, size = self._title(plain(picture.title), inner)
        # Where the server's name can not be drawn, the line has the middle to itself.
        line_size = max(NAME_SIZE, min(inner * 0.19, size) if high else inner * 0.3)
        line = plain(picture.centre_line) or f"{picture.turning} / {picture.total}"
        low = self.letters.wrap(line, line_size * SCALE, inner * 1.64 * SCALE, 3)
        between = 0.4 * line_size if high else 0.0
        y = hub.centre[1] - (len(high) * size * 1.1 + between + len(low) * line_size * LINE) / 2
        for text in high:
            self._text(text, (hub.centre[0], y + size * 0.55), size, self.colours.title)
            y += size * 1.1
        y += between
        for text in low:
            self._text(text, (hub.centre[0], y + line_size * 0.55), line_size, self.colours.line)
            y += line_size * LINE

    def _title(self, title: str, inner: float) -> tuple[list[str], float]:
        """The server's name in at most three lines, as large as goes in whole, and its size."""
        size, rows = inner * 0.36, list[str]()
        while title:
            lines = 2 if size > inner * 0.28 else 3
            rows = self.letters.wrap(title, size * SCALE, inner * 1.64 * SCALE, lines)
            if size <= NAME_SIZE or not any(row.endswith(ELLIPSIS) for row in rows):
                break
            size = max(NAME_SIZE, size * 0.93)
        return rows, size


def _count_room(room: float) -> float:
    """Width that a count may have in the lower half of a cog with so much room round its centre."""
    return 1.58 * room


def _rim(hub: Hub) -> float:
    """Depth of the hub's rim under its pitch line."""
    return DEDENDUM * hub.module + 15


def _nearest(hub: Hub, gear: Gear) -> float:
    """The position of the hub's pitch line that a cog touches."""
    x, y = gear.centre[0] - hub.centre[0], gear.centre[1] - hub.centre[1]
    half, arc = hub.straight / 2, pi * hub.radius
    if abs(y) < half:
        return arc + half + y if x < 0 else 2 * arc + hub.straight + half - y
    angle = atan2(-(y - half) if y > 0 else -(y + half), x) % (2 * pi)
    return angle * hub.radius + (hub.straight if y > 0 and half else 0.0)


def _circle(centre: Point, radius: float) -> list[Point]:
    return [(centre[0] + radius * cos(pi * k / 36), centre[1] + radius * sin(pi * k / 36)) for k in range(72)]


def _star(centre: Point, radius: float) -> list[Point]:
    return [
        (centre[0] + r * sin(pi * k / 5), centre[1] - r * cos(pi * k / 5))
        for k, r in enumerate((radius, radius * 0.45) * 5)
    ]


def _slots(gear: Gear) -> list[list[Point]]:
    """Windows between the spokes of a cog, near its rim."""
    outer, inner, count = gear.root_radius - 1.5, gear.root_radius - 5.5, 6
    found = []
    for k in range(count):
        angles = [gear.phase + 2 * pi * (k + 0.12 + 0.76 * j / 10) / count for j in range(11)]
        rim = [(gear.centre[0] + outer * cos(a), gear.centre[1] + outer * sin(a)) for a in angles]
        found.append(rim + [(gear.centre[0] + inner * cos(a), gear.centre[1] + inner * sin(a)) for a in angles[::-1]])
    return found


def _disc(mask: Image.Image, x: float, y: float, radius: float, value: int) -> None:
    ImageDraw.Draw(mask).ellipse((x - radius, y - radius, x + radius, y + radius), fill=value)
