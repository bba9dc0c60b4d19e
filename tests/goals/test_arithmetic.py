"""How progress came about: every number, what was left out and why, nothing that is hidden."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from collab.goals.queries.arithmetic import Arithmetic, get_arithmetic
from tests.factories import Company
from tests.factories.goals import child, control, goal, measured, ratio, row, timed
from tests.parts.statements import statements

NOVEMBER = date(2026, 11, 10)


def sums(company: Company, who: str, key: str, on: date | None = None) -> Arithmetic:
    with company.indoors():
        return get_arithmetic(company.member(who), key, on=on)


def gathering(company: Company) -> str:
    return goal(company, "National", metric=ratio(70, 90, unit="%", gathers=True), owners=("cmo",))


def airport(company: Company, parent: str, *, share: int = 100, **more: object) -> str:
    return child(company, parent, share=share, metric=ratio(70, 90, unit="%"), **more)


def test_the_formula_of_a_metric_and_where_it_is_bounded(company: Company) -> None:
    key = goal(company, metric=timed(70, 90, unit="%"))
    measured(company, key, NOVEMBER, 140)
    (formula,) = sums(company, "mika", key).formulas
    assert (formula.way, formula.progress, formula.bounded) == (Fraction(350), Fraction(200), True)
    key = goal(company, metric=control("stay_below", ceiling=20))
    measured(company, key, NOVEMBER, 21)
    (formula,) = sums(company, "mika", key).formulas
    assert (formula.progress, formula.bounded) == (0, False)


def test_shares_times_counted_progress_over_the_shares_that_count(company: Company) -> None:
    key = goal(company, metrics=(), progress_from="children")
    eager, half, idle = (child(company, key, share=share) for share in (50, 30, 20))
    backing = child(company, key, share=None)
    later = child(company, key, share=10, state="draft")
    measured(company, eager, NOVEMBER, 140)
    measured(company, half, NOVEMBER, 50)
    found = sums(company, "mika", key)
    assert found.weighted is not None
    lines = {one.key: one for one in found.weighted.lines}
    assert (lines[eager].counted, lines[eager].product) == (100, 5000)
    assert {key: lines[key].left_out for key in (half, idle, backing, later)} == {
        half: None, idle: "unmeasured", backing: "supports", later: "not_started",
    }  # fmt: skip
    assert (found.weighted.total, found.weighted.weight, found.weighted.result) == (6500, 80, Fraction(325, 4))
    assert Fraction(row(company, key).progress) == found.weighted.result, "as it is kept"


def test_sum_over_sum_with_each_childs_numbers_beside_the_mean_of_ratios(company: Company) -> None:
    key = gathering(company)
    large, small, silent = airport(company, key), airport(company, key, share=50), airport(company, key)
    measured(company, large, NOVEMBER, numerator=900, denominator=1000)
    measured(company, small, NOVEMBER, numerator=2, denominator=10)
    found = sums(company, "mika", key).sums[0]
    lines = {one.key: one for one in found.lines}
    assert (lines[large].given.numerator, lines[small].given.numerator, lines[small].own.numerator) == (900, 1, 2)
    assert lines[silent].left_out == "unmeasured"
    assert (found.whole.numerator, found.whole.denominator) == (901, 1005)
    assert found.value == Fraction(90100, 1005)
    assert found.mean == Fraction(55)
    assert Fraction(row(company, key).progress).limit_denominator(10**9) == ((found.value - 70) * 5).limit_denominator(
        10**9
    )


def test_any_period_can_be_looked_at(company: Company) -> None:
    key = gathering(company)
    one = airport(company, key)
    measured(company, one, date(2026, 10, 31), numerator=1, denominator=2)
    measured(company, one, NOVEMBER, numerator=3, denominator=4)
    assert [point.on for point in sums(company, "mika", key).sums[0].periods] == [date(2026, 10, 1), date(2026, 11, 1)]
    assert sums(company, "mika", key).sums[0].first == date(2026, 11, 1)
    october = sums(company, "mika", key, on=date(2026, 10, 20)).sums[0]
    assert (october.first, october.last, october.value) == (date(2026, 10, 1), date(2026, 10, 31), 50)


def test_what_is_hidden_counts_without_a_name_or_a_number(company: Company) -> None:
    key = gathering(company)
    seen, hidden = airport(company, key), airport(company, key, visibility="involved", owners=("kenji",))
    measured(company, seen, NOVEMBER, numerator=1, denominator=2)
    measured(company, hidden, NOVEMBER, numerator=3, denominator=3)
    found = sums(company, "emma", key)
    assert found.partly
    assert [one.key for one in found.sums[0].lines] == [seen]
    assert found.sums[0].value == 80
    assert found.sums[0].mean is None, "it would say what the hidden one is"
    assert [(one.parts, one.parts_of) for one in found.sums[0].periods] == [(None, None)]
    assert not sums(company, "kenji", key).partly


def test_the_price_is_flat_in_children(company: Company) -> None:
    key = gathering(company)
    counts = []
    for many in (1, 5):
        for _ in range(many):
            measured(company, airport(company, key, share=10), NOVEMBER, numerator=1, denominator=2)
        with statements(company.app) as seen:
            sums(company, "mika", key)
        counts.append(seen.count)
    assert counts[0] == counts[1], counts
