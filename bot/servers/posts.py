"""The organisers' panel, which stands pinned in their channel."""

from __future__ import annotations

from bot.delivery.kinds import Kind, Message
from bot.pledges.service import Pledges
from bot.servers import cards
from bot.servers.model import Channel
from bot.servers.service import PANEL, Servers
from bot.ui.doors import Doors
from bot.ui.words import speaking

_COUNTED_TO = 100
_OPTIONAL = ("knowledge.gaps", "announce.open", "review.organisations", "review.digest")


def kinds(servers: Servers, pledges: Pledges, doors: Doors) -> list[Kind]:
    """Return the panel's kind; it offers what the loaded doorways can do. Until the set-up is finished it waits."""

    async def panel(guild_id: int, _subject: int) -> Message | None:
        settings = await servers.settings(guild_id)
        place = settings.channel(Channel.ORGANISERS) if settings.set_up else None
        if place is None:
            return Message()
        waiting = await pledges.waiting(guild_id, _COUNTED_TO)
        offered = [door for door in _OPTIONAL if ("press", door) in doors.names]
        with speaking(settings.locale):
            return Message(channel_id=place, view=cards.panel_card(waiting, _COUNTED_TO, offered), pin=True)

    return [Kind(PANEL, panel, revive=True)]
