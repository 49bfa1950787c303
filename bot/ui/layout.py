"""The bricks that every card is made of, within Discord's limits.

A card is a Components V2 message: at most 40 components and 4,000 characters of text in all. Views
are never stored by the library: they are stopped as they are made, and what is pressed comes in
through :mod:`bot.ui.doors`, the same way before and after a restart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import discord
from discord import ui

from bot.ui.escape import plain

TEXT_LIMIT = 4000
COMPONENT_LIMIT = 40
NEWS_ROOM = 150
"""Characters of a card that stay free for the line on news below a reply."""
VERSION = "1"

CALM = discord.Colour(0x3E6FB0)
"""The accent of ordinary cards."""
WARM = discord.Colour(0xD9902F)
"""The accent of a card that asks for attention."""
DONE = discord.Colour(0x2E8B6B)
"""The accent of something achieved."""

Part = str | ui.Item[Any] | None


def custom_id(door: str, *ids: object) -> str:
    """Return ``<version>:<door>:<ids>``. Raises ValueError beyond Discord's 100 characters, and for an odd id."""
    parts = [str(part) for part in ids]
    made = ":".join((VERSION, door, *parts))
    ids_only = "".join(parts)
    if ":" in ids_only or "~" in ids_only:  # it would be read as something else
        raise ValueError(f"custom_id with a mark of its own: {made}")
    if len(made) > 90:  # leaves room for the random tail of a form
        raise ValueError(f"custom_id too long: {made}")
    return made


def button(
    label: str,
    door: str,
    *ids: object,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    emoji: str | None = None,
    disabled: bool = False,
) -> ui.Button[Any]:
    """Return a button that opens a door (see :mod:`bot.ui.doors`)."""
    return ui.Button(
        label=plain(label, 80), custom_id=custom_id(door, *ids), style=style, emoji=emoji, disabled=disabled
    )


def primary(label: str, door: str, *ids: object, emoji: str | None = None) -> ui.Button[Any]:
    """Return the button of a card that most people will press."""
    return button(label, door, *ids, style=discord.ButtonStyle.primary, emoji=emoji)


def link(label: str, url: str) -> ui.Button[Any]:
    """Return a button that opens a web page."""
    return ui.Button(label=plain(label, 80), url=url)


def option(
    label: str, value: object, *, description: str | None = None, emoji: str | None = None, chosen: bool = False
) -> discord.SelectOption:
    """Return one option of a select."""
    return discord.SelectOption(
        label=plain(label, 100) or "\N{EN DASH}",
        value=str(value),
        description=plain(description, 100) if description else None,
        emoji=emoji,
        default=chosen,
    )


def select(
    door: str,
    *ids: object,
    options: Sequence[discord.SelectOption],
    placeholder: str,
    least: int = 1,
    most: int = 1,
) -> ui.ActionRow[Any]:
    """Return a row with a select of 1 to 25 options; more than 25 is the caller's fault."""
    row: ui.ActionRow[Any] = ui.ActionRow()
    row.add_item(
        ui.Select(
            custom_id=custom_id(door, *ids),
            options=list(options),
            placeholder=plain(placeholder, 150),
            min_values=least,
            max_values=min(most, len(options)),
        )
    )
    return row


def channel_select(door: str, *ids: object, placeholder: str, chosen: int | None = None) -> ui.ActionRow[Any]:
    """Return a row that picks one text or announcement channel."""
    row: ui.ActionRow[Any] = ui.ActionRow()
    defaults = [discord.Object(chosen, type=discord.TextChannel)] if chosen else []
    row.add_item(
        ui.ChannelSelect(
            custom_id=custom_id(door, *ids),
            placeholder=plain(placeholder, 150),
            channel_types=[discord.ChannelType.text, discord.ChannelType.news],
            default_values=defaults,
        )
    )
    return row


def role_select(
    door: str, *ids: object, placeholder: str, chosen: Iterable[int] = (), least: int = 0, most: int = 5
) -> ui.ActionRow[Any]:
    """Return a row that picks roles."""
    row: ui.ActionRow[Any] = ui.ActionRow()
    row.add_item(
        ui.RoleSelect(
            custom_id=custom_id(door, *ids),
            placeholder=plain(placeholder, 150),
            min_values=least,
            max_values=most,
            default_values=[discord.Object(role, type=discord.Role) for role in chosen],
        )
    )
    return row


def user_select(
    door: str, *ids: object, placeholder: str, chosen: Iterable[int] = (), least: int = 1, most: int = 1
) -> ui.ActionRow[Any]:
    """Return a row that picks people, one unless ``most`` says more."""
    row: ui.ActionRow[Any] = ui.ActionRow()
    row.add_item(
        ui.UserSelect(
            custom_id=custom_id(door, *ids),
            placeholder=plain(placeholder, 150),
            min_values=least,
            max_values=most,
            default_values=[discord.Object(user, type=discord.User) for user in chosen],
        )
    )
    return row


def row(*items: ui.Item[Any] | None) -> ui.ActionRow[Any] | None:
    """Return a row of up to five buttons, leaving out None; None when nothing is left."""
    kept = [item for item in items if item is not None]
    if not kept:
        return None
    made: ui.ActionRow[Any] = ui.ActionRow()
    for item in kept:
        made.add_item(item)
    return made


def picture(filename: str, description: str) -> ui.MediaGallery[Any]:
    """Return an attached picture with its description for people who do not see it (at most 1,024 characters)."""
    gallery: ui.MediaGallery[Any] = ui.MediaGallery()
    gallery.add_item(media=f"attachment://{filename}", description=description[:1024])
    return gallery


def divider() -> ui.Separator[Any]:
    """Return a thin line."""
    return ui.Separator()


def card(*parts: Part, accent: discord.Colour = CALM) -> ui.LayoutView:
    """Return one card: texts and items top to bottom in a container, None left out.

    Text beyond Discord's 4,000 characters over the whole card is cut from the longest part, so
    that a card can never be refused for its length.
    """
    kept = [part for part in parts if part is not None and not (isinstance(part, str) and not part.strip())]
    fitting = iter(_fitted([part for part in kept if isinstance(part, str)]))
    container: ui.Container[Any] = ui.Container(accent_colour=accent)
    for part in kept:
        container.add_item(ui.TextDisplay(next(fitting)) if isinstance(part, str) else part)
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    view.stop()
    return view


def _fitted(texts: Sequence[str]) -> list[str]:
    """Return the texts within the limit, cut from the longest on; no cut leaves half an escaped character."""
    fitted = list(texts)
    over = sum(map(len, texts)) - (TEXT_LIMIT - NEWS_ROOM)
    if over <= 0:
        return fitted
    for at in sorted(range(len(texts)), key=lambda index: -len(texts[index])):
        if over <= 0:
            break
        left = max(1, len(texts[at]) - over)
        fitted[at] = texts[at][: left - 1].rstrip("\\") + "\N{HORIZONTAL ELLIPSIS}"
        over -= len(texts[at]) - left
    return fitted


def bullets(lines: Iterable[str]) -> str:
    """Return the lines as a list, one bullet each."""
    return "\n".join(f"- {line}" for line in lines)
