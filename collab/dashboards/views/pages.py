"""The pages: all of it at a glance, and one a subject."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from collab.dashboards.messages import PAGES, names_now, side
from collab.dashboards.queries import (
    approval_shares,
    approvals_by_age,
    approvals_by_step,
    flow,
    goals_by_status,
    read_approvals,
    route_times,
    slowest_seats,
    spend,
)
from collab.dashboards.queries.goals import GoalsBoard
from collab.dashboards.views import shapes, trend
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.web.identity import current_member, reader

bp = Blueprint("dashboards", __name__, template_folder="../templates")
AT_ONCE = 6
"""Rows of a list before "more"."""


@bp.get("/dashboards")
@permit("dashboard.show")
def index() -> str:
    """All of it at a glance."""
    me, how, now = _who()
    reading, found, board = read_approvals(me, now=now), flow(me, now=now), goals_by_status(me, now=now)
    buckets = approvals_by_age(reading)
    return render_template(
        "dashboards/index.html", tabs=_tabs(me, how, ""), statuses=shapes.statuses(board.counts, how), goals=board.total,
        change=shapes.change(board), ages=shapes.ages(buckets, how), pending=len(reading.pending), pages=PAGES,
        slowest=[_seat(row, how, reading) for row in slowest_seats(reading, most=1)], flow=_totals(found),
        spend=_totals_of_spend(me, how, now) if permits.allows("dashboard.spend", me.roles) else None,
        stale=shapes.linked(board.stale), apart=shapes.linked(board.apart),
    )  # fmt: skip


@bp.get("/dashboards/goals")
@permit("dashboard.show")
def goals() -> str:
    """Goals by status."""
    me, how, now = _who()
    board, names = goals_by_status(me, now=now), names_now()
    named = people.names_of(
        one.member for line in board.lines if line.standing.diverged or line.standing.dark for one in line.standing.said
    )
    return render_template(
        "dashboards/goals.html", tabs=_tabs(me, how, "goals"), statuses=shapes.statuses(board.counts, how), total=board.total,
        change=shapes.change(board), weeks=shapes.weeks(board, how), alt=trend.sentence(board, how), drawn=trend.is_drawn(board),
        departments=[shapes.group(row, names.department(row.of), how) for row in board.departments],
        sides=[shapes.group(row, side(row.of), how) for row in board.sides],
        stages=[shapes.group(row, names.stage(row.of), how) for row in sorted(board.stages, key=lambda row: names.place(row.of))],
        stale=shapes.stale(board, how, named, now), stale_link=board.stale.href, apart=shapes.apart(board, how, named),
        apart_link=board.apart.href, at_once=AT_ONCE,
    )  # fmt: skip


@bp.get("/dashboards/goals/trend.svg")
@permit("dashboard.show")
def goals_trend() -> AnyResponse:
    """The last twelve weeks, drawn; `?narrow=1` for a phone."""
    me, how, now = _who()
    permits.check("dashboard.show", me.roles)
    board: GoalsBoard = goals_by_status(me, now=now)
    found = make_response(trend.image(board, how, narrow=request.args.get("narrow") == "1"))
    found.mimetype = "image/svg+xml"
    found.set_etag(sha256(found.get_data()).hexdigest()[:32])
    return found.make_conditional(request)


@bp.get("/dashboards/approvals")
@permit("dashboard.show")
def approvals() -> str:
    """Approvals by age and step, and how long seats and routes take."""
    me, how, now = _who()
    reading, names = read_approvals(me, now=now), names_now()
    buckets, seats = approvals_by_age(reading), slowest_seats(reading)
    named, most = people.names_of(shapes.people_in(seats)), max((row.median_minutes for row in seats), default=0)
    return render_template(
        "dashboards/approvals.html", tabs=_tabs(me, how, "approvals"), ages=shapes.ages(buckets, how), pending=len(reading.pending),
        alt=shapes.pending_alt(buckets, reading, how), steps=[shapes.step(row, how, now) for row in approvals_by_step(reading)],
        seats=[shapes.seat(row, how, names, named, most) for row in seats], routes=[shapes.route(row, how) for row in route_times(reading)],
        shares=shapes.shares(approval_shares(reading), how), since=reading.since,
    )  # fmt: skip


@bp.get("/dashboards/flow")
@permit("dashboard.show")
def flows() -> str:
    """Who waits on whom."""
    me, how, now = _who()
    found, names = flow(me, now=now), names_now()
    return render_template(
        "dashboards/flow.html", tabs=_tabs(me, how, "flow"), matrix=shapes.matrix(found, how, names), totals=_totals(found),
        pairs=shapes.both_ways(found, how, names), blocked=[_blocked(row, how, now, names) for row in found.blocked[:AT_ONCE]],
        more=max(0, len(found.blocked) - AT_ONCE),
    )  # fmt: skip


@bp.get("/dashboards/spend")
@permit("dashboard.spend")
def spending() -> str:
    """Technology spend, for whoever may see its amounts."""
    me, how, now = _who()
    found, names = spend(me, now=now), names_now()
    return render_template(
        "dashboards/spend.html", tabs=_tabs(me, how, "spend"),
        departments=None if found.departments is None else [names.department(code) for code in found.departments],
        totals=[shapes.spending(row, how, by_category=False) for row in found.totals],
        sides=[shapes.spending(row, how, by_category=False) for row in found.sides],
        categories=[shapes.spending(row, how, by_category=True) for row in found.categories], months=shapes.months(found, how),
        bypass=[shapes.bypass(row, how) for row in found.bypass],
        renewals=[shapes.renewal(row, how, names) for row in found.renewals], renewing=found.renewing.href,
    )  # fmt: skip


def _who() -> tuple[Actor, Reader, datetime]:
    return current_member(), reader(), clock.now()


def _tabs(me: Actor, how: Reader, current: str) -> list[dict[str, Any]]:
    permits.check("dashboard.show", me.roles)
    shown = [name for name in PAGES if name != "spend" or permits.allows("dashboard.spend", me.roles)]
    every = [("", "/dashboards"), *((name, PAGES[name]) for name in shown)]
    return [
        {"label": how.say(f"dashboard.tab.{name or 'all'}"), "href": path, "current": name == current} for name, path in every
    ]  # fmt: skip


def _totals(found: Any) -> list[dict[str, Any]]:
    return [
        {**shapes.linked(one), "label": f"dashboard.flow.{one.of}", "tone": tone if one.n else ""}
        for one, tone in ((found.open, ""), (found.late, "warn"), (found.stuck, "bad"))
    ]


def _totals_of_spend(me: Actor, how: Reader, now: datetime) -> list[dict[str, Any]]:
    return [shapes.spending(row, how, by_category=False) for row in spend(me, now=now).totals]


def _seat(row: Any, how: Reader, _reading: Any) -> dict[str, Any]:
    return shapes.seat(row, how, names_now(), people.names_of(one.member for one in row.holders), row.median_minutes)


def _blocked(row: Any, how: Reader, now: datetime, names: Any) -> dict[str, Any]:
    cost = how.say(f"dashboard.cost.{row.per}", amount=row.cost) if row.cost is not None else ""
    return {
        "key": row.key, "title": row.title, "waits": how.show(names.department(row.waits)), "on": how.show(names.department(row.on)),
        "since": how.ago(row.since, now) if row.since else "", "reason": row.reason or "", "cost": cost,
    }  # fmt: skip
