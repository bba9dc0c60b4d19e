"""What is true of the rules of goals whatever the figures are."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from collab.goals.rules import STATUSES, pace, rolling, tree
from collab.goals.rules.progress import KINDS, LEAST, MOST, TIMED, Course, broken, progress, ratio, shown

FEW = settings(max_examples=60, deadline=None)
BIG = 2**80
FIGURES = st.one_of(
    st.decimals(min_value=-BIG, max_value=BIG, allow_nan=False, allow_infinity=False, places=6),
    st.integers(-BIG, BIG).map(Decimal),
    st.integers(-20, 20).map(Decimal),
)
PER_CENT = st.fractions(min_value=-400, max_value=400, max_denominator=10**6)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
COURSES = st.builds(
    Course, st.sampled_from(KINDS), st.none() | FIGURES, st.none() | FIGURES, st.none() | FIGURES, st.none() | FIGURES
)
PARTS = st.lists(
    st.builds(rolling.Part, st.just("G-1"), st.integers(1, 100), st.none() | PER_CENT), min_size=1, max_size=12
)
COUNTS = st.integers(0, BIG).map(Decimal) | st.decimals(min_value=0, max_value=BIG, allow_nan=False, places=9)
SHARES = st.lists(
    st.builds(rolling.Share, st.integers(1, 100), st.none() | COUNTS, st.none() | COUNTS, st.none() | COUNTS),
    max_size=12,
)


def exactly(figure: Decimal | None) -> Fraction:
    return Fraction(figure or 0)


@FEW
@given(COURSES, st.none() | FIGURES)
def test_progress_never_leaves_its_bounds(course: Course, value: Decimal | None) -> None:
    way = progress(course, value)
    assert way is None or LEAST <= way <= MOST
    assert value is not None or way is None


@FEW
@given(st.sampled_from(TIMED), FIGURES, FIGURES, FIGURES, FIGURES)
def test_nearer_the_target_is_never_less(
    kind: str, baseline: Decimal, target: Decimal, one: Decimal, other: Decimal
) -> None:
    assume(baseline != target)
    course = Course(kind, baseline, target)
    near, far = sorted((one, other), reverse=target > baseline)
    assert progress(course, near) >= progress(course, far)
    assert progress(course, baseline) == 0
    assert progress(course, target) == 100


@FEW
@given(COURSES, FIGURES)
def test_a_threshold_is_kept_or_broken_and_nothing_between(course: Course, value: Decimal) -> None:
    if course.control:
        assert (progress(course, value) == 0) is broken(course, value)
        assert progress(course, value) in (0, 100)


@FEW
@given(PARTS, st.randoms())
def test_a_parent_is_the_same_in_whatever_order_its_children_come(parts: list[rolling.Part], chance: object) -> None:
    shuffled = list(parts)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rolling.mean(parts) == rolling.mean(shuffled)


@FEW
@given(PARTS)
def test_a_parent_lies_between_its_least_and_its_greatest_child(parts: list[rolling.Part]) -> None:
    counted = [part.counted for part in parts if part.counted is not None]
    mean = rolling.mean(parts)
    assert (mean is None) is (not counted)
    assert mean is None or min(counted) <= mean <= max(counted)
    assert mean is None or 0 <= mean <= 100


@FEW
@given(PARTS, st.integers(0, 11), st.fractions(min_value=0, max_value=100, max_denominator=1000))
def test_a_child_that_gets_on_never_pulls_its_parent_down(parts: list[rolling.Part], at: int, more: Fraction) -> None:
    part = parts[at % len(parts)]
    assume(part.progress is not None)
    better = [one if one is not part else rolling.Part(one.key, one.share, one.progress + more) for one in parts]
    assert rolling.mean(better) >= rolling.mean(parts)


@FEW
@given(SHARES, st.randoms())
def test_sums_over_sums_are_exact_and_have_no_order(shares: list[rolling.Share], chance: object) -> None:
    known = [one for one in shares if one.numerator is not None and one.denominator is not None]
    total = rolling.sum_over_sum(shares)
    assert total.parts == len(known)
    assert exactly(total.numerator) == sum(exactly(one.numerator) * one.share / 100 for one in known)
    assert exactly(total.denominator) == sum(exactly(one.denominator) * one.share / 100 for one in known)
    shuffled = list(shares)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    again = rolling.sum_over_sum(shuffled)
    assert (again.numerator, again.denominator) == (total.numerator, total.denominator)
    if known and total.denominator:
        at_all = ratio(total.numerator, total.denominator, 100)
        means = [Fraction(one.numerator) / Fraction(one.denominator) * 100 for one in known if one.denominator]
        if all(one.denominator for one in known):
            assert min(means) <= at_all <= max(means)


@FEW
@given(SHARES)
def test_counts_add_up_exactly(shares: list[rolling.Share]) -> None:
    known = [one for one in shares if one.value is not None]
    total = rolling.sum_of_values(shares)
    assert exactly(total.value) == sum(exactly(one.value) * one.share / 100 for one in known)
    assert (total.value is None) is (not known)


def test_a_count_that_floats_cannot_hold_is_not_off_by_one() -> None:
    odd = Decimal(2**53 + 1)
    assert rolling.sum_of_values([rolling.Share(100, odd), rolling.Share(100, odd)]).value == 2**54 + 2
    total = rolling.sum_over_sum([rolling.Share(100, None, odd, odd + 2)])
    assert (total.numerator, total.denominator) == (odd, odd + 2)
    assert ratio(odd, odd + 2) != 1


@FEW
@given(st.fractions(max_denominator=10**9) | FIGURES.map(Fraction), st.integers(0, 6))
def test_figures_are_shown_rounded_half_up(exact: Fraction, places: int) -> None:
    read = shown(exact, places)
    off = abs(Fraction(read)) - abs(exact)
    half = Fraction(1, 2 * 10**places)
    assert -half < off <= half
    assert read.as_tuple().exponent == -places
    assert not (read.is_zero() and read.is_signed())


@FEW
@given(FIGURES, st.integers(0, 6))
def test_rounding_agrees_with_the_standard_library(exact: Decimal, places: int) -> None:
    taught = exact.quantize(Decimal(1).scaleb(-places), context=Context(prec=99, rounding=ROUND_HALF_UP))
    assert shown(exact, places) == taught


@FEW
@given(DAYS, DAYS, DAYS, st.integers(0, 400))
def test_what_is_expected_only_grows_from_nothing_to_all(starts: date, due: date, today: date, days: int) -> None:
    now, later = (pace.expected(starts, due, day) for day in (today, today + timedelta(days=days)))
    if due <= starts:
        assert now is None
        return
    assert now is not None
    assert later is not None
    assert 0 <= now <= later <= 100
    assert pace.expected(starts, due, starts) == 0
    assert pace.expected(starts, due, due) == 100


@FEW
@given(PER_CENT, st.fractions(min_value=0, max_value=100), st.booleans(), st.booleans())
def test_a_larger_gap_is_never_greener(gap: Fraction, more: Fraction, breaks: bool, old: bool) -> None:
    now, then = (pace.suggested(one, broken=breaks, old=old) for one in (gap, gap + more))
    assert STATUSES.index(now) <= STATUSES.index(then)
    assert not pace.greener(then, now)
    assert not (old and now == "on_track")
    assert not breaks or now == "off_track"


@FEW
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25))
def test_ties_that_are_asked_first_never_close_a_cycle(wanted: list[tuple[int, int]]) -> None:
    """A tree grown tie by tie, refusing what closes a cycle, is always in an order with children first."""
    edges: set[tuple[int, int]] = set()
    for child, parent in wanted:
        above = {parent: _all_above(parent, edges)}
        if not tree.closes_cycle(child, [parent], above):
            edges.add((child, parent))
    order = {goal: at for at, goal in enumerate(tree.upwards(edges))}
    assert all(order[child] < order[parent] for child, parent in edges)


def _all_above(goal: int, edges: set[tuple[int, int]]) -> set[int]:
    found: set[int] = set()
    look = [goal]
    while look:
        here = look.pop()
        above = {parent for child, parent in edges if child == here} - found
        found |= above
        look += above
    return found


@FEW
@given(st.lists(st.tuples(st.sampled_from([tree.CONTRIBUTE, tree.SUPPORT]), st.integers(1, 100)), max_size=6))
def test_support_takes_no_share(ties: list[tuple[str, int]]) -> None:
    made = [tree.Tie(at, kind, share) for at, (kind, share) in enumerate(ties)]
    assert tree.share_of_all(made) == sum(share for kind, share in ties if kind == tree.CONTRIBUTE)
