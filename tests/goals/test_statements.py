"""What reading goals asks of the database: as much for many goals, children, measurements and check-ins as for a few."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from collab.goals.queries import accepting, checkin_inbox
from collab.goals.queries.coverage import find_coverage
from collab.kernel import remember
from collab.kernel.actor import Actor
from collab.subjects.registry import InboxRow
from tests.factories import Company
from tests.factories.goals import asked, child, control, goal, helps, measured, number, ratio, said, timed
from tests.parts.clients import Pages
from tests.parts.databases import on_both
from tests.parts.statements import statements

DAY = date(2026, 11, 1)


def asked_of(member: Actor, company: Company) -> list[InboxRow]:
    """What goals ask of somebody."""
    found = [source.inbox([member], company.now).get(member.id, ()) for source in (accepting, checkin_inbox)]
    return [row for rows in found for row in rows]


def grown(company: Company, many: int) -> str:
    """A goal of mika's with so many children, measurements and check-ins; beside it as many others of hers."""
    key = goal(company, owners=("mika", "kenji"), metric=timed(0, 100))
    for place in range(many):
        child(company, key, share=5, owners=("cmo", "cio") if place % 2 else ("sales-lead",))
        measured(company, key, DAY - timedelta(days=place), place)
        said(company, key, "mika", 60)
        goal(company, owners=("mika", "kenji"))
    said(company, key, "kenji", 70)
    return key


@pytest.fixture(autouse=True)
def _time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered for some seconds stays remembered, however slow the machine."""
    monkeypatch.setattr(remember, "time", SimpleNamespace(monotonic=lambda: 1.0))


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/goals/{key}", 40),
        ("/goals/tree", 30),
        ("/goals/tree?under={key}", 30),
        ("/goals", 30),
        ("/goals/coverage", 30),
    ],
)
def test_a_page_asks_the_same_of_few_goals_and_of_many(
    company: Company, pages_as: Callable[[str], Pages], path: str, most: int
) -> None:
    pages, counts = pages_as("mika"), []
    for many in (2, 9):
        key = grown(company, many)
        pages.get(path.format(key=key))
        with statements(company.app) as seen:
            assert pages.get(path.format(key=key)).status_code == 200
        counts.append(seen.count)
    assert counts[0] == counts[1] <= most, f"{counts}\n{seen}"


def test_whoever_owns_many_goals_pays_for_what_waits_alone(company: Company) -> None:
    counts = []
    for many in (0, 6):
        for _ in range(many):
            key = goal(company, owners=("mika", "kenji"))
            said(company, key, "mika", 20)
            said(company, key, "kenji", 80)
        asked(company, goal(company, owners=("mika",)), "mika", at=company.now, due_at=company.now + timedelta(days=3))
        said(company, goal(company, owners=("mika", "cio")), "cio", 70)
        with company.indoors():
            mika = company.member("mika")
            with statements(company.app) as seen:
                rows = asked_of(mika, company)
        counts.append((len(rows), seen.count))
    assert counts[0][0] + 7 == counts[1][0], "six to talk over, one more to read, and one form for what is asked"
    assert counts[1][1] <= 8, seen


def test_nothing_is_looked_up_for_whoever_nothing_waits(company: Company) -> None:
    for _ in range(4):
        goal(company, owners=("mika", "kenji"))
    with company.indoors():
        mika = company.member("mika")
        with statements(company.app) as seen:
            assert asked_of(mika, company) == []
    assert seen.count == 3, seen


@on_both
@pytest.mark.parametrize(
    ("metric", "figure"),
    [
        (timed(0, 100), {"value": 5}), (timed(0, 100), None), (ratio(0, 100), {"numerator": 1, "denominator": 2}),
        (ratio(0, 100), {"numerator": 1, "denominator": "0.00"}), (control(ceiling=9), {"value": 5}), (control(), {"value": 5}),
    ],
)  # fmt: skip
def test_coverage_takes_a_figure_for_what_a_goal_takes_for_one(
    company: Company, metric: dict[str, Any], figure: dict[str, Any] | None
) -> None:
    key = goal(company, metric=metric)
    if figure is not None:
        measured(company, key, DAY, **figure)
    helps(company, key, "agency")
    with company.indoors():
        found = find_coverage(company.member("mika"), company.now)
    view = found.goals[number(key)].main
    assert view is not None
    assert (key in [one.key for one in found.moved]) == (view.figure is not None)
    assert (key in [one.key for one in found.unmeasured]) == (view.progress is None or not _aimed(view.course))
    short = find(company, most=0)
    assert (short.unmeasured, short.moved, short.totals) == ((), (), found.totals), "what is not named is counted"
    assert short.goals[number(key)].main == view, "a partner's line names it"


def _aimed(course: Any) -> bool:
    return not course.control or course.highest is not None


def find(company: Company, most: int) -> Any:
    with company.indoors():
        return find_coverage(company.member("mika"), company.now, most=most)
