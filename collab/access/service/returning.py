"""A guest comes back: a link by mail that signs in once, within ten minutes. Only guests; members use their provider.

The letter is written by a worker, so whoever asks learns nothing from the answer, nor from how long it takes; the code is made
when the letter is, and only its hash is kept. A letter that a busy server does not take is tried again with a new code.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from flask import current_app
from sqlalchemy import Table, delete, insert, select, update

from collab.access.models import SignInLink
from collab.access.queries import invitations as queries
from collab.access.rules import invitations as rules
from collab.access.rules.keys import LINK
from collab.access.service import sessions
from collab.access.service.inviting import Entered
from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic, current
from collab.kernel.db import AnyRow, db, run
from collab.kernel.errors import NotFound, NotNow
from collab.kernel.permits import permits
from collab.mail.client import configured, mailer
from collab.mail.letter import Letter
from collab.mail.problems import MailLater, MailProblem
from collab.people import queries as people
from collab.people.queries import guests
from collab.people.queries.actors import fingerprint
from collab.people.service.access import subject_of
from collab.subjects import service as subjects

log = structlog.get_logger(__name__)
DUTY = "letters"
LEASE, AGAIN, GIVES_UP, KEPT = timedelta(minutes=2), timedelta(seconds=30), timedelta(minutes=15), timedelta(days=2)
"""How long one worker has for a letter, when a busy server is asked again, until when, and how long rows are kept."""
_links: Table = SignInLink.__table__  # type: ignore[assignment]
Write = Callable[[Actor, str], Letter]


def _nobody(_guest: Actor, _code: str) -> Letter:
    raise RuntimeError("nobody has said how the letter is written")


@dataclass
class Letters:
    """How a link becomes a letter: filled at start-up."""

    write: Write = field(default=_nobody)


letters = Letters()


def ask(email: str, *, now: datetime) -> None:
    """Somebody would like a link to sign in with. Nothing tells whether there is a guest of that address; more than five an hour
    for one guest are not sent."""
    guest = guests.find_guest_by_email(email)
    here = guest is not None and guest.left_at is None
    member = guest.id if guest is not None and here else None
    often = member is not None and queries.count_links(member, now - timedelta(hours=1)) >= rules.MOST_LINKS_AN_HOUR
    mail_at = now if member is not None and not often and configured() else None
    with atomic():
        run(insert(_links), {"member_id": member, "asked_at": now, "mail_at": mail_at})
        current().after_commit(DUTY, lambda: current_app.extensions["wake"](DUTY))


def make_link(actor: Actor, member: int, *, now: datetime) -> str:
    """A code to pass on to a guest, where no mail can be sent: it lasts as long as an invitation's.

    Raises NotFound, NotAllowed, NotNow (letters can be sent, or they are gone).
    """
    guest, stay = guests.find_guest(member), queries.find_stay(member)
    relations = queries.relations(actor, stay.invited_by_id if stay else None)
    if guest is None or not permits.allows("guest.show", relations):
        raise NotFound
    permits.check("guest.link", relations, "here" if guest.left_at is None else "gone")
    if configured():
        raise NotNow("guest_has_mail")
    code = secrets.token_urlsafe(32)
    with atomic():
        subjects.lock_or_introduce(subject_of(guest.email), "member")
        made = {"code_hash": fingerprint(code), "asked_at": now, "expires_at": now + rules.CODE_LASTS}
        run(insert(_links), {"member_id": member, **made})
        audit.record("guest_link_made", subject_of(guest.email), actor=actor, at=now)
    return code


def enter(code: str, *, browser: str, now: datetime) -> Entered:
    """Sign in with a link: once. Raises NotNow: it is none, was used, is too old, or they may not come any more."""
    with atomic():
        that = select(_links).where(_links.c.code_hash == fingerprint(code))
        row = run(that.with_for_update()).one_or_none()
        guest = usable(row, now)
        if row is None or guest is None:
            raise NotNow("sign_in_link_over")
        run(update(_links).where(_links.c.id == row.id).values(used_at=now))
        return Entered(guest, sessions.sign_in(guest, browser=browser, way=LINK, now=now))


def usable(row: AnyRow | None, now: datetime) -> Actor | None:
    """Whom a link signs in now; None: nobody any more."""
    if row is None or row.used_at is not None or row.expires_at is None or row.expires_at <= now:
        return None
    guest = people.find_actor(row.member_id, now)
    return guest if guest is not None and guest.active and guest.is_partner else None


def send_waiting(*, now: datetime, until: float | None = None) -> int:
    """Hand over the letters that are due, until the steady clock says `until`; returns how many the server took."""
    end, taken = until or time.monotonic() + 20, 0
    while mailer() is not None and time.monotonic() < end and (mine := _claim(now)) is not None:
        taken += _send(mine, now)
    return taken


def tidy(*, now: datetime) -> None:
    """Drop what was asked for days ago."""
    with atomic():
        db.session.execute(delete(_links).where(_links.c.asked_at < now - KEPT, _links.c.mail_at.is_(None)))


def _claim(now: datetime) -> AnyRow | None:
    """One that is due, ours until the lease is over."""
    due = select(_links.c.id).where(_links.c.mail_at <= now).order_by(_links.c.mail_at, _links.c.id).limit(1)
    with atomic():
        found = db.session.scalar(due.with_for_update(skip_locked=True))
        ours = update(_links).where(_links.c.id == found, _links.c.mail_at <= now).values(mail_at=now + LEASE)
        return db.session.execute(ours.returning(_links)).one_or_none()


def _send(row: AnyRow, now: datetime) -> bool:
    """Make a code, keep its hash, hand the letter over. What may have been taken is not sent again: they ask anew."""
    guest, server = people.find_actor(row.member_id, now), mailer()
    if guest is None or not guest.active or server is None or now - row.asked_at > GIVES_UP:
        return _settle(row, mail_at=None)
    code = secrets.token_urlsafe(32)
    _settle(row, code_hash=fingerprint(code), expires_at=now + rules.LINK_LASTS)
    try:
        server.send(letters.write(guest, code), now)
    except MailProblem as problem:
        log.warning("access.link_not_mailed", link=row.id, error=problem.error)
        return _settle(row, mail_at=now + AGAIN if isinstance(problem, MailLater) else None)
    _settle(row, mail_at=None)
    return True


def _settle(row: AnyRow, **values: object) -> bool:
    with atomic():
        run(update(_links).where(_links.c.id == row.id).values(**values))
    return False
