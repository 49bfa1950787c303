"""The one place that joins database, content, services, posts and bot.

``run.py start``, the demo and the tests all get their bot here.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.app import Cogwheel
from bot.clock import Clock, utcnow
from bot.content.load import load
from bot.content.model import Content
from bot.delivery.kinds import Kind, Registry
from bot.delivery.outbox import Outbox
from bot.delivery.schedule import Sweep
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
from bot.members import posts as member_posts
from bot.members.service import Members
from bot.pledges import posts as pledge_posts
from bot.pledges.service import Pledges
from bot.privacy.service import Privacy
from bot.reporting import cards as reporting_cards
from bot.servers import posts as server_posts
from bot.servers.service import Servers
from bot.services import Services
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.upgrade import upgrade
from bot.ui.doors import Doors
from bot.wheel import posts as wheel_posts
from bot.wheel.service import Wheel

_NIGHTLY = timedelta(days=1)
_OFTEN = timedelta(hours=6)


def make_services(database: Database, content: Content, clock: Clock) -> Services:
    """Return every service over one database and one content pack."""
    outbox = Outbox(database, clock)
    gate = Gate(Guard(content.guard, shipped_texts(content)))
    servers = Servers(database, outbox, clock)
    members = Members(database, outbox, gate, content, clock)
    forms = Forms(database, gate, clock)
    pledges = Pledges(database, outbox, gate, content, members, servers, clock)
    events = Events(database, outbox, gate, content, members, servers, clock)
    members.follow(pledges.show_less)
    members.follow(events.show_again)
    engine = Lexical(entries(content.faqs.values()))
    faqs = Faqs(database, outbox, gate, content, members, servers, engine, clock)
    # Every room that can hold a person's id is asked to forget them; tests/privacy finds the one left out.
    forgets = (members.forget, pledges.forget, events.forget, faqs.forget, servers.forget, forms.erase)
    return Services(
        clock=clock,
        content=content,
        database=database,
        outbox=outbox,
        gate=gate,
        servers=servers,
        members=members,
        forms=forms,
        pledges=pledges,
        events=events,
        faqs=faqs,
        wheel=Wheel(database, servers, members, content),
        privacy=Privacy(database, outbox, clock, forgets, leaves=(members.leave, pledges.forget)),
    )


def make_kinds(services: Services, doors: Doors) -> Registry:
    """Return every kind of outbox row, by name. ``doors`` tells standing cards which buttons there are."""
    kinds: list[Kind] = [
        *pledge_posts.kinds(services.pledges, services.servers, services.content),
        *event_posts.kinds(services.events, services.members, services.servers, services.content, services.clock),
        *faq_posts.kinds(services.faqs, services.servers),
        *member_posts.kinds(services.members, services.pledges, services.events, services.faqs, services.servers),
        *server_posts.kinds(services.servers, services.pledges, doors),
        *wheel_posts.kinds(services.wheel, services.servers, services.content),
    ]
    return {kind.name: kind for kind in kinds}


def make_sweeps(services: Services) -> list[Sweep]:
    """Return what comes round by itself."""

    async def tidy() -> None:
        await services.outbox.tidy(services.clock() - timedelta(days=30))

    async def recount_members() -> None:
        await services.members.recount()

    return [
        Sweep("forms", _OFTEN, services.forms.sweep),
        Sweep("pledges", _NIGHTLY, services.pledges.sweep),
        Sweep("events", _OFTEN, services.events.sweep),
        Sweep("faq", _NIGHTLY, services.faqs.sweep),
        Sweep("outbox", _NIGHTLY, tidy),
        Sweep("join drafts", _OFTEN, services.members.sweep),
        Sweep("member counters", _NIGHTLY, recount_members),
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
        doors = Doors(lambda error, again: reporting_cards.stopped(content, services.clock(), error, again))
        return Cogwheel(services, make_kinds(services, doors), make_sweeps(services), doors, **options)
    except BaseException:
        await database.close()
        raise
