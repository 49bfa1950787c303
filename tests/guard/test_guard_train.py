"""What is learned can be read, repeated and written back without touching what people wrote."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bot.content.load import load
from bot.guard.check import Guard
from bot.guard.model import Kind, Where
from bot.guard.train import MARKER, fit, main, written

ROOT = Path(__file__).parents[2]
EXAMPLES = [(frozenset({"w red", f"w {n % 3}"}), Kind.DANGER) for n in range(9)] + [
    (frozenset({"w green", f"w {n % 3}"}), Kind.NONE) for n in range(9)
]


def test_what_tells_the_kinds_apart_gets_the_weight() -> None:
    weights = fit(EXAMPLES)
    assert weights["w red"][0] > 0.3 > -0.3 > weights["w green"][0]
    assert abs(weights["w 1"][0]) < 0.2
    assert written(weights) == written(fit(EXAMPLES))


def test_only_the_learned_part_is_rewritten(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(ROOT / "tests/content/road-safety", pack)
    by_hand = (pack / "guard.toml").read_text("utf-8").partition(MARKER)[0] + "\n[leaning]\nlimit = 0.5\n"
    (pack / "guard.toml").write_text(f"{by_hand}{MARKER}\nweights = 'start 1 1 1 1'\n", "utf-8")
    lines = [("a cyclist lies on the road", "danger"), ("we paint the crossing", "none")] * 12
    examples = tmp_path / "set.jsonl"
    examples.write_text(
        "\n".join(json.dumps({"text": t, "kind": k, "lang": "en", "where": "note"}) for t, k in lines), "utf-8"
    )
    assert main([str(examples), "--content", str(pack)]) == 0
    assert (pack / "guard.toml").read_text("utf-8").startswith(by_hand + MARKER)
    guard = Guard(load(pack).guard)
    assert guard.check("a cyclist lies on the road", Where.NOTE).kind is Kind.DANGER
    assert guard.check("we paint the crossing", Where.NOTE).passes


def test_a_pack_without_the_marker_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "guard.toml").write_text("# words\n", "utf-8")
    assert main(["--content", str(tmp_path)]) == 2
    assert "guard.toml" in capsys.readouterr().err
    assert (tmp_path / "guard.toml").read_text("utf-8") == "# words\n"
