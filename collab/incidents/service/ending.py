"""When it is over: in words, with its root cause; then what we learn from it, as tasks and goals; or it never was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collab.audit import service as audit
from collab.calendars.queries import calendar_or_default
from collab.goals import queries as goals
from collab.goals import service as goal_service
from collab.incidents import rules
from collab.incidents.models import Incident
from collab.incidents.service import task
from collab.incidents.service.moving import locked, move, plan, run_clocks, tell
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, Text
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.subjects import service as subjects
from collab.tasks import service as tasks

FOLLOWS = "after_review"
"""The tie between an incident and what its review led to."""


def close(
    actor: Actor, key: str, *, what_happened: str, root_cause: str, no_answer_reason: str | None = None, now: datetime
) -> Incident:
    """It is over. An after-review is due.

    Raises:
        Invalid: the public was not answered, and nobody says why not.
    """
    with atomic():
        incident = locked(actor, key, "close")
        if incident.answered_at is None and not no_answer_reason:
            raise Invalid({"no_answer_reason": Text("incident.problem.no_answer")})
        owner = incident.taken_by_id or actor.id
        there = people.presence([owner], now).get(owner)
        values = {
            "state": rules.MOVES.after("close", incident.state), "closed_by_id": actor.id, "closed_at": now,
            "what_happened": what_happened, "root_cause": root_cause, "no_answer_reason": no_answer_reason,
            "review_due_at": plan().review.due(now, calendar_or_default(there.calendar if there else "")),
        }  # fmt: skip
        after = {"what_happened": what_happened, "root_cause": root_cause, "no_answer_reason": no_answer_reason}
        audit.record("incident.close", key, actor=actor, at=now, after=after)
        incident = move(incident, values)
        run_clocks(incident, reason="closed", now=now)
        task.closed(incident, actor, said=root_cause, now=now)
        tell(incident, "close", actor, now=now, said=what_happened)
        return incident


def false_alarm(actor: Actor, key: str, *, reason: str, now: datetime) -> Incident:
    """It was none, and why."""
    with atomic():
        incident = locked(actor, key, "false_alarm")
        audit.record("incident.false_alarm", key, actor=actor, at=now, reason=reason)
        state = rules.MOVES.after("false_alarm", incident.state)
        incident = move(
            incident, {"state": state, "false_alarm_reason": reason, "closed_by_id": actor.id, "closed_at": now}
        )
        run_clocks(incident, reason="false_alarm", now=now)
        task.withdrawn(incident, actor, said=reason, now=now)
        tell(incident, "false_alarm", actor, now=now, said=reason)
        return incident


@dataclass(frozen=True)
class Learnt:
    """What a review led to: the keys of new tasks, new goals and goals it was tied to."""

    tasks: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()


def review(
    actor: Actor,
    key: str,
    *,
    findings: str,
    actions: Sequence[Mapping[str, Any]] = (),
    goal: str | None = None,
    new_goal: Mapping[str, Any] | None = None,
    now: datetime,
) -> Learnt:
    """What we learnt, and what follows from it, in one form: each action becomes a task, a live goal is tied to the incident,
    a new one is drafted (by whoever may only propose: a candidate). All of it or nothing.

    Raises:
        Invalid: an action without title or department, a goal that is not there, a new goal by somebody who may set none.
    """
    with atomic():
        incident = locked(actor, key, "review")
        made = tuple(_ask(actor, number, action, key, now) for number, action in enumerate(actions))
        tied = _goals(actor, goal, new_goal, now)
        for other in tied:
            subjects.link(actor, key, other, kind=FOLLOWS, now=now)
        after = {"findings": findings, "tasks": list(made), "goals": list(tied)}
        audit.record("incident.review", key, actor=actor, at=now, after=after)
        state = rules.MOVES.after("review", incident.state)
        incident = move(
            incident, {"state": state, "findings": findings, "reviewed_by_id": actor.id, "reviewed_at": now}
        )
        run_clocks(incident, reason="reviewed", now=now)
        tell(incident, "review", actor, now=now, said=findings)
        return Learnt(made, tied)


def _ask(actor: Actor, number: int, action: Mapping[str, Any], key: str, now: datetime) -> str:
    """One task, tied to the incident; what is wrong with it is said under its own number."""
    try:
        return tasks.ask(actor, {**action, "links": [key]}, now=now)
    except Invalid as refusal:
        raise Invalid({f"actions.{number}.{path}": said for path, said in refusal.fields.items()}) from refusal


def _goals(actor: Actor, goal: str | None, new_goal: Mapping[str, Any] | None, now: datetime) -> tuple[str, ...]:
    found = goals.find_seen(actor, goal) if goal else None
    if goal and found is None:
        raise Invalid({"goal": Text("incident.problem.unknown_goal", {"goal": goal})})
    tied = [found.key] if found else []
    if new_goal:
        if not permits.allows("goal.propose", actor.roles):
            raise Invalid({"new_goal": Text("incident.problem.may_set_no_goal")})
        try:
            wanted = {"title": new_goal["title"], "outcome": new_goal.get("target"), "due_on": new_goal.get("due_on")}
            tied.append(goal_service.create(actor, wanted, now=now))
        except Invalid as refusal:
            raise Invalid({f"new_goal.{path}": said for path, said in refusal.fields.items()}) from refusal
    return tuple(tied)
