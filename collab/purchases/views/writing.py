"""Writing a request: the form that grows with amount and risk, and the plan shown while typing."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.approvals import queries as approvals
from collab.goals import queries as goals
from collab.initiatives.queries import tied as initiatives
from collab.initiatives.queries.spending import list_spending
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotNow, Text
from collab.kernel.permits import permit, permits
from collab.kernel.text import normal
from collab.people import queries as people
from collab.purchases import queries, service
from collab.purchases.queries.details import find_latest
from collab.purchases.rules import BILLINGS, CATEGORIES, VISIBILITIES
from collab.purchases.service import Preview
from collab.purchases.views import forms, paper, plans
from collab.web.identity import current_member, reader

bp = Blueprint("purchase_writing", __name__)


@bp.get("/purchases/new")
@permit("purchase.draft")
def new() -> str:
    """An empty form, or one that already names what a link named."""
    me = current_member()
    permits.check("purchase.draft", me.roles)
    empty = {"tax_included": "yes", "billing": "one_time", "visibility": "involved", "department": me.department or ""}
    given = {
        path: request.args[path][:200] for path in ("goal", "initiative", "vendor", "title") if path in request.args
    }
    return _form({**forms.typed({}), **empty, **given}, me)


@bp.post("/purchases")
@permit("purchase.draft")
def create() -> str | Response | tuple[str, int]:
    """Save a draft, or file it at once; without JavaScript also: show who decides. Nothing typed is ever lost."""
    me, then = current_member(), request.form.get("then", "")
    permits.check("purchase.draft", me.roles)
    if then not in ("draft", "submit"):
        return _form(forms.typed(request.form), me)
    try:
        loaded = forms.fields(request.form)
        act = service.file if then == "submit" else service.draft
        purchase = act(me, loaded, now=clock.now())
    except (Invalid, NotAllowed, NotNow) as refused:
        return _form(forms.typed(request.form), me, refused), refused.status
    return _saved(purchase.key, then)


@bp.post("/purchases/preview")
@permit("purchase.draft")
def preview() -> str:
    """Who would decide what is typed so far, and the fields it now needs; nothing is saved."""
    me = current_member()
    permits.check("purchase.draft", me.roles)
    values = forms.typed(request.form)
    plan = _plan(values, me)
    fresh = [path for path in forms.growing(values, plan["needed"]) if path not in request.form]
    return render_template(
        "purchases/preview.html", plan=plan, fresh=fresh, values=values, errors={}, **_choices(me, values)
    )


@bp.get("/purchases/<key>/edit")
@permit("purchase.edit")
def edit(key: str) -> str:
    """The form of a draft or returned request."""
    me = current_member()
    purchase = _mine(me, key)
    return _form(forms.written(purchase, me), me, purchase=purchase)


@bp.post("/purchases/<key>/edit")
@permit("purchase.edit")
def change(key: str) -> str | Response | tuple[str, int]:
    """Save the changes, and submit again if asked to: both or neither."""
    me, then = current_member(), request.form.get("then", "")
    purchase = _mine(me, key)
    if then not in ("draft", "submit"):
        return _form(forms.typed(request.form), me, purchase=purchase)
    try:
        _save(me, key, resubmit=then == "submit")
    except DomainError as refused:
        return _form(forms.typed(request.form), me, refused, purchase), refused.status
    return _saved(key, then)


def incomplete(me: Actor, key: str, refused: DomainError) -> tuple[str, int]:
    """The form of a request that could not be submitted, with what is missing."""
    purchase = _mine(me, key)
    return _form(forms.written(purchase, me), me, refused, purchase), refused.status


def _save(me: Actor, key: str, *, resubmit: bool) -> None:
    written = request.form.get("version", "")
    seen = int(written) if written.isdecimal() and len(written) < 10 else None
    with atomic():
        service.edit(me, key, forms.fields(request.form), seen=seen, now=clock.now())
        if resubmit:
            service.submit(me, key, now=clock.now())


def _mine(me: Actor, key: str) -> Any:
    purchase = queries.get_purchase(me, key)
    permits.check("purchase.edit", queries.relations(me, purchase), purchase.state)
    return purchase


def _saved(key: str, then: str) -> Response:
    """Say what happened and go to the request."""
    how = reader()
    said = how.say("purchase.page.saved")
    if then == "submit":
        said = asked(key, "purchase.page.filed")
    flash(said, "success")
    return redirect(f"/purchases/{key}", 303)


def asked(key: str, word: str) -> str:
    """A sentence with the names of those who are asked now."""
    chain = find_latest(key)
    if chain and chain.route.get("auto") and chain.state == "approved":
        return reader().say(f"purchase.page.decided.{chain.route['auto']}", key=key)
    seats = chain.waiting() if chain else []
    names = people.names_of(seat.member for seat in seats)
    return reader().say(word, names=[names[seat.member] for seat in seats])


def _form(values: Mapping[str, str], me: Actor, refused: DomainError | None = None, purchase: Any = None) -> str:
    how = reader()
    wrong = forms.beside(refused.fields, values) if isinstance(refused, Invalid) else {}
    plan = _plan(values, me)
    shown = [*forms.growing(values, plan["needed"]), *(path for path in wrong if path in forms.GROWING)]
    errors = {path: how.say(text) for path, text in wrong.items()}
    return render_template(
        "purchases/form.html", values=values, errors=errors, plan=plan, shown=list(dict.fromkeys(shown)), purchase=purchase,
        problem=how.say(refused.text) if refused and not wrong else "", **_choices(me, values), **_initiatives(me, values.get("initiative", "")),
    )  # fmt: skip


def _choices(me: Actor, values: Mapping[str, str]) -> dict[str, Any]:
    """What the fields offer, with what is there already: a goal hidden from the member, a department closed meanwhile."""
    _version, book = approvals.current_book()
    kept = values.get("goal") == forms.KEPT_GOAL
    return {
        "goals": [
            *([goal.key, f"{goal.key} {goal.title}"] for goal in goals.list_goals(me, live=True)),
            *([[forms.KEPT_GOAL, reader().say(goals.HIDDEN)]] if kept else []),
            [forms.NO_GOAL, reader().say("purchase.form.goal_none")],
        ],
        "members": sorted((one for one in people.list_present() if not one.is_partner), key=attrgetter("email")),
        "departments": people.list_open_departments(keep=values.values()), "categories": CATEGORIES, "billings": BILLINGS, "visibilities": VISIBILITIES,
        "routes": [(rule.code, reader().name(rule)) for rule in book.routes],
        "currencies": sorted({book.currency, *(rate.currency for rate in book.rates)}),
        "home_currency": book.currency,
    }  # fmt: skip


def _initiatives(me: Actor, chosen: str) -> dict[str, Any]:
    """The joint initiatives something may be bought for, and the one that is there already, hidden from the member or not."""
    found = [[one.key, f"{one.key} {one.title}"] for one in list_spending(me)]
    if chosen and chosen not in {key for key, _title in found}:
        found.insert(0, [chosen, reader().say(initiatives.HIDDEN) if chosen == forms.KEPT_GOAL else chosen])
    return {"initiatives": found}


def _plan(values: Mapping[str, str], me: Actor) -> dict[str, Any]:
    """Who would decide, what is missing, what else was asked for from this vendor: as far as it can be told."""
    how, now = reader(), clock.now()
    found, wrong = _previewed(values, me)
    gaps = {gap.field: text for gap, text in found.complaints()} if found else {}
    if values.get("goal") == forms.KEPT_GOAL:
        gaps.pop("goal", None)
    needed = forms.beside(gaps, values)
    if not values.get("title", "").strip():
        needed = {"title": Text("field.required"), **needed}
    vendor = normal(values.get("vendor", ""))
    typed_anything = bool(values.get("amount", "").strip())
    return {
        **plans.shape(found, how, now),
        "total": how.show(found.total) if found and found.total else "", "needed": {path: how.say(text) for path, text in needed.items()},
        "wrong": {path: how.say(text) for path, text in wrong.items() if values.get(path)} if typed_anything else {},
        "same_vendor": paper.vendor_year(me, vendor, how, now) if vendor else None,
    }  # fmt: skip


def _previewed(values: Mapping[str, str], me: Actor) -> tuple[Preview | None, dict[str, Text]]:
    """The preview of whatever can be read, and what cannot."""
    fields, wrong = forms.readable(values)
    try:
        return service.preview(me, fields, now=clock.now()), wrong
    except Invalid as refused:
        wrong = {**wrong, **refused.fields}
    rest = {name: value for name, value in fields.items() if name not in {path.partition(".")[0] for path in wrong}}
    try:
        return service.preview(me, rest, now=clock.now()), wrong
    except Invalid as refused:
        return None, {**wrong, **refused.fields}
