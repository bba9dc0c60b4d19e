"""The charter as a paper to sign: what stands on it, what a reader may see of it, and how it is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from collab.goals import queries as goals
from collab.goals.queries.stages import stage_names
from collab.initiatives.queries.charters import PAPER, CharterView, find_charter, sheet_content
from collab.initiatives.queries.initiatives import InitiativeView, find_initiative
from collab.initiatives.rules.chartering import without_goals
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.keys import key_of
from collab.people import queries as people
from collab.signatures.queries import SheetView
from collab.signatures.registry import Paper

Content = Mapping[str, Any]
_ROWS = ("vision", "customer_outcome", "scope", "out_of_scope")


def content_now(initiative: InitiativeView, charter: CharterView) -> dict[str, Any]:
    """What would stand on the sheet if it were laid out now."""
    found = {one: goals.find_goal(key_of(goals.PREFIX, one)) for one in initiative.goals}
    return sheet_content(initiative, charter, {one: goal.title for one, goal in found.items() if goal})


def current(sheet: SheetView) -> Content | None:
    """What the paper of a sheet says now. A goal that was only renamed is the goal both meant."""
    initiative = find_initiative(sheet.subject_key)
    charter = find_charter(initiative.id) if initiative else None
    if initiative is None or charter is None:
        return None
    now = content_now(initiative, charter)
    same = now["goals"] == sheet.content.get("goals")
    return {**now, "goal_titles": sheet.content["goal_titles"]} if same else now


def shown(viewer: Actor, content: Content) -> Content:
    """A sheet without the goals the viewer may not see."""
    keys = list(content.get("goals", ()))
    left = goals.without_hidden(viewer, [{"goals": keys}])[0]["goals"] if keys else []
    hidden = set(keys) - set(left)
    return without_goals(content, hidden) if hidden else content


def rows(content: Content, reader: Reader) -> Sequence[tuple[str, str]]:
    """What stands on a charter, in the reader's words: the customer first, then what both promise."""
    stages = {stage.code: stage for stage in stage_names()}
    stage = stages.get(content.get("journey_stage", ""))
    found = [
        (reader.say("initiative.charter.field.title"), content.get("title", "")),
        (reader.say("initiative.charter.field.problem"), content.get("problem", "")),
        (
            reader.say("initiative.charter.field.journey_stage"),
            reader.name(stage) if stage else content.get("journey_stage", ""),
        ),
        *((reader.say(f"initiative.charter.field.{name}"), content.get(name, "")) for name in _ROWS),
        (reader.say("initiative.charter.field.goals"), "\n".join(_goal_lines(content))),
        *_lead_rows(content, reader),
    ]
    return [(label, text) for label, text in found if text]


def _goal_lines(content: Content) -> list[str]:
    pairs = zip(content.get("goals", ()), content.get("goal_titles", ()), strict=False)
    return [f"{key} {title}".strip() for key, title in pairs]


def _lead_rows(content: Content, reader: Reader) -> list[tuple[str, str]]:
    leads = content.get("leads", ())
    names = people.names_by_email(one["member"] for one in leads)
    units = {row.code: row for row in people.list_departments()}
    found = []
    for one in leads:
        unit = reader.name(units[one["department"]]) if one["department"] in units else one["department"]
        who = reader.name(names[one["member"]]) if one["member"] in names else one["member"]
        word = f"area_{one['area']}" if one.get("area") else "lead"
        found.append((reader.say(f"initiative.charter.field.{word}", unit=unit), who))
        brings = "brings" if word == "lead" else f"brings_{one['area']}"
        found.append((reader.say(f"initiative.charter.field.{brings}", unit=unit), one.get("brings", "")))
    return found


CHARTER = Paper(
    PAPER, "initiative.charter.name", lambda sheet: f"/initiatives/{sheet.subject_key}/charter", rows=rows, shown=shown,
    current=current,
)  # fmt: skip
"""How the charter is told to signatures."""

__all__ = ["CHARTER", "content_now", "current", "rows", "shown"]
