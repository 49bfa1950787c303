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
from bot.members.service import Members
from bot.pledges.service import Pledges
from bot.privacy.service import Privacy
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
    members: Members
    forms: Forms
    pledges: Pledges
    wheel: Wheel
    events: Events
    faqs: Faqs
    privacy: Privacy
