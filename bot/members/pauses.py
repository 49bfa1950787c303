"""Pausing people: for a while they submit no text, while reading, their data and leaving go on as ever."""

from __future__ import annotations

from bot.actor import Action, Actor
from bot.clock import Clock
from bot.errors import AlreadyDecided, Invalid, NotFound
from bot.guard.gate import Gate
from bot.guard.model import Where
from bot.members import pause_store as store
from bot.members.model import PAUSE_REASON_LIMIT, Pause, PausePage
from bot.members.service import Members
from bot.paging import page_at
from bot.storage.database import Database, Transaction

A_PAGE = 5
_HISTORY = 5


class Pauses:
    """Use cases of admins around pausing people."""

    def __init__(self, database: Database, gate: Gate, members: Members, clock: Clock) -> None:
        self._database = database
        self._gate = gate
        self._members = members
        self._clock = clock

    def check(self, actor: Actor, user_id: int, *, admin: bool, bot: bool) -> None:
        """Raise NotAllowed, or Invalid("person") for oneself, another admin and a bot."""
        actor.check(Action.SET_UP)
        reasons = {"pause self": user_id == actor.user_id, "pause admin": admin, "pause bot": bot}
        for why, stands in reasons.items():
            if stands:
                raise Invalid("person", why)

    async def pause(self, actor: Actor, user_id: int, reason: str, *, admin: bool = False, bot: bool = False) -> None:
        """Pause a person; they are told in the way they chose, with the reason.

        Raises NotAllowed, TextStopped, AlreadyDecided (they are paused), and Invalid("person") for oneself,
        another admin (``admin``) or a bot, Invalid("reason") for one that is too long.
        """
        self.check(actor, user_id, admin=admin, bot=bot)
        if len(reason) > PAUSE_REASON_LIMIT:
            raise Invalid("reason", "too long", limit=PAUSE_REASON_LIMIT)
        self._gate.admit(actor, Where.NOTE, reason=reason)

        async def work(tx: Transaction) -> None:
            now = await store.standing(tx, actor.guild_id, user_id)
            if now is not None:
                raise AlreadyDecided("paused", now.paused_by, now.paused_at)
            pause = await store.begin(tx, actor.guild_id, user_id, reason, actor.user_id, self._clock())
            await self._members.tell(tx, actor.guild_id, user_id, "member.paused", pause, reason or None)

        await self._database.write(work)

    async def resume(self, actor: Actor, user_id: int) -> None:
        """End a pause; the person is told. Raises NotAllowed, NotFound where there is none (any more)."""
        actor.check(Action.SET_UP)

        async def work(tx: Transaction) -> None:
            now = await store.standing(tx, actor.guild_id, user_id)
            if now is None:
                raise NotFound("pause")
            await store.end(tx, actor.guild_id, user_id, actor.user_id, self._clock())
            await self._members.tell(tx, actor.guild_id, user_id, "member.resumed", now.id)

        await self._database.write(work)

    async def page(self, actor: Actor, after: int | None = None, *, back: bool = False) -> PausePage:
        """Return people who are paused, five a page, the longest paused first: the page behind a key.

        With ``back`` the page that ends with it. Raises NotAllowed.
        """
        actor.check(Action.SET_UP)
        async with self._database.reading() as reading:

            async def reach(at: int | None, back: bool) -> list[Pause]:
                return await store.under_way(reading, actor.guild_id, at or 0, A_PAGE + 1, back=back)

            found, before = await page_at(reach, lambda pause: pause.id, after, A_PAGE, back=back)
        return PausePage(tuple(found[:A_PAGE]), found[A_PAGE - 1].id if len(found) > A_PAGE else None, before)

    async def history(self, actor: Actor, user_id: int) -> list[Pause]:
        """Return a person's last five pauses, newest first. Raises NotAllowed."""
        actor.check(Action.SET_UP)
        async with self._database.reading() as reading:
            return await store.history(reading, actor.guild_id, user_id, _HISTORY)

    async def standing(self, guild_id: int, user_id: int) -> Pause | None:
        """Return the pause that a person is in."""
        async with self._database.reading() as reading:
            return await store.standing(reading, guild_id, user_id)

    async def forget(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        """Erase a person: their pauses go, and those they decided stay without their name."""
        await store.forget(tx, guild_id, user_id)
