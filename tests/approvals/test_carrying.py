"""Which decisions stand in the next round: the rules alone, the hard cases first."""

from __future__ import annotations

from typing import Any

import pytest

from collab.approvals.rules.carrying import Decided, Wanted, standing

LEAD, MONEY, SECURITY, TOP, TWIN = 1, 2, 3, 4, 5
"""Members, by the step they sit in."""


def step(name: str, *, keys: bool = False, **more: Any) -> dict[str, Any]:
    return {"name_en": name, "kind": "approve", "rule": "all", "keys": keys, **more}


def route(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"steps": [{"block": number, "branch": str(number), **found} for number, found in enumerate(steps)]}


def said(*states: str, members: tuple[int, ...] = (LEAD, MONEY, SECURITY, TOP), **more: Any) -> list[Decided]:
    """One seat a step, each with an id of 10 times its member."""
    return [
        Decided(member * 10, number, member, state, more.get("by", {}).get(number, member), number not in more.get("not_now", ()))
        for number, (state, member) in enumerate(zip(states, members, strict=False))
    ]  # fmt: skip


def wanted(*members: int) -> list[Wanted]:
    return [Wanted(number, 0, member) for number, member in enumerate(members)]


PLAIN = route(step("Lead"), step("Money"), step("Security"), step("Top"))
EVERYBODY = wanted(LEAD, MONEY, SECURITY, TOP)


def test_what_was_decided_before_whoever_sent_it_back_stands() -> None:
    found = standing(PLAIN, said("approved", "answered", "returned", "closed"), PLAIN, EVERYBODY)
    assert found == {(0, 0): 10, (1, 0): 20}


@pytest.mark.parametrize("returner", [0, 1, 2, 3])
def test_neither_whoever_sent_it_back_nor_anybody_after_is_spared(returner: int) -> None:
    states = ["approved"] * 4
    states[returner] = "returned"
    found = standing(PLAIN, said(*states), PLAIN, EVERYBODY)
    assert {step for step, _position in found} == set(range(returner))


def test_without_anybody_who_sent_it_back_nothing_stands() -> None:
    assert standing(PLAIN, said("approved", "approved", "closed", "closed"), PLAIN, EVERYBODY) == {}


@pytest.mark.parametrize("state", ["lifted", "passed", "closed", "waiting", "planned", "rejected"])
def test_only_what_somebody_said_yes_or_an_opinion_to_stands(state: str) -> None:
    assert (0, 0) not in standing(PLAIN, said(state, "approved", "returned", "closed"), PLAIN, EVERYBODY)


def test_somebody_elses_seat_is_asked_anew() -> None:
    found = standing(PLAIN, said("approved", "approved", "returned"), PLAIN, wanted(TWIN, MONEY, SECURITY, TOP))
    assert found == {(1, 0): 20}


def test_whoever_left_or_may_not_decide_any_more_does_not_keep_a_yes() -> None:
    assert standing(PLAIN, said("approved", "approved", "returned", not_now=(0,)), PLAIN, EVERYBODY) == {(1, 0): 20}


def test_where_the_step_that_sent_it_back_is_gone_everybody_is_asked() -> None:
    shorter = route(step("Lead"), step("Money"), step("Top"))
    assert standing(PLAIN, said("approved", "approved", "returned"), shorter, wanted(LEAD, MONEY, TOP)) == {}


@pytest.mark.parametrize("change", [{"name_en": "Other"}, {"kind": "review"}, {"keys": True}])
def test_a_step_that_is_another_one_now_is_asked(change: dict[str, Any]) -> None:
    other = route({**step("Lead"), **change}, step("Money"), step("Security"), step("Top"))
    assert (0, 0) not in standing(PLAIN, said("approved", "approved", "returned"), other, EVERYBODY)


def test_a_step_that_stands_after_the_returner_now_is_asked_again() -> None:
    turned = route(step("Money"), step("Security"), step("Lead"), step("Top"))
    found = standing(PLAIN, said("approved", "approved", "returned"), turned, wanted(MONEY, SECURITY, LEAD, TOP))
    assert found == {(0, 0): 20}


def test_a_step_that_stood_after_the_returner_is_asked_again_wherever_it_stands_now() -> None:
    """It was decided before the returner's turn came round again; nobody has looked at it since."""
    turned = route(step("Security"), step("Lead"), step("Money"), step("Top"))
    found = standing(PLAIN, said("approved", "returned", "approved"), turned, wanted(SECURITY, LEAD, MONEY, TOP))
    assert found == {(1, 0): 10}


def test_a_new_step_in_between_is_asked_and_the_others_stand() -> None:
    longer = route(step("Lead"), step("Privacy"), step("Money"), step("Security"), step("Top"))
    found = standing(PLAIN, said("approved", "approved", "returned"), longer, wanted(LEAD, TWIN, MONEY, SECURITY, TOP))
    assert found == {(0, 0): 10, (2, 0): 20}


def test_a_step_added_by_hand_is_nobodys_twin() -> None:
    old = route(step("Lead"), step("Money", added_by="cmo@example.com"), step("Money"), step("Security"))
    new = route(step("Lead"), step("Money"), step("Security"))
    before = said("approved", "approved", "closed", "returned", members=(LEAD, MONEY, MONEY, SECURITY))
    assert standing(old, before, new, wanted(LEAD, MONEY, SECURITY)) == {(0, 0): 10}


def test_two_steps_of_one_name_are_told_apart_by_their_order() -> None:
    twice = route(step("Lead"), step("Lead"), step("Security"))
    before = said("closed", "approved", "returned", members=(LEAD, LEAD, SECURITY))
    assert standing(twice, before, twice, wanted(LEAD, LEAD, SECURITY)) == {(1, 0): 10}


def test_the_second_of_a_name_is_not_the_first() -> None:
    twice = route(step("Lead"), step("Lead"), step("Security"))
    before = said("approved", "approved", "returned", members=(LEAD, MONEY, SECURITY))
    assert standing(twice, before, twice, wanted(LEAD, MONEY, SECURITY)) == {(0, 0): 10, (1, 0): 20}


@pytest.mark.parametrize(
    ("holders", "stand"), [((MONEY, SECURITY), {(0, 0): 20, (0, 1): 30}), ((MONEY, TWIN), {}), ((TWIN, SECURITY), {})]
)
def test_keys_stand_together_or_are_turned_together_again(
    holders: tuple[int, int], stand: dict[tuple[int, int], int]
) -> None:
    keys = route(step("Keys", keys=True), step("Top"))
    before = [
        Decided(20, 0, MONEY, "approved", MONEY), Decided(30, 0, SECURITY, "approved", SECURITY),
        Decided(40, 1, TOP, "returned", TOP),
    ]  # fmt: skip
    now = [Wanted(0, 0, holders[0]), Wanted(0, 1, holders[1]), Wanted(1, 0, TOP)]
    assert standing(keys, before, keys, now) == stand


def test_the_other_key_does_not_stand_when_one_sends_it_back() -> None:
    keys = route(step("Lead"), step("Keys", keys=True))
    before = [
        Decided(10, 0, LEAD, "approved", LEAD), Decided(20, 1, MONEY, "approved", MONEY), Decided(30, 1, TOP, "returned", TOP),
    ]  # fmt: skip
    now = [Wanted(0, 0, LEAD), Wanted(1, 0, MONEY), Wanted(1, 1, TOP)]
    assert standing(keys, before, keys, now) == {(0, 0): 10}


SIDE_BY_SIDE = route(
    step("Lead"), step("Security", block=1, branch="security"), step("Money", block=1, branch="money"), step("Top", block=2)
)  # fmt: skip


def test_a_branch_beside_the_returner_stands() -> None:
    before = said("approved", "returned", "approved", "closed", members=(LEAD, SECURITY, MONEY, TOP))
    found = standing(SIDE_BY_SIDE, before, SIDE_BY_SIDE, wanted(LEAD, SECURITY, MONEY, TOP))
    assert found == {(0, 0): 10, (2, 0): 20}


def test_whoever_sent_it_back_is_asked_even_where_the_others_would_do_by_now() -> None:
    """The book asks for any branch only by now: with the other one standing nobody would be asked, so nothing stands."""
    eased = {
        "steps": [{**found, **({"join": "any"} if found["block"] == 1 else {})} for found in SIDE_BY_SIDE["steps"]]
    }
    before = said("approved", "returned", "approved", "closed", members=(LEAD, SECURITY, MONEY, TOP))
    assert standing(SIDE_BY_SIDE, before, eased, wanted(LEAD, SECURITY, MONEY, TOP)) == {}
