"""Pages that show requests: the list, and one request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from collab.approvals import queries as approvals
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit
from collab.kernel.text import normal
from collab.people import queries as people
from collab.purchases import queries
from collab.purchases.queries import Filter, marks
from collab.purchases.queries.details import find_chain
from collab.purchases.rules import STATES
from collab.purchases.views import paper
from collab.purchases.views.panels import panels
from collab.subjects.selections import find_selection
from collab.web.identity import current_member, reader
from collab.web.moments import age_words

bp = Blueprint("purchases", __name__, template_folder="../templates")
PAGE = 20
FILTERS = ("state", "mine", "circulated", "department", "vendor")


@bp.get("/purchases")
@permit("purchase.list")
def index() -> str:
    """The requests a member may see, narrowed and page by page."""
    me, how = current_member(), reader()
    chosen = {name: value for name in FILTERS if (value := request.args.get(name, "").strip()[:200])}
    page = max(1, int(number) if (number := request.args.get("page", "1")).isdecimal() and len(number) < 6 else 1)
    only = find_selection(me, request.args.get("figure", ""), request.args.get("of", "")[:200], clock.now())
    narrowed = replace(filter_of(chosen), keys=only.keys if only else None)
    found, total = queries.list_purchases(me, narrowed, offset=(page - 1) * PAGE, limit=PAGE)
    rest = {name: value for name, value in chosen.items() if name not in ("mine", "circulated")}
    return render_template(
        "purchases/list.html", rows=_rows(me, found, how), total=total, page=page, pages=-(-total // PAGE), chosen=chosen,
        base=_base(chosen, counted=only is not None), only=only, departments=people.list_departments(),
        states=STATES, rest=urlencode(rest), may_file="member" in me.roles, mine_department=me.department,
        to_read=approvals.list_read_together(me.id),
    )  # fmt: skip


@bp.get("/purchases/<key>")
@permit("purchase.show")
def show(key: str) -> str:
    """One request: what is asked, by whom, how much, why, who else decides; the history below."""
    view = paper.view_of(current_member(), key, reader(), clock.now())
    mark = request.args.get("paper", "")
    return sheet(view, printed=marks.check(view.purchase, mark[:80])) if mark else sheet(view)


def sheet(view: paper.View, **more: Any) -> str:
    """The page of a request; `more` says what went wrong with a press: `problem`, `typed`, `errors`, `changes`."""
    return render_template("purchases/show.html", **paper.page(view), **panels(view), **more)


def _base(chosen: Mapping[str, str], *, counted: bool) -> str:
    """The address of a further page, without its number; it keeps which figure's rows are shown."""
    kept = {name: request.args.get(name, "") for name in ("figure", "of")} if counted else {}
    return f"?{urlencode({**chosen, **kept, 'page': ''})}"


def filter_of(chosen: Mapping[str, str]) -> Filter:
    """How the list is narrowed by what stands in its address."""
    vendor = chosen.get("vendor")
    return Filter(
        state=chosen.get("state"), mine=chosen.get("mine") == "yes",
        circulated=chosen.get("circulated") == "yes", department=chosen.get("department"),
        vendor=normal(vendor) if vendor else None,
    )  # fmt: skip


def _rows(me: Actor, found: Sequence[Any], how: Reader) -> list[dict[str, Any]]:
    names = people.names_of(row.requester_id for row in found)
    amounts = queries.amounts_visible(me, found)
    return [
        {
            "key": row.key, "title": row.title, "state": row.state, "who": how.name(names[row.requester_id]),
            "amount": how.show(row.total) if row.key in amounts and row.total else "",
            "waits": _waits(row, how) if row.key in amounts else "",
        }
        for row in found
    ]  # fmt: skip


def _waits(row: Any, how: Reader) -> str:
    """Who is asked right now and for how long."""
    chain = find_chain(row) if row.state == "pending" else None
    seats = chain.waiting() if chain else []
    if not seats:
        return ""
    names = people.names_of(seat.member for seat in seats)
    since = min((seat.opened_at for seat in seats if seat.opened_at), default=None)
    return how.say("list.aside", what=[names[seat.member] for seat in seats], more=age_words(since, clock.now(), how))
