"""A gallery of wheels, to look at and to measure: `python -m bot.wheel.gallery OUT`."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from bot.wheel.drawing import Drawing, render
from bot.wheel.measures import measure
from bot.wheel.model import Cog, CogState, Picture, Theme, size_of, turning

_ENGLISH = (
    ("🌍", "Climate"), ("🏛️", "Public sector"), ("⚖️", "Justice"), ("🚌", "Transport"), ("💻", "Technology"),
    ("📡", "Telecom"), ("🏦", "Finance"), ("🏢", "Employers"), ("🤝", "NGOs"), ("🎓", "Research"),
    ("🏫", "Schools"), ("🩺", "Healthcare"), ("🏠", "Housing"), ("🙋", "The public"), ("📰", "Media"),
    ("✈️", "Travel"), ("🌾", "Farming"), ("🎨", "Culture"), ("⚡", "Energy"), ("💧", "Water"),
    ("♻️", "Recycling"), ("⚽", "Sports"), ("🍽️", "Food"), ("📜", "Lawmakers"),
)  # fmt: skip
_SWEDISH = (
    "Klimat", "Offentligt", "Rättsväsende", "Kollektivtrafik", "Teknik", "Telekom", "Finans", "Arbetsgivare",
    "Civilsamhälle", "Forskning", "Skola", "Vård", "Boende", "Allmänhet", "Medier", "Resor", "Lantbruk", "Kultur",
    "Energi", "Vatten", "Återvinning", "Idrott", "Måltider", "Lagstiftare",
)  # fmt: skip
_LONG = (
    "Communications & emerging technology", "Räddningstjänst och krisberedskap", "Łódź — żółć, şehir", "Дети и школы",
    "Ελληνική κοινωνία", "Public → private", "シティ", "Straßenverkehrssicherheit",
)  # fmt: skip
_LEGEND = ("Waiting", "Registered", "Active pledge", "Kept a pledge")
_MIXED = (12, 5, 15, 0, 4, 5, 8, 23, 12, 4, 9, 0, 2, 6)
_HALF = (
    CogState.ACTIVE, CogState.REGISTERED, CogState.KEPT, CogState.WAITING, CogState.REGISTERED, CogState.ACTIVE,
    CogState.REGISTERED, CogState.KEPT, CogState.ACTIVE, CogState.REGISTERED, CogState.KEPT, CogState.WAITING,
    CogState.REGISTERED, CogState.ACTIVE,
)  # fmt: skip
_FULL = (CogState.ACTIVE, CogState.KEPT, CogState.ACTIVE, CogState.KEPT, CogState.KEPT)


def sample(count: int, mood: str = "half", theme: Theme = "dark", words: str = "en") -> Picture:
    """A made-up picture of so many sectors; mood is "empty", "half" or "full", words are "en", "sv" or "long"."""
    cogs = list[Cog]()
    for k, (icon, english) in enumerate(_ENGLISH[:count]):
        short = {"en": english, "sv": _SWEDISH[k], "long": _LONG[k % len(_LONG)]}[words]
        state, partners = CogState.WAITING, 0
        if mood == "half":
            state, partners = _HALF[k % len(_HALF)], _MIXED[k % len(_MIXED)]
        elif mood == "full":
            state, partners = _FULL[k % len(_FULL)], max(3, _MIXED[k % len(_MIXED)])
        label = "" if state is CogState.WAITING else {"sv": "få"}.get(words, "few") if partners < 3 else str(partners)
        cogs.append(Cog(english.lower().replace(" ", "-"), short, short, icon, label, state, size_of(partners)))
    moving = turning(tuple(cogs))
    if words == "sv":
        title, line, locale = "Tillsammans för framtiden", f"{moving} av {count} kugghjul snurrar", "sv-SE"
    else:
        title, line, locale = "Partners for Tomorrow", f"{moving} of {count} cogs turning", "en"
    if words == "long":
        title = "🌍 The Nordic and Baltic Partnership for a Better Tomorrow"
    legend = ("Väntar", "Har partner", "Aktivt löfte", "Hållit ett löfte") if words == "sv" else _LEGEND
    return Picture(title, tuple(cogs), moving, count, line, theme, locale, legend)


def pictures() -> Iterator[tuple[str, Picture]]:
    """The gallery: a file name and a picture each."""
    for count in (1, 3, 8, 13, 14, 24):
        yield f"{count:02}-half-dark", sample(count)
    yield "24-full-light", sample(24, "full", "light")
    for mood in ("empty", "full"):
        yield f"14-{mood}-dark", sample(14, mood)
    for mood in ("empty", "half", "full"):
        yield f"14-{mood}-light", sample(14, mood, "light")
    yield "14-swedish-light", sample(14, "half", "light", "sv")
    yield "14-swedish-dark", sample(14, "full", "dark", "sv")
    yield "08-long-dark", sample(8, "half", "dark", "long")
    yield "24-long-light", sample(24, "full", "light", "long")


def main() -> None:
    """Write the gallery into a folder and print a line of measures for each picture."""
    parser = argparse.ArgumentParser(prog="python -m bot.wheel.gallery", description=__doc__)
    parser.add_argument("out", type=Path, help="folder for the pictures")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    print(f"{'picture':18} mesh %  overlap %  turns  text px  touching  contrast   ms   KB")
    for name, picture in pictures():
        begun = perf_counter()
        data = render(picture)
        spent = (perf_counter() - begun) * 1000
        (out / f"{name}.png").write_bytes(data)
        m = measure(Drawing(picture))
        print(
            f"{name:18} {m.mesh_error * 100:6.3f} {m.overlap * 100:10.3f}  {m.turns!s:5} {m.smallest_text:8.1f}"
            f" {m.texts_touching:9} {m.contrast:9.1f} {spent:4.0f} {len(data) / 1024:4.0f}"
        )


if __name__ == "__main__":
    main()
