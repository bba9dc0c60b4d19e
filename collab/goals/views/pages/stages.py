"""The page of the customer's way: stages, their departments, what is handed over, which goals are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template
from werkzeug.wrappers import Response

from collab.goals import service
from collab.goals.queries.stages import list_stages
from collab.goals.schemas.writing import JourneyStageIn, JourneyStagePatchIn
from collab.goals.views import forms
from collab.goals.views.pages.base import bp
from collab.kernel import clock
from collab.kernel.errors import DomainError
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.web.identity import current_member, reader

FIELDS = ("name_en", "name_ja", "department", "hands_to", "hands_over", "position")


@bp.get("/goals/journey")
@permit("stage.list")
def journey() -> str:
    """Every stage in its order; what has no owner or no goal says so."""
    return _page()


@bp.post("/goals/journey")
@permit("stage.set")
def add_stage() -> Response | tuple[str, int]:
    """One stage more."""
    typed = forms.typed(("code", *FIELDS))
    me = current_member()
    try:
        body = load(JourneyStageIn(), typed)
        service.set_stage(me, body.pop("code"), body, now=clock.now(), new=True)
    except forms.REFUSED as refused:
        return _page("new", typed, refused), refused.status
    return _saved()


@bp.post("/goals/journey/<code>")
@permit("stage.set")
def change_stage(code: str) -> Response | tuple[str, int]:
    """What one of them is called, who owns it, what it hands over."""
    typed = forms.typed(FIELDS)
    try:
        body = load(JourneyStagePatchIn(), typed)
        service.set_stage(current_member(), code, body, now=clock.now(), version=forms.seen_version())
    except forms.REFUSED as refused:
        return _page(code, typed, refused), refused.status
    return _saved()


def _saved() -> Response:
    flash(reader().say("goal.form.saved"), "success")
    return redirect("/goals/journey", 303)


def _page(part: str = "", typed: Mapping[str, str] | None = None, refused: DomainError | None = None) -> str:
    me, how = current_member(), reader()
    stages = list_stages(me)
    names = {row.code: how.name(row) for row in people.list_departments()}
    offered = people.list_open_departments(keep=[stage.department or "" for stage in stages])
    wrong: dict[str, Any] = {"part": part, "typed": typed or {}, "errors": forms.said(refused, how)}
    return render_template(
        "goals/journey.html", stages=stages, names=names, departments=[(row.code, names[row.code]) for row in offered], wrong=wrong,
        labels={stage.code: how.name(stage) for stage in stages}, owners={stage.code: stage.department for stage in stages},
        may_set=permits.allows("stage.set", me.roles), may_write=permits.allows("goal.propose", me.roles),
    )  # fmt: skip
