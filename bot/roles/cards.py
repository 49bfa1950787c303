"""What admins see of sector roles: what switching them on means, which there are, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from discord import ButtonStyle, ui

from bot.content.model import Sector
from bot.roles.model import RoleBook, SectorRole, State
from bot.servers.model import Finding
from bot.ui.escape import quiet
from bot.ui.layout import DONE, WARM, bullets, button, card, option, primary, role_select, row, select
from bot.ui.words import _, locale, n_

_SHOWN = 5


def preview(sectors: Sequence[Sector], book: RoleBook, *, allowed: bool) -> ui.LayoutView:
    """Return what switching sector roles on will do. ``allowed``: whether the bot may manage roles."""
    picked = sum(book.of(sector.slug) is not None for sector in sectors)
    made = len(sectors) - picked
    lines = [
        n_(
            "I make {n} role, named after its sector. It allows nothing and nobody can mention it.",
            "I make {n} roles, one for each active sector and named after it. They allow nothing and nobody can "
            "mention them.",
            made,
        )
        if made
        else "",
        n_("I use {n} role that you chose below.", "I use {n} roles that you chose below.", picked) if picked else "",
        _("People who chose *Named* get the role of each of their sectors. Nobody else gets one."),
        _("Everybody in this server sees these roles on profiles. The form of `/join` says so to those it is about."),
        _("Anyone who changes that choice, leaves or is erased loses the role; so does anyone given it by hand."),
    ]
    return card(
        _("## Sector roles are off"),
        _("Switched on, this happens:"),
        bullets(line for line in lines if line),
        None if allowed else _no_right(),
        _picker(sectors, book, _("Use an existing role for …")),
        row(
            primary(_("Switch on"), "roles.on") if allowed else primary(_("Refresh"), "roles.open"),
            button(_("Back"), "sectors.list", 0),
        ),
        accent=WARM if not allowed else DONE,
    )


def overview(sectors: Sequence[Sector], book: RoleBook, gone: Sequence[int], *, allowed: bool) -> ui.LayoutView:
    """Return which role stands for which sector. ``gone`` are roles that were deleted by hand."""
    lines = [f"{sector.emoji} {quiet(_name(sector))}: {_state(book.of(sector.slug), gone)}" for sector in sectors]
    unmade = any((role := book.of(sector.slug)) is None or role.role_id is None for sector in sectors)
    going = sum(role.state is State.GOING for role in book.roles)
    return card(
        _("## Sector roles are on"),
        "\n".join(lines),
        n_("⏳ {n} role is being taken away.", "⏳ {n} roles are being taken away.", going) if going else None,
        None if allowed else _no_right(),
        _("-# I notice changes made by hand at a person's next action here or in the daily check."),
        _picker(sectors, book, _("Another role, for …")),
        row(
            primary(_("Recreate deleted roles"), "roles.renew") if gone else None,
            button(_("Refresh"), "roles.open") if unmade or going else None,
            button(_("Fix everything"), "roles.again"),
            button(_("Switch off"), "roles.leave", style=ButtonStyle.danger),
            button(_("Back"), "sectors.list", 0),
        ),
        accent=DONE if allowed and not gone else WARM,
    )


def one(sector: Sector, role: SectorRole | None) -> ui.LayoutView:
    """Return the choice of a role for one sector."""
    chosen = role.role_id if role is not None and not role.made else None
    return card(
        _("## Role of the sector {name}", name=quiet(_name(sector))),
        _("I use <@&{role}>, which you chose.", role=chosen) if chosen else _("I make this role myself."),
        _("Pick an existing role to use instead. It must be a plain one, without permissions of its own."),
        role_select("roles.pick", sector.slug, placeholder=_("Pick a role …"), least=1, most=1),
        row(
            button(_("Let me make it"), "roles.own", sector.slug) if chosen else None,
            button(_("Back"), "roles.open"),
        ),
    )


def pick_question(sector: Sector, role_id: int, holders: int | None) -> ui.LayoutView:
    """Return what using a role that exists means. ``holders``: how many have it now, None where Discord did not say."""
    lines = [
        n_("{n} person has it now.", "{n} people have it now.", holders) if holders is not None else "",
        _("From then on it means: *Named* in this sector. I look after who has it."),
        _("Anyone who has it today without that choice loses it, at their next action here or in the daily check."),
    ]
    return card(
        _("## Use <@&{role}> for {name}?", role=role_id, name=quiet(_name(sector))),
        bullets(line for line in lines if line),
        row(
            primary(_("Use it"), "roles.use", sector.slug, role_id),
            button(_("Back"), "roles.sector", sector.slug),
        ),
        accent=WARM,
    )


def off_question(book: RoleBook) -> ui.LayoutView:
    """Return what switching sector roles off does."""
    given = [role for role in book.roles if role.state is State.GIVEN]
    made = sum(role.made for role in given)
    picked = len(given) - made
    lines = [
        n_("{n} role that I made is deleted.", "{n} roles that I made are deleted.", made) if made else "",
        n_(
            "{n} role that you chose stays, and I take it back from those I gave it to.",
            "{n} roles that you chose stay, and I take them back from those I gave them to.",
            picked,
        )
        if picked
        else "",
        _("What people registered stays as it is."),
    ]
    return card(
        _("## Switch sector roles off?"),
        bullets(line for line in lines if line),
        row(
            button(_("Switch off"), "roles.off", style=ButtonStyle.danger),
            button(_("Leave them on"), "roles.open"),
        ),
        accent=WARM,
    )


def _name(sector: Sector) -> str:
    return sector.name.text(locale())


def _picker(sectors: Sequence[Sector], book: RoleBook, placeholder: str) -> ui.ActionRow[ui.LayoutView]:
    picked = {s.slug for s in sectors if (role := book.of(s.slug)) is not None and not role.made}
    options = [
        option(
            _name(sector),
            sector.slug,
            emoji=sector.emoji or None,
            description=_("uses a role you chose") if sector.slug in picked else None,
        )
        for sector in sectors
    ]
    return select("roles.sector", options=options, placeholder=placeholder)


def _state(role: SectorRole | None, gone: Sequence[int]) -> str:
    if role is None or role.role_id is None:
        return _("being made")
    if role.role_id in gone:
        return _("⚠️ deleted by hand")
    return f"<@&{role.role_id}>"


def _no_right() -> str:
    return _(
        "⚠️ I lack *Manage Roles*: Server Settings > Roles > my role > Permissions, and allow it. "
        "I use it for these roles alone."
    )


# For the check of a server.


def finding_lines(finding: Finding) -> dict[str, Callable[[], str]]:
    """Return what is said about each thing that was looked at."""
    facts = finding.facts
    count = facts.get("count", 0)
    names = _some(facts.get("names", ()))
    return {
        "roles": lambda: n_(
            "Sector roles: {n} in use. Changes made by hand are noticed at a person's next action here, or "
            "in the daily check.",
            "Sector roles: {n} in use. Changes made by hand are noticed at a person's next action here, or "
            "in the daily check.",
            count if isinstance(count, int) else 0,
        ),
        "roles no right": lambda: _(
            "Sector roles: I lack *Manage Roles*, so nobody gets one or loses one. Server Settings > Roles "
            "> my role, allow it, then *Fix everything* in `/setup sectors` > *Sector roles*."
        ),
        "role unmade": lambda: _("Sector roles not made yet: {names}.", names=names),
        "role deleted": lambda: _(
            "Sector roles deleted by hand: {names}. `/setup sectors` > *Sector roles* > *Recreate deleted roles*.",
            names=names,
        ),
        "role too high": lambda: _(
            "Sector roles above my own role, so I can't give them or take them back: {names}. Server "
            "Settings > Roles: move mine above them.",
            names=names,
        ),
        "role allows": lambda: _(
            "Sector roles that allow more than everybody may, so I give them to nobody new: {names}. Take their "
            "permissions away.",
            names=names,
        ),
        "role renamed": lambda: _("Sector roles that were renamed by hand, and keep that name: {names}.", names=names),
    }


def _some(names: object) -> str:
    """Return the first names, and how many more there are."""
    every = [quiet(str(name)) for name in names] if isinstance(names, Sequence) else []
    shown = ", ".join(every[:_SHOWN])
    more = len(every) - _SHOWN
    return n_("{names} and {n} more", "{names} and {n} more", more, names=shown) if more > 0 else shown


def why(reason: str) -> str | None:
    """Return why a row about roles failed, in words; None for other reasons."""
    words: dict[str, Callable[[], str]] = {
        "roles: not here": lambda: _("I am not in this server."),
        "roles: no right": lambda: _("I lack *Manage Roles*. Allow it in Server Settings > Roles, then try again."),
        "roles: above": lambda: _("the role stands above mine. Move my role above it, then try again."),
        "roles: gone": lambda: _("the role was deleted by hand. Make it again in `/setup sectors` > *Sector roles*."),
        "roles: full": lambda: _("this server has as many roles as Discord allows. Delete one, then try again."),
        "roles: not taken": lambda: _(
            "a role that somebody gave up is still on their profile: it stands above mine, or I lack *Manage Roles*. "
            "Put that right, then try again."
        ),
    }
    found = words.get(reason)
    return found() if found else None
