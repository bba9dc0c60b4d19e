"""A bare commit, then a bare job: psycopg writes one row, Celery publishes. FLOOR_DATABASE and FLOOR_BROKER name both."""

from __future__ import annotations

import os
import time
from typing import Self

import psycopg
from psycopg.types.json import Jsonb

from tests.bench.floors.jobs import nothing

WRITE = "insert into messages (paper_id, recipient, kind, args, state) values (%s, %s, %s, %s, 'pending')"


class Committer:
    """One connection, kept."""

    def __init__(self) -> None:
        self._connection = psycopg.connect(os.environ["FLOOR_DATABASE"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_trouble: object) -> None:
        self._connection.close()

    def commit(self) -> float:
        """Commit one message and start a job; the moment of the commit (seconds of the steady clock)."""
        self._connection.execute(WRITE, [1, 1, "asked", Jsonb({"round": 1})])
        self._connection.commit()
        committed = time.monotonic()
        nothing.delay()
        return committed
