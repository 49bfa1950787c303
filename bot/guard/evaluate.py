"""Measures the guard against labelled texts: ``python run.py guard-eval FILE [--json] [--content DIR]``.

``recall`` counts a text as found when the guard flags it with *any* kind: people are shown the same help card, and that
it is shown is what matters. ``recall_exact`` counts it only when the kind is the labelled one too.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.content.load import ContentError, load
from bot.guard.check import Guard
from bot.guard.model import Kind, Where
from bot.guard.shipped import shipped_texts


class BadLine(ValueError):
    """A line of an evaluation file that cannot be used; the message names the file and the line's number."""


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled text."""

    text: str
    kind: Kind
    lang: str
    where: Where


@dataclass(frozen=True, slots=True)
class Report:
    """Counts of (labelled kind, found kind), of (language, found?) of what had to be found, and of harmless texts."""

    table: Counter[tuple[Kind, Kind]]
    languages: Counter[tuple[str, bool]]
    alarms: Counter[Where]
    harmless: Counter[Where]

    @property
    def n(self) -> int:
        """How many texts were checked."""
        return self.table.total()

    @property
    def recall(self) -> dict[Kind, float]:
        """By labelled kind, the share flagged with any kind; kinds that do not occur are absent."""
        return {kind: 1 - self.table[kind, Kind.NONE] / total for kind, total in self._totals().items()}

    @property
    def recall_exact(self) -> dict[Kind, float]:
        """By labelled kind, the share flagged with that very kind."""
        return {kind: self.table[kind, kind] / total for kind, total in self._totals().items()}

    @property
    def recall_by_language(self) -> dict[str, float]:
        """By language, the share of what had to be found that was flagged with any kind."""
        return {
            lang: self.languages[lang, True] / (self.languages[lang, True] + self.languages[lang, False])
            for lang in sorted({lang for lang, _ in self.languages})
        }

    @property
    def false_alarms(self) -> dict[Where, float]:
        """By field, the share of harmless texts that were flagged; fields that do not occur are absent."""
        return {where: self.alarms[where] / total for where, total in self.harmless.items()}

    def _totals(self) -> dict[Kind, int]:
        totals = {kind: sum(self.table[kind, found] for found in Kind) for kind in Kind if kind is not Kind.NONE}
        return {kind: total for kind, total in totals.items() if total}

    def as_json(self) -> dict[str, object]:
        """What ``--json`` prints; shares are rounded to four places."""
        return {
            "recall": {kind.value: round(share, 4) for kind, share in self.recall.items()},
            "recall_exact": {kind.value: round(share, 4) for kind, share in self.recall_exact.items()},
            "recall_by_language": {lang: round(share, 4) for lang, share in self.recall_by_language.items()},
            "false_alarms": {where.value: round(share, 4) for where, share in self.false_alarms.items()},
            "n": self.n,
            "n_harmless": self.harmless.total(),
            "confusion": {f"{said.value}>{found.value}": count for (said, found), count in sorted(self.table.items())},
        }


def read_lines(path: Path) -> list[Line]:
    """The labelled texts of a JSON-lines file; empty lines are skipped. Raises BadLine, OSError."""
    lines = []
    for number, raw in enumerate(path.read_bytes().splitlines(), 1):
        if raw.strip():
            try:
                lines.append(_line(json.loads(raw)))
            except ValueError as error:
                raise BadLine(f"{path}, line {number}: {error}") from error
    return lines


def _line(entry: object) -> Line:
    if not isinstance(entry, dict):
        raise ValueError("an object {text, kind, lang, where} is wanted")
    missing = [name for name in ("text", "kind", "lang", "where") if not isinstance(entry.get(name), str)]
    if missing:
        raise ValueError(f"{', '.join(missing)} must be there and be text")
    return Line(entry["text"], Kind(entry["kind"]), entry["lang"], Where(entry["where"]))


def evaluate(path: Path, guard: Guard) -> Report:
    """Check every text of the file. Raises BadLine for a line that cannot be used, OSError for the file."""
    return measure(read_lines(path), guard)


def measure(lines: Sequence[Line], guard: Guard) -> Report:
    """Check the given texts."""
    report = Report(Counter(), Counter(), Counter(), Counter())
    for line in lines:
        found = guard.check(line.text, line.where).kind
        report.table[line.kind, found] += 1
        if line.kind is Kind.NONE:
            report.harmless[line.where] += 1
            report.alarms[line.where] += found is not Kind.NONE
        else:
            report.languages[line.lang, found is not Kind.NONE] += 1
    return report


def table(report: Report) -> str:
    """The report for people: what was found instead of what, then false alarms by field."""
    rows = [["labelled", *(kind.value for kind in Kind), "recall", "exact"]]
    for said in Kind:
        counts = [str(report.table[said, found]) for found in Kind]
        shares = [f"{shares[said]:.3f}" if said in shares else "" for shares in (report.recall, report.recall_exact)]
        rows.append([said.value, *counts, *shares])
    rows += [[], ["language", "recall"]]
    rows += [[lang, f"{share:.3f}"] for lang, share in report.recall_by_language.items()]
    rows += [[], ["field", "harmless", "flagged", "share"]]
    for where, share in report.false_alarms.items():
        rows.append([where.value, str(report.harmless[where]), str(report.alarms[where]), f"{share:.3f}"])
    lines = [
        "  ".join([cell.rjust(12) if at else cell.ljust(13) for at, cell in enumerate(row)]).rstrip() for row in rows
    ]
    return "\n".join([*lines, "", f"{report.n} texts. recall: flagged with any kind (the same card is shown)."])


def main(argv: Sequence[str] | None = None) -> int:
    """The command. Returns 0, or 2 with a sentence when the file or the content cannot be used."""
    parser = argparse.ArgumentParser(prog="run.py guard-eval", description="Measure the guard.")
    parser.add_argument("file", type=Path, help="JSON lines {text, kind, lang, where}")
    parser.add_argument("--json", action="store_true", help="end with one line: an object with the figures")
    parser.add_argument("--content", type=Path, default=Path("data"), help="the content pack (default: data)")
    options = parser.parse_args(argv)
    try:
        content = load(options.content)
        report = evaluate(options.file, Guard(content.guard, shipped_texts(content)))
    except (BadLine, ContentError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(report.as_json()) if options.json else table(report))
    return 0
