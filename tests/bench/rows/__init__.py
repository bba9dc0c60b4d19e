"""The rows that are measured, by name; each says what it measured and gives back what is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.bench.lab import Lab
from tests.bench.rows import (
    decide,
    delivery,
    digest,
    flow,
    goals,
    growth,
    lateness,
    memory,
    page,
    pages,
    slack,
    slack_decide,
    sql,
    sweep,
)

Row = Callable[[Lab], dict[str, Any]]

ROWS: dict[str, Row] = {
    "decide": decide.measure,
    "pages": pages.measure,
    "flow": flow.measure,
    "sql": sql.measure,
    "slack": slack.measure,
    "slack_decide": slack_decide.measure,
    "wake": delivery.measure_wake,
    "relay": delivery.measure_relay,
    "flood": delivery.measure_flood,
    "digest_delivery": delivery.measure_digests,
    "sweep": sweep.measure,
    "lateness": lateness.measure,
    "goals": goals.measure,
    "growth": growth.measure,
    "digest": digest.measure,
    "memory": memory.measure,
    "page": page.measure,
}
