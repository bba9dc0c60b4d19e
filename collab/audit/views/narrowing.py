"""What a reader looks for, from the names in an address: the same for the page, the file and the API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from collab.audit.queries import Look
from collab.audit.registry import SURFACES
from collab.kernel.errors import Invalid, Text
from collab.kernel.keys import as_typed
from collab.kernel.text import storable
from collab.subjects.registry import registry as kinds

FILTERS = ("actor", "subject", "kind", "verb", "surface", "since", "until")
OTHERS = {
    "member": "member:", "office": "office:", "department": "department:", "group": "group:", "site": "site:", "partner": "partner:",
    "routes": "routes", "calendar": "calendar:", "escalation_policies": "escalation", "channel": "channel:",
    "delivery": "delivery", "journey": "journey", "rhythm": "rhythm:", "export": "exports",
}  # fmt: skip
"""How keys begin of what no feature lists as a kind."""
LONGEST = 200


def beginnings() -> dict[str, str]:
    """Every kind of subject by its code, with how its keys begin."""
    return {**{kind.code: f"{kind.prefix}-" for kind in kinds.kinds}, **OTHERS}


def chosen_from(given: Mapping[str, str]) -> dict[str, str]:
    """Those of the filters that are given and can be meant."""
    found = {name: value for name in FILTERS if (value := given.get(name, "").strip()[:LONGEST])}
    return {name: value for name, value in found.items() if storable(value)}


def look_for(chosen: Mapping[str, str], zone: str) -> Look:
    """The days are days of the reader's zone, both inclusive. Raises Invalid, field by field."""
    problems: dict[str, Text] = {}
    begins = beginnings()
    if chosen.get("kind") and chosen["kind"] not in begins:
        problems["kind"] = Text("field.not_a_choice", {"choices": ", ".join(begins)})
    if chosen.get("surface") and chosen["surface"] not in SURFACES:
        problems["surface"] = Text("field.not_a_choice", {"choices": ", ".join(SURFACES)})
    since, until = (_day(chosen, name, problems) for name in ("since", "until"))
    if problems:
        raise Invalid(problems)
    subject = chosen.get("subject")
    return Look(
        actor=chosen["actor"].lower() if chosen.get("actor") else None, subject=(as_typed(subject) or subject) if subject else None,
        begins=begins.get(chosen.get("kind", "")), verb=chosen.get("verb"), surface=chosen.get("surface"),
        since=_begin(since, zone) if since else None, until=_begin(until, zone, 1) if until else None,
    )  # fmt: skip


def _day(chosen: Mapping[str, str], name: str, problems: dict[str, Text]) -> date | None:
    if not chosen.get(name):
        return None
    try:
        day = date.fromisoformat(chosen[name])
    except ValueError:
        problems[name] = Text("field.not_a_day")
        return None
    if not date(2000, 1, 1) <= day <= date(2999, 12, 31):
        problems[name] = Text("field.not_a_day")
        return None
    return day


def _begin(day: date, zone: str, days: int = 0) -> datetime:
    """The first moment of a day, or of the one so many days later."""
    return datetime.combine(day + timedelta(days=days), time(), ZoneInfo(zone)).astimezone(UTC)
