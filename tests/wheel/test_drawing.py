"""What people see: words that can be read, states that can be told apart, and never an empty box for a letter."""

import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from bot.wheel import gallery
from bot.wheel.drawing import Drawing, render
from bot.wheel.gallery import pictures, sample
from bot.wheel.geometry import Gear
from bot.wheel.layout import WIDTH
from bot.wheel.lettering import ICONS, TEXT, covered, icon, plain, short_name
from bot.wheel.measures import contrast, inside, measure
from bot.wheel.model import MAX_COGS, Cog, CogState, Picture, Theme, size_of, state_of, turning
from bot.wheel.palette import Colour, palette

THEMES: tuple[Theme, ...] = ("dark", "light")
DISCORD: dict[Theme, tuple[Colour, ...]] = {
    "dark": ((0x31, 0x33, 0x38), (0x1A, 0x1A, 0x1E)),
    "light": ((0xFF, 0xFF, 0xFF),),
}
PLAIN = Cog("plain", "Plain", "Plain", "🏠", "7", CogState.ACTIVE, 2)


def picture(*cogs: Cog, title: str = "Partners", theme: Theme = "dark") -> Picture:
    moving = turning(cogs)
    return Picture(title, cogs, moving, len(cogs), f"{moving} of {len(cogs)} cogs turning", theme)


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


@pytest.fixture(scope="module", params=[p for _, p in pictures()], ids=[name for name, _ in pictures()])
def drawing(request: pytest.FixtureRequest) -> Drawing:
    return Drawing(request.param)


@pytest.mark.no_cover
def test_the_gallery_keeps_every_promise(drawing: Drawing) -> None:
    figures = measure(drawing)
    assert figures.mesh_error < 0.005
    assert figures.overlap < 0.005
    assert figures.turns
    assert figures.smallest_text >= 11
    assert figures.texts_touching == 0
    assert figures.contrast >= 4.5
    assert inside(drawing)


@pytest.mark.no_cover
@pytest.mark.parametrize("count", range(1, MAX_COGS + 1))
def test_any_number_of_sectors_is_drawn_whole(count: int) -> None:
    drawing = Drawing(sample(count, "half", THEMES[count % 2]))
    figures = measure(drawing)
    assert figures.texts_touching == 0
    assert figures.smallest_text >= 11
    assert figures.contrast >= 4.5
    assert inside(drawing)
    said = " ".join(line.text for line in drawing.lines)
    for cog in drawing.picture.cogs:
        assert cog.short in said
        assert cog.count_label in said


@pytest.mark.parametrize(("mood", "theme"), [("half", "dark"), ("full", "light")])
def test_letters_measured_in_pixels_are_eleven_high_on_a_phone(mood: str, theme: Theme) -> None:
    """The ink of a word with a ring above and a tail below, as it stands in the picture, shrunk to a phone."""
    cogs = tuple(replace(cog, short="Åg") for cog in sample(14, mood, theme).cogs)
    drawing = Drawing(picture(*cogs, theme=theme))
    for line in (line for line in drawing.lines if line.text == "Åg"):
        scale, box = drawing.scale, line.box
        edges = (box.x * scale, (box.y - 12) * scale, (box.x + box.width) * scale, (box.y + box.height + 12) * scale)
        area = drawing.image.crop(edges)
        ground = Image.new("RGB", area.size, area.getpixel((0, 0)))
        seen = ImageChops.difference(area, ground).convert("L").point([0] * 60 + [255] * 196).getbbox()
        assert seen is not None
        assert (seen[3] - seen[1]) / drawing.image.width * 400 >= 11


@pytest.mark.parametrize("theme", THEMES)
def test_words_would_stand_out_on_discords_own_background_too(theme: Theme) -> None:
    colours = palette(theme)
    for ground in (*DISCORD[theme], colours.middle, colours.corner):
        for ink in (colours.name, colours.quiet, colours.title, colours.line):
            assert contrast(ink, ground) >= 4.5
    for face in colours.faces.values():
        assert min(contrast(face.ink, face.top), contrast(face.ink, face.bottom)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_is_red(theme: Theme) -> None:
    image = opened(render(sample(14, "full", theme))).convert("RGB").resize((300, 300)).convert("HSV")
    data = image.tobytes()
    red = [
        h
        for h, s, v in zip(data[::3], data[1::3], data[2::3], strict=True)
        if s > 110 and v > 90 and (h < 12 or h > 240)
    ]
    assert not red


def tiles(theme: Theme, size: int) -> dict[CogState, Image.Image]:
    """The same cog in each state at the same place, cut out on a phone's scale in greyscale."""
    found = {}
    for state in CogState:
        cogs = [replace(PLAIN, slug=f"s{k}") for k in range(9)]
        cogs[0] = replace(PLAIN, state=state)
        drawing = Drawing(picture(*cogs, theme=theme))
        phone = drawing.image.resize((size, round(size * drawing.image.height / drawing.image.width)))
        found[state] = phone.convert("L").crop(around(drawing.layout.gears[0], size / WIDTH))
    width = min(tile.width for tile in found.values())
    height = min(tile.height for tile in found.values())
    return {state: tile.crop((0, tile.height - height, width, tile.height)) for state, tile in found.items()}


def around(gear: Gear, scale: float) -> tuple[int, int, int, int]:
    x, y, r = gear.centre[0] * scale, gear.centre[1] * scale, gear.outer_radius * scale
    return round(x - r), round(y - r), round(x + r), round(y + r)


@pytest.mark.parametrize("theme", THEMES)
def test_states_are_told_apart_in_greyscale_on_a_phone(theme: Theme) -> None:
    seen = tiles(theme, 400)
    for one, other in combinations(CogState, 2):
        apart = ImageStat.Stat(ImageChops.difference(seen[one], seen[other])).mean[0]
        assert apart > 12, (one, other)


def test_states_differ_in_shape_where_all_colours_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def grey(theme: Theme) -> object:
        colours = palette(theme)
        face = colours.faces[CogState.REGISTERED]
        return replace(colours, glow=0.0, star=face.ink, faces=dict.fromkeys(CogState, face))

    monkeypatch.setattr("bot.wheel.drawing.palette", grey)
    seen = tiles("light", 400)
    for one, other in combinations([CogState.REGISTERED, CogState.ACTIVE, CogState.KEPT], 2):
        changed = ImageChops.difference(seen[one], seen[other]).point([0] * 40 + [255] * 216)
        assert ImageStat.Stat(changed).mean[0] / 255 > 0.02, (one, other)


def test_a_waiting_cog_is_hollow() -> None:
    drawing = Drawing(picture(replace(PLAIN, state=CogState.WAITING, count_label=""), PLAIN, PLAIN))
    (x, y), scale = drawing.layout.gears[0].centre, drawing.scale
    beside = drawing.layout.gears[0].root_radius * 0.8
    inner = drawing.image.getpixel((round((x + beside) * scale), round(y * scale)))
    outer = drawing.image.getpixel((10, 10))
    assert isinstance(inner, tuple)
    assert isinstance(outer, tuple)
    assert contrast((inner[0], inner[1], inner[2]), (outer[0], outer[1], outer[2])) < 1.25


def test_the_server_and_the_count_of_turning_cogs_stand_in_the_middle() -> None:
    drawing = Drawing(sample(14))
    hub = drawing.layout.hub
    middle = [
        line.text
        for line in drawing.lines
        if hub.core_distance((line.box.x, line.box.y)) < hub.radius
        and hub.core_distance((line.box.x + line.box.width, line.box.y + line.box.height)) < hub.radius
    ]
    assert " ".join(middle) == "Partners for Tomorrow 7 of 14 cogs turning"


def test_files_are_light_enough_to_send() -> None:
    full = tuple(
        Cog(f"s{k}", "x", "Kollektivtrafik", "🏢", str(10 + k), CogState.KEPT, 3 if k % 2 else 2)
        for k in range(MAX_COGS)
    )
    for shown in (picture(*full), sample(14, "full", "dark", "sv"), sample(24, "full", "light")):
        data = render(shown)
        assert len(data) < 500_000
        assert opened(data).width >= 800
        assert opened(data).mode in ("RGB", "P")


def test_equal_pictures_give_equal_bytes_also_in_several_threads() -> None:
    shown = sample(8)
    with ThreadPoolExecutor(3) as pool:
        drawn = set(pool.map(render, [shown] * 6))
    assert drawn == {render(sample(8))}
    assert hash(shown) == hash(sample(8))


@pytest.mark.parametrize(
    ("short", "shown"),
    [
        ("Åäö é ł ş ж", "Åäö é ł ş ж"),
        ("a → b ← c", "a → b ← c"),
        ("e\u0301cole", "école"),
        ("👪 Family", "Family"),
        ("A\u202e\u200bB", "AB"),
        ("警察", "Law enforcement"),
        ("", "Law enforcement"),
        ("  two\n lines ", "two lines"),
        ("𝓕𝓪𝓷𝓬𝔂", "Fancy"),
    ],
)
def test_names_are_shown_in_letters_that_the_font_has(short: str, shown: str) -> None:
    assert short_name(Cog("law-enforcement", "警察", short, "", "", CogState.WAITING, 1)) == shown


@pytest.mark.parametrize(
    ("sign", "font", "shown"),
    [
        ("⚖️", ICONS, "⚖"),
        ("👨‍👩‍👧", ICONS, "👨"),
        ("🙋🏽", ICONS, "🙋"),
        ("1️⃣", TEXT, "1"),
        ("🇸🇪", TEXT, "SC"),
        ("<:cog:123456789012345678>", TEXT, "SC"),
        ("", TEXT, "SC"),
    ],
)
def test_an_icon_that_cannot_be_drawn_becomes_initials(sign: str, font: object, shown: str) -> None:
    assert icon(replace(PLAIN, short="Social care", icon=sign)) == (font, shown)


def test_every_icon_of_the_shipped_sectors_is_drawn() -> None:
    shipped = tomllib.loads((Path(__file__).parents[2] / "data" / "sectors.toml").read_text(encoding="utf-8"))
    assert {icon(replace(PLAIN, icon=sector["emoji"]))[0] for sector in shipped["sector"]} == {ICONS}


def test_a_title_that_cannot_be_written_is_left_out_and_figures_stay() -> None:
    drawing = Drawing(replace(picture(PLAIN, PLAIN), title="شبكة", centre_line="شبكة"))
    assert [line.text for line in drawing.lines if line.text in ("2 / 2", "")] == ["2 / 2"]


def test_a_count_in_words_stands_under_the_name() -> None:
    drawing = Drawing(picture(replace(PLAIN, count_label="a few"), PLAIN))
    name, count = [line for line in drawing.lines if line.text in ("Plain", "a few")][:2]
    assert (name.text, count.text) == ("Plain", "a few")
    assert count.box.y > name.box.y


@pytest.mark.no_cover
@settings(max_examples=12, deadline=None)
@given(
    names=st.lists(st.text(max_size=40), min_size=1, max_size=MAX_COGS),
    title=st.text(max_size=100),
    count=st.sampled_from(["", "3", "<3", "99+", "1234", "a few", "några få"]),
    theme=st.sampled_from(THEMES),
)
def test_any_names_give_a_readable_picture(names: list[str], title: str, count: str, theme: Theme) -> None:
    states, sizes = list(CogState), (1, 2, 3)
    cogs = tuple(
        Cog(f"sector-{k}", name, name, name[:1] or "🏛️", count, states[k % 4], size_of(sizes[k % 3] * 4))
        for k, name in enumerate(names)
    )
    drawing = Drawing(picture(*cogs, title=title, theme=theme))
    figures = measure(drawing)
    assert figures.texts_touching == 0
    assert figures.smallest_text >= 11
    assert inside(drawing)
    letters, icons = covered(TEXT), covered(ICONS)
    assert all(ord(sign) in letters or ord(sign) in icons for line in drawing.lines for sign in line.text)


@given(st.text(max_size=60))
def test_plain_text_never_asks_for_a_missing_letter(text: str) -> None:
    assert all(ord(sign) in covered(TEXT) for sign in plain(text))


def test_what_does_not_fit_a_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="1 to 24"):
        picture()
    with pytest.raises(ValueError, match="1 to 24"):
        picture(*[PLAIN] * 25)
    with pytest.raises(ValueError, match="does not fit"):
        Picture("x", (PLAIN,), 0, 1, "")


def test_states_and_sizes_follow_what_a_sector_does() -> None:
    assert [state_of(*figures) for figures in ((0, 0, 0), (4, 0, 0), (4, 1, 0), (4, 1, 1), (0, 0, 2))] == [
        CogState.WAITING,
        CogState.REGISTERED,
        CogState.ACTIVE,
        CogState.KEPT,
        CogState.KEPT,
    ]
    assert [size_of(partners) for partners in (0, 1, 2, 3, 9, 10, 500)] == [1, 1, 1, 2, 2, 3, 3]
    assert [size_of(partners, 12) for partners in (11, 12, 13)] == [1, 2, 3]


def test_the_gallery_is_written_with_its_measures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["gallery", str(tmp_path)])
    monkeypatch.setattr(gallery, "pictures", lambda: iter([("one", sample(1))]))
    gallery.main()
    assert "one" in capsys.readouterr().out
    assert opened((tmp_path / "one.png").read_bytes()).format == "PNG"
