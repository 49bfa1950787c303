"""Pages of pledges that everybody may see: one indexed range for each status, merged by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import BigInteger, Select, and_, bindparam, or_, select

from bot.pledges.model import Pledge, Status, Visibility
from bot.pledges.store import from_row, pledges
from bot.storage.database import Reading
from bot.storage.schema import to_micros

_LAST = 2**62


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page is narrowed to. ``by_change``: latest change first, else newest first."""

    statuses: Sequence[Status]
    sector: str = ""
    organisation: int = 0
    since: datetime | None = None
    until: datetime | None = None
    by_change: bool = False


def _query(sector: bool, organisation: bool, by_change: bool, back: bool) -> Select[Any]:
    made = select(pledges).where(
        pledges.c.guild_id == bindparam("guild_id"),
        pledges.c.status == bindparam("status"),
        pledges.c.visibility != Visibility.HIDDEN.value,
    )
    if sector:
        made = made.where(pledges.c.sector == bindparam("sector"))
    if organisation:
        made = made.where(
            pledges.c.organisation_id == bindparam("organisation"),
            pledges.c.visibility == Visibility.NAMED.value,
            or_(pledges.c.maker_id.is_not(None), pledges.c.import_id.is_not(None)),
        )
    number = pledges.c.id
    beyond = number >= bindparam("key_id") if back else number < bindparam("key_id")
    order = [number.asc() if back else number.desc()]
    if by_change:
        at, key = pledges.c.changed_at, bindparam("key_at", type_=BigInteger)
        beyond = or_(at > key if back else at < key, and_(at == key, beyond))
        made = made.where(at <= bindparam("end") if back else at >= bindparam("end"))
        order.insert(0, at.asc() if back else at.desc())
    return made.where(beyond).order_by(*order).limit(bindparam("most"))


_QUERIES = {key: _query(*key) for key in product((False, True), repeat=4)}


async def newest(
    reading: Reading,
    guild_id: int,
    wanted: Wanted,
    behind: tuple[int, int] | None,
    most: int,
    *,
    back: bool = False,
) -> list[Pledge]:
    """Return up to ``most`` pledges behind a key (microseconds, id), None for the first page.

    With ``back`` those up to that key, which is one of them, the nearest to it first.
    """
    key = behind or (_LAST, _LAST)
    values: dict[str, Any] = {"guild_id": guild_id, "most": most}
    if wanted.sector:
        values["sector"] = wanted.sector
    if wanted.organisation:
        values["organisation"] = wanted.organisation
    if wanted.by_change:
        since = to_micros(wanted.since) if wanted.since is not None else 0
        latest = to_micros(wanted.until) if wanted.until is not None else _LAST
        # One end on each side: of two SQLite took the key, and read everything newer than what was wanted.
        key = max(key, (since, 0)) if back else min(key, (latest, _LAST))
        values |= {"key_at": key[0], "end": latest if back else since}
    values["key_id"] = key[1]
    query = _QUERIES[bool(wanted.sector), bool(wanted.organisation), wanted.by_change, back]
    pages = await reading.together(*((query, {**values, "status": status.value}) for status in wanted.statuses))
    rows = [row for page in pages for row in page]
    rows.sort(key=lambda row: (row["changed_at"] if wanted.by_change else 0, row["id"]), reverse=not back)
    return [from_row(row) for row in rows[:most]]


def moment(pledge: Pledge) -> int:
    """Return the first part of a pledge's key, where the latest change comes first."""
    return to_micros(pledge.changed_at)
