"""Pages of the trail: reading it, checking it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.audit import queries, service
from collab.audit.queries import Place
from collab.audit.registry import SURFACES, registry
from collab.audit.service.checking import anchor_file
from collab.audit.views import saying
from collab.audit.views.narrowing import beginnings, chosen_from, look_for
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.web.identity import current_member, reader

bp = Blueprint("audit", __name__, template_folder="../templates", url_prefix="/admin/audit")
SIZE = 20


@bp.get("")
@permit("audit.read")
def index() -> str | tuple[str, int]:
    """The trail, newest first, narrowed by what stands in the address."""
    me, how = current_member(), reader()
    permits.check("audit.read", me.roles)
    chosen = chosen_from(request.args)
    before = Place.parse(request.args.get("before", ""))
    try:
        page = queries.look(me, look_for(chosen, how.zone), before=before, size=SIZE)
    except Invalid as refused:
        errors = {name: how.say(text) for name, text in refused.fields.items()}
        return _page(me, how, chosen, queries.Page([], None), errors=errors), refused.status
    return _page(me, how, chosen, page, before=before)


def _page(
    me: Actor, how: Reader, chosen: Mapping[str, str], page: queries.Page, *, before: Place | None = None, errors: Mapping[str, str] | None = None
) -> str:  # fmt: skip
    kinds = {code: how.say(f"audit.kind.{code}") if how.knows(f"audit.kind.{code}") else code for code in beginnings()}
    older = urlencode({**chosen, "before": str(page.next)}) if page.next else ""
    return render_template(
        "audit/index.html", lines=saying.lines(me, page.rows, how), chosen=chosen, errors=errors or {}, older=older,
        back_to=how.moment(page.next.at) if page.cut and page.next else "", newest=urlencode(chosen) if before else None,
        kinds=sorted(kinds.items(), key=lambda kind: kind[1]), surfaces=SURFACES, whole=me.is_auditor, latest=queries.list_checks(1),
    )  # fmt: skip


@bp.get("/checks")
@permit("audit.read")
def checks() -> str:
    """Checks of the whole trail: what each found, how far the running one is."""
    me, how = current_member(), reader()
    permits.check("audit.read", me.roles)
    found = queries.list_checks()
    names = registry.names({one.asked_by for one in found})
    rows = [_check(one, names, how) for one in found]
    running = any(one.state == "running" for one in found)
    return render_template(
        "audit/checks.html", rows=rows, running=running, anchored=anchor_file() is not None, size=queries.count()
    )


def _check(one: Any, names: Mapping[str, Any], how: Reader) -> dict[str, Any]:
    return {
        "id": one.id, "state": one.state, "entries": one.entries, "subjects": one.subjects, "anchored": one.anchored,
        "at": how.moment(one.ended_at or one.asked_at), "by": how.name(names[one.asked_by]) if one.asked_by in names else one.asked_by,
        "faults": [(subject, seq, how.say(f"audit.problem.{code}")) for subject, seq, code in one.faults],
    }  # fmt: skip


@bp.post("/verify")
@permit("audit.verify")
def verify() -> Response:
    """Check everything; what takes long goes on in the background."""
    service.ask_for_check(current_member(), now=clock.now())
    latest = queries.list_checks(1)[0]
    flash(reader().say(f"audit.page.asked_{latest.state}"), "success" if latest.state == "holds" else "message")
    return redirect("/admin/audit/checks", 303)
