"""Tables of organisations: what they are, what they were called, what organisers decided."""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from bot.storage.schema import identity, instant, metadata, number, snowflake, words

organisations = Table(
    "organisations",
    metadata,
    identity(),
    snowflake("guild_id"),
    words("name"),
    words("key"),
    words("near", server_default=""),
    instant("created_at"),
    number("confirmed", server_default="0"),
    words("domain", server_default=""),
    number("people", server_default="0"),
    number("revision", server_default="0"),
    Index("uq_organisations_guild_id_key", "guild_id", "key", unique=True),
    Index("ix_organisations_guild_id_near", "guild_id", "near"),
    Index("ix_organisations_guild_id_confirmed", "guild_id", "confirmed", "people", "id"),
    sqlite_autoincrement=True,
)

organisation_aliases = Table(
    "organisation_aliases",
    metadata,
    snowflake("guild_id"),
    words("key"),
    words("name"),
    number("organisation_id"),
    number("former", nullable=True),  # the id of the organisation that was merged, none for an earlier name
    PrimaryKeyConstraint("guild_id", "key"),
    Index("ix_organisation_aliases_guild_id_organisation_id", "guild_id", "organisation_id"),
    Index("ix_organisation_aliases_guild_id_former", "guild_id", "former"),
)

organisation_history = Table(
    "organisation_history",
    metadata,
    identity(),
    snowflake("guild_id"),
    number("organisation_id"),
    words("act"),
    snowflake("by_id", nullable=True),
    instant("at"),
    words("was"),
    words("became"),
    words("reason"),
    number("own"),
    Index("ix_organisation_history_guild_id_organisation_id", "guild_id", "organisation_id", "id"),
    Index("ix_organisation_history_guild_id_by_id", "guild_id", "by_id"),
    sqlite_autoincrement=True,
)
