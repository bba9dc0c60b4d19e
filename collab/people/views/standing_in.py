"""`/me/standing-in`: what one delegated, what is delegated to one, secretaries and those one assists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.clock import day_in
from collab.kernel.company import company
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotNow
from collab.kernel.fields import load
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.people import queries, service
from collab.people.messages import delegation_facts, delegation_now
from collab.people.queries import DelegationView
from collab.people.registry import categories
from collab.people.schemas.standing_in import AbsenceIn, DelegationIn, SecretaryIn
from collab.people.views.standing_in_api import terms_of
from collab.web.identity import current_member, reader

bp = Blueprint("standing_in", __name__, template_folder="../templates", url_prefix="/me/standing-in")
HERE = "/me/standing-in"
_TERMS = ("deputy", "principal", "from_on", "until_on", "limit", "may_decide", "reason")
Answer = AnyResponse | tuple[str, int] | str


@bp.get("")
@permit("delegation.list")
def show() -> Answer:
    """Everything about standing in that concerns oneself."""
    me = current_member()
    permits.check("delegation.list", me.roles)
    return _page(me)


@bp.post("/delegations")
@permit("delegation.propose")
def propose() -> Answer:
    """Propose a delegation."""

    def act(me: Actor, now: datetime) -> str:
        sent: dict[str, Any] = {name: request.form.get(name, "") for name in _TERMS}
        sent["may_decide"] = "yes" if sent["may_decide"] else "no"
        body = load(DelegationIn(), {**sent, "categories": request.form.getlist("categories") or None})
        terms = terms_of(body)
        found = service.propose_delegation(
            me, deputy=body["deputy"], principal=body.get("principal"), terms=terms, now=now
        )
        return reader().say("delegation.page.proposed", who=queries.names_of([found.confirm_by])[found.confirm_by])

    return _do("propose", act)


@bp.post("/delegations/<int:number>/confirm")
@permit("delegation.confirm")
def confirm(number: int) -> Answer:
    """Confirm it, as the second person."""

    def act(me: Actor, now: datetime) -> str:
        service.confirm_delegation(me, number, now=now)
        return _said("confirmed")

    return _do("", act)


@bp.post("/delegations/<int:number>/end")
@permit("delegation.end")
def end(number: int) -> Answer:
    """End it, or turn it down."""

    def act(me: Actor, now: datetime) -> str:
        found = service.end_delegation(me, number, now=now)
        return _said("ended" if found.confirmed_at else "declined")

    return _do("", act)


@bp.post("/secretaries")
@permit("secretary.name")
def name_secretary() -> Answer:
    """Name a secretary."""

    def act(me: Actor, now: datetime) -> str:
        sent = {name: request.form.get(name, "") for name in ("secretary", "principal")}
        body = load(SecretaryIn(), sent)
        service.name_secretary(me, **body, now=now)
        return _said("named")

    return _do("secretary", act)


@bp.post("/secretaries/<int:number>/end")
@permit("secretary.end")
def end_secretary(number: int) -> Answer:
    """They assist no longer."""

    def act(me: Actor, now: datetime) -> str:
        service.end_secretary(me, number, now=now)
        return _said("removed")

    return _do("", act)


@bp.post("/absence")
@permit("absence.for")
def set_absence() -> Answer:
    """Say for a principal that they are away."""

    def act(me: Actor, now: datetime) -> str:
        body = load(AbsenceIn(), {name: request.form.get(name, "") for name in ("of", "from_on", "until_on", "deputy")})
        service.set_absence(me, **{**body, "of": body.get("of") or "", "deputy": body.get("deputy")}, now=now)
        return reader().say("delegation.page.away_set", name=queries.names_by_email([body["of"]])[body["of"]])

    return _do(f"away-{request.form.get('of', '')}", act)


@bp.post("/back")
@permit("absence.for")
def end_absence() -> Answer:
    """Say for a principal that they are back."""

    def act(me: Actor, now: datetime) -> str:
        of = request.form.get("of", "").strip().lower()
        service.end_absence(me, of=of, now=now)
        return reader().say("delegation.page.back_set", name=queries.names_by_email([of])[of])

    return _do("", act)


def _said(word: str) -> str:
    return reader().say(f"delegation.page.{word}")


def _do(form: str, act: Callable[[Actor, datetime], str]) -> Answer:
    """Do it, say so and come back; refused, the page with the reason and what was typed."""
    me = current_member()
    try:
        flash(act(me, clock.now()), "success")
    except (Invalid, NotNow, NotAllowed) as refused:
        return _page(me, form, refused), refused.status
    return redirect(HERE, 303)


def _page(me: Actor, form: str = "", refused: DomainError | None = None) -> str:
    how, now = reader(), clock.now()
    errors = {path: how.say(text) for path, text in refused.fields.items()} if isinstance(refused, Invalid) else {}
    found = queries.list_delegations(me.id, now)
    arrangements = queries.list_secretaries(me.id)
    others = [one for one in queries.list_actors(now) if "member" in one.roles]
    names = {one.id: one for one in others}
    bosses = [
        names[row.principal_id] for row in arrangements if row.secretary_id == me.id and row.principal_id in names
    ]
    rows = [_row(one, me, how, now) for one in found]
    return render_template(
        "people/standing_in.html", form=form, errors=errors, problem=how.say(refused.text) if refused else "",
        typed=request.form if form else {}, chosen=request.form.getlist("categories") if form else [],
        given=[row for row in rows if row["given"]], received=[row for row in rows if not row["given"]],
        others=[one for one in others if one.id != me.id], everybody=others, names=names, me=me,
        mine=[row for row in arrangements if row.principal_id == me.id], assist=[row for row in arrangements if row.secretary_id == me.id],
        bosses=bosses, may_name_any="admin" in me.roles, categories=categories, currency=company().currency,
    )  # fmt: skip


def _row(one: DelegationView, me: Actor, how: Reader, now: datetime) -> dict[str, Any]:
    """A delegation as the page lists it."""
    names = queries.names_of([one.principal, one.deputy, one.proposed_by])
    shown = delegation_now(one, names, me.id, company().currency, HERE, how)
    here = one.relations_of(me.id) | me.roles
    word = "upcoming" if one.state == "confirmed" and one.from_on > day_in(now, me.zone) else one.state
    return {
        "id": one.id, "key": one.key, "given": one.principal == me.id, "principal": shown.principal, "deputy": shown.deputy,
        "facts": [[how.say(label), value] for label, value in delegation_facts(shown, how)], "reason": one.reason or "",
        "state": word, "word": how.say(f"delegation.word.{word}"),
        "confirm": permits.allows("delegation.confirm", here, one.state), "end": permits.allows("delegation.end", here, one.state),
    }  # fmt: skip
