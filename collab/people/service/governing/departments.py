"""Departments: who leads one from a day, a new one, its side, its last day."""

from __future__ import annotations

from collab.controls.registry import Around, Picture
from collab.kernel.errors import Text
from collab.people.queries.snapshot import Thing
from collab.people.rules import ONE_DAY, succeed
from collab.people.service.governing.base import (
    Fields,
    cannot_hold,
    holder_on,
    iso,
    picture,
    refuse,
    unknown,
    write,
)

LEAD, ADD, SIDE, CLOSE = "department.lead", "department.add", "department.side", "department.close"


def check_lead(fields: Fields, around: Around) -> Picture:
    """A member is to lead a department."""
    org = picture()
    code, email = fields["department"], fields["member"]
    refuse({"department": unknown(org.departments, code), "member": cannot_hold(org, email)})
    held = holder_on(org.leads[code], around.day)
    before = {"lead": held.holder if held else None}
    return Picture(f"department:{code}", "department", before, {"lead": email}, frozenset({org.ids[email]}))


def lead(fields: Fields, around: Around) -> None:
    """Write it, from the day it counts."""
    org = picture()
    succeed(org.leads[fields["department"]], fields["member"], around.day)
    write(org, around.now)


def check_add(fields: Fields, _around: Around) -> Picture:
    """A department that is not there yet, with its lead perhaps."""
    org = picture()
    code, email = fields["code"], fields.get("lead")
    taken = Text("control.problem.known_already", {"code": code}) if code in org.departments else None
    refuse({"code": taken, "lead": cannot_hold(org, email) if email else None})
    after = {name: fields[name] for name in ("name_en", "name_ja", "side")}
    favours = frozenset({org.ids[email]} if email else ())
    return Picture(f"department:{code}", "department", {}, {**after, **({"lead": email} if email else {})}, favours)


def add(fields: Fields, around: Around) -> None:
    """Write it, and its lead from the same day."""
    org = picture()
    code = fields["code"]
    values = {**{name: fields[name] for name in ("name_en", "name_ja", "side")}, "closed_on": None}
    org.departments[code] = Thing(values, new=True, touched=True)
    if fields.get("lead"):
        succeed(org.leads[code], fields["lead"], around.day)
    write(org, around.now)


def check_side(fields: Fields, _around: Around) -> Picture:
    """A department is to belong to another side: what needs both sides is asked of other people then."""
    org = picture()
    code = fields["department"]
    refuse({"department": unknown(org.departments, code)})
    before = {"side": org.departments[code].values["side"]}
    return Picture(f"department:{code}", "department", before, {"side": fields["side"]})


def take_side(fields: Fields, around: Around) -> None:
    """Write it."""
    org = picture()
    thing = org.departments[fields["department"]]
    thing.values["side"], thing.touched = fields["side"], True
    write(org, around.now)


def check_close(fields: Fields, around: Around) -> Picture:
    """A department is to have its last day before the day it counts from; what it still holds stands in the way then."""
    org = picture()
    code = fields["department"]
    refuse({"department": unknown(org.departments, code)})
    before = {"closed_on": iso(org.departments[code].values["closed_on"])}
    after = {"closed_on": before["closed_on"] or iso(around.day)}
    return Picture(f"department:{code}", "department", before, after)


def close(fields: Fields, around: Around) -> None:
    """Write it: nothing new is asked of it, nobody leads it."""
    org = picture()
    code = fields["department"]
    thing = org.departments[code]
    thing.values["closed_on"], thing.touched = around.day, True
    for held in org.leads[code]:
        if held.from_on >= around.day:
            held.void = held.touched = True
        elif held.runs_on(around.day):
            held.end(around.day - ONE_DAY)
    write(org, around.now)


def obstacles(code: str, fields: Fields, around: Around) -> list[Text]:
    """Whoever still has a post there on the day."""
    if code != CLOSE:
        return []
    org, department = picture(), fields["department"]
    here = [
        email
        for email, held in org.posts.items()
        if org.is_active(email) and any(row.holder == department and row.runs_on(around.day) for row in held)
    ]
    return [Text("control.obstacle.posts", {"n": len(here)})] if here else []
