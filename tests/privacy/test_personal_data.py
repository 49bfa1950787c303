"""The download is what its documentation says, for every table there is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import jsonschema
import pytest

from bot.privacy.model import HOLDINGS
from tests.privacy import personal_data
from tests.privacy.filling import PERSON, fill
from tests.world import World

SCHEMA: dict[str, Any] = json.loads(personal_data.SCHEMA.read_text(encoding="utf-8"))
FORMATS = jsonschema.FormatChecker(())


@FORMATS.checks("date-time", raises=ValueError)  # type: ignore[untyped-decorator]
def _is_a_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).utcoffset() == timedelta(0)


CHECK = jsonschema.Draft202012Validator(SCHEMA, format_checker=FORMATS)


def test_every_table_and_column_is_described() -> None:
    assert personal_data.undocumented() == [], "describe them in docs/personal-data.schema.json"


def test_the_schema_and_the_page_say_what_the_tables_are() -> None:
    told = "run: python -m tests.privacy.personal_data"
    assert personal_data.SCHEMA.read_text(encoding="utf-8") == personal_data.text(), told
    assert personal_data.PAGE.read_text(encoding="utf-8") == personal_data.page(), told


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["$defs"]) == {held.table for held in HOLDINGS}


async def test_a_download_with_every_table_filled_is_valid(world: World) -> None:
    await world.bot.worker.stop()
    await fill(world, world.guild.id, 1000)
    data = await world.services.privacy.export(replace(world.actor(world.anna), user_id=PERSON))
    file: Any = json.loads(json.dumps(data))
    assert set(file["tables"]) == {held.table for held in HOLDINGS}
    assert list(CHECK.iter_errors(file)) == []


async def test_a_strangers_download_is_valid_too(world: World) -> None:
    data = await world.services.privacy.export(world.actor(world.ben))
    assert list(CHECK.iter_errors(json.loads(json.dumps(data)))) == []


@pytest.mark.parametrize("broken", ["user_id", "tables", "new table", "new column", "moment"])
async def test_the_check_above_can_fail(world: World, broken: str) -> None:
    await world.bot.worker.stop()
    await fill(world, world.guild.id, 1000)
    data = await world.services.privacy.export(replace(world.actor(world.anna), user_id=PERSON))
    file: Any = json.loads(json.dumps(data))
    match broken:
        case "new table":
            file["tables"]["diaries"] = [{"id": "1"}]
        case "new column":
            file["tables"]["members"][0]["shoe_size"] = 43
        case "moment":
            file["tables"]["members"][0]["joined_at"] = "yesterday"
        case _:
            del file[broken]
    assert list(CHECK.iter_errors(file)) != []
