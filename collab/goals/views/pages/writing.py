"""Pages for writing a goal and changing it: one form, few fields first; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.goals import service
from collab.goals.queries import GoalView, get_goal, relations_of
from collab.goals.queries.hinting import hints_of
from collab.goals.queries.metrics import metrics_of
from collab.goals.queries.ties import parents_seen
from collab.goals.rules import RUNNING
from collab.goals.rules.moves import BEFORE
from collab.goals.schemas.writing import GoalIn, GoalMetricIn, GoalMetricPatchIn, GoalParentsIn, GoalPatchIn
from collab.goals.views import forms
from collab.goals.views.pages.base import bp
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import DomainError, Invalid, NotAllowed
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.web.identity import current_member, reader

Answer = str | Response | tuple[str, int]
GIVEN = {"parent": "parents.0.goal", "stage": "journey_stage", "title": "title", "kind": "kind"}
"""What a link to the form may name."""


@bp.get("/goals/new")
@permit("goal.propose")
def new() -> str:
    """An empty form; a link may name the parent, the journey stage, the title: `?parent=G-1&stage=visit`."""
    me = current_member()
    permits.check("goal.propose", me.roles)
    given = {field: request.args[name][:200] for name, field in GIVEN.items() if request.args.get(name)}
    first = {"accountable.0.member": me.email, "kind": "goal", "visibility": "company", "parents.0.kind": "contribute"}
    metric = {f"metric.{name}": value for name, value in forms.suggested({"type": "custom"}).items()}
    return _form(me, {**first, **metric, "metric.about": "customer", **given})


@bp.get("/goals/new/metric")
@permit("goal.propose")
def metric_fields() -> str:
    """The fields of a metric, as the chosen type and way ask for them."""
    permits.check("goal.propose", current_member().roles)
    prefix, scope = request.args.get("prefix", "")[:20], request.args.get("scope", "")[:20]
    sent = {name: request.args.get(f"{prefix}{name}", "")[:200] for name in forms.METRIC}
    values = forms.suggested(sent) if request.args.get("changed") == "type" else sent
    shown = {f"{prefix}{name}": value for name, value in values.items()}
    return render_template(
        "goals/metric_fields.html", values=shown, prefix=prefix, scope=scope, **forms.metric_choices()
    )


@bp.post("/goals")
@permit("goal.propose")
def create() -> Answer:
    """Write it down."""
    me = current_member()
    values, metric = forms.typed((*forms.GOAL, "state")), forms.typed(forms.METRIC, "metric.")
    people, parents = forms.rows("accountable", forms.PERSON), forms.parents()
    body = {**forms.goal_body(values), "accountable": people, "parents": parents}
    if metric["name"] or metric["target"] or metric["baseline"]:
        body["metric"] = metric
    try:
        key = service.create(me, load(GoalIn(), body), now=clock.now())
    except (Invalid, NotAllowed) as refused:
        typed = {**values, **_flat("metric", metric), **_lines("accountable", people), **_lines("parents", parents)}
        return _form(me, typed, refused), refused.status
    _thank(get_goal(me, key), "written")
    return redirect(f"/goals/{key}", 303)


@bp.get("/goals/<key>/edit")
@permit("goal.edit")
def edit(key: str) -> str:
    """Everything that can be changed, each part with its own button."""
    return _sheet(current_member(), key)


@bp.post("/goals/<key>/edit")
@permit("goal.edit")
def change(key: str) -> Answer:
    """What it says and its days."""
    values = forms.typed((*forms.GOAL, "reason"))

    def act(me: Actor, version: int | None) -> None:
        body = load(GoalPatchIn(), forms.goal_body(values))
        reason = body.pop("reason", None)
        service.change(me, key, body, now=clock.now(), version=version, reason=reason)

    return _press(key, "goal", values, act)


@bp.post("/goals/<key>/parents")
@permit("goal.edit")
def tie(key: str) -> Answer:
    """What it serves."""
    parents, why = forms.parents(), forms.typed(("reason",))

    def act(me: Actor, version: int | None) -> None:
        body = load(GoalParentsIn(), {"parents": parents, **why})
        service.set_parents(me, key, body["parents"], now=clock.now(), version=version, reason=body.get("reason"))

    return _press(key, "parents", {**_lines("parents", parents), **why}, act)


@bp.post("/goals/<key>/metrics")
@permit("goal.edit")
def add_metric(key: str) -> Answer:
    """One thing more it is measured by."""
    values = forms.typed((*forms.METRIC, "reason"))

    def act(me: Actor, version: int | None) -> None:
        body = load(GoalMetricIn(), values)
        reason = body.pop("reason", None)
        service.add_metric(me, key, body, now=clock.now(), version=version, reason=reason)

    return _press(key, "metric", values, act)


@bp.post("/goals/<key>/metrics/<int:metric>")
@permit("goal.edit")
def change_metric(key: str, metric: int) -> Answer:
    """Another course of one of them; the main one; or none of it any more."""
    values = forms.typed((*forms.METRIC, "reason", "then"))

    def act(me: Actor, version: int | None) -> None:
        body = load(GoalMetricPatchIn(), {name: value for name, value in values.items() if name != "then"})
        reason = body.pop("reason", None)
        if values["then"] == "remove":
            service.remove_metric(me, key, metric, now=clock.now(), version=version, reason=reason)
            return
        first = {"position": 1} if values["then"] == "first" else {}
        service.change_metric(me, key, metric, {**body, **first}, now=clock.now(), version=version, reason=reason)

    return _press(key, f"metric{metric}", values, act)


def _press(key: str, part: str, values: Mapping[str, str], act: Callable[[Actor, int | None], None]) -> Answer:
    """Do it and come back to the form; refused, show it with the reason and what was typed."""
    me = current_member()
    try:
        act(me, forms.seen_version())
    except forms.REFUSED as refused:
        return _sheet(me, key, part, values, refused), refused.status
    _thank(get_goal(me, key), "saved")
    return redirect(f"/goals/{key}/edit" if request.form.get("stay") else f"/goals/{key}", 303)


def _thank(goal: GoalView, word: str) -> None:
    """Say that it is done, and what could be better."""
    how = reader()
    flash(how.say(f"goal.form.{word}.{goal.state}" if word == "written" else "goal.form.saved"), "success")
    hints = hints_of(goal)
    if hints:
        flash(how.say("goal.form.hints", hints=[how.say(one) for one in hints[:3]]), "info")


def _form(me: Actor, values: Mapping[str, str], refused: DomainError | None = None) -> str:
    how = reader()
    return render_template(
        "goals/new.html", values=values, errors=forms.said(refused, how), may_draft=permits.allows("goal.create", me.roles),
        lines=forms.PARENTS, **forms.choices(me, how, clock.now(), values=values),
    )  # fmt: skip


def _sheet(
    me: Actor, key: str, part: str = "", values: Mapping[str, str] | None = None, refused: DomainError | None = None
) -> str:
    """The form of everything, one part of it as it was typed."""
    goal, how = get_goal(me, key), reader()
    permits.check("goal.edit", relations_of(me, goal), goal.state)
    metrics = metrics_of([goal.id]).get(goal.id, ())
    shown: dict[str, Mapping[str, str]] = {
        "goal": _values(goal), "parents": _lines("parents", parents_seen(me, goal.id)),
        "metric": {**forms.suggested({"type": "custom"}), "about": "customer"},
        **{f"metric{one.id}": forms.metric_values(one) for one in metrics},
    }  # fmt: skip
    if part in shown and values is not None:
        shown[part] = values
    return render_template(
        "goals/edit.html", goal=goal, metrics=metrics, shown=shown, wrong={part: forms.said(refused, how)},
        running=goal.state in RUNNING, before=goal.state in BEFORE, hints=hints_of(goal, metrics),
        lines=max(forms.PARENTS, len(parents_seen(me, goal.id)) + 2), **forms.choices(me, how, clock.now(), goal=goal),
    )  # fmt: skip


def _values(goal: GoalView) -> dict[str, str]:
    found: dict[str, Any] = {name: getattr(goal, name, None) for name in forms.GOAL}
    return {name: "" if value is None else str(value) for name, value in found.items()}


def _flat(prefix: str, values: Mapping[str, str]) -> dict[str, str]:
    return {f"{prefix}.{name}": value for name, value in values.items()}


def _lines(prefix: str, lines: list[dict[str, str]]) -> dict[str, str]:
    return {f"{prefix}.{number}.{name}": value for number, line in enumerate(lines) for name, value in line.items()}
