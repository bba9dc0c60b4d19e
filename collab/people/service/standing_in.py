"""Delegations (委任): proposed by one person, confirmed by a second, ended by either; they count from the confirmation on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, insert, update

from collab.audit import service as audit
from collab.kernel import reactions
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.clock import day_in
from collab.kernel.company import company
from collab.kernel.db import run
from collab.kernel.errors import Invalid, NotFound, NotNow, Text
from collab.kernel.money import BadAmount, Money
from collab.kernel.permits import permits
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people.models import Delegation
from collab.people.queries.actors import find_actor, find_actor_by_email, get_actor
from collab.people.queries.standing_in import DelegationView, get_delegation, is_secretary, key_of, list_open_of
from collab.people.registry import categories as known_categories
from collab.subjects import service as subjects

ASKED, TOLD = "delegation.asked", "delegation.told"
_delegations: Table = Delegation.__table__  # type: ignore[assignment]
_INSERT = insert(_delegations).returning(_delegations.c.id)


@dataclass(frozen=True)
class DelegationEnded:
    """Told inside the transaction in which a delegation ends: what fell to the deputy goes on."""

    principal: int
    deputy: int
    at: datetime


@dataclass(frozen=True)
class Terms:
    """What is delegated: both days inclusive, in the principal's zone; `limit` a decimal string in the company's currency,
    exclusive; no categories and no limit mean everything. `may_decide`: also final decisions while the principal is away."""

    from_on: date
    until_on: date
    categories: tuple[str, ...] = ()
    limit: str | None = None
    may_decide: bool = False
    reason: str | None = None


def propose(actor: Actor, *, deputy: str, terms: Terms, now: datetime, principal: str | None = None) -> DelegationView:
    """Propose that a deputy may approve for a principal (oneself, unless named). The deputy confirms what the principal
    proposes; what a secretary or an administrator proposes, the principal confirms.

    Raises:
        Invalid: days reversed or over, an unknown category, a bad limit, or people who cannot.
        NotAllowed: nobody else delegates in somebody's name.
    """
    whom = _principal(actor, principal, now)
    permits.check("delegation.propose", relations_to(actor, whom.id) | actor.roles)
    stand_in = find_actor_by_email(deputy, now)
    limit = _check(whom, stand_in, terms, now)
    assert stand_in is not None  # noqa: S101 - checked
    confirmer = stand_in if actor.id == whom.id else whom
    with atomic():
        values = {
            "principal_id": whom.id, "deputy_id": stand_in.id, "from_on": terms.from_on, "until_on": terms.until_on,
            "categories": sorted(set(terms.categories)) or None, "limit_minor": limit.minor if limit else None,
            "may_decide": terms.may_decide, "reason": terms.reason, "proposed_by_id": actor.id, "proposed_at": now,
            "confirm_by_id": confirmer.id,
        }  # fmt: skip
        delegation = get_delegation(int(run(_INSERT, values).scalar_one()))
        subjects.introduce(delegation.key, "delegation")
        after = {"principal": whom.email, "deputy": stand_in.email, **_said(terms, limit)}
        _record("delegation_proposed", delegation, actor, whom, now, after=after, reason=terms.reason)
        outbox.enqueue(_note(ASKED, delegation, confirmer.id, "asked"), now=now)
    return delegation


def confirm(actor: Actor, delegation: int, *, now: datetime) -> DelegationView:
    """The second person says yes: it counts from now on, never backwards.

    Raises:
        NotFound: no such delegation, or none of the actor's business.
        NotAllowed: somebody else must confirm it.
        NotNow: it stands already, has ended, or its days are over.
    """
    with atomic():
        found, principal = _locked(actor, delegation, "confirm", now)
        if found.until_on < day_in(now, principal.zone):
            raise NotNow("delegation_over")
        _move(found, {"confirmed_at": now})
        _record("delegation_confirmed", found, actor, principal, now)
        _tell(found, actor, "confirmed", now)
    return get_delegation(delegation)


def end(actor: Actor, delegation: int, *, now: datetime) -> DelegationView:
    """End it, or turn it down: what is decided stands, what waits goes where it would have gone. Raises like `confirm`."""
    with atomic():
        found, principal = _locked(actor, delegation, "end", now)
        _end(found, actor, now)
        verb = "delegation_ended" if found.confirmed_at else "delegation_declined"
        _record(verb, found, actor, principal, now)
        _tell(found, actor, "ended" if found.confirmed_at else "declined", now)
    return get_delegation(delegation)


def end_all(member: int, *, by: Actor | None, now: datetime) -> None:
    """Within the transaction in which a member leaves: nobody acts for them, they act for nobody."""
    for found in list_open_of(member):
        subjects.lock(found.key)
        found = get_delegation(found.id)  # noqa: PLW2901 - as it stands under the lock
        principal = find_actor(found.principal, now)
        if found.ended_at is None and principal is not None:
            _end(found, by, now)
            _record("delegation_ended", found, by, principal, now)
            _tell(found, by, "left", now)


def relations_to(actor: Actor, principal: int) -> frozenset[str]:
    """How somebody stands to a principal, in the words of the permit rows."""
    if actor.id == principal:
        return frozenset({"principal"})
    return frozenset({"secretary"}) if is_secretary(actor.id, principal) else frozenset()


def _principal(actor: Actor, email: str | None, now: datetime) -> Actor:
    """Raises Invalid where nobody, or nobody who decides, has this address."""
    if email is None or email.strip().lower() == actor.email:
        return actor
    found = find_actor_by_email(email, now)
    if found is None or "member" not in found.roles:
        raise Invalid({"principal": Text("people.problem.bad_principal")})
    return found


def _check(principal: Actor, deputy: Actor | None, terms: Terms, now: datetime) -> Money | None:
    """The limit as money. Raises Invalid with everything that is wrong."""
    problems: dict[str, Text] = {}
    if terms.until_on < terms.from_on:
        problems["until_on"] = Text("people.problem.days_reversed")
    if terms.from_on < day_in(now, principal.zone):
        problems["from_on"] = Text("people.problem.not_backwards")
    if deputy is None or "member" not in deputy.roles or deputy.id == principal.id:
        problems["deputy"] = Text("people.problem.bad_deputy")
    unknown = [code for code in terms.categories if code not in known_categories]
    if unknown:
        problems["categories"] = Text("field.not_a_choice", {"choices": ", ".join(known_categories)})
    try:
        limit = Money.parse(terms.limit, company().currency) if terms.limit else None
    except BadAmount as bad:
        limit, problems["limit"] = None, Text(f"people.problem.limit_{bad.reason}")
    if problems:
        raise Invalid(problems)
    return limit


def _said(terms: Terms, limit: Money | None) -> dict[str, Any]:
    return {
        "from_on": terms.from_on.isoformat(), "until_on": terms.until_on.isoformat(),
        "categories": sorted(set(terms.categories)) or None, "limit": str(limit) if limit else None,
        "may_decide": terms.may_decide,
    }  # fmt: skip


def _locked(actor: Actor, delegation: int, verb: str, now: datetime) -> tuple[DelegationView, Actor]:
    """The delegation under its lock, once the verb is permitted, and its principal."""
    subjects.lock(key_of(delegation))
    found = get_delegation(delegation)
    here = found.relations_of(actor.id) | relations_to(actor, found.principal) | actor.roles
    if not permits.allows("delegation.show", here):
        raise NotFound
    permits.check(f"delegation.{verb}", here, found.state)
    return found, get_actor(found.principal, now)


def _end(found: DelegationView, by: Actor | None, now: datetime) -> None:
    _move(found, {"ended_at": now, "ended_by_id": by.id if by else None})
    reactions.emit(DelegationEnded(found.principal, found.deputy, now))


def _move(found: DelegationView, values: Mapping[str, Any]) -> None:
    """Compare-and-set: an ended one stays ended, a confirmed one is confirmed once."""
    same = _delegations.c.confirmed_at.is_not(None) if found.confirmed_at else _delegations.c.confirmed_at.is_(None)
    at = (_delegations.c.id == found.id) & _delegations.c.ended_at.is_(None) & same
    if run(update(_delegations).where(at).values(**values)).rowcount != 1:
        raise NotNow("conflict")


def _record(verb: str, found: DelegationView, by: Actor | None, principal: Actor, now: datetime, **more: Any) -> None:
    acting_for = principal.email if by is not None and by.id not in (found.principal, found.deputy) else None
    audit.record(verb, found.key, actor=by, at=now, acting_for=acting_for, **more)


def _tell(found: DelegationView, by: Actor | None, what: str, now: datetime) -> None:
    """Everybody else who has to do with it hears; the card of whoever was asked says what became of it."""
    told = {found.principal, found.deputy, found.proposed_by} - ({by.id} if by else set())
    notes = [_note(TOLD, found, member, what, by=by.id if by else None) for member in sorted(told)]
    outbox.enqueue(*notes, now=now)
    outbox.repaint(found.key, turn=what, now=now)


def _note(kind: str, found: DelegationView, member: int, what: str, **args: Any) -> Note:
    return Note(
        kind, found.key, f"{found.key}:{what}:{member}", member=member, args={"id": found.id, "what": what, **args}
    )
