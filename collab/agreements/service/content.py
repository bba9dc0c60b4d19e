"""From what a person wrote to what a row holds: people and departments found, the cadence checked, complaints by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from collab.agreements import rules
from collab.goals import queries as goals
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, Text
from collab.people import queries as people

SIDES = ("giver", "receiver")
FURTHEST = timedelta(days=3660)
"""Ten years: a day further away, or longer ago, is a slip of the pen."""


def columns(actor: Actor, fields: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """The columns that loaded fields set. Raises Invalid with every complaint."""
    problems: dict[str, Text] = {}
    values = {name: fields.get(name) for name in ("title", "data", "purpose")}
    values.update(_cadence(fields, problems, people.today(now)))
    values["goal_id"] = _goal(actor, fields.get("goal"), problems)
    for side in SIDES:
        values.update(_side(side, fields.get(side) or {}, problems, now))
    _check_two(values, problems)
    if problems:
        raise Invalid(problems)
    return values


def _side(side: str, given: Mapping[str, Any], problems: dict[str, Text], now: datetime) -> dict[str, Any]:
    """A department and its person; nobody named is the department's lead."""
    code = str(given.get("department") or "")
    if code not in people.open_departments():
        problems[f"{side}.department"] = Text("agreement.problem.unknown_department" if code else "field.required")
        return {}
    email = given.get("member")
    if not email:
        lead = people.organisation(now).leads.get(code)
        if lead is None:
            problems[f"{side}.member"] = Text("agreement.problem.nobody_leads")
        return {f"{side}_code": code, f"{side}_id": lead}
    member = people.find_actor_by_email(email, now)
    problem = why_not_named(member, code)
    if problem:
        problems[f"{side}.member"] = problem
    return {f"{side}_code": code, f"{side}_id": member.id if member else None}


def why_not_named(member: Actor | None, department: str) -> Text | None:
    """Why somebody cannot stand for a department, None if they can."""
    if member is None or "member" not in member.roles:
        return Text("agreement.problem.unknown_member")
    if department not in (*member.departments, *member.leads):
        return Text("agreement.problem.other_department")
    return None


def _check_two(values: Mapping[str, Any], problems: dict[str, Text]) -> None:
    """Two departments and two people: nobody agrees with themselves."""
    giver, receiver = values.get("giver_code"), values.get("receiver_code")
    if giver and giver == receiver:
        problems["receiver.department"] = Text("agreement.problem.same_department")
    elif values.get("giver_id") and values.get("giver_id") == values.get("receiver_id"):
        problems["receiver.member"] = Text("agreement.problem.same_person")


def _goal(actor: Actor, key: str | None, problems: dict[str, Text]) -> int | None:
    goal = goals.find_seen(actor, key) if key else None
    if key and goal is None:
        problems["goal"] = Text("agreement.problem.unknown_goal", {"goal": key})
    elif goal and not goal.live:
        problems["goal"] = Text("agreement.problem.goal_not_live", {"goal": key})
    return goal.id if goal else None


def _cadence(fields: Mapping[str, Any], problems: dict[str, Text], today: date) -> dict[str, Any]:
    given = fields.get("cadence") or {}
    unit, weekday, day = given.get("unit"), given.get("weekday"), given.get("day")
    starts_on, ends_on = fields.get("starts_on") or today, fields.get("ends_on")
    wrong = {
        "starts_on": "too_far" if abs(starts_on - today) > FURTHEST else "",
        "ends_on": _wrong_end(starts_on, ends_on, today),
        "cadence.weekday": "weeks_only" if weekday and unit != rules.WEEK else "",
        "cadence.day": "months_only" if day and unit != rules.MONTH else "",
    }
    problems.update({path: Text(f"agreement.problem.{word}") for path, word in wrong.items() if word})
    return {
        "every": given.get("every") or 1, "unit": unit, "day": day, "starts_on": starts_on, "ends_on": ends_on,
        "weekday": rules.WEEKDAYS.index(weekday) if weekday else None,
    }  # fmt: skip


def _wrong_end(starts_on: date, ends_on: date | None, today: date) -> str:
    if ends_on is None:
        return ""
    if ends_on - today > FURTHEST:
        return "too_far"
    return "days_reversed" if ends_on < starts_on else "over_already" if ends_on < today else ""
