"""Opening a round: plan the route, freeze it, seat people, ask the first of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert

from collab.approvals.models import Round, Seat
from collab.approvals.queries import current_book
from collab.approvals.rules import plan as plans
from collab.approvals.rules.asking import numbered
from collab.approvals.rules.book import Book
from collab.approvals.rules.plan import UNDRAWN, Organisation, Plan, Step
from collab.approvals.rules.progress import WAITING, SeatNow, settle, spec_of
from collab.approvals.rules.when import Facts
from collab.approvals.service import automatic, carrying, reading, telling
from collab.audit import service as audit
from collab.calendars.queries import calendar_or_default
from collab.kernel import i18n
from collab.kernel.business_time import parse_span
from collab.kernel.company import company
from collab.kernel.db import run
from collab.people import queries as people

_rounds: Table = Round.__table__  # type: ignore[assignment]
_seats: Table = Seat.__table__  # type: ignore[assignment]
_OPEN = insert(_rounds).returning(_rounds.c.id)
_SEAT = insert(_seats)


@dataclass(frozen=True)
class Subject:
    """What is up for approval: whose it is, who may not decide it, which version of its content.

    `content` is what is submitted, kept with the round; `material` says whether something that earlier decisions rested
    on has changed since the last submission: then none of them stands.
    """

    key: str
    requester: int
    barred: frozenset[int]
    content_version: int = 1
    content: Mapping[str, Any] | None = None
    material: bool = True


def preview(facts: Facts, *, requester: int, barred: frozenset[int], now: datetime) -> Plan:
    """The plan a submission would follow right now. Raises Invalid as submitting would."""
    _version, book = current_book()
    return _plan(book, facts, organisation(book, now), requester, barred, now)


def open_round(subject: Subject, facts: Facts, *, number: int, now: datetime) -> Plan:
    """Freeze the route of a new round and ask its first step, or end it at once where the route decides by itself; runs inside
    the caller's transaction.

    Raises:
        Invalid: the book refuses it, no route applies, or nobody would be left to decide.
    """
    version, book = current_book()
    org = organisation(book, now)
    drawn = automatic.draw(subject.key, number)
    plan = _plan(book, facts, org, subject.requester, subject.barred, now, draw=drawn)
    route = freeze(plan, facts)
    values = _round_row(subject, route, version, number, now)
    if plan.auto:
        round_id = run(_OPEN, {**values, "state": "approved", "ended_at": now}).scalar_one()
        due = due_moments(plan.review_due, _calendars([seat.member for seat in plan.review], org, now), now)
        automatic.conclude(subject.key, number, round_id, subject.requester, plan, due, now=now)
        return plan
    kept = {} if subject.material or number == 1 else carrying.find(subject.key, subject.barred, plan, route)
    rows = list(_seat_rows(plan, route, org, now, kept))
    first = min((row["step"] for row in rows if row["state"] == WAITING), default=0)
    round_id = run(_OPEN, {**values, "step": first}).scalar_one()
    run(_SEAT, [{**row, "round_id": round_id} for row in rows])
    carrying.tell(subject.key, number, kept, now=now)
    reading.put_first(subject.key, number, round_id, route, rows, now=now)
    _tell_first(subject.key, number, route, rows, now)
    return plan


def _round_row(subject: Subject, route: Mapping[str, Any], version: int, number: int, now: datetime) -> dict[str, Any]:
    return {
        "subject_key": subject.key, "number": number, "state": "pending", "step": 0, "version": 1,
        "content_version": subject.content_version, "requester_id": subject.requester, "barred": sorted(subject.barred),
        "route": route, "route_version_id": version, "content": subject.content, "opened_at": now,
    }  # fmt: skip


def _tell_first(
    key: str, number: int, route: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], now: datetime
) -> None:
    """Everybody who is asked at once hears; the trail says the whole way, and who is asked first."""
    opened = [row for row in rows if row["state"] == WAITING]
    way = people.addresses(who for row in rows for who in (row["member_id"], row["instead_of_id"]) if who)
    for step in sorted({row["step"] for row in opened}):
        here = [row for row in opened if row["step"] == step]
        asked = seats_asked((row["member_id"], row["office"], row["instead_of_id"], row["due_at"]) for row in here)
        after: dict[str, Any] = {"seats": asked}
        if step == min(row["step"] for row in opened):
            after["way"] = [step_of_way(frozen, number_, rows, way) for number_, frozen in enumerate(route["steps"])]
        audit.record("step_started", key, actor=None, at=now, after=after, details=step_details(route, number, step))
        telling.ask(key, number, step, [(row["member_id"], row["office"]) for row in here], now=now)


def step_of_way(
    step: Mapping[str, Any], number: int, rows: Sequence[Mapping[str, Any]], way: Mapping[int, str]
) -> dict[str, Any]:
    """A step as the trail keeps it: enough to tell the whole round again."""
    here = [row for row in rows if row["step"] == number]
    plain = {name: step[name] for name in ("name_en", "name_ja", "kind", "rule", "keys", "block", "branch", "join")}
    return {
        **plain,
        "step": number + 1,
        "seats": [
            {
                "member": way.get(row["member_id"]),
                "office": row["office"],
                "instead_of": way.get(row.get("instead_of_id") or 0),
                "veto": bool(step["seats"][row["position"]].get("veto")) if "position" in row else False,
            }
            for row in here
        ],
    }


def seats_asked(seats: Iterable[tuple[int, str | None, int | None, datetime | None]]) -> list[dict[str, Any]]:
    """Seats as a `step_started` entry names them: who is asked, for which office, instead of whom, until when."""
    asked = list(seats)
    known = people.addresses(member for seat in asked for member in (seat[0], seat[2]) if member)
    return [
        {
            "member": known.get(member), "office": office, "instead_of": known.get(instead) if instead else None,
            "due_at": due_at.isoformat() if due_at else None,
        }
        for member, office, instead, due_at in asked
    ]  # fmt: skip


def _plan(
    book: Book,
    facts: Facts,
    org: Organisation,
    requester: int,
    barred: frozenset[int],
    now: datetime,
    *,
    draw: float = UNDRAWN,
) -> Plan:
    return plans.plan(book, facts, org, day=people.today(now), requester=requester, barred=barred, draw=draw)


def organisation(book: Book | None, now: datetime) -> Organisation:
    """The organisation of the present day; the members and groups a book names are looked up once a step asks for them."""
    held, day = people.organisation(now), people.today(now)
    named = book.seats() if book else set()
    members = {seat.removeprefix("member:") for seat in named if seat.startswith("member:")}
    groups = {seat.removeprefix("group:") for seat in named if seat.startswith("group:")}
    return Organisation(
        offices=held.offices, leads=held.leads, absent=held.absent,
        manager_of=lambda member: people.find_manager(member, day),
        members=_LookedUp(members, people.members_by_email), groups=_LookedUp(groups, people.groups),
        calendars=held.calendars, named_at=held.named_at, delegated=held.delegated, hops=company().delegation_hops,
    )  # fmt: skip


class _LookedUp(Mapping[str, Any]):
    """What a book names, asked of the database the first time somebody wants to know: most requests name none of it."""

    def __init__(self, names: Iterable[str], look_up: Callable[[Iterable[str]], Mapping[str, Any]]) -> None:
        self._names = sorted(names)
        self._look_up = look_up
        self._found: Mapping[str, Any] | None = None

    def __getitem__(self, name: str) -> Any:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> Mapping[str, Any]:
        if self._found is None:
            self._found = self._look_up(self._names) if self._names else {}
        return self._found


def freeze(plan: Plan, facts: Facts) -> dict[str, Any]:
    """A plan as kept with its round: nothing in it changes when routes or people do."""
    return {
        "route": plan.route, "overlays": list(plan.overlays), "steps": [_frozen(*found) for found in numbered(plan.steps)],
        "warnings": [i18n.as_json(text) for text in plan.warnings], "proxy_decide": plan.proxy_decide, "bulk": plan.bulk,
        "extra": plan.extra, "auto": plan.auto, "why": [i18n.as_json(text) for text in plan.why], "facts": facts.as_json(),
    }  # fmt: skip


def _frozen(step: Step, number: int, block: int) -> dict[str, Any]:
    return {
        "name_en": step.name_en, "name_ja": step.name_ja, "kind": step.kind, "rule": step.rule, "keys": step.keys,
        "due": step.due, "why": [i18n.as_json(text) for text in step.why], "block": block,
        "branch": step.branch or str(number), "join": step.join, "lift": step.lift, "confirm": step.confirm,
        "seats": [{"why": i18n.as_json(seat.why) if seat.why else None, "veto": seat.veto} for seat in step.seats],
    }  # fmt: skip


def step_details(route: Mapping[str, Any], number: int, step: int) -> dict[str, Any]:
    """How an audit entry names a step."""
    frozen = route["steps"][step]
    return {"round": number, "step": step + 1, "step_name": [frozen["name_en"], frozen["name_ja"]]}


def _seat_rows(
    plan: Plan, route: Mapping[str, Any], org: Organisation, now: datetime, kept: carrying.Kept
) -> Iterable[dict[str, Any]]:
    placed = [
        (number, position, seat) for number, step in enumerate(plan.steps) for position, seat in enumerate(step.seats)
    ]
    spec = spec_of(route)
    begun = [
        SeatNow(at, step, seat.member, carrying.state_of(kept, (step, position)), seat.veto)
        for at, (step, position, seat) in enumerate(placed)
    ]
    states = {**{seat.id: seat.state for seat in begun}, **settle(spec, begun).states}
    due = {
        number: due_moments(step.due, _calendars([seat.member for seat in step.seats], org, now), now)
        for number, step in enumerate(plan.steps)
        if any(states[at] == WAITING for at, row in enumerate(placed) if row[0] == number)
    }
    for at, (number, position, seat) in enumerate(placed):
        asked = states[at] == WAITING
        yield {
            "step": number, "position": position, "turn": 1, "member_id": seat.member,
            "office": seat.office, "lead_of": seat.lead_of, "instead_of_id": seat.instead_of, "state": states[at],
            "opened_at": now if asked else None, "due_at": due[number][seat.member] if asked else None,
            **carrying.decision(kept, (number, position)),
        }  # fmt: skip


def _calendars(seated: Sequence[int], org: Organisation, now: datetime) -> dict[int, str]:
    """Whose clock runs where; holders of offices and leads are known already, others are asked for."""
    others = people.presence([member for member in seated if member not in org.calendars], now)
    return {member: org.calendars[member] if member in org.calendars else others[member].calendar for member in seated}


def due_moments(span: str, calendars: Mapping[int, str], now: datetime) -> dict[int, datetime]:
    """When each member's answer is due, on their own calendar."""
    wait = parse_span(span)
    return {member: wait.due(now, calendar_or_default(code)) for member, code in calendars.items()}
