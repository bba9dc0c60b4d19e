"""What was changed of a goal since one of its owners said yes to it, for them to read before they say it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collab.audit.queries import Event
from collab.audit.views.values import Words
from collab.goals.queries import GoalView
from collab.goals.queries.history import list_changes_since_yes
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader

LABELS = {
    "title": "title", "outcome": "outcome", "starts_on": "starts_on", "due_on": "due_on", "kind": "kind", "progress_from": "progress_from",
    "journey_stage": "stage", "name": "metric_name", "unit": "unit", "baseline": "baseline", "baseline_on": "baseline_on", "target": "target",
    "floor": "floor", "ceiling": "ceiling",
}  # fmt: skip
"""Of what changes are told, by the name of the field, and its word in the goal's form."""
Place = tuple[str, str]


def since_yes(me: Actor, goal: GoalView, how: Reader) -> list[tuple[str, str, str]]:
    """Label, before, after of every field that reads otherwise than when they said yes; what was changed back is left out."""
    first: dict[Place, Any] = {}
    last: dict[Place, Any] = {}
    for event in list_changes_since_yes(me, goal):
        before, after = event.before or {}, event.after or {}
        for name in LABELS:
            if name in before or name in after:
                place = _place(event), name
                first.setdefault(place, before.get(name))
                last[place] = after.get(name)
    return [
        (_label(place, first, last, how), _said(place[1], first[place], how), _said(place[1], now, how))
        for place, now in last.items()
        if first[place] != now
    ]


def _place(event: Event) -> str:
    """The goal itself, or one of its metrics."""
    details: Mapping[str, Any] = event.details or {}
    return str(details.get("metric") or "")


def _label(place: Place, first: Mapping[Place, Any], last: Mapping[Place, Any], how: Reader) -> str:
    label, metric = how.say(f"goal.form.{LABELS[place[1]]}"), (place[0], "name")
    named = last.get(metric) or first.get(metric)
    return how.say("list.aside", what=label, more=named) if place[0] and place[1] != "name" and named else label


def _said(name: str, value: Any, how: Reader) -> str:
    word = f"goal.{name}.{value}"
    return how.say(word) if isinstance(value, str) and how.knows(word) else Words(how).shown(value)
