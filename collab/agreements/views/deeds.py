"""Pressing a button on the page of an agreement. A press that came too late is answered on the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request
from marshmallow import Schema
from werkzeug.wrappers import Response

from collab.agreements import service
from collab.agreements.schemas import AgreementDeliveryIn, AgreementHandoverIn, AgreementReasonIn, NewDateIn
from collab.agreements.views import paper
from collab.agreements.views.pages import sheet
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotNow
from collab.kernel.fields import load
from collab.kernel.permits import permit
from collab.web.identity import current_member, reader

bp = Blueprint("agreement_deeds", __name__)
Answer = Response | tuple[str, int]
Act = Callable[[Actor, dict[str, Any]], object]


@bp.post("/agreements/<key>/agree")
@permit("agreement.agree")
def agree(key: str) -> Answer:
    """Say yes for one's side."""
    return _press(key, "agree", lambda me, _sent: service.agree(me, key, now=clock.now()))


@bp.post("/agreements/<key>/deliver")
@permit("agreement.deliver")
def deliver(key: str) -> Answer:
    """The data is there."""

    def act(me: Actor, sent: dict[str, Any]) -> object:
        return service.deliver(me, key, sent, due_on=sent.get("due_on"), now=clock.now())

    return _press(key, "deliver", act, AgreementDeliveryIn())


@bp.post("/agreements/<key>/confirm")
@permit("agreement.confirm")
def confirm(key: str) -> Answer:
    """It is there and whole."""
    return _press(key, "confirm", lambda me, _sent: service.confirm(me, key, now=clock.now()))


@bp.post("/agreements/<key>/dispute")
@permit("agreement.dispute")
def dispute(key: str) -> Answer:
    """It did not arrive, or not whole."""
    return _press(
        key, "dispute", lambda me, sent: service.dispute(me, key, **sent, now=clock.now()), AgreementReasonIn()
    )


@bp.post("/agreements/<key>/postpone")
@permit("agreement.postpone")
def postpone(key: str) -> Answer:
    """A new date."""
    return _press(key, "postpone", lambda me, sent: service.postpone(me, key, **sent, now=clock.now()), NewDateIn())


@bp.post("/agreements/<key>/pause")
@permit("agreement.pause")
def pause(key: str) -> Answer:
    """Nothing is awaited for a while."""
    return _press(key, "pause", lambda me, sent: service.pause(me, key, **sent, now=clock.now()), AgreementReasonIn())


@bp.post("/agreements/<key>/resume")
@permit("agreement.resume")
def resume(key: str) -> Answer:
    """It goes on."""
    return _press(key, "resume", lambda me, _sent: service.resume(me, key, now=clock.now()))


@bp.post("/agreements/<key>/end")
@permit("agreement.end")
def end(key: str) -> Answer:
    """For good."""
    return _press(key, "end", lambda me, sent: service.end(me, key, **sent, now=clock.now()), AgreementReasonIn())


@bp.post("/agreements/<key>/handover")
@permit("agreement.handover")
def handover(key: str) -> Answer:
    """Into other hands."""

    def act(me: Actor, sent: dict[str, Any]) -> object:
        return service.hand_over(me, key, to=sent["to"], side=sent.get("side"), now=clock.now())

    return _press(key, "handover", act, AgreementHandoverIn())


def _press(key: str, verb: str, act: Act, schema: Schema | None = None) -> Answer:
    """Do it, say so and show the agreement; refused, show it with the reason and what was typed."""
    me, how = current_member(), reader()
    typed = {name: request.form[name] for name in (schema.fields if schema else ()) if name in request.form}
    try:
        act(me, load(schema, typed) if schema else {})
    except (NotNow, NotAllowed, Invalid) as refused:
        return _refused(me, key, verb, typed, refused), refused.status
    flash(how.say(f"agreement.page.did.{verb}"), "success")
    return redirect(f"/agreements/{key}", 303)


def _refused(me: Actor, key: str, verb: str, typed: dict[str, str], refused: DomainError) -> str:
    how = reader()
    view = paper.view_of(me, key, how, clock.now())
    errors = {path: how.say(text) for path, text in refused.fields.items()} if isinstance(refused, Invalid) else {}
    return sheet(view, problem=how.say(refused.text), errors=errors, typed={**typed, "verb": verb})
