"""Finding partners: who fits, asking for an introduction, answering, closing."""

from __future__ import annotations

from bot.app import Cogwheel
from bot.delivery.outbox import FAILED
from bot.introductions import cards
from bot.introductions.model import START, Board, Cursor
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, pick, press
from bot.ui.errors import stale
from bot.ui.reply import move_on, replace, reply


class IntroductionDoors(Doorway):
    """The buttons under *Find partners*, and those in the thread."""

    @press("introductions.open")
    async def open(self, interaction: Interaction) -> None:
        """Show what one's organisation looks for, and its introductions."""
        await self._board(interaction, await services(interaction).introductions.board(actor(interaction)))

    @pick("introductions.wishes")
    async def wishes(self, interaction: Interaction, picked: list[str]) -> None:
        """Store which sectors the organisation looks for."""
        await self._board(interaction, await services(interaction).introductions.wish(actor(interaction), picked))

    @press("introductions.on")
    async def on(self, interaction: Interaction) -> None:
        """Begin to speak for one's organisation."""
        await self._board(interaction, await services(interaction).introductions.switch(actor(interaction), True))

    @press("introductions.off")
    async def off(self, interaction: Interaction) -> None:
        """Speak for it no longer."""
        await self._board(interaction, await services(interaction).introductions.switch(actor(interaction), False))

    async def _board(self, interaction: Interaction, found: Board) -> None:
        sectors = await services(interaction).sectors.of(actor(interaction).guild_id)
        await move_on(interaction, cards.board(sectors, found))

    @press("introductions.fits")
    async def fits(self, interaction: Interaction, tier: int, after: int, mutual: int, score: int, last: int) -> None:
        """Show five organisations that fit."""
        here, me = services(interaction), actor(interaction)
        cursor = Cursor(tier, after, mutual, score, last)
        page = await here.introductions.suggestions(me, cursor)
        sectors = await here.sectors.of(me.guild_id)
        await move_on(interaction, cards.suggestions(sectors, page, first=cursor == START))

    @pick("introductions.pick")
    async def picked(self, interaction: Interaction, picked: list[str]) -> None:
        """Show what is about to be asked."""
        here, me = services(interaction), actor(interaction)
        number = picked[0]
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            await reply(interaction, stale())
            return
        mine, other = await here.introductions.preview(me, int(number))
        roles = (await here.servers.settings(me.guild_id)).organiser_roles
        sectors = await here.sectors.of(me.guild_id)
        await move_on(interaction, cards.preview(sectors, mine, other, me.user_id, roles))

    @press("introductions.ask")
    async def ask(self, interaction: Interaction, organisation_id: int) -> None:
        """Ask."""
        _, other = await services(interaction).introductions.ask(actor(interaction), organisation_id)
        await move_on(interaction, cards.asked(other))

    @press("introductions.yes")
    async def yes(self, interaction: Interaction, introduction_id: int) -> None:
        """Say yes, and wait a moment for the thread."""
        here, me = services(interaction), actor(interaction)
        known, row = await here.introductions.accept(me, introduction_id)
        failed = await here.outbox.settled(row) == FAILED
        now = await here.introductions.any(me.guild_id, introduction_id)
        await move_on(interaction, cards.accepted(now or known, failed=failed))

    @press("introductions.no")
    async def no(self, interaction: Interaction, introduction_id: int) -> None:
        """Say not now."""
        introductions = services(interaction).introductions
        await self._board(interaction, await introductions.decline(actor(interaction), introduction_id))

    @press("introductions.withdraw")
    async def withdraw(self, interaction: Interaction, introduction_id: int) -> None:
        """Take a request back."""
        introductions = services(interaction).introductions
        await self._board(interaction, await introductions.withdraw(actor(interaction), introduction_id))

    @press("introductions.close")
    async def close(self, interaction: Interaction, introduction_id: int) -> None:
        """Close a thread: in it its card changes for everybody, elsewhere the person reads that it is done."""
        introductions = services(interaction).introductions
        known = await introductions.close(actor(interaction), introduction_id)
        if interaction.channel_id == known.thread_id:
            await replace(interaction, cards.closed(*(await introductions.both(known) or (None, None))))
        else:
            await move_on(interaction, cards.is_closed())

    @press("introductions.numbers")
    async def numbers(self, interaction: Interaction) -> None:
        """Show organisers how many there are."""
        await reply(interaction, cards.numbers(await services(interaction).introductions.numbers(actor(interaction))))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(IntroductionDoors(bot.doors))
