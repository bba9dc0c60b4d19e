"""Who a session or a token is, in one statement; what a member has open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from collab.access.models import Session, Token
from collab.access.rules.keys import IDLE, WARNED_BEFORE
from collab.kernel.actor import Actor, Machine
from collab.kernel.db import AnySelect, db, read_alone
from collab.people import queries as people
from collab.people.queries import fingerprint

_ACTORS = people.select_present()
_MEMBER = _ACTORS.selected_columns.id
_BY_TOKEN: AnySelect = (
    _ACTORS.add_columns(Token.id.label("token_id"), Token.label, Token.scope, Token.limited_to, Token.used_on)
    .join(Token, Token.member_id == _MEMBER)
    .where(
        Token.token_hash == bindparam("hash"),
        Token.revoked_at.is_(None),
        or_(Token.expires_at.is_(None), Token.expires_at > bindparam("at", type_=Token.created_at.type)),
    )
)
_BY_SESSION: AnySelect = (
    _ACTORS.add_columns(Session.seen_at, Session.proved_at, Session.way)
    .join(Session, Session.member_id == _MEMBER)
    .where(
        Session.id_hash == bindparam("hash"),
        Session.revoked_at.is_(None),
        Session.expires_at > bindparam("at", type_=Session.created_at.type),
        Session.seen_at > bindparam("idle_since", type_=Session.created_at.type),
    )
)


@dataclass(frozen=True)
class OpenSession:
    """Whose a session is, when it was last seen, when its member last proved to be there, and how they came in."""

    actor: Actor
    seen_at: datetime
    proved_at: datetime | None
    way: str | None


@dataclass(frozen=True)
class OpenToken:
    """Whose a token is, and the last day it was used."""

    id: int
    actor: Actor
    used_on: date | None


def find_session(session_id: str, now: datetime) -> OpenSession | None:
    """The session of an active member; None when revoked, expired or idle too long."""
    values = {**people.days_around(now), "hash": fingerprint(session_id), "at": now, "idle_since": now - IDLE}
    rows = read_alone(_BY_SESSION, values)
    return OpenSession(people.actor_of(rows[0]), rows[0].seen_at, rows[0].proved_at, rows[0].way) if rows else None


def find_token(token: str, now: datetime) -> OpenToken | None:
    """The token of an active member; with a scope, its actor says what speaks for them."""
    rows = read_alone(_BY_TOKEN, {**people.days_around(now), "hash": fingerprint(token), "at": now})
    if not rows:
        return None
    row, owner = rows[0], people.actor_of(rows[0])
    if row.scope is not None:
        limited = None if row.limited_to is None else tuple(row.limited_to)
        owner = replace(owner, machine=Machine(row.label, row.scope, limited))
    return OpenToken(row.token_id, owner, row.used_on)


def list_sessions(member_id: int, now: datetime) -> Sequence[Any]:
    """The browsers in which a member is signed in, the latest used first."""
    live = (
        (Session.member_id == member_id)
        & Session.revoked_at.is_(None)
        & (Session.expires_at > now)
        & (Session.seen_at > now - IDLE)
    )
    columns = (Session.id_hash, Session.browser, Session.created_at, Session.seen_at, Session.expires_at)
    return db.session.execute(select(*columns).where(live).order_by(Session.seen_at.desc())).all()


def list_tokens(member_id: int, now: datetime) -> Sequence[Any]:
    """A member's tokens that still open something, the newest first; the secrets are known to nobody."""
    columns = (
        Token.id, Token.label, Token.scope, Token.limited_to, Token.created_at, Token.expires_at, Token.used_on,
    )  # fmt: skip
    return db.session.execute(select(*columns).where(*_live(member_id, now)).order_by(Token.id.desc())).all()


def count_tokens(member_id: int, now: datetime) -> int:
    """How many tokens of a member still open something."""
    return db.session.scalar(select(func.count()).where(*_live(member_id, now))) or 0


def list_endless() -> Sequence[str]:
    """What tokens that have no end are called: made by a version that allowed it."""
    wanted = (Token.expires_at.is_(None), Token.revoked_at.is_(None))
    return db.session.scalars(select(Token.label).where(*wanted).order_by(Token.id)).all()


def list_expiring(now: datetime) -> Sequence[Any]:
    """Tokens that end within a week and whose owners have not heard of it."""
    soon = (Token.expires_at > now) & (Token.expires_at <= now + WARNED_BEFORE)
    untold = Token.revoked_at.is_(None) & Token.warned_at.is_(None)
    columns = (Token.id, Token.member_id, Token.label, Token.created_at, Token.expires_at)
    return db.session.execute(select(*columns).where(soon, untold).order_by(Token.id)).all()


def find_live_token(token_id: int, now: datetime) -> Any | None:
    """A token that still opens something."""
    columns = (Token.id, Token.member_id, Token.label, Token.expires_at)
    live = Token.revoked_at.is_(None) & (Token.expires_at > now)
    return db.session.execute(select(*columns).where(Token.id == token_id, live)).one_or_none()


def count_open(member_id: int, now: datetime) -> tuple[int, int]:
    """How many sessions and tokens of a member are open."""
    return len(list_sessions(member_id, now)), count_tokens(member_id, now)


def _live(member_id: int, now: datetime) -> tuple[Any, ...]:
    return (
        Token.member_id == member_id,
        Token.revoked_at.is_(None),
        or_(Token.expires_at.is_(None), Token.expires_at > now),
    )
