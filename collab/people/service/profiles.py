"""Language and zone begin with what somebody chose in Slack, until they choose here: taken once, when their account is first
known, and never again, whatever the profile says later."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, update

from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people.models import Member
from collab.people.queries.profiles import habits_of
from collab.people.service.access import subject_of
from collab.slack.accounts import Account
from collab.subjects import service as subjects

WELCOME = "people.welcome"
_members: Table = Member.__table__  # type: ignore[assignment]


def adopt(member: Actor, account: Account, *, now: datetime) -> bool:
    """Take what the profile says of what nobody chose, and say so to the member; whether there was anything to take."""
    with atomic():
        own = habits_of(member.id)
        taken: dict[str, str] = {}
        if account.locale and not own.locale_given and account.locale != own.locale:
            taken["locale"] = account.locale
        if account.zone and own.zone is None and account.zone != member.zone:
            taken["zone"] = account.zone
        if not taken:
            return False
        db.session.execute(update(_members).where(_members.c.id == member.id).values(**taken))
        subject = subject_of(member.email)
        subjects.lock_or_introduce(subject, "member")
        before = {name: getattr(own, name) for name in taken}
        audit.record("profile_taken", subject, actor=None, at=now, before=before, after=taken)
        outbox.enqueue(Note(WELCOME, subject, f"{WELCOME}:{member.id}", member=member.id, args=taken), now=now)
    return True
