"""What is told of one goal: enough for whoever may see it, nothing hidden, at a flat price."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from collab.goals.queries.paper import Paper, get_paper
from collab.kernel.errors import NotFound
from tests.factories import Company
from tests.factories.goals import asked, child, goal, helps, measured, said, tie, timed
from tests.parts.databases import on_both
from tests.parts.statements import statements


def paper(company: Company, who: str, key: str) -> Paper:
    with company.indoors():
        return get_paper(company.member(who), key, company.now)


@pytest.fixture
def key(company: Company) -> str:
    """A running goal of two sides."""
    return goal(company, metric=timed(70, 90, unit="%"))


def test_both_owners_stand_side_by_side_with_what_they_accepted_and_last_said(company: Company, key: str) -> None:
    said(company, key, "cmo", 80)
    said(company, key, "cio", 40)
    found = paper(company, "mika", key)
    assert [(side.held.department, side.said.confidence) for side in found.sides] == [("marketing", 80), ("it", 40)]
    assert all(side.held.means for side in found.sides)
    assert (found.standing.divergence, found.standing.diverged) == (40, True)


def test_a_goal_that_is_hidden_is_not_there(company: Company) -> None:
    hidden = goal(company, visibility="involved")
    for stranger in ("mika", "agency", "sales-lead"):
        with pytest.raises(NotFound):
            paper(company, stranger, hidden)
    assert paper(company, "auditor", hidden).goal.key == hidden


def test_hidden_children_and_parents_are_neither_named_nor_counted(company: Company, key: str) -> None:
    seen = child(company, key, share=50)
    child(company, key, share=50, title="Nobody may know", visibility="involved", owners=("kenji",))
    above = goal(company, "Secret plan", visibility="involved", owners=("ceo",))
    tie(company, key, above)
    for who, children, parents in (("emma", [seen], []), ("ceo", [seen], [above])):
        found = paper(company, who, key)
        assert [one.goal.key for one in found.children.lines] == children
        assert found.below == len(children)
        assert [one.goal.key for one in found.parents] == parents
        assert [step.key for step in found.path] == parents
        assert not found.orphan, "it does hang under something"
    assert paper(company, "kenji", key).below == 2


def test_a_guest_reads_the_figures_and_no_more(company: Company, key: str) -> None:
    said(company, key, "cmo", 90, note="Between us.")
    said(company, key, "cio", 30)
    child(company, key)
    helps(company, key, "agency")
    found = paper(company, "agency", key)
    assert [(side.held.means, side.said.confidence) for side in found.sides] == [(None, None), (None, None)]
    assert (found.standing.divergence, found.standing.diverged, found.standing.said) == (None, False, ())
    assert (list(found.checkins), list(found.hints), found.moved) == ([], [], 0)
    assert (list(found.children.lines), found.below, list(found.path)) == ([], 0, [])
    assert "history" not in found.can
    assert "follow" in found.can


def test_what_one_may_do_comes_with_why_not(company: Company, key: str) -> None:
    mine, theirs = paper(company, "cmo", key), paper(company, "mika", key)
    assert {"measure", "check_in", "pause", "close", "edit"} <= mine.can
    assert mine.why_not["activate"].key == "error.wrong_state"
    assert "measure" not in theirs.can
    assert theirs.why_not["measure"].key == "error.goal_not_yours"
    assert paper(company, "auditor", key).can == {"history"}


def test_an_overdue_check_in_makes_the_goal_dark_and_says_whose(company: Company, key: str) -> None:
    asked(company, key, "cio", at=company.now - timedelta(days=9), due_at=company.now - timedelta(days=2))
    found = paper(company, "mika", key)
    assert found.standing.dark
    assert [side.overdue(company.now) for side in found.sides] == [False, True]


def test_an_orphan_is_told_to_everybody_but_a_vision_is_none(company: Company, key: str) -> None:
    assert paper(company, "mika", key).orphan
    assert not paper(company, "mika", goal(company, kind="vision", owners=("ceo",), metrics=())).orphan


@on_both
def test_the_price_is_flat_in_children_measurements_and_check_ins(company: Company) -> None:
    small = goal(company, metric=timed(0, 100))
    child(company, small)
    measured(company, small, date(2026, 11, 1), 10)
    said(company, small, "cmo", 70)
    large = goal(company, metric=timed(0, 100))
    for number in range(9):
        child(company, large, share=10, owners=("mika", "kenji") if number % 2 else ("sales-lead",))
        measured(company, large, date(2026, 10, 1) + timedelta(days=number), number)
        said(company, large, "cio", 60)
    counts = []
    for one in (small, small, large):
        with statements(company.app) as seen:
            paper(company, "mika", one)
        counts.append(seen.count)
    assert counts[1] == counts[2] <= 32, counts
