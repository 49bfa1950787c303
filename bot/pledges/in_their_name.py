"""Pledges made in the name of an organisation: how many, and what happens to them when it is renamed or merged."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, bindparam, func, or_, select, update

from bot.delivery.outbox import Outbox, posts
from bot.pledges.model import Status, Visibility
from bot.pledges.store import pledges
from bot.storage.database import Reading, Transaction

_of = and_(pledges.c.guild_id == bindparam("guild_id"), pledges.c.organisation_id == bindparam("organisation_id"))
_count = select(func.count()).select_from(pledges).where(_of, pledges.c.status != Status.WITHDRAWN.value)
_move = (
    update(pledges)
    .where(pledges.c.guild_id == bindparam("in_guild"), pledges.c.organisation_id == bindparam("gone"))
    .values(organisation_id=bindparam("stays"))
)
# The organisers' card always says whose it is, the public one where its maker is named.
_standing = (
    select(posts.c.kind, posts.c.subject_id, pledges.c.maker_id)
    .select_from(
        pledges.join(
            posts,
            and_(
                posts.c.guild_id == pledges.c.guild_id,
                or_(posts.c.kind == "pledge.review", posts.c.kind == "pledge.card"),
                posts.c.subject_id == pledges.c.id,
            ),
        )
    )
    .where(_of, or_(posts.c.kind == "pledge.review", pledges.c.visibility == Visibility.NAMED.value))
    .order_by(pledges.c.id.desc())
)


class PledgesInTheirName:
    """Follows organisations (see :class:`bot.members.organisations.Follower`)."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def count(self, reading: Reading, guild_id: int, organisation_id: int) -> int:
        """Return how many pledges are in its name, drafts and hidden ones too, those withdrawn left out."""
        return int(await reading.scalar(_count, guild_id=guild_id, organisation_id=organisation_id) or 0)

    async def used(self, reading: Reading, guild_id: int, ids: Collection[int]) -> set[int]:
        """Return which of these organisations any pledge names."""
        statement = select(pledges.c.organisation_id).where(
            pledges.c.guild_id == guild_id, pledges.c.organisation_id.in_(sorted(ids))
        )
        return {int(row["organisation_id"]) for row in await reading.all(statement.distinct())}

    async def moved(self, tx: Transaction, guild_id: int, gone: int, stays: int) -> int:
        """Move every pledge to another organisation and queue the cards that name it; return how many pledges."""
        await self.changed(tx, guild_id, gone)
        return await tx.run(_move, in_guild=guild_id, gone=gone, stays=stays)

    async def changed(self, tx: Transaction, guild_id: int, organisation_id: int) -> None:
        """Queue every standing card that names the organisation."""
        for row in await tx.all(_standing, guild_id=guild_id, organisation_id=organisation_id):
            await self._outbox.put(tx, guild_id, row["kind"], row["subject_id"], person_id=row["maker_id"])
