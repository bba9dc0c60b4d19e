"""Celery's composition: `celery -A workers.app worker` and `celery -A workers.app beat` work as typed."""

import atexit
from typing import Any

from celery.signals import beat_init, worker_init

from config.loading import for_good

with for_good():
    from workers import embedded, lines
    from workers.base import celery, settings
    from workers.jobs import delivery, imports, sweeps

__all__ = ["celery", "delivery", "imports", "lines", "sweeps"]


@worker_init.connect
@beat_init.connect
def _have_a_broker(**_newer: Any) -> None:
    """Worker or beat typed alone on the embedded default bring their broker, and take it along when they end."""
    broker = embedded.ensure(settings)
    if broker is not None:
        atexit.register(broker.stop)
