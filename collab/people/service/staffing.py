"""Who is here: joining, leaving, being away. Features above move what a person held, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select, update

from collab.audit import service as audit
from collab.kernel import reactions
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.company import company
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotFound, NotNow, Text
from collab.kernel.i18n import LOCALES
from collab.kernel.permits import permits
from collab.people.models import Absence, Member, Term
from collab.people.queries.actors import find_actor_by_email, today
from collab.people.service import standing_in, standing_in_leaving
from collab.people.service.access import let_go, subject_of
from collab.subjects import service as subjects


@dataclass(frozen=True)
class MemberLeft:
    """Told inside the transaction that deactivates a member: open seats must move at once."""

    member: int
    at: datetime


@dataclass(frozen=True)
class AbsenceStarted:
    """Told inside the transaction in which a member's absence begins: open seats go to the deputy."""

    member: int
    at: datetime


@dataclass(frozen=True)
class AbsenceEnded:
    """Told inside the transaction in which a member says that they are back."""

    member: int
    at: datetime


@dataclass(frozen=True)
class OfficeTaken:
    """Told inside the transaction in which somebody's term of an office begins: open seats follow the office."""

    office: str
    member: int
    at: datetime


def add_member(fields: Mapping[str, Any], *, by: Actor | None, now: datetime) -> int:
    """Add a member (email, name_en, name_ja, locale, zone, site_code, partner_code, is_admin, is_auditor). A language nobody
    named is the company's, until their Slack profile says another.

    Raises:
        NotNow: there is a member with this address already.
    """
    email = str(fields["email"]).strip().lower()
    with atomic() as unit:
        if find_actor_by_email(email, now) is not None:
            raise NotNow("member_exists", email=email)
        locale = {"locale": fields.get("locale") or company().locale, "locale_given": bool(fields.get("locale"))}
        member = Member(**{**fields, **locale, "email": email}, created_at=now)
        unit.session.add(member)
        unit.session.flush()
        _record(
            "member_added", by, email, now, after={key: value for key, value in fields.items() if value is not None}
        )
        return member.id


def deactivate(email: str, *, by: Actor | None, now: datetime) -> None:
    """A member leaves: sessions and tokens end and open seats move, at once and together. Raises NotFound."""
    if by is not None:
        permits.check("member.deactivate", by.roles)
    with atomic():
        actor = find_actor_by_email(email, now)
        if actor is None:
            raise NotFound
        leave(actor, by=by, now=now)


def leave(actor: Actor, *, by: Actor | None, now: datetime) -> None:
    """The same, whoever decided it: the caller has checked their right, and opened the transaction."""
    _record("member_deactivated", by, actor.email, now)
    gone = update(Member).where(Member.id == actor.id, Member.deactivated_at.is_(None)).values(deactivated_at=now)
    db.session.execute(gone)
    let_go(actor.id)
    standing_in.end_all(actor.id, by=by, now=now)
    standing_in_leaving.end_secretaries(actor.id, by=by, now=now)
    reactions.emit(MemberLeft(actor.id, now))


def be_away(
    actor: Actor, *, from_on: date, until_on: date, deputy: str | None, now: datetime, by: Actor | None = None
) -> None:
    """Say that a member is away from a day to a day (both inclusive) and who stands in.

    Raises:
        Invalid: days in the wrong order or over already, an unknown deputy, oneself as deputy.
        NotAllowed: a guest's absence concerns their own company.
    """
    if by is None:
        permits.check("absence.own", actor.roles)
    problems: dict[str, Text] = {}
    if until_on < from_on:
        problems["until_on"] = Text("people.problem.days_reversed")
    if until_on < today(now):
        problems["until_on"] = Text("people.problem.over_already")
    stand_in = find_actor_by_email(deputy, now) if deputy else None
    if deputy and (stand_in is None or "member" not in stand_in.roles or stand_in.id == actor.id):
        problems["deputy"] = Text("people.problem.bad_deputy")
    if problems:
        raise Invalid(problems)
    with atomic() as unit:
        absence = Absence(
            member_id=actor.id, deputy_id=stand_in.id if stand_in else None, from_on=from_on, until_on=until_on,
            made_by=(by or actor).email, made_at=now,
        )  # fmt: skip
        unit.session.add(absence)
        after = {
            "from_on": from_on.isoformat(),
            "until_on": until_on.isoformat(),
            "deputy": stand_in.email if stand_in else None,
        }
        _record("absence_set", by or actor, actor.email, now, after=after, acting_for=actor if by else None)
        unit.session.flush()
        if from_on <= today(now):
            _start(absence.id, actor.id, now)


def be_back(actor: Actor, *, now: datetime, by: Actor | None = None) -> None:
    """End every absence of a member that is running or ahead; `by` is a secretary who says so for them."""
    if by is None:
        permits.check("absence.own", actor.roles)
    with atomic():
        open_ones = update(Absence).where(
            Absence.member_id == actor.id, Absence.ended_at.is_(None), Absence.until_on >= today(now)
        )
        db.session.execute(open_ones.values(ended_at=now))
        _record("absence_ended", by or actor, actor.email, now, acting_for=actor if by else None)
        reactions.emit(AbsenceEnded(actor.id, now))


def set_locale(actor: Actor, locale: str, *, now: datetime) -> None:
    """Choose the language to be spoken to. Raises Invalid."""
    if locale not in LOCALES:
        raise Invalid({"lang": Text("field.not_a_choice", {"choices": ", ".join(LOCALES)})})
    with atomic():
        db.session.execute(update(Member).where(Member.id == actor.id).values(locale=locale, locale_given=True))
        _record("locale_set", actor, actor.email, now, after={"locale": locale})


def sweep(*, now: datetime) -> int:
    """Start the absences and terms of office that begin today; returns how many. Running it twice starts none twice."""
    day = today(now)
    absences = db.session.execute(
        select(Absence.id, Absence.member_id).where(
            Absence.started_at.is_(None), Absence.ended_at.is_(None), Absence.from_on <= day, Absence.until_on >= day
        )
    ).all()
    terms = db.session.execute(
        select(Term.id, Term.office_code, Term.member_id)
        .where(Term.started_at.is_(None), Term.confirmed, Term.from_on <= day)
        .where(or_(Term.until_on.is_(None), Term.until_on >= day))
        .order_by(Term.acting, Term.id)
    ).all()
    for absence, member in absences:
        with atomic():
            _start(absence, member, now)
    for term, office, member in terms:
        with atomic():
            _take_office(term, office, member, now)
    return len(absences) + len(terms)


def _take_office(term: int, office: str, member: int, now: datetime) -> None:
    begun = update(Term).where(Term.id == term, Term.started_at.is_(None)).values(started_at=now)
    if db.session.execute(begun.returning(Term.id)).all():
        reactions.emit(OfficeTaken(office, member, now))


def _start(absence: int, member: int, now: datetime) -> None:
    begun = update(Absence).where(Absence.id == absence, Absence.started_at.is_(None)).values(started_at=now)
    if db.session.execute(begun.returning(Absence.id)).all():
        reactions.emit(AbsenceStarted(member, now))


def _record(
    verb: str,
    by: Actor | None,
    email: str,
    now: datetime,
    *,
    after: Mapping[str, Any] | None = None,
    acting_for: Actor | None = None,
) -> None:
    subjects.lock_or_introduce(subject_of(email), "member")
    whom = acting_for.email if acting_for else None
    audit.record(verb, subject_of(email), actor=by, at=now, after=after, acting_for=whom)
