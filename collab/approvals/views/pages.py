"""Pages to read the routes: the authority table (職務権限表), and a request tried on it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from collab.approvals import queries
from collab.approvals.schemas.routes import TrialIn
from collab.approvals.service import trying
from collab.approvals.views import routes as shown
from collab.approvals.views import sheet as sheets
from collab.kernel import clock
from collab.kernel.errors import Invalid
from collab.kernel.fields import load
from collab.kernel.i18n import Reader, catalogue
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.web.identity import current_member, reader

bp = Blueprint("approvals", __name__, template_folder="../templates")
_CATEGORY = "purchase.category."


@bp.get("/routes")
@permit("routes.show")
def book() -> str:
    """Who decides what."""
    me = current_member()
    permits.check("routes.show", me.roles)
    may = {verb: permits.allows(f"routes.{verb}", me.roles) for verb in ("simulate", "proposals")}
    return render_template("approvals/book.html", may=may, **_with_names(shown.table(reader()), reader()))


def _with_names(table: dict[str, Any], how: Reader) -> dict[str, Any]:
    """The table with people's names where a seat names a person: only machines read addresses."""
    steps = [step for rule in [*table["routes"], *table["overlays"]] for step in rule["steps"]]
    names = people.names_by_email({seat for step in steps for seat in step["seats"]})
    for step in steps:
        step["seats"] = [how.name(names[seat]) if seat in names else seat for seat in step["seats"]]
    return table


@bp.get("/routes/simulate")
@permit("routes.simulate")
def simulate() -> str | tuple[str, int]:
    """Who would decide a request that nobody wrote; asking changes nothing."""
    me, how, now = current_member(), reader(), clock.now()
    permits.check("routes.simulate", me.roles)
    given = {name: value for name in TrialIn().fields if (value := request.args.get(name, "").strip())}
    errors: dict[str, str] = {}
    found = None
    try:
        found = trying.simulate(me, load(TrialIn(), given), now=now) if given else None
    except Invalid as refused:
        errors = {path: how.say(text) for path, text in refused.fields.items()}
    sheet = sheets.of_plan(found.plan, how, now, found.usual) if found and found.plan else None
    page = render_template(
        "approvals/simulate.html", given=given, errors=errors, sheet=sheet, plan=found.plan if found else None,
        called=shown.called(found.plan, how) if found and found.plan else None,
        refusal=how.say(found.refusal) if found and found.refusal else "",
        warnings=[how.say(text) for text in found.plan.warnings] if found and found.plan else [], **_choices(),
    )  # fmt: skip
    return page, 422 if errors else 200


def _choices() -> dict[str, Any]:
    """What the fields offer."""
    how = reader()
    _version, book = queries.current_book()
    codes = [key.removeprefix(_CATEGORY) for key in catalogue(how.locale) if key.startswith(_CATEGORY)]
    return {
        "departments": [(row.code, how.name(row)) for row in people.list_departments()],
        "categories": [(code, how.say(f"{_CATEGORY}{code}")) for code in codes],
        "members": [(actor.email, how.name(actor)) for actor in people.list_actors(clock.now()) if actor.active and not actor.is_partner],
        "currencies": sorted({book.currency, *(rate.currency for rate in book.rates)}), "currency": book.currency,
        "routes": [(rule.code, how.name(rule)) for rule in book.routes],
    }  # fmt: skip
