"""The services of all rooms, as one value that doorways reach through ``bot.ui.context.services``."""

from __future__ import annotations

from dataclasses import dataclass

from bot.clock import Clock
from bot.content.model import Content
from bot.delivery.outbox import Outbox
from bot.events.service import Events
from bot.faq.service import Faqs
from bot.forms.service import Forms
from bot.guard.gate import Gate
from bot.introductions.service import Introductions
from bot.members.organisations import Organisations
from bot.members.pauses import Pauses
from bot.members.service import Members
from bot.pledges.digest.service import Digests
from bot.pledges.exports.service import Exports
from bot.pledges.imports.service import Imports
from bot.pledges.service import Pledges
from bot.privacy.departures import Departures
from bot.privacy.presence import Presence
from bot.privacy.service import Privacy
from bot.roles.service import Roles
from bot.sectors.service import Sectors
from bot.servers.service import Servers
from bot.storage.database import Database
from bot.wheel.service import Wheel


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a doorway may call; made once by ``bot.bootstrap``."""

    clock: Clock
    content: Content
    database: Database
    outbox: Outbox
    gate: Gate
    servers: Servers
    sectors: Sectors
    roles: Roles
    pauses: Pauses
    organisations: Organisations
    members: Members
    introductions: Introductions
    forms: Forms
    pledges: Pledges
    exports: Exports
    imports: Imports
    digests: Digests
    wheel: Wheel
    events: Events
    faqs: Faqs
    privacy: Privacy
    presence: Presence
    departures: Departures
