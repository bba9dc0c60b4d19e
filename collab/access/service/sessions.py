"""Sessions of browsers, which can be ended at once."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import update

from collab.access.models import Session
from collab.access.rules.keys import ABSOLUTE
from collab.access.service.trail import record
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import NotFound
from collab.kernel.permits import permits
from collab.people.queries import fingerprint


def sign_in(
    actor: Actor, *, browser: str, way: str, now: datetime, proved_at: datetime | None = None, instead_of: str | None = None
) -> str:  # fmt: skip
    """Open a session and return its secret id: always a new one, so that none can be planted beforehand.

    `way` is one of `rules.keys`' ways in; `proved_at` when the member showed to be there (now, unless said). The session
    `instead_of` which this one stands, in the same browser, ends.
    """
    secret = secrets.token_urlsafe(32)
    with atomic() as unit:
        if instead_of is not None:
            sign_out(instead_of, now=now)
        unit.session.add(
            Session(
                id_hash=fingerprint(secret), member_id=actor.id, browser=browser[:200], created_at=now, seen_at=now,
                expires_at=now + ABSOLUTE, proved_at=proved_at or now, way=way,
            )
        )  # fmt: skip
        record("sign_in", actor, actor.email, now, {"way": way})
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
        record("session_revoked", actor, actor.email, now)


def end_sessions(actor: Actor, *, now: datetime, but: str | None = None) -> None:
    """Sign out everywhere at once; `but` is the secret id of the session that stays."""
    permits.check("access.own", actor.roles)
    with atomic():
        live = (Session.member_id == actor.id) & Session.revoked_at.is_(None)
        if but is not None:
            live &= Session.id_hash != fingerprint(but)
        db.session.execute(update(Session).where(live).values(revoked_at=now))
        record("session_revoked", actor, actor.email, now)
