"""Tying goals to what they serve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, insert

from collab.audit import service as audit
from collab.goals.models import PREFIX, Parent
from collab.goals.queries import GoalView
from collab.goals.queries.goals import list_seen
from collab.goals.queries.metrics import metrics_of
from collab.goals.queries.ties import above, below, children_of, kinds_of, ties_of
from collab.goals.rules.moves import OPEN
from collab.goals.rules.rolling import ALL
from collab.goals.rules.shape import addable
from collab.goals.rules.tree import CONTRIBUTE, DEEPEST, Tie, closes_cycle, share_of_all
from collab.goals.service import counting, holding, rolling
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import run
from collab.kernel.errors import Invalid, NotFound, Text
from collab.kernel.keys import key_of
from collab.kernel.words import checked_reason, checked_words

_parents: Table = Parent.__table__  # type: ignore[assignment]
Wanted = Sequence[Mapping[str, Any]]


def set_parents(
    actor: Actor, key: str, parents: Wanted, *, now: datetime, version: int | None = None, reason: str | None = None
) -> None:  # fmt: skip
    """Tie a goal to these parents and to no others (`goal`, `kind`, `share` in per cent of the child). Ties to goals the actor
    may not see stay as they are. Where a running goal counts otherwise from then on, it needs a reason and is a goalpost of that
    goal that moved.

    Raises:
        Invalid: no such open goal, the same one twice, shares above 100, a cycle, too deep a tree, figures that do not add
            up, a parent that such a goal cannot have; no reason where one is needed.
        NotFound, NotAllowed, NotNow, Stale: as `holding.hold` says.
    """
    with atomic():
        held = holding.hold(actor, key, "edit", version=version)
        holding.lock_tree()
        before = ties_of([held.goal.id]).get(held.goal.id, ())
        ties = wanted_ties(actor, held.goal.id, held.goal.kind, parents, before)
        counted = counting.recounted(held.goal, before, ties)
        why = checked_reason(reason) if counted else checked_words("reason", reason)
        counting.note(held.goal, counted, actor, why, now=now)
        run(delete(_parents).where(_parents.c.child_id == held.goal.id))
        tie(held.goal.id, ties)
        holding.move(held.goal, {})
        rolling.refresh({held.goal.id, *_ids(before), *_ids(ties)}, now=now)
        audit.record(
            "set_parents", key, actor=actor, at=now, reason=why, before={"parents": said(before)},
            after={"parents": said(ties)},
        )  # fmt: skip


def tie(child: int, ties: Sequence[Tie]) -> None:
    """Write the ties of a goal."""
    rows = [{"child_id": child, "parent_id": one.parent, "kind": one.kind, "share": one.share} for one in ties]
    if rows:
        run(insert(_parents), rows)


def wanted_ties(
    actor: Actor, child: int | None, kind: str, parents: Wanted, before: Sequence[Tie] = (), unit: tuple[str, bool] | None = None
) -> list[Tie]:  # fmt: skip
    """The ties somebody asks for, checked under the lock of the tree; `child` is None for a goal that is just being written,
    `unit` then says what its main metric counts. Raises Invalid with every complaint."""
    keys = [str(entry.get("goal") or "") for entry in parents]
    seen = _seen(actor, keys)
    problems: dict[str, Text] = {}
    known = _ids(before)
    ties = [
        tie
        for number, entry in enumerate(parents)
        if (tie := _tie(f"parents.{number}", entry, seen.get(keys[number]), known, problems))
    ]
    _check_twice(keys, problems)
    hidden = _hidden(actor, before)
    ties += hidden
    if share_of_all(ties) > ALL:
        problems.setdefault("parents", Text("goal.problem.shares", {"n": share_of_all(ties)}))
    check_place(child, kind, ties, problems)
    _check_sums(child, unit, ties, problems, _ids(hidden))
    if problems:
        raise Invalid(problems)
    return ties


def check_sums(actor: Actor, child: int, unit: tuple[str, bool]) -> Text | None:
    """Whether a goal whose main metric becomes this (unit, whether a ratio) still adds up into its parents."""
    problems: dict[str, Text] = {}
    ties = ties_of([child]).get(child, ())
    _check_sums(child, unit, ties, problems, _ids(_hidden(actor, ties)))
    return problems.get("parents")


def said(ties: Sequence[Tie]) -> list[dict[str, Any]]:
    """Ties as the API writes them."""
    return [{"goal": key_of(PREFIX, one.parent), "kind": one.kind, "share": one.share} for one in ties]


def _seen(actor: Actor, keys: Sequence[str]) -> Mapping[str, GoalView]:
    found: dict[str, GoalView] = {}
    for key in dict.fromkeys(keys):
        try:
            found.update(list_seen(actor, [key]))
        except NotFound:  # no key of a goal at all
            continue
    return found


def _hidden(actor: Actor, before: Sequence[Tie]) -> list[Tie]:
    seen = list_seen(actor, [key_of(PREFIX, one.parent) for one in before]) if before else {}
    return [one for one in before if key_of(PREFIX, one.parent) not in seen]


def _tie(
    at: str, entry: Mapping[str, Any], parent: GoalView | None, known: set[int], problems: dict[str, Text]
) -> Tie | None:
    if parent is None:
        problems[f"{at}.goal"] = Text("goal.problem.unknown_goal", {"goal": entry.get("goal") or ""})
        return None
    if parent.state not in OPEN and parent.id not in known:
        problems[f"{at}.goal"] = Text("goal.problem.goal_closed", {"goal": parent.key})
    kind, share = entry.get("kind") or CONTRIBUTE, entry.get("share")
    if kind != CONTRIBUTE and share is not None:
        problems[f"{at}.share"] = Text("goal.problem.share_of_support")
    return Tie(parent.id, kind, (share or ALL) if kind == CONTRIBUTE else None)


def _check_twice(keys: Sequence[str], problems: dict[str, Text]) -> None:
    for number, key in enumerate(keys):
        if key and key in keys[:number]:
            problems[f"parents.{number}.goal"] = Text("goal.problem.twice", {"goal": key})


def check_place(child: int | None, kind: str, ties: Sequence[Tie], problems: dict[str, Text]) -> None:
    """Whether a goal of this kind can hang there: none above itself, none too deep, promises under a vision and nowhere else.
    `child` is None for a goal that is just being written. Call it under the lock of the tree."""
    _check_kinds(child, kind, ties, problems)
    up = above(_ids(ties))
    down = below([child])[child] if child is not None else {}
    closing = closes_cycle(child, _ids(ties), up) if child is not None else []
    if closing and child is not None:
        there = key_of(PREFIX, min(closing))
        problems["parents"] = Text("goal.problem.cycle", {"goal": there, "child": key_of(PREFIX, child)})
        return
    levels = max((level for way in up.values() for level in way.values()), default=0) + max(down.values(), default=1)
    if levels > DEEPEST:
        problems.setdefault("parents", Text("goal.problem.too_deep", {"most": DEEPEST}))


def _check_kinds(child: int | None, kind: str, ties: Sequence[Tie], problems: dict[str, Text]) -> None:
    if kind == "vision" and ties:
        problems["parents"] = Text("goal.problem.vision_is_root")
    if kind == "promise" and set(kinds_of(_ids(ties)).values()) - {"vision"}:
        problems["parents"] = Text("goal.problem.promise_under_vision")
    if (
        child is not None
        and kind != "vision"
        and "promise" in kinds_of(one.parent for one in children_of(child)).values()
    ):
        problems["kind"] = Text("goal.problem.promises_below")


def _check_sums(
    child: int | None, unit: tuple[str, bool] | None, ties: Sequence[Tie], problems: dict[str, Text], hidden: set[int]
) -> None:
    """Figures add up into a parent that gathers only if they are of one kind. What is hidden is not named."""
    givers = [one.parent for one in ties if one.kind == CONTRIBUTE]
    metrics = metrics_of([*givers, *([child] if child is not None else [])])
    if unit is None and child is not None:
        unit = next(((one.unit, one.is_ratio) for one in metrics.get(child, ())), None)
    if unit is None:
        return
    for parent in givers:
        for one in metrics.get(parent, ()):
            why = addable((one.unit, one.is_ratio), unit) if one.gathers else None
            if why:
                word = "sums_hidden" if parent in hidden else "sums_unit" if why == "unit" else "sums_ratio"
                args = {"goal": key_of(PREFIX, parent), "theirs": one.unit or one.name, "ours": unit[0] or "–"}
                problems.setdefault("parents", Text(f"goal.problem.{word}", {} if parent in hidden else args))


def _ids(ties: Sequence[Tie]) -> set[int]:
    return {one.parent for one in ties}
