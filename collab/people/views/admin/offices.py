"""`/admin/offices`: who holds which, who acts, terms to come; a new one, giving one, ending one, calling one otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request

from collab.kernel import clock
from collab.kernel.errors import Invalid
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.people import queries, service
from collab.people.queries import administering as known
from collab.people.schemas.members import NamesIn
from collab.people.views.admin.base import Answer, administrator, problems, propose
from collab.web.identity import current_member, reader

bp = Blueprint("admin_offices", __name__, url_prefix="/admin/offices")
HERE = "/admin/offices"
NAMES = ("name_en", "name_ja")


@bp.get("")
@permit("people.administer")
def index() -> str:
    """Every office with its terms."""
    administrator()
    return _page("", {}, {})


@bp.post("")
@permit("control.propose")
def add() -> Answer:
    """Propose a new one."""
    return propose("office.add", ("code", *NAMES, "holder"), _page)


@bp.post("/<code>/names")
@permit("office.rename")
def rename(code: str) -> Answer:
    """Call it by another name."""
    permits.check("office.rename", current_member().roles)  # what was refused brings the page again
    typed = {name: request.form.get(name, "") for name in NAMES}
    try:
        service.rename_office(current_member(), code, **load(NamesIn(), typed), now=clock.now())
    except Invalid as refused:
        return _page(f"names:{code}", problems(refused), typed), refused.status
    flash(reader().say("people.admin.saved"), "success")
    return redirect(HERE, 303)


@bp.post("/give")
@permit("control.propose")
def give() -> Answer:
    """Propose that somebody holds an office."""
    acting = {"acting": "yes" if request.form.get("acting") else "no"}
    return propose("office.give", ("office", "member", "until_on"), _page, acting)


@bp.post("/end")
@permit("control.propose")
def end() -> Answer:
    """Propose that somebody holds an office no longer."""
    office, _, rest = request.form.get("term", "").partition(":")
    member, _, acting = rest.partition(":")
    named = {"office": office, "member": member, "acting": acting or "no"}
    return propose("office.end", (), _ending, named)


def _ending(form: str, errors: Mapping[str, str], typed: Mapping[str, str]) -> str:
    """The page again: office and holder are chosen in one field."""
    return _page(form, {"term" if name in ("office", "member") else name: text for name, text in errors.items()}, typed)


def _page(form: str, errors: Mapping[str, str], typed: Mapping[str, str]) -> str:
    me, now = current_member(), clock.now()
    terms, day = known.list_terms(now), queries.today(now)
    return render_template(
        "people/admin/offices.html", offices=known.list_offices(), terms=terms, today=day, form=form, errors=errors,
        names=queries.names_of(term.member for term in terms), emails=queries.emails_of(term.member for term in terms),
        typed=typed, others=[one for one in queries.list_actors(now) if "member" in one.roles],
        may=permits.allows("control.propose", me.roles), may_rename=permits.allows("office.rename", me.roles), acting=bool(request.form.get("acting")),
    )  # fmt: skip
