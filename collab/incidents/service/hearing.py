"""What people do to the task of an incident by the task's own verbs."""

from __future__ import annotations

from collab.incidents.queries import find_incident
from collab.incidents.rules import OPEN, RAISED, SEVERITY
from collab.incidents.service import handling, task
from collab.kernel.errors import NotNow
from collab.people import queries as people
from collab.tasks.service import TaskMoved

ENDS = ("done", "confirm", "decline", "withdraw", "counter")
"""Verbs of a task that an open incident keeps for itself."""


def moved(event: TaskMoved) -> None:
    """Accepting the task of an incident takes the incident; it is not ended behind the incident's back (registered at
    start-up). Raises NotNow."""
    if event.severity != SEVERITY or task.is_following(event.key):
        return
    incident = find_incident(event.key)
    if incident is None or incident.state not in OPEN:
        return
    if event.verb in ENDS:
        raise NotNow("incident_decides", key=event.key)
    if event.verb == "accept" and incident.state == RAISED and event.by is not None:
        handling.taken_by(incident, people.get_actor(event.by, event.at), now=event.at)
