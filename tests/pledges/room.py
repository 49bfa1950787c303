"""The services on a real database without a Discord: quick, with a clock that is set by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.actor import Actor, Standing
from bot.bootstrap import make_services
from bot.content.load import load
from bot.content.model import Content
from bot.delivery.outbox import outbox
from bot.members.organisation_tables import organisations
from bot.members.store import know, member_sectors, members
from bot.pledges.model import Draft, Pledge, Review, Visibility
from bot.services import Services
from bot.storage import counters
from bot.storage.database import Database, Transaction
from tests.world import ROOT, fresh, read_once

GUILD = 77
ANNA, BEN, CARL, OLGA, OTTO, ADA = 101, 102, 103, 201, 202, 301
BEGIN = datetime(2026, 3, 2, 10, tzinfo=UTC)
"""A Monday, 11:00 in Stockholm."""


@lru_cache
def _content() -> Content:
    return load(ROOT / "data")


@dataclass
class Room:
    """A server's services, with the people above in it."""

    services: Services
    path: Path
    now: datetime = BEGIN

    @property
    def pledges(self) -> Any:
        """The service under test; what it returns is what a test asks about."""
        return self.services.pledges

    def person(self, user_id: int) -> Actor:
        """A member, an organiser or an admin, by the number."""
        extra = {2: {Standing.ORGANISER}, 3: set(Standing)}.get(user_id // 100, set())
        return Actor(user_id, GUILD, frozenset({Standing.MEMBER, *extra}))

    def pass_time(self, **spans: float) -> None:
        """Let time go by."""
        self.now += timedelta(**spans)

    async def organisation(self, name: str) -> int:
        """Store an organisation and return its id."""
        return await self.services.database.write(
            lambda tx: tx.insert(organisations, guild_id=GUILD, name=name, key=name.casefold(), created_at=0)
        )

    async def register(self, user_id: int, visibility: str = "named", organisation: int | None = None) -> None:
        """Put somebody into the register."""
        content = self.services.content

        async def work(tx: Transaction) -> None:
            await tx.insert(
                members, guild_id=GUILD, user_id=user_id, organisation_id=organisation, offers="",
                visibility=visibility, consent_version=content.coalition.notice_version, joined_at=0, changed_at=0,
            )  # fmt: skip
            sector = next(iter(content.sectors))
            await tx.insert(
                member_sectors, guild_id=GUILD, user_id=user_id, position=0, sector=sector, visibility=visibility
            )
            await know(tx, GUILD, user_id)

        await self.services.database.write(work)

    def action(self, review: Review, **facts: object) -> str:
        """A ready-made action of this kind of review."""
        return next(
            a.slug
            for a in self.services.content.actions.values()
            if a.review.value == review.value and all(getattr(a, name) == value for name, value in facts.items())
        )

    def draft(self, review: Review | None = Review.BEFORE, **changes: object) -> Draft:
        """What a form gives; in the words of a ready-made action, or in one's own for None."""
        slug = self.action(review) if review is not None else None
        title = self.services.content.actions[slug].title.text("en") if slug else "Teach twenty colleagues"
        facts: dict[str, object] = {
            "what": title,
            "done_when": "Everybody has been to one",
            "due": self.now + timedelta(days=30),
            "help_wanted": "",
            "visibility": Visibility.NAMED,
            "action": slug,
        }
        return Draft(**{**facts, **changes})  # type: ignore[arg-type]

    async def handed_in(self, user_id: int, review: Review | None = Review.BEFORE, **changes: object) -> Pledge:
        """A pledge that was submitted; a minute goes by."""
        self.pass_time(minutes=1)
        saved = await self.pledges.save_draft(self.person(user_id), self.draft(review, **changes))
        pledge: Pledge = await self.pledges.submit(self.person(user_id), saved.id)
        return pledge

    async def active(self, user_id: int, review: Review = Review.BEFORE, **changes: object) -> Pledge:
        """A pledge that is active, approved by Otto where that takes somebody."""
        pledge = await self.handed_in(user_id, review, **changes)
        if review is Review.BEFORE:
            pledge = await self.pledges.approve(self.person(OTTO), pledge.id)
        return pledge

    async def figure(self, name: str) -> int:
        """A counter of the server over all sectors."""
        async with self.services.database.reading() as reading:
            return sum((await counters.read(reading, GUILD, name)).values())

    async def news(self, user_id: int) -> list[str]:
        """The kinds of news somebody has, oldest first; they count as read."""
        found = await self.services.members.news(self.person(user_id), 50)
        return [one.kind for one in reversed(found)]

    async def queued(self, kind: str) -> list[tuple[int, datetime]]:
        """(subject, when) of rows of a kind that wait, soonest first."""
        async with self.services.database.reading() as reading:
            rows = await reading.all(
                select(outbox).where(outbox.c.kind == kind, outbox.c.state == "queued").order_by(outbox.c.due_at)
            )
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        return [(row["subject_id"], epoch + timedelta(microseconds=row["due_at"])) for row in rows]


@asynccontextmanager
async def room(folder: Path, registered: Iterable[int] = (ANNA, BEN)) -> AsyncIterator[Room]:
    """A server that is set up, with these people in its register."""
    path = folder / "room.db"
    url = f"sqlite+aiosqlite:///{path}"
    await fresh(url)
    database = await Database.open(url)
    try:
        yield await _set_up(database, path, registered)
    finally:
        await database.close()


async def _set_up(database: Database, path: Path, registered: Iterable[int]) -> Room:
    holder: list[Room] = []
    with read_once():
        services = make_services(database, _content(), lambda: holder[0].now if holder else BEGIN)
    made = Room(services, path)
    holder.append(made)
    await services.servers.choose(made.person(ADA), zone="Europe/Stockholm", set_up=True)
    for user_id in registered:
        await made.register(user_id)
    return made
