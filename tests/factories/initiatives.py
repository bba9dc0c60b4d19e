"""Joint initiatives as rows, quickly: no service, no message, no audit entry.

key = an_initiative(company)                                  # I-1, an idea of marketing (cmo) and IT (cio), serving G-1
an_initiative(company, state="active", leads=("mika", "kenji"), third=("data", "admin"), participants=("nao",))
an_initiative(company, visibility="involved", goals=(narrowed,), guests=("agency",))
initiative_fields(title="...")                                # the same as somebody would write it over the API
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select

from collab.goals.models import Stage
from collab.initiatives import queries
from collab.initiatives.models import Initiative, InitiativeGoal, Lead, Participant
from collab.initiatives.queries import InitiativeView
from collab.initiatives.rules.moves import RUNNING
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.people.queries import emails_of
from collab.subjects.models import Subject
from tests.factories.company import Company, address

TITLE = "Stock of the store on the phone"
PROBLEM = "Customers drive to a store for what is not there"
STAGE = "buy"
CLOSING = {
    "result": "achieved",
    "outcome": "One visit in three fewer was for nothing.",
    "lesson": "Ask the stores first.",
}


def initiative_fields(**changes: Any) -> dict[str, Any]:
    """What somebody writes to begin one; None leaves a field out. The stage must be there: `a_stage(company)`."""
    fields: dict[str, Any] = {
        "title": TITLE, "problem": PROBLEM, "journey_stage": STAGE, "goals": ["G-1"],
        "leads": [lead(1, "marketing", "cmo"), lead(2, "it", "cio")], **changes,
    }  # fmt: skip
    return {name: value for name, value in fields.items() if value is not None}


def lead(slot: int, department: str, name: str, area: str | None = None) -> dict[str, Any]:
    """A lead as somebody names them."""
    return {"slot": slot, "department": department, "member": address(name), **({"area": area} if area else {})}


def an_initiative(
    company: Company,
    title: str = TITLE,
    *,
    leads: Iterable[str] = ("cmo", "cio"),
    third: tuple[str, str] | None = None,
    participants: Iterable[str] = (),
    guests: Iterable[str] = (),
    goals: Iterable[str] = ("G-1",),
    state: str = "idea",
    by: str | None = None,
    departments: Mapping[str, str] | None = None,
    **more: Any,
) -> str:
    """The key of an initiative as rows. `leads` by name, slots 1 and 2, each for their first department (or the one
    `departments` says by name); `third` is (area, name); `guests` take part without a department."""
    leads = list(leads)
    named: dict[int, tuple[str, str | None]] = {slot: (name, None) for slot, name in enumerate(leads, 1)}
    if third:
        named[3] = (third[1], third[0])
    creator = company.id(by or leads[0])
    a_stage(company)
    with company.indoors(), atomic() as unit:
        row = Initiative(title=title, state=state, created_by_id=creator, created_at=company.now,
                         **{**_base(company, state), **more})  # fmt: skip
        unit.session.add(row)
        unit.session.flush()
        unit.session.add(_subject(row.key, company))
        for slot, (name, area) in named.items():
            home = (departments or {}).get(name) or company.member(name).department
            unit.session.add(Lead(initiative_id=row.id, slot=slot, area=area, department_code=home,
                                  member_id=company.id(name), named_at=company.now))  # fmt: skip
        for name in (*participants, *guests):
            home = None if name in tuple(guests) else company.member(name).department
            unit.session.add(Participant(initiative_id=row.id, member_id=company.id(name), department_code=home,
                                         added_by_id=creator, added_at=company.now))  # fmt: skip
        unit.session.add_all(
            InitiativeGoal(initiative_id=row.id, goal_id=number(key), linked_by_id=creator, linked_at=company.now)
            for key in goals
        )
        return row.key


def _base(company: Company, state: str) -> dict[str, Any]:
    ends = {**CLOSING, "closed_at": company.now} if state == "closed" else {}
    runs = {"started_at": company.now} if state in (*RUNNING, "closed") else {}
    return {"problem": PROBLEM, "journey_stage": STAGE, **ends, **runs}


def _subject(key: str, company: Company) -> Subject:
    return Subject(key=key, kind="initiative", audit_seq=0, audit_hash="", indexed_seq=0, created_at=company.now)


def seen(company: Company, key: str) -> InitiativeView:
    """The initiative as it stands, whoever may see it."""
    with company.indoors():
        db.session.rollback()
        found = queries.find_initiative(key)
        assert found is not None
        return found


def led_by(company: Company, key: str) -> dict[int, str]:
    """Who leads it, by slot, as the tests call them."""
    view = seen(company, key)
    with company.indoors():
        emails = emails_of(held.member for held in view.leads)
        return {held.slot: emails[held.member].partition("@")[0] for held in view.leads}


def a_stage(company: Company, code: str = STAGE) -> str:
    """A journey stage, once; the small company has none by itself. Returns its code."""
    with company.indoors(), atomic() as unit:
        if unit.session.get(Stage, code) is None:
            last = unit.session.scalar(select(func.max(Stage.position))) or 0
            unit.session.add(Stage(code=code, position=last + 1, name_en=code.title(), name_ja="購入", version=1))
    return code


def number(key: str) -> int:
    """The row's id of a key."""
    return int(key.partition("-")[2])
