"""Guests come and go: whoever invited them decides, not an administrator alone, so the right is checked by the caller."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update

from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import NotNow
from collab.people.models import Member
from collab.people.queries.actors import find_actor, find_actor_by_email
from collab.people.service.access import subject_of
from collab.people.service.staffing import add_member, leave
from collab.subjects import service as subjects


def admit_guest(fields: Mapping[str, Any], *, by: Actor | None, now: datetime) -> int:
    """Make somebody a guest (email, name, partner_code, locale), or let one come again; their member id.

    Raises:
        NotNow: the address is that of one of the company's own members, or of a guest who is here.
    """
    email = str(fields["email"]).strip().lower()
    named = {"name_en": fields["name"], "name_ja": fields["name"], "partner_code": fields["partner_code"]}
    with atomic():
        known = find_actor_by_email(email, now)
        if known is None:
            return add_member({"email": email, "locale": fields["locale"], **named}, by=by, now=now)
        row = db.session.get_one(Member, known.id, with_for_update=True, populate_existing=True)
        if row.partner_code is None or row.deactivated_at is None:
            raise NotNow("member_exists", email=email)
        subjects.lock_or_introduce(subject_of(email), "member")
        change = {**named, "locale": fields["locale"], "locale_given": True, "deactivated_at": None}
        db.session.execute(update(Member).where(Member.id == known.id).values(**change))
        audit.record("guest_readmitted", subject_of(email), actor=by, at=now, after={"partner": fields["partner_code"]})
        return known.id


def end_guest(member: int, *, by: Actor | None, now: datetime) -> None:
    """A guest may not come any more: sessions end at once, what they held moves. Nothing where it is so already."""
    with atomic():
        actor = find_actor(member, now)
        if actor is not None and actor.is_partner and actor.active:
            leave(actor, by=by, now=now)
