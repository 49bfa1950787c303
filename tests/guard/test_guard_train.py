"""What is learned can be read, repeated and written back without touching what people wrote."""

from __future__ import annotations

import base64
import json
import shutil
import zlib
from pathlib import Path

import pytest

from bot.content.load import load
from bot.guard.check import Guard
from bot.guard.model import Kind, Where
from bot.guard.plain import plain, words
from bot.guard.sounding import Ear, Sounding, packed
from bot.guard.train import MARKER, Heard, fit, fit_sounding, main, written

ROOT = Path(__file__).parents[2]
EXAMPLES = [(frozenset({"w red", f"w {n % 3}"}), Kind.DANGER) for n in range(9)] + [
    (frozenset({"w green", f"w {n % 3}"}), Kind.NONE) for n in range(9)
]


def test_what_tells_the_kinds_apart_gets_the_weight() -> None:
    weights = fit(EXAMPLES)
    assert weights["w red"][0] > 0.3 > -0.3 > weights["w green"][0]
    assert abs(weights["w 1"][0]) < 0.2
    assert written(weights) == written(fit(EXAMPLES))


def heard(text: str) -> frozenset[int]:
    read = list(words(plain(text)))
    return frozenset(Ear({}).buckets(read, [0] * len(read), {}))


def odds(sounding: Sounding, text: str) -> float:
    read = list(words(plain(text)))
    return sounding.odds(read, [0] * len(read), {})


def test_pieces_of_words_tell_inflected_and_compound_forms() -> None:
    start, weights = fit_sounding(
        [Heard(heard(f"kattungen {n}"), held=True, weight=1, whole=True) for n in range(20)]
        + [Heard(heard(f"hund {n}"), held=False, weight=1, whole=True) for n in range(20)]
    )
    sounding = Sounding(start, packed(weights), {})
    assert odds(sounding, "kattungarna") > odds(sounding, "hundarna") + 0.3


def test_what_counts_more_weighs_more() -> None:
    def learned(weight: float) -> float:
        start, weights = fit_sounding(
            [Heard(heard("red"), held=True, weight=weight, whole=True)] * 6
            + [Heard(heard("red"), held=False, weight=1, whole=True)] * 6
        )
        return odds(Sounding(start, packed(weights), {}), "red")

    assert learned(3) > learned(1) > learned(0.3)


def test_concepts_are_heard_alone_and_one_after_the_other() -> None:
    read = list(words(plain("min katt jamar")))
    ear = Ear({1: "mine", 2: "pet"})
    neither, both, backwards = (ear.buckets(read, bits, {}) for bits in ([0, 0, 0], [1, 2, 0], [2, 1, 0]))
    assert len(both - neither) == len(backwards - neither) == 3
    assert len(both & backwards - neither) == 2


def test_what_a_host_is_called_is_not_learned() -> None:
    one, other = "see kvarnmoln.test/p/1 and a_b.zip", "see https://sunny.example/q?r=2 and other-name.zip"
    assert heard(one) == heard(other)
    assert heard("see garden.invalid now") != heard("see the garden now")
    assert heard("ask anna@kommun.example") == heard("ask b.c@forening.test")
    assert "NAME" in [word.text for word in words(plain("it is gregor_mtb or @tiny or kalle1987"))]
    assert " ".join(word.text for word in words(plain("Stop.please tell me. To be"))) == "stop please tell me to be"


@pytest.mark.parametrize("weights", ["AAAA", "å", "eJw=", base64.b64encode(zlib.compress(bytes(9))).decode()])
def test_weights_of_pieces_that_are_none_are_refused(weights: str) -> None:
    with pytest.raises(ValueError, match="sounding"):
        Sounding(0.0, weights, {})


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
