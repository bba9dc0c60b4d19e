"""The forms of initiatives: fields as people type them, and as the services take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from collab.goals import queries as goals
from collab.goals.queries.stages import stage_names
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid
from collab.people import queries as people
from collab.web.identity import reader

KINDS = ("delivery", "experiment")
SLOTS = (1, 2, 3)
GOALS = ("goals.0", "goals.1", "goals.2")
WORDS = ("problem", "journey_stage", "title", "kind", "hypothesis", "measured_by", "stops_on", "visibility")
LEADS = ("lead.1", "lead.2", "lead.3", "home.1", "home.2", "home.3", "area")
FIELDS = (*WORDS, *GOALS, *LEADS)


def written(typed: Mapping[str, str]) -> dict[str, Any]:
    """A new initiative as the API takes it."""
    fields: dict[str, Any] = {name: typed[name] for name in WORDS if typed.get(name)}
    return {
        **fields,
        "goals": list(dict.fromkeys(typed[name] for name in GOALS if typed.get(name))),
        "leads": leads(typed),
    }


def words(typed: Mapping[str, str]) -> dict[str, Any]:
    """What the form of an edit says: what was emptied is taken away, and refused where it is needed."""
    fields: dict[str, Any] = {name: value or None for name, value in typed.items() if name in WORDS}
    return {name: value for name, value in fields.items() if value is not None or name not in ("kind", "visibility")}


def leads(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Who leads it, by slot; for their own department where no other is named."""
    named = [slot for slot in SLOTS if typed.get(f"lead.{slot}") or typed.get(f"home.{slot}")]
    found = [
        {"slot": slot, "department": typed.get(f"home.{slot}") or None, "member": typed.get(f"lead.{slot}") or None}
        for slot in named
    ]
    return [{**one, "area": typed.get("area") or None} if one["slot"] == SLOTS[-1] else one for one in found]


def errors(refused: Invalid | None, typed: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by field of the form: the services count leads from 0 in the order they were named in."""
    if refused is None:
        return {}
    how = reader()
    slots = [one["slot"] for one in leads(typed)]
    return {_field(path, slots): how.say(text) for path, text in refused.fields.items()}


def _field(path: str, slots: Sequence[int]) -> str:
    first, _, rest = path.partition(".")
    number, _, name = rest.partition(".")
    if first != "leads" or not number.isdecimal() or int(number) >= len(slots):
        return path
    slot = slots[int(number)]
    if name == "area":
        return "area"
    return f"home.{slot}" if name == "department" else f"lead.{slot}"


def context(me: Actor, values: Mapping[str, Any], refused: Invalid | None = None) -> dict[str, Any]:
    """What the templates of the forms read."""
    how = reader()
    wrong = errors(refused, {name: str(values.get(name) or "") for name in FIELDS})
    return {
        "values": values, "errors": wrong, "listed": list(wrong.items()), "kinds": KINDS,
        "departments": people.list_open_departments(keep=values.values()),
        "stages": [(one.code, how.name(one)) for one in stage_names()], "members": members(), "goals": live_goals(me),
    }  # fmt: skip


def members() -> list[tuple[str, str]]:
    """Who may lead, by name and department."""
    how = reader()
    units = {row.code: how.name(row) for row in people.list_departments()}
    return [
        (one.email, " · ".join(filter(None, (one.name(how.locale), units.get(one.department or "", "")))))
        for one in people.list_actors(clock.now())
        if "member" in one.roles and not one.is_auditor
    ]


def everybody() -> list[tuple[str, str]]:
    """Who may take part: members, and guests with their company's address."""
    how = reader()
    guests = [one for one in people.list_actors(clock.now()) if one.is_partner and one.active]
    return [*members(), *((one.email, f"{one.name(how.locale)} · {one.email}") for one in guests)]


def live_goals(me: Actor) -> list[tuple[str, str]]:
    """Goals an initiative may serve, as far as the member sees them."""
    return [(goal.key, f"{goal.key} {goal.title}") for goal in goals.list_goals(me, live=True)]
