"""Who acts, in which server, with which standing; and the one table of what each standing may do.

Checks in services, the tests over all actions and the page in ``docs/`` are made from
:data:`ALLOWED`. Standing is worked out anew for every interaction from what Discord says of the
person at that moment and from the roles chosen in ``/setup start``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import NotAllowed


class Standing(StrEnum):
    """What somebody is in a server. Ranks do not imply each other; admin implies both others."""

    MEMBER = "member"
    MODERATOR = "moderator"
    ORGANISER = "organiser"
    ADMIN = "admin"


class Action(StrEnum):
    """What can be done, as far as standing decides it."""

    READ = "read"
    TAKE_PART = "take part"
    ANNOUNCE = "announce"
    REVIEW = "review"
    KNOWLEDGE = "knowledge"
    TAKE_DOWN = "take down"
    SET_UP = "set up"


_EVERYBODY = frozenset(Standing)
_STAFF = frozenset({Standing.MODERATOR, Standing.ORGANISER, Standing.ADMIN})

ALLOWED: dict[Action, frozenset[Standing]] = {
    Action.READ: _EVERYBODY,
    Action.TAKE_PART: _EVERYBODY,
    Action.ANNOUNCE: frozenset({Standing.MODERATOR, Standing.ADMIN}),
    Action.REVIEW: frozenset({Standing.ORGANISER, Standing.ADMIN}),
    Action.KNOWLEDGE: _STAFF,
    Action.TAKE_DOWN: _STAFF,
    Action.SET_UP: frozenset({Standing.ADMIN}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in a server at the moment of a click.

    ``locale`` is the language they are answered in. ``vouched`` is set for one submission, when the
    person has said that their text is not about a case.
    """

    user_id: int
    guild_id: int
    standings: frozenset[Standing] = frozenset({Standing.MEMBER})
    locale: str = "en"
    vouched: bool = False
    paused: bool = False

    def may(self, action: Action) -> bool:
        """Return whether this standing covers the action."""
        return bool(self.standings & ALLOWED[action])

    def check(self, action: Action) -> None:
        """Raise NotAllowed(why=<the action>) unless this standing covers the action."""
        if not self.may(action):
            raise NotAllowed(action.value)

    @property
    def is_staff(self) -> bool:
        """Whether the person has any standing beyond member."""
        return bool(self.standings & _STAFF)


def standings(
    *,
    manage_guild: bool,
    manage_events: bool,
    manage_messages: bool,
    role_ids: Iterable[int],
    moderator_roles: Iterable[int],
    organiser_roles: Iterable[int],
) -> frozenset[Standing]:
    """Return the standings of a person from their permissions and roles.

    Where a server has chosen no role for a standing, Manage Events stands in for moderator and
    Manage Messages for organiser.
    """
    held = set(role_ids)
    moderators, organisers = set(moderator_roles), set(organiser_roles)
    found = {Standing.MEMBER}
    if manage_guild:
        found |= {Standing.ADMIN, Standing.MODERATOR, Standing.ORGANISER}
    if held & moderators if moderators else manage_events:
        found.add(Standing.MODERATOR)
    if held & organisers if organisers else manage_messages:
        found.add(Standing.ORGANISER)
    return frozenset(found)
