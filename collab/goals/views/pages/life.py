"""Pressing a button on the page of a goal: its life, who answers for it, who helps, one's own part. A press that came too late,
or lacks words, is answered with what is open now, and with what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request
from marshmallow import Schema
from werkzeug.wrappers import Response

from collab.goals import service
from collab.goals.queries import get_goal, relations_of
from collab.goals.queries.history import list_history
from collab.goals.schemas.life import (
    GoalAcceptIn,
    GoalCloseIn,
    GoalContributorIn,
    GoalOwnersIn,
    GoalPartIn,
    GoalReasonIn,
)
from collab.goals.views import life as shown
from collab.goals.views.pages.base import bp
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotNow, Text
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.web.identity import current_member, reader

Answer = Response | tuple[str, int]
Act = Callable[[Actor, dict[str, Any]], dict[str, Any]]
"""Does it; returns what its thanks say."""


@bp.post("/goals/<key>/accept")
@permit("goal.accept")
def accept(key: str) -> Answer:
    """Say yes for one's side."""

    def act(me: Actor, sent: dict[str, Any]) -> dict[str, Any]:
        goal = service.accept(me, key, sent["means"], now=clock.now(), seen=sent.get("seen"))
        missing = [held.member for held in goal.owners if not held.accepted]
        word = "accept_waits" if missing else "accept_active" if goal.state == "active" else "accept"
        return {"word": word, "names": list(people.names_of(missing).values())}

    return _press(key, "accept", act, GoalAcceptIn())


@bp.post("/goals/<key>/decline")
@permit("goal.decline")
def decline(key: str) -> Answer:
    """Say no, and why."""
    return _press(
        key, "decline", lambda me, sent: _did(service.decline(me, key, **sent, now=clock.now())), GoalReasonIn()
    )


@bp.post("/goals/<key>/plan")
@permit("goal.plan")
def plan(key: str) -> Answer:
    """A candidate becomes a draft."""
    return _press(key, "plan", lambda me, _sent: _did(service.plan(me, key, now=clock.now())))


@bp.post("/goals/<key>/activate")
@permit("goal.activate")
def activate(key: str) -> Answer:
    """It runs."""
    return _press(key, "activate", lambda me, _sent: _did(service.activate(me, key, now=clock.now())))


@bp.post("/goals/<key>/pause")
@permit("goal.pause")
def pause(key: str) -> Answer:
    """It stands still."""
    return _press(key, "pause", lambda me, sent: _did(service.pause(me, key, **sent, now=clock.now())), GoalReasonIn())


@bp.post("/goals/<key>/resume")
@permit("goal.resume")
def resume(key: str) -> Answer:
    """It goes on."""
    return _press(key, "resume", lambda me, _sent: _did(service.resume(me, key, now=clock.now())))


@bp.post("/goals/<key>/close")
@permit("goal.close")
def close(key: str) -> Answer:
    """It is over, with a lesson."""

    def act(me: Actor, sent: dict[str, Any]) -> dict[str, Any]:
        goal = service.close(me, key, **sent, now=clock.now())
        return {"result": reader().say(f"goal.result.{goal.result}")}

    return _press(key, "close", act, GoalCloseIn())


@bp.post("/goals/<key>/owners")
@permit("goal.name_owners")
def name_owners(key: str) -> Answer:
    """Who answers for it from now on; each choice is a department and an e-mail."""
    chosen = [request.form.get(name, "").strip() for name in ("first", "second")]
    named = [{"department": one.partition(" ")[0], "member": one.partition(" ")[2]} for one in chosen if one]
    body = {"accountable": named, "reason": request.form.get("reason", "")}

    def act(me: Actor, _sent: dict[str, Any]) -> dict[str, Any]:
        goal = get_goal(me, key)
        permits.check("goal.name_owners", relations_of(me, goal), goal.state)  # before what was typed is judged
        if not chosen[0]:
            raise Invalid({"accountable": Text("field.required")})
        sent = load(GoalOwnersIn(), body)
        return _did(service.name_owners(me, key, sent["accountable"], now=clock.now(), reason=sent.get("reason")))

    return _press(key, "owners", act)


@bp.post("/goals/<key>/contributors")
@permit("goal.share")
def add_contributor(key: str) -> Answer:
    """Name somebody who helps."""

    def act(me: Actor, sent: dict[str, Any]) -> dict[str, Any]:
        may = bool(sent.get("may_check_in"))
        service.add_contributor(me, key, sent["member"], may_check_in=may, now=clock.now())
        return _who(sent["member"])

    return _press(key, "shared", act, GoalContributorIn())


@bp.post("/goals/<key>/contributors/remove")
@permit("goal.share")
def remove_contributor(key: str) -> Answer:
    """They help no more."""

    def act(me: Actor, sent: dict[str, Any]) -> dict[str, Any]:
        service.remove_contributor(me, key, sent["member"], now=clock.now())
        return _who(sent["member"])

    return _press(key, "unshared", act, GoalContributorIn())


@bp.post("/goals/<key>/part")
@permit("goal.take_part")
def take_part(key: str) -> Answer:
    """What my part is."""

    def act(me: Actor, sent: dict[str, Any]) -> dict[str, Any]:
        service.take_part(me, key, sent["part"], now=clock.now())
        return {}

    return _press(key, "part", act, GoalPartIn())


@bp.get("/goals/<key>/people")
@permit("goal.show")
def show_people(key: str) -> str:
    """Who answers for it and who helps, with the forms that change it, for whoever may."""
    me, how = current_member(), reader()
    goal = get_goal(me, key)
    return render_template(
        "goals/life.html", goal=goal, problem="", **shown.panels(me, goal, how, clock.now(), choices=True)
    )


@bp.get("/goals/<key>/history")
@permit("goal.history")
def history(key: str) -> str:
    """Everything that happened, the oldest first."""
    me, how = current_member(), reader()
    events = list_history(me, key)
    return render_template("goals/history.html", goal=get_goal(me, key), timeline=shown.timeline(events, how))


def _did(_goal: object) -> dict[str, Any]:
    return {}


def _who(email: str) -> dict[str, Any]:
    address = email.strip().lower()
    return {"who": people.names_by_email([address]).get(address, address)}


def _press(key: str, verb: str, act: Act, schema: Schema | None = None) -> Answer:
    """Do it, say so and show the goal; refused, show what is open now with the reason and what was typed."""
    me, how = current_member(), reader()
    sent = {name: request.form[name] for name in (schema.fields if schema else ()) if name in request.form}
    try:
        said = act(me, load(schema, sent) if schema else {})
    except (NotNow, NotAllowed, Invalid) as refused:
        return _refused(me, key, verb, refused), refused.status
    flash(how.say(f"goal.life.done.{said.pop('word', verb)}", key=key, **said), "success")
    return redirect(f"/goals/{key}", 303)


def _refused(me: Actor, key: str, verb: str, refused: DomainError) -> str:
    how, goal = reader(), get_goal(me, key)
    errors = {path: how.say(text) for path, text in refused.fields.items()} if isinstance(refused, Invalid) else {}
    typed = {**{name: value[:5000] for name, value in request.form.items()}, "verb": verb}
    return render_template(
        "goals/life.html", goal=goal, problem=how.say(refused.text),
        **shown.panels(me, goal, how, clock.now(), typed=typed, errors=errors, choices=True),
    )  # fmt: skip
