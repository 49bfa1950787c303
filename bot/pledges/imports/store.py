"""The table of imports, and the pledges that came from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, Table, bindparam, case, select, update

from bot.pledges import store
from bot.pledges.imports.model import Import, Row, State
from bot.pledges.model import Pledge, Review, Status
from bot.pledges.store import from_row, pledges
from bot.storage import database
from bot.storage.database import Reading, Transaction
from bot.storage.schema import (
    from_micros,
    identity,
    instant,
    maybe_instant,
    maybe_micros,
    metadata,
    number,
    snowflake,
    to_micros,
    words,
)

imports = Table(
    "pledge_imports",
    metadata,
    identity(),
    snowflake("guild_id"),
    snowflake("by_id", nullable=True),
    instant("at"),
    words("state"),
    number("rows"),
    number("came"),
    snowflake("decider_id", nullable=True),
    instant("decided_at", nullable=True),
    words("payload", nullable=True),
    Index("ix_pledge_imports_guild_id", "guild_id", "id"),
    Index("ix_pledge_imports_guild_id_by_id", "guild_id", "by_id"),
    Index("ix_pledge_imports_guild_id_decider_id", "guild_id", "decider_id"),
    Index("ix_pledge_imports_state_at", "state", "at"),
    sqlite_autoincrement=True,
)
"""``payload`` is what was read from a file, as JSON lines, while it waits for a decision."""

_record = [column for column in imports.c if column.name != "payload"]
_here = imports.c.guild_id == bindparam("guild_id")
_this = (_here, imports.c.id == bindparam("import_id"))
_by_id = select(*_record).where(*_this)
_newest = select(*_record).where(_here).order_by(imports.c.id.desc()).limit(bindparam("most"))
_payload = select(imports.c.payload).where(*_this)
_came = update(imports).where(*_this).values(came=imports.c.came + bindparam("more"))
_decide = (
    update(imports)
    .where(*_this, imports.c.state == bindparam("from_state"))
    .values(state=bindparam("to_state"), decider_id=bindparam("new_decider"), decided_at=bindparam("now"), payload=None)
)
# What came in before a kill stays in, and can be taken back.
_given_up: dict[str, object] = {
    "state": case((imports.c.came > 0, State.DONE.value), else_=State.DISCARDED.value),
    "decided_at": bindparam("now"),
    "payload": None,
}
_waiting = imports.c.state == State.READY.value
_expire = update(imports).where(_waiting, imports.c.at < bindparam("before")).values(_given_up)
_let_go = update(imports).where(_here, _waiting, imports.c.by_id == bindparam("user_gone")).values(_given_up)
_forget = [
    update(imports).where(_here, column == bindparam("user_gone")).values({column.name: None})
    for column in (imports.c.by_id, imports.c.decider_id)
]
_gone = sorted(status.value for status in (Status.DRAFT, Status.DECLINED, Status.WITHDRAWN))
_known = (
    select(pledges.c.id, pledges.c.organisation_id, pledges.c.sector, pledges.c.what, pledges.c.visibility)
    .where(
        pledges.c.guild_id == bindparam("guild_id"),
        pledges.c.id > bindparam("after"),
        pledges.c.status.not_in(_gone),
    )
    .order_by(pledges.c.id)
    .limit(bindparam("most"))
)
_of_import = (
    select(pledges)
    .where(
        pledges.c.guild_id == bindparam("guild_id"),
        pledges.c.import_id == bindparam("import_id"),
        pledges.c.id > bindparam("after"),
    )
    .order_by(pledges.c.id)
    .limit(bindparam("most"))
)


async def add(tx: Transaction, guild_id: int, by: int, at: datetime, rows: int, payload: str) -> int:
    """Store what was read from a file and return the id of the import."""
    return await tx.insert(
        imports,
        guild_id=guild_id,
        by_id=by,
        at=to_micros(at),
        state=State.READY.value,
        rows=rows,
        came=0,
        payload=payload,
    )


async def find(reading: Reading, guild_id: int, import_id: int) -> Import | None:
    """Return an import of this server."""
    row = await reading.one(_by_id, guild_id=guild_id, import_id=import_id)
    return None if row is None else _import(row)


async def newest(reading: Reading, guild_id: int, most: int) -> list[Import]:
    """Return the newest imports of a server."""
    return [_import(row) for row in await reading.all(_newest, guild_id=guild_id, most=most)]


async def payload(reading: Reading, guild_id: int, import_id: int) -> str | None:
    """Return what was read from the file, None once that is deleted."""
    found: str | None = await reading.scalar(_payload, guild_id=guild_id, import_id=import_id)
    return found


async def decide(tx: Transaction, found: Import, source: State, target: State, by: int | None, at: datetime) -> bool:
    """Move an import on and delete what was read from the file; False when somebody else was first."""
    moved = await tx.run(
        _decide,
        guild_id=found.guild_id,
        import_id=found.id,
        from_state=source.value,
        to_state=target.value,
        new_decider=by,
        now=to_micros(at),
    )
    return moved == 1


async def count_in(tx: Transaction, found: Import, more: int) -> None:
    """Count pledges that came in."""
    await tx.run(_came, guild_id=found.guild_id, import_id=found.id, more=more)


async def expire(tx: Transaction, before: datetime, at: datetime) -> None:
    """Delete what was read before an instant and that nobody decided about."""
    await tx.run(_expire, before=to_micros(before), now=to_micros(at))


async def let_go(tx: Transaction, guild_id: int, user_id: int, at: datetime) -> None:
    """Delete what somebody brought that nobody decided about."""
    await tx.run(_let_go, guild_id=guild_id, user_gone=user_id, now=to_micros(at))


async def forget(tx: Transaction, guild_id: int, user_id: int, at: datetime) -> None:
    """Take a person's id out of the record, and delete what they brought that nobody decided about."""
    await let_go(tx, guild_id, user_id, at)
    for statement in _forget:
        await tx.run(statement, guild_id=guild_id, user_gone=user_id)


# Pledges.


async def known(reading: Reading, guild_id: int, after: int, most: int) -> Sequence[database.Row]:
    """Return id, organisation_id, sector, what and visibility of pledges above an id that anything may come of."""
    return await reading.all(_known, guild_id=guild_id, after=after, most=most)


async def add_pledge(
    tx: Transaction,
    found: Import,
    row: Row,
    *,
    review: Review,
    organisation_id: int | None,
    due: datetime | None,
    made: datetime,
    at: datetime,
) -> Pledge:
    """Insert a pledge that nobody makes yet, and return it."""
    values: dict[str, object] = {
        "guild_id": found.guild_id,
        "maker_id": None,
        "action": row.action,
        "sector": row.sector,
        "organisation_id": organisation_id,
        "what": row.what,
        "done_when": row.done_when,
        "due_at": maybe_micros(due),
        "help_wanted": row.help_wanted,
        "visibility": row.visibility.value,
        "status": row.status.value,
        "review": review.value,
        "progress": row.progress,
        "note": row.note,
        "evidence": row.evidence,
        "needs_help": 0,
        "created_at": to_micros(made),
        "changed_at": to_micros(at),
        "import_id": found.id,
    }
    added = await store.find(tx, found.guild_id, await tx.insert(pledges, **values))
    assert added is not None, "the row was just written"
    return added


async def of_import(reading: Reading, guild_id: int, import_id: int, after: int, most: int) -> list[Pledge]:
    """Return the pledges of an import above an id."""
    rows = await reading.all(_of_import, guild_id=guild_id, import_id=import_id, after=after, most=most)
    return [from_row(row) for row in rows]


def _import(row: database.Row) -> Import:
    return Import(
        id=row["id"],
        guild_id=row["guild_id"],
        by=row["by_id"],
        at=from_micros(row["at"]),
        state=State(row["state"]),
        rows=row["rows"],
        came=row["came"],
        decider=row["decider_id"],
        decided_at=maybe_instant(row["decided_at"]),
    )
