"""What check-ins want of a member: one row for all goals that are asked for, one for each divergence to talk over, and what the
other side said, to be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Table, bindparam, exists, func, or_, select

from collab.goals.models import PREFIX, CheckIn, Goal, Owner
from collab.goals.queries.divergence import Gap, open_gaps
from collab.goals.queries.habits import habits
from collab.goals.rules.rhythm import reminds
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, run
from collab.kernel.errors import Text
from collab.kernel.keys import key_of
from collab.people import queries as people
from collab.subjects.registry import InboxRow

FORM = "/goals/checkin"
READ_FOR = timedelta(days=14)
"""How long what the other side said is worth a line of its own."""

_goals: Table = Goal.__table__  # type: ignore[assignment]
_owners: Table = Owner.__table__  # type: ignore[assignment]
_checkins: Table = CheckIn.__table__  # type: ignore[assignment]
_MINE = (
    select(_goals.c.id, _goals.c.title, _owners.c.confidence, _owners.c.asked_at, _owners.c.due_at)
    .join(_owners, _owners.c.goal_id == _goals.c.id)
    .where(
        _owners.c.member_id == bindparam("member"), _owners.c.removed_at.is_(None), _owners.c.accepted_at.is_not(None),
        _goals.c.state == "active",
    )
    .order_by(_owners.c.due_at, _goals.c.id)
)  # fmt: skip
_OTHER = _owners.alias("other")
_APART = exists().where(
    _OTHER.c.goal_id == _goals.c.id, _OTHER.c.removed_at.is_(None), _OTHER.c.side != _owners.c.side,
    func.abs(_OTHER.c.confidence - _owners.c.confidence) >= bindparam("points"),
)  # fmt: skip
_WANTED = _MINE.where(or_(_owners.c.asked_at.is_not(None), _APART))
"""Of somebody's goals those that are asked for, or that their owners see too differently: whoever answers for thousands has few."""

_UNREAD = (
    _MINE.add_columns(_checkins.c.member_id, _checkins.c.at)
    .join(_checkins, _checkins.c.goal_id == _goals.c.id)
    .where(
        _owners.c.asked_at.is_(None), _checkins.c.at > bindparam("since", type_=_checkins.c.at.type),
        _checkins.c.acknowledged_at.is_(None), _checkins.c.side.is_not(None),
        _checkins.c.member_id != bindparam("member"),
    )
    .order_by(_checkins.c.at.desc(), _checkins.c.id.desc())
)  # fmt: skip


def inbox(member: Actor, now: datetime) -> Sequence[InboxRow]:
    """Nothing for guests: whoever only helps is asked nothing."""
    if member.is_partner or member.is_auditor:
        return []
    wanted = run(_WANTED, {"member": member.id, "points": habits().divergence}).all()
    unread = run(_UNREAD, {"member": member.id, "since": now - READ_FOR}).all()
    if not wanted and not unread:
        return []
    asked = [row for row in wanted if row.asked_at is not None]
    apart = open_gaps([row.id for row in wanted if row.confidence is not None])
    rest = [row for row in unread if row.id not in apart]
    return [*_asked(asked, ZoneInfo(member.zone), now), *_talk(wanted, apart, member), *_read(rest)]


def _asked(rows: Sequence[AnyRow], zone: ZoneInfo, now: datetime) -> Iterable[InboxRow]:
    """One row, however many goals: it is one form. Its key is that of the earliest deadline."""
    if not rows:
        return
    first = rows[0]
    key = key_of(PREFIX, first.id)
    ask = Text("goal.checkin.ask.one") if len(rows) == 1 else Text("goal.checkin.ask.all", {"n": len(rows)})
    yield InboxRow(
        key=key, ask=ask, title=" / ".join(row.title for row in rows), path=f"{FORM}?goal={key}" if len(rows) == 1 else FORM,
        since=min(row.asked_at for row in rows), due_at=first.due_at, actions=("check_in",),
        remind=any(reminds(zone, row.asked_at, row.due_at, now) for row in rows),
    )  # fmt: skip


def _talk(rows: Sequence[AnyRow], apart: Mapping[int, Gap], member: Actor) -> Iterable[InboxRow]:
    names = people.names_of(gap.other(member.id) for gap in apart.values())
    for row in rows:
        if gap := apart.get(row.id):
            by = names[gap.other(member.id)]
            key = key_of(PREFIX, row.id)
            yield InboxRow(
                key=key, ask=Text("goal.checkin.ask.diverged", {"key": key, "n": gap.points, "who": by}), title=row.title,
                path=f"/goals/{key}#checkins", since=gap.since, by_en=by.name_en, by_ja=by.name_ja,
                actions=("discuss", "check_in"),
            )  # fmt: skip


def _read(unread: Sequence[AnyRow]) -> Iterable[InboxRow]:
    """One row for each goal, of what was said last."""
    names = people.names_of(row.member_id for row in unread)
    last: dict[int, AnyRow] = {}
    for row in unread:
        last.setdefault(row.id, row)
    for row in last.values():
        by = names[row.member_id]
        key = key_of(PREFIX, row.id)
        yield InboxRow(
            key=key, ask=Text("goal.checkin.ask.read", {"who": by}), title=row.title, path=f"/goals/{key}#checkins",
            since=row.at, by_en=by.name_en, by_ja=by.name_ja, actions=("acknowledge_checkin",), remind=False,
        )  # fmt: skip
