"""One way to answer, whatever has happened to the interaction before."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import discord
from discord import ui

from bot.errors import CogwheelError
from bot.ui.context import Interaction, has_news, news, services
from bot.ui.layout import COMPONENT_LIMIT, TEXT_LIMIT
from bot.ui.words import _

_NOBODY = discord.AllowedMentions.none()


def _add_news(interaction: Interaction, view: ui.LayoutView) -> bool:
    """Say in a reply that there is news; False where there is none, or no room."""
    if not has_news(interaction):  # hardly anybody has, and counting a card takes longer
        return False
    line = _("-# There is news about what you pledged or asked: see `/profile`.")
    fits = view.total_children_count < COMPONENT_LIMIT and view.content_length() + len(line) <= TEXT_LIMIT
    if fits and news(interaction):
        view.add_item(ui.TextDisplay(line))
        return True
    return False


async def reply(
    interaction: Interaction, view: ui.LayoutView, *, files: Sequence[discord.File] = (), public: bool = False
) -> None:
    """Answer with a new message, seen by this person alone unless ``public``."""
    hinted = not public and _add_news(interaction, view)
    if interaction.response.is_done():
        await interaction.followup.send(view=view, files=list(files), ephemeral=not public, allowed_mentions=_NOBODY)
    else:
        await interaction.response.send_message(
            view=view, files=list(files), ephemeral=not public, allowed_mentions=_NOBODY
        )
    if hinted and interaction.guild_id is not None:
        with suppress(CogwheelError):  # the answer is there; the hint then comes once more
            await services(interaction).members.hinted(interaction.guild_id, interaction.user.id)


async def replace(interaction: Interaction, view: ui.LayoutView, *, files: Sequence[discord.File] = ()) -> None:
    """Answer a click by changing the clicked card in place; a command or a lost card gets a new message.

    A card that others see too is changed for everybody, so only use it where that is meant. After a
    form opened from a card, Discord lets the submission change that card.
    """
    if interaction.response.is_done():
        await interaction.edit_original_response(view=view, attachments=list(files), allowed_mentions=_NOBODY)
    elif interaction.message is not None:
        await interaction.response.edit_message(view=view, attachments=list(files), allowed_mentions=_NOBODY)
    else:
        await reply(interaction, view, files=files)


async def move_on(interaction: Interaction, view: ui.LayoutView, *, files: Sequence[discord.File] = ()) -> None:
    """Go on to the next step: in place on a card only this person sees, as a new message otherwise."""
    if interaction.message is not None and interaction.message.flags.ephemeral:
        await replace(interaction, view, files=files)
    else:
        await reply(interaction, view, files=files)


async def working(interaction: Interaction) -> None:
    """Take time for a click: the card this person alone sees changes in place, any other gets an answer of its own."""
    if interaction.message is not None and interaction.message.flags.ephemeral:
        await interaction.response.defer()
    else:
        await thinking(interaction)


async def thinking(interaction: Interaction) -> None:
    """Say that the answer takes a moment; the answer then fills this message."""
    if not interaction.response.is_done():
        await interaction.response.defer(ephemeral=True, thinking=True)
