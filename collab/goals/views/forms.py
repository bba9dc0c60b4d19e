"""What the forms of goals offer, and how what was typed becomes what the schemas read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from flask import request

from collab.goals.queries import PREFIX, GoalView
from collab.goals.queries.habits import habits, today
from collab.goals.queries.metrics import MetricView
from collab.goals.queries.picking import list_parents_to_pick
from collab.goals.queries.stages import stage_names
from collab.goals.rules import KINDS, fiscal
from collab.goals.rules.progress import CONTROL
from collab.goals.rules.progress import KINDS as WAYS
from collab.goals.rules.shape import ABOUT, PER, PERIODS, ROLES
from collab.goals.rules.types import TYPES, completed
from collab.kernel.actor import Actor
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotNow, Stale
from collab.kernel.i18n import Reader
from collab.people import queries as people

GOAL = ("title", "outcome", "journey_stage", "period", "starts_on", "due_on", "kind", "visibility", "progress_from")
BOXES = ("is_ratio", "gathers")
METRIC = (
    "name", "type", "unit", "kind", "role", "baseline", "baseline_on", "target", "floor", "ceiling", "per", "period", "about",
    "places", "stale_after_days", *BOXES,
)  # fmt: skip
PARENT, PERSON = ("goal", "kind", "share"), ("member", "department")
PARENTS, PEOPLE = 4, 2
"""How many lines a form has for them at least."""

LABELS = {
    "accountable.0.member": "owner", "accountable.1.member": "second_short", "accountable": "owner", "journey_stage": "stage",
    "metric.name": "metric_name", "metric.kind": "way", "goal": "parent", "parents": "serves",
}  # fmt: skip
"""How fields are called in words where it is not by their own name."""

REFUSED = (Invalid, NotNow, NotAllowed, Stale)
"""Answers after which a form is shown again, as it was typed."""

LONGEST = 20_000
LONGEST_NUMBER = 9
_KEY = re.compile(rf"\s*({PREFIX}-[0-9]{{1,9}})(?:\s.*)?", re.IGNORECASE | re.DOTALL)


def typed(names: Iterable[str], prefix: str = "") -> dict[str, str]:
    """What a form sent under these names; a box that is not ticked says no."""
    return {
        name: request.form.get(f"{prefix}{name}", "no" if name in BOXES else "").strip()[:LONGEST] for name in names
    }


def whole(written: str) -> int | None:
    """A number from a form or an address; None for anything else."""
    return int(written) if written.isascii() and written.isdecimal() and len(written) < LONGEST_NUMBER else None


def seen_version() -> int | None:
    """The version of what was looked at, as a form sends it along."""
    return whole(request.form.get("version", ""))


def rows(prefix: str, names: Iterable[str], most: int = 20) -> list[dict[str, str]]:
    """The lines of a list that hold anything in their first field."""
    names = tuple(names)
    lines = [typed(names, f"{prefix}.{number}.") for number in range(most)]
    return [line for line in lines if line[names[0]]]


def parents() -> list[dict[str, str]]:
    """The parents a form names, by key: `G-3` or, as picked from the list, `G-3 Its title`."""
    found = rows("parents", PARENT)
    for line in found:
        key = _KEY.fullmatch(line["goal"])
        line["goal"] = key[1].upper() if key else line["goal"]
        if line["kind"] != "contribute":
            line["share"] = ""
    return found


def goal_body(values: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a goal as its schema reads them: a period that is chosen stands for both days."""
    days = ("starts_on", "due_on") if values.get("period") else ("period",)
    bare = ("kind", "visibility", "progress_from")
    return {name: value for name, value in values.items() if name not in days and (value or name not in bare)}


def metric_values(metric: MetricView) -> dict[str, str]:
    """A metric as a form shows it."""
    course = {name: getattr(metric.course, name) for name in ("kind", "baseline", "target", "floor", "ceiling")}
    found = {name: course[name] if name in course else getattr(metric, name) for name in METRIC}
    return {name: _written(value) for name, value in found.items()}


def suggested(values: Mapping[str, str]) -> dict[str, str]:
    """What the type of a metric suggests in place of what its form holds: unit, which way, how often it grows old."""
    type_ = values.get("type") or "custom"
    new = completed({"type": type_, "is_ratio": values.get("is_ratio") == "yes"})
    return {**values, **{name: _written(new[name]) for name in ("unit", "kind", "places", "stale_after_days", "per")}}


def choices(
    me: Actor, how: Reader, now: datetime, *, goal: GoalView | None = None, values: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What the selects and lists of a form offer; what it names already stays in them."""
    departments = [(row.code, how.name(row)) for row in people.list_open_departments(keep=(values or {}).values())]
    members = [
        (one.email, f"{one.name(how.locale)} · {one.email}") for one in people.list_actors(now) if "member" in one.roles
    ]
    return {
        "listed": partial(listed, how), "departments": departments, "members": members, "kinds": KINDS,
        "stages": [(row.code, how.name(row)) for row in stage_names()],
        "periods": fiscal.choices(today(now), habits().starts_month),
        "pickable": list_parents_to_pick(me, goal), **metric_choices(),
    }  # fmt: skip


def metric_choices() -> dict[str, Any]:
    """What the fields of a metric offer."""
    return {
        "types": list(TYPES), "ways": WAYS, "control": CONTROL, "roles": ROLES, "abouts": ABOUT, "pers": PER, "spans": PERIODS,
    }  # fmt: skip


def said(refused: DomainError | None, how: Reader, prefix: str = "") -> dict[str, str]:
    """What is wrong, by field, in the reader's words."""
    if refused is None:
        return {}
    if isinstance(refused, Invalid):
        return {f"{prefix}{path}": how.say(text) for path, text in refused.fields.items()}
    return {"": how.say(refused.text)}


def listed(how: Reader, scope: str, errors: Mapping[str, str]) -> list[tuple[str, str]]:
    """What to mend, for the top of a form: each complaint with the name of its field, and the end of that field's id."""
    return [(f"{scope}{path}" if path else "", f"{_label(how, path)}{said}") for path, said in errors.items()]


def _label(how: Reader, path: str) -> str:
    last = path.rpartition(".")[2]
    key = f"goal.form.{LABELS.get(path) or LABELS.get(last, last)}"
    return f"{how.say(key)}: " if last and how.knows(key) else ""


def _written(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case _ if hasattr(value, "is_finite"):
            return f"{value:f}"
    return str(value)
