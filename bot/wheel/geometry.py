"""Gears that really mesh: involute cogs round a toothed hub, all of one module.

The hub is a round gear as long as the cogs fit round it; with more cogs it stretches into a toothed belt that runs
over two equal wheels. Either way every cog touches the hub alone, so all cogs turn one way and none locks another.
Lengths are in the units of the drawing (the picture is 1,000 wide), angles in radians, y points down.

The tooth form is the standard involute of circle (pressure angle 25 degrees and a shortened addendum, so that
cogs of few teeth need no undercut), on the straight parts of the belt the standard rack.
"""

from dataclasses import dataclass
from math import acos, atan2, ceil, cos, hypot, pi, sin, tan

Point = tuple[float, float]

TEETH = {1: 12, 2: 15, 3: 18}
"""Teeth of a cog of each size step. Equal modules make the pitch radii proportional to these."""
PRESSURE = 25 * pi / 180
ADDENDUM = 0.85
DEDENDUM = 1.05
BACKLASH = 0.06
"""Tooth height above and below the pitch line, and play along it, in modules."""


@dataclass(frozen=True, slots=True)
class Gear:
    """A cog: its centre, number of teeth, module, and the angle of the middle of one of its teeth."""

    centre: Point
    teeth: int
    module: float
    phase: float = 0.0

    @property
    def pitch_radius(self) -> float:
        """Radius of the circle that rolls on the hub's pitch line."""
        return self.module * self.teeth / 2

    @property
    def outer_radius(self) -> float:
        """Radius to the tips of the teeth."""
        return self.pitch_radius + ADDENDUM * self.module

    @property
    def root_radius(self) -> float:
        """Radius to the bottom of the gaps: what is inside is free for icon and count."""
        return self.pitch_radius - DEDENDUM * self.module

    def outline(self) -> list[Point]:
        """The tooth profile as a closed polygon."""
        form = involute(self.teeth, self.module)
        (x, y), step = self.centre, 2 * pi / self.teeth
        return [
            (x + radius * cos(turn + angle), y + radius * sin(turn + angle))
            for turn in (self.phase + tooth * step for tooth in range(self.teeth))
            for radius, angle in form
        ]


@dataclass(frozen=True, slots=True)
class Hub:
    """The gear in the middle, or a belt over two wheels when `straight` is not 0.

    `wheel_teeth` (even) is the number of teeth of the round hub or of each belt wheel, `belt_teeth` the number of whole
    teeth on each straight side. Positions along the pitch line are counted from the upper end of the right side,
    against the sense of y, that is: over the top to the left, down, and back up on the right.
    """

    centre: Point
    module: float
    wheel_teeth: int
    belt_teeth: int = 0

    @property
    def radius(self) -> float:
        """Pitch radius of the hub, or of the wheels under the belt."""
        return self.module * self.wheel_teeth / 2

    @property
    def pitch(self) -> float:
        """Distance from tooth to tooth along the pitch line."""
        return pi * self.module

    @property
    def straight(self) -> float:
        """Length of each straight side; 0 for a round hub."""
        return self.belt_teeth * self.pitch

    @property
    def length(self) -> float:
        """Length of the whole pitch line: a whole number of pitches."""
        return (self.wheel_teeth + 2 * self.belt_teeth) * self.pitch

    def at(self, position: float) -> tuple[Point, Point]:
        """The point of the pitch line at a position, and the outward unit normal there."""
        s = position % self.length
        arc, (x, y), half = pi * self.radius, self.centre, self.straight / 2
        if s <= arc:  # over the top, right to left
            angle = s / self.radius
            normal = (cos(angle), -sin(angle))
            return (x + self.radius * normal[0], y - half + self.radius * normal[1]), normal
        s -= arc
        if s <= self.straight:  # down on the left
            return (x - self.radius, y - half + s), (-1.0, 0.0)
        s -= self.straight
        if s <= arc:  # under the bottom, left to right
            angle = pi + s / self.radius
            normal = (cos(angle), -sin(angle))
            return (x + self.radius * normal[0], y + half + self.radius * normal[1]), normal
        return (x + self.radius, y + half - (s - arc)), (1.0, 0.0)

    def core_distance(self, point: Point) -> float:
        """Distance of a point from the hub's axis: its centre, or the line between the centres of the belt's wheels."""
        half = self.straight / 2
        along = max(-half, min(half, point[1] - self.centre[1]))
        return hypot(point[0] - self.centre[0], point[1] - self.centre[1] - along)

    def offset(self, distance: float) -> list[Point]:
        """The closed curve at a distance outside (inside, if negative) the pitch line, as a polygon."""
        steps, radius, (x, y), half = 90, self.radius + distance, self.centre, self.straight / 2
        top = [(x + radius * cos(a), y - half - radius * sin(a)) for a in (pi * k / steps for k in range(steps + 1))]
        return top + [(2 * x - px, 2 * y - py) for px, py in top]

    def outline(self) -> list[Point]:
        """The tooth profile as a closed polygon."""
        m, points = self.module, list[Point]()
        wheel = involute(self.wheel_teeth, m)
        flank = tan(PRESSURE)
        quarter = self.pitch / 4 - BACKLASH * m / 2
        rack = [
            (-DEDENDUM * m, -quarter - DEDENDUM * m * flank),
            (ADDENDUM * m, -quarter + ADDENDUM * m * flank),
            (ADDENDUM * m, quarter - ADDENDUM * m * flank),
            (-DEDENDUM * m, quarter + DEDENDUM * m * flank),
        ]
        for tooth in range(self.wheel_teeth + 2 * self.belt_teeth):
            (x, y), (nx, ny) = self.at((tooth + 0.5) * self.pitch)
            if abs(ny) < 1e-9 and self.belt_teeth and abs(y - self.centre[1]) < self.straight / 2:
                points += [(x + nx * up + ny * along, y + ny * up - nx * along) for up, along in rack]
            else:
                cx, cy, turn = x - nx * self.radius, y - ny * self.radius, atan2(ny, nx)
                points += [(cx + r * cos(turn - a), cy + r * sin(turn - a)) for r, a in wheel]
        return points

    def cog(self, position: float, teeth: int) -> Gear:
        """A cog that meshes with the hub at a position of the pitch line: where the hub has a tooth it has a gap."""
        (x, y), (nx, ny) = self.at(position)
        radius = self.module * teeth / 2
        # How far the nearest tooth of the hub is ahead of the contact; rolling, the cog's gap is as far ahead.
        ahead = (0.5 - position / self.pitch) % 1.0 * self.pitch
        gap = atan2(-ny, -nx) + ahead / radius
        return Gear((x + nx * radius, y + ny * radius), teeth, self.module, gap + pi / teeth)


def involute(teeth: int, module: float) -> list[tuple[float, float]]:
    """One tooth as (radius, angle from its middle) from root to root, both flanks and a slightly eased tip."""
    outer, root = module * (teeth / 2 + ADDENDUM), module * (teeth / 2 - DEDENDUM)
    base = module * teeth / 2 * cos(PRESSURE)
    half_pitch_angle = pi / (2 * teeth) - BACKLASH / teeth

    def half(radius: float) -> float:
        if radius <= base:
            return half_pitch_angle + tan(PRESSURE) - PRESSURE
        at = acos(base / radius)
        return half_pitch_angle + (tan(PRESSURE) - PRESSURE) - (tan(at) - at)

    low, tip, steps = max(root, base), outer - 0.14 * module, 5
    radii = [low + (tip - low) * k / steps for k in range(steps + 1)]
    fillet = min(pi / teeth - half(root), 0.12 * module / root)
    rise = [(root, -half(root) - fillet), (min(root + 0.1 * module, tip), -half(root))] if root < low else []
    rise += [(radius, -half(radius)) for radius in radii]
    rise.append((outer, -half(outer) + 0.12 * module / outer))
    flat = half(outer) - 0.12 * module / outer
    top = [(outer, flat * k / 2) for k in (-1, 0, 1)] if flat > 0 else []
    return rise + top + [(radius, -angle) for radius, angle in reversed(rise)]


def fits(hub: Hub, teeth: list[int], gap: float) -> bool:
    """Whether cogs of these numbers of teeth find room round the hub, the tips of neighbours `gap` or more apart."""
    return _steps(hub, teeth, gap)[-1] <= hub.length


def ring(hub: Hub, teeth: list[int], gap: float) -> list[float]:
    """Positions on the hub for cogs that fit it: the first on top, the others clockwise.

    The room that is left is shared out evenly between the tips of neighbours, which are `gap` or more apart.
    """
    top = pi * hub.radius / 2
    if len(teeth) == 1:
        return [top]
    low, high = gap, gap + 4 * hub.radius + hub.straight
    for _ in range(18):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(hub, teeth, middle) else (low, middle)
    return [top - s for s in _steps(hub, teeth, low)[:-1]]


def _steps(hub: Hub, teeth: list[int], gap: float) -> list[float]:
    """Where the cogs come to stand when each follows the one before at a gap, and where the first would stand again."""
    top, m = pi * hub.radius / 2, hub.module
    found = [0.0]
    for here, there in zip(teeth, teeth[1:] + teeth[:1], strict=True):
        apart = m * (here + there) / 2 + 2 * ADDENDUM * m + gap
        found.append(found[-1] + _next(hub, top - found[-1], here * m / 2, there * m / 2, apart))
    return found


def _next(hub: Hub, start: float, radius: float, following: float, apart: float) -> float:
    """How far along the pitch line the next cog's centre is `apart` from this one's; half the line if it never is."""
    if not hub.belt_teeth:
        a, b = hub.radius + radius, hub.radius + following
        bend = (a * a + b * b - apart * apart) / (2 * a * b)
        return hub.radius * acos(max(-1.0, bend)) if bend > -1 else hub.length
    (x, y), (nx, ny) = hub.at(start)
    x, y = x + nx * radius, y + ny * radius
    low, high = 0.0, hub.length / 2
    for _ in range(22):
        middle = (low + high) / 2
        (px, py), (qx, qy) = hub.at(start - middle)
        near = hypot(px + qx * following - x, py + qy * following - y) < apart
        low, high = (middle, high) if near else (low, middle)
    return high


def even_teeth(radius: float, module: float) -> int:
    """The even number of teeth whose pitch radius is next above a radius."""
    return 2 * ceil(radius / module - 1e-9)
