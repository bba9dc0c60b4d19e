"""Pressing a button on the page of a request. A press that came too late is answered on the page: who, when, what changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from collab.approvals import service as approvals
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotNow
from collab.kernel.fields import load
from collab.kernel.permits import permit
from collab.purchases import queries, service
from collab.purchases.schemas import DecisionIn, ReasonIn
from collab.purchases.views import paper, words
from collab.purchases.views.pages import sheet
from collab.purchases.views.writing import asked, incomplete
from collab.web.identity import current_member, reader

bp = Blueprint("purchase_deeds", __name__)
Answer = Response | tuple[str, int]


@bp.post("/purchases/<key>/decisions")
@permit("approval.decide")
def decide(key: str) -> Answer:
    """Approve, send back or reject on the seat the member holds."""
    sent = {name: request.form[name] for name in ("verb", "comment", "seen_version") if request.form.get(name)}

    def act(me: Actor) -> str:
        wanted = load(DecisionIn(), sent)
        done = approvals.decide(
            key=key, actor=me, verb=wanted["verb"], comment=wanted.get("comment"), seen_version=wanted.get("seen_version"),
            now=clock.now(),
        )  # fmt: skip
        said = reader().say(f"purchase.done.{done.verb}")
        return f"{said} {asked(key, 'purchase.page.next_waits')}" if done.state == "pending" else said

    return _press(key, act)


@bp.post("/purchases/<key>/submit")
@permit("purchase.submit")
def submit(key: str) -> Answer:
    """Submit a draft, or a returned request again; what is missing is asked for on the form."""
    me = current_member()

    def act(me: Actor) -> str:
        service.submit(me, key, now=clock.now())
        return asked(key, "purchase.page.filed")

    try:
        return _press(key, act, catch=(NotNow, NotAllowed))
    except Invalid as refused:
        return incomplete(me, key, refused)


@bp.post("/purchases/<key>/withdraw")
@permit("purchase.withdraw")
def withdraw(key: str) -> Answer:
    """Take it back to draft."""
    return _press(key, lambda me: _said("withdrawn", service.withdraw(me, key, now=clock.now())))


@bp.post("/purchases/<key>/drop")
@permit("purchase.drop")
def drop(key: str) -> Answer:
    """Give it up for good."""
    return _press(key, lambda me: _said("dropped", service.drop(me, key, now=clock.now())))


@bp.post("/purchases/<key>/undo")
@permit("approval.undo")
def undo(key: str) -> Answer:
    """Take one's own approval back."""
    return _press(key, lambda me: _said("undone", approvals.undo(key=key, actor=me, now=clock.now())))


@bp.post("/purchases/<key>/revoke")
@permit("approval.revoke")
def revoke(key: str) -> Answer:
    """Revoke the final decision, with a reason."""

    def act(me: Actor) -> str:
        reason = load(ReasonIn(), {"reason": request.form.get("comment", "")})["reason"]
        return _said("revoked", approvals.revoke(key=key, actor=me, reason=reason, now=clock.now()))

    return _press(key, act)


@bp.post("/purchases/<key>/copy")
@permit("purchase.copy")
def copy(key: str) -> Response:
    """A new draft with the same content; its form opens."""
    fresh = service.copy(current_member(), key, now=clock.now())
    flash(reader().say("purchase.page.copied"), "success")
    return redirect(f"/purchases/{fresh.key}/edit", 303)


def _press(
    key: str, act: Callable[[Actor], str], *, catch: tuple[type[DomainError], ...] = (NotNow, NotAllowed, Invalid)
) -> Answer:
    """Do it, say so and show the request; refused, show it with the reason and what was typed."""
    me = current_member()
    try:
        flash(act(me), "success")
    except catch as refused:
        return _refused(me, key, refused), refused.status
    return redirect(f"/purchases/{key}", 303)


def _refused(me: Actor, key: str, refused: DomainError) -> str:
    how = reader()
    view = paper.view_of(me, key, how, clock.now())
    errors = {path: how.say(text) for path, text in refused.fields.items()} if isinstance(refused, Invalid) else {}
    changed = []
    if refused.said_code == "content_changed":
        changed = words.since_seen(queries.history(me, key), refused.args_said["seen"], how)
    return sheet(
        view, problem=how.say(refused.text), errors=errors, changes=changed,
        typed={"verb": request.form.get("verb", request.path.rpartition("/")[2]), "comment": request.form.get("comment", "")},
    )  # fmt: skip


def _said(word: str, _done: Any) -> str:
    return reader().say(f"purchase.page.{word}")
