"""Why a person or a role that was picked can not be used: sentences for ``bot.ui.errors``."""

from __future__ import annotations

from collections.abc import Callable

from bot.ui.words import _


def of_picks() -> dict[str, Callable[[], str]]:
    """Return reason -> what is said about it."""
    return {
        "pause self": lambda: _("You can't pause yourself."),
        "pause admin": lambda: _("That is an admin of this server, and admins are not paused here."),
        "pause bot": lambda: _("That is a bot. Its permissions are in Server Settings > Roles."),
        "not registered": lambda: _("That person hasn't registered here. They can with `/join`."),
        "person gone": lambda: _("That person is not in this server."),
        "role of staff": lambda: _("That role can't be used for a sector: it's everybody's, a bot's or the staff's."),
        "role above": lambda: _("That role is above mine, so I can't give it. Move my role above it first."),
        "role with powers": lambda: _(
            "That role allows more than everybody may, and people choose their sectors themselves. Pick a plain role."
        ),
        "role with channels": lambda: _(
            "That role has permissions of its own in a channel, and people choose their sectors themselves. "
            "Pick a plain role."
        ),
        "role taken": lambda: _("That role is already used for another sector."),
    }
