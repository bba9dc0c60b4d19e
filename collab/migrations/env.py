"""Alembic's environment: the application's own engine and metadata.

SQLite needs batch mode, which rebuilds a table and silently drops its triggers: a migration that alters a table with
triggers must create them again (`collab.migrations.triggers`), and tests compare the schema before and after.
"""

from alembic import context
from sqlalchemy import text

from collab.kernel.db import Base, Json, Moment, db
from collab.migrations import tables

_ = tables


def _our_types(kind: str, value: object, _context: object) -> str | bool:
    """Our own column types by name, so that a migration reads like a model."""
    if kind == "type" and isinstance(value, Moment):
        return "Moment()"
    return "Json" if kind == "type" and isinstance(value, type(Json)) else False


def run() -> None:
    """Migrate inside one transaction; on PostgreSQL only one process at a time, and never waiting long for a lock."""
    with db.engine.connect() as connection:
        postgresql = connection.dialect.name == "postgresql"
        if postgresql:
            connection.execute(text("select pg_advisory_lock(727230)"))
            connection.commit()
        try:
            context.configure(
                connection=connection, target_metadata=Base.metadata, render_as_batch=not postgresql,
                compare_server_default=True, render_item=_our_types,
            )  # fmt: skip
            with context.begin_transaction():
                context.run_migrations()
        finally:
            if postgresql:
                connection.execute(text("select pg_advisory_unlock(727230)"))
                connection.commit()


run()
