"""Where everything stands: the largest cogs that fit the picture's width, the hub among them, a place for each name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import cos, hypot, inf, sin

from bot.wheel.geometry import ADDENDUM, TEETH, Gear, Hub, even_teeth, fits, ring
from bot.wheel.model import Size

WIDTH = 1000.0
"""Width of every picture in units. On a phone 1,000 units are 400 pixels."""
MARGIN = 22.0
GAP = 7.0
"""Least distance between the tips of two cogs."""
PAD = 9.0
"""Distance of a name from its cog."""
MODULES = tuple(k / 10 for k in range(120, 65, -2))
"""Modules that are tried, the largest first; under 6.6 a small cog cannot hold icon and count on a phone."""
HUB = (190.0, 300.0)
"""Least and largest pitch radius of a round hub: room for the words inside, and no larger than looks well."""
_TURNS = (0.0, *(sign * k * 0.07 for k in range(1, 18) for sign in (1, -1)))
"""Turns away from the outward direction at which a name may stand, the least first."""
SWAY = 0.6
"""Most that a name may stray from the outward direction before a smaller wheel is preferred."""
_LONGER = (0.0, 0.15, 0.3, 0.6)
"""By which parts of its length a belt is made longer, one after the other, until all names find room."""
BELT_RADIUS = 128.0
"""Least radius of the belt's wheels."""


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle of text: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: "Box", space: float = 0.0) -> bool:
        """Whether the two come nearer than `space`."""
        return (
            self.x < other.x + other.width + space
            and other.x < self.x + self.width + space
            and self.y < other.y + other.height + space
            and other.y < self.y + self.height + space
        )

    def distance(self, x: float, y: float) -> float:
        """Distance of a point from the rectangle, 0 inside."""
        return hypot(
            max(self.x - x, 0.0, x - self.x - self.width),
            max(self.y - y, 0.0, y - self.y - self.height),
        )


@dataclass(frozen=True, slots=True)
class Layout:
    """The finished arrangement: hub, one gear and one name box per cog in the order given, and the picture's height."""

    height: float
    hub: Hub
    gears: tuple[Gear, ...]
    names: tuple[Box, ...]


_Placed = tuple[Hub, list[Gear], list[Box]]


def arrange(
    sizes: Sequence[Size], names: Sequence[tuple[float, float]], clear: Sequence[float] | None = None
) -> Layout:
    """Arrange cogs of these sizes, with names of these widths and heights (at most 200 wide).

    `clear` is how much further than usual each name stands off its cog.

    Cogs stand round a round hub while they fit there, else the hub becomes an upright belt; the picture's height
    follows. Cog 1 is on top, the rest clockwise.
    """
    hub, gears, boxes = _place([TEETH[size] for size in sizes], names, clear or [0.0] * len(sizes))
    top = min(min(gear.centre[1] - gear.outer_radius for gear in gears), min(box.y for box in boxes))
    top = min(top, -hub.radius - hub.straight / 2 - hub.module)
    bottom = max(max(gear.centre[1] + gear.outer_radius for gear in gears), max(box.y + box.height for box in boxes))
    bottom = max(bottom, hub.radius + hub.straight / 2 + hub.module)
    down = MARGIN + 12 - top
    return Layout(
        height=bottom - top + 2 * (MARGIN + 12),
        hub=Hub((WIDTH / 2, down), hub.module, hub.wheel_teeth, hub.belt_teeth),
        gears=tuple(Gear((g.centre[0] + WIDTH / 2, g.centre[1] + down), g.teeth, g.module, g.phase) for g in gears),
        names=tuple(Box(b.x + WIDTH / 2, b.y + down, b.width, b.height) for b in boxes),
    )


def _place(teeth: list[int], names: Sequence[tuple[float, float]], star: Sequence[float]) -> _Placed:
    """The arrangement with the largest cogs whose names all find room; round if possible."""
    for module in MODULES:
        if (placed := _round(teeth, names, star, module)) is not None:
            return placed
    module = MODULES[-1]
    reach = WIDTH / 2 - MARGIN - (max(teeth) + ADDENDUM) * module
    narrow = max(BELT_RADIUS, reach - PAD - max(width + far for (width, _), far in zip(names, star, strict=True)))
    found: list[tuple[_Placed, float]] = []
    # The wider the belt, the better it looks; the narrower, the more room the names have. Where that is still not
    # enough, a longer belt spreads the cogs and makes the picture higher.
    radii = (narrow + 0.1 * (reach - narrow), narrow, (narrow + BELT_RADIUS) / 2, BELT_RADIUS)
    for longer, radius in product(_LONGER, radii):
        wheel = Hub((0.0, 0.0), module, even_teeth(radius - module, module))
        found.append(_belt(teeth, names, star, wheel, longer))
        if found[-1][1] < (SWAY / 2 if len(found) < 2 else 1.0):
            return found[-1][0]
    return min(found, key=lambda placed: placed[1])[0]


def _belt(
    teeth: list[int], names: Sequence[tuple[float, float]], star: Sequence[float], wheel: Hub, longer: float
) -> tuple[_Placed, float]:
    """The shortest belt over two such wheels that the cogs fit round, and the worst fault of a name.

    It is made longer by a part of its own length, so that the cogs stand further apart.
    """
    low, high = 0, 2 * sum(teeth)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(replace(wheel, belt_teeth=middle), teeth, GAP) else (middle, high)
    hub = replace(wheel, belt_teeth=round(high * (1 + longer)))
    positions = ring(hub, teeth, GAP)
    gears = [hub.cog(position, count) for position, count in zip(positions, teeth, strict=True)]
    boxes, fault = _names(hub, positions, gears, names, star)
    return (hub, gears, boxes), fault


def _round(
    teeth: list[int], names: Sequence[tuple[float, float]], star: Sequence[float], module: float
) -> _Placed | None:
    """The smallest round hub of a module that the cogs fit round, if it suits the picture and the names fit too."""
    reach = WIDTH / 2 - MARGIN - (max(teeth) + ADDENDUM) * module
    wheel = even_teeth(HUB[0], module)
    while wheel * module / 2 <= min(reach, HUB[1]):
        hub = Hub((0.0, 0.0), module, wheel)
        if fits(hub, teeth, GAP):
            positions = ring(hub, teeth, GAP)
            for turn in (0.0, 0.5, 0.25, 0.75):
                turned = [position + turn * hub.length / len(teeth) for position in positions]
                gears = [hub.cog(position, count) for position, count in zip(turned, teeth, strict=True)]
                boxes, cost = _names(hub, turned, gears, names, star, 1.0)
                if cost < 1:
                    return hub, gears, boxes
            return None
        wheel += 2
    return None


def _names(
    hub: Hub,
    positions: list[float],
    gears: list[Gear],
    names: Sequence[tuple[float, float]],
    clear: Sequence[float],
    bound: float = inf,
) -> tuple[list[Box], float]:
    """A place outside each cog for its name, as near to the outward direction as can be, and the worst fault of any.

    A fault of 1 and more is a name over another, over a cog or over the picture's edge, or one that strays from its
    cog's outer side. Gives up, with names missing, once the fault reaches the bound.
    """
    placed: list[Box | None] = [None] * len(gears)
    normals = [hub.at(position)[1] for position in positions]
    limit, worst = WIDTH / 2 - MARGIN, 0.0
    # The names at the sides have the least choice, so they choose first.
    for i in sorted(range(len(gears)), key=lambda i: -abs(normals[i][0])):
        best: tuple[float, Box] | None = None
        for turn in _TURNS:
            dx, dy = (
                normals[i][0] * cos(turn) - normals[i][1] * sin(turn),
                normals[i][0] * sin(turn) + normals[i][1] * cos(turn),
            )
            box = _beside(gears[i], dx, dy, *names[i], PAD + clear[i])
            fault = max(0.0, box.x + box.width - limit, -limit - box.x)
            fault += sum(100.0 for other in placed if other and box.meets(other, 8.0))
            near = (gears[k % len(gears)] for k in (i - 2, i - 1, i + 1, i + 2) if k % len(gears) != i)
            fault += sum(100.0 for gear in near if box.distance(*gear.centre) < gear.outer_radius + 5)
            cost = fault + abs(turn) + (1.0 if abs(turn) > SWAY else 0.0)
            if best is None or cost < best[0]:
                best = (cost, box)
            if fault == 0:
                break
        assert best is not None
        placed[i], worst = best[1], max(worst, best[0])
        if worst >= bound:
            break
    return [box for box in placed if box is not None], worst


def _beside(gear: Gear, dx: float, dy: float, width: float, height: float, pad: float) -> Box:
    """The box in direction (dx, dy) from a cog that just keeps its distance from the tips."""
    clear, (x, y) = gear.outer_radius + pad, gear.centre
    near, far = 0.0, clear + width + height
    for _ in range(13):
        middle = (near + far) / 2
        box = Box(x + dx * middle - width / 2, y + dy * middle - height / 2, width, height)
        near, far = (middle, far) if box.distance(x, y) < clear else (near, middle)
    return Box(x + dx * far - width / 2, y + dy * far - height / 2, width, height)
