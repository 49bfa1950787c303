"""Every table of every room on one metadata object, for migrations and for the tests that read them all."""

from bot.delivery import outbox, schedule
from bot.events import signup_store as signups
from bot.events import store as events
from bot.faq import store as faq
from bot.forms import store as forms
from bot.introductions import tables as introductions
from bot.members import draft_store as join_drafts
from bot.members import notice_store as notices
from bot.members import organisation_tables as organisations
from bot.members import pause_store as pauses
from bot.members import store as members
from bot.pledges import company_store as pledge_company
from bot.pledges import followup_store as pledge_followups
from bot.pledges import history_store as pledge_history
from bot.pledges import queue_store as pledge_queue
from bot.pledges import store as pledges
from bot.pledges import support_store as pledge_supports
from bot.pledges.digest import store as pledge_digests
from bot.pledges.exports import store as pledge_exports
from bot.pledges.imports import store as pledge_imports
from bot.privacy import departure_store as departures
from bot.privacy import presence_store as presence
from bot.privacy import store as privacy
from bot.roles import store as roles
from bot.sectors import store as sectors
from bot.servers import store as servers
from bot.storage import counters, triggers
from bot.storage.schema import metadata
from bot.wheel import store as wheel

__all__ = [
    "counters",
    "departures",
    "events",
    "faq",
    "forms",
    "introductions",
    "join_drafts",
    "members",
    "metadata",
    "notices",
    "organisations",
    "outbox",
    "pauses",
    "pledge_company",
    "pledge_digests",
    "pledge_exports",
    "pledge_followups",
    "pledge_history",
    "pledge_imports",
    "pledge_queue",
    "pledge_supports",
    "pledges",
    "presence",
    "privacy",
    "roles",
    "schedule",
    "sectors",
    "servers",
    "signups",
    "triggers",
    "wheel",
]
