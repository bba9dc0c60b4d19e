"""From what a person wrote about an initiative to what its row holds, complaints by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from collab.goals.queries.habits import today
from collab.goals.queries.stages import find_stage
from collab.kernel.errors import Invalid, Text
from collab.kernel.words import checked_words

KINDS, VISIBLE = ("delivery", "experiment"), ("company", "involved")
TITLE, MEASURE, LONG = 200, 1000, 4000
EXPERIMENT = "experiment"
LEARNT_BY = ("hypothesis", "measured_by", "stops_on")
"""What an experiment says before it begins."""
NEEDED = ("title", "problem", "journey_stage")
"""It starts from the customer: none of these is ever empty."""
WORDS = {"title": TITLE, "problem": LONG, "hypothesis": LONG, "measured_by": MEASURE}
PLAIN = ("kind", "visibility")
FURTHEST = timedelta(days=36525)


def columns(fields: Mapping[str, Any], problems: dict[str, Text]) -> dict[str, Any]:
    """The columns that `fields` set; complaints go to `problems`."""
    values: dict[str, Any] = {name: fields[name] for name in PLAIN if fields.get(name)}
    for name, longest in WORDS.items():
        if name in fields:
            values[name] = _words(name, fields[name], longest, problems)
    if "stops_on" in fields:
        values["stops_on"] = fields["stops_on"]
    if "journey_stage" in fields:
        values["journey_stage"] = _stage(fields["journey_stage"], problems)
    for name in NEEDED:
        if name in values and values[name] is None:
            problems.setdefault(name, Text("field.required"))
    return values


def check_whole(values: Mapping[str, Any], problems: dict[str, Text], *, now: datetime, new_day: bool) -> None:
    """What only shows of the whole: an experiment says what it is to find out, how, and until when; `new_day`: that day was
    written just now."""
    if values.get("kind") == EXPERIMENT:
        for name in LEARNT_BY:
            if not values.get(name):
                problems.setdefault(name, Text("initiative.problem.experiment_needs"))
    day: date | None = values.get("stops_on")
    if day and new_day and not today(now) < day < today(now) + FURTHEST:
        problems.setdefault("stops_on", Text("initiative.problem.day_over"))


def _words(name: str, words: str | None, longest: int, problems: dict[str, Text]) -> str | None:
    try:
        return checked_words(name, words, longest=longest)
    except Invalid as refused:
        problems.update(refused.fields)
        return None


def _stage(code: str | None, problems: dict[str, Text]) -> str | None:
    if code and find_stage(code) is None:
        problems["journey_stage"] = Text("initiative.problem.unknown_stage")
    return code or None


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON keeps them."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
