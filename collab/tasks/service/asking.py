"""Asking: one task, or many from a file, in few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert

from collab.audit import service as audit
from collab.escalations import service as waits
from collab.kernel import reactions
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import run
from collab.kernel.errors import Invalid, Text
from collab.kernel.keys import key_of
from collab.kernel.permits import permits
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.subjects import queries as subject_queries
from collab.subjects import service as subjects
from collab.tasks.models import PREFIX
from collab.tasks.queries.rows import others, tasks
from collab.tasks.rules.moves import ASKED
from collab.tasks.service.moving import ASKED_NOTE, plain, wait
from collab.tasks.service.naming import known_department, members, somebody
from collab.tasks.service.seating import FURTHEST, Seat, calendars_of, due_by, moment, policy, seats

_UNSAID = dict.fromkeys(column.name for column in tasks.columns if column.name != "id")
_COLUMNS = {name: bindparam(name, type_=tasks.c[name].type) for name in _UNSAID}
_INSERT = insert(tasks).values(_COLUMNS).returning(tasks.c.id)
_INSERT_MANY = insert(tasks).returning(tasks.c.id, tasks.c.title)
_CONTENT = (
    "title", "detail", "from_department", "to_department", "severity", "visibility", "needed_by_on", "source", "permalink",
    "due_at", "cross_silo",
)  # fmt: skip


@dataclass(frozen=True)
class TaskAsked:
    """Told inside the transaction that asks."""

    key: str
    severity: str
    by: int
    at: datetime


@dataclass(frozen=True)
class Ask:
    """What somebody asks for, checked as far as words go: departments and people are known, nothing is written."""

    actor: Actor
    fields: Mapping[str, Any]
    from_department: str
    to_department: str
    assignee: Actor | None
    shared: Sequence[Actor] = ()
    links: Sequence[str] = field(default=())


def ask(
    actor: Actor, fields: Mapping[str, Any], *, source: str = "web", permalink: str | None = None, now: datetime
) -> str:
    """Ask another department (or one's own); returns the key. Whoever must answer is asked at once, an absent assignee's
    deputy in their place.

    `fields`: title, to_department (compulsory unless an assignee is named), detail, from_department, assignee (e-mail),
    severity, due ("8bh", "2bd", an aware moment or a day: by when an answer is needed), needed_by_on, visibility,
    shared_with (e-mails), links (keys). Raises Invalid, NotAllowed.
    """
    permits.check("task.ask", actor.roles)
    with atomic():
        asked = read(actor, fields, now)
        (key,) = write([asked], source=source, permalink=permalink, now=now)
        for other in asked.links:
            subjects.link(actor, key, other, kind="task", now=now)
        return key


def read(actor: Actor, fields: Mapping[str, Any], now: datetime) -> Ask:
    """Check what somebody asks for. Raises Invalid with everything that is wrong."""
    problems: dict[str, Text] = {}

    def tried(act: Any, *args: Any, **named: Any) -> Any:
        try:
            return act(*args, **named)
        except Invalid as refusal:
            problems.update(refusal.fields)

    if not str(fields.get("title") or "").strip():
        problems["title"] = Text("field.required")
    assignee = tried(somebody, fields["assignee"], now, field="assignee") if fields.get("assignee") else None
    to = fields.get("to_department") or (assignee.department if assignee else None)
    to = tried(known_department, to, field="to_department") if to else None
    if to is None:
        problems.setdefault("to_department", Text("field.required"))
    elif assignee and to not in assignee.departments and not assignee.is_partner:
        problems["assignee"] = Text("task.refused.not_in_department", {"department": to})
    needed_by = fields.get("needed_by_on")
    if needed_by is not None and abs(needed_by - now.date()) > FURTHEST:
        problems["needed_by_on"] = Text("task.refused.due_out_of_reach")
    asks = tried(_from_department, actor, fields)
    shared = tried(members, fields.get("shared_with") or (), now, field="shared_with")
    links = tried(_links, actor, fields.get("links") or ())
    if problems:
        raise Invalid(problems)
    return Ask(actor, fields, asks, str(to), assignee, shared, links)


def write(
    asked: Sequence[Ask],
    *,
    source: str,
    permalink: str | None = None,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> list[str]:
    """Write tasks with their clocks, first entries and cards in the open transaction; returns their keys in order."""
    rows = _values(asked, source, permalink, now)
    for row, number in zip(rows, _insert(rows), strict=True):
        row["id"] = number
    _share(asked, rows, now)
    waits.watch(*(wait(row) for row in rows), now=now)
    for one, row in zip(asked, rows, strict=True):
        _record(one, row, now, details)
        _tell(row, now)
        reactions.emit(TaskAsked(key_of(PREFIX, row["id"]), row["severity"], one.actor.id, now))
    return [key_of(PREFIX, row["id"]) for row in rows]


def _values(asked: Sequence[Ask], source: str, permalink: str | None, now: datetime) -> list[dict[str, Any]]:
    wanted = [(one.to_department, one.assignee.id if one.assignee else None) for one in asked]
    seated = [
        _not_the_asker(one, seat) for one, seat in zip(asked, seats(wanted, now, asker=_same_asker(asked)), strict=True)
    ]
    calendars = calendars_of([seat.member for seat in seated], now)
    return [
        _row(one, seat, _due(one, calendars[seat.member], now), source, permalink, now)
        for one, seat in zip(asked, seated, strict=True)
    ]


def _row(one: Ask, seat: Seat, due_at: datetime, source: str, permalink: str | None, now: datetime) -> dict[str, Any]:
    fields = one.fields
    severity = fields.get("severity") or "normal"
    visibility = "company" if severity == "brand" else fields.get("visibility") or "company"
    return {
        **_UNSAID, "state": ASKED, "version": 1, "title": str(fields["title"]).strip(), "detail": fields.get("detail"),
        "severity": severity, "visibility": visibility, "source": source, "permalink": permalink,
        "from_department": one.from_department, "to_department": one.to_department,
        "cross_silo": one.from_department != one.to_department, "asker_id": one.actor.id, "confirmer_id": one.actor.id,
        "assignee_id": one.assignee.id if one.assignee else None, "responsible_id": seat.member,
        "instead_of_id": seat.instead_of, "waiting_id": seat.member, "waiting_department": one.to_department,
        "waiting_since": now, "due_at": due_at, "needed_by_on": fields.get("needed_by_on"), "handovers": 0, "snoozes": 0,
        "counters": 0, "moved_verb": "ask", "moved_by_id": one.actor.id, "moved_at": now, "asked_at": now,
    }  # fmt: skip


def _insert(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """The numbers of the rows, in order. Rows of one statement are numbered as they stand in it (SQLAlchemy's own way to
    make sure of that writes them one by one on SQLite)."""
    if len(rows) == 1:
        return [run(_INSERT, rows[0]).scalar_one()]
    written = sorted(run(_INSERT_MANY, rows)) if rows else []
    if [title for _number, title in written] != [row["title"] for row in rows]:
        raise RuntimeError("rows were numbered in another order")
    return [number for number, _title in written]


def _share(asked: Sequence[Ask], rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    shared = [
        {"task_id": row["id"], "member_id": member.id, "why": "shared", "since": now}
        for one, row in zip(asked, rows, strict=True)
        for member in one.shared
    ]
    if shared:
        run(insert(others), shared)


def _record(one: Ask, row: Mapping[str, Any], now: datetime, details: Mapping[str, Any] | None) -> None:
    key = key_of(PREFIX, row["id"])
    subjects.introduce(key, "task")
    content = {name: plain(row[name]) for name in _CONTENT if row[name] is not None}
    named = {"assignee": one.assignee.email} if one.assignee else {}
    audit.record(
        "ask", key, actor=one.actor, at=now, after={**content, **named}, details={"version": 1, **(details or {})}
    )


def _tell(row: Mapping[str, Any], now: datetime) -> None:
    """Ask whoever must answer (not the asker themselves), and tell an absent assignee whose deputy was asked."""
    key, me, whom = key_of(PREFIX, row["id"]), row["asker_id"], row["waiting_id"]
    args = {"task": key, "verb": "ask", "by": me}
    if whom is not None and whom != me:
        urgent = row["severity"] == "brand"
        outbox.enqueue(Note(ASKED_NOTE, key, f"{key}:v1:ask:{whom}", member=whom, args=args, urgent=urgent), now=now)


def _due(one: Ask, calendar: Any, now: datetime) -> datetime:
    due: str | datetime | date | None = one.fields.get("due")
    if due:
        return moment(due, calendar, now)
    return due_by(policy().span(one.fields.get("severity") or "normal", "answer"), calendar, now)


def check_due(one: Ask, now: datetime) -> None:
    """Whether the date asked for can be read and lies ahead, on the company's calendar. Raises Invalid."""
    _due(one, calendars_of([], now)[None], now)


def _same_asker(asked: Sequence[Ask]) -> int | None:
    askers = {one.actor.id for one in asked}
    return askers.pop() if len(askers) == 1 else None


def _not_the_asker(one: Ask, seat: Seat) -> Seat:
    """Nobody stands in for the one they ask: their deputy asked them."""
    return Seat(seat.instead_of) if seat.instead_of is not None and seat.member == one.actor.id else seat


def _from_department(actor: Actor, fields: Mapping[str, Any]) -> str:
    """On whose behalf: one of the asker's departments, the first by default. Raises Invalid."""
    given = fields.get("from_department") or actor.department
    if given is None:
        raise Invalid({"from_department": Text("field.required")})
    known = known_department(given, field="from_department")
    if known not in (*actor.departments, *actor.leads) and (actor.departments or actor.leads):
        raise Invalid({"from_department": Text("task.refused.not_your_department", {"department": given})})
    return known


def _links(actor: Actor, keys: Sequence[str]) -> list[str]:
    """Keys of things the asker may see. Raises Invalid."""
    found = subject_queries.list_summaries(actor, keys)
    missing = [key for key in keys if key not in found]
    if missing:
        raise Invalid({"links": Text("task.refused.unknown_link", {"key": missing[0]})})
    return [*dict.fromkeys(keys)]
