"""Server choices as name/value rows, so that a new choice needs no migration."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import PrimaryKeyConstraint, Table, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.servers.model import FRESHNESS, USUAL_FRESHNESS, Channel, Contact, RouteCheck, ServerSettings
from bot.storage.database import Reading, Transaction
from bot.storage.schema import metadata, snowflake, words

settings = Table(
    "server_settings",
    metadata,
    snowflake("guild_id"),
    words("name"),
    words("value"),
    PrimaryKeyConstraint("guild_id", "name"),
)

_ROUTES = "routes."

_of = select(settings.c.name, settings.c.value).where(settings.c.guild_id == bindparam("guild_id"))
_set = upsert(settings).values(guild_id=bindparam("guild_id"), name=bindparam("name"), value=bindparam("value"))
_set = _set.on_conflict_do_update(index_elements=["guild_id", "name"], set_={"value": _set.excluded.value})
_unset = delete(settings).where(settings.c.guild_id == bindparam("guild_id"), settings.c.name == bindparam("name"))
_one = select(settings.c.value).where(
    settings.c.guild_id == bindparam("guild_id"), settings.c.name == bindparam("name")
)
_choosing = select(settings.c.guild_id).where(
    settings.c.name == bindparam("name"), settings.c.value == bindparam("value")
)
_guilds = select(settings.c.guild_id).where(settings.c.guild_id != 0).distinct()


async def load(reading: Reading, guild_id: int) -> ServerSettings:
    """Return a server's settings, defaults where nothing was chosen."""
    return from_values(guild_id, await values(reading, guild_id))


async def values(reading: Reading, guild_id: int) -> dict[str, str]:
    """Return what a server chose, as stored."""
    return {row["name"]: row["value"] for row in await reading.all(_of, guild_id=guild_id)}


def from_values(guild_id: int, found: Mapping[str, str]) -> ServerSettings:
    """Return settings from stored name/value pairs; unknown names are left alone."""
    default = ServerSettings(guild_id)
    return ServerSettings(
        guild_id=guild_id,
        name=found.get("name", default.name),
        locale=found.get("locale", default.locale),
        zone=found.get("zone", default.zone),
        channels={purpose: int(found[f"channel.{purpose}"]) for purpose in Channel if found.get(f"channel.{purpose}")},
        moderator_roles=_ids(found.get("roles.moderator", "")),
        organiser_roles=_ids(found.get("roles.organiser", "")),
        small_figure=int(found.get("small_figure", default.small_figure)),
        own_review=found.get("own_review") == "1",
        set_up=found.get("set_up") == "1",
        country=found.get("country", default.country),
        route_checks={
            name.removeprefix(_ROUTES): _check(text) for name, text in found.items() if name.startswith(_ROUTES)
        },
        contact=Contact(found["contact.name"], found["contact.where"]) if "contact.where" in found else None,
        retention=timedelta(days=int(found.get("retention", default.retention.days))),
        notice=found.get("notice", default.notice),
        notice_instead=found.get("notice.instead") == "1",
        notice_count=int(found.get("notice.count", default.notice_count)),
        milestones=found.get("milestones", "1") == "1",
        nudge_ping=found.get("nudge_ping") == "1",
        digest=found.get("digest") == "1",
        sector_roles=found.get("sector_roles") == "1",
        freshness=next((one for one in FRESHNESS if one.key == found.get("freshness")), USUAL_FRESHNESS),
    )


def route_check(country: str, on: date, by: int | None) -> tuple[str, str]:
    """Return the name and the value under which a check of a country's routes is stored."""
    return f"{_ROUTES}{country}", f"{on.isoformat()}:{by or ''}"


def _check(text: str) -> RouteCheck:
    on, _, by = text.partition(":")
    return RouteCheck(date.fromisoformat(on), int(by) if by else None)


def _ids(text: str) -> frozenset[int]:
    return frozenset(int(part) for part in text.split(",") if part)


async def choose(tx: Transaction, guild_id: int, chosen: Mapping[str, str | None]) -> None:
    """Write choices; None takes one back."""
    for name, value in chosen.items():
        if value is None:
            await tx.run(_unset, guild_id=guild_id, name=name)
        else:
            await tx.run(_set, guild_id=guild_id, name=name, value=value)


async def guilds(reading: Reading) -> list[int]:
    """Return every server that has chosen anything."""
    return [int(row["guild_id"]) for row in await reading.all(_guilds)]


async def with_choice(reading: Reading, name: str, value: str) -> list[int]:
    """Return every server that chose a value for a name."""
    return [int(row["guild_id"]) for row in await reading.all(_choosing, name=name, value=value)]


async def value(reading: Reading, guild_id: int, name: str) -> str | None:
    """Return one stored value."""
    found: str | None = await reading.scalar(_one, guild_id=guild_id, name=name)
    return found
