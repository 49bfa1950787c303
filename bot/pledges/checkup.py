"""What the check of a server says of pledges: how many have waited too long for an organiser."""

from __future__ import annotations

from bot.pledges.desk_model import ESCALATE_AFTER
from bot.servers.model import Finding


def look(late: tuple[int, int]) -> list[Finding]:
    """Return a finding for ``late``: how many have waited 3 days and how many 5, as the service counts them."""
    _three, five = late
    return [Finding(False, "reviews late", {"count": five, "days": ESCALATE_AFTER.days})] if five else []
