"""Getting in: sessions and tokens that can be revoked at once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update

from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotFound, Text
from collab.kernel.permits import permits
from collab.people.models import Session, SlackAccount, Token
from collab.people.queries.actors import fingerprint
from collab.subjects import queries as subject_queries
from collab.subjects import service as subjects

ABSOLUTE, IDLE, TOUCHED_EVERY = timedelta(hours=12), timedelta(hours=4), timedelta(minutes=5)


def subject_of(email: str) -> str:
    """The audit subject of a member."""
    return f"member:{email}"


def sign_in(actor: Actor, *, browser: str, now: datetime) -> str:
    """Open a session and return its secret id: always a new one, so that none can be planted beforehand."""
    secret = secrets.token_urlsafe(32)
    with atomic() as unit:
        unit.session.add(
            Session(
                id_hash=fingerprint(secret), member_id=actor.id, browser=browser[:200], created_at=now, seen_at=now,
                expires_at=now + ABSOLUTE,
            )
        )  # fmt: skip
        _record("sign_in", actor, actor.email, now)
    return secret


def sign_out(session_id: str, *, now: datetime) -> None:
    """End a session; ending it again is fine."""
    with atomic():
        mine = (Session.id_hash == fingerprint(session_id)) & Session.revoked_at.is_(None)
        db.session.execute(update(Session).where(mine).values(revoked_at=now))


def touch_session(session_id: str, *, now: datetime) -> None:
    """Note that a session is in use."""
    with atomic():
        db.session.execute(update(Session).where(Session.id_hash == fingerprint(session_id)).values(seen_at=now))


def revoke_session(actor: Actor, id_hash: str, *, now: datetime) -> None:
    """End one of one's own sessions, on whatever machine. Raises NotFound."""
    permits.check("access.own", actor.roles)
    with atomic():
        mine = (Session.id_hash == id_hash) & (Session.member_id == actor.id) & Session.revoked_at.is_(None)
        done = db.session.execute(update(Session).where(mine).values(revoked_at=now).returning(Session.id_hash)).all()
        if not done:
            raise NotFound
        _record("session_revoked", actor, actor.email, now)


def end_sessions(actor: Actor, *, now: datetime) -> None:
    """Sign out everywhere at once."""
    permits.check("access.own", actor.roles)
    with atomic():
        live = (Session.member_id == actor.id) & Session.revoked_at.is_(None)
        db.session.execute(update(Session).where(live).values(revoked_at=now))
        _record("session_revoked", actor, actor.email, now)


def create_token(
    owner: Actor, *, label: str, by: Actor | None, now: datetime, lives: timedelta | None = None, scope: str | None = None,
    limited_to: Sequence[str] | None = None,
) -> str:  # fmt: skip
    """A new bearer token for a member; it is shown once and only its hash is kept.

    With a `scope` it is a machine's: it does that one thing in its owner's name, about the keys of `limited_to` or about
    all its owner may. Raises NotAllowed, Invalid (a key that leads nowhere).
    """
    if by is not None:
        permits.check("access.own", by.roles)
    secret = f"collab_{secrets.token_urlsafe(32)}"
    with atomic() as unit:
        keys = _known(limited_to)
        expires_at = now + lives if lives else None
        unit.session.add(
            Token(
                token_hash=fingerprint(secret), member_id=owner.id, label=label, created_at=now, expires_at=expires_at,
                scope=scope, limited_to=keys,
            )
        )  # fmt: skip
        machine = {"token": label, "scope": scope, **({"limited_to": keys} if keys else {})} if scope else None
        _record("token_created", by, owner.email, now, machine)
    return secret


def _known(keys: Sequence[str] | None) -> list[str] | None:
    """Keys that lead somewhere; none at all is no limit. Raises Invalid."""
    wanted = [*dict.fromkeys(keys or ())]
    missing = [key for key in wanted if not subject_queries.exists(key)]
    if missing:
        raise Invalid({"goal": Text("people.token.unknown_key", {"key": missing[0]})})
    return wanted or None


def revoke_token(actor: Actor, token_id: int, *, now: datetime) -> None:
    """End one of one's own tokens. Raises NotFound."""
    permits.check("access.own", actor.roles)
    with atomic():
        mine = (Token.id == token_id) & (Token.member_id == actor.id) & Token.revoked_at.is_(None)
        if not db.session.execute(update(Token).where(mine).values(revoked_at=now).returning(Token.id)).all():
            raise NotFound
        _record("token_revoked", actor, actor.email, now)


def end_access(member_id: int, *, now: datetime) -> None:
    """End every session and token of a member and let go of their Slack accounts, inside the caller's transaction."""
    for table in (Session, Token):
        live = (table.member_id == member_id) & table.revoked_at.is_(None)
        db.session.execute(update(table).where(live).values(revoked_at=now))
    db.session.execute(delete(SlackAccount).where(SlackAccount.member_id == member_id))


def _record(
    verb: str, by: Actor | None, email: str, now: datetime, details: Mapping[str, Any] | None = None
) -> None:  # fmt: skip
    subjects.lock_or_introduce(subject_of(email), "member")
    audit.record(verb, subject_of(email), actor=by, at=now, details=details)
