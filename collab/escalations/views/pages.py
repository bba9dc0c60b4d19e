"""Pages: what stalls now and why, one wait with every step, answer times between departments."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from collab.escalations import service, standing
from collab.escalations.queries import ENDED, STATES, EscalationView, get_escalation, list_of_many
from collab.escalations.queries.health import is_silent, last_swept
from collab.escalations.queries.listing import Filter, count_in_time, list_escalating
from collab.escalations.schemas import EscalateIn, SpanIn
from collab.escalations.views import rows
from collab.escalations.views.seeing import check_seen
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, NotAllowed, NotNow
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.web.identity import current_member, member_or_none, reader

bp = Blueprint("escalations", __name__, template_folder="../templates")
PER_PAGE = 20
ONE = f"{standing.PAGE}/<int:escalation_id>"
Answer = Response | tuple[str, int]


@bp.get(standing.PAGE)
@permit("escalation.show")
def index() -> str:
    """What is past its due moment and not over."""
    me, how, now = current_member(), reader(), clock.now()
    permits.check("escalation.show", me.roles)
    page = min(max(request.args.get("page", 1, type=int), 1), 10**6)
    state, department = request.args.get("state", ""), request.args.get("department", "")
    wanted = Filter(state if state in STATES else None, department or None)
    found, total = list_escalating(me, wanted, now, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    swept = last_swept()
    return render_template(
        "escalations/list.html", rows=rows.shown(found, me, how, now), total=total, page=page, pages=-(-total // PER_PAGE),
        state=state, department=department, states=[one for one in STATES if one != ENDED],
        departments=[(row.code, how.name(row)) for row in people.list_departments()],
        in_time=count_in_time(now), silent=is_silent(swept, now), swept_at=swept,
    )  # fmt: skip


@bp.get(ONE)
@permit("escalation.show")
def show(escalation_id: int) -> str:
    """One wait, and everybody who was told."""
    return _page(current_member(), escalation_id, {})


@bp.post(f"{ONE}/acknowledge")
@permit("escalation.acknowledge")
def acknowledge(escalation_id: int) -> Response:
    """See to it."""
    _seen(current_member(), escalation_id)
    try:
        service.acknowledge(actor=current_member(), escalation_id=escalation_id, now=clock.now())
    except NotNow as late:
        return _back(escalation_id, reader().say(late.text), "warning")
    return _back(escalation_id, reader().say("escalation.page.taken_done"), "success")


@bp.post(f"{ONE}/escalate")
@permit("escalation.escalate")
def escalate(escalation_id: int) -> Answer:
    """Ask the next above."""
    me = current_member()
    _seen(me, escalation_id)
    try:
        reason = load(EscalateIn(), {"reason": request.form.get("reason", "")})["reason"]
        service.escalate(actor=me, escalation_id=escalation_id, reason=reason, now=clock.now())
    except Invalid as refused:
        return _page(
            me, escalation_id, {path: reader().say(text) for path, text in refused.fields.items()}
        ), refused.status
    except NotNow as late:
        return _back(escalation_id, reader().say(late.text), "warning")
    return _back(escalation_id, reader().say("escalation.page.escalate_done"), "success")


@bp.get("/reports/answers")
@permit("escalation.answers")
def answers() -> Answer:
    """Answer times per pair of departments."""
    how, now = reader(), clock.now()
    me = current_member()
    permits.check("escalation.answers", me.roles)
    given = {name: value for name in ("from", "until") if (value := request.args.get(name, ""))}
    errors: dict[str, str] = {}
    try:
        wanted = load(SpanIn(), given)
        found = rows.answer_times(me, wanted.get("from_on"), wanted.get("until_on"), now)
    except Invalid as refused:
        errors = {path: how.say(text) for path, text in refused.fields.items()}
        found = (*rows.answer_times(me, None, None, now)[:2], [])
    from_on, until_on, pairs = found
    page = render_template(
        "escalations/answers.html", pairs=rows.pair_rows(pairs, how, now), from_on=from_on, until_on=until_on,
        given=given, errors=errors,
    )  # fmt: skip
    return page, 422 if errors else 200


def panel(key: str) -> Markup:
    """The clocks that run about a subject, for its page; nothing where none runs, or for whoever may not see them."""
    me = member_or_none()
    if me is None or not permits.allows("escalation.show", me.roles):
        return Markup()
    views = list_of_many([key]).get(key, [])
    found = rows.shown(views[::-1], me, reader(), clock.now()) if views else []
    return Markup(render_template("escalations/_clock.html", waits=found) if found else "")  # noqa: S704 - a template escapes


def _page(me: Actor, escalation_id: int, errors: dict[str, str]) -> str:
    view, how, now = _seen(me, escalation_id), reader(), clock.now()
    (row,) = rows.shown([view], me, how, now)
    known = standing.look_up([view], [me], now)
    may: dict[str, Any] = {verb: _may(me, verb, escalation_id) for verb in ("acknowledge", "escalate")}
    return render_template(
        "escalations/show.html", row=row, steps=rows.every(view, known), may=may, errors=errors,
        typed=request.form.get("reason", ""),
    )  # fmt: skip


def _seen(me: Actor, escalation_id: int) -> EscalationView:
    """Whether there is one is for those to know who may see it. Raises NotAllowed, NotFound."""
    permits.check("escalation.show", me.roles)
    return check_seen(me, get_escalation(escalation_id))


def _may(me: Actor, verb: str, escalation_id: int) -> bool:
    try:
        return service.may(f"escalation.{verb}", me, escalation_id)
    except NotAllowed:
        return False


def _back(escalation_id: int, said: str, kind: str) -> Response:
    flash(said, kind)
    return redirect(f"{standing.PAGE}/{escalation_id}", 303)
