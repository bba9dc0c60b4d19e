"""The goal tree, level by level."""

from __future__ import annotations

import pytest

from collab.goals.queries import tree
from collab.goals.queries.lists import Filter, find_goals, list_mine
from collab.kernel.errors import NotAllowed
from tests.factories import Company
from tests.factories.company import as_of
from tests.factories.goals import child, goal, helps, number, progressed, said, tie
from tests.parts.databases import on_both
from tests.parts.statements import statements

pytestmark = on_both


@pytest.fixture
def vision(company: Company) -> str:
    return goal(company, "Expected everywhere", kind="vision", owners=("ceo",), metrics=(), progress_from="children")


@pytest.fixture
def promise(company: Company, vision: str) -> str:
    return goal(company, "On time, every time", kind="promise", parents={vision: 100})


def keys(level: tree.Level) -> list[str]:
    return [one.goal.key for one in level.lines]


def test_visions_and_promises_are_the_roots_and_the_rest_hangs_below(
    company: Company, vision: str, promise: str
) -> None:
    below, loose = child(company, promise, share=40), goal(company, "Loose")
    with company.indoors():
        mika, now = company.member("mika"), company.now
        roots = tree.list_roots(mika, now=now)
        assert keys(roots) == [vision]
        assert roots.lines[0].below == 1
        assert keys(tree.list_children(mika, number(vision), now=now)) == [promise]
        (line,) = tree.list_children(mika, number(promise), now=now).lines
        assert (line.goal.key, line.kind, line.share, line.orphan) == (below, "contribute", 40, False)
        found = tree.list_loose(mika, now=now).lines
        assert [(one.goal.key, one.orphan) for one in found] == [("G-1", True), (loose, True)]


def test_a_promise_under_nothing_is_a_root_of_its_own(company: Company, vision: str) -> None:
    alone = goal(company, kind="promise")
    with company.indoors():
        assert keys(tree.list_roots(company.member("mika"), now=company.now)) == [vision, alone]


def test_whoever_sees_no_parent_of_a_goal_finds_it_at_the_root_but_it_is_no_orphan(
    company: Company, promise: str
) -> None:
    shared = child(company, promise)
    helps(company, shared, "agency")
    with company.indoors():
        guest, now = company.member("agency"), company.now
        assert keys(tree.list_roots(guest, now=now)) == []
        (only,) = tree.list_loose(guest, now=now).lines
        assert (only.goal.key, only.orphan, only.below) == (shared, False, 0)
        assert tree.path_to(guest, number(shared)) == []
        assert tree.list_round(guest, number(shared), now=now)[0] == []


def test_hidden_goals_are_neither_named_nor_counted_on_any_level(company: Company, vision: str, promise: str) -> None:
    hidden = child(company, promise, visibility="involved", owners=("kenji",))
    under = child(company, hidden, title="Seen by all")
    with company.indoors():
        emma, kenji, now = company.member("emma"), company.member("kenji"), company.now
        assert keys(tree.list_children(emma, number(promise), now=now)) == []
        assert tree.count_children(emma, number(promise)) == 0
        assert tree.list_children(emma, number(vision), now=now).lines[0].below == 0
        assert under in keys(tree.list_loose(emma, now=now)), "still to be found, by itself"
        assert [step.key for step in tree.path_to(emma, number(under))] == []
        assert [step.key for step in tree.path_to(kenji, number(under))] == [vision, promise, hidden]


def test_the_way_up_goes_by_the_greatest_share(company: Company, vision: str, promise: str) -> None:
    other = goal(company, "Faster answers", kind="promise", parents={vision: None})
    key = child(company, other, share=30)
    tie(company, key, promise, share=70)
    with company.indoors():
        assert [step.key for step in tree.path_to(company.member("mika"), number(key))] == [vision, promise]


def test_the_worst_come_first(company: Company, promise: str) -> None:
    fine, late, over = (child(company, promise, share=10) for _ in range(3))
    progressed(company, fine, 90)
    progressed(company, late, -50)
    said(company, over, "mika", 70, status="off_track", suggested="at_risk", reason="We lost a supplier.")
    with company.indoors():
        found = keys(tree.list_children(company.member("mika"), number(promise), now=company.now))
        assert found == [late, over, fine]


def test_more_than_a_page_is_read_page_by_page(company: Company, promise: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "PAGE", 2)
    made = [child(company, promise, share=10) for _ in range(5)]
    with company.indoors():
        mika, now, found, start = company.member("mika"), company.now, [], 0
        for _ in range(3):
            level = tree.list_children(mika, number(promise), now=now, offset=start)
            found += keys(level)
            start = level.next
        assert sorted(found) == sorted(made)
        assert not level.more
        twigs = tree.list_twigs(mika, [number(promise)], now=now, most=3)
        assert len(twigs[number(promise)]) == 3


def test_mine_are_those_i_answer_for_or_help_with_that_are_not_over(company: Company, promise: str) -> None:
    mine, helped = child(company, promise, owners=("kenji",)), child(company, promise, owners=("mika",))
    helps(company, helped, "kenji")
    goal(company, state="closed", owners=("kenji",))
    with company.indoors():
        assert {one.goal.key for one in list_mine(company.member("kenji"), now=company.now)} == {mine, helped}


def test_a_list_is_narrowed_by_every_filter(company: Company, promise: str) -> None:
    late = child(company, promise, title="倉庫の在庫連携", owners=("kenji",))
    progressed(company, late, -50)
    with company.indoors():
        mika, now = company.member("mika"), company.now

        def found(**narrowed: object) -> set[str]:
            some, total = find_goals(mika, Filter(**narrowed), now=now)
            assert total == len(some)
            return {one.goal.key for one in some}

        assert found(status="off_track") == {late}
        assert late in found(department="it", state="active")
        assert late not in found(department="finance")
        assert found(q="在庫 連携") == {late}
        assert found(kind="promise") == {promise}
        assert "G-2" in found(state="closed")
        assert "G-2" not in found(state="open")


def test_nobody_who_left_reads_the_tree(company: Company) -> None:
    with company.indoors(), pytest.raises(NotAllowed):
        tree.list_roots(as_of(company.member("mika"), active=False), now=company.now)


def test_a_level_costs_the_same_however_wide_it_is(company: Company, vision: str, promise: str) -> None:
    counts = []
    for many in (1, 8):
        for _ in range(many):
            child(company, promise, share=5, owners=("mika", "kenji"))
        with statements(company.app) as seen, company.indoors():
            level = tree.list_children(company.member("mika"), number(promise), now=company.now)
            tree.list_twigs(company.member("mika"), [number(vision), number(promise)], now=company.now, most=3)
        counts.append(seen.count)
        assert level.lines
    assert counts[0] == counts[1], counts
