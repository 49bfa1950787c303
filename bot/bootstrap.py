"""The one place that joins database, content, services, posts and bot.

``run.py start``, the demo and the tests all get their bot here.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from discord.ui import Button, LayoutView

from bot.app import Cogwheel
from bot.clock import Clock, utcnow
from bot.content.load import load
from bot.content.model import Content
from bot.delivery.kinds import Kind, Registry
from bot.delivery.outbox import Outbox
from bot.delivery.schedule import Sweep
from bot.errors import TextStopped
from bot.events import posts as event_posts
from bot.events.service import Events
from bot.faq import posts as faq_posts
from bot.faq.lexical import Lexical
from bot.faq.search import entries
from bot.faq.service import Faqs
from bot.forms.service import Forms
from bot.guard.check import Guard
from bot.guard.gate import Gate
from bot.guard.shipped import shipped_texts
from bot.introductions import posts as introduction_posts
from bot.introductions.service import Introductions
from bot.members import cards as member_cards
from bot.members import posts as member_posts
from bot.members.organisations import Organisations
from bot.members.pauses import Pauses
from bot.members.service import Members
from bot.pledges import posts as pledge_posts
from bot.pledges.digest import posts as digest_posts
from bot.pledges.digest.service import Digests
from bot.pledges.exports.service import Exports
from bot.pledges.imports.service import Imports
from bot.pledges.in_their_name import PledgesInTheirName
from bot.pledges.service import Pledges
from bot.privacy import cards as privacy_cards
from bot.privacy.departures import Departures
from bot.privacy.notices import Notices
from bot.privacy.presence import Presence
from bot.privacy.service import Privacy
from bot.reporting import cards as reporting_cards
from bot.roles import posts as role_posts
from bot.roles.service import Roles
from bot.sectors.service import Sectors
from bot.servers import posts as server_posts
from bot.servers.service import Servers
from bot.services import Services
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.upgrade import upgrade
from bot.ui.doors import Doors
from bot.ui.escape import clean
from bot.ui.words import locale
from bot.wheel import posts as wheel_posts
from bot.wheel.service import Wheel

_NIGHTLY = timedelta(days=1)
_OFTEN = timedelta(hours=6)
_HOURLY = timedelta(hours=1)


def make_services(database: Database, content: Content, clock: Clock) -> Services:
    """Return every service over one database and one content pack."""
    outbox = Outbox(database, clock)
    gate = Gate(Guard(content.guard, shipped_texts(content)))
    servers = Servers(database, outbox, clock)
    sectors = Sectors(database, outbox, gate, content)
    notices = Notices(servers, content)
    organisations = Organisations(database, gate, servers, clock)
    members = Members(database, outbox, gate, sectors, notices, organisations, clock)
    roles = Roles(database, outbox, members, sectors, servers, clock)
    members.follow(roles.follow)
    pauses = Pauses(database, gate, members, clock)
    sectors.follow(roles.changed)
    split = member_cards.offers_and_needs
    introductions = Introductions(database, outbox, members, organisations, sectors, servers, split, clock)
    members.follow(introductions.follow)
    organisations.follow(introductions)
    forms = Forms(database, gate, clock)
    pledges = Pledges(database, outbox, gate, content, members, servers, clock)
    exports = Exports(database, gate, content, members, sectors, servers, clock)
    events = Events(database, outbox, gate, content, members, servers, sectors, clock)
    members.follow(pledges.show_less)
    members.follow(pledges.show_support_again)
    pledges.follow(pledges.follow_up)
    organisations.follow(PledgesInTheirName(outbox))
    members.follow(events.show_again)
    wheel = Wheel(database, outbox, servers, members, sectors, clock)
    pledges.follow(wheel.moved)
    digests = Digests(database, outbox, servers, sectors, clock)
    pledges.follow(digests.moved)
    imports = Imports(database, outbox, gate, content, members, organisations, sectors, servers, clock, clean)
    imports.follow(wheel.noted)
    imports.follow(digests.moved)
    members.follow(wheel.show_again)
    engine = Lexical(entries(content.faqs.values()))
    faqs = Faqs(database, outbox, gate, content, members, servers, engine, clock)
    # Every room that can hold a person's id is asked to forget them; tests/privacy finds the one left out.
    forgets = (
        *(members.forget, pledges.forget, events.forget, faqs.forget, servers.forget, forms.erase, roles.forget),
        introductions.forget,
        pauses.forget,
        exports.forget,
        imports.forget,
        wheel.forget,
        organisations.forget,  # after members and pledges: nobody is in it any more, nothing names it
    )
    privacy = Privacy(
        database,
        outbox,
        gate,
        notices,
        clock,
        forgets=forgets,
        leaves=(members.leave, pledges.forget, wheel.forget, roles.follow, introductions.forget, organisations.leave),
        drops=(servers.drop, sectors.drop, forms.drop, roles.drop, wheel.drop, digests.drop),
    )
    presence = Presence(database, servers, clock, privacy.erase)
    presence.follow(roles.compare)
    return Services(
        clock=clock,
        content=content,
        database=database,
        outbox=outbox,
        gate=gate,
        servers=servers,
        sectors=sectors,
        roles=roles,
        pauses=pauses,
        organisations=organisations,
        members=members,
        introductions=introductions,
        forms=forms,
        pledges=pledges,
        exports=exports,
        imports=imports,
        digests=digests,
        events=events,
        faqs=faqs,
        wheel=wheel,
        privacy=privacy,
        presence=presence,
        departures=Departures(database, clock, privacy.forget_server),
    )


def make_doors(services: Services) -> Doors:
    """Return the doors, with the two cards that any form or button may have to show."""

    def stopped(error: TextStopped, again: Button[Any] | None) -> LayoutView:
        return reporting_cards.stopped(services.content, services.clock(), error, again)

    async def changed(guild_id: int, again: Button[Any]) -> LayoutView:
        return privacy_cards.changed_notice(await services.privacy.notice(guild_id, locale()), again)

    return Doors(stopped, changed)


def make_kinds(services: Services, doors: Doors) -> Registry:
    """Return every kind of outbox row, by name. ``doors`` tells standing cards which buttons there are."""
    kinds: list[Kind] = [
        *pledge_posts.kinds(services.pledges, services.servers, services.sectors),
        *digest_posts.kinds(services.digests, services.servers, services.sectors, services.content),
        *event_posts.kinds(
            services.events, services.members, services.servers, services.sectors, services.content, services.clock
        ),
        *faq_posts.kinds(services.faqs, services.servers),
        *member_posts.kinds(
            *(services.members, services.pledges, services.events, services.faqs),
            *(services.introductions, services.servers),
        ),
        *server_posts.kinds(services.servers, services.pledges, doors),
        *introduction_posts.kinds(services.introductions, services.servers, services.sectors),
        *role_posts.kinds(services.roles, services.sectors, services.servers),
        *wheel_posts.kinds(services.wheel, services.servers, services.content, services.pledges, services.sectors),
    ]
    return {kind.name: kind for kind in kinds}


def make_sweeps(services: Services) -> list[Sweep]:
    """Return what comes round by itself."""

    async def tidy() -> None:
        await services.outbox.tidy(services.clock() - timedelta(days=30))

    async def recount_members() -> None:
        await services.members.recount()

    async def recount_events() -> None:
        await services.events.recount()

    return [
        Sweep("forms", _OFTEN, services.forms.sweep),
        Sweep("pledges", _OFTEN, services.pledges.sweep),
        Sweep("imports", _HOURLY, services.imports.sweep),
        Sweep("digests", _NIGHTLY, services.digests.sweep),
        Sweep("events", _OFTEN, services.events.sweep),
        Sweep("faq", _NIGHTLY, services.faqs.sweep),
        Sweep("outbox", _NIGHTLY, tidy),
        Sweep("join drafts", _OFTEN, services.members.sweep),
        Sweep("presence", _HOURLY, services.presence.sweep),
        Sweep("departures", _NIGHTLY, services.departures.sweep),
        Sweep("member counters", _NIGHTLY, recount_members),
        Sweep("event counters", _NIGHTLY, recount_events),
        Sweep("organisations", _NIGHTLY, services.organisations.sweep),
        Sweep("introductions", _OFTEN, services.introductions.sweep),
    ]


async def build(settings: Settings, *, clock: Clock = utcnow, **options: Any) -> Cogwheel:
    """Return a bot over an upgraded database, ready for ``start(token)``.

    ``options`` go to discord.py (a simulator needs ``shard_count=1``). Raises ContentError with
    every fault of the content, and StorageUnavailable.
    """
    content = load(Path(settings.content_dir))
    await upgrade(settings.database_url)
    database = await Database.open(settings.database_url)
    try:
        services = make_services(database, content, clock)
        doors = make_doors(services)
        return Cogwheel(services, make_kinds(services, doors), make_sweeps(services), doors, **options)
    except BaseException:
        await database.close()
        raise
