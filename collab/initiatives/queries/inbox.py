"""What initiatives want of members: somebody for a seat that stands empty, and what was learnt from one nobody closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Table, func, select

from collab.initiatives.models import PREFIX, Initiative, Lead
from collab.initiatives.queries.initiatives import InitiativeView, relations_of, whole
from collab.initiatives.queries.subject import path_of
from collab.initiatives.rules.moves import OPEN, SIDES
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import Text
from collab.kernel.keys import key_of
from collab.kernel.permits import permits
from collab.subjects.registry import InboxRow, by_member
from collab.subjects.signs import ME, only_where

_initiatives: Table = Initiative.__table__  # type: ignore[assignment]
_leads: Table = Lead.__table__  # type: ignore[assignment]
FRESH = timedelta(days=30)
"""How long what was learnt is asked for."""


_held = select(func.count()).where(
    _leads.c.initiative_id == _initiatives.c.id, _leads.c.removed_at.is_(None), _leads.c.slot.in_(SIDES)
)
_WITHOUT_LEAD = (_initiatives.c.state.in_(OPEN), _held.scalar_subquery() < len(SIDES))


@only_where(select(_initiatives.c.id).where(*_WITHOUT_LEAD))
def inbox(members: Sequence[Actor], _now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """Of each member: open initiatives without a lead for one side, for whoever stands near and may name one: its other leads,
    whoever wrote it down, the lead of a department of its leads; the chief executive where no side has a lead left."""
    missing = _without_lead()
    return by_member(
        (member.id, row) for one, since in missing for member in members for row in _rows(one, since, member)
    )


@only_where(
    select(_initiatives.c.id)
    .join(_leads, (_leads.c.initiative_id == _initiatives.c.id) & _leads.c.removed_at.is_(None))
    .where(_initiatives.c.lesson.is_(None), _initiatives.c.closed_at.is_not(None), _leads.c.member_id == ME)
)
def unlearnt(members: Sequence[Actor], now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """Of each member: what they lead for a side, was closed by a vote or by silence, and of which nobody has said yet what was
    learnt; for as long as it is fresh. Nobody is reminded."""
    rows = db.session.execute(
        select(_initiatives.c.id, _initiatives.c.title, _initiatives.c.closed_at, _leads.c.member_id)
        .join(_leads, (_leads.c.initiative_id == _initiatives.c.id) & _leads.c.removed_at.is_(None))
        .where(
            _initiatives.c.lesson.is_(None), _initiatives.c.closed_at > now - FRESH, _leads.c.slot.in_(SIDES),
            _leads.c.member_id.in_([member.id for member in members if not member.is_partner and not member.is_auditor]),
        )
    )  # fmt: skip
    return by_member((row.member_id, _unlearnt(row)) for row in rows)


def _unlearnt(row: AnyRow) -> InboxRow:
    key = key_of(PREFIX, row.id)
    return InboxRow(
        key=key, ask=Text("initiative.ask.learn"), title=row.title, path=f"{path_of(key)}#ended", since=row.closed_at,
        actions=("learn",), remind=False,
    )  # fmt: skip


def _without_lead() -> list[tuple[InitiativeView, datetime]]:
    """Open initiatives in which a seat of a side stands empty, and since when."""
    found = whole(db.session.execute(select(_initiatives).where(*_WITHOUT_LEAD).order_by(_initiatives.c.id)).all())
    gone = select(_leads.c.initiative_id, func.max(_leads.c.removed_at).label("at")).where(
        _leads.c.initiative_id.in_([one.id for one in found]), _leads.c.slot.in_(SIDES)
    )
    since = (
        {row.initiative_id: row.at for row in db.session.execute(gone.group_by(_leads.c.initiative_id))}
        if found
        else {}
    )
    return [(one, since.get(one.id) or one.created_at) for one in found]


def _rows(one: InitiativeView, since: datetime, member: Actor) -> Iterable[InboxRow]:
    here = relations_of(member, one)
    near = {"side_lead", "third_lead", "creator", "home_lead"} & here
    last = "office:CEO" in here and not any(held.slot in SIDES for held in one.leads)
    if (
        (near or last)
        and permits.allows("initiative.name_leads", here, one.state)
        and permits.allows("initiative.show", here)
    ):
        yield InboxRow(
            key=one.key, ask=Text("initiative.ask.name_lead"), title=one.title, path=f"{path_of(one.key)}/edit", since=since,
            actions=("name_leads",),
        )  # fmt: skip
