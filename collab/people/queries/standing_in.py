"""Who may act for whom by arrangement: delegations in force, those one has to do with, secretaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from collab.kernel.actor import Actor
from collab.kernel.clock import day_in
from collab.kernel.company import company
from collab.kernel.db import AnyRow, db, run
from collab.kernel.errors import NotFound, Text
from collab.kernel.i18n import Reader
from collab.people.models import Delegation, Member, Secretary, Site
from collab.people.queries.actors import Named, names_of
from collab.people.rules import Delegated
from collab.subjects.registry import InboxRow, by_member
from collab.subjects.signs import ME, only_where

PROPOSED, CONFIRMED, ENDED = "proposed", "confirmed", "ended"
_MARGIN = timedelta(days=2)
"""Days around a moment within which it is some day somewhere on earth."""

Principal = aliased(Member)
MAY_DECIDE = and_(Principal.deactivated_at.is_(None), Principal.partner_code.is_(None), Principal.is_auditor.is_(False))
IN_FORCE = and_(Delegation.confirmed_at.is_not(None), Delegation.ended_at.is_(None))
_TO = (
    select(
        Delegation.id, Delegation.principal_id, Delegation.deputy_id, Delegation.confirmed_at, Delegation.categories,
        Delegation.limit_minor, Delegation.may_decide, Delegation.from_on, Delegation.until_on,
        func.coalesce(Principal.zone, Site.zone).label("zone"),
    )
    .join(Principal, and_(Principal.id == Delegation.principal_id, MAY_DECIDE))
    .outerjoin(Site, Site.code == Principal.site_code)
    .where(
        IN_FORCE, Delegation.deputy_id.in_(bindparam("deputies", expanding=True)),
        Delegation.from_on <= bindparam("last", type_=Date), Delegation.until_on >= bindparam("first", type_=Date),
    )
    .order_by(Delegation.id)
)  # fmt: skip

_AROUND = select(
    Delegation.id, Delegation.principal_id, Delegation.deputy_id, Delegation.confirmed_at, Delegation.categories,
    Delegation.limit_minor, Delegation.may_decide,
).where(IN_FORCE, Delegation.deputy_id.in_(bindparam("deputies", expanding=True)))  # fmt: skip


def delegated_to(deputies: Iterable[int], now: datetime) -> list[Delegated]:
    """What these members may do for others today; each day is the principal's own."""
    wanted = sorted(set(deputies))
    around = {"first": now.date() - _MARGIN, "last": now.date() + _MARGIN}
    rows = run(_TO, {"deputies": wanted, **around}).all() if wanted else []
    return [delegated(row) for row in rows if counts_on(row.from_on, row.until_on, row.zone, now)]


def delegated_around(deputies: Iterable[int]) -> list[Delegated]:
    """What is delegated to members, whatever day it is: an actor's `acts_for` says whose counts around theirs."""
    wanted = sorted(set(deputies))
    rows = run(_AROUND, {"deputies": wanted}).all() if wanted else []
    return [delegated(row) for row in rows]


def delegated(row: Any) -> Delegated:
    """A row of the table as the rules see it."""
    return Delegated(
        row.id, row.principal_id, row.deputy_id, row.confirmed_at, frozenset(row.categories or ()), row.limit_minor,
        bool(row.may_decide),
    )  # fmt: skip


def counts_on(from_on: date, until_on: date, zone: str | None, now: datetime) -> bool:
    """Whether it is one of these days (both inclusive) where the principal is."""
    return from_on <= day_in(now, zone or company().zone) <= until_on


@dataclass(frozen=True)
class DelegationView:
    """A delegation as those it concerns read it; `state` is proposed, confirmed or ended."""

    id: int
    principal: int
    deputy: int
    from_on: date
    until_on: date
    categories: tuple[str, ...]
    limit_minor: int | None
    may_decide: bool
    reason: str | None
    proposed_by: int
    proposed_at: datetime
    confirm_by: int
    confirmed_at: datetime | None
    ended_at: datetime | None
    ended_by: int | None

    @property
    def state(self) -> str:
        """Where it stands, whatever day it is."""
        return ENDED if self.ended_at else CONFIRMED if self.confirmed_at else PROPOSED

    @property
    def key(self) -> str:
        """What its audit entries and messages stand under."""
        return key_of(self.id)

    def relations_of(self, member: int) -> frozenset[str]:
        """How a member stands to it, in the words of the permit rows."""
        who = {"principal": self.principal, "deputy": self.deputy, "confirmer": self.confirm_by}
        return frozenset(name for name, one in who.items() if one == member)


def key_of(delegation: int) -> str:
    """How a delegation is called in the audit trail."""
    return f"DG-{delegation}"


def get_delegation(delegation: int) -> DelegationView:
    """One delegation, whoever asks. Raises NotFound."""
    row = db.session.get(Delegation, delegation, populate_existing=True) if abs(delegation) < 2**31 else None
    if row is None:
        raise NotFound
    return _view(row)


def list_delegations(member: int, now: datetime) -> list[DelegationView]:
    """Everything open that a member gave, received, or is asked to confirm; the soonest first."""
    theirs = or_(
        *(column == member for column in (Delegation.principal_id, Delegation.deputy_id, Delegation.confirm_by_id))
    )
    still = (Delegation.until_on >= now.date() - timedelta(days=1)) & Delegation.ended_at.is_(None)
    rows = db.session.scalars(select(Delegation).where(theirs, still).order_by(Delegation.from_on, Delegation.id))
    return [_view(row) for row in rows]


def list_open_delegations(now: datetime) -> list[DelegationView]:
    """Everything in force, to come, or waiting for somebody's yes; the soonest first."""
    still = (Delegation.until_on >= now.date() - timedelta(days=1)) & Delegation.ended_at.is_(None)
    rows = db.session.scalars(select(Delegation).where(still).order_by(Delegation.from_on, Delegation.id))
    return [_view(row) for row in rows]


def list_all_delegations(*, offset: int, limit: int) -> tuple[list[DelegationView], int]:
    """Every delegation there ever was, the newest first, and how many: for whoever watches over them."""
    rows = db.session.scalars(select(Delegation).order_by(Delegation.id.desc()).offset(offset).limit(limit))
    return [_view(row) for row in rows], db.session.scalar(select(func.count()).select_from(Delegation)) or 0


def list_to_confirm(members: Iterable[int], now: datetime) -> list[DelegationView]:
    """What waits for the yes of one of these members and is not over."""
    rows = db.session.scalars(
        select(Delegation).where(
            Delegation.confirm_by_id.in_(list(members)), Delegation.confirmed_at.is_(None), Delegation.ended_at.is_(None),
            Delegation.until_on >= now.date() - timedelta(days=1),
        ).order_by(Delegation.id)
    )  # fmt: skip
    return [_view(row) for row in rows]


def list_open_of(member: int) -> list[DelegationView]:
    """Every delegation that has not ended and that a member is part of."""
    part = (Delegation.principal_id == member) | (Delegation.deputy_id == member)
    rows = db.session.scalars(select(Delegation).where(part, Delegation.ended_at.is_(None)).order_by(Delegation.id))
    return [_view(row) for row in rows]


def list_secretaries(member: int) -> Sequence[AnyRow]:
    """Who assists a member, and whom they assist: id, principal, secretary, since."""
    columns = (Secretary.id, Secretary.principal_id, Secretary.secretary_id, Secretary.made_by_id, Secretary.made_at)
    theirs = (Secretary.principal_id == member) | (Secretary.secretary_id == member)
    return db.session.execute(select(*columns).where(theirs, Secretary.ended_at.is_(None)).order_by(Secretary.id)).all()


def is_secretary(secretary: int, principal: int) -> bool:
    """Whether somebody assists somebody."""
    pair = (Secretary.secretary_id == secretary) & (Secretary.principal_id == principal) & Secretary.ended_at.is_(None)
    return db.session.scalar(select(Secretary.id).where(pair)) is not None


def get_secretary(secretary: int) -> Secretary:
    """One arrangement. Raises NotFound."""
    row = db.session.get(Secretary, secretary, populate_existing=True) if abs(secretary) < 2**31 else None
    if row is None:
        raise NotFound
    return row


def _view(row: Delegation) -> DelegationView:
    return DelegationView(
        row.id, row.principal_id, row.deputy_id, row.from_on, row.until_on, tuple(row.categories or ()), row.limit_minor,
        row.may_decide, row.reason, row.proposed_by_id, row.proposed_at, row.confirm_by_id, row.confirmed_at, row.ended_at,
        row.ended_by_id,
    )  # fmt: skip


@only_where(
    select(Delegation.id).where(
        Delegation.confirm_by_id == ME, Delegation.confirmed_at.is_(None), Delegation.ended_at.is_(None)
    )
)
def inbox(members: Sequence[Actor], now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """Delegations that wait for these members' yes."""
    asked = {member.id: member for member in members}
    found = list_to_confirm(asked, now)
    names = names_of(one for view in found for one in (view.principal, view.deputy, view.proposed_by))
    return by_member((view.confirm_by, _row(view, names, asked[view.confirm_by])) for view in found)


def _row(view: DelegationView, names: Mapping[int, Named], member: Actor) -> InboxRow:
    side = "to_me" if view.deputy == member.id else "of_me"
    title = Reader(member.locale).say(
        f"delegation.asked.{side}",
        principal=names[view.principal],
        deputy=names[view.deputy],
        proposer=names[view.proposed_by],
    )
    by = names[view.proposed_by]
    return InboxRow(
        key=view.key, ask=Text("delegation.ask.confirm"), title=title, path=f"/me/standing-in#{view.key}",
        since=view.proposed_at, by_en=by.name_en, by_ja=by.name_ja, actions=("confirm_delegation",),
    )  # fmt: skip
