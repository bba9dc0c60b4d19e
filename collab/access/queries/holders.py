"""Everybody who can do something here, and with what: the living list that reviews are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import func, select

from collab.access.models import Session, Stay, Token
from collab.access.registry import sharings
from collab.access.rules.keys import IDLE
from collab.access.rules.reviewing import Standing, flags
from collab.audit.queries import last_acts
from collab.kernel.db import db
from collab.people import queries as people
from collab.people.queries.holdings import Holding, list_holdings


@dataclass(frozen=True)
class KeyFact:
    """A token that still opens something."""

    label: str
    scope: str | None
    created_at: datetime
    used_on: date | None


@dataclass(frozen=True)
class Holder:
    """Somebody, what they hold, and what stands out. `sessions` are those that are live; `seen_at` is the last sign of them:
    a page, a token, an entry of the trail."""

    held: Holding
    sessions: int
    tokens: tuple[KeyFact, ...]
    until_on: date | None
    host: int | None
    seen_at: datetime | None
    flags: tuple[str, ...]


def list_holders(now: datetime) -> list[Holder]:
    """Everybody who has not left, by address; as many statements for thousands as for one."""
    holdings = list_holdings(now)
    live, seen = _sessions(now)
    tokens, stays = _tokens(now), _stays()
    acts = last_acts(one.actor.email for one in holdings)
    working = _at_work([one.actor.id for one in holdings if one.actor.is_partner])
    day = people.today(now)

    def holder(one: Holding) -> Holder:
        me = one.actor
        until_on, host = stays.get(me.id, (None, None))
        mine = tuple(tokens[me.id])
        last = _latest(seen.get(me.id), acts.get(me.email), *(_noon(token.used_on) for token in mine))
        standing = Standing(
            since=one.created_at, seen_at=last, admin=me.is_admin, auditor=me.is_auditor, offices=len(me.offices),
            departments=len(me.departments), guest=me.is_partner, until_on=until_on, work=me.id in working,
            tokens=tuple(token.created_at for token in mine),
        )  # fmt: skip
        return Holder(one, live.get(me.id, 0), mine, until_on, host, last, tuple(flags(standing, now, day)))

    return [holder(one) for one in holdings]


def _at_work(guests: Sequence[int]) -> set[int]:
    """Guests with whom something is shared."""
    told = (sharing.shared(guests) for sharing in sharings.values()) if guests else ()
    return {guest for shared in told for guest, keys in shared.items() if keys}


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)


def _noon(day: date | None) -> datetime | None:
    return datetime.combine(day, time(12), UTC) if day else None


def _sessions(now: datetime) -> tuple[dict[int, int], dict[int, datetime]]:
    """Live sessions, and when anybody was last seen in one, by member."""
    open_ones = Session.revoked_at.is_(None) & (Session.expires_at > now) & (Session.seen_at > now - IDLE)
    live = select(Session.member_id, func.count()).where(open_ones).group_by(Session.member_id)
    seen = select(Session.member_id, func.max(Session.seen_at)).group_by(Session.member_id)
    return _pairs(live), _pairs(seen)


def _pairs(statement: Any) -> dict[Any, Any]:
    return {row[0]: row[1] for row in db.session.execute(statement)}


def _tokens(now: datetime) -> Mapping[int, list[KeyFact]]:
    columns = (Token.member_id, Token.label, Token.scope, Token.created_at, Token.used_on)
    live = Token.revoked_at.is_(None) & (Token.expires_at.is_(None) | (Token.expires_at > now))
    found: dict[int, list[KeyFact]] = defaultdict(list)
    for row in db.session.execute(select(*columns).where(live).order_by(Token.id)):
        found[row.member_id].append(KeyFact(row.label, row.scope, row.created_at, row.used_on))
    return found


def _stays() -> dict[int, tuple[date, int]]:
    rows = db.session.execute(select(Stay.member_id, Stay.until_on, Stay.invited_by_id).where(Stay.ended_at.is_(None)))
    return {row.member_id: (row.until_on, row.invited_by_id) for row in rows}


def facts(one: Holder, names: Mapping[int, people.Named]) -> dict[str, Any]:
    """What a round keeps of somebody: plain values, in no language."""
    held, me = one.held, one.held.actor
    return {
        "email": me.email, "name_en": me.name_en, "name_ja": me.name_ja, "departments": list(me.departments), "leads": list(me.leads),
        "offices": list(me.offices), "acting": list(held.acting), "groups": list(held.groups),
        "role": "admin" if me.is_admin else "auditor" if me.is_auditor else "partner" if me.is_partner else "member",
        "acts_for": _addresses(held.acts_for, names), "secretary_of": _addresses(held.secretary_of, names),
        "slack": len(held.slack), "partner": held.partner, "partner_en": held.partner_en, "partner_ja": held.partner_ja, "until_on": one.until_on.isoformat() if one.until_on else None,
        "sessions": one.sessions, "seen_at": one.seen_at.isoformat() if one.seen_at else None,
        "tokens": [
            {
                "label": token.label, "scope": token.scope, "created_at": token.created_at.isoformat(),
                "used_on": token.used_on.isoformat() if token.used_on else None,
            }
            for token in one.tokens
        ],
    }  # fmt: skip


def _addresses(members: Iterable[int], names: Mapping[int, people.Named]) -> list[str]:
    return [names[member].email for member in members if member in names]


def names_in(holders: Iterable[Holder]) -> dict[int, people.Named]:
    """Everybody these stand in for."""
    return people.names_of(member for one in holders for member in (*one.held.acts_for, *one.held.secretary_of))
