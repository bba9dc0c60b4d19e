"""Tokens of programs: made and ended by their owners, shown once, kept as a hash."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, update

from collab.access.models import Token
from collab.access.queries.keys import count_tokens, list_expiring
from collab.access.rules.keys import LIVES, LIVES_UNLESS_SAID, MEASUREMENTS, MOST_TOKENS, SCOPES
from collab.access.service.trail import lock, record
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotFound, NotNow, Text
from collab.kernel.permits import permits
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people
from collab.people.queries import fingerprint
from collab.people.service.access import subject_of
from collab.subjects import queries as subject_queries

EXPIRING = "access.token_expiring"


def make_own_token(
    owner: Actor, *, label: str, days: int | None = None, scope: str | None = None, limited_to: Sequence[str] = (),
    now: datetime,
) -> str:  # fmt: skip
    """A token a member makes for themselves: for some days of LIVES, with or without a scope; its secret, shown this once.

    Raises:
        NotAllowed: not a member of any kind.
        Invalid: another life or scope, keys without the scope they limit, a key that leads nowhere.
        NotNow: MOST_TOKENS are open already.
    """
    permits.check("access.own", owner.roles)
    problems: dict[str, Text] = {}
    lives = LIVES_UNLESS_SAID if days is None else days
    if lives not in LIVES:
        problems["days"] = Text("access.token.bad_days", {"days": list(map(str, LIVES))})
    if scope is not None and scope not in SCOPES:
        problems["scope"] = Text("access.token.bad_scope")
    if limited_to and scope != MEASUREMENTS:
        problems["limited_to"] = Text("access.token.nothing_to_limit")
    if problems:
        raise Invalid(problems)
    span = timedelta(days=lives)
    return create_token(owner, label=label, by=owner, now=now, lives=span, scope=scope, limited_to=limited_to)


def create_token(
    owner: Actor, *, label: str, by: Actor | None, now: datetime, lives: timedelta | None = None, scope: str | None = None,
    limited_to: Sequence[str] | None = None,
) -> str:  # fmt: skip
    """A new bearer token for a member; it is shown once and only its hash is kept.

    With a `scope` it does that one thing in its owner's name, about the keys of `limited_to` or about all its owner may.
    Raises NotAllowed, NotNow (MOST_TOKENS are open), Invalid (a key that leads nowhere).
    """
    if by is not None:
        permits.check("access.own", by.roles)
    secret = f"collab_{secrets.token_urlsafe(32)}"
    with atomic() as unit:
        lock(owner.email)
        if by is not None and count_tokens(owner.id, now) >= MOST_TOKENS:
            raise NotNow("too_many_tokens", most=MOST_TOKENS)
        keys = _known(owner, limited_to)
        unit.session.add(
            Token(
                token_hash=fingerprint(secret), member_id=owner.id, label=label, created_at=now,
                expires_at=now + lives if lives else None, scope=scope, limited_to=keys,
            )
        )  # fmt: skip
        limits = {"scope": scope, **({"limited_to": keys} if keys else {})} if scope else {}
        record("token_created", by, owner.email, now, {"token": label, **limits})
    return secret


def _known(owner: Actor, keys: Sequence[str] | None) -> list[str] | None:
    """Keys that lead their owner somewhere (what they may not see is nowhere); none at all is no limit. Raises Invalid."""
    wanted = [*dict.fromkeys(keys or ())]
    there = [key for key in wanted if subject_queries.exists(key)]
    seen = subject_queries.list_summaries(owner, there) if there else {}
    missing = [key for key in wanted if key not in seen]
    if missing:
        raise Invalid({"limited_to": Text("access.token.unknown_key", {"key": missing[0]})})
    return wanted or None


def touch_token(token_id: int, *, now: datetime) -> None:
    """Note the day on which a token was used; on that day once is enough, however many calls come at the same moment."""
    with atomic():
        older = or_(Token.used_on.is_(None), Token.used_on < now.date())
        db.session.execute(update(Token).where(Token.id == token_id, older).values(used_on=now.date()))


def revoke_token(actor: Actor, token_id: int, *, now: datetime) -> None:
    """End one of one's own tokens. Raises NotFound."""
    permits.check("access.own", actor.roles)
    with atomic():
        mine = (Token.id == token_id) & (Token.member_id == actor.id) & Token.revoked_at.is_(None)
        gone = db.session.execute(update(Token).where(mine).values(revoked_at=now).returning(Token.label)).all()
        if not gone:
            raise NotFound
        record("token_revoked", actor, actor.email, now, {"token": gone[0].label})


def warn_expiring(*, now: datetime) -> int:
    """Tell owners of tokens that end within a week, each once; how many were told."""
    with atomic():
        rows = list_expiring(now)
        owners = people.emails_of(row.member_id for row in rows)
        told = [row for row in rows if _warn_once(row.id, now)]
        outbox.enqueue(*(_note(row, owners[row.member_id]) for row in told), now=now)
    return len(told)


def _warn_once(token_id: int, now: datetime) -> bool:
    untold = (Token.id == token_id) & Token.warned_at.is_(None)
    return bool(db.session.execute(update(Token).where(untold).values(warned_at=now).returning(Token.id)).all())


def _note(row: Any, email: str) -> Note:
    return Note(EXPIRING, subject_of(email), f"{EXPIRING}:{row.id}", member=row.member_id, args={"token": row.id})
