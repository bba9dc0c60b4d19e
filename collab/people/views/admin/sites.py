"""`/admin/sites`: places with their zone and calendar; changing one, or adding one."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, render_template, request

from collab.calendars import queries as calendars
from collab.kernel.permits import permit, permits
from collab.people.queries import administering as known
from collab.people.views.admin.base import Answer, administrator, propose
from collab.web.identity import current_member

bp = Blueprint("admin_sites", __name__, url_prefix="/admin/sites")
FIELDS = ("site", "name_en", "name_ja", "zone", "calendar")


@bp.get("")
@permit("people.administer")
def index() -> str:
    """Every site, and the forms of a change and of a new one."""
    administrator()
    return _page("", {}, {})


@bp.post("")
@permit("control.propose")
def put() -> Answer:
    """Propose what a site is to be; refused, the form that was filled in stands open."""
    control = "site.put" if request.form.get("verb") == "change" else "site.add"
    return propose(control, FIELDS, _page)


def _page(form: str, errors: Mapping[str, str], typed: Mapping[str, str]) -> str:
    return render_template(
        "people/admin/sites.html", rows=known.list_sites(), form=form, errors=errors, typed=typed,
        calendars=[one.code for one in calendars.list_calendars()], may=permits.allows("control.propose", current_member().roles),
    )  # fmt: skip
