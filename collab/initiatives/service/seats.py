"""Who may lead, and the rows that say so: two people of departments of two sides, and perhaps a third for data or
infrastructure. Nobody leads twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, update

from collab.initiatives.models import Lead
from collab.initiatives.queries.sight import Held
from collab.initiatives.rules.moves import SIDES
from collab.kernel.db import run
from collab.kernel.errors import Text
from collab.people import queries as people

_leads: Table = Lead.__table__  # type: ignore[assignment]
THIRD = 3
SLOTS = (*SIDES, THIRD)
AREAS = ("data", "infrastructure")


@dataclass(frozen=True)
class Seat:
    """Somebody named to lead: for a side (slots 1 and 2), or for data or infrastructure (slot 3, `area`)."""

    slot: int
    department: str
    member: int
    area: str | None = None


def seat_of(held: Held) -> Seat:
    """What a row says, without the row."""
    return Seat(held.slot, held.department, held.member, held.area)


def named(entries: Sequence[Mapping[str, Any]], problems: dict[str, Text], *, now: datetime) -> dict[int, Seat | None]:
    """Whom `entries` name, by slot; None empties the third. Complaints go to `problems`, under `leads.N`."""
    found: dict[int, Seat | None] = {}
    for number, entry in enumerate(entries):
        slot = entry.get("slot")
        if slot not in SLOTS or slot in found:
            problems[f"leads.{number}.slot"] = Text(
                "initiative.problem.slot_twice" if slot in found else "field.required"
            )
            continue
        found[slot] = None if _empties(entry) else _one(f"leads.{number}", entry, problems, now)
    return found


def _empties(entry: Mapping[str, Any]) -> bool:
    return entry["slot"] == THIRD and not (entry.get("member") or entry.get("department"))


def _one(at: str, entry: Mapping[str, Any], problems: dict[str, Text], now: datetime) -> Seat | None:
    member = people.find_actor_by_email(entry.get("member") or "", now)
    if member is None or "member" not in member.roles:  # guests, auditors and leavers lead nothing
        problems[f"{at}.member"] = Text(
            "initiative.problem.unknown_member" if entry.get("member") else "field.required"
        )
        return None
    department = entry.get("department") or member.department
    if not department or department not in people.open_departments():
        problems[f"{at}.department"] = Text("initiative.problem.unknown_department" if department else "field.required")
    elif department not in (*member.departments, *member.leads):
        problems[f"{at}.member"] = Text("initiative.problem.other_department")
    area = entry.get("area")
    if (entry["slot"] == THIRD) != (area in AREAS):
        problems[f"{at}.area"] = Text(
            "field.required" if entry["slot"] == THIRD else "initiative.problem.area_of_third"
        )
    return Seat(entry["slot"], department or "", member.id, area)


def check_together(
    seats: Mapping[int, Seat], at: Mapping[int, str], problems: dict[str, Text], *, may_lack: Collection[int] = ()
) -> None:
    """What only shows of all leads together. `at` says under which field a slot's complaint stands (a slot that was not named
    just now has none); the slots `may_lack` may stand empty."""
    if set(SIDES) - seats.keys() - set(may_lack):
        problems.setdefault("leads", Text("initiative.problem.both_sides"))
    check_twice(seats, at, problems)
    one, other = (seats.get(slot) for slot in SIDES)
    if one is None or other is None:
        return
    where = at.get(2) or at.get(1) or "leads"
    sides = people.department_sides()
    if one.department == other.department:
        problems.setdefault(f"{where}.department", Text("initiative.problem.same_department"))
    elif sides.get(one.department) == sides.get(other.department):
        problems.setdefault(f"{where}.department", Text("initiative.problem.same_side"))


def check_twice(seats: Mapping[int, Seat], at: Mapping[int, str], problems: dict[str, Text]) -> None:
    """Nobody leads for two."""
    seen: set[int] = set()
    for slot in sorted(seats, key=lambda slot: (slot in at, slot)):  # the complaint is about whoever was named just now
        if seats[slot].member in seen:
            problems.setdefault(f"{at.get(slot, 'leads')}.member", Text("initiative.problem.same_person"))
        seen.add(seats[slot].member)


def remove(held: Iterable[Held], *, now: datetime) -> None:
    """They lead no more. What they said of the health stays with the row."""
    gone = [one.id for one in held]
    if gone:
        run(update(_leads).where(_leads.c.id.in_(gone)).values(removed_at=now))


def write(initiative: int, seats: Iterable[Seat], *, now: datetime) -> None:
    """They lead from now on."""
    rows = [
        {
            "initiative_id": initiative, "slot": one.slot, "area": one.area, "department_code": one.department,
            "member_id": one.member, "named_at": now,
        }
        for one in seats
    ]  # fmt: skip
    if rows:
        run(insert(_leads), rows)


def said(seats: Iterable[Seat]) -> list[dict[str, Any]]:
    """Leads as the API writes them, by slot."""
    ordered = sorted(seats, key=lambda one: one.slot)
    emails = people.emails_of(one.member for one in ordered)
    return [
        {"slot": one.slot, "department": one.department, "member": emails.get(one.member)}
        | ({"area": one.area} if one.area else {})
        for one in ordered
    ]
