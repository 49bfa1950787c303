"""*Remove this link*: an evidence link goes everywhere at once."""

from __future__ import annotations

from bot.actor import Action, Actor
from bot.errors import NotFound
from bot.pledges import history_store, store
from bot.pledges.acting import PledgeActs
from bot.pledges.model import PUBLIC, Act, Entry, Pledge, Status
from bot.storage.database import Transaction
from bot.storage.triggers import erasing


class Unlinking(PledgeActs):
    """The one use case that takes a link away."""

    async def remove_link(self, actor: Actor, pledge_id: int) -> Pledge:
        """Delete the evidence link of a pledge from it, its note, its history, its news and every standing card.

        For its maker and for organisers; a second click changes nothing. Raises NotFound, NotAllowed.
        """

        async def work(tx: Transaction) -> Pledge:
            pledge = await self._found(tx, actor.guild_id, pledge_id)
            if pledge.maker_id != actor.user_id:
                if pledge.status is Status.DRAFT:
                    raise NotFound("pledge")
                actor.check(Action.REVIEW)
            if pledge.evidence:
                await self._unlink(tx, actor, pledge, pledge.evidence)
            return await self._with_names(tx, await self._found(tx, actor.guild_id, pledge_id))

        return await self._database.write(work)

    async def _unlink(self, tx: Transaction, actor: Actor, pledge: Pledge, link: str) -> None:
        guild_id, note = pledge.guild_id, pledge.note.replace(link, "…")
        await store.report(
            tx,
            pledge,
            progress=pledge.progress,
            note=note,
            evidence="",
            needs_help=pledge.needs_help,
            at=pledge.changed_at,
        )
        async with erasing(tx, guild_id):
            await history_store.cut(tx, guild_id, pledge.id, link)
        if pledge.maker_id is not None:
            await self._members.cut_news(tx, guild_id, pledge.maker_id, pledge.id, link)
        entry = Entry(Act.UNLINK, actor.user_id, self._clock(), pledge.status, pledge.status, "")
        await history_store.record(tx, pledge, entry)
        if pledge.status in PUBLIC:
            await self._outbox.put(tx, guild_id, "pledge.card", pledge.id, person_id=pledge.maker_id)
        if await self._outbox.post_of(tx, guild_id, "pledge.review", pledge.id) is not None:
            await self._outbox.put(tx, guild_id, "pledge.review", pledge.id, person_id=pledge.maker_id)
