"""Whose a Slack account is: tied by its confirmed e-mail, by a single-use link, or by an administrator's hand.

An account is one member's, and a member has one account in a workspace: both are keys in the database. An account that
is tied is never tied to somebody else by the way: it has to be let go first, by its owner or an administrator.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, select, update

from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db, insert_once
from collab.kernel.errors import NotAllowed, NotFound, NotNow
from collab.kernel.permits import permits
from collab.people.models import LinkCode, Member, SlackAccount, SlackLookup, SlackStranger
from collab.people.queries import accounts as queries
from collab.people.queries.actors import find_actor_by_email, fingerprint, get_actor
from collab.people.rules import LEFT, NO_MEMBER, OTHER_ACCOUNT, TAKEN, UNLINKED
from collab.people.service import profiles
from collab.people.service.access import subject_of
from collab.slack.accounts import UNKNOWN, Account
from collab.slack.identity import Stranger
from collab.subjects import service as subjects

LINK_LIVES = timedelta(minutes=15)
CODES_KEPT = timedelta(days=1)
BY_EMAIL = "e-mail"
_accounts: Table = SlackAccount.__table__  # type: ignore[assignment]
_codes: Table = LinkCode.__table__  # type: ignore[assignment]
_lookups: Table = SlackLookup.__table__  # type: ignore[assignment]
_strangers: Table = SlackStranger.__table__  # type: ignore[assignment]


def recognise(account: Account | None, team_id: str, user_id: str, *, now: datetime) -> Actor | Stranger:
    """Tie an account to the one active member with its confirmed e-mail; else the stranger it is, and why."""
    if account is None:
        return Stranger(team_id, user_id, UNKNOWN, may_link=False)
    actor, why = _owner(account, team_id, now)
    if actor is not None:
        try:
            with atomic():
                fresh = _tie(actor, team_id, user_id, by=BY_EMAIL, actor=None, now=now)
                adopted = profiles.adopt(actor, account, now=now) if fresh else False
        except NotNow:
            why = OTHER_ACCOUNT
        else:
            return get_actor(actor.id, now) if adopted else actor
    facts = {"name": account.name, "handle": account.handle, "email": account.email, "locale": account.locale}
    return Stranger(team_id, user_id, why, **facts, may_link=not account.why_not_in(team_id))


def _owner(account: Account, team_id: str, now: datetime) -> tuple[Actor | None, str]:
    if why := account.why_no_proof(team_id):
        return None, why
    known = queries.find_stranger(team_id, account.id)
    if known is not None and known.why == UNLINKED:
        return None, UNLINKED
    actor = find_actor_by_email(account.email, now)
    if actor is None:
        return None, NO_MEMBER
    return (actor, "") if actor.active else (None, LEFT)


def find_by_email(actor: Actor, account: Account | None, team_id: str, *, now: datetime) -> str | None:
    """Tie the account Slack knows under a member's address and return its id; else remember for a while why not."""
    why = _why_not(actor, account, team_id)
    if not why and account is not None:
        try:
            with atomic():
                if _tie(actor, team_id, account.id, by=BY_EMAIL, actor=None, now=now):
                    profiles.adopt(actor, account, now=now)
        except NotNow:
            why = TAKEN
        else:
            return account.id
    with atomic():
        _note_lookup(actor.id, why, now)
    return None


def _why_not(actor: Actor, account: Account | None, team_id: str) -> str:
    if account is None:
        return UNKNOWN
    if why := account.why_no_proof(team_id):
        return why
    known = queries.find_stranger(team_id, account.id)
    if known is not None and known.why == UNLINKED:
        return UNLINKED
    return "" if account.email == actor.email else NO_MEMBER


def greet(stranger: Stranger, *, now: datetime) -> str:
    """Write down that a stranger spoke; a single-use code to become known with, empty where nobody may use one."""
    with atomic() as unit:
        _count(stranger, now)
        if not stranger.may_link:
            return ""
        db.session.execute(delete(_codes).where(_codes.c.expires_at < now - CODES_KEPT))
        secret = secrets.token_urlsafe(24)
        unit.session.add(
            LinkCode(
                code_hash=fingerprint(secret), team_id=stranger.team, user_id=stranger.user, expires_at=now + LINK_LIVES
            )
        )
    return secret


def link_by_code(actor: Actor, code: str, *, now: datetime) -> str | None:
    """Use a link code: this Slack account is the actor's from now on. The account, if it was not before.

    Raises:
        NotNow: the code is used up, expired or unknown, the account is somebody else's, or the actor has another one.
    """
    permits.check("access.link", actor.roles)
    with atomic():
        usable = (_codes.c.code_hash == fingerprint(code)) & _codes.c.used_at.is_(None) & (_codes.c.expires_at > now)
        used = update(_codes).where(usable).values(used_at=now).returning(_codes.c.team_id, _codes.c.user_id)
        row = db.session.execute(used).one_or_none()
        if row is None:
            raise NotNow("link_expired")
        return row.user_id if _tie(actor, row.team_id, row.user_id, by=actor.email, actor=actor, now=now) else None


def connect(admin: Actor, email: str, account: Account, team_id: str, *, now: datetime) -> None:
    """Tie an account to a member by hand.

    Raises:
        NotAllowed: no administrator; or it would be the administrator's own.
        NotFound: no such active member.
        NotNow: the account is not one of a person here, is somebody's, its address is another member's, or the member
            has another account.
    """
    permits.check("access.connect", admin.roles)
    member = find_actor_by_email(email, now)
    if member is None or not member.active:
        raise NotFound
    if member.id == admin.id:
        raise NotAllowed("own_account")
    if account.why_not_in(team_id):
        raise NotNow("not_a_person_here")
    namesake = find_actor_by_email(account.email, now) if account.email else None
    if namesake is not None and namesake.active and namesake.id != member.id:
        raise NotNow("address_of_another", email=namesake.email)
    with atomic():
        if _tie(member, team_id, account.id, by=admin.email, actor=admin, now=now):
            profiles.adopt(member, account, now=now)


def unlink(by: Actor, email: str, *, now: datetime) -> None:
    """Let a member's Slack accounts go; their e-mail will not tie them again, a link or an administrator may.

    Raises:
        NotAllowed: neither one's own nor an administrator.
        NotFound: no such member, or no account.
    """
    own = by.email == email.strip().lower()
    permits.check("access.own" if own else "access.connect", by.roles)
    with atomic():
        member = find_actor_by_email(email, now)
        rows = queries.list_slack_accounts(member.id) if member else []
        if member is None or not rows:
            raise NotFound
        for row in rows:
            _let_go(member.email, row.team_id, row.user_id, by=by, now=now)
            _remember_unlinked(row.team_id, row.user_id, now)
        _note_lookup(member.id, UNLINKED, now)


def dismiss(admin: Actor, team_id: str, user_id: str, *, now: datetime) -> None:
    """Take a stranger off the list: it is known that this account is nobody's. Raises NotAllowed, NotFound."""
    permits.check("access.connect", admin.roles)
    with atomic():
        that = (_strangers.c.team_id == team_id) & (_strangers.c.user_id == user_id)
        change = {"dismissed_at": now, "dismissed_by": admin.email}
        if db.session.scalar(update(_strangers).where(that).values(**change).returning(_strangers.c.user_id)) is None:
            raise NotFound


def account_changed(account: Account, team_id: str, *, now: datetime) -> None:
    """An account of the workspace is another now: one that was deactivated is no way in any more, and one that was tied by
    an e-mail it no longer has is nobody's until it is tied again."""
    with atomic():
        holder = queries.find_holder(team_id, account.id)
        if holder is not None and _no_longer(account, team_id, holder):
            _let_go(holder.email, team_id, account.id, by=None, now=now)
        if account.email:
            namesakes = select(Member.id).where(Member.email == account.email)
            again = _lookups.c.member_id.in_(namesakes) & (_lookups.c.why != UNLINKED)
            db.session.execute(delete(_lookups).where(again))


def _no_longer(account: Account, team_id: str, holder: Any) -> bool:
    if account.why_not_in(team_id):
        return True
    return holder.linked_by == BY_EMAIL and bool(account.email) and account.email != holder.email


def _tie(member: Actor, team_id: str, user_id: str, *, by: str, actor: Actor | None, now: datetime) -> bool:
    """Inside the caller's transaction; whether it was not tied before. `by` is kept with the account: who tied it, or that its
    e-mail did."""
    values = {"team_id": team_id, "user_id": user_id, "member_id": member.id, "linked_at": now, "linked_by": by}
    if not insert_once(_accounts, **values):
        holder = queries.find_holder(team_id, user_id)
        if holder is None:
            raise NotNow("other_account")
        if holder.id != member.id:
            raise NotNow("already_linked")
        return False
    db.session.execute(delete(_lookups).where(_lookups.c.member_id == member.id))
    that = (_strangers.c.team_id == team_id) & (_strangers.c.user_id == user_id)
    db.session.execute(delete(_strangers).where(that))
    _record("slack_linked", actor, member.email, now, after={"account": f"{team_id}/{user_id}", "by": by})
    return True


def _let_go(email: str, team_id: str, user_id: str, *, by: Actor | None, now: datetime) -> None:
    that = (_accounts.c.team_id == team_id) & (_accounts.c.user_id == user_id)
    db.session.execute(delete(_accounts).where(that))
    _record("slack_unlinked", by, email, now, before={"account": f"{team_id}/{user_id}"})


def _remember_unlinked(team_id: str, user_id: str, now: datetime) -> None:
    stranger = {"team_id": team_id, "user_id": user_id, "name": "", "handle": "", "email": "", "why": UNLINKED}
    insert_once(_strangers, **stranger, times=0, first_at=now, last_at=now)


def _count(stranger: Stranger, now: datetime) -> None:
    """Once more the same stranger; what Slack says about the account may have changed since."""
    facts = {"name": stranger.name, "handle": stranger.handle, "email": stranger.email, "why": stranger.why}
    where = {"team_id": stranger.team, "user_id": stranger.user}
    if insert_once(_strangers, **where, **facts, times=1, first_at=now, last_at=now):
        return
    that = (_strangers.c.team_id == stranger.team) & (_strangers.c.user_id == stranger.user)
    change = {**facts, "times": _strangers.c.times + 1, "last_at": now}
    db.session.execute(update(_strangers).where(that).values(**change))


def _note_lookup(member_id: int, why: str, now: datetime) -> None:
    if not insert_once(_lookups, member_id=member_id, why=why, looked_at=now):
        mine = _lookups.c.member_id == member_id
        db.session.execute(update(_lookups).where(mine).values(why=why, looked_at=now))


def _record(
    verb: str, by: Actor | None, email: str, now: datetime, *, before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    subjects.lock_or_introduce(subject_of(email), "member")
    audit.record(verb, subject_of(email), actor=by, at=now, before=before, after=after)
