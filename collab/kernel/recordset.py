"""Lists handed to the database as one value: a statement over hundreds of members stays one text, however many they are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import FromClause, Integer, Select, String, bindparam, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSONB

from collab.kernel.db import db

_TYPES: dict[type, Any] = {int: Integer, str: String}


def dialect() -> str:
    """The kind of database: statements over lists are built once for each."""
    return db.engine.dialect.name


def recordset(name: str, kind: str, **columns: type) -> FromClause:
    """The rows of the bound value `name` (see `records`) as a table of these columns, on this kind of database."""
    types = {each: _TYPES[python] for each, python in columns.items()}
    given = bindparam(name, type_=String)
    if kind == "sqlite":
        rows = func.json_each(given).table_valued("value", name=f"{name}_each")
        read: list[Any] = [
            cast(func.json_extract(rows.c.value, f"$.{each}"), type_).label(each) for each, type_ in types.items()
        ]
        return select(*read).subquery(name)
    read_as: list[Any] = [column(each, type_) for each, type_ in types.items()]
    return func.jsonb_to_recordset(cast(given, JSONB)).table_valued(*read_as, name=name).render_derived(with_types=True)


def one_of(kind: str, of: type = int, *, name: str = "given") -> Select[Any]:
    """The numbers (or keys, `of=str`) bound by `ids`, for `column.in_(...)`: thousands of them cost one value, not one
    placeholder each."""
    return select(recordset(name, kind, id=of).c.id)


def these(numbers: Iterable[int]) -> Select[Any]:
    """The same of numbers that are known already; once in a statement."""
    return one_of(dialect()).params(ids(numbers))


def ids(them: Iterable[int | str], *, name: str = "given") -> dict[str, str]:
    """Numbers or keys as `one_of` reads them."""
    return {name: records({"id": one} for one in them)}


def records(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as the value of a recordset."""
    return json.dumps([dict(row) for row in rows], separators=(",", ":"))
