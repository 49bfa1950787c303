"""What a coalition reaches for the first time, found in the unit of work that changes the counters behind it."""

from __future__ import annotations

from bot.clock import Clock
from bot.delivery.outbox import Outbox
from bot.pledges.model import COUNTS_AS_ACTIVE, Pledge, Review, Status, Visibility
from bot.sectors.service import Sectors
from bot.servers.service import Servers
from bot.storage import counters
from bot.storage.database import Database, Transaction
from bot.wheel import store
from bot.wheel.model import Milestone, Reached, reached

MILESTONE = "wheel.milestone"
"""The kind of outbox row; its subject is the milestone's id."""


class Milestones:
    """Each once, for ever: one that is undone and reached again is no news."""

    def __init__(self, database: Database, outbox: Outbox, servers: Servers, sectors: Sectors, clock: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._servers = servers
        self._sectors = sectors
        self._clock = clock

    async def moved(self, tx: Transaction, before: Pledge, after: Pledge) -> None:
        """Note what a pledge's step has brought about; the counters stand as they are after it.

        All that is reached is written down, also while the server wants no celebration, so that none comes late.
        Of several at once only the greatest is posted: one step is one reason to be glad.
        """
        new = await self._reached(tx, before, after)
        if new and (await self._servers.settings(after.guild_id)).milestones:
            person = after.maker_id if after.visibility is Visibility.NAMED else None
            await self._outbox.put(tx, after.guild_id, MILESTONE, new[0], person_id=person)

    async def noted(self, tx: Transaction, before: Pledge, after: Pledge) -> None:
        """Like :meth:`moved` for what is imported, and nothing is posted: it was reached long ago.

        With an import that is taken back goes what it had reached.
        """
        if after.status is Status.WITHDRAWN:
            await store.unreach(tx, after.guild_id, after.id)
        await self._reached(tx, before, after)

    async def _reached(self, tx: Transaction, before: Pledge, after: Pledge) -> list[int]:
        """Write down what is new and return its ids, the greatest first."""
        if not _counts(after) or (_counts(before) and _confirmed(after) == _confirmed(before)):
            return []
        guild_id = after.guild_id
        active, kept, declared = await counters.read_all(
            tx, guild_id, "pledges.active", "pledges.kept", "pledges.declared"
        )
        standing = {s: active.get(s, 0) + kept.get(s, 0) + declared.get(s, 0) for s in {*active, *kept, *declared}}
        found = reached(
            after.sector,
            [sector.slug for sector in (await self._sectors.of(guild_id)).active],
            standing,
            first=not _counts(before) and standing[after.sector] == 1,
            first_kept=_confirmed(after) and kept.get(after.sector) == 1,
        )
        new = []
        for name in found:
            number = await store.reach(
                tx,
                guild_id,
                name,
                after.sector if name in (Reached.PLEDGED, Reached.KEPT) else "",
                sector=after.sector,
                pledge_id=after.id,
                maker_id=after.maker_id if after.visibility is Visibility.NAMED else None,
                at=self._clock(),
            )
            if number is not None:
                new.append(number)
        return new

    async def milestone(self, guild_id: int, milestone_id: int) -> Milestone | None:
        """Return a milestone for rendering its post, None where it is gone."""
        async with self._database.reading() as reading:
            return await store.find(reading, guild_id, milestone_id)

    async def celebrated(self, guild_id: int, milestone_id: int) -> bool:
        """Whether the post of a milestone stands."""
        return await self._outbox.find_post(guild_id, MILESTONE, milestone_id) is not None

    async def show_again(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Render the posts that may name a person anew: they changed what others may see of them."""
        for milestone in await store.of_maker(tx, guild_id, user_id):
            if await self._outbox.post_of(tx, guild_id, MILESTONE, milestone.id) is not None:
                await self._outbox.put(tx, guild_id, MILESTONE, milestone.id, person_id=user_id)

    async def forget(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Erase a person: what their pledge reached stays reached, without their name."""
        await self.show_again(tx, guild_id, user_id)
        await store.forget_maker(tx, guild_id, user_id)


def _counts(pledge: Pledge) -> bool:
    """Whether a pledge stands in a public figure."""
    public = pledge.visibility is not Visibility.HIDDEN
    return public and (pledge.status in COUNTS_AS_ACTIVE or pledge.status is Status.KEPT)


def _confirmed(pledge: Pledge) -> bool:
    return pledge.status is Status.KEPT and pledge.review is not Review.NONE
