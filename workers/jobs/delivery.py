"""Messages that are due, and places to be shown, out to Slack."""

import time
from typing import Any

from collab.access.service import returning
from collab.kernel import clock
from collab.outbox import service
from workers.bell import ring
from workers.context import job

BATCH = 50
LONGEST = (
    5.0  # seconds; then the next ring goes on: a flood that keeps every process of a worker would delay the sweeps
)


@job(name="outbox.drain")
def drain(**_newer: Any) -> None:
    """Deliver until nothing may be sent now; if more is due soon, ring again then: nobody sleeps in a worker."""
    end = time.monotonic() + LONGEST
    while service.drain(now=clock.shared(), limit=BATCH):
        if time.monotonic() > end:
            return ring("outbox", after=0.0)
    return ring_again()


def ring_again() -> None:
    """If more is due soon, ring then."""
    soon = service.seconds_to_next(now=clock.shared())
    if soon is not None:
        ring("outbox", after=soon)


@job(name="access.letters")
def hand_over_letters(**_newer: Any) -> None:
    """Links to sign in with that guests asked for: they wait at their screens."""
    returning.send_waiting(now=clock.shared())


@job(name="slack.show")
def show(**_newer: Any) -> None:
    """Show Home tabs and link previews until none is due; if more is due soon, ring again then."""
    end = time.monotonic() + LONGEST
    while service.show_due(now=clock.shared()):
        if time.monotonic() > end:
            return ring("screens", after=0.0)
    soon = service.seconds_to_next_screen(now=clock.shared())
    return ring("screens", after=soon) if soon is not None else None
