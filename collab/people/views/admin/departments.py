"""`/admin/departments`: codes, both names, side, who leads; a new one, another lead, another side, the last day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request

from collab.kernel import clock
from collab.kernel.errors import Invalid, NotFound
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.people import queries, service
from collab.people.queries import administering as known
from collab.people.registry import channels_of
from collab.people.schemas.members import NamesIn
from collab.people.views.admin.base import Answer, administrator, problems, propose
from collab.web.identity import current_member, reader

bp = Blueprint("admin_departments", __name__, url_prefix="/admin/departments")
HERE = "/admin/departments"


@bp.get("")
@permit("people.administer")
def index() -> str:
    """Every department, and the form of a new one."""
    administrator()
    return _list("", {}, {})


@bp.post("")
@permit("control.propose")
def add() -> Answer:
    """Propose a new one."""
    return propose("department.add", ("code", "name_en", "name_ja", "side", "lead"), _list)


@bp.get("/<code>")
@permit("people.administer")
def show(code: str) -> str:
    """One department, and what may be done."""
    administrator()
    return _page(code, "", {}, {})


@bp.post("/<code>/names")
@permit("department.rename")
def rename(code: str) -> Answer:
    """Call it by another name."""
    permits.check("department.rename", current_member().roles)  # what was refused brings the page again
    typed = {name: request.form.get(name, "") for name in ("name_en", "name_ja")}
    try:
        service.rename_department(current_member(), code, **load(NamesIn(), typed), now=clock.now())
    except Invalid as refused:
        return _page(code, "names", problems(refused), typed), refused.status
    flash(reader().say("people.admin.saved"), "success")
    return redirect(f"{HERE}/{code}", 303)


@bp.post("/<code>/lead")
@permit("control.propose")
def lead(code: str) -> Answer:
    """Propose who leads it."""
    return _propose("department.lead", code, "member")


@bp.post("/<code>/side")
@permit("control.propose")
def side(code: str) -> Answer:
    """Propose another side."""
    return _propose("department.side", code, "side")


@bp.post("/<code>/close")
@permit("control.propose")
def close(code: str) -> Answer:
    """Propose its last day."""
    return _propose("department.close", code)


def _propose(control: str, code: str, *names: str) -> Answer:
    return propose(control, names, lambda form, errors, typed: _page(code, form, errors, typed), {"department": code})


def _list(form: str, errors: Mapping[str, str], typed: Mapping[str, str]) -> str:
    me, now = current_member(), clock.now()
    leads = known.list_leads(now)
    rows = queries.list_departments()
    return render_template(
        "people/admin/departments.html", rows=rows, leads=leads, names=queries.names_of(leads.values()), sides=_sides(),
        posts=Counter(code for one in queries.list_actors(now) if one.active for code in one.departments), form=form,
        errors=errors, typed=typed, others=_members(), may=permits.allows("control.propose", me.roles),
        channels=channels_of([row.code for row in rows]),
    )  # fmt: skip


def _page(code: str, form: str, errors: Mapping[str, str], typed: Mapping[str, str]) -> str:
    me, now = current_member(), clock.now()
    row = next((row for row in queries.list_departments() if row.code == code), None)
    if row is None:
        raise NotFound
    here = [one for one in queries.list_actors(now) if one.active and code in (*one.departments, *one.leads)]
    may = {verb: permits.allows(verb, me.roles) for verb in ("department.rename", "control.propose")}
    return render_template(
        "people/admin/department.html", row=row, members=here, lead=known.list_leads(now).get(code), form=form, errors=errors,
        typed=typed, others=_members(), sides=_sides(), may=may, channel=channels_of([code]).get(code),
    )  # fmt: skip


def _sides() -> list[str]:
    return sorted({row.side for row in queries.list_departments()})


def _members() -> list[object]:
    return [one for one in queries.list_actors(clock.now()) if "member" in one.roles]
