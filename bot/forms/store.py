"""What people typed into a form that could not be accepted, so that *Fix it* can reopen it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Index, Table, bindparam, delete, select

from bot.forms.model import Kept
from bot.storage.database import Reading, Transaction
from bot.storage.schema import identity, instant, metadata, snowflake, to_micros, words

kept_forms = Table(
    "kept_forms",
    metadata,
    identity(),
    snowflake("guild_id"),
    snowflake("user_id"),
    words("custom_id"),
    words("fields"),
    instant("kept_at"),
    Index("ix_kept_forms_guild_id_user_id", "guild_id", "user_id"),
    Index("ix_kept_forms_kept_at", "kept_at"),
    sqlite_autoincrement=True,
)

_one = select(kept_forms).where(
    kept_forms.c.id == bindparam("kept_id"),
    kept_forms.c.guild_id == bindparam("guild_id"),
    kept_forms.c.user_id == bindparam("user_id"),
)
_old = delete(kept_forms).where(kept_forms.c.kept_at < bindparam("before"))
_of = delete(kept_forms).where(
    kept_forms.c.guild_id == bindparam("guild_id"), kept_forms.c.user_id == bindparam("user_id")
)


async def keep(
    tx: Transaction, guild_id: int, user_id: int, custom_id: str, fields: Mapping[str, object], at: datetime
) -> int:
    """Store a form and return its id."""
    return await tx.insert(
        kept_forms,
        guild_id=guild_id,
        user_id=user_id,
        custom_id=custom_id,
        fields=json.dumps(dict(fields), ensure_ascii=False),
        kept_at=to_micros(at),
    )


async def find(reading: Reading, guild_id: int, user_id: int, kept_id: int) -> Kept | None:
    """Return a kept form of this very person in this very server."""
    row = await reading.one(_one, guild_id=guild_id, user_id=user_id, kept_id=kept_id)
    return None if row is None else Kept(row["custom_id"], json.loads(row["fields"]))


async def drop_before(tx: Transaction, before: datetime) -> int:
    """Delete forms kept before an instant; returns how many."""
    return await tx.run(_old, before=to_micros(before))


async def erase(tx: Transaction, guild_id: int, user_id: int) -> int:
    """Delete everything of one person in one server; returns how many rows."""
    return await tx.run(_of, guild_id=guild_id, user_id=user_id)
