"""What a server's language and time zone say about each other and about its country."""

from __future__ import annotations

from bot.content.model import Content
from bot.events import zones
from bot.ui.words import nearest


def guesses(content: Content, spoken: str | None, zone: str | None) -> dict[str, str]:
    """Return what the server's language says about its zone and country, or a given zone about its country.

    ``spoken`` is Discord's code of the language, None where it gave none; ``zone`` is the key of a zone.
    """
    spoken = spoken or "en-US"
    # en-US is what every server starts with, so its country says nothing.
    code = "" if spoken == "en-US" else spoken.partition("-")[2]
    found = {"locale": nearest(spoken)}
    for country in content.countries.values():
        theirs = [key for name in country.name.texts.values() if (key := zones.lookup(name)) is not None]
        if zone in theirs if zone else country.code == code:
            found |= {"country": country.code, **({"zone": theirs[0]} if theirs else {})}
            break
    return found
