"""What Slack sent to the product, byte by byte, so that it can be sent again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from collab.kernel.db import db
from tests.slack_double import Reply, SlackDouble

Rows = dict[str, list[Any]]


@dataclass
class Tape:
    """Every request of one double, in order. The same bytes with the same signature may come again for five minutes."""

    sent: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)
    _post: Callable[..., Reply] | None = None

    def record(self, slack: SlackDouble) -> Tape:
        """Listen to a double."""
        self._post = slack.play._post

        def post(path: str, body: bytes, headers: Mapping[str, str], *rest: Any, **about: Any) -> Reply:
            self.sent.append((path, body, dict(headers)))
            return self._post(path, body, headers, *rest, **about)

        slack.play._post = post  # type: ignore[method-assign]
        return self

    def again(self, which: int = -1) -> Reply:
        """Send one of them again."""
        assert self._post
        path, body, headers = self.sent[which]
        return self._post(path, body, headers)


def everything(app: Flask) -> Rows:
    """Every row of every table."""
    with app.app_context(), db.engine.connect() as connection:
        tables = db.metadata.tables.items()
        return {name: sorted(map(repr, connection.execute(table.select()))) for name, table in tables}


def changed(before: Rows, after: Rows) -> dict[str, int]:
    """Which tables differ, and by how many rows."""
    return {name: len(rows) - len(before[name]) for name, rows in after.items() if rows != before[name]}
