"""Pages in ``docs/`` that are made from the code: ``python -m tests.pages`` writes them.

``tests/test_pages.py`` fails when one of them no longer says what the code says.
"""

from __future__ import annotations

import ast
from pathlib import Path

from bot.actor import ALLOWED, Standing
from bot.pledges.model import CHANGE_DECISIONS, RULES, Review, Rule, Status

ROOT = Path(__file__).resolve().parent.parent
_MADE = "<!-- Made from the code by `python -m tests.pages`; change the code, then run it. -->\n\n"


def standing_page() -> str:
    """Return the table standing x action."""
    names = [standing.value for standing in Standing]
    lines = [
        "# Who may do what",
        "",
        "An admin has *Manage Server*. Moderators and organisers hold the roles chosen in `/setup start`; where",
        "none is chosen, *Manage Events* makes a moderator and *Manage Messages* an organiser. Ranks do not imply",
        "each other; admins are both. Nobody reviews their own pledge or their organisation's, whatever their",
        "standing.",
        "",
        "| action | " + " | ".join(names) + " |",
        "|---" * (len(names) + 1) + "|",
    ]
    for action, allowed in ALLOWED.items():
        marks = ["yes" if standing in allowed else "" for standing in Standing]
        lines.append(f"| {action.value} | " + " | ".join(marks) + " |")
    return _MADE + "\n".join(lines) + "\n"


def states_page() -> str:
    """Return the table of a pledge's life, and a diagram of it."""
    lines = [
        "# The life of a pledge",
        "",
        "Actions of the catalogue are reviewed *before* they start, *after* they are said to be done, or not at all",
        "(*none*: by the maker's own word, counted apart).",
        "",
        "| from | act | who | to | reviewed | only if | reason |",
        "|---|---|---|---|---|---|---|",
    ]
    for rule in RULES:
        sources = ", ".join(status.value for status in Status if status in rule.sources)
        some = ", ".join(review.value for review in Review if review in rule.reviews)
        reviews = "any" if rule.reviews == frozenset(Review) else some
        reason = "required" if rule.needs_reason else ""
        lines.append(
            f"| {sources} | {rule.act.value} | {rule.who.value} | {rule.target.value} | {reviews} | {_only_if(rule)} "
            f"| {reason} |"
        )
    lines += ["", "```mermaid", "stateDiagram-v2", "    [*] --> draft"]
    for rule in RULES:
        for source in (status for status in Status if status in rule.sources):
            lines.append(f"    {_name(source)} --> {_name(rule.target)}: {rule.act.value}")
    lines += ["```"]
    return _MADE + "\n".join(lines) + "\n"


def _only_if(rule: Rule) -> str:
    """Return the further condition of a row, "" for none."""
    if rule.follows:
        return "nothing happened since " + " or ".join(sorted(act.value for act in rule.follows))
    if rule.act in CHANGE_DECISIONS:
        return "a change waits"
    words = {None: "", True: "too few others have joined", False: "it waits for no others"}
    return words[rule.conditional]


def _name(status: Status) -> str:
    return status.value.replace(" ", "_")


def contributing_page() -> str:
    """Return the contributors' map: how to work here, then one line per module, from its docstring."""
    text = (Path(__file__).parent / "contributing.md").read_text(encoding="utf-8")
    lines: list[str] = []
    for folder in ("bot", "cogs"):
        for path in sorted((ROOT / folder).rglob("*.py"), key=lambda p: (len(p.parent.parts), p.parent, p.name)):
            if path.name == "__init__.py" or "versions" in path.parts:
                continue
            told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            lines.append(f"- `{path.relative_to(ROOT).as_posix()}`: {' '.join(told.split(chr(10) * 2)[0].split())}")
    return text + "\n" + "\n".join(lines) + "\n"


PAGES = {
    "CONTRIBUTING.md": contributing_page,
    "docs/who-may-do-what.md": standing_page,
    "docs/pledge-states.md": states_page,
}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (ROOT / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
