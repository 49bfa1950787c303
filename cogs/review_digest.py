"""/review digest: what came of the pledges, in figures and a picture, now or every month; and what counts as quiet."""

from __future__ import annotations

from io import BytesIO

import discord

from bot.app import Cogwheel
from bot.errors import Invalid
from bot.pledges.digest import cards
from bot.pledges.digest.model import Period
from bot.pledges.digest.service import DIGEST
from bot.servers.model import Channel
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, pick, press
from bot.ui.reply import replace, thinking, working

_SECONDS_FOR_A_POST = 2.0


class ReviewDigestDoors(Doorway):
    """Looking back."""

    @press("review.digest")
    async def digest(self, interaction: Interaction, period: str) -> None:
        """Show the digest of a period to this organiser alone."""
        services(interaction).digests.check(actor(interaction))
        chosen = _period(period)
        await thinking(interaction)
        await self._show(interaction, chosen, "")

    @pick("digest.period")
    async def another(self, interaction: Interaction, picked: list[str]) -> None:
        """Show another period in place."""
        services(interaction).digests.check(actor(interaction))
        chosen = _period(picked[0])
        await working(interaction)
        await self._show(interaction, chosen, "")

    @press("digest.post")
    async def post(self, interaction: Interaction, period: str) -> None:
        """Post it for all organisers; a second press the same day brings that message up to date."""
        here, me = services(interaction), actor(interaction)
        here.digests.check(me)
        chosen = _period(period)
        await working(interaction)
        made = await here.digests.post(me, chosen)
        note = ""
        desk = (await here.servers.settings(me.guild_id)).channel(Channel.ORGANISERS)
        if made is not None and desk is not None:
            standing = await here.outbox.find_post(me.guild_id, DIGEST, made.subject)
            if standing is None:
                await here.outbox.settled(made.row, _SECONDS_FOR_A_POST)
                standing = await here.outbox.find_post(me.guild_id, DIGEST, made.subject)
            note = cards.posted(desk, standing.url(me.guild_id) if standing is not None else "")
        await self._show(interaction, chosen, note)

    @press("digest.monthly")
    async def monthly(self, interaction: Interaction, on: int, period: str) -> None:
        """Let it come every month, or no longer; the button says which, so that a second press changes nothing."""
        here, me = services(interaction), actor(interaction)
        here.digests.check(me)
        chosen = _period(period)
        await working(interaction)
        await here.digests.switch(me, bool(on))
        desk = (await here.servers.settings(me.guild_id)).channel(Channel.ORGANISERS)
        await self._show(interaction, chosen, cards.switched(bool(on), desk))

    @pick("digest.freshness")
    async def freshness(self, interaction: Interaction, picked: list[str], period: str) -> None:
        """Choose from when on a pledge is quiet and silent, here and in the lists."""
        here, me = services(interaction), actor(interaction)
        here.digests.check(me)
        chosen = _period(period)
        await working(interaction)
        settings = await here.servers.choose_freshness(me, picked[0])
        await self._show(interaction, chosen, cards.limited(settings.freshness))

    async def _show(self, interaction: Interaction, period: Period, note: str) -> None:
        here, guild_id = services(interaction), actor(interaction).guild_id
        settings, known = await here.servers.settings(guild_id), await here.sectors.of(guild_id)
        title = cards.title_of(settings.name, here.content)
        found = await here.digests.look(guild_id, period)
        image = await here.digests.png(cards.to_sheet(found, known, title))
        view = cards.digest_card(
            found,
            known,
            title,
            desk=settings.channel(Channel.ORGANISERS),
            monthly=settings.digest,
            note=note,
            small=settings.small_figure,
        )
        await replace(interaction, view, files=[discord.File(BytesIO(image), cards.FILENAME)])


def _period(text: str) -> Period:
    try:
        return Period(text)
    except ValueError:
        raise Invalid("period", "unknown choice") from None


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(ReviewDigestDoors(bot.doors))
