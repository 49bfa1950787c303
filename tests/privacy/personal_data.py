"""What *Download my data* hands over, as a JSON Schema and as a page.

``python -m tests.privacy.personal_data`` writes both. The shape comes from the tables. The descriptions are written by
people, in the schema itself: a new column appears there without one, and ``test_personal_data.py`` fails until
somebody says what it is.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Text

from bot.privacy.model import EXPORT_FORMAT, EXPORT_VERSION, HOLDINGS, LEFT_OUT, SERVER_FORMAT, Held
from bot.storage.schema import INSTANT
from bot.tables import metadata

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "docs" / "personal-data.schema.json"
PAGE = ROOT / "docs" / "personal-data.md"
EVERYWHERE = {
    "id": "Number of the row, never given out twice.",
    "guild_id": "The server.",
    "user_id": "You.",
    "created_at": "When it was made.",
    "changed_at": "When it was last changed.",
}
"""What a column of this name says in every table, unless the schema says something else."""

_ID = {"type": "string", "pattern": "^-?[0-9]+$"}
_MOMENT = {"type": "string", "format": "date-time"}


def schema() -> dict[str, Any]:
    """Return the schema of the file as the tables make it, with the descriptions that the written one has."""
    written = json.loads(SCHEMA.read_text(encoding="utf-8")) if SCHEMA.exists() else {}
    rows = written.get("$defs", {})
    lists = written.get("properties", {}).get("tables", {}).get("properties", {})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Everything that one server's register holds about one person",
        "type": "object",
        "additionalProperties": False,
        "required": ["format", "version", "exported_at", "server_id", "user_id", "tables"],
        "properties": {
            "format": {"const": EXPORT_FORMAT, "description": "What kind of file this is."},
            "version": {"const": EXPORT_VERSION, "description": "Rises when the shape of the file changes."},
            "exported_at": {**_MOMENT, "description": "When the file was made."},
            "server_id": {**_ID, "description": "The server that the file is from."},
            "user_id": {**_ID, "description": "The person that the file is about."},
            "tables": {
                "type": "object",
                "description": "One list for each table in which something was found; the others are left out.",
                "additionalProperties": False,
                "properties": {held.table: _list(held, lists) for held in HOLDINGS},
            },
        },
        "$defs": {held.table: _row(held, rows) for held in HOLDINGS},
    }


def _list(held: Held, written: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": written.get(held.table, {}).get("description", ""),
        "type": "array",
        "minItems": 1,
        "items": {"$ref": f"#/$defs/{held.table}"},
    }


def _row(held: Held, written: dict[str, Any]) -> dict[str, Any]:
    told = written.get(held.table, {}).get("properties", {})
    columns = metadata.tables[held.table].c
    properties = {}
    for column in columns:
        description = told.get(column.name, {}).get("description") or EVERYWHERE.get(column.name, "")
        properties[column.name] = {**_kind(column, held), "description": description}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [column.name for column in columns],
        "properties": properties,
    }


def _kind(column: Column[Any], held: Held) -> dict[str, Any]:
    if column.info.get(INSTANT):
        kind: dict[str, Any] = dict(_MOMENT)
    elif not isinstance(column.type, Text) and (column.name == "id" or column.name.endswith("_id")):
        kind = dict(_ID)
    else:
        kind = {"type": "string" if isinstance(column.type, Text) else "integer"}
    others = column.name in held.columns and (len(held.columns) > 1 or held.through is not None)
    if column.nullable or others:  # somebody else's id is left out
        kind["type"] = [kind["type"], "null"]
    return kind


def undocumented() -> list[str]:
    """Return what nobody has described yet, as table or table.column."""
    made = schema()
    lists = made["properties"]["tables"]["properties"]
    missing = [table for table, about in lists.items() if not about["description"]]
    for table, row in made["$defs"].items():
        missing += [f"{table}.{name}" for name, about in row["properties"].items() if not about["description"]]
    return missing


def text() -> str:
    """Return the schema as it is written."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def page() -> str:
    """Return the page for people."""
    made = schema()
    lines = [
        "# What is held about a person",
        "",
        "<!-- Made by `python -m tests.privacy.personal_data`; descriptions are in personal-data.schema.json. -->",
        "",
        "*Download my data* in `/profile` hands over a JSON file with everything that this server's register holds",
        "about you. [personal-data.schema.json](personal-data.schema.json) is its JSON Schema; a test holds the two",
        "together, and fails when a table or a column is not described here.",
        "",
        "Times are ISO 8601 in UTC. Ids are strings, because they do not fit a JavaScript number. Other people's ids",
        "are `null`. Tables in which nothing was found are left out.",
        "",
        "| field | what it is |",
        "|---|---|",
    ]
    for name, about in made["properties"].items():
        lines.append(f"| `{name}` | {about['description']} |")
    for table, about in made["properties"]["tables"]["properties"].items():
        lines += ["", f"## {table}", about["description"], "", "| column | type | what it is |", "|---|---|---|"]
        for name, column in made["$defs"][table]["properties"].items():
            lines.append(f"| `{name}` | {_type(column)} | {column['description']} |")
    lines += [
        "",
        "## What erasing does",
        "Erasing takes your id out of every table above, in one unit of work, in one server. Pledges that others could",
        "see stay without your name, notes and links, and so does the fact that something was decided. Everything else",
        "goes. Standing messages that named you are drawn anew or deleted within a minute, and roles are given back. A",
        "test fills every table in which a person can stand and fails when one keeps an id.",
        "",
        "What nobody can call back: messages that others have read or copied, notifications already sent, files that",
        "were downloaded, and the host's safety copies until they are replaced.",
        "",
        "## What an admin may download",
        f"`/setup privacy` hands the whole register of one server (`{SERVER_FORMAT}`) to an admin who says what it",
        "is for; who, when and why is recorded. Rows look as above, with people's ids in them. Left out, because",
        f"people were told that nobody sees it: {', '.join(LEFT_OUT.values())}; pledges that are still drafts;",
        "who asked a question without their name; who voted on an answer.",
    ]
    return "\n".join(lines) + "\n"


def _type(column: dict[str, Any]) -> str:
    kind = column["type"]
    names = kind if isinstance(kind, list) else [kind]
    first = "moment" if column.get("format") else "id" if column.get("pattern") else names[0]
    return f"{first}, or null" if len(names) > 1 else str(first)


def main() -> None:
    """Write the schema, then the page; say what is still to be described."""
    SCHEMA.write_text(text(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
    for name in undocumented():
        print(f"describe in {SCHEMA.name}: {name}")


if __name__ == "__main__":
    main()
