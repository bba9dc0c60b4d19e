"""Messages that are due, out to Slack."""

from typing import Any

from collab.kernel import clock
from collab.outbox import service
from workers.bell import ring
from workers.context import job

BATCH = 50
ROUNDS = 20  # then the next ring or sweep goes on: one job must not keep a worker for itself


@job(name="outbox.drain")
def drain(**_newer: Any) -> None:
    """Deliver until nothing may be sent now; if more is due soon, ring again then: nobody sleeps in a worker."""
    for _ in range(ROUNDS):
        if not service.drain(now=clock.shared(), limit=BATCH):
            break
    ring_again()


def ring_again() -> None:
    """If more is due soon, ring then."""
    soon = service.seconds_to_next(now=clock.shared())
    if soon is not None:
        ring("outbox", after=soon)
