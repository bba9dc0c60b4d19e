"""Whose a proven account at a provider is: bound once by verified address, known by its subject afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Table, delete, update

from collab.access.models import Identity, SpentSignIn
from collab.access.queries.identities import find_owner, find_subject
from collab.access.rules.claims import Proven
from collab.access.rules.doors import Door
from collab.access.rules.refusals import SignInRefused
from collab.access.service.trail import record
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db, insert_once
from collab.kernel.errors import NotNow
from collab.people import queries as people
from collab.people import service as people_service

SPENT_FOR = timedelta(hours=1)
_identities: Table = Identity.__table__  # type: ignore[assignment]
_spent: Table = SpentSignIn.__table__  # type: ignore[assignment]


def spend(state: str, *, now: datetime) -> None:
    """Use an answer of a provider up. Raises SignInRefused when it was used before, by whatever browser."""
    with atomic():
        db.session.execute(delete(_spent).where(_spent.c.spent_at < now - SPENT_FOR))
        if not insert_once(_spent, state_hash=people.fingerprint(state), spent_at=now):
            raise SignInRefused("state")


def recognise(door: Door, who: Proven, *, now: datetime) -> Actor:
    """The active member of this door whose the account is; at the first time it is bound to the one with its verified address.

    Raises:
        SignInRefused: nobody's, an unverified address, somebody who has left, a guest at the members' door or the reverse, an
            address that is bound to another account of this provider already.
    """
    with atomic():
        owner = find_owner(who.issuer, who.subject)
        member = people.find_actor(owner, now) if owner is not None else _first_time(door, who, now)
        if member is None:
            raise SignInRefused("unknown")
        if not member.active:
            raise SignInRefused("left", member=member.email)
        if member.is_partner != door.for_guests:
            raise SignInRefused("other_door", member=member.email)
        _bind(who, member, bound=owner is not None, now=now)
    return member


def _first_time(door: Door, who: Proven, now: datetime) -> Actor | None:
    if not who.email_verified:
        raise SignInRefused("unverified")
    if not door.takes(who.email):
        raise SignInRefused("domain")
    found = people.find_actor_by_email(who.email, now)
    if found is None and door.members_join:
        return _join(who, now)
    return found


def _join(who: Proven, now: datetime) -> Actor | None:
    """A member without a department, called as the provider says."""
    name = who.name or who.email.partition("@")[0]
    fields = {"email": who.email, "name_en": name, "name_ja": name, "locale": who.locale}
    people_service.add_member(fields, by=None, now=now)
    return people.find_actor_by_email(who.email, now)


def _bind(who: Proven, member: Actor, *, bound: bool, now: datetime) -> None:
    mine = (_identities.c.issuer == who.issuer) & (_identities.c.subject == who.subject)
    if bound:
        db.session.execute(update(_identities).where(mine).values(seen_at=now))
        return
    if find_subject(member.id, who.issuer) is not None:
        raise SignInRefused("bound", member=member.email)
    values = {"issuer": who.issuer, "subject": who.subject, "member_id": member.id, "email": who.email}
    if not insert_once(_identities, **values, bound_at=now, seen_at=now):
        raise NotNow
    record("account_bound", member, member.email, now, {"issuer": who.issuer, "email": who.email})


def note_refusal(reason: str, email: str, *, now: datetime) -> None:
    """Keep in the trail that somebody with a member's account was not let in."""
    with atomic():
        record("sign_in_refused", None, email, now, {"why": reason})
