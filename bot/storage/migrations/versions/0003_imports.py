"""Imports

Reason: commitments from before the bot come in from a spreadsheet. What was read waits for a decision across a restart,
who brought it in stays recorded, and each pledge knows its import so that all of one can be taken back. Pledges that
exist came from none. What somebody changed among events is found by index: `/profile` counts it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pledge_imports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("came", sa.BigInteger(), nullable=False),
        sa.Column("decider_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_imports")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("pledge_imports", schema=None) as batch_op:
        batch_op.create_index("ix_pledge_imports_guild_id", ["guild_id", "id"], unique=False)
        batch_op.create_index("ix_pledge_imports_guild_id_by_id", ["guild_id", "by_id"], unique=False)
        batch_op.create_index("ix_pledge_imports_guild_id_decider_id", ["guild_id", "decider_id"], unique=False)
        batch_op.create_index("ix_pledge_imports_state_at", ["state", "at"], unique=False)
    with op.batch_alter_table("pledges", schema=None) as batch_op:
        batch_op.add_column(sa.Column("import_id", sa.BigInteger(), nullable=True))
        batch_op.create_index("ix_pledges_guild_id_import_id", ["guild_id", "import_id", "id"], unique=False)
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index("ix_events_guild_id_editor_id", ["guild_id", "editor_id"], unique=False)
