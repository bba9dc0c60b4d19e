"""Alembic's environment: the application's own engine and metadata.

SQLite needs batch mode, which rebuilds a table and silently drops its triggers: a migration that alters a table with
triggers must create them again (`collab.migrations.triggers`), and tests compare the schema before and after.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from collab.kernel.db import Base, Exact, Json, Moment, db
from collab.migrations import tables

_ = tables


def _our_types(kind: str, value: Any, _context: AutogenContext) -> str | Literal[False]:
    """Our own column types by name, so that a migration reads like a model."""
    if kind == "type" and isinstance(value, Moment | Exact):
        return f"{type(value).__name__}()"
    return "Json" if kind == "type" and isinstance(value, type(Json)) else False


@contextmanager
def _rebuilding(connection: Connection) -> Iterator[None]:
    """SQLite rebuilds a table by dropping the old one, which the rows that point to it would forbid: references are
    checked at the end of each migration instead."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _check_references(*, ctx: MigrationContext, **_about: Any) -> None:
    """Last thing inside a migration's transaction: a row that points nowhere undoes it."""
    if ctx.dialect.name == "sqlite" and ctx.connection is not None:
        lost = ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if lost:
            raise RuntimeError(f"rows that point nowhere: {lost[:5]}")


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
                compare_server_default=True, render_item=_our_types, on_version_apply=_check_references,  # type: ignore[arg-type] # alembic calls it with names only
            )  # fmt: skip
            with _rebuilding(connection), context.begin_transaction():
                context.run_migrations()
        finally:
            if postgresql:
                connection.execute(text("select pg_advisory_unlock(727230)"))
                connection.commit()


run()
