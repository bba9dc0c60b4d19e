"""Counting what an act asks of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import event

from collab.kernel.db import db
from tests.parts.applications import inside


@dataclass
class Statements:
    """What was said to the database: statements, and what begins and ends transactions."""

    said: list[str] = field(default_factory=list)
    commits: int = 0
    begins: int = 0

    @property
    def count(self) -> int:
        """Statements without transaction control (SQLite's BEGIN is said as one)."""
        return len([text for text in self.said if not text.startswith("BEGIN")])

    def __str__(self) -> str:
        return "\n".join(" ".join(text.split())[:160] for text in self.said)


@contextmanager
def statements(app: Flask) -> Iterator[Statements]:
    """Count everything until the block ends."""
    seen = Statements()
    with inside(app):
        engine = db.engine

    def said(_connection: object, _cursor: object, text: str, *_rest: object) -> None:
        seen.said.append(text)

    def committed(_connection: object) -> None:
        seen.commits += 1

    def begun(_connection: object) -> None:
        seen.begins += 1

    listeners = (("before_cursor_execute", said), ("commit", committed), ("begin", begun))
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield seen
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)
