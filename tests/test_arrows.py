"""Which way imports may point. A wrong arrow names itself here before it becomes a habit."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "cogs").rglob("*.py")])
ROOMS = {p.name for p in (ROOT / "bot").iterdir() if p.is_dir()} - {
    "storage", "delivery", "ui", "content", "guard", "demo", "__pycache__",
}  # fmt: skip
JOINERS = {"bot.bootstrap", "bot.tables", "bot.services", "bot.app", "bot.cli", "bot.start", "bot.check"}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> set[str]:
    """Every module that is imported at run time, as dotted names; TYPE_CHECKING blocks do not count."""
    found: set[str] = set()

    def walk(nodes: list[ast.stmt]) -> None:
        for node in nodes:
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
                walk(node.orelse)
                continue
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
                found.update(f"{node.module}.{alias.name}" for alias in node.names)
            for field in ("body", "orelse", "finalbody"):
                walk(getattr(node, field, []))
            for handler in getattr(node, "handlers", []):
                walk(handler.body)

    walk(ast.parse(path.read_text()).body)
    return found


def room(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "bot" and parts[1] in ROOMS else None


def furniture(module: str) -> str:
    """Return which piece a module of a room is: "store" for ``store``, ``queue_store`` and ``digest.store`` alike."""
    if room(module) is None:
        return ""
    return module.split(".")[-1].split("_")[-1]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_arrows_point_one_way(path: Path) -> None:
    me = name_of(path)
    mine, piece = room(me), furniture(me)
    wrong: list[str] = []
    for other in sorted(imports(path)):
        top = other.split(".")[0]
        theirs, thing = room(other), furniture(other)
        if piece == "model" and mine and top not in sys.stdlib_module_names and not other.startswith("bot."):
            wrong.append(f"model imports {other}")
        if piece in ("model", "service", "store") and top == "discord":
            wrong.append(f"{piece} imports discord")
        if piece in ("model", "service") and top == "sqlalchemy":
            wrong.append(f"{piece} imports sqlalchemy")
        if piece in ("cards", "posts") and thing == "store":
            wrong.append(f"{piece} imports {other}")
        if me.startswith("cogs.") and (thing == "store" or (top == "cogs" and other != "cogs")):
            wrong.append(f"a cog imports {other}")
        if mine and theirs and mine != theirs and thing in ("store", "posts"):
            wrong.append(f"another room's {other}")
        if mine and top == "cogs":
            wrong.append("a room imports a cog")
        if me.startswith(("bot.delivery", "bot.storage", "bot.ui")) and theirs:
            wrong.append(f"{me.split('.')[1]} imports the room {theirs}")
        order = {"model": 0, "store": 1, "service": 2, "cards": 3, "posts": 3}
        if mine and mine == theirs and order.get(thing, -1) > order.get(piece, 99):
            wrong.append(f"{piece} climbs to {thing}")
    assert not wrong


def test_no_back_doors() -> None:
    """Services are reached through ``ui.context.services``; nobody fishes for cogs or the database."""
    found = [
        f"{name_of(path)}: {bad}"
        for path in MODULES
        for bad in ("get_cog(", "bot.database", "client.database", "interaction.client")
        if bad in path.read_text() and name_of(path) != "bot.ui.context"
    ]
    assert not found


def test_modules_stay_short() -> None:
    """A cog past 150 lines or a module past 400 wants splitting."""
    long = [
        f"{name_of(path)}: {count} lines"
        for path in MODULES
        if "versions" not in path.parts
        and (count := len(path.read_text().splitlines())) > (150 if path.parts[-2] == "cogs" else 400)
    ]
    assert not long
