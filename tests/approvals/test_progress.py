"""How a round moves on: rules, vetoes, branches side by side, taking back, approving over, sending back; no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collab.approvals.rules import progress
from collab.approvals.rules.progress import (
    AGAIN,
    ANSWERED,
    APPROVED,
    CLOSED,
    HERE,
    LIFTED,
    PASSED,
    PLANNED,
    REJECTED,
    RETURNED,
    WAITING,
    Change,
    NotLiftable,
    SeatNow,
    StepNow,
    count_needed,
    settle,
)

SIDE_BY_SIDE = {"block": 1, "branch": "a"}, {"block": 1, "branch": "b"}, {"block": 1, "branch": "c"}


@dataclass
class Played:
    """A round in hand: seats are called by letters, in the order of their steps."""

    steps: Sequence[StepNow]
    seats: list[SeatNow]
    ended: str | None = None

    def says(self, who: str, state: str = APPROVED) -> Played:
        return self._after(progress.decide(self.steps, self.seats, self._id(who), state))

    def undoes(self, who: str, lifted: str = "") -> Played:
        """`lifted` were approved over with it: the service hands them in as planned."""
        over = {self._id(seat) for seat in lifted}
        between = [replace(row, state=PLANNED) if row.id in over else row for row in self.seats]
        change = progress.undo(self.steps, between, self._id(who))
        return self._after(progress.since(self.seats, change, between))

    def lifts(self, who: str) -> Played:
        return self._after(progress.lift(self.steps, self.seats, self._id(who)))

    def sends_back(self, who: str, target: int, resume: str = HERE) -> Played:
        change = progress.send_back(self.steps, self.seats, self._id(who), target, resume)
        assert change.seats[self._id(who)] == RETURNED, "what was said stays on the seat it was said on"
        return self._after(replace(change, seats={**change.seats, **change.renewed}))

    def _id(self, who: str) -> int:
        return ord(who) - ord("a")

    def _after(self, change: Change) -> Played:
        assert self.ended is None, "a round ends once"
        seats = [replace(seat, state=change.seats.get(seat.id, seat.state)) for seat in self.seats]
        return Played(self.steps, seats, change.ends)

    @property
    def states(self) -> str:
        """One letter a seat: Waiting, Planned, pAssed, Yes, No, Lifted, Closed."""
        letters = {
            WAITING: "W",
            PLANNED: "P",
            PASSED: "A",
            APPROVED: "Y",
            ANSWERED: "Y",
            REJECTED: "N",
            LIFTED: "L",
            CLOSED: "C",
        }
        return "".join(letters[seat.state] for seat in self.seats)


def played(*steps: tuple[StepNow, int], veto: str = "") -> Played:
    """A round just opened: each step with how many seats it has."""
    spec = [replace(step, block=number) if step.block == 0 else step for number, (step, _seats) in enumerate(steps)]
    numbers = [number for number, (_step, seats) in enumerate(steps) for _ in range(seats)]
    seats = [SeatNow(at, number, at, PLANNED, chr(at + ord("a")) in veto) for at, number in enumerate(numbers)]
    opened = settle(spec, seats).states
    return Played(spec, [replace(seat, state=opened[seat.id]) for seat in seats])


def step(rule: str = "all", **more: object) -> StepNow:
    return StepNow(rule, **more)  # type: ignore[arg-type]


def parallel(join: str, *lengths: int) -> Played:
    """A block of branches with so many steps of one seat each, and a decider after it."""
    inside = [(step(join=join, **SIDE_BY_SIDE[n]), 1) for n, steps in enumerate(lengths) for _ in range(steps)]
    return played(*inside, (step(block=9), 1))


@pytest.mark.parametrize(
    ("rule", "total", "needed"),
    [("all", 4, 4), ("any", 4, 1), ("quorum:3", 4, 3), ("quorum:9", 4, 4), ("percent:50", 3, 2), ("percent:34", 3, 2), ("percent:33", 3, 1),
     ("percent:1", 200, 2), ("percent:100", 7, 7), ("percent:70", 10, 7), ("percent:70", 9, 7)],
)  # fmt: skip
def test_how_many_must_say_yes_a_percentage_rounded_up(rule: str, total: int, needed: int) -> None:
    assert count_needed(rule, total) == needed


def test_a_quorum_is_through_at_its_last_yes_and_the_others_are_not_asked_any_more() -> None:
    here = played((step("quorum:2"), 4), (step(), 1)).says("a")
    assert here.states == "YWWWP"
    assert here.says("c").states == "YAYAW"


def test_a_quorum_that_can_no_longer_be_reached_ends_the_round_before_everybody_has_answered() -> None:
    """Seven of ten: the fourth no decides it."""
    here = played((step("quorum:7"), 10), (step(), 1))
    for who in "abc":
        here = here.says(who, REJECTED)
        assert here.ended is None
    here = here.says("d", REJECTED)
    assert (here.ended, here.states) == (REJECTED, "NNNN" + "C" * 7)


@pytest.mark.parametrize("rule", ["all", "any"])
def test_one_no_ends_a_step_of_all_and_of_any(rule: str) -> None:
    assert played((step(rule), 3), (step(), 1)).says("b", REJECTED).ended == REJECTED


def test_half_of_three_is_two_and_two_noes_end_it() -> None:
    here = played((step("percent:50"), 3)).says("a", REJECTED)
    assert here.ended is None
    assert here.says("b").says("c").ended == APPROVED
    assert here.says("b", REJECTED).ended == REJECTED


def test_the_no_of_a_veto_seat_ends_it_though_the_quorum_could_be_reached() -> None:
    assert played((step("quorum:1"), 4), veto="d").says("d", REJECTED).ended == REJECTED


def test_a_step_waits_for_its_veto_seat_though_the_quorum_is_reached() -> None:
    here = played((step("quorum:2"), 3), (step(), 1), veto="c").says("a").says("b")
    assert here.states == "YYWP"
    assert here.says("c").states == "YYYW"
    assert here.says("c", REJECTED).ended == REJECTED


def test_branches_are_asked_side_by_side_each_in_its_own_order() -> None:
    here = parallel("all", 2, 1)
    assert here.states == "WPWP"
    assert here.says("c").states == "WPYP"
    assert here.says("a").states == "YWWP"
    assert here.says("a").says("c").says("b").states == "YYYW"


def test_one_branch_of_any_is_enough_and_closes_the_others_with_their_later_steps() -> None:
    here = parallel("any", 2, 2)
    assert here.says("a").states == "YWWPP"
    assert here.says("a").says("b").states == "YYAAW"


@pytest.mark.parametrize(("join", "noes", "ended"), [("all", "a", REJECTED), ("any", "ab", None), ("any", "abc", REJECTED),
                                                     ("quorum:2", "a", None), ("quorum:2", "ab", REJECTED), ("percent:50", "b", None)])  # fmt: skip
def test_a_branch_that_is_refused_ends_the_round_only_when_the_join_cannot_be_reached(
    join: str, noes: str, ended: str | None
) -> None:
    here = parallel(join, 1, 1, 1)
    for who in noes:
        assert here.ended is None
        here = here.says(who, REJECTED)
    assert here.ended == ended


def test_nobody_further_down_a_refused_branch_is_asked_while_another_branch_may_still_carry_it() -> None:
    here = parallel("any", 2, 1).says("a", REJECTED)
    assert here.states == "NAWP"
    assert here.says("c").states == "NAYW"


def test_circulation_holds_nobody_up_wherever_it_stands() -> None:
    reading = step(kind="circulate")
    here = played((reading, 2), (step(), 1), (reading, 1), (step(), 1), (reading, 1))
    assert here.states == "AAWPPP"
    assert here.says("c").states == "AAYAWP"
    assert here.says("c").says("e").ended == APPROVED


def test_an_opinion_never_ends_it_and_carries_its_step() -> None:
    assert played((step(kind="consult"), 1), (step(), 1)).says("a", ANSWERED).states == "YW"


def test_taking_back_asks_those_again_who_were_no_longer_needed_and_those_asked_because_of_it_no_longer() -> None:
    before = played((step("any"), 3), (step(), 1))
    assert before.says("b").states == "AYAW"
    assert before.says("b").undoes("b").states == before.states == "WWWP"


def test_a_later_seat_approves_over_two_steps_and_what_waits_there() -> None:
    here = played((step(), 2), (step("quorum:2"), 3), (step(), 1), (step(), 1))
    assert here.says("a").lifts("f").states == "YLLLLYW"
    assert here.says("a").lifts("f").undoes("f", lifted="bcde").states == "YWPPPPP"


def test_approving_over_passes_by_who_was_not_needed_and_who_only_reads() -> None:
    here = played((step("any", kind="review"), 2), (step(kind="circulate"), 1), (step(), 1), (step(), 1)).says("a")
    assert here.states == "YAAWP"
    assert here.lifts("e").states == "YAALY"


def test_circulation_on_the_way_is_read_when_it_is_approved_over() -> None:
    assert played((step(), 1), (step(kind="circulate"), 2), (step(), 1), (step(), 1)).lifts("d").states == "LAAYW"


@pytest.mark.parametrize(
    "below", [step(kind="review"), step(kind="consult"), step(kind="advocate"), step(keys=True), step(lift=False)]
)
def test_no_key_check_or_opinion_is_ever_approved_over(below: StepNow) -> None:
    here = played((step(), 1), (below, 2), (step(), 1))
    with pytest.raises(NotLiftable) as refused:
        here.lifts("d")
    assert refused.value.step == 1
    assert here.says("a").says("b").says("c").states == "YYYW", (
        "once they have answered there is nothing to approve over"
    )


def test_within_a_branch_nobody_approves_over_the_other_branch() -> None:
    here = parallel("all", 2, 1)
    assert here.lifts("b").states == "LYWP"
    assert here.lifts("d").states == "LLLY"


def test_back_to_an_earlier_step_here_goes_on_with_whoever_sent_it_back() -> None:
    here = played((step(), 2), (step(), 1), (step(), 1)).says("a").says("b").says("c")
    here = here.sends_back("d", 0, HERE)
    assert here.states == "WWYP"
    assert here.says("b").says("a").states == "YYYW"


def test_back_to_an_earlier_step_again_asks_everybody_between_too() -> None:
    here = played((step(), 1), (step(), 1), (step(), 1)).says("a").says("b").sends_back("c", 0, AGAIN)
    assert here.states == "WPP"
    assert here.says("a").states == "YWP"


def test_a_branch_sent_back_leaves_the_other_branch_alone() -> None:
    here = parallel("all", 2, 1).says("a").says("c")
    assert here.sends_back("b", 0, AGAIN).states == here.sends_back("b", 0, HERE).states == "WPYP"


def test_back_behind_a_block_stops_the_branches_that_still_wait() -> None:
    inside = [(step(**SIDE_BY_SIDE[n]), 1) for n in (0, 1)]
    here = played((step(block=-1), 1), *inside, (step(block=9), 1)).says("a").says("b")
    assert here.sends_back("c", 0, HERE).states == "WYPP"
    assert here.sends_back("c", 0, HERE).says("a").states == "YYWP"
    assert here.sends_back("c", 0, AGAIN).says("a").states == "YWWP"


def test_one_sends_back_to_what_was_through_before_and_never_into_another_branch() -> None:
    spec = [step(block=0), step(block=1, branch="a"), step(block=1, branch="b"), step(block=1, branch="b"),
            step(block=2, kind="circulate"), step(block=3)]  # fmt: skip
    assert [progress.earlier(spec, number) for number in (0, 1, 2, 3, 5)] == [[], [0], [0], [0, 2], [0, 1, 2, 3]]


def test_a_lifted_step_sent_back_to_is_asked_anew() -> None:
    here = played((step(), 1), (step(), 1), (step(), 1)).lifts("b").sends_back("c", 0, HERE)
    assert here.states == "WYP"


@pytest.mark.parametrize("verb", ["return", "withdraw"])
def test_an_end_put_to_it_closes_whoever_was_asked(verb: str) -> None:
    here = played((step("any"), 2), (step(), 2), (step(), 1)).says("a")
    change = progress.end(here.seats, verb, 0 if verb == "return" else None)
    assert change.ends == progress.ENDS[verb]
    assert {seat: state for seat, state in change.seats.items() if seat} == {2: CLOSED, 3: CLOSED, 4: CLOSED}


RULES = st.sampled_from(["all", "any", "quorum:2", "percent:50"])
KINDS = st.sampled_from(["approve"] * 4 + ["review", "consult", "advocate", "circulate"])


@st.composite
def rounds(draw: st.DrawFn) -> Played:
    """Any route of up to four blocks, played any way for a while."""
    made: list[tuple[StepNow, int]] = []
    vetoes = ""
    for block in range(1, draw(st.integers(1, 4)) + 1):
        join = draw(RULES)
        for branch in range(draw(st.sampled_from([1, 1, 2, 3]))):
            for _ in range(draw(st.integers(1, 2))):
                kind = draw(KINDS)
                made.append((StepNow(draw(RULES), kind, False, block, str(branch), join), draw(st.integers(1, 3))))
    made.append((StepNow(draw(RULES), block=9), draw(st.integers(1, 2))))
    if draw(st.booleans()):
        vetoes = chr(ord("a") + draw(st.integers(0, sum(seats for _step, seats in made) - 1)))
    here = played(*made, veto=vetoes)
    for _ in range(draw(st.integers(0, 8))):
        moved = _any_move(draw, here)
        if moved.ended is None:
            here = moved
    return here


def _any_move(draw: st.DrawFn, here: Played) -> Played:
    who = _names(here, WAITING)
    name = draw(st.sampled_from(who))
    spec = here.steps[here.seats[ord(name) - ord("a")].step]
    back = progress.earlier(here.steps, here.seats[ord(name) - ord("a")].step)
    choice = draw(st.sampled_from(["yes", "yes", "no", "back", "lift"]))
    if choice == "back" and back and spec.kind in ("approve", "review"):
        return here.sends_back(name, draw(st.sampled_from(back)), draw(st.sampled_from([HERE, AGAIN])))
    if choice == "lift" and _lifters(here):
        try:
            return here.lifts(draw(st.sampled_from(_lifters(here))))
        except NotLiftable:
            return here
    return here.says(name, _answer(spec, choice))


def _answer(spec: StepNow, choice: str) -> str:
    if spec.kind not in ("approve", "review"):
        return ANSWERED
    return REJECTED if choice == "no" else APPROVED


def _names(here: Played, state: str) -> list[str]:
    return [chr(seat.id + ord("a")) for seat in here.seats if seat.state == state]


def _lifters(here: Played) -> list[str]:
    return [
        name for name in _names(here, PLANNED) if here.steps[here.seats[ord(name) - ord("a")].step].kind == "approve"
    ]


@settings(max_examples=150, deadline=None)
@given(rounds())
def test_a_round_that_is_pending_always_waits_for_somebody_and_can_be_carried_by_everybodys_yes(here: Played) -> None:
    settled = settle(here.steps, here.seats)
    again = [replace(seat, state=settled.states.get(seat.id, seat.state)) for seat in here.seats]
    assert settled.end is None
    assert again == here.seats, "what is open follows from what is decided, however it came about"
    assert settle(here.steps, again) == settled
    for _ in range(len(here.seats) + 1):
        waiting = _names(here, WAITING)
        assert waiting, "nobody is asked and it has not ended"
        name = waiting[-1]
        here = here.says(name, _answer(here.steps[here.seats[ord(name) - ord("a")].step], "yes"))
        if here.ended:
            break
    assert here.ended == APPROVED
    assert not _names(here, WAITING)


@settings(max_examples=150, deadline=None)
@given(rounds(), st.data())
def test_taking_a_decision_back_restores_the_round_as_it_was(here: Played, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(_names(here, WAITING)))
    spec = here.steps[here.seats[ord(name) - ord("a")].step]
    said = here.says(name, _answer(spec, data.draw(st.sampled_from(["yes", "no"]))))
    if said.ended is None:
        assert said.undoes(name).seats == here.seats
    for lifter in _lifters(here):
        try:
            lifted = here.lifts(lifter)
        except NotLiftable:
            continue
        over = "".join(name for name in _names(lifted, LIFTED) if here.seats[ord(name) - ord("a")].state != LIFTED)
        if lifted.ended is None:
            assert lifted.undoes(lifter, lifted=over).seats == here.seats
