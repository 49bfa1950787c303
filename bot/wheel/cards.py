"""What people see of the wheel: the picture, the same in words, one sector, and the welcome card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.content.model import Content, Sector
from bot.members.cards import offers_and_needs
from bot.members.model import Named, NamedPage
from bot.members.organisation_cards import with_mark
from bot.ui.escape import plain, quiet
from bot.ui.layout import DONE, WARM, bullets, button, card, divider, option, picture, primary, row, select
from bot.ui.words import _, locale, n_
from bot.wheel.figures import Figure, SectorFigures
from bot.wheel.model import Cog, CogState, Milestone, Picture, Reached, turning

FILENAME = "wheel.png"
_TITLE_LIMIT = 60
_OFFERS_LISTED, _OFFER_SHOWN = 5, 90
_THOUSANDS_FROM = 10_000
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
            count_label=label_words(found.partners),
            state=found.state,
            size=found.size,
        )
        for sector, found in zip(sectors, figures, strict=True)
    )
    title = plain(name or content.coalition.name.text(language), _TITLE_LIMIT)
    return Picture(
        title,
        cogs,
        turning(cogs),
        len(cogs),
        turning_words(turning(cogs), len(cogs)),
        locale=language,
        legend=(_("Waiting"), _("Registered"), _("Active pledge"), _("Kept a pledge")),
    )


def figure_words(figure: Figure) -> str:
    """Return a figure as people read it: "", "7", "a few", or "7+" for seven and a few more."""
    if figure.vague:
        return f"{figure.at_least}+" if figure.at_least else _("a few")
    return str(figure.at_least) if figure.at_least else ""


def label_words(figure: Figure) -> str:
    """Return a figure as it stands in a cog, where four signs have room: "few" for a few, 100k for 100,000."""
    if figure == Figure(0, True):
        return _("few")
    if figure.at_least < _THOUSANDS_FROM:
        return figure_words(figure)
    return f"{figure.at_least // 1000}k"


def turning_words(moving: int, total: int) -> str:
    """Return how many cogs turn, as it stands in the middle of the picture."""
    return n_("{moving} of {n} cog turning", "{moving} of {n} cogs turning", total, moving=moving)


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
    name = cog.short if short else quiet(cog.name)
    count = _("a few") if cog.count_label == _("few") else cog.count_label
    return f"{name} ({count})" if count else name


def alt_text(shown: Picture) -> str:
    """Return the picture for somebody who hears it, at most 1,024 characters."""
    start = _("The wheel of {name}: {turning}.", name=shown.title, turning=shown.centre_line)
    return f"{start} {in_words(shown, short=True)}."


def wheel_card(shown: Picture, figures: Sequence[SectorFigures], *, registered: bool) -> ui.LayoutView:
    """Return the picture, the same in words, and the way into each sector; ``registered``: whether the reader is."""
    options = [
        option(cog.name, cog.slug, emoji=cog.icon or None, description=f"{_MARKS[cog.state]} {state_words(cog.state)}")
        for cog in shown.cogs
    ]
    return card(
        f"## {quiet(shown.title)} · {shown.centre_line}",
        picture(FILENAME, alt_text(shown)),
        in_words(shown),
        _numbers_explained(figures),
        select("wheel.sector", options=options, placeholder=_("Look at a sector …")),
        row(primary(_("Pledge"), "pledge.browse"), _own(registered)),
        accent=DONE,
    )


def _own(registered: bool) -> ui.Button[Any]:
    return button(_("My profile"), "profile.open") if registered else button(_("Join"), "join.open")


def _numbers_explained(figures: Sequence[SectorFigures]) -> str:
    """Return in small print what the numbers count, with an example of an open one where one is shown."""
    lines = [_("An active pledge makes a cog turn.")]
    if any(found.partners != Figure() for found in figures):
        lines.insert(0, _("A number says how many partners count there."))
    mixed = next((found.partners for found in figures if found.partners.vague and found.partners.at_least), None)
    if mixed is not None:
        meaning = n_(
            "*{number}* means {n} named partner and a few who are counted without a name.",
            "*{number}* means {n} named partners and a few who are counted without a name.",
            mixed.at_least,
            number=label_words(mixed),
        )
        lines.insert(1, meaning)
    return f"-# {' '.join(lines)}"


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
    content: Content,
    sector: Sector,
    found: SectorFigures,
    page: NamedPage,
    server: str,
    after: int,
    *,
    registered: bool,
) -> ui.LayoutView:
    """Return one sector: who is named, how many others, what was pledged, what is missing, and whom to invite."""
    name = quiet(sector.name.text(locale()))
    offered, wanted = _offers(page.members)
    return card(
        f"## {sector.emoji} {name}" if sector.emoji else f"## {name}",
        sector.scope.text(locale()),
        f"{_MARKS[found.state]} **{state_words(found.state)}**",
        partners_words(found, page.members),
        _listed(_("**They offer**"), offered),
        _listed(_("**They look for**"), wanted),
        row(
            button(_("From the start"), "wheel.partners", sector.slug, 0) if after else None,
            button(_("More partners"), "wheel.partners", sector.slug, page.after) if page.after is not None else None,
        ),
        pledges_words(found),
        divider(),
        gap_words(found, name),
        _("To invite a colleague, copy this:") + "\n" + invite(content, sector, server),
        row(
            primary(_("Pledge"), "pledge.browse"),
            button(_("See its pledges"), "pledge.list", sector.slug, 0),
            button(_("The whole wheel"), "wheel.open"),
            _own(registered),
        ),
        accent=WARM if found.state is CogState.WAITING else DONE,
    )


def partners_words(found: SectorFigures, named: Sequence[Named]) -> str:
    """Return the partners who chose to be named on this page, and what may be said of the others."""
    lines = [_named_line(member) for member in named]
    if found.others.vague:
        lines.append(_("a few who are counted without a name") if not lines else _("and a few more, without names"))
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
        line += f" · {with_mark(member.organisation, member.confirmed)}"
    return line


def _offers(named: Sequence[Named]) -> tuple[list[str], list[str]]:
    """Return what these partners offer and look for, each once and with whom to ask: nobody else's words are here."""
    found: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for member in named:
        for part, texts in zip(found, offers_and_needs(member.offers), strict=True):
            for text in texts:
                part.setdefault(text.casefold(), f"{quiet(text, _OFFER_SHOWN)} · <@{member.user_id}>")
    return list(found[0].values()), list(found[1].values())


def _listed(heading: str, lines: Sequence[str]) -> str | None:
    if not lines:
        return None
    more = len(lines) - _OFFERS_LISTED
    shown = [*lines[:_OFFERS_LISTED], *([n_("and {n} more", "and {n} more", more)] if more > 0 else [])]
    return f"{heading}\n{bullets(shown)}"


def pledges_words(found: SectorFigures) -> str:
    """Return how many pledges are active, kept, and kept by their makers' own word."""
    parts = [
        _("{number} active", number=figure_words(found.active) or "0"),
        _("{number} kept", number=figure_words(found.kept) or "0"),
    ]
    if found.declared != Figure():
        parts.append(_("{number} done, self-declared", number=figure_words(found.declared)))
    return _("**Pledges:** {figures}", figures=", ".join(parts))


def gap_words(found: SectorFigures, name: str) -> str:
    """Return what this cog still needs."""
    return {
        CogState.WAITING: _("**What is missing:** nobody from {sector} is here yet. Who do you know?", sector=name),
        CogState.REGISTERED: _("**What is missing:** partners are here, but no pledge yet. A small one is enough."),
        CogState.ACTIVE: _("**What is missing:** a first pledge that is kept and confirmed."),
        CogState.KEPT: _("**What is missing:** only more partners. This cog turns and has kept its word."),
    }[found.state]


def invite(content: Content, sector: Sector, server: str) -> str:
    """Return an invitation for a colleague, in a block that people can copy whole."""
    language = locale()
    text = _(
        "{coalition}: {purpose}\n{sector}\nJoin us in the Discord server {server} and type /join.",
        coalition=content.coalition.name.text(language),
        purpose=content.coalition.purpose.text(language),
        sector=": ".join(filter(None, (sector.name.text(language), sector.role.text(language)))),
        server=plain(server, _TITLE_LIMIT) or content.coalition.name.text(language),
    )
    return "```\n" + text.replace("`", "'") + "\n```"


def milestone_card(shown: Picture, found: Milestone, sector: str, maker: int | None) -> ui.LayoutView:
    """Return the card that celebrates; ``sector`` is its name as typed, ``maker`` the person where they are named."""
    name = quiet(sector)
    head, words = {
        Reached.WHOLE: (
            _("## 🎉 The whole wheel turns"),
            _("**{sector}** has set the last waiting cog in motion. Every sector here has begun to act.", sector=name),
        ),
        Reached.MANY: (
            _("## 🎉 {turning}", turning=shown.centre_line),
            _("**{sector}** has just joined in. Each cog that moves makes it easier for the next.", sector=name),
        ),
        Reached.KEPT: (
            _("## ⭐ A first promise kept: {sector}", sector=name),
            _("What was promised has been done, and an organiser has confirmed it. The first star of this sector!"),
        ),
        Reached.PLEDGED: (
            _("## ⚙️ A new cog turns: {sector}", sector=name),
            _("The first pledge of this sector is active. Somebody has begun; others can follow."),
        ),
    }[found.name]
    return card(
        head,
        words,
        _("Thank you, <@{user}>!", user=maker) if maker is not None else _("Thank you to everybody who is part of it!"),
        picture(FILENAME, alt_text(shown)),
        row(primary(_("Pledge"), "pledge.browse"), button(_("The whole wheel"), "wheel.open")),
        accent=DONE,
    )
