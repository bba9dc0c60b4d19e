"""What everybody holds today, in a few statements however many they are: posts, offices, leads, groups, who acts for whom."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db
from collab.people.models import Delegation, GroupMember, Member, Partner, Secretary, SlackAccount
from collab.people.queries.actors import list_actors, today
from collab.people.queries.directory import list_acting

Held = dict[int, list[Any]]


@dataclass(frozen=True)
class Holding:
    """Somebody and what they hold. `acting` are the offices held only as acting holder (職務代行); `acts_for` and
    `secretary_of` name members; `partner` is the code of a guest's company; `slack` their accounts."""

    actor: Actor
    created_at: datetime
    partner: str | None
    partner_en: str | None
    partner_ja: str | None
    acting: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    acts_for: tuple[int, ...] = ()
    secretary_of: tuple[int, ...] = ()
    slack: tuple[str, ...] = ()


def list_holdings(now: datetime) -> list[Holding]:
    """Everybody who has not left, by address. Seven statements."""
    groups, slack = _groups(), _slack()
    acts_for, secretaries = _acts_for(now), _secretaries()
    acting: Held = defaultdict(list)
    for member, code in sorted(list_acting(now)):
        acting[member].append(code)
    births = _births()
    return [
        Holding(
            one, births[one.id].created_at, births[one.id].partner_code, births[one.id].name_en, births[one.id].name_ja, tuple(acting[one.id]), tuple(groups[one.id]), tuple(acts_for[one.id]),
            tuple(secretaries[one.id]), tuple(slack[one.id]),
        )
        for one in list_actors(now) if one.active
    ]  # fmt: skip


def _births() -> dict[int, AnyRow]:
    columns = (Member.id, Member.created_at, Member.partner_code, Partner.name_en, Partner.name_ja)
    rows = db.session.execute(select(*columns).outerjoin(Partner, Partner.code == Member.partner_code))
    return {row.id: row for row in rows}


def _by_member(statement: Any) -> Held:
    found: Held = defaultdict(list)
    for member, what in db.session.execute(statement):
        found[member].append(what)
    return found


def _groups() -> Held:
    return _by_member(select(GroupMember.member_id, GroupMember.group_code).order_by(GroupMember.group_code))


def _slack() -> Held:
    return _by_member(select(SlackAccount.member_id, SlackAccount.user_id).order_by(SlackAccount.user_id))


def _secretaries() -> Held:
    running = select(Secretary.secretary_id, Secretary.principal_id).where(Secretary.ended_at.is_(None))
    return _by_member(running.order_by(Secretary.principal_id))


def _acts_for(now: datetime) -> Held:
    """Delegations that count today or later."""
    counts = Delegation.ended_at.is_(None) & Delegation.confirmed_at.is_not(None) & (Delegation.until_on >= today(now))
    return _by_member(select(Delegation.deputy_id, Delegation.principal_id).where(counts).distinct())
