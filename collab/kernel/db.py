"""The database: one metadata with named constraints, honest types, and SQLite that never loses a write.

SQLite ignores `FOR UPDATE` and silently loses concurrent read-modify-writes unless the writing transaction
starts with `BEGIN IMMEDIATE`; `kernel.atomic` marks such transactions, the engine events here obey the mark.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    CursorResult,
    DateTime,
    Engine,
    Executable,
    MetaData,
    Numeric,
    Row,
    Select,
    String,
    Table,
    TypeDecorator,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

from collab.kernel.database_away import patience_now

AnyRow = Row[*tuple[Any, ...]]
"""A row of whatever columns a statement names."""

AnySelect = Select[*tuple[Any, ...]]
"""A statement of whatever columns."""

WRITES = "collab_writes"
"""Execution option of a connection whose transaction will write."""

SQLITE_WAITS = 20.0
"""Seconds to wait for another process's write, where nobody waits for the answer."""

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table's base. Table names are explicit; constraints are named by convention."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False, "autoflush": False})


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. Naive values are refused: SQLite would drop a zone without converting."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """A decimal number of any length, exactly as given. SQLite would keep a number as a float: there it is text."""

    impl = Numeric()
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | str | None:
        if value is None:
            return None
        if not value.is_finite():
            raise ValueError("a figure needs to be a number")
        return format(value, "f") if dialect.name == "sqlite" else value

    def process_result_value(self, value: Decimal | str | None, _dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


Json = JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
"""A JSON document; JSONB on PostgreSQL."""


def insert_once(table: Table, **values: Any) -> bool:
    """Insert a row unless one of its unique keys is already there; True if this call inserted it.

    "Once" means a unique key in the database, so this holds between processes and machines.
    """
    kind = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    key = next(iter(table.primary_key.columns))
    statement = kind(table).values(**values).on_conflict_do_nothing().returning(key)
    return db.session.scalar(statement) is not None


def run(
    statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
) -> CursorResult[*tuple[Any, ...]]:
    """Run a Core statement in the session's transaction, without the ORM's detour: for the paths that are walked often.

    Several rows of values go to the database together; a single one needs no batch.
    """
    alone = values[0] if isinstance(values, list) and len(values) == 1 else values
    return db.session.connection().execute(statement, alone)


def read_alone(statement: AnySelect, values: Mapping[str, Any]) -> Sequence[AnyRow]:
    """The rows of one read that needs no transaction around it: on PostgreSQL this saves two round trips a request."""
    with db.engine.connect() as connection:
        return connection.execution_options(isolation_level="AUTOCOMMIT").execute(statement, values).all()


def engine_options(url: str) -> dict[str, Any]:
    """Options for `SQLALCHEMY_ENGINE_OPTIONS`, by kind of database."""
    common: dict[str, Any] = {
        "json_serializer": lambda value: json.dumps(value, ensure_ascii=False),
        "hide_parameters": True,  # what people wrote stands neither in the log nor in the text of an error
    }
    if url.startswith("sqlite"):
        return {**common, "connect_args": {"isolation_level": None, "timeout": SQLITE_WAITS}}
    # Compiling statements anew each time costs more than it saves: ours read lists whose length nobody can estimate.
    limits = "-c lock_timeout=8s -c statement_timeout=60s -c idle_in_transaction_session_timeout=60s -c timezone=UTC -c jit=off"
    return {
        **common,
        "skip_autocommit_rollback": True,  # `read_alone` has nothing to roll back
        "pool_size": 8,
        "max_overflow": 8,
        "pool_timeout": 5,
        # A wait that `database_away` cannot end is one on a connection whose other end is gone while a new one is let in
        # (a firewall forgot it, another machine took the address over). The kernel notices that.
        "connect_args": {
            "options": limits, "connect_timeout": 2, "tcp_user_timeout": 10_000,
            "keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3,
        },
    }  # fmt: skip


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "cache_size=-16000"):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if (
        connection.dialect.name == "sqlite"
        and connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT"
    ):
        writes = connection.get_execution_options().get(WRITES, False)
        if writes:
            _wait_at_most(connection, min(SQLITE_WAITS, patience_now()))
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _wait_at_most(connection: Connection, seconds: float) -> None:
    """How long this connection waits for a lock; told to SQLite only when it changes."""
    if connection.info.get("waits", SQLITE_WAITS) != seconds:
        connection.info["waits"] = seconds
        connection.connection.cursor().execute(f"PRAGMA busy_timeout={round(seconds * 1000)}")
