"""What admins see of a server's sectors: the list, one of them, the form of its words, and what they are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.content.model import Sector
from bot.sectors.model import (
    MOST_ACTIVE,
    MOST_CHOICES,
    NAME_LIMIT,
    SHORT_LIMIT,
    Pack,
    ServerSectors,
    Standing,
    is_own,
)
from bot.sectors.naming import beside_cog
from bot.ui.escape import clean_line, quiet
from bot.ui.forms import Form, Values
from bot.ui.layout import WARM, button, card, option, primary, row, select
from bot.ui.words import _, locale, n_

ROLES = "roles.open"
"""The door to the roles of sectors, offered where there is one."""

_EMOJI_LIMIT = 16


def typed(values: Values) -> tuple[str, str, str]:
    """Return name, short name and emoji as the form gave them, cleaned; the service checks them."""
    return clean_line(values.text("sector_name")), clean_line(values.text("short")), values.text("emoji")


def titled(sector: Sector) -> str:
    """Return a sector's emoji and name, ready to be shown."""
    name = quiet(sector.name.text(locale()))
    return f"{sector.emoji} {name}" if sector.emoji else name


def standing_words(standing: Standing) -> str:
    """Return how many people count in a sector and how many pledges are under way there, exactly."""
    if standing == Standing():
        return _("nobody yet")
    people = n_("{n} person", "{n} people", standing.people)
    if not standing.pledges:
        return people
    return people + ", " + n_("{n} active pledge", "{n} active pledges", standing.pledges)


def sectors_card(
    here: ServerSectors, standing: Mapping[str, Standing], after: int, *, said: str = "", roles: bool = False
) -> ui.LayoutView:
    """Return the list. ``after`` is how many retired ones to skip, ``said`` what has just been done."""
    lines = [
        f"{place}. {titled(sector)} · {standing_words(standing.get(sector.slug, Standing()))}"
        for place, sector in enumerate(here.active, 1)
    ]
    return card(
        said,
        _("## Sectors of this server: {n} of {most}", n=len(here.active), most=MOST_ACTIVE),
        "\n".join(lines),
        _(
            "-# The order is that of the wheel. People count in their first sector; the figures are exact and include "
            "those whom only organisers see, so please keep them to yourselves."
        ),
        select("sectors.open", options=_options(here.active), placeholder=_("Open a sector …")),
        *_retired(here, standing, after),
        select("sectors.pack", options=[_pack_option(pack) for pack in here.packs], placeholder=_("Optional sectors …"))
        if here.packs
        else None,
        row(
            primary(_("Add a sector"), "sectors.add"),
            button(_("Sector roles"), ROLES) if roles else None,
            button(_("Check everything"), "setup.check"),
        ),
    )


def _options(sectors: Sequence[Sector]) -> list[discord.SelectOption]:
    return [
        option(
            sector.name.text(locale()),
            sector.slug,
            emoji=sector.emoji or None,
            description=_("On the wheel: {short}", short=beside_cog(sector, locale())),
        )
        for sector in sectors
    ]


def _retired(here: ServerSectors, standing: Mapping[str, Standing], after: int) -> list[ui.Item[Any] | None]:
    shown = here.retired[after : after + MOST_CHOICES]
    if not shown:
        return []
    options = [
        option(
            sector.name.text(locale()),
            sector.slug,
            emoji=sector.emoji or None,
            description=standing_words(standing.get(sector.slug, Standing())),
        )
        for sector in shown
    ]
    onwards = after + MOST_CHOICES
    return [
        select("sectors.shelf", options=options, placeholder=_("Retired: open one to bring it back …")),
        row(
            button(_("First retired ones"), "sectors.list", 0) if after else None,
            button(_("More retired ones"), "sectors.list", onwards) if len(here.retired) > onwards else None,
        ),
    ]


def _pack_option(pack: Pack) -> discord.SelectOption:
    return option(
        ", ".join(sector.name.text(locale()) for sector in pack.sectors),
        pack.slug,
        description=_("On the list. Pick to take it off.") if pack.on else _("Not on the list. Pick to add it."),
    )


def sector_card(here: ServerSectors, sector: Sector, standing: Standing, *, said: str = "") -> ui.LayoutView:
    """Return one sector with everything that can be done to it."""
    return card(
        said,
        f"## {titled(sector)}",
        "\n".join(_facts(here, sector, standing)),
        *(_places(here, sector) if here.is_active(sector.slug) else []),
        row(
            None if here.is_active(sector.slug) else primary(_("Bring back"), "sectors.back", sector.slug),
            button(_("Rename"), "sectors.rename", sector.slug),
            button(_("Retire"), "sectors.ask", sector.slug) if here.is_active(sector.slug) else None,
            button(_("All sectors"), "sectors.list", 0),
        ),
    )


def _facts(here: ServerSectors, sector: Sector, standing: Standing) -> list[str]:
    short, drawn = sector.short.text(locale()), beside_cog(sector, locale())
    lines = [_("**Beside its cog:** {short}", short=quiet(drawn))]
    if drawn != short:
        lines.append(
            _(
                "-# The wheel has no letters for {short}. Rename it with a short name in Latin, Greek or Cyrillic "
                "letters, and give it an emoji.",
                short=quiet(short),
            )
        )
    elif not sector.emoji:
        lines.append(_("-# Without an emoji, the cog shows initials."))
    if not here.is_active(sector.slug):
        lines.append(
            _("**Retired.** Nobody new can register in it, and it's off the wheel. Anyone already in it stays.")
        )
    elif is_own(sector.slug):
        lines.append(_("Added by this server."))
    lines.append(_("**In it now:** {standing}.", standing=standing_words(standing)))
    return lines


def _places(here: ServerSectors, sector: Sector) -> list[ui.Item[Any] | None]:
    slugs = [each.slug for each in here.active]
    place, last = slugs.index(sector.slug), len(slugs) - 1
    if not last:
        return []
    options = [
        option(f"{at + 1}. {each.name.text(locale())}", at, emoji=each.emoji or None, chosen=at == place)
        for at, each in enumerate(here.active)
    ]
    # The buttons name the place, not the step: pressed twice they move once.
    return [
        select("sectors.place", sector.slug, options=options, placeholder=_("Move to the position of …")),
        row(
            button(_("Move up"), "sectors.place", sector.slug, max(0, place - 1), disabled=not place),
            button(_("Move down"), "sectors.place", sector.slug, place + 1, disabled=place == last),
        ),
    ]


def ask_retire(sector: Sector, standing: Standing) -> ui.LayoutView:
    """Return the question before a sector is retired, with what stands in it."""
    return card(
        _("## Retire {sector}?", sector=titled(sector)),
        _stays(standing),
        row(
            button(_("Retire"), "sectors.retire", sector.slug, style=discord.ButtonStyle.danger),
            button(_("Keep it"), "sectors.show", sector.slug),
        ),
        accent=WARM,
    )


def listed(pack: Pack) -> str:
    """Return the sectors of an optional pack by name, ready to be shown."""
    return ", ".join(titled(sector) for sector in pack.sectors)


def ask_switch_off(pack: Pack, standing: Mapping[str, Standing]) -> ui.LayoutView:
    """Return the question before the sectors of an optional pack are retired."""
    there = [standing.get(sector.slug, Standing()) for sector in pack.sectors]
    both = Standing(sum(each.people for each in there), sum(each.pledges for each in there))
    return card(
        _("## Take {sectors} off the list?", sectors=listed(pack)),
        _stays(both),
        row(
            button(_("Take off"), "sectors.off", pack.slug, style=discord.ButtonStyle.danger),
            button(_("Keep it"), "sectors.list", 0),
        ),
        accent=WARM,
    )


def _stays(standing: Standing) -> str:
    stands = _("**In it now:** {standing}.", standing=standing_words(standing))
    return (
        stands
        + "\n"
        + _(
            "Nobody new can register there, and its cog leaves the wheel. People and pledges in it stay as they are "
            "and are listed under its name. You can bring it back at any time."
        )
    )


def sector_form(values: Values, sector: Sector | None, door: str, ids: Sequence[object]) -> Form:
    """Return the form of a sector's words: of a new one, or filled with those that it has."""
    language = locale()
    made = Form(_("Add a sector") if sector is None else _("Rename the sector"), door, *ids)
    made.text(
        "sector_name",
        _("Name"),
        value=values.get("sector_name", sector.name.text(language) if sector else ""),
        limit=NAME_LIMIT,
        example=_("Faith communities"),
    )
    made.text(
        "short",
        _("Short name, beside the cog"),
        value=values.get("short", sector.short.text(language) if sector else ""),
        limit=SHORT_LIMIT,
        required=False,
        hint=_("Empty: the beginning of the name. Latin, Greek or Cyrillic letters can be drawn."),
    )
    made.text(
        "emoji",
        _("Emoji"),
        value=values.get("emoji", sector.emoji if sector else ""),
        limit=_EMOJI_LIMIT,
        required=False,
        hint=_("One plain emoji, such as 🕊️. Empty: the cog shows initials."),
    )
    return made
