"""Groups under four are not shown, and cannot be worked out: of everything published, the linear equations are solved, and no
group of fewer than four people has a sum they determine."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collab.pulses.rules.hiding import HIDDEN, OTHERS, POOLED, SHOWN, Answer, Group, shown, standing_of

Layout = dict[str, tuple[str, int]]
"""By department: its side, and how many answered."""
Vector = list[Fraction]


def answers(layout: Layout) -> list[Answer]:
    return [
        Answer(code, side, {"q": 1 + number % 5})
        for code, (side, heads) in layout.items()
        for number in range(heads)
    ]  # fmt: skip


def groups(layout: Layout, minimum: int = 4) -> dict[tuple[str, str], int]:
    return {(one.side, one.department): one.n for one in shown(answers(layout), minimum)}


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        ({"a": ("it", 4), "b": ("it", 3)}, {("it", "a"): 4}),
        ({"a": ("it", 4), "b": ("it", 3), "c": ("it", 1)}, {("it", "a"): 4, ("it", OTHERS): 4}),
        ({"b": ("it", 3), "c": ("biz", 3)}, {}),
        ({"b": ("it", 3)}, {}),
        ({"a": ("it", 0)}, {}),
        ({"b": ("it", 1), "c": ("it", 1), "d": ("it", 1), "e": ("it", 1)}, {("it", OTHERS): 4}),
        ({"b": ("it", 1), "c": ("it", 2)}, {}),
        ({"a": ("it", 5), "b": ("biz", 4)}, {("biz", "b"): 4, ("it", "a"): 5}),
    ],
)
def test_which_groups_are_shown(layout: Layout, expected: dict[tuple[str, str], int]) -> None:
    assert groups(layout) == expected


def test_a_company_may_ask_for_larger_groups_and_one_department_is_never_a_pool_of_its_own() -> None:
    assert groups({"a": ("it", 5)}, minimum=6) == {}
    assert groups({"a": ("it", 5), "b": ("it", 1)}, minimum=6) == {("it", OTHERS): 6}
    assert groups({"a": ("it", 5), "b": ("it", 0)}, minimum=5) == {("it", "a"): 5}


def test_how_a_department_appears() -> None:
    found = shown(answers({"a": ("it", 4), "b": ("it", 3), "c": ("it", 1), "d": ("biz", 3)}), 4)
    said = {
        code: standing_of(code, side, found) for code, side in (("a", "it"), ("b", "it"), ("d", "biz"), ("e", "biz"))
    }
    assert said == {"a": SHOWN, "b": POOLED, "d": HIDDEN, "e": HIDDEN}


def published(found: Sequence[Group], people: Sequence[tuple[str, str]], pooled: set[str]) -> list[Vector]:
    """Whose answers each published figure adds up: groups, sides, the company. One place for each person who answered."""

    def of(group: Group) -> Vector:
        inside = pooled if group.pooled else {group.department}
        return [Fraction(side == group.side and code in inside) for code, side in people]

    each = [of(group) for group in found]
    sides = [_sum([of(group) for group in found if group.side == side]) for side in {group.side for group in found}]
    return [*each, *sides, *([_sum(each)] if each else [])]


def _sum(vectors: Sequence[Vector]) -> Vector:
    return [sum(place, Fraction(0)) for place in zip(*vectors, strict=True)]


def rank(rows: Sequence[Vector]) -> int:
    """How many of the equations say something of their own (elimination, exact)."""
    left, found = [list(row) for row in rows], 0
    for column in range(len(left[0]) if left else 0):
        at = next((place for place in range(found, len(left)) if left[place][column]), None)
        if at is None:
            continue
        left[found], left[at] = left[at], left[found]
        for place in range(found + 1, len(left)):
            times = left[place][column] / left[found][column]
            left[place] = [one - times * other for one, other in zip(left[place], left[found], strict=True)]
        found += 1
    return found


def determined(equations: Sequence[Vector], wanted: Vector) -> bool:
    """Whether the sum of these people's ratings follows from what is published."""
    return bool(equations) and rank([*equations, wanted]) == rank(equations)


sizes = st.lists(st.tuples(st.sampled_from(["it", "biz", "hq"]), st.integers(0, 5)), min_size=1, max_size=5)


@given(sizes)
@settings(max_examples=50, deadline=None)
def test_no_group_under_four_has_a_sum_that_is_determined(drawn: list[tuple[str, int]]) -> None:
    layout = {f"d{number}": one for number, one in enumerate(drawn)}
    found = shown(answers(layout), 4)
    people = [(code, side) for code, (side, heads) in layout.items() for _ in range(heads)]
    small = {code for code, (_side, heads) in layout.items() if heads < 4}
    equations = published(found, people, small)
    for wanted in _groups_under_four(layout, people):
        assert not determined(equations, wanted)


def _groups_under_four(layout: Layout, people: Sequence[tuple[str, str]]) -> list[Vector]:
    """Every set of departments of one to three people, everybody alone, and what is left of a department without a few of it."""
    codes = [code for code, (_side, heads) in layout.items() if heads]
    several = [set(some) for many in (1, 2, 3) for some in combinations(codes, many)]
    found = [[Fraction(code in some) for code, _side in people] for some in several]
    found += [[Fraction(place == one) for place in range(len(people))] for one in range(len(people))]
    found += [
        [Fraction(place in few) for place in range(len(people))] for few in combinations(range(min(len(people), 7)), 2)
    ]
    return [vector for vector in found if 0 < sum(vector) < 4]


def test_the_solver_finds_what_a_careless_total_would_give_away() -> None:
    """A total that covers a hidden department of three: subtract what is shown, and there it is."""
    people = [("a", "it")] * 4 + [("b", "it")] * 3
    honest = [[Fraction(code == "a") for code, _ in people]]
    careless = [*honest, [Fraction(1)] * 7]
    hidden = [Fraction(code == "b") for code, _ in people]
    assert not determined(honest, hidden)
    assert determined(careless, hidden)
