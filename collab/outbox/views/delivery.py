"""`/admin/delivery`: whether messages flow, what is stuck or broken and why, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, NotNow
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.outbox import queries, service
from collab.outbox.messages import DELIVERY
from collab.outbox.rules import patience
from collab.outbox.schemas import DismissIn, ErrorIn, PauseIn
from collab.outbox.views import banner, rows
from collab.slack.client import transport
from collab.web.identity import current_member, reader

bp = Blueprint("delivery", __name__, url_prefix=DELIVERY, template_folder="../templates")
PER_PAGE, MOST_STUCK = 20, 20
ONE = "/<int:message_id>"
Answer = Response | tuple[str, int]


@bp.get("")
@permit("outbox.watch")
def show() -> str:
    """How delivery stands."""
    return _page(current_member(), {})


@bp.post("/pause")
@permit("outbox.operate")
def pause() -> Answer:
    """Send nothing until somebody resumes."""
    me = current_member()
    try:
        reason = load(PauseIn(), {"reason": request.form.get("reason", "")})["reason"]
    except Invalid as refused:
        return _page(me, _said(refused)), refused.status
    paused = service.pause(reason, by=me, now=clock.now())
    return _back("paused" if paused else "was_paused", fine=paused)


@bp.post("/resume")
@permit("outbox.operate")
def resume() -> Answer:
    """Send again; a workspace that refused us is asked at once."""
    resumed = service.resume(by=current_member(), now=clock.now())
    return _back("resumed" if resumed else "was_open", fine=resumed)


@bp.post(f"{ONE}/retry")
@permit("outbox.operate")
def retry(message_id: int) -> Answer:
    """Try one message again."""
    try:
        service.retry(message_id, by=current_member(), now=clock.now())
    except NotNow as late:
        return _late(late)
    return _back("retried", n=1)


@bp.post("/retry")
@permit("outbox.operate")
def retry_all() -> Answer:
    """Try everything again that broke with one error."""
    me = current_member()
    permits.check("outbox.operate", me.roles)
    error = load(ErrorIn(), {"error": request.form.get("error", "")})["error"]
    count = service.retry_all(error, by=me, now=clock.now())
    return _back("retried" if count else "none_left", fine=count > 0, n=count)


@bp.post(f"{ONE}/dismiss")
@permit("outbox.operate")
def dismiss(message_id: int) -> Answer:
    """Let one message go."""
    me = current_member()
    permits.check("outbox.operate", me.roles)
    try:
        instead = request.form.get("reason", "").strip()
        reason = load(DismissIn(), {"reason": instead} if instead else {}).get("reason")
        service.dismiss(message_id, by=me, reason=reason, now=clock.now())
    except Invalid as refused:
        return _page(me, _said(refused), of=message_id), refused.status
    except NotNow as late:
        return _late(late)
    return _back("dismissed")


def _said(refused: Invalid) -> dict[str, str]:
    return {path: reader().say(text) for path, text in refused.fields.items()}


def _page(me: Actor, errors: dict[str, str], of: int | None = None) -> str:
    """The page, with what is wrong in the form for pausing or, with `of`, in that of one message."""
    permits.check("outbox.watch", me.roles)
    now, how = clock.now(), reader()
    page = min(max(request.args.get("page", 1, type=int), 1), 10**6)
    broken, total = rows.find("broken", now, (page - 1) * PER_PAGE, PER_PAGE)
    stuck = queries.list_stuck(now, limit=MOST_STUCK)
    state = rows.outbox(now, how)
    state["swept"] = _is_swept(state["last_sweep_at"], now)
    flows = state["state"] == "flowing" and state["swept"] and not state["stuck"]
    return render_template(
        "outbox/delivery.html", state=state, flows=flows, groups=_groups(rows.deliveries(broken, me, how)), total=total, page=page,
        pages=-(-total // PER_PAGE), stuck=rows.deliveries(stuck, me, how), errors=errors, may_act=permits.allows("outbox.operate", me.roles),
        console=transport().name == "console", typed=request.form.get("reason", ""), of=of, most_at_once=service.MOST_AT_ONCE,
    )  # fmt: skip


def _is_swept(last: datetime | None, now: datetime) -> bool:
    """Whether somebody looks for what is due."""
    return last is not None and now - last <= patience.QUIET


def _groups(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What has the same cause stands together under it, said once; with how many there are in all."""
    counts = queries.count_broken_by_problem()
    return [
        {
            "rows": list(same),
            **dict(zip(("error", "sort", "cause", "remedy"), words, strict=True)),
            "n": counts.get(words[0] or "", 0),
        }
        for words, same in groupby(found, key=lambda row: (row["error"], row["sort"], row["cause"], row["remedy"]))
    ]


def _late(refused: NotNow) -> Response:
    """Somebody else was faster; the page shows how it stands now."""
    flash(reader().say(refused.text), "warning")
    return redirect(DELIVERY, 303)


def _back(said: str, *, fine: bool = True, **args: Any) -> Response:
    banner.forget()
    flash(reader().say(f"outbox.page.{said}", **args), "success" if fine else "info")
    return redirect(DELIVERY, 303)
