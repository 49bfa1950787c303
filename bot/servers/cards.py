"""What admins and organisers see of a server's set-up: the wizard's pages and the panel."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from discord import ui

from bot.actor import Standing
from bot.content.model import Content, Country, Route
from bot.delivery.outbox import Post
from bot.servers.model import Channel, Finding, RouteCheck, ServerSettings
from bot.servers.service import PANEL, WELCOME
from bot.ui.escape import quiet
from bot.ui.layout import (
    CALM,
    DONE,
    WARM,
    bullets,
    button,
    card,
    channel_select,
    option,
    primary,
    role_select,
    row,
    select,
)
from bot.ui.words import _, locale, n_

LANGUAGES = {"en": "English", "sv": "Svenska"}
"""Languages as their own speakers call them."""


def purpose_words(purpose: Channel) -> str:
    """Return what a channel is for."""
    return {
        Channel.WELCOME: _("Welcome: the wheel and the first buttons"),
        Channel.ANNOUNCEMENTS: _("Announcements: events, voices, stories"),
        Channel.QUESTIONS: _("Questions: answers that are shared"),
        Channel.IDEAS: _("Ideas: ideas and challenges"),
        Channel.PLEDGES: _("Pledges: the card of each approved pledge"),
        Channel.ORGANISERS: _("Organisers only: what waits for a decision"),
    }[purpose]


def standing_words(standing: Standing) -> str:
    """Return what people with a chosen role are."""
    return _("Organisers") if standing is Standing.ORGANISER else _("Moderators")


def channels_page(
    chosen: Mapping[Channel, int], proposed: Mapping[Channel, int], roles: Mapping[Standing, int]
) -> ui.LayoutView:
    """Return the page that chooses channels. ``proposed`` are found by name and not saved yet."""
    found = [f"<#{channel}>" for channel in dict.fromkeys(proposed.values())]
    found += [f"<@&{role}>" for role in roles.values()]
    hint = None
    if found:
        hint = _("Found by name: {names}. Tap *Use these* to choose them.", names=" ".join(found))
    go_on = _("Use these") if found else _("Go on")
    return card(
        _("## Set up, 1 of 2: channels"),
        _("Each choice is saved at once, and you can come back at any time."),
        hint,
        *(
            part
            for purpose in Channel
            for part in (
                _label(purpose_words(purpose).partition(":")[0]),
                channel_select(
                    "setup.channel",
                    purpose.value,
                    placeholder=purpose_words(purpose),
                    chosen=chosen.get(purpose) or proposed.get(purpose),
                ),
            )
        ),
        row(primary(go_on, "setup.matches"), button(_("Use this channel for everything"), "setup.here")),
    )


def people_page(
    settings: ServerSettings, roles: Collection[int], zones: Sequence[str], *, desk: int | None
) -> ui.LayoutView:
    """Return the page for roles, zone and language. ``roles`` are those that exist in the server.

    ``desk`` is the organisers' channel; while there is none, it is chosen here too.
    """
    private = None
    if desk is None:
        private = _(
            "Organisers decide in a channel that only they can read: their cards show what people hide from others. "
            "Choose it here; until then everything waits in `/review queue`."
        )
    return card(
        _("## Set up, 2 of 2: people, time and language"),
        private,
        channel_select("setup.organisers", placeholder=purpose_words(Channel.ORGANISERS)) if private else None,
        *(
            part
            for standing, placeholder, chosen in (
                (Standing.ORGANISER, _("Roles of organisers, who review …"), settings.organiser_roles),
                (Standing.MODERATOR, _("Roles of moderators, who announce …"), settings.moderator_roles),
            )
            for part in (
                _label(standing_words(standing)),
                role_select("setup.role", standing.value, placeholder=placeholder, chosen=sorted(set(roles) & chosen)),
            )
        ),
        _label(_("Time zone")),
        select(
            "setup.zone",
            options=[option(zone.replace("_", " "), zone, chosen=zone == settings.zone) for zone in zones],
            placeholder=_("Time zone"),
        ),
        _label(_("Language of the posts")),
        select(
            "setup.language",
            options=[option(name, code, chosen=code == settings.locale) for code, name in LANGUAGES.items()],
            placeholder=_("Language of the posts"),
        ),
        _("-# Another zone: `/setup start zone:`. No role chosen: *Manage Messages* and *Manage Events* stand in."),
        row(primary(_("Finish"), "setup.finish"), button(_("Back"), "setup.channels")),
    )


def _label(words: str) -> str:
    """Return the words above a menu: one in which something is chosen no longer says what it is for."""
    return f"**{words}**"


def finished(
    guild_id: int, settings: ServerSettings, posts: Mapping[str, Post | None], problems: str, *, routes: bool
) -> ui.LayoutView:
    """Return the end of the wizard: where the two cards stand, and what still needs a look."""
    lines = [
        _posted(guild_id, posts.get(WELCOME), settings.channel(Channel.WELCOME), _("Welcome card")),
        _posted(guild_id, posts.get(PANEL), settings.channel(Channel.ORGANISERS), _("Organisers' panel")),
    ]
    return card(
        _("## Set up"),
        bullets(lines),
        problems or None,
        row(
            primary(_("Check the routes"), "setup.routes") if routes else None,
            button(_("Name a contact"), "setup.contact") if settings.contact is None else None,
            button(_("Check everything"), "setup.check"),
            button(_("Sectors"), "sectors.list", 0),
            button(_("Change"), "setup.channels"),
        ),
        accent=WARM if problems else DONE,
    )


def _posted(guild_id: int, post: Post | None, channel: int | None, what: str) -> str:
    if channel is None:
        return _("⚠️ {what}: waits until you choose its channel.", what=what)
    if post is None or post.channel_id != channel:
        return _("⏳ {what}: queued, will appear in <#{channel}>.", what=what, channel=channel)
    return f"✅ [{what}]({post.url(guild_id)})"


def routes_page(
    content: Content, country: Country | None, countries: Sequence[Country], check: RouteCheck | None
) -> ui.LayoutView:
    """Return the routes of a country for an admin to open one by one, and the tick."""
    language = locale()
    menu = select(
        "setup.country",
        options=[option(c.name.text(language), c.code, chosen=c is country) for c in countries[:25]],
        placeholder=_("Country …"),
    )
    if country is None:
        return card(_("## Where people report and get help"), _("Which country is this server for?"), menu)
    lines = [_route_line(content, route) for route in content.routes_of(country.code)]
    state = _("⚠️ Not checked yet, or longer ago than 180 days: only home pages and emergency numbers are shown.")
    if check is not None:
        state = _("✅ Checked on {day}, valid until {until}.", day=day_words(check.on), until=day_words(check.until))
    return card(
        _("## Where people report and get help: {country}", country=country.name.text(language)),
        _(
            "Please open each link and check that it's the right place and the numbers are still correct. "
            "These are pages for people in need, so a person checks them, never a program."
        ),
        bullets(lines),
        _("Emergency number: **{number}**", number=country.emergency) if country.emergency else None,
        state,
        menu,
        row(
            primary(_("I have opened and checked these"), "setup.ticked", country.code),
            button(_("Check everything"), "setup.check"),
        ),
        accent=DONE if check else WARM,
    )


def _route_line(content: Content, route: Route) -> str:
    category = content.categories.get(route.category)
    sign = f"{category.emoji} " if category else ""
    phone = f" · {route.phone}" if route.phone else ""
    name, more = quiet(route.named(locale())), route.for_what.text(locale())
    return f"{sign}**{name}** · <{route.url or route.home}>{phone} - {more}"


def day_words(day: date) -> str:
    """Return a day without a time as everybody reads it."""
    return day.isoformat()


def panel_card(waiting: int, most: int, offered: Collection[str]) -> ui.LayoutView:
    """Return the organisers' panel. ``offered`` are the doors that exist; ``most`` is where counting stops."""
    if waiting >= most:
        words = _("At least {n} pledges wait for a decision.", n=most)
    elif waiting:
        words = n_("{n} pledge waits for a decision.", "{n} pledges wait for a decision.", waiting)
    else:
        words = _("Nothing is waiting for a decision.")
    return card(
        _("## Organisers' panel"),
        words,
        row(
            primary(_("Queue"), "review.queue", 0),
            button(_("Gaps"), "knowledge.gaps", 0) if "knowledge.gaps" in offered else None,
            button(_("Announce"), "announce.open") if "announce.open" in offered else None,
            button(_("Organisations"), "review.organisations", 0, 0) if "review.organisations" in offered else None,
            button(_("Check"), "setup.check"),
        ),
        row(button(_("Digest"), "review.digest", "month") if "review.digest" in offered else None),
        accent=WARM if waiting else CALM,
    )


def problems(findings: Sequence[Finding], lines: Sequence[str], most: int) -> str:
    """Return the first ``most`` lines of what is not in order, and how many more there are."""
    wrong = [line for finding, line in zip(findings, lines, strict=True) if not finding.fine]
    if len(wrong) > most:
        more = len(wrong) - most
        return "\n".join([*wrong[:most], n_("-# … and {n} more line", "-# … and {n} more lines", more)])
    return "\n".join(wrong)
