"""Pages of those who administer: the front page with what needs them now, and changes that wait for a second person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.controls import queries, service
from collab.controls.queries import PAGE
from collab.controls.registry import registry
from collab.controls.views.shapes import details, line, people_known
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, NotAllowed, NotNow
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.web.admin import GROUPS, list_admin_pages
from collab.web.identity import current_member, reader
from collab.web.proof import require_recent_proof

bp = Blueprint("controls", __name__, template_folder="../templates")
PER_PAGE = 20
Answer = Response | tuple[str, int]


@bp.get("/admin")
@permit("admin.show")
def admin() -> str:
    """What needs an administrator now, then every page they have."""
    me, now = current_member(), clock.now()
    permits.check("admin.show", me.roles)
    counted = [(page, page.count(me, now)) for page in list_admin_pages(me)]
    return render_template(
        "controls/admin.html", groups=[(group, [page for page, _n in counted if page.group == group]) for group in GROUPS], counts={page.href: n for page, n in counted},
        waiting=[(page, n) for page, n in counted if n], alone=_alone(me, now),
    )  # fmt: skip


def _alone(me: Actor, now: datetime) -> bool:
    """Whether nobody could be the second person of what this administrator proposes."""
    return me.is_admin and not any(
        one.id != me.id and one.active and permits.allows("control.confirm", one.roles, "open")
        for one in registry.everybody(now)
    )


@bp.get(PAGE)
@permit("control.list")
def index() -> str:
    """Changes that wait, then those lately decided."""
    me, how, now = current_member(), reader(), clock.now()
    number = request.args.get("page", "1")
    page = max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1
    running, waiting = queries.list_changes(me, running=True, limit=100)
    over, total = queries.list_changes(me, running=False, offset=(page - 1) * PER_PAGE, limit=PER_PAGE)
    known = people_known(now)
    return render_template(
        "controls/changes.html", running=[_row(row, known, how) for row in running], waiting=waiting,
        over=[_row(row, known, how) for row in over], elsewhere=registry.elsewhere(me), names=_names(now), page=page, pages=-(-total // PER_PAGE), total=total,
        may_propose=permits.allows("control.propose", me.roles),
    )  # fmt: skip


def _row(change: Any, known: dict[int, Actor], how: Reader) -> dict[str, Any]:
    days = {"from_on": change.from_on, "decided_at": change.decided_at}
    from_day, decided_on = (how.show(day) if day else "" for day in days.values())
    return {**line(change, known, how), "from_day": from_day, "decided_on": decided_on}


@bp.get(f"{PAGE}/<key>")
@permit("control.show")
def show(key: str) -> str:
    """One change: before and after, why, whom it touches, and the buttons of whoever may press them."""
    return _sheet(key, {})


@bp.post(f"{PAGE}/<key>/confirm")
@permit("control.confirm")
def confirm(key: str) -> Answer:
    """Say yes as the second person."""
    require_recent_proof(clock.now())
    seen = request.form.get("seen_version", "")
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 7 else 0
    return _press(key, "confirm", lambda me: service.confirm(me, key, seen_version=version, now=clock.now()))


@bp.post(f"{PAGE}/<key>/decline")
@permit("control.decline")
def decline(key: str) -> Answer:
    """Turn it down."""
    reason = request.form.get("reason", "")
    return _press(key, "decline", lambda me: service.decline(me, key, reason=reason, now=clock.now()))


@bp.post(f"{PAGE}/<key>/withdraw")
@permit("control.withdraw")
def withdraw(key: str) -> Answer:
    """Take it back."""
    return _press(key, "withdraw", lambda me: service.withdraw(me, key, now=clock.now()))


def _press(key: str, verb: str, act: Callable[[Actor], object]) -> Answer:
    """Do it and say so; refused, show the change with the reason."""
    me, how = current_member(), reader()
    try:
        act(me)
    except Invalid as refused:
        return _sheet(key, {path: how.say(text) for path, text in refused.fields.items()}), refused.status
    except (NotNow, NotAllowed) as refused:
        return _sheet(key, {}, problem=how.say(refused.text)), refused.status
    flash(how.say(f"control.page.did.{verb}"), "success")
    return redirect(f"{PAGE}/{key}", 303)


def _sheet(key: str, errors: dict[str, str], problem: str = "") -> str:
    me, how, now = current_member(), reader(), clock.now()
    change = queries.get_change(me, key)
    row = details(change, me, how, now)
    return render_template(
        "controls/change.html", row=row, change=change, names=_names(now), errors=errors, problem=problem,
        typed=request.form.get("reason", ""), alone=change.state == "open" and not row["may_confirm"],
        is_proposer=change.proposed_by_id == me.id, is_favoured=me.id in change.favours,
        may_list=permits.allows("control.list", me.roles),
    )  # fmt: skip


def _names(now: datetime) -> dict[str, str]:
    """Everybody's name by address."""
    how = reader()
    return {one.email: how.name(one) for one in registry.everybody(now)}
