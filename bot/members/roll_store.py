"""What every interaction has to know of a person, and the roll of those who show their name."""

from __future__ import annotations

from sqlalchemy import bindparam, case, column, func, select, table

from bot.delivery.outbox import posts
from bot.members.model import Brief, Visibility
from bot.members.notice_store import notices
from bot.members.store import member_sectors, preferences
from bot.storage.database import Reading

# The table of the roles room, by its name alone: a single query tells an interaction everything.
_grants = table("role_grants", column("guild_id"), column("user_id"))
_granted = (
    select(func.count())
    .select_from(_grants)
    .where(_grants.c.guild_id == bindparam("guild_id"), _grants.c.user_id == bindparam("user_id"))
    .scalar_subquery()
)
_mine = (preferences.c.guild_id == bindparam("guild_id"), preferences.c.user_id == bindparam("user_id"))
_newest = (
    select(notices.c.id, notices.c.seen_at)
    .where(notices.c.guild_id == bindparam("guild_id"), notices.c.user_id == bindparam("user_id"))
    .order_by(notices.c.id.desc())
    .limit(bindparam("most"))
    .subquery()
)
_sent = select(posts.c.subject_id).where(
    posts.c.guild_id == bindparam("guild_id"),
    posts.c.kind == bindparam("kind"),
    posts.c.subject_id == _newest.c.id,
)
_unheard = (
    select(func.count()).select_from(_newest).where(_newest.c.seen_at.is_(None), ~_sent.exists()).scalar_subquery()
)
_brief = select(
    preferences.c.locale,
    preferences.c.paused,
    case((preferences.c.news > 0, _unheard), else_=0).label("news"),
    _granted.label("roles"),
).where(*_mine)

_page = (
    select(member_sectors.c.user_id)
    .where(
        member_sectors.c.guild_id == bindparam("guild_id"),
        member_sectors.c.user_id > bindparam("after"),
        member_sectors.c.position == 0,
        member_sectors.c.visibility == Visibility.NAMED.value,
    )
    .order_by(member_sectors.c.user_id)
    .limit(bindparam("most"))
)
_named = (
    select(member_sectors.c.user_id, member_sectors.c.sector)
    .where(member_sectors.c.guild_id == bindparam("guild_id"), member_sectors.c.user_id.in_(_page.scalar_subquery()))
    .order_by(member_sectors.c.user_id, member_sectors.c.position)
)


async def brief(reading: Reading, guild_id: int, user_id: int, kind: str, most: int) -> Brief:
    """Return what every interaction needs, with one point query.

    Its news are those among the ``most`` newest that a person has neither seen nor been sent as a message: whoever
    got a message (a post of this kind) needs no hint.
    """
    row = await reading.one(_brief, guild_id=guild_id, user_id=user_id, kind=kind, most=most)
    return Brief() if row is None else Brief(row["locale"], bool(row["paused"]), row["news"], row["roles"])


async def named_sectors(reading: Reading, guild_id: int, after: int, most: int) -> list[tuple[int, tuple[str, ...]]]:
    """Return people above an id who chose to be named, with their sectors, by id."""
    found: dict[int, list[str]] = {}
    for row in await reading.all(_named, guild_id=guild_id, after=after, most=most):
        found.setdefault(row["user_id"], []).append(row["sector"])
    return [(user, tuple(sectors)) for user, sectors in found.items()]
