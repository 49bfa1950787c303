"""Time zones as people name them: an IANA key in any case, a city, a country, or an abbreviation to choose from.

Keys come from the IANA database that Python finds (the system's, else the `tzdata` package), so nothing here goes stale
but the short table of everyday names.
"""

from __future__ import annotations

import unicodedata
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

# Everyday names that are no IANA city. English and Swedish, folded (see `fold`).
_NAMES = {
    "sweden": "Europe/Stockholm", "sverige": "Europe/Stockholm", "swedish": "Europe/Stockholm",
    "svensk": "Europe/Stockholm", "goteborg": "Europe/Stockholm", "gothenburg": "Europe/Stockholm",
    "malmo": "Europe/Stockholm", "uppsala": "Europe/Stockholm",
    "norway": "Europe/Oslo", "norge": "Europe/Oslo", "denmark": "Europe/Copenhagen", "danmark": "Europe/Copenhagen",
    "kobenhavn": "Europe/Copenhagen", "kopenhamn": "Europe/Copenhagen",
    "finland": "Europe/Helsinki", "helsingfors": "Europe/Helsinki",
    "uk": "Europe/London", "england": "Europe/London", "storbritannien": "Europe/London",
    "ireland": "Europe/Dublin", "irland": "Europe/Dublin", "germany": "Europe/Berlin", "tyskland": "Europe/Berlin",
    "france": "Europe/Paris", "frankrike": "Europe/Paris", "spain": "Europe/Madrid", "spanien": "Europe/Madrid",
    "italy": "Europe/Rome", "italien": "Europe/Rome", "rom": "Europe/Rome",
    "netherlands": "Europe/Amsterdam", "nederlanderna": "Europe/Amsterdam", "the hague": "Europe/Amsterdam",
    "haag": "Europe/Amsterdam", "belgium": "Europe/Brussels", "belgien": "Europe/Brussels",
    "bryssel": "Europe/Brussels", "switzerland": "Europe/Zurich", "schweiz": "Europe/Zurich",
    "geneva": "Europe/Zurich", "geneve": "Europe/Zurich", "austria": "Europe/Vienna", "wien": "Europe/Vienna",
    "poland": "Europe/Warsaw", "polen": "Europe/Warsaw", "warszawa": "Europe/Warsaw", "prag": "Europe/Prague",
    "greece": "Europe/Athens", "grekland": "Europe/Athens", "aten": "Europe/Athens", "kyiv": "Europe/Kyiv",
    "india": "Asia/Kolkata", "indien": "Asia/Kolkata", "mumbai": "Asia/Kolkata", "delhi": "Asia/Kolkata",
    "new delhi": "Asia/Kolkata", "japan": "Asia/Tokyo", "beijing": "Asia/Shanghai",
    "washington": "America/New_York", "boston": "America/New_York", "miami": "America/New_York",
    "us eastern": "America/New_York", "us central": "America/Chicago", "us mountain": "America/Denver",
    "us pacific": "America/Los_Angeles", "san francisco": "America/Los_Angeles", "seattle": "America/Los_Angeles",
    "canberra": "Australia/Sydney", "zulu": "UTC", "gmt": "UTC", "z": "UTC",
}  # fmt: skip

# An abbreviation is never taken at its word: in IANA "EST" and "CET" are fixed or legacy zones, in speech they mean
# "local time there", and most stand for several places. The person chooses.
_ABBREVIATIONS = {
    "cet": ("Europe/Stockholm", "Europe/Berlin", "Europe/Paris"),
    "cest": ("Europe/Stockholm", "Europe/Berlin", "Europe/Paris"),
    "eet": ("Europe/Helsinki", "Europe/Athens"), "eest": ("Europe/Helsinki", "Europe/Athens"),
    "wet": ("Europe/Lisbon",), "west": ("Europe/Lisbon",), "bst": ("Europe/London", "Asia/Dhaka"),
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"), "msk": ("Europe/Moscow",),
    "est": ("America/New_York", "America/Toronto"), "edt": ("America/New_York", "America/Toronto"),
    "et": ("America/New_York", "America/Toronto"), "cst": ("America/Chicago", "Asia/Shanghai"),
    "cdt": ("America/Chicago",), "ct": ("America/Chicago",), "mst": ("America/Denver", "America/Phoenix"),
    "mdt": ("America/Denver",), "mt": ("America/Denver",), "pst": ("America/Los_Angeles", "America/Vancouver"),
    "pdt": ("America/Los_Angeles", "America/Vancouver"), "pt": ("America/Los_Angeles", "Europe/Lisbon"),
    "jst": ("Asia/Tokyo",), "sgt": ("Asia/Singapore",), "gst": ("Asia/Dubai",), "sast": ("Africa/Johannesburg",),
    "aest": ("Australia/Sydney", "Australia/Brisbane"), "aedt": ("Australia/Sydney",),
    "acst": ("Australia/Adelaide", "Australia/Darwin"), "awst": ("Australia/Perth",), "nzst": ("Pacific/Auckland",),
    "nzdt": ("Pacific/Auckland",),
}  # fmt: skip

# What an empty field offers: one well-known place per common offset, in the order of the day.
_COMMON = (
    "Europe/Stockholm", "Europe/London", "UTC", "Europe/Helsinki", "Europe/Berlin", "Europe/Paris", "Africa/Lagos",
    "Africa/Johannesburg", "Africa/Nairobi", "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata", "Asia/Dhaka",
    "Asia/Bangkok", "Asia/Singapore", "Asia/Manila", "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland",
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Sao_Paulo",
    "America/Bogota",
)  # fmt: skip


def fold(text: str) -> str:
    """Text as the time grammar compares it: compatibility forms, no case, no accents, no invisible characters."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = (" " if c.isspace() else c for c in plain if unicodedata.category(c) not in {"Mn", "Cf"})
    return " ".join("".join(kept).split())


@cache
def _keys() -> dict[str, str]:
    """Folded name -> IANA key, for every `Area/City` key and UTC; `_` read as a space."""
    areas = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/",
             "Pacific/")  # fmt: skip
    return {_plain(key): key for key in sorted(available_timezones()) if key == "UTC" or key.startswith(areas)}


@cache
def _cities() -> dict[str, str]:
    """Folded city -> IANA key. Of two keys with one city the deeper is the current one (America/Argentina/...)."""
    by_city = {folded.rsplit("/", 1)[-1]: key for folded, key in sorted(_keys().items(), key=lambda i: i[0].count("/"))}
    names = {name: key for name, key in _NAMES.items() if _plain(key) in _keys()}
    return by_city | names


def _plain(text: str) -> str:
    return fold(text).replace("_", " ")


def lookup(text: str) -> str | None:
    """The IANA key that `text` names without doubt: a key in any case, a city, or a listed country; else None."""
    wanted = _plain(text)
    return _keys().get(wanted) or _cities().get(wanted)


def known(key: str) -> bool:
    """Whether `key` is exactly an IANA key that this machine has and that we offer."""
    return _keys().get(_plain(key)) == key


def close(text: str, limit: int = 5) -> tuple[str, ...]:
    """Up to `limit` IANA keys that `text` may have meant, likeliest first; empty when nothing is near."""
    wanted = _plain(text)
    if wanted in _ABBREVIATIONS:
        return _ABBREVIATIONS[wanted][:limit]
    city = wanted.rsplit("/", 1)[-1]
    near = get_close_matches(city, _cities(), n=limit, cutoff=0.75) if 3 <= len(city) <= 40 else []
    return tuple(dict.fromkeys(_cities()[name] for name in near))


def suggest(text: str, limit: int = 25) -> list[str]:
    """Up to `limit` IANA keys for an autocomplete: what starts with `text`, then what holds it, then what is near.

    An empty text gives well-known places round the world.
    """
    wanted = _plain(text)
    if not wanted:
        return list(_COMMON[:limit])
    found = dict.fromkeys(_ABBREVIATIONS.get(wanted, ()))
    if exact := lookup(wanted):
        found[exact] = None
    names = sorted(_cities().items())
    found |= dict.fromkeys(key for name, key in names if name.startswith(wanted))
    found |= dict.fromkeys(key for name, key in _keys().items() if wanted in name)
    found |= dict.fromkeys(key for name, key in names if wanted in name)
    if not found:
        found |= dict.fromkeys(close(wanted))
    return list(found)[:limit]
