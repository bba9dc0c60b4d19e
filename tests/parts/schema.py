"""A database's whole schema as one comparable value: tables, columns, keys, checks, partial indexes, triggers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, MetaData, inspect, text

_PG_CONSTRAINTS = """
select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
where connamespace = 'public'::regnamespace and contype <> 'n' and conrelid <> 'alembic_version'::regclass order by 1, 2
"""
_PG_INDEXES = "select tablename, indexname, indexdef from pg_indexes where schemaname = 'public' and tablename <> 'alembic_version'"
_PG_TRIGGERS = "select tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal"
_PG_FUNCTIONS = "select proname, pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace"
_LITE = "select type, tbl_name, name, sql from sqlite_master where name not like 'sqlite_%' and tbl_name <> 'alembic_version'"


def schema_of(engine: Engine) -> dict[str, Any]:
    """Everything but the rows."""
    with engine.connect() as connection:
        return {"columns": _columns(connection), **_rest(connection)}


def _columns(connection: Connection) -> dict[str, dict[str, str]]:
    looking = inspect(connection)
    return {
        table: {
            column["name"]: f"{column['type']!r} null={column['nullable']} default={column['default']}"
            for column in looking.get_columns(table)
        }
        for table in sorted(looking.get_table_names())
        if table != "alembic_version"
    }


def _rest(connection: Connection) -> dict[str, Any]:
    if connection.dialect.name == "postgresql":
        queries = {
            "constraints": _PG_CONSTRAINTS,
            "indexes": _PG_INDEXES,
            "triggers": _PG_TRIGGERS,
            "functions": _PG_FUNCTIONS,
        }
        return {name: sorted(map(tuple, connection.execute(text(query)))) for name, query in queries.items()}
    looking = inspect(connection)
    tables = [table for table in sorted(looking.get_table_names()) if table != "alembic_version"]
    rows = connection.execute(text(_LITE)).all()
    return {
        "constraints": {
            table: {
                "primary": looking.get_pk_constraint(table),
                "unique": _sorted(looking.get_unique_constraints(table)),
                "foreign": _sorted(looking.get_foreign_keys(table)),
                "checks": _sorted(looking.get_check_constraints(table)),
            }
            for table in tables
        },
        "indexes": sorted(tuple(row)[1:] for row in rows if row.type == "index"),
        "triggers": sorted(tuple(row)[1:] for row in rows if row.type == "trigger"),
    }


def _sorted(found: list[Any]) -> list[Any]:
    return sorted(found, key=lambda one: str(one.get("name")))


def rows_of(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    metadata = MetaData()
    with engine.connect() as connection:
        metadata.reflect(connection)
        return {
            name: sorted(map(repr, connection.execute(table.select())))
            for name, table in metadata.tables.items()
            if name != "alembic_version"
        }
