"""Waits and what became of them, as others read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from collab.escalations.models import Escalation, Notice
from collab.escalations.rules.states import ACKNOWLEDGED, CLIMBING, ENDED, EXHAUSTED, STATES
from collab.kernel.db import AnyRow, db, run
from collab.kernel.errors import NotFound
from collab.subjects.signs import ME
from collab.subjects.traces import KEY, trace

_waits: Table = Escalation.__table__  # type: ignore[assignment]
_notices: Table = Notice.__table__  # type: ignore[assignment]

IS_OPEN = _waits.c.state.in_(bindparam(None, STATES[:-1], expanding=True, literal_execute=True))
_CLIMBED = _waits.c.state.in_(bindparam(None, STATES[1:-1], expanding=True, literal_execute=True))
WAITED_FOR = trace(select(_waits.c.id).where(_waits.c.subject_key == KEY, IS_OPEN))


@dataclass(frozen=True)
class NoticeView:
    """Somebody was told, or was skipped and why (`member` None: nobody was there). `notice_at` is when it could be read."""

    rung: int
    loop: int
    member: int | None
    slot: str
    why: str
    instead_of: int | None
    skipped: str | None
    at: datetime
    notice_at: datetime | None


@dataclass(frozen=True)
class EscalationView:
    """A wait, how far it has climbed, and who heard. `rung` is the next one to run (0: the last chance), `rungs` are the
    frozen policy's. `next_at` is None once exhausted or ended."""

    id: int
    key: str
    subject: str
    watch: str
    state: str
    severity: str
    late: int | None
    other: int | None
    department: str | None
    other_department: str | None
    due_at: datetime
    started_at: datetime
    next_at: datetime | None
    rung: int
    loop: int
    policy: Mapping[str, Any]
    acknowledged_by: int | None
    acknowledged_at: datetime | None
    owner: int | None
    manual: tuple[int, str, datetime] | None
    ended_at: datetime | None
    end_reason: str | None
    notices: tuple[NoticeView, ...]

    @property
    def loops(self) -> int:
        """How often it may climb."""
        return int(self.policy["loops"])

    @property
    def rungs(self) -> Sequence[Mapping[str, Any]]:
        """The rungs as frozen: `wait`, `to`, `shared`."""
        rungs: Sequence[Mapping[str, Any]] = self.policy["rungs"]
        return rungs

    @property
    def acknowledged_until(self) -> datetime | None:
        """Until when somebody's word holds the climb."""
        return self.next_at if self.state == ACKNOWLEDGED else None

    @property
    def told(self) -> tuple[NoticeView, ...]:
        """The notices that reached somebody, the first one first."""
        return tuple(notice for notice in self.notices if notice.skipped is None)

    @property
    def is_open(self) -> bool:
        """Whether somebody is still waited for."""
        return self.state != ENDED


def get_escalation(escalation_id: int) -> EscalationView:
    """One wait. Raises NotFound."""
    found = _views(_waits.c.id == escalation_id)
    if not found:
        raise NotFound
    return found[0]


def find_by_key(key: str) -> EscalationView | None:
    """The wait of this key that runs, else the latest that did."""
    newest = select(func.max(_waits.c.id)).where(_waits.c.key == key).scalar_subquery()
    found = _views(_waits.c.id == newest)
    return found[0] if found else None


def list_by_id(ids: Collection[int]) -> dict[int, EscalationView]:
    """Waits by id."""
    return {view.id: view for view in _views(_waits.c.id.in_(sorted(ids)))} if ids else {}


def list_of(subject: str) -> list[EscalationView]:
    """Every wait about a subject, ended ones included, the latest first."""
    return _views(_waits.c.subject_key == subject)


def list_of_many(keys: Collection[str]) -> dict[str, list[EscalationView]]:
    """The open waits about subjects, by subject, the latest first."""
    found: dict[str, list[EscalationView]] = defaultdict(list)
    borne = sorted(key for key in keys if WAITED_FOR.may_be_on(key))
    for view in _views(_waits.c.subject_key.in_(borne) & IS_OPEN) if borne else []:
        found[view.subject].append(view)
    return dict(found)


def list_running(now: datetime, *, page: int = 1, page_size: int = 50) -> list[EscalationView]:
    """What escalates: due moment passed and still open, the one that fell due first on top."""
    return _views(_running(now), order=(_waits.c.due_at, _waits.c.id), limit=page_size, offset=(page - 1) * page_size)


def count_running(now: datetime) -> int:
    """How many `list_running` has in all."""
    return db.session.scalar(select(func.count()).select_from(_waits).where(_running(now))) or 0


PUT_BEFORE_ME = (
    select(_notices.c.escalation_id)
    .join(_waits, _waits.c.id == _notices.c.escalation_id)
    .where(_notices.c.member_id == ME, _waits.c.state == CLIMBING),
    select(_waits.c.id).where(_waits.c.owner_id == ME, _waits.c.state == EXHAUSTED),
)
"""Where nothing of these is, nothing was put before a member."""


def list_put_before(member: int) -> list[EscalationView]:
    """What was put before a superior and is nobody's yet: they were told in the loop under way and nobody has acknowledged;
    or it is theirs as the last owner. The late person's own last chance is not among them."""
    return [view for _member, view in list_put_before_each([member])]


def list_put_before_each(members: Collection[int]) -> list[tuple[int, EscalationView]]:
    """The same of several superiors: whom it was put before, and what."""
    told = select(_notices.c.escalation_id).where(
        _notices.c.escalation_id == _waits.c.id, _notices.c.loop == _waits.c.loop, _notices.c.member_id.in_(members)
    )
    climbing = (_waits.c.state == CLIMBING) & told.exists()
    owned = (_waits.c.state == EXHAUSTED) & _waits.c.owner_id.in_(members)
    views = _views(_CLIMBED & or_(climbing, owned), order=(_waits.c.due_at, _waits.c.id))
    return [(member, view) for view in views for member in sorted(_put_before(view) & {*members})]


def _put_before(view: EscalationView) -> set[int]:
    if view.state == EXHAUSTED:
        return {view.owner} if view.owner else set()
    heard = (one for one in view.told if one.loop == view.loop and one.rung > 0 and one.why != "admin")
    return {one.member for one in heard if one.member and one.member != view.late}


def next_at_of(keys: Collection[str]) -> dict[str, datetime]:
    """When each of these waits is looked at next; those that do not run are left out."""
    if not keys:
        return {}
    rows = run(_NEXT, {"keys": sorted(keys)})
    return {row.key: row.next_at for row in rows}


_NEXT = select(_waits.c.key, _waits.c.next_at).where(
    _waits.c.key.in_(bindparam("keys", expanding=True)), _waits.c.next_at.is_not(None)
)


def _running(now: datetime) -> ColumnElement[bool]:
    return or_(_CLIMBED, IS_OPEN & _waits.c.next_at.is_not(None) & (_waits.c.next_at <= now))


def _views(
    which: ColumnElement[bool], *, order: Iterable[Any] = (), limit: int | None = None, offset: int = 0
) -> list[EscalationView]:
    rows = db.session.execute(
        select(_waits).where(which).order_by(*(order or (_waits.c.id.desc(),))).limit(limit).offset(offset)
    ).all()
    notices = _notices_of([row.id for row in rows])
    return [_view(row, notices.get(row.id, ())) for row in rows]


def _notices_of(ids: Sequence[int]) -> dict[int, list[NoticeView]]:
    found: dict[int, list[NoticeView]] = defaultdict(list)
    if not ids:
        return found
    rows = db.session.execute(select(_notices).where(_notices.c.escalation_id.in_(ids)).order_by(_notices.c.id))
    for row in rows:
        found[row.escalation_id].append(
            NoticeView(
                row.rung,
                row.loop,
                row.member_id,
                row.slot,
                row.why,
                row.instead_of_id,
                row.skipped,
                row.at,
                row.notice_at,
            )
        )
    return found


def _view(row: AnyRow, notices: Sequence[NoticeView]) -> EscalationView:
    return EscalationView(
        id=row.id, key=row.key, subject=row.subject_key, watch=row.watch, state=row.state, severity=row.severity,
        late=row.late_id, other=row.other_id, department=row.department, other_department=row.other_department,
        due_at=row.due_at, started_at=row.started_at, next_at=row.next_at, rung=row.rung, loop=row.loop, policy=row.policy,
        acknowledged_by=row.acknowledged_by_id, acknowledged_at=row.acknowledged_at, owner=row.owner_id,
        manual=(row.manual_by_id, row.manual_reason, row.manual_at) if row.manual_by_id else None,
        ended_at=row.ended_at, end_reason=row.end_reason, notices=tuple(notices),
    )  # fmt: skip
