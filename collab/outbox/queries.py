"""Read-only answers about what is to be said, what has been, and what somebody's cards show now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, bindparam, case, func, literal, or_, select, true, union_all

from collab.kernel.db import AnyRow, db
from collab.kernel.errors import NotFound
from collab.outbox.models import Attempt, Beacon, Card, Gate, Lane, Message
from collab.outbox.registry import PAINT, REPAINT, kinds
from collab.outbox.rules import groups, patience
from collab.outbox.rules.moves import BROKEN, OPEN, SENT, SUPERSEDED, UNCERTAIN, WAITING
from collab.slack.problems import TargetBroken, kind_of

_cards: Table = Card.__table__  # type: ignore[assignment]
_messages: Table = Message.__table__  # type: ignore[assignment]
_lanes: Table = Lane.__table__  # type: ignore[assignment]
_attempts: Table = Attempt.__table__  # type: ignore[assignment]
_gates: Table = Gate.__table__  # type: ignore[assignment]
_OURS = (REPAINT, PAINT)
# States written out, not bound, so that SQLite too finds the partial index of those rows.
IS_OPEN = _messages.c.state.in_(bindparam(None, OPEN, expanding=True, literal_execute=True))
_IS_BROKEN = _messages.c.state == bindparam(None, BROKEN, literal_execute=True)


def counts_by_state() -> dict[str, int]:
    """How many messages are in which state."""
    rows = db.session.execute(select(Message.state, func.count()).group_by(Message.state).order_by(Message.state))
    return {row[0]: row[1] for row in rows}


def oldest_open() -> datetime | None:
    """When the first of the open messages is (or was) due."""
    return db.session.scalar(select(func.min(_messages.c.due_at)).where(IS_OPEN))


def next_due() -> datetime | None:
    """When the next message that nobody holds is due (in the past: it waits for its turn); None if there is none."""
    free = IS_OPEN & _messages.c.leased_until.is_(None)
    later = case((_lanes.c.closed_until > _messages.c.due_at, _lanes.c.closed_until), else_=_messages.c.due_at)
    paused = select(func.min(later)).select_from(_messages.outerjoin(_lanes, _lanes.c.key == _messages.c.lane))
    return db.session.scalar(paused.where(free))


def last_sweep(name: str = "outbox.sweep") -> datetime | None:
    """When a sweep last finished; None if none ever did."""
    return db.session.scalar(select(Beacon.at).where(Beacon.name == name))


def is_written(dedupe_key: str) -> bool:
    """Whether this very thing is to be said already, or was."""
    return db.session.scalar(select(_messages.c.id).where(_messages.c.dedupe_key == dedupe_key)) is not None


def list_written(dedupe_keys: Sequence[str]) -> set[str]:
    """Those of these that are to be said already, or were."""
    if not dedupe_keys:
        return set()
    return set(db.session.scalars(select(_messages.c.dedupe_key).where(_messages.c.dedupe_key.in_(dedupe_keys))))


def list_with_cards(kind: str, subjects: Sequence[str]) -> set[str]:
    """Those of these subjects of which a card of this kind stands somewhere."""
    if not subjects:
        return set()
    standing = (_cards.c.kind == kind) & _cards.c.subject_key.in_(subjects)
    return set(db.session.scalars(select(_cards.c.subject_key).where(standing)))


def is_outdone(row: Row[Any], now: datetime) -> bool:
    """Whether a later message of the same kind about the same subject is due for the same recipient."""
    later = (
        select(_messages.c.id)
        .where(_messages.c.subject_key == row.subject_key, _messages.c.kind == row.kind, _messages.c.lane == row.lane)
        .where(_messages.c.id > row.id, _messages.c.due_at <= now, IS_OPEN)
    )
    return db.session.scalar(later.limit(1)) is not None


def find_card_above(row: Row[Any]) -> AnyRow | None:
    """Where the card stands that a reply goes below: its `channel` and `ts`."""
    cards = _cards.join(_messages, _messages.c.id == _cards.c.message_id)
    here = (_cards.c.subject_key == row.subject_key) & (_messages.c.channel == row.channel)
    places = select(_cards.c.channel, _cards.c.ts).select_from(cards).where(here, _cards.c.member_id.is_(None))
    return db.session.execute(places.order_by(_cards.c.id.desc()).limit(1)).one_or_none()


def is_card_coming(row: Row[Any]) -> bool:
    """Whether the card that a reply goes below is still to be sent."""
    first = (_messages.c.lane == row.lane) & (_messages.c.subject_key == row.subject_key) & (_messages.c.id < row.id)
    cards = _messages.c.reply.is_(None) & _messages.c.kind.in_([kind.code for kind in kinds.values() if kind.is_card])
    return db.session.scalar(select(_messages.c.id).where(first, cards, IS_OPEN).limit(1)) is not None


def list_parts(bundle_id: int) -> Sequence[Row[Any]]:
    """The messages a bundle carries, as they were written."""
    mine = _messages.c.bundle_id == bundle_id
    return db.session.execute(select(_messages).where(mine).order_by(_messages.c.id)).all()


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


def unreached(member_id: int) -> str | None:
    """Slack's word for why it did not take the last message to a member; None if it did, or if they had none."""
    last = (
        select(_messages.c.state, _messages.c.problem)
        .where(
            _messages.c.member_id == member_id, _messages.c.state.in_((SENT, BROKEN)), _messages.c.kind.not_in(_OURS)
        )
        .order_by(_messages.c.id.desc())
        .limit(1)
    )
    row = db.session.execute(last).one_or_none()
    return row.problem if row is not None and row.state == BROKEN else None


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


def list_shown(subject_key: str, member_id: int) -> Sequence[Any]:
    """What each of a member's cards about a subject shows now."""
    mine = (_cards.c.subject_key == subject_key) & (_cards.c.member_id == member_id)
    return db.session.scalars(select(_cards.c.shown).where(mine).order_by(_cards.c.id)).all()


@dataclass(frozen=True)
class Standing:
    """A message as it stands in somebody's direct messages: a card with its present face, or what was said once."""

    id: int
    kind: str
    subject: str
    at: datetime
    payload: Any
    painted_at: datetime | None


def list_in_channel(channel: str, *, limit: int = 50) -> list[Standing]:
    """What stands in a channel, replies too, the newest first."""
    rows = db.session.execute(
        select(_messages, _cards.c.shown, _cards.c.painted_at)
        .outerjoin(_cards, _cards.c.message_id == _messages.c.id)
        .where(_messages.c.channel == channel, _messages.c.state == SENT, _messages.c.kind.not_in(_OURS))
        .order_by(_messages.c.settled_at.desc(), _messages.c.id.desc())
        .limit(limit)
    )
    return [_standing(row) for row in rows]


def list_standing(member_id: int, *, limit: int = 50) -> list[Standing]:
    """A member's messages, the newest first."""
    rows = db.session.execute(
        select(_messages, _cards.c.shown, _cards.c.painted_at)
        .outerjoin(_cards, _cards.c.message_id == _messages.c.id)
        .where(_reads(member_id), _messages.c.state == SENT, _messages.c.kind.not_in(_OURS))
        .order_by(_messages.c.settled_at.desc(), _messages.c.id.desc())
        .limit(limit)
    )
    return [_standing(row) for row in rows]


def count_coming(member_id: int) -> int:
    """How many messages to a member are still on their way."""
    open_ones = _messages.c.state.in_(OPEN) & _reads(member_id)
    return db.session.scalar(select(func.count()).select_from(_messages).where(open_ones)) or 0


def count_asks(member_id: int, since: datetime, until: datetime, *, about: str | None = None) -> int:
    """How often a member was asked to act from `since` up to `until` (about one subject): what was said, alone or in a
    bundle, and what is still to be said; not what nobody needed to hear any more."""
    asking = [kind.code for kind in kinds.values() if kind.is_must_act]
    at = func.coalesce(_messages.c.settled_at, _messages.c.due_at)
    spoken = or_(_messages.c.state != SUPERSEDED, _messages.c.bundle_id.is_not(None))
    asks = select(func.count()).where(_messages.c.kind.in_(asking), spoken, at >= since, at < until, _reads(member_id))
    return db.session.scalar(asks if about is None else asks.where(_messages.c.subject_key == about)) or 0


def _reads(member_id: int) -> Any:
    """What a member reads: by themselves, or with others in a group."""
    together = _messages.c.channel.contains(groups.part_of(member_id), autoescape=True)
    return or_(_messages.c.member_id == member_id, _messages.c.channel.startswith("members:") & together)


def _standing(row: Row[Any]) -> Standing:
    repainted = row.painted_at if row.painted_at and row.painted_at > row.settled_at else None
    return Standing(row.id, row.kind, row.subject_key, row.settled_at, row.shown or row.payload, repainted)
