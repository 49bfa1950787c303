"""/review export: all pledges as a file, for the board or for the organisers themselves."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import discord

from bot.app import Cogwheel
from bot.errors import Invalid
from bot.pledges.exports import cards
from bot.pledges.exports.service import Export
from bot.pledges.exports.table import Audience, Format
from bot.ui.context import Interaction, actor, guild, services
from bot.ui.doors import Doorway, form, press, submit
from bot.ui.escape import clean
from bot.ui.forms import Form, Values
from bot.ui.reply import reply, thinking

_SECONDS_BETWEEN = 3.0
"""Discord allows a message to be edited about five times in five seconds; people read more slowly than that."""


class ReviewExportDoors(Doorway):
    """Taking pledges along."""

    @press("review.export")
    async def export(self, interaction: Interaction, audience: str, kind: str) -> None:
        """Hand over the board's file, or ask first what the internal one is needed for."""
        services(interaction).exports.check(actor(interaction), Audience.BOARD, "")
        if audience == Audience.INTERNAL:
            await self.doors.open(interaction, "review.export", kind)
        else:
            await self._take(interaction, Audience.BOARD, _format(kind), "")

    @form("review.export")
    async def reason_form(self, interaction: Interaction, values: Values, kind: str) -> Form:
        """Build the form, for those who may have the file."""
        services(interaction).exports.check(actor(interaction), Audience.BOARD, "")
        return cards.reason_form(_format(kind), values)

    @submit("review.export")
    async def reason_given(self, interaction: Interaction, values: Values, kind: str) -> None:
        """Hand over the internal file."""
        reason = services(interaction).exports.check(
            actor(interaction), Audience.INTERNAL, clean(values.text("reason"))
        )
        await self._take(interaction, Audience.INTERNAL, _format(kind), reason)

    async def _take(self, interaction: Interaction, audience: Audience, kind: Format, reason: str) -> None:
        await thinking(interaction)
        last = time.monotonic()

        async def told(done: int, of: int) -> None:
            nonlocal last
            if time.monotonic() - last >= _SECONDS_BETWEEN:
                last = time.monotonic()
                await interaction.edit_original_response(view=cards.writing(done, of))

        limit = guild(interaction).filesize_limit
        with tempfile.TemporaryDirectory() as folder:
            made = await services(interaction).exports.take(
                actor(interaction), audience, kind, Path(folder), reason=reason, limit=limit, told=told
            )
            await self._hand_over(interaction, made, limit)

    async def _hand_over(self, interaction: Interaction, made: Export, limit: int) -> None:
        if any(path.stat().st_size > limit for path in made.files):
            await interaction.edit_original_response(view=cards.too_large())
            return
        # Files in one message share its limit, so above half of it each goes alone.
        alone = sum(path.stat().st_size for path in made.files) > limit
        step = 1 if alone else cards.MOST_FILES
        groups = [made.files[at : at + step] for at in range(0, len(made.files), step)]
        for number, group in enumerate(groups, start=1):
            view = cards.finished(made.audience, made.rows, group, number, len(groups))
            files = [discord.File(path) for path in group]
            if number == 1:
                await interaction.edit_original_response(view=view, attachments=files)
            else:
                await reply(interaction, view, files=files)


def _format(kind: str) -> Format:
    try:
        return Format(kind)
    except ValueError:
        raise Invalid("format", "unknown choice") from None


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(ReviewExportDoors(bot.doors))
