"""What is learned can be read, repeated and written back without touching what people wrote."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bot.content.load import load
from bot.guard.check import Guard
from bot.guard.model import Kind, Where
from bot.guard.plain import words
from bot.guard.sounding import Sounding, buckets, packed
from bot.guard.train import MARKER, fit, fit_sounding, main, written

ROOT = Path(__file__).parents[2]
EXAMPLES = [(frozenset({"w red", f"w {n % 3}"}), Kind.DANGER) for n in range(9)] + [
    (frozenset({"w green", f"w {n % 3}"}), Kind.NONE) for n in range(9)
]


def test_what_tells_the_kinds_apart_gets_the_weight() -> None:
    weights = fit(EXAMPLES)
    assert weights["w red"][0] > 0.3 > -0.3 > weights["w green"][0]
    assert abs(weights["w 1"][0]) < 0.2
    assert written(weights) == written(fit(EXAMPLES))


def test_pieces_of_words_tell_inflected_and_compound_forms() -> None:
    def found(text: str) -> frozenset[int]:
        return frozenset(buckets(list(words(text)), {}))

    learned = fit_sounding(
        [(found(f"kattungen {n}"), True) for n in range(20)] + [(found(f"hund {n}"), False) for n in range(20)]
    )
    sounding = Sounding(learned[0], packed(learned[1]))
    known: dict[str, frozenset[int]] = {}
    assert sounding.odds(list(words("kattungarna")), known) > sounding.odds(list(words("hundarna")), known) + 0.3


def test_weights_of_pieces_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="sounding"):
        Sounding(0.0, "AAAA")
    with pytest.raises(ValueError, match="sounding"):
        Sounding(0.0, "å")


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
