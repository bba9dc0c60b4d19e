"""A promise to customers is broken: somebody is asked to see to it, once."""

from __future__ import annotations

import structlog

from collab.goals import queries as goals
from collab.goals.service.events import PromiseBroken
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, NotAllowed
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.subjects import queries as subject_queries
from collab.subjects import service as subjects
from collab.tasks.queries.rows import read_many
from collab.tasks.rules.moves import OPEN
from collab.tasks.service.asking import ask

log = structlog.get_logger(__name__)
TIE = "promise"
"""The kind of link between a broken promise and the task it led to."""


def promise_broken(event: PromiseBroken) -> None:
    """Ask the department that answers for the promise, in its owner's name, with severity `brand`; tied to the goal.

    As long as such a task is open there is no second one. Where nobody is left to ask, the measurement stands all the same.
    """
    if any(task.state in OPEN for task in read_many(subject_queries.list_tied(event.key, TIE))):
        return
    asker = _asker(event)
    goal = goals.find_goal(event.key)
    if asker is None or goal is None:
        log.warning("promise.nobody_to_ask", goal=event.key)
        return
    how = Reader(asker.locale, asker.zone)
    fields = {
        "title": how.say("task.promise_broken.title", goal=goal.title)[:TITLE],
        "detail": how.say("task.promise_broken.detail", goal=f"{goal.key} {goal.title}"),
        "to_department": goal.owners[0].department, "severity": "brand",
    }  # fmt: skip
    try:
        key = ask(asker, fields, now=event.at)
        subjects.link(asker, key, event.key, kind=TIE, now=event.at)
    except (Invalid, NotAllowed) as refusal:
        log.warning("promise.not_asked", goal=event.key, why=refusal.said_code)


TITLE = 120
"""Characters of a task's title."""


def _asker(event: PromiseBroken) -> Actor | None:
    """The owner of the first side; where they have left, the other one."""
    goal = goals.find_goal(event.key)
    for held in goal.owners if goal else ():
        actor = people.find_actor(held.member, event.at)
        if actor is not None and permits.allows("task.ask", actor.roles):
            return actor
    return None
