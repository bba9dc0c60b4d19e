"""What check-ins want of a member: one row for all goals that are asked for, one for each divergence to talk over, and what the
other side said, to be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
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
from collab.subjects.signs import FORTNIGHT, LATELY, ME, only_where

FORM = "/goals/checkin"
READ_FOR = FORTNIGHT
"""How long what the other side said is worth a line of its own."""

_goals: Table = Goal.__table__  # type: ignore[assignment]
_owners: Table = Owner.__table__  # type: ignore[assignment]
_checkins: Table = CheckIn.__table__  # type: ignore[assignment]
_MINE = (
    select(_owners.c.member_id.label("owner"), _goals.c.id, _goals.c.title, _owners.c.confidence, _owners.c.asked_at, _owners.c.due_at)
    .join(_owners, _owners.c.goal_id == _goals.c.id)
    .where(
        _owners.c.member_id.in_(bindparam("members", expanding=True)), _owners.c.removed_at.is_(None), _owners.c.accepted_at.is_not(None),
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
        _checkins.c.member_id != _owners.c.member_id,
    )
    .order_by(_checkins.c.at.desc(), _checkins.c.id.desc())
)  # fmt: skip


_MY_GOALS = select(_owners.c.id).where(
    _owners.c.member_id == ME, _owners.c.removed_at.is_(None), _owners.c.accepted_at.is_not(None)
)
_OTHER_SIDE = exists().where(
    _OTHER.c.goal_id == _owners.c.goal_id, _OTHER.c.removed_at.is_(None), _OTHER.c.side != _owners.c.side,
    _OTHER.c.confidence != _owners.c.confidence,
)  # fmt: skip
_ASKED_OF_ME = _MY_GOALS.where(or_(_owners.c.asked_at.is_not(None), _OTHER_SIDE))
_SAID_TO_ME = _MY_GOALS.join(_checkins, _checkins.c.goal_id == _owners.c.goal_id).where(
    _checkins.c.at > LATELY, _checkins.c.acknowledged_at.is_(None), _checkins.c.member_id != _owners.c.member_id
)


@only_where(_ASKED_OF_ME, _SAID_TO_ME)
def inbox(members: Sequence[Actor], now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """Nothing for guests: whoever only helps is asked nothing."""
    zones = {one.id: ZoneInfo(one.zone) for one in members if not one.is_partner and not one.is_auditor}
    if not zones:
        return {}
    wanted = _by_owner(run(_WANTED, {"members": list(zones), "points": habits().divergence}).all())
    unread = _by_owner(run(_UNREAD, {"members": list(zones), "since": now - READ_FOR}).all())
    apart = _apart(wanted)
    names = people.names_of(_named(apart, unread))
    return {
        member: [
            *_asked([row for row in wanted[member] if row.asked_at is not None], zones[member], now),
            *_talk(wanted[member], apart[member], member, names),
            *_read([row for row in unread[member] if row.id not in apart[member]], names),
        ]
        for member in wanted.keys() | unread.keys()
    }


def _by_owner(rows: Iterable[AnyRow]) -> Mapping[int, list[AnyRow]]:
    found: dict[int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        found[row.owner].append(row)
    return found


def _apart(wanted: Mapping[int, Sequence[AnyRow]]) -> Mapping[int, Mapping[int, Gap]]:
    """By owner, those of their goals that are to be talked over."""
    said = {owner: [row.id for row in rows if row.confidence is not None] for owner, rows in wanted.items()}
    goals = {goal for some in said.values() for goal in some}
    gaps = open_gaps(goals) if goals else {}
    found: dict[int, dict[int, Gap]] = defaultdict(dict)
    for owner, some in said.items():
        found[owner] = {goal: gaps[goal] for goal in some if goal in gaps}
    return found


def _named(apart: Mapping[int, Mapping[int, Gap]], unread: Mapping[int, Sequence[AnyRow]]) -> Iterable[int]:
    """Everybody the rows name."""
    yield from (gap.other(owner) for owner, gaps in apart.items() for gap in gaps.values())
    yield from (row.member_id for rows in unread.values() for row in rows)


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


def _talk(
    rows: Sequence[AnyRow], apart: Mapping[int, Gap], member: int, names: Mapping[int, people.Named]
) -> Iterable[InboxRow]:
    for row in rows:
        if gap := apart.get(row.id):
            by = names[gap.other(member)]
            key = key_of(PREFIX, row.id)
            yield InboxRow(
                key=key, ask=Text("goal.checkin.ask.diverged", {"key": key, "n": gap.points, "who": by}), title=row.title,
                path=f"/goals/{key}#checkins", since=gap.since, by_en=by.name_en, by_ja=by.name_ja,
                actions=("discuss", "check_in"),
            )  # fmt: skip


def _read(unread: Sequence[AnyRow], names: Mapping[int, people.Named]) -> Iterable[InboxRow]:
    """One row for each goal, of what was said last."""
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
