"""Messages that are due, out to Slack."""

from typing import Any

from collab.kernel import clock
from collab.outbox import service
from workers.context import job

BATCH = 50
ROUNDS = 20  # then the next ring or sweep goes on: one job must not keep a worker for itself


@job(name="outbox.drain")
def drain(**_newer: Any) -> None:
    """Deliver until nothing is due."""
    for _ in range(ROUNDS):
        if not service.drain(now=clock.now(), limit=BATCH):
            return
