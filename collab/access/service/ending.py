"""Access ends as a whole: when a member leaves, and when an administrator fears that somebody else uses it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update

from collab.access.models import Identity, Session, SignInLink, Token
from collab.access.service.trail import record
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import NotFound
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.people.service import MemberLeft


def leave(news: MemberLeft) -> None:
    """Whoever leaves is out at once: in the transaction in which they do."""
    end_keys(news.member, now=news.at)


def end_keys(member_id: int, *, now: datetime) -> tuple[int, int]:
    """End every session and token of a member, inside the caller's transaction; how many of each. The ways back that a guest was
    sent lead nowhere any more.
    """
    links = (SignInLink.member_id == member_id) & SignInLink.used_at.is_(None)
    db.session.execute(update(SignInLink).where(links).values(used_at=now, mail_at=None))
    ended = []
    for table in (Session, Token):
        live = (table.member_id == member_id) & table.revoked_at.is_(None)
        ended.append(
            len(db.session.execute(update(table).where(live).values(revoked_at=now).returning(table.member_id)).all())
        )
    return ended[0], ended[1]


def end_all(actor: Actor, email: str, *, forget: bool = False, now: datetime) -> tuple[int, int]:
    """An administrator ends every session and token of a member; how many of each. `forget` also lets go of the accounts they
    sign in with, so that the next sign-in with their verified address binds anew. Raises NotAllowed, NotFound.
    """
    permits.check("access.end_all", actor.roles)
    with atomic():
        whose = people.find_actor_by_email(email, now)
        if whose is None:
            raise NotFound
        sessions, tokens = end_keys(whose.id, now=now)
        if forget:
            db.session.execute(delete(Identity).where(Identity.member_id == whose.id))
        details = {"sessions": sessions, "tokens": tokens, "accounts_forgotten": forget}
        record("access_ended", actor, whose.email, now, details)
    return sessions, tokens
