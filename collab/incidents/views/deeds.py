"""Pressing a button on the page of an incident. A press that came too late is answered on the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, request
from marshmallow import Schema
from werkzeug.wrappers import Response

from collab.incidents import service
from collab.incidents.schemas import AnswerIn, CloseIn, FalseAlarmIn, NoteIn, ReviewIn
from collab.incidents.views import paper
from collab.incidents.views.pages import local_moment, sheet
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotNow
from collab.kernel.fields import load
from collab.kernel.permits import permit
from collab.web.identity import current_member, reader

bp = Blueprint("incident_deeds", __name__)
Answer = Response | tuple[str, int]
Act = Callable[[Actor, dict[str, Any]], object]
REVIEW = ("findings", "goal", "new_goal.title", "new_goal.target", "new_goal.due_on")
ACTION = ("title", "to_department", "due")


@bp.post("/incidents/<key>/take")
@permit("incident.take")
def take(key: str) -> Answer:
    """I take it."""
    return _press(key, "take", {}, lambda me, _sent: service.take(me, key, now=clock.now()))


@bp.post("/incidents/<key>/answer")
@permit("incident.answer")
def answer(key: str) -> Answer:
    """The public has an answer."""

    def act(me: Actor, sent: dict[str, Any]) -> object:
        return service.answer(me, key, text=sent["text"], link=sent.get("link"), now=clock.now())

    return _press(key, "answer", _typed("text", "link"), act, AnswerIn())


@bp.post("/incidents/<key>/timeline")
@permit("incident.note")
def note(key: str) -> Answer:
    """A free entry of the timeline."""
    typed = _typed("text", "at")

    def act(me: Actor, sent: dict[str, Any]) -> object:
        return service.note(me, key, text=sent["text"], at=sent.get("at"), now=clock.now())

    typed["at"] = local_moment(typed.get("at", ""), current_member())
    return _press(key, "note", typed, act, NoteIn())


@bp.post("/incidents/<key>/close")
@permit("incident.close")
def close(key: str) -> Answer:
    """It is over."""

    def act(me: Actor, sent: dict[str, Any]) -> object:
        return service.close(me, key, **sent, now=clock.now())

    return _press(key, "close", _typed("what_happened", "root_cause", "no_answer_reason"), act, CloseIn())


@bp.post("/incidents/<key>/false_alarm")
@permit("incident.false_alarm")
def false_alarm(key: str) -> Answer:
    """It was none."""

    def act(me: Actor, sent: dict[str, Any]) -> object:
        return service.false_alarm(me, key, reason=sent["reason"], now=clock.now())

    return _press(key, "false_alarm", _typed("reason"), act, FalseAlarmIn())


@bp.post("/incidents/<key>/review")
@permit("incident.review")
def review(key: str) -> Answer:
    """What we learnt; rows of actions without a title count for nothing."""
    typed = _typed(*REVIEW, *(f"actions.{number}.{name}" for number in range(paper.ACTIONS) for name in ACTION))

    def act(me: Actor, _sent: dict[str, Any]) -> object:
        return service.review(me, key, **load(ReviewIn(), _nested(typed)), now=clock.now())

    return _press(key, "review", typed, act)


def _nested(typed: Mapping[str, str]) -> dict[str, Any]:
    rows = [{name: typed.get(f"actions.{number}.{name}", "") for name in ACTION} for number in range(paper.ACTIONS)]
    goal = {name: typed.get(f"new_goal.{name}", "") for name in ("title", "target", "due_on")}
    return {
        "findings": typed.get("findings", ""), "goal": typed.get("goal", ""),
        "actions": [row for row in rows if any(row.values())], "new_goal": goal if any(goal.values()) else None,
    }  # fmt: skip


def _typed(*names: str) -> dict[str, str]:
    return {name: request.form[name] for name in names if name in request.form}


def _press(key: str, verb: str, typed: dict[str, str], act: Act, schema: Schema | None = None) -> Answer:
    """Do it, say so and show the incident; refused, show it with the reason and what was typed."""
    me, how = current_member(), reader()
    try:
        act(me, load(schema, typed) if schema else {})
    except (NotNow, NotAllowed, Invalid) as refused:
        return _refused(me, key, verb, typed, refused), refused.status
    flash(how.say(f"incident.page.did.{verb}"), "success")
    return redirect(f"/incidents/{key}", 303)


def _refused(me: Actor, key: str, verb: str, typed: dict[str, str], refused: DomainError) -> str:
    how = reader()
    view = paper.view_of(me, key, how, clock.now())
    errors = {path: how.say(text) for path, text in refused.fields.items()} if isinstance(refused, Invalid) else {}
    return sheet(view, problem=how.say(refused.text), errors=errors, typed={**typed, "verb": verb})
