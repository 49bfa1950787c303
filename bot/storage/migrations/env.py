"""Alembic's entry point: one SQLite file, foreign keys off while tables are rebuilt.

Batch mode copies a table and drops the old one; with foreign keys on, that drop deleted every
child row in a measurement.
"""

from alembic import context
from sqlalchemy import create_engine, event

from bot.tables import metadata

engine = create_engine(f"sqlite:///{context.config.attributes['path']}")


@event.listens_for(engine, "connect")
def _foreign_keys_off(connection, record):  # type: ignore[no-untyped-def]
    connection.execute("PRAGMA foreign_keys=OFF")


with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
engine.dispose()
