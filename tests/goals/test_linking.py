"""Tying goals: shares, cycles (also two halves at once), depth, what can hang where, what adds up."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from collab.goals import service
from collab.goals.models import Parent, Shift
from collab.goals.rules.tree import DEEPEST
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotFound
from tests.factories import Company
from tests.factories.goals import child, goal, metric_ids, number, ratio, timed
from tests.parts.databases import on_both


def tied(company: Company, key: str, *parents: Any, by: str = "ceo", reason: str | None = None) -> None:
    """Set parents: (key, share) contributes, a bare key supports."""
    wanted = [
        {"goal": one[0], "kind": "contribute", "share": one[1]} if isinstance(one, tuple) else {"goal": one, "kind": "support"}
        for one in parents
    ]  # fmt: skip
    with company.indoors():
        service.set_parents(company.member(by), key, wanted, now=company.now, reason=reason)


def refused(company: Company, key: str, *parents: Any, by: str = "ceo") -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        tied(company, key, *parents, by=by)
    return {path: said.key.rpartition(".")[2] for path, said in caught.value.fields.items()}


def parents_of(company: Company, key: str) -> list[tuple[str, int | None]]:
    with company.indoors():
        db.session.rollback()
        rows = select(Parent).where(Parent.child_id == number(key)).order_by(Parent.parent_id)
        return [(f"G-{one.parent_id}", one.share) for one in db.session.scalars(rows)]


def new(company: Company, **more: Any) -> str:
    return goal(company, owners=more.pop("owners", ("ceo",)), **more)


@on_both
def test_several_parents_each_with_its_share(company: Company) -> None:
    key, first, second, third = (new(company) for _ in range(4))
    tied(company, key, (first, 60), (second, 40), third)
    assert parents_of(company, key) == [(first, 60), (second, 40), (third, None)]
    tied(company, key, second)
    assert parents_of(company, key) == [(second, None)]
    tied(company, key)
    assert parents_of(company, key) == []


def test_nothing_counts_twice(company: Company) -> None:
    key, first, second = (new(company) for _ in range(3))
    assert refused(company, key, (first, 60), (second, 41)) == {"parents": "shares"}
    assert refused(company, key, (first, None), (second, 1)) == {"parents": "shares"}  # a share left open is all of it
    assert refused(company, key, (first, 50), (first, 50)) == {"parents.1.goal": "twice"}
    assert parents_of(company, key) == []


@on_both
def test_no_goal_stands_above_itself(company: Company) -> None:
    top = new(company)
    middle = child(company, top, owners=("ceo",))
    low = child(company, middle, share=None, owners=("ceo",))
    assert refused(company, top, (low, 10)) == {"parents": "cycle"}
    assert refused(company, top, low) == {"parents": "cycle"}
    assert refused(company, top, top) == {"parents": "cycle"}
    tied(company, low, (top, 50), middle)  # a second way down is no cycle


@pytest.mark.parametrize("database", ["postgresql", "sqlite"], indirect=True)
def test_two_halves_of_a_cycle_at_once_one_wins(company: Company) -> None:
    for _ in range(3):
        first, second = new(company), new(company)
        gate = threading.Barrier(2)

        def press(pair: tuple[str, str], gate: threading.Barrier = gate) -> str:
            with company.indoors():
                actor = company.member("ceo")
                gate.wait()
                try:
                    service.set_parents(actor, pair[0], [{"goal": pair[1], "share": 100}], now=company.now)
                except Invalid as refusal:
                    return next(iter(refusal.fields.values())).key
                return "tied"

        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(press, ((first, second), (second, first))))
        assert answers == ["goal.problem.cycle", "tied"]
        assert len(parents_of(company, first) + parents_of(company, second)) == 1


def test_a_tree_has_an_end(company: Company) -> None:
    chain = [new(company)]
    for _ in range(DEEPEST - 1):
        chain.append(child(company, chain[-1], owners=("ceo",)))
    loose = new(company)
    below_loose = child(company, loose, owners=("ceo",))
    assert refused(company, loose, (chain[-1], 10)) == {"parents": "too_deep"}
    assert refused(company, loose, (chain[-2], 10)) == {"parents": "too_deep"}  # it brings a level of its own
    tied(company, loose, (chain[-3], 10))
    assert parents_of(company, below_loose) == [(loose, 100)]


def test_what_can_hang_where(company: Company) -> None:
    vision, other = new(company, kind="vision", metrics=()), new(company, kind="vision", metrics=())
    promise, plain = new(company, kind="promise"), new(company)
    assert refused(company, vision, (other, 10)) == {"parents": "vision_is_root"}
    assert refused(company, promise, (plain, 10)) == {"parents": "promise_under_vision"}
    assert refused(company, promise, (vision, 50), plain) == {"parents": "promise_under_vision"}
    tied(company, promise, (vision, 100))
    tied(company, plain, (promise, 50), (vision, 50))


def test_a_parent_is_open_and_seen(company: Company) -> None:
    key, closed = new(company), new(company, state="closed")
    hidden = goal(company, owners=("mika",), visibility="involved")
    assert refused(company, key, (closed, 10)) == {"parents.0.goal": "goal_closed"}
    assert refused(company, key, (hidden, 10)) == {"parents.0.goal": "unknown_goal"}
    assert refused(company, key, ("G-99999999999", 10)) == {"parents.0.goal": "unknown_goal"}


def test_a_closed_parent_may_stay_but_not_come(company: Company) -> None:
    old = new(company, state="closed")
    key = child(company, old, share=30, owners=("ceo",))
    tied(company, key, (old, 20))
    assert parents_of(company, key) == [(old, 20)]


def test_ties_somebody_may_not_see_stay_and_count(company: Company) -> None:
    hidden = goal(company, owners=("mika",), visibility="involved")
    key, seen = child(company, hidden, share=70, owners=("ceo",)), new(company)
    assert refused(company, key, (seen, 40)) == {"parents": "shares"}
    tied(company, key, (seen, 30))
    assert parents_of(company, key) == [(hidden, 70), (seen, 30)]


def test_what_a_hidden_parent_adds_up_is_not_told(company: Company) -> None:
    secret = ratio(gathers=True, unit="secret")
    hidden = goal(company, owners=("mika",), visibility="involved", metric=secret)
    key = child(company, hidden, share=70, owners=("ceo",), metric=ratio(unit="secret"), state="draft")
    with company.indoors(), pytest.raises(Invalid) as caught:
        service.change_metric(company.member("ceo"), key, metric_ids(company, key)[0], {"unit": "%"}, now=company.now)
    (said,) = caught.value.fields.values()
    assert (said.key, said.args) == ("goal.problem.sums_hidden", {})


def shifts(company: Company, key: str) -> list[tuple[str, Any, Any, str | None]]:
    with company.indoors():
        rows = select(Shift).where(Shift.goal_id == number(key)).order_by(Shift.id)
        return [(one.kind, one.before, one.after, one.reason) for one in db.session.scalars(rows)]


@on_both
@pytest.mark.parametrize("made_of", [{"progress_from": "children", "metrics": ()}, {"metric": timed(gathers=True)}])
def test_what_a_running_goal_counts_changes_in_the_open(company: Company, made_of: dict[str, Any]) -> None:
    parent, key = new(company, **made_of), new(company)
    assert refused(company, key, (parent, 60)) == {"reason": "reason_needed"}
    tied(company, key, (parent, 60), reason="It belongs there.")
    assert refused(company, key) == {"reason": "reason_needed"}
    assert refused(company, key, parent) == {"reason": "reason_needed"}
    tied(company, key, (parent, 10), reason="It goes badly.")
    tied(company, key, (parent, 10), new(company))  # nothing of it is counted otherwise
    assert shifts(company, parent) == [
        ("metric", {"child": key, "share": None}, {"child": key, "share": 60}, "It belongs there."),
        ("metric", {"child": key, "share": 60}, {"child": key, "share": 10}, "It goes badly."),
    ]
    assert shifts(company, key) == []


def test_where_nothing_is_counted_yet_ties_need_no_reason(company: Company) -> None:
    counting = {"progress_from": "children", "metrics": ()}
    for parent, key in (
        (new(company, **counting), new(company, state="draft")),
        (new(company, state="draft", **counting), new(company)),
        (new(company), new(company)),
    ):
        tied(company, key, (parent, 60))
        assert shifts(company, parent) == []


def test_a_narrowed_child_is_neither_named_nor_quoted_with_its_parent(company: Company) -> None:
    parent = new(company, progress_from="children", metrics=())
    key = new(company, visibility="involved")
    tied(company, key, (parent, 60), reason="Nobody is to know.")
    assert shifts(company, parent) == [("metric", {"share": None}, {"share": 60}, None)]


def test_who_ties(company: Company) -> None:
    key, parent = new(company), new(company)
    with pytest.raises(NotAllowed):
        tied(company, key, (parent, 10), by="kenji")
    with pytest.raises(NotFound):
        tied(company, goal(company, owners=("mika",), visibility="involved"), (parent, 10))


@pytest.mark.parametrize(
    ("parent", "mine", "word"),
    [
        (ratio(gathers=True, unit="%"), ratio(unit="%"), None),
        (ratio(gathers=True, unit="%"), ratio(unit="‰", per=1000), "sums_unit"),
        (ratio(gathers=True, unit="%"), timed(unit="%"), "sums_ratio"),
        (timed(gathers=True, unit="visits"), timed(unit="visits"), None),
        (timed(gathers=True, unit="visits"), timed(unit="h"), "sums_unit"),
        (timed(unit="visits"), timed(unit="h"), None),
    ],
)
def test_only_like_adds_to_like(company: Company, parent: Any, mine: Any, word: str | None) -> None:
    above, key = new(company, metric=parent), new(company, metric=mine)
    tied(company, key, above)  # support adds up nothing
    if word:
        assert refused(company, key, (above, 50)) == {"parents": word}
    else:
        tied(company, key, (above, 50), reason="It belongs there.")
