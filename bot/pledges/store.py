"""The table of pledges and its queries; the history, the desk and the company have stores of their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Index, Table, bindparam, case, delete, func, select, update

from bot.pledges.model import Draft, Pledge, Review, Status, Visibility
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
    instant("queued_at", nullable=True),
    number("only_if", server_default="0"),
    instant("join_by_at", nullable=True),
    number("joined", server_default="0"),
    number("offered", server_default="0"),
    number("import_id", nullable=True),
    Index("ix_pledges_guild_id_import_id", "guild_id", "import_id", "id"),
    Index("ix_pledges_guild_id_status", "guild_id", "status", "id"),
    Index("ix_pledges_guild_id_maker_id", "guild_id", "maker_id", "id"),
    Index("ix_pledges_guild_id_sector", "guild_id", "sector", "status", "id"),
    Index("ix_pledges_guild_id_organisation_id", "guild_id", "organisation_id"),
    Index("ix_pledges_guild_id_organisation_id_status", "guild_id", "organisation_id", "status", "id"),
    Index("ix_pledges_guild_id_status_changed_at", "guild_id", "status", "changed_at", "id"),
    Index("ix_pledges_guild_id_sector_changed_at", "guild_id", "sector", "status", "changed_at", "id"),
    Index("ix_pledges_status_changed_at", "status", "changed_at"),
    Index("ix_pledges_guild_id_queued_at", "guild_id", "status", "queued_at", "id"),
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
    "only_if",
    "join_by_at",
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
    .values(status=bindparam("to_status"), queued_at=bindparam("to_queue"), changed_at=bindparam("moved_at"))
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
_drop = delete(pledges).where(_here, pledges.c.id == bindparam("pledge_id"))
_open_of = (
    select(func.count())
    .select_from(pledges)
    .where(
        _here,
        pledges.c.maker_id == bindparam("maker_id"),
        pledges.c.status.in_([Status.DRAFT.value, Status.SUBMITTED.value, Status.CHANGES_ASKED.value]),
    )
)
_begun = (
    select(pledges.c.created_at)
    .where(_here, pledges.c.maker_id == bindparam("maker_id"))
    .order_by(pledges.c.id.desc())
    .limit(bindparam("most"))
)
_draft_of = (
    select(pledges)
    .where(_here, pledges.c.maker_id == bindparam("maker_id"), pledges.c.status == Status.DRAFT.value)
    .order_by(pledges.c.id.desc())
    .limit(1)
)
_show_as = (
    update(pledges).where(_here, pledges.c.id == bindparam("pledge_id")).values(visibility=bindparam("new_visibility"))
)
_condition = (
    update(pledges)
    .where(_here, pledges.c.id == bindparam("pledge_id"))
    .values(only_if=bindparam("new_only_if"), join_by_at=bindparam("new_join_by_at"))
)
_take_on = (
    update(pledges)
    .where(
        _here,
        pledges.c.id == bindparam("pledge_id"),
        pledges.c.maker_id.is_(None),
    )
    .values(maker_id=bindparam("new_maker"), visibility=bindparam("new_visibility"), changed_at=bindparam("now"))
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
        queued_at=case((pledges.c.status == Status.ACTIVE.value, None), else_=pledges.c.queued_at),
    )
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
        only_if=draft.only_if,
        join_by_at=maybe_micros(draft.join_by),
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
        new_only_if=draft.only_if,
        new_join_by_at=maybe_micros(draft.join_by),
        new_changed_at=to_micros(at),
    )


async def move(tx: Transaction, pledge: Pledge, target: Status, at: datetime, queued_at: datetime | None) -> bool:
    """Move a pledge on from the state it was read in, onto the desk or off it; False when somebody else was first."""
    moved = await tx.run(
        _move,
        guild_id=pledge.guild_id,
        pledge_id=pledge.id,
        from_status=pledge.status.value,
        seen_at=to_micros(pledge.changed_at),
        to_status=target.value,
        to_queue=maybe_micros(queued_at),
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


async def find(reading: Reading, guild_id: int, pledge_id: int) -> Pledge | None:
    """Return a pledge of this server."""
    row = await reading.one(_by_id, guild_id=guild_id, pledge_id=pledge_id)
    return None if row is None else from_row(row)


async def of_maker(reading: Reading, guild_id: int, maker_id: int, after: int, most: int) -> list[Pledge]:
    """Return somebody's own pledges below an id, newest first, without withdrawn ones."""
    rows = await reading.all(_mine, guild_id=guild_id, maker_id=maker_id, after=after, most=most)
    return [from_row(row) for row in rows]


async def public(
    reading: Reading, guild_id: int, statuses: Iterable[Status], sector: str | None, after: int, most: int
) -> list[Pledge]:
    """Return pledges that others may see, newest first: one indexed range per status, merged by id."""
    shared = {"guild_id": guild_id, "after": after, "most": most} | ({} if sector is None else {"sector": sector})
    query = _public_newest if sector is None else _public_sector
    pages = await reading.together(*((query, {**shared, "status": status.value}) for status in statuses))
    newest = sorted((row for rows in pages for row in rows), key=lambda row: -row["id"])
    return [from_row(row) for row in newest[:most]]


async def open_of(reading: Reading, guild_id: int, maker_id: int) -> int:
    """Return how many pledges of a person are drafts or wait for an organiser or for a change."""
    return int(await reading.scalar(_open_of, guild_id=guild_id, maker_id=maker_id) or 0)


async def begun_since(reading: Reading, guild_id: int, maker_id: int, since: datetime, most: int) -> int:
    """Return how many of a person's newest ``most`` pledges were begun since an instant."""
    rows = await reading.all(_begun, guild_id=guild_id, maker_id=maker_id, most=most)
    return sum(row["created_at"] > to_micros(since) for row in rows)


async def draft_of(reading: Reading, guild_id: int, maker_id: int) -> Pledge | None:
    """Return a person's newest draft."""
    row = await reading.one(_draft_of, guild_id=guild_id, maker_id=maker_id)
    return None if row is None else from_row(row)


async def show_as(tx: Transaction, pledge: Pledge, visibility: Visibility) -> None:
    """Write who sees the maker of a pledge."""
    await tx.run(_show_as, guild_id=pledge.guild_id, pledge_id=pledge.id, new_visibility=visibility.value)


async def take_on(tx: Transaction, pledge: Pledge, maker_id: int, visibility: Visibility, at: datetime) -> bool:
    """Make somebody the maker of a pledge that has none; False when somebody else was first."""
    taken = await tx.run(
        _take_on,
        guild_id=pledge.guild_id,
        pledge_id=pledge.id,
        new_maker=maker_id,
        new_visibility=visibility.value,
        now=to_micros(at),
    )
    return taken == 1


async def set_condition(tx: Transaction, pledge: Pledge, only_if: int, join_by: datetime | None) -> None:
    """Write how many others a pledge needs, and until when; 0 for none."""
    await tx.run(
        _condition,
        guild_id=pledge.guild_id,
        pledge_id=pledge.id,
        new_only_if=only_if,
        new_join_by_at=maybe_micros(join_by),
    )


async def drop(tx: Transaction, guild_id: int, pledge_id: int) -> None:
    """Delete a pledge; what hangs on it is the caller's."""
    await tx.run(_drop, guild_id=guild_id, pledge_id=pledge_id)


async def ids_of(reading: Reading, guild_id: int, maker_id: int) -> list[tuple[int, Status]]:
    """Return id and status of everything somebody made."""
    rows = await reading.all(_ids_of, guild_id=guild_id, maker_id=maker_id)
    return [(row["id"], Status(row["status"])) for row in rows]


async def forget_person(tx: Transaction, guild_id: int, user_id: int) -> None:
    """Take a person's id out of pledges; what was pledged stays, anonymised."""
    await tx.run(_forget_maker, guild_id=guild_id, maker_gone=user_id)


def from_row(found: Row) -> Pledge:
    """Return the pledge that a row of the table holds, without the name of its organisation."""
    row = dict(zip(found.keys(), found, strict=True))  # a Row goes through its columns for every name
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
        queued_at=maybe_instant(row["queued_at"]),
        only_if=row["only_if"],
        join_by=maybe_instant(row["join_by_at"]),
        joined=row["joined"],
        import_id=row["import_id"],
    )
