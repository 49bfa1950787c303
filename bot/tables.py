"""Every table of every room on one metadata object, for migrations and for the tests that read them all."""

from bot.delivery import outbox, schedule
from bot.events import signup_store as signups
from bot.events import store as events
from bot.faq import store as faq
from bot.forms import store as forms
from bot.members import draft_store as join_drafts
from bot.members import notice_store as notices
from bot.members import store as members
from bot.pledges import store as pledges
from bot.servers import store as servers
from bot.storage import counters
from bot.storage.schema import metadata

__all__ = [
    "counters",
    "events",
    "faq",
    "forms",
    "join_drafts",
    "members",
    "metadata",
    "notices",
    "outbox",
    "pledges",
    "schedule",
    "servers",
    "signups",
]
