"""Tables of introductions: who speaks for an organisation, what it looks for, who was introduced to whom."""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from bot.storage.schema import identity, instant, metadata, number, snowflake, words

introduction_contacts = Table(
    "introduction_contacts",
    metadata,
    snowflake("guild_id"),
    snowflake("user_id"),
    number("organisation_id"),
    instant("since"),
    PrimaryKeyConstraint("guild_id", "user_id"),
    Index("ix_introduction_contacts_guild_id_organisation_id", "guild_id", "organisation_id", "user_id"),
)

introduction_wishes = Table(
    "introduction_wishes",
    metadata,
    snowflake("guild_id"),
    number("organisation_id"),
    number("position"),
    words("sector"),
    PrimaryKeyConstraint("guild_id", "organisation_id", "position"),
    Index("ix_introduction_wishes_guild_id_sector", "guild_id", "sector", "organisation_id"),
)

introductions = Table(
    "introductions",
    metadata,
    identity(),
    snowflake("guild_id"),
    number("asking"),
    number("asked"),
    words("pair", nullable=True),  # both sides, smaller number first, while it is open: two can not be open at once
    words("status"),
    snowflake("asker_id", nullable=True),
    snowflake("answerer_id", nullable=True),
    snowflake("ender_id", nullable=True),
    snowflake("channel_id", nullable=True),
    snowflake("thread_id", nullable=True),
    instant("created_at"),
    instant("changed_at"),
    Index("uq_introductions_guild_id_pair", "guild_id", "pair", unique=True),
    Index("ix_introductions_guild_id_asking", "guild_id", "asking", "status", "id"),
    Index("ix_introductions_guild_id_asked", "guild_id", "asked", "status", "id"),
    Index("ix_introductions_guild_id_status", "guild_id", "status"),
    Index("ix_introductions_status_created_at", "status", "created_at"),
    Index("ix_introductions_guild_id_asker_id", "guild_id", "asker_id"),
    Index("ix_introductions_guild_id_answerer_id", "guild_id", "answerer_id"),
    Index("ix_introductions_guild_id_ender_id", "guild_id", "ender_id"),
    sqlite_autoincrement=True,
)
