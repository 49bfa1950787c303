"""Learns the leaning of ``guard.toml`` from labelled texts: ``python -m bot.guard.train [FILE ...] [--content DIR]``.

Run it after changing words, sequences or examples. It rewrites what stands below the marker line of the pack's
``guard.toml`` and nothing else. Multinomial logistic regression with an L2 penalty, fitted by AdaGrad (Duchi, Hazan and
Singer 2011) in plain Python: half a minute on the development set, the same result every time.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.content.load import load
from bot.guard.check import Guard
from bot.guard.evaluate import Line, read_lines
from bot.guard.leaning import LEANS, SCALE, features
from bot.guard.model import Kind, Where
from bot.guard.plain import plain
from bot.guard.shipped import shipped_texts

MARKER = "# ---- learned: written by bot/guard/train.py, not by hand"
STRENGTH = 0.3
"""How far the examples count against the penalty (the C of the usual libraries); chosen by cross-validation."""
ROUNDS = 30
RATE = 0.25
SEEN = 2
"""A feature must occur in as many texts to be learned from."""

Weights = dict[str, list[float]]


def fit(examples: Sequence[tuple[frozenset[str], Kind]], *, seed: int = 1) -> Weights:
    """Weights per feature, one for each kind of :data:`LEANS`; ``start`` is the intercept."""
    counts = Counter(name for names, _ in examples for name in names)
    kept = {name: count for name, count in counts.items() if count >= SEEN}
    wide = len(LEANS) + 1  # one column for "none" while learning
    weights: Weights = {name: [0.0] * wide for name in ("start", *sorted(kept))}
    slopes: Weights = {name: [1e-6] * wide for name in weights}
    order = [(["start", *sorted(names & kept.keys())], _column(kind)) for names, kind in examples]
    chooser = random.Random(seed)
    for _ in range(ROUNDS):
        chooser.shuffle(order)
        for names, wanted in order:
            chances = _chances([math.fsum(column) for column in zip(*(weights[name] for name in names), strict=True)])
            chances[wanted] -= 1.0
            for name in names:
                weight, slope = weights[name], slopes[name]
                pull = 0.0 if name == "start" else 1.0 / (STRENGTH * kept[name])
                for column in range(wide):
                    step = chances[column] + pull * weight[column]
                    slope[column] += step * step
                    weight[column] -= RATE * step / math.sqrt(slope[column])
    return {name: [value - weight[0] for value in weight[1:]] for name, weight in weights.items()}


def written(weights: Weights) -> str:
    """The weights as the lines that :class:`bot.guard.leaning.Leaning` reads; those that say nothing are left out."""
    rows = {name: [round(SCALE * value) for value in vector] for name, vector in weights.items()}
    return "\n".join(
        f"{name} {' '.join(map(str, row))}"
        for name, row in sorted(rows.items())
        if name == "start" or max(map(abs, row)) >= SCALE // 20
    )


def examples_of(guard: Guard, lines: Iterable[Line]) -> list[tuple[frozenset[str], Kind]]:
    """The features and the kind of each labelled text."""
    names = guard.concepts
    return [(frozenset(features(*guard.tag(plain(line.text)), names)), line.kind) for line in lines]


def _column(kind: Kind) -> int:
    return 0 if kind is Kind.NONE else 1 + LEANS.index(kind)


def _chances(sums: list[float]) -> list[float]:
    top = max(sums)
    powers = [math.exp(value - top) for value in sums]
    whole = math.fsum(powers)
    return [power / whole for power in powers]


def main(argv: Sequence[str]) -> int:
    """Learn and write; the exit code of a command."""
    parser = argparse.ArgumentParser(prog="python -m bot.guard.train")
    parser.add_argument("files", nargs="*", type=Path, default=[Path("tests/guard/dev.jsonl")])
    parser.add_argument("--content", type=Path, default=Path("data"))
    options = parser.parse_args(argv)
    path = options.content / "guard.toml"
    by_hand, marker, _ = path.read_text("utf-8").partition(MARKER)
    if not marker:
        print(f"{path} has no line that begins with {MARKER!r}", file=sys.stderr)
        return 2
    lines = [line for file in options.files for line in read_lines(file)]
    offered = shipped_texts(load(options.content))[Where.PLEDGE]
    lines += [Line(text, Kind.NONE, "", Where.PLEDGE) for text in dict.fromkeys(offered)]
    learned = written(fit(examples_of(Guard(tomllib.loads(by_hand)), lines)))
    path.write_text(f"{by_hand}{MARKER}\nweights = '''\n{learned}\n'''\n", "utf-8")
    print(f"{len(lines)} texts, {learned.count(chr(10)) + 1} features -> {path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
