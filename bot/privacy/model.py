"""Where a person can be found in the database.

A test reads every table there is and fails when a column that may hold a person's id is missing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.servers.model import Contact

EXPORT_FORMAT = "cogwheel.personal-data"
EXPORT_VERSION = 1


class Area(StrEnum):
    """What people call the things that are kept about them."""

    REGISTRATION = "registration"
    CHOICES = "choices"
    NEWS = "news"
    PLEDGES = "pledges"
    STEPS = "steps"
    SIGN_UPS = "sign-ups"
    QUESTIONS = "questions"
    VOTES = "votes"
    FORMS = "forms"
    INTRODUCTIONS = "introductions"
    POSTS = "posts"
    ROLES = "roles"
    ABSENCE = "absence"


@dataclass(frozen=True, slots=True)
class Notice:
    """The privacy notice of a server, and what stands with it.

    ``text`` is the content's, "" where the server replaced it; ``own`` is what an admin wrote, raw;
    ``days`` is how long what is held about somebody who left stays.
    """

    text: str
    version: str
    own: str = ""
    days: int = 30
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """Somebody took this server's data along. ``by`` is None once they have been erased; ``size`` is in bytes."""

    by: int | None
    at: datetime
    reason: str
    size: int


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody was not found in the server; ``gone`` is when they were not found again, a day or more later."""

    missed: datetime
    gone: datetime | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """One table with the columns in which a person's id stands.

    ``through`` is (own column, parent table): rows of the parent's rows are the person's too, such as
    the history of their pledges. They are in the export, with everybody else's id left out.
    """

    table: str
    columns: tuple[str, ...]
    area: Area
    through: tuple[str, str] | None = None


HOLDINGS: tuple[Held, ...] = (
    Held("members", ("user_id",), Area.REGISTRATION),
    Held("member_sectors", ("user_id",), Area.REGISTRATION),
    Held("join_drafts", ("user_id",), Area.REGISTRATION),
    Held("preferences", ("user_id",), Area.CHOICES),
    Held("notices", ("user_id",), Area.NEWS),
    Held("pledges", ("maker_id",), Area.PLEDGES),
    Held("pledge_history", ("by_id",), Area.STEPS, through=("pledge_id", "pledges")),
    Held("pledge_changes", ("maker_id",), Area.PLEDGES),
    Held("pledge_joiners", ("user_id",), Area.PLEDGES),
    Held("pledge_supports", ("user_id",), Area.VOTES),
    Held("pledge_offers", ("user_id",), Area.STEPS),
    Held("pledge_helpers", ("user_id",), Area.CHOICES),
    Held("pledge_takes", ("taker_id",), Area.STEPS),
    Held("organisation_history", ("by_id",), Area.STEPS),
    Held("signups", ("user_id",), Area.SIGN_UPS),
    Held("event_reminders", ("user_id",), Area.SIGN_UPS),
    Held("events", ("author_id", "editor_id"), Area.STEPS),
    Held("faq_questions", ("asker_id", "decider_id"), Area.QUESTIONS),
    Held("faq_votes", ("user_id",), Area.VOTES),
    Held("kept_forms", ("user_id",), Area.FORMS),
    Held("data_downloads", ("user_id",), Area.STEPS),
    Held("pledge_exports", ("by_id",), Area.STEPS),
    Held("pledge_imports", ("by_id", "decider_id"), Area.STEPS),
    Held("pauses", ("user_id", "paused_by_id", "resumed_by_id"), Area.STEPS),
    Held("role_grants", ("user_id",), Area.ROLES),
    Held("milestones", ("maker_id",), Area.STEPS),
    Held("absences", ("user_id",), Area.ABSENCE),
    Held("introduction_contacts", ("user_id",), Area.INTRODUCTIONS),
    Held("introductions", ("asker_id", "answerer_id", "ender_id"), Area.INTRODUCTIONS),
    Held("outbox", ("person_id",), Area.POSTS),
    Held("posts", ("person_id",), Area.POSTS),
)

NOT_PEOPLE = frozenset(
    {
        "guild_id",
        "subject_id",
        "channel_id",
        "message_id",
        "reach_channel_id",
        "organisation_id",
        "pledge_id",
        "event_id",
        "import_id",
        "custom_id",
        "thread_id",
        "role_id",
    }
)
"""Names of columns that end in ``_id`` and can not hold a person."""

SERVER_FORMAT = "cogwheel.server-data"
SERVER_VERSION = 1
LEFT_OUT = {
    "kept_forms": "forms that nobody handed in",
    "join_drafts": "registrations that nobody saved",
    "notices": "copies of decisions and answers, addressed to the person who asked",
}
"""Tables that stay out of the download of a whole server, and what they hold: it was not given to the organisers."""


def handed_over(table: str, row: dict[str, object]) -> dict[str, object] | None:
    """Return a row as the download of a whole server may show it, None where it may not.

    What people were told that nobody sees stays so: drafts, who asked without their name, who voted.
    """
    if "draft" in (row.get("status"), row.get("target")):
        return None
    if table == "pledge_imports":
        return {**row, "payload": None}  # what nobody let in is not the server's
    if table == "faq_votes":
        return {**row, "user_id": None}
    if table == "faq_questions" and not row.get("named"):
        return {**row, "asker_id": None}
    return row
