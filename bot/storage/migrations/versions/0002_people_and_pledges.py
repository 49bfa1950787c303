"""Sectors, organisations and people

Reason: sectors of a server's own, confirmed organisations, roles, introductions and what keeps pledges.
Rows that exist stay; new columns of theirs start at their defaults.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("missed_at", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("guild_id", "user_id", name=op.f("pk_absences")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index("ix_absences_gone_at", ["gone_at"], unique=False)

    op.create_table(
        "data_downloads",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_downloads")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("data_downloads", schema=None) as batch_op:
        batch_op.create_index("ix_data_downloads_guild_id", ["guild_id", "id"], unique=False)

    op.create_table(
        "departures",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("pk_departures")),
    )
    op.create_table(
        "erasing",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("history", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "history", name=op.f("pk_erasing")),
    )
    op.create_table(
        "introduction_contacts",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "user_id", name=op.f("pk_introduction_contacts")),
    )
    with op.batch_alter_table("introduction_contacts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_introduction_contacts_guild_id_organisation_id",
            ["guild_id", "organisation_id", "user_id"],
            unique=False,
        )

    op.create_table(
        "introduction_wishes",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "organisation_id", "position", name=op.f("pk_introduction_wishes")),
    )
    with op.batch_alter_table("introduction_wishes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_introduction_wishes_guild_id_sector", ["guild_id", "sector", "organisation_id"], unique=False
        )

    op.create_table(
        "introductions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("asking", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("pair", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("asker_id", sa.BigInteger(), nullable=True),
        sa.Column("answerer_id", sa.BigInteger(), nullable=True),
        sa.Column("ender_id", sa.BigInteger(), nullable=True),
        sa.Column("channel_id", sa.BigInteger(), nullable=True),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introductions")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("introductions", schema=None) as batch_op:
        batch_op.create_index("ix_introductions_guild_id_answerer_id", ["guild_id", "answerer_id"], unique=False)
        batch_op.create_index("ix_introductions_guild_id_asked", ["guild_id", "asked", "status", "id"], unique=False)
        batch_op.create_index("ix_introductions_guild_id_asker_id", ["guild_id", "asker_id"], unique=False)
        batch_op.create_index("ix_introductions_guild_id_asking", ["guild_id", "asking", "status", "id"], unique=False)
        batch_op.create_index("ix_introductions_guild_id_ender_id", ["guild_id", "ender_id"], unique=False)
        batch_op.create_index("ix_introductions_guild_id_status", ["guild_id", "status"], unique=False)
        batch_op.create_index("ix_introductions_status_created_at", ["status", "created_at"], unique=False)
        batch_op.create_index("uq_introductions_guild_id_pair", ["guild_id", "pair"], unique=True)

    op.create_table(
        "milestones",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("pledge_id", sa.BigInteger(), nullable=False),
        sa.Column("maker_id", sa.BigInteger(), nullable=True),
        sa.Column("reached_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("milestones", schema=None) as batch_op:
        batch_op.create_index("ix_milestones_guild_id_maker_id", ["guild_id", "maker_id"], unique=False)
        batch_op.create_index("uq_milestones_once", ["guild_id", "name", "subject"], unique=True)

    op.create_table(
        "organisation_aliases",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("former", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("guild_id", "key", name=op.f("pk_organisation_aliases")),
    )
    with op.batch_alter_table("organisation_aliases", schema=None) as batch_op:
        batch_op.create_index("ix_organisation_aliases_guild_id_former", ["guild_id", "former"], unique=False)
        batch_op.create_index(
            "ix_organisation_aliases_guild_id_organisation_id", ["guild_id", "organisation_id"], unique=False
        )

    op.create_table(
        "organisation_history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("became", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("own", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_history")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("organisation_history", schema=None) as batch_op:
        batch_op.create_index("ix_organisation_history_guild_id_by_id", ["guild_id", "by_id"], unique=False)
        batch_op.create_index(
            "ix_organisation_history_guild_id_organisation_id", ["guild_id", "organisation_id", "id"], unique=False
        )

    op.create_table(
        "pauses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("paused_by_id", sa.BigInteger(), nullable=True),
        sa.Column("paused_at", sa.BigInteger(), nullable=False),
        sa.Column("resumed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("resumed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("pauses", schema=None) as batch_op:
        batch_op.create_index("ix_pauses_guild_id_resumed_at", ["guild_id", "resumed_at", "id"], unique=False)
        batch_op.create_index("ix_pauses_guild_id_user_id", ["guild_id", "user_id", "id"], unique=False)

    op.create_table(
        "pledge_changes",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("pledge_id", sa.BigInteger(), nullable=False),
        sa.Column("maker_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("done_when", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("help_wanted", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "pledge_id", name=op.f("pk_pledge_changes")),
    )
    op.create_table(
        "pledge_exports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_exports")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("pledge_exports", schema=None) as batch_op:
        batch_op.create_index("ix_pledge_exports_guild_id", ["guild_id", "id"], unique=False)
        batch_op.create_index("ix_pledge_exports_guild_id_by_id", ["guild_id", "by_id"], unique=False)

    op.create_table(
        "pledge_followups",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("pledge_id", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("help_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("guild_id", "pledge_id", name=op.f("pk_pledge_followups")),
    )
    with op.batch_alter_table("pledge_followups", schema=None) as batch_op:
        batch_op.create_index("ix_pledge_followups_guild_id_help_at", ["guild_id", "help_at"], unique=False)

    op.create_table(
        "pledge_helpers",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("since_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "user_id", name=op.f("pk_pledge_helpers")),
    )
    op.create_table(
        "pledge_joiners",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("pledge_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("since_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "pledge_id", "user_id", name=op.f("pk_pledge_joiners")),
    )
    with op.batch_alter_table("pledge_joiners", schema=None) as batch_op:
        batch_op.create_index("ix_pledge_joiners_guild_id_user_id", ["guild_id", "user_id", "part"], unique=False)

    op.create_table(
        "pledge_offers",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("pledge_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("offered_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "pledge_id", "user_id", name=op.f("pk_pledge_offers")),
    )
    with op.batch_alter_table("pledge_offers", schema=None) as batch_op:
        batch_op.create_index("ix_pledge_offers_guild_id_user_id", ["guild_id", "user_id"], unique=False)

    op.create_table(
        "pledge_supports",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("pledge_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("since_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "pledge_id", "user_id", name=op.f("pk_pledge_supports")),
    )
    with op.batch_alter_table("pledge_supports", schema=None) as batch_op:
        batch_op.create_index("ix_pledge_supports_counted", ["guild_id", "pledge_id", "counted"], unique=False)
        batch_op.create_index("ix_pledge_supports_guild_id_user_id", ["guild_id", "user_id"], unique=False)

    op.create_table(
        "pledge_takes",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("pledge_id", sa.BigInteger(), nullable=False),
        sa.Column("taker_id", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "pledge_id", name=op.f("pk_pledge_takes")),
    )
    with op.batch_alter_table("pledge_takes", schema=None) as batch_op:
        batch_op.create_index("ix_pledge_takes_guild_id_taker_id", ["guild_id", "taker_id"], unique=False)

    op.create_table(
        "presence_rounds",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("pk_presence_rounds")),
    )
    op.create_table(
        "review_reasons",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_reasons")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("review_reasons", schema=None) as batch_op:
        batch_op.create_index("ix_review_reasons_guild_id", ["guild_id", "id"], unique=False)

    op.create_table(
        "role_grants",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "user_id", "role_id", name=op.f("pk_role_grants")),
    )
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.create_index("ix_role_grants_guild_id_role_id", ["guild_id", "role_id", "user_id"], unique=False)

    op.create_table(
        "sector_roles",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=True),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sector_roles")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sector_roles", schema=None) as batch_op:
        batch_op.create_index("ix_sector_roles_guild_id_sector", ["guild_id", "sector"], unique=False)

    op.create_table(
        "server_sectors",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("short", sa.Text(), nullable=True),
        sa.Column("emoji", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "slug", name=op.f("pk_server_sectors")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("editor_id", sa.BigInteger(), nullable=True))
        batch_op.create_index("ix_events_guild_id_state", ["guild_id", "state", "starts_at", "id"], unique=False)

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("consented_at", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("confirmed", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("domain", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("people", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.create_index(
            "ix_organisations_guild_id_confirmed", ["guild_id", "confirmed", "people", "id"], unique=False
        )

    with op.batch_alter_table("pledge_history", schema=None) as batch_op:
        batch_op.add_column(sa.Column("own", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.create_index("ix_pledge_history_guild_id_act", ["guild_id", "act", "at"], unique=False)

    with op.batch_alter_table("pledges", schema=None) as batch_op:
        batch_op.add_column(sa.Column("queued_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("only_if", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("join_by_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("joined", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("offered", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.create_index(
            "ix_pledges_guild_id_fresh", ["guild_id", "status", "sector", "visibility", "changed_at"], unique=False
        )
        batch_op.create_index(
            "ix_pledges_guild_id_organisation_id_status", ["guild_id", "organisation_id", "status", "id"], unique=False
        )
        batch_op.create_index("ix_pledges_guild_id_queued_at", ["guild_id", "status", "queued_at", "id"], unique=False)
        batch_op.create_index(
            "ix_pledges_guild_id_sector_changed_at", ["guild_id", "sector", "status", "changed_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_pledges_guild_id_status_changed_at", ["guild_id", "status", "changed_at", "id"], unique=False
        )
    op.execute("UPDATE pledges SET queued_at = changed_at WHERE status IN ('submitted', 'done claimed')")
    op.execute(
        "UPDATE organisations SET people = (SELECT count(*) FROM members AS m WHERE m.guild_id = "
        "organisations.guild_id AND m.organisation_id = organisations.id)"
    )
    op.execute(
        "CREATE TRIGGER pledge_history_keeps BEFORE DELETE ON pledge_history WHEN NOT EXISTS (SELECT 1 "
        "FROM erasing WHERE guild_id = OLD.guild_id AND history = 'pledge_history') BEGIN SELECT "
        "RAISE(ABORT, 'pledge_history is only added to'); END"
    )
    op.execute(
        "CREATE TRIGGER pledge_history_stays BEFORE UPDATE ON pledge_history WHEN NOT (EXISTS (SELECT 1 "
        "FROM erasing WHERE guild_id = OLD.guild_id AND history = 'pledge_history') AND NEW.by_id IS "
        "NULL AND NEW.id IS OLD.id AND NEW.guild_id IS OLD.guild_id AND NEW.pledge_id IS OLD.pledge_id "
        "AND NEW.act IS OLD.act AND NEW.at IS OLD.at AND NEW.source IS OLD.source AND NEW.target IS "
        "OLD.target AND NEW.reason IS OLD.reason AND NEW.own IS OLD.own) BEGIN SELECT RAISE(ABORT, "
        "'pledge_history is only added to'); END"
    )
    op.execute(
        "CREATE TRIGGER pledge_history_grows BEFORE INSERT ON pledge_history WHEN EXISTS (SELECT 1 FROM "
        "pledge_history WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'pledge_history is only added to'); "
        "END"
    )
