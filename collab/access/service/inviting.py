"""A guest is invited, and comes: a code that opens once, within 72 hours. Of the code we keep only its hash."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, insert, select, update

from collab.access.models import Invitation
from collab.access.queries import invitations as queries
from collab.access.registry import sharings
from collab.access.rules import invitations as rules
from collab.access.rules.keys import LINK
from collab.access.service import sessions, staying
from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, run
from collab.kernel.errors import DomainError, Invalid, NotFound, NotNow, Text
from collab.kernel.i18n import LOCALES
from collab.kernel.permits import permits
from collab.kernel.words import checked_words
from collab.people import queries as people
from collab.people.queries import guests
from collab.people.queries.actors import fingerprint
from collab.people.service.access import subject_of
from collab.people.service.guests import admit_guest
from collab.subjects import service as subjects

LONGEST_NAME = 100
_invitations: Table = Invitation.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Sent:
    """An invitation that was just written; `code` is known here and nowhere else."""

    id: int
    code: str


@dataclass(frozen=True)
class Entered:
    """Somebody came in: who, and the secret id of their session."""

    member: Actor
    session: str


def invite(actor: Actor, fields: Mapping[str, Any], *, now: datetime) -> Sent:
    """Invite somebody of a partner: `email`, `name`, `partner`; if given, `until_on` (their last day), `locale`, `keys` (what is
    shared with them as soon as they come).

    Raises:
        NotAllowed: inviting is for leads and administrators.
        Invalid: field by field, also for an address that is a member's.
        NotNow: they are invited already.
    """
    permits.check("invitation.send", actor.roles)
    with atomic():
        read = _read(actor, fields, now)
        _lock(read["email"])
        if any(rules.state_of(row, now) == rules.OPEN for row in _open_ones(read["email"])):
            raise NotNow("invitation_open", email=read["email"])
        _revoke(_invitations.c.email == read["email"], now)
        code = secrets.token_urlsafe(32)
        values = {
            **read, "code_hash": fingerprint(code), "invited_by_id": actor.id, "made_at": now,
            "expires_at": now + rules.CODE_LASTS,
        }  # fmt: skip
        made: int = run(insert(_invitations).values(**values).returning(_invitations.c.id)).scalar_one()
        said = {"partner": read["partner_code"], "until_on": read["until_on"].isoformat(), "keys": read["keys"]}
        audit.record("guest_invited", subject_of(read["email"]), actor=actor, at=now, after=said)
    return Sent(made, code)


def send_again(actor: Actor, invitation: int, *, now: datetime) -> Sent:
    """A new code for an invitation that nobody has taken up; the old one opens nothing any more. It is an invitation like any
    other: whoever led a department when they sent it and leads none now does not send it again.

    Raises NotFound, NotAllowed, NotNow.
    """
    with atomic():
        row = _held(actor, invitation, "again", now)
        permits.check("invitation.send", actor.roles)
        code = secrets.token_urlsafe(32)
        change = {"code_hash": fingerprint(code), "expires_at": now + rules.CODE_LASTS, "mailed_at": None}
        run(update(_invitations).where(_invitations.c.id == row.id).values(**change))
        audit.record("invitation_sent_again", subject_of(row.email), actor=actor, at=now)
    return Sent(invitation, code)


def mailed(invitation: int, *, now: datetime) -> None:
    """The mail server took the letter."""
    with atomic():
        run(update(_invitations).where(_invitations.c.id == invitation).values(mailed_at=now))


def revoke(actor: Actor, invitation: int, *, now: datetime) -> None:
    """Take an invitation back; its code opens nothing any more. Raises NotFound, NotAllowed, NotNow."""
    with atomic():
        row = _held(actor, invitation, "revoke", now)
        _revoke(_invitations.c.id == row.id, now)
        audit.record("invitation_revoked", subject_of(row.email), actor=actor, at=now)


def revoke_of(member: int, *, now: datetime) -> None:
    """Whoever invited has left the company: what nobody took up yet is taken back, in the caller's transaction."""
    _revoke(_invitations.c.invited_by_id == member, now)


def accept(code: str, *, signed_in: Actor | None, browser: str, now: datetime) -> Entered:
    """Come in by a code: become a guest (or one again) until the day that was said, with what was shared, and signed in.

    Of two who use one code at the same moment, one comes in. Raises:
        NotFound: no such code.
        NotNow: it was used, taken back, is too old, or is for somebody else than who is signed in.
    """
    with atomic():
        row = _taken(code, signed_in, now)
        inviter = people.get_actor(row.invited_by_id, now)
        _lock(row.email)
        fields = {"email": row.email, "name": row.name, "partner_code": row.partner_code, "locale": row.locale}
        member = admit_guest(fields, by=inviter, now=now)
        change = {"accepted_at": now, "member_id": member}
        run(update(_invitations).where(_invitations.c.id == row.id).values(**change))
        staying.begin(member, row.until_on, inviter.id, now)
        guest = people.get_actor(member, now)
        shared = [key for key in row.keys if _given(inviter, key, guest.email, now)]
        audit.record("guest_joined", subject_of(guest.email), actor=guest, at=now, after={"shared": shared})
        return Entered(guest, sessions.sign_in(guest, browser=browser, way=LINK, now=now))


def _taken(code: str, signed_in: Actor | None, now: datetime) -> AnyRow:
    """The invitation of a code, locked and open. Raises NotFound, NotNow."""
    that = select(_invitations).where(_invitations.c.code_hash == fingerprint(code))
    row = run(that.with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    if signed_in is not None and signed_in.email != row.email:
        raise NotNow("invitation_other")
    state = rules.state_of(row, now)
    if state != rules.OPEN:
        raise NotNow(f"invitation_{state}")
    return row


def _given(inviter: Actor, key: str, email: str, now: datetime) -> bool:
    """Share one thing as the inviter would; what they may not share any more by now is left out."""
    sharing = sharings.get(key.partition("-")[0])
    if sharing is None:
        return False
    try:
        sharing.give(inviter, key, email, now)
    except DomainError:
        return False
    return True


def _held(actor: Actor, invitation: int, verb: str, now: datetime) -> AnyRow:
    row = run(select(_invitations).where(_invitations.c.id == invitation).with_for_update()).one_or_none()
    if row is None or not permits.allows("invitation.show", queries.relations(actor, row.invited_by_id)):
        raise NotFound
    permits.check(f"invitation.{verb}", queries.relations(actor, row.invited_by_id), rules.state_of(row, now))
    _lock(row.email)
    return row


def _lock(email: str) -> None:
    subjects.lock_or_introduce(subject_of(email), "member")


def _open_ones(email: str) -> Sequence[AnyRow]:
    return run(select(_invitations).where(_invitations.c.email == email, _untouched())).all()


def _untouched() -> Any:
    return _invitations.c.accepted_at.is_(None) & _invitations.c.revoked_at.is_(None)


def _revoke(which: Any, now: datetime) -> None:
    run(update(_invitations).where(which, _untouched()).values(revoked_at=now))


def _read(actor: Actor, fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What was given, checked field by field. Raises Invalid."""
    today, email = people.today(now), str(fields.get("email") or "").strip().lower()
    until_on: date = fields.get("until_on") or rules.usual_end(today)
    name = checked_words("name", fields.get("name"), longest=LONGEST_NAME)
    keys = list(dict.fromkeys(fields.get("keys") or ()))
    locale = fields.get("locale") or actor.locale
    problems = {
        "email": _email_problem(email, now),
        "name": None if name else Text("field.required"),
        "partner": None if guests.find_partner(str(fields.get("partner"))) else Text("invitation.problem.partner"),
        "until_on": rules.end_problem(until_on, today),
        "locale": None if locale in LOCALES else Text("field.not_a_choice", {"choices": ", ".join(LOCALES)}),
        "keys": _keys_problem(actor, keys),
    }
    if wrong := {name: text for name, text in problems.items() if text}:
        raise Invalid(wrong)
    return {
        "email": email, "name": name, "partner_code": fields["partner"], "until_on": until_on, "locale": locale, "keys": keys,
    }  # fmt: skip


def _email_problem(email: str, now: datetime) -> Text | None:
    if not email:
        return Text("field.required")
    known = people.find_actor_by_email(email, now)
    if known is not None and known.active:
        return Text("invitation.problem.guest_already" if known.is_partner else "invitation.problem.member_already")
    return rules.address_problem(email, guests.own_domains())


def _keys_problem(actor: Actor, keys: Sequence[str]) -> Text | None:
    """Why the first of these keys cannot be shared by this member."""
    if len(keys) > rules.MOST_KEYS:
        return Text("invitation.problem.many_keys", {"n": rules.MOST_KEYS})
    for key in keys:
        sharing = sharings.get(key.partition("-")[0])
        try:
            if sharing is None:
                return Text("invitation.problem.not_shareable", {"key": key[:40]})
            sharing.check(actor, key)
        except DomainError:
            return Text("invitation.problem.not_yours", {"key": key[:40]})
    return None
