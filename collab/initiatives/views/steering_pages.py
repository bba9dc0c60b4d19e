"""Forms on the page of an initiative by which it is steered. What is refused is said there, with what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, request
from marshmallow import Schema
from werkzeug.wrappers import Response

from collab.initiatives import service
from collab.initiatives.rules.moves import PILOT
from collab.initiatives.schemas.steering import (
    ConstraintIn,
    HealthIn,
    LogIn,
    MilestoneIn,
    PilotIn,
    SteeringNoteIn,
    VoteIn,
)
from collab.initiatives.views import paper
from collab.initiatives.views.pages import sheet
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, NotAllowed, NotNow, Text
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.web.identity import current_member, reader

bp = Blueprint("initiative_steering_pages", __name__)
Answer = str | Response | tuple[str, int]


@bp.post("/initiatives/<key>/pilot")
@permit("initiative.pilot")
def begin_pilot(key: str) -> Answer:
    """Begin the pilot."""

    def act(me: Actor, sent: dict[str, Any]) -> Text:
        service.pilot(me, key, sent, now=clock.now())
        return Text("initiative.pilot.did.begin")

    return _send(key, "pilot", "pilot", act, PilotIn())


@bp.post("/initiatives/<key>/vote")
@permit("initiative.vote")
def vote(key: str) -> Answer:
    """Scale or stop."""

    def act(me: Actor, sent: dict[str, Any]) -> Text:
        view = service.vote(
            me, key, sent["choice"], reason=sent.get("reason"), seen_pilot=sent.get("pilot"), now=clock.now()
        )
        word = sent["choice"] if view.state == PILOT else f"ended_{view.state}"
        return Text(f"initiative.pilot.did.{word}", {"key": key})

    return _send(key, "vote", "pilot", act, VoteIn())


@bp.post("/initiatives/<key>/milestones")
@permit("initiative.milestone")
def add_milestone(key: str) -> Answer:
    """Set one."""

    def act(me: Actor, sent: dict[str, Any]) -> Text:
        service.add_milestone(me, key, sent, now=clock.now())
        return Text("initiative.milestone.did.add")

    owners = [request.form.get(f"owners.{number}", "") for number in range(2)]
    return _send(key, "milestone", "milestones", act, MilestoneIn(), more={"owners": owners})


@bp.post("/initiatives/<key>/milestones/<int:number>/reach")
@permit("initiative.milestone_end")
def reach_milestone(key: str, number: int) -> Answer:
    """It is reached."""

    def act(me: Actor, sent: dict[str, Any]) -> Text:
        service.reach_milestone(me, key, number, note=sent.get("note"), now=clock.now())
        return Text("initiative.milestone.did.reached")

    return _send(key, f"reach-{number}", "milestones", act, SteeringNoteIn())


@bp.post("/initiatives/<key>/milestones/<int:number>/drop")
@permit("initiative.milestone_end")
def drop_milestone(key: str, number: int) -> Answer:
    """It is given up."""

    def act(me: Actor, sent: dict[str, Any]) -> Text:
        service.drop_milestone(me, key, number, note=sent.get("note"), now=clock.now())
        return Text("initiative.milestone.did.dropped")

    return _send(key, f"drop-{number}", "milestones", act, SteeringNoteIn())


@bp.post("/initiatives/<key>/log")
@permit("initiative.log")
def add_entry(key: str) -> Answer:
    """Write something down."""

    def act(me: Actor, sent: dict[str, Any]) -> Text:
        service.add_entry(me, key, sent, now=clock.now())
        return Text("initiative.log.did.add")

    return _send(key, "log", "log", act, LogIn())


@bp.post("/initiatives/<key>/log/<int:number>/close")
@permit("initiative.log_close")
def close_risk(key: str, number: int) -> Answer:
    """A risk is over."""

    def act(me: Actor, sent: dict[str, Any]) -> Text:
        service.close_risk(me, key, number, note=sent.get("note"), now=clock.now())
        return Text("initiative.log.did.closed")

    return _send(key, f"risk-{number}", "log", act, SteeringNoteIn())


@bp.post("/initiatives/<key>/constraints")
@permit("initiative.constraint")
def add_constraint(key: str) -> Answer:
    """Write down a limit."""

    def act(me: Actor, sent: dict[str, Any]) -> Text:
        service.add_constraint(me, key, sent, now=clock.now())
        return Text("initiative.constraint.asked")

    return _send(key, "constraint", "constraints", act, ConstraintIn(), needs="initiative.constraint")


@bp.post("/initiatives/<key>/constraints/<int:number>/lift")
@permit("initiative.lift")
def lift(key: str, number: int) -> Answer:
    """It stands no more."""

    def act(me: Actor, sent: dict[str, Any]) -> Text:
        service.lift(me, key, number, note=sent.get("note"), now=clock.now())
        return Text("initiative.constraint.did", {"key": key})

    return _send(key, f"lift-{number}", "constraints", act, SteeringNoteIn())


@bp.post("/initiatives/<key>/health")
@permit("initiative.health")
def say_health(key: str) -> Answer:
    """How it goes for one's side."""

    def act(me: Actor, sent: dict[str, Any]) -> Text:
        service.say_health(me, key, sent["health"], note=sent.get("note"), now=clock.now())
        return Text("initiative.going.did")

    return _send(key, "health", "health", act, HealthIn())


def _send(
    key: str, verb: str, part: str, act: Any, schema: Schema, more: Mapping[str, Any] | None = None, *, needs: str = ""
) -> Answer:
    """Do what a form asks, say so and go back to its section; refused, show the page with the reason and what was typed. `needs`:
    the verb to ask for before what was typed is judged, where an empty form is already wrong."""
    me, how = current_member(), reader()
    typed = {name: request.form[name] for name in schema.fields if name in request.form}
    try:
        if needs:
            seen = paper.view_of(me, key, how, clock.now())
            permits.check(needs, seen.relations, seen.initiative.state)
        said = act(me, load(schema, {**typed, **(more or {})}))
    except (NotNow, NotAllowed, Invalid) as refused:
        view = paper.view_of(me, key, how, clock.now())
        errors = {path: how.say(text) for path, text in refused.fields.items()} if isinstance(refused, Invalid) else {}
        shown = {
            **typed,
            **{f"owners.{at}": one for at, one in enumerate((more or {}).get("owners", ()))},
            "verb": verb,
        }
        return sheet(view, problem=how.say(refused.text), errors=errors, typed=shown), refused.status
    flash(how.say(said), "success")
    return redirect(f"/initiatives/{key}#{part}", 303)
