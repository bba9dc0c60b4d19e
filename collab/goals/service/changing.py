"""Changing what a goal says: freely while it is written, with a reason and in the open once it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from collab.audit import service as audit
from collab.goals.queries import GoalView
from collab.goals.queries.ties import ties_of
from collab.goals.rules.moves import BEFORE
from collab.goals.service import holding, linking, material, rolling
from collab.goals.service.content import check_days, columns, plain
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, Text

GOALPOSTS = {"due": ("starts_on", "due_on"), "metric": ("progress_from", "kind")}
"""Which columns move which goalpost."""

PROMISED = ("title", "outcome")
"""What a running goal says in words: changed with a reason only, and told."""


def change(
    actor: Actor, key: str, fields: Mapping[str, Any], *, now: datetime, version: int | None = None, reason: str | None = None
) -> None:  # fmt: skip
    """Change what `fields` name; what stays the same is no change. Before a goal runs, another due day or way of counting
    voids what others accepted; on a running goal it moves a goalpost. After its due day every change is a late edit.

    Raises:
        Invalid: as `creating.create`; no reason where one is needed; the kind of a running goal.
        NotFound, NotAllowed, NotNow, Stale: as `holding.hold` says.
    """
    with atomic():
        held = holding.hold(actor, key, "edit", version=version)
        values = _values(held.goal, fields, now)
        if not values:
            return
        before = {name: getattr(held.goal, name) for name in values}
        moved = {kind: _pair(before, values, names) for kind, names in GOALPOSTS.items()}
        edits = {kind: pair for kind, pair in moved.items() if pair[1]}
        words = _pair(before, values, PROMISED)
        if "progress_from" in values:
            holding.lock_tree()  # before the row is written: whoever holds the tree may be about to write it
        why = material.conclude(
            held.goal, edits, values, actor=actor, now=now, reason=reason, words=words if words[1] else None
        )
        if "progress_from" in values:
            rolling.refresh([held.goal.id], now=now)
        audit.record("change", key, actor=actor, at=now, reason=why, before=plain(before), after=plain(values))


def _pair(before: Mapping[str, Any], after: Mapping[str, Any], names: Sequence[str]) -> material.Pair:
    changed = [name for name in names if name in after]
    return {name: before[name] for name in changed}, {name: after[name] for name in changed}


def _values(goal: GoalView, fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The columns that become something else. Raises Invalid."""
    problems: dict[str, Text] = {}
    given = columns(fields, problems, now=now)
    check_days(given.get("starts_on", goal.starts_on), given.get("due_on", goal.due_on), problems)
    values = {name: value for name, value in given.items() if value != getattr(goal, name)}
    if "kind" in values and not problems:
        _check_kind(goal, values["kind"], problems)
    if problems:
        raise Invalid(problems)
    return values


def _check_kind(goal: GoalView, kind: str, problems: dict[str, Text]) -> None:
    """What hangs where it hangs must be able to hang there as something else."""
    if goal.state not in BEFORE:
        problems["kind"] = Text("goal.problem.kind_runs")
        return
    holding.lock_tree()
    ties = ties_of([goal.id]).get(goal.id, ())
    linking.check_place(goal.id, kind, ties, problems)
