"""What people see of the wheel: the picture, the same in words, one sector, and the welcome card."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.content.model import Content, Sector
from bot.members.model import Named, NamedPage
from bot.ui.escape import plain, quiet
from bot.ui.layout import DONE, WARM, bullets, button, card, divider, option, picture, primary, row, select
from bot.ui.words import _, locale, n_
from bot.wheel.figures import Figure, SectorFigures
from bot.wheel.model import Cog, CogState, Picture, turning

FILENAME = "wheel.png"
_TITLE_LIMIT = 60
_OFFERS_SHOWN = 160
_MARKS = {CogState.KEPT: "⭐", CogState.ACTIVE: "⚙️", CogState.REGISTERED: "🔘", CogState.WAITING: "⚪"}


def to_picture(content: Content, sectors: Sequence[Sector], figures: Sequence[SectorFigures], name: str) -> Picture:
    """Return what the picture is drawn from, in the present language; ``name`` is the server's, if it is known."""
    language = locale()
    cogs = tuple(
        Cog(
            slug=sector.slug,
            name=sector.name.text(language),
            short=sector.short.text(language),
            icon=sector.emoji,
            count_label=figure_words(found.partners),
            state=found.state,
            size=found.size,
        )
        for sector, found in zip(sectors, figures, strict=True)
    )
    title = plain(name or content.coalition.name.text(language), _TITLE_LIMIT)
    return Picture(title, cogs, turning(cogs), len(cogs), turning_words(turning(cogs), len(cogs)), locale=language)


def figure_words(figure: Figure) -> str:
    """Return a figure as people read it: "", "7", "a few", or "7+" for seven and a few more."""
    if figure.vague:
        return f"{figure.at_least}+" if figure.at_least else _("a few")
    return str(figure.at_least) if figure.at_least else ""


def turning_words(moving: int, total: int) -> str:
    """Return how many cogs turn, as it stands in the middle of the picture."""
    return n_("{n} of {total} cogs turning", "{n} of {total} cogs turning", moving, total=total)


def state_words(state: CogState) -> str:
    """Return what a cog in this state stands for."""
    return {
        CogState.KEPT: _("Has kept a pledge"),
        CogState.ACTIVE: _("Active pledges"),
        CogState.REGISTERED: _("Partners registered"),
        CogState.WAITING: _("Waiting for a first partner"),
    }[state]


def in_words(shown: Picture, *, short: bool = False) -> str:
    """Return everything the picture says: a line for each state, with its sectors and their partners."""
    lines = []
    for state in (CogState.KEPT, CogState.ACTIVE, CogState.REGISTERED, CogState.WAITING):
        cogs = [cog for cog in shown.cogs if cog.state is state]
        if cogs:
            names = ", ".join(_cog_words(cog, short) for cog in cogs)
            head = f"{state_words(state)}:" if short else f"{_MARKS[state]} **{state_words(state)}:**"
            lines.append(f"{head} {names}")
    return ". ".join(lines) if short else "\n".join(lines)


def _cog_words(cog: Cog, short: bool) -> str:
    name = cog.short if short else cog.name
    return f"{name} ({cog.count_label})" if cog.count_label else name


def alt_text(shown: Picture) -> str:
    """Return the picture for somebody who hears it, at most 1,024 characters."""
    start = _("The wheel of {name}: {turning}.", name=shown.title, turning=shown.centre_line)
    return f"{start} {in_words(shown, short=True)}."


def wheel_card(shown: Picture) -> ui.LayoutView:
    """Return the picture, the same in words, and the way into each sector."""
    options = [
        option(cog.name, cog.slug, emoji=cog.icon, description=f"{_MARKS[cog.state]} {state_words(cog.state)}")
        for cog in shown.cogs
    ]
    return card(
        f"## {quiet(shown.title)} · {shown.centre_line}",
        picture(FILENAME, alt_text(shown)),
        in_words(shown),
        _("-# The number says how many partners count there; 5+ is five and a few more. An active pledge turns a cog."),
        select("wheel.sector", options=options, placeholder=_("Look at a sector …")),
        row(primary(_("Pledge"), "pledge.browse"), button(_("Join"), "join.open")),
        accent=DONE,
    )


def welcome_card(shown: Picture, content: Content) -> ui.LayoutView:
    """Return the card that stands in #welcome: the wheel, one sentence, and everything one tap away."""
    coalition = content.coalition
    return card(
        f"## {coalition.name.text(locale())}",
        coalition.welcome.text(locale()),
        picture(FILENAME, alt_text(shown)),
        f"**{shown.centre_line}**",
        row(
            primary(_("Join"), "join.open", emoji="👋"),
            button(_("Ask"), "faq.ask", emoji="❓"),
            button(_("What's on"), "events.open", emoji="📅"),
            button(_("Pledge"), "pledge.browse", emoji="⚙️"),
            button(_("Get help"), "report.open", emoji="🛟"),
        ),
        accent=DONE,
    )


def sector_card(
    content: Content, sector: Sector, found: SectorFigures, page: NamedPage, server: str, after: int
) -> ui.LayoutView:
    """Return one sector: who is named, how many others, what was pledged, and what is missing."""
    name = sector.name.text(locale())
    return card(
        f"## {sector.emoji} {name}",
        sector.scope.text(locale()),
        f"{_MARKS[found.state]} **{state_words(found.state)}**",
        partners_words(found, page.members),
        row(
            button(_("From the start"), "wheel.partners", sector.slug, 0) if after else None,
            button(_("More partners"), "wheel.partners", sector.slug, page.after) if page.after is not None else None,
        ),
        pledges_words(found),
        divider(),
        gap_words(found, name),
        _("Copy this for a colleague:") + "\n" + invite(content, sector, server),
        row(
            primary(_("Pledge"), "pledge.browse"),
            button(_("See its pledges"), "pledge.list", sector.slug, 0),
            button(_("The whole wheel"), "wheel.open"),
        ),
        accent=WARM if found.state is CogState.WAITING else DONE,
    )


def partners_words(found: SectorFigures, named: Sequence[Named]) -> str:
    """Return the partners who chose to be named on this page, and what may be said of the others."""
    lines = [_named_line(member) for member in named]
    if found.others.vague:
        lines.append(_("a few who are counted without their name") if not lines else _("and a few more, without names"))
    elif found.others.at_least:
        lines.append(
            n_(
                "{n} partner who is counted without a name",
                "{n} partners who are counted without their names",
                found.others.at_least,
            )
        )
    total = figure_words(found.partners)
    heading = _("**Partners: {number}**", number=total) if total else _("**Partners: none yet**")
    return f"{heading}\n{bullets(lines)}" if lines else heading


def _named_line(member: Named) -> str:
    line = f"<@{member.user_id}>"
    if member.organisation:
        line += f" · {quiet(member.organisation)}"
    offers = " ".join(member.offers.split())
    return line + (f" - {quiet(offers, _OFFERS_SHOWN)}" if offers else "")


def pledges_words(found: SectorFigures) -> str:
    """Return how many pledges are active, kept, and kept by their makers' own word."""
    line = _("**Pledges:** {active} active, {kept} kept", active=found.active, kept=found.kept)
    if found.declared:
        line += _(", {declared} done by their makers' own word", declared=found.declared)
    return line


def gap_words(found: SectorFigures, name: str) -> str:
    """Return what this cog still needs."""
    return {
        CogState.WAITING: _("**What is missing:** nobody from {sector} is here yet. Whom do you know?", sector=name),
        CogState.REGISTERED: _("**What is missing:** partners are here, but no pledge yet. A small one is enough."),
        CogState.ACTIVE: _("**What is missing:** a first pledge that is kept and confirmed."),
        CogState.KEPT: _("**What is missing:** nothing to start turning. More partners make it stronger."),
    }[found.state]


def invite(content: Content, sector: Sector, server: str) -> str:
    """Return an invitation for a colleague, in a block that people can copy whole."""
    language = locale()
    text = _(
        "{coalition}: {purpose}\n{sector}: {role}\nJoin us in the Discord server {server} and type /join.",
        coalition=content.coalition.name.text(language),
        purpose=content.coalition.purpose.text(language),
        sector=sector.name.text(language),
        role=sector.role.text(language),
        server=plain(server, _TITLE_LIMIT) or content.coalition.name.text(language),
    )
    return "```text\n" + text.replace("`", "'") + "\n```"
