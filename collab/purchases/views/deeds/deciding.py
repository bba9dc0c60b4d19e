"""The deciders' buttons. A press that came too late is answered on the page: who, when, what changed."""

from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import Schema

from collab.approvals import service as approvals
from collab.approvals.service.adding import add_step
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.fields import load
from collab.kernel.permits import permit
from collab.purchases.schemas import DecisionIn, HoldIn, LiftIn, ReasonIn, StepIn
from collab.purchases.views import paper, rows
from collab.purchases.views import said as words
from collab.purchases.views.deeds.base import Answer, bp, press, said, typed
from collab.purchases.views.pages import sheet
from collab.purchases.views.writing import asked
from collab.web.identity import current_member, reader

DECISION = ("verb", "comment", "return_to", "resume", "opinion", "stage", "seen_version", "acting_for")


@bp.post("/purchases/<key>/decisions")
@permit("approval.decide")
def decide(key: str) -> Answer:
    """Say what the seat is asked for; without script, another row for a condition is a press of its own."""
    if request.form.get("then") == "row":
        return sheet(
            paper.view_of(current_member(), key, reader(), clock.now()),
            typed=typed(),
            rows=rows.count(request.form) + 1,
        )

    def act(me: Actor) -> str:
        wanted = load(DecisionIn, {**_sent(DECISION), "conditions": rows.conditions(request.form)})
        done = approvals.decide(key=key, actor=me, now=clock.now(), **words.of_decision(wanted))
        return _decided(done, key)

    return press(key, act)


@bp.post("/purchases/<key>/lift")
@permit("approval.lift")
def lift(key: str) -> Answer:
    """Approve over those who wait before."""

    def act(me: Actor) -> str:
        wanted = load(LiftIn(), _sent(("comment", "seen_version")))
        return _decided(approvals.lift(key=key, actor=me, now=clock.now(), **wanted), key)

    return press(key, act)


@bp.post("/purchases/<key>/hold")
@permit("approval.hold")
def hold(key: str) -> Answer:
    """Put one's seat on hold, with a reason and until a day."""
    return _press(
        key, "put_on_hold", HoldIn(), ("reason", "until_on"),
        lambda me, sent: approvals.hold(key=key, actor=me, now=clock.now(), **sent),
    )  # fmt: skip


@bp.post("/purchases/<key>/release")
@permit("approval.release")
def release(key: str) -> Answer:
    """Take one's seat up again."""
    return press(key, lambda me: said("released", approvals.release(key=key, actor=me, now=clock.now())))


@bp.post("/purchases/<key>/more_time")
@permit("approval.more_time")
def more_time(key: str) -> Answer:
    """One business day more for one's seat."""

    def act(me: Actor) -> str:
        due_at = approvals.more_time(key=key, actor=me, now=clock.now())
        return reader().say("approval.time.done", key=key, due=due_at)

    return press(key, act)


@bp.post("/purchases/<key>/steps")
@permit("approval.add_step")
def add(key: str) -> Answer:
    """Have more people asked, before or after one's own step."""

    def act(me: Actor) -> str:
        emails = [email for value in request.form.getlist("members") for email in value.replace(",", " ").split()]
        wanted = load(StepIn(), {**_sent(("reason", "kind", "before", "seen_version")), "members": emails})
        return said("added", add_step(key=key, actor=me, now=clock.now(), **words.of_step(wanted)))

    return press(key, act)


@bp.post("/purchases/<key>/undo")
@permit("approval.undo")
def undo(key: str) -> Answer:
    """Take one's own approval back."""
    return press(key, lambda me: said("undone", approvals.undo(key=key, actor=me, now=clock.now())))


@bp.post("/purchases/<key>/revoke")
@permit("approval.revoke")
def revoke(key: str) -> Answer:
    """Revoke the final decision, with a reason."""

    def act(me: Actor) -> str:
        reason = load(ReasonIn(), {"reason": request.form.get("comment", "")})["reason"]
        done = approvals.revoke(key=key, actor=me, reason=reason, now=clock.now())
        return said("revoked" if done.verb == "revoke" else "asked_to_revoke", done)

    return press(key, act)


def _press(key: str, word: str, schema: Schema, names: tuple[str, ...], act: Any) -> Answer:
    return press(key, lambda me: said(word, act(me, load(schema, _sent(names)))))


def _decided(done: approvals.Decision, key: str) -> str:
    """What was done, and whom it waits for now."""
    told = reader().say(f"purchase.done.{done.verb}")
    return f"{told} {asked(key, 'purchase.page.next_waits')}" if done.state == "pending" else told


def _sent(names: tuple[str, ...]) -> dict[str, str]:
    return {name: request.form[name] for name in names if request.form.get(name)}
