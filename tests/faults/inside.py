"""What a test of processes does inside the product: `python -m tests.faults.inside found|say`, in an installation.

`found` makes the small company in an empty database. `say` reads a plan from its standard input and enqueues messages,
each transaction a few, as the product's own services would: news to channels, numbered so that each can be told from every
other, and questions to people about requests that wait for them.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from itertools import islice

from collab.kernel import clock
from collab.kernel.atomic import atomic
from collab.outbox.service import Note, enqueue
from collab.people.queries import find_actor_by_email
from tests.factories import found
from tests.faults.plans import Plan, number_of
from tests.parts.applications import migrate
from wsgi import app

AT_ONCE = 5


def say(plan: Plan) -> None:
    """Enqueue the plan's messages evenly over its time."""
    by = _id("mika")
    began = time.monotonic()
    notes = _notes(plan, by)
    done = 0
    while batch := list(islice(notes, AT_ONCE)):
        with atomic():
            enqueue(*batch, now=clock.now())
        done += len(batch)
        time.sleep(max(0.0, began + plan.seconds * done / plan.size - time.monotonic()))


def _notes(plan: Plan, by: int) -> Iterator[Note]:
    """News and questions mixed, the questions early."""
    questions = [Note("approval.asked", key, f"again:{key}:{name}", member=_id(name), args={"round": 1}, urgent=True)
                 for key, name in plan.questions]  # fmt: skip
    for number in range(plan.news):
        if questions:
            yield questions.pop()
        channel = plan.channels[number % len(plan.channels)]
        args = {"by": by, "verb": "approve", "comment": number_of(number)}
        yield Note("approval.told", plan.subject, f"news:{plan.name}:{number}", channel=channel, args=args)
    yield from questions


def _id(name: str) -> int:
    actor = find_actor_by_email(f"{name}@example.com", clock.now())
    assert actor is not None, name
    return actor.id


if __name__ == "__main__":
    with app.app_context():
        if sys.argv[1] == "found":
            migrate(app)
            found(app)
        else:
            say(Plan(**json.load(sys.stdin)))
