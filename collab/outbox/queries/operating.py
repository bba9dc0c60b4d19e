"""What whoever runs the installation sees: shut gates, and messages that stand still or were given up, never what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, func, literal, select, true, union_all

from collab.kernel.db import AnyRow, db
from collab.kernel.errors import NotFound
from collab.outbox.models import Attempt, Gate, Message
from collab.outbox.queries.sending import IS_OPEN
from collab.outbox.rules import groups, patience
from collab.outbox.rules.moves import BROKEN, OPEN, UNCERTAIN, WAITING
from collab.slack.problems import TargetBroken, kind_of

_messages: Table = Message.__table__  # type: ignore[assignment]
_attempts: Table = Attempt.__table__  # type: ignore[assignment]
_gates: Table = Gate.__table__  # type: ignore[assignment]
_IS_BROKEN = _messages.c.state == bindparam(None, BROKEN, literal_execute=True)  # written out, for the partial index


@dataclass(frozen=True)
class Barrier:
    """Why nothing is sent: `name` is "operator" or "workspace", `reason` theirs or Slack's word.

    `by` is who paused it (None: the server's command line); `asked_next_at` is when Slack is asked to take us back.
    """

    name: str
    reason: str
    by: str | None
    since: datetime
    asked_next_at: datetime | None = None


def list_gates() -> list[Barrier]:
    """The gates that are shut."""
    rows = db.session.execute(select(_gates).order_by(_gates.c.name))
    return [_barrier(row) for row in rows]


def _barrier(row: AnyRow) -> Barrier:
    return Barrier(row.name, row.reason, row.closed_by, row.closed_at, row.probe_at)


def standstill(now: datetime) -> tuple[list[Barrier], int]:
    """The shut gates, and how many messages are late although none is; one statement, for a line on every page."""
    late = select(func.count()).select_from(_messages).where(_stuck(now)).scalar_subquery()
    alone = select(literal(1).label("one")).subquery()
    rows = db.session.execute(select(late.label("late"), _gates).select_from(alone.outerjoin(_gates, true()))).all()
    gates = [_barrier(row) for row in rows if row.name is not None]
    return gates, 0 if gates else rows[0].late


@dataclass(frozen=True)
class Delivery:
    """A message as whoever runs the installation sees it: whom it is for, about what, how far it came; never what it says."""

    id: int
    kind: str
    subject: str
    member: int | None
    channel: str | None
    state: str
    problem: str | None
    attempts: int
    due_at: datetime
    created_at: datetime
    settled_at: datetime | None
    last_try_at: datetime | None

    @property
    def group(self) -> tuple[int, ...]:
        """The members who read it together; nobody where it is for one, or for a channel."""
        return groups.members_of(self.channel)


@dataclass(frozen=True)
class Try:
    """One call to Slack: `outcome` is "sent" or the class of the problem, None while nobody knows yet."""

    number: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    problem: str | None


def list_broken(*, limit: int = 100, offset: int = 0) -> list[Delivery]:
    """Messages that were given up; those of one problem together, the problem that broke one last first."""
    newest = func.max(_messages.c.id).over(partition_by=_messages.c.problem)
    return _deliveries(_IS_BROKEN, limit, offset, newest.desc(), _messages.c.id.desc())


def list_newest_broken(*, limit: int) -> list[Delivery]:
    """The messages given up last."""
    return _deliveries(_IS_BROKEN, limit, 0, _messages.c.id.desc())


def list_stuck(now: datetime, *, limit: int = 100, offset: int = 0) -> list[Delivery]:
    """Open messages that are late although no gate is shut, the latest first."""
    return [] if list_gates() else _deliveries(_stuck(now), limit, offset, _messages.c.due_at, _messages.c.id)


def list_open(*, limit: int = 100, offset: int = 0) -> list[Delivery]:
    """Messages still to be sent, the next one first."""
    return _deliveries(IS_OPEN, limit, offset, _messages.c.due_at, _messages.c.id)


def get_delivery(message_id: int) -> Delivery:
    """One message. Raises NotFound."""
    found = _deliveries(_messages.c.id == message_id, 1, 0)
    if not found:
        raise NotFound
    return found[0]


def list_tries(message_id: int) -> list[Try]:
    """Every call that was made for a message, in order."""
    rows = select(_attempts).where(_attempts.c.message_id == message_id).order_by(_attempts.c.number)
    return [Try(row.number, row.started_at, row.ended_at, row.outcome, row.problem) for row in db.session.execute(rows)]


def count_stuck(now: datetime) -> int:
    """How many messages are late although no gate is shut."""
    return standstill(now)[1]


def count_unfinished() -> dict[str, int]:
    """How many messages are in each state that somebody may have to look at: the open ones and the broken."""
    each = (_messages.c.state, func.count())
    parts = (select(*each).where(which).group_by(_messages.c.state) for which in (IS_OPEN, _IS_BROKEN))
    found = {row[0]: row[1] for row in db.session.execute(union_all(*parts))}
    return dict.fromkeys((*OPEN, BROKEN), 0) | found


def count_faults() -> int:
    """How many messages broke for a reason other than the recipient: those are the service's own trouble."""
    counts = count_broken_by_problem()
    return sum(count for problem, count in counts.items() if kind_of(problem) is not TargetBroken)


def count_broken_by_problem() -> dict[str, int]:
    """How many messages broke with each problem."""
    rows = select(_messages.c.problem, func.count()).where(_IS_BROKEN).group_by(_messages.c.problem)
    return {row[0] or "": row[1] for row in db.session.execute(rows)}


def _stuck(now: datetime) -> Any:
    """Overdue, or put off again and again for far too long."""
    put_off = _messages.c.state.in_((WAITING, UNCERTAIN)) & (_messages.c.created_at < now - 3 * patience.STALE)
    return IS_OPEN & ((_messages.c.due_at < now - patience.STALE) | put_off)


def _deliveries(which: Any, limit: int, offset: int, *order: Any) -> list[Delivery]:
    last = select(func.max(_attempts.c.started_at)).where(_attempts.c.message_id == _messages.c.id).scalar_subquery()
    rows = db.session.execute(
        select(_messages, last.label("last_try_at")).where(which).order_by(*order).limit(limit).offset(offset)
    )
    return [
        Delivery(
            row.id, row.kind, row.subject_key, row.member_id, row.channel, row.state, row.problem, row.attempts,
            row.due_at, row.created_at, row.settled_at, row.last_try_at,
        )
        for row in rows
    ]  # fmt: skip
