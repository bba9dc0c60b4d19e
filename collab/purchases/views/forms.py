"""Between a page's form and the nested input every edge shares: `benefit.text` is {"benefit": {"text": ...}}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collab.goals import queries as goals
from collab.initiatives.queries import tied as initiatives
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, Text
from collab.kernel.fields import load
from collab.purchases import queries
from collab.purchases.rules import CONTENT, REQUIRABLE, value_at
from collab.purchases.schemas import PurchaseIn

FIELDS = CONTENT
BOXES = ("personal_data", "tax_included")
"""A box that is not ticked sends nothing: on a form, nothing means no."""
NEVER_EMPTY = (
    "affected.channels",
    "affected.units",
    "affected.regions",
    "billing",
    "visibility",
    "currency",
    "department",
)
"""Emptied by hand, these are left as they are."""
NO_GOAL = "-"
"""What the form sends when none of the goals fits; a reason is asked for then."""
KEPT_GOAL = "="
"""What it sends when the request keeps its goal or initiative, which whoever edits it may not see."""
GROWING = (
    "no_goal_reason",
    *(field for field in REQUIRABLE if not field.startswith(("needed_by_on", "after_the_fact"))),
)
"""Fields that appear when they are needed or hold something."""


def nested(form: Mapping[str, str]) -> dict[str, Any]:
    """What a form sent, in the shape of the schema. Fields that were not on the form are left out."""
    found: dict[str, Any] = {}
    for path in FIELDS:
        if path in BOXES:
            found[path] = "yes" if form.get(path) else "no"
        elif (path, form.get(path)) in (("goal", KEPT_GOAL), ("initiative", KEPT_GOAL)):
            continue
        elif path in form and not (path in NEVER_EMPTY and not form[path].strip()):
            _put(found, path, "" if (path, form[path]) == ("goal", NO_GOAL) else form[path])
    if not any((found.get("after_the_fact") or {"": ""}).values()):
        found["after_the_fact"] = None
    return found


def _put(into: dict[str, Any], path: str, value: str) -> None:
    part, _, name = path.rpartition(".")
    (into.setdefault(part, {}) if part else into)[name] = value


def typed(form: Mapping[str, str]) -> dict[str, str]:
    """What a person typed, to be shown again exactly so."""
    return {path: form.get(path, "") for path in FIELDS}


def written(purchase: Any, viewer: Actor) -> dict[str, str]:
    """A request as its form shows it to whoever may edit it."""
    content = queries.content_of(purchase)
    values = {path: _plain(value_at(content, path)) for path in FIELDS}
    if values["goal"] and goals.find_tied(viewer, purchase.goal_id) is None:
        values["goal"] = KEPT_GOAL
    if values["initiative"] and initiatives.find_tied(viewer, purchase.initiative_id) is None:
        values["initiative"] = KEPT_GOAL
    return {**values, "goal": NO_GOAL} if values["no_goal_reason"] and not values["goal"] else values


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)


def fields(form: Mapping[str, str]) -> dict[str, Any]:
    """The loaded input. Raises Invalid."""
    return load(PurchaseIn, nested(form))


def readable(form: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Text]]:
    """As much of a half-typed form as can be read, and what is wrong with the rest; no plan depends on the title."""
    data = {**nested(form), "title": "-"}
    wrong: dict[str, Text] = {}
    for _part in FIELDS:
        try:
            return load(PurchaseIn, data), wrong
        except Invalid as refused:
            wrong.update(refused.fields)
            for path in refused.fields:
                data.pop(path.partition(".")[0], None)
    return {}, wrong


def growing(values: Mapping[str, str], needed: Mapping[str, Any]) -> list[str]:
    """Which of the growing fields a form shows: what is needed now, and what holds something already."""
    asked = {*needed, *(["no_goal_reason"] if values.get("goal") == NO_GOAL else [])}
    return [path for path in GROWING if path in asked or values.get(path)]


def beside(wrong: Mapping[str, Text], values: Mapping[str, str]) -> dict[str, Text]:
    """What is wrong, each under the field where it can be mended: without a goal, that is the reason why there is none."""
    at = "no_goal_reason" if values.get("goal") == NO_GOAL else "goal"
    return {at if path == "goal" else path: text for path, text in wrong.items()}
