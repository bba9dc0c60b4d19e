"""A database for every test, copied from a migrated template and made as new for the next one: SQLite in a file, PostgreSQL
on the run's server."""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.parts.locks import exclusively
from tests.parts.postgres import Postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"
EMPTY, COMPANY, SAMPLE = "empty", "company", "sample"
on_both = pytest.mark.parametrize("database", [SQLITE, POSTGRESQL], indirect=True)
"""Run a test, a class or (as `pytestmark`) a module on both databases; without it a test gets SQLite."""

Fill = Callable[[str], None]
"""Brings the empty database at an address to where tests start."""


@dataclass(frozen=True)
class Database:
    """A database of one test's own."""

    kind: str
    url: str


class Stock:
    """Databases of one kind. Templates are filled once a run, by whichever worker needs one first."""

    def __init__(self, shared: Path, fills: dict[str, Fill]) -> None:
        self._shared, self._fills = shared, fills
        self._idle: list[Database] = []

    def fresh(self, template: str) -> Database:
        """A new copy of a template."""
        with exclusively(self._shared / f"{self.kind}-{template}.lock"):
            if not self.has(template):
                self.build(template)
        return Database(self.kind, self.copy(template))

    kind = ""

    def has(self, template: str) -> bool:
        raise NotImplementedError

    def build(self, template: str) -> None:
        raise NotImplementedError

    def copy(self, template: str) -> str:
        raise NotImplementedError

    def throw_away(self, database: Database) -> None:
        raise NotImplementedError

    def restore(self, database: Database) -> bool:
        """Make a used copy of the company as it was; False if that cannot be done."""
        raise NotImplementedError

    def lend(self) -> Database:
        """A database with the company in it: one that was used before and is as new, or a new one."""
        return self._idle.pop() if self._idle else self.fresh(COMPANY)

    def take_back(self, database: Database) -> None:
        """Keep a database for the next test. What cannot be made as new is thrown away."""
        if self.restore(database):
            self._idle.append(database)
        else:
            self.throw_away(database)


class SqliteStock(Stock):
    """Files."""

    kind = SQLITE

    def has(self, template: str) -> bool:
        return self._template(template).exists()

    def build(self, template: str) -> None:
        draft = self._shared / f"{template}.draft"
        self._fills[template](f"sqlite:///{draft}")
        with sqlite3.connect(draft) as connection:  # everything into the one file that is copied
            connection.execute("pragma wal_checkpoint(truncate)")
        connection.close()
        draft.rename(self._template(template))

    def copy(self, template: str) -> str:
        file = self._shared / f"{uuid.uuid4().hex}.sqlite"
        shutil.copyfile(self._template(template), file)
        return f"sqlite:///{file}"

    def restore(self, database: Database) -> bool:
        file = Path(database.url.removeprefix("sqlite:///"))
        # The file itself, too: a connection that somebody forgot and that is closed later would take the next test's log away
        # with it; of a file that is gone it touches nothing.
        for old in self._shared.glob(f"{file.name}*"):
            old.unlink(missing_ok=True)
        shutil.copyfile(self._template(COMPANY), file)
        return True

    def throw_away(self, database: Database) -> None:
        for file in self._shared.glob(f"{Path(database.url).name}*"):
            file.unlink(missing_ok=True)

    def _template(self, name: str) -> Path:
        return self._shared / f"{name}.template"


class PostgresStock(Stock):
    """Databases on the run's server."""

    kind = POSTGRESQL

    def __init__(self, shared: Path, fills: dict[str, Fill], server: Postgres) -> None:
        super().__init__(shared, fills)
        self._server = server

    def has(self, template: str) -> bool:
        return self._server.exists(template)

    def build(self, template: str) -> None:
        draft = f"{template}_draft"
        self._server.drop(draft)
        self._server.create(draft)
        self._fills[template](self._server.url(draft))
        self._server.remember(draft)
        self._server.rename(draft, template)

    def copy(self, template: str) -> str:
        name = f"t_{uuid.uuid4().hex}"
        self._server.create(name, template)
        return self._server.url(name)

    def restore(self, database: Database) -> bool:
        return self._server.restore(_name(database))

    def throw_away(self, database: Database) -> None:
        self._server.drop(_name(database))


def _name(database: Database) -> str:
    return (
        database.url.rpartition("/")[2]
        if "?" not in database.url
        else database.url.partition("@/")[2].partition("?")[0]
    )
