"""What a test of processes does inside the product: `python -m tests.faults.inside found|say|ask`, in an installation.

`found` makes the small company in an empty database. `say` reads a plan from its standard input and enqueues messages,
each transaction a few, as the product's own services would: news to channels, numbered so that each can be told from every
other, and questions to people about requests that wait for them. `ask` reads a policy and due moments, in seconds from now,
takes the policy and asks Kenji for something by each of them; it prints the keys.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from collab.escalations import service as escalations
from collab.kernel import clock
from collab.kernel.atomic import atomic
from collab.outbox.service import Note, enqueue
from collab.people.queries import find_actor_by_email
from collab.tasks import service as tasks
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


def ask(policy: str, due: list[float]) -> None:
    """Ask for things whose clocks run by this policy."""
    now = clock.shared()
    escalations.take([policy], actor=None, now=now)
    mika = find_actor_by_email("mika@example.com", now)
    assert mika is not None
    for number, seconds in enumerate(due):
        fields = {"title": number_of(number), "assignee": "kenji@example.com", "due": now + timedelta(seconds=seconds)}
        print(tasks.ask(mika, fields, now=now))


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
        elif sys.argv[1] == "ask":
            ask(**json.load(sys.stdin))
        else:
            say(Plan(**json.load(sys.stdin)))
