"""`/admin/members/<email>`: one member, what an administrator changes alone, what needs a second person, and their leaving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request

from collab.kernel import clock
from collab.kernel.errors import Invalid, NotFound, NotNow
from collab.kernel.fields import load
from collab.kernel.i18n import LOCALES
from collab.kernel.permits import permit, permits
from collab.people import queries, service
from collab.people.queries import administering as known
from collab.people.rules import ROLES
from collab.people.schemas.members import MemberChangeIn
from collab.people.views.admin.base import Answer, administrator, problems, propose
from collab.web.identity import current_member, reader
from collab.web.proof import require_recent_proof

bp = Blueprint("admin_member", __name__, url_prefix="/admin/members/<email>")
FIELDS = ("name_en", "name_ja", "department", "site", "locale", "zone")


@bp.get("")
@permit("people.administer")
def show(email: str) -> str:
    """Who they are, what they hold, what may be done."""
    administrator()
    return _page(email, "", {}, {})


@bp.post("")
@permit("member.edit")
def edit(email: str) -> Answer:
    """Change what needs nobody else."""
    me, now = current_member(), clock.now()
    typed = {name: request.form.get(name, "") for name in FIELDS}
    try:
        fields = load(MemberChangeIn(), typed)
        department = fields.pop("department", None)
        wanted = {**fields, **({"departments": departments_with(email, department)} if department else {})}
        service.edit_member(me, email, {name: value for name, value in wanted.items() if value}, now=now)
    except Invalid as refused:
        found = {("department" if path == "departments" else path): said for path, said in problems(refused).items()}
        return _page(email, "edit", found, typed), refused.status
    flash(reader().say("people.admin.saved"), "success")
    return redirect(f"/admin/members/{email}", 303)


def departments_with(email: str, main: str) -> tuple[str, ...]:
    """The main post first; concurrent ones stay."""
    member = queries.find_actor_by_email(email, clock.now())
    held = member.departments if member else ()
    return held if held[:1] == (main,) else (main, *(code for code in held[1:] if code != main))


@bp.post("/role")
@permit("control.propose")
def role(email: str) -> Answer:
    """Propose that they have a role, or have it no longer."""
    return propose("member.role", ("role", "held"), _again(email), {"member": email})


@bp.post("/manager")
@permit("control.propose")
def manager(email: str) -> Answer:
    """Propose to whom they report."""
    return propose("member.manager", ("manager",), _again(email), {"member": email})


@bp.get("/leave")
@permit("member.deactivate")
def leaving(email: str) -> str:
    """What they leave behind, before anything happens."""
    me = current_member()
    permits.check("member.deactivate", me.roles)
    return _leaving(email, "")


@bp.post("/leave")
@permit("member.deactivate")
def leave(email: str) -> Answer:
    """They leave."""
    me, now = current_member(), clock.now()
    permits.check("member.deactivate", me.roles)
    require_recent_proof(now)
    try:
        service.dismiss_member(me, email, now=now)
    except NotNow as refused:
        return _leaving(email, reader().say(refused.text)), refused.status
    flash(reader().say("people.admin.has_left"), "success")
    return redirect(f"/admin/members/{email}", 303)


def _member(email: str) -> Any:
    found = queries.find_actor_by_email(email, clock.now())
    if found is None:
        raise NotFound
    return found


def _leaving(email: str, problem: str) -> str:
    member = _member(email)
    return render_template(
        "people/admin/leave.html", member=member, left=known.leaving(member, clock.now()), problem=problem,
        offices=queries.offices(), by_code={row.code: row for row in queries.list_departments()},
    )  # fmt: skip


def _again(email: str) -> Any:
    return lambda form, errors, typed: _page(email, form, errors, typed)


def _page(email: str, form: str, errors: Mapping[str, str], typed: Mapping[str, str]) -> str:
    me, now, member = current_member(), clock.now(), _member(email)
    profile = known.find_profile(email)
    above = queries.find_manager(member.id, queries.today(now))
    names = queries.names_of([*([above] if above else []), *known.list_reports(member.id, now)])
    may = {verb: permits.allows(verb, me.roles) for verb in ("member.edit", "control.propose", "member.deactivate")}
    return render_template(
        "people/admin/member.html", member=member, profile=profile, form=form, errors=errors, typed=typed,
        names=names, above=above, reports=[one for one in names if one != above or one in known.list_reports(member.id, now)],
        may=may, roles=ROLES, locales=LOCALES, departments=queries.list_departments(), sites=known.list_sites(),
        by_code={row.code: row for row in queries.list_departments()}, offices=queries.offices(),
        acting=queries.list_acting(now), away=queries.presence([member.id], now)[member.id].away,
        others=[one for one in queries.list_actors(now) if "member" in one.roles and one.id != member.id],
        accounts=queries.list_slack_accounts(member.id),
    )  # fmt: skip
