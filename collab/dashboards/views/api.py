"""Dashboards as JSON: the same figures as on the pages, each with the keys of its rows and the list that shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify

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
from collab.dashboards.rules.figures import Figure
from collab.dashboards.schemas import ApprovalsBoardOut, FlowOut, GoalsBoardOut, SpendOut
from collab.kernel import clock
from collab.kernel.money import Money
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.web.api import blueprint
from collab.web.identity import bearer

bp = blueprint("dashboards", "Where the company stands: every figure with the rows it counts")


@bp.get("/dashboards/goals")
@bp.response(200, GoalsBoardOut)
@permit("dashboard.show")
def goals() -> Response:
    """Goals by status now and over twelve weeks, by department, side and stage, as far as you may see them."""
    me = bearer()
    permits.check("dashboard.show", me.roles)
    board = goals_by_status(me, now=clock.now())
    return jsonify({
        "total": board.total, "statuses": _counts(board.counts), "stale": _figure(board.stale), "apart": _figure(board.apart),
        **{name: [{"of": row.of, "statuses": _counts(row.counts)} for row in rows]
           for name, rows in (("departments", board.departments), ("sides", board.sides), ("stages", board.stages))},
        "weeks": [{"week": one.week, "running": one.running, "statuses": _counts(one.counts)} for one in board.weeks],
    })  # fmt: skip


@bp.get("/dashboards/approvals")
@bp.response(200, ApprovalsBoardOut)
@permit("dashboard.show")
def approvals() -> Response:
    """Pending requests by age and step; over the last 90 days how long seats and routes took, what came back, what was filed after
    the fact. People are named only to themselves, to those above them, to admins and auditors."""
    me = bearer()
    permits.check("dashboard.show", me.roles)
    reading = read_approvals(me, now=clock.now())
    shares, seats = approval_shares(reading), slowest_seats(reading)
    emails = people.emails_of({one.member for row in seats for one in row.holders})
    return jsonify({
        "since": reading.since.isoformat(), "pending": len(reading.pending),
        "ages": [{"age": one.code, **_figure(one.figure)} for one in approvals_by_age(reading)],
        "steps": [
            {"name_en": one.name_en, "name_ja": one.name_ja, "late": one.late, "overdue": _figure(one.overdue), "oldest_at": one.oldest_at.isoformat(), **_figure(one.figure)}
            for one in approvals_by_step(reading)
        ],
        "seats": [
            {
                "seat": row.post, "answers": row.answers, "median_minutes": row.median_minutes, "in_time": row.in_time,
                **_figure(row.figure),
                "holders": [
                    {"member": emails[one.member], "answers": one.answers, "median_minutes": one.median_minutes} for one in row.holders
                ],
            }
            for row in seats
        ],
        "routes": [
            {
                "route": row.code, "name_en": row.name_en, "name_ja": row.name_ja, "rounds": row.rounds, "median_minutes": row.median_minutes, "answers": row.answers,
                "in_time": row.in_time, **_figure(row.figure),
            }
            for row in route_times(reading)
        ],
        **{name: _figure(one) for name, one in
           (("submitted", shares.submitted), ("returned", shares.returned), ("after_the_fact", shares.after_the_fact))},
    })  # fmt: skip


@bp.get("/dashboards/flow")
@bp.response(200, FlowOut)
@permit("dashboard.show")
def flows() -> Response:
    """Which department waits for which, how fast they answered each other over the last 90 days, what is blocked."""
    me = bearer()
    permits.check("dashboard.show", me.roles)
    found = flow(me, now=clock.now())
    return jsonify({
        "open": _figure(found.open), "late": _figure(found.late), "blocked": _figure(found.stuck),
        "cells": [
            {"waits": one.waits, "on": one.on, "open": _figure(one.open), "late": _figure(one.late)} for one in found.cells.values()
        ],
        "answers": [
            {
                "asker": one.pair.asker, "asked": one.pair.asked, "median_minutes": one.pair.median_minutes, "asks": one.pair.asks,
                "open": one.pair.open, "in_time": one.pair.in_time, "answered": _figure(one.answered),
            }
            for one in found.answers.values()
        ],
    })  # fmt: skip


@bp.get("/dashboards/spend")
@bp.response(200, SpendOut)
@permit("dashboard.spend")
def spending() -> Response:
    """What is pending, decided and ordered, by side, category and month, per currency: for executives, leads (their departments) and
    auditors, of the requests whose amounts they may see."""
    found = spend(bearer(), now=clock.now())
    return jsonify({
        "departments": None if found.departments is None else list(found.departments),
        "sides": [
            {
                "side": row.side, "category": row.category, "currency": row.currency,
                **{kind: _sum(one.amount, one.figure) for kind, one in row.sums.items()},
            }
            for row in (*found.sides, *found.categories)
        ],
        "months": [
            {"month": month.month, "sums": [_sum(one.amount, one.figure) for one in month.sums.values()]} for month in found.months
        ],
        "bypass": [
            {
                "currency": row.currency, "decided": _sum(row.decided.amount, row.decided.figure), "by_count": row.by_count,
                "by_amount": row.by_amount, "after_the_fact": _sum(row.late.amount, row.late.figure),
            }
            for row in found.bypass
        ],
        "renewals": [
            {"key": row.key, "title": row.title, "on": row.on.isoformat(), "total": str(row.total), "currency": row.total.currency}
            for row in found.renewals
        ],
    })  # fmt: skip


def _counts(counts: Mapping[str, Figure]) -> list[dict[str, Any]]:
    return [{"status": group, **_figure(one)} for group, one in counts.items()]


def _figure(one: Figure) -> dict[str, Any]:
    return {"n": one.n, "keys": list(one.keys), "path": one.href or None}


def _sum(amount: Money, figure: Figure) -> dict[str, Any]:
    return {"total": str(amount), "currency": amount.currency, **_figure(figure)}
