"""The colours of the wheel, one set per background. No red: a sector that waits is an open place, not a fault."""

from dataclasses import dataclass

from bot.wheel.model import CogState, Theme

Colour = tuple[int, int, int]


def _rgb(code: str) -> Colour:
    value = int(code.lstrip("#"), 16)
    return value >> 16, value >> 8 & 255, value & 255


@dataclass(frozen=True, slots=True)
class Face:
    """How a cog of one state looks: the metal from top to bottom, its rim of light, and the ink on it."""

    top: Colour
    bottom: Colour
    edge: Colour
    ink: Colour


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a picture: background in the middle and at the corners, hub, words, and a face per state."""

    middle: Colour
    corner: Colour
    hub: Face
    plate: Face
    name: Colour
    quiet: Colour
    title: Colour
    line: Colour
    star: Colour
    wheel: Colour
    shadow: float
    glow: float
    faces: dict[CogState, Face]


def _face(top: str, bottom: str, edge: str, ink: str) -> Face:
    return Face(_rgb(top), _rgb(bottom), _rgb(edge), _rgb(ink))


def palette(theme: Theme) -> Palette:
    """The colours for a dark or a light background."""
    if theme == "light":
        return Palette(
            middle=_rgb("#ffffff"),
            corner=_rgb("#eef1f7"),
            hub=_face("#33415f", "#222c46", "#4c5c80", "#ffffff"),
            plate=_face("#ffffff", "#f5f7fb", "#8895b2", "#1b2438"),
            name=_rgb("#1f2840"),
            quiet=_rgb("#5b6680"),
            title=_rgb("#161d30"),
            line=_rgb("#0b6f60"),
            star=_rgb("#6b4300"),
            wheel=_rgb("#e3e8f2"),
            shadow=0.26,
            glow=0.0,
            faces={
                CogState.WAITING: _face("#ffffff", "#f6f8fc", "#8d98b0", "#5b6680"),
                CogState.REGISTERED: _face("#a6b5d2", "#8c9fc3", "#c9d4e8", "#10182c"),
                CogState.ACTIVE: _face("#0d7f6d", "#0a6457", "#3fb19f", "#ffffff"),
                CogState.KEPT: _face("#ffcf57", "#f0ad27", "#ffe6a6", "#2d1e00"),
            },
        )
    return Palette(
        middle=_rgb("#20283a"),
        corner=_rgb("#121620"),
        hub=_face("#3d4964", "#2c364e", "#566484", "#e8ecf6"),
        plate=_face("#141925", "#191f2d", "#4c5a7a", "#ffffff"),
        name=_rgb("#edf0f7"),
        quiet=_rgb("#aab4c9"),
        title=_rgb("#ffffff"),
        line=_rgb("#74e3cd"),
        star=_rgb("#5e3c00"),
        wheel=_rgb("#262f44"),
        shadow=0.55,
        glow=0.30,
        faces={
            CogState.WAITING: _face("#1b2231", "#181e2b", "#8c98b3", "#aab4c9"),
            CogState.REGISTERED: _face("#55627f", "#435069", "#7684a3", "#ffffff"),
            CogState.ACTIVE: _face("#63e0c8", "#36b9a0", "#a5f3e4", "#04251f"),
            CogState.KEPT: _face("#ffdb7d", "#f3b53c", "#fff0c4", "#2d1e00"),
        },
    )
