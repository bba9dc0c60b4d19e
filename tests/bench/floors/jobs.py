"""A bare Celery worker: one job that does nothing. FLOOR_BROKER names the broker."""

from __future__ import annotations

import os

from celery import Celery

from tests.bench.stopwatch import mark_jobs

app = Celery("floor", broker=os.environ["FLOOR_BROKER"])
app.conf.update(worker_concurrency=2, broker_connection_retry_on_startup=True)
mark_jobs()


@app.task(name="floor.nothing")
def nothing() -> None:
    """Do nothing."""
