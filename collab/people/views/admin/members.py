"""`/admin/members`: everybody, narrowed; adding somebody."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request

from collab.kernel import clock
from collab.kernel.errors import Invalid, NotNow
from collab.kernel.fields import load
from collab.kernel.i18n import LOCALES
from collab.kernel.permits import permit, permits
from collab.people import queries, service
from collab.people.queries import administering as known
from collab.people.queries.administering import STATES, MemberFilter
from collab.people.schemas.members import MemberIn
from collab.people.views.admin.base import Answer, administrator, page_number, problems
from collab.web.identity import current_member, reader
from collab.web.proof import require_recent_proof

bp = Blueprint("admin_members", __name__, template_folder="../../templates", url_prefix="/admin/members")
HERE, PAGE = "/admin/members", 30
FIELDS = ("email", "name_en", "name_ja", "department", "site", "locale")


@bp.get("")
@permit("people.administer")
def index() -> str:
    """Everybody, narrowed by words, department, role and state."""
    me, now, page = administrator(), clock.now(), page_number()
    chosen = {
        name: value
        for name in ("words", "department", "role", "state")
        if (value := request.args.get(name, "").strip()[:200])
    }
    found, total = known.list_members(MemberFilter(**chosen), now, offset=(page - 1) * PAGE, limit=PAGE)
    here = queries.presence([one.id for one in found], now)
    return render_template(
        "people/admin/members.html", rows=found, total=total, page=page, pages=-(-total // PAGE), chosen=chosen, states=STATES,
        base=f"?{urlencode(chosen)}&page=" if chosen else "?page=", departments=queries.list_departments(), here=here,
        by_code={row.code: row for row in queries.list_departments()}, offices=queries.offices(),
        acting=queries.list_acting(now), may_add=permits.allows("member.add", me.roles),
    )  # fmt: skip


@bp.get("/new")
@permit("member.add")
def new() -> str:
    """An empty form."""
    permits.check("member.add", current_member().roles)
    return _form({}, {})


@bp.post("")
@permit("member.add")
def add() -> Answer:
    """Add somebody; nothing typed is lost."""
    me, now = current_member(), clock.now()
    permits.check("member.add", me.roles)
    require_recent_proof(now)
    typed = {name: request.form.get(name, "") for name in FIELDS}
    try:
        fields = load(MemberIn(), typed)
        service.admit(me, columns(fields), department=fields.get("department"), now=now)
    except (Invalid, NotNow) as refused:
        return _form(typed, problems(refused)), refused.status
    flash(reader().say("people.admin.added"), "success")
    return redirect(f"{HERE}/{fields['email']}", 303)


def columns(fields: Mapping[str, str | None]) -> dict[str, str | None]:
    """What was typed, as the columns of a member."""
    names = {"email": "email", "name_en": "name_en", "name_ja": "name_ja", "locale": "locale", "site": "site_code"}
    return {column: fields.get(name) for name, column in names.items()}


def _form(typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template(
        "people/admin/new_member.html", values=typed, errors=errors, departments=queries.list_departments(),
        sites=known.list_sites(), locales=LOCALES,
    )  # fmt: skip
