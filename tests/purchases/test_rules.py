"""The pure rules of a request: its total, its life, what it must say."""

from __future__ import annotations

import pytest

from collab.approvals.rules.when import Facts
from collab.kernel.errors import NotNow
from collab.kernel.money import Money
from collab.purchases import rules


@pytest.mark.parametrize(
    ("billing", "months", "periods"),
    [("one_time", None, 1), ("one_time", 36, 1), ("monthly", 1, 1), ("monthly", 12, 12), ("monthly", None, 12), ("annual", 12, 1), ("annual", 13, 2),
     ("annual", 36, 3), ("annual", None, 1), ("annual", 1, 1)],
)  # fmt: skip
def test_the_total_is_one_payment_times_the_payments_of_the_term(
    billing: str, months: int | None, periods: int
) -> None:
    assert rules.total(Money(1000, "JPY"), billing, months) == Money(1000 * periods, "JPY")


def test_without_an_amount_there_is_no_total() -> None:
    assert rules.total(None, "monthly", 12) is None


LIFE = {
    "draft": {"edit": "draft", "submit": "pending", "drop": "dropped"},
    "pending": {"withdraw": "draft"},
    "returned": {"edit": "returned", "submit": "pending", "withdraw": "draft", "drop": "dropped"},
    "approved": {}, "rejected": {}, "dropped": {}, "revoked": {}, "purchased": {},
}  # fmt: skip


@pytest.mark.parametrize("state", rules.STATES)
@pytest.mark.parametrize("verb", ["edit", "submit", "withdraw", "drop"])
def test_every_verb_leads_where_it_should_or_nowhere(state: str, verb: str) -> None:
    expected = LIFE[state].get(verb)
    if expected:
        assert rules.MOVES.after(verb, state) == expected
        return
    with pytest.raises(NotNow) as refusal:
        rules.MOVES.after(verb, state)
    assert refusal.value.said_code == "wrong_state"


FULL = {"title": "t", "purpose": "p", "vendor": "v", "category": "other", "amount": "5", "goal": "G-1"}


def test_six_fields_are_enough_below_the_lowest_threshold() -> None:
    assert len(rules.ALWAYS) <= 6
    assert rules.missing(FULL, (), Facts()) == []


@pytest.mark.parametrize("field", sorted(FULL))
def test_each_of_the_six_is_missed(field: str) -> None:
    assert [gap.field for gap in rules.missing({**FULL, field: None}, (), Facts())] == [field]


def test_a_reason_answers_for_a_goal() -> None:
    assert rules.missing({**FULL, "goal": None, "no_goal_reason": "It keeps the lights on."}, (), Facts()) == []


def test_more_must_be_said_as_the_amount_grows_and_why_is_said_too() -> None:
    requirement = rules.parse_requirements(
        {"require": [{"field": "owners.business", "when": {"total_gte": "100"}}]}, "JPY"
    )
    assert rules.missing(FULL, requirement, Facts(total=Money(99, "JPY"))) == []
    (gap,) = rules.missing(FULL, requirement, Facts(total=Money(100, "JPY")))
    assert gap.field == "owners.business"
    assert gap.because
    assert (
        rules.missing({**FULL, "owners": {"business": "x@example.com"}}, requirement, Facts(total=Money(100, "JPY")))
        == []
    )


@pytest.mark.parametrize(
    "bad",
    [
        {"field": "colour"},
        {"field": "cx_impact", "when": {"total_gte": "x"}},
        {"field": "cx_impact", "when": {"colour": 1}},
        {},
    ],
)
def test_a_requirement_that_cannot_be_read_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"require\[0\]"):
        rules.parse_requirements({"require": [bad]}, "JPY")
