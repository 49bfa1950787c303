"""Where a person can be found in the database.

A test reads every table there is and fails when a column that may hold a person's id is missing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
    POSTS = "posts"


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
    Held("signups", ("user_id",), Area.SIGN_UPS),
    Held("event_reminders", ("user_id",), Area.SIGN_UPS),
    Held("events", ("author_id",), Area.STEPS),
    Held("faq_questions", ("asker_id", "decider_id"), Area.QUESTIONS),
    Held("faq_votes", ("user_id",), Area.VOTES),
    Held("kept_forms", ("user_id",), Area.FORMS),
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
        "custom_id",
    }
)
"""Names of columns that end in ``_id`` and can not hold a person."""
