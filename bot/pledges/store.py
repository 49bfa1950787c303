"""Tables and queries of pledges and their history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Index, Table, bindparam, case, delete, select, update

from bot.pledges.model import Act, Draft, Entry, Pledge, Review, Status, Visibility
from bot.storage.database import Reading, Row, Transaction
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

pledges = Table(
    "pledges",
    metadata,
    identity(),
    snowflake("guild_id"),
    snowflake("maker_id", nullable=True),
    words("action", nullable=True),
    words("sector"),
    number("organisation_id", nullable=True),
    words("what"),
    words("done_when"),
    instant("due_at", nullable=True),
    words("help_wanted"),
    words("visibility"),
    words("status"),
    words("review"),
    number("progress"),
    words("note"),
    words("evidence"),
    number("needs_help"),
    instant("created_at"),
    instant("changed_at"),
    Index("ix_pledges_guild_id_status", "guild_id", "status", "id"),
    Index("ix_pledges_guild_id_maker_id", "guild_id", "maker_id", "id"),
    Index("ix_pledges_guild_id_sector", "guild_id", "sector", "status", "id"),
    Index("ix_pledges_guild_id_organisation_id", "guild_id", "organisation_id"),
    Index("ix_pledges_status_changed_at", "status", "changed_at"),
    sqlite_autoincrement=True,
)

history = Table(
    "pledge_history",
    metadata,
    identity(),
    snowflake("guild_id"),
    number("pledge_id"),
    words("act"),
    snowflake("by_id", nullable=True),
    instant("at"),
    words("source"),
    words("target"),
    words("reason"),
    Index("ix_pledge_history_guild_id_pledge_id", "guild_id", "pledge_id", "id"),
    Index("ix_pledge_history_guild_id_by_id", "guild_id", "by_id"),
    sqlite_autoincrement=True,
)


_here = pledges.c.guild_id == bindparam("guild_id")
_by_id = select(pledges).where(_here, pledges.c.id == bindparam("pledge_id"))
_FORM = (
    "what",
    "done_when",
    "due_at",
    "help_wanted",
    "visibility",
    "sector",
    "review",
    "organisation_id",
    "changed_at",
)
_content: dict[str, object] = {name: bindparam(f"new_{name}") for name in _FORM}
_change = update(pledges).where(_here, pledges.c.id == bindparam("pledge_id")).values(_content)
_move = (
    update(pledges)
    .where(
        _here,
        pledges.c.id == bindparam("pledge_id"),
        pledges.c.status == bindparam("from_status"),
        pledges.c.changed_at == bindparam("seen_at"),
    )
    .values(status=bindparam("to_status"), changed_at=bindparam("moved_at"))
)
_progress = (
    update(pledges)
    .where(_here, pledges.c.id == bindparam("pledge_id"))
    .values(
        progress=bindparam("new_progress"),
        note=bindparam("new_note"),
        evidence=bindparam("new_evidence"),
        needs_help=bindparam("new_needs_help"),
        changed_at=bindparam("moved_at"),
    )
)
_history_of = (
    select(history)
    .where(history.c.guild_id == bindparam("guild_id"), history.c.pledge_id == bindparam("pledge_id"))
    .order_by(history.c.id)
    .limit(bindparam("most"))
)
_last_decision = (
    select(history)
    .where(history.c.guild_id == bindparam("guild_id"), history.c.pledge_id == bindparam("pledge_id"))
    .order_by(history.c.id.desc())
    .limit(1)
)
_before = pledges.c.id < bindparam("after")
_newest = pledges.c.id.desc()
_mine = (
    select(pledges)
    .where(_here, pledges.c.maker_id == bindparam("maker_id"), _before, pledges.c.status != Status.WITHDRAWN)
    .order_by(_newest)
    .limit(bindparam("most"))
)
_seen = pledges.c.visibility != Visibility.HIDDEN
_public_newest = (
    select(pledges)
    .where(_here, pledges.c.status == bindparam("status"), _seen, _before)
    .order_by(_newest)
    .limit(bindparam("most"))
)
_public_sector = (
    select(pledges)
    .where(_here, pledges.c.sector == bindparam("sector"), pledges.c.status == bindparam("status"), _seen, _before)
    .order_by(_newest)
    .limit(bindparam("most"))
)
_queue = (
    select(pledges)
    .where(_here, pledges.c.status == bindparam("status"), pledges.c.id > bindparam("after"))
    .order_by(pledges.c.id)
    .limit(bindparam("most"))
)
_overdue = (
    select(pledges)
    .where(
        pledges.c.status == Status.ACTIVE,
        pledges.c.changed_at < bindparam("before"),
        pledges.c.due_at < bindparam("before"),
    )
    .limit(100)
)
_old_drafts = (
    select(pledges.c.id, pledges.c.guild_id)
    .where(pledges.c.status == Status.DRAFT, pledges.c.changed_at < bindparam("before"))
    .limit(500)
)
_drop = delete(pledges).where(_here, pledges.c.id == bindparam("pledge_id"))
_drop_history = delete(history).where(
    history.c.guild_id == bindparam("guild_id"), history.c.pledge_id == bindparam("pledge_id")
)
_ids_of = select(pledges.c.id, pledges.c.status).where(_here, pledges.c.maker_id == bindparam("maker_id"))
_forget_maker = (
    update(pledges)
    .where(_here, pledges.c.maker_id == bindparam("maker_gone"))
    .values(
        maker_id=None,
        organisation_id=None,
        visibility=case((_seen, Visibility.COUNTED.value), else_=Visibility.HIDDEN.value),  # hidden stays hidden
        note="",
        evidence="",
    )
)
_touched_by = (
    select(history.c.pledge_id)
    .where(history.c.guild_id == bindparam("guild_id"), history.c.by_id == bindparam("user_id"))
    .distinct()
)
_forget_reviewer = (
    update(history)
    .where(history.c.guild_id == bindparam("guild_id"), history.c.by_id == bindparam("user_gone"))
    .values(by_id=None)
)


async def add(
    tx: Transaction,
    guild_id: int,
    maker_id: int,
    draft: Draft,
    review: Review,
    organisation_id: int | None,
    at: datetime,
) -> int:
    """Insert a draft and return its id."""
    return await tx.insert(
        pledges,
        guild_id=guild_id,
        maker_id=maker_id,
        action=draft.action,
        sector=draft.sector,
        organisation_id=organisation_id,
        what=draft.what,
        done_when=draft.done_when,
        due_at=maybe_micros(draft.due),
        help_wanted=draft.help_wanted,
        visibility=draft.visibility.value,
        status=Status.DRAFT.value,
        review=review.value,
        progress=0,
        note="",
        evidence="",
        needs_help=0,
        created_at=to_micros(at),
        changed_at=to_micros(at),
    )


async def change(tx: Transaction, pledge: Pledge, draft: Draft, at: datetime) -> None:
    """Write a draft's texts over a pledge, with the review and the organisation that the pledge now has."""
    await tx.run(
        _change,
        guild_id=pledge.guild_id,
        pledge_id=pledge.id,
        new_what=draft.what,
        new_done_when=draft.done_when,
        new_due_at=maybe_micros(draft.due),
        new_help_wanted=draft.help_wanted,
        new_visibility=draft.visibility.value,
        new_sector=draft.sector,
        new_review=pledge.review.value,
        new_organisation_id=pledge.organisation_id,
        new_changed_at=to_micros(at),
    )


async def move(tx: Transaction, pledge: Pledge, target: Status, at: datetime) -> bool:
    """Move a pledge on from the state it was read in; False when somebody else was first."""
    moved = await tx.run(
        _move,
        guild_id=pledge.guild_id,
        pledge_id=pledge.id,
        from_status=pledge.status.value,
        seen_at=to_micros(pledge.changed_at),
        to_status=target.value,
        moved_at=to_micros(at),
    )
    return moved == 1


async def report(
    tx: Transaction, pledge: Pledge, *, progress: int, note: str, evidence: str, needs_help: bool, at: datetime
) -> None:
    """Write what the maker reports."""
    await tx.run(
        _progress,
        guild_id=pledge.guild_id,
        pledge_id=pledge.id,
        new_progress=progress,
        new_note=note,
        new_evidence=evidence,
        new_needs_help=int(needs_help),
        moved_at=to_micros(at),
    )


async def record(tx: Transaction, pledge: Pledge, entry: Entry) -> int:
    """Append to the history and return the entry's id."""
    return await tx.insert(
        history,
        guild_id=pledge.guild_id,
        pledge_id=pledge.id,
        act=entry.act.value,
        by_id=entry.by,
        at=to_micros(entry.at),
        source=entry.source.value,
        target=entry.target.value,
        reason=entry.reason,
    )


async def find(reading: Reading, guild_id: int, pledge_id: int) -> Pledge | None:
    """Return a pledge of this server."""
    row = await reading.one(_by_id, guild_id=guild_id, pledge_id=pledge_id)
    return None if row is None else _pledge(row)


async def entries(reading: Reading, guild_id: int, pledge_id: int, most: int = 100) -> list[Entry]:
    """Return a pledge's history, oldest first."""
    rows = await reading.all(_history_of, guild_id=guild_id, pledge_id=pledge_id, most=most)
    return [_entry(row) for row in rows]


async def last_entry(reading: Reading, guild_id: int, pledge_id: int) -> Entry | None:
    """Return the newest line of a pledge's history."""
    row = await reading.one(_last_decision, guild_id=guild_id, pledge_id=pledge_id)
    return None if row is None else _entry(row)


async def of_maker(reading: Reading, guild_id: int, maker_id: int, after: int, most: int) -> list[Pledge]:
    """Return somebody's own pledges below an id, newest first, without withdrawn ones."""
    rows = await reading.all(_mine, guild_id=guild_id, maker_id=maker_id, after=after, most=most)
    return [_pledge(row) for row in rows]


async def public(
    reading: Reading, guild_id: int, statuses: Iterable[Status], sector: str | None, after: int, most: int
) -> list[Pledge]:
    """Return pledges that others may see, newest first: one indexed range per status, merged by id."""
    found: list[Pledge] = []
    for status in statuses:
        if sector is None:
            rows = await reading.all(_public_newest, guild_id=guild_id, status=status.value, after=after, most=most)
        else:
            rows = await reading.all(
                _public_sector, guild_id=guild_id, sector=sector, status=status.value, after=after, most=most
            )
        found += [_pledge(row) for row in rows]
    return sorted(found, key=lambda pledge: -pledge.id)[:most]


async def queue(reading: Reading, guild_id: int, status: Status, after: int, most: int) -> list[Pledge]:
    """Return pledges in one status above an id, oldest first."""
    rows = await reading.all(_queue, guild_id=guild_id, status=status.value, after=after, most=most)
    return [_pledge(row) for row in rows]


async def overdue(reading: Reading, before: datetime) -> list[Pledge]:
    """Return up to 100 active pledges whose date and last update both lie before an instant."""
    return [_pledge(row) for row in await reading.all(_overdue, before=to_micros(before))]


async def old_drafts(reading: Reading, before: datetime) -> list[tuple[int, int]]:
    """Return (guild, id) of up to 500 drafts untouched since an instant."""
    return [(row["guild_id"], row["id"]) for row in await reading.all(_old_drafts, before=to_micros(before))]


async def drop(tx: Transaction, guild_id: int, pledge_id: int) -> None:
    """Delete a pledge with its history."""
    await tx.run(_drop_history, guild_id=guild_id, pledge_id=pledge_id)
    await tx.run(_drop, guild_id=guild_id, pledge_id=pledge_id)


async def ids_of(reading: Reading, guild_id: int, maker_id: int) -> list[tuple[int, Status]]:
    """Return id and status of everything somebody made."""
    rows = await reading.all(_ids_of, guild_id=guild_id, maker_id=maker_id)
    return [(row["id"], Status(row["status"])) for row in rows]


async def touched_by(reading: Reading, guild_id: int, user_id: int) -> list[int]:
    """Return the id of every pledge in whose history a person stands."""
    return [row["pledge_id"] for row in await reading.all(_touched_by, guild_id=guild_id, user_id=user_id)]


async def forget_person(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Take a person's id out of pledges and history; what was pledged stays, anonymised."""
    await tx.run(_forget_maker, guild_id=guild_id, maker_gone=user_id)
    await tx.run(_forget_reviewer, guild_id=guild_id, user_gone=user_id)


def _pledge(row: Row) -> Pledge:
    return Pledge(
        id=row["id"],
        guild_id=row["guild_id"],
        maker_id=row["maker_id"],
        action=row["action"],
        sector=row["sector"],
        organisation_id=row["organisation_id"],
        organisation=None,
        what=row["what"],
        done_when=row["done_when"],
        due=maybe_instant(row["due_at"]),
        help_wanted=row["help_wanted"],
        visibility=Visibility(row["visibility"]),
        status=Status(row["status"]),
        review=Review(row["review"]),
        progress=row["progress"],
        note=row["note"],
        evidence=row["evidence"],
        needs_help=bool(row["needs_help"]),
        created_at=from_micros(row["created_at"]),
        changed_at=from_micros(row["changed_at"]),
    )


def _entry(row: Row) -> Entry:
    return Entry(
        act=Act(row["act"]),
        by=row["by_id"],
        at=from_micros(row["at"]),
        source=Status(row["source"]),
        target=Status(row["target"]),
        reason=row["reason"],
    )
