"""What organisers see of the queue: what waits, longest first, and what narrows it down."""

from __future__ import annotations

from datetime import datetime

from discord import ui

from bot.pledges import cards
from bot.pledges.desk_model import NUDGE_AFTER, Kind, Queue, waited
from bot.pledges.model import Pledge
from bot.pledges.review_cards import mark
from bot.sectors.model import ServerSectors
from bot.ui.escape import plain, quiet
from bot.ui.layout import bullets, button, card, option, row, select
from bot.ui.words import _, locale, n_

_ANY = "any"


def kind_words(kind: Kind | None) -> str:
    """Return a part of the queue as people read it."""
    return {
        None: _("Everything"),
        Kind.NEW: _("New pledges"),
        Kind.DONE: _("Marked done"),
        Kind.CHANGED: _("Changed wording"),
        Kind.MINE: _("Taken by me"),
    }[kind]


def queue_card(
    queue: Queue,
    sectors: ServerSectors,
    kind: Kind | None,
    sector: str,
    now: datetime,
    reader: int,
) -> ui.LayoutView:
    """Return five that wait, longest first, with what narrows the list down. ``reader`` is who looks at it."""
    narrowed = kind is not None or bool(sector)
    if not queue.pledges and not narrowed:
        return card(_("## To review"), _("All caught up. Well done!"), row(button(_("Reasons"), "review.ready")))
    lines = [_line(pledge, queue, now, reader) for pledge in queue.pledges]
    opened = [
        option(
            plain(cards.spoken(p, p.what), 95),
            p.id,
            emoji=mark(p),
            description=_("pledge {number}", number=p.id) + f" · {p.organisation or sectors.name(p.sector, locale())}",
        )
        for p in queue.pledges
    ]
    kinds = [option(kind_words(one), one or _ANY, chosen=one is kind) for one in (None, *Kind)]
    name = quiet(sectors.name(sector, locale())) if sector else ""
    some = [option(_("All sectors"), _ANY, chosen=not sector)]
    some += [
        option(one.name.text(locale()), one.slug, emoji=one.emoji, chosen=one.slug == sector) for one in sectors.active
    ]
    ids = (kind or _ANY, sector)
    return card(
        _("## To review"),
        " · ".join(part for part in (kind_words(kind) if kind else "", name) if part),
        bullets(lines) or _("Nothing is waiting here."),
        select("review.open", options=opened, placeholder=_("Open …")) if opened else None,
        select("review.kind", sector, options=kinds, placeholder=_("Which pledges")),
        select("review.sector", kind or _ANY, options=some[:25], placeholder=_("Which sector")),
        row(
            button(_("Previous"), "review.before", *ids, *queue.before) if queue.before is not None else None,
            button(_("Next"), "review.page", *ids, *queue.after) if queue.after is not None else None,
            button(_("Reasons"), "review.ready"),
        ),
    )


def _line(pledge: Pledge, queue: Queue, now: datetime, reader: int) -> str:
    days = waited(pledge, now).days
    long = "⚠️ " if waited(pledge, now) >= NUDGE_AFTER else ""
    since = n_("waiting {n} day", "waiting {n} days", days) if days else _("since today")
    take = queue.takes.get(pledge.id)
    taken = ""
    if take is not None:
        taken = _(" · taken by you") if take.by == reader else _(" · taken by {who}", who=f"<@{take.by}>")
    maker = f" · <@{pledge.maker_id}>" if pledge.maker_id else ""
    return f"{mark(pledge)} {cards.headline(pledge)}{maker} · {long}{since}{taken}"
