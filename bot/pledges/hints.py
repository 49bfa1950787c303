"""One gentle hint for a pledge in somebody's own words: what would make it easier to see that it is done.

Rules of thumb in English and Swedish that know no subject. They never hold anything up.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum

_BEGINNING = 8
"""Words in which the verb of a promise stands: "We will try to ..."."""

_VAGUE = re.compile(
    r"\b(?:try|tries|trying|support|help|promote|improve|encourage|consider|explore|strengthen|raise awareness"
    r"|work (?:on|with|for|towards?)|look into|contribute to|do (?:our|my) best"
    r"|försök(?:a|er)?|stödja|stötta|hjälpa|främja|förbättra|uppmuntra|överväga|undersöka|stärka|uppmärksamma"
    r"|öka medvetenheten|(?:arbeta|jobba|verka) (?:med|för|mot)|titta på|bidra till|göra (?:vårt|mitt) bästa)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|fifty|hundred|half|all|every|each"
    r"|everybody|everyone|once|twice"
    r"|en|ett|två|tre|fyra|fem|sex|sju|åtta|nio|tio|tolv|tjugo|trettio|femtio|hundra|hälften|alla|varje|samtliga)\b",
    re.IGNORECASE,
)


class Hint(StrEnum):
    """What could be said more clearly."""

    VAGUE = "vague"
    NO_NUMBER = "no number"
    NO_DATE = "no date"


def hint(what: str, done_when: str, due: datetime | None) -> Hint | None:
    """Return the one hint that helps most, None for a pledge that says what, how much and by when."""
    counted = _COUNTED.search(f"{what}\n{done_when}") is not None
    if not counted and _VAGUE.search(" ".join(what.split()[:_BEGINNING])):
        return Hint.VAGUE
    if not counted:
        return Hint.NO_NUMBER
    return Hint.NO_DATE if due is None else None
