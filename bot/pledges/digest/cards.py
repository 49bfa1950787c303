"""What organisers see of a digest: the figures in words, the picture, and when it comes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from discord import ui

from bot.content.model import Content
from bot.pledges.digest.model import FEWEST_DECISIONS, Digest, Period, SectorLine
from bot.pledges.digest.sheet import Amount, Column, Line, Sheet, Tile
from bot.sectors.model import ServerSectors
from bot.servers.model import FRESHNESS, FreshnessLimits
from bot.ui.escape import plain, quiet
from bot.ui.layout import bullets, button, card, option, picture, primary, row, select
from bot.ui.times import ago, full
from bot.ui.words import _, locale, n_
from bot.wheel.cards import figure_words, label_words
from bot.wheel.figures import Figure

FILENAME = "digest.png"
_ALT_LIMIT = 1024
_TITLE_LIMIT = 60
_NOTHING = Figure()


def period_words(period: Period) -> str:
    """Return a period as it stands in a menu and a title."""
    return {
        Period.MONTH: _("The last 30 days"),
        Period.QUARTER: _("The last quarter (91 days)"),
        Period.YEAR: _("The last year"),
    }[period]


def month_words(first: date) -> str:
    """Return a month's short name, as it stands below a bar."""
    names = (
        *(_("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun")),
        *(_("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec")),
    )
    return names[first.month - 1]


def span_words(span: timedelta) -> str:
    """Return a waiting time as people say it: in hours up to two days, then in days."""
    hours = round(span.total_seconds() / 3600)
    if hours < 1:
        return _("under an hour")
    if hours < 48:
        return n_("{n} hour", "{n} hours", hours)
    return n_("{n} day", "{n} days", round(hours / 24))


def typical_words(found: Digest) -> str:
    """Return how long a first decision takes, as it stands in a figure."""
    if not found.decisions:
        return _("no decision yet")
    return span_words(found.typical) if found.typical is not None else _("too few to say")


def _amount(figure: Figure) -> Amount:
    return Amount(figure.at_least, label_words(figure), figure.vague)


def _written(figure: Figure) -> Amount:
    return Amount(figure.at_least, _said(figure), figure.vague)


def _said(figure: Figure) -> str:
    return figure_words(figure) or "0"


def title_of(name: str, content: Content) -> str:
    """Return what stands above a digest: the server's name, the coalition's while it is not known."""
    return name or content.coalition.name.text(locale())


def to_sheet(found: Digest, sectors: ServerSectors, title: str) -> Sheet:
    """Return what the picture is drawn from, in the present language; ``title`` is the server's name."""
    language = locale()
    lines = []
    for line in found.by_sector:
        known = sectors.get(line.slug)
        name = sectors.name(line.slug, language)
        short = known.short.text(language) if known is not None else name
        lines.append(Line(name, short, _amount(line.made), _amount(line.active), _amount(line.kept)))
    fresh = found.freshness
    waited = found.typical is not None
    return Sheet(
        title=plain(title, _TITLE_LIMIT),
        subtitle=_(
            "{period}, {first} to {last}",
            period=period_words(found.period),
            first=found.since.isoformat(),
            last=found.until.isoformat(),
        ),
        tiles=(
            Tile(_said(found.totals.made), _("made"), "made"),
            Tile(_said(found.active), _("active now"), "active"),
            Tile(_said(found.totals.kept), _("kept by now"), "kept"),
            Tile(typical_words(found), _("to a decision, typically") if waited else _("time to a decision")),
        ),
        months=tuple(
            Column(month_words(m.first), _amount(m.made), _amount(m.active), _amount(m.kept)) for m in found.months
        ),
        sectors=tuple(lines),
        fresh=(
            (_written(fresh.fresh), _("under {days} days ago", days=fresh.limits.fresh)),
            (_written(fresh.quiet), _("up to {days} days", days=fresh.limits.silent)),
            (_written(fresh.stale), _("longer")),
        ),
        flows_title=_("Made and kept each month"),
        stock_title=_("Active at the end of each month"),
        fresh_title=_("When active pledges were last updated"),
        sectors_title=_("By sector"),
        made=_("Made"),
        active=_("Active"),
        kept=_("Kept"),
        few=_("a few"),
        empty=_("No pledges yet. The first one starts the chart."),
    )


def alt_text(found: Digest, sheet: Sheet) -> str:
    """Return the picture for somebody who hears it, at most 1,024 characters; sectors that do nothing are left out."""
    start = _("Digest of {name}. {period}.", name=sheet.title, period=sheet.subtitle)
    if found.empty:
        return f"{start} {sheet.empty}"
    parts = [
        start,
        ", ".join(f"{tile.words} {tile.number}" for tile in sheet.tiles) + ".",
        sheet.fresh_title + ": " + ", ".join(f"{_heard(amount)} {words}" for amount, words in sheet.fresh) + ".",
        _("By month, made/active/kept:") + " " + _series([(one.name, one) for one in sheet.months]) + ".",
        _("By sector, made/active/kept:") + " ",
    ]
    text = " ".join(parts)
    lines = [(plain(line.short, 14), line) for line in sheet.sectors if _does_anything(line)]
    more = len(lines)
    for number, line in enumerate(lines):
        piece = (", " if number else "") + _series([line])
        if len(text) + len(piece) > _ALT_LIMIT - 50:
            break
        text, more = text + piece, more - 1
    if not lines:
        text += _("nothing yet")
    return (text + (n_(" and {n} more", " and {n} more", more) if more else ""))[: _ALT_LIMIT - 1] + "."


def _heard(amount: Amount) -> str:
    return amount.label or "0"


def _series(named: Sequence[tuple[str, Column | Line]]) -> str:
    return ", ".join(f"{name} {_heard(one.made)}/{_heard(one.active)}/{_heard(one.kept)}" for name, one in named)


def _does_anything(line: Line) -> bool:
    return any(amount.number or amount.vague for amount in (line.made, line.active, line.kept))


def digest_card(
    found: Digest, sectors: ServerSectors, title: str, *, desk: int | None, monthly: bool, note: str, small: int
) -> ui.LayoutView:
    """Return the digest for one organiser. ``desk`` is the organisers' channel; ``note`` says what was just done."""
    periods = [option(period_words(one), one.value, chosen=one is found.period) for one in Period]
    limits = [
        option(
            _("Freshness: {fresh} / {silent} days", fresh=one.fresh, silent=one.silent),
            one.key,
            description=limits_words(one),
            chosen=one == found.freshness.limits,
        )
        for one in FRESHNESS
    ]
    private = None
    if desk is None:
        private = _("No organisers' channel is chosen yet, so there is nowhere to post it: `/setup start`.")
    switch = _("Every month: on") if monthly else _("Every month: off")
    return card(
        *_parts(found, sectors, title, small),
        select("digest.period", options=periods, placeholder=_("Another period …")),
        select("digest.freshness", found.period.value, options=limits, placeholder=_("Freshness")),
        private,
        note or None,
        row(
            primary(_("Post it in the organisers' channel"), "digest.post", found.period.value) if desk else None,
            button(switch, "digest.monthly", 0 if monthly else 1, found.period.value, emoji="🗓️") if desk else None,
            button(_("Queue"), "review.queue", 0) if found.waiting else None,
            button(_("Import a spreadsheet"), "import.home"),
        ),
    )


def posted_card(found: Digest, sectors: ServerSectors, title: str, *, small: int) -> ui.LayoutView:
    """Return the digest as it stands in the organisers' channel."""
    return card(
        *_parts(found, sectors, title, small),
        row(
            button(_("Refresh"), "review.digest", found.period.value),
            button(_("Queue"), "review.queue", 0) if found.waiting else None,
        ),
    )


def _parts(found: Digest, sectors: ServerSectors, title: str, small: int) -> list[str | ui.Item[ui.LayoutView]]:
    sheet = to_sheet(found, sectors, title)
    heading = _("## 📊 Digest: {name}", name=quiet(sheet.title))
    image = picture(FILENAME, alt_text(found, sheet))
    head = f"{heading}\n{sheet.subtitle} · {full(found.at)}"
    if found.empty:
        return [
            head,
            _("Nobody has pledged anything in the last twelve months. A small pledge is enough to begin."),
            image,
        ]
    return [
        head,
        totals_words(found),
        _active_words(found),
        decision_words(found) + "\n" + waiting_words(found),
        image,
        sectors_words(found.by_sector, sectors),
        _(
            "-# Pledges that only organisers see are not counted here. Where a sector has fewer than {least} partners, "
            "its figures are “a few”; “12+” is twelve and a few more.",
            least=small,
        ),
    ]


def totals_words(found: Digest) -> str:
    """Return what happened in the period."""
    totals = found.totals
    parts = [
        _("{number} made", number=_said(totals.made)),
        _("{number} approved", number=_said(totals.approved)),
        _("{number} kept", number=_said(totals.kept)),
        _("{number} done, self-declared", number=_said(totals.declared)),
        _("{number} partly kept", number=_said(totals.partly)),
        _("{number} closed with honour", number=_said(totals.closed)),
        _("{number} lapsed", number=_said(totals.lapsed)),
    ]
    return _("**In this period:** {figures}", figures=", ".join(parts))


def _active_words(found: Digest) -> str:
    fresh = found.freshness
    lines = [
        _(
            "🟢 fresh, updated under {days} days ago: {number}",
            days=fresh.limits.fresh,
            number=_said(fresh.fresh),
        ),
        _(
            "🟡 quiet, updated up to {days} days ago: {number}",
            days=fresh.limits.silent,
            number=_said(fresh.quiet),
        ),
        _("🔴 silent for longer: {number}", number=_said(fresh.stale)),
    ]
    return _("**Active now: {number}**", number=_said(found.active)) + "\n" + bullets(lines)


def decision_words(found: Digest) -> str:
    """Return how long people waited for a first decision."""
    if not found.decisions:
        return _("**Time to a first decision:** no decision yet in this period.")
    if found.typical is None:
        return n_(
            "**Time to a first decision:** too few to say ({n} decision, it takes {least}).",
            "**Time to a first decision:** too few to say ({n} decisions, it takes {least}).",
            found.decisions,
            least=FEWEST_DECISIONS,
        )
    return n_(
        "**Time to a first decision:** {span}, the median of {n}.",
        "**Time to a first decision:** {span}, the median of {n}.",
        found.decisions,
        span=span_words(found.typical),
    )


def waiting_words(found: Digest) -> str:
    """Return how many wait for an organiser, and since when the oldest."""
    if not found.waiting:
        return _("**Waiting for an organiser:** nothing.")
    if found.waiting >= found.most_waiting:
        words = _("**Waiting for an organiser:** at least {n}.", n=found.most_waiting)
    else:
        words = n_("**Waiting for an organiser:** {n}.", "**Waiting for an organiser:** {n}.", found.waiting)
    return words if found.oldest is None else words + " " + _("The oldest came {when}.", when=ago(found.oldest))


def sectors_words(lines: Sequence[SectorLine], sectors: ServerSectors) -> str:
    """Return a line for each sector that does something, and the names of the others."""
    said, still = [], []
    for line in lines:
        name = quiet(sectors.name(line.slug, locale()))
        if (line.made, line.active, line.kept) == (_NOTHING,) * 3:
            still.append(name)
        else:
            said.append(
                _(
                    "{sector}: {made} made, {active} active, {kept} kept",
                    sector=name,
                    made=_said(line.made),
                    active=_said(line.active),
                    kept=_said(line.kept),
                )
            )
    parts = [_("**By sector**") + "\n" + bullets(said)] if said else []
    if still:
        parts.append(_("Nothing yet: {sectors}", sectors=", ".join(still)))
    return "\n\n".join(parts)


def posted(desk: int, url: str) -> str:
    """Return what is said once a digest was posted."""
    if url:
        return _("✅ Posted in <#{channel}>: {url}", channel=desk, url=url)
    return _("⏳ It is on its way to <#{channel}>.", channel=desk)


def limits_words(limits: FreshnessLimits) -> str:
    """Return from when on a pledge is quiet and silent."""
    return _("quiet after {fresh} days, silent after {silent}", fresh=limits.fresh, silent=limits.silent)


def limited(limits: FreshnessLimits) -> str:
    """Return what is said once the limits of freshness were chosen."""
    return _("✅ Everywhere in this server from now on: {limits}.", limits=limits_words(limits))


def switched(on: bool, desk: int | None) -> str:
    """Return what is said once the monthly digest was turned on or off."""
    if not on:
        return _("It's no longer posted automatically.")
    if desk is None:
        return _("It's posted on the first of every month, once an organisers' channel is chosen.")
    return _("It's posted on the first of every month, at 9 in the morning, in <#{channel}>.", channel=desk)
