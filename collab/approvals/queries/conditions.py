"""Conditions of a yes: who must do what by when, and which of them ordering waits for."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Table, bindparam, or_, select

from collab.approvals.models import Condition, Round, Seat
from collab.approvals.rules.closing import closing_of
from collab.calendars.queries import calendar_or_default
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, run
from collab.kernel.errors import NotFound, Text
from collab.people import queries as people
from collab.subjects.queries import rows_about
from collab.subjects.registry import InboxRow, Summary
from collab.subjects.signs import ME, only_where
from collab.subjects.traces import KEY, trace

OPEN = "open"
LONGEST_ASK = 60
_conditions: Table = Condition.__table__  # type: ignore[assignment]
_rounds: Table = Round.__table__  # type: ignore[assignment]
_seats: Table = Seat.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class ConditionView:
    """One condition; `binding` once its round is decided with yes: before, it is only what would be asked."""

    id: int
    subject: str
    number: int
    round_id: int
    seat_id: int
    set_by: int
    office: str | None
    seated: int
    lead_of: str | None
    text: str
    owner: int
    due_on: date
    before_order: bool
    state: str
    set_at: datetime
    ended_at: datetime | None
    ended_by: int | None
    note: str | None
    binding: bool
    barred: frozenset[int]

    @property
    def is_open(self) -> bool:
        """Neither met nor waived, and its round has not come to nothing."""
        return self.state == OPEN


_ALL = (
    select(
        _conditions,
        _rounds.c.state.label("round_state"),
        _rounds.c.barred,
        _seats.c.member_id.label("seated"),
        _seats.c.lead_of,
    )
    .join(_rounds, _rounds.c.id == _conditions.c.round_id)
    .join(_seats, _seats.c.id == _conditions.c.seat_id)
)
SET = trace(select(_conditions.c.id).where(_conditions.c.subject_key == KEY))
_OF_SUBJECT = _ALL.where(_conditions.c.subject_key == bindparam("key")).order_by(_conditions.c.number)
_OPEN_OF_SUBJECT = _OF_SUBJECT.where(_conditions.c.state == OPEN)
_OWNED = _ALL.where(
    _conditions.c.owner_id.in_(bindparam("owners", expanding=True)), _conditions.c.state == OPEN
).order_by(_conditions.c.subject_key, _conditions.c.number)


def list_conditions(key: str) -> list[ConditionView]:
    """Every condition of a subject ever set, in order."""
    return [_view(row) for row in run(_OF_SUBJECT, {"key": key})] if SET.may_be_on(key) else []


def list_conditions_of(keys: Iterable[str]) -> list[ConditionView]:
    """The same of several subjects. One statement."""
    of_these = _ALL.where(_conditions.c.subject_key.in_(bindparam("keys", expanding=True)))
    return [_view(row) for row in run(of_these.order_by(_conditions.c.id), {"keys": list(keys)})]


def list_open(key: str) -> list[ConditionView]:
    """The conditions of a subject that are neither met nor waived nor void."""
    return [_view(row) for row in run(_OPEN_OF_SUBJECT, {"key": key})]


def list_all_open() -> list[ConditionView]:
    """Every open condition of a decided subject, whoever may see it, in order."""
    wanted = _ALL.where(_conditions.c.state == OPEN, _rounds.c.state == "approved")
    return [_view(row) for row in run(wanted.order_by(_conditions.c.subject_key, _conditions.c.number))]


def list_blocking(key: str) -> list[ConditionView]:
    """What must be met before it is ordered (発注前条件)."""
    return [found for found in list_open(key) if found.before_order and found.binding]


@only_where(select(_conditions.c.id).where(_conditions.c.owner_id == ME, _conditions.c.state == OPEN))
def condition_inbox(members: Sequence[Actor], _now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """What members promised with somebody's yes and have not done yet."""
    calendars = {member.id: member.calendar for member in members}
    found = [(one.owner, one.subject, one) for one in list_owned_by(calendars) if one.binding]
    return rows_about(members, found, lambda one, subject: _row(one, subject, calendars[one.owner]))


def _row(found: ConditionView, subject: Summary, calendar: str) -> InboxRow:
    said = textwrap.shorten(found.text, LONGEST_ASK, placeholder="…")
    return subject.asks(
        Text("approval.ask.condition", {"text": said}), path=f"{subject.path}#conditions", amount=None, since=found.set_at,
        due_at=closing_of(calendar_or_default(calendar), found.due_on), actions=("done",),
    )  # fmt: skip


def get_condition(key: str, number: int) -> ConditionView:
    """One condition by its number. Raises NotFound."""
    found = next((found for found in list_conditions(key) if found.number == number), None)
    if found is None:
        raise NotFound
    return found


def list_owned(member: int) -> list[ConditionView]:
    """The open conditions a member must meet; those of a round that still runs included."""
    return list_owned_by([member])


def list_owned_by(members: Iterable[int]) -> list[ConditionView]:
    """The same of several members."""
    return [_view(row) for row in run(_OWNED, {"owners": list(members)})]


CONCERNED = or_(_conditions.c.state != "void", _rounds.c.state == "revoked") & _rounds.c.state.in_(
    ("approved", "revoked")
)
"""Somebody was asked to meet it: the yes it belongs to was the decision, whatever became of that."""


OWNED_SUBJECTS: Select[tuple[str, int]] = (
    select(_conditions.c.subject_key, _conditions.c.owner_id)
    .join(_rounds, _rounds.c.id == _conditions.c.round_id)
    .where(CONCERNED)
)
"""The subjects somebody must, or had to, meet a condition of, and who; for use inside another statement."""


def setters_of(condition: ConditionView, now: datetime) -> set[int]:
    """Who may waive it today: whoever set it, and the holder of the office it was set for; where neither is there any more,
    the lead of the department it was set for, else the CEO. Never whose request it is."""
    org = people.organisation(now)
    lead = org.leads.get(condition.lead_of or "")
    found = people.list_active({condition.set_by}) | {org.offices.get(condition.office or "")}
    for those in (found, {lead}, {org.offices.get("CEO")}, set(org.offices.values())):
        allowed = {member for member in those if member is not None} - condition.barred
        if allowed:
            return allowed
    return set()


def _view(row: AnyRow) -> ConditionView:
    fields: dict[str, Any] = {
        name: getattr(row, name)
        for name in ("id", "number", "round_id", "seat_id", "office", "seated", "lead_of", "due_on", "before_order",
                     "state", "set_at", "ended_at", "note")
    }  # fmt: skip
    return ConditionView(
        **fields, subject=row.subject_key, set_by=row.set_by_id, text=row.text, owner=row.owner_id,
        ended_by=row.ended_by_id, binding=row.round_state == "approved",
        barred=frozenset(row.barred),
    )  # fmt: skip
