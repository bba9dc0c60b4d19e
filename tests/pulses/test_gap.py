"""The gap index as docs/pulse.md defines it: worked by hand, exact to the last digit, rounded only when it is told."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.pulses.rules import gap
from collab.pulses.rules.habits import DEFAULT, parse_habits
from collab.pulses.rules.hiding import OTHERS, Group


def group(department: str, side: str = "it", **ratings: list[int]) -> Group:
    counts = {code: {one: given.count(one) for one in set(given)} for code, given in ratings.items()}
    return Group(side, department, counts)


MARKETING = group("marketing", "business", metrics=[1, 2, 2, 3], customer=[4, 4, 4, 4])
IT = group("it", metrics=[4, 4, 5, 5, 5], customer=[4, 4, 5, 5, 5])
"""The example of docs/pulse.md."""


def test_the_example_of_the_documentation() -> None:
    assert gap.mean(MARKETING, "metrics") == 2
    assert gap.mean(IT, "metrics") == Fraction(23, 5)
    assert gap.gap(MARKETING, IT, "metrics") == 65
    assert gap.gap(MARKETING, IT, "customer") == 15
    (pair,) = gap.departments([MARKETING, IT], ["metrics", "customer"])
    assert (pair.one, pair.other, pair.index, pair.widest) == ("it", "marketing", 40, "metrics")
    assert gap.low_share(MARKETING, "metrics") == 75
    assert gap.low_share(gap.together([MARKETING, IT]), "metrics") == Fraction(100, 3)


def test_thirds_are_kept_and_halves_are_rounded_up() -> None:
    one, other = group("a", q=[1, 1, 2]), group("b", q=[2, 2, 2])
    assert gap.gap(one, other, "q") == Fraction(50, 3)
    assert [gap.shown(Fraction(50, 3)), gap.shown(Fraction(1, 20)), gap.shown(Fraction(125, 10), 0)] == [
        "16.7",
        "0.1",
        "13",
    ]
    assert gap.shown(Fraction(100)) == "100.0"


def test_sides_and_company_are_made_of_shown_groups_and_a_pool_is_no_department() -> None:
    pool = group(OTHERS, metrics=[1, 1, 1, 1])
    pairs = gap.departments([MARKETING, IT, pool], ["metrics"])
    assert [(pair.one, pair.other) for pair in pairs] == [("it", "marketing")]
    assert gap.company([MARKETING, IT, pool], ["metrics"]) == 65
    (sides,) = gap.sides([MARKETING, IT, pool], ["metrics"])
    assert sides.means["metrics"] == (2, Fraction(23 + 4, 9))
    assert gap.company([MARKETING], ["metrics"]) is None


def test_the_company_is_the_mean_over_all_pairs_of_departments() -> None:
    three = [group("a", q=[1] * 4), group("b", q=[3] * 4), group("c", q=[5] * 4)]
    assert [pair.index for pair in gap.departments(three, ["q"])] == [100, 50, 50]
    assert gap.company(three, ["q"]) == Fraction(200, 3)


ratings = st.lists(st.integers(1, 5), min_size=4, max_size=9)


@given(ratings, ratings, ratings, ratings)
def test_it_lies_between_0_and_100_and_does_not_care_who_is_named_first(
    a: list[int], b: list[int], c: list[int], d: list[int]
) -> None:
    one, other = group("a", q=a, r=c), group("b", q=b, r=d)
    found, turned = gap.departments([one, other], ["q", "r"]), gap.departments([other, one], ["q", "r"])
    assert 0 <= found[0].index <= 100
    assert found[0].index == turned[0].index
    assert gap.gap(one, one, "q") == 0


def test_the_shipped_questions_are_six_and_can_be_changed() -> None:
    assert [one.code for one in DEFAULT] == ["metrics", "priorities", "requests", "customer", "decisions", "benefit"]
    own = parse_habits({"minimum": 6, "question": [{"code": "one", "en": "A?", "ja": "あ？"}]})
    assert (own.minimum, [one.code for one in own.questions]) == (6, ["one"])


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"minimum": 3}, "minimum"), ({"minimum": True}, "minimum"), ({"open_for": "soon"}, "open_for"), ({"open_for": "0bd"}, "open_for"),
        ({"monthly": "yes"}, "monthly"), ({"questions": []}, "questions: not known"), ({"question": []}, "1 to 6"),
        ({"question": [{"code": "a", "en": "A", "ja": "A"}] * 2}, "two of one code"), ({"question": [{"code": "A b", "en": "A", "ja": "A"}]}, "each a code"),
        ({"question": [{"code": f"q{n}", "en": "A", "ja": "A"} for n in range(7)]}, "1 to 6"),
        ({"question": [{"code": "a", "en": "A"}]}, "each a code"), ({"question": [{"code": "a", "en": "A" * 201, "ja": "A"}]}, "200"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_stops_the_start_and_says_why(wrong: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        parse_habits(wrong)
