"""The drift report: what both sides signed against how it is; made once a quarter, and never changed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from collab.audit.queries import list_entries
from collab.blueprints import service
from collab.blueprints.rules.drift import KINDS, Aim, Apart, Facts, Item, Need, Owner, Word, findings
from collab.blueprints.service import differing
from collab.kernel.db import db
from collab.outbox.models import Message
from tests.factories import Company
from tests.factories.blueprints import a_blueprint, definition, point, requirement, signed, source
from tests.factories.company import address
from tests.factories.dialogues import both
from tests.factories.goals import goal
from tests.parts.clients import Api
from tests.parts.databases import on_both

As = Callable[[str], Api]
ON = date(2026, 11, 18)
ALL = frozenset({1, 2, 3, 4})
HERE, GONE, MOVED = Owner("a@x", 1), Owner("b@x", 2, here=False, in_place=False), Owner("c@x", 1, in_place=False)
OVER = datetime.fromisoformat("2027-01-01 00:30+09:00")
"""The third fiscal quarter is over in Tokyo, and in UTC it is not."""


def need(state: str, **more: object) -> Need:
    return Need(1, "Stock", 1, state, ON - timedelta(days=9), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        ({}, []),
        ({"signed": None}, ["never_signed"]),
        ({"changes": [("added", "points", "A")], "signed": None}, ["never_signed"]),
        ({"changes": [("added", "points", "A"), ("removed", "sources", "B")]}, ["unsigned_change"] * 2),
        ({"needs": [need("asked")]}, ["requirement_unanswered"]),
        ({"needs": [need("countered", promised_on=ON)]}, ["requirement_unanswered"]),
        ({"needs": [need("committed", promised_on=ON)]}, []),
        ({"needs": [need("committed", promised_on=ON - timedelta(days=1))]}, ["promise_overdue"]),
        ({"needs": [need("met", promised_on=ON - timedelta(days=1))], "signed": {1: "committed"}}, []),
        ({"needs": [need("withdrawn")], "signed": {1: "committed"}}, ["promise_unmet"]),
        ({"needs": [need("countered", promised_on=ON)], "signed": {1: "committed"}}, ["promise_unmet"]),
        ({"needs": [need("declined")]}, []),
        ({"points": [Item("P", (HERE, GONE))]}, ["point_owner_left"]),
        ({"points": [Item("P", (MOVED, GONE))]}, ["point_owner_left", "point_owner_moved"]),
        ({"sources": [Item("S", (MOVED,), used_by=1)]}, []),
        ({"sources": [Item("S", (GONE,), used_by=0)]}, ["source_without_owner", "source_unused"]),
        ({"words": [Word("Lead", ratified=False)]}, []),
        ({"words": [Word("Lead", ratified=True, goals=("G-1",))]}, []),
        ({"words": [Word("Lead", ratified=False, goals=("G-1",))]}, ["definition_unratified"]),
        ({"aims": [Aim("G-1", "active", due_on=ON)]}, []),
        ({"aims": [Aim("G-1", "active", due_on=ON - timedelta(days=1))]}, ["goal_missed"]),
        ({"aims": [Aim("G-1", "closed", "achieved", ON - timedelta(days=1)), Aim("G-2", "closed", "missed")]}, ["goal_missed", "goal_closed"]),
        ({"differences": [Apart(1, "FY2026-Q2", "T-1", is_open=True), Apart(2, "FY2026-Q2", "T-2", is_open=False)]}, ["difference_open"]),
        ({"revealed": frozenset({1, 4})}, ["question_unanswered"] * 2),
    ],
)  # fmt: skip
def test_what_is_found(facts: dict, kinds: list[str]) -> None:  # type: ignore[type-arg]
    assert [one["kind"] for one in findings(Facts(**{"on": ON, "signed": {}, "revealed": ALL, **facts}))] == kinds


def drifted(company: Company) -> str:
    """Signed in September; since then a promise is late, an owner left, a point was added, a word is used."""
    company.now = datetime.fromisoformat("2026-09-01 10:00+09:00")
    key = a_blueprint(company)
    point(company, key)
    late = requirement(company, key)
    with company.indoors():
        service.commit_to(company.member("cio"), key, late, on=date(2026, 10, 1), now=company.now)
    signed(company, key)
    company.now = datetime.fromisoformat("2026-11-18 10:00+09:00")
    point(company, key, process="Return in store")
    source(company, key, used_by=[])
    definition(company, key)
    both(company, key, 1, 1, 5)
    with company.indoors():
        differing.differ(company.member("cmo"), key, 1, now=company.now)
    company.leaves("kenji")
    return key


def sweep(company: Company) -> int:
    with company.indoors():
        return service.sweep(now=company.now)


def test_a_report_is_made_of_the_quarter_that_is_over_and_kept(company: Company, as_: As) -> None:
    key = drifted(company)
    now = as_("ceo").get(f"/initiatives/{key}/drift").json
    assert (now["quarter"], now["made_at"], now["version"], now["kept"]) == ("FY2026-Q3", None, 1, [])
    kinds = [one["kind"] for one in now["findings"]]
    assert set(kinds) == {
        "unsigned_change", "promise_overdue", "point_owner_left", "source_without_owner", "source_unused",
        "definition_unratified", "difference_open", "question_unanswered",
    }  # fmt: skip
    assert kinds == sorted(kinds, key=KINDS.index)
    late = next(one for one in now["findings"] if one["kind"] == "promise_overdue")
    assert (late["title"], late["days"], late["side"]) == ("Stock by the minute", 48, 1)
    company.now = OVER - timedelta(hours=1)
    assert sweep(company) == 1  # of the second quarter: the blueprint was there
    company.now = OVER
    assert (sweep(company), sweep(company)) == (1, 0)
    kept = as_("cio").get(f"/initiatives/{key}/drift/FY2026-Q3").json
    assert (kept["from_on"], kept["until_on"], kept["kept"]) == ("2026-10-01", "2026-12-31", ["FY2026-Q3", "FY2026-Q2"])
    point(company, key, process="Another one", owner_2=address("cio"))
    assert as_("cio").get(f"/initiatives/{key}/drift/FY2026-Q3").json == kept
    assert as_("cio").get(f"/initiatives/{key}/drift/FY2026-Q1").status_code == 404
    assert as_("agency").get(f"/initiatives/{key}/drift").status_code == 404
    with company.indoors():
        told = select(Message.member_id, Message.args).where(Message.kind == "blueprint.drifted")
        rows = [(row.member_id, row.args["quarter"]) for row in db.session.execute(told)]
        assert sorted(rows) == sorted(
            (company.id(name), quarter) for name in ("cmo", "cio") for quarter in ("FY2026-Q2", "FY2026-Q3")
        )


def test_a_goal_somebody_may_not_see_is_not_named(company: Company, as_: As) -> None:
    hidden = goal(company, "Secret goal", owners=("cmo", "cio"), visibility="involved")
    key = a_blueprint(company, goals=("G-1", hidden, "G-2"))
    seen, unseen = (as_(name).get(f"/initiatives/{key}/drift").json["findings"] for name in ("cmo", "nao"))
    assert [one["goal"] for one in seen if one["kind"] == "goal_closed"] == ["G-2"]
    company.now = datetime.fromisoformat("2030-01-01 10:00+09:00")
    assert hidden not in str(unseen)


@on_both
def test_many_workers_make_it_once(company: Company) -> None:
    key = a_blueprint(company)
    company.now = OVER

    def work(_number: int) -> int:
        with company.app.app_context():
            return service.sweep(now=company.now)

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(work, range(3))) == 1
    with company.indoors():
        assert [entry.verb for entry in list_entries(key)].count("blueprint_drift") == 1


def test_nothing_is_made_of_a_blueprint_that_was_not_there_or_is_over(company: Company) -> None:
    company.now = OVER
    a_blueprint(company)
    assert sweep(company) == 0
