"""Opening a round: plan the route, freeze it, seat people, ask the first of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert

from collab.approvals.models import Round, Seat
from collab.approvals.queries import current_book
from collab.approvals.rules import plan as plans
from collab.approvals.rules.book import Book
from collab.approvals.rules.plan import Organisation, Plan, Step
from collab.approvals.rules.progress import PLANNED, WAITING
from collab.approvals.rules.when import Facts
from collab.approvals.service import telling
from collab.audit import service as audit
from collab.calendars.queries import calendar_or_default
from collab.kernel import i18n
from collab.kernel.business_time import parse_span
from collab.kernel.db import run
from collab.people import queries as people

_rounds: Table = Round.__table__  # type: ignore[assignment]
_seats: Table = Seat.__table__  # type: ignore[assignment]
_OPEN = insert(_rounds).returning(_rounds.c.id)
_SEAT = insert(_seats)


@dataclass(frozen=True)
class Subject:
    """What is up for approval: whose it is, who may not decide it, which version of its content."""

    key: str
    requester: int
    barred: frozenset[int]
    content_version: int = 1


def preview(facts: Facts, *, requester: int, barred: frozenset[int], now: datetime) -> Plan:
    """The plan a submission would follow right now. Raises Invalid as submitting would."""
    _version, book = current_book()
    return _plan(book, facts, organisation(book, now), requester, barred, now)


def open_round(subject: Subject, facts: Facts, *, number: int, now: datetime) -> Plan:
    """Freeze the route of a new round and ask its first step; runs inside the caller's transaction.

    Raises:
        Invalid: no route applies, or nobody would be left to decide.
    """
    version, book = current_book()
    org = organisation(book, now)
    plan = _plan(book, facts, org, subject.requester, subject.barred, now)
    values = {
        "subject_key": subject.key, "number": number, "state": "pending", "step": 0, "version": 1,
        "content_version": subject.content_version, "requester_id": subject.requester, "barred": sorted(subject.barred),
        "route": freeze(plan), "route_version_id": version, "opened_at": now,
    }  # fmt: skip
    round_id = run(_OPEN, values).scalar_one()
    run(_SEAT, list(_seat_rows(round_id, plan, org, now)))
    telling.ask(subject.key, number, 0, [(seat.member, seat.office) for seat in plan.steps[0].seats], now=now)
    audit.record("step_started", subject.key, actor=None, at=now, details=step_details(freeze(plan), number, 0))
    return plan


def _plan(book: Book, facts: Facts, org: Organisation, requester: int, barred: frozenset[int], now: datetime) -> Plan:
    return plans.plan(book, facts, org, day=people.today(now), requester=requester, barred=barred)


def organisation(book: Book | None, now: datetime) -> Organisation:
    """The organisation of the present day, with the members and groups a book names."""
    held, day = people.organisation(now), people.today(now)
    named = (
        {seat for rule in (*book.routes, *book.overlays) for step in rule.steps for seat in step.seats}
        if book
        else set()
    )
    members = {seat.removeprefix("member:") for seat in named if seat.startswith("member:")}
    groups = {seat.removeprefix("group:") for seat in named if seat.startswith("group:")}
    return Organisation(
        offices=held.offices, leads=held.leads, absent=held.absent,
        manager_of=lambda member: people.find_manager(member, day),
        members=people.members_by_email(members) if members else {},
        groups=people.groups(groups) if groups else {},
        calendars=held.calendars,
    )  # fmt: skip


def freeze(plan: Plan) -> dict[str, Any]:
    """A plan as kept with its round: nothing in it changes when routes or people do."""
    return {"route": plan.route, "overlays": list(plan.overlays), "steps": [_frozen(step) for step in plan.steps]}


def _frozen(step: Step) -> dict[str, Any]:
    return {
        "name_en": step.name_en, "name_ja": step.name_ja, "kind": step.kind, "rule": step.rule, "keys": step.keys,
        "due": step.due, "why": [i18n.as_json(text) for text in step.why],
        "seats": [{"why": i18n.as_json(seat.why) if seat.why else None} for seat in step.seats],
    }  # fmt: skip


def step_details(route: Mapping[str, Any], number: int, step: int) -> dict[str, Any]:
    """How an audit entry names a step."""
    frozen = route["steps"][step]
    return {"round": number, "step": step + 1, "step_name": [frozen["name_en"], frozen["name_ja"]]}


def _seat_rows(round_id: int | None, plan: Plan, org: Organisation, now: datetime) -> Iterable[dict[str, Any]]:
    due = due_moments(plan.steps[0].due, _calendars(plan.steps[0], org, now), now)
    for number, step in enumerate(plan.steps):
        for position, seat in enumerate(step.seats):
            first = number == 0
            yield {
                "round_id": round_id, "step": number, "position": position, "member_id": seat.member,
                "office": seat.office, "lead_of": seat.lead_of, "instead_of_id": seat.instead_of, "state": WAITING if first else PLANNED,
                "opened_at": now if first else None, "due_at": due[seat.member] if first else None,
            }  # fmt: skip


def _calendars(step: Step, org: Organisation, now: datetime) -> dict[int, str]:
    """Whose clock runs where; holders of offices and leads are known already, others are asked for."""
    seated = [seat.member for seat in step.seats]
    others = people.presence([member for member in seated if member not in org.calendars], now)
    return {member: org.calendars[member] if member in org.calendars else others[member].calendar for member in seated}


def due_moments(span: str, calendars: Mapping[int, str], now: datetime) -> dict[int, datetime]:
    """When each member's answer is due, on their own calendar."""
    wait = parse_span(span)
    return {member: wait.due(now, calendar_or_default(code)) for member, code in calendars.items()}
