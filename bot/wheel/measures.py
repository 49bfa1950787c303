"""How well a drawn wheel keeps its promises: that it would turn, and that everybody can read it."""

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from math import ceil, floor, hypot

from PIL import Image, ImageChops, ImageDraw

from bot.wheel.drawing import Drawing, Line
from bot.wheel.geometry import ADDENDUM, Gear, Hub, Point
from bot.wheel.layout import MARGIN, WIDTH, Layout
from bot.wheel.palette import Colour

PHONE = 400.0
"""Width in pixels at which a phone shows the picture."""


@dataclass(frozen=True, slots=True)
class Measures:
    """The figures of one picture; what they must be stands in the tests."""

    mesh_error: float
    overlap: float
    turns: bool
    smallest_text: float
    texts_touching: int
    contrast: float


def measure(drawing: Drawing) -> Measures:
    """All measures of a drawing.

    `mesh_error`: worst deviation of a centre distance from the sum of the pitch radii, as a share of it. `overlap`:
    worst overlap of a cog with the hub, as a share of one tooth. `turns`: no odd cycle of meshing gears.
    `smallest_text`: size of the smallest text on a phone in pixels. `texts_touching`: pairs of lines that overlap.
    `contrast`: lowest contrast ratio (WCAG 2.2) of a line with what is under it.
    """
    layout = drawing.layout
    return Measures(
        mesh_error=max(mesh_error(layout.hub, gear) for gear in layout.gears),
        overlap=max(overlap(layout.hub, gear) for gear in layout.gears),
        turns=bipartite(len(layout.gears) + 1, meshes(layout)),
        smallest_text=min(line.size for line in drawing.lines) * PHONE / WIDTH,
        texts_touching=sum(a.box.meets(b.box) for a, b in combinations(drawing.lines, 2)),
        contrast=min(line_contrast(drawing, line) for line in drawing.lines),
    )


def mesh_error(hub: Hub, gear: Gear) -> float:
    """How far the centre distance is from the sum of the pitch radii, as a share of that sum."""
    right = hub.radius + gear.pitch_radius
    return abs(hub.core_distance(gear.centre) - right) / right


def meshes(layout: Layout) -> list[tuple[int, int]]:
    """Pairs of gears whose teeth reach into each other; 0 is the hub, cogs count from 1."""
    hub, gears = layout.hub, layout.gears
    pairs = [
        (0, k)
        for k, gear in enumerate(gears, 1)
        if hub.core_distance(gear.centre) < hub.radius + ADDENDUM * hub.module + gear.outer_radius
    ]
    for (j, a), (k, b) in combinations(enumerate(gears, 1), 2):
        if hypot(a.centre[0] - b.centre[0], a.centre[1] - b.centre[1]) < a.outer_radius + b.outer_radius:
            pairs.append((j, k))
    return pairs


def bipartite(count: int, pairs: list[tuple[int, int]]) -> bool:
    """Whether gears that mesh like this can turn: each can be given a sense that its neighbours do not have."""
    sense = dict[int, bool]()
    for start in range(count):
        todo = [(start, sense.get(start, True))]
        while todo:
            gear, turn = todo.pop()
            if sense.setdefault(gear, turn) != turn:
                return False
            for a, b in pairs:
                other = b if a == gear else a if b == gear else None
                if other is not None and sense.get(other) is None:
                    todo.append((other, not turn))
                elif other is not None and sense[other] == turn:
                    return False
    return True


def overlap(hub: Hub, gear: Gear, fine: int = 6) -> float:
    """Area that cog and hub share, as a share of one tooth, counted in pixels a `fine`-th of a unit wide."""
    reach = gear.outer_radius + 2
    left, top = floor(gear.centre[0] - reach), floor(gear.centre[1] - reach)
    side = ceil(2 * reach) * fine

    def mask(outline: list[Point]) -> Image.Image:
        image = Image.new("1", (side, side))
        ImageDraw.Draw(image).polygon([((x - left) * fine, (y - top) * fine) for x, y in outline], fill=1)
        return image

    shared = ImageChops.logical_and(mask(gear.outline()), mask(hub.outline())).convert("L").histogram()[255]
    tooth = hub.pitch / 2 * (gear.outer_radius - gear.root_radius)
    return shared / fine**2 / tooth


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    r, g, b = (v / 3294.6 if v <= 10 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def line_contrast(drawing: Drawing, line: Line) -> float:
    """Lowest contrast of a line's colour with any colour that covers a good part of its box and is not its own."""
    box, scale = line.box, drawing.scale
    area = drawing.image.crop(
        (
            round(box.x * scale),
            round(box.y * scale),
            round((box.x + box.width) * scale),
            round((box.y + box.height) * scale),
        )
    )
    data = area.tobytes()
    colours = Counter((r & 0xF8, g & 0xF8, b & 0xF8) for r, g, b in zip(data[::3], data[1::3], data[2::3], strict=True))
    enough = area.width * area.height * 0.06
    ratios = [contrast(line.ink, colour) for colour, count in colours.items() if count >= enough]
    return min((ratio for ratio in ratios if ratio > 1.3), default=1.0)


def inside(drawing: Drawing) -> bool:
    """Whether every line of text keeps off the picture's edges."""
    height = drawing.layout.height
    return all(
        line.box.x >= MARGIN / 2
        and line.box.y >= MARGIN / 2
        and line.box.x + line.box.width <= WIDTH - MARGIN / 2
        and line.box.y + line.box.height <= height - MARGIN / 2
        for line in drawing.lines
    )
